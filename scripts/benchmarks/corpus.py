"""A project of any size: circles of eight pages (a welcome and seven sessions) in six languages, and a small handbook.

The same number always gives the same bytes. Texts are real sentences, about 350 words a page, so that what reads
prose has prose to read.
"""

from __future__ import annotations

from pathlib import Path

LANGUAGES = ("da", "sv", "nb", "fi", "is", "en")
PAGES_PER_CIRCLE = 8
_SENTENCES = (
    "Find din logbog frem, og læs, hvad du skrev efter sidste møde.",
    "Du får tre minutter til at fortælle om det, du prøvede på arbejdet.",
    "Det er nok at have prøvet en lille ting, og det er i orden, at den ikke virkede.",
    "De andre spørger, og ingen giver råd, før du beder om dem.",
    "Til sidst vælger I sammen, hvad I vil undersøge, indtil I ses igen.",
)
_SETTINGS = """site_name: Måling
site_url: https://bench.example.org/
theme: {name: material}
plugins:
  - circlepress: {contact: redaktion@example.org}
  - i18n:
      docs_structure: folder
      languages:
"""
_THEME = """---
title: Et tema
summary: Et tema, som findes for målingens skyld.
driver: digital
questions: ["Hvad sker der, hvis vi prøver?", "Hvem hjælper det?"]
---

Et afsnit.
"""
_METHOD = """---
title: En runde
summary: Alle siger noget efter tur, og ingen afbryder.
phase: [run]
kind: open
minutes: {min: 5, max: 20}
mode: [onsite, online]
invitation: Sig én ting.
access: Man må gerne sige pas.
---

1. **5 min.** Gå rundt.
"""
_CIRCLE = """language: da
languages: [da, sv, nb, fi, is, en]
status: running
scope: nordic
theme: small
title: {{da: Cirkel nummer {number}, en: Circle number {number}}}
question: Hvordan kan vi prøve noget sammen i cirkel {number}?
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
_FACTS = """date: 2026-{month:02}-12
start: "09:00"
end: "10:00"
mode: online
agenda:
  - {{minutes: 15, method: round}}
  - {{minutes: 30, kind: align, title: Hvad venter vi af hinanden}}
  - {{minutes: 15, kind: close, title: Slutrunde}}
between: {{try: Prøv én ting., bring: Ét eksempel.}}
"""


def make(folder: Path, circles: int) -> int:
    """Write a project with so many circles into `folder`; return the number of their pages, translations counted."""
    settings = _SETTINGS + "".join(f"        - {{locale: {code}, name: {code}, default: {str(code == 'da').lower()}}}\n" for code in LANGUAGES)
    _write(folder / "mkdocs.yml", settings)
    _write(folder / "docs/index.da.md", "---\ntitle: En måling\nsummary: En håndbog, som findes for målingens skyld.\n---\n\nTekst.\n")
    _write(folder / "docs/themes/small.da.md", _THEME)
    _write(folder / "docs/methods/round.da.md", _METHOD)
    for number in range(circles):
        circle = folder / f"circles/circle-{number:05}"
        _write(circle / "circle.yml", _CIRCLE.format(number=number))
        for language in LANGUAGES:
            mark = "" if language == "da" else "translation: {of: da, state: reviewed}\n"
            _write(circle / f"index.{language}.md",
                   f"---\ntitle: Cirkel nummer {number}\nsummary: Velkommen til en cirkel om noget, vi vil prøve.\n{mark}---\n\n{prose(number)}")
            for session in range(1, PAGES_PER_CIRCLE):
                facts = _FACTS.format(month=session + 1) if language == "da" else ""
                _write(circle / f"sessions/{session:02}-meet.{language}.md",
                       f"---\ntitle: Vi mødes {session}. gang\naim: Vi lærer hinanden at kende og vælger et sted at begynde.\n{facts}{mark}---\n\n"
                       + prose(number + session))
    return circles * PAGES_PER_CIRCLE * len(LANGUAGES)


def prose(seed: int) -> str:
    """Return about 350 words under three headings, with a list and a link."""
    parts = []
    for section, heading in enumerate(("participant", "facilitator", "after")):
        lines = [_SENTENCES[(seed + section + line) % len(_SENTENCES)] for line in range(8)]
        parts += [f"## Afsnit {section + 1} {{#{heading}}}", "", *lines, "", f"- **Først:** {lines[0]}", "- Se [temaet](themes/small).", ""]
    return "\n".join(parts)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
