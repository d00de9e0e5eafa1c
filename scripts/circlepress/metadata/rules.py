"""What the models of metadata are made of: their base, and what can be said of a field besides its type.

A model is a frozen struct whose fields have types. Beside a type, in `Annotated`, stand what is done `Before` and `After` a value
is taken for one of that type, and what editors are told. Two read it: `quick_reading.py` takes a value that is right and says
nothing of any other; `models.py` has pydantic look for everything that is wrong, and is only asked then: loading pydantic and making
its models takes long beside the rest of a build after one edit.

A rule of form is written once, as a `Rule`: the check, and the same rule in the words of JSON Schema, from which
`json_schema.py` makes what editors read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from msgspec import Struct


class Schema(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The base of every model: values are frozen, and keys that are no fields are refused.

    A rule about several fields raises `Refused` in `__post_init__`.
    """

    for_editors: ClassVar[Mapping[str, Any]] = {}
    """More that is said of the whole in JSON Schema."""
    field_rules: ClassVar[Mapping[str, Callable[[Any, Mapping[str, Any]], Any]]] = {}
    """Rules about one field that must know others: each is given the field's value (or `None`) and what the others hold, and may ask only
    for fields that are written before its own."""


class Context(Struct, frozen=True):
    """What one must know to read a value."""

    language: str
    """The one plain texts are in."""
    languages: tuple[str, ...]
    """Those of the project."""


class Refused(ValueError):
    """A value that breaks a rule: what kind of mistake it is, and what there is to say of it (see `loading.py`)."""

    def __init__(self, kind: str, said: Mapping[str, str]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.said = dict(said)


class Rule(Struct, frozen=True, eq=False):
    """A rule of form, told twice from one place: as a check, and as JSON Schema for editors."""

    check: Callable[[Any], Any]
    """Returns the value, or raises `Refused`."""
    says: str
    """The rule as a sentence: "Write 3 to 80 characters."."""
    keywords: Mapping[str, Any]
    """The rule in draft-07; where a text comes in several languages, for the text in each."""
    spares_todo: bool = False
    """Whether a text of a circle template that still waits to be written is let be."""

    def __call__(self, value: Any) -> Any:
        return self.check(value)


class Before(Struct, frozen=True, eq=False):
    """What is done with a value before it is taken for one of its type."""

    check: Callable[..., Any]
    """A `Rule`, or a function that is given the value (and the `Context`); returns the value, or raises `Refused`."""
    accepts: Any = None
    """What may be written, as a type, when it is not what comes out."""
    in_context: bool = False


class After(Struct, frozen=True, eq=False):
    """What is done with a value that is of its type."""

    check: Callable[..., Any]
    """A `Rule`, or a function that is given the value (and the `Context`); returns the value, or raises `Refused`."""
    in_context: bool = False


class NotBlank(Struct, frozen=True):
    """Says that a text is stripped and may not be empty."""


class Told(Struct, frozen=True, eq=False):
    """What editors are told of a type."""

    description: str | None = None
    keywords: Mapping[str, Any] | None = None
    """More words of JSON Schema."""
    fewest: int | None = None
    """How many entries there must be at least."""
