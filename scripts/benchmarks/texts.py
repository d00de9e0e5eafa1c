"""The texts that everything here is measured on: made-up sentences of real words, in six languages, for any number of circles.

What comes out are pages of blocks (paragraphs, boxes, tables …) without any markup, so that each program gets the same
words in its own dialect. A page has about 700 words, the same structure in all languages, and the same text on every
machine: each page draws from a random stream of its own, named after it.
"""

from __future__ import annotations

import posixpath
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS: dict[str, dict] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
LANGUAGES = tuple(WORDS)
"""The first one is the default language, in which every page exists."""
COVERAGE = 0.85
"""The share of the other translations that exist."""
CIRCLES_BY_SIZE = {"S": 10, "M": 50, "L": 300}
SESSIONS = 7
"""A circle has a welcome and so many sessions."""
HANDBOOK = {"guides": 22, "themes": 5, "methods": 8, "checklists": 4}
"""Pages by folder; with the front page they are 40."""
_SENTENCES = 4000
"""How many different sentences a language has; pages choose among them."""
_FACILITATOR, _AFTER = 8, 9
"""The places of two headings in `words.toml` that sessions treat in their own way."""


@dataclass(frozen=True)
class Page:
    site: str
    """"handbook", or the id of a circle."""
    path: str
    """Below its site, without language and ending: "index", "guides/page-07", "sessions/03-meet"."""
    number: int
    """Its place within its site, from 0."""

    @property
    def is_front(self) -> bool:
        return self.path == "index"

    def path_from(self, other: Page) -> str:
        """Return the way from another page of the same site to this one."""
        return posixpath.relpath(self.path, posixpath.dirname(other.path) or ".")


@dataclass(frozen=True)
class Content:
    """What is built: the handbook and so many circles, in these languages."""

    circles: int
    languages: tuple[str, ...] = LANGUAGES

    def sites(self) -> Iterator[tuple[str, list[Page]]]:
        """Yield the handbook, then each circle, with its pages."""
        handbook = [Page("handbook", "index", 0)]
        for folder, count in HANDBOOK.items():
            handbook += [Page("handbook", f"{folder}/page-{number:02}", len(handbook) + number - 1) for number in range(1, count + 1)]
        yield "handbook", handbook
        for number in range(self.circles):
            circle = f"circle-{number:05}"
            sessions = [Page(circle, f"sessions/{session:02}-meet", session) for session in range(1, SESSIONS + 1)]
            yield circle, [Page(circle, "index", 0), *sessions]

    def pages(self) -> int:
        """Return the number of pages, each counted in each language whether or not it is translated: the common unit."""
        return (1 + sum(HANDBOOK.values()) + self.circles * (1 + SESSIONS)) * len(self.languages)


# --- blocks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Paragraph:
    sentences: list[str]


@dataclass(frozen=True)
class Box:
    kind: str
    """note, tip, warning or example."""
    title: str
    """Empty for the title that comes with the kind."""
    sentences: list[str]
    is_folded: bool


@dataclass(frozen=True)
class Tasks:
    items: list[tuple[bool, str]]


@dataclass(frozen=True)
class Points:
    items: list[str]
    are_numbered: bool


@dataclass(frozen=True)
class Quote:
    sentence: str


@dataclass(frozen=True)
class Table:
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class SeeAlso:
    sentence: str
    label: str
    page: Page
    title: str


Block = Heading | Paragraph | Box | Tasks | Points | Quote | Table | SeeAlso


# --- pages ----------------------------------------------------------------------------------------------------------


def is_translated(page: Page, language: str) -> bool:
    """Say whether the page exists in the language; in the default language it always does."""
    return language == LANGUAGES[0] or random.Random(f"{page.site}/{page.path} {language} exists").random() < COVERAGE


def site_title(site: str, language: str) -> str:
    words = WORDS[language]
    if site == "handbook":
        return words["handbook"]
    stream = random.Random(f"{site} topic")
    first, last = stream.random(), stream.random()
    return f"{words['circle']} {_at(words['first_parts'], first)}{words['joint']}{_at(words['last_parts'], last)}"


def title(page: Page, language: str) -> str:
    pages = WORDS[language]["pages"]
    return site_title(page.site, language) if page.is_front else f"{pages[page.number % len(pages)]} {page.number}"


def summary(page: Page, language: str) -> str:
    return random.Random(f"{page.site}/{page.path} {language} summary").choice(_plain_sentences(language))


def blocks(page: Page, siblings: list[Page], language: str) -> list[Block]:
    """Return the page's blocks in one language; the heading of level 1 is its title."""
    words = WORDS[language]
    shape = random.Random(f"{page.site}/{page.path} shape")  # the same in all languages
    stream = random.Random(f"{page.site}/{page.path} {language}")

    def some(least: int, most: int) -> list[str]:
        return stream.choices(_sentences(language), k=shape.randint(least, most))

    def short() -> str:
        return stream.choice(_short(language))

    found: list[Block] = [Heading(1, title(page, language), ""), Paragraph(some(3, 4)), Box("note", "", some(1, 2), False)]
    order = list(range(len(words["headings"])))
    shape.shuffle(order)
    for section in range(shape.randint(4, 6)):
        heading = order[section]
        name = {_FACILITATOR: "facilitator", _AFTER: "after"}.get(heading, f"section-{section + 1}")
        found += [Heading(2, words["headings"][heading], name), Paragraph(some(3, 6))]
        kind = shape.random()
        if kind < 0.22:
            found.append(Tasks([(shape.random() < 0.2, short()) for _ in range(shape.randint(4, 7))]))
        elif kind < 0.40:
            box, has_title, is_folded = shape.choice(list(words["boxes"])), shape.random() < 0.7, shape.random() < 0.4
            found.append(Box(box, words["boxes"][box] if has_title else "", some(1, 3), is_folded))
        elif kind < 0.55:
            found.append(Table(words["columns"], [
                [f"{(row + 1) * 10} {words['minutes']}", short(), words["people"][shape.randrange(4)], _noun(stream, language)]
                for row in range(shape.randint(3, 6))]))
        elif kind < 0.70:
            found.append(Points(some(3, 5), shape.random() < 0.5))
        elif kind < 0.80:
            found += [Quote(*some(1, 1)), Paragraph(some(2, 4))]
        else:
            found += [Heading(3, _noun(stream, language).capitalize(), f"section-{section + 1}-more"), Paragraph(some(3, 6))]
        if shape.random() < 0.5:
            other = siblings[shape.randrange(len(siblings))]
            found.append(SeeAlso(*some(1, 1), words["see_also"], other, title(other, language)))
    following = siblings[(page.number + 1) % len(siblings)]
    return [*found, Heading(2, words["checklist"], "checklist"), Tasks([(False, short()) for _ in range(5)]),
            SeeAlso(*some(1, 1), words["see_also"], following, title(following, language))]


# --- sentences ------------------------------------------------------------------------------------------------------


@cache
def _sentences(language: str) -> list[str]:
    stream = random.Random(f"{language} sentences")
    found = []
    for _ in range(_SENTENCES):
        words = _clause(stream, language)
        if stream.random() < 0.55:
            words[-1] += ","
            words += [_pick(stream, WORDS[language]["connectives"]), *_clause(stream, language)]
        if stream.random() < 0.1 and words[place := stream.randrange(len(words))].isalpha():
            words[place] = f"**{words[place]}**" if stream.random() < 0.6 else f"*{words[place]}*"
        text = " ".join(words)
        found.append(f"{text[0].upper()}{text[1:]}.")
    return found


@cache
def _plain_sentences(language: str) -> list[str]:
    """Return sentences without emphasis that fit where metadata want between 20 and 200 characters."""
    return [sentence for sentence in _sentences(language) if "*" not in sentence and 30 <= len(sentence) <= 180]


@cache
def _short(language: str) -> list[str]:
    stream = random.Random(f"{language} short")
    found = [" ".join(_clause(stream, language)[:5]) for _ in range(_SENTENCES // 4)]
    return [text[0].upper() + text[1:] for text in found if 10 <= len(text) <= 140]


def _clause(stream: random.Random, language: str) -> list[str]:
    words = WORDS[language]
    found = [_pick(stream, words["determiners"])]
    if stream.random() < 0.6:
        found.append(_pick(stream, words["adjectives"]))
    found += [_noun(stream, language), _pick(stream, words["verbs"])]
    if stream.random() < 0.5:
        found.append(_pick(stream, words["adverbs"]))
    found += [_pick(stream, words["connectives"]), _pick(stream, words["determiners"])]
    if stream.random() < 0.4:
        found.append(_pick(stream, words["adjectives"]))
    return [*found, _noun(stream, language)]


def _noun(stream: random.Random, language: str) -> str:
    words = WORDS[language]
    if stream.random() < 0.62:
        return _pick(stream, words["first_parts"]) + words["joint"] + _pick(stream, words["last_parts"])
    return _pick(stream, words["last_parts"])


def _pick(stream: random.Random, words: str) -> str:
    """Choose a word; those in front are commoner, roughly as in Zipf's law."""
    return _at(words, stream.random() ** 1.7)


def _at(words: str, share: float) -> str:
    """Return the word that stands at this share (0 to below 1) of a list."""
    return (listed := _listed(words))[int(len(listed) * share)]


@cache
def _listed(words: str) -> list[str]:
    return words.split()
