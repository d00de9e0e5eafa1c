"""Words that a page explains: the glossary's terms where they are first used, and words that mislead a neighbour.

A page's Markdown comes in, ready for staging. It goes out with the first use of each term as a link to `#cp-word-<term>`,
together with what `main.html` shows there, at the end of the page: what the term means, and what the neighbours call it.
The site's script shows an entry beside its word, too; without it and on paper there is the link and the list.

What is marked depends on the page's own language alone, so that a text which several editions show is converted once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from .. import markdown_source
from ..language import Language, words_for
from ..metadata import Glossary
from ..wording import Wording

MOST_TERMS = 8
"""How many terms a page explains at most; with more, a text looks like a riddle."""
MOST_FRIENDS = 6
"""How many misleading words stand above a page at most."""

_ENDINGS: Mapping[Language, str] = {
    "da": "(?:e?n|e?t|ene|ne)?s?",
    "nb": "(?:en|n|et|t|a|ene|ne)?s?",
    "nn": "(?:en|n|et|t|a|ane|ene|ne)?s?",
    "sv": "(?:e?n|e?t|na|a)?s?",
    "fi": "(?:n|a|ä|on|ön|in|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|na|nä|ksi|tta|ttä)?",
    "is": "(?:inn|in|ið|nir|nar|n)?",
    "fo": "(?:in|ið|nir|nar|ni)?",
    "en": "(?:['’]s?|s['’]?)?",
}
"""What may be written onto a form of a term: the article, the genitive, Finnish cases."""
_DEFINITE: Mapping[Language, tuple[str, str]] = {"da": ("er", "en"), "nb": ("er", "ene"), "sv": ("are", "arna")}
"""How a definite form comes from the plural where it is not written onto it: læringscirkler, læringscirklen."""
_PART_OF_MORE = frozenset("/@.!-")
"""Before a word, a sign that it is part of an address or a compound, or that a link there would be a picture."""
_WORD = re.compile(r"\w+")


class _Finder(Struct, frozen=True, eq=False):
    """What finds the terms of one language in a text of small letters."""

    pattern: re.Pattern[str]
    """Its first group is the form, without what is written onto it."""
    term_by_form: Mapping[str, str]


class WordBook:
    """The glossary as the readers of one edition use it."""

    def __init__(self, glossary: Glossary, languages: Sequence[Language], chain: Sequence[Language], wording: Wording) -> None:
        """`languages` are the project's; `chain` is what the readers are offered after their own, which `wording` speaks."""
        self._glossary = glossary
        self._languages = languages
        self._chain = chain
        self._wording = wording
        self._finder_by_language: dict[Language, _Finder | None] = {}
        self._entries: dict[tuple[str, Language], dict] = {}
        self._friends_by_language: dict[Language, list[tuple[frozenset[str], dict]]] = {}

    def explain(self, text: str, language: Language) -> tuple[str, list[dict]]:
        """Return a page's Markdown with the first use of each term linked to its entry, and the entries.

        `language` is the page's. The links lead nowhere unless the page shows the entries.
        """
        if language not in self._finder_by_language:
            self._finder_by_language[language] = _finder(_forms(self._glossary, self._languages, language), language)
        finder = self._finder_by_language[language]
        uses = _first_uses(text, finder) if finder else ()
        pieces, position = [], 0
        for start, end, term in uses:
            pieces += [text[position:start], f"[{text[start:end]}](#cp-word-{term})"]
            position = end
        return "".join(pieces) + text[position:], [self._entry(term, language) for _, _, term in uses]

    def _entry(self, term: str, language: Language) -> dict:
        if (term, language) not in self._entries:
            words = self._glossary.terms[term]
            self._entries[term, language] = {"id": term, "word": self._said(words[language].term, language),
                                             "meaning": self.meaning(term), "others": self.others(term, language)}
        return self._entries[term, language]

    def meaning(self, term: str) -> dict | None:
        """Return the definition of a term for a template, in the language that readers get it in."""
        words = self._glossary.terms[term]
        found = words_for({one: words[one].definition for one in self._languages if one in words and words[one].definition},
                          self._wording.language, self._chain)
        return self._said(found.text, found.language) if found else None

    def others(self, term: str, language: Language) -> list[dict]:
        """Return a term in all languages but one, the readers' own first."""
        words = self._glossary.terms[term]
        return [{"lang": one, "name": self._wording.language_name(one), "term": words[one].term}
                for one in sorted(self._languages, key=lambda one: one != self._wording.language) if one in words and one != language]

    def _said(self, text: str, language: Language) -> dict:
        return {"text": text, "lang": "" if language == self._wording.language else language}

    def false_friends(self, said: object, language: Language) -> list[dict]:
        """Return the words in a neighbour language that the readers would misunderstand, each with what it means.

        `said` is what a page says: a text, or lists and maps of texts.
        """
        if language not in self._friends_by_language:
            self._friends_by_language[language] = [
                (frozenset(form.lower() for form in (friend.word, *friend.forms)),
                 {"word": friend.word, "lang": language, "means": friend.means[self._wording.language]})
                for friend in self._glossary.false_friends if friend.language == language and self._wording.language in friend.means]
        friends = self._friends_by_language[language]
        written = {word for text in _texts(said) for word in _WORD.findall(text.lower())} if friends else set()
        return [shown for forms, shown in friends if not forms.isdisjoint(written)][:MOST_FRIENDS]


def _texts(said: object) -> Iterator[str]:
    """Return every text in lists and maps of texts."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        yield from _texts(list(said.values()))
    elif isinstance(said, Sequence):
        for part in said:
            yield from _texts(part)


def _forms(glossary: Glossary, languages: Sequence[Language], language: Language) -> tuple[tuple[str, str], ...]:
    """Return pairs of a form of a term in one language, in small letters, and the term.

    A form of two terms is the one's whose name it is. Terms of which there is nothing to say are left out.
    """
    names: dict[str, str] = {}
    variants: dict[str, str] = {}
    for term, words in glossary.terms.items():
        own = words.get(language)
        known = [words[one] for one in languages if one in words]
        if own is None or not (len(known) > 1 or own.definition):
            continue
        names.setdefault(own.term.lower(), term)
        plural = (own.plural or own.term).lower()
        names.setdefault(plural, term)
        ending, definite = _DEFINITE.get(language, ("", ""))
        if ending and plural.endswith(ending):
            names.setdefault(plural.removesuffix(ending) + definite, term)
        for variant in own.variants:
            variants.setdefault(variant.lower(), term)
    return tuple((variants | names).items())


@lru_cache(maxsize=64)
def _finder(forms: tuple[tuple[str, str], ...], language: Language) -> _Finder | None:
    """Return what finds these forms, the longest first; nothing for none. All editions of a process share it."""
    if not forms:
        return None
    rests: dict[str, list[str]] = {}  # by the first letter: Python's expressions try one alternative after the other
    for form in sorted(dict(forms), key=lambda form: (-len(form), form)):
        rests.setdefault(form[0], []).append(re.escape(form[1:]))
    either = "|".join(f"{re.escape(first)}(?:{'|'.join(those)})" for first, those in rests.items())
    firsts = "".join(map(re.escape, rests))
    return _Finder(re.compile(rf"\b(?=[{firsts}])({either}){_ENDINGS.get(language, '')}(?![\w/@-])"), dict(forms))


@lru_cache(maxsize=1024)
def _first_uses(text: str, finder: _Finder) -> tuple[tuple[int, int, str], ...]:
    """Return where each term is first used in running text: start, end, term. The first `MOST_TERMS` of them."""
    running = markdown_source.running_text(text)
    small = running.lower() if len(running.lower()) == len(running) else running  # İ becomes two characters
    found: dict[str, tuple[int, int, str]] = {}
    for match in finder.pattern.finditer(small):
        term = finder.term_by_form[match[1]]
        if term not in found and small[match.start() - 1:match.start()] not in _PART_OF_MORE:
            found[term] = (*match.span(), term)
            if len(found) == MOST_TERMS:
                break
    return tuple(found.values())
