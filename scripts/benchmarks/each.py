"""Runs a command for each `mkdocs.yml` below the current folder, some at a time: how one builds many sites by hand.

    python each.py JOBS COMMAND …        {} in the command stands for the file

Standard library only, and small, since it is part of what is timed.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def _run(settings: Path) -> int:
    return subprocess.call([part.replace("{}", str(settings)) for part in sys.argv[2:]])


with ThreadPoolExecutor(int(sys.argv[1])) as workers:
    found = sorted({*Path().glob("*/mkdocs.yml"), *Path().glob("circles/*/mkdocs.yml")})
    raise SystemExit(max(workers.map(_run, found), default=1))
