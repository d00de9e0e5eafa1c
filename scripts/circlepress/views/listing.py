"""The circles that can be found: which ones, how one of them stands today, and what a list shows of it."""

from __future__ import annotations

from ..catalogue import Circle
from ..metadata.circle import Status, Visibility
from .common import Desk, own_names

STANDINGS = ("draft", "open", "closed", "running", "completed", "evaluated", "cancelled")
"""How circles can stand, those one can join first; `draft` is seen in previews only."""


def listed_circles(desk: Desk) -> list[Circle]:
    """Return the circles the directory shows, those one can join first."""
    shown = [circle for circle in desk.catalogue.circle_by_id.values()
             if not circle.is_template and (circle.facts.visibility is Visibility.PUBLIC or desk.preview)]
    return sorted(shown, key=lambda circle: (STANDINGS.index(standing(desk, circle)), circle.facts.frame.start is None,
                                             circle.facts.frame.start, circle.id))


def public_circles(desk: Desk) -> list[Circle]:
    """Return the circles that anyone may be told of, in previews too: calendars, feeds and the catalogue leave the house."""
    return [circle for circle in listed_circles(desk) if circle.facts.visibility is Visibility.PUBLIC and circle.facts.status is not Status.DRAFT]


def standing(desk: Desk, circle: Circle) -> str:
    """Return how a circle stands, one of `STANDINGS`: its status, but that one recruits until the last day to sign up is over."""
    facts = circle.facts
    if facts.status is not Status.RECRUITING:
        return str(facts.status)
    is_over = facts.signup and facts.signup.until and facts.signup.until < desk.today
    return "closed" if is_over else "open"


def standing_text(desk: Desk, stands: str) -> str:
    """Return what readers are told of how a circle stands."""
    return desk.wording.text({"open": "status.recruiting", "closed": "circles.signup_over"}.get(stands, f"status.{stands}"))


def circle_card(desk: Desk, circle: Circle) -> dict:
    """Return what a list shows of a circle."""
    facts, stands = circle.facts, standing(desk, circle)
    countries = list(dict.fromkeys(organisation.country for organisation in facts.organisations))
    return desk.circle_link(circle) | {
        "status": "recruiting" if stands == "open" else stands,
        "status_text": standing_text(desk, stands),
        "scope_text": desk.wording.text(f"scope.{facts.scope}"),
        "theme": desk.page_link(f"themes/{facts.theme}"),
        "dates": period(desk, circle),
        "countries": desk.wording.listed([desk.wording.country(code) for code in countries]) if countries else "",
        "languages": own_names(facts.published_in),
        "signup_until": desk.wording.date(facts.signup.until) if stands == "open" and facts.signup and facts.signup.until else "",
    }


def period(desk: Desk, circle: Circle) -> str:
    """Return from which month to which a circle lasts; empty while that is not decided."""
    frame = circle.facts.frame
    if not (frame.start and frame.end):
        return ""
    return desk.wording.text("period.range", start=desk.wording.month(frame.start), end=desk.wording.month(frame.end))
