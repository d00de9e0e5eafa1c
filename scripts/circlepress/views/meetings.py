"""The sessions of all circles as calendars, lists and feeds tell of them: when, by whose clock, and whether they take place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from ..catalogue import Circle
from ..language import Localised, Words, choose
from ..metadata.circle import Status
from ..neighbours import SessionOutline
from .common import Desk

_ZONE = "Europe/Copenhagen"
"""Whose clock times follow where a circle does not say: the zone that most member countries share."""


class Meeting(Struct, frozen=True):
    """One dated session of a circle."""

    circle: Circle
    session: SessionOutline
    number: int
    """Its place among the circle's sessions, the first being 1."""
    day: date
    zone: str
    starts: datetime
    """By the clock of `zone`, as is `ends`."""
    ends: datetime
    state: str
    """planned, moved or cancelled; all sessions of a cancelled circle are."""


def meetings_of(desk: Desk, circle: Circle) -> list[Meeting]:
    """Return a circle's sessions that have a date, and with it times, in the order of their numbers."""
    found = []
    for number, session in enumerate(desk.catalogue.sessions_by_circle.get(circle.id, ()), start=1):
        if session.date:
            day, zone = date.fromisoformat(session.date), session.zone or _ZONE
            starts, ends = (datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)) for clock in (session.start, session.end))
            found.append(Meeting(circle, session, number, day, zone, starts, ends,
                                 "cancelled" if circle.facts.status is Status.CANCELLED else session.state))
    return found


def meetings(desk: Desk, circles: Iterable[Circle]) -> list[Meeting]:
    """Return all dated sessions of some circles, the earliest first."""
    return sorted((one for circle in circles for one in meetings_of(desk, circle)),
                  key=lambda one: (one.day, one.starts.astimezone(UTC), one.circle.id, one.number))


def midnight_after(day: date, zone: str | None) -> datetime:
    """Return the moment a day is over by the clock of `zone`."""
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone or _ZONE))


def in_words(desk: Desk, localised: Localised) -> Words | None:
    """Return the best version of what a session says, its original's being the first; `None` when it says nothing."""
    language = choose(localised, desk.language, desk.resolved.chain, next(iter(localised), None))
    return Words(localised[language], language) if language else None


def lasting_name(desk: Desk, circle: Circle) -> str:
    """Return what a circle was called first, by which calendars and feeds know it for good."""
    first = next(iter(circle.facts.moved), circle.id)
    return first if desk.catalogue.neighbours.circle_now(first) == circle.id else circle.id
