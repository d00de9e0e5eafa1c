"""The interface's own words in one language, and how that language writes dates, countries and languages.

The words come from `interface/<language>.toml`; what is missing there comes from the languages of the fallback
chain, then from English. Calendars, countries and language names come from Babel (Unicode CLDR), which is loaded when it is first asked.
"""

from __future__ import annotations

import importlib
import os
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from functools import cached_property, lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .language import OWN_NAME, Language

if TYPE_CHECKING:
    import babel

COMPLETE = frozenset({"da", "sv", "nb", "fi", "is", "en"})
"""Languages in which every word of the interface is written; a test holds them to it."""
_FOLDER = Path(__file__).parent / "interface"


class Wording:
    """The interface words of one language."""

    def __init__(self, language: Language, chain: Sequence[Language]) -> None:
        self.language = language
        self.words = dict(interface_words(language))
        """Key to text, complete."""
        if language not in COMPLETE:  # reading a file takes its time
            for step in (*chain, "en"):
                for key, text in interface_words(step).items():
                    self.words.setdefault(key, text)
        self._chain = tuple(chain)

    @cached_property
    def _locale(self) -> babel.Locale:
        return _locale(self.language, self._chain)

    @cached_property
    def _date(self) -> Callable[[date, str], str]:
        format_date = _babel_dates().format_date
        return lru_cache(maxsize=5000)(partial(format_date, locale=self._locale))  # the same few days stand on many pages

    @cached_property
    def _city(self) -> Callable[[str], str]:
        location = _babel_dates().get_timezone_location  # Babel's own way to a zone looks at all there are
        return lru_cache(lambda zone: location(ZoneInfo(zone), locale=self._locale, return_city=True))

    def text(self, key: str, **values: object) -> str:
        """Return one interface text with its `{blanks}` filled. Raises `KeyError` for a key no language has."""
        return self.words[key].format(**values) if values else self.words[key]

    def count(self, key: str, number: int) -> str:
        """Return a text that depends on a number: `key.one` for 1, else `key.other`; `{n}` is the number."""
        form = self._locale.plural_form(number)
        chosen = f"{key}.one" if form == "one" and f"{key}.one" in self.words else f"{key}.other"
        return self.words[chosen].format(n=number)

    def date(self, day: date, style: str = "long") -> str:
        """Return a date as the language writes it; `style` is one of short, medium, long, full."""
        return self._date(day, style)

    def month(self, day: date) -> str:
        """Return month and year."""
        return self._date(day, "LLLL y")

    def time(self, moment: time) -> str:
        """Return a time of day as 09:00, the same in every language, so that it agrees with calendars and tickets."""
        return f"{moment.hour:02}:{moment.minute:02}"

    def times(self, start: time, end: time) -> str:
        return f"{self.time(start)}–{self.time(end)}"

    def city(self, zone: str | None) -> str:
        """Return the city a time zone is named after, as the language writes it."""
        return self._city(zone) if zone else ""

    def country(self, code: str) -> str:
        return self._locale.territories.get(code, code)

    def language_name(self, code: Language) -> str:
        """Return what this language calls another one (lower case where it writes so), else its own name."""
        return self._locale.languages.get(code) or OWN_NAME.get(code, code)

    def listed(self, names: Sequence[str]) -> str:
        """Return names as one phrase: "a, b and c"."""
        from babel.lists import format_list

        return format_list(list(names), locale=self._locale)


@lru_cache
def wording_for(language: Language, chain: tuple[Language, ...] = ()) -> Wording:
    """Return the words of a language, made once."""
    return Wording(language, chain)


def interface_words(language: Language) -> Mapping[str, str]:
    """Return the words written for one language, flat. Empty when there are none."""
    return words_in(_FOLDER / f"{language}.toml")


@lru_cache
def words_in(path: Path) -> Mapping[str, str]:
    """Return a file of words, flat: `[page] home = …` is `page.home`. Empty when there is no such file."""
    if not path.is_file():
        return {}
    flat: dict[str, str] = {}

    def collect(table: Mapping, before: str) -> None:
        for key, value in table.items():
            if isinstance(value, Mapping):
                collect(value, f"{before}{key}.")
            else:
                flat[before + key] = value

    collect(tomllib.loads(path.read_text("utf-8")), "")
    return flat


def get_ready(chain_by_language: Mapping[Language, Sequence[Language]]) -> None:
    """Load Babel, and the words and the calendar of some languages, each with its chain."""
    _babel_dates()
    for language, chain in chain_by_language.items():
        wording_for(language, tuple(chain)).date(date(2000, 1, 1))


def _babel_dates() -> ModuleType:
    """Return `babel.dates`.

    While it is loaded, it is told a clock: else it looks through the system for the one people here go by, which takes more time
    than all the rest, and which nothing here may depend on.
    """
    if "babel.dates" not in sys.modules:
        before = os.environ.get("TZ")
        os.environ["TZ"] = "UTC"
        try:
            importlib.import_module("babel.dates")
        finally:
            os.environ.pop("TZ")
            if before is not None:
                os.environ["TZ"] = before
    return sys.modules["babel.dates"]


@lru_cache
def _locale(language: Language, chain: tuple[Language, ...]) -> babel.Locale:
    import babel

    for step in (language, *chain):
        try:
            return babel.Locale.parse("en_GB" if step == "en" else step)
        except babel.UnknownLocaleError:
            continue
    return babel.Locale.parse("en")
