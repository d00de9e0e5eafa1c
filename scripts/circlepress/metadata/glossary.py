"""The glossary: every term in every language, in one file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from .kinds import Schema, Slug, Text, characters


class TermState(StrEnum):
    APPROVED = "approved"
    PROPOSED = "proposed"


class TermWords(Schema):
    """A term in one language."""

    term: Text
    plural: Text | None = None
    variants: list[Text] = []
    avoid: list[Text] = []
    region: dict[str, Text] = {}
    """Country code to the word used there."""
    state: TermState = TermState.APPROVED
    note: Text | None = None
    definition: Annotated[Text, AfterValidator(characters(15, 300))] | None = None


class Glossary(Schema):
    """`docs/glossary.yml`."""

    terms: dict[Slug, dict[str, TermWords]] = {}
