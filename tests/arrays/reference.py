# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""What NumPy makes of some dimensions of an array, and how far a result may be from it (docs/numerics.md)."""
import dataclasses
import math

import numpy as np

from expected import U, range_of

SKIP, PROPAGATE = "skip", "propagate"


@dataclasses.dataclass
class Field:
    want: np.ndarray
    bound: np.ndarray = None  # of what may differ; None: nothing may
    blank: np.ndarray = None  # positions that must hold the fill value; None: the field is never blank


def rows_of(array, kept, reduced):
    """Positions by elements."""
    rows = np.transpose(array, (*kept, *reduced))
    return rows.reshape(math.prod(array.shape[d] for d in kept), math.prod(array.shape[d] for d in reduced))


def by_group(values, missing, reduced, grouping, fields_of):
    """fields_of(rows, missing rows) for every group, with the groups in the place of the dimension they are of."""
    if grouping is not None:
        reduced = sorted({*reduced, grouping[0]})
    kept = [d for d in range(values.ndim) if d not in reduced]
    lengths = [values.shape[d] for d in kept]

    def shaped(field):
        def reshape(a):
            return None if a is None else np.reshape(a, (*lengths, *np.shape(a)[1:]))
        return Field(reshape(field.want), reshape(field.bound), reshape(field.blank))

    if grouping is None:
        return {name: shaped(f) for name, f in fields_of(*(rows_of(a, kept, reduced) for a in (values, missing))).items()}
    dimension, group_of, labels = grouping
    at = sum(d < dimension for d in kept)
    groups = []
    for group in range(len(labels)):
        members = np.flatnonzero(group_of == group)
        rows = [rows_of(np.take(a, members, dimension), kept, reduced) for a in (values, missing)]
        groups.append({name: shaped(f) for name, f in fields_of(*rows).items()})

    def stacked(arrays):
        return None if arrays[0] is None else np.stack(arrays, at)
    return {name: Field(stacked([g[name].want for g in groups]), stacked([g[name].bound for g in groups]),
                        stacked([g[name].blank for g in groups])) for name in groups[0]}


def bounds(n, largest, total, variance):
    """How far sum, mean and variance may be from exact ones, to first order, doubled, for positions of `n` elements.

    In the order of columns an element passes at most 64 additions of its block, as its deviation from the block's first
    element, and a block one addition per block of its segment and 6 of the tree of segments: k = 64 + n / 64 + 6 is more than
    an element of a leaf passes too (17 and its joins).
    sum: a deviation is at most twice the largest |x|: k U (sum|x| + n largest) <= 2 k U n largest, and the shift back 2 U more.
    mean: the same over n, and each of j = n / 64 + 7 joins 7 U largest, as in tests/matrix/expected.py: E.
    variance: about its first element the squares of a block of 64 are at most 64 times those about its mean (folds/moments/
    column.hpp), and two such sums are subtracted: 128 k U. A join adds 5 roundings, and 2 E std + E^2.
    """
    n = np.maximum(n, 1)
    k, joins = 70 + n / 64, 8 + n / 64
    mean = (2 * (k + 2) + 7 * joins) * U * largest
    of_sum = 2 * (k + 2) * U * n * largest + U * np.abs(total)
    of_variance = (128 * k + 5 * joins) * U * variance + 2 * joins * mean * np.sqrt(variance) + (joins + 1) * mean**2
    return 2 * of_sum, 2 * mean, 2 * of_variance


def moments(values, missing, nan, order, nan_is_missing):
    """Fields by name of positions x elements."""
    is_float, skip = values.dtype.kind == "f", nan == SKIP
    nans = np.isnan(values) & ~missing if is_float else np.zeros(values.shape, bool)
    infinite = np.isinf(values) & ~missing if is_float else nans
    valid = ~missing & ~nans
    n, nan_count, inf_count = (a.sum(1) for a in (valid, nans, infinite))
    poisoned = (nan_count > 0) & (not skip)
    blank = (n == 0) & ~poisoned
    spoilt = poisoned | (inf_count > 0)

    fields = dict(count=Field(n + (0 if skip else nan_count)), missing=Field(missing.sum(1)), nan=Field(nan_count), inf=Field(inf_count))
    if values.shape[1] and is_float:
        low = np.where(valid, values, np.inf).min(1)
        high = np.where(valid, values, -np.inf).max(1)
        low[poisoned | blank], high[poisoned | blank] = np.nan, np.nan
    elif values.shape[1]:
        limits = np.iinfo(values.dtype)
        low, high = np.where(valid, values, limits.max).min(1), np.where(valid, values, limits.min).max(1)
    else:
        low = high = np.zeros(len(values), values.dtype)
    fields["min"], fields["max"] = Field(low, blank=blank), Field(high, blank=blank)

    count = np.maximum(n, 1)
    finite = valid & ~infinite
    wide = np.where(finite, values, 0).astype(np.longdouble)
    largest = np.abs(wide).max(1).astype("f8") if values.shape[1] else np.zeros(len(values))
    if is_float:
        total = wide.sum(1)
    elif values.dtype.itemsize < 8:
        total = np.where(valid, values, 0).sum(1, dtype="i8")
    else:
        total = np.where(valid, values, 0).astype(object).sum(1) if values.size else np.zeros(len(values))
    mean = (wide.sum(1) / count)[:, None]
    powers = [(np.where(finite, wide - mean, 0)**p).sum(1) / count for p in (2, 3, 4)]
    variance = powers[0].astype("f8")
    sum_bound, mean_bound, variance_bound = bounds(n, largest, np.asarray(total, "f8"), variance)
    if is_float:
        with np.errstate(invalid="ignore"):
            unbounded = np.where(valid, values, 0).sum(1)
        total = np.where(spoilt, np.where(poisoned, np.nan, unbounded), total.astype("f8"))
        fields["sum"] = Field(total, sum_bound, blank)
        fields["mean"] = Field(np.where(spoilt, total, mean[:, 0].astype("f8")), mean_bound, blank)
    else:
        fields["sum"] = Field(total if values.dtype.itemsize < 8 else np.asarray(total, "f8"), blank=blank)
        fields["mean"] = Field(np.asarray(total, "f8") / count, blank=blank)
    fields["variance"] = Field(np.where(spoilt, np.nan, variance), variance_bound, blank)
    stretch = count / np.maximum(n - 1, 1)
    fields["sample_variance"] = Field(np.where(spoilt | (n < 2), np.nan, variance * stretch), 2 * variance_bound * stretch, blank)
    std = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        std_bound = np.fmin(variance_bound / std, np.sqrt(variance_bound)) + 2 * U * std
    fields["std"] = Field(np.where(spoilt, np.nan, std), std_bound, blank)
    if order == 4:
        fields.update(higher(powers, n, variance_bound, mean_bound, spoilt, blank))
    return fields


def higher(powers, n, variance_bound, mean_bound, spoilt, blank):
    """About its first element the fourth powers of a block of 64 are at most 8 (m4 + 64^2 m4) of those about its mean, the
    third ones less; four sums are subtracted, k roundings each. A mean that is off by e changes the third power by 3 e std^2
    and the fourth by 4 e m3. And both are divided by powers of the variance, at most its square. A constant has neither."""
    with np.errstate(divide="ignore", invalid="ignore"):
        m2, m3, m4 = (p.astype("f8") for p in powers)
        skewness, kurtosis = m3 / m2**1.5, m4 / m2**2 - 3
        k = 70 + n / 64
        relative = 4 * 8 * 4097 * k * U + 2 * variance_bound / m2 + 8 * (8 + n / 64) * mean_bound / np.sqrt(m2)
        size = m4 / m2**2 + 1  # at least |skewness|, by Cauchy and Schwarz
        bound = 2 * size * np.where(np.isfinite(relative), relative, np.inf)
    constant = np.where(m2 == 0, np.nan, 1)
    return dict(skewness=Field(np.where(spoilt, np.nan, skewness * constant), bound, blank),
                kurtosis=Field(np.where(spoilt, np.nan, kurtosis * constant), bound, blank))


def histogram(values, missing, edges, nan_is_missing):
    bins = len(edges) - 1
    x = np.where(missing, np.nan, values.astype("f8"))
    nans = np.isnan(x) & ~missing
    infinite = np.isinf(x)
    below, above = x < edges[0], x > edges[-1]
    inside = ~missing & ~nans & ~below & ~above
    bin_of = np.minimum(np.searchsorted(edges, x, "right") - 1, bins - 1)  # the last bin has its upper edge
    counts = np.zeros((len(x), bins), "i8")
    np.add.at(counts, (np.nonzero(inside)[0], bin_of[inside]), 1)
    return dict(counts=Field(counts), underflow=Field(below.sum(1)), overflow=Field(above.sum(1)),
                missing=Field(missing.sum(1)), nan=Field(nans.sum(1)), inf=Field(infinite.sum(1)))


def edges_of(values, missing, bins, span):
    if span is None:
        x = values[~missing].astype("f8")
        span = range_of(x[np.isfinite(x)])
    return np.linspace(*span, bins + 1)


def problems(name, dataset, field):
    """What is wrong with a variable of the output."""
    got, want = dataset[()], field.want
    if got.shape != want.shape:
        yield f"{name}: expected shape {want.shape}, got {got.shape}"
        return
    blank = np.zeros(want.shape, bool) if field.blank is None else field.blank
    good = np.zeros(want.shape, bool)
    if blank.any():
        if "_FillValue" not in dataset.attrs:
            yield f"{name}: expected a _FillValue"
            return
        fill = dataset.attrs["_FillValue"][0]
        good |= blank & ((got == fill) | ((got != got) & (fill != fill)))
    if want.dtype.kind == "f" or got.dtype.kind == "f":
        want = np.asarray(want, "f8")
        bound = np.zeros(want.shape) if field.bound is None else field.bound
        limits = np.finfo(got.dtype) if got.dtype.kind == "f" else None
        if limits is not None and got.dtype.itemsize < 8:  # the stored type rounds once more, and overflows
            exact_extreme = name.rsplit("/", 1)[-1] in ("min", "max")
            bound = bound + (0 if exact_extreme and got.dtype.itemsize >= 4 else limits.eps / 2 * np.abs(want) + float(limits.smallest_subnormal))
        wide = got.astype("f8")
        with np.errstate(invalid="ignore"):
            near = (wide == want) | ((wide != wide) & (want != want)) | (np.abs(wide - want) <= bound) | ((bound == np.inf) & ~blank)
            if limits is not None:
                near |= np.isinf(wide) & (np.abs(want) > float(limits.max)) & (np.sign(wide) == np.sign(want))
    else:
        near = got == want
    good |= ~blank & near
    for place in np.argwhere(~good)[:2]:
        place = tuple(int(p) for p in place)
        told = "the fill value" if blank[place] else repr(want[place])
        off = "" if field.bound is None else f" within {np.asarray(field.bound)[place]:.3g}"
        yield f"{name}{list(place)}: expected {told}{off}, got {got[place]!r} ({(~good).sum()} of {good.size} wrong)"
