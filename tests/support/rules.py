"""Reads `tests/cases/rules/*.yml`: rules of the content model, each with edits that break it and edits that just keep it.

An edit is a value for a key, a text instead of another, a whole file, a file of another name or a line in the text.
One entry of a file gives many fixtures, so that a rule with four boundaries takes four short lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from circlepress.problem import Problem

from .project import CircleProject

RULES = Path(__file__).parent.parent / "cases/rules"
GONE = "<gone>"
"""The value of a key that is taken out with its line."""

FILE_BY_TYPE = {
    "front": "docs/index.da.md",
    "guide": "docs/guides/first.da.md",
    "checklist": "docs/checklists/list.da.md",
    "theme": "docs/themes/small.da.md",
    "method": "docs/methods/round.da.md",
    "template": "docs/templates/letter.da.md",
    "story": "docs/stories/case.da.md",
    "project": "docs/project/page.en.md",
    "welcome": "circles/small-circle/index.da.md",
    "session": "circles/small-circle/sessions/01-begin.da.md",
    "circle": "circles/small-circle/circle.yml",
    "circle-template": "circles/_templates/small-template/circle.yml",
    "glossary": "docs/glossary.yml",
    "translated-guide": "docs/guides/first.sv.md",
    "translated-checklist": "docs/checklists/list.sv.md",
    "translated-theme": "docs/themes/small.sv.md",
    "translated-method": "docs/methods/round.sv.md",
    "translated-template": "docs/templates/letter.sv.md",
    "translated-session": "circles/small-circle/sessions/01-begin.sv.md",
    "translated-welcome": "circles/small-circle/index.sv.md",
}
"""The file of the project in which the values of a type are tried."""

GROUPS = {
    "materials": ["guide", "checklist", "theme", "method", "template", "story", "project"],
    "pages": ["front", "welcome", "guide", "checklist", "theme", "method", "template", "story", "project"],
    "translations": [name for name in FILE_BY_TYPE if name.startswith("translated-")],
    "titled": ["front", "welcome", "guide", "checklist", "theme", "method", "template", "story", "project", "session"],
}
STATUSES = ("draft", "recruiting", "running", "completed", "evaluated")


@dataclass(frozen=True)
class Fixture:
    """One edit of the clean project, and what `check` must say of the edited file."""

    rule: str
    """The rule's id."""
    kind: str
    """The type whose file is edited, or the file's path."""
    path: str
    """The file that is edited and asked about."""
    edit: dict[str, str]
    """How: one of key, text, body, whole, name, with what stands there afterwards under `to`."""
    given: list[dict[str, str]]
    """What else is changed before."""
    expected: str
    """The problems, as `code at TEXT; code`; empty when there must be none."""
    beside: frozenset[str] = frozenset()
    """Model checks that may speak too, since they look at the same value for another reason."""
    only: str = ""
    """The one code that counts, when the others are no matter here."""
    fields: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        return bool(self.expected) and not self.expected.startswith("advice")

    @property
    def id(self) -> str:
        shown = " ".join(self.edit["to"].split())
        status = next((f" in {change['to']}" for change in self.given if change.get("key") == "status"), "")
        shown = shown if len(shown) <= 90 else f"{shown[:25]} … {shown[-60:]}"
        shown = shown or ("nothing" if any(self.edit.values()) else "as it was")
        return f"{self.rule} [{self.kind.rsplit('/', 1)[-1]}]{status} {'fails' if self.fails else 'passes'}: {shown}"


def read_rules() -> list[dict]:
    """Return every rule with the name of its file under `in_file`."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return [rule | {"in_file": path.name} for path in sorted(RULES.glob("*.yml")) for rule in yaml.load(path.read_text("utf-8"), loader)]


def fixtures(rule: dict) -> Iterator[Fixture]:
    """Return the fixtures of a rule: for each type it is for, each value that breaks it and each that keeps it."""
    types = rule["in"] if isinstance(rule["in"], list) else [rule["in"]]
    for name in [one for group in types for one in GROUPS.get(group, [group])]:
        path = FILE_BY_TYPE.get(name, name)
        verb = next(verb for verb in ("key", "text", "body", "whole", "name") if verb in rule)
        fields = tuple(rule.get("fields", [rule["key"]] if verb == "key" else []))
        beside = frozenset(rule.get("beside", "").split())
        for group in ("fails", "passes"):
            values = rule.get(group, {})
            for new, more in values.items() if isinstance(values, dict) else ((value, {}) for value in values):
                more = more if isinstance(more, dict) else {"says": more}
                given = [*rule.get("given", []), *more.get("given", [])]
                says = more.get("says", "") if group == "passes" else more["says"]
                yield Fixture(rule["id"], name, path, {verb: rule[verb], "to": new}, given, says, beside, rule.get("only", ""), fields)
        for status, severity in rule.get("statuses", {}).items():
            given = [*rule.get("given", []), {"file": FILE_BY_TYPE["circle"], "key": "status", "to": status}]
            yield Fixture(rule["id"], name, path, {verb: rule[verb], "to": rule["to"]}, given,
                          f"{severity} {rule['says']}" if severity else "", only=rule["says"].split()[0], fields=fields)
            yield Fixture(rule["id"], name, path, {"text": "", "to": ""}, given, "", only=rule["says"].split()[0], fields=fields)


# --- edits -----------------------------------------------------------------------------------------------------------


def spelled_out(text: str) -> str:
    """Return a text with `<80 characters>`, `<30 words>` and `<3 of guides/page-#>` written out, # being 1, 2, 3."""
    text = re.sub(r"<(\d+) characters>", lambda match: "x" * int(match[1]), text)
    text = re.sub(r"<(\d+) words>", lambda match: " ".join("ord" if n % 10 else "ord." for n in range(1, int(match[1]) + 1)), text)
    return re.sub(r"<(\d+)( lines)? of ([^<>]+)>", lambda match: ("\n" if match[2] else ", ").join(
        match[3].replace("#", str(number)) for number in range(1, int(match[1]) + 1)), text)


def apply(project: CircleProject, fixture: Fixture) -> tuple[str, int]:
    """Make the fixture's edits; return the file to look at and the line on which the last edit begins."""
    for change in fixture.given:
        verb = next(verb for verb in ("key", "text", "body", "whole", "copy", "removed") if verb in change)
        if verb == "copy":
            project.write(change["to"], (project.folder / change["copy"]).read_bytes())
        elif verb == "removed":
            project.remove(change["removed"])
        else:
            path = FILE_BY_TYPE.get(change.get("file", ""), change.get("file", fixture.path))
            _edit(project, path, {verb: change[verb], "to": change["to"]})
    if "name" in fixture.edit:
        new = fixture.edit["to"]
        project.write(new, (project.folder / fixture.path).read_bytes())
        return new, 0
    return fixture.path, _edit(project, fixture.path, fixture.edit)


def _edit(project: CircleProject, path: str, edit: dict[str, str]) -> int:
    file, new = project.folder / path, spelled_out(edit["to"])
    text = file.read_text("utf-8") if file.is_file() else ""
    if "whole" in edit:
        before, after = "", new
    elif "body" in edit:
        before, after = text + "\n", text + "\n" + new + "\n"
    elif "text" in edit:
        assert edit["text"] in text, f"{path} does not hold {edit['text']!r}"
        before = text[: text.index(edit["text"])]
        after = before + new + text[len(before) + len(edit["text"]):]
    else:
        before, after = _with_key(text, edit["key"], new, path)
    project.write(path, after)
    return before.count("\n") + 1


def _with_key(text: str, key: str, new: str, path: str) -> tuple[str, str]:
    """Return the text before a key, and the whole text in which the key has another value; a key that is not there is added."""
    lines = text.split("\n")
    first, last = (1, lines.index("---", 1)) if lines[0] == "---" else (0, len(lines))
    *parents, name = key.split(".")
    indent = ""
    for parent in parents:
        first, last = _block(lines, f"{indent}{parent}:", first, last)
        first, indent = first + 1, indent + "  "
    if (found := _block(lines, f"{indent}{name}:", first, last)) is None:
        found = (first, first)
    put = [] if new == GONE else f"{indent}{name}:{'' if new.startswith(chr(10)) or not new else ' '}{new}".split("\n")
    before = lines[: found[0]]
    return "\n".join([*before, ""]), "\n".join([*before, *put, *lines[found[1]:]])


def _block(lines: list[str], beginning: str, first: int, last: int) -> tuple[int, int] | None:
    """Return the first line of a key and the line after its value, or `None` when it is not there."""
    indent = len(beginning) - len(beginning.lstrip())
    for start in range(first, last):
        if lines[start].startswith(beginning):
            end = start + 1
            while end < last and (lines[end].startswith(" " * (indent + 1)) or lines[end].startswith("- ") or not lines[end]):
                end += 1
            return start, end
    return None


# --- what is said ----------------------------------------------------------------------------------------------------


def expectations(fixture: Fixture, text: str, line: int) -> list[tuple[str, int]]:
    """Return the code (with a severity where one is named) and the line of each problem expected of a file's text."""
    found = []
    for one in filter(None, (part.strip() for part in fixture.expected.split(";"))):
        code, _, where = one.partition(" at ")
        if where == "the file":
            found.append((code, 0))
        elif where.startswith("line "):
            found.append((code, int(where.removeprefix("line "))))
        elif where:
            lines = text.split("\n")
            found.append((code, next(n for n, written in enumerate(lines, start=1) if written.strip().startswith(where))))
        else:
            found.append((code, line))
    return sorted(found)


def said(problems: list[Problem], path: str, fixture: Fixture) -> list[tuple[str, int]]:
    """Return the problems of a file in the form that `expectations` gives, without those that do not count."""
    told = []
    for problem in problems:
        counts = problem.code == fixture.only if fixture.only else problem.code not in fixture.beside
        if problem.place.path == path and counts:
            named = fixture.expected and re.search(rf"(error|warning|advice) {problem.code}\b", fixture.expected)
            told.append((f"{problem.severity} {problem.code}" if named else problem.code, problem.place.line))
    return sorted(told)
