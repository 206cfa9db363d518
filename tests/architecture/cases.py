# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Test cases that print as GoogleTest's do, so that scripts/lib/count_tests.py counts each of them."""
import sys
import time


class Cases:
    """Runs cases one after the other. `end()` exits with 1 when one failed or there was none."""

    def __init__(self, suite):
        self.suite, self.run, self.failed = suite, 0, 0

    def case(self, name, check):
        """`check()` gives the problems it found, as lines; none is a pass. Skipped(reason) raised in it is a skip."""
        name = f"{self.suite}.{name}"
        print(f"[ RUN      ] {name}", flush=True)
        start, outcome = time.monotonic(), "      OK"
        try:
            problems = list(check())
        except Skipped as skipped:
            problems, outcome = [], " SKIPPED"
            print(f"{__file__}:1: Skipped {skipped}")
        for problem in problems:
            print(problem)
        if problems:
            outcome = " FAILED "
            self.failed += 1
        self.run += 1
        print(f"[ {outcome} ] {name} ({1000 * (time.monotonic() - start):.0f} ms)", flush=True)

    def end(self):
        if self.run == 0:
            print("no cases were found")
        sys.exit(1 if self.failed or self.run == 0 else 0)


class Skipped(Exception):
    pass
