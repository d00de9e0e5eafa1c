"""Looks at Markdown as it was written, where there is still a line to name: headings, links, raw HTML, placeholders.

Code blocks and code spans are blanked out first, so that an example of a mistake is not a mistake. Positions are kept,
which lets `staging.py` rewrite a link in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

_KEPT = 512
"""So many texts are remembered with what was found in them: more than a handbook has pages, so that `serve` need not look again."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)$")
_HEADING_ATTRIBUTES = re.compile(r"\{:?([^{}]*)\}$")
_INLINE_LINK = re.compile(  # possessive and bounded where a hostile text could make it search for minutes
    r"\[(?P<text>(?:[^\[\]\\]|\\.|!\[[^\[\]]*\]\([^()\s]*\)){0,499})\]"
    r"\(\s*+(?P<target><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_LINK_DEFINITION = re.compile(r"^ {0,3}\[(?P<text>[^\]\n^]+)\]:[ \t]*(?P<target><[^<>\n]*>|\S+)", re.MULTILINE)
_RAW_HTML = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])|!|\?)")
_SET_IN = re.compile(r"\n(?: {4}|\t)[^\n]*")
_NOT_RUNNING = re.compile(r"\n(?:(?:#|!!!|\?\?\?)[^\n]*|[^\n\[\]<`\\{}|]*[\[\]<`\\{}|][^\n]*|[^\n]*\n(?:=+|-+) *(?=\n|\Z))")
"""A line that is, or may be, something else than running text: a heading, a table, code, the title of a box, odd markup.

Like the one before, it begins with the end of the line above: Python finds a sign it knows much sooner than a beginning.
"""
_STEP = re.compile(r"^[0-9]{1,3}[.)][ \t]+(.*)$")
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|(?<!\w)_{1,3})(?=\S)(.{1,300}?)(?<=[^\s\\])\1")
_LEADING_TIME = re.compile(r"^\*\*([^*]+)\*\*[ \t]*(.*)$", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{([^{}\n]*)\}\}")


class Heading(Struct, frozen=True):
    level: int
    title: str
    id: str
    """The explicit id, empty when none is written."""
    line: int
    """The line in the body, counted from 1."""


class Link(Struct, frozen=True):
    target: str
    is_image: bool
    text: str
    start: int
    """Where the target begins in the body, in characters."""
    end: int


class Mark(Struct, frozen=True):
    """Something found at a place of the body."""

    text: str
    line: int
    column: int


@lru_cache(maxsize=_KEPT)
def without_code(body: str) -> str:
    """Return the body with every character of code replaced by a space; line ends stay."""
    if "`" not in body and "~~~" not in body:
        return body
    lines = body.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1][0] == fence[0] and len(opening[1]) >= len(fence) and not line.strip(" `~"):
                fence = ""
            lines[number] = " " * len(line)
        elif opening:
            fence = opening[1]
            lines[number] = " " * len(line)
    return _CODE_SPAN.sub(_blank, "\n".join(lines))


def running_text(body: str) -> str:
    """Return the body with a space for every character that is not surely running text; line ends stay.

    Links and code are left out, and whole lines that hold another sign with a meaning, or are set in: there, a word
    cannot become a link without a closer look.
    """
    text = without_code(_SET_IN.sub(_blank, "\n" + body))
    if "](" in text:
        text = _INLINE_LINK.sub(_blank, text)
    return _NOT_RUNNING.sub(_blank, text)[1:]


def _blank(match: re.Match) -> str:
    return "\n".join([" " * len(line) for line in match[0].split("\n")])


@lru_cache(maxsize=_KEPT)
def headings(body: str) -> tuple[Heading, ...]:
    """Return the headings written with number signs, in order."""
    found = []
    for number, line in enumerate(without_code(body).split("\n"), start=1):
        if line[:1] != "#" or not (match := _HEADING.match(line)):
            continue
        title = match[2].rstrip(" \t").rstrip("#").rstrip(" \t")
        attributes = _HEADING_ATTRIBUTES.search(title)
        identifier = ""
        if attributes:
            title = title[: attributes.start()]
            identifier = next((word[1:] for word in attributes[1].split() if word.startswith("#")), "")
        found.append(Heading(len(match[1]), title.strip(), identifier, number))
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def links(body: str) -> tuple[Link, ...]:
    """Return inline links and images and link definitions, in order of their place."""
    return tuple(_links(body))


def _links(body: str) -> Iterator[Link]:
    text = without_code(body)
    if "](" not in text and "]:" not in text:
        return
    matches = [*_INLINE_LINK.finditer(text), *_LINK_DEFINITION.finditer(text)]
    for match in sorted(matches, key=lambda match: match.start("target")):
        target, start, end = match["target"], match.start("target"), match.end("target")
        if target.startswith("<"):
            target, start, end = target[1:-1], start + 1, end - 1
        image = match.re is _INLINE_LINK and text.startswith("!", match.start() - 1) and match.start() > 0
        yield Link(target, image, match["text"], start, end)
        inner = match["text"]
        if "](" in inner:  # a picture inside a link
            for nested in links(inner):
                offset = match.start("text")
                yield Link(nested.target, nested.is_image, nested.text, nested.start + offset, nested.end + offset)


def raw_html(body: str) -> list[Mark]:
    """Return each place where HTML is written (addresses in angle brackets are not HTML)."""
    text = without_code(body)
    return [Mark(match[0], *line_and_column(body, match.start())) for match in _RAW_HTML.finditer(text)]


def placeholders(text: str) -> list[Mark]:
    """Return the placeholders of a template, `{{circle.title}}` being `circle.title`."""
    return [Mark(match[1].strip(), *line_and_column(text, match.start())) for match in _PLACEHOLDER.finditer(text)]


def fill_placeholders(text: str, value_by_name: dict[str, str]) -> str:
    """Return the text with each known placeholder replaced; unknown ones stay as typed."""
    return _PLACEHOLDER.sub(lambda match: value_by_name.get(match[1].strip(), match[0]), text)


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Return the line and column, both counted from 1, of a position in characters."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def split_sections(body: str) -> list[tuple[str, str]]:
    """Split a body at its level-2 headings: pairs of heading id (or empty) and the text with its heading.

    The first pair, with an empty id, is what stands before the first heading.
    """
    starts = [(heading.line, heading.id) for heading in headings(body) if heading.level == 2]
    lines = body.split("\n")
    pieces = [("", "\n".join(lines[: starts[0][0] - 1 if starts else len(lines)]))]
    for index, (line, identifier) in enumerate(starts):
        end = starts[index + 1][0] - 1 if index + 1 < len(starts) else len(lines)
        pieces.append((identifier, "\n".join(lines[line - 1: end])))
    return pieces


def numbered_steps(body: str) -> list[tuple[str, str]]:
    """Return the first numbered list of a text: each step's first words when they stand in bold, such as its minutes, and the rest as plain text."""
    steps: list[list[str]] = []
    for line in body.split("\n"):
        if match := _STEP.match(line):
            steps.append([match[1]])
        elif steps and line.startswith(("  ", "\t")):
            steps[-1].append(line.strip().lstrip("-*+ ") if line.strip()[:2] in ("- ", "* ", "+ ") else line.strip())
        elif steps and line.strip():
            break
    found = []
    for step in steps:
        text = " ".join(filter(None, step))
        leading = _LEADING_TIME.match(text)
        found.append((plain_text(leading[1]), plain_text(leading[2])) if leading and leading[2] else ("", plain_text(text)))
    return found


def plain_text(markdown: str) -> str:
    """Return a line of Markdown without its signs: links as their text, emphasis as the words, pictures as what they show."""
    text = _INLINE_LINK.sub(lambda match: match["text"], markdown.replace("![", "[").replace("`", ""))
    for _ in range(2):
        text = _EMPHASIS.sub(lambda match: match[2], text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!-])", r"\1", text).strip()
