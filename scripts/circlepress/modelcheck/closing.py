"""State and closing: sign-up, dates that fit the status, looking back and handing over. C41 and C43 to C46."""

from __future__ import annotations

from collections.abc import Iterator

from ..localtime import months_after
from ..metadata.circle import Status
from ..metadata.kinds import BlockKind
from . import thresholds, vocabulary
from .reading import NOTHING_TO_SEE, Reading, Remark, Session, check, is_written


@check("C41")
def sign_up_lawful(reading: Reading) -> Iterator[Remark]:
    """A member is responsible for the sign-up data, which are deleted in time; the schema sees to the link."""
    signup, end = reading.facts.signup, reading.facts.frame.end
    if not signup:
        yield Remark(reading.place("signup"), "missing")
        return
    if signup.controller not in {organisation.id for organisation in reading.facts.organisations}:
        yield Remark(reading.place("signup", "controller"), "controller", {"controller": signup.controller})
    if not signup.delete_by:
        yield Remark(reading.place("signup"), "delete")
    elif end and signup.delete_by > months_after(end, thresholds.DELETE_WITHIN_MONTHS):
        values = {"date": signup.delete_by.isoformat(), "limit": thresholds.DELETE_WITHIN_MONTHS}
        yield Remark(reading.place("signup", "delete_by"), "late", values)


@check("C43")
def status_fits_dates(reading: Reading) -> Iterator[Remark]:
    """The status agrees with what day it is; the first and the last day themselves belong to either side."""
    status, frame, today = reading.facts.status, reading.facts.frame, reading.today
    if not (frame.start and frame.end):
        yield NOTHING_TO_SEE
        return
    form, day = "", frame.start
    if status is Status.RECRUITING and today > frame.start:
        form = "begun"
    elif status is Status.RUNNING and today < frame.start:
        form = "not-begun"
    elif status is Status.RUNNING and today > frame.end:
        form, day = "ended", frame.end
    elif status is Status.COMPLETED and today < frame.end:
        form, day = "not-ended", frame.end
    if form:
        yield Remark(reading.place("status"), form, {"status": f"status.{status}", "date": day.isoformat()})


@check("C44")
def evaluation_planned(reading: Reading) -> Iterator[Remark]:
    """There are dates for looking back midway and at the end."""
    missing = [key for key in ("midway", "final") if not getattr(reading.facts.evaluation, key)]
    if missing:
        yield Remark(reading.place("evaluation"), values={"missing": " ".join(f"evaluation.{key}" for key in missing)})


@check("C45")
def evaluated_and_shared(reading: Reading) -> Iterator[Remark]:
    """What the circle led to is written down: within some weeks, or when the status says it is evaluated."""
    facts, end = reading.facts, reading.facts.frame.end
    is_claimed = facts.status is Status.EVALUATED
    if not is_claimed and (not end or (reading.today - end).days <= thresholds.WRITTEN_WITHIN_DAYS):
        yield NOTHING_TO_SEE
        return
    values = {} if is_claimed else {"date": end.isoformat(), "limit": thresholds.WRITTEN_WITHIN_DAYS}
    if not is_written(facts.evaluation.summary):
        yield Remark(reading.place("evaluation", "summary"), "learned" if is_claimed else "summary", values)
    told = {outcome.organisation for outcome in facts.outcomes if is_written(outcome.text)}
    for _, organisation in reading.organisations():
        if organisation.id not in told:
            yield Remark(reading.place("outcomes"), "led-to" if is_claimed else "outcome", values | {"name": organisation.name})


@check("C46")
def handover(reading: Reading) -> Iterator[Remark]:
    """The last session, once it is planned or held, takes time to close and says who carries the work on."""
    last = reading.sessions[-1] if reading.sessions else None
    if not last or not (last.has_agenda or _is_held(reading, last)):
        yield NOTHING_TO_SEE
        return
    if max(last.minutes_of(BlockKind.CLOSE), default=0) < thresholds.CLOSING_MINUTES:
        yield Remark(last.agenda_place(), "close", last.values | {"limit": thresholds.CLOSING_MINUTES})
    if not is_written(last.facts.between.together) and not _has_promise_round(last):
        yield Remark(last.file.place(("between",), key=True), "with", last.values)


def _is_held(reading: Reading, session: Session) -> bool:
    is_past = bool(session.facts.date and session.facts.date < reading.today)
    return is_past or reading.facts.status is not Status.RUNNING


def _has_promise_round(session: Session) -> bool:
    return any(block.method == "promise-round" or vocabulary.PROMISE.search(block.title) for block in session.blocks)
