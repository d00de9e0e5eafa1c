"""A time zone's rules as a calendar carries them (RFC 5545, 3.6.5), from the pinned `tzdata` package.

The library that writes our calendars puts the beginning of summer time an hour late: it writes what clocks show after the
change, where the rules ask for what they show before it (3.8.2.4). And calendar programs are sure only of the plain form, one
rule for summer and one for winter; it is used wherever the zone keeps to it in the years asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct


class _Change(Struct, frozen=True):
    """A moment at which clocks are changed."""

    onset: datetime
    """What they show just before it, without a zone."""
    before: timedelta
    """How far they are before UTC until then."""
    after: timedelta
    name: str
    is_summer: bool


@lru_cache
def time_zone(name: str, first_year: int, last_year: int) -> bytes:
    """Return the VTIMEZONE of a zone of the time zone database, right for all moments of these years."""
    changes = _changes(ZoneInfo(name), first_year - 1, last_year + 1)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    summer, winter = ([change for change in changes if change.is_summer is wanted] for wanted in (True, False))
    years = last_year - first_year + 3
    if _is_yearly(summer, years) and _is_yearly(winter, years):
        lines += [*_observance(summer[0], is_yearly=True), *_observance(winter[0], is_yearly=True)]
    else:
        start = datetime(first_year - 1, 1, 1, tzinfo=ZoneInfo(name))
        lines += _observance(_Change(start.replace(tzinfo=None), start.utcoffset(), start.utcoffset(), start.tzname(), bool(start.dst())))
        for change in changes:
            lines += _observance(change)
    return "".join(f"{line}\r\n" for line in [*lines, "END:VTIMEZONE"]).encode()


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> list[_Change]:
    days = [datetime(first_year, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range((last_year - first_year + 1) * 366)]
    return [_change_between(zone, early, late) for early, late in pairwise(days)
            if early.year <= last_year and early.astimezone(zone).utcoffset() != late.astimezone(zone).utcoffset()]


def _change_between(zone: ZoneInfo, early: datetime, late: datetime) -> _Change:
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    moment = late.replace(microsecond=0)
    there = moment.astimezone(zone)
    return _Change((moment + before).replace(tzinfo=None), before, there.utcoffset(), there.tzname(), bool(there.dst()))


def _is_yearly(changes: list[_Change], years: int) -> bool:
    """Whether clocks change every year on the last Sunday of a month, always alike."""
    def rule(change: _Change) -> tuple:
        return change.onset.month, change.onset.time(), change.before, change.after, change.name

    return (len({change.onset.year for change in changes}) == len(changes) == years and len(set(map(rule, changes))) == 1
            and all(change.onset.weekday() == 6 and (change.onset + timedelta(days=7)).month != change.onset.month for change in changes))


def _observance(change: _Change, *, is_yearly: bool = False) -> Iterable[str]:
    kind = "DAYLIGHT" if change.is_summer else "STANDARD"
    rule = [f"RRULE:FREQ=YEARLY;BYMONTH={change.onset.month};BYDAY=-1SU"] if is_yearly else []
    return [f"BEGIN:{kind}", f"DTSTART:{change.onset:%Y%m%dT%H%M%S}", *rule, f"TZOFFSETFROM:{_offset(change.before)}",
            f"TZOFFSETTO:{_offset(change.after)}", f"TZNAME:{change.name}", f"END:{kind}"]


def _offset(offset: timedelta) -> str:
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    return f"{'-' if offset < timedelta(0) else '+'}{hours:02}{minutes:02}"
