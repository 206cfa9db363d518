#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""What people type today: `h5py_peer.py FILE DATASET` prints the seconds for reading and folding, the least and the
greatest element. The interpreter's start and the imports are not counted, in its favour."""
import sys
import time

import h5py
import numpy  # noqa: F401  (h5py would import it inside the timed part)

start = time.perf_counter()
with h5py.File(sys.argv[1], "r") as file:
    d = file[sys.argv[2]]
    x = d[...]
    x.mean(dtype="f8"), x.var()
    low, high = x.min(), x.max()
print(time.perf_counter() - start, float(low), float(high))
