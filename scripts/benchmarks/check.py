"""How many pages a second `circlepress check` manages, in a fresh process: the first time, unchanged, and after edits."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import corpus

_SETTLED = 2.5
"""Seconds after which a file that was written is believed to stay as it is; see `sieve.py`."""


def run(circles: int, runs: int) -> None:
    """Make the corpus, check it several times, print a table."""
    with tempfile.TemporaryDirectory(prefix="circlepress-bench-") as folder:
        project, caches = Path(folder, "project"), Path(folder, "caches")
        pages = corpus.make(project, circles)
        time.sleep(_SETTLED)
        size = sum(path.stat().st_size for path in project.rglob("*") if path.is_file())
        print(f"{circles:,} circles, {pages:,} pages, {size / 1e6:.1f} MB; Python {sys.version.split()[0]}, {os.cpu_count()} cores, "
              f"load {_load()} before")
        welcomes = sorted(project.glob("circles/*/index.da.md"))
        first, said = _seconds(project, caches)
        reading = statistics.median(_reading(project) for _ in range(runs))
        rows = [
            ("first run", pages, first),
            ("nothing changed", pages, _median(runs, project, caches)),
            ("nothing changed, every file hashed", pages, _median(runs, project, caches, "--verify")),
            ("one page changed", pages, _median(runs, project, caches, before=lambda number: _edit(welcomes[:1], number))),
            ("one page of every circle changed", pages, _median(runs, project, caches, before=lambda number: _edit(welcomes, number))),
            ("only reading every file", pages, reading),
        ]
        print(f"{'':36}{'seconds':>9}{'pages/s':>12}{'times reading':>15}")
        for name, count, seconds in rows:
            print(f"{name:36}{seconds:9.2f}{count / seconds:12,.0f}{seconds / reading:15.1f}")
        print(f"Each time it said {said.count(': advice[') + said.count(': warning['):,} things. Load {_load()} afterwards.")


def _median(runs: int, project: Path, caches: Path, *options: str, before: Callable[[int], None] | None = None) -> float:
    """Return the median of several runs, each after `before`."""
    taken = []
    for number in range(runs):
        if before:
            before(number)
        taken.append(_seconds(project, caches, *options)[0])
    return statistics.median(taken)


def _edit(pages: list[Path], number: int) -> None:
    for path in pages:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nEn linje mere ({number}).\n")
    time.sleep(_SETTLED)


def _seconds(project: Path, caches: Path, *options: str) -> tuple[float, str]:
    """Return the wall time of one `circlepress check` in a process of its own, and what it said."""
    started = time.perf_counter()
    result = subprocess.run([sys.executable, "-m", "circlepress", "--project", str(project), "check", "--date", corpus.DAY, *options],
                            capture_output=True, text=True, env=os.environ | {"CIRCLEPRESS_CACHE": str(caches)})
    taken = time.perf_counter() - started
    if result.returncode:
        raise SystemExit(f"the corpus is not clean:\n{result.stdout[:2000]}{result.stderr[:2000]}")
    return taken, result.stdout


def _reading(project: Path) -> float:
    started = time.perf_counter()
    for path in project.rglob("*"):
        if path.is_file():
            path.read_bytes()
    return time.perf_counter() - started


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
