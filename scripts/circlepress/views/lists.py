"""Lists of the handbook's pages, one for each type: guides by phase, methods and templates by kind, each kind with a page of its own.

A page for each kind is a filter that needs no script.
"""

from __future__ import annotations

from ..catalogue import Kind
from ..edition import PlannedPage, ResolvedPage
from ..metadata.kinds import BlockKind, Phase
from ..metadata.materials import TemplateKind
from .common import Desk

_KINDS = {Kind.METHOD: (BlockKind, "block"), Kind.TEMPLATE: (TemplateKind, "template")}
"""The kinds that a type of page has, and where the interface's words for them stand."""


def list_pages(desk: Desk, kind: Kind) -> list[PlannedPage]:
    """Return the list of all pages of a type, and of each kind of them."""
    pages = [desk.resolved.page_by_reference[material.reference] for material in desk.catalogue.of_kind(kind)]
    title, summary = desk.wording.text(f"kind.{kind}.many"), desk.wording.text(f"kind.{kind}.summary")
    if kind not in _KINDS:
        return [_list_page(desk, f"{kind}/index.md", title, summary, _by_phase(desk, pages))]
    values, words = _KINDS[kind]
    groups = []
    for value in values:
        here = [page for page in pages if page.material.facts.kind is value]
        if here:
            groups.append({"title": desk.wording.text(f"{words}.{value}"), "address": f"{desk.handbook_address}{kind}/kind/{value}/",
                           "links": [_link(desk, page) for page in here]})
    back = {"kind_many": title, "kind_address": f"{desk.handbook_address}{kind}/"}
    return [_list_page(desk, f"{kind}/index.md", title, summary, groups), *(
        _list_page(desk, f"{kind}/kind/{value}.md", group["title"], summary, [{"title": "", "links": group["links"]}], back)
        for value, group in ((group["address"].split("/")[-2], group) for group in groups))]


def _list_page(desk: Desk, path: str, title: str, summary: str, groups: list[dict], more: dict | None = None) -> PlannedPage:
    view = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "groups": groups} | (more or {})
    return desk.plan_page(path, "list.html", title, summary, view)


def _by_phase(desk: Desk, pages: list[ResolvedPage]) -> list[dict]:
    """Return pages under the first phase in which they are of use; those that name none come last."""
    def first_phase(page: ResolvedPage) -> Phase | None:
        return next(iter(getattr(page.material.facts, "phase", ())), None)

    groups = [{"title": desk.wording.text(f"phase.{phase}") if phase else "",
               "links": [_link(desk, page) for page in pages if first_phase(page) is phase]} for phase in (*Phase, None)]
    return [group for group in groups if group["links"]]


def _link(desk: Desk, page: ResolvedPage) -> dict:
    """Return a link to a page; for a method with its minutes, for people who look for something of a certain length."""
    link = desk.page_link(page.material.reference)
    if page.material.kind is Kind.METHOD:
        minutes = page.material.facts.minutes
        link |= {"note": desk.wording.text("minutes.range", min=minutes.min, max=minutes.max)}
    return link
