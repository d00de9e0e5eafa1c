"""How a circle's direction changed, told over its meetings: as a drawn line that bends where it did, and as a list.

Days are drawn where they lie between the circle's first day and its last. What cannot keep its distance there, as
meetings in one week, is moved apart.
"""

from __future__ import annotations

from datetime import date

from ..catalogue import Circle
from ..edition import PlannedPage
from ..metadata.circle import Status
from .common import Desk
from .session_lines import head, is_cancelled, meeting_row

_WIDTH, _EDGE, _APART = 340, 18, 26
"""Of the drawing: its width, what is left free at each end, and the least between two meetings; all in units of the drawing."""
_TOP, _STEP = 24, 30
"""Where the line begins, and how far below it goes on after each change."""


def direction_page(desk: Desk, circle: Circle) -> PlannedPage:
    """Return the page about the circle's direction."""
    facts, wording = circle.facts, desk.wording
    title = wording.text("circle.direction" if facts.adjustments else "direction.short")
    summary = wording.text("direction.summary")
    is_over = facts.status in (Status.COMPLETED, Status.EVALUATED)
    events = _events(desk, circle)
    view = head(desk, circle, title, summary) | {
        "kept": "" if facts.adjustments else wording.text("direction.kept_to_the_end" if is_over else "direction.kept"),
        "events": events,
        "drawing": _drawing(desk, circle, events),
        "guides": desk.page_links(("guides/open-process", "methods/direction-check")),
    }
    return desk.plan_page("direction/index.md", "direction.html", title, summary, view)


def adjustments(desk: Desk, circle: Circle) -> list[dict]:
    """Return each change of direction: when, from what, to what, and why."""
    return [{"date": desk.wording.date(one.date), "date_iso": one.date.isoformat(), "was": desk.say(one.was),
             "becomes": desk.say(one.becomes), "why": desk.say(one.why)} for one in circle.facts.adjustments]


def _events(desk: Desk, circle: Circle) -> list[dict]:
    """Return the dated meetings that are held and the changes, in the order of their days; a change on a meeting's day follows it."""
    found = []
    for number, session in enumerate(desk.resolved.sessions, start=1):
        if session.material.facts.date and not is_cancelled(session):
            found.append((session.material.facts.date, 0, number, meeting_row(desk, circle, session, number) | {"kind": "meeting"}))
    for number, one in enumerate(adjustments(desk, circle), start=1):
        found.append((date.fromisoformat(one["date_iso"]), 1, number, one | {"kind": "change", "number": number}))
    return [event for *_, event in sorted(found, key=lambda one: one[:3])]


def _drawing(desk: Desk, circle: Circle, events: list[dict]) -> dict | None:
    """Return what is drawn: the line, where it would have gone without each change, and the meetings on it; nothing for no meeting."""
    meetings = [event for event in events if event["kind"] == "meeting"]
    if not meetings:
        return None
    days = [date.fromisoformat(event["date_iso"]) for event in events]
    first = min([*days, *filter(None, [circle.facts.frame.start])])
    last = max([*days, *filter(None, [circle.facts.frame.end])])
    span = max(1, (last - first).days)
    room = _WIDTH - 2 * _EDGE
    places = {event["number"]: _EDGE + room * (date.fromisoformat(event["date_iso"]) - first).days / span for event in meetings}
    places = _apart(places, min(_APART, room / max(1, len(meetings) - 1)))
    height, line, marks, left = _TOP, [f"M {_EDGE - 14} {_TOP}"], [], []
    for event in events:
        if event["kind"] == "meeting":
            marks.append({"x": round(places[event["number"]], 1), "y": height, "number": event["number"], "over": event["over"]})
        else:
            x = round(marks[-1]["x"] if marks else _EDGE, 1)
            left.append({"x": x, "y": height, "to": _WIDTH - 4})
            line.append(f"L {x} {height} L {min(x + 16, _WIDTH - 4)} {height + _STEP}")
            height += _STEP
            _move_on(places, events, event, x + 16 + 11)
    line.append(f"L {_WIDTH - 4} {height}")
    return {"width": _WIDTH, "height": height + 24, "line": " ".join(line), "left": left, "marks": marks,
            "title": desk.wording.text("direction.drawing", meetings=desk.wording.count("sessions", len(meetings))),
            "text": "; ".join(_told(desk, event) for event in events)}


def _move_on(places: dict[int, float], events: list[dict], change: dict, least: float) -> None:
    """Move the meetings after a change to where the line has bent."""
    for event in events[events.index(change) + 1:]:
        if event["kind"] == "meeting":
            places[event["number"]] = min(max(places[event["number"]], least), _WIDTH - _EDGE)
            least = places[event["number"]] + 23


def _apart(places: dict[int, float], least: float) -> dict[int, float]:
    """Return places, in their order, at least so far from each other and within the drawing."""
    order = sorted(places, key=lambda number: (places[number], number))
    moved: dict[int, float] = {}
    at = _EDGE - least
    for number in order:
        at = moved[number] = max(places[number], at + least)
    at = _WIDTH - _EDGE + least
    for number in reversed(order):
        at = moved[number] = min(moved[number], at - least)
    return moved


def _told(desk: Desk, event: dict) -> str:
    if event["kind"] == "meeting":
        return f"{event['name']}, {event['date']}"
    return desk.wording.text("direction.changed", number=event["number"], date=event["date"])
