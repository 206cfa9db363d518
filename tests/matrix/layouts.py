# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""How a dataset lies in its file, and which parts of it were ever written."""
import itertools

import numpy as np
from h5py import h5d

from recipe import FILES, Recipe, SHUFFLE, create, deflate, stored
from values import field

# shape, chunks that divide it, chunks that do not
SHAPES = (
    ((90_001,), (12_857,), (7_000,)),
    ((300, 250), (60, 125), (77, 64)),
    ((36, 40, 50), (12, 40, 25), (7, 13, 50)),
    ((6, 10, 20, 30), (3, 5, 20, 10), (4, 7, 3, 30)),
    ((4, 6, 5, 14, 20), (2, 3, 5, 7, 20), (3, 4, 2, 5, 13)),
)
TYPES = ("f4", "i2", ">f8", "u1", "f2", ">i4", "f8")


def whole():
    turn = 0
    for shape, dividing, ragged in SHAPES:
        rank = len(shape)
        for what, chunks in (("dividing", dividing), ("ragged", ragged), ("one", shape)):
            for file in FILES:
                data = field(shape, TYPES[turn % len(TYPES)], turn)
                turn += 1
                yield Recipe(f"chunks {what} {rank}d, {file} file", stored(data, chunks=chunks), file, extra=turn % 2 == 0)
        for file in FILES:
            data = field(shape, TYPES[turn % len(TYPES)], turn)
            turn += 1
            yield Recipe(f"contiguous {rank}d, {file} file", stored(data), file, extra=turn % 2 == 0)
        small = field(tuple(min(n, 6) for n in shape), TYPES[turn % len(TYPES)])
        yield Recipe(f"compact {rank}d", stored(small, compact=True), tuple(FILES)[turn % len(FILES)])


def indexes():
    """The kinds of chunk index of the latest format, small and with more entries than one block or page has."""
    data = field((130, 150), "i4")
    for what, maxshape, chunks, alloc in (
            ("implicit", None, (7, 11), h5d.ALLOC_TIME_EARLY), ("fixed array", (200, 200), (7, 11), None),
            ("paged fixed array", None, (3, 2), None), ("extensible array", (None, 150), (7, 11), None),
            ("large extensible array", (None, 150), (2, 3), None), ("b-tree 2", (None, None), (7, 11), None),
            ("deep b-tree 2", (None, None), (3, 2), None)):
        for filters in ((), (SHUFFLE, deflate(1))):
            for file in ("earliest", "latest", "userblock latest"):
                if what == "implicit" and filters:
                    continue
                yield Recipe(f"index {what}, {'filtered' if filters else 'plain'}, {file} file",
                             stored(data, chunks=chunks, maxshape=maxshape, alloc=alloc, filters=filters), file)


def odd_chunks():
    both = ("plain", ()), ("filtered", (SHUFFLE, deflate(3)))
    for turn, (file, (kind, filters)) in enumerate(itertools.product(("earliest", "latest"), both)):
        for place, (what, data, how) in enumerate((
                ("chunk larger than the dataset", field((30, 41)), dict(chunks=(64, 100), maxshape=(None, None))),
                ("chunk larger in one dimension", field((300, 41), ">i2"), dict(chunks=(64, 100), maxshape=(400, None))),
                ("large chunk, few elements", field((3,), "f8"), dict(chunks=(200_000,), maxshape=(None,))),
                ("chunks of one element", field((23, 31), "i4"), dict(chunks=(1, 1))),
                ("chunks of one element 4d", field((3, 5, 2, 7), ">f4"), dict(chunks=(1, 1, 1, 1))),
                ("rows as chunks", field((500, 301), "u2"), dict(chunks=(1, 301))),
                ("columns as chunks", field((500, 37), "f8"), dict(chunks=(500, 1))),
                ("chunk of 2 MiB", field((700, 900)), dict(chunks=(600, 900))))):
            yield Recipe(f"{what}, {kind}, {file} file", stored(data, filters=filters, **how), file,
                         extra=turn in (0, 3) and place % 2 == 1)
    yield Recipe("partial chunks unfiltered", stored(
        field((301, 250)), chunks=(100, 100), filters=(SHUFFLE, deflate(6)), partial_unfiltered=True), "latest")
    for file in ("latest", "userblock latest"):
        yield Recipe(f"partial chunks unfiltered, room to grow, {file} file", stored(
            field((130, 95), ">i4"), chunks=(40, 30), maxshape=(None, None), filters=(deflate(6), SHUFFLE),
            partial_unfiltered=True), file)


FILLS = (("f4", None), ("f4", 7.5), ("f4", np.nan), (">f8", -1e30), ("i2", 0), (">i4", -3), ("u1", 255), ("f2", np.inf),
         ("i8", 2**62 + 1), (">f2", np.nan), ("u8", 2**64 - 1))


def partly_written():
    shape, chunks = (90, 100, 12), (20, 30, 5)
    for turn, (dtype, fill) in enumerate(FILLS):
        for filters in ((), (SHUFFLE, deflate(2))):
            def make(file, dtype=dtype, fill=fill, filters=filters, maxshape=None, alloc=None):
                dataset = create(file, shape, dtype, chunks=chunks, filters=filters, fill=fill, maxshape=maxshape, alloc=alloc)
                model = np.full(shape, 0 if fill is None else fill, dtype)
                part = field((5, 55, 12), dtype, 9)
                dataset[25:30, 40:95] = model[25:30, 40:95] = part
                dataset[89, 99, 11] = model[89, 99, 11] = 1
                return model
            how = f"fill {fill}, {dtype}, {'filtered' if filters else 'plain'}"
            yield Recipe(f"partly written, {how}", make, tuple(FILES)[turn % len(FILES)], extra=turn > 2 and turn % 2 == bool(filters))
            yield Recipe(f"partly written, room to grow, {how}",
                         lambda file, make=make: make(file, maxshape=(None, None, 12)), "latest", extra=turn > 2)
            yield Recipe(f"partly written, early, {how}",
                         lambda file, make=make: make(file, alloc=h5d.ALLOC_TIME_EARLY),
                         tuple(FILES)[(turn + 1) % len(FILES)], extra=turn > 2)


def never_written():
    for turn, (dtype, fill) in enumerate(FILLS):
        model = np.full((300, 70), 0 if fill is None else fill, dtype)
        for what, how in (("contiguous", {}), ("contiguous early", dict(alloc=h5d.ALLOC_TIME_EARLY)),
                          ("compact", dict(compact=True)), ("chunked", dict(chunks=(70, 33))),
                          ("chunked early", dict(chunks=(70, 33), alloc=h5d.ALLOC_TIME_EARLY)),
                          ("filtered", dict(chunks=(70, 33), filters=(deflate(1),), maxshape=(None, None))),
                          ("filtered early", dict(chunks=(70, 33), filters=(deflate(1),), alloc=h5d.ALLOC_TIME_EARLY))):
            expected = model[:3] if what == "compact" else model
            def make(file, expected=expected, dtype=dtype, fill=fill, how=how):
                create(file, expected.shape, dtype, fill=fill, **how)
                return expected
            yield Recipe(f"never written, {what}, fill {fill}, {dtype}", make, tuple(FILES)[turn % len(FILES)], extra=turn > 2)


def fill_times():
    for what in ("ALLOC", "NEVER", "IFSET"):
        for alloc in ("LATE", "EARLY", "INCR"):
            if alloc == "INCR" and what == "NEVER":
                continue
            for filters in ((), (deflate(1),)):
                yield Recipe(f"fill time {what}, alloc {alloc}, {'filtered' if filters else 'plain'}", stored(
                    field((100, 130), "f4"), chunks=(30, 40), fill=3, filters=filters,
                    alloc=getattr(h5d, "ALLOC_TIME_" + alloc), fill_time=getattr(h5d, "FILL_TIME_" + what)), "latest")


def resized():
    for file in ("earliest", "latest", "userblock"):
        for filters in ((), (SHUFFLE, deflate(5))):
            def make(file, shapes, filters=filters):
                dataset = create(file, (100, 70), "f4", chunks=(30, 20), maxshape=(None, None), fill=-2.5, filters=filters)
                model = field((100, 70))
                dataset[...] = model
                for shape in shapes:
                    dataset.resize(shape)
                    grown = np.full(shape, -2.5, "f4")
                    common = tuple(slice(0, min(a, b)) for a, b in zip(shape, model.shape))
                    grown[common] = model[common]
                    model = grown
                return model
            for what, shapes in (("grown", [(400, 91)]), ("shrunk", [(41, 19)]), ("shrunk and grown", [(35, 33), (130, 80)]),
                                 ("grown and shrunk", [(500, 300), (99, 71)]), ("shrunk to nothing and grown", [(0, 70), (64, 64)]),
                                 ("shrunk to nothing", [(40, 0)])):
                yield Recipe(f"{what}, {'filtered' if filters else 'plain'}, {file} file",
                             lambda f, make=make, shapes=shapes: make(f, shapes), file)


def without_size():
    for dtype in ("f4", ">i8", "u1"):
        yield Recipe(f"scalar, {dtype}", stored(np.array(42, dtype)))
        yield Recipe(f"scalar, compact, {dtype}", stored(np.array(17, dtype), compact=True), "latest")
        yield Recipe(f"scalar never written, {dtype}", lambda file, dtype=dtype: (
            create(file, (), dtype, fill=5), np.array(5, dtype))[1], "userblock")
        yield Recipe(f"no elements, contiguous, {dtype}", stored(np.zeros((0,), dtype)))
        yield Recipe(f"no elements 3d, {dtype}", stored(np.zeros((4, 0, 7), dtype)), "latest")
        yield Recipe(f"no elements, chunked, {dtype}", stored(
            np.zeros((0, 5), dtype), chunks=(8, 5), maxshape=(None, 5), filters=(deflate(1),)), "latest")
        yield Recipe(f"one element, chunked, {dtype}", stored(np.full((1, 1, 1), 9, dtype), chunks=(1, 1, 1), filters=(deflate(1),)))


def recipes():
    for group in (whole, indexes, odd_chunks, partly_written, never_written, fill_times, resized, without_size):
        yield from group()
