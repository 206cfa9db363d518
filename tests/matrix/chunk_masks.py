# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Chunks that went through only a part of their dataset's filters, as their masks say."""
import itertools

from encode import encoded
from recipe import FILES, FLETCHER32, Recipe, SHUFFLE, create, deflate
from values import field

SHAPE, CHUNKS = (62, 75), (10, 15)


def make(file, pipeline, dtype, masks, holes):
    """Chunk k has masks[k modulo their number]; with `holes` every fifth is not written."""
    dataset = create(file, SHAPE, dtype, chunks=CHUNKS, filters=pipeline, fill=5)
    grid = tuple(-(-n // c) for n, c in zip(SHAPE, CHUNKS))
    padded = field(tuple(g * c for g, c in zip(grid, CHUNKS)), dtype)
    for number, (i, j) in enumerate(itertools.product(*map(range, grid))):
        low = (i * CHUNKS[0], j * CHUNKS[1])
        inside = tuple(slice(a, a + c) for a, c in zip(low, CHUNKS))
        if holes and number % 5 == 2:
            padded[inside] = 5
            continue
        mask = masks[number % len(masks)]
        dataset.id.write_direct_chunk(low, encoded(padded[inside].tobytes(), pipeline, padded.itemsize, mask), mask)
    return padded[:SHAPE[0], :SHAPE[1]]


def recipes():
    steps = (SHUFFLE, deflate(4), FLETCHER32)
    chains = [chain for n in (1, 2, 3) for chain in itertools.permutations(steps, n)]
    for turn, chain in enumerate(chains):
        name, every = " ".join(step[0] for step in chain), range(2**len(chain))
        for which, masks in (("every mask", tuple(every)), ("all steps skipped", (every[-1],)), ("no mask", (0,))):
            dtype = ("f4", ">i2", "u1", "f8")[turn % 4]
            yield Recipe(f"{which}, {name}, {dtype}",
                         lambda file, a=(chain, dtype, masks, turn % 2): make(file, *a), tuple(FILES)[turn % len(FILES)],
                         extra=which != "every mask" and turn % 3 > 0)
