# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""HDF5's filters forwards, for chunks that are written as bytes."""
import struct
import zlib

import numpy as np


def shuffle(raw, element_bytes):
    whole = len(raw) // element_bytes * element_bytes
    return np.frombuffer(raw[:whole], "u1").reshape(-1, element_bytes).T.tobytes() + raw[whole:]


def fletcher32(raw):
    """`raw` with HDF5's checksum behind it: sums of big-endian words modulo 65535, where 65535 stands for 0 of a sum."""
    words = np.frombuffer(raw + b"\0" * (len(raw) % 2), ">u2").astype(object)
    first, second = int(words.sum()), int((words * np.arange(len(words), 0, -1)).sum())
    low, high = ((s % 65535 or 65535) if s else 0 for s in (first, second))
    return raw + struct.pack("<I", high << 16 | low)


def encoded(raw, pipeline, element_bytes, mask=0):
    """`raw` through `pipeline`, without the steps whose bit in `mask` is set."""
    for place, step in enumerate(pipeline):
        if mask >> place & 1:
            continue
        raw = {"shuffle": lambda raw: shuffle(raw, element_bytes), "fletcher32": fletcher32,
               "deflate": lambda raw: zlib.compress(raw, *step[1:])}[step[0]](raw)
    return raw
