#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""torch.var_mean over data on the GPU: one CSV line per type, `torch,<type>,<GB/s>`. Torch has it for floats only.

    torch_peer.py [--gib 4] [--rounds 30]
"""
import argparse
import statistics
import sys

try:
    import torch
except ImportError:
    print("torch_peer: skipped: this python has no torch", file=sys.stderr)
    sys.exit(0)
if not torch.cuda.is_available():
    print("torch_peer: skipped: torch sees no GPU", file=sys.stderr)
    sys.exit(0)

parser = argparse.ArgumentParser()
parser.add_argument("--gib", type=float, default=4)
parser.add_argument("--rounds", type=int, default=30)
options = parser.parse_args()

for name in ("float32", "float64", "float16"):
    dtype = getattr(torch, name)
    count = int(options.gib * 2**30) // dtype.itemsize
    values = torch.empty(count, dtype=dtype, device="cuda").uniform_(250, 320)
    seconds = []
    for turn in range(options.rounds + 3):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        torch.var_mean(values, correction=0)
        end.record()
        end.synchronize()
        if turn >= 3:
            seconds.append(start.elapsed_time(end) * 1e-3)
    print(f"torch,{name},{count * dtype.itemsize / statistics.median(seconds) * 1e-9:.1f}", flush=True)
    del values
