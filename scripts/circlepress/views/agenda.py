"""Time in a session: each block's clock times, the local times of the member countries, and the drawn timeline."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..catalogue import Circle
from ..edition import ResolvedPage
from ..localtime import local_times
from ..metadata.kinds import BlockKind
from .common import Desk

TIMELINE_PIXELS_PER_MINUTE = 3
"""How tall a minute is drawn, in CSS pixels."""


def agenda(desk: Desk, page: ResolvedPage) -> list[dict]:
    """Return a session's blocks: minutes, title, kind, method, clock times (empty before the session is timed)."""
    facts = page.material.facts
    titles = (page.words("agenda") or ([], ""))[0]
    titles_language = (page.words("agenda") or ([], page.material.original))[1]
    clock = datetime.combine(facts.date, facts.start) if facts.date and facts.start else None
    passed = 0
    blocks = []
    for index, block in enumerate(facts.agenda):
        method = desk.resolved.page_by_reference.get(f"methods/{block.method}") if block.method else None
        kind = block.kind or (method.material.facts.kind if method else BlockKind.WORK)  # a method that is not there
        given = titles[index].get("title") if index < len(titles) and isinstance(titles[index], dict) else None
        title = {"text": given, "lang": "" if titles_language == desk.language else titles_language} if given else None
        if title is None and block.title:
            title = {"text": block.title, "lang": "" if page.material.original == desk.language else page.material.original}
        if title is None and method:
            title = desk.said(method.title)
        if title is None and block.open:
            title = {"text": desk.wording.text("agenda.open"), "lang": ""}
        begins = clock + timedelta(minutes=passed) if clock else None
        ends = begins + timedelta(minutes=block.minutes) if begins else None
        blocks.append({
            "minutes": block.minutes,
            "minutes_text": desk.wording.count("minutes", block.minutes),
            "title": title or {"text": desk.wording.text(f"block.{kind}"), "lang": ""},
            "kind": str(kind),
            "kind_text": desk.wording.text(f"block.{kind}") if title else "",
            "open": block.open,
            "who": block.who or "",
            "method": desk.page_link(f"methods/{block.method}") if method else None,
            "invitation": desk.say_words(method, "invitation") if method else None,
            "starts": desk.wording.time(begins.time()) if begins else "",
            "ends": desk.wording.time(ends.time()) if ends else "",
            "after": passed,
            "height": block.minutes * TIMELINE_PIXELS_PER_MINUTE,
            "top": passed * TIMELINE_PIXELS_PER_MINUTE,
        })
        passed += block.minutes
    return blocks


def session_times(desk: Desk, circle: Circle, page: ResolvedPage) -> list[dict]:
    """Return when a session is in each member country: names of countries whose clocks agree, and the times there."""
    facts = page.material.facts
    if not (facts.date and facts.start and facts.end):
        return []
    zone = facts.timezone or circle.facts.frame.timezone
    if not zone:
        return []
    countries = [organisation.country for organisation in circle.facts.organisations]
    result = []
    for there in local_times(facts.date, facts.start, facts.end, zone, countries):
        day = "" if there.start.date() == facts.date else desk.wording.date(there.start.date(), "medium")
        result.append({
            "countries": desk.wording.listed([desk.wording.country(code) for code in there.countries]),
            "times": desk.wording.times(there.start.time(), there.end.time()),
            "day": day,
        })
    return result


def materials_needed(desk: Desk, page: ResolvedPage) -> list[dict]:
    """Return what to bring to a session: its own materials and its methods', each once."""
    found = desk.say_list(page, "materials")
    for block in page.material.facts.agenda:
        method = desk.resolved.page_by_reference.get(f"methods/{block.method}") if block.method else None
        if method:
            found += desk.say_list(method, "materials")
    seen: dict[str, dict] = {}
    for text in found:
        seen.setdefault(text["text"].casefold(), text)
    return list(seen.values())
