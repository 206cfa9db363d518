# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""How speed grows with threads, and how near to the hardware the way to a GPU is."""
from contenders import pinned_loop, scatterfold
from machine import cores, has_gpu
from requirements import line
from rounds import measure


def threads(build, file, bytes_read, rounds):
    """Parallel efficiency on n threads: time on one / (n x time on n), whole command."""
    counts = sorted({n for n in (1, 2, 4, 8, 16) if n <= cores()} | {min(16, cores())})
    contenders = {n: scatterfold(build, "threads", n) for n in counts}
    medians, wrong = measure({"gzip 1 MiB": file}, contenders, rounds)
    times = {n: medians["gzip 1 MiB", n] for n in counts}
    print(f"\n{'gzip 1 MiB':<14}{'s':>9}{'GB/s':>9}{'efficiency':>12}")
    for n, seconds in times.items():
        print(f"{n:>2} thread{'s' if n > 1 else ' ':<4}{seconds:>9.3f}{bytes_read / seconds * 1e-9:>9.2f}"
              f"{times[1] / seconds / n:>12.2f}")
    most = counts[-1]
    line("gzip 1 MiB: parallel efficiency from 1 to 16 threads", 0.85,
         times[1] / times[most] / most if most == 16 else None, "whole command" if most == 16 else f"{most} cores here")
    return wrong


def gpu(build, file, steps, bytes_read, rounds):
    """Page cache to GPU: seconds that the second half of the data adds, so that starting CUDA and pinning memory, which
    is a matter of the process and not of the data, drops out on both sides."""
    what = "contiguous, from page cache to one GPU: x pinned loop"
    if not has_gpu() or not (build / "bench_pinned_loop").exists():
        return line(what, 0.9, None, "no GPU here" if not has_gpu() else "bench_pinned_loop is not built") or []
    contenders = {}
    for part in (0.5, 1):
        contenders["cuda", part] = scatterfold(build, "cuda", cores(), "-d", f"0,0,{int(steps * part)}")
        contenders["loop", part] = pinned_loop(build, cores(), part)
    medians, _ = measure({"contiguous": file}, {f"{n} {p}": c for (n, p), c in contenders.items()}, rounds)
    added = {n: medians["contiguous", f"{n} 1"] - medians["contiguous", f"{n} 0.5"] for n in ("cuda", "loop")}
    print(f"\n{'the second half, to the GPU':<28}{'GB/s':>8}")
    for name, seconds in added.items():
        print(f"{name:<28}{bytes_read / 2 / seconds * 1e-9:>8.1f}")
    line(what, 0.9, added["loop"] / added["cuda"], f"{cores()} threads, second half of the data")
    return []
