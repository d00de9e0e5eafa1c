"""Puts figures into words: tables in Markdown, what they were measured on, and the page of the handbook that keeps them.

The page is a page of the handbook like any other. Each measurement owns one section of it, known by its heading's id,
and touches nothing else.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/project/benchmarks.en.md"
SECTIONS = {
    "size-s": "10 circles, 720 pages",
    "size-m": "50 circles, 2,640 pages",
    "size-l": "300 circles, 14,640 pages",
    "growth": "How the cost grows",
    "where": "Where the time goes",
    "serve": "Writing with a browser open",
    "weight": "What a reader loads",
    "search": "What a reader finds",
}
"""The headings of the sections that are written, by id, in their order."""


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown: names to the left, figures to the right."""
    lines = ["| " + " | ".join(columns) + " |", "| --- |" + " ---: |" * (len(columns) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def machine() -> str:
    """Say what the figures were measured on, without naming the machine or any folder."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return (f"{cores} core{'s' if cores != 1 else ''} ({platform.machine()}), {platform.system()}, "
            f"Python {platform.python_version()}, circlepress {metadata.version('circlepress')}")


def show(section: str, text: str, command: str, versions: str, is_written: bool, page: Path = PAGE) -> None:
    """Print a section's text with how it was made; put it into the page, too, if `is_written`."""
    made = [f"Made with `{command}`.", f"Machine: {machine()}."] + ([f"Versions: {versions}."] if versions else [])
    whole = text.rstrip() + "\n\n" + "\n".join(made) + "\n"
    print(whole)
    if is_written:
        page.write_text(with_section(page.read_text("utf-8"), section, whole), "utf-8", newline="\n")
        print(f"Written to {page.name}, section {section}.")


def with_section(page: str, section: str, text: str) -> str:
    """Return the page's text with one section's text exchanged, or added in its place in the order of `SECTIONS`.

    Raises `KeyError` for a section that `SECTIONS` does not know.
    """
    written = f"## {SECTIONS[section]} {{#{section}}}\n\n{text.strip()}\n\n"
    before = list(SECTIONS)[: list(SECTIONS).index(section)]
    parts = re.split(r"^(?=## )", page.rstrip() + "\n\n", flags=re.MULTILINE)
    ids = [found[1] if (found := re.match(r"## .*\{#([\w-]+)\}$", part, re.MULTILINE)) else "" for part in parts]
    if section in ids:
        parts[ids.index(section)] = written
    else:
        place = max((number for number, id in enumerate(ids) if id not in SECTIONS or id in before), default=0)
        later = [number for number, id in enumerate(ids) if id in SECTIONS and id not in before]
        parts.insert(min([place + 1, *later]), written)
    return "".join(parts).rstrip() + "\n"
