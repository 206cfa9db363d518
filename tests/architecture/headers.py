# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Every header of src/ compiles alone, and all compile together: none leans on what another includes, or clashes with it.

Usage: headers.py SOURCE_FOLDER SCRATCH_FOLDER C++_COMPILER NVCC|none INCLUDE_FOLDERS...
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

from cases import Cases, Skipped

FLAGS = ["-std=c++20", "-ffp-contract=off", "-Wall", "-Wextra", "-Wno-psabi", "-Werror"]
# Folders that the compiler looks into by itself; naming them would move them behind its own headers.
USUAL = ("", "/usr/include", "/usr/local/include")

CUDA_FLAGS = ["-std=c++20", "--expt-relaxed-constexpr", "-Xcudafe=--diag_suppress=20012", "-arch=sm_90"]



class Compiler:
    def __init__(self, root, scratch, cxx, nvcc, includes):
        self.root, self.scratch, self.cxx = root, scratch, cxx
        self.nvcc = nvcc if nvcc != "none" and shutil.which(nvcc) else None
        self.includes = [f"-I{root / 'src'}", *(word for folder in includes for word in ("-isystem", folder))]
        toolkit = pathlib.Path(self.nvcc).resolve().parent.parent / "include" if self.nvcc else None
        self.cuda_includes = ["-isystem", str(toolkit)] if toolkit else []

    def compile(self, name, headers, cuda=False):
        """The first lines of what the compiler has to say about a file that includes `headers`; none is well."""
        source = self.scratch / (name.replace("/", "_") + (".cu" if cuda else ".cpp"))
        text = "".join(f'#include "{header}"\n' for header in headers)
        source.write_text(text)
        command = [self.nvcc, *CUDA_FLAGS, "-c", "-o", os.devnull] if cuda else [self.cxx, *FLAGS, "-fsyntax-only"]
        command += [*self.includes, *self.cuda_includes, str(source)]
        done = subprocess.run(command, capture_output=True, text=True)
        # nvcc's host compiler warns about code that nvcc made: only what stops it counts there.
        if done.returncode == 0:
            return []
        return [f"{name}: does not compile:", *(done.stderr or done.stdout).splitlines()[:8]]


def headers_of(root, room):
    return sorted(str(path.relative_to(root / "src")) for path in (root / "src" / room).rglob("*.hpp"))


def main():
    root, scratch = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    compiler = Compiler(root, scratch, sys.argv[3], sys.argv[4], [word for word in sys.argv[5:] if word not in USUAL])
    rooms = sorted(path.name for path in (root / "src").iterdir() if path.is_dir())
    cases = Cases("headers")
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        def start(name, headers, cuda=False):
            return workers.submit(compiler.compile, name, headers, cuda)

        alone = {}
        for room in rooms:
            headers = headers_of(root, room)
            plain = [h for h in headers if not h.startswith("backend/cuda/")]
            alone[room] = [start(f"alone_{h}", [h]) for h in plain]
        with_cuda = [h for h in headers_of(root, "backend") if h.startswith("backend/cuda/")]
        kernels = sorted(str(path.relative_to(root / "src")) for path in (root / "src").rglob("*.cuh"))
        if compiler.nvcc:
            alone["cuda"] = [start(f"alone_{h}", [h]) for h in with_cuda]
            alone["kernels"] = [start(f"alone_{h}", [h], cuda=True) for h in kernels]
        everything = [h for room in rooms for h in headers_of(root, room) if not h.startswith("backend/cuda/")]
        together = start("together", everything)
        for room, results in alone.items():
            cases.case(f"{room}_each_alone", lambda results=results: [line for r in results for line in r.result()])

        cases.case("all_together", together.result)
        if not compiler.nvcc:
            def no_nvcc():
                raise Skipped("no CUDA compiler here: the headers of src/backend/cuda were not compiled")
            cases.case("kernels_each_alone", no_nvcc)
    cases.end()


if __name__ == "__main__":
    main()
