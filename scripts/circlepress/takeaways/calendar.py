"""A circle's sessions as an iCalendar file (RFC 5545), in the edition's language, with its time zones inside.

Identifiers are made from the circle and the session's file name, so that a later file moves an event in a reader's
calendar instead of doubling it. No meeting link is ever in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ..catalogue import Circle
from ..edition import ResolvedEdition
from ..language import words_for


@dataclass(frozen=True)
class CalendarEvent:
    """One session as a calendar has it."""

    uid: str
    stamp: date
    start: datetime
    """By the clock of `zone`, as is `end`."""
    end: datetime
    zone: str
    summary: str
    description: str
    place: str
    url: str
    is_cancelled: bool


@dataclass(frozen=True)
class CalendarPlan:
    """What a calendar says. Cheap to make, so that a calendar is written only when it would say something else."""

    title: str
    events: tuple[CalendarEvent, ...]


def calendar_of(resolved: ResolvedEdition, address: str, made: date | None) -> CalendarPlan | None:
    """Return what the calendar of one microsite edition says, or `None` when no session has a date.

    `address` is where the site stands (it names the calendar's events); `made` is written as the day of making; without it,
    it is the day of the session, which says as little and is the same for every build.
    """
    circle: Circle = resolved.circle
    title = words_for(circle.facts.title, resolved.edition.language, resolved.chain).text
    host = urlsplit(address).hostname or "circlepress.invalid"
    events = []
    for page in resolved.sessions:
        facts = page.material.facts
        if not (facts.date and facts.start):
            continue
        aim, place = page.words("aim"), page.place
        events.append(CalendarEvent(
            uid=f"{circle.id}.{page.material.id}@{host}", stamp=made or facts.date, start=datetime.combine(facts.date, facts.start),
            end=datetime.combine(facts.date, facts.end), zone=facts.timezone or circle.facts.frame.timezone or "Europe/Copenhagen",
            summary=f"{title}: {page.version.title}", description=str(aim[0]) if aim else "", place=place.text if place else "",
            url=f"{address.rstrip('/')}{resolved.edition.address}sessions/{page.material.id}/" if address else "",
            is_cancelled=facts.state.now == "cancelled"))
    return CalendarPlan(title, tuple(events)) if events else None


def calendar_file(plan: CalendarPlan) -> bytes:
    """Return a calendar as a file."""
    from icalendar import Calendar, Event, vText

    calendar = Calendar()
    calendar.add("prodid", "-//circlepress//circlepress//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(plan.title))
    for said in plan.events:
        zone = ZoneInfo(said.zone)
        event = Event()
        event.add("uid", said.uid)
        event.add("dtstamp", datetime.combine(said.stamp, time(0), UTC))
        event.add("dtstart", said.start.replace(tzinfo=zone))
        event.add("dtend", said.end.replace(tzinfo=zone))
        event.add("summary", said.summary)
        if said.description:
            event.add("description", said.description)
        if said.place:
            event.add("location", vText(said.place))
        if said.url:
            event.add("url", said.url)
        if said.is_cancelled:
            event.add("status", "CANCELLED")
        calendar.add_component(event)
    before, first_event, after = calendar.to_ical().partition(b"BEGIN:VEVENT\r\n")
    return before + b"".join(map(_zone, sorted(calendar.get_missing_tzids()))) + first_event + after


@lru_cache
def _zone(name: str) -> bytes:
    """Return the rules of a time zone as they stand in a calendar, before its events; the library takes long to find them out."""
    from icalendar import Timezone

    return Timezone.from_tzid(name).to_ical()
