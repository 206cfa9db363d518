# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Filters of a dataset: levels, orders, and those that few have."""
import itertools

import numpy as np
from h5py import h5t, h5z

from recipe import FILES, FLETCHER32, Recipe, SHUFFLE, UNKNOWN_FILTER, create, deflate, filter_of, stored
from values import field

TYPES = ("f4", "u1", "i2", ">f8", "f2", ">i4", "i8")
SHAPE, CHUNKS = (150, 200), (64, 77)


def file_of(turn):
    return tuple(FILES)[turn % len(FILES)]


def levels():
    for level in range(10):
        data = field(SHAPE, TYPES[level % len(TYPES)], level)
        yield Recipe(f"deflate {level}", stored(data, chunks=CHUNKS, filters=(deflate(level),)), file_of(level))
        yield Recipe(f"shuffle, deflate {level}", stored(data, chunks=CHUNKS, filters=(SHUFFLE, deflate(level))),
                     file_of(level + 2), extra=level not in (1, 6))


def orders():
    steps = (SHUFFLE, deflate(4), FLETCHER32)
    chains = [chain for n in (1, 2, 3) for chain in itertools.permutations(steps, n)]
    for turn, (chain, dtype) in enumerate(itertools.product(chains, TYPES)):
        name = " ".join(step[0] for step in chain)
        yield Recipe(f"{name}, {dtype}", stored(field(SHAPE, dtype, turn), chunks=CHUNKS, filters=chain), file_of(turn),
                     extra=turn % 3 != 0)


def repeated():
    twice_deflated = (filter_of(h5z.FILTER_DEFLATE, 3), filter_of(h5z.FILTER_DEFLATE, 6))
    for name, chain in (
            ("deflate twice", twice_deflated), ("shuffle twice", (SHUFFLE, SHUFFLE)),
            ("fletcher32 twice", (FLETCHER32, FLETCHER32)),
            ("shuffle deflate shuffle", (SHUFFLE, deflate(3), SHUFFLE)),
            ("fletcher32 deflate fletcher32", (FLETCHER32, deflate(3), FLETCHER32)),
            ("six steps", (SHUFFLE, FLETCHER32, SHUFFLE, deflate(2), FLETCHER32, SHUFFLE))):
        for turn, dtype in enumerate(("f4", ">i8")):
            yield Recipe(f"{name}, {dtype}", stored(field(SHAPE, dtype), chunks=CHUNKS, filters=chain), file_of(turn))


def odd_lengths():
    """Chunks whose bytes are no multiple of a word, of a vector, or of 65535; and contents at the ends of the checksum."""
    for turn, count in enumerate((1, 2, 3, 5, 7, 15, 17, 31, 33, 63, 65, 127, 719, 721, 4095, 4097, 65537)):
        for dtype in ("u1", "i2", "f4"):
            data = field((3 * count - 1 if count > 1 else 4,), dtype, count)
            yield Recipe(f"chunks of {count} {dtype}", stored(data, chunks=(count,), filters=(SHUFFLE, deflate(1), FLETCHER32)),
                         file_of(turn), extra=(turn + len(dtype)) % 2 == 0)
    for value in (0, 0xFF, 0x80):
        yield Recipe(f"checksum of bytes {value}", stored(
            np.full((100_003,), value, "u1"), chunks=(65_537,), filters=(FLETCHER32,)), file_of(value))


def random_bits():
    """What no filter can shrink: deflate's output is larger than its input."""
    random = np.random.default_rng(4)
    data = random.integers(0, 2**64 - 1, (99, 101), "u8", endpoint=True)
    for chain in ((deflate(1),), (deflate(9), SHUFFLE), (SHUFFLE, deflate(6), FLETCHER32)):
        yield Recipe("random bits, " + " ".join(step[0] for step in chain), stored(data, chunks=(40, 40), filters=chain))


def packed():
    whole = field(SHAPE, "i4")
    whole[3, 5] = 100_000
    for dtype in ("i1", "u1", "i2", ">u2", "i4", ">i8", "u8"):
        data = field(SHAPE, dtype)
        for behind in ((), (SHUFFLE, deflate(3)), (FLETCHER32,)):
            name = " ".join(["scaleoffset", dtype] + [step[0] for step in behind])
            yield Recipe(name, stored(data, chunks=CHUNKS, filters=(("scaleoffset", h5z.SO_INT, 0),) + behind), extra=bool(behind))
    for dtype in ("f4", "f8", ">f4"):
        def lossy(file, dtype=dtype):
            create(file, SHAPE, dtype, chunks=CHUNKS, filters=(("scaleoffset", h5z.SO_FLOAT_DSCALE, 2),))[...] = field(SHAPE, dtype)
        yield Recipe(f"scaleoffset float, {dtype}", lossy)
    yield Recipe("scaleoffset with fill, holes", lambda file: create(
        file, SHAPE, "i4", chunks=CHUNKS, fill=-7, filters=(("scaleoffset", h5z.SO_INT, 0),)).__setitem__(slice(0, 70), whole[:70]))
    for base, bits in (("i2", 12), (">i4", 19), ("u1", 3), ("i8", 40)):
        def nbit(file, base=base, bits=bits):
            narrow = h5t.py_create(np.dtype(base)).copy()
            narrow.set_precision(bits)
            dataset = create(file, SHAPE, narrow, chunks=CHUNKS, filters=(filter_of(h5z.FILTER_NBIT),))
            data = np.random.default_rng(bits).integers(0, 2**(bits - 1), SHAPE).astype(base)
            dataset[...] = data
            return data
        yield Recipe(f"nbit, {bits} bits of {base}", nbit)
    yield Recipe("nbit, whole f4", stored(field(SHAPE), chunks=CHUNKS, filters=(filter_of(h5z.FILTER_NBIT),)))


def rare():
    """lzf is h5py's own; nobody has 32099. A filter that no chunk went through need not be there."""
    lzf = h5z.FILTER_LZF
    yield Recipe("lzf", stored(field(SHAPE), chunks=CHUNKS, filters=(SHUFFLE, filter_of(lzf))), refusal=str(lzf))
    unshrinkable = np.random.default_rng(5).integers(0, 255, SHAPE, "u1", endpoint=True)
    yield Recipe("lzf that gave up on every chunk", stored(unshrinkable, chunks=CHUNKS, filters=(filter_of(lzf),)), refusal=str(lzf))

    def unknown(file, masks, written=True):
        dataset = create(file, (20, 30), "f4", chunks=(10, 15), fill=2, filters=(filter_of(UNKNOWN_FILTER, 1, 2),))
        data = field((20, 30))
        if not written:
            return np.full((20, 30), 2, "f4")
        for (row, column), mask in zip(itertools.product((0, 10), (0, 15)), masks):
            dataset.id.write_direct_chunk((row, column), data[row:row + 10, column:column + 15].tobytes(), mask)
        return data if all(masks) else None
    says = ("/x", str(UNKNOWN_FILTER))
    yield Recipe("filter nobody has", lambda file: unknown(file, (0, 0, 0, 0)), says=says)
    yield Recipe("filter nobody has, one chunk", lambda file: unknown(file, (1, 1, 0, 1)), says=says)
    yield Recipe("filter nobody has, no chunk", lambda file: unknown(file, (1, 1, 1, 1)), refusal=str(UNKNOWN_FILTER))
    yield Recipe("filter nobody has, never written", lambda file: unknown(file, (), False), refusal=str(UNKNOWN_FILTER))


def plugins():
    """Only where the python has hdf5plugin; `absent` tells else."""
    try:
        import hdf5plugin as plugin
    except ImportError:
        return
    data = field(SHAPE)
    for name, maker in (("zstd", plugin.Zstd()), ("zstd 19", plugin.Zstd(clevel=19)), ("lz4", plugin.LZ4()),
                        ("lz4 blocks", plugin.LZ4(nbytes=1000)), ("bitshuffle", plugin.Bitshuffle(cname="none")),
                        ("bitshuffle lz4", plugin.Bitshuffle()), ("bitshuffle zstd", plugin.Bitshuffle(cname="zstd")),
                        *((f"blosc {codec} {mode}", plugin.Blosc(cname=codec, clevel=5, shuffle=mode))
                          for codec in ("blosclz", "lz4", "lz4hc", "zlib", "zstd") for mode in (0, 1, 2))):
        step = filter_of(maker.filter_id, *maker.filter_options)
        for turn, dtype in enumerate(("f4", ">i2", "u1", "f8")):
            for chain in ((step,), (SHUFFLE, step), (step, FLETCHER32)):
                what = " ".join(name if one is step else one[0] for one in chain)
                yield Recipe(f"{what}, {dtype}", stored(field(SHAPE, dtype), chunks=CHUNKS, filters=chain), file_of(turn),
                             refusal=str(maker.filter_id), extra=bool(turn) or chain[0] is SHUFFLE)


def absent():
    try:
        import hdf5plugin  # noqa: F401
    except ImportError:
        return "this python has no hdf5plugin: zstd, lz4, bitshuffle and blosc were not written"
    return None


def recipes():
    for group in (levels, orders, repeated, odd_lengths, random_bits, packed, rare, plugins):
        yield from group()
