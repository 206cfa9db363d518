# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Who may know whom: the arrows between the folders of src/, and names that stay in their rooms (docs/tour.md).

Usage: rooms.py SOURCE_FOLDER
"""
import pathlib
import re
import sys

from cases import Cases

# Folder: the others whose headers its files may include. CMakeLists.txt must say the same.
ARROWS = {
    "base": [],
    "math": ["base"],
    "partition": ["base"],
    "fold": ["base"],
    "team": ["base"],
    "folds": ["base", "fold"],
    "filters": ["base"],
    "io": ["base", "partition", "fold", "filters"],
    "axes": ["base", "partition", "io"],
    "source": ["base", "math", "fold", "filters", "partition", "io"],
    "user": ["base", "math", "fold", "folds", "partition", "source"],
    "backend": ["base", "fold", "folds", "partition", "source", "user"],
    "report": ["base", "fold"],
    "driver": ["base", "fold", "folds", "partition", "io", "axes", "source", "user", "backend", "team", "report"],
}

# What: (a name in code, an included header, the folders that may have it).
NAMES = {
    "mpi": (r"\bMPI_\w+", r"<mpi\.h>", ["team"]),
    "nccl": (r"\bnccl[A-Z]\w*", r"<nccl\.h>", ["team/nccl"]),
    "cuda": (r"\b(cuda|cu)[A-Z]\w*|\bCUDART_\w+|<<<", r"<cuda[\w/]*\.h>|<cub/|<thrust/", ["backend/cuda", "team/nccl"]),
    "nvrtc": (r"\bnvrtc[A-Z]\w*", r"<nvrtc\.h>", ["user/nvrtc"]),
    "hdf5": (r"\bH5[A-Z]{1,2}[a-z]\w*|\bhid_t\b", r"<hdf5\w*\.h>", ["io"]),
    "codecs": (r"\b(ZSTD|LZ4|blosc)_\w+", r"<(zstd\w*|lz4\w*|blosc)\.h>", ["filters"]),
}

# What the GPU's or a run-time compiler's side of a fold is made of (but for the launches of kernels, which are the host's),
# and what may not come with it, however indirectly.
DEVICE_SIDE = ["src/folds/*/*.hpp", "src/fold/kernel_list.hpp", "src/fold/extent.hpp", "src/fold/exact_sum.hpp",
               "src/fold/geometry.hpp", "src/fold/decoding.hpp", "src/base/lanes.hpp", "src/base/math.hpp", "src/math/*.hpp",
               "src/user/user_side.hpp", "src/user/device_side.hpp", "src/user/run_time_standard.hpp", "src/base/half.hpp",
               "src/base/host_device.hpp", "src/backend/cuda/*.cuh"]
HOST_SIDE = ["src/backend/cuda/launch.cuh"]
HOSTS_WORLD = re.compile(r"<(cuda\w*\.h|iostream|sstream|fstream|string|vector|map|memory|functional|thread|mutex|filesystem|cstdio"
                         r"|fmt/.*|hdf5.*|mpi\.h|CLI/.*|nlohmann/.*)>")

MOST_LINES = 400


def without_comments_and_strings(text):
    """The code with everything else blanked, line by line."""
    pattern = re.compile(r'R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*(?:.|\n)*?\*/')
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def sources(root):
    return sorted(path for path in (root / "src").rglob("*") if path.suffix in (".hpp", ".cpp", ".cuh", ".cu"))


def included(path):
    """(line, "<mpi.h>" or '"base/error.hpp"') for the includes of a file, in code that any build may see."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if found := re.match(r'\s*#\s*include\s*(<[^>]+>|"[^"]+")', line):
            yield number, found[1]


def room_of(root, path):
    parts = path.relative_to(root / "src").parts
    return parts[0] if len(parts) > 1 else ""


def arrows(root, room):
    allowed = {room, *ARROWS[room]}
    for path in sources(root):
        if room_of(root, path) != room:
            continue
        for number, header in included(path):
            other = header.strip('"').split("/")[0]
            if header[0] != '"':
                continue
            if not (root / "src" / header.strip('"')).is_file():
                yield f"{path.relative_to(root)}:{number}: includes {header}, which is no file of src/"
            elif other not in allowed:
                yield f"{path.relative_to(root)}:{number}: {room} may not include {header}: {room} knows {sorted(allowed)}"


def cmake_says_the_same(root):
    text = (root / "CMakeLists.txt").read_text() + (root / "cmake" / "Folds.cmake").read_text()
    found = {name: words.split() for name, words in
             re.findall(r"scatterfold_module\((\w+)(?: DEPENDS ([\w ]*?))?(?: LIBRARIES [^)]*)?\)", text)}
    linked = re.search(r"target_link_libraries\(scatterfold_folds PUBLIC ([^)]*)\)", text)[1].split()
    found["folds"] = [name.removeprefix("scatterfold_") for name in linked if name != "scatterfold_settings"]
    for room, others in ARROWS.items():
        # folds gets base through fold.
        if set(found.get(room, [])) | {"base"} != set(others) | {"base"}:
            yield f"CMakeLists.txt: {room} links {found.get(room)}, this test lets it include {others}"
    for room in sorted(path.name for path in (root / "src").iterdir() if path.is_dir()):
        if room not in ARROWS:
            yield f"src/{room}: a folder that this test knows no arrows for"


def names_in_rooms(root, what):
    name, header, rooms = NAMES[what]
    for path in sources(root):
        file = str(path.relative_to(root))
        if any(file.startswith(f"src/{room}/") for room in rooms):
            continue
        for number, line in enumerate(without_comments_and_strings(path.read_text()).splitlines(), 1):
            if found := re.search(name, line):
                yield f"{file}:{number}: {found[0]} belongs in {' and '.join('src/' + room for room in rooms)}"
        for number, line in included(path):
            if re.match(header, line):
                yield f"{file}:{number}: #include {line} belongs in {' and '.join('src/' + r for r in rooms)}"


def device_side_is_alone(root):
    def reach(path, way, seen):
        if path in seen:
            return
        seen.add(path)
        for number, header in included(path):
            if HOSTS_WORLD.match(header):
                yield f"{path.relative_to(root)}:{number}: {header}, by way of {' -> '.join(way)}"
            inner = root / "src" / header.strip('"')
            if header[0] == '"' and inner.is_file():
                yield from reach(inner, [*way, header.strip('"')], seen)

    for pattern in [*DEVICE_SIDE, *HOST_SIDE]:
        if not any(root.glob(pattern)):
            yield f"{pattern}: no such file; what has become of it?"
    for path in sorted(path for pattern in DEVICE_SIDE for path in root.glob(pattern)):
        file = str(path.relative_to(root))
        if file not in HOST_SIDE:
            yield from reach(path, [file], set())


def files_are_short(root):
    for path in sources(root):
        lines = path.read_text().count("\n")
        if lines > MOST_LINES:
            yield f"{path.relative_to(root)}: {lines} lines, more than {MOST_LINES}"


def every_header_is_guarded(root):
    for path in sources(root):
        if path.suffix in (".hpp", ".cuh") and not re.search(r"^#pragma once$", path.read_text(), re.MULTILINE):
            yield f"{path.relative_to(root)}: no #pragma once"


def licence_lines(root):
    for path in sources(root):
        if not path.read_text().startswith("// SPDX-License-Identifier: BSD-3-Clause\n// SPDX-FileCopyrightText: "):
            yield f"{path.relative_to(root)}: does not begin with the two SPDX lines"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    cases = Cases("rooms")
    for room in ARROWS:
        cases.case(f"{room}_includes_only_what_it_may", lambda room=room: arrows(root, room))
    cases.case("cmake_links_the_same_arrows", lambda: cmake_says_the_same(root))
    for what in NAMES:
        cases.case(f"{what}_stays_in_its_room", lambda what=what: names_in_rooms(root, what))
    cases.case("device_side_includes_nothing_of_the_hosts", lambda: device_side_is_alone(root))
    cases.case("no_file_over_400_lines", lambda: files_are_short(root))
    cases.case("every_header_has_pragma_once", lambda: every_header_is_guarded(root))
    cases.case("every_file_names_its_licence", lambda: licence_lines(root))
    cases.end()


if __name__ == "__main__":
    main()
