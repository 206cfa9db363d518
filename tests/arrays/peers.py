# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""The same means by cdo and xarray, where these are installed."""
import shutil
import subprocess

import h5py
import numpy as np

from cases import Skipped
from groupings import timed
from recipe import open_new
from runs import Run
from values import field

# A float32 result of either may be off by a rounding of float32 of its own, and cdo sums float32 data in float64.
BOUND = 4 * 2.0**-24 * 400
CASES = (("--dims=time", "timmean", lambda d: d.mean("time")), ("--by=time:month", "ymonmean", lambda d: d.groupby("time.month").mean()),
         ("--by=time:yearmonth", "monmean", lambda d: d.resample(time="MS").mean()), ("--by=time:year", "yearmean", None),
         ("--by=time:day", "daymean", lambda d: d.resample(time="D").mean()), ("--every=time=24", "timselmean,24", None),
         ("--by=time:hour", "dhourmean", lambda d: d.groupby("time.hour").mean()))


def checks(program, folder):
    """Names and functions that give problems."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "peers.nc"
    with open_new(path, "earliest") as file:
        timed(field((1500, 6, 8)), 0, np.arange(1500) * 6.0, units="hours since 1999-01-01", calendar="standard")(file)
        file["time"].attrs["standard_name"] = "time"
        for name, units in (("b", "degrees_north"), ("c", "degrees_east")):
            file[name].attrs["units"] = units

    def ours(option):
        run = Run.of([program, "moments", f"{path}:/x", option, "--only", "mean", "--overwrite", "-o", str(folder / "ours.nc"), "-q"])
        if run.code != 0:
            raise AssertionError(str(run))
        with h5py.File(folder / "ours.nc") as file:
            return file["mean"][()]

    def compared(option, theirs):
        got = ours(option)
        if got.size != theirs.size or not np.abs(got.ravel() - theirs.ravel()).max() <= BOUND:
            yield f"  {option}: {got.shape} and {theirs.shape} differ, or by more than {BOUND:.2g}"

    def with_cdo():
        if not shutil.which("cdo"):
            raise Skipped("cdo is not installed")
        for option, operator, _ in CASES:
            subprocess.run(["cdo", "-s", "-O", operator, "-selname,x", path, folder / "cdo.nc"], check=True, capture_output=True)
            with h5py.File(folder / "cdo.nc") as file:
                yield from compared(option, file["x"][()])

    def with_xarray():
        try:
            import xarray
        except ImportError:
            raise Skipped("this python has no xarray") from None
        data = xarray.open_dataset(path)["x"].astype("f8")  # it sums float32 in float32
        for option, _, mean in CASES:
            if mean:
                yield from compared(option, mean(data).values)
    return dict(cdo=with_cdo, xarray=with_xarray)
