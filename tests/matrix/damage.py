# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Files of which a part is broken: one line that says where, soon, whoever found it."""
import os
import zlib

import h5py

from encode import encoded
from recipe import FILES, FLETCHER32, NAME, Recipe, SHUFFLE, create, deflate, stored
from values import field

SHAPE, CHUNKS = (120, 150), (30, 40)
VICTIM = (2, 1)  # its coordinate in the grid


def place(path, victim=VICTIM):
    """Where the bytes of the chunk lie, the user block counted in."""
    with h5py.File(path, "r") as file:
        chunk = file[NAME].id.get_chunk_info_by_coord(tuple(v * c for v, c in zip(victim, CHUNKS)))
        start = chunk.byte_offset
        # HDF5 1.10 and some after it give offsets that do not count the user block.
        if file.userblock_size and h5py.version.hdf5_version_tuple < (1, 14, 0):
            start += file.userblock_size
    return start, chunk.size


def flip(path, where=0.5, count=1, victim=VICTIM):
    start, size = place(path, victim)
    with open(path, "r+b") as file:
        at = start + min(int(size * where), size - count)
        file.seek(at)
        old = file.read(count)
        file.seek(at)
        file.write(bytes(b ^ 0x55 for b in old))


def direct(pipeline, victim_bytes, mask=0):
    """A `make` whose chunks are sound, but for the victim's bytes: victim_bytes(encoded, raw)."""
    def make(file):
        data = field((SHAPE[0], 160))
        dataset = create(file, SHAPE, "f4", chunks=CHUNKS, filters=pipeline)
        for i in range(SHAPE[0] // CHUNKS[0]):
            for j in range(4):
                raw = data[30 * i:30 * i + 30, 40 * j:40 * j + 40].tobytes()
                sound = encoded(raw, pipeline, 4)
                bad = (i, j) == VICTIM
                dataset.id.write_direct_chunk((30 * i, 40 * j), victim_bytes(sound, raw) if bad else sound, mask if bad else 0)
    return make


def recipes():
    said = ("/x", f"chunk ({VICTIM[0]}, {VICTIM[1]})")
    chains = ((deflate(4),), (SHUFFLE, deflate(4)), (FLETCHER32,), (SHUFFLE, FLETCHER32), (deflate(4), FLETCHER32),
              (FLETCHER32, deflate(4)), (SHUFFLE, deflate(4), FLETCHER32), (deflate(4), FLETCHER32, SHUFFLE))
    for turn, chain in enumerate(chains):
        name = " ".join(step[0] for step in chain)
        whole = stored(field(SHAPE, ("f4", ">i2", "f8")[turn % 3]), chunks=CHUNKS, filters=chain)
        for what, flipped in (("middle", dict(count=4)), ("first byte", dict(where=0)), ("last byte", dict(where=1))):
            yield Recipe(f"{what}, {name}", whole, tuple(FILES)[turn % len(FILES)],
                         damage=lambda path, flipped=flipped: flip(path, **flipped), says=said, extra=what != "middle" and turn % 2 == 0)
    whole = stored(field(SHAPE), chunks=CHUNKS, filters=(SHUFFLE, deflate(4), FLETCHER32))
    yield Recipe("first and last chunk", whole, damage=lambda path: [flip(path, victim=v) for v in ((0, 0), (3, 3))],
                 says=("/x", "chunk ("), mpi=True)
    yield Recipe("every chunk", whole, damage=lambda path: [flip(path, victim=(i, j)) for i in range(4) for j in range(4)],
                 says=("/x", "chunk ("), mpi=True)
    yield Recipe("damage where nothing is selected", whole, damage=flip, select=("0,,60",))
    yield Recipe("damage inside a selection with steps", whole, damage=flip, select=("0,1,,29", "1,2,,9"), says=said)

    ends = lambda sound, raw: sound[:len(sound) // 2]
    for name, chain, bad in (
            ("deflate that ends early", (deflate(4),), ends),
            ("deflate of too few bytes", (deflate(4),), lambda sound, raw: zlib.compress(raw[:-4])),
            ("deflate of too few bytes, shuffled", (SHUFFLE, deflate(4)), lambda sound, raw: zlib.compress(raw[:100])),
            ("deflate of nothing", (deflate(4),), lambda sound, raw: zlib.compress(b"")),
            ("checksum alone", (FLETCHER32,), lambda sound, raw: sound[-4:]),
            ("less than a checksum", (FLETCHER32,), lambda sound, raw: sound[-3:]),
            ("checksum over too few bytes", (FLETCHER32,), lambda sound, raw: encoded(raw[:-8], (FLETCHER32,), 4)),
            ("no deflate stream", (SHUFFLE, deflate(4)), lambda sound, raw: b"\0" * 64),
            ("one byte", (deflate(4),), lambda sound, raw: b"x")):
        yield Recipe(name, direct(chain, bad), says=said)
    yield Recipe("skipped filter, too few bytes", direct((deflate(4),), lambda sound, raw: raw[:-4], mask=1), says=said)
    yield Recipe("skipped filter, too few bytes, chunked only", direct((SHUFFLE,), lambda sound, raw: raw[:16]), says=said)

    def cut(path, share):
        os.truncate(path, int(os.path.getsize(path) * share))
    for share in (0.3, 0.7, 0.99):
        yield Recipe(f"truncated to {share}", whole, damage=lambda path, share=share: cut(path, share), says=("truncated",))
        yield Recipe(f"truncated to {share}, latest", whole, "latest", damage=lambda path, share=share: cut(path, share), says=("truncated",))
