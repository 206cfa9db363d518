#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""What people type for files larger than memory: `xarray_peer.py FILE VARIABLE` prints the seconds for opening, reading
and folding in one pass, and what it found. The interpreter's start and the imports are not counted, in its favour."""
import sys
import time

import dask
import dask.array  # noqa: F401  (xarray would import them inside the timed part)
import netCDF4  # noqa: F401
import xarray

start = time.perf_counter()
with xarray.open_dataset(sys.argv[1], engine="netcdf4", chunks="auto") as file:
    x = file[sys.argv[2]]
    mean, variance, low, high = dask.compute(x.mean(dtype="f8"), x.var(), x.min(), x.max())
print("seconds", time.perf_counter() - start, "mean", float(mean), "min", float(low), "max", float(high))
