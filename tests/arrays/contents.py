# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Every type of elements, missing values, packing, NaN and infinities."""
import itertools

import numpy as np

import netcdf_rules
from recipe import SHUFFLE, deflate, stored
from subsets import STORAGE, all_subsets
from task import Analysis, Task
from values import FLOATS, INTEGERS, field, whole_range, with_some

SHAPE = (75, 6, 21)
SOME = ((0,), (2,), (0, 2), (1,), (1, 2), (0, 1), (0, 1, 2))


def over(*subsets, rank=3, kinds=("moments", "histogram"), order=2):
    return [Analysis(tuple(map(str, s)), s, kind, order=order if i % 2 == 0 else 2) for kind in kinds for i, s in enumerate(subsets)]


def numbers():
    for turn, (kind, order) in enumerate(itertools.product(INTEGERS + FLOATS, "<>")):
        how, make = STORAGE[turn % 4]
        yield Task(f"{order}{kind}, {how}", make(whole_range(SHAPE, order + kind, turn)), over(SOME[turn % 7], SOME[(turn + 3) % 7]),
                   dtype=None if turn % 3 else "float64")
        # Near one another, so that higher moments say something.
        yield Task(f"{order}{kind}, near", stored(field(SHAPE, order + kind, turn), chunks=(64, 5, 8)),
                   [Analysis((str(turn % 3),), (turn % 3,), order=4)], dtype="float64" if turn % 3 else None)
    for turn, (how, make) in enumerate(STORAGE[:3]):
        yield Task(f"bool, {how}", make(field(SHAPE, bool)), over(SOME[turn], SOME[turn + 2]), dtype=None)


def rules():
    for turn, (name, data, attributes) in enumerate(netcdf_rules.cases()):
        how = ("filtered", "plain")[turn % 2]
        make = netcdf_rules.ruled(data, netcdf_rules.STORED[how], **attributes)
        yield Task(f"{name}, {how}", make, over((0,), (1,), rank=2, order=4), ("earliest", "latest")[turn % 2], dtype=None if turn % 2 else "float64")
        yield Task(f"{name}, contiguous", written(data, attributes), over((1 - turn % 2,), (0, 1), rank=2), select=("0,1,,2", "1,5,-4"),
                   nan=("propagate", "skip")[turn // 2 % 2])
        yield Task(f"{name}, off", written(data, attributes), [Analysis((str(turn % 2),), (turn % 2,))], missing="off")


def written(data, attributes):
    def make(file):
        result = stored(data)(file)
        for name, value in attributes.items():
            file["x"].attrs[name] = value
        return result
    return make


def specials():
    for turn, (kind, nan) in enumerate(itertools.product(FLOATS, ("propagate", "skip"))):
        near = field(SHAPE, kind)
        lines = near.copy()
        lines[:, 2, :] = np.nan  # positions of nothing else
        lines[:, :, 7] = np.inf
        for name, data in (("NaN", with_some(near, np.nan)), ("infinities", with_some(near, np.inf, -np.inf, share=0.004)),
                           ("NaN and infinities", with_some(near, np.nan, np.inf, share=0.02)), ("whole lines", lines),
                           ("only NaN", np.full((9, 70), np.nan, kind)), ("only -0.0", np.full((70, 20), -0.0, kind))):
            subsets = all_subsets(data.ndim)[:4]
            yield Task(f"{name}, {kind}, {nan}", stored(data, chunks=None if turn % 2 else tuple(n // 2 + 1 for n in data.shape)),
                       [Analysis(tuple(map(str, s)), s, order=2 + 2 * (i % 2)) for i, s in enumerate(subsets)] +
                       [Analysis(("0",), (0,), "histogram", span=(250, 290.5))], nan=nan)
    bad = with_some(field(SHAPE), np.nan)
    yield Task("NaN, error", stored(bad), [Analysis(("0",), (0,))], nan="error", refused=(6, "NaN"))
    yield Task("no NaN, error", stored(field(SHAPE)), [Analysis(("0",), (0,))], nan="error")
    masked = with_some(field(SHAPE), np.nan)
    for nan in ("propagate", "skip", "error"):
        yield Task(f"NaN as fill, {nan}", written(masked, dict(_FillValue=np.float32(np.nan))), over((0,), (1, 2)), nan=nan)
    hard = np.concatenate([np.full((64, 20), 1e15), 1e15 + np.arange(64 * 20).reshape(64, 20) % 7, np.full((70, 20), 1e-300)])
    yield Task("far from zero, then near", stored(hard), [Analysis(("0",), (0,), order=4), Analysis(("1",), (1,), order=4)])
    yield Task("past float64", stored(field((80, 20), "f8") * 1e305), [Analysis(("0",), (0,), only=("min", "max", "count")), Analysis(("1",), (1,), only=("min", "max"))])
    yield Task("constant", stored(np.full((200, 33), 0.1)), [Analysis(("0",), (0,), order=4), Analysis(("1",), (1,), order=4)])
    yield Task("filtered bytes", stored(whole_range((300, 40), "u1"), chunks=(17, 40), filters=(SHUFFLE, deflate(1))),
               [Analysis(("0",), (0,), order=4), Analysis(("1",), (1,), "histogram")], dtype="float32")


def tasks():
    for group in (numbers, rules, specials):
        yield from group()
