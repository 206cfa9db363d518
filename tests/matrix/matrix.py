# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Datasets of many layouts, filters, types, selections, rules and damages, folded in every mode and compared with NumPy.

Usage: matrix.py PROGRAM [--full] [--only REGEX] [--keep FOLDER] [--jobs N] [--patience X]

  --full        every combination in every mode; else modes of histograms, mpirun and some combinations rotate
  --only REGEX  the cases whose name, such as "layouts.contiguous 1d", matches
  --keep FOLDER leave the files there, to look at a case that failed
  --patience X  for a program that is slow on purpose: limits of time are multiplied
Ends with 77 where no python has h5py and NumPy.
"""
import argparse
import concurrent.futures
import multiprocessing
import os
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
try:
    import h5py
    import numpy as np
except ImportError:
    others = [os.environ.get("SCATTERFOLD_PYTHON"), "/usr/bin/python3", shutil.which("python3")]
    tried = os.environ.get("SCATTERFOLD_MATRIX_TRIED", "").split(":")
    for other in others:
        if other and other not in tried and other != sys.executable and os.access(other, os.X_OK):
            os.environ["SCATTERFOLD_MATRIX_TRIED"] = ":".join([*tried, other, sys.executable])
            os.execv(other, [other, "-B", *sys.argv])
    print("no python with h5py and NumPy was found")
    sys.exit(77)

sys.path.append(str(HERE.parent / "architecture"))
import chunk_masks  # noqa: E402
import damage  # noqa: E402
import element_types  # noqa: E402
import expected  # noqa: E402
import filters  # noqa: E402
import layouts  # noqa: E402
import netcdf_rules  # noqa: E402
import selections  # noqa: E402
from cases import Cases, Skipped  # noqa: E402
from recipe import NAME, description, open_new  # noqa: E402
from runs import Run, has_mpirun  # noqa: E402

GROUPS = (layouts, filters, chunk_masks, element_types, selections, netcdf_rules, damage)
LIMIT_S = 5  # within which a damaged input must be known (FAULTS)
BINS = 37
FORKED = multiprocessing.get_context("fork")


class Case:
    def __init__(self, turn, group, recipe, options, folder):
        self.turn, self.recipe, self.options = turn, recipe, options
        self.name = f"{group.__name__}.{recipe.name}"
        self.path = folder / f"{group.__name__}-{re.sub('[^A-Za-z0-9.]+', '_', recipe.name)}-{turn}.h5"

    def check(self):
        """Problems as lines."""
        recipe = self.recipe
        try:
            with open_new(self.path, recipe.file) as file:
                model = recipe.make(file)
            about = description(self.path, recipe)
            if recipe.damage:
                recipe.damage(self.path)
            problems = list(self.refused() if recipe.says else self.folded(model))
        finally:
            if not self.options.keep:
                self.path.unlink(missing_ok=True)
        return [f"  {about}", *problems] if problems else []

    def run(self, mode, *words):
        words = [*words, f"{self.path}:/{NAME}", "--json", "-", "-q"]
        for select in self.recipe.select:
            words += ["-d", select]
        if self.recipe.missing != "auto":
            words += ["--missing", self.recipe.missing]
        return Run(self.options.program, mode, words, portable=mode == "threads" and self.turn % 2 == 1)

    def modes(self):
        modes = ["serial", "threads", "processes"]
        if has_mpirun() and (self.options.full or self.recipe.mpi or self.turn % 24 == 5 or (self.recipe.says and self.turn % 3 == 0)):
            modes.append(("mpi", "mpi threads")[self.turn % 2])
        return modes

    def refused(self):
        for mode in self.modes():
            run = self.run(mode, "moments")
            lines = run.error_lines()
            absent = [part for part in self.recipe.says if not lines or part not in lines[0]]
            if run.code != 3 or len(lines) != 1 or absent:
                yield f"{run}\n  expected: code 3 and one error line with {', '.join(self.recipe.says)}"
            elif run.out:
                yield f"{run}\n  expected: nothing on stdout, got {run.out[:200]}"
            if run.seconds > LIMIT_S * self.options.patience:
                yield f"{run}\n  expected: {LIMIT_S * self.options.patience} s at most"

    def stored(self, model):
        """The array in the file: as written, and as HDF5 reads it."""
        if self.recipe.damage:
            return expected.Model(model, {}), 0
        with h5py.File(self.path, "r") as file:
            dataset = file[NAME]
            read = np.asarray(dataset[()])
            attributes = dict(dataset.attrs)
            chunks = int(np.prod([-(-n // c) for n, c in zip(dataset.shape, dataset.chunks)])) if dataset.chunks else 0
        if model is not None and not np.array_equal(read, model, equal_nan=read.dtype.kind == "f"):
            raise AssertionError("the recipe is wrong: h5py reads something else than it wrote")
        return expected.Model(read if model is None else np.asarray(model), attributes), chunks

    def folded(self, model):
        recipe = self.recipe
        model, chunks = self.stored(model)
        values, missing = expected.values_of(model, recipe)
        digests = {}
        for mode in self.modes():
            run = self.run(mode, "moments", *(["--order", "4"] if self.turn % 3 == 0 else []))
            if run.code != 0:
                lines = run.error_lines()
                if recipe.refusal and run.code == 3 and len(lines) == 1 and recipe.refusal in lines[0]:
                    raise Skipped(f"refused: {lines[0]}")
                yield f"{run}\n  expected: code 0"
                continue
            document = run.json()
            digests[mode] = document["result_digest"]
            if mode == "serial" or digests[mode] != digests.get("serial"):
                for problem in expected.moments_problems(document["result"], values, missing, chunks):
                    yield f"{run}\n  {problem}"
                if digests[mode] != digests.get("serial", digests[mode]):
                    yield f"{run}\n  expected digest {digests['serial']} as in serial, got {digests[mode]}"
        if self.turn % 2 and not self.options.full:
            return
        span = expected.some_range(values, self.turn)
        given = [] if span is None else [f"--range={span[0]!r},{span[1]!r}"]
        seen = set()
        modes = ["serial", "threads", "processes"]
        for mode in modes if self.options.full else modes[self.turn // 2 % 3:][:1]:
            run = self.run(mode, "histogram", "--bins", str(BINS), *given)
            if run.code != 0:
                yield f"{run}\n  expected: code 0"
                continue
            document = run.json()
            for problem in expected.histogram_problems(document["result"], values, missing, BINS, span):
                yield f"{run}\n  {problem}"
            seen.add(document["result_digest"])
        if len(seen) > 1:
            yield f"{run}\n  expected: one digest in all modes, got {sorted(seen)}"


def check_in_child(case):
    """A process of its own for each case. Threads would not do: a child that one of them starts holds the locks of files
    that another has open. And some plugins of HDF5 crash, which is then one failed case."""
    ours, childs = FORKED.Pipe(duplex=False)

    def work():
        try:
            found = case.check()
        except Skipped as skipped:
            found = str(skipped)
        except Exception as error:  # a case that breaks is a failed case, and the others still run
            found = [f"  {type(error).__name__}: {error}"]
        childs.send(found)

    child = FORKED.Process(target=work)
    child.start()
    childs.close()
    try:
        found = ours.recv()
    except EOFError:
        found = None
    child.join()
    return [f"  the case itself ended with {child.exitcode}"] if found is None else found


def options_of(arguments):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    parser.add_argument("--jobs", type=int, default=max(2, len(os.sched_getaffinity(0))))
    parser.add_argument("--patience", type=float, default=1)
    return parser.parse_args(arguments)


def main():
    options = options_of(sys.argv[1:])
    cases = Cases("Matrix")
    with tempfile.TemporaryDirectory(prefix="scatterfold-matrix-") as scratch:
        folder = pathlib.Path(options.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        chosen, turn = [], 0
        for group in GROUPS:
            for recipe in group.recipes():
                if recipe.extra and not options.full:
                    continue
                case = Case(turn, group, recipe, options, folder)
                turn += 1
                if re.search(options.only, case.name):
                    chosen.append(case)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for case, future in [(case, pool.submit(check_in_child, case)) for case in chosen]:
                cases.case(case.name, lambda: outcome(future.result()))
        absent = {"plugins": filters.absent(), "mpirun": None if has_mpirun() else "no mpirun: no case ran under it"}
        for what, why in absent.items():
            if why:
                cases.case(what, lambda: skip(why))
    cases.end()


def outcome(found):
    if isinstance(found, str):
        skip(found)
    return found


def skip(why):
    raise Skipped(why)


if __name__ == "__main__":
    main()
