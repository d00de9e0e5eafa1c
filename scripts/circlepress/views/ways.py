"""Ways into the handbook: a page for each of its four audiences and for each phase of a circle's life.

They are made of what pages say of themselves, so that a new guide stands in the right places at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..catalogue import Kind
from ..edition import PlannedPage, ResolvedPage
from ..metadata.kinds import Audience, Phase
from ..metadata.materials import Picture
from .common import Desk
from .pictures import picture

_READ = (Kind.GUIDE, Kind.CHECKLIST, Kind.TEMPLATE)
_IN_A_PHASE = (*_READ, Kind.METHOD)


def ways_pages(desk: Desk) -> list[PlannedPage]:
    """Return the pages of all audiences, of all phases, and the one that shows the phases."""
    return [*(_audience_page(desk, audience) for audience in Audience), *(_phase_page(desk, phase) for phase in Phase), _phases_page(desk)]


def audience_address(desk: Desk, audience: Audience) -> str:
    """Return the address of the page for one audience."""
    return f"{desk.handbook_address}for/{audience}/"


def phase_address(desk: Desk, phase: Phase) -> str:
    """Return the address of the page about one phase."""
    return f"{desk.handbook_address}phases/{phase}/"


def audience_links(desk: Desk, audiences: Iterable[Audience]) -> list[dict]:
    """Return what a page says of its readers: their names, and the addresses of their pages."""
    return [{"text": desk.wording.text(f"audience.{audience}.name"), "address": audience_address(desk, audience)} for audience in audiences]


def phase_links(desk: Desk, phases: Iterable[Phase]) -> list[dict]:
    """Return what a page says of when it is of use: the names of phases, and the addresses of their pages."""
    return [{"text": desk.wording.text(f"phase.{phase}"), "address": phase_address(desk, phase)} for phase in phases]


def first_pages(desk: Desk, audience: Audience) -> list[ResolvedPage]:
    """Return what an audience reads first: the guides that say so, or else those written for the fewest."""
    guides = _pages(desk, [Kind.GUIDE], lambda facts: audience in facts.audience)
    chosen = [page for page in guides if audience in page.material.facts.first_for]
    return (chosen or sorted(guides, key=lambda page: len(page.material.facts.audience)))[:3]


def _pages(desk: Desk, kinds, is_wanted) -> list[ResolvedPage]:
    return [desk.resolved.page_by_reference[material.reference] for kind in kinds for material in desk.catalogue.of_kind(kind) if is_wanted(material.facts)]


def _links(desk: Desk, pages: list[ResolvedPage]) -> list[dict]:
    return desk.page_links(page.material.reference for page in pages)


def _audience_page(desk: Desk, audience: Audience) -> PlannedPage:
    text = desk.wording.text
    pages = _pages(desk, _READ, lambda facts: audience in facts.audience)
    groups = [{"title": text("front.first"), "id": "first", "links": _links(desk, first_pages(desk, audience))}]
    for phase in Phase:
        here = [page for page in pages if page.material.facts.phase[0] is phase]
        groups.append({"title": text(f"phase.{phase}"), "id": str(phase), "links": _links(desk, here)})
    title, summary = text(f"audience.{audience}.who"), text(f"audience.{audience}.question")
    return desk.plan_page(f"for/{audience}.md", "list.html", title, summary, _view(title, summary, groups))


def _phase_page(desk: Desk, phase: Phase) -> PlannedPage:
    text = desk.wording.text
    groups = [{"title": text(f"kind.{kind}.many"), "id": str(kind), "links": _links(desk, _pages(desk, [kind], lambda facts: phase in facts.phase))}
              for kind in _IN_A_PHASE]
    phases = list(Phase)
    number = phases.index(phase)
    beside = {key: {"name": text(f"session.{key}"), "title": {"text": text(f"phase.{phases[at]}"), "lang": ""}, "address": phase_address(desk, phases[at])}
              for key, at in (("previous", number - 1), ("next", number + 1)) if 0 <= at < len(phases)}
    title, summary = text(f"phase.{phase}"), text(f"picture.phases.{phase}")
    view = _view(title, summary, groups) | {"kind_many": text("picture.phases.title"), "kind_address": f"{desk.handbook_address}phases/"} | beside
    return desk.plan_page(f"phases/{phase}.md", "list.html", title, summary, view)


def _phases_page(desk: Desk) -> PlannedPage:
    title, summary = desk.wording.text("picture.phases.title"), desk.wording.text("picture.phases.summary")
    return desk.plan_page("phases/index.md", "list.html", title, summary, _view(title, summary, []) | {"pictures": [picture(desk, Picture.PHASES)]})


def _view(title: str, summary: str, groups: list[dict]) -> dict:
    return {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "groups": [group for group in groups if group["links"]]}
