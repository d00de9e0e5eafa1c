"""A circle's sessions as an iCalendar file (RFC 5545), in the edition's language, with its time zones inside.

Identifiers are made from the circle and the session's file name, so that a later file moves an event in a reader's
calendar instead of doubling it. No meeting link is ever in it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vText

from ..catalogue import Circle
from ..edition import ResolvedEdition
from ..language import words_for


def calendar_file(resolved: ResolvedEdition, address: str, made: date | None) -> bytes | None:
    """Return the calendar of one microsite edition, or `None` when no session has a date.

    `address` is where the site stands (it names the calendar's events); `made` is written as the day of making; without it,
    it is the day of the session, which says as little and is the same for every build.
    """
    circle: Circle = resolved.circle
    dated = [page for page in resolved.sessions if page.material.facts.date and page.material.facts.start]
    if not dated:
        return None
    title = words_for(circle.facts.title, resolved.edition.language, resolved.chain).text
    host = urlsplit(address).hostname or "circlepress.invalid"
    calendar = Calendar()
    calendar.add("prodid", "-//circlepress//circlepress//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(title))
    for page in dated:
        facts = page.material.facts
        zone = ZoneInfo(facts.timezone or circle.facts.frame.timezone or "Europe/Copenhagen")
        event = Event()
        event.add("uid", f"{circle.id}.{page.material.id}@{host}")
        event.add("dtstamp", datetime.combine(made or facts.date, time(0), UTC))
        event.add("dtstart", datetime.combine(facts.date, facts.start, zone))
        event.add("dtend", datetime.combine(facts.date, facts.end, zone))
        event.add("summary", f"{title}: {page.version.title}")
        if aim := page.words("aim"):
            event.add("description", str(aim[0]))
        if place := page.place:
            event.add("location", vText(place.text))
        if address:
            event.add("url", f"{address.rstrip('/')}{resolved.edition.address}sessions/{page.material.id}/")
        if facts.state.now == "cancelled":
            event.add("status", "CANCELLED")
        calendar.add_component(event)
    before, first_event, after = calendar.to_ical().partition(b"BEGIN:VEVENT\r\n")
    return before + b"".join(map(_zone, sorted(calendar.get_missing_tzids()))) + first_event + after


@lru_cache
def _zone(name: str) -> bytes:
    """Return the rules of a time zone as they stand in a calendar, before its events; the library takes long to find them out."""
    return Timezone.from_tzid(name).to_ical()
