"""The meetings of a circle told in a line each, which of them are over, and the page that lists them all."""

from __future__ import annotations

from datetime import date

from ..catalogue import Circle
from ..edition import PlannedPage, ResolvedPage
from ..metadata.circle import CircleFacts, SessionState
from .common import Desk


def own_folders(facts: CircleFacts) -> list[str]:
    """Return where a microsite's own pages lie besides its front page and its sessions, the same in every language."""
    organisations = ["organisations", *(f"organisations/{one.id}" for one in facts.organisations)] if facts.organisations else []
    return ["next", "sessions", *organisations, "direction", "evaluation", "glance", "materials"]


def is_over(session: ResolvedPage, today: date) -> bool:
    """Whether the day of a session is past."""
    return session.material.facts.date is not None and session.material.facts.date < today


def is_cancelled(session: ResolvedPage) -> bool:
    return session.material.facts.state.now is SessionState.CANCELLED


def meeting_row(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> dict:
    """Return a meeting in a line: its number, title, aim, day, times, form, place and what has become of it."""
    facts, wording = session.material.facts, desk.wording
    times = wording.times(facts.start, facts.end) if facts.start and facts.end else ""
    zone = facts.timezone or circle.facts.frame.timezone
    return {
        "name": wording.text("session.number", n=number),
        "number": number,
        "title": desk.said(session.title),
        "aim": desk.say_words(session, "aim"),
        "address": f"{desk.edition.address}sessions/{session.material.id}/",
        "date": wording.date(facts.date, "full") if facts.date else wording.text("session.undated"),
        "date_iso": facts.date.isoformat() if facts.date else "",
        "times": f"{times} ({wording.text('session.zone', city=wording.city(zone))})" if times and zone else times,
        "mode": wording.text(f"mode.{facts.mode}"),
        "place": desk.said(session.place),
        "state": wording.text(f"session.{facts.state.now}") if facts.state.now is not SessionState.PLANNED else "",
        "was": wording.text("next.moved_from", date=earlier_date(desk, facts.state.was)) if facts.state.was else "",
        "why": desk.say(facts.state.why),
        "over": is_over(session, desk.today),
        "cancelled": is_cancelled(session),
    }


def earlier_date(desk: Desk, written: str) -> str:
    """Return an earlier date, or date and time, as the language writes it."""
    day, _, clock = written.partition(" ")
    said = desk.wording.date(date.fromisoformat(day), "full")
    return f"{said}, {clock}" if clock else said


def meeting_rows(desk: Desk, circle: Circle) -> list[dict]:
    """Return every meeting in a line, in the order of their numbers."""
    return [meeting_row(desk, circle, session, number) for number, session in enumerate(desk.resolved.sessions, start=1)]


def calendar_of(desk: Desk) -> str:
    """Return the name of the edition's calendar; empty when no meeting has a date."""
    return "calendar.ics" if any(session.material.facts.date for session in desk.resolved.sessions) else ""


def head(desk: Desk, circle: Circle, title: str, summary: str) -> dict:
    """Return what the head of each of a circle's own pages shows; `title` and `summary` are in the edition's language."""
    return {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "circle": desk.say(circle.facts.title),
            "question": desk.say(circle.facts.question)}


def meetings_page(desk: Desk, circle: Circle) -> PlannedPage:
    """Return the page that lists every meeting."""
    title, summary = desk.wording.text("circle.meetings"), desk.wording.text("meetings.summary")
    view = head(desk, circle, title, summary) | {"meetings": meeting_rows(desk, circle), "calendar": calendar_of(desk)}
    return desk.plan_page("sessions/index.md", "meetings.html", title, summary, view)
