# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: The scatterfold developers
"""The fenced blocks of the project's pages: README.md and docs/*.md."""
import pathlib
import typing


class Block(typing.NamedTuple):
    language: str  # "console", "cpp"
    file: str  # of "```cpp file=src/folds/rms/rms.hpp"; else empty
    line: int  # of the fence
    lines: list


def pages(root):
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def blocks(page):
    found, block = [], None
    for number, line in enumerate(pathlib.Path(page).read_text().splitlines(), 1):
        if not line.startswith("```"):
            if block:
                block.lines.append(line)
        elif block:
            found.append(block)
            block = None
        else:
            language, _, rest = line[3:].partition(" ")
            file = rest.removeprefix("file=") if rest.startswith("file=") else ""
            block = Block(language, file, number, [])
    if block:
        raise ValueError(f"{page}:{block.line}: a block that does not end")
    return found
