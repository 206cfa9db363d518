# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Every command of the documentation is run, and ends as the page says.

Usage: documented_commands.py SOURCE_FOLDER SCRATCH_FOLDER PROGRAM

In README.md and docs/*.md a block ```console holds commands behind "$ " and what they print. Each page has a folder of its
own, with inputs/ in it; its commands run there from top to bottom, so a page makes the files that it uses. A command ends
with 0, or with the number that the page shows after "$ echo $?". Of what is shown, results, digests and error lines must
be printed to the letter ("HOST" and "PID" stand for anything); times and versions are not compared.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import pages
from cases import Cases, Skipped

EXACT = re.compile(r"(count|missing|nan|inf|min|max|sum|mean|variance|sample_variance|std|skewness|kurtosis|underflow"
                   r"|overflow|digest|rms) +\S+$|scatterfold: error: | +\S+ \.\. \S+ +\d+ +[\d.]+ %|\s+\"result_digest\"")
SECONDS = 120


def commands(block):
    """(line, command, shown lines, exit code) of a console block."""
    found = []
    for offset, line in enumerate(block.lines, 1):
        if line.startswith("$ echo $?"):
            found[-1][3] = None  # the next line says it
        elif line.startswith("$ "):
            found.append([block.line + offset, line[2:], [], 0])
        elif found and found[-1][3] is None:
            found[-1][3] = int(line)
        elif found and found[-1][1].endswith("\\"):
            found[-1][1] = found[-1][1][:-1] + line
        elif found:
            found[-1][2].append(line)
    return found


def run(command, folder, environment):
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, timeout=SECONDS, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def check_page(root, page, folder, environment):
    has_mpirun, without_mpirun = shutil.which("mpirun"), 0
    for block in pages.blocks(page):
        for number, command, shown, code in commands(block) if block.language == "console" else []:
            place = f"{page.relative_to(root)}:{number}: {command}"
            words = shlex.split(command)
            name = next((word for word in words if "=" not in word), "")
            if name == "mpirun" and not has_mpirun:
                without_mpirun += 1
                continue
            if name not in ("scatterfold", "mpirun"):
                yield f"{place}: neither scatterfold nor mpirun: use another kind of block"
                continue
            done = run(command, folder, environment)
            if done.returncode != code:
                yield f"{place}: exit code {done.returncode}, not {code}: {done.stdout.strip()[-500:]}"
            printed = done.stdout.splitlines()
            for line in shown:
                pattern = re.sub("HOST|PID", r"\\S+", re.escape(line))
                if EXACT.match(line) and not any(re.fullmatch(pattern, one) for one in printed):
                    yield f"{place}: does not print: {line}"
    if without_mpirun:
        raise Skipped(f"{without_mpirun} commands with mpirun, which is not here; the others are well")


def main():
    root, scratch, program = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
    shutil.rmtree(scratch, ignore_errors=True)
    environment = {key: value for key, value in os.environ.items()
                   if not key.startswith(("SCATTERFOLD_", "OMPI_", "PMIX_", "SLURM_"))}
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    # More ranks than cores, and root, are what CI machines have; the pages need not say so.
    environment |= {"OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
                    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    cases = Cases("documented_commands")
    for page in pages.pages(root):
        if any(block.language == "console" for block in pages.blocks(page)):
            folder = scratch / page.stem
            shutil.copytree(root / "inputs", folder / "inputs")
            cases.case(page.name.replace(".", "_"), lambda: check_page(root, page, folder, environment))
    cases.end()


if __name__ == "__main__":
    main()
