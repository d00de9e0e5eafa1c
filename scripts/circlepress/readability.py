"""How hard a text is to read: LIX for Danish, Swedish and Norwegian, and the longest sentences in any language.

LIX (Björnsson 1968) is the number of words per sentence plus the share, in per cent, of words longer than six
letters; below 30 is very easy, above 60 very hard. It was made for Swedish, so it is not computed for Finnish or
Icelandic. Both figures are advice, never a gate (quality rules).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .language import Language
from .markdown_source import without_code

LIX_LANGUAGES = frozenset({"da", "sv", "nb", "nn"})
LIX_ADVICE = 45
"""Above this a page is advised to be made easier."""
SENTENCE_WORDS = 25
"""A sentence with more words than this is called long."""

_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_ATTRIBUTES = re.compile(r"\{[#:.][^{}\n]*\}")
_MARKS = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)]|#{1,6}|>|\?\?\?\+?|!!!|\||\[\^[^\]\n]+\]:)[ \t]*|[*_`|]", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?:])[\s\"”»')]+(?=\S)")


@dataclass(frozen=True)
class Sentence:
    text: str
    line: int
    """The line of the body on which it begins, counted from 1."""

    @property
    def words(self) -> int:
        return len(_WORD.findall(self.text))

    @property
    def is_long(self) -> bool:
        """Whether it has more than `SENTENCE_WORDS` words. So many words are at least twice as many characters."""
        return len(self.text) > 2 * SENTENCE_WORDS and self.words > SENTENCE_WORDS


@lru_cache(maxsize=16)
def sentences(body: str) -> tuple[Sentence, ...]:
    """Return the sentences of a Markdown body. A line end ends a sentence, too: one sentence per line is our rule."""
    plain = _MARKS.sub(" ", _ATTRIBUTES.sub("", _LINK.sub(r"\1", without_code(body))))
    return tuple(Sentence(sentence, number) for number, line in enumerate(plain.split("\n"), start=1) if line.strip()
                 for sentence in _SENTENCE_END.split(line) if _WORD.search(sentence))


def word_count(body: str) -> int:
    """Return the number of words of a Markdown body."""
    return len(_WORD.findall("\n".join(sentence.text for sentence in sentences(body))))


def lix(body: str, language: Language) -> int | None:
    """Return the LIX of a Markdown body, rounded; `None` for a language it does not fit or a text under 100 words."""
    if language not in LIX_LANGUAGES:
        return None
    read = sentences(body)
    words = _WORD.findall("\n".join(sentence.text for sentence in read))
    if len(words) < 100:
        return None
    long = sum(len(word) > 6 for word in words)
    return round(len(words) / len(read) + 100 * long / len(words))
