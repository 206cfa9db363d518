# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""A case of the arrays: what is written, which analyses are made of it, and in which ways they are run."""
import dataclasses
import json
import re
import typing

import h5py
import numpy as np

import reference
from data import decoded_values, selected
from expected import Model
from recipe import NAME, open_new
from runs import Run, has_mpirun

BINS = 7


@dataclasses.dataclass
class Analysis:
    dims: tuple = ()  # as they are given: names, or indices as text
    reduced: tuple = ()  # which dimensions those are
    kind: str = "moments"
    order: int = 2
    span: tuple = None  # of a histogram, or what is found
    by: tuple = None  # text of --by, dimension, label per index
    every: tuple = None  # dimension as it is given, number of it, steps
    only: tuple = ()
    coordinate: str = None  # the name of the groups' own, which holds their labels
    middles: np.ndarray = None  # what the coordinate of blocks holds

    def options(self):
        given = dict(dims=list(self.dims)) if self.dims else {}
        if self.by:
            given["by"] = self.by[0]
        if self.every:
            given["every"] = f"{self.every[0]}={self.every[2]}"
        if self.only:
            given["only"] = list(self.only)
        if self.kind == "moments" and self.order != 2:
            given["order"] = self.order
        if self.kind == "histogram":
            given["bins"] = BINS
            if self.span:
                given["range"] = list(self.span)
        return given

    def grouping(self, select, shape):
        """Dimension, group per selected index, and the labels of the groups."""
        if self.every:
            _, dimension, steps = self.every
            labels = np.arange(selected(Model(np.arange(shape[dimension]), {}), along(select, dimension)).size) // steps
        elif self.by:
            _, dimension, labels = self.by
            labels = selected(Model(np.asarray(labels), {}), along(select, dimension))
        else:
            return None
        distinct, inverse = np.unique(labels, return_inverse=True)
        return dimension, inverse, distinct


def along(select, dimension):
    """The selections of this dimension, for an array that has no other."""
    return [f"0,{text.split(',', 1)[1]}" for text in select if int(text.split(",", 1)[0]) == dimension]


@dataclasses.dataclass
class Way:
    """How a task is run. None of it may show in the bits."""
    name: str
    run: dict  # keys of [run]
    ranks: int = 0
    environment: dict = dataclasses.field(default_factory=dict)


SERIAL = Way("serial", dict(mode="serial"))
WAYS = (
    Way("threads 1", dict(mode="threads", threads=1)), Way("processes 2", dict(mode="processes", processes=2)),
    Way("threads 2, portable", dict(mode="threads", threads=2), 0, dict(SCATTERFOLD_ISA="portable")),
    Way("serial, 64 KiB", dict(mode="serial", memory="64KiB")),
    Way("threads 5, 1 MiB", dict(mode="threads", threads=5, memory="1MiB")),
    Way("processes 3", dict(mode="processes", processes=3)),
    Way("serial, avx2", dict(mode="serial"), 0, dict(SCATTERFOLD_ISA="avx2")),
    Way("threads 2, library", dict(mode="threads", threads=2), 0, dict(SCATTERFOLD_READ="library")),
    Way("processes 3, 64 KiB, portable", dict(mode="processes", processes=3, memory="64KiB"), 0, dict(SCATTERFOLD_ISA="portable")),
    Way("threads 5, avx512", dict(mode="threads", threads=5), 0, dict(SCATTERFOLD_ISA="avx512")),
    Way("serial, 4 KiB, library", dict(mode="serial", memory="4KiB"), 0, dict(SCATTERFOLD_READ="library")),
)
MPI_WAYS = (Way("mpi 2", dict(mode="serial"), 2), Way("mpi 3, threads 2", dict(mode="threads", threads=2), 3),
            Way("mpi 3, 64 KiB", dict(mode="serial", memory="64KiB"), 3), Way("mpi 2, threads 1", dict(mode="threads", threads=1), 2))
WAYS_PER_TASK, MPI_EVERY = 3, 11


@dataclasses.dataclass
class Task:
    name: str
    make: typing.Callable  # as in a Recipe, or a list of them for --concat
    analyses: list
    file: str = "earliest"
    select: tuple = ()
    missing: str = "auto"
    nan: str = "propagate"
    concat: tuple = None  # the dimension as it is given, and its number
    dtype: str = "float64"  # of the output; None: as scatterfold chooses
    storage: dict = dataclasses.field(default_factory=dict)  # of the output: deflate, chunks
    mpi: bool = False  # under mpirun whatever the rotation says
    ways: tuple = ()  # instead of the rotation's
    refused: tuple = None  # exit code and a part of the line


class TaskCase:
    def __init__(self, turn, group, task, options, folder):
        self.turn, self.task, self.options = turn, task, options
        self.name = f"{group.__name__}.{task.name}"
        self.folder = folder / f"{turn}-{re.sub('[^A-Za-z0-9.]+', '_', self.name)[:60]}"

    def check(self):
        np.seterr(all="ignore")  # what overflows or is NaN is so on purpose; NumPy keeps this by thread
        self.folder.mkdir(parents=True)
        self.write()
        base = self.run(SERIAL, "serial.nc")
        if self.task.refused:
            code, part = self.task.refused
            lines = base.error_lines()
            if base.code != code or len(lines) != 1 or part not in lines[0]:
                yield f"{base}\n  expected: code {code} and one line with {part}"
            return
        if base.code != 0:
            yield f"{base}\n  expected: code 0"
            return
        digest = base.json()["result_digest"]
        with h5py.File(self.folder / "serial.nc") as output:
            for problem in self.values_problems(output):
                yield f"{base}\n  {problem}"
            if output.attrs["result_digest"] != digest:
                yield f"{base}\n  the file has another digest than the document"
            for place, way in enumerate(self.ways()):
                yield from self.way_problems(way, digest, output if place == 0 else None)

    def write(self):
        makes = self.task.make if isinstance(self.task.make, list) else [self.task.make]
        self.parts, self.attributes = [], {}
        for number, make in enumerate(makes):
            path = self.folder / f"in_{number}.h5"
            with open_new(path, self.task.file) as file:
                make(file)
            with h5py.File(path, "r") as file:
                self.parts.append(np.asarray(file[NAME][()]))
                self.attributes = dict(file[NAME].attrs)
        job = dict(file=f"{self.folder}/in_{'*' if self.task.concat else '0'}.h5:/{NAME}", select=list(self.task.select),
                   missing=self.task.missing, nan=self.task.nan)
        if self.task.concat:
            job["concat"] = self.task.concat[0]
        lines = ["[input]", *(f"{key} = {json.dumps(value)}" for key, value in job.items())]
        for number, analysis in enumerate(self.task.analyses):
            lines += ["[[analysis]]", f'kind = "{analysis.kind}"', f'name = "a{number}"']
            lines += [f"{key} = {json.dumps(value)}" for key, value in analysis.options().items()]
        lines += ["[output]", *(f"{key} = {json.dumps(value)}" for key, value in self.output_options().items())]
        (self.folder / "job.toml").write_text("\n".join(lines) + "\n")
        self.job = job

    def output_options(self):
        return {**({"dtype": self.task.dtype} if self.task.dtype else {}), **self.task.storage}

    def run(self, way, output):
        program, output = self.options.program, str(self.folder / output)
        if len(self.task.analyses) > 1 or self.turn % 2:
            words = [program, "run", str(self.folder / "job.toml"), "--set", f"output.file={output}", "--json", "-", "-q"]
            for key, value in way.run.items():
                words += ["--set", f"run.{key}={value}"]
            return Run.of(words, way.ranks, way.environment)
        analysis = self.task.analyses[0]
        words = [program, analysis.kind, self.job["file"], "-o", output, "--json", "-", "-q", "--nan", self.task.nan,
                 "--missing", self.task.missing]
        for text in self.task.select:
            words += ["-d", text]
        given = {**analysis.options(), **self.output_options(), **way.run}
        if self.task.concat:
            given["concat"] = self.task.concat[0]
        for key, value in given.items():
            words.append(f"--{key}={','.join(map(str, value)) if isinstance(value, list) else value}")
        return Run.of(words, way.ranks, way.environment)

    def ways(self):
        if self.task.ways:
            return [way for way in self.task.ways if has_mpirun() or not way.ranks]
        first = self.turn * WAYS_PER_TASK
        ways = list(WAYS) if self.options.full else [WAYS[(first + i) % len(WAYS)] for i in range(WAYS_PER_TASK)]
        if self.task.storage:  # passes of a few positions would compress a chunk of the output again and again
            ways = [way for way in ways if way.run.get("memory") != "4KiB"]
        if has_mpirun() and (self.options.full or self.task.mpi or self.turn % MPI_EVERY == 5):
            ways.append(MPI_WAYS[self.turn // MPI_EVERY % len(MPI_WAYS)] if not self.task.mpi else MPI_WAYS[self.turn % len(MPI_WAYS)])
        return ways

    def way_problems(self, way, digest, base):
        run = self.run(way, "other.nc")
        if run.code == 2 and "no kernels for" in run.err:
            return
        if run.code != 0:
            yield f"{run}\n  expected: code 0 ({way.name})"
            return
        if run.json()["result_digest"] != digest:
            yield f"{run}\n  expected digest {digest} as in serial, got {run.json()['result_digest']} ({way.name})"
        with h5py.File(self.folder / "other.nc") as output:
            names = []
            output.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
            for name in names if base is not None else ():
                if name not in base or base[name][()].tobytes() != output[name][()].tobytes():
                    yield f"{run}\n  {name} is not as in serial ({way.name})"
        (self.folder / "other.nc").unlink()

    def values_problems(self, output):
        task = self.task
        whole = self.parts[0] if task.concat is None else np.concatenate(self.parts, task.concat[1])
        values, missing = decoded_values(Model(whole, self.attributes), whole, task.missing == "auto")
        values, missing = (selected(Model(a, {}), task.select) for a in (values, missing))
        marks = [np.atleast_1d(self.attributes[n]) for n in ("_FillValue", "missing_value") if n in self.attributes]
        nan_is_missing = task.missing == "auto" and any(np.any(m != m) for m in marks)
        for number, analysis in enumerate(task.analyses):
            group = output[f"a{number}"] if len(task.analyses) > 1 else output
            about = f"a{number} {analysis.kind} {json.dumps(analysis.options())}"
            if analysis.kind == "moments":
                def fields_of(rows, lost, order=analysis.order):
                    return reference.moments(rows, lost, task.nan, order, nan_is_missing)
            else:
                edges = reference.edges_of(values, missing, BINS, analysis.span)
                bins = group["counts"].dims[group["counts"].ndim - 1][0]
                stored_edges = np.append(output[bins.attrs["bounds"]][:, 0], output[bins.attrs["bounds"]][-1, 1])
                if not np.allclose(stored_edges, edges, rtol=1e-15, atol=0):
                    yield f"{about}: expected edges {edges}, got {stored_edges}"
                def fields_of(rows, lost, edges=stored_edges):
                    return reference.histogram(rows, lost, edges, nan_is_missing)
            grouping = analysis.grouping(task.select, whole.shape)
            fields = reference.by_group(values, missing, analysis.reduced, grouping, fields_of)
            names = {n for n, item in group.items() if isinstance(item, h5py.Dataset) and not h5py.h5ds.is_scale(item.id) and not n.endswith("_bnds")}
            wanted = {n for n in fields if not analysis.only or n in analysis.only}
            if len(task.analyses) > 1 and names != wanted:
                yield f"{about}: expected {sorted(wanted)}, got {sorted(names)}"
            for name in sorted(wanted):
                if name not in group:
                    yield f"{about}: there is no {name}"
                    continue
                yield from (f"{about}: {p}" for p in reference.problems(name, group[name], fields[name]))
            if analysis.coordinate:
                got, want = output[analysis.coordinate][()], grouping[2] if analysis.middles is None else analysis.middles
                if not np.array_equal(got, want):
                    yield f"{about}: expected {analysis.coordinate} {want}, got {got}"
