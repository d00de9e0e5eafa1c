"""How a circle looks back: when, what is asked, and afterwards what was learned and what it led to at home.

The three headings are ends, means and capacity built (Aakjær and Wegener, Journal of Education and Work 36(6), 2023).
"""

from __future__ import annotations

from ..catalogue import Circle
from ..edition import PlannedPage
from .common import Desk
from .organisations import local_circles, organisation_address, outcome_of
from .session_lines import head

_HEADINGS = ("goal", "way", "home")
_READING = ("guides/evaluate", "templates/evaluation-midway", "templates/evaluation-final", "checklists/close")


def evaluation_page(desk: Desk, circle: Circle) -> PlannedPage:
    """Return the page about evaluation and outcomes."""
    facts, wording = circle.facts, desk.wording
    title, summary = wording.text("evaluation.title"), wording.text("evaluation.summary")
    dates = [(key, day) for key in ("midway", "final") if (day := getattr(facts.evaluation, key))]
    at_home = [{"name": one.name, "address": organisation_address(desk, one.id), "circles": local_circles(desk, circle, one.id),
                "text": wording.text(f"organisation.local_{one.local_circle}") if one.local_circle else ""} for one in facts.organisations]
    at_home = [one for one in at_home if one["text"] or one["circles"]]
    told = {link["address"] for one in at_home for link in one["circles"]}
    view = head(desk, circle, title, summary) | {
        "dates": [{"label": wording.text(f"evaluation.{key}"), "date": wording.date(day, "full"), "date_iso": day.isoformat()} for key, day in dates],
        "learned": desk.say(facts.evaluation.summary),
        "headings": [{"title": wording.text(f"evaluation.{key}"), "asked": [wording.text(f"evaluation.{key}_{one}") for one in ("first", "second")]}
                     for key in _HEADINGS],
        "outcomes": [{"name": one.name, "address": organisation_address(desk, one.id), "text": text}
                     for one in facts.organisations if (text := outcome_of(desk, circle, one.id))],
        "local": at_home,
        "local_circles": [link for link in local_circles(desk, circle) if link["address"] not in told],
        "reading": desk.page_links(_READING),
    }
    return desk.plan_page("evaluation/index.md", "evaluation.html", title, summary, view)
