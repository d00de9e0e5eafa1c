"""One page for each home organisation, for those at home: what it has promised, what comes back, and how a manager follows.

Only what is promised is told, never what is not: a promise is the organisation's own word, and what is missing is between
it and the circle.
"""

from __future__ import annotations

from ..catalogue import Circle
from ..edition import PlannedPage
from ..metadata.circle import Organisation, Supporter, Visibility
from .common import Desk, Said
from .next_meeting import contacts
from .session_lines import head

_FOR_MANAGERS = ("guides/for-managers", "checklists/home", "templates/note-to-manager", "templates/home-organisation-commitment")
_FOR_LOCAL_CIRCLES = ("guides/start-a-local-circle",)


def organisation_address(desk: Desk, identifier: str) -> str:
    return f"{desk.edition.address}organisations/{identifier}/"


def organisation_line(desk: Desk, organisation: Organisation) -> dict:
    """Return what a list shows of an organisation: its name, where and what it is, how many take part, and its page."""
    wording, circle = desk.wording, desk.resolved.circle
    return {
        "name": organisation.name,
        "lang": circle.facts.language if circle.facts.language != desk.language else "",
        "country": wording.country(organisation.country),
        "sector": wording.text(f"sector.{organisation.sector}"),
        "people": wording.count("people", organisation.participants),
        "commitments": [wording.text(f"commitment.{commitment}") for commitment in organisation.commitments],
        "address": organisation_address(desk, organisation.id),
    }


def local_circles(desk: Desk, circle: Circle, organisation: str = "") -> list[dict]:
    """Return links to the public circles that began in this one, or in it at one organisation, each with how far it has come."""
    found = []
    for identifier, at in desk.catalogue.neighbours.children_of(circle.id):
        child = desk.catalogue.circle_by_id.get(identifier)
        if child and child.facts.visibility is Visibility.PUBLIC and organisation in ("", at):
            found.append(desk.circle_link(child) | {"status": desk.wording.text(f"status.{child.facts.status}")})
    return found


def outcome_of(desk: Desk, circle: Circle, organisation: str) -> Said | None:
    return next((desk.say(outcome.text) for outcome in circle.facts.outcomes if outcome.organisation == organisation), None)


def organisation_pages(desk: Desk, circle: Circle) -> list[PlannedPage]:
    """Return the page that lists the home organisations and one page for each; none when the circle names none."""
    facts, wording = circle.facts, desk.wording
    if not facts.organisations:
        return []
    title, summary = wording.text("organisations.title"), wording.text("organisations.summary")
    view = head(desk, circle, title, summary) | {"organisations": [organisation_line(desk, one) for one in facts.organisations]}
    return [desk.plan_page("organisations/index.md", "organisations.html", title, summary, view),
            *(_organisation_page(desk, circle, one) for one in facts.organisations)]


def _organisation_page(desk: Desk, circle: Circle, organisation: Organisation) -> PlannedPage:
    facts, wording = circle.facts, desk.wording
    title, summary = organisation.name, wording.text("organisation.summary", organisation=organisation.name)
    people = contacts(desk, circle)
    view = head(desk, circle, title, summary) | organisation_line(desk, organisation) | {
        "list_address": f"{desk.edition.address}organisations/",
        "promises": [wording.text(f"promise.{commitment}") for commitment in organisation.commitments],
        "agreed": wording.text("organisation.agreed", date=wording.date(organisation.agreed)) if organisation.agreed and organisation.commitments else "",
        "brings_home": [said for key in ("own_practice", "learning_agent", "sharing") if (said := desk.say(getattr(facts.expectations, key)))],
        "manager": [said for support in facts.support if support.who is Supporter.MANAGER and (said := desk.say(support.text))],
        "local_state": wording.text(f"organisation.local_{organisation.local_circle}") if organisation.local_circle else "",
        "local_circles": local_circles(desk, circle, organisation.id),
        "coordinator": next((person for person in reversed(people) if facts.coordinator and person["name"] == facts.coordinator.name), None)
        if organisation.local_circle else None,
        "outcome": outcome_of(desk, circle, organisation.id),
        "from_here": [person for person in people if person["organisation_id"] == organisation.id],
        "contacts": people,
        "reading": desk.page_links(_FOR_MANAGERS + (_FOR_LOCAL_CIRCLES if organisation.local_circle else ())),
        "next": f"{desk.edition.address}next/",
    }
    view["title"] = {"text": organisation.name, "lang": view["lang"]}
    return desk.plan_page(f"organisations/{organisation.id}.md", "organisation.html", title, summary, view)
