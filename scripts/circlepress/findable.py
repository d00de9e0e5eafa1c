"""More words by which a page is found: other spellings, parts of compounds, other forms, and what neighbours call the thing.

They are added to the copy of a page that the search program reads, and to nothing that readers see; with little weight, but for
those of the title, which weigh about what the title does:

- **Spellings** that people without the letters type: `laering`, `sporgsmal` and `spoergsmaal` for læring and spørgsmål.
- **Parts of compounds**: `cirkel` for læringscirkler, `piiri` for opintopiirissä. The parts stand in `search_words/<language>.toml`.
- **Vowels that change** in Icelandic and Faroese: `barn` for börn. Endings are taken off the query, by the dialog.
- **The glossary**: on a page that holds a term, its other forms, words to avoid, and the terms of the neighbour languages.

What stands here decides with the page what its index is: the words come from the plan, the rules from the program.
"""

from __future__ import annotations

import html
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from .language import Language

MARK = "⁂"
"""Stands before the words that were added, so that an excerpt never shows them."""

_FOLDER = Path(__file__).parent / "search_words"
_TAG = re.compile(r"<[^>]*>")
_IGNORED = re.compile(r"<(p|div|nav|ul)\b[^>]* data-pagefind-ignore>.*?</\1>", re.DOTALL)
"""What the search program leaves out of a page: notices and other words of ours, which hold no element of their own kind."""
_IN_ANOTHER = re.compile(r'class="cp-prose" lang="([a-z]{2})"')
_TITLE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_TITLE_WEIGHT = 5
"""The search program gives a title seven."""
_SUMMARY = re.compile(r'<meta name="description" content="([^"]*)">')
_WORD = re.compile(r"[^\W\d_]{3,40}")
_SHORT = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ð": "d", "þ": "th", "đ": "d", "ŋ": "n", "ŧ": "t"})
_LONG = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ð": "dh", "þ": "th", "đ": "d", "ŋ": "ng", "ŧ": "t"})
_PLAIN = str.maketrans("áéíóúýàèëïüñçšžč", "aeiouyaeeiuncszc")
_BEFORE_A_HEAD = 3
"""So many letters at least stand before a part inside a longer word."""


@lru_cache
def rules(language: Language) -> Mapping:
    """Return the rules of a language: `heads`, and for some `endings` and `shifts`. Empty for one that has none."""
    path = _FOLDER / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def endings(language: Language) -> tuple[str, ...]:
    """Return the endings that the dialog takes off a query that found nothing, the longest first."""
    return tuple(sorted(rules(language).get("endings", ()), key=lambda ending: (-len(ending), ending)))


@lru_cache
def _heads(language: Language) -> tuple[Mapping[str, str], re.Pattern[str] | None]:
    """Return the parts of compounds by their spellings, and what finds a spelling inside a longer word."""
    heads = {spelling: head for head, spellings in rules(language).get("heads", {}).items() for spelling in spellings}
    inside = f"(?<=[^\\W\\d_]{{{_BEFORE_A_HEAD}}})(?:{'|'.join(map(re.escape, heads))})"
    return heads, re.compile(inside) if heads else None


def words_of(text: str) -> list[str]:
    """Return a text's words in small letters."""
    return _WORD.findall(text.lower())


def more_words(words: Iterable[str], language: Language, also: Mapping[str, str]) -> list[str]:
    """Return the words by which a text in `language` is to be found besides its own, each once, in order.

    `words` are the text's own in small letters; `also` says of a word, or the beginning of one, what else to add.
    """
    own = set(words)
    found: set[str] = set()
    for word in own:
        found.update(_more_for(word, language))
    in_order = sorted(own) if also else []
    for term, added in also.items():
        place = bisect_left(in_order, term)  # the first word that can begin with the term, and does if any does
        if in_order[place:place + 1] and in_order[place].startswith(term):
            for word in words_of(added):
                found.update((word, *_spellings(word)))
    return sorted(found - own)


@lru_cache(maxsize=50_000)
def _more_for(word: str, language: Language) -> tuple[str, ...]:
    """Return what one word of a text adds: a part of it, its other vowels, and the spellings of all of them."""
    heads, inside = _heads(language)
    found = {heads[match[0]]} if inside and (match := inside.search(word)) else set()
    found.update(word.replace(vowel, other, 1) for vowel, other in rules(language).get("shifts", {}).items() if vowel in word)
    return (*found, *_spellings(word), *(spelling for other in found for spelling in _spellings(other)))


def _spellings(word: str) -> tuple[str, ...]:
    """Return how people write a word who do not have its letters."""
    return () if word.isascii() else (word.translate(_SHORT).translate(_PLAIN), word.translate(_LONG).translate(_PLAIN))


def with_more_words(page: str, language: Language, also: Mapping[str, str]) -> str:
    """Return the part of a finished page that can be found as a page for the search program, with its words added at the end."""
    begin = page.find("data-pagefind-body")
    end = page.rfind("</article>")
    if begin < 0 or end < begin:
        return page
    shown = page[page.index(">", begin) + 1:end]
    words = words_of(html.unescape(_TAG.sub(" ", _IGNORED.sub(" ", shown))))
    other = _IN_ANOTHER.search(shown)  # a page shown through a fallback is found as its own language is
    more = dict.fromkeys([*more_words(words, language, also), *(more_words(words, other[1], {}) if other else ())])
    title = _TITLE.search(shown)
    of_title = more_words(words_of(html.unescape(_TAG.sub(" ", title[1]))), other[1] if other else language, {}) if title else []
    summary = _SUMMARY.search(page)
    said = f'<span data-pagefind-ignore data-pagefind-meta="summary">{summary[1]}</span>' if summary else ""
    added = f'{said}<p data-pagefind-weight="0.1">{MARK} {html.escape(" ".join(more))}</p>'
    if of_title:
        added += f'<p data-pagefind-weight="{_TITLE_WEIGHT}">{MARK} {html.escape(" ".join(of_title))}</p>'
    opening = page[page.index("<html"):page.index(">", page.index("<html")) + 1]
    read = page[page.rindex("<", 0, begin):end].replace("</dt>", ":</dt> ")  # or a fact and its name would be one word
    return f'{opening}<body>{read}{added}</article></body></html>'
