"""The table of the model check: every check with its name, what it serves, how loudly it speaks, and what to read.

The letters stand for the statuses draft, recruiting, running, completed and evaluated: `E` an error, because the status
cannot be claimed; `w` a warning; `i` advice; `–` not run. A circle template is looked at for personal data only; a
cancelled circle also for template text, with a warning, since it stays listed for others to learn from.
"""

from __future__ import annotations

from msgspec import Struct

from ..metadata.circle import Status
from ..problem import Severity

_COLUMNS = (Status.DRAFT, Status.RECRUITING, Status.RUNNING, Status.COMPLETED, Status.EVALUATED)
_SEVERITY = {"E": Severity.ERROR, "w": Severity.WARNING, "i": Severity.ADVICE}
_ELSEWHERE = {
    (Status.TEMPLATE, "C42"): Severity.ERROR,
    (Status.CANCELLED, "C42"): Severity.ERROR,
    (Status.CANCELLED, "C06"): Severity.WARNING,
}


class Check(Struct, frozen=True):
    """One check."""

    id: str
    name: str
    """A name for people who write about the program; readers see the one in `words/`."""
    serves: tuple[str, ...]
    """Statements of the model, S01 to S40; empty when it serves care for people or files."""
    letters: str
    """Five letters, one for each status."""
    guide: str
    """The guide to read: its reference."""

    @property
    def can_be_waived(self) -> bool:
        """Whether organisers may answer it; personal data can only be taken out."""
        return self.id != "C42"

    def severity_in(self, status: Status) -> Severity | None:
        """Return how loudly the check speaks in a status, or `None` when it is not run."""
        if status in _COLUMNS:
            return _SEVERITY.get(self.letters[_COLUMNS.index(status)])
        return _ELSEWHERE.get((status, self.id))


def _check(id: str, name: str, serves: str, letters: str, guide: str) -> Check:
    return Check(id, name, tuple(serves.split()), letters, f"guides/{guide}")


CHECKS: tuple[Check, ...] = (
    # purpose and frame
    _check("C01", "purpose-written", "S13", "iEEEE", "purpose-and-frame"),
    _check("C02", "question-open", "S06 S14", "wEEww", "choose-theme"),
    _check("C03", "theme-known", "S14", "EEEEE", "choose-theme"),
    _check("C04", "frame-complete", "S15", "iEEww", "purpose-and-frame"),
    _check("C05", "time-honest", "S15 S17", "–ww––", "purpose-and-frame"),
    _check("C06", "placeholders-left", "", "iEEEE", "model-on-one-page"),
    # expectations
    _check("C07", "four-expectations", "S17 S18 S19 S20", "iEEww", "expectation-alignment"),
    _check("C08", "aligned-in-time", "S12 S16", "–iEww", "expectation-alignment"),
    _check("C09", "alignment-on-agenda", "S12", "–ww––", "first-meeting"),
    _check("C10", "voluntary-stated", "S23", "iww––", "voluntary-participation"),
    _check("C11", "invitation-in-their-language", "S07 S12", "–wi––", "languages-in-the-circle"),
    # resources and support
    _check("C12", "resources-named", "S21", "iEw––", "resources-and-support"),
    _check("C13", "support-named", "S22", "iEw––", "resources-and-support"),
    # facilitating
    _check("C14", "facilitator-named", "S25", "iEE––", "choose-facilitators"),
    _check("C15", "process-and-content", "S26", "iEw––", "choose-facilitators"),
    _check("C16", "experience-or-mentor", "S25", "iww––", "care-for-facilitators"),
    _check("C17", "opening-and-closing", "S28", "–iw––", "open-process"),
    _check("C18", "agenda-adds-up", "S29", "iwE––", "plan-a-session"),
    _check("C19", "breaks", "S07", "–iw––", "meeting-form"),
    _check("C20", "participants-speak-most", "S09 S24 S40", "–ww––", "co-creation"),
    _check("C21", "direction-looked-at", "S29 S30", "–iw––", "hold-direction"),
    _check("C22", "room-for-co-creation", "S20 S24 S27", "–w–––", "co-creation"),
    _check("C23", "change-noted", "S30", "––iii", "hold-direction"),
    # home organisations
    _check("C24", "commitments-given", "S31", "–ww––", "home-organisation-agreement"),
    _check("C25", "room-to-experiment", "S31", "–ww––", "for-managers"),
    _check("C26", "agreement-dated", "S31", "–iw––", "home-organisation-agreement"),
    _check("C27", "colleagues-involved", "S32", "–iw––", "work-with-colleagues"),
    _check("C28", "work-between", "S17 S33", "––w––", "between-sessions"),
    _check("C29", "manager-in-the-loop", "S31", "–ii––", "for-managers"),
    # spreading and coordinating
    _check("C30", "local-circle-intended", "S34", "–ii––", "start-a-local-circle"),
    _check("C31", "coordinator-when-spreading", "S36", "–Ew––", "coordinate-many"),
    _check("C32", "coordination-when-many", "S37", "–ww––", "coordinate-many"),
    _check("C33", "local-circle-linked", "S34", "––iii", "start-a-local-circle"),
    _check("C34", "practise-facilitating", "S34", "––w––", "start-a-local-circle"),
    # Nordic, cross-sector, inclusive
    _check("C35", "nordic-and-cross-sector", "S11", "–ww––", "recruit-participants"),
    _check("C36", "balanced", "S07", "–ii––", "recruit-participants"),
    _check("C37", "group-size", "S15", "–iw––", "recruit-participants"),
    _check("C38", "access-described", "S07", "iEw––", "inclusion-and-access"),
    _check("C39", "languages-shared", "S07", "–wi––", "languages-in-the-circle"),
    _check("C40", "fair-hours", "S07", "–ww––", "meeting-form"),
    # data, state and closing
    _check("C41", "sign-up-lawful", "", "iEw––", "personal-data"),
    _check("C42", "no-personal-data", "", "EEEEE", "personal-data"),
    _check("C43", "status-fits-dates", "", "–www–", "model-on-one-page"),
    _check("C44", "evaluation-planned", "S11", "–iwE–", "evaluate"),
    _check("C45", "evaluated-and-shared", "S11 S19 S35", "–––wE", "evaluate"),
    _check("C46", "handover", "S35", "––ii–", "close-and-hand-over"),
)
"""In the order of their numbers."""

CHECK_BY_ID = {check.id: check for check in CHECKS}
