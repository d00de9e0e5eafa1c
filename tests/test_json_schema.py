"""What editors are told agrees with what `check` says, for real files and for wrong ones, and the snippets are right."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker
from support.project import PROJECTS, TODAY, CircleProject

from circlepress import pipeline
from circlepress.catalogue import Kind
from circlepress.metadata.json_schema import PAGES, WORDS, as_text, schemas
from circlepress.problem import Problem
from circlepress.publish import alone, assemble, swap
from circlepress.theme import DATA_SCHEMA_FOLDER, SCHEMA_FOLDER

ROOT = Path(__file__).parent.parent
VSCODE = ROOT / ".vscode"
ALL = schemas()


class EditorLoader(yaml.SafeLoader):
    """Reads YAML 1.2 as editors do: whole numbers, fractions, true, false and nothing are not texts; dates and times are."""

    yaml_implicit_resolvers = {}


for tag, pattern, beginnings in (("bool", "true|True|TRUE|false|False|FALSE", "tTfF"), ("int", "[-+]?[0-9]+", "-+0123456789"),
                                 ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
                                 ("null", "~|null|Null|NULL|", ["~", "n", "N", ""])):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(beginnings))


def metadata(path: str, text: str) -> dict:
    """Return the metadata of a data file or page as an editor sees it."""
    return yaml.load(text if path.endswith(".yml") else text.split("---\n")[1], Loader=EditorLoader)


def schema_for(path: str, data: dict) -> str:
    """Return the name of the schema that belongs to a file of a project."""
    name = Path(path).name
    if name.endswith(".yml"):
        return name.removesuffix(".yml")
    kind = Kind.FRONT if name.startswith("index.") else Kind(Path(path).parent.name)
    return ("translation-" if "translation" in data else "") + kind.name.lower()


@cache
def validator(name: str) -> Draft7Validator:
    return Draft7Validator(ALL[f"{name}.schema.json"], format_checker=FormatChecker())


def complaints(path: str, text: str) -> list[str]:
    """Return what an editor says of a file."""
    data = metadata(path, text)
    return [f"{path}: {error.json_path}: {error.message}" for error in validator(schema_for(path, data)).iter_errors(data)]


# --- the schemas themselves ------------------------------------------------------------------------------------------


def parts(schema: object, at: str = "") -> Iterator[tuple[str, dict]]:
    """Return every part of a schema with the way to it."""
    if isinstance(schema, dict):
        yield at, schema
    for key, value in schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ():
        yield from parts(value, f"{at}/{key}")


def keys_of(schema: dict) -> Iterator[tuple[str, dict, dict]]:
    """Return every key a schema describes: the way to it, what is said of it, and the schema with the definitions it needs."""
    for at, part in parts(schema):
        if part.get("type") == "object":
            for key, value in part.get("properties", {}).items():
                yield f"{at}/{key}", value, value | {"definitions": schema.get("definitions", {})}


@pytest.mark.parametrize("name", ALL)
def test_schemas_are_draft_07(name):
    """Editors know draft-07: no later words, nothing beside a reference, and objects hold no unknown keys."""
    schema = ALL[name]
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    for at, part in parts(schema):
        assert not part.keys() & {"$defs", "prefixItems", "x-rule", "anyOf"}, at
        assert part.get("type") != "null", at
        if isinstance(part.get("$ref"), str):
            assert part.keys() == {"$ref"} and part["$ref"].removeprefix("#/definitions/") in schema["definitions"], at
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False, at


@pytest.mark.parametrize("name", ALL)
def test_every_key_is_explained(name):
    """Each key has a name and a sentence in plain English with an example, and the example has the form asked for."""
    for at, told, schema in keys_of(ALL[name]):
        assert told.get("title"), at
        sentence, mark, example = told.get("description", "").partition(" Example: ")
        assert mark and re.fullmatch(r"[A-ZÅ].*\.", sentence), f"{at}: {told.get('description')}"
        value = yaml.load(example, Loader=EditorLoader)
        assert [error.message for error in Draft7Validator(schema, format_checker=FormatChecker()).iter_errors(value)] == [], at


def test_patterns_are_read_alike_everywhere():
    """Patterns are run by Python here and by JavaScript in editors: nothing that only one of them knows."""
    patterns = {part["pattern"] for schema in ALL.values() for _, part in parts(schema) if isinstance(part.get("pattern"), str)}
    assert patterns
    for pattern in patterns:
        assert not re.search(r"\(\?(?![:=!])|[*+?}]\+", pattern), pattern
        assert set(re.findall(r"\\(.)", pattern)) <= set(r"sSdDwWbB.?*+/\()[]{}|^$-"), pattern


def test_every_kind_of_page_has_its_schemas():
    """A new type of page, or a new key that is translated, cannot be forgotten here."""
    assert {kind.name.lower() for kind in Kind} == set(PAGES)
    assert {f"{prefix}{name}.schema.json" for name in PAGES for prefix in ("", "translation-")} | {
        "circle.schema.json", "glossary.schema.json"} == set(ALL)
    assert {key for model in PAGES.values() for key in model.localisable} == set(WORDS) - {"title", "summary"}


def test_committed_schemas_are_up_to_date():
    """The files editors use are what the models say today."""
    committed = {path.name: path.read_text("utf-8") for path in SCHEMA_FOLDER.iterdir()}
    outdated = sorted(name for name in committed.keys() | ALL.keys()
                      if name not in ALL or committed.get(name) != as_text(ALL[name]))
    assert not outdated, (f"{', '.join(outdated)}: write them anew with "
                          "circlepress schema --output scripts/circlepress/metadata/schema (and delete those no longer made)")


def test_the_command_writes_the_same_files(project):
    """`circlepress schema` needs no argument and writes the bytes that the package ships."""
    assert project.run("schema").returncode == 0
    assert project.run("schema", "--output", "elsewhere").returncode == 0
    shipped = {path.name: path.read_bytes() for path in SCHEMA_FOLDER.iterdir()}
    for folder in ("schema", "elsewhere"):
        assert {path.name: path.read_bytes() for path in (project.folder / folder).iterdir()} == shipped


def test_the_site_holds_the_schemas(tmp_path):
    """Editors elsewhere find the schemas at /schema/ of the published site, the same bytes every time."""
    output = tmp_path / "site"
    with alone(output, on_waiting=lambda: None):
        swap(assemble([], [], [], output, shared=""), output)
    of_data = {path.name: path.read_bytes() for path in DATA_SCHEMA_FOLDER.iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "site/schema").iterdir()} == of_data | {
        name: as_text(schema).encode() for name, schema in ALL.items()}


# --- files -----------------------------------------------------------------------------------------------------------


def test_real_files_have_the_form():
    """No file that `check` accepts is blamed in an editor: the handbook, the circles and the tests' own project."""
    found: list[str] = []
    seen: set[str] = set()
    for project in (ROOT, PROJECTS / "minimal"):
        for path in sorted(itertools.chain(project.glob("docs/**/*"), project.glob("circles/**/*"))):
            if path.suffix in (".md", ".yml") and path.name != "README.md":
                name, text = path.relative_to(project).as_posix(), path.read_text("utf-8")
                seen.add(schema_for(name, metadata(name, text)))
                found += complaints(name, text)
    assert found == []
    assert {"circle", "glossary", "front", "guide", "checklist", "theme", "method", "template", "session"} <= seen
    assert {f"translation-{name}" for name in ("checklist", "session", "theme", "method", "guide")} <= seen


FORM = {"wrong-form", "out-of-range", "wrong-type", "not-allowed", "unknown-key", "missing-key", "unknown-language",
        "translation-incomplete", "not-translatable"}
"""Codes of `check` that blame the form of a value."""

CIRCLE, SESSION = "circles/small-circle/circle.yml", "circles/small-circle/sessions/01-begin.da.md"
GUIDE, TRANSLATED = "docs/guides/first.da.md", "docs/guides/first.sv.md"
THEME, METHOD, CHECKLIST = "docs/themes/small.da.md", "docs/methods/round.da.md", "docs/checklists/list.da.md"
TRANSLATED_CHECKLIST, TRANSLATED_SESSION = "docs/checklists/list.sv.md", "circles/small-circle/sessions/01-begin.sv.md"
TRANSLATED_THEME, TEMPLATE = "docs/themes/small.sv.md", "docs/templates/letter.da.md"
STORY, GLOSSARY = "docs/stories/case.da.md", "docs/glossary.yml"

ADDED = {
    CHECKLIST: """---
title: En lille liste
summary: En liste, som kun findes for prøvernes skyld.
audience: [facilitator]
phase: [recruit]
covers: [S12]
items:
  - {id: one, text: Det første er på plads, who: coordinator, when: -6w, see: guides/first, check: C12}
  - {id: two, text: Det andet er på plads}
  - {id: three, text: Det tredje er på plads}
---
""",
    TRANSLATED_CHECKLIST: """---
title: En liten lista
summary: En lista som bara finns för provens skull.
items:
  one: Det första är på plats
  two: Det andra är på plats
  three: Det tredje är på plats
translation: {of: da, state: draft, sections: {meta: 7c1e, one: 7112, two: 91e4}}
---
""",
    TRANSLATED_SESSION: """---
title: Vi börjar
place: Biblioteket
agenda:
  - {}
  - {title: Vad väntar vi oss av varandra}
  - {title: Slutrunda}
between: {try: Pröva en sak.}
translation: {of: da, state: machine}
---
""",
    TRANSLATED_THEME: """---
title: Ett litet tema
summary: Ett tema som bara finns för provens skull.
questions: ['Vad händer om vi prövar?', 'Vem hjälper det?']
translation: {of: da, state: reviewed}
---
""",
    TEMPLATE: """---
title: Et lille brev
summary: Et brev, som kun findes for prøvernes skyld.
audience: [organisation]
phase: [recruit]
kind: mail
per: organisation
when: -8w
subject: Velkommen
---
""",
    STORY: """---
title: En lille historie
summary: En historie, som kun findes for prøvernes skyld.
kind: case
date: 2026-05-04
circle: circles/small-circle
countries: [DK, NO]
people: anonymous
---
""",
    GLOSSARY: """terms:
  circle:
    da: {term: cirkel, plural: cirkler, variants: [kreds], region: {NO: sirkel}, state: approved}
    nb: {term: sirkel, state: proposed, note: Venter på en innfødt leser.}
""",
}
"""Files of the kinds that the minimal project lacks."""


def blamed(project: CircleProject, path: str) -> list[Problem]:
    """Return what `check` says of the form of a file's values."""
    return [problem for problem in pipeline.check(project.folder, TODAY).problems if problem.place.path == path and problem.code in FORM]


@pytest.fixture
def complete(project: CircleProject) -> CircleProject:
    """The minimal project with a file of every kind."""
    for path, text in ADDED.items():
        project.write(path, text)
    return project


def test_the_complete_project_is_clean(complete):
    """Both agree that the files the wrong values are put into have the right form, so that each case shows only its own."""
    for path in {path for path, _, _ in WRONG}:
        assert blamed(complete, path) == []
        assert complaints(path, (complete.folder / path).read_text("utf-8")) == []


QUESTION = "question: Hvordan kan vi prøve noget sammen?"
TITLES = "title: {da: En lille cirkel, sv: En liten cirkel}"
ITEM = "{id: two, text: Det andet er på plads}"
END = "signup: {"  # a line of circle.yml before which keys are added

WRONG: list[tuple[str, str, str]] = [
    # circles
    (CIRCLE, "language: da\n", "language: no\n"),
    (CIRCLE, "language: da\n", ""),
    (CIRCLE, "languages: [da, sv]\n", "languages: [da, dk]\n"),
    (CIRCLE, "languages: [da, sv]\n", "languages: []\n"),
    (CIRCLE, "languages: [da, sv]\n", "languages: da\n"),
    (CIRCLE, "status: running", "status: begun"),
    (CIRCLE, "scope: local", "scope: regional"),
    (CIRCLE, "theme: small\n", "theme: Small theme\n"),
    (CIRCLE, "theme: small\n", ""),
    (CIRCLE, TITLES, "title: En"),
    (CIRCLE, TITLES, "title: {da: En lille cirkel, sv: En}"),
    (CIRCLE, TITLES, "title: {da: En lille cirkel, no: En liten sirkel}"),
    (CIRCLE, TITLES, "title: {}"),
    (CIRCLE, TITLES, "title: [En lille cirkel]"),
    (CIRCLE, TITLES, "title:"),
    (CIRCLE, TITLES, 'title: "   "'),
    (CIRCLE, TITLES, f"title: {'x' * 61}"),
    (CIRCLE, QUESTION, "question: Hvordan?"),
    (CIRCLE, QUESTION, f"question: {'x' * 200}?"),
    (CIRCLE, "start: 2026-09-01", "start: 1.9.2026"),
    (CIRCLE, "start: 2026-09-01", "start: 2026-02-30"),
    (CIRCLE, "start: 2026-09-01", "begin: 2026-09-01"),
    (CIRCLE, "hours: 20", "hours: 3"),
    (CIRCLE, "hours: 20", "hours: 301"),
    (CIRCLE, "hours: 20", "hours: mange"),
    (CIRCLE, "hours: 20", "hours: 10.5"),
    (CIRCLE, "hours: 20", "hours:"),
    (CIRCLE, "hours: 20", "hours: 20\n  facilitator_hours: 2001"),
    (CIRCLE, "mode: online", "mode: zoom"),
    (CIRCLE, "group: {min: 4, max: 10}", "group: {min: 2, max: 10}"),
    (CIRCLE, "group: {min: 4, max: 10}", "group: {min: 4, max: 41}"),
    (CIRCLE, "group: {min: 4, max: 10}", "group: {min: 4}"),
    (CIRCLE, "group: {min: 4, max: 10}", "group: 4-10"),
    (CIRCLE, "working_languages: [da, sv]", "working_languages: []"),
    (CIRCLE, "working_languages: [da, sv]", "working_languages: [da, sv, nb, en, fi, is]"),
    (CIRCLE, "working_languages: [da, sv]", "working_languages: [da, dk]"),
    (CIRCLE, "cost: Det er gratis at være med.", "cost: [gratis]"),
    (CIRCLE, "voluntary: full", "voluntary: fully"),
    (CIRCLE, "voluntary: full", "voluntary: full\nvoluntary_note: Kort"),
    (CIRCLE, "sharing: Du deler både det, der virkede, og det, der ikke gjorde.", "sharing: Du deler."),
    (CIRCLE, "aligned: 2026-09-10", "aligned: 10/9 2026"),
    (CIRCLE, "{kind: time, text: Fire møder og lidt tid imellem}", "{kind: hours, text: Fire møder og lidt tid imellem}"),
    (CIRCLE, "{kind: time, text: Fire møder og lidt tid imellem}", "{kind: time}"),
    (CIRCLE, "{who: facilitators, text: Ring til os}", "{who: friends, text: Ring til os}"),
    (CIRCLE, "  - {name: Ane Lund, ", "  - {name: A, organisation: north}\n" * 4 + "  - {name: Ane Lund, "),
    (CIRCLE, "contact: ane.lund@example.org}", "contact: 12 34 56 78}"),
    (CIRCLE, "{id: north, ", "{id: Nord, "),
    (CIRCLE, "country: DK", "country: Danmark"),
    (CIRCLE, "sector: culture", "sector: library"),
    (CIRCLE, "participants: 3", "participants: -1"),
    (CIRCLE, "participants: 3", "participants: 101"),
    (CIRCLE, "commitments: [time, experiment, team, manager]", "commitments: [time, money]"),
    (CIRCLE, "agreed: 2026-08-20", "agreed: 2026-08-20, local_circle: soon"),
    (CIRCLE, 'how: "mailto:ane.lund@example.org"', "how: ane.lund@example.org"),
    (CIRCLE, "controller: north", "controller: north, privacy: 'http://example.org'"),
    (CIRCLE, "delete_by: 2027-01-31", "delete_by: januar"),
    (CIRCLE, "access: Møderne har undertekster. Skriv, hvis du har brug for andet.", "access: Alle kan være med."),
    (CIRCLE, "midway: 2026-10-15", "halfway: 2026-10-15"),
    (CIRCLE, END, f"visibility: hidden\n{END}"),
    (CIRCLE, END, f"brand: {{colour: green}}\n{END}"),
    (CIRCLE, END, f"report_public: maybe\n{END}"),
    (CIRCLE, END, f"schema: 2\n{END}"),
    (CIRCLE, END, f"based_on: Nordic six\n{END}"),
    (CIRCLE, END, f"spawned_from: {{organisation: north}}\n{END}"),
    (CIRCLE, END, f"coordinator: Ane Lund\n{END}"),
    (CIRCLE, "from: Vejledninger, to: Samtaler,", "from: Vejledninger,"),
    (CIRCLE, "{date: 2026-10-15, from: Vejledninger,", "{date: 15. oktober, from: Vejledninger,"),
    (CIRCLE, END, f"outcomes: [{{organisation: north, text: {'x' * 401}}}]\n{END}"),
    (CIRCLE, END, f"cancelled_because: Kort\n{END}"),
    (CIRCLE, END, f"waivers: [{{check: C47, because: Vi kender hinanden i forvejen.}}]\n{END}"),
    (CIRCLE, END, f"waivers: [{{check: C12, because: Derfor}}]\n{END}"),
    (CIRCLE, END, f"organisers: []\n{END}"),
    # sessions
    (SESSION, "start: 09:00", "start: 9:00"),
    (SESSION, 'end: "10:00"', 'end: "25:00"'),
    (SESSION, "date: 2026-09-10", "date: 10-09-2026"),
    (SESSION, "mode: online", "mode: teams"),
    (SESSION, "mode: online\n", ""),
    (SESSION, "aim: Vi lærer hinanden at kende og vælger et sted at begynde.", "aim: Vi lærer."),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 15, method: round, kind: open}"),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 15, title: En runde}"),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 0, method: round}"),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 181, method: round}"),
    (SESSION, "{minutes: 15, method: round}", "{method: round}"),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 15, method: round, priority: high}"),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 15, method: round, open: perhaps}"),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 15, method: round, place: her}"),
    (SESSION, "kind: align,", "kind: talk,"),
    (SESSION, "title: Slutrunde", f"title: {'x' * 81}"),
    (SESSION, "try: Prøv én ting.", f"try: {'x' * 201}"),
    (SESSION, "try: Prøv én ting.", "next: Prøv én ting."),
    (SESSION, "mode: online", "mode: online\nstate: {is: postponed}"),
    (SESSION, "mode: online", "mode: online\nmaterials: kort"),
    (SESSION, "mode: online", "mode: online\nreviewed: 2026-11-01"),
    # pages of the handbook
    (GUIDE, "title: Den første guide", "title: Ny"),
    (TRANSLATED, "title: Den första guiden", "title: Ny"),
    (GUIDE, "title: Den første guide", "title: Den første guide."),
    (GUIDE, "title: Den første guide", f"title: {'x' * 81}"),
    (GUIDE, "title: Den første guide\n", ""),
    (GUIDE, "summary: En guide, som findes på dansk og svensk.", "summary: En guide."),
    (GUIDE, "audience: [facilitator]", "audience: []"),
    (GUIDE, "audience: [facilitator]", "audience: [teacher]"),
    (GUIDE, "audience: [facilitator]", "audience: facilitator"),
    (GUIDE, "phase: [start]", "phase: [begin]"),
    (GUIDE, "phase: [start]\n", ""),
    (GUIDE, "covers: []", "covers: [S41]"),
    (GUIDE, "covers: []", "covers: [12]"),
    (GUIDE, "reviewed: 2026-11-01\n", ""),
    (GUIDE, "reviewed: 2026-11-01", "reviewed: 2026-11-31"),
    (GUIDE, "covers: []", "covers: []\norder: -1"),
    (GUIDE, "covers: []", "covers: []\norder: 1001"),
    (GUIDE, "covers: []", "covers: []\norder: first"),
    (GUIDE, "covers: []", "covers: []\nrelated: [second]"),
    (GUIDE, "covers: []", f"covers: []\nrelated: [{', '.join(['guides/second'] * 9)}]"),
    (GUIDE, "covers: []", "covers: []\nlicence: CC-BY-NC-4.0"),
    (GUIDE, "covers: []", "covers: []\nsources: [{text: Noget, url: 'http://example.org'}]"),
    (GUIDE, "covers: []", "covers: []\nsources: [{url: 'https://example.org'}]"),
    (GUIDE, "covers: []", "covers: []\nauthors: Redaktionen"),
    (GUIDE, "covers: []", "covers: []\ndraft: perhaps"),
    (GUIDE, "covers: []", "covers: []\nauthor: [Redaktionen]"),
    ("docs/index.da.md", "title: Prøveprojektets forside", "title: Prøveprojektets forside\ndraft: true"),
    (THEME, "driver: digital", "driver: computers"),
    (THEME, "driver: digital", "driver: digital\nvision: [fast]"),
    (THEME, "  - Hvem hjælper det?\n", ""),
    (THEME, "  - Hvem hjælper det?\n", "  - Det hjælper nogen.\n"),
    (METHOD, "kind: open", "kind: round"),
    (METHOD, "minutes: {min: 5, max: 20}", "minutes: {min: 0, max: 20}"),
    (METHOD, "minutes: {min: 5, max: 20}", "minutes: 20"),
    (METHOD, "minutes: {min: 5, max: 20}", "minutes: {min: 5, max: 20}\ngroup: {min: 1, max: 8}"),
    (METHOD, "mode: [onsite, online]", "mode: []"),
    (METHOD, "invitation: Sig én ting.\n", ""),
    (METHOD, "invitation: Sig én ting.", "invitation:"),
    (METHOD, "access: Man må gerne sige pas.", f"access: Man må gerne sige pas.\nmaterials: [{', '.join(['kort'] * 9)}]"),
    (CHECKLIST, f"  - {ITEM}\n", ""),
    (CHECKLIST, ITEM, "{id: To, text: Det andet er på plads}"),
    (CHECKLIST, ITEM, "{id: two, text: På plads}"),
    (CHECKLIST, ITEM, f"{{id: two, text: {'x' * 141}}}"),
    (CHECKLIST, ITEM, "Det andet er på plads"),
    (CHECKLIST, "who: coordinator", "who: everyone"),
    (CHECKLIST, "when: -6w", "when: 6 weeks before"),
    (CHECKLIST, "see: guides/first", "see: first"),
    (CHECKLIST, "check: C12", "check: 12"),
    (TEMPLATE, "kind: mail", "kind: post"),
    (TEMPLATE, "per: organisation", "per: person"),
    (TEMPLATE, "when: -8w", "when: -8"),
    (TEMPLATE, "subject: Velkommen", f"subject: {'x' * 79}"),
    (STORY, "kind: case", "kind: tale"),
    (STORY, "date: 2026-05-04", "date: i maj"),
    (STORY, "circle: circles/small-circle", "circle: small-circle"),
    (STORY, "countries: [DK, NO]", "countries: [dk]"),
    (STORY, "people: anonymous\n", ""),
    (GLOSSARY, "  circle:\n", "  Circle:\n"),
    (GLOSSARY, "    nb: ", "    no: "),
    (GLOSSARY, "{term: sirkel, ", "{"),
    (GLOSSARY, "state: proposed", "state: new"),
    (GLOSSARY, "plural: cirkler", "plurals: cirkler"),
    (GLOSSARY, "plural: cirkler", "definition: En kreds"),
    (GLOSSARY, "variants: [kreds]", "variants: kreds"),
    # translations
    (TRANSLATED, "translation: {of: da, state: reviewed}", "translation: {of: da}"),
    (TRANSLATED, "translation: {of: da, state: reviewed}", "translation: {of: da, state: finished}"),
    (TRANSLATED, "translation: {of: da, state: reviewed}", "translation: {of: dk, state: reviewed}"),
    (TRANSLATED, "translation: {of: da, state: reviewed}", "translation: da"),
    (TRANSLATED, "title: Den första guiden\n", ""),
    (TRANSLATED, "summary: En guide som finns på danska och svenska.", "summary:"),
    (TRANSLATED, "title: Den första guiden", "title: Den första guiden\naudience: [facilitator]"),
    (TRANSLATED, "title: Den första guiden", "titel: Den första guiden"),
    (TRANSLATED_CHECKLIST, "  two: Det andra är på plats\n", "  two:\n"),
    (TRANSLATED_CHECKLIST, "items:\n  one: Det första är på plats\n  two: Det andra är på plats\n  three: Det tredje är på plats\n", ""),
    (TRANSLATED_CHECKLIST, "items:\n", "phase: [recruit]\nitems:\n"),
    (TRANSLATED_THEME, "['Vad händer om vi prövar?', 'Vem hjälper det?']", "Vad händer om vi prövar?"),
    (TRANSLATED_THEME, "['Vad händer om vi prövar?', 'Vem hjälper det?']", "['Vad händer om vi prövar?', {sv: 'Vem hjälper det?'}]"),
    (TRANSLATED_SESSION, "{title: Slutrunda}", f"{{title: {'x' * 81}}}"),
    (TRANSLATED_SESSION, "{title: Slutrunda}", "{title: Slutrunda, minutes: 15}"),
    (TRANSLATED_SESSION, "between: {try: Pröva en sak.}", "between: {next: Pröva en sak.}"),
    (TRANSLATED_SESSION, "between: {try: Pröva en sak.}", "between: Pröva en sak."),
    (TRANSLATED_SESSION, "place: Biblioteket", "place: {sv: Biblioteket}"),
    (TRANSLATED_SESSION, "place: Biblioteket", "mode: online"),
]
"""A file, a text of it, and what stands there instead."""


def named(cases: list[tuple[str, str, str]]) -> list[str]:
    """Return a short name for each case: the file and what stands there."""
    return [f"{Path(path).name}: {text[:40]!r}" for path, _, text in cases]


@pytest.mark.parametrize(("path", "right", "wrong"), WRONG, ids=named(WRONG))
def test_wrong_values_are_refused_by_both(complete, path, right, wrong):
    """What `check` blames, an editor underlines."""
    complete.edit(path, right, wrong)
    assert blamed(complete, path)
    assert complaints(path, (complete.folder / path).read_text("utf-8"))


RIGHT: list[tuple[str, str, str]] = [
    (CIRCLE, QUESTION, "question: TODO"),
    (CIRCLE, QUESTION, "question: {da: TODO, sv: 'Hur kan vi pröva något tillsammans?'}"),
    (CIRCLE, QUESTION, "question: {da: Vi vil gerne prøve noget sammen.}"),  # for check C02 to speak about
    (CIRCLE, "purpose: Vi vil finde ud af, om det hjælper at prøve noget sammen, og", "purpose: Kort.  #"),  # for C01
    (CIRCLE, TITLES, f"title: {'x' * 60}"),
    (CIRCLE, "hours: 20", "hours: 4"),
    (CIRCLE, "hours: 20", "hours: 300"),
    (CIRCLE, "country: DK", "country: NO"),
    (CIRCLE, END, f"brand: {{colour: '#14532d'}}\nreport_public: true\nschema: 1\n{END}"),
    (SESSION, "start: 09:00", "start: '00:59'"),
    (SESSION, "{minutes: 15, method: round}", "{minutes: 180, kind: break, open: true, priority: can}"),
    (SESSION, "mode: online", "mode: online\nstate: {is: moved, why: {sv: Sjukdom}, was: 2026-09-03}\nplace: Hjemme"),
    (GUIDE, "title: Den første guide", "title: Den første guide ..."),
    (GUIDE, "title: Den første guide", "title: Hvad nu?"),
    (THEME, "  - Hvem hjælper det?\n", "  - TODO\n"),
    (GUIDE, "covers: []", "covers: [S01, S40]\norder: 0\ndraft: false\nrelated: []"),
    (TRANSLATED, "title: Den första guiden", "title: Nya"),
]


@pytest.mark.parametrize(("path", "before", "after"), RIGHT, ids=named(RIGHT))
def test_right_values_are_accepted_by_both(complete, path, before, after):
    """Values at the edge of what is allowed, and texts still to be written, are blamed by neither."""
    complete.edit(path, before, after)
    assert blamed(complete, path) == []
    assert complaints(path, (complete.folder / path).read_text("utf-8")) == []


# --- the editor's settings and snippets ------------------------------------------------------------------------------


def test_settings_lead_from_real_files_to_schemas():
    """The YAML extension is recommended, and gives every data file of the repository its schema."""
    assert "redhat.vscode-yaml" in json.loads((VSCODE / "extensions.json").read_text("utf-8"))["recommendations"]
    mapped = json.loads((VSCODE / "settings.json").read_text("utf-8"))["yaml.schemas"]
    for schema, globs in mapped.items():
        assert (ROOT / schema).parent.resolve() == SCHEMA_FOLDER and (ROOT / schema).is_file()
        for glob in globs:
            assert list(ROOT.glob(glob)), glob
            for path in ROOT.glob(glob):
                assert f"{path.stem}.schema.json" == Path(schema).name
    covered = {path for globs in mapped.values() for glob in globs for path in ROOT.glob(glob)}
    assert covered == {*ROOT.glob("docs/*.yml"), *ROOT.glob("circles/**/*.yml")}


SNIPPETS = json.loads((VSCODE / "circlepress.code-snippets").read_text("utf-8"))
NEW_FILE = {
    "Guide": "docs/guides/new.da.md", "Checklist": "docs/checklists/new.da.md", "Theme": "docs/themes/new.da.md",
    "Method": "docs/methods/new.da.md", "Template": "docs/templates/new.da.md", "Story": "docs/stories/new.da.md",
    "Session": "circles/small-circle/sessions/02-new.da.md", "Translation": "docs/guides/second.sv.md",
}
VARIABLES = {"CURRENT_YEAR": f"{TODAY:%Y}", "CURRENT_MONTH": f"{TODAY:%m}", "CURRENT_DATE": f"{TODAY:%d}"}
_BLANK = re.compile(r"\$\{(\d+)\|((?:[^|\\]|\\.)*)\|\}|\$\{(\d+):((?:[^}\\]|\\.)*)\}|\$\{?([A-Z_]+|\d+)\}?")


def typed(snippet: dict, choice: tuple[str, str] = ("", "")) -> str:
    """Return the text of a snippet in which nobody changed a blank, except that `choice` names one and what was chosen there."""
    def fill(match: re.Match) -> str:
        number, choices, _, default, name = match.groups()
        if choices is not None:
            return choice[1] if number == choice[0] else choices.split(",")[0]
        return default if default is not None else VARIABLES[name] if name in VARIABLES else {"0": ""}[name]

    return _BLANK.sub(fill, "\n".join(snippet["body"])) + "\n"


def choices(snippet: dict) -> list[tuple[str, str]]:
    """Return every value that a snippet offers, with the number of its blank."""
    blanks = _BLANK.finditer("\n".join(snippet["body"]))
    return [(blank[1], value) for blank in blanks if blank[2] for value in blank[2].split(",")]


def test_every_kind_of_page_has_a_snippet():
    """Each type that people write has a snippet, and so has a translation; they are offered in Markdown only."""
    assert {name.lower() for name in SNIPPETS} == set(PAGES) - {"front", "project"} | {"translation"}
    assert {snippet["scope"] for snippet in SNIPPETS.values()} == {"markdown"}
    assert sorted(snippet["prefix"] for snippet in SNIPPETS.values()) == sorted(f"cp-{name.lower()}" for name in SNIPPETS)


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippets_are_right(project, name):
    """A new file made of a snippet gives no problem, whatever is chosen where it offers a choice."""
    if name == "Translation":
        project.edit("mkdocs.yml", "        - {locale: en, name: English}", "\n".join(
            f"        - {{locale: {code}, name: {own}}}" for code, own in (("en", "English"), ("fi", "suomi"), ("is", "íslenska"))))
    if name == "Session":  # neither the first nor the last, for which the model has rules of their own
        begin = (project.folder / SESSION).read_text("utf-8")
        project.write("circles/small-circle/sessions/03-end.da.md", begin.replace("2026-09-10", "2026-12-15"))
        project.edit("circles/small-circle/circle.yml", "  mode: online", "  mode: hybrid")
    assert [problem for problem in project.problems() if ": error[" in problem] == []
    for choice in [("", ""), *choices(SNIPPETS[name])]:
        text = typed(SNIPPETS[name], choice)
        problems = project.write(NEW_FILE[name], text).problems()
        assert [problem for problem in problems if problem.startswith(NEW_FILE[name]) or ": error[" in problem] == [], text
        assert complaints(NEW_FILE[name], text) == []


@pytest.mark.parametrize(("name", "blank", "key"), [
    ("Guide", "3", "audience"), ("Guide", "4", "phase"), ("Theme", "3", "driver"), ("Method", "4", "kind"), ("Method", "7", "mode"),
    ("Template", "5", "kind"), ("Template", "6", "per"), ("Story", "3", "kind"), ("Story", "4", "people"), ("Session", "4", "mode"),
])
def test_snippets_offer_every_value(name, blank, key):
    """Where a value comes from a closed list, a snippet offers all of it."""
    told = ALL[f"{name.lower()}.schema.json"]["properties"][key]
    offered = [value for number, value in choices(SNIPPETS[name]) if number == blank]
    assert sorted(offered) == sorted(told.get("items", told)["enum"])
