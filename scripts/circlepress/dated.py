"""When something is to be done that is written as "six weeks before": counted from a day of the circle, and not on a weekend."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from .catalogue import Circle
from .metadata.circle import SessionState
from .metadata.kinds import Phase

_SATURDAY = 5


class Anchor(StrEnum):
    """The day of a circle that a time before or after is counted from."""

    START = "start"
    NEXT = "next"
    """The next session."""
    END = "end"


_ANCHOR_BY_PHASE = {Phase.ESTABLISH: Anchor.START, Phase.RECRUIT: Anchor.START, Phase.START: Anchor.START,
                    Phase.RUN: Anchor.NEXT, Phase.SPREAD: Anchor.END, Phase.EVALUATE: Anchor.END}


def anchor_of(phases: list[Phase]) -> Anchor:
    """Return what a page's times are counted from: what its first phase is about (content model)."""
    return _ANCHOR_BY_PHASE[phases[0]] if phases else Anchor.START


def anchor_day(circle: Circle, anchor: Anchor, today: date) -> date | None:
    """Return the day of a circle that an anchor stands for, or `None` while the circle does not say.

    Without a start or an end in the frame it is the first or last session's day; after the last session, that one is the next.
    """
    days = sorted(session.facts.date for session in circle.sessions if session.facts.date and session.facts.state.now is not SessionState.CANCELLED)
    if anchor is Anchor.NEXT:
        return next((day for day in days if day >= today), days[-1] if days else None)
    if anchor is Anchor.START:
        return circle.facts.frame.start or (days[0] if days else None)
    return circle.facts.frame.end or (days[-1] if days else None)


def due(day: date, when: str) -> date:
    """Return the day that is so long before or after another: `-6w` is six weeks before.

    What falls on a weekend is done on the Friday before, or, when it comes after something, on the Monday after.
    """
    amount = int(when[1:-1]) * (7 if when.endswith("w") else 1)
    if amount == 0:
        return day
    found = day + timedelta(days=-amount if when[0] == "-" else amount)
    over = found.weekday() - _SATURDAY
    if over < 0:
        return found
    return found - timedelta(days=over + 1) if when[0] == "-" else found + timedelta(days=2 - over)
