"""The lasting address that answers "what is next, and what do I do for it".

A site is built on one day and read on another. So the page holds every meeting that remains, each with the moment it is
over, and a small script shows the first that is still to come; without it the day of building decides, and the others follow.
"""

from __future__ import annotations

from ..catalogue import Circle
from ..edition import PlannedPage, ResolvedPage
from ..localtime import end_in_utc
from ..metadata.circle import Status
from .agenda import session_times
from .common import Desk, Said
from .listing import standing
from .session_lines import calendar_of, head, is_cancelled, is_over, meeting_row

_USUAL_ZONE = "Europe/Copenhagen"


def next_page(desk: Desk, circle: Circle) -> PlannedPage:
    """Return the page that says what is next."""
    facts, wording = circle.facts, desk.wording
    title, summary = wording.text("next.title"), wording.text("next.summary")
    coming = [] if facts.status in _ENDED else _coming(desk, circle)
    has_begun = any(is_over(session, desk.today) for session in desk.resolved.sessions)
    first = next((at for at, step in enumerate(coming, start=1) if not step["cancelled"]), 0)
    view = head(desk, circle, title, summary) | {
        "next": coming[:first] if first else coming,
        "after": coming[first:] if first else [],
        "begins": bool(first) and not has_begun,
        "said": "" if first else _said_of_none(desk, circle, has_begun),
        "over": wording.text("next.over"),
        "why": desk.say(facts.cancelled_because),
        "evaluation": f"{desk.edition.address}evaluation/",
        "is_over": not first and (has_begun or facts.status in _ENDED) and facts.status is not Status.CANCELLED,
        "signup": {"how": facts.signup.how, "until": wording.date(facts.signup.until) if facts.signup.until else ""} if is_signup_open(desk, circle) else None,
        "contacts": contacts(desk, circle),
        "calendar": calendar_of(desk),
    }
    return desk.plan_page("next/index.md", "next.html", title, summary, view)


_ENDED = (Status.COMPLETED, Status.EVALUATED, Status.CANCELLED)


def is_signup_open(desk: Desk, circle: Circle) -> bool:
    """Whether the circle says how to sign up, and one still can."""
    return circle.facts.signup is not None and standing(desk, circle) == "open"


def contacts(desk: Desk, circle: Circle) -> list[dict]:
    """Return the people one can write to, each once: name, mail address (or nothing), organisation and part in the circle."""
    facts = circle.facts
    name_by_id = {organisation.id: organisation.name for organisation in facts.organisations}
    people = [(person, desk.wording.text("audience.facilitator.name")) for person in facts.facilitators]
    people += [(facts.coordinator, desk.wording.text("circle.coordinator"))] if facts.coordinator else []
    found: dict[tuple[str, str], dict] = {}
    for person, part in people:
        one = found.setdefault((person.name, person.organisation), {
            "name": person.name, "contact": "", "organisation": name_by_id.get(person.organisation, person.organisation),
            "organisation_id": person.organisation if person.organisation in name_by_id else "", "parts": []})
        one["contact"] = one["contact"] or person.contact or ""
        one["parts"].append(part)
    return [one | {"part": desk.wording.listed([one["parts"][0], *(part.lower() for part in one["parts"][1:])])} for one in found.values()]


def _coming(desk: Desk, circle: Circle) -> list[dict]:
    """Return the meetings that remain, the next first: those with a date by their dates, then those without in their order.

    One that is cancelled stands in its place.
    """
    numbered = list(enumerate(desk.resolved.sessions, start=1))
    last_over = max((number for number, session in numbered if is_over(session, desk.today)), default=0)
    remaining = [(number, session) for number, session in numbered
                 if not is_over(session, desk.today) and (session.material.facts.date or number > last_over)]
    remaining.sort(key=lambda one: (one[1].material.facts.date is None, one[1].material.facts.date or desk.today, one[0]))
    return [_step(desk, circle, session, number) for number, session in remaining]


def _step(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> dict:
    facts = session.material.facts
    zone = facts.timezone or circle.facts.frame.timezone or _USUAL_ZONE
    return meeting_row(desk, circle, session, number) | {
        "until": end_in_utc(facts.date, facts.end, zone) if facts.date else "",
        "local_times": session_times(desk, circle, session),
        "tasks": _tasks_before(desk, number),
        "by": desk.wording.text("next.until", date=desk.wording.date(facts.date, "full")) if facts.date else desk.wording.text("next.before"),
        "materials": desk.say_list(session, "materials"),
        "calendar": f"{desk.edition.address}sessions/{session.material.id}/session.ics" if facts.date else "",
        "run_sheet": f"{desk.edition.address}sessions/{session.material.id}/run-sheet/",
    }


def _tasks_before(desk: Desk, number: int) -> list[dict[str, str | Said]]:
    """Return what was agreed at the last meeting before this one that is held: what to try, with whom, and what to bring."""
    before = [session for session in desk.resolved.sessions[:number - 1] if not is_cancelled(session)]
    words, language = (before[-1].words("between") if before else None) or ({}, "")
    lang = "" if language == desk.language else language
    return [{"label": desk.wording.text(f"between.{key}"), "text": {"text": words[key], "lang": lang}}
            for key in ("try", "with", "bring") if isinstance(words, dict) and words.get(key)]


def _said_of_none(desk: Desk, circle: Circle, has_begun: bool) -> str:
    """Return what to say when no meeting is to come."""
    match circle.facts.status:
        case Status.CANCELLED:
            return desk.wording.text("next.cancelled")
        case Status.COMPLETED | Status.EVALUATED:
            return desk.wording.text("next.ended")
    return desk.wording.text("next.over" if has_begun else "next.none")
