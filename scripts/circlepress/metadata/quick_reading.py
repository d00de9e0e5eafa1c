"""Takes metadata that is right, quickly; of anything else it says only that it is not sure.

`models.py` has pydantic read the same, slowly, and knows what is wrong. Whatever is taken here, pydantic takes too and makes
the same of it; a test with made-up metadata compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import NODEFAULT
from msgspec.structs import fields

from .rules import After, Before, Context, NotBlank, Schema

_Reader = Callable[[Any, Context], Any]
"""Makes a value of a type out of what was written; raises `ValueError` when it is not sure."""
_BLANK = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Unicode calls white space, which pydantic takes away; `str.strip` takes a few characters more."""
_DIGITS = re.compile(r"-?[0-9]{1,9}")


def read(model: type[Schema], data: Any, context: Context) -> Schema | None:
    """Return `data`, plain strings in lists and dicts, as `model`; or `None` when it is not certainly right."""
    try:
        return _reader_of(model)(data, context)
    except (ValueError, TypeError, AttributeError):
        return None


@cache
def _reader_of(kind: Any) -> _Reader:
    origin = get_origin(kind)
    if origin is Annotated:
        return _annotated(kind)
    if origin is list:
        return _list(_reader_of(*get_args(kind)))
    if origin is dict:
        key, value = get_args(kind)
        return _dict(_reader_of(key), _reader_of(value))
    if origin in (Union, UnionType):
        some, = (part for part in get_args(kind) if part is not NoneType)
        return _optional(_reader_of(some))
    if issubclass(kind, Schema):
        return _struct(kind)
    if issubclass(kind, Enum):
        return _enum(kind)
    return {str: _is_a(str), bool: _is_a(bool), date: _is_a(date), time: _is_a(time), int: _number}[kind]


def _annotated(kind: Any) -> _Reader:
    inner, *marks = get_args(kind)
    reader = _reader_of(inner)
    for mark in marks:
        if isinstance(mark, NotBlank):
            reader = _not_blank
        elif isinstance(mark, After):
            reader = _after(reader, mark.check, mark.in_context)
    for mark in marks:
        if isinstance(mark, Before):
            reader = _before(reader, mark.check, mark.in_context)
    return reader


def _not_blank(value: Any, context: Context) -> str:
    if type(value) is not str or not (text := value.strip(_BLANK)):
        raise ValueError
    return text


def _after(reader: _Reader, check: Callable, in_context: bool) -> _Reader:
    if in_context:
        return lambda value, context: check(reader(value, context), context)
    return lambda value, context: check(reader(value, context))


def _before(reader: _Reader, check: Callable, in_context: bool) -> _Reader:
    if in_context:
        return lambda value, context: reader(check(value, context), context)
    return lambda value, context: reader(check(value), context)


def _list(reader: _Reader) -> _Reader:
    def read_list(value: Any, context: Context) -> list:
        if type(value) is not list:
            raise ValueError
        return [reader(entry, context) for entry in value]

    return read_list


def _dict(key: _Reader, reader: _Reader) -> _Reader:
    def read_dict(value: Any, context: Context) -> dict:
        if type(value) is not dict:
            raise ValueError
        return {key(name, context): reader(entry, context) for name, entry in value.items()}

    return read_dict


def _optional(reader: _Reader) -> _Reader:
    return lambda value, context: None if value is None else reader(value, context)


def _enum(kind: type[Enum]) -> _Reader:
    by_value = {member.value: member for member in kind}

    def read_member(value: Any, context: Context) -> Enum:
        if type(value) is not str or (member := by_value.get(value)) is None:
            raise ValueError
        return member

    return read_member


def _is_a(kind: type) -> _Reader:
    def read_same(value: Any, context: Context) -> Any:
        if type(value) is not kind:
            raise ValueError
        return value

    return read_same


def _number(value: Any, context: Context) -> int:
    if type(value) is int:
        return value
    if type(value) is not str or not _DIGITS.fullmatch(value):
        raise ValueError
    return int(value)


def _struct(model: type[Schema]) -> _Reader:
    """Return what reads a model; the readers of its fields are made when they are first needed, since many never are."""
    field_by_key = {field.encode_name: field for field in fields(model)}
    readers: dict[str, tuple[str, _Reader]] = {}
    needed = {field.encode_name for field in fields(model) if field.default is NODEFAULT and field.default_factory is NODEFAULT}
    rules: Mapping[str, Callable] = model.field_rules

    def read_struct(value: Any, context: Context) -> Schema:
        if type(value) is not dict or not needed <= value.keys():
            raise ValueError
        found = {}
        for key, given in value.items():
            known = readers.get(key)
            if known is None:
                if (field := field_by_key.get(key)) is None:
                    raise ValueError
                known = readers[key] = field.name, _reader_of(field.type)
            found[known[0]] = known[1](given, context)
        for name, rule in rules.items():
            rule(found.get(name), found)
        return model(**found)

    return read_struct


