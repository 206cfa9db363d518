# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Parts of datasets, above all those that leave most chunks out."""
from recipe import FLETCHER32, Recipe, SHUFFLE, deflate, stored
from values import field

STORED = {"contiguous": {}, "chunked": dict(chunks=(7, 13, 20)),
          "filtered": dict(chunks=(7, 13, 20), filters=(SHUFFLE, deflate(3), FLETCHER32)),
          "row chunks": dict(chunks=(1, 1, 50), filters=(deflate(1),)), "one chunk": dict(chunks=(36, 40, 50), filters=(deflate(1),))}
SELECTED = (
    ("everything", ("0,,", "1,0,40")), ("steps", ("0,1,,3", "1,,,2", "2,5,,7")), ("step past the end", ("0,3,,100",)),
    ("step of a chunk", ("0,3,,7", "1,12,,13")), ("step over chunks", ("0,0,,15", "2,,,41")),
    ("few chunks", ("0,8,12", "1,20,24", "2,-15,-3")), ("one chunk", ("0,7,14", "1,13,26", "2,20,40")),
    ("across a border", ("0,6,8", "1,12,14", "2,19,21")), ("last", ("0,-1,", "1,-1,", "2,-1,")),
    ("first", ("0,0,1", "1,0,1", "2,0,1")), ("single", ("0,17,18", "1,3,4", "2,44,45")), ("a line", ("0,17,18", "1,3,4")),
    ("a column", ("1,3,4", "2,44,45")), ("a plane", ("2,49,50",)), ("nothing", ("1,5,5",)), ("nothing at the end", ("0,36,36", "2,1,9,3")),
    ("out of order", ("2,1,9,3", "0,-20,-2,4")),
)


def recipes():
    for turn, (how, storage) in enumerate(STORED.items()):
        data = field((36, 40, 50), ("f4", ">i2", "f8", "u1", ">f4")[turn], turn)
        for place, (what, select) in enumerate(SELECTED):
            yield Recipe(f"{what}, {how}", stored(data, **storage), ("earliest", "latest")[(turn + place) % 2], select,
                         extra=(turn + place) % 3 == 0)
    line = field((100_000,), "i4")
    for what, select in (("all but one", "0,1,"), ("every 4097th", "0,,,4097"), ("ends", "0,,,99999"), ("from the end", "0,-1,")):
        yield Recipe(f"{what}, line", stored(line, chunks=(4096,), filters=(deflate(1),)), "latest", (select,))
    yield Recipe("never written part", stored(line, chunks=(4096,), filters=(deflate(1),), maxshape=(None,)), "latest", ("0,50,60",))
