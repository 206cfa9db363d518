# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Groups of time steps by their calendar, of an integer coordinate by its values, and blocks of steps."""
import itertools

import numpy as np

from recipe import SHUFFLE, create, deflate
from task import Analysis, Task
from values import field, with_some

PARTS = ("month", "year", "day", "yearmonth", "season", "dayofyear", "hour")
HOURS = {"hours": 1.0, "days": 24.0, "seconds": 1 / 3600, "minutes": 1 / 60}


def fields_of_time(values, units, calendar):
    """Year, month, day of month, day of year, hour, and days since the year 0 of each time, in plain arithmetic."""
    unit, _, day = units.split()[:3]
    year, month, of_month = (int(text) for text in day.split("-"))
    hours = np.rint(np.asarray(values, "f8") * HOURS[unit] * 3600).astype("i8")  # seconds
    days, rest = hours // 86400, hours % 86400
    hour = rest // 3600
    if calendar in ("standard", "gregorian", "proleptic_gregorian"):
        date = np.datetime64(f"{year:04}-{month:02}-{of_month:02}") + days.astype("m8[D]")
        years = date.astype("M8[Y]")
        months = date.astype("M8[M]")
        return dict(year=years.astype("i8") + 1970, month=months.astype("i8") % 12 + 1, dayofyear=(date - years.astype("M8[D]")).astype("i8") + 1,
                    hour=hour, day=date.astype("i8"), yearmonth=months.astype("i8"))
    lengths = np.full(12, 30) if calendar == "360_day" else np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    starts, long = np.concatenate([[0], np.cumsum(lengths)]), lengths.sum()
    days = days + year * long + starts[month - 1] + of_month - 1
    years, of_year = days // long, days % long
    months = np.searchsorted(starts, of_year, "right")
    return dict(year=years, month=months, dayofyear=of_year + 1, hour=hour, day=days, yearmonth=years * 12 + months)


def labels_of(values, units, calendar, part):
    fields = fields_of_time(values, units, calendar)
    return fields["month"] % 12 // 3 + 1 if part == "season" else fields[part]


def timed(data, dimension, times, storage=None, name="time", **attributes):
    def make(file):
        dataset = create(file, data.shape, data.dtype, **(storage or {}))
        dataset[...] = data
        for d, label in enumerate("abc"[:data.ndim]):
            scale = name if d == dimension else label
            file[scale] = times if d == dimension else np.arange(data.shape[d], dtype="f4")
            file[scale].make_scale(scale)
            dataset.dims[d].attach_scale(file[scale])
        for key, value in attributes.items():
            file[name].attrs[key] = value
        return data
    return make


def by_time(part, dimension, values, units, calendar, dims=(), reduced=(), **more):
    labels = labels_of(values, units, calendar, part)
    stamped = part in ("day", "yearmonth")
    return Analysis(tuple(dims), tuple(reduced), by=(f"time:{part}", dimension, labels), coordinate=None if stamped else part, **more)


AXES = (("standard", "hours since 1999-11-28", 6.0), ("noleap", "days since 2000-02-20", 0.75), ("360_day", "days since 1990-12-15", 1.5),
        ("gregorian", "seconds since 1970-01-01", 43200.0), ("proleptic_gregorian", "minutes since 1899-12-30", 720.0))


def times():
    for turn, (calendar, units, step) in enumerate(AXES):
        length, dimension = (730, 600, 900, 800, 700)[turn], turn % 3
        values = np.arange(length) * step
        if turn % 2:  # in no order
            values = values[np.random.default_rng(turn).permutation(length)]
        shape = [4, 3, 20]
        shape[dimension] = length
        data = field(tuple(shape), ("f4", "i2", "f8", "f4", "u1")[turn], turn)
        other = [d for d in range(3) if d != dimension]
        named = ["time" if d == dimension else "abc"[d] for d in range(3)]
        storage = dict(chunks=tuple(n // 3 + 1 for n in shape), filters=(SHUFFLE, deflate(1))) if turn % 2 == 0 else {}
        make = timed(data, dimension, values.astype("i8") if calendar == "gregorian" else values, storage, units=units, calendar=calendar)
        alone = [by_time(part, dimension, values, units, calendar, order=2 + 2 * (i % 2)) for i, part in enumerate(PARTS)]
        yield Task(f"{calendar}, parts of time", make, alone)
        others = [by_time(part, dimension, values, units, calendar, [named[d] for d in which], which, kind=kind)
                  for part, which, kind in (("month", other[:1], "moments"), ("year", other, "moments"), ("season", other[1:], "histogram"),
                                            ("hour", [dimension], "moments"), ("season", [], "histogram"))]
        yield Task(f"{calendar}, and other dimensions", make, others, mpi=turn == 0)
        yield Task(f"{calendar}, part of it", make, alone[:4] + others[:2], select=(f"{dimension},31,-3,7", f"{other[0]},1,,2"))
        yield Task(f"{calendar}, one alone", make, [alone[turn]], nan="skip", storage=dict(deflate=2))
        halves = [timed(np.take(data, r, dimension), dimension, values[r], units=units, calendar=calendar)
                  for r in (np.arange(0, 100), np.arange(100, length - 50), np.arange(length - 50, length))]
        yield Task(f"{calendar}, of three files", halves, alone[:2] + others[:2], concat=("time", dimension))


def own():
    data = with_some(field((120, 5, 18)), -999, share=0.2)
    random = np.random.default_rng(8)
    for turn, (low, high, kind) in enumerate(((0, 12, "i4"), (-5, 3, "i8"), (7, 8, "u1"), (0, 10**6, "i4"))):
        dimension = turn % 3
        labels = random.integers(low, high, data.shape[dimension]).astype(kind)
        make = timed(data, dimension, labels, dict(chunks=(50, 5, 7)) if turn % 2 else {}, name="station")
        named = [d for d in range(3) if d != dimension]
        by = ("station", dimension, labels)
        yield Task(f"own {kind} from {low}", make, [
            Analysis(by=by, coordinate="station"), Analysis(("abc"[named[0]],), (named[0],), by=by),
            Analysis(tuple("abc"[d] for d in named), tuple(named), by=by, order=4), Analysis(by=by, kind="histogram", span=(250, 300))])


def blocks():
    shape = (97, 6, 19)
    data = field(shape, "f4")
    for turn, (dimension, steps) in enumerate(itertools.product(range(3), (1, 2, 5, 1000))):
        other = [str(d) for d in range(3) if d != dimension]
        every = (str(dimension - 3 * (turn % 2)), dimension, steps)
        def make(file, turn=turn):
            dataset = create(file, shape, "f4", **(dict(chunks=(10, 4, 8)) if turn % 2 else {}))
            dataset[...] = data
            return data
        yield Task(f"every {steps} of {dimension}", make, [
            Analysis(every=every, order=4), Analysis((other[turn % 2],), (int(other[turn % 2]),), every=every), Analysis(every=every, kind="histogram"),
            Analysis(tuple(other), tuple(map(int, other)), every=every)], select=() if turn % 3 else (f"{dimension},2,-1,3", f"{other[0]},1,"))
    values = np.arange(97) * 3.0 + 1
    make = timed(data, 0, values, units="hours since 2001-01-01")
    middles = [np.median(values[i:i + 24]) for i in range(0, 97, 24)]
    yield Task("every 24 of a time", make, [Analysis(every=("time", 0, 24), coordinate="time", middles=np.array(middles))])


def tasks():
    for group in (times, own, blocks):
        yield from group()
