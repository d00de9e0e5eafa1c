"""What a site says of itself: how accessible it is, what it knows of its readers, what it builds on, and how fresh it is.

All of it is made from the settings and from what pages and circles say; the laws behind it are named on the design page
on quality (directive 2016/2102 for the statement, GDPR articles 13 and 14 for privacy).
"""

from __future__ import annotations

from ..catalogue import Kind
from ..edition import PlannedPage
from ..metadata.circle import Status
from .common import Desk
from .listing import listed_circles

_READ = (Kind.GUIDE, Kind.CHECKLIST, Kind.METHOD, Kind.TEMPLATE, Kind.THEME, Kind.STORY)


def about_pages(desk: Desk) -> list[PlannedPage]:
    """Return the pages about the site; the statement on accessibility only where the settings say something of it."""
    return [*([_accessibility_page(desk)] if desk.settings.accessibility else []), _privacy_page(desk), _sources_page(desk), _reviewed_page(desk)]


def about_links(desk: Desk) -> list[dict]:
    """Return the pages that every page's foot leads to: title and address in the handbook that the edition's readers read."""
    names = [*(["accessibility"] if desk.settings.accessibility else []), "privacy", "sources"]
    return [{"title": desk.wording.text(f"{name}.title"), "address": f"{desk.handbook_address}{name}/"} for name in names]


def _page(desk: Desk, name: str, view: dict) -> PlannedPage:
    title, summary = desk.wording.text(f"{name}.title"), desk.wording.text(f"{name}.summary")
    said = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "paragraphs": [], "sections": [], "links": []}
    return desk.plan_page(f"{name}.md", "about.html", title, summary, said | view)


def _accessibility_page(desk: Desk) -> PlannedPage:
    """Return the statement: who answers, how far WCAG 2.2 is met, what is not, how it was assessed, and how to say that something does not work."""
    given, text = desk.settings.accessibility, desk.wording.text
    paragraphs = [text("accessibility.who", body=given.body), text("accessibility.partial" if given.faults else "accessibility.full"),
                  text("accessibility.assessed", assessed=desk.wording.date(given.assessed), updated=desk.wording.date(given.updated))]
    contact = " · ".join(filter(None, [given.contact, given.phone]))
    sections = [{"title": text("accessibility.faults"), "list": [desk.say(fault) for fault in given.faults]}] if given.faults else []
    sections += [{"title": text("accessibility.method"), "list": [desk.say(given.method)]}] if given.method else []
    sections.append({"title": text("accessibility.tell"), "list": [
        {"text": f"{text('accessibility.tell_text', contact=contact)} {text('accessibility.answer')}", "lang": ""}]})
    links = [{"title": text("accessibility.official"), "address": given.statement}] if given.statement else []
    return _page(desk, "accessibility", {"paragraphs": paragraphs, "sections": sections, "links": links})


def _privacy_page(desk: Desk) -> PlannedPage:
    text = desk.wording.text
    signups = []
    for circle in listed_circles(desk):
        signup = circle.facts.signup
        if circle.facts.status in (Status.RECRUITING, Status.RUNNING) and signup and signup.delete_by:
            controller = next((one.name for one in circle.facts.organisations if one.id == signup.controller), "")
            signups.append(desk.circle_link(circle) | {"said": text("circle.signup_data", organisation=controller, date=desk.wording.date(signup.delete_by))})
    return _page(desk, "privacy", {
        "paragraphs": [text(f"privacy.{key}") for key in ("nothing", "device", "host", "names")],
        "sections": [{"title": text("privacy.signup"), "list": [{"text": text("privacy.signup_text"), "lang": ""}], "circles": signups}]})


def _sources_page(desk: Desk) -> PlannedPage:
    """Return what pages name as their sources, each once with the pages that name it, and which licences apply."""
    text, settings = desk.wording.text, desk.settings
    pages_by_source: dict[tuple[str, str, str], list[str]] = {}
    others = []
    for kind in _READ:
        for material in desk.catalogue.of_kind(kind):
            for source in material.facts.sources:
                pages_by_source.setdefault((source.text, source.url or "", material.original), []).append(material.reference)
            if material.facts.licence and material.facts.licence != settings.licence:
                others.append(desk.page_link(material.reference) | {"said": str(material.facts.licence)})
    merged: dict[str, dict] = {}
    for (said, url, language), references in sorted(pages_by_source.items(), key=lambda one: (one[0][0].casefold(), one[0])):
        one = merged.setdefault(url or said, {"text": said, "url": url, "lang": "" if language == desk.language else language, "references": []})
        one["references"] += references
        if language == desk.language:
            one |= {"text": said, "lang": ""}
    cited = [{"text": one["text"], "url": one["url"], "lang": one["lang"], "pages": desk.page_links(dict.fromkeys(one["references"]))} for one in merged.values()]
    name = settings.name_by_language.get(desk.language, "")
    attribution = ", ".join(filter(None, [name, settings.publisher, settings.address, settings.licence]))
    sections = [{"title": text("sources.others"), "list": [], "circles": others}] if others else []
    return _page(desk, "sources", {"paragraphs": [text("sources.licence", licence=settings.licence), f"{text('sources.attribution')} {attribution}"],
                                   "sections": sections, "cited": cited, "cited_title": text("sources.cited")})


def _reviewed_page(desk: Desk) -> PlannedPage:
    """Return the pages that say when they were last read through, the latest first."""
    dated = [material for kind in _READ for material in desk.catalogue.of_kind(kind) if material.facts.reviewed]
    days: dict[str, list[dict]] = {}
    for material in sorted(dated, key=lambda one: (-one.facts.reviewed.toordinal(), one.reference)):
        days.setdefault(desk.wording.date(material.facts.reviewed), []).append(desk.page_link(material.reference))
    return _page(desk, "reviewed", {"sections": [{"title": day, "list": [], "circles": [link | {"said": ""} for link in links]} for day, links in days.items()]})
