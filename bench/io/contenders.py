# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Who reads. A contender is a function of (storage's name, file) that does the work once and gives (seconds, what it
found); it gives None for storage that it does not read."""
import json
import pathlib

from machine import cores, has, has_gpu, python_with, timed
from storages import variable

here = pathlib.Path(__file__).resolve().parent


def scatterfold(build, mode, threads, *selection):
    def run(storage, file):
        seconds, text = timed([build / "scatterfold", "moments", f"{file}:/{variable}", "--mode", mode, "--threads",
                               str(threads), "--quiet", "--json", "-", *selection])
        document = json.loads(text)
        return seconds, {**document["result"], "digest": document["result_digest"]}
    return run


def pairs(text):
    """'name number name number ...'"""
    words = text.split()
    return {name: float(number) for name, number in zip(words[::2], words[1::2])}


def library_read(build):
    def run(storage, file):
        seconds, text = timed([build / "bench_library_read", file, variable])
        return seconds, pairs(text)
    return run


def pread_loop(build, threads):
    def run(storage, file):
        if storage != "contiguous":
            return None
        return timed([build / "bench_pread_loop", file, variable, str(threads)])[0], {}
    return run


def pinned_loop(build, threads, part=1):
    def run(storage, file):
        if storage != "contiguous":
            return None
        return timed([build / "bench_pinned_loop", file, variable, str(threads), "--part", str(part)])[0], {}
    return run


def h5py_numpy(python):
    def run(storage, file):
        _, text = timed([python, here.parent / "command/h5py_peer.py", file, variable])
        seconds, low, high = map(float, text.split())
        return seconds, {"min": low, "max": high}
    return run


def xarray_dask(python):
    def run(storage, file):
        found = pairs(timed([python, here / "xarray_peer.py", file, variable])[1])
        return found.pop("seconds"), found
    return run


def cdo(storage, file):
    """The mean alone, unweighted: the least that reads everything. In its favour: no variance, no extremes."""
    seconds, text = timed(["cdo", "-s", "outputf,%.17g", "-fldmean,weights=FALSE", "-timmean", file])
    return seconds, {"mean": float(text)}


def nco(storage, file):
    """The mean alone, in its favour."""
    out = file.with_suffix(".ncwa")
    seconds, _ = timed(["ncwa", "-O", "-y", "avg", "-v", variable, file, out])
    _, text = timed(["ncks", "-s", "%.9g\\n", "-H", "-C", "-v", variable, out])
    out.unlink()
    return seconds, {"mean": float(text.split()[0])}


def all_here(build, scales):
    """(name -> contender in the order of their turns, what is skipped and why). The largest appetite for memory comes
    last."""
    most = cores()
    found, skipped = {"1 thread": scatterfold(build, "threads", 1)}, []
    if most > 1:
        found[f"{most} threads"] = scatterfold(build, "threads", most)

    def add(name, contender, there, reason):
        if there:
            found[name] = contender
        else:
            skipped.append(f"SKIPPED: {name}: {reason}")

    gpu = has_gpu()
    add("cuda", scatterfold(build, "cuda", most), gpu, "no GPU here")
    add("pread loop", pread_loop(build, most), True, "")
    add("pinned loop", pinned_loop(build, most), gpu and (build / "bench_pinned_loop").exists(),
        "no GPU here" if not gpu else "bench_pinned_loop is built only where CUDA is")
    add("H5Dread", library_read(build), True, "")
    python = python_with("h5py, numpy")
    add("h5py", h5py_numpy(python), python, "no python with h5py and numpy (python3-h5py)")
    python = python_with("xarray, dask.array, netCDF4")
    add("xarray", xarray_dask(python), python,
        "no python with xarray, dask and netCDF4 (python3-xarray python3-dask python3-netcdf4)")
    for name, program, contender in (("cdo", "cdo", cdo), ("nco", "ncwa", nco)):
        add(name, contender, has(program) and scales,
            f"not installed (package {name})" if scales else "needs h5py for the coordinates of its file")
    return found, skipped
