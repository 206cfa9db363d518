# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Results over some dimensions of many datasets, in many ways to run, compared with NumPy and with one another.

Usage: arrays.py PROGRAM [--full] [--only REGEX] [--keep FOLDER] [--jobs N]

  --full        every task in every way; else three ways each, by turns
  --only REGEX  the cases whose name, such as "subsets.3d", matches
  --keep FOLDER leave the files there, to look at a case that failed
Ends with 77 where no python has h5py and NumPy.
"""
import concurrent.futures
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "matrix"), str(HERE)]
import matrix  # noqa: E402  (looks for a python with h5py and NumPy)

import contents  # noqa: E402
import groupings  # noqa: E402
import large  # noqa: E402
import parts  # noqa: E402
import peers  # noqa: E402
import subsets  # noqa: E402
from cases import Cases  # noqa: E402
from runs import has_mpirun  # noqa: E402
from task import TaskCase  # noqa: E402

GROUPS = (subsets, contents, parts, groupings, large)


class Checked(TaskCase):
    def check(self):
        try:
            return list(super().check())
        finally:
            if not self.options.keep:
                shutil.rmtree(self.folder, ignore_errors=True)


def main():
    options = matrix.options_of(sys.argv[1:])
    cases = Cases("Arrays")
    with tempfile.TemporaryDirectory(prefix="scatterfold-arrays-") as scratch:
        folder, chosen, turn = pathlib.Path(options.keep or scratch), [], 0
        for group in GROUPS:
            for task in group.tasks():
                case = Checked(turn, group, task, options, folder)
                turn += 1
                if re.search(options.only, case.name):
                    chosen.append(case)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for case, future in [(case, pool.submit(matrix.check_in_child, case)) for case in chosen]:
                cases.case(case.name, lambda: matrix.outcome(future.result()))
        for name, check in peers.checks(options.program, folder / "peers").items():
            if re.search(options.only, f"peers.{name}"):
                cases.case(f"peers.{name}", check)
        if not has_mpirun():
            cases.case("mpirun", lambda: matrix.skip("no mpirun: no case ran under it"))
    cases.end()


if __name__ == "__main__":
    main()
