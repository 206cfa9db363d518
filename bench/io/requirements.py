# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""The promises about reading: one line each, as bench/measure/requirement.hpp prints them."""
from machine import cores


def line(what, limit, measured, where=""):
    if measured is None:
        print(f"requirement: {what} >= {limit:g}, not measured here{f' ({where})' if where else ''}")
    else:
        print(f"requirement: {what} >= {limit:g}, measured {measured:.3g} ({where}): "
              f"{'met' if measured >= limit else 'NOT MET'}")


def print_all(medians):
    most = "1 thread" if cores() == 1 else f"{cores()} threads"

    def compare(what, limit, mine, other):
        if mine and other:
            line(what, limit, other / mine, "whole command")
        else:
            line(what, limit, None)

    def against(storage, ours, peer, limit):
        mine, other = medians.get((storage, ours)), medians.get((storage, peer))
        compare(f"{storage}, {ours}: x {peer}", limit, mine, other)

    for peer, limit in (("H5Dread", 2.5), ("h5py", 12), ("cdo", 3), ("pread loop", 0.85)):
        against("contiguous", most, peer, limit)
    for peer, limit in (("H5Dread", 4.5), ("h5py", 5), ("cdo", 5), ("xarray", 10)):
        against("gzip 1 MiB", most, peer, limit)
    against("gzip 1 MiB", "1 thread", "H5Dread", 2.2)
    for storage in ("gzip 16 KiB", "gzip 16 MiB"):
        mine, other = medians.get((storage, most)), medians.get(("gzip 1 MiB", most))
        compare(f"{storage}, {most}: x speed with chunks of 1 MiB", 0.7, mine, other)
