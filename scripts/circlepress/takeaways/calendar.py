"""Sessions as iCalendar files (RFC 5545), in the edition's language, with their time zones inside.

There is one for each session, one for each circle and one for the handbook, with the sessions of all public circles. The event
of a session is the same in each of them. Its identifier is made from what circle and session were called first, so that a
later file moves an event in a reader's calendar instead of doubling it, also when a file has been renamed (as long as `moved:`
tells). SEQUENCE says that a session was moved (1) or cancelled (2): calendar programs take an event with a larger or the same
number as news of the one they have, and files know of no more than that. No meeting link is ever in a calendar.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct

from ..language import words_for
from ..views.common import Desk
from ..views.listing import public_circles
from ..views.meetings import Meeting, in_words, lasting_name, meetings, meetings_of
from .time_zone import time_zone

_SEQUENCE = {"planned": 0, "moved": 1, "cancelled": 2}


class CalendarEvent(Struct, frozen=True):
    """One session as a calendar has it."""

    uid: str
    sequence: int
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


class CalendarPlan(Struct, frozen=True):
    """What a calendar says. Cheap to make, so that a calendar is written only when it would say something else."""

    title: str
    url: str
    """The page that tells the same; empty while the site has no address."""
    source: str
    """Where the calendar itself stands; empty while the site has no address."""
    made: date | None
    events: tuple[CalendarEvent, ...]


def circle_calendar(desk: Desk, made: date | None) -> CalendarPlan | None:
    """Return what the calendar of a microsite edition says, or `None` when no session has a date.

    `made` is written as the day of making; without it, the day of the session is, which says as little and is the same for
    every build.
    """
    circle = desk.resolved.circle
    title = words_for(circle.facts.title, desk.language, desk.resolved.chain).text
    return _calendar(desk, title, desk.edition.address, "calendar.ics", meetings_of(desk, circle), made)


def session_calendars(desk: Desk, made: date | None) -> dict[str, CalendarPlan]:
    """Return, by session id, what the calendar of each dated session of a microsite edition says."""
    plans = {}
    for meeting in meetings_of(desk, desk.resolved.circle):
        title = in_words(desk, meeting.session.title_by_language).text
        plans[meeting.session.id] = _calendar(desk, title, f"{desk.edition.address}sessions/{meeting.session.id}/", "session.ics", [meeting], made)
    return plans


def handbook_calendar(desk: Desk, made: date | None) -> CalendarPlan | None:
    """Return what the calendar of a handbook edition says: the dated sessions of all public circles, or `None` when there are none."""
    title = f"{desk.settings.name_by_language[desk.language]}: {desk.wording.text('circles.title')}"
    return _calendar(desk, title, f"{desk.edition.address}circles/", "calendar.ics", meetings(desk, public_circles(desk)), made)


def _calendar(desk: Desk, title: str, page: str, name: str, found: list[Meeting], made: date | None) -> CalendarPlan | None:
    if not found:
        return None
    url = whole(desk, page)
    return CalendarPlan(title, url, f"{url}{name}" if url else "", made, tuple(_event(desk, meeting, made) for meeting in found))


def uid_of(desk: Desk, meeting: Meeting) -> str:
    """Return the identifier by which calendars know a session, in every language and for good."""
    host = urlsplit(desk.settings.address).hostname or "circlepress.invalid"
    return f"{lasting_name(desk, meeting.circle)}.{meeting.session.first_id or meeting.session.id}@{host}"


def whole(desk: Desk, address: str) -> str:
    """Return an address with the site's before it; empty while the site has none."""
    return f"{desk.settings.address.rstrip('/')}{address}" if desk.settings.address else ""


def _event(desk: Desk, meeting: Meeting, made: date | None) -> CalendarEvent:
    session, circle, wording = meeting.session, meeting.circle, desk.wording
    state = f"{wording.text(f'session.{meeting.state}')}: " if meeting.state != "planned" else ""
    title = words_for(circle.facts.title, desk.language, desk.resolved.chain).text
    url = whole(desk, f"{desk.circle_address(circle)}sessions/{session.id}/")
    aim, place = in_words(desk, session.aim_by_language), in_words(desk, session.place_by_language)
    moved_from = wording.text("calendar_file.moved_from", date=_earlier(desk, session.was)) if meeting.state == "moved" and session.was else ""
    return CalendarEvent(
        uid=uid_of(desk, meeting), sequence=_SEQUENCE[meeting.state], stamp=made or meeting.day,
        start=meeting.starts.replace(tzinfo=None), end=meeting.ends.replace(tzinfo=None), zone=meeting.zone,
        summary=f"{state}{title}: {in_words(desk, session.title_by_language).text}",
        description="\n".join(filter(None, [moved_from, aim.text if aim else "", url])), place=place.text if place else "", url=url,
        is_cancelled=meeting.state == "cancelled")


def _earlier(desk: Desk, was: str) -> str:
    day, _, clock = was.partition(" ")
    return ", ".join(filter(None, [desk.wording.date(date.fromisoformat(day)), clock]))


def calendar_file(plan: CalendarPlan) -> bytes:
    """Return a calendar as a file."""
    from icalendar import Calendar, vDuration, vText, vUri

    calendar = Calendar()
    calendar.add("prodid", "-//circlepress//circlepress//EN")
    calendar.add("version", "2.0")
    calendar.add("name", vText(plan.title))
    calendar.add("x-wr-calname", vText(plan.title))
    if plan.url:
        calendar.add("url", vUri(plan.url))
        calendar.add("source", vUri(plan.source), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(timedelta(hours=12)), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(timedelta(hours=12)))
    events = b"".join(_written(event, plan.made) for event in plan.events)
    years = [said.start.year for said in plan.events]
    named = [name for name in sorted({said.zone for said in plan.events}) if f";TZID={name}:".encode() in events]  # not where clocks follow UTC
    zones = [time_zone(name, min(years), max(years)) for name in named]
    return b"".join([calendar.to_ical().removesuffix(_END), *zones, events, _END])


_END = b"END:VCALENDAR\r\n"


@lru_cache(maxsize=2000)
def _written(said: CalendarEvent, made: date | None) -> bytes:
    """Return a session's event, which is the same in its own calendar, its circle's and the handbook's."""
    from icalendar import Event, vText

    event = Event()
    event.add("uid", said.uid)
    event.add("sequence", said.sequence)
    event.add("dtstamp", datetime.combine(said.stamp, time(0), UTC))
    if made:
        event.add("last-modified", datetime.combine(made, time(0), UTC))
    zone = ZoneInfo(said.zone)
    event.add("dtstart", said.start.replace(tzinfo=zone))
    event.add("dtend", said.end.replace(tzinfo=zone))
    event.add("summary", said.summary)
    if said.description:
        event.add("description", said.description)
    if said.place:
        event.add("location", vText(said.place))
    if said.url:
        event.add("url", said.url)
    event.add("status", "CANCELLED" if said.is_cancelled else "CONFIRMED")
    return event.to_ical()
