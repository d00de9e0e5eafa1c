"""Every rule of the content model has fixtures that break it and fixtures that just keep it; see `support/rules.py`.

The fixtures stand in `cases/rules/*.yml` and are edits of the minimal project with a file of every kind laid over it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from enum import EnumType, StrEnum
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import fields
from support.project import TODAY, CircleProject
from support.rules import FILE_BY_TYPE, Fixture, apply, expectations, fixtures, read_rules, said

from circlepress import pipeline
from circlepress.metadata import (
    ChecklistFacts,
    CircleFacts,
    FrontFacts,
    Glossary,
    GuideFacts,
    MethodFacts,
    ProjectFacts,
    SessionFacts,
    StoryFacts,
    TemplateFacts,
    ThemeFacts,
    TranslationMark,
    circle,
    glossary,
    kinds,
    materials,
)
from circlepress.metadata.circle import AgendaTitle
from circlepress.metadata.rules import Schema
from circlepress.problem import Problem

RULES = read_rules()
FIXTURES = [fixture for rule in RULES for fixture in fixtures(rule)]

MODEL_BY_TYPE: dict[str, type[Schema]] = {
    "front": FrontFacts, "guide": GuideFacts, "checklist": ChecklistFacts, "theme": ThemeFacts, "method": MethodFacts,
    "template": TemplateFacts, "story": StoryFacts, "project": ProjectFacts, "session": SessionFacts, "circle": CircleFacts,
    "glossary": Glossary,
}


class ResettableProject(CircleProject):
    """A project that goes back to how it was, since copying it a thousand times would take longer than checking it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.before: dict[str, bytes | None] = {}

    def _remember(self, path: str) -> None:
        file = self.folder / path
        self.before.setdefault(path, file.read_bytes() if file.is_file() else None)

    def write(self, path: str, text: str | bytes) -> CircleProject:
        self._remember(path)
        return super().write(path, text)

    def remove(self, path: str) -> CircleProject:
        self._remember(path)
        return super().remove(path)

    def reset(self) -> None:
        for path, content in self.before.items():
            file = self.folder / path
            if content is not None:
                file.write_bytes(content)
                continue
            file.unlink()
            for folder in itertools.takewhile(lambda folder: not any(folder.iterdir()), file.parents):
                folder.rmdir()
        self.before.clear()


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory) -> ResettableProject:
    folder = tmp_path_factory.mktemp("rules") / "project"
    CircleProject.from_dir("minimal", folder)
    CircleProject.from_dir("every-kind", folder)
    return ResettableProject(folder)


@pytest.fixture
def every_kind(shared_project: ResettableProject) -> Iterator[ResettableProject]:
    """The minimal project with a file of every kind laid over it."""
    yield shared_project
    shared_project.reset()


def problems_of(project: CircleProject) -> list[Problem]:
    return list(pipeline.check(project.folder, TODAY).problems)


def test_the_project_is_clean(every_kind):
    """Nothing is to be mended before an edit, so that whatever is said afterwards is said of the edit."""
    assert problems_of(every_kind) == []


@pytest.mark.parametrize("fixture", FIXTURES, ids=[fixture.id for fixture in FIXTURES])
def test_rule(every_kind, fixture: Fixture):
    """A value that breaks the rule gives exactly the problems named, at their lines; one that just keeps it gives none."""
    path, line = apply(every_kind, fixture)
    problems = problems_of(every_kind)
    text = (every_kind.folder / path).read_bytes().decode("utf-8", "replace")
    assert said(problems, path, fixture) == expectations(fixture, text, line), [
        f"{problem.place}: {problem.code}: {problem.message}" for problem in problems]
    for problem in problems:
        assert problem.message and problem.hint, f"{problem.place}: {problem.code} does not say what to do"


# --- nothing is forgotten --------------------------------------------------------------------------------------------


def fields_of(model: type[Schema], at: str = "") -> Iterator[str]:
    """Return every field of a model as people write it: `frame.start`, `items[].id`."""
    for field in fields(model):
        path = at + field.encode_name
        yield path
        shape = field.type
        brackets = "[]" if any(part in str(shape) for part in ("list[", "dict[")) else ""
        for inner in _models_in(shape):
            yield from fields_of(inner, f"{path}{brackets}.")


def _models_in(annotation) -> Iterator[type[Schema]]:
    if isinstance(annotation, type) and issubclass(annotation, Schema):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def all_fields() -> set[tuple[str, str]]:
    """Return the type and path of every field that a file may hold, taken from the models."""
    found = {(name, field) for name, model in MODEL_BY_TYPE.items() for field in fields_of(model)}
    for name, model in MODEL_BY_TYPE.items():
        found |= {(f"translated-{name}", field) for field in model.localisable} if hasattr(model, "localisable") else set()
    found |= {("translated-session", f"agenda[].{field}") for field in AgendaTitle.__struct_fields__}
    found |= {("translated-guide", field) for field in ("title", "summary", *(f"translation.{f}" for f in fields_of(TranslationMark)))}
    return found


def test_every_field_has_fixtures():
    """A field of the models without a value that is refused and one that is accepted cannot be added unnoticed."""
    seen: dict[bool, set[tuple[str, str]]] = defaultdict(set)
    for fixture in FIXTURES:
        seen[fixture.fails] |= {(fixture.kind, field) for field in fixture.fields}
    assert sorted(all_fields() - seen[True]) == [], "no fixture that fails"
    assert sorted(all_fields() - seen[False]) == [], "no fixture that passes"


def test_fields_named_exist():
    """A fixture names no field that the models do not have, and each type has its file."""
    named = {(fixture.kind, field) for fixture in FIXTURES for field in fixture.fields if fixture.kind in MODEL_BY_TYPE}
    assert sorted(named - all_fields()) == []
    assert {*MODEL_BY_TYPE} <= {*FILE_BY_TYPE}


ENUMS = [value for module in (kinds, materials, circle, glossary) for value in vars(module).values()
         if isinstance(value, EnumType) and issubclass(value, StrEnum) and value is not StrEnum and value.__module__ == module.__name__]


@pytest.mark.parametrize("enum", ENUMS, ids=[enum.__name__ for enum in ENUMS])
def test_every_value_of_a_closed_list_is_tried(enum):
    """Each value is accepted in some fixture, so that a value cannot be lost or added unnoticed."""
    accepted = " ".join(f"{fixture.edit['to']} {fixture.given}" for fixture in FIXTURES if not fixture.fails)
    assert [value for value in enum if value not in accepted] == []


@pytest.mark.parametrize("enum", ENUMS, ids=[enum.__name__ for enum in ENUMS])
def test_no_value_is_a_word_of_yaml(enum):
    """No value of a closed list is read as true, false or nothing by other YAML readers (YAML rule 2)."""
    assert not {*enum} & {"yes", "no", "on", "off", "y", "n", "true", "false", "null"}


@pytest.mark.parametrize("rule", RULES, ids=[rule["id"] for rule in RULES])
def test_rule_has_both_kinds_of_fixtures(rule):
    """A rule says in a sentence what it asks for and where it comes from, is broken at least once and kept at least once."""
    assert rule["rule"].endswith(".") and rule["from"]
    assert {fixture.fails for fixture in fixtures(rule)} == {True, False}


def test_ids_are_unique():
    """A rule is told once, and each fixture can be named on the command line."""
    for names in ([rule["id"] for rule in RULES], [fixture.id for fixture in FIXTURES]):
        assert sorted({name for name in names if names.count(name) > 1}) == []
