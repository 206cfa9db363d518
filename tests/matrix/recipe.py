# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""What a case of the matrix is, and how its dataset /x is created."""
import ctypes
import dataclasses
import typing

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z

NAME = "x"


@dataclasses.dataclass
class Recipe:
    name: str
    make: typing.Callable  # make(file) writes /x; gives what it must hold as an array, or None where only HDF5 knows
    file: str = "earliest"  # one of FILES
    select: tuple = ()  # texts for -d
    missing: str = "auto"
    damage: typing.Callable = None  # damage(path), after the file is closed
    says: tuple = ()  # not empty: the run must end with 3 and one line with these parts
    refusal: str = None  # not None: may be refused with 3 and a line with this part, which is reported as skipped
    extra: bool = False  # only with --full
    mpi: bool = False  # also with mpirun, whatever the rotation says


# How the file itself is written: it decides which index a dataset has for its chunks, and where bytes lie. "latest" is the
# latest format that every HDF5 scatterfold builds with can read, whatever wrote it.
EARLIEST, LATEST = dict(libver=("earliest", "v110")), dict(libver=("v110", "v110"))
FILES = {
    "earliest": EARLIEST,
    "latest": LATEST,
    "userblock": dict(EARLIEST, userblock_size=1024),
    "userblock latest": dict(LATEST, userblock_size=512),
    "paged": dict(LATEST, fs_strategy="page", fs_page_size=8192),
}

SHUFFLE, FLETCHER32 = ("shuffle",), ("fletcher32",)
UNKNOWN_FILTER = 32099


def deflate(level=4):
    return "deflate", level


def filter_of(number, *values, optional=True):
    return "filter", number, h5z.FLAG_OPTIONAL if optional else 0, values


def add_filter(plan, step):
    kind, values = step[0], step[1:]
    if kind == "filter":
        plan.set_filter(values[0], values[1], values[2])
    else:
        getattr(plan, "set_" + kind)(*values)


def keep_partial_chunks_unfiltered(plan):
    """H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS, which h5py does not offer: from the library that it has loaded."""
    with open("/proc/self/maps") as maps:
        paths = [line.split()[-1] for line in maps if "/libhdf5" in line and "_hl" not in line]
    library = ctypes.CDLL(paths[0])
    if library.H5Pset_chunk_opts(ctypes.c_int64(plan.id), ctypes.c_uint(2)) < 0:
        raise OSError("H5Pset_chunk_opts failed")


def create(file, shape, dtype, chunks=None, maxshape=None, filters=(), compact=False, fill=None, alloc=None,
           fill_time=None, partial_unfiltered=False):
    """The dataset /x, not yet written. `filters` stand in the order in which they are applied."""
    stored = dtype if isinstance(dtype, h5t.TypeID) else h5t.py_create(np.dtype(dtype), logical=True)
    plan = h5p.create(h5p.DATASET_CREATE)
    plan.set_obj_track_times(False)
    if compact:
        plan.set_layout(h5d.COMPACT)
    if chunks is not None:
        plan.set_chunk(chunks)
    if partial_unfiltered:
        keep_partial_chunks_unfiltered(plan)
    for step in filters:
        add_filter(plan, step)
    if fill is not None:
        plan.set_fill_value(np.array(fill, stored.dtype))
    if alloc is not None:
        plan.set_alloc_time(alloc)
    if fill_time is not None:
        plan.set_fill_time(fill_time)
    space = h5s.create(h5s.SCALAR) if shape == () else h5s.create_simple(
        shape, tuple(h5s.UNLIMITED if n is None else n for n in maxshape) if maxshape else shape)
    return h5py.Dataset(h5d.create(file.id, NAME.encode(), stored, space, plan))


def stored(data, **how):
    """A `make` that writes `data` whole."""
    def make(file):
        dataset = create(file, data.shape, how.get("dtype", data.dtype), **{k: v for k, v in how.items() if k != "dtype"})
        if data.size:
            dataset[...] = data
        return data
    return make


def open_new(path, kind):
    return h5py.File(path, "w", **FILES[kind])


def description(path, recipe):
    """The dataset as a line, to make it again by hand."""
    try:
        with h5py.File(path, "r") as file:
            dataset = file[NAME]
            plan = dataset.id.get_create_plist()
            layout = {h5d.COMPACT: "compact", h5d.CONTIGUOUS: "contiguous", h5d.CHUNKED: "chunked"}[plan.get_layout()]
            filters = [plan.get_filter(i) for i in range(plan.get_nfilters())]
            words = [f"file {recipe.file}", str(dataset.dtype), str(dataset.shape), layout]
            if dataset.chunks:
                words += [f"chunks {dataset.chunks}, {dataset.id.get_num_chunks()} written", f"maxshape {dataset.maxshape}"]
            words += ["filters " + " ".join(f"{code}{tuple(values)}" for code, _, values, _ in filters)] * bool(filters)
            words += [f"fill {dataset.fillvalue}"] + [f"{k}={v}" for k, v in dataset.attrs.items()]
            return ", ".join(words)
    except Exception as error:  # of a damaged file
        return f"file {recipe.file} (h5py: {error})"
