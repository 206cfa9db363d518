#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""`add_scales.py FILE DATASET` gives a dataset of three dimensions the coordinates time, lat and lon, as netCDF-4 has
them: cdo and nco then read the very bytes that everybody else reads."""
import sys

import h5py
import numpy

with h5py.File(sys.argv[1], "r+") as file:
    data = file[sys.argv[2]]
    times, lats, lons = (numpy.arange(n, dtype="f8") for n in data.shape)
    scales = {
        "time": ("days since 2000-01-01", times),
        "lat": ("degrees_north", 90 - (lats + 0.5) * 180 / len(lats)),
        "lon": ("degrees_east", lons * 360 / len(lons)),
    }
    for axis, (name, (units, values)) in enumerate(scales.items()):
        scale = file.create_dataset(name, data=values)
        scale.attrs["units"] = units
        scale.make_scale(name)
        data.dims[axis].attach_scale(scale)
