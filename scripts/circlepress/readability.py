"""How hard a text is to read: LIX for Danish, Swedish and Norwegian, and the longest sentences in any language.

LIX (Björnsson 1968) is the number of words per sentence plus the share, in per cent, of words longer than six
letters; below 30 is very easy, above 60 very hard. It was made for Swedish, so it is not computed for Finnish or
Icelandic. Both figures are advice, never a gate (quality rules).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .language import Language
from .markdown_source import without_code

LIX_LANGUAGES = frozenset({"da", "sv", "nb", "nn"})
LIX_ADVICE = 45
"""Above this a page is advised to be made easier."""
SENTENCE_WORDS = 25
"""A sentence with more words than this is called long."""

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ATTRIBUTES = re.compile(r"\{[#:.][^}]*\}")
_MARKS = re.compile(r"^\s*(?:[-*+]|\d+[.)]|#{1,6}|>|\?\?\?\+?|!!!|\||\[\^[^\]]+\]:)\s*|[*_`|]", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?:])[\s\"”»')]+(?=\S)")


@dataclass(frozen=True)
class Sentence:
    text: str
    words: int
    line: int
    """The line of the body on which it begins, counted from 1."""


def sentences(body: str) -> list[Sentence]:
    """Return the sentences of a Markdown body. A line end ends a sentence, too: one sentence per line is our rule."""
    found = []
    for number, line in enumerate(without_code(body).split("\n"), start=1):
        plain = _MARKS.sub(" ", _ATTRIBUTES.sub("", _LINK.sub(r"\1", line)))
        for sentence in _SENTENCE_END.split(plain):
            words = len(_WORD.findall(sentence))
            if words:
                found.append(Sentence(" ".join(sentence.split()), words, number))
    return found


def lix(body: str, language: Language) -> int | None:
    """Return the LIX of a Markdown body, rounded; `None` for a language it does not fit or a text under 100 words."""
    if language not in LIX_LANGUAGES:
        return None
    read = sentences(body)
    words = [word for sentence in read for word in _WORD.findall(sentence.text)]
    if len(words) < 100:
        return None
    return round(len(words) / len(read) + 100 * sum(len(word) > 6 for word in words) / len(words))
