"""A limit on how long the text of one page may take, so that a hostile one cannot hold up all others.

Python-Markdown needs hours for some texts of the largest size allowed. The clock is the alarm of POSIX systems and rings
in a process's main thread, where every edition is rendered; where there is no such alarm, there is no limit.
"""

from __future__ import annotations

import signal
import threading

SECONDS = 20
"""Time for one page; an honest page of the largest size takes about three."""


def start() -> None:
    """Raise `TimeoutError` in this thread unless `stop` is called within `SECONDS`."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, SECONDS, 1)  # again each second, in case something swallows the first


def stop() -> None:
    """Let the clock be."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(*_: object) -> None:
    raise TimeoutError(f"it takes longer than {SECONDS} seconds")
