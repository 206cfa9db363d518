# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Does what docs/add-an-analysis.md says: puts the files of the page into a copy of the tree, builds and runs it.

Usage: documented_fold.py SOURCE_FOLDER SCRATCH_FOLDER PROGRAM_WITHOUT_IT CMAKE CMAKE_ARGUMENTS...
"""
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys

import pages
from cases import Cases

COPIED = ["CMakeLists.txt", "cmake", "src", "tests"]
LEFT_OUT = ["tests/folds"]  # of other analyses: they would only take time to build
CONFORMANCE = "*Conformance.serial_at_any_level/float32_*:*Conformance.three_threads/float32_*:*Conformance.*/int16_special"
ELEMENTS = 300_000


def copy_tree(root, copy, added):
    """Makes `copy` the tree with the page's files. What is the same already stays, so that a second run builds little."""
    wanted = {}
    for name in COPIED:
        path = root / name
        for file in [path] if path.is_file() else (file for file in path.rglob("*") if file.is_file()):
            inner = file.relative_to(root)
            if "__pycache__" not in inner.parts and not any(inner.is_relative_to(other) for other in LEFT_OUT):
                wanted[inner] = file.read_bytes()
    for name, text in added.items():
        wanted[pathlib.Path(name)] = text.encode()
    for file in [file for file in copy.rglob("*") if file.is_file()] if copy.is_dir() else []:
        if file.relative_to(copy) not in wanted:
            file.unlink()
    for name, content in wanted.items():
        target = copy / name
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for folder in sorted((copy / "src" / "folds").iterdir()):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()  # an analysis that the page or the tree has no more


def call(command, **options):
    return subprocess.run([str(word) for word in command], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)


def succeed(command, **options):
    """Problems: the end of the output of a command that failed."""
    done = call(command, **options)
    return [] if done.returncode == 0 else [f"{command[0]} ended with {done.returncode}:", *done.stdout.splitlines()[-30:]]


class Documented:
    def __init__(self, root, scratch, without, cmake, arguments):
        self.root, self.copy, self.build, self.without = root, scratch / "tree", scratch / "build", without
        self.cmake, self.arguments = cmake, arguments
        self.page = root / "docs" / "add-an-analysis.md"
        self.scratch = scratch
        self.environment = os.environ | {"CCACHE_BASEDIR": str(scratch), "CCACHE_NOHASHDIR": "1",
                                         "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        self.program = self.build / "scatterfold"

    def files_are_extracted(self):
        files = {block.file: "\n".join(block.lines) + "\n" for block in pages.blocks(self.page) if block.file}
        folders = {name.rsplit("/", 1)[0] for name in files}
        if folders != {"src/folds/rms"}:
            return [f"{self.page.name}: the files of the page lie in {sorted(folders)}, not in src/folds/rms alone"]
        clash = [name for name in files if (self.root / name).exists()]
        if clash:
            return [f"{name}: is in the tree already" for name in clash]
        copy_tree(self.root, self.copy, files)
        return []

    def tree_builds(self):
        """Unoptimised and for one instruction set: all that counts here is the result."""
        problems = succeed([self.cmake, "-S", self.copy, "-B", self.build, "-DCMAKE_BUILD_TYPE=Debug",
                            "-DCMAKE_CXX_FLAGS_DEBUG=", "-DSCATTERFOLD_CUDA=OFF", "-DSCATTERFOLD_TESTS=ON",
                            "-DSCATTERFOLD_WERROR=ON", *self.arguments], env=self.environment)
        return problems or succeed(["nice", self.cmake, "--build", self.build, "--parallel",
                                    str(len(os.sched_getaffinity(0))), "--target", "scatterfold", "test_folds",
                                    "test_backend"], env=self.environment)

    def own_test_passes(self):
        done = call([self.build / "test_folds", "--gtest_filter=Rms.*"], env=self.environment)
        if done.returncode != 0 or "[  PASSED  ] 0 tests" in done.stdout:
            return done.stdout.splitlines()
        return []

    def conformance_suite_takes_it(self):
        return succeed([self.build / "test_backend", f"--gtest_filter={CONFORMANCE}"], env=self.environment)

    def only_the_folder_knows_it(self):
        """The program of this build does not have it, that of the copy does."""
        found = [program for program in (self.without, self.program)
                 if call([program, "rms", "--help"], env=self.environment).returncode == 0]
        return [] if found == [self.program] else [f"rms is a command of {found}"]

    def run(self, *arguments, launcher=()):
        done = subprocess.run([str(word) for word in (*launcher, self.program, *arguments, "--json", "-", "-q")],
                              env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, arguments))}: ended with {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def modes_agree(self):
        """Ramps 0, 1, ..., n - 1: the sum of squares is (n - 1) n (2n - 1) / 6."""
        for name, extra in (("contiguous", []), ("chunked", ["--chunks", "7001", "--deflate", "1"])):
            made = succeed([self.program, "generate", f"{self.scratch / name}.h5:/ramp", "--shape", ELEMENTS, "--dtype", "float64",
                            "--distribution", "ramp", "--overwrite", "-q", *extra], env=self.environment)
            if made:
                return made
            data = f"{self.scratch / name}.h5:/ramp"
            ways = ("serial", "threads --threads 3", "processes --processes 3")
            answers = {way: self.run("rms", data, "--mode", *way.split()) for way in ways}
            if shutil.which("mpirun"):
                answers["mpirun"] = self.run("rms", data, launcher=("mpirun", "-np", "3", "--oversubscribe"))
            digests = {way: answer["result_digest"] for way, answer in answers.items()}
            if len(set(digests.values())) != 1:
                return [f"{name}: the digests differ: {digests}"]
            result = answers["serial"]["result"]
            wanted = math.sqrt((ELEMENTS - 1) * (2 * ELEMENTS - 1) / 6)
            # Squares are exact below 2^53. A path from an element to the root has 8 additions in its lane, 6 over lanes, 3
            # over strips, 4 over leaves and 3 over segments, each wrong by at most 2^-53; the root halves the error.
            if abs(result["rms"] / wanted - 1) > 32 * 2**-53:
                return [f"{name}: rms is {result['rms']}, not {wanted}"]
            if (result["count"], result["missing"], result["nan"]) != (ELEMENTS, 0, 0):
                return [f"{name}: counted {result}"]
        return []

    def options_come_along(self):
        """On the command line, in a job file, and refused where they make no sense."""
        file, job, report = (self.scratch / name for name in ("chunked.h5", "job.toml", "job.json"))
        result = self.run("rms", f"{file}:/ramp", "-d", "0,10,13", "--about", "11")["result"]
        job.write_text(f'[input]\nfile = "{file}"\ndataset = "/ramp"\nselect = ["0,10,13"]\n'
                       f'[[analysis]]\nkind = "rms"\nabout = 11\n[output]\njson = "{report}"\noverwrite = true\n')
        problems = succeed([self.program, "run", job], env=self.environment)
        wrong = call([self.program, "rms", f"{file}:/ramp", "--about", "inf"], env=self.environment)
        if abs(result["rms"] - math.sqrt(2 / 3)) > 2**-52:  # of -1, 0 and 1: two roundings of numbers below 1
            problems.append(f"about 11: rms of 10, 11, 12 is {result['rms']}")
        if not problems and json.loads(report.read_text())["result"] != result:
            problems.append(f"the job file gives {report.read_text()}")
        if wrong.returncode != 2:
            problems.append(f"--about inf: exit code {wrong.returncode}, not 2")
        return problems


def main():
    root, scratch, without = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
    documented = Documented(root, scratch, without, sys.argv[4], sys.argv[5:])
    cases = Cases("documented_fold")
    for step in (documented.files_are_extracted, documented.tree_builds, documented.own_test_passes,
                 documented.conformance_suite_takes_it, documented.only_the_folder_knows_it, documented.modes_agree,
                 documented.options_come_along):
        cases.case(step.__name__, step)
        if cases.failed:
            break
    cases.end()


if __name__ == "__main__":
    main()
