"""What the search of an edition knows besides its pages' texts: what pages can be filtered by, and what its dialog says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..catalogue import Kind
from ..edition import EditionKind, PlannedPage
from ..findable import endings
from ..metadata.kinds import Audience, Phase
from .common import Desk
from .handbook import LISTED_KINDS, also_found, circles_found
from .listing import listed_circles

_TYPE_BY_TEMPLATE = {"circle.html": "circles", "circles.html": "circles", "coming.html": "circles", "family.html": "circles", "session.html": "sessions", "glossary.html": "glossary"}
_WORDS = ("label", "placeholder", "close", "none", "count_one", "count_other", "failed", "hint", "filters", "any", "handbook", "more")


def found(desk: Desk, pages: Sequence[PlannedPage]) -> dict:
    """Return what `EditionPlan.found` holds, for an edition with these pages."""
    return {"also": also_found(desk), "records": circles_found(desk), "filters": _filters(desk, pages), "dialog": _dialog(desk)}


def _filters(desk: Desk, pages: Sequence[PlannedPage]) -> dict[str, Mapping[str, list[str]]]:
    """Return the values of each page's filters, by its address in the edition; of each circle's in the handbook, by its whole address.

    A circle also says which it is, so that its own microsite does not find it twice.
    """
    values = {page.address.removeprefix(desk.edition.address): _values(desk, page) for page in pages}
    if desk.edition.kind is EditionKind.HANDBOOK:
        values |= {desk.circle_address(circle): {"type": ["circles"], "circle": [circle.id]} for circle in listed_circles(desk)}
    return {address: given for address, given in values.items() if given}


def _values(desk: Desk, page: PlannedPage) -> dict[str, list[str]]:
    in_handbook = desk.edition.kind is EditionKind.HANDBOOK
    material = desk.catalogue.material_by_reference.get(page.path.removesuffix(".md")) if in_handbook else None
    if material is None or material.kind is Kind.FRONT:
        kind = None if page.view.get("value") else _TYPE_BY_TEMPLATE.get(page.template)
        return {"type": [kind]} if kind else {}
    given = {name: [str(value) for value in getattr(material.facts, name, ())] for name in ("audience", "phase")}
    return {"type": [str(material.kind)]} | {name: values for name, values in given.items() if values}


def _dialog(desk: Desk) -> dict:
    """Return the words and rules of the dialog as plain data; an edition of the handbook has no `handbook` to search besides."""
    text = desk.wording.text
    types = {str(kind): text(f"kind.{kind}.many") for kind in LISTED_KINDS}
    types |= {"circles": text("circles.title"), "sessions": text("takes.sessions"), "glossary": text("glossary.title")}
    return {
        "words": {key: text(f"search.{key}") for key in _WORDS},
        "filters": [
            {"name": "type", "label": text("search.type"), "values": types},
            {"name": "audience", "label": text("page.for_whom"), "values": {str(one): text(f"audience.{one}.name") for one in Audience}},
            {"name": "phase", "label": text("page.when_used"), "values": {str(one): text(f"phase.{one}") for one in Phase}},
        ],
        "endings": endings(desk.language),
        "circle": desk.edition.circle,
        "handbook": desk.handbook_address if desk.edition.circle else "",
    }
