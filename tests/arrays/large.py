# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Outputs that several ranks write (from 64 MiB on), and reduced indices that many of them share."""
import numpy as np

from recipe import stored
from task import Analysis, Task, Way
from values import field


SHARING = (Way("processes 3", dict(mode="processes", processes=3)), Way("mpi 3, 16 MiB", dict(mode="serial", memory="16MiB"), 3),
           Way("processes 2, 16 MiB", dict(mode="processes", processes=2, memory="16MiB")), Way("threads 2", dict(mode="threads", threads=2)))


def tasks():
    wide = np.random.default_rng(5).integers(0, 200, (2, 900, 900)).astype("u1")
    yield Task("68 MiB of results", stored(wide), [Analysis(("0",), (0,), order=4)], ways=SHARING[:2])  # 88 bytes a position
    yield Task("68 MiB of results, chunks", stored(wide, chunks=(1, 300, 700)), [Analysis(("0",), (0,), order=4)], ways=SHARING[2:])
    long = field((9000, 3, 40), "f4")
    yield Task("long", stored(long, chunks=(100, 3, 16)), [Analysis(("0",), (0,), order=4), Analysis(("0", "1"), (0, 1), "histogram"),
               Analysis(("0", "1", "2"), (0, 1, 2)), Analysis(("0", "2"), (0, 2))], mpi=True)
    yield Task("long, by rows", stored(np.ascontiguousarray(long.T)), [Analysis(("2",), (2,), order=4), Analysis(("1", "2"), (1, 2))], mpi=True)
