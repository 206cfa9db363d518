#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""NumPy's moments of random data of its own, `numpy_peer.py TYPE BYTES`: prints "ready", then for every line it reads
the seconds that one more turn took. bench_fold asks between its own turns."""
import sys
import time

try:
    import numpy
except ImportError:
    print("this python has no numpy", flush=True)
    sys.exit(0)

dtype = numpy.dtype(sys.argv[1])
x = numpy.random.default_rng(1).random(int(sys.argv[2]) // dtype.itemsize, dtype=dtype)
x *= 70
x += 250
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    x.mean(dtype="f8"), x.var(), x.min(), x.max()
    print(time.perf_counter() - start, flush=True)
