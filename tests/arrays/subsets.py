# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Every subset of the dimensions of data of one to five dimensions, all in one run: moments and histograms."""
import itertools

from h5py import h5d

from recipe import NAME, SHUFFLE, create, deflate, stored
from task import Analysis, Task
from values import field

# With lengths of 0 and 1, prime ones, innermost lengths around 16 (the fewest columns) and 64 (a block of them), and
# reduced indices of more than 16 blocks: of 64 elements (columns) and of 4096 (leaves), which makes several segments.
SHAPES = ((0,), (1,), (97,), (70_001,), (130, 7), (7, 130), (1, 80), (31, 15), (63, 16), (65, 17), (2100, 20), (2, 66_000), (3, 0),
          (71, 5, 19), (2, 3, 5), (1, 1, 1), (4, 0, 6), (1100, 2, 17), (5, 1, 67), (3, 64, 16), (3, 4, 5, 6), (2, 1, 7, 64),
          (5, 3, 2, 17), (66, 3, 1, 2), (0, 2, 2, 2), (2, 3, 4, 5, 6), (1, 2, 1, 3, 65), (3, 2, 2, 2, 15), (2, 2, 71, 1, 2))


def virtual(data):
    """Two datasets that a third one shows as one."""
    def make(file):
        import h5py
        layout = h5py.VirtualLayout(data.shape, data.dtype)
        cut = data.shape[0] // 2
        for name, part in (("low", slice(0, cut)), ("high", slice(cut, None))):
            file[name] = data[part]
            layout[part] = h5py.VirtualSource(".", name, data[part].shape)
        file.create_virtual_dataset(NAME, layout)
        return data
    return make


def alternating(data, chunk):
    """Chunks of which every third is never written."""
    def make(file):
        dataset = create(file, data.shape, data.dtype, chunks=chunk, filters=(deflate(1),), fill=3)
        for number, low in enumerate(itertools.product(*(range(0, n, c) for n, c in zip(data.shape, chunk)))):
            part = tuple(slice(a, a + c) for a, c in zip(low, chunk))
            if number % 3:
                dataset[part] = data[part]
        return dataset[()]
    return make


def odd_chunk(shape):
    return tuple(max(1, (n * 2 + 4) // 5) for n in shape)


STORAGE = (
    ("contiguous", lambda data: stored(data)),
    ("chunks", lambda data: stored(data, chunks=odd_chunk(data.shape))),
    ("filtered", lambda data: stored(data, chunks=odd_chunk(data.shape[::-1])[::-1], filters=(SHUFFLE, deflate(1)))),
    ("chunks larger than the data", lambda data: stored(data, chunks=tuple(n + 3 for n in data.shape), maxshape=(None,) * data.ndim)),
    ("big-endian", lambda data: stored(data.astype(data.dtype.newbyteorder(">")))),
    ("rows", lambda data: stored(data, chunks=(1,) * (data.ndim - 1) + (max(1, data.shape[-1]),), filters=(deflate(1),))),
    ("one element a chunk", lambda data: stored(data, chunks=(1,) * data.ndim)),
    ("compact", lambda data: stored(data, compact=True)),
    ("virtual", lambda data: virtual(data)),
    ("holes", lambda data: alternating(data, odd_chunk(data.shape))),
    ("big-endian, filtered", lambda data: stored(data.astype(data.dtype.newbyteorder(">")), chunks=odd_chunk(data.shape), filters=(SHUFFLE, deflate(1)))),
)
MOST = {"one element a chunk": 2000, "compact": 7000, "rows": 30_000, "virtual": 10**9, "holes": 10**9}


def all_subsets(rank):
    return [s for n in range(1, rank + 1) for s in itertools.combinations(range(rank), n)]


def analyses_of(shape, turn):
    """Moments over each subset, and histograms over some: with and without a range."""
    rank, analyses = len(shape), []
    for place, subset in enumerate(all_subsets(rank)):
        dims = [str(d if (place + d) % 3 else d - rank) for d in subset]
        dims = tuple(dims[::-1] if place % 2 else dims)
        analyses.append(Analysis(dims, subset, order=4 if (place + turn) % 3 == 0 else 2))
        if (place + turn) % 4 == 0:
            analyses.append(Analysis(dims, subset, "histogram", span=(-50.5, 290) if place % 2 else None))
    return analyses


def tasks():
    turn = 0
    for place, shape in enumerate(SHAPES):
        for again in range(2):
            name, make = STORAGE[turn % len(STORAGE)]
            data = field(shape, ("f4", "i2", "f8", "u1", "i4", "f2", "u8")[(place + 3 * again) % 7], turn)
            empty = data.size == 0
            while data.nbytes > 60_000 and name == "compact" or data.size > MOST.get(name, 10**9) or (empty and name in ("virtual", "holes", "compact", "rows", "one element a chunk")):
                turn += 1
                name, make = STORAGE[turn % len(STORAGE)]
            yield Task(f"{data.ndim}d {'x'.join(map(str, shape))} {data.dtype}, {name}", make(data), analyses_of(shape, turn),
                       ("earliest", "latest")[turn % 2])
            turn += 1
