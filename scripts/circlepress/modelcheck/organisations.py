"""Home organisations: what have they promised, and who tries things together? C24 to C29."""

from __future__ import annotations

from collections.abc import Iterator

from ..metadata.circle import Commitment
from . import thresholds
from .reading import NOTHING_TO_SEE, Reading, Remark, check, is_written


def _without(reading: Reading, commitment: Commitment) -> Iterator[tuple[int, str, bool]]:
    """Yield number and name of each organisation that has not promised something, and whether it promised anything."""
    for index, organisation in reading.organisations():
        if commitment not in organisation.commitments:
            yield index, organisation.name, bool(organisation.commitments)


@check("C24")
def commitments_given(reading: Reading) -> Iterator[Remark]:
    """Each organisation has promised something, and working time."""
    if not reading.facts.organisations:
        yield NOTHING_TO_SEE
    for index, name, promised in _without(reading, Commitment.TIME):
        yield Remark(reading.place("organisations", index, "commitments"), "time" if promised else "none", {"name": name})


@check("C25")
def room_to_experiment(reading: Reading) -> Iterator[Remark]:
    """Each organisation has promised room to try new approaches."""
    if not reading.facts.organisations:
        yield NOTHING_TO_SEE
    for index, name, _ in _without(reading, Commitment.EXPERIMENT):
        yield Remark(reading.place("organisations", index, "commitments"), values={"name": name})


@check("C26")
def agreement_dated(reading: Reading) -> Iterator[Remark]:
    """Each agreement has a date, before the first session or on its day."""
    if not reading.facts.organisations:
        yield NOTHING_TO_SEE
    for index, organisation in reading.organisations():
        place = reading.place("organisations", index, "agreed")
        if not organisation.agreed:
            yield Remark(place, "missing", {"name": organisation.name})
        elif reading.begins and organisation.agreed > reading.begins:
            yield Remark(place, "late", {"name": organisation.name, "date": organisation.agreed.isoformat()})


@check("C27")
def colleagues_involved(reading: Reading) -> Iterator[Remark]:
    """Nobody is alone: there is a colleague in the circle or a team at home."""
    if not reading.facts.organisations:
        yield NOTHING_TO_SEE
    for index, organisation in reading.organisations():
        if 0 < organisation.participants < thresholds.COLLEAGUES and Commitment.TEAM not in organisation.commitments:
            yield Remark(reading.place("organisations", index, "participants"), values={"name": organisation.name})


@check("C28")
def work_between(reading: Reading) -> Iterator[Remark]:
    """After every session but the last there is something to try."""
    if len(reading.sessions) < 2:
        yield NOTHING_TO_SEE
    for session, following in zip(reading.sessions, reading.sessions[1:], strict=False):
        if not is_written(session.facts.between.attempt):
            yield Remark(session.file.place(("between",), key=True), values=session.values | {"until": following.number})


@check("C29")
def manager_in_the_loop(reading: Reading) -> Iterator[Remark]:
    """Each organisation's manager follows along."""
    if not reading.facts.organisations:
        yield NOTHING_TO_SEE
    for index, name, _ in _without(reading, Commitment.MANAGER):
        yield Remark(reading.place("organisations", index, "commitments"), values={"name": name})
