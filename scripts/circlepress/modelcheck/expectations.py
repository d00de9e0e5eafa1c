"""Expectations: do people know what is expected of them, in a language they read? C07 to C11."""

from __future__ import annotations

from collections.abc import Iterator

from ..metadata.circle import Voluntary
from ..metadata.kinds import BlockKind
from ..problem import Place
from . import thresholds
from .reading import NOTHING_TO_SEE, Reading, Remark, check, is_written

_EXPECTATIONS = ("own_practice", "learning_agent", "sharing", "co_creation")

_SCANDINAVIAN = frozenset({"da", "nb", "nn", "sv"})
_READ_IN: dict[str, frozenset[str]] = {
    **dict.fromkeys(("DK", "NO", "SE", "AX"), _SCANDINAVIAN),
    "FI": frozenset({"fi", "sv"}),
    "IS": frozenset({"is"}),
    "FO": frozenset({"fo", "da"}),
    "GL": frozenset({"kl", "da"}),
}
"""Languages that many read without effort, by country."""
_READ_ELSEWHERE = frozenset({"en"})
"""Countries outside the Nordic region: none of their languages is one that circlepress publishes in."""


@check("C07")
def four_expectations(reading: Reading) -> Iterator[Remark]:
    """Own practice, learning agent, sharing and co-creation each have a sentence."""
    missing = [key for key in _EXPECTATIONS if not is_written(getattr(reading.facts.expectations, key))]
    if missing:
        yield Remark(reading.place("expectations"), values={"missing": " ".join(f"expectation.{key}" for key in missing)})


@check("C08")
def aligned_in_time(reading: Reading) -> Iterator[Remark]:
    """Expectations are talked through soon after the first session at the latest."""
    aligned, begins = reading.facts.expectations.aligned, reading.begins
    place = reading.place("expectations", "aligned")
    if not aligned:
        yield Remark(place, "missing")
    elif not begins:
        yield NOTHING_TO_SEE
    elif (aligned - begins).days > thresholds.ALIGNED_WITHIN_DAYS:
        yield Remark(place, "late", {"days": (aligned - begins).days, "limit": thresholds.ALIGNED_WITHIN_DAYS})


@check("C09")
def alignment_on_agenda(reading: Reading) -> Iterator[Remark]:
    """The first session sets time aside for aligning expectations, in one piece."""
    first = reading.sessions[0] if reading.sessions else None
    longest = max(first.minutes_of(BlockKind.ALIGN), default=0) if first else 0
    if longest < thresholds.ALIGNING_MINUTES:
        values = {"minutes": longest, "limit": thresholds.ALIGNING_MINUTES}
        yield Remark(first.agenda_place() if first else reading.place("status"), "short" if longest else "none", values)


@check("C10")
def voluntary_stated(reading: Reading) -> Iterator[Remark]:
    """It says whether people join of their own will and, unless all do, what is done about it."""
    facts, place = reading.facts, reading.place("voluntary")
    if not facts.voluntary:
        yield Remark(place, "missing")
    elif facts.voluntary is not Voluntary.FULL and not is_written(facts.voluntary_note):
        yield Remark(place, "note")


@check("C11")
def invitation_in_their_language(reading: Reading) -> Iterator[Remark]:
    """The welcome exists in a language read in each member country."""
    if not reading.countries:
        yield NOTHING_TO_SEE
        return
    welcome = reading.circle.welcome
    written = frozenset(welcome.version_by_language) if welcome else frozenset()
    lacking = [country for country in reading.countries if not _READ_IN.get(country, _READ_ELSEWHERE) & written]
    if lacking:
        place = Place(welcome.version_by_language[welcome.original].source.path) if welcome else reading.place("languages")
        yield Remark(place, values={"countries": " ".join(lacking)})
