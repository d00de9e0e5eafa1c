"""Languages, their own names, the chains in which readers are offered others, and text in several languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

Language = str
"""A language code of BCP 47 as circlepress knows it: two lower-case letters, for example `nb`."""

OWN_NAME: dict[Language, str] = {
    "da": "dansk", "sv": "svenska", "nb": "norsk bokmål", "nn": "norsk nynorsk", "fi": "suomi",
    "is": "íslenska", "fo": "føroyskt", "kl": "kalaallisut", "se": "davvisámegiella", "en": "English",
}
"""What each language calls itself; languages are always named so, and never shown as flags."""

DEFAULT_CHAIN: dict[Language, tuple[Language, ...]] = {
    "da": ("nb", "sv", "en"),
    "sv": ("nb", "da", "en"),
    "nb": ("da", "sv", "en"),
    "nn": ("nb", "da", "sv", "en"),
    "fi": ("sv", "en", "da"),
    "is": ("da", "en", "nb", "sv"),
    "fo": ("da", "nb", "en", "sv"),
    "kl": ("da", "en", "nb"),
    "se": ("nb", "sv", "fi", "en"),
    "en": ("da", "sv", "nb"),
}
"""The languages a reader is offered, in order, when a text is missing in theirs (`fallback:` in mkdocs.yml changes it)."""

COMMON_SLIPS = {
    "no": "Norwegian is 'nb' (bokmål) or 'nn' (nynorsk).",
    "dk": "Danish is 'da'; 'dk' is the country.",
    "se": "Swedish is 'sv'; 'se' is Northern Sámi.",
    "gb": "English is 'en'.",
    "gl": "Greenlandic is 'kl'; 'gl' is the country.",
}
"""What people write and what they mean, for hints."""


class Words(Struct, frozen=True):
    """A text and the language it is in."""

    text: str
    language: Language


Localised = Mapping[Language, str]
"""The same text by language."""


def choose(available: Sequence[Language] | Mapping[Language, object], asked_for: Language,
           chain: Sequence[Language], original: Language | None = None) -> Language | None:
    """Return the language to show a reader: theirs, else the first of the chain, else the original, else any.

    `available` holds the languages a text exists in. Returns `None` when it exists in none.
    """
    for language in (asked_for, *chain, *((original,) if original else ())):
        if language in available:
            return language
    return min(available, default=None)


def words_for(localised: Localised, asked_for: Language, chain: Sequence[Language]) -> Words | None:
    """Return the best version of a localised text for a reader, or `None` when there is none."""
    language = choose(localised, asked_for, chain)
    return Words(localised[language], language) if language is not None else None
