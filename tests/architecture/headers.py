# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Every header of src/ compiles alone, and all compile together: none leans on what another includes, or clashes with it.
Those of the GPU's side compile by NVRTC alone, too, without any header of the machine's.

Usage: headers.py SOURCE_FOLDER SCRATCH_FOLDER C++_COMPILER NVCC|none INCLUDE_FOLDERS...
"""
import concurrent.futures
import ctypes
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
# Folders of headers that include those of the CUDA toolkit.
WITH_CUDA = ("backend/cuda/", "user/nvrtc/")

# What NVRTC compiles: kernels, folds, and what users' functions are compiled with.
DEVICE_SIDE = ["backend/cuda/*.cuh", "folds/*/*.hpp", "math/*.hpp", "user/device_side.hpp"]
HOST_SIDE = ["backend/cuda/launch.cuh"]
NVRTC_FLAGS = ["-std=c++20", "-default-device", "--gpu-architecture=sm_90"]
# Templates are looked at closely only where they are used.
KERNELS_OF_FOLDS = """
#include "backend/cuda/counting.cuh"
#include "backend/cuda/kernels.cuh"
#include "folds/histogram/histogram.hpp"
#include "folds/moments/moments.hpp"
namespace scatterfold::cuda {
using M = moments::Order2<float>;
using H = histogram::Counts<double>;
template __global__ void fold_blocks_kernel<M, Half>(M::Params, Values, const Block*, M::State*);
template __global__ void count_kernel<H>(H::Params, Values, Counting, int, const Block*, std::int64_t, int, unsigned long long*);
}
"""
STANDARD_HEADERS = ["bit", "cmath", "cstddef", "cstdint", "type_traits"]

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


class RunTimeCompiler:
    """NVRTC of the toolkit that nvcc belongs to."""

    def __init__(self, root, nvcc):
        folder = pathlib.Path(nvcc).resolve().parent.parent
        found = [path for inner in ("lib64", "lib", "targets/x86_64-linux/lib")
                 for path in [folder / inner / "libnvrtc.so"] if path.exists()]
        if not found:
            raise Skipped(f"no NVRTC below {folder}: the GPU's headers were not compiled by it")
        self.library, self.root = ctypes.CDLL(str(found[0])), root
        self.standard = (root / "src/user/run_time_standard.hpp").read_bytes()

    def compile(self, name, text):
        """The first lines of what it has to say; none is well."""
        program, size = ctypes.c_void_p(), ctypes.c_size_t()
        count = len(STANDARD_HEADERS)
        texts = (ctypes.c_char_p * count)(*[self.standard] * count)
        names = (ctypes.c_char_p * count)(*[name.encode() for name in STANDARD_HEADERS])
        self.library.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"alone", count, texts, names)
        flags = [*NVRTC_FLAGS, f"-I{self.root / 'src'}"]
        result = self.library.nvrtcCompileProgram(program, len(flags),
                                                  (ctypes.c_char_p * len(flags))(*[flag.encode() for flag in flags]))
        self.library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
        said = ctypes.create_string_buffer(size.value)
        self.library.nvrtcGetProgramLog(program, said)
        self.library.nvrtcDestroyProgram(ctypes.byref(program))
        return [] if result == 0 else [f"{name}: does not compile by NVRTC:", *said.value.decode().splitlines()[:8]]


def device_headers(root):
    found = {str(path.relative_to(root / "src")) for pattern in DEVICE_SIDE for path in (root / "src").glob(pattern)}
    return sorted(found - set(HOST_SIDE))


def compile_at_run_time(root, nvcc):
    compiler = RunTimeCompiler(root, nvcc)
    alone = {header: f'#include "{header}"\n' for header in device_headers(root)}
    return [line for name, text in {**alone, "kernels of folds": KERNELS_OF_FOLDS}.items() for line in compiler.compile(name, text)]


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
            plain = [h for h in headers if not h.startswith(WITH_CUDA)]
            alone[room] = [start(f"alone_{h}", [h]) for h in plain]
        with_cuda = [h for room in rooms for h in headers_of(root, room) if h.startswith(WITH_CUDA)]
        kernels = sorted(str(path.relative_to(root / "src")) for path in (root / "src").rglob("*.cuh"))
        if compiler.nvcc:
            alone["cuda"] = [start(f"alone_{h}", [h]) for h in with_cuda]
            alone["kernels"] = [start(f"alone_{h}", [h], cuda=True) for h in kernels]
        everything = [h for room in rooms for h in headers_of(root, room) if not h.startswith(WITH_CUDA)]
        together = start("together", everything)
        for room, results in alone.items():
            cases.case(f"{room}_each_alone", lambda results=results: [line for r in results for line in r.result()])

        cases.case("all_together", together.result)
        if compiler.nvcc:
            cases.case("device_side_by_nvrtc", lambda: compile_at_run_time(root, compiler.nvcc))
        else:
            def no_nvcc():
                raise Skipped("no CUDA compiler here: the headers of src/backend/cuda were not compiled")
            cases.case("kernels_each_alone", no_nvcc)
    cases.end()


if __name__ == "__main__":
    main()
