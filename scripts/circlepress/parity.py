"""Whether a translation has what its source has: steps and items, links, pictures, and every number that is written in figures.

Words differ from language to language; these do not. Looked at section by section, and only where the translation is said to be
of the source as it is now.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from .catalogue import Version
from .freshness import State, compare
from .markdown_source import without_code
from .sections import Section, sections

_ITEM = re.compile(r"^[ \t]*(?:[-*+]|[0-9]{1,3}[.)])[ \t]", re.MULTILINE)
_INLINE = re.compile(r"(!?)\[[^\[\]]*\]\(([^()\s]*)[^()]*\)")
_NUMBER = re.compile(r"[0-9]+")
_ADDRESS = re.compile(r"\]\([^()]*\)|\{[^{}\n]*\}|https?://\S+")
_LIST_NUMBER = re.compile(r"^[ \t]*[0-9]{1,3}[.)][ \t]", re.MULTILINE)


def differences(version: Version, source: Version) -> Iterator[tuple[Section, str, bool]]:
    """Yield each section of a translation that differs from its source in what no language changes, a phrase that says how, and
    whether it is only a number, which may as well be written out in letters."""
    if not version.translation.sections or _facts(version.body) == _facts(source.body):
        return  # as nearly always, and much quicker than section by section
    current = {section.id for section in compare(version, source) if section.state is State.CURRENT}
    theirs = {section.id: section for section in sections(source.body) if section.id in current}
    for section in sections(version.body):
        if model := theirs.get(section.id):
            for said, is_number in _said(_facts(section.text), _facts(model.text)):
                yield section, said, is_number


@lru_cache(maxsize=512)
def _facts(text: str) -> tuple[int, Counter, Counter, Counter]:
    """Return the number of list items, where links lead, which pictures there are, and the numbers."""
    plain = without_code(text)
    links, pictures = Counter(), Counter()
    for sign, target in _INLINE.findall(plain):
        (pictures if sign else links)[_without_language(target)] += 1
    bare = _LIST_NUMBER.sub("", _ADDRESS.sub("", plain))
    return len(_ITEM.findall(plain)), links, pictures, Counter(number.lstrip("0") or "0" for number in _NUMBER.findall(bare))


def _said(own: tuple, model: tuple) -> Iterator[tuple[str, bool]]:
    if own[0] != model[0]:
        yield f"{_many(own[0], 'step or item', 'steps or items')} where the source has {model[0]}", False
    for place, what in ((1, "link"), (2, "picture"), (3, "number")):
        missing, extra = model[place] - own[place], own[place] - model[place]
        if missing or extra:
            parts = [f"{what} {' and '.join(sorted({_quotable(value) for value in values}))} {verb}" for values, verb in ((missing, "is missing"), (extra, "is not in the source")) if values]
            yield ", ".join(parts), place == 3


def _quotable(value: str) -> str:
    """Return a value for a message; a long number may be somebody's, and reports are public."""
    return value if not value.isdigit() or len(value) < 4 else "of more than three digits"


def _without_language(target: str) -> str:
    """Return a link's target with nothing in it that a translation may change."""
    return re.sub(r"\.[a-z]{2}\.md", ".md", target)


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
