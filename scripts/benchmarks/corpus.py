"""The texts of `texts.py` as a project of ours: the handbook in docs/, each circle with its facts, welcome and sessions.

The same number of circles always gives the same bytes, and `circlepress check` finds no error in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .dialects import CIRCLEPRESS, front_matter, markdown
from .texts import HANDBOOK, LANGUAGES, WORDS, Content, Page, Tasks, blocks, is_translated, site_title, summary, title

DAY = "2026-06-20"
"""The day to check and build for: in the middle of all circles."""
SESSION_TO_EDIT = "circles/circle-00000/sessions/03-meet.da.md"
NEW_SENTENCE = "\nEn sætning mere, som nogen har skrevet i dag.\n"

_SETTINGS = """site_name: {name}
site_url: https://bench.example.org/
theme: {{name: material}}
plugins:
  - circlepress: {{contact: redaktion@example.org}}
  - i18n:
      docs_structure: folder
      languages:
{languages}
"""
_LANGUAGE = "        - {{locale: {code}, name: {name}, site_name: {handbook}{default}}}"
_CIRCLE = """language: da
languages: [{languages}]
status: running
scope: nordic
theme: page-{theme:02}
title: {{{titles}}}
question: Hvordan kan vi prøve noget sammen i denne cirkel?
purpose: Vi vil finde ud af, om det hjælper at prøve noget sammen, og fortælle hinanden, hvad der skete.
frame: {{start: 2026-01-05, end: 2026-12-15, hours: 30, mode: online, timezone: Europe/Copenhagen, group: {{min: 4, max: 10}}, working_languages: [da, sv], cost: Det er gratis.}}
voluntary: full
expectations:
  own_practice: Du tager en opgave fra dit eget arbejde med ind i cirklen.
  learning_agent: Du fortæller kollegerne, hvad cirklen arbejder med.
  sharing: Du deler både det, der virkede, og det, der ikke gjorde.
  co_creation: Du er med til at vælge, hvad vi undersøger.
  aligned: 2026-01-12
resources: [{{kind: time, text: Syv møder og lidt tid imellem}}]
support: [{{who: facilitators, text: Ring til os}}]
facilitators:
  - {{name: Ane Lund, organisation: north, process: Har ledt cirkler, content: Kender emnet, experience: Ti år, contact: ane.lund@example.org}}
organisations:
  - {{id: north, name: Nordby Bibliotek, country: DK, sector: culture, participants: 3, commitments: [time, experiment, team, manager], agreed: 2026-01-02}}
  - {{id: east, name: Österby förening, country: SE, sector: civil-society, participants: 3, commitments: [time, experiment, team, manager], agreed: 2026-01-02}}
signup: {{until: 2025-12-20, how: "mailto:ane.lund@example.org", controller: north, delete_by: 2027-01-31}}
access: Møderne har undertekster. Skriv, hvis du har brug for andet.
evaluation: {{midway: 2026-06-15, final: 2026-12-15}}
"""


def files(content: Content) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every file of the project."""
    yield "mkdocs.yml", _SETTINGS.format(name=WORDS[LANGUAGES[0]]["handbook"], languages="\n".join(
        _LANGUAGE.format(code=code, name=WORDS[code]["name"], handbook=WORDS[code]["handbook"],
                         default=", default: true" if code == LANGUAGES[0] else "") for code in content.languages))
    for site, pages in content.sites():
        if site != "handbook":
            number = int(site.rpartition("-")[2])
            titles = ", ".join(f"{code}: {site_title(site, code)}" for code in content.languages)
            yield f"circles/{site}/circle.yml", _CIRCLE.format(languages=", ".join(content.languages), titles=titles,
                                                              theme=number % HANDBOOK["themes"] + 1)
        for page in pages:
            for language in content.languages:
                if is_translated(page, language):
                    folder = "docs" if site == "handbook" else f"circles/{site}"
                    yield f"{folder}/{page.path}.{language}.md", _text(page, pages, language)


def make(folder: Path, circles: int) -> int:
    """Write a project with so many circles into `folder`; return the number of its pages, each counted in every language."""
    content = Content(circles)
    write(folder, files(content))
    return content.pages()


def write(folder: Path, found: Iterable[tuple[str, str]]) -> set[str]:
    """Write files that are not there as they should be; return the paths of all. What is right keeps its time stamp."""
    paths = set()
    for path, text in found:
        target, octets = folder / path, text.encode()
        if not (target.is_file() and target.read_bytes() == octets):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(octets)
        paths.add(path)
    return paths


def _text(page: Page, siblings: list[Page], language: str) -> str:
    words = {"title": title(page, language)}
    is_session = page.site != "handbook" and not page.is_front
    words["aim" if is_session else "summary"] = summary(page, language)
    body = blocks(page, siblings, language)
    items = next(block for block in reversed(body) if isinstance(block, Tasks)).items
    of_checklist = [{"id": f"item-{number}", "text": text} for number, (_, text) in enumerate(items, 1)]
    facts: dict[str, object]
    if language != LANGUAGES[0]:
        facts = {"translation": {"of": LANGUAGES[0], "state": "reviewed"}}
        if page.path.startswith("checklists/"):
            facts["items"] = {item["id"]: item["text"] for item in of_checklist}
    elif is_session:
        facts = _session(page.number)
    else:
        facts = _facts(page.path.partition("/")[0], language) | ({"items": of_checklist} if page.path.startswith("checklists/") else {})
    return front_matter(**words, **facts) + markdown(body, page, language, CIRCLEPRESS)


def _facts(kind: str, language: str) -> dict[str, object]:
    """Return what a material of the kind must tell besides its title and summary; nothing for a front page."""
    for_whom = {"audience": ["facilitator"], "phase": ["run"], "covers": []}
    match kind:
        case "guides":
            return {**for_whom, "reviewed": DAY}
        case "themes":
            return {"driver": "digital", "questions": ["Hvad sker der, hvis vi prøver?", "Hvem hjælper det?"]}
        case "methods":
            return {"phase": ["run"], "kind": "open", "minutes": {"min": 5, "max": 20}, "mode": ["onsite", "online"],
                    "invitation": "Sig én ting.", "access": "Man må gerne sige pas."}
        case "checklists":
            return for_whom
    return {}


def _session(number: int) -> dict[str, object]:
    methods = HANDBOOK["methods"]
    return {
        "date": f"2026-{number + 1:02}-12", "start": "09:00", "end": "10:00", "mode": "online",
        "agenda": [
            {"minutes": 10, "method": f"page-{number % methods + 1:02}"},
            {"minutes": 20, "kind": "align", "title": "Hvad venter vi af hinanden"},
            {"minutes": 15, "method": f"page-{(number + 3) % methods + 1:02}"},
            {"minutes": 15, "kind": "close", "title": "Slutrunde"},
        ],
        "between": {"try": "Prøv én ting.", "bring": "Ét eksempel."},
    }
