"""The command line in a process that begins warm: a fork of this one, which has read the program already.

A fork needs some hundredths of a second where a new interpreter needs more than half of one. What depends on how an
interpreter starts (hash seeds, locales, encodings) asks for a new one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

CAN_FORK = sys.platform == "linux"
"""Elsewhere a fork is either not to be had or not to be trusted."""


def live(arguments: tuple[str, ...], before: Callable[[], None] = lambda: None, name: str = "circlepress") -> int:
    """Be the command line, in a process that was forked for it; return its exit status. What tests listen with is taken off."""
    sys.stdin = open(os.devnull, encoding="utf-8")
    sys.stdout, sys.stderr = (open(descriptor, "w", encoding="utf-8", closefd=False) for descriptor in (1, 2))
    logging.getLogger().handlers.clear()
    status = 0
    try:
        from circlepress import cli

        before()
        sys.argv = [name, *arguments]
        cli.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        status = 70
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    return status


def run_forked(arguments: tuple[str, ...], folder: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run the command line in `folder`; return what `subprocess.run` would."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if not child:
            status = 71
            try:
                os.setsid()
                os.dup2(said.fileno(), 1)
                os.dup2(complained.fileno(), 2)
                os.chdir(folder)
                status = live(arguments, name="python -m circlepress")
            finally:
                os._exit(status)
        status = _wait(child, arguments, seconds)
        said.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess(arguments, status, said.read().decode("utf-8"), complained.read().decode("utf-8"))


def _wait(child: int, arguments: tuple[str, ...], seconds: float) -> int:
    until = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise subprocess.TimeoutExpired(arguments, seconds)
        time.sleep(0.005)
