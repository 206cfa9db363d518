# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Contenders in turn, round after round, so that whatever else the machine does meets all of them alike."""
import statistics
import sys

from machine import Failed, read_once


# Noise is a small part of what takes long: such a peer gets fewer rounds.
slow_seconds, slow_rounds = 10, 3


def show(text):
    if sys.stderr.isatty():
        print(f"\r{text:<60}\r", end="", file=sys.stderr, flush=True)


def measure(files, contenders, rounds):
    """Medians of seconds by (storage, contender), and lines about contenders that found something else or failed:
    these have no further turn there (a peer may need more memory than there is)."""
    seconds, wrong, failed = {}, set(), set()
    for turn in range(rounds):
        for storage, file in files.items():
            read_once(file)
            known = {}
            for name, contender in contenders.items():
                so_far = seconds.get((storage, name), [])
                if len(so_far) >= slow_rounds and statistics.median(so_far) > slow_seconds:
                    continue
                if (storage, name) in failed:
                    continue
                show(f"round {turn + 1}/{rounds}  {storage:<14}{name:<14}")
                try:
                    answer = contender(storage, file)
                except Failed as failure:
                    failed.add((storage, name))
                    wrong.add(f"FAILED: {storage}, {name}: {failure}")
                    seconds.pop((storage, name), None)
                    continue
                if answer is None:
                    continue
                seconds.setdefault((storage, name), []).append(answer[0])
                wrong |= {f"DIFFER: {storage}, {name}: {what}" for what in differences(answer[1], known)}
    show("")
    return {key: statistics.median(all) for key, all in seconds.items()}, sorted(wrong)


def differences(found, known):
    """Extremes and digests must be equal; means may differ by what float32 outputs and sums in other orders leave."""
    for what in ("min", "max", "mean", "digest"):
        if what not in found:
            continue
        expected = known.setdefault(what, found[what])
        if what == "mean":
            equal = abs(found[what] - expected) <= 1e-6 * abs(expected)
        else:
            equal = found[what] == expected
        if not equal:
            yield f"{what} is {found[what]}, elsewhere {expected}"
