"""What a circle, its sessions and its organisations say, by the name of the placeholder it fills: all in the language of a letter.

Each function returns, by placeholder, a list of texts as `filling.py` takes them. What nobody has written is an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..catalogue import Circle
from ..edition import ResolvedPage
from ..metadata.circle import Organisation, SessionState
from ..metadata.kinds import Mode
from .agenda import agenda, session_times
from .common import Desk, Said
from .listing import period

Facts = dict[str, list[Said]]


def circle_facts(desk: Desk, circle: Circle, home: str) -> Facts:
    """Return what a circle says of itself. `desk` is in the language of the letter; `home` is the address of the microsite."""
    facts, frame, wording = circle.facts, circle.facts.frame, desk.wording
    name_by_organisation = {organisation.id: organisation.name for organisation in facts.organisations}
    countries = dict.fromkeys(organisation.country for organisation in facts.organisations)
    signup, coordinator = facts.signup, facts.coordinator
    found = {
        "circle.title": _said(desk.say(facts.title)),
        "circle.question": _said(desk.say(facts.question)),
        "circle.purpose": _said(desk.say(facts.purpose)),
        "circle.theme": _said((desk.page_link(f"themes/{facts.theme}") or {}).get("title")),
        "circle.period": _text(period(desk, circle)),
        "circle.start": _day(desk, frame.start),
        "circle.end": _day(desk, frame.end),
        "circle.sessions": _text(wording.count("letters.meetings", len(circle.sessions)) if circle.sessions else ""),
        "circle.dates": _texts(_session_line(desk, circle, session, number) for number, session in _to_come(desk) if session.material.facts.date),
        "circle.hours": _text(str(frame.hours or "")),
        "circle.mode": _text(wording.text(f"mode.{frame.mode}") if frame.mode else ""),
        "circle.group": _text(wording.text("people.range", min=frame.group.min, max=frame.group.max) if frame.group else ""),
        "circle.languages": _listed(desk, [wording.language_name(code) for code in frame.working_languages or ()]),
        "circle.cost": _said(desk.say(frame.cost)),
        "circle.organisations": _texts(f"{one.name} ({wording.country(one.country)})" for one in facts.organisations),
        "circle.countries": _listed(desk, [wording.country(code) for code in countries]),
        "circle.voluntary": _text(wording.text(f"letters.voluntary.{facts.voluntary}") if facts.voluntary else ""),
        "circle.resources": [said for one in facts.resources if (said := desk.say(one.text))],
        "circle.support": [{"text": f"{wording.text(f'support.{one.who}')}: {said['text']}", "lang": said["lang"]}
                           for one in facts.support if (said := desk.say(one.text))],
        "circle.facilitators": _texts(", ".join(filter(None, [one.name, name_by_organisation.get(one.organisation, "")])) for one in facts.facilitators),
        "circle.access": _said(desk.say(facts.access)),
        "circle.signup": _address(signup.how if signup else ""),
        "circle.address": [{"text": "", "lang": "", "address": home}],
        "signup.until": _day(desk, signup and signup.until),
        "signup.controller": _text(name_by_organisation.get(signup.controller, "") if signup else ""),
        "signup.delete_by": _day(desk, signup and signup.delete_by),
        "signup.privacy": _address(signup.privacy or "" if signup else ""),
        "coordinator.name": _text(coordinator.name if coordinator else ""),
        "coordinator.organisation": _text(name_by_organisation.get(coordinator.organisation, "") if coordinator else ""),
        "coordinator.contact": _address(coordinator.contact or "" if coordinator else ""),
        "facilitator.names": _listed(desk, [one.name for one in facts.facilitators]),
        "facilitator.contacts": [said for one in facts.facilitators for said in _address(one.contact or "")],
        "evaluation.midway": _day(desk, facts.evaluation.midway),
        "evaluation.final": _day(desk, facts.evaluation.final),
    }
    found |= {f"circle.{key}": _said(desk.say(getattr(facts.expectations, key))) for key in ("own_practice", "learning_agent", "sharing", "co_creation")}
    first = next((session_facts(desk, circle, session, number, home) for number, session in _to_come(desk)), {})
    return found | {f"first.{key}": first.get(f"session.{key}", []) for key in ("title", "date", "times", "local_times", "place")}


def session_facts(desk: Desk, circle: Circle, session: ResolvedPage, number: int, home: str) -> Facts:
    """Return what is said of one session, the `number`th."""
    facts, wording = session.material.facts, desk.wording
    between, language = session.words("between") or ({}, session.material.original)
    lang = "" if language == desk.language else language
    following = next((one for place, one in _to_come(desk) if place > number), None)
    return {
        "session.number": _text(str(number)),
        "session.title": _said(desk.said(session.title)),
        "session.date": _text(wording.date(facts.date, "full") if facts.date else ""),
        "session.times": _text(_times(desk, circle, session)),
        "session.local_times": _texts(f"{there['countries']}: {there['times']}" + (f" ({there['day']})" if there["day"] else "")
                                      for there in session_times(desk, circle, session)),
        "session.mode": _text(wording.text(f"mode.{facts.mode}")),
        "session.place": _said(desk.said(session.place)) or _text(wording.text("mode.online") if facts.mode is Mode.ONLINE else ""),
        "session.aim": _said(desk.say_words(session, "aim")),
        "session.agenda": [block["title"] for block in agenda(desk, session) if block["kind"] != "break"],
        "session.materials": desk.say_list(session, "materials"),
        **{f"session.{key}": [{"text": str(between[key]), "lang": lang}] if isinstance(between, dict) and between.get(key) else []
           for key in ("try", "with", "bring")},
        "session.address": [{"text": "", "lang": "", "address": f"{home}sessions/{session.material.id}/"}],
        "session.next": _text(_day_and_times(desk, circle, following) if following else ""),
    }


def organisation_facts(desk: Desk, organisation: Organisation) -> Facts:
    """Return what is said of one home organisation."""
    wording = desk.wording
    return {
        "organisation.name": _text(organisation.name),
        "organisation.country": _text(wording.country(organisation.country)),
        "organisation.commitments": _texts(wording.text(f"commitment.{commitment}") for commitment in organisation.commitments),
        "organisation.agreed": _day(desk, organisation.agreed),
        "organisation.participants": _text(wording.count("people", organisation.participants) if organisation.participants else ""),
    }


def _to_come(desk: Desk) -> list[tuple[int, ResolvedPage]]:
    """Return the sessions with their numbers, but for cancelled ones."""
    return [(number, session) for number, session in enumerate(desk.resolved.sessions, start=1)
            if session.material.facts.state.now is not SessionState.CANCELLED]


def _session_line(desk: Desk, circle: Circle, session: ResolvedPage, number: int) -> str:
    place = session.place
    parts = [_day_and_times(desk, circle, session), place.text if place else ""]
    return f"{desk.wording.text('session.number', n=number)}: {', '.join(filter(None, parts))}"


def _day_and_times(desk: Desk, circle: Circle, session: ResolvedPage) -> str:
    day = session.material.facts.date
    return ", ".join(filter(None, [desk.wording.date(day, "full") if day else "", _times(desk, circle, session)]))


def _times(desk: Desk, circle: Circle, session: ResolvedPage) -> str:
    """Return when a session begins and ends, with the city whose clock it is."""
    facts = session.material.facts
    if not (facts.start and facts.end):
        return ""
    times, city = desk.wording.times(facts.start, facts.end), desk.wording.city(facts.timezone or circle.facts.frame.timezone)
    return f"{times} ({desk.wording.text('session.zone', city=city)})" if city else times


def _day(desk: Desk, day: date | None) -> list[Said]:
    return _text(desk.wording.date(day) if day else "")


def _text(text: str) -> list[Said]:
    return [{"text": text, "lang": ""}] if text else []


def _texts(texts: Iterable[str]) -> list[Said]:
    return [said for text in texts for said in _text(text)]


def _said(said: Said | None) -> list[Said]:
    return [said] if said else []


def _listed(desk: Desk, names: list[str]) -> list[Said]:
    return _text(desk.wording.listed(names) if names else "")


def _address(address: str) -> list[Said]:
    """Return a mail or web address as it is written and where it leads."""
    if not address:
        return []
    if address.startswith("https://"):
        return [{"text": address, "lang": "", "address": address}]
    mail = address.removeprefix("mailto:")
    return [{"text": mail.partition("?")[0], "lang": "", "address": f"mailto:{mail}"}]
