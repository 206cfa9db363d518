# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Numbers to store: the same ones whenever the seed is."""
import numpy as np

INTEGERS = ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")
FLOATS = ("f2", "f4", "f8")


def field(shape, dtype="f4", seed=1):
    """Like a measured field: near 280 for floats; integers of a modest range, which compress."""
    random, dtype = np.random.default_rng(seed), np.dtype(dtype)
    if dtype.kind == "f":
        return (280 + np.round(15 * random.standard_normal(shape), 2)).astype(dtype)
    if dtype == bool:
        return random.random(shape) < 0.3
    limits = np.iinfo(dtype)
    return random.integers(max(limits.min, -3000), min(limits.max, 3000), shape, endpoint=True).astype(dtype)


def whole_range(shape, dtype, seed=1):
    """Every number that the type has may come, its ends do; for floats also -0.0 and subnormal numbers."""
    random, dtype = np.random.default_rng(seed), np.dtype(dtype)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        native = dtype.newbyteorder("=")
        data = random.integers(limits.min, limits.max, shape, native, endpoint=True)
        ends = [limits.min, limits.max, 0, 1]
    else:
        limits = np.finfo(dtype)
        data = random.standard_normal(shape) * 10.0 ** random.uniform(-4, 4 if dtype.itemsize == 2 else 12, shape)
        ends = [-0.0, 0.0, limits.tiny / 2, -limits.tiny / 4]
        native = dtype.newbyteorder("=")
    data = np.clip(data, limits.min, limits.max).astype(native) if dtype.itemsize == 2 else data.astype(native)
    flat = data.reshape(-1)
    flat[random.permutation(flat.size)[:4]] = ends[:min(4, flat.size)]
    return data.astype(dtype)


def with_some(data, *values, share=0.01, seed=3):
    data, random = data.copy(), np.random.default_rng(seed)
    for value in values:
        data[random.random(data.shape) < share] = value
    return data
