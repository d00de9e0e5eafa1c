"""What a command costs: its time, the processor time of all its processes, and the memory of the largest of them.

The command is started by a small process of its own, this file run as a program: a new process inherits its parent's
mark of memory, and the parent here holds whole corpora. Where there is no `wait4` (Windows), only the time is known.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    wall: float
    """Seconds from start to end."""
    processor: float | None
    """Seconds of processor time, user and system, of the command and all processes it waited for; `None` where unknown."""
    memory: int | None
    """The most bytes that any one of those processes held at once; `None` where unknown."""


class CommandFailedError(Exception):
    """The measured command ended with another status than 0; the message holds the end of what it printed."""


def cost(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command in `folder`, with `environment` added to our own, and return what it cost.

    Raises `CommandFailedError`.
    """
    with tempfile.TemporaryDirectory(prefix="circlepress-bench-") as notes:
        result, printed = Path(notes, "result.json"), Path(notes, "printed.txt")
        subprocess.run([sys.executable, "-I", "-S", __file__, str(result), str(printed), *map(str, command)], cwd=folder,
                       env=os.environ | (environment or {}), check=True)
        found = json.loads(result.read_text("utf-8"))
        if found.pop("status"):
            raise CommandFailedError(printed.read_text("utf-8", errors="replace")[-1500:])
    return Cost(**found)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure by itself; the largest memory."""
    processor = [cost.processor for cost in costs if cost.processor is not None]
    memory = [cost.memory for cost in costs if cost.memory is not None]
    return Cost(statistics.median(cost.wall for cost in costs), statistics.median(processor) if processor else None,
                max(memory, default=None))


@dataclass(frozen=True)
class Output:
    size: int
    """Bytes, each file counted by itself."""
    files: int
    pages: int
    """How many of the files are HTML."""


def output(folders: Iterable[Path]) -> Output:
    """Count what lies in these folders; what begins with a dot is a program's own and not counted."""
    sizes, pages = [], 0
    for folder in folders:
        for below, inner, names in os.walk(os.path.realpath(folder)):
            inner[:] = [name for name in inner if not name.startswith(".")]
            shown = [name for name in names if not name.startswith(".")]
            sizes += [os.path.getsize(os.path.join(below, name)) for name in shown]
            pages += sum(name.endswith(".html") for name in shown)
    return Output(sum(sizes), len(sizes), pages)


def clear(path: Path) -> None:
    """Remove a file, a link or a folder with all in it, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _start_and_wait(result: str, printed: str, command: list[str]) -> None:
    with open(printed, "wb") as stream:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT)
        except OSError as error:
            stream.write(f"{command[0]} could not be started: {error.strerror}".encode())
            found = {"wall": 0.0, "processor": None, "memory": None, "status": 127}
        else:
            found = _wait(process) | {"wall": time.perf_counter() - started}
    Path(result).write_text(json.dumps(found), "utf-8")


def _wait(process: subprocess.Popen) -> dict[str, float | int | None]:
    if not hasattr(os, "wait4"):
        return {"processor": None, "memory": None, "status": process.wait()}
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024  # everyone but macOS counts in kibibytes
    return {"processor": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * unit, "status": process.returncode}


if __name__ == "__main__":
    _start_and_wait(sys.argv[1], sys.argv[2], sys.argv[3:])
