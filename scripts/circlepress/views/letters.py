"""A microsite's letters and lists: every template of the handbook filled in with what the circle says, and dated checklists.

One page holds all copies of a template, one for each organisation or session, since a coordinator prints six letters at once and
copies one mail at a time: each copy has an address of its own, where it stands and prints alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from ..catalogue import Circle, Kind, Material
from ..dated import Anchor, anchor_day, anchor_of, due
from ..edition import PlannedPage, ResolvedPage
from ..filling import marked, names_in
from ..language import Language
from ..metadata.circle import SessionState
from ..metadata.kinds import Phase
from ..metadata.materials import FilledPer, TemplateKind
from .common import Desk
from .facts import Facts, circle_facts, organisation_facts, session_facts
from .handbook import checklist_groups, checklist_items, offset
from .ways import audience_links, phase_links

AS_TEXT = frozenset({TemplateKind.MAIL, TemplateKind.LETTER})
"""Kinds that are also shown as plain text, to be pasted into a mail."""


def letters_and_lists(desk: Desk, circle: Circle) -> list[PlannedPage]:
    """Return the pages of a microsite that fill in the handbook's templates and date its checklists, and the list of them."""
    templates, checklists = desk.catalogue.of_kind(Kind.TEMPLATE), desk.catalogue.of_kind(Kind.CHECKLIST)
    if not templates and not checklists:
        return []
    writers: dict[Language, _Writer] = {}
    pages = []
    for material in templates:
        page = desk.resolved.page_by_reference[material.reference]
        language = page.version.language
        if language not in writers:
            writers[language] = _Writer(desk, circle, language)
        pages.append(_template_page(desk, page, writers[language]))
    pages += [_checklist_page(desk, circle, desk.resolved.page_by_reference[material.reference]) for material in checklists]
    return [_list_page(desk, circle, templates, checklists), *pages]


def entry(desk: Desk) -> list[dict]:
    """Return the microsite's entry for its letters and lists, if it has any."""
    has_any = desk.catalogue.of_kind(Kind.TEMPLATE) or desk.catalogue.of_kind(Kind.CHECKLIST)
    return [{"title": desk.wording.text("letters.title"), "address": f"{desk.edition.address}templates/"}] if has_any else []


def listed(desk: Desk) -> list[dict]:
    """Return the group of letters and lists that a list of all pages has, if there are any."""
    found = [*desk.catalogue.of_kind(Kind.TEMPLATE), *desk.catalogue.of_kind(Kind.CHECKLIST)]
    return [{"title": desk.wording.text("letters.title"), "links": [_link(desk, material) for material in found]}] if found else []


def _blank_labels(desk: Desk, names: list[str]) -> dict[str, str]:
    """Return what a blank is for, by placeholder; `desk` is in the language of the letter."""
    words = desk.wording.words
    return {name: words[f"blank.{name}"] for name in names if f"blank.{name}" in words}


def dated_tasks(desk: Desk, page: ResolvedPage) -> list[tuple[str, date, str]]:
    """Return the items of a checklist that the circle's dates give a day: their ids, the days, their words."""
    day = anchor_day(desk.resolved.circle, anchor_of(page.material.facts.phase), desk.today)
    return [(item.id, due(day, item.when), words["text"]) for item, words in checklist_items(desk, page) if item.when] if day else []


class _Writer:
    """Fills in templates that are shown in one language, each fact looked up once."""

    def __init__(self, desk: Desk, circle: Circle, language: Language) -> None:
        self._home = desk.edition.address
        self._circle = circle
        self.desk = _in_language(desk, language)
        self._of_circle: Facts = circle_facts(self.desk, circle, self._home)
        self._of_session: dict[str, Facts] = {}
        self._of_organisation: dict[str, Facts] = {}

    def copies(self, page: ResolvedPage, names: list[str]) -> Iterator[dict]:
        """Yield each copy of a template: its id and name, the day it is due, what it says to these placeholders."""
        per, circle, wording = page.material.facts.per, self._circle, self.desk.wording
        if per is FilledPer.ORGANISATION:
            day = anchor_day(circle, anchor_of(page.material.facts.phase), self.desk.today)
            for organisation in circle.facts.organisations:
                if organisation.id not in self._of_organisation:
                    self._of_organisation[organisation.id] = organisation_facts(self.desk, organisation)
                yield self._copy(organisation.id, organisation.name, day, page, names, self._of_organisation[organisation.id])
        elif per is FilledPer.SESSION:
            for number, session in enumerate(self.desk.resolved.sessions, start=1):
                if session.material.facts.state.now is SessionState.CANCELLED:
                    continue
                identifier = session.material.id
                if identifier not in self._of_session:
                    self._of_session[identifier] = session_facts(self.desk, circle, session, number, self._home)
                day, name = session.material.facts.date, wording.text("session.number", n=number)
                name = f"{name} · {wording.date(day, 'medium')}" if day else name
                yield self._copy(identifier, name, day, page, names, self._of_session[identifier])
        else:
            yield self._copy("", "", anchor_day(circle, anchor_of(page.material.facts.phase), self.desk.today), page, names, {})

    def blank_copy(self, page: ResolvedPage, names: list[str]) -> dict:
        """Return the copy of a template that a circle without sessions or organisations has."""
        return self._copy("", "", None, page, names, {})

    def _copy(self, identifier: str, name: str, day: date | None, page: ResolvedPage, names: list[str], facts: Facts) -> dict:
        when, facts = page.material.facts.when, self._of_circle | facts
        return {"id": identifier, "name": name, "due": self.desk.wording.date(due(day, when), "full") if day and when else "",
                "says": {name: facts[name] for name in names if facts.get(name)}}


def _in_language(desk: Desk, language: Language) -> Desk:
    """Return the desk as someone works at it who writes a letter in a language: a Danish letter has Danish dates, whoever reads it."""
    if language == desk.language:
        return desk
    chain = tuple(desk.settings.chain_by_language.get(language, ()))

    def page(material: Material) -> ResolvedPage:
        return ResolvedPage(material, language, material.version_for(language, chain), chain)

    resolved = desk.resolved
    pages = {reference: page(one.material) for reference, one in resolved.page_by_reference.items() if one.material.kind in (Kind.METHOD, Kind.THEME)}
    return replace(desk, resolved=replace(resolved, edition=replace(resolved.edition, language=language), chain=chain, page_by_reference=pages,
                                          sessions=tuple(page(session.material) for session in resolved.sessions)))


def _template_page(desk: Desk, page: ResolvedPage, writer: _Writer) -> PlannedPage:
    material, facts = page.material, page.material.facts
    path = f"{material.reference}.md"
    subject = page.words("subject")
    body, subject_line = page.version.body, str(subject[0]) if subject else ""
    names = names_in(body, subject_line)
    copies = list(writer.copies(page, names)) or [writer.blank_copy(page, names)]
    view = {
        "title": desk.said(page.title), "summary": desk.said(page.summary),
        "lang": page.version.language if page.is_fallback else "",
        "kind_address": f"{desk.edition.address}templates/", "kind_many": desk.wording.text("letters.title"),
        "notice": desk.language_notice(page),
        "template_kind": str(facts.kind), "kind_text": desk.wording.text(f"template.{facts.kind}"),
        "per": str(facts.per), "per_text": desk.wording.text(f"per.{facts.per}"), "when": offset(desk, facts.when),
        "subject": {"text": marked(subject_line), "lang": "" if subject[1] == page.version.language else subject[1]} if subject else None,
        "labels": _blank_labels(writer.desk, names),
        "copies": copies,
        "as_text": facts.kind in AS_TEXT,
        "circle": writer.desk.say(desk.resolved.circle.facts.title), "home": desk.edition.address,
        "blank": desk.address_of(material.reference),
    }
    return desk.plan_page(path, "filled.html", page.version.title, page.version.summary, view, page=page, body=desk.prose(page, path, marked(body)))


def _checklist_page(desk: Desk, circle: Circle, page: ResolvedPage) -> PlannedPage:
    material = page.material
    path = f"{material.reference}.md"
    anchor = anchor_of(material.facts.phase)
    day = anchor_day(circle, anchor, desk.today)
    counted = desk.wording.text(f"checklist.from_{anchor}", date=desk.wording.date(day)) if day else desk.wording.text("checklist.undated")
    view = {
        "title": desk.said(page.title), "summary": desk.said(page.summary), "lang": page.version.language if page.is_fallback else "",
        "kind": str(material.kind), "kind_address": f"{desk.edition.address}templates/", "kind_many": desk.wording.text("letters.title"),
        "notice": desk.language_notice(page),
        "audience": audience_links(desk, material.facts.audience),
        "phase": phase_links(desk, material.facts.phase),
        "contents": [], "related": [], "sources": [], "reviewed": "", "authors": [],
        "licence": str(material.facts.licence or desk.settings.licence),
        "tasks": f"{desk.edition.address}{material.reference}/tasks.ics" if dated_tasks(desk, page) else "",
        "counted": counted if any(item.when for item in material.facts.items) else "",
    } | checklist_groups(desk, page, day)
    return desk.plan_page(path, "checklist.html", page.version.title, page.version.summary, view, page=page, body=desk.prose(page, path))


def _list_page(desk: Desk, circle: Circle, templates: list[Material], checklists: list[Material]) -> PlannedPage:
    """Return the list of all letters by the time they are used, then the checklists."""
    groups = []
    for phase in Phase:
        used = [material for material in templates if material.facts.phase[0] is phase]
        if used:
            groups.append({"title": desk.wording.text(f"phase.{phase}"), "links": [_dated_link(desk, circle, material) for material in used]})
    if checklists:
        groups.append({"title": desk.wording.text("kind.checklists.many"), "links": [_link(desk, material) | {"when": ""} for material in checklists]})
    title, summary = desk.wording.text("letters.title"), desk.wording.text("letters.summary")
    view = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "groups": groups}
    return desk.plan_page("templates/index.md", "letters.html", title, summary, view)


def _link(desk: Desk, material: Material) -> dict:
    return desk.page_link(material.reference) | {"address": f"{desk.edition.address}{material.reference}/"}


def _dated_link(desk: Desk, circle: Circle, material: Material) -> dict:
    facts = material.facts
    when = offset(desk, facts.when)
    anchor = Anchor.NEXT if facts.per is FilledPer.SESSION else anchor_of(facts.phase)
    day = anchor_day(circle, anchor, desk.today) if when else None
    if day:
        when = desk.wording.text("letters.due", offset=when, date=desk.wording.date(due(day, facts.when)))
    parts = [desk.wording.text(f"template.{facts.kind}"), f"{desk.wording.text('template.per_label').lower()} {desk.wording.text(f'per.{facts.per}')}"
             if facts.per is not FilledPer.CIRCLE else "", when]
    return _link(desk, material) | {"when": " · ".join(filter(None, parts))}
