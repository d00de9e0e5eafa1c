"""The command line: one module per command, and the one place where the environment's errors end.

What is asked for most, a build with the usual options, does not wait for click: loading that takes longer than seeing that nothing
has changed. Every other command line is click's, in `group.py`.
"""

from __future__ import annotations

import os
import sys
import time
from io import TextIOWrapper

from ..memory import collect_seldom
from ..problem import CirclepressError


def main() -> None:
    """Do what the command line asks for, and end the program with the exit status that says what came of it."""
    started = time.monotonic()
    collect_seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace", line_buffering=True)  # where a letter is lacking, another sign is shown; each line at once
    try:
        if sys.argv[1:2] == ["build"]:
            from .building import build, plainly_asked

            if asked := plainly_asked(sys.argv[2:]):
                try:
                    build(*asked, started)
                except SystemExit as end:
                    _end_at_once(end.code)
        from .group import group

        group()
    except CirclepressError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:  # click's own way
        print("\nAborted!", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _end_at_once(status: int) -> None:
    """End the program without giving back piece by piece what it has in memory: a build is over when it has said so."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
