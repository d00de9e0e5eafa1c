"""What the clock says in each member country when a session begins and ends.

Time zones come from the pinned `tzdata` package, never from the machine, so that summer time is the same on every
machine and every day of building (see `use_pinned_time_zones`).
"""

from __future__ import annotations

import calendar
import zoneinfo
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

ZONE_BY_COUNTRY = {
    "DK": "Europe/Copenhagen", "SE": "Europe/Stockholm", "NO": "Europe/Oslo", "FI": "Europe/Helsinki",
    "AX": "Europe/Mariehamn", "IS": "Atlantic/Reykjavik", "FO": "Atlantic/Faroe", "GL": "America/Nuuk",
    "EE": "Europe/Tallinn", "LV": "Europe/Riga", "LT": "Europe/Vilnius", "DE": "Europe/Berlin", "GB": "Europe/London",
}
"""The zone of each country's capital; countries that are not listed get no local time."""


def use_pinned_time_zones() -> None:
    """Make `zoneinfo` read only the `tzdata` package."""
    zoneinfo.reset_tzpath(to=())


class LocalTime(Struct, frozen=True):
    """When a session is, by the clocks of some countries."""

    countries: tuple[str, ...]
    """ISO codes of countries whose clocks agree."""
    start: datetime
    end: datetime


def local_times(day: date, start: time, end: time, zone: str, countries: Iterable[str]) -> list[LocalTime]:
    """Return the session's times for each country, countries with the same times together, earliest clock first.

    `start` and `end` are local to `zone`. Countries without a known zone are left out.
    """
    here = zoneinfo.ZoneInfo(zone)
    begins, ends = (datetime.combine(day, moment, here) for moment in (start, end))
    by_times: dict[tuple[str, str], list[str]] = {}
    for country in dict.fromkeys(countries):
        if country in ZONE_BY_COUNTRY:
            there = zoneinfo.ZoneInfo(ZONE_BY_COUNTRY[country])
            key = (begins.astimezone(there).replace(tzinfo=None).isoformat(), ends.astimezone(there).replace(tzinfo=None).isoformat())
            by_times.setdefault(key, []).append(country)
    return [LocalTime(tuple(found), datetime.fromisoformat(first), datetime.fromisoformat(last))
            for (first, last), found in sorted(by_times.items())]


def end_in_utc(day: date, end: time | None, zone: str) -> str:
    """Return the moment a session is over, as `2026-11-19T10:00Z`; the end of the day where no time is said. `zone` is whose clock it follows."""
    here = zoneinfo.ZoneInfo(zone)
    over = datetime.combine(day, end, here) if end else datetime.combine(day + timedelta(days=1), time(), here)
    return f"{over.astimezone(UTC):%Y-%m-%dT%H:%M}Z"


def instant(day: date, moment: time, zone: str) -> datetime:
    """Return a local time of `zone` as universal time."""
    return datetime.combine(day, moment, zoneinfo.ZoneInfo(zone)).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day where it has fewer."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
