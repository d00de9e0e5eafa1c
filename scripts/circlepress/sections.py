"""The sections of a page, by the ids of their headings, and a stamp for what each says.

A stamp is made of a section's words alone: its heading and what stands below it, up to the next heading. Line ends, breaks
between lines, the section's id and its place on the page do not count, so that a page may be moved about without a
translator being called.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from .catalogue import Version
from .markdown_source import headings

META = "meta"
"""Stands for the words of the metadata where others stand for headings."""
INTRO = "intro"
"""Stands for the text before the first heading."""

_HEADING_ID = re.compile(r"[ \t]*\{:?[^{}]*\}[ \t]*#*[ \t]*$")


class Section(Struct, frozen=True):
    id: str
    """The heading's id, `INTRO`, or nothing for a heading without one."""
    title: str
    level: int
    """Of the heading; 0 for the text before the first."""
    text: str
    """The section as it was typed, its heading included."""
    line: int
    """The line of the body on which it begins, counted from 1."""

    @property
    def stamp(self) -> str:
        """Eight hexadecimal digits that stand for the words."""
        heading, _, rest = self.text.partition("\n")
        return _stamp(f"{_HEADING_ID.sub('', heading)}\n\n{rest}" if self.level else self.text)


@lru_cache(maxsize=256)
def sections(body: str) -> tuple[Section, ...]:
    """Return the sections of a Markdown body in order; text before the first heading is one when there is any."""
    lines, found = body.split("\n"), headings(body)
    starts = [heading.line for heading in found] + [len(lines) + 1]
    before = "\n".join(lines[: starts[0] - 1])
    result = [Section(INTRO, "", 0, before, 1)] if before.strip() else []
    for heading, end in zip(found, starts[1:], strict=True):
        result.append(Section(heading.id, heading.title, heading.level, "\n".join(lines[heading.line - 1: end - 1]), heading.line))
    return tuple(result)


def meta_words(version: Version) -> dict[str, object]:
    """Return the words of a page's metadata: texts, lists and maps of texts, without the facts they stand among."""
    found: dict[str, object] = {"title": version.title} | ({"summary": version.summary} if version.summary else {})
    for key, value in version.words.items():
        if key == "items" and isinstance(value, list):  # an original's, with facts
            value = {item["id"]: item.get("text", "") for item in value if isinstance(item, Mapping) and "id" in item}
        elif key == "agenda" and isinstance(value, list):
            value = [block.get("title", "") if isinstance(block, Mapping) else "" for block in value]
        if value:
            found[key] = value
    return found


def stamps(version: Version) -> dict[str, str]:
    """Return the stamp of each section of a page, and under `META` that of the words in its metadata."""
    return {META: _stamp(json.dumps(meta_words(version), ensure_ascii=False, sort_keys=True))} | _stamps_of(version.body)


@lru_cache(maxsize=512)
def _stamps_of(body: str) -> dict[str, str]:
    return {section.id: section.stamp for section in sections(body) if section.id}


def _stamp(text: str) -> str:
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", unicodedata.normalize("NFC", text)))
    return hashlib.blake2b("\n\n".join(filter(None, paragraphs)).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
