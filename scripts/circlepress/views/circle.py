"""A circle's microsite: the invitation that its front page is, its sessions, and the facilitator's run sheet."""

from __future__ import annotations

from .. import markdown_source
from ..catalogue import Circle, Kind
from ..edition import PlannedPage, ResolvedPage
from ..metadata.circle import Visibility
from . import letters
from .agenda import agenda, materials_needed, session_times
from .checks import report_page
from .common import Desk
from .listing import period

_FACILITATOR_SECTION = "facilitator"


def microsite_pages(desk: Desk) -> list[PlannedPage]:
    """Return every page of one microsite edition."""
    circle = desk.resolved.circle
    pages = [_front_page(desk, circle)]
    for number, session in enumerate(desk.resolved.sessions, start=1):
        view = _session_view(desk, circle, session, number)
        both = {"": _session_page(desk, session, view), "/run-sheet": _run_sheet_page(desk, session, view)}
        pages += both.values()
        pages += [desk.moved_page(f"sessions/{former}{tail}.md", page.address, page.canonical, desk.said(session.title))
                  for former, identifier in circle.session_by_former_id.items() if identifier == session.material.id
                  for tail, page in both.items()]
    pages += letters.letters_and_lists(desk, circle)
    pages.append(_all_pages_page(desk, circle))
    if desk.preview or circle.facts.report_public:
        pages.append(report_page(desk, circle))
    return pages


def navigation(desk: Desk) -> list[dict]:
    """Return the microsite's entries: the invitation, then each session."""
    home = desk.edition.address
    return [{"title": desk.wording.text("circle.invitation"), "address": home}] + [
        {"title": _session_name(desk, session, number), "address": f"{home}sessions/{session.material.id}/"}
        for number, session in enumerate(desk.resolved.sessions, start=1)] + letters.entry(desk)


def _session_name(desk: Desk, session: ResolvedPage, number: int) -> str:
    day = session.material.facts.date
    name = desk.wording.text("session.number", n=number)
    return f"{name} · {desk.wording.date(day, 'medium')}" if day else name


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
        "state": str(facts.state.now),
        "state_text": desk.wording.text(f"session.{facts.state.now}") if facts.state.now != "planned" else "",
        "state_why": desk.say(facts.state.why),
        "address": f"{desk.edition.address}sessions/{session.material.id}/",
    }


def _front_page(desk: Desk, circle: Circle) -> PlannedPage:
    facts, frame, wording = circle.facts, circle.facts.frame, desk.wording
    name_by_organisation = {organisation.id: organisation.name for organisation in facts.organisations}
    title = desk.say(facts.title)
    takes = [
        ("period", period(desk, circle)),
        ("sessions", wording.count("sessions", len(circle.sessions)) if circle.sessions else ""),
        ("hours", wording.text("takes.hours_value", n=frame.hours) if frame.hours else ""),
        ("mode", wording.text(f"mode.{frame.mode}") if frame.mode else ""),
        ("group", wording.text("people.range", min=frame.group.min, max=frame.group.max) if frame.group else ""),
        ("languages", wording.listed([wording.language_name(code) for code in frame.working_languages]) if frame.working_languages else ""),
        ("voluntary", wording.text(f"voluntary.{facts.voluntary}") if facts.voluntary else ""),
    ]
    view = {
        "title": title,
        "status": str(facts.status),
        "status_text": wording.text(f"status.{facts.status}"),
        "scope_text": wording.text(f"scope.{facts.scope}"),
        "notice": desk.language_notice(desk.resolved.welcome),
        "question": desk.say(facts.question),
        "purpose": desk.say(facts.purpose),
        "summary": desk.said(desk.resolved.welcome.summary) if desk.resolved.welcome else None,
        "body_lang": desk.resolved.welcome.version.language if desk.resolved.welcome and desk.resolved.welcome.is_fallback else "",
        "theme": desk.page_link(f"themes/{facts.theme}"),
        "takes": [{"label": wording.text(f"takes.{key}"), "value": value} for key, value in takes if value],
        "cost": desk.say(frame.cost),
        "voluntary_note": desk.say(facts.voluntary_note),
        "expectations": [{"label": wording.text(f"expectation.{key}"), "text": desk.say(getattr(facts.expectations, key))}
                         for key in ("own_practice", "learning_agent", "sharing", "co_creation") if getattr(facts.expectations, key)],
        "resources": [{"label": wording.text(f"resource.{r.kind}"), "text": desk.say(r.text)} for r in facts.resources],
        "support": [{"label": wording.text(f"support.{s.who}"), "text": desk.say(s.text)} for s in facts.support],
        "access": desk.say(facts.access),
        "organisations": [{
            "name": organisation.name, "country": wording.country(organisation.country),
            "sector": wording.text(f"sector.{organisation.sector}"),
            "people": wording.count("people", organisation.participants),
            "commitments": [wording.text(f"commitment.{commitment}") for commitment in organisation.commitments],
            "lang": circle.facts.language if circle.facts.language != desk.language else "",
        } for organisation in facts.organisations],
        "facilitators": [{
            "name": person.name, "organisation": name_by_organisation.get(person.organisation, person.organisation),
            "process": desk.say(person.process), "content": desk.say(person.content), "experience": desk.say(person.experience),
            "mentor": desk.say(person.mentor), "contact": person.contact or "",
        } for person in facts.facilitators],
        "coordinator": {"name": facts.coordinator.name, "contact": facts.coordinator.contact or "",
                        "organisation": name_by_organisation.get(facts.coordinator.organisation, "")} if facts.coordinator else None,
        "coordination": desk.say(facts.coordination),
        "signup": {
            "until": wording.date(facts.signup.until) if facts.signup.until else "", "how": facts.signup.how,
            "open": facts.status == "recruiting",
            "controller": name_by_organisation.get(facts.signup.controller, ""),
            "delete_by": wording.date(facts.signup.delete_by) if facts.signup.delete_by else "", "privacy": facts.signup.privacy or "",
        } if facts.signup else None,
        "sessions": [_session_card(desk, circle, session, n) for n, session in enumerate(desk.resolved.sessions, 1)],
        "adjustments": [{"date": wording.date(a.date), "date_iso": a.date.isoformat(), "was": desk.say(a.was),
                         "becomes": desk.say(a.becomes), "why": desk.say(a.why)} for a in facts.adjustments],
        "evaluation": {"midway": wording.date(facts.evaluation.midway) if facts.evaluation.midway else "",
                       "final": wording.date(facts.evaluation.final) if facts.evaluation.final else "",
                       "summary": desk.say(facts.evaluation.summary)},
        "outcomes": [{"organisation": name_by_organisation.get(o.organisation, ""), "text": desk.say(o.text)} for o in facts.outcomes],
        "cancelled_because": desk.say(facts.cancelled_because),
        "parent": _parent(desk, circle),
        "children": [desk.circle_link(child) for identifier, _ in desk.catalogue.neighbours.children_of(circle.id)
                     if (child := desk.catalogue.circle_by_id.get(identifier)) and child.facts.visibility is Visibility.PUBLIC],
        "reading": _reading(desk),
        "report": f"{desk.edition.address}report/" if desk.preview or facts.report_public else "",
        "calendar": "calendar.ics" if any(session.facts.date for session in circle.sessions) else "",
    }
    page = desk.resolved.welcome
    text, view["explained"] = desk.word_book.explain(desk.prose(page, "index.md"), page.version.language) if page else ("", [])
    summary = (desk.say(facts.question) or {"text": ""})["text"]
    return desk.plan_page("index.md", "circle.html", title["text"], summary, view, page=page, body=text)


def _parent(desk: Desk, circle: Circle) -> dict | None:
    spawned = circle.facts.spawned_from
    if spawned is None:
        return None
    if spawned.circle.startswith("https://"):
        return {"title": {"text": spawned.circle, "lang": ""}, "address": spawned.circle, "other_language": ""}
    parent = desk.catalogue.circle_by_id.get(spawned.circle)
    return desk.circle_link(parent) if parent and parent.facts.visibility is Visibility.PUBLIC else None


def _reading(desk: Desk) -> list[dict]:
    """Return the guides, checklists and methods the circle uses, in three groups."""
    catalogue = desk.catalogue
    guides = [m for kind in (Kind.GUIDE, Kind.CHECKLIST) for m in catalogue.of_kind(kind)]
    used = list(dict.fromkeys(block.method for session in desk.resolved.sessions for block in session.material.facts.agenda if block.method))
    groups = [
        ("reading.participant", [m.reference for m in guides if "participant" in m.facts.audience and len(m.facts.audience) < 4]),
        ("reading.organisation", [m.reference for m in guides if "organisation" in m.facts.audience and len(m.facts.audience) < 4]),
        ("reading.facilitator", [m.reference for m in guides if m.kind is Kind.CHECKLIST and {"facilitator", "coordinator"} & set(m.facts.audience)]),
        ("reading.methods", [f"methods/{method}" for method in used]),
    ]
    return [{"title": desk.wording.text(key), "links": links} for key, references in groups
            if (links := desk.page_links(dict.fromkeys(references)))]


def _session_view(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> dict:
    facts = session.material.facts
    blocks = agenda(desk, session)
    words, language = session.words("between") or ({}, session.material.original)
    lang = "" if language == desk.language else language
    sessions = desk.resolved.sessions
    return _session_card(desk, circle, session, number) | {
        "notice": desk.language_notice(session),
        "lang": session.version.language if session.is_fallback else "",
        "agenda": blocks,
        "timeline_height": sum(block["height"] for block in blocks),
        "total": desk.wording.count("minutes", sum(block.minutes for block in facts.agenda)),
        "local_times": session_times(desk, circle, session),
        "materials": desk.say_list(session, "materials"),
        "materials_in_all": materials_needed(desk, session),
        "between": [{"label": desk.wording.text(f"between.{key}"), "text": {"text": words[key], "lang": lang}}
                    for key in ("try", "with", "bring") if isinstance(words, dict) and words.get(key)],
        "circle": desk.say(circle.facts.title),
        "question": desk.say(circle.facts.question),
        "run_sheet": f"{desk.edition.address}sessions/{session.material.id}/run-sheet/",
        "previous": _neighbour(desk, sessions, number - 2),
        "next": _neighbour(desk, sessions, number),
    }


def _neighbour(desk: Desk, sessions: tuple[ResolvedPage, ...], index: int) -> dict | None:
    if not 0 <= index < len(sessions):
        return None
    return {"title": desk.said(sessions[index].title), "name": desk.wording.text("session.number", n=index + 1),
            "address": f"{desk.edition.address}sessions/{sessions[index].material.id}/"}


def _session_page(desk: Desk, session: ResolvedPage, view: dict) -> PlannedPage:
    path = f"sessions/{session.material.id}.md"
    body = "\n".join(text for identifier, text in markdown_source.split_sections(session.version.body) if identifier != _FACILITATOR_SECTION)
    text, explained = desk.word_book.explain(desk.prose(session, path, body), session.version.language)
    aim = session.words("aim")
    return desk.plan_page(path, "session.html", session.version.title, str(aim[0]) if aim else "",
                          view | {"explained": explained}, page=session, body=text)


def _run_sheet_page(desk: Desk, session: ResolvedPage, view: dict) -> PlannedPage:
    path = f"sessions/{session.material.id}/run-sheet.md"
    body = "\n".join(text for identifier, text in markdown_source.split_sections(session.version.body) if identifier == _FACILITATOR_SECTION)
    title = desk.wording.text("run_sheet.title")
    return desk.plan_page(path, "run-sheet.html", f"{title}: {session.version.title}", desk.wording.text("run_sheet.summary"),
                          view, page=session, body=desk.prose(session, path, body))


def _all_pages_page(desk: Desk, circle: Circle) -> PlannedPage:
    links = [{"title": desk.say(circle.facts.title), "summary": desk.say(circle.facts.question), "address": desk.edition.address, "other_language": ""}]
    for session in desk.resolved.sessions:
        links.append({"title": desk.said(session.title), "summary": desk.say_words(session, "aim"),
                      "address": f"{desk.edition.address}sessions/{session.material.id}/",
                      "other_language": desk.wording.language_name(session.version.language) if session.is_fallback else ""})
    title, summary = desk.wording.text("all.title"), desk.wording.text("all.summary")
    said = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}}
    handbook = {"title": desk.settings.name_by_language[desk.handbook_language],
                "links": [said | {"address": f"{desk.handbook_address}all/", "other_language": ""}]}
    return desk.plan_page("all/index.md", "list.html", title, summary, said | {"groups": [{"title": "", "links": links}, *letters.listed(desk), handbook]})
