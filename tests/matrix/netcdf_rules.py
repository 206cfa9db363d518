# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Missing values and packing, over chunked and compressed data."""
import numpy as np

from recipe import FLETCHER32, Recipe, SHUFFLE, create, deflate, stored
from values import field, with_some

SHAPE, CHUNKS = (150, 110), (64, 50)
STORED = {"filtered": (SHUFFLE, deflate(2)), "checked": (FLETCHER32, deflate(1), SHUFFLE), "plain": ()}


def ruled(data, filters, **attributes):
    def make(file):
        dataset = create(file, data.shape, data.dtype, chunks=CHUNKS, filters=filters, fill=attributes.get("_FillValue"))
        written = data.copy()
        if "_FillValue" in attributes:
            dataset[:100] = data[:100]  # the rest is never written and has the fill value
            written[100:] = 0
            written[128:] = attributes["_FillValue"]
            written[100:128] = attributes["_FillValue"]
        else:
            dataset[...] = data
        for name, value in attributes.items():
            dataset.attrs[name] = value
        return written
    return make


def cases():
    f4, f8, i2, u1 = (field(SHAPE, dtype) for dtype in ("f4", "f8", "i2", "u1"))
    yield "_FillValue", with_some(f4, -999, share=0.3), dict(_FillValue=np.float32(-999))
    yield "_FillValue of NaN", with_some(f4, np.nan, share=0.3), dict(_FillValue=np.float32(np.nan))
    yield "_FillValue, big-endian", with_some(f8.astype(">f8"), 1e20, share=0.3), dict(_FillValue=np.array(1e20, ">f8"))
    yield "missing values", with_some(i2, 7, 9, share=0.2), dict(_FillValue=np.int16(7), missing_value=np.array([9, 11], "i2"))
    yield "valid_range", f8, dict(valid_range=np.array([255.5, 300.0]))
    yield "valid_range of integers", i2.astype(">i2"), dict(valid_range=np.array([-100, 1234], "i2"))
    yield "valid_min", i2.astype("i4"), dict(valid_min=np.int32(-1000))
    yield "valid_max", f4, dict(valid_max=np.float32(281.5))
    yield "packing", with_some(i2, -32767, share=0.2), dict(
        scale_factor=np.float64(0.0123), add_offset=np.float32(250.7), _FillValue=np.int16(-32767))
    yield "packing, big-endian", with_some(i2.astype(">i2"), -32767, share=0.2), dict(
        scale_factor=np.float64(-0.0123), add_offset=np.float64(2e5), _FillValue=np.int16(-32767))
    yield "scale_factor", f4, dict(scale_factor=np.float64(1 / 3))
    yield "add_offset", u1, dict(add_offset=np.float32(-12.25))
    yield "packed bytes seen as unsigned", u1.view("i1"), dict(_Unsigned="true", _FillValue=np.int8(-1), scale_factor=np.float32(0.5))
    yield "packing and valid_range", i2, dict(scale_factor=np.float64(0.01), add_offset=np.float64(273.15), valid_range=np.array([-500, 500], "i2"))
    yield "all missing", np.full(SHAPE, 4, "i4"), dict(_FillValue=np.int32(4))
    yield "packed half floats", field(SHAPE, "f2"), dict(scale_factor=np.float64(2), add_offset=np.float64(0.1))


def recipes():
    for turn, (name, data, attributes) in enumerate(cases()):
        for place, (how, filters) in enumerate(STORED.items()):
            yield Recipe(f"{name}, {how}", ruled(data, filters, **attributes), ("earliest", "latest")[(turn + place) % 2],
                         extra=place > 0 and (turn + place) % 2 == 0)
        yield Recipe(f"{name}, part", ruled(data, STORED["filtered"], **attributes), select=("0,60,,7", "1,3,-2"))
        yield Recipe(f"{name}, off", ruled(data, STORED["filtered"], **attributes), missing="off", extra=turn % 2 == 0)
