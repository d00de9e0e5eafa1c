"""A circle at a glance: everything one asks first on one page, which is one sheet of paper when it is printed."""

from __future__ import annotations

from ..catalogue import Circle
from ..edition import PlannedPage
from .common import Desk
from .listing import period
from .next_meeting import contacts
from .organisations import organisation_line
from .session_lines import head, meeting_rows


def glance_page(desk: Desk, circle: Circle) -> PlannedPage:
    """Return the page that tells the whole circle in short."""
    facts, wording = circle.facts, desk.wording
    title, summary = wording.text("glance.title"), wording.text("glance.summary")
    signs_up = facts.status == "recruiting" and facts.signup and facts.signup.until
    pairs = [
        ("takes.period", period(desk, circle)),
        ("takes.hours", wording.text("takes.hours_value", n=facts.frame.hours) if facts.frame.hours else ""),
        ("takes.mode", wording.text(f"mode.{facts.frame.mode}") if facts.frame.mode else ""),
        ("takes.languages", wording.listed([wording.language_name(code) for code in facts.frame.working_languages]) if facts.frame.working_languages else ""),
        ("circle.signup", wording.text("circle.signup_by", date=wording.date(facts.signup.until)) if signs_up else ""),
    ]
    view = head(desk, circle, title, summary) | {
        "purpose": desk.say(facts.purpose),
        "status": wording.text(f"status.{facts.status}"),
        "facts": [[wording.text(key), value] for key, value in pairs if value],
        "meetings": meeting_rows(desk, circle),
        "organisations": [organisation_line(desk, organisation) for organisation in facts.organisations],
        "contacts": contacts(desk, circle),
    }
    return desk.plan_page("glance/index.md", "glance.html", title, summary, view)
