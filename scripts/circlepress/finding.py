"""A finding: what one model check saw in a circle, for the organiser to think about.

A problem is something to mend before a page can be shown; a finding is the model's advice on how the circle is set
up. It carries no words of its own: `modelcheck.sentence` says it in a reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from .language import Localised
from .problem import Place, Severity


class Standing(StrEnum):
    """The four groups of the report; there is no total score."""

    MISSING = "missing"
    THOUGHT = "thought"
    """Worth a thought."""
    ANSWERED = "answered"
    """The organisers have written why they do otherwise."""
    IN_PLACE = "in_place"


UNSEEN = "unseen"
"""The form of a finding that is in place only because there is nothing to look at: not in such a circle, or not yet."""


class Finding(Struct, frozen=True):
    """One thing a check saw."""

    check: str
    """The check's number, such as "C25"."""
    standing: Standing
    severity: Severity | None
    """How loudly it speaks in the circle's status; `None` when in place or answered."""
    place: Place
    """Where to write what is missing."""
    form: str = ""
    """Which of the check's sentences applies; `UNSEEN` when the check had nothing to look at."""
    values: Mapping[str, str | int] = field(default_factory=dict)
    """What the sentence is filled with, the same in every language: names, numbers, dates, codes, keys of words."""
    answer: Localised | None = None
    """The reason the organisers gave, when answered."""

    @property
    def is_in_place(self) -> bool:
        return self.standing is Standing.IN_PLACE
