"""The pages of one session: the participants' agenda, the facilitators' run sheet, and run mode; and what to bring to all of them."""

from __future__ import annotations

from .. import markdown_source
from ..catalogue import Circle
from ..edition import PlannedPage, ResolvedPage
from ..localtime import instant
from ..metadata.circle import SessionState
from ..metadata.kinds import Mode
from .agenda import agenda, materials_needed, session_times, shares, time_of, totals
from .common import Desk
from .session_lines import earlier_date
from .timeline import timeline

_FACILITATOR_SECTION = "facilitator"
MATERIALS = "materials/index.md"


def session_card(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> dict:
    """Return what lists say of a session: when, where, how, and whether it was moved or cancelled."""
    if number not in desk.session_cards:
        desk.session_cards[number] = _session_card(desk, circle, session, number)
    return desk.session_cards[number]


def _session_card(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> dict:
    facts = session.material.facts
    return {
        "number": number,
        "name": desk.wording.text("session.number", n=number),
        "title": desk.said(session.title),
        "aim": desk.say_words(session, "aim"),
        "date": desk.wording.date(facts.date, "full") if facts.date else desk.wording.text("session.undated"),
        "date_iso": facts.date.isoformat() if facts.date else "",
        "times": desk.wording.times(facts.start, facts.end) if facts.start and facts.end else "",
        "zone": desk.wording.city(facts.timezone or circle.facts.frame.timezone),
        "mode": str(facts.mode),
        "mode_text": desk.wording.text(f"mode.{facts.mode}"),
        "place": desk.said(session.place),
        "on_screen": facts.mode is not Mode.ONSITE,
        "state": str(facts.state.now),
        "state_text": desk.wording.text(f"session.{facts.state.now}") if facts.state.now is not SessionState.PLANNED else "",
        "state_was": earlier_date(desk, facts.state.was) if facts.state.was and facts.state.now is SessionState.MOVED else "",
        "state_why": desk.say(facts.state.why),
        "address": f"{desk.edition.address}sessions/{session.material.id}/",
    }


def session_pages(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> dict[str, PlannedPage]:
    """Return a session's pages by what their paths have after its own."""
    view = _view(desk, circle, session, number)
    pages = {"": _session_page(desk, session, view), "/run-sheet": _run_sheet_page(desk, session, view)}
    return pages | ({"/run": _run_page(desk, circle, session, view)} if view["run"] else {})


def _view(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> dict:
    facts = session.material.facts
    timed = time_of(desk, session)
    blocks = agenda(desk, session, timed)
    words, language = session.words("between") or ({}, session.material.original)
    lang = "" if language == desk.language else language
    card = session_card(desk, circle, session, number)
    return card | {
        "notice": desk.language_notice(session),
        "lang": session.version.language if session.is_fallback else "",
        "agenda": blocks,
        "timeline": timeline(desk, blocks),
        "shares": shares(desk, timed),
        "totals": totals(desk, timed),
        "local_times": session_times(desk, circle, session),
        "materials": desk.say_list(session, "materials"),
        "materials_in_all": materials_needed(desk, session),
        "between": [{"label": desk.wording.text(f"between.{key}"), "text": {"text": words[key], "lang": lang}}
                    for key in ("try", "with", "bring") if isinstance(words, dict) and words.get(key)],
        "circle": desk.say(circle.facts.title),
        "question": desk.say(circle.facts.question),
        "run_sheet": f"{card['address']}run-sheet/",
        "run": f"{card['address']}run/" if blocks and facts.state.now is not SessionState.CANCELLED else "",
        "all_materials": f"{desk.edition.address}materials/",
        "previous": _neighbour(desk, circle, number - 1),
        "next": _neighbour(desk, circle, number + 1),
    }


def _neighbour(desk: Desk, circle: Circle, number: int) -> dict | None:
    sessions = desk.resolved.sessions
    return session_card(desk, circle, sessions[number - 1], number) if 1 <= number <= len(sessions) else None


def _session_page(desk: Desk, session: ResolvedPage, view: dict) -> PlannedPage:
    path = f"sessions/{session.material.id}.md"
    body = "\n".join(text for identifier, text in markdown_source.split_sections(session.version.body) if identifier != _FACILITATOR_SECTION)
    text, explained = desk.word_book.explain(desk.prose(session, path, body), session.version.language)
    aim = session.words("aim")
    shown = {key: value for key, value in view.items() if key != "materials_in_all"} | {
        "agenda": [{key: value for key, value in block.items() if key not in ("steps", "invitation")} for block in view["agenda"]]}
    return desk.plan_page(path, "session.html", session.version.title, str(aim[0]) if aim else "",
                          shown | {"explained": explained}, page=session, body=text)


def _run_sheet_page(desk: Desk, session: ResolvedPage, view: dict) -> PlannedPage:
    path = f"sessions/{session.material.id}/run-sheet.md"
    body = "\n".join(text for identifier, text in markdown_source.split_sections(session.version.body) if identifier == _FACILITATOR_SECTION)
    title = desk.wording.text("run_sheet.title")
    return desk.plan_page(path, "run-sheet.html", f"{title}: {session.version.title}", desk.wording.text("run_sheet.summary"),
                          view, page=session, body=desk.prose(session, path, body))


def _run_page(desk: Desk, circle: Circle, session: ResolvedPage, view: dict) -> PlannedPage:
    """Return the page from which a session is run."""
    facts = session.material.facts
    zone = facts.timezone or circle.facts.frame.timezone
    begins = instant(facts.date, facts.start, zone) if facts.date and facts.start and zone else None
    kept = ("title", "aim", "circle", "name", "date", "times", "zone", "agenda", "notice", "run_sheet", "state_text", "state_was", "state_why")
    shown = {key: view[key] for key in kept} | {"begins": f"{begins:%Y-%m-%dT%H:%M:%SZ}" if begins else ""}
    title = desk.wording.text("run.title")
    return desk.plan_page(f"sessions/{session.material.id}/run.md", "run.html", f"{title}: {session.version.title}", desk.wording.text("run.summary"),
                          shown, page=session)


def materials_page(desk: Desk, circle: Circle) -> PlannedPage:
    """Return what to bring to each of the circle's sessions, on one page."""
    said = {key: {"text": desk.wording.text(f"materials.{key}"), "lang": ""} for key in ("title", "summary")}
    sessions = [session_card(desk, circle, session, number) | {"materials": materials_needed(desk, session)}
                for number, session in enumerate(desk.resolved.sessions, start=1)]
    return desk.plan_page(MATERIALS, "materials.html", said["title"]["text"], said["summary"]["text"],
                          said | {"circle": desk.say(circle.facts.title), "sessions": sessions})
