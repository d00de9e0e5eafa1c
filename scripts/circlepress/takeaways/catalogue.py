"""Everything public as data: the handbook's materials and the circles, in all languages, for programs that want to know.

`catalogue.schema.json`, published beside the schemas for editors, says what each value means; a test holds both together.
Persons, drafts and circles that are not public are not in it. When something is added, `version` stays; it grows when a
program that reads the catalogue would have to change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from ..catalogue import Circle, Kind, Material
from ..edition import Edition, EditionKind
from ..freshness import freshness
from ..language import Localised
from ..views.common import Desk
from ..views.listing import public_circles
from ..views.meetings import Meeting, meetings_of
from .calendar import uid_of, whole

NAME = "catalogue.json"
VERSION = 1


def catalogue_of(desk: Desk, online: Sequence[Edition]) -> dict:
    """Return the catalogue as plain data. `online` are all editions of the site: only what stands there has an address."""
    settings = desk.settings
    handbooks = {edition.language for edition in online if edition.kind is EditionKind.HANDBOOK}
    microsites = {(edition.circle, edition.language) for edition in online if edition.circle}
    circles = sorted((circle for circle in public_circles(desk) if any(name == circle.id for name, _ in microsites)), key=lambda circle: circle.id)
    shown = {circle.id for circle in circles}
    materials = [material for _, material in sorted(desk.catalogue.material_by_reference.items())
                 if not getattr(material.facts, "draft", False) and material.kind not in (Kind.FRONT, Kind.PROJECT)]
    return {
        "$schema": _address(desk, "/schema/catalogue.schema.json"),
        "version": VERSION,
        "name": dict(settings.name_by_language),
        "address": settings.address or "/",
        "languages": list(settings.languages),
        "licence": str(settings.licence),
        "materials": [_material(desk, material, handbooks) for material in materials],
        "circles": [_circle(desk, circle, microsites, shown) for circle in circles],
    }


def catalogue_file(plain: dict) -> bytes:
    """Return the catalogue as a file."""
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _address(desk: Desk, address: str) -> str:
    return whole(desk, address) or address


def _material(desk: Desk, material: Material, handbooks: set[str]) -> dict:
    facts = material.facts
    languages = {}
    for language in sorted(material.version_by_language, key=lambda language: (language != material.original, language)):
        version = material.version_by_language[language]
        languages[language] = {"title": version.title, "summary": version.summary, "state": str(freshness(material, language).state)}
        if version.translation:
            languages[language]["reading"] = str(version.translation.state)
        if language in handbooks:
            languages[language]["address"] = _address(desk, f"{Edition(EditionKind.HANDBOOK, language).address}{material.reference}/")
    found = {"reference": material.reference, "kind": str(material.kind), "original": material.original, "languages": languages}
    for key in ("audience", "phase", "covers"):
        if hasattr(facts, key):
            found[key] = [str(value) for value in getattr(facts, key)]
    if facts.reviewed:
        found["reviewed"] = facts.reviewed.isoformat()
    found["licence"] = str(facts.licence or desk.settings.licence)
    return found


def _circle(desk: Desk, circle: Circle, microsites: set[tuple[str, str]], shown: set[str]) -> dict:
    facts, frame = circle.facts, circle.facts.frame
    found = {
        "id": circle.id, "status": str(facts.status), "scope": str(facts.scope), "original": facts.language, "title": dict(facts.title),
        "theme": f"themes/{facts.theme}",
        "addresses": {language: _address(desk, Edition(EditionKind.MICROSITE, language, circle.id).address)
                      for language in facts.published_in if (circle.id, language) in microsites},
        "organisations": [{"id": one.id, "name": one.name, "country": one.country, "sector": str(one.sector),
                           "commitments": [str(commitment) for commitment in one.commitments]} for one in facts.organisations],
        "sessions": [_session(desk, meeting, microsites) for meeting in meetings_of(desk, circle)],
        "children": sorted(child for child, _ in desk.catalogue.neighbours.children_of(circle.id) if child in shown),
    }
    optional: dict[str, object] = {
        "question": _localised(facts.question), "purpose": _localised(facts.purpose),
        "start": frame.start and frame.start.isoformat(), "end": frame.end and frame.end.isoformat(),
        "hours": frame.hours, "mode": frame.mode and str(frame.mode), "zone": frame.timezone, "spoken": list(frame.working_languages or ()),
        "signup_until": facts.signup.until.isoformat() if facts.signup and facts.signup.until else None,
        "began_from": _origin(desk, circle, shown),
    }
    return found | {key: value for key, value in optional.items() if value}


def _origin(desk: Desk, circle: Circle, shown: set[str]) -> dict | None:
    origin = circle.facts.spawned_from
    if origin is None:
        return None
    if origin.circle.startswith("https://"):
        return {"address": origin.circle}
    identifier = desk.catalogue.neighbours.circle_now(origin.circle)
    if identifier not in shown:
        return None
    return {"circle": identifier} | ({"organisation": origin.organisation} if origin.organisation else {})


def _session(desk: Desk, meeting: Meeting, microsites: set[tuple[str, str]]) -> dict:
    session = meeting.session
    return {
        "id": session.id, "number": meeting.number, "uid": uid_of(desk, meeting), "title": dict(session.title_by_language), "date": session.date,
        "starts": _moment(meeting.starts), "ends": _moment(meeting.ends), "zone": meeting.zone, "mode": session.mode, "state": meeting.state,
        "addresses": {language: _address(desk, f"{Edition(EditionKind.MICROSITE, language, meeting.circle.id).address}sessions/{session.id}/")
                      for language in meeting.circle.facts.published_in if (meeting.circle.id, language) in microsites},
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _localised(text: Localised | None) -> dict[str, str] | None:
    return dict(text) if text else None
