"""How hard a text is to read: LIX for Danish, Swedish and Norwegian, and the longest sentences in any language.

LIX (Björnsson 1968) is the number of words per sentence plus the share, in per cent, of words longer than six
letters; below 30 is very easy, above 60 very hard. It was made for Swedish, so it is not computed for Finnish or
Icelandic. Both figures are advice, never a gate (quality rules).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .language import Language
from .markdown_source import without_code

LIX_LANGUAGES = frozenset({"da", "sv", "nb", "nn"})
LIX_ADVICE = 45
"""Above this a page is advised to be made easier."""
SENTENCE_WORDS = 25
"""A sentence with more words than this is called long."""

_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*\)")
_ATTRIBUTES = re.compile(r"\{[#:.][^{}\n]*\}")
_MARK = re.compile(r"[ \t]*(?:[-*+]|\d+[.)]|#{1,6}|>|\?\?\?\+?|!!!|\||\[\^[^\]\n]+\]:)[ \t]*")
"""What a line of Markdown may begin with before its words."""
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE_END = re.compile(r"([.!?:][\"”»')]*)[^\S\n][^\S\n\"”»')]*(?=\S)")
_PUNCTUATION = ".,;:!?…()[]\"'“”„’»«–—/%"


class Sentence(NamedTuple):
    text: str
    line: int
    """The line of the body on which it begins, counted from 1."""

    @property
    def words(self) -> int:
        return len(_words(self.text))

    @property
    def is_long(self) -> bool:
        """Whether it has more than `SENTENCE_WORDS` words."""
        return len(self.text) > 2 * SENTENCE_WORDS and len(self.text.split()) > SENTENCE_WORDS and self.words > SENTENCE_WORDS


def _words(text: str) -> list[str]:
    """Return what stands between spaces and has a letter in it."""
    return [word for word in text.split() if word.isalpha() or _LETTER.search(word)]


@lru_cache(maxsize=16)
def sentences(body: str) -> tuple[Sentence, ...]:
    """Return the sentences of a Markdown body. A line end ends a sentence, too: one sentence per line is our rule."""
    plain = _ATTRIBUTES.sub("", _LINK.sub(r"\1", without_code(body).replace("![", "[")))
    for sign in "*_`|":
        plain = plain.replace(sign, " ")
    found = []
    for number, line in enumerate(_SENTENCE_END.sub("\\1\0", plain).split("\n"), start=1):
        if not line[:1].isalpha() and (mark := _MARK.match(line)):
            line = line[mark.end():]
        found += [Sentence(text, number) for text in line.split("\0") if text[:1].isalpha() or _LETTER.search(text)]
    return tuple(found)


@lru_cache(maxsize=1024)
def word_count(body: str) -> int:
    """Return the number of words of a Markdown body."""
    return sum(sentence.words for sentence in sentences(body))


def lix(body: str, language: Language) -> int | None:
    """Return the LIX of a Markdown body, rounded; `None` for a language it does not fit or a text under 100 words."""
    if language not in LIX_LANGUAGES:
        return None
    read = sentences(body)
    words = _words("\n".join(sentence.text for sentence in read))
    if len(words) < 100:
        return None
    long = sum(len(word) > 6 and (word.isalpha() or len(word.strip(_PUNCTUATION)) > 6) for word in words)
    return round(len(words) / len(read) + 100 * long / len(words))
