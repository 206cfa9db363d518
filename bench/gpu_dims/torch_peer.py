#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""torch over one dimension of a float32 array on the GPU: a CSV line each, `torch,<dimension>,<calls>,<seconds>`.

    torch_peer.py [--shape 8760,721,1440] [--rounds 10]
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
parser.add_argument("--shape", default="8760,721,1440")
parser.add_argument("--rounds", type=int, default=10)
options = parser.parse_args()
values = torch.empty([int(n) for n in options.shape.split(",")], dtype=torch.float32, device="cuda").uniform_(250, 320)


def seconds_of(call):
    seconds = []
    for turn in range(options.rounds + 2):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        call()
        end.record()
        end.synchronize()
        if turn >= 2:
            seconds.append(start.elapsed_time(end) * 1e-3)
    return statistics.median(seconds)


for number, dimension in enumerate(("leading", "middle", "trailing")):
    alone = (lambda: values.mean(number), lambda: values.var(number), lambda: values.amin(number), lambda: values.amax(number))
    pairs = (lambda: torch.var_mean(values, number), lambda: torch.aminmax(values, dim=number))
    for calls, all_calls in (("four calls", alone), ("two calls", pairs)):
        print(f"torch,{dimension},{calls},{sum(seconds_of(call) for call in all_calls):.6f}", flush=True)
