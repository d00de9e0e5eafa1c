"""The model check: reads a circle and tells its organiser what the evaluation of the model says is missing.

`find` runs the checks of the circle's status and returns findings without words; `sentence` says one of them in a
reader's language. `catalogue.py` is the table of checks, `thresholds.py` holds every number, `vocabulary.py` every word
looked for, and each other file the checks under one heading of the table. The check sees words and dates, not the
meeting, and never blames.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..catalogue import Catalogue, Circle
from ..finding import UNSEEN, Finding, Standing
from ..language import Language, Localised
from ..problem import Place, Severity
from . import closing, expectations, facilitating, nordic, organisations, personal_data, purpose, resources, spreading
from .catalogue import CHECK_BY_ID, CHECKS, Check
from .personal_data import DataKind, PersonalData, personal_data_in
from .reading import CHECK_FUNCTION_BY_ID, NOTHING_TO_SEE, Reading, Remark
from .speech import Words, words

__all__ = [
    "CHECKS", "CHECK_BY_ID", "Check", "DataKind", "PersonalData", "Words", "find", "personal_data_in", "sentence", "words",
]

_GROUPS = (purpose, expectations, resources, facilitating, organisations, spreading, nordic, closing, personal_data)
"""Importing them registers their checks."""

_FROM_LOUD_TO_QUIET = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)


def find(circle: Circle, catalogue: Catalogue, today: date) -> list[Finding]:
    """Run every check that belongs to the circle's status, in the order of their numbers.

    Each gives at least one finding, in place when nothing is missing. A waiver turns its check's findings into
    answered ones, except for personal data. The circle must be whole, and `use_pinned_time_zones` should have been called.
    """
    reading = Reading(circle, catalogue, today)
    answer_by_check: dict[str, Localised] = {waiver.check: waiver.because for waiver in reversed(circle.facts.waivers)}
    findings: list[Finding] = []
    for check in CHECKS:
        severity = check.severity_in(circle.facts.status)
        if severity is None:
            continue
        answer = answer_by_check.get(check.id) if check.can_be_waived else None
        remarks = list(CHECK_FUNCTION_BY_ID[check.id](reading))
        seen = [remark for remark in remarks if remark is not NOTHING_TO_SEE]
        if not seen:
            findings.append(Finding(check.id, Standing.IN_PLACE, None, Place(circle.source.path), UNSEEN if remarks else ""))
        findings += [_finding(check, remark, severity, answer) for remark in seen]
    return findings


def _finding(check: Check, remark: Remark, severity: Severity, answer: Localised | None) -> Finding:
    if answer is not None:
        return Finding(check.id, Standing.ANSWERED, None, remark.place, remark.form, remark.values, answer)
    spoken = max(severity, remark.at_most or severity, key=_FROM_LOUD_TO_QUIET.index)
    standing = Standing.THOUGHT if spoken is Severity.ADVICE else Standing.MISSING
    return Finding(check.id, standing, spoken, remark.place, remark.form, remark.values)


def sentence(finding: Finding, language: Language, chain: Sequence[Language], catalogue: Catalogue) -> tuple[str, str]:
    """Return a finding's sentence and hint in a language; see `Words.sentence`."""
    return words(language, tuple(chain)).sentence(finding, catalogue)
