"""Spreading and coordinating: circles at home, and who keeps them together. C30 to C34."""

from __future__ import annotations

from collections.abc import Iterator

from ..markdown_source import links
from ..metadata.circle import LocalCircleState, Organisation, Scope
from ..metadata.kinds import BlockKind
from . import thresholds, vocabulary
from .reading import NOTHING_TO_SEE, Reading, Remark, check, is_written, says


def _are_many(reading: Reading) -> bool:
    return reading.participants > thresholds.MANY_PARTICIPANTS


@check("C30")
def local_circle_intended(reading: Reading) -> Iterator[Remark]:
    """Someone plans a circle at home, unless the circle itself is one."""
    if reading.facts.scope is Scope.LOCAL:
        yield NOTHING_TO_SEE
    elif not reading.local_circles:
        yield Remark(reading.place("organisations"))


@check("C31")
def coordinator_when_spreading(reading: Reading) -> Iterator[Remark]:
    """Circles at home, or many participants, have a coordinator."""
    coordinator = reading.facts.coordinator
    if not reading.local_circles and not _are_many(reading):
        yield NOTHING_TO_SEE
        return
    if coordinator and is_written(coordinator.name):
        return
    values = {"participants": reading.participants, "limit": thresholds.MANY_PARTICIPANTS}
    yield Remark(reading.place("coordinator"), "local" if reading.local_circles else "many", values)


@check("C32")
def coordination_when_many(reading: Reading) -> Iterator[Remark]:
    """With many, it is described how recruiting and starting are coordinated, with a meeting or a call."""
    if not _are_many(reading) and len(reading.local_circles) < thresholds.MANY_LOCAL_CIRCLES:
        yield NOTHING_TO_SEE
        return
    values = {"participants": reading.participants, "circles": len(reading.local_circles)}
    coordination = reading.facts.coordination
    if not is_written(coordination):
        yield Remark(reading.place("coordination"), "missing", values)
    elif not says(coordination, vocabulary.MEETING_OR_CALL):
        yield Remark(reading.place("coordination"), "meeting", values)


@check("C33")
def local_circle_linked(reading: Reading) -> Iterator[Remark]:
    """A circle at home can be found: it says where it began, or the welcome links to it."""
    begun = [(index, organisation) for index, organisation in reading.organisations()
             if organisation.local_circle in (LocalCircleState.RUNNING, LocalCircleState.DONE)]
    if not begun:
        yield NOTHING_TO_SEE
    for index, organisation in begun:
        if not _has_child(reading, organisation) and not _is_linked(reading, organisation):
            yield Remark(reading.place("organisations", index, "local_circle"), values={"name": organisation.name})


def _has_child(reading: Reading, organisation: Organisation) -> bool:
    """Whether a circle of the project began in this one at this organisation."""
    return any(origin in (organisation.id, "") for _, origin in reading.catalogue.neighbours.children_of(reading.circle.id))


def _is_linked(reading: Reading, organisation: Organisation) -> bool:
    """Whether a line of the welcome names the organisation (as far as a comma) and holds a link."""
    name = organisation.name.split(",")[0].casefold()
    welcome = reading.circle.welcome
    bodies = [version.body for version in welcome.version_by_language.values()] if welcome else []
    return any(name in line.casefold() and any(links(line)) for body in bodies for line in body.split("\n"))


@check("C34")
def practise_facilitating(reading: Reading) -> Iterator[Remark]:
    """Those who are to facilitate at home can practise it in the circle."""
    if not reading.local_circles:
        yield NOTHING_TO_SEE
    elif not any(session.minutes_of(BlockKind.PRACTISE) for session in reading.sessions):
        yield Remark(reading.place("organisations"))
