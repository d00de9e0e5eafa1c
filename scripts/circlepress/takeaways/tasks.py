"""A dated checklist as an iCalendar file (RFC 5545): each task is a whole day, in the edition's language.

An identifier is made from what the circle was called first, the list and the item, so that a circle that moves moves its tasks in a
reader's calendar and does not double them. A task takes no time of the day (TRANSP), and nobody is named.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from msgspec import Struct

from ..catalogue import Kind
from ..views.common import Desk
from ..views.letters import dated_tasks
from ..views.meetings import lasting_name
from .calendar import whole


class Task(Struct, frozen=True):
    """One item of a checklist as a calendar has it."""

    uid: str
    day: date
    summary: str
    url: str
    """The page of the list; empty while the site has no address."""


class TaskPlan(Struct, frozen=True):
    """What a calendar of tasks says."""

    title: str
    made: date | None
    tasks: tuple[Task, ...]


def task_calendars(desk: Desk, made: date | None) -> dict[str, TaskPlan]:
    """Return, by the id of a checklist, what the calendar of its dated items says in one microsite edition."""
    circle = desk.resolved.circle
    host = urlsplit(desk.settings.address).hostname or "circlepress.invalid"
    title, name = desk.say(circle.facts.title)["text"], lasting_name(desk, circle)
    plans = {}
    for material in desk.catalogue.of_kind(Kind.CHECKLIST):
        page = desk.resolved.page_by_reference[material.reference]
        url = whole(desk, f"{desk.edition.address}{material.reference}/")
        tasks = tuple(Task(f"{name}.{material.id}.{identifier}@{host}", day, f"{title}: {text}", url) for identifier, day, text in dated_tasks(desk, page))
        if tasks:
            plans[material.id] = TaskPlan(f"{title}: {page.version.title}", made, tasks)
    return plans


def task_file(plan: TaskPlan) -> bytes:
    """Return a calendar of tasks as a file."""
    from icalendar import Calendar, Event, vText

    calendar = Calendar()
    calendar.add("prodid", "-//circlepress//circlepress//EN")
    calendar.add("version", "2.0")
    calendar.add("name", vText(plan.title))
    calendar.add("x-wr-calname", vText(plan.title))
    for task in plan.tasks:
        event = Event()
        event.add("uid", task.uid)
        event.add("dtstamp", datetime.combine(plan.made or task.day, time(0), UTC))
        event.add("dtstart", task.day)
        event.add("summary", task.summary)
        event.add("transp", "TRANSPARENT")
        if task.url:
            event.add("url", task.url)
        calendar.add_component(event)
    return calendar.to_ical()
