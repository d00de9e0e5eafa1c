"""Work for several processes, each watched: one that takes too long, or ends, costs its own task and nothing else.

Processes and never threads, because MkDocs and the page clock need a process's main thread. A worker that is alone
because the program that started it is gone ends by itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from msgspec import Struct

from .giving_way import GaveWay, Interrupted, give_way, is_listening, listen
from .memory import collect_seldom, limit_memory
from .neighbours import Lost

SECONDS = 600
"""How long one task may take; a handbook of the largest size that is honest needs a tenth of it."""

_MOMENT = 0.02
"""Seconds after which it is asked again whether something else is wanted."""

STARTS_QUICKLY = sys.platform == "linux"
"""Whether a worker costs so little that even a single task is given to one."""


class _Worker(Struct):
    process: multiprocessing.process.BaseProcess
    pipe: Connection
    is_wanted: Any = None
    """An event that tells the process to give way; only a companion has one."""
    task: int | None = None
    since: float = 0.0


def run(work: Callable[[Any], Any], tasks: Sequence[Any], count: int, *, seconds: float = SECONDS,
        meanwhile: Callable[[], None] = lambda: None) -> Iterator[tuple[int, Any]]:
    """Do `work` for each task in up to `count` processes; yield each task's number and its result, or `Lost`, as they come.

    `meanwhile` is called once, when all of them are at work.

    `work` and what it needs is copied to the processes; it should not raise, and what it raises is the reason of a `Lost`.
    Raises `Interrupted` when something else is wanted of this process.
    """
    kind = _context()
    waiting = list(range(len(tasks)))[::-1]
    workers = [_start(kind, work) for _ in range(min(count, len(tasks)))]
    left = len(tasks)
    try:
        for worker in workers:
            _give(worker, waiting, tasks)
        meanwhile()
        while left:
            now = time.monotonic()
            give_way()
            patience = min((worker.since + seconds - now for worker in workers if worker.task is not None), default=seconds)
            patience = min(patience, _MOMENT) if is_listening() else patience
            ready = wait([worker.pipe for worker in workers if worker.task is not None], max(0.0, patience))
            for place, worker in enumerate(workers):
                if worker.task is None:
                    continue
                if worker.pipe in ready:
                    try:
                        result = worker.pipe.recv()
                    except (EOFError, OSError):
                        worker.process.join(5)
                        result = Lost(f"the process ended ({_ending(worker.process.exitcode)})")
                elif time.monotonic() - worker.since >= seconds:
                    result = Lost(f"it took longer than {seconds:g} seconds")
                else:
                    continue
                number, worker.task = worker.task, None
                left -= 1
                if isinstance(result, Lost) and (worker.process.exitcode is not None or "longer than" in result.why):
                    _end(worker)
                    workers[place] = worker = _start(kind, work)
                _give(worker, waiting, tasks)
                yield number, result
    finally:
        for worker in workers:
            _end(worker)


class Companion:
    """One process that is asked one thing after another and stays warm in between.

    It may start workers of its own. When it is lost, the next thing is asked of a new one.
    """

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work
        self._worker: _Worker | None = None

    def ask(self, task: Any, *, seconds: float = SECONDS, until: Callable[[], bool] | None = None) -> Any:
        """Return what `work` makes of a task, or `Lost`; or `GaveWay` when `until` said that something else is wanted, and it could end."""
        if self._worker is None:
            self._worker = _start(_context(), self._work, is_companion=True)
        worker = self._worker
        patience = time.monotonic() + seconds
        try:
            worker.is_wanted.clear()
            worker.pipe.send(task)
            while not worker.pipe.poll(max(0.0, patience - time.monotonic()) if until is None else _MOMENT):
                if time.monotonic() >= patience:
                    result = Lost(f"it took longer than {seconds:g} seconds")
                    break
                if until is not None and until():
                    worker.is_wanted.set()
                    until = None
            else:
                result = worker.pipe.recv()
            if not isinstance(result, Lost):
                return result
        except (EOFError, OSError):
            worker.process.join(5)
            result = Lost(f"the process ended ({_ending(worker.process.exitcode)})")
        self.end()
        return result

    def end(self) -> None:
        if self._worker is not None:
            _end(self._worker)
            self._worker = None


def _context():
    return multiprocessing.get_context("fork" if STARTS_QUICKLY else "spawn")


def _start(kind, work: Callable[[Any], Any], *, is_companion: bool = False) -> _Worker:
    ours, theirs = kind.Pipe()
    is_wanted = kind.Event() if is_companion else None
    process = kind.Process(target=_serve, args=(theirs, ours if kind.get_start_method() == "fork" else None, work, os.getpid(), is_wanted), daemon=not is_companion)
    process.start()
    theirs.close()
    return _Worker(process, ours, is_wanted)


def _give(worker: _Worker, waiting: list[int], tasks: Sequence[Any]) -> None:
    if waiting:
        worker.task, worker.since = waiting.pop(), time.monotonic()
        with contextlib.suppress(OSError):  # it has ended already, and `run` will see that
            worker.pipe.send(tasks[worker.task])


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()  # one that waits for work has nothing to lose
    worker.process.join()


def _ending(status: int | None) -> str:
    if status is None:
        return "without a word"
    return f"signal {-status}; perhaps it needed too much memory" if status < 0 else f"status {status}"


def _serve(pipe: Connection, other_end: Connection | None, work: Callable[[Any], Any], parent: int, is_wanted: Any) -> None:
    if other_end is not None:
        other_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program that started us decides
    _end_with_parent()
    listen(is_wanted and is_wanted.is_set)
    limit_memory()
    collect_seldom()
    while True:
        while not pipe.poll(2):
            if hasattr(os, "getppid") and os.getppid() != parent:
                os._exit(0)
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        try:
            result = work(task)
        except Interrupted:
            result = GaveWay()
        except MemoryError:
            result = Lost("it needed too much memory")
        except Exception as error:
            result = Lost(f"{type(error).__name__}: {error}", getattr(error, "errno", None))
        try:
            pipe.send(result)
        except OSError:
            os._exit(0)


def _end_with_parent() -> None:
    """Let this process be killed when the program that started it ends, where the system can do that; elsewhere `_serve` looks."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, see prctl(2)
