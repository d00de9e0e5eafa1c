"""Work that can wait gives way: now and then it asks whether something else is wanted here, and if so it ends where it is.

Nothing is lost by that: a build publishes as its last step, so one that ends before has changed nothing. Only the process
behind `serve` is ever asked for something else; everywhere else the question costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

_is_wanted: Callable[[], bool] | None = None


class Interrupted(BaseException):
    """Something else is wanted first. Not an `Exception`: whoever makes do with a failed edition must not take it for one."""


class GaveWay(Struct, frozen=True):
    """The result of work that gave way."""


def listen(is_wanted: Callable[[], bool] | None) -> None:
    """Say how this process learns that something else is wanted of it; `None` when nobody will ask."""
    global _is_wanted
    _is_wanted = is_wanted


def is_listening() -> bool:
    """Whether anybody may want something else of this process."""
    return _is_wanted is not None


def give_way() -> None:
    """Raise `Interrupted` when something else is wanted of this process."""
    if _is_wanted is not None and _is_wanted():
        raise Interrupted
