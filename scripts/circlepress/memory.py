"""How much memory a process may have, and how often Python looks for what can be given back.

Everything here is light: it is the first thing that a command does.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

MEMORY = 2_000_000_000
"""Bytes a worker may have beyond what it begins with, where the system can say so (not on macOS and Windows)."""
_COLLECT_AFTER = 10_000
"""How many more objects than before there are when Python looks for rubbish; by itself it would at 700."""


def collect_seldom() -> None:
    """Let Python look for rubbish less often: what a press makes is nearly all free of circles and goes by itself."""
    gc.set_threshold(_COLLECT_AFTER, 10, 10)


def limit_memory() -> None:
    """Let this process have `MEMORY` bytes more than it has now, where the system can do that."""
    try:
        import resource

        with open("/proc/self/statm", "rb") as file:
            have = int(file.read().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (have + MEMORY, hard))
    except (ImportError, OSError, ValueError):
        return


@contextlib.contextmanager
def unlimited_memory() -> Iterator[None]:
    """Give a program that is started inside all the address space there is: it may map far more than it uses."""
    try:
        import resource
    except ImportError:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
