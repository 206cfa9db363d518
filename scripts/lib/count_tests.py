# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""Counts test cases from ctest's JUnit report, names what was skipped and why, and what failed.

Usage: count_tests.py REPORT.xml CTEST_STATUS. A GoogleTest program counts by its cases, each once even when several
ranks print it (the worst outcome wins); any other test counts as one. The last line is the sum. Exits with 1 when
something failed, when nothing ran, or when ctest itself failed.
"""
import os
import re
import sys
import xml.etree.ElementTree

START = re.compile(r"\[ RUN      \] (\S+)\s*$")
END = re.compile(r"\[ +(OK|FAILED|SKIPPED) +\] ([^\s,]+)(?:, where .*)? \(\d+ ms\)\s*$")
SKIPPED_AT = re.compile(r"^\S*:\d+: Skipped\s*(.*)$")
WORST = {"passed": 0, "skipped": 1, "failed": 2}


def gtest_cases(output):
    """{case: [outcome, reason]}; a case that started and never ended is a failure: its program died in it."""
    cases, reason_lines, collecting = {}, [], False
    for line in output.splitlines():
        if started := START.search(line):
            cases.setdefault(started[1], None)
            reason_lines, collecting = [], False
        elif ended := END.search(line):
            outcome = {"OK": "passed", "FAILED": "failed", "SKIPPED": "skipped"}[ended[1]]
            before = cases.get(ended[2])
            if before is None or WORST[outcome] > WORST[before[0]]:
                cases[ended[2]] = [outcome, " ".join(reason_lines) or "no reason given"]
            collecting = False
        elif skipped := SKIPPED_AT.match(line):
            reason_lines, collecting = [skipped[1]] if skipped[1] else [], True
        elif collecting and line.strip():
            reason_lines.append(line.strip())
    return {case: found or ["failed", "started and never ended"] for case, found in cases.items()}


def outcomes(test):
    """(name, outcome, reason) for everything inside one ctest test."""
    name, status = test.get("name"), test.get("status")
    output = test.findtext("system-out") or ""
    cases = gtest_cases(output)
    if not cases:
        if status == "run" and "[==========]" in output and "GTEST_FILTER" not in os.environ:
            return [(name, "failed", "the program has no tests")]
        if status == "run" and "[==========]" in output:
            return []
        if status in ("notrun", "disabled"):
            # ctest calls a program that is not there "not run" too; that is a failure, not a choice.
            skipped = test.find("skipped")
            chosen = status == "disabled" or (skipped is not None and "SKIP" in skipped.get("message", ""))
            lines = [line.strip() for line in output.splitlines() if line.strip()]
            return [(name, "skipped" if chosen else "failed", lines[-1] if lines else "no reason given")]
        return [(name, "passed" if status == "run" else "failed", status)]
    found = [(f"{name}: {case}", outcome, reason) for case, (outcome, reason) in cases.items()]
    if status == "fail" and all(outcome != "failed" for _, outcome, _ in found):
        found.append((name, "failed", "the program failed outside its cases (crash, sanitizer, time limit)"))
    return found


def main():
    report, ctest_status = sys.argv[1], int(sys.argv[2])
    found = []
    if os.path.exists(report):
        for test in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
            found += outcomes(test)
    print()
    for wanted in ("skipped", "failed"):
        for name, outcome, reason in found:
            if outcome == wanted:
                print(f"{wanted}: {name}" + (f": {reason}" if wanted == "skipped" or reason != "no reason given" else ""))
    count = {outcome: sum(1 for case in found if case[1] == outcome) for outcome in WORST}
    if not found:
        print("no tests found")
    if ctest_status and not count["failed"] and found:
        print(f"ctest itself failed with {ctest_status}")
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if ctest_status or count["failed"] or not found else 0


sys.exit(main())
