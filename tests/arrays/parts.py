# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Selections, several files as one, and the names of dimensions."""
import numpy as np

from recipe import NAME, SHUFFLE, create, deflate, stored
from selections import SELECTED, STORED
from subsets import all_subsets
from task import Analysis, Task
from values import field


def over_all(rank, shift=0):
    return [Analysis(tuple(map(str, s)), s, order=2 + 2 * ((i + shift) % 2)) for i, s in enumerate(all_subsets(rank))]


def selected_parts():
    for place, (what, select) in enumerate(SELECTED):
        for again in range(2):
            how, storage = tuple(STORED.items())[(place + 2 * again) % len(STORED)]
            data = field((36, 40, 50), ("f4", ">i2", "f8", "u1", ">f4")[(place + again) % 5], place)
            yield Task(f"{what}, {how}", stored(data, **storage), over_all(3, place)[(again * 3):(again * 3 + 4)] + [
                Analysis(("1",), (1,), "histogram", span=(260, 300) if again else None)], select=select)


def named(data, names=("time", "lat", "lon"), how=None, **storage):
    """With netCDF's dimension scales, or HDF5's labels."""
    def make(file):
        dataset = create(file, data.shape, data.dtype, **storage)
        dataset[...] = data
        for d, name in enumerate(names):
            if how == "labels":
                dataset.dims[d].label = name
                continue
            file[name] = np.arange(data.shape[d], dtype="f8") * 2 - 1
            file[name].make_scale(name)
            dataset.dims[d].attach_scale(file[name])
        return data
    return make


def names():
    data = field((9, 7, 20))
    for how in ("scales", "labels"):
        yield Task(f"by name, {how}", named(data, how=how), [
            Analysis(("time",), (0,)), Analysis(("lon", "time"), (0, 2)), Analysis(("-1",), (2,)), Analysis(("lat", "-3"), (0, 1)),
            Analysis(("lon", "1", "time"), (0, 1, 2)), Analysis(("1",), (1,), "histogram")])
        yield Task(f"one by name, {how}", named(data, how=how, chunks=(4, 7, 6)), [Analysis(("time", "lon"), (0, 2), order=4)],
                   storage=dict(deflate=1, chunks=[5]))
    yield Task("only some results", named(data), [Analysis(("lat",), (1,), only=("mean", "std"))], dtype=None)
    yield Task("one output chunk", named(data), [Analysis(("time",), (0,))], storage=dict(chunks=[100, 100]))
    yield Task("odd output chunks", named(data), [Analysis(("time",), (0,)), Analysis(("time",), (0,), "histogram")], storage=dict(deflate=4))


def joined():
    """Three files stored in three ways."""
    for turn, dimension in enumerate((0, 1, 2, 0, 1)):
        dtype = ("f4", "i2", "f8", "f4", "u1")[turn]
        def part(length, seed, order, dtype=dtype, dimension=dimension, **storage):
            shape = [13, 11, 20]
            shape[dimension] = length
            return stored(field(tuple(shape), order + dtype, seed), **storage)
        files = [part(70, 1, "<"), part(9, 2, "<", chunks=(5, 4, 7), filters=(SHUFFLE, deflate(1))), part(21, 3, ">", chunks=(3, 11, 3))]
        yield Task(f"joined along {dimension}, {dtype}", files, over_all(3, turn), concat=(str(dimension), dimension), mpi=turn == 0)
        select = (f"{dimension},3,-4,{2 + turn}", f"{(dimension + 1) % 3},1,9,3")
        yield Task(f"joined along {dimension}, {dtype}, part", files, over_all(3, turn + 1) + [Analysis(("0", "2"), (0, 2), "histogram")],
                   concat=(str(dimension - 3), dimension), select=select)
        yield Task(f"joined along {dimension}, {dtype}, in blocks", files,
                   [Analysis(every=(str(dimension), dimension, 8)), Analysis(("0", "1"), (0, 1), every=(str(dimension), dimension, 33))],
                   concat=(str(dimension), dimension), select=select[1:])


def tasks():
    for group in (selected_parts, names, joined):
        yield from group()
    assert NAME == "x"
