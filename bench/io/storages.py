# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""The same float32 numbers, stored in several ways. One time step is 512 x 512: 1 MiB."""
import pathlib

from machine import python_with, timed

variable = "t2m"
gzip = ["--deflate", "4", "--shuffle"]
# name: options of `scatterfold generate`
storages = {
    "contiguous": [],
    "chunks 1 MiB": ["--chunks", "1,512,512"],
    "gzip 1 MiB": ["--chunks", "1,512,512", *gzip],
    "gzip 16 KiB": ["--chunks", "1,64,64", *gzip],
    "gzip 16 MiB": ["--chunks", "16,512,512", *gzip],
}


def write(program, name, gib, folder):
    """Gives the file and whether it has the coordinates that netCDF programs want."""
    file = folder / f"{name.replace(' ', '-')}.nc"
    timed([program, "generate", f"{file}:/{variable}", "--shape", f"{max(16, int(gib * 1024))},512,512",
           "--distribution", "climate", "--quiet", *storages[name]])
    python = python_with("h5py, numpy")
    if python:
        timed([python, str(pathlib.Path(__file__).with_name("add_scales.py")), str(file), variable])
    return file, python is not None
