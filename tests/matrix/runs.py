# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Runs of the program, in every mode."""
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

MODES = {"serial": ["--mode", "serial"], "threads": ["--mode", "threads", "--threads", "3"],
         "processes": ["--mode", "processes", "--processes", "2"], "mpi": ["--mode", "serial"],
         "mpi threads": ["--mode", "threads", "--threads", "2"]}
RANKS = 3
HANG_S = 60


class Run:
    """One run: code, out, err, seconds. `code` is None where it had to be killed."""

    def __init__(self, program, mode, words, portable=False):
        self._start([program, *words, *MODES[mode]], RANKS if mode.startswith("mpi") else 0,
                    {"SCATTERFOLD_ISA": "portable"} if portable else {})

    @classmethod
    def of(cls, words, ranks=0, environment=()):
        """Any command; with `ranks` under mpirun."""
        run = cls.__new__(cls)
        run._start(list(words), ranks, environment)
        return run

    def _start(self, words, ranks, more):
        self.words = words
        environment = dict(os.environ, **dict(more))
        if not ranks:
            self._run(environment)
            return
        self.words = ["mpirun", "--oversubscribe", "-np", str(ranks), *self.words]
        environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        for _ in range(2):
            with tempfile.TemporaryDirectory() as segments:  # ranks that are killed leave their shared memory behind
                environment["OMPI_MCA_btl_vader_backing_directory"] = segments
                self._run(environment)
            if "PMIx_server_finalize" not in self.err:  # mpirun itself crashed, as in tests/support/child_run.hpp: once more
                return

    def _run(self, environment):
        start = time.monotonic()
        child = subprocess.Popen(self.words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
        try:
            self.out, self.err = child.communicate(timeout=HANG_S)
            self.code = child.returncode
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            self.out, self.err = child.communicate()
            self.code = None
        self.seconds = time.monotonic() - start

    def error_lines(self):
        return [line for line in self.err.splitlines() if line.startswith("scatterfold: error: ")]

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        how = f"was killed after {HANG_S} s" if self.code is None else f"ended with {self.code} after {self.seconds:.1f} s"
        return f"  command: {shlex.join(self.words)}\n  {how}: {self.err.strip()[:1000]}"


def has_mpirun():
    return shutil.which("mpirun") is not None
