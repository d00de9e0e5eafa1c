"""What search knows of an edition beyond its finished pages: kinds and readers to filter by, circles, terms, the dialog's words."""

from __future__ import annotations

from collections.abc import Sequence

from ..catalogue import Circle, Kind
from ..edition import EditionKind, PlannedPage
from ..language import OWN_NAME
from ..metadata.circle import Status, Visibility
from ..metadata.kinds import Audience, Phase
from ..search_words import query_rules
from .common import Desk

_TYPE_BY_TEMPLATE = {"circle.html": "circles", "session.html": "sessions"}
_DIALOG_WORDS = ("label", "placeholder", "close", "none", "count_one", "count_other", "failed", "hint", "filters", "any", "clear", "more", "widen")


def search_of(desk: Desk, pages: Sequence[PlannedPage]) -> dict:
    """Return everything the search index is made from besides the finished pages, as plain data.

    `pages` by address (language and filters), `records` of what has no page in this edition, `terms` of the glossary,
    and `dialog`: what the search dialog says and needs.
    """
    in_handbook = desk.edition.kind is EditionKind.HANDBOOK
    return {
        "language": desk.language,
        "home": desk.edition.address,
        "pages": {page.address: {"language": page.shown_in, "filters": _filters(desk, page), "beside": _is_about_the_tool(page), "facts": page.template == "session.html"} for page in pages},
        "left_out": [f"{desk.edition.address}glossary/"] if in_handbook else [],  # each of its terms is a record
        "records": [*map(lambda circle: _circle_record(desk, circle), _found_circles(desk)), *_term_records(desk)] if in_handbook else [],
        "terms": [{language: {"words": [words.term, *([words.plural] if words.plural else []), *words.variants, *words.region.values()],
                              "avoid": list(words.avoid)} for language, words in sorted(term.items())}
                  for _, term in sorted(desk.catalogue.glossary.terms.items())],
        "dialog": _dialog(desk, in_handbook),
    }


def _filters(desk: Desk, page: PlannedPage) -> dict[str, list[str]]:
    material = desk.catalogue.material_by_reference.get(page.path.removesuffix(".md"))
    if material is None or material.kind is Kind.FRONT:
        kind = _TYPE_BY_TEMPLATE.get(page.template)
        return {"type": [kind]} if kind else {}
    return {"type": [str(material.kind)]} | {name: [str(value) for value in values] for name in ("audience", "phase")
                                             if (values := getattr(material.facts, name, []))}


def _is_about_the_tool(page: PlannedPage) -> bool:
    return page.template == "checks.html" or page.path.startswith(f"{Kind.PROJECT}/")


def _found_circles(desk: Desk) -> list[Circle]:
    """Return the circles that anyone may find: public ones, never drafts, in a preview neither."""
    return [circle for _, circle in sorted(desk.catalogue.circle_by_id.items())
            if circle.facts.visibility is Visibility.PUBLIC and circle.facts.status is not Status.DRAFT]


def _circle_record(desk: Desk, circle: Circle) -> dict:
    """Return what a circle says of itself; its words in other languages than the reader's lead to it, too."""
    facts, wording = circle.facts, desk.wording
    link = desk.circle_link(circle)
    theme = desk.page_link(f"themes/{facts.theme}")
    countries = dict.fromkeys(organisation.country for organisation in facts.organisations)
    said = [said["text"] for localised in (facts.question, facts.purpose) if localised and (said := desk.say(localised))]
    names = [*(organisation.name for organisation in facts.organisations), *map(wording.country, countries), *([theme["title"]["text"]] if theme else []),
             wording.text(f"scope.{facts.scope}"), *dict.fromkeys(name for code in facts.published_in for name in (OWN_NAME[code], wording.language_name(code)))]
    shown = link["title"]["lang"] or desk.language
    return {"filters": {"type": ["circles"], "circle": [circle.id]}, "address": link["address"], "language": shown, "language_name": link["other_language"], "title": link["title"]["text"],
            "texts": [*said, " · ".join(names) + "."],
            "also": [text for localised in (facts.title, facts.question) if localised for language, text in sorted(localised.items()) if language != shown]}


def _term_records(desk: Desk) -> list[dict]:
    """Return an entry for each term of the glossary, which its words in all languages lead to, also those to avoid."""
    records = []
    for key, given in sorted(desk.catalogue.glossary.terms.items()):
        words = {language: given[language] for language in desk.settings.languages if language in given}
        if not words:
            continue
        term = desk.say({language: one.term for language, one in words.items()})
        definition = desk.say({language: one.definition for language, one in words.items() if one.definition})
        own = words.get(desk.language)
        others = [f"{desk.wording.language_name(language)}: {one.term}" for language, one in words.items() if language != desk.language]
        variants = [desk.wording.text("glossary.also", words=", ".join(own.variants))] if own and own.variants else []
        records.append({
            "filters": {"type": ["glossary"]}, "address": f"{desk.handbook_address}glossary/#term-{key}", "language": term["lang"] or desk.language, "language_name": "",
            "title": term["text"], "texts": [*([definition["text"]] if definition else []), *(f"{text}." for text in variants), " · ".join(others)],
            "also": [form for one in words.values() for form in (*([one.plural] if one.plural else []), *one.variants, *one.avoid, *one.region.values())]})
    return records


def _dialog(desk: Desk, in_handbook: bool) -> dict:
    wording = desk.wording
    kinds = [kind for kind in Kind if kind not in (Kind.FRONT, Kind.SESSION)]
    one = {str(kind): wording.text(f"kind.{kind}.one") for kind in kinds}
    many = {str(kind): wording.text(f"kind.{kind}.many") for kind in kinds}
    return {
        "words": {key: wording.text(f"search.{key}") for key in _DIALOG_WORDS} | {"all": wording.text("page.all_pages")},
        "type": one | {"circles": wording.text("search.one_circle"), "sessions": wording.text("search.one_session"), "glossary": wording.text("search.one_term")},
        "filters": [
            {"name": "type", "label": wording.text("search.type"),
             "values": many | {"circles": wording.text("circles.title"), "sessions": wording.text("circle.meetings"), "glossary": wording.text("glossary.title")}},
            {"name": "audience", "label": wording.text("page.for_whom"), "values": {str(a): wording.text(f"audience.{a}.name") for a in Audience}},
            {"name": "phase", "label": wording.text("page.when_used"), "values": {str(p): wording.text(f"phase.{p}") for p in Phase}},
        ],
        "circle": desk.edition.circle,
        "handbook": "" if in_handbook else desk.handbook_address,
        "typed": query_rules(desk.language),
    }
