# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Writes the datasets that the tests of the command line fold, and what NumPy makes of them.

data.py DATA.h5 CASES.json EXPECTED.json
"""
import json
import sys

import h5py
import numpy as np


def write(path):
    random = np.random.default_rng(20)
    field = (280 + 15 * random.standard_normal((40, 50, 61))).astype("f4")
    whole = random.integers(-3000, 3000, (40, 50, 61))
    with h5py.File(path, "w") as f:
        f["f4"] = field
        f["f8"] = field.astype("f8") * 1.1
        f["f2"] = field.astype("f2")
        f["i2"] = whole.astype("i2")
        f["u1"] = (whole & 255).astype("u1")
        f["i8"] = whole.astype("i8") * 1_000_003_000_000
        f["u8"] = random.integers(0, 2**64 - 1, (70_001,), dtype="u8", endpoint=True)
        f["bool"] = whole > 0
        f["f4_big_endian"] = field.astype(">f4")
        f["i2_big_endian"] = whole.astype(">i2")
        f.create_dataset("f4_chunks", data=field, chunks=(7, 13, 61), compression="gzip", shuffle=True, fletcher32=True)
        f.create_dataset("i8_chunks", data=whole.astype(">i8"), chunks=(40, 3, 5), compression="gzip", shuffle=True)
        f.create_dataset("f2_chunks", data=field.astype(">f2"), chunks=(11, 50, 7))
        f.create_dataset("large_chunk", data=field[0], chunks=(512, 300), maxshape=(None, None))
        f.create_dataset("tiny_chunks", data=whole[0, :6, :7].astype("i4"), chunks=(1, 1))
        holes = f.create_dataset("holes", (90, 100, 30), "f4", chunks=(20, 30, 30), fillvalue=7.5)
        holes[25:30, 40:95, :] = field[:5, :, :].repeat(2, axis=1)[:, :55, :30]
        f.create_dataset("never_written", (1000, 100), "i4", fillvalue=-3)
        f["one"] = np.float64(2.5)
        f["single"] = np.array([1e30], "f4")
        f["none"] = np.zeros((0,), "f8")
        f.create_dataset("none_yet", (0, 5), "i2", maxshape=(None, 5), chunks=(8, 5))

        spoilt = field.astype("f8")
        spoilt[random.random(spoilt.shape) < 0.01] = np.nan
        f["nan"] = spoilt
        at_one_end = field.copy()
        at_one_end[-1, -1, -1] = np.nan
        f["last_nan"] = at_one_end
        f["all_nan"] = np.full((3, 4097), np.nan, "f4")
        infinite = field.astype("f8")
        infinite[random.random(infinite.shape) < 0.001] = np.inf
        f["inf"] = infinite

        def ruled(name, data, **attributes):
            dataset = f.create_dataset(name, data=data)
            for key, value in attributes.items():
                dataset.attrs[key] = value

        holed = field.copy()
        holed[random.random(field.shape) < 0.3] = -999
        ruled("fill", holed, _FillValue=np.float32(-999))
        ruled("fill_twice", holed, _FillValue=np.float32(1e20), missing_value=np.array([-999, 280], "f4"))
        holed = field.copy()
        holed[random.random(field.shape) < 0.3] = np.nan
        ruled("fill_nan", holed, _FillValue=np.float32(np.nan))
        packed = whole.astype("i2")
        packed[random.random(packed.shape) < 0.2] = -32767
        rules = dict(scale_factor=np.float64(0.0123), add_offset=np.float32(250.7), _FillValue=np.int16(-32767))
        ruled("packed", packed, **rules)
        ruled("packed_big_endian", packed.astype(">i2"), **rules)
        ruled("ranged", field.astype("f8"), valid_range=np.array([255.5, 300.0]))
        ruled("at_least", whole.astype("i4"), valid_min=np.int32(-1000))
        ruled("unsigned", (whole & 255).astype("u1").view("i1"), _Unsigned="true", _FillValue=np.int8(-1),
              scale_factor=np.float32(0.5))
        ruled("all_missing", np.full((5, 4096), 4, "i4"), _FillValue=np.int32(4))
        packed_float = field.copy()
        packed_float[0, 0, :] = np.nan
        ruled("packed_float", packed_float, scale_factor=np.float64(2), add_offset=np.float64(-0.1))


def selected(dataset, selection):
    data = dataset[()]
    index = [slice(None)] * data.ndim
    for text in selection:
        dimension, low, high, *step = text.split(",")
        bounds = (int(bound) if bound else None for bound in (low, high))
        index[int(dimension)] = slice(*bounds, int(step[0]) if step else 1)
    return data[tuple(index)] if data.ndim else np.array([data], dataset.dtype)


def decoded_values(dataset, data, apply_rules):
    """The values as float64 or as integers, and which of them the attributes call missing."""
    if data.dtype == bool:
        data = data.astype("u1")
    data = data.astype(data.dtype.newbyteorder("="))
    attributes = dict(dataset.attrs) if apply_rules else {}
    unsigned = attributes.get("_Unsigned") in ("true", b"true")
    view = (lambda x: np.asarray(x, data.dtype).view(data.dtype.str.replace("i", "u"))) if unsigned else np.asarray
    values = view(data)
    missing = np.zeros(values.shape, bool)
    for name in ("_FillValue", "missing_value"):
        for mark in np.atleast_1d(view(attributes[name])) if name in attributes else ():
            missing |= np.isnan(values) if mark != mark else values == mark
    low, high = attributes.get("valid_min"), attributes.get("valid_max")
    if "valid_range" in attributes:
        low, high = attributes["valid_range"]
    if low is not None:
        missing |= values < low
    if high is not None:
        missing |= values > high
    if "scale_factor" in attributes or "add_offset" in attributes:
        scale, offset = (np.float64(attributes.get(k, d)) for k, d in (("scale_factor", 1), ("add_offset", 0)))
        values = values.astype("f8") * scale + offset
    return (values.astype("f8") if values.dtype.kind == "f" else values), missing


def valid_values(dataset, data, apply_rules):
    """Those values, in a row, that are not missing; and how many are."""
    values, missing = decoded_values(dataset, data.ravel(), apply_rules)
    return values[~missing], int(missing.sum())


def moments(values, missing, skip):
    is_float = values.dtype.kind == "f"
    nan = int(np.isnan(values).sum()) if is_float else 0
    inf = int(np.isinf(values).sum()) if is_float else 0
    if skip and nan:
        values = values[~np.isnan(values)]
    n = values.size
    found = dict(count=n, missing=missing, nan=nan, inf=inf)
    names = ("min", "max", "mean", "variance", "sample_variance", "std", "skewness", "kurtosis")
    if n == 0:
        return {**found, "sum": 0.0 if is_float else 0, **dict.fromkeys(names, np.nan)}
    with np.errstate(all="ignore"):
        wide = values.astype(np.longdouble)
        total = wide.sum() if is_float else sum(int(x) for x in values)
        mean = total / np.longdouble(n) if is_float else np.longdouble(total) / n
        m2, m3, m4 = (((wide - mean) ** k).sum() / n for k in (2, 3, 4))
        return {**found, "min": values.min().item(), "max": values.max().item(),
                "sum": float(total) if is_float else total, "mean": float(mean), "variance": float(m2),
                "sample_variance": float(m2 * n / (n - 1)) if n > 1 else np.nan, "std": float(np.sqrt(m2)),
                "skewness": float(m3 / m2**1.5), "kurtosis": float(m4 / m2**2 - 3)}


def histogram(values, missing, bins, span):
    """numpy.histogram of the finite values in float64, with what lies outside."""
    x = values.astype("f8")
    nan, infinite = np.isnan(x), np.isinf(x)
    finite = x[~nan & ~infinite]
    if span is None and finite.size and finite.min() == finite.max() and abs(finite[0]) > 1e9:
        return None  # scatterfold widens the one unit that NumPy takes there; NumPy's bins would have no width
    counts, edges = np.histogram(finite, bins, span)
    below, above = int((x < edges[0]).sum()), int((x > edges[-1]).sum())
    return dict(edges=edges.tolist(), counts=counts.tolist(), underflow=below, overflow=above, missing=missing,
                nan=int(nan.sum()), inf=int(infinite.sum()))


def plain(value):
    """As scatterfold writes JSON."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, float) and value - value != 0:
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    return value


def main():
    path, cases_path, expected_path = sys.argv[1:]
    write(path)
    with open(cases_path) as f:
        cases = json.load(f)
    expected = {}
    for case in cases:
        with h5py.File(case["file"]) as f:
            dataset = f[case["dataset"]]
            values, missing = valid_values(dataset, selected(dataset, case["select"]), case["missing"] == "auto")
            expected[case["name"]] = plain({
                "elements": int(values.size + missing),
                "moments": moments(values, missing, case["nan"] == "skip"),
                "ranged": histogram(values, missing, 70, (250, 320)),
                "automatic": histogram(values, missing, 41, None),
            })
    with open(expected_path, "w") as f:
        json.dump(expected, f)


if __name__ == "__main__":
    main()
