"""Turns plain strings into a model, and pydantic's findings into sentences with a place.

An unknown key does not cost the whole file: it is reported and left out, and the rest is read again.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from ..language import COMMON_SLIPS
from ..problem import Problem
from ..source import KeyPath, SourceFile, Tree
from . import quick_reading
from .rules import Context, Schema

Model = TypeVar("Model", bound=Schema)


def load(model: type[Model], data: Tree, file: SourceFile, *, language: str, languages: tuple[str, ...],
         at: KeyPath = ()) -> tuple[Model | None, list[Problem]]:
    """Read `data` (a part of `file`'s metadata, at the path `at`) as `model`.

    `language` is the one plain strings are in, `languages` those the project knows. Returns the frozen model, or
    `None` when a key it cannot do without is missing or wrong, and the problems.
    """
    problems: list[Problem] = []
    for _ in range(3):
        read, found = _read(model, data, Context(language, languages))
        if read is not None:
            return read, problems
        unknown = [e for e in found if e["type"] == "extra_forbidden"]
        problems += [_describe(e, model, file, at, languages) for e in found]
        if len(unknown) < len(found):
            return None, problems
        for e in unknown:
            data = _without(data, e["loc"])
    return None, problems


def reread(model: type[Model], data: Tree, *, language: str, languages: tuple[str, ...]) -> Model:
    """Read again what `load` took before, and say nothing about what it said then. Raises `ValueError` for anything else."""
    while True:
        read, found = _read(model, data, Context(language, languages))
        if read is not None:
            return read
        if any(e["type"] != "extra_forbidden" for e in found):
            raise ValueError(f"this is no {model.__name__}")
        for e in found:
            data = _without(data, e["loc"])


def _read(model: type[Model], data: Tree, context: Context) -> tuple[Model | None, list]:
    """Return `data` as `model`; or `None`, and what is wrong with it as pydantic says it."""
    if (read := quick_reading.read(model, data, context)) is not None:
        return read, []
    from .models import read_and_tell

    return read_and_tell(model, data, context)


def _without(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return a copy of `data` in which the value at `path` is left out."""
    key, rest = path[0], path[1:]
    if isinstance(data, dict):
        return {k: _without(v, rest) if k == key else v for k, v in data.items() if k != key or rest}
    if isinstance(data, list):
        return [_without(v, rest) if i == key else v for i, v in enumerate(data)]
    return data


def _describe(error: Mapping, model: type[Schema], file: SourceFile, at: KeyPath, languages: tuple[str, ...]) -> Problem:
    kind, given, context = error["type"], error.get("input"), error.get("ctx", {})
    location: KeyPath = tuple(part for part in error["loc"] if part != "[key]")
    is_key = location != error["loc"]
    path: KeyPath = (*at, *location, *filter(None, [context.get("language")]))
    if kind != "missing":
        path = _as_written(path, file)
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in (path[:-1] if is_key else path)) or "this"
    shown = _quoted(given)
    if kind == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        close = difflib.get_close_matches(str(path[-1]), known, 1, 0.6)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known here: {', '.join(sorted(known))}." if known else "Remove it."
        return Problem(file.place(path, key=True), "unknown-key", f"{name!r} is not a key of this kind of file.", hint)
    if kind == "missing":
        return Problem(file.place(path[:-1], key=True), "missing-key", f"{name!r} is missing.", _meaning(model, location))
    if kind == "unknown_language":
        found = context["found"]
        return Problem(file.place((*path, found), key=True), "unknown-language", f"{found!r} is not a language of this project.",
                       COMMON_SLIPS.get(found, f"The project's languages are: {', '.join(languages)}."))
    match kind:
        case "enum":
            allowed = context["expected"].replace("'", "").replace(" or ", ", ")
            code, message = "not-allowed", f"{name}: {shown} is not one of the values allowed here."
            hint = f"Write one of: {allowed}."
        case "wrong_form":
            quoting = f"{name}: {shown}" if isinstance(given, str) else name
            code, message, hint = "wrong-form", f"{quoting} does not have the right form.", f"Expected {context['expected']}."
        case "out_of_range":
            code, message, hint = "out-of-range", f"{name} {context['found']}.", context["hint"]
        case "string_too_short":
            code, message, hint = "out-of-range", f"{name} is empty.", "Write a text."
        case "list_type":
            code, message = "wrong-type", f"{name}: {shown} is not a list."
            hint = "Write the values in square brackets, with commas between."
            if known := _known_keys(model, (*location, 0)):
                hint = f"Write a line for each that begins with a hyphen; known there: {', '.join(known)}."
            elif isinstance(given, str):
                hint = f"Put square brackets around it: {path[-1]}: [{given}]."
        case "dict_type" | "model_type":
            known = _known_keys(model, location)
            code, message = "wrong-type", f"{name}: {shown} stands where keys with values belong."
            hint = f"Write keys with values; known here: {', '.join(known)}." if known else "Write keys with values."
        case "string_type":
            code, message = "wrong-type", f"{name}: {shown} is not a text."
            hint = "Write one text; put quotes around it if it begins with a bracket or holds a colon."
        case _:  # what is left are whole numbers
            code, message = "wrong-type", f"{name}: {shown} is not a whole number."
            hint = "Write the number alone, in digits, such as 20."
    if isinstance(given, str) and not given.strip():
        message, hint = f"{name} is empty.", f"{hint} Leave the key out if it is not needed."
    return Problem(file.place(path, key=is_key), code, message, hint)


def _as_written(path: KeyPath, file: SourceFile) -> KeyPath:
    """Return `path` without the language that a plain text was given while it was read."""
    return path if path in file.positions.value_by_path else path[:-1]


def _quoted(value: Any) -> str:
    if not isinstance(value, str):
        return "a list" if isinstance(value, list) else "a group of keys"
    return repr(value if len(value) <= 60 else value[:57] + "…")


def _known_keys(model: type[Schema], path: KeyPath) -> list[str]:
    """Return the keys of the model that sits at `path` inside `model`."""
    return list(_schema_at(model, path).get("properties", {}))


def _schema_at(model: type[Schema], path: KeyPath) -> Mapping:
    """Return the JSON Schema of what sits at `path` inside `model`."""
    here: Any = (schema := _schema(model))
    for part in path:
        here = _resolved(here, schema)
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, here.get("additionalProperties") or {})
    return _resolved(here, schema)


@cache
def _schema(model: type[Schema]) -> Mapping:
    from .models import model_of

    return model_of(model).model_json_schema(by_alias=True)


def _resolved(here: Any, schema: Mapping) -> Mapping:
    while isinstance(here, Mapping):
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in here:
            here = next((option for option in here["anyOf"] if option.get("type") != "null"), {})
        elif "allOf" in here:
            here = here["allOf"][0]
        else:
            return here
    return {}


_MEANING = {
    "title": "Add a line such as: title: A few words that name the page",
    "summary": "Add a line such as: summary: One or two sentences, 20 to 200 characters, that say what the page is for",
    "audience": "Add a line such as: audience: [facilitator, participant]",
    "phase": "Add a line such as: phase: [recruit, start]",
    "covers": "Add a line such as: covers: [S12, S16], or covers: [] when it covers none of the model's statements",
    "reviewed": "Add the day someone last read the page through: reviewed: 2026-11-24",
    "minutes": "Add a line such as: minutes: 20, or for a method: minutes: {min: 10, max: 20}",
    "language": "Add the language of the texts: language: da",
    "theme": "Add the id of one of the handbook's themes: theme: digital-change",
    "aim": "Add one sentence that says what the meeting is for: aim: We share …",
    "questions": "Add two to six questions, one line each that begins with a hyphen and ends with a question mark",
    "items": "Add three to twenty lines such as: - {id: purpose, text: The purpose can be read aloud}",
    "invitation": "Add the one sentence the facilitator says: invitation: Tell us what you tried",
    "access": "Add how everyone can take part: access: Begin with two quiet minutes",
    "date": "Add the day: date: 2026-11-24",
    "subject": "Add the subject line of the mail: subject: Welcome to {{circle.title}}",
    "of": "Say which language it was translated from: translation: {of: da, state: draft}",
}
"""What to add when a key is missing; for other keys, the schema knows which values are allowed."""


def _meaning(model: type[Schema], path: KeyPath) -> str:
    key = str(path[-1])
    schema = _schema_at(model, path)
    allowed = ", ".join(map(str, schema.get("enum") or _schema_at(model, (*path, 0)).get("enum", ())))
    wanted = "one or more" if schema.get("type") == "array" else "one"
    return _MEANING.get(key) or (f"Add {key}: with {wanted} of {allowed}." if allowed else f"Add {key}: with its value.")
