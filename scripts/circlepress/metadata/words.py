"""The words that a translation gives: the same rules of form as in the original, for texts in one language."""

from functools import cache
from typing import Annotated, Any

from msgspec import defstruct

from .circle import AgendaTitle, Between
from .kinds import Slug, Summary, Text, Title, characters, is_place, is_question
from .rules import After, Schema

WORDS: dict[str, tuple[Any, str]] = {
    "title": (Title, ""),
    "summary": (Summary, ""),
    "questions": (list[Annotated[Text, After(is_question)]], ""),
    "items": (dict[Slug, Annotated[Text, After(characters(10, 140))]],
              "The text of each item of the original, by the item's id. Example: {purpose: The purpose can be read aloud}"),
    "invitation": (Text, ""),
    "materials": (list[Text], ""),
    "access": (Text, ""),
    "subject": (Annotated[Text, After(characters(1, 78))], ""),
    "aim": (Annotated[Text, After(characters(15, 200))], ""),
    "place": (Annotated[Text, After(is_place)], ""),
    "agenda": (list[AgendaTitle], "The titles of the original's blocks in their order, {} for a block without one. "
                                  "Example: [{}, {title: What we tried}]"),
    "between": (Between, ""),
}
"""The shape of each localisable key in a translation, and what it means where that differs from the original."""


@cache
def words_model() -> type[Schema]:
    """Return a model of whatever words a translation may give; none must be there."""
    return defstruct("Words", [(name, shape | None, None) for name, (shape, _) in WORDS.items()], bases=(Schema,), frozen=True, kw_only=True)
