"""The glossary: every term in every language, and words that mislead neighbours, in one file."""

from enum import StrEnum
from typing import Annotated

from .kinds import LanguageCode, Slug, Text, characters
from .rules import After, Schema


class TermState(StrEnum):
    APPROVED = "approved"
    PROPOSED = "proposed"


class TermWords(Schema, kw_only=True):
    """A term in one language."""

    term: Text
    """The word itself, in its basic form. Example: learning circle"""
    plural: Text | None = None
    """The word when there are several. Example: learning circles"""
    variants: list[Text] = []
    """Other words that mean the same and may be used. Example: [study group]"""
    avoid: list[Text] = []
    """Words that a page should not use for this. Example: [course]"""
    region: dict[str, Text] = {}
    """What the same thing is called elsewhere, by country code. Example: {FI: lärcirkel}"""
    state: TermState = TermState.APPROVED
    """Whether the word is in use, or our suggestion that waits for a native reader. Example: proposed"""
    note: Text | None = None
    """What a writer should know about the word. Example: Write it in full every time."""
    definition: Annotated[Text, After(characters(15, 300))] | None = None
    """What the word means, in one sentence. Example: A group of adults who explore a shared question over several meetings."""


class FalseFriend(Schema, kw_only=True):
    """A word that readers of a neighbour language take for one of theirs, though it means something else."""

    language: LanguageCode
    """The language that the word belongs to. Example: sv"""
    word: Text
    """The word in its basic form. Example: rolig"""
    forms: list[Text] = []
    """Its other forms, as they stand in a text. Example: [roligt, roliga]"""
    means: dict[LanguageCode, Text]
    """What it means, in each language whose readers it misleads. Example: {da: sjov, nb: morsom}"""


class Glossary(Schema, kw_only=True):
    """Everything `docs/glossary.yml` may hold: the words of the handbook, in every language."""

    terms: dict[Slug, dict[LanguageCode, TermWords]] = {}
    """Each term's words, by the term's id and then by language.
    Example: {learning-circle: {en: {term: learning circle, plural: learning circles}}}"""
    false_friends: list[FalseFriend] = []
    """Words that look like a neighbour's and mean something else; those of a page are explained to readers who get it in
    a neighbour language. Example: [{language: sv, word: rolig, means: {da: sjov}}]"""
