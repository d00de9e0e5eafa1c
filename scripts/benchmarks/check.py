"""How many pages a second `circlepress check` manages, in a fresh process, when nothing or one circle has changed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import corpus


def run(circles: int, runs: int) -> None:
    """Make the corpus, check it several times, print a table."""
    with tempfile.TemporaryDirectory(prefix="circlepress-bench-") as folder:
        project = Path(folder)
        pages = corpus.make(project, circles)
        size = sum(path.stat().st_size for path in project.rglob("*") if path.is_file())
        print(f"{circles:,} circles, {pages:,} pages, {size / 1e6:.1f} MB; Python {sys.version.split()[0]}, {os.cpu_count()} cores")
        first = _seconds(project)
        unchanged = statistics.median(_seconds(project) for _ in range(runs))
        changed = []
        for number in range(runs):
            for path in project.glob("circles/*/index.da.md"):
                path.write_text(path.read_text("utf-8") + f"\nEn linje mere ({number}).\n", "utf-8")
            changed.append(_seconds(project))
        reading = statistics.median(_reading(project) for _ in range(runs))
        print(f"{'':34}{'seconds':>9}{'pages/s':>12}")
        for name, seconds in (("first run", first), ("nothing changed", unchanged), ("one page of every circle changed", statistics.median(changed)),
                              ("only reading every file", reading)):
            print(f"{name:34}{seconds:9.2f}{pages / seconds:12,.0f}")


def _seconds(project: Path) -> float:
    """Return the wall time of one `circlepress check` in a process of its own."""
    started = time.perf_counter()
    result = subprocess.run([sys.executable, "-m", "circlepress", "--project", str(project), "check", "--date", "2026-06-20"],
                            capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"the corpus is not clean:\n{result.stdout[:2000]}{result.stderr[:2000]}")
    return time.perf_counter() - started


def _reading(project: Path) -> float:
    started = time.perf_counter()
    for path in project.rglob("*"):
        if path.is_file():
            path.read_bytes()
    return time.perf_counter() - started
