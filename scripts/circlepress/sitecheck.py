"""What is not wrong but worth a look on every page: link texts, review dates, words to avoid, length, readability.

`validate` hands the finished catalogue over; everything here is a warning or advice and leaves nothing out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from . import markdown_source
from .catalogue import Catalogue, Kind, Material, Version
from .language import Language
from .metadata import Glossary
from .parity import differences
from .problem import Place, Problem, Severity
from .readability import LIX_ADVICE, SENTENCE_WORDS, lix, sentences, word_count
from .source import Settings

REVIEW_MONTHS = 24
"""A guide that nobody has read through for this long is due."""
STATEMENT_DAYS = 365
"""How long a statement on accessibility holds before someone should look at it again."""
GUIDE_WORDS = 1200
"""A guide with more words than this is long."""

_EMPTY_LINK_TEXTS: Mapping[Language, frozenset[str]] = {
    "da": frozenset({"her", "læs mere", "læs her", "klik her", "se mere", "link", "mere"}),
    "sv": frozenset({"här", "läs mer", "läs här", "klicka här", "se mer", "länk", "mer"}),
    "nb": frozenset({"her", "les mer", "les her", "klikk her", "se mer", "lenke", "mer"}),
    "nn": frozenset({"her", "les meir", "klikk her", "sjå meir", "lenkje", "meir"}),
    "fi": frozenset({"tästä", "täältä", "lue lisää", "klikkaa tästä", "linkki", "lisää"}),
    "is": frozenset({"hér", "hérna", "lesa meira", "meira", "smelltu hér", "tengill"}),
    "fo": frozenset({"her", "les meira", "meira"}),
    "en": frozenset({"here", "read more", "click here", "see more", "link", "more", "this"}),
}
"""Link texts that say nothing by themselves (WCAG 2.4.4, 2.4.9)."""


def look_at_pages(materials: Iterable[Material], glossary: Glossary, today: date) -> list[Problem]:
    """Return warnings and advice for pages of the handbook or a circle."""
    avoided = {language: _avoided_words(glossary, language) for language in _EMPTY_LINK_TEXTS}
    problems: list[Problem] = []
    for material in materials:
        for version in material.version_by_language.values():
            problems += _link_texts(version)
            problems += _words_to_avoid(version, avoided.get(version.language, {}))
            problems += _reading_ease(material, version)
            problems += _parity(material, version)
        problems += _review(material, today)
    return problems


def look_at_statement(settings: Settings, today: date) -> list[Problem]:
    """Return a warning when nobody has looked at the statement on accessibility for a year, as public bodies in Denmark have to (WAS-Tool)."""
    statement = settings.accessibility
    if statement is None or (today - statement.updated).days <= STATEMENT_DAYS:
        return []
    return [Problem(Place("mkdocs.yml"), "old-statement", f"nobody has looked at the statement on accessibility since {statement.updated}.",
                    "See whether it still holds, and write today's date under circlepress, accessibility, updated.", Severity.WARNING)]


def _link_texts(version: Version) -> Iterator[Problem]:
    empty = _EMPTY_LINK_TEXTS.get(version.language, frozenset())
    for link in markdown_source.links(version.body):
        text = re.sub(r"[*_`]", "", link.text).strip().rstrip(".…:").casefold()
        if not link.is_image and text in empty:
            line, column = markdown_source.line_and_column(version.body, link.start)
            yield Problem(version.source.body_place(line, column), "link-text", f"the link text {link.text!r} does not say where it leads.",
                          "Write the title of the page, or what one finds there.", Severity.WARNING)


def _avoided_words(glossary: Glossary, language: Language) -> dict[str, str]:
    """Return words the glossary asks us to avoid in a language, each with the word to use instead."""
    return {word.casefold(): words[language].term for words in glossary.terms.values() if language in words
            for word in words[language].avoid}


def _words_to_avoid(version: Version, instead: Mapping[str, str]) -> Iterator[Problem]:
    if not instead:
        return
    pattern = re.compile(r"(?<!\w)(" + "|".join(re.escape(word) for word in sorted(instead, key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE)
    for match in pattern.finditer(markdown_source.without_code(version.body)):
        line, column = markdown_source.line_and_column(version.body, match.start())
        yield Problem(version.source.body_place(line, column), "avoided-word", f"the glossary asks us not to write {match[0]!r}.",
                      f"Write {instead[match[0].casefold()]!r}.", Severity.WARNING)


@lru_cache(maxsize=1024)
def _reading_of(body: str, language: Language) -> tuple[tuple[tuple[int, int], ...], int | None]:
    """Return line and number of words of each long sentence, and the LIX."""
    return tuple((one.line, one.words) for one in sentences(body) if one.is_long), lix(body, language)


def _reading_ease(material: Material, version: Version) -> Iterator[Problem]:
    long_sentences, score = _reading_of(version.body, version.language)
    for line, number in long_sentences:
        yield Problem(version.source.body_place(line), "long-sentence", f"a sentence of {number} words.",
                      f"Sentences of at most {SENTENCE_WORDS} words are easier to follow; make two of it.", Severity.ADVICE)
    if score is not None and score > LIX_ADVICE:
        yield Problem(Place(version.source.path), "hard-to-read", f"the text has LIX {score}; {LIX_ADVICE} or less is easier to read.",
                      "Use shorter words and shorter sentences.", Severity.ADVICE)
    if material.kind is Kind.GUIDE and (words := word_count(version.body)) > GUIDE_WORDS:
        yield Problem(Place(version.source.path), "long-page", f"the guide has {words:,} words; readers manage about {GUIDE_WORDS:,}.",
                      "Split it, or leave something out.", Severity.WARNING)


def _parity(material: Material, version: Version) -> Iterator[Problem]:
    source = material.version_by_language.get(version.translation.of) if version.translation else None
    if source is None or source is version:
        return
    for section, said, is_number in differences(version, source):
        name = f"the section {section.id!r}" if section.level else "the text before the first heading"
        yield Problem(version.source.body_place(section.line), "translation-differs", f"{name} does not have what its source in {source.language} has: {said}.",
                      f"Compare it with {source.source.path}; write figures where the source has figures.", Severity.ADVICE if is_number else Severity.WARNING)


def _review(material: Material, today: date) -> Iterator[Problem]:
    reviewed = getattr(material.facts, "reviewed", None)
    if reviewed and (today.year - reviewed.year) * 12 + today.month - reviewed.month >= REVIEW_MONTHS:
        source = material.version_by_language[material.original].source
        yield Problem(source.place(("reviewed",)), "review-due", f"nobody has read this page through since {reviewed}.",
                      f"Read it, mend it, and write today's date; {REVIEW_MONTHS} months is the limit.", Severity.WARNING)


def statements_covered(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return, for each of the model's statements S01 to S40, the references of the pages that cover it."""
    covered: dict[str, list[str]] = {f"S{number:02}": [] for number in range(1, 41)}
    for reference, material in sorted(catalogue.material_by_reference.items()):
        for statement in getattr(material.facts, "covers", []):
            covered[statement].append(reference)
    return covered
