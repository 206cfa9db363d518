# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""What is here to run, and running it."""
import os
import shutil
import subprocess
import time

# Started by nobody's launcher: MPI would be initialised inside one.
environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMPI_", "PMIX_", "PMI_", "SLURM_"))}


class Failed(Exception):
    """A command ended with another code than 0."""


def timed(command):
    """The seconds of the whole command and what it printed. Errors: Failed."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} failed ({done.returncode}): {done.stderr.strip()}")
    return seconds, done.stdout


def works(command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def python_with(modules):
    """The first python that has all of them: $SCATTERFOLD_PYTHON, python3, /usr/bin/python3; or None."""
    pythons = filter(None, (os.environ.get("SCATTERFOLD_PYTHON"), "python3", "/usr/bin/python3"))
    return next((python for python in pythons if works([python, "-c", f"import {modules}"])), None)


def has(program):
    return shutil.which(program) is not None


def has_gpu():
    return works(["nvidia-smi", "-L"])


def cores():
    return len(os.sched_getaffinity(0))


def read_once(file):
    """Puts the file into the page cache, should it have been pushed out."""
    with open(file, "rb", buffering=0) as opened:
        buffer = bytearray(1 << 20)
        while opened.readinto(buffer):
            pass
