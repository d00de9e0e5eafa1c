"""The handbook's pages: the front page, materials, lists of them, the glossary, the directory of circles, translations."""

from __future__ import annotations

from datetime import date

from .. import markdown_source
from ..catalogue import Kind
from ..dated import due
from ..edition import EditionKind, PlannedPage, ResolvedPage
from ..filling import marked, names_in
from ..freshness import State, freshness
from ..metadata.kinds import Audience
from ..metadata.materials import ChecklistItem, Picture
from ..wording import interface_words
from .about import about_pages
from .checks import explained_page
from .coming import coming_page, next_up
from .common import Desk, Said, begun_with_a_capital, own_names
from .directory import directory_pages
from .family import family_page
from .listing import circle_card, listed_circles
from .lists import list_pages
from .pictures import picture
from .ways import audience_address, audience_links, first_pages, phase_links, ways_pages

LISTED_KINDS = (Kind.GUIDE, Kind.CHECKLIST, Kind.METHOD, Kind.TEMPLATE, Kind.THEME, Kind.STORY, Kind.PROJECT)
_TEMPLATE_BY_KIND = {Kind.GUIDE: "guide", Kind.CHECKLIST: "checklist", Kind.METHOD: "method", Kind.TEMPLATE: "letter",
                     Kind.THEME: "theme", Kind.STORY: "story", Kind.PROJECT: "page"}
_TO_COPY = frozenset({Kind.TEMPLATE, Kind.PROJECT})
"""Kinds whose texts are copied, or speak of the project's files: words in them are not explained."""


def handbook_pages(desk: Desk) -> list[PlannedPage]:
    """Return every page of one handbook edition."""
    pages = [_front_page(desk)]
    pages += [_material_page(desk, page) for _, page in sorted(desk.resolved.page_by_reference.items())
              if page.material.kind is not Kind.FRONT]
    pages += [page for kind in LISTED_KINDS if _of_kind(desk, kind) for page in list_pages(desk, kind)]
    pages += [*ways_pages(desk), *about_pages(desk), *directory_pages(desk), coming_page(desk), family_page(desk), _glossary_page(desk), explained_page(desk), _all_pages_page(desk), _translations_page(desk)]
    return pages + _moved_pages(desk, pages)


def _moved_pages(desk: Desk, pages: list[PlannedPage]) -> list[PlannedPage]:
    """Return the pages that lead on from what materials were called before."""
    page_by_path = {page.path: page for page in pages}
    moved = []
    for former, reference in sorted(desk.catalogue.page_by_former_reference.items()):
        page = page_by_path[f"{reference}.md"]
        moved.append(desk.moved_page(f"{former}.md", page.address, page.canonical, page.view["title"]))
    return moved


def navigation(desk: Desk) -> list[dict]:
    """Return the handbook's top-level entries: title, address."""
    entries = [{"title": desk.wording.text(f"kind.{kind}.many"), "address": f"{desk.handbook_address}{kind}/"}
               for kind in LISTED_KINDS if kind is not Kind.PROJECT and _of_kind(desk, kind)]
    entries += [{"title": desk.wording.text("circles.title"), "address": f"{desk.handbook_address}circles/"},
                {"title": desk.wording.text("glossary.title"), "address": f"{desk.handbook_address}glossary/"}]
    return entries


def also_found(desk: Desk) -> dict[str, str]:
    """Return, by a term of the glossary in a language of this edition, what else finds a page that holds it.

    That is its other forms, words to avoid, and the terms of all languages.
    """
    found: dict[str, str] = {}
    for words in desk.catalogue.glossary.terms.values():
        for language in (desk.language, *desk.resolved.chain):
            own = words[language] if language in words else None
            if own and " " not in own.term:
                others = [words[other].term for other in desk.settings.languages if other in words and other != language]
                found.setdefault(own.term.lower(), " ".join(filter(None, [own.plural, *own.variants, *own.avoid, *others])))
    return dict(sorted(found.items()))


def circles_found(desk: Desk) -> list[dict[str, str]]:
    """Return what the handbook's search says of each circle of the directory; a microsite finds only itself."""
    if desk.edition.kind is not EditionKind.HANDBOOK:
        return []
    found = []
    for circle in listed_circles(desk):
        card = circle_card(desk, circle)
        parts = [desk.say(circle.facts.question), desk.say(circle.facts.purpose), card["theme"] and card["theme"]["title"]]
        texts = [part["text"] for part in parts if part] + [card["countries"], *(one.name for one in circle.facts.organisations)]
        found.append({"title": card["title"]["text"], "text": " ".join([card["title"]["text"] + ".", *texts]), "address": card["address"],
                      "summary": (desk.say(circle.facts.question) or {"text": ""})["text"]})
    return found


def _of_kind(desk: Desk, kind: Kind) -> list[ResolvedPage]:
    return [desk.resolved.page_by_reference[material.reference] for material in desk.catalogue.of_kind(kind)]


def _front_page(desk: Desk) -> PlannedPage:
    page = desk.resolved.page_by_reference.get("index")
    entrances = [{
        "title": desk.wording.text(f"audience.{audience}.who"),
        "question": desk.wording.text(f"audience.{audience}.question"),
        "address": audience_address(desk, audience),
        "links": desk.page_links(page.material.reference for page in first_pages(desk, audience)),
    } for audience in Audience]
    circles = listed_circles(desk)
    text, explained = desk.word_book.explain(desk.prose(page, "index.md"), page.version.language) if page else ("", [])
    view = {
        "title": desk.said(page.title) if page else {"text": desk.settings.name_by_language[desk.language], "lang": ""},
        "summary": desk.said(page.summary) if page else None,
        "notice": desk.language_notice(page),
        "entrances": entrances,
        "first_step": desk.page_link("guides/model-on-one-page"),
        "circles": [circle_card(desk, circle) for circle in circles[:4]],
        "circles_address": f"{desk.handbook_address}circles/",
        "coming": next_up(desk),
        "coming_address": f"{desk.handbook_address}circles/coming/",
        "explained": explained,
        "pictures": [picture(desk, Picture.PHASES)],
    }
    return desk.plan_page("index.md", "front.html", view["title"]["text"], page.version.summary if page else "",
                          view, page=page, body=text)


def _material_page(desk: Desk, page: ResolvedPage) -> PlannedPage:
    material, facts = page.material, page.material.facts
    path = f"{material.reference}.md"
    view = {
        "title": desk.said(page.title),
        "summary": desk.said(page.summary),
        "lang": page.version.language if page.is_fallback else "",
        "kind": str(material.kind),
        "kind_text": desk.wording.text(f"kind.{material.kind}.one"),
        "kind_address": f"{desk.handbook_address}{material.kind}/",
        "kind_many": desk.wording.text(f"kind.{material.kind}.many"),
        "notice": desk.language_notice(page),
        "reading": desk.wording.count("minutes", max(1, round(len(page.version.body.split()) / 180))),
        "audience": audience_links(desk, getattr(facts, "audience", ())),
        "phase": phase_links(desk, getattr(facts, "phase", ())),
        "pictures": [picture(desk, which) for which in getattr(facts, "pictures", ())],
        "related": desk.page_links(facts.related),
        "reviewed": desk.wording.date(facts.reviewed) if facts.reviewed else "",
        "authors": list(facts.authors),
        "sources": [{"text": source.text, "url": source.url or "", "lang": material.original if material.original != desk.language else ""}
                    for source in facts.sources],
        "licence": str(facts.licence or desk.settings.licence),
        "contents": _contents(page),
    }
    body = page.version.body
    if material.kind is Kind.CHECKLIST:
        view |= checklist_groups(desk, page)
    elif material.kind is Kind.METHOD:
        view |= _method_view(desk, page)
    elif material.kind is Kind.THEME:
        view |= {"questions": desk.say_list(page, "questions"), "driver": desk.wording.text(f"driver.{facts.driver}"),
                 "vision": [desk.wording.text(f"vision.{v}") for v in facts.vision],
                 "circles": [circle_card(desk, c) for c in listed_circles(desk) if c.facts.theme == material.id]}
    elif material.kind is Kind.TEMPLATE:
        subject = page.words("subject")
        names = names_in(body, str(subject[0]) if subject else "")
        words = interface_words(page.version.language) or interface_words("en")
        view |= {"template_kind": str(facts.kind), "template_kind_text": desk.wording.text(f"template.{facts.kind}"),
                 "per": desk.wording.text(f"per.{facts.per}"), "when": offset(desk, facts.when),
                 "labels": {name: words[f"blank.{name}"] for name in names if f"blank.{name}" in words},
                 "address_label": words.get("blank.circle.address", ""),
                 "subject": {"text": marked(str(subject[0])), "lang": "" if subject[1] == desk.language else subject[1]} if subject else None}
        body = marked(body)
    elif material.kind is Kind.STORY:
        view |= {"date": desk.wording.date(facts.date), "countries": [desk.wording.country(c) for c in facts.countries],
                 "circle": desk.page_link(facts.circle) if facts.circle else None, "story_kind": desk.wording.text(f"story.{facts.kind}")}
    text = desk.prose(page, path, body)
    if material.kind not in _TO_COPY:
        text, view["explained"] = desk.word_book.explain(text, page.version.language)
    return desk.plan_page(path, f"{_TEMPLATE_BY_KIND[material.kind]}.html", page.version.title, page.version.summary, view,
                          page=page, body=text)


def _contents(page: ResolvedPage) -> list[dict]:
    found = [{"id": heading.id, "title": heading.title} for heading in markdown_source.headings(page.version.body)
             if heading.level == 2 and heading.id]
    return found if len(found) > 2 else []


def _method_view(desk: Desk, page: ResolvedPage) -> dict:
    facts = page.material.facts
    return {
        "method_kind": str(facts.kind),
        "method_kind_text": desk.wording.text(f"block.{facts.kind}"),
        "minutes": desk.wording.text("minutes.range", min=facts.minutes.min, max=facts.minutes.max),
        "group": desk.wording.text("people.range", min=facts.group.min, max=facts.group.max) if facts.group else "",
        "mode": desk.wording.listed([desk.wording.text(f"mode.{m}") for m in facts.mode]),
        "invitation": desk.say_words(page, "invitation"),
        "materials": desk.say_list(page, "materials"),
        "access": desk.say_words(page, "access"),
    }


def checklist_groups(desk: Desk, page: ResolvedPage, day: date | None = None) -> dict:
    """Return a checklist's items in groups of the same time, and for whom they are.

    With a `day` to count from, the groups have dates and are in their order; without one, they are in the order they are written.
    """
    facts = page.material.facts
    groups: dict[tuple[str, str], list[dict]] = {}
    for item, words in checklist_items(desk, page):
        on = due(day, item.when) if day and item.when else None
        groups.setdefault((on.isoformat() if on else "", offset(desk, item.when)), []).append({
            "id": item.id, "text": words, "for": str(item.who or ""),
            "who": desk.wording.text(f"audience.{item.who}.name") if item.who else "",
            "see": desk.page_link(item.see) if item.see else None,
        })
    if day:
        groups = dict(sorted(groups.items(), key=lambda group: (not group[0][0], group[0][0])))
    whose = [audience for audience in Audience if any(item.who is audience for item in facts.items)]
    return {
        "groups": [{"when": begun_with_a_capital(desk.wording.date(date.fromisoformat(on), "full")) if on else when, "offset": when if on else "",
                    "items": items} for (on, when), items in groups.items()],
        "whose": [{"id": str(one), "name": desk.wording.text(f"audience.{one}.name")} for one in whose] if len(whose) > 1 else [],
    }


def checklist_items(desk: Desk, page: ResolvedPage) -> list[tuple[ChecklistItem, Said]]:
    """Return a checklist's items with their words, each by itself in another language when it is missing."""
    given, language = page.words("items") or ({}, page.material.original)
    found = []
    for item in page.material.facts.items:
        text = given.get(item.id) if isinstance(given, dict) else None
        spoken = language if text else page.material.original
        found.append((item, {"text": text or item.text, "lang": "" if spoken == desk.language else spoken}))
    return found


def offset(desk: Desk, when: str | None) -> str:
    """Return a time before or after as words: `-6w` is "6 weeks before"."""
    if not when:
        return ""
    if not int(when[1:-1]):
        return desk.wording.text("offset.same")
    unit = "weeks" if when.endswith("w") else "days"
    amount = desk.wording.count(unit, int(when[1:-1]))
    return desk.wording.text("offset.before" if when[0] == "-" else "offset.after", amount=amount)




def _terms(desk: Desk) -> list[dict]:
    """Return the glossary's terms by the alphabet, with what the glossary says of each."""
    terms = []
    for key, given in desk.catalogue.glossary.terms.items():
        words = {language: given[language] for language in desk.settings.languages if language in given}
        if not words:
            continue
        own = words.get(desk.language)
        terms.append({
            "id": f"term-{key}",
            "term": desk.say({language: w.term for language, w in words.items()}),
            "proposed": bool(own and own.state == "proposed"),
            "variants": list(own.variants) if own else [],
            "definition": desk.word_book.meaning(key),
            "others": desk.word_book.others(key, desk.language),
        })
    return sorted(terms, key=lambda term: term["term"]["text"].casefold())


def _glossary_page(desk: Desk) -> PlannedPage:
    title, summary = desk.wording.text("glossary.title"), desk.wording.text("glossary.summary")
    return desk.plan_page("glossary/index.md", "glossary.html", title, summary,
                          {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "terms": _terms(desk)})


def _all_pages_page(desk: Desk) -> PlannedPage:
    groups = [{"id": str(kind), "title": desk.wording.text(f"kind.{kind}.many"), "links": desk.page_links(p.material.reference for p in _of_kind(desk, kind))}
              for kind in LISTED_KINDS if _of_kind(desk, kind)]
    home = desk.handbook_address
    groups.append({"id": "tools", "title": desk.wording.text("all.tools"), "links": [
        {"title": {"text": desk.wording.text(f"{words}.title"), "lang": ""}, "summary": {"text": desk.wording.text(f"{words}.summary"), "lang": ""},
         "address": f"{home}{name}/", "other_language": ""} for name, words in (("phases", "picture.phases"), *((name, name) for name in ( "glossary", "checks", "translations", "reviewed", "privacy", "sources")))]})
    if circles := listed_circles(desk):
        groups.append({"id": "circles", "title": desk.wording.text("circles.title"), "links": [
            *({"title": {"text": desk.wording.text(f"{name}.title"), "lang": ""}, "summary": {"text": desk.wording.text(f"{name}.summary"), "lang": ""},
               "address": f"{home}circles/{name}/", "other_language": ""} for name in ("coming", "family")),
            *(desk.circle_link(circle) for circle in circles)]})
    if terms := _terms(desk):
        groups.append({"id": "glossary", "title": desk.wording.text("glossary.title"), "links": [
            {"title": term["term"], "address": f"{home}glossary/#{term['id']}", "summary": None, "other_language": ""} for term in terms]})
    title, summary = desk.wording.text("all.title"), desk.wording.text("all.summary")
    return desk.plan_page("all/index.md", "list.html", title, summary,
                          {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "groups": groups,
                           "contents": [{"id": group["id"], "title": group["title"]} for group in groups]})


def _translations_page(desk: Desk) -> PlannedPage:
    missing = []
    for kind in (Kind.FRONT, *LISTED_KINDS):
        for page in _of_kind(desk, kind):
            if page.is_fallback:
                link = desk.page_link(page.material.reference)
                folder = "" if kind is Kind.FRONT else f"{kind}/"
                missing.append(link | {"file": f"docs/{folder}{page.material.id}.{desk.language}.md"})
    title, summary = desk.wording.text("translations.title"), desk.wording.text("translations.summary")
    view = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "missing": missing,
            "own_name": own_names([desk.language])[0]["name"], "language": desk.language,
            "count": desk.wording.count("translations.missing", len(missing)) if missing else desk.wording.text("translations.none"),
            "repository": desk.settings.repository} | _coverage(desk)
    return desk.plan_page("translations/index.md", "translations.html", title, summary, view)


def _coverage(desk: Desk) -> dict:
    """Return how every page of the handbook stands in every language: rows of pages and cells, and the totals."""
    languages = desk.settings.languages
    rows, totals = [], {language: 0 for language in languages}
    for kind in (Kind.FRONT, *LISTED_KINDS):
        for page in _of_kind(desk, kind):
            cells = []
            for language in languages:
                found = freshness(page.material, language)
                concerned = len(found.in_state(State.OUTDATED, State.MISSING, State.ORPHANED))
                totals[language] += found.state in (State.ORIGINAL, State.CURRENT)
                said = desk.wording.text(f"freshness.{found.state}")
                cells.append({"state": str(found.state), "text": said, "part": f"{concerned}/{len(found.sections)}" if found.state is State.OUTDATED else ""})
            rows.append(desk.page_link(page.material.reference) | {"cells": cells})
    return {"rows": rows, "languages": own_names(languages),
            "totals": [{"number": totals[language], "percent": 100 * totals[language] // max(len(rows), 1)} for language in languages],
            "states": [{"state": str(state), "text": desk.wording.text(f"freshness.{state}")}
                       for state in (State.ORIGINAL, State.CURRENT, State.UNSTAMPED, State.OUTDATED, State.MISSING)]}
