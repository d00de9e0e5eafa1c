"""Time in a session as readers see it: each block's clock times and method steps, the local times of the member countries, totals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .. import markdown_source
from ..agenda import Agenda, agenda_of
from ..catalogue import Circle
from ..edition import ResolvedPage
from ..localtime import local_times
from ..metadata.kinds import BlockKind
from ..wording import Wording
from .common import Desk


def time_of(desk: Desk, session: ResolvedPage) -> Agenda:
    """Return a session's agenda as arithmetic."""
    def facts_of(identifier: str):
        method = _method(desk, identifier)
        return method.material.facts if method else None

    return agenda_of(session.material.facts, facts_of)


def _method(desk: Desk, identifier: str | None) -> ResolvedPage | None:
    return desk.resolved.page_by_reference.get(f"methods/{identifier}") if identifier else None


def agenda(desk: Desk, page: ResolvedPage, timed: Agenda | None = None) -> list[dict]:
    """Return a session's blocks: minutes, title, kind, method with its steps, clock times (empty before the session is timed)."""
    timed = timed or time_of(desk, page)
    original = page.material.original
    titles, titles_language = page.words("agenda") or ([], original)
    letters = kind_letters(desk)
    blocks = []
    for index, (block, time) in enumerate(zip(page.material.facts.agenda, timed.blocks, strict=True)):
        method = _method(desk, block.method)
        given = titles[index].get("title") if index < len(titles) and isinstance(titles[index], Mapping) else None
        title = {"text": given, "lang": "" if titles_language == desk.language else titles_language} if given else None
        if title is None and block.title:
            title = {"text": block.title, "lang": "" if original == desk.language else original}
        if title is None and method:
            title = desk.said(method.title)
        if title is None and block.open:
            title = {"text": desk.wording.text("agenda.open"), "lang": ""}
        begins, ends = timed.clock(time.after), timed.clock(time.after + time.minutes)
        blocks.append({
            "minutes": time.minutes,
            "minutes_text": desk.wording.count("minutes", time.minutes),
            "title": title or {"text": desk.wording.text(f"block.{time.kind}"), "lang": ""},
            "kind": str(time.kind),
            "letter": letters[time.kind],
            "kind_text": desk.wording.text(f"block.{time.kind}") if title else "",
            "open": block.open,
            "who": block.who or "",
            "method": desk.page_link(f"methods/{block.method}") if method else None,
            "invitation": desk.say_words(method, "invitation") if method else None,
            "steps": _steps(desk, method) if method else None,
            "starts": desk.wording.time(begins) if begins else "",
            "ends": desk.wording.time(ends) if ends else "",
            "after": time.after,
        })
    return blocks


def _steps(desk: Desk, method: ResolvedPage) -> dict | None:
    """Return the steps of a method, as its text numbers them, and the language they are in."""
    steps = [{"time": time, "text": text} for time, text in _steps_in(method.version.body)]
    return {"lang": method.version.language if method.is_fallback else "", "list": steps} if steps else None


@lru_cache(maxsize=256)
def _steps_in(body: str) -> list[tuple[str, str]]:
    """Return the steps that a method's text numbers; many sessions use the same methods."""
    section = next((text for identifier, text in markdown_source.split_sections(body) if identifier == "steps"), body)
    return markdown_source.numbered_steps(section)


def kind_letters(desk: Desk) -> dict[BlockKind, str]:
    """Return a letter for each kind of block, each its own: the first of its name, or the next that is free."""
    return _kind_letters(desk.wording)


@lru_cache
def _kind_letters(wording: Wording) -> dict[BlockKind, str]:
    names = {kind: wording.text(f"block.{kind}") for kind in BlockKind}
    letters: dict[BlockKind, str] = {}
    for kind, name in names.items():
        if name[0] not in letters.values():
            letters[kind] = name[0]
    for kind, name in names.items():
        letters.setdefault(kind, next(letter for letter in (*name.upper(), *"123456789") if letter.isalnum() and letter not in letters.values()))
    return letters


def shares(desk: Desk, timed: Agenda) -> list[dict]:
    """Return how much of a session each kind of block takes: minutes, whole percent, and where it lies on a bar of that many minutes."""
    letters, percent, before, found = kind_letters(desk), timed.percent_by_kind, 0, []
    for kind, minutes in timed.minutes_by_kind.items():
        found.append({"kind": str(kind), "letter": letters[kind], "name": desk.wording.text(f"block.{kind}"), "minutes": minutes,
                      "minutes_text": desk.wording.count("minutes", minutes), "percent": percent[kind], "after": before})
        before += minutes
    return found


def totals(desk: Desk, timed: Agenda) -> dict:
    """Return what can be said of a session's minutes as a whole; texts that do not apply are empty."""
    def said(key: str, minutes: int, **values: int) -> str:
        return desk.wording.text(key, minutes=desk.wording.count("minutes", minutes), **values) if minutes > 0 else ""

    voice, left = timed.minutes_of_participants, timed.minutes_left
    return {
        "minutes": timed.minutes,
        "total": desk.wording.count("minutes", timed.minutes),
        "voice": said("session.voice", voice, percent=voice * 100 // timed.minutes) if timed.minutes else "",
        "stretch": said("session.stretch", timed.longest_stretch),
        "unplanned": said("session.unplanned", left) if timed.minutes else "",
        "too_long": said("session.too_long", -left) if timed.minutes else "",
    }


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
        if method := _method(desk, block.method):
            found += desk.say_list(method, "materials")
    seen: dict[str, dict] = {}
    for text in found:
        seen.setdefault(text["text"].casefold(), text)
    return list(seen.values())
