# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""What NumPy makes of the stored numbers, and how far a result may be from it (docs/numerics.md)."""
import math
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))
from data import selected, valid_values  # noqa: E402

U = 2.0**-53  # the largest relative error of one operation in float64


class Model:
    """An array and attributes that look like a dataset of h5py."""

    def __init__(self, data, attributes):
        self.data, self.attrs, self.dtype = data, attributes, data.dtype

    def __getitem__(self, _):
        return self.data


def values_of(model, recipe):
    """The values that take part, as float64 or integers, and how many are missing."""
    data = selected(model, recipe.select)
    assert data.dtype.kind in "biuf", data.dtype
    return valid_values(model, data, recipe.missing == "auto")


def number(value):
    """A number of the JSON document; integers past 2^53 are text there."""
    if isinstance(value, str):
        return float(value) if value in ("NaN", "Infinity", "-Infinity") else int(value)
    return value


def same(a, b):
    return a == b or (a != a and b != b)


def bounds(values, chunks):
    """How far sum, mean and variance of floats may be from exact ones, to first order, doubled.

    An element passes 17 additions inside its leaf (8 in its lane, 6 over lanes, 3 over strips), then a binary tree over the
    leaves of a unit, the units of a segment and the segments: `joins` levels, one more for each of the three where they round up.
    sum: each addition errs by U times a partial sum, so all by (17 + joins) U sum|x|.
    mean: a leaf's as its sum; a join m_a + (m_b - m_a) (n_b / n) averages the errors of its parts and adds roundings of
    3 U |m_b - m_a| + U |m| <= 7 U max|x|. So E = (18 + 7 joins) U max|x|.
    variance: squares and their sum err by 21 U of it, a leaf's mean by at most E^2. A join adds d^2 n_a n_b / n, where d errs
    by 2 E and the sum over the joins of a level of d^2 n_a n_b / n is at most M2: by Cauchy and Schwarz 2 E std + E^2 a level,
    and 5 roundings.
    """
    n, largest = values.size, float(np.abs(values.astype("f8")).max())
    joins = 3 + math.ceil(math.log2(n + 1)) + math.ceil(math.log2(chunks + 1))
    std, mean = float(np.std(values.astype("f8"))), (18 + 7 * joins) * U * largest
    total = (17 + joins) * U * math.fsum(np.abs(values.astype("f8")))
    variance = (21 + 5 * joins) * U * std**2 + 2 * joins * mean * std + (joins + 1) * mean**2
    return 2 * total, 2 * mean, 2 * variance


def moments_problems(result, values, missing, chunks):
    got = {name: number(value) for name, value in result.items()}
    is_float, n = values.dtype.kind == "f", values.size
    exact = dict(count=n, missing=missing, nan=int(np.isnan(values).sum()), inf=int(np.isinf(values).sum()) if is_float else 0)
    near = {}
    if n == 0:
        exact.update(sum=0, min=math.nan, max=math.nan, mean=math.nan, variance=math.nan)
    elif exact["nan"] or exact["inf"]:
        with np.errstate(invalid="ignore"):
            exact.update(min=values.min().item(), max=values.max().item(), sum=values.sum().item(), mean=values.mean().item(),
                         variance=math.nan)
    else:
        exact.update(min=values.min().item(), max=values.max().item())
        wide = values.astype(np.longdouble)
        sum_bound, mean_bound, variance_bound = bounds(values, chunks)
        if is_float:
            total = math.fsum(values)
            near["sum"] = total, sum_bound
            near["mean"] = total / n, mean_bound
        else:
            total = sum(values.tolist())
            exact["sum"], exact["mean"] = total, total / n if abs(total) < 2**53 else float(total) / n
        variance = float(((wide - wide.mean())**2).mean())
        if variance < 1e300:
            near["variance"] = variance, variance_bound
    for name, want in exact.items():
        if not same(got[name], want):
            yield f"expected {name} {want!r}, got {got[name]!r}"
    for name, (want, bound) in near.items():
        if not abs(got[name] - want) <= bound:
            yield f"expected {name} {want!r} within {bound:.3g}, got {got[name]!r}, off by {got[name] - want:.3g}"


def range_of(finite):
    """The range without --range."""
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low < high:
        return low, high
    half = max(0.5, 1e-9 * abs(low))
    return low - half, high + half


def histogram_problems(result, values, missing, bins, span):
    x = values.astype("f8")
    finite = x[np.isfinite(x)]
    counts, edges = np.histogram(finite, bins, span or range_of(finite))
    with np.errstate(invalid="ignore"):
        want = dict(edges=edges.tolist(), counts=counts.tolist(), underflow=int((x < edges[0]).sum()),
                    overflow=int((x > edges[-1]).sum()), missing=missing, nan=int(np.isnan(x).sum()), inf=int(np.isinf(x).sum()))
    for name, expected in want.items():
        got = result[name]
        if isinstance(expected, list):
            got = [number(g) for g in got]
            wrong = [i for i, (a, b) in enumerate(zip(expected, got)) if a != b]
            if len(got) != len(expected) or wrong:
                at = wrong[0] if wrong else min(len(got), len(expected))
                yield f"expected {name}[{at}] {expected[at:at + 1]}, got {got[at:at + 1]}; {len(wrong)} of {len(expected)} differ"
        elif number(got) != expected:
            yield f"expected {name} {expected}, got {got}"


def some_range(values, turn):
    """A range that leaves something out on both sides, where the values allow it; None for every third case."""
    x = values.astype("f8")
    x = x[np.isfinite(x)]
    if turn % 3 == 0 or not x.size:
        return None
    low, high = (float(q) for q in np.quantile(x, (0.05, 0.9)))
    return (low, high) if low + 1e-6 * max(1, abs(low)) < high else (low - 1, low + max(1, abs(low)))
