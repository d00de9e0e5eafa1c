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
_LONG_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_](?:[^\W\d_]|[-'’](?=[^\W\d_])){6,}")
_STOPS = str.maketrans(dict.fromkeys(".,;:!?()\"»«”“…", " "))
_SENTENCE_END = re.compile(r"(?<=[.!?:])[\s\"”»')]+(?=\S)")


@dataclass(frozen=True)
class Sentence:
    text: str
    words: int
    line: int
    """The line of the body on which it begins, counted from 1."""


@lru_cache(maxsize=16)
def sentences(body: str) -> tuple[Sentence, ...]:
    """Return the sentences of a Markdown body. A line end ends a sentence, too: one sentence per line is our rule."""
    plain = _MARKS.sub(" ", _ATTRIBUTES.sub("", _LINK.sub(r"\1", without_code(body))))
    return tuple(Sentence(sentence, words, number) for number, line in enumerate(plain.split("\n"), start=1) if line.strip()
                 for sentence in _SENTENCE_END.split(line) if (words := _count(sentence)))


def _count(sentence: str) -> int:
    """Return the number of words; where there are only letters and full stops and the like, spaces tell it."""
    parts = sentence.translate(_STOPS).split()
    return len(parts) if "".join(parts).isalpha() else len(_WORD.findall(sentence))


def lix(body: str, language: Language) -> int | None:
    """Return the LIX of a Markdown body, rounded; `None` for a language it does not fit or a text under 100 words."""
    if language not in LIX_LANGUAGES:
        return None
    read = sentences(body)
    words = sum(sentence.words for sentence in read)
    if words < 100:
        return None
    long = len(_LONG_WORD.findall("\n".join(sentence.text for sentence in read)))
    return round(words / len(read) + 100 * long / words)
