# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Types of elements, with all the numbers that they have."""
import itertools

import h5py
import numpy as np
from h5py import h5t

from recipe import FLETCHER32, Recipe, SHUFFLE, create, deflate, stored
from values import FLOATS, INTEGERS, field, whole_range, with_some

SHAPE = (120, 90)
STORED = {"contiguous": {}, "chunked": dict(chunks=(50, 37)), "filtered": dict(chunks=(50, 37), filters=(SHUFFLE, deflate(2))),
          "checked": dict(chunks=(33, 90), filters=(deflate(1), SHUFFLE, FLETCHER32))}


def numbers():
    for turn, (kind, order) in enumerate(itertools.product(INTEGERS + FLOATS, "<>")):
        data = whole_range(SHAPE, order + kind, turn)
        for place, (how, storage) in enumerate(STORED.items()):
            yield Recipe(f"{order}{kind}, {how}", stored(data, **storage), extra=place not in (turn % 2, 2 + turn // 2 % 2))
    for turn, (kind, order) in enumerate(itertools.product(FLOATS, "<>")):
        near = field(SHAPE, order + kind)
        for name, data in (("NaN", with_some(near, np.nan)), ("infinities", with_some(near, np.inf, -np.inf)),
                           ("+inf", with_some(near, np.inf)), ("NaN and infinities", with_some(near, np.nan, np.inf)),
                           ("only NaN", np.full(SHAPE, np.nan, near.dtype)), ("only -0.0", np.full(SHAPE, -0.0, near.dtype))):
            how = tuple(STORED)[turn % len(STORED)]
            yield Recipe(f"{name}, {order}{kind}, {how}", stored(data, **STORED[how]))
    yield Recipe("f4 with NaNs of all kinds", stored(np.array(
        [0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFBFFFFF, 0x3F800000] * 50, "u4").view("f4"), chunks=(77,), filters=(deflate(1),)))


def enumerations():
    for how, storage in STORED.items():
        yield Recipe(f"bool, {how}", stored(field(SHAPE, bool), **storage))
    for base in ("i1", "u2", ">i4", "u8"):
        data = np.random.default_rng(6).integers(0, 4, SHAPE).astype(base)
        kind = h5py.enum_dtype({"none": 0, "low": 1, "high": 2, "all": 3}, base)
        for how, storage in STORED.items():
            yield Recipe(f"enumeration of {base}, {how}", stored(data, dtype=kind, **storage), extra=how == "chunked")


def raw_type(make, data, **storage):
    """Stores `data` in a type that h5py has no name for: it is converted from its bytes, which are laid out as `make` says."""
    def write(file):
        dataset = create(file, data.shape, make(), **storage)
        dataset.id.write(h5py.h5s.ALL, h5py.h5s.ALL, data, make())
        return data
    return write


def odd():
    """Bit fields, integers of other widths, floats of other layouts. What they hold is what h5py reads, or our own bytes."""
    words = np.random.default_rng(7).integers(0, 2**16 - 1, SHAPE, "u2")
    for name, make, dtype in (("B8LE", lambda: h5t.STD_B8LE, "u1"), ("B16LE", lambda: h5t.STD_B16LE, "u2"),
                              ("B16BE", lambda: h5t.STD_B16BE, ">u2"), ("B64LE", lambda: h5t.STD_B64LE, "u8")):
        for how, storage in STORED.items():
            yield Recipe(f"bit field {name}, {how}", raw_type(make, words.astype(dtype), **storage), extra=how != "filtered")

    def narrow(base, bits):
        kind = h5t.py_create(np.dtype(base)).copy()
        kind.set_precision(bits)
        return kind
    for base, bits in (("i2", 12), (">u4", 20), ("i8", 50)):
        data = np.random.default_rng(bits).integers(0, 2**(bits - 1), SHAPE).astype(base)
        for how, storage in STORED.items():
            yield Recipe(f"{bits} bits of {base}, {how}", raw_type(lambda base=base, bits=bits: narrow(base, bits), data, **storage),
                         extra=how != "filtered")


def recipes():
    for group in (numbers, enumerations, odd):
        yield from group()
