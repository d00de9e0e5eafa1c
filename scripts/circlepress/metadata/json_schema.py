"""JSON Schema for editors, made from the models: which keys there are, what they mean and which form their values have.

Nothing is written twice. Limits and patterns come from the `Rule`s that also check, sentences from the docstrings under
the fields. The result is draft-07, which is what YAML editors understand, with two words more that they know
(`patternErrorMessage` and `errorMessage`); others skip them. What takes more than one value to judge is left to `check`.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import re
import sys
from functools import cache
from typing import Annotated, Any

from msgspec import NODEFAULT, defstruct
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from .circle import CircleFacts, SessionFacts
from .glossary import Glossary
from .kinds import Text
from .materials import (
    ChecklistFacts,
    FrontFacts,
    GuideFacts,
    MethodFacts,
    ProjectFacts,
    StoryFacts,
    TemplateFacts,
    ThemeFacts,
    TranslationMark,
)
from .models import Telling, in_order, model_of
from .rules import Rule, Schema, Told
from .words import WORDS

PAGES: dict[str, type[Schema]] = {
    "front": FrontFacts, "guide": GuideFacts, "checklist": ChecklistFacts, "theme": ThemeFacts, "method": MethodFacts,
    "template": TemplateFacts, "story": StoryFacts, "project": ProjectFacts, "session": SessionFacts,
}
"""The model of the metadata of each type of page."""

_RULE = "x-rule"
"""Where the sentences of rules wait until they join the description of the value."""

_TITLES = {
    "id": "Short name", "of": "Translated from", "url": "Web address", "is": "What becomes of the session", "was": "Earlier date",
    "min": "Smallest number", "max": "Largest number", "per": "Filled in for each", "from": "What was meant",
    "to": "What is done instead", "try": "Something to try", "with": "Together with", "bring": "Something to bring",
    "schema": "Edition of the rules", "agreed": "Agreed on", "until": "Open until", "how": "Where to sign up", "open": "Left open",
}
"""Names for keys that do not speak for themselves."""


def schemas() -> dict[str, dict]:
    """Return every schema by its file name: the data files, and the metadata of each type of page and of its translations."""
    found = {"circle": _schema(CircleFacts, "A circle's facts"), "glossary": _schema(Glossary, "The glossary")}
    for name, model in PAGES.items():
        called = f"{name} page" if name in ("front", "project") else name
        found[name] = _schema(model, f"Metadata of a {called}")
        found[f"translation-{name}"] = _schema(_translation_of(model), f"Metadata of a translated {called}")
    return {f"{name}.schema.json": schema for name, schema in found.items()}


def as_text(schema: dict) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _schema(model: type[Schema], title: str) -> dict:
    schema = model_of(model).model_json_schema(by_alias=True, ref_template="#/definitions/{model}", schema_generator=_ForEditors)
    definitions = schema.pop("$defs", {})
    schema = _laid_out(schema, definitions)
    kept: dict[str, Any] = {}
    waiting = _references(schema)
    while waiting:
        if (name := waiting.pop()) not in kept:
            kept[name] = _laid_out(definitions[name], definitions) | {"title": _in_words(name)}
            waiting |= _references(kept[name])
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$comment": "Written by: circlepress schema", "title": title}
    del schema["title"]
    return head | schema | ({"definitions": dict(sorted(kept.items()))} if kept else {})


def _translation_of(model: type[Schema]) -> type[Schema]:
    """Return a model of what a translation of pages of type `model` may hold, as `validate.py` judges it."""
    all_fields = in_order(model)
    required = {field.name for field in all_fields if field.name in ("title", "summary") and field.default is NODEFAULT} | {"items"}
    fields: list[tuple] = []
    for name in (field.name for field in all_fields):
        if name in ("title", "summary") or name in model.localisable:
            shape, sentence = WORDS.get(name, (Text, ""))
            told = Told(sentence or _sentence(model, name))
            fields.append((name, Annotated[shape, told]) if name in required else (name, Annotated[shape | None, told], None))
    fields.append(("translation", Annotated[TranslationMark, Told(
        "What the page was translated from, and how far one can trust it. Example: {of: da, state: draft}")]))
    told = (model.__doc__ or "").replace("original", "translation")
    return defstruct(f"Translated{model.__name__}", fields, bases=(Schema,), frozen=True, kw_only=True, namespace={"__doc__": told})


class _ForEditors(GenerateJsonSchema):
    """Says in JSON Schema what pydantic itself cannot know: our rules, and the sentences under the fields."""

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        return _with_rule(super().function_after_schema(schema), schema["function"]["function"])

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        return _with_rule(super().function_before_schema(schema), schema["function"]["function"])

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A text that is stripped and may not be empty may not be blank either."""
        shown = super().str_schema(schema)
        return shown | {"pattern": r"\S", "patternErrorMessage": "Write a text."} if schema.get("strip_whitespace") else shown

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {"type": "string", "format": "date"}

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        """JSON Schema's own times have seconds and a zone; ours have neither."""
        return {"type": "string"}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        keys = {key: value for key, value in self.generate_inner(schema["keys_schema"]).items() if key not in ("type", _RULE)}
        shown: JsonSchemaValue = {"type": "object", "additionalProperties": self.generate_inner(schema["values_schema"])}
        shown |= {"minProperties": schema["min_length"]} if schema.get("min_length") else {}
        return shown | ({"propertyNames": keys} if keys else {})

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A key that may be missing may not be empty: `None` is our sign for a missing one."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Tell defaults one can write down; what is empty by default goes without saying."""
        shown = super().default_schema(schema)
        return {key: value for key, value in shown.items() if key != "default" or isinstance(value, str | int)}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        shown = super().model_schema(schema)
        model = schema["cls"]
        for name, field in model.model_fields.items():
            key = field.alias or name
            shown["properties"][key] |= {"title": _TITLES.get(key) or _in_words(key), "description": field.description or _sentence(model.struct, name)}
        return shown


def _with_rule(shown: JsonSchemaValue, rule: Any) -> JsonSchemaValue:
    """Return a schema to which a rule is added; functions that are no rule add nothing."""
    if not isinstance(rule, Telling) or not isinstance(rule := rule.check, Rule):
        return shown
    told = {_RULE: f"{shown.get(_RULE, '')} {rule.says}".strip()}
    if "anyOf" in shown:  # a text, or a map of texts
        text, texts = shown["anyOf"]
        in_each = {"additionalProperties": _with_keywords(texts["additionalProperties"], rule)}
        return shown | {"anyOf": [_with_keywords(text, rule), texts | in_each]} | told
    return _with_keywords(shown, rule) | told


def _with_keywords(shown: JsonSchemaValue, rule: Rule) -> JsonSchemaValue:
    if rule.spares_todo:
        unless_todo = {"if": {"type": "string", "not": {"pattern": r"^\s*TODO"}}}
        return shown | unless_todo | {"then": shown.get("then", {}) | rule.keywords}
    if shown.keys() & rule.keywords.keys():
        return shown | {"allOf": [*shown.get("allOf", []), dict(rule.keywords)]}
    return shown | rule.keywords


def _told(sentence: str, rule: str) -> str:
    """Return a description: what a key means, the rule for its values, an example."""
    meaning, mark, example = sentence.partition("Example: ")
    return " ".join(part.strip() for part in (meaning, rule, mark + example) if part.strip())


def _laid_out(schema: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema in which each reference stands alone, as draft-07 demands: what has words beside it is copied in.

    Closed lists are always copied in, a choice between a text and texts by language is said with `oneOf`, and the rules
    join the descriptions.
    """
    if isinstance(schema, list):
        return [_laid_out(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    beside = {key: _laid_out(value, definitions) for key, value in schema.items()}
    if "anyOf" in beside:
        beside |= {"type": ["string", "object"], "errorMessage": "Expected a text, or a text in each language."}
        beside["oneOf"] = beside.pop("anyOf")
    if _RULE in beside:
        beside["description"] = _told(beside.get("description", ""), beside.pop(_RULE))
    if "$ref" not in beside:
        return beside
    target = definitions[_name_of(beside["$ref"])]
    if beside.keys() == {"$ref"} and "enum" not in target:
        return beside
    del beside["$ref"]
    return _merged({key: value for key, value in _laid_out(target, definitions).items() if key != "title"}, beside)


def _merged(below: dict, above: dict) -> dict:
    both = {key: _merged(below[key], above[key]) for key in below.keys() & above.keys()
            if isinstance(below[key], dict) and isinstance(above[key], dict)}
    return below | above | both


def _references(schema: Any) -> set[str]:
    """Return the names of all definitions that a schema refers to."""
    if isinstance(schema, dict):
        own = {_name_of(schema["$ref"])} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(_references, schema.values()))
    return set().union(*map(_references, schema)) if isinstance(schema, list) else set()


def _name_of(reference: str) -> str:
    return reference.rsplit("/", 1)[1]


def _in_words(name: str) -> str:
    """Return "Working languages" for `working_languages`, "Agenda block" for `AgendaBlock`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).capitalize()


def _sentence(model: type[Schema], name: str) -> str:
    """Return what a field means, as the docstring under it tells, or else its type."""
    for owner in model.__mro__:
        if told := _docstrings(owner.__module__).get((owner.__name__, name)):
            return " ".join(told.split())
    return model_of(model).model_fields[name].description or ""


@cache
def _docstrings(module: str) -> dict[tuple[str, str], str]:
    """Return the docstrings under the fields of a module's classes, by class and field."""
    if not module.startswith(__package__):
        return {}
    found = {}
    for statement in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(statement, ast.ClassDef):
            for before, after in itertools.pairwise(statement.body):
                if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                    found[statement.name, before.target.id] = after.value.value
    return found
