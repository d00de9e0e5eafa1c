"""The words that lead to a page without standing on it: folded spellings, parts of compounds, other forms, neighbours' words.

They are added to the copy of a page that is indexed, never to the page. Pagefind finds words that begin as the query
does and knows stems of six languages; what Nordic readers type beyond that comes from `search_rules/<language>.toml`,
from the glossary and from the edition's own texts, which say what the parts of a compound may be. All of it is the same
for the same texts. `docs/project/search.en.md` says which side of search does what.
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, product
from pathlib import Path

from .language import Language

MARK = "⁂"
"""Stands before the words that were added, so that the dialog can tell them from the page's own."""

_FOLDER = Path(__file__).parent / "search_rules"
_WORD = re.compile(r"[^\W\d_]{3,}")
_TAG = re.compile(r"<[^>]+>")
_NOT_SEARCHED = re.compile(r"<(nav|footer|svg)\b.*?</\1>|<(\w+)\b[^>]* data-pagefind-ignore[^>]*>.*?</\2>", re.DOTALL)
_PROMINENT = re.compile(r'<(?:h[123]|p class="cp-lede"|p data-pagefind-meta="title")(?=[\s>])[^>]*>(.*?)</(?:h[123]|p)>', re.DOTALL)
_BODY = re.compile(r"<(\w+)\b[^>]* data-pagefind-body")
_SPELLINGS = 8
"""At most so many folded spellings of one word: two or three special letters, each in every way."""
WEIGHT_ABOUT, _WEIGHT_NEIGHBOURS, _WEIGHT_BESIDE = "2", "0.5", "0.1"
"""What added words count for, text being 1: those from titles and headings, what neighbours call what these are about, all others."""


@dataclass(frozen=True)
class Rules:
    """What is known of one language's words."""

    stemmer: str = ""
    """Snowball's name of the language, when Pagefind stems it."""
    joints: tuple[str, ...] = ()
    """What may stand between the parts of a compound."""
    shortest_part: int = 4
    heads: tuple[str, ...] = ()
    """Last parts of compounds that count whatever stands before them."""
    irregular: Mapping[str, str] = None
    """Forms no rule explains, and the basic form; they also end compounds."""
    alternate: tuple[tuple[str, str], ...] = ()
    """Ends of stems that stand for each other: `cirkl` and `cirkel`."""
    query: tuple[tuple[str, str], ...] = ()
    """Ends of typed words that the stemmer leaves on, and what stands for them in the index."""
    endings: Mapping = None
    """For a language without a stemmer: which endings to take off, and what becomes of the last vowel."""
    fold: Mapping[str, Sequence[str]] = None
    """What people type for a letter they do not have on their keyboard."""

    @cached_property
    def stem(self) -> Callable[[str], str]:
        """Return a word's stem: as Pagefind's stemmer has it, or by our own endings."""
        if self.stemmer:
            import snowballstemmer

            return lru_cache(100_000)(snowballstemmer.stemmer(self.stemmer).stemWord)
        if self.endings:
            return lru_cache(100_000)(self._without_ending)
        return str

    def _without_ending(self, word: str) -> str:
        """The dialog does the same with what readers type (`stem` in overrides/assets/search.js)."""
        word = self.basic(word) or word
        for ending in sorted(self.endings["list"], key=len, reverse=True):
            if word.endswith(ending) and len(word) - len(ending) >= self.endings["left"]:
                word = word.removesuffix(ending)
                break
        for position in range(len(word) - 1, -1, -1):
            if word[position] in _VOWELS:
                return word[:position] + self.endings["vowels"].get(word[position], word[position]) + word[position + 1:]
        return word

    def basic(self, word: str) -> str:
        """Return the basic form of an irregular word, or of a compound that ends in one; empty for any other word."""
        return next((word.removesuffix(form) + base for form, base in (self.irregular or {}).items() if word.endswith(form)), "")

    def forms(self, word: str) -> list[str]:
        """Return words that stand for a word in the index, in the forms that its stemmer would not bring together."""
        found = [self.basic(word)]
        stem = self.stem(word)
        if self.endings:
            found.append("" if plain(word).startswith(plain(stem)) else stem)
        else:
            found += [word.removesuffix(base) + form for form, base in (self.irregular or {}).items() if word.endswith(base)]
            found += [stem.removesuffix(one) + other for pair in self.alternate for one, other in (pair, pair[::-1]) if stem.endswith(one)]
        return [form for form in found if form]

    def spellings(self, word: str) -> list[str]:
        """Return the ways to type a word without its special letters; those that only drop marks are left to Pagefind."""
        choices = [self.fold.get(letter, (letter,)) for letter in word] if self.fold else []
        if not any(len(choice) > 1 or choice[0] != letter for choice, letter in zip(choices, word, strict=False)):
            return []
        return [typed for typed in map("".join, islice(product(*choices), _SPELLINGS)) if typed != plain(word)]


_VOWELS = "aeiouyáéíóúýæøåäö"
_LONG = "muu"


def plain(word: str) -> str:
    """Return a word as Pagefind compares it: without marks on letters."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


@lru_cache
def rules_for(language: Language) -> Rules:
    """Return what is known of a language; nothing for a language without a file."""
    path = _FOLDER / f"{language}.toml"
    given = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    return Rules(**{key: tuple(map(tuple, value)) if key in ("alternate", "query") else tuple(value) if isinstance(value, list) else value for key, value in given.items()})


def query_rules(language: Language) -> Mapping:
    """Return what the dialog does to typed words before it asks Pagefind; see `stem` in overrides/assets/search.js."""
    rules = rules_for(language)
    given = rules.endings or {"left": 5, "vowels": {}, "list": ()}
    endings = [[ending, ""] for ending in given["list"]] + [list(pair) for pair in rules.query]
    return {"irregular": dict(rules.irregular or {}) if rules.endings else {}, "left": given["left"], "vowels": dict(given["vowels"]),
            "endings": sorted(endings, key=lambda pair: (-len(pair[0]), pair))}


class Helper:
    """Knows the words to add to the pages of one edition."""

    def __init__(self, language: Language, terms: Iterable[Mapping[Language, Mapping]], texts: Iterable[tuple[Language, str]]) -> None:
        """Learn the parts of compounds from the glossary and from the edition's `texts`, each with its language.

        `terms` are the glossary's, each with `words` (may be used) and `avoid` (may be searched for) by language.
        """
        self._language = language
        self._terms = list(terms)
        self._added: dict[tuple[Language, str], tuple[str, ...]] = {}
        vocabulary: dict[Language, set[str]] = {}
        for spoken, text in texts:
            vocabulary.setdefault(spoken, set()).update(_WORD.findall(text.casefold()))
        for term in self._terms:
            for spoken, given in term.items():
                vocabulary.setdefault(spoken, set()).update(_WORD.findall(" ".join(given["words"]).casefold()))
        self._known = {spoken: _Known(rules_for(spoken), words) for spoken, words in vocabulary.items()}
        self._forms: dict[Language, list[tuple[str, int]]] = {}

    def added_to(self, page: str, language: Language, weight: str = WEIGHT_ABOUT) -> str:
        """Return the HTML to put at the end of a page's searched part.

        `language` is what its text is in, `weight` what the words from its title and headings count for.
        """
        body = searched_part(page)
        prominent = text_of(" ".join(_PROMINENT.findall(body)))
        about, beside = self._for_text(prominent, language), self._for_text(text_of(body), language)
        neighbours = self._terms_in(prominent, language, whole=True)
        if language != self._language:
            beside += self._terms_in(text_of(body), language, whole=False)
        blocks, seen = [], set()
        for counts, words in ((weight, about), (_WEIGHT_NEIGHBOURS, neighbours), (_WEIGHT_BESIDE, beside)):
            if new := [word for word in dict.fromkeys(words) if word not in seen]:
                blocks.append(f'<p data-pagefind-weight="{counts}">{html.escape(" ".join(new))}</p>')
                seen.update(new)
        return f"<p>{MARK}</p>{''.join(blocks)}" if blocks else ""

    def _for_text(self, text: str, language: Language) -> list[str]:
        return [added for word in sorted(set(_WORD.findall(text.casefold()))) for added in self._for_word(word, language)]

    def _for_word(self, word: str, language: Language) -> tuple[str, ...]:
        known = self._added.get((language, word))
        if known is None:
            rules = rules_for(language)
            found = [word, *rules.forms(word)]
            for part in self._known[language].parts(word) if language in self._known else ():
                found += [part, *rules.forms(part)]
            found += [typed for one in found for typed in rules.spellings(one)]
            known = self._added[language, word] = tuple(one for one in dict.fromkeys(found) if one != word)
        return known

    def _terms_in(self, text: str, language: Language, *, whole: bool) -> list[str]:
        """Return the words for the terms a text uses: in all languages, also those to avoid, or (not `whole`) in the edition's only."""
        stem = rules_for(language).stem
        if language not in self._forms:
            self._forms[language] = [(f" {' '.join(map(change, _WORD.findall(form.casefold())))} ", number) for number, term in enumerate(self._terms)
                                     for form in term.get(language, {}).get("words", ()) for change in (stem, str)]
        words = _WORD.findall(text.casefold())
        stems = f" {' '.join(map(stem, words))} | {' '.join(words)} "  # a stemmer may take off the end of a basic form, too
        found: list[str] = []
        for number in sorted({number for form, number in self._forms[language] if form in stems}):
            for spoken, given in self._terms[number].items():
                if whole or spoken == self._language:
                    words = [word for phrase in (*given["words"], *(given["avoid"] if whole else ())) for word in _WORD.findall(phrase.casefold())]
                    found += [one for word in words for one in (word, *(self._for_word(word, spoken) if spoken == self._language else ()))]
        return found


class _Known:
    """The words of one language in an edition, as parts of compounds."""

    def __init__(self, rules: Rules, words: set[str]) -> None:
        self._rules = rules
        self._words = {word for word in words if len(word) >= rules.shortest_part} if rules.joints else set()
        self._stems = {stem for word in self._words if len(stem := rules.stem(word)) >= rules.shortest_part}
        self._head_by_stem: dict[str, str] = {}
        for head in rules.heads:
            for stem in (rules.stem(head), rules.stem(_LONG + head).removeprefix(_LONG)):  # a stemmer takes more off a longer word
                for one, other in [("", ""), *(pair for given in rules.alternate for pair in (given, given[::-1]))]:
                    if stem.endswith(one):
                        self._head_by_stem.setdefault(stem.removesuffix(one) + other, head)

    def parts(self, word: str) -> list[str]:
        """Return the parts of a compound: a known word, perhaps a joint, and another known word or a head."""
        rules = self._rules
        if not rules.joints or len(word) < 2 * rules.shortest_part - 1:
            return []
        stem, found = rules.stem(word), []
        for place in range(3, len(stem) - 2):
            tail = stem[place:]
            head = self._head_by_stem.get(tail)
            if head is None and (len(tail) < rules.shortest_part or tail not in self._stems):
                continue
            fronts = [word[:place].removesuffix(joint) for joint in rules.joints if word[:place].endswith(joint)]
            known = next((front for front in sorted(fronts, key=len) if self._is_known(front)), None)
            if known or head:
                found += [part for part in (word[place:], head, known) if part]
        return found

    def _is_known(self, front: str) -> bool:
        return front in self._words or len(front) >= self._rules.shortest_part and self._rules.stem(front) in self._stems


# --- pages -----------------------------------------------------------------------------------------------------------


def searched_part(page: str) -> str:
    """Return the part of a finished page that is indexed, without what is left out of it; empty when nothing is."""
    opening = _BODY.search(page)
    if opening is None:
        return ""
    return _NOT_SEARCHED.sub(" ", page[opening.start():page.rfind(f"</{opening[1]}>")])


def with_added(page: str, added: str) -> str:
    """Return a copy of a page with `added` at the end of its searched part."""
    opening = _BODY.search(page)
    end = page.rfind(f"</{opening[1]}>") if opening else -1
    return page[:end] + added + page[end:] if end > 0 else page


def text_of(markup: str) -> str:
    """Return the text of some HTML."""
    return html.unescape(_TAG.sub(" ", markup))
