"""The directory of circles, and a page for each value it can be filtered by.

Without scripts a reader chooses one value and gets its page; with the directory's own script, values can be combined on the
directory itself. A value's address is the same in every language and comes from what circles say, never from a word of the
interface: `circles/by/country/dk/`. A value that no circle has has no page.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..catalogue import Circle
from ..edition import PlannedPage
from ..language import Words, choose
from ..metadata.circle import Sector
from .common import Desk, Said
from .listing import STANDINGS, circle_card, listed_circles, standing, standing_text

_FACETS = ("status", "theme", "country", "sector", "language")


def directory_pages(desk: Desk) -> list[PlannedPage]:
    """Return the directory and the pages of its values."""
    circles = listed_circles(desk)
    facets_by_circle = {circle.id: _facets_of(desk, circle) for circle in circles}
    filters = _filters(desk, facets_by_circle)
    cards = {circle.id: circle_card(desk, circle) | {"facets": " ".join(
        f"{facet}={value}" for facet, values in facets_by_circle[circle.id].items() for value in values)} for circle in circles}
    pages = [_directory(desk, circles, cards, filters)]
    for group in filters:
        for value in group["values"]:
            fitting = [card for identifier, card in cards.items() if value["value"] in facets_by_circle[identifier][group["facet"]]]
            pages.append(_value_page(desk, group["facet"], value, filters, fitting))
    return pages


def _directory(desk: Desk, circles: list[Circle], cards: Mapping[str, dict], filters: list[dict]) -> PlannedPage:
    title, summary = desk.wording.text("circles.title"), desk.wording.text("circles.summary")
    groups = [{"title": standing_text(desk, stands), "circles": found} for stands in STANDINGS
              if (found := [cards[circle.id] for circle in circles if standing(desk, circle) == stands])]
    view = _common(desk, title, summary, filters) | {
        "groups": groups, "value": "", "count": desk.wording.count("circles.count", len(circles)),
        "templates": [{"title": desk.say(template.facts.title), "summary": desk.said(_welcome_summary(desk, template)), "id": template.id}
                      for template in desk.catalogue.template_by_id.values()]}
    return desk.plan_page("circles/index.md", "circles.html", title, summary, view)


def _value_page(desk: Desk, facet: str, value: dict, filters: list[dict], cards: list[dict]) -> PlannedPage:
    name = f"{desk.wording.text(f'filter.{facet}')}: {value['text']['text']}"
    title = desk.wording.text("circles.only", value=value["text"]["text"])
    view = _common(desk, title, name, filters) | {
        "groups": [{"title": "", "circles": cards}], "value": f"{facet}={value['value']}", "templates": [],
        "count": desk.wording.count("circles.count", len(cards))}
    return desk.plan_page(f"circles/by/{facet}/{value['value']}.md", "circles.html", title, name, view)


def _common(desk: Desk, title: str, summary: str, filters: list[dict]) -> dict:
    home = desk.handbook_address
    return {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "filters": filters, "directory": f"{home}circles/",
            "coming_address": f"{home}circles/coming/", "family_address": f"{home}circles/family/", "feed": True}


def _facets_of(desk: Desk, circle: Circle) -> dict[str, list[str]]:
    """Return the values a circle is found by. Its languages are those people speak in it."""
    facts = circle.facts
    return {
        "status": [standing(desk, circle)],
        "theme": [facts.theme] if desk.page_link(f"themes/{facts.theme}") else [],
        "country": sorted({organisation.country.lower() for organisation in facts.organisations}),
        "sector": sorted({str(organisation.sector) for organisation in facts.organisations}),
        "language": list(dict.fromkeys(facts.frame.working_languages or facts.published_in)),
    }


def _filters(desk: Desk, facets_by_circle: Mapping[str, Mapping[str, list[str]]]) -> list[dict]:
    """Return each facet that any circle has a value of, with its values in the reader's order and how many circles have each."""
    orders = {"status": STANDINGS, "sector": [str(sector) for sector in Sector], "language": desk.settings.languages}
    filters = []
    for facet in _FACETS:
        count_by_value: dict[str, int] = {}
        for facets in facets_by_circle.values():
            for value in facets[facet]:
                count_by_value[value] = count_by_value.get(value, 0) + 1
        order = orders.get(facet, ())
        values = [{"value": value, "text": _text(desk, facet, value), "count": count,
                   "address": f"{desk.handbook_address}circles/by/{facet}/{value}/"} for value, count in count_by_value.items()]
        place_by_value = {value: place for place, value in enumerate(order)}
        values.sort(key=lambda one: (place_by_value.get(one["value"], len(order)), one["text"]["text"].casefold(), one["value"]))
        if values:
            filters.append({"facet": facet, "title": desk.wording.text(f"filter.{facet}"), "values": values})
    return filters


def _text(desk: Desk, facet: str, value: str) -> Said:
    match facet:
        case "status":
            text = standing_text(desk, value)
        case "theme":
            return desk.page_link(f"themes/{value}")["title"]
        case "country":
            text = desk.wording.country(value.upper())
        case "sector":
            text = desk.wording.text(f"sector.{value}")
        case _:
            text = desk.wording.language_name(value)
    return {"text": text[:1].upper() + text[1:], "lang": ""}


def _welcome_summary(desk: Desk, circle: Circle) -> Words | None:
    if circle.welcome is None:
        return None
    versions = circle.welcome.version_by_language
    language = choose(versions, desk.language, desk.resolved.chain, circle.welcome.original)
    return Words(versions[language].summary, language)
