"""Turns plain strings into a model, and pydantic's findings into sentences with a place.

An unknown key does not cost the whole file: it is reported and left out, and the rest is read again.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..language import COMMON_SLIPS
from ..problem import Problem
from ..source import KeyPath, SourceFile, Tree

Model = TypeVar("Model", bound=BaseModel)


def load(model: type[Model], data: Tree, file: SourceFile, *, language: str, languages: tuple[str, ...],
         at: KeyPath = ()) -> tuple[Model | None, list[Problem]]:
    """Read `data` (a part of `file`'s metadata, at the path `at`) as `model`.

    `language` is the one plain strings are in, `languages` those the project knows. Returns the frozen model, or
    `None` when a key it cannot do without is missing or wrong, and the problems.
    """
    context = {"language": language, "languages": languages}
    problems: list[Problem] = []
    for _ in range(3):
        try:
            return model.model_validate(data, context=context), problems
        except ValidationError as error:
            found = error.errors(include_url=False)
        unknown = [e for e in found if e["type"] == "extra_forbidden"]
        problems += [_describe(e, model, file, at, languages) for e in found if e not in unknown or len(unknown) == len(found)]
        if len(unknown) < len(found):
            problems += [_describe(e, model, file, at, languages) for e in unknown]
            return None, problems
        for e in unknown:
            data = _without(data, e["loc"])
    return None, problems


def _without(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return a copy of `data` in which the value at `path` is left out."""
    key, rest = path[0], path[1:]
    if isinstance(data, dict):
        return {k: _without(v, rest) if k == key else v for k, v in data.items() if k != key or rest}
    if isinstance(data, list):
        return [_without(v, rest) if i == key else v for i, v in enumerate(data)]
    return data


def _describe(error: Mapping, model: type[BaseModel], file: SourceFile, at: KeyPath, languages: tuple[str, ...]) -> Problem:
    path: KeyPath = (*at, *error["loc"])
    kind = error["type"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    context = error.get("ctx", {})
    shown = _quoted(error.get("input"))
    if kind == "extra_forbidden":
        known = _known_keys(model, error["loc"][:-1])
        close = difflib.get_close_matches(str(error["loc"][-1]), known, 1, 0.6)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known here: {', '.join(sorted(known))}." if known else "Remove it."
        return Problem(file.place(path, key=True), "unknown-key", f"{name!r} is not a key of this kind of file.", hint)
    if kind == "missing":
        return Problem(file.place(path[:-1], key=True), "missing-key", f"{name!r} is missing.", _meaning(error["loc"]))
    if kind == "unknown_language":
        found = context["found"]
        return Problem(file.place((*path, found), key=True), "unknown-language", f"{found!r} is not a language of this project.",
                       COMMON_SLIPS.get(found, f"The project's languages are: {', '.join(languages)}."))
    if kind in ("enum", "literal_error"):
        return Problem(file.place(path), "not-allowed", f"{name}: {shown} is not one of the values allowed here.",
                       f"Write one of: {str(context.get('expected', '')).replace(chr(39), '').replace(' or ', ', ')}.")
    if kind == "wrong_form":
        return Problem(file.place(path), "wrong-form", f"{name or 'this'}: {shown} does not have the right form." if shown else f"{name or 'this'} does not have the right form.",
                       f"Expected {context['expected']}.")
    if kind == "out_of_range":
        return Problem(file.place(path), "out-of-range", f"{name} is outside its limits.", f"Expected {context['expected']}.")
    if kind in ("string_too_short",):
        return Problem(file.place(path), "out-of-range", f"{name} is empty.", "Write a text, or remove the key.")
    wanted = {"int_parsing": "a whole number", "int_type": "a whole number", "int_from_float": "a whole number", "list_type": "a list",
              "dict_type": "keys with values", "model_type": "keys with values", "model_attributes_type": "keys with values",
              "string_type": "a text"}.get(kind, "a value of another kind")
    return Problem(file.place(path), "wrong-type", f"{name}: {shown or 'this'} is not {wanted}.", f"Expected {wanted}.")


def _quoted(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return repr(value if len(value) <= 60 else value[:57] + "…")


def _known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the model that sits at `path` inside `model`, found through its JSON Schema."""
    schema = model.model_json_schema(by_alias=True)
    here: Any = schema
    for part in path:
        here = _resolved(here, schema)
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, here.get("additionalProperties") or {})
    return list(_resolved(here, schema).get("properties", {}))


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
    "mode": "Add how people meet: mode: onsite, online or hybrid",
}


def _meaning(path: tuple[str | int, ...]) -> str:
    key = str(path[-1])
    return _MEANING.get(key, f"Add the key {key!r}.")
