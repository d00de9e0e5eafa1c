"""Says findings and explains checks in a reader's language.

The words are in `words/<language>.toml`; what a language lacks comes from the languages of its fallback chain, then from
English. Findings carry no words, so the name of a blank tells how its value is said: a country's code becomes its
name, a date is written out, keys become the words behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from ..catalogue import Catalogue
from ..finding import Finding, Standing
from ..language import Language, choose
from ..wording import Wording, wording_for, words_in
from .catalogue import CHECK_BY_ID

_FOLDER = Path(__file__).parent / "words"
_COUNTRIES = frozenset({"country", "countries"})
_DATES = frozenset({"date"})
_KEYS = frozenset({"missing", "kind", "status"})
"""Blanks whose values are keys of the words files, with spaces between."""


class Words:
    """The model check's words for one language."""

    def __init__(self, language: Language, chain: Sequence[Language]) -> None:
        self.language = language
        self.text: dict[str, str] = {}
        """Key to text, complete."""
        for step in (language, *chain, "en"):
            for key, text in words_of(step).items():
                self.text.setdefault(key, text)
        self._chain = tuple(chain)

    @cached_property
    def _wording(self) -> Wording:
        return wording_for(self.language, self._chain)

    def name(self, check: str) -> str:
        """Return a check's name: what is in place when it has nothing to say."""
        return self.text[f"{check}.name"]

    def explain(self, check: str) -> str:
        """Return why a check matters and what to do."""
        return self.text[f"{check}.explain"]

    def standing(self, standing: Standing) -> str:
        """Return what a group of the report is called."""
        return self.text[f"standing.{standing}"]

    def limits(self) -> list[str]:
        """Return what the model check cannot know; every page that explains it says so first."""
        return [text for key, text in self.text.items() if key.startswith("limits.")]

    def sentence(self, finding: Finding, catalogue: Catalogue) -> tuple[str, str]:
        """Return what a finding says, and what to read about it.

        A finding that is in place says the check's name. The hint names the guide's title in the language, else in the
        next one of the chain, and the guide's reference when the catalogue does not have it.
        """
        if finding.is_in_place:
            message = self.name(finding.check)
        else:
            key = f"{finding.check}.message" + (f".{finding.form}" if finding.form else "")
            message = self.text[key].format_map({blank: self._say(blank, value) for blank, value in finding.values.items()})
        return message, self.text["report.read"].format(title=self._title(CHECK_BY_ID[finding.check].guide, catalogue))

    def _say(self, blank: str, value: str | int) -> str:
        if blank in _COUNTRIES:
            return self._wording.listed([self._wording.country(code) for code in str(value).split()])
        if blank in _DATES:
            return self._wording.date(date.fromisoformat(str(value)))
        if blank in _KEYS:
            return self._wording.listed([self.text[f"key.{key}"] for key in str(value).split()])
        return str(value)

    def _title(self, reference: str, catalogue: Catalogue) -> str:
        guide = catalogue.material_by_reference.get(reference)
        if guide is None:
            return reference
        shown = choose(guide.version_by_language, self.language, self._chain, guide.original)
        return guide.version_by_language[shown].title


def words_of(language: Language) -> Mapping[str, str]:
    """Return the words written for one language, flat: `[C25] name = …` is `C25.name`. Empty when there are none."""
    return words_in(_FOLDER / f"{language}.toml")


@lru_cache
def words(language: Language, chain: tuple[Language, ...]) -> Words:
    """Return the words for one language and its fallback chain."""
    return Words(language, chain)
