"""Facilitating: is there someone who holds the process, and do the agendas leave it open? C14 to C23.

A session without an agenda is not planned yet, and that may be just right: only C22 counts such sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from ..markdown_source import split_sections
from ..metadata.kinds import BlockKind
from ..problem import Severity
from . import thresholds, vocabulary
from .reading import NOTHING_TO_SEE, Reading, Remark, Session, check, is_written

_NOT_PLANNED_FOR_THEM = {BlockKind.OPEN, BlockKind.CLOSE, BlockKind.BREAK}


@check("C14")
def facilitator_named(reading: Reading) -> Iterator[Remark]:
    """Someone facilitates; with many participants, not alone."""
    facilitators = [one for one in reading.facts.facilitators if is_written(one.name)]
    if not facilitators:
        yield Remark(reading.place("facilitators"), "none")
    elif len(facilitators) == 1 and reading.participants > thresholds.PARTICIPANTS_FOR_ONE_FACILITATOR:
        values = {"participants": reading.participants, "limit": thresholds.PARTICIPANTS_FOR_ONE_FACILITATOR}
        yield Remark(reading.place("facilitators"), "alone", values, at_most=Severity.ADVICE)


@check("C15")
def process_and_content(reading: Reading) -> Iterator[Remark]:
    """The facilitators together know the process and the subject."""
    facilitators = reading.facts.facilitators
    if not facilitators:
        yield NOTHING_TO_SEE
        return
    missing = [key for key in ("process", "content") if not any(is_written(getattr(one, key)) for one in facilitators)]
    if missing:
        yield Remark(reading.place("facilitators"), values={"missing": " ".join(f"competence.{key}" for key in missing)})


@check("C16")
def experience_or_mentor(reading: Reading) -> Iterator[Remark]:
    """Each facilitator has experience of open processes, or a mentor."""
    if not reading.facts.facilitators:
        yield NOTHING_TO_SEE
    for index, one in enumerate(reading.facts.facilitators):
        if is_written(one.name) and not is_written(one.experience) and not is_written(one.mentor):
            yield Remark(reading.place("facilitators", index), values={"name": one.name})


@check("C17")
def opening_and_closing(reading: Reading) -> Iterator[Remark]:
    """Each planned session begins with an opening and ends with a closing."""
    if not reading.planned:
        yield NOTHING_TO_SEE
    for session in reading.planned:
        opens, closes = session.blocks[0].kind is BlockKind.OPEN, session.blocks[-1].kind is BlockKind.CLOSE
        if not (opens and closes):
            form = "close" if opens else "open" if closes else "both"
            yield Remark(session.agenda_place(), form, session.values)


@check("C18")
def agenda_adds_up(reading: Reading) -> Iterator[Remark]:
    """The minutes of the agenda are the minutes of the session."""
    timed = [session for session in reading.planned if session.clock_minutes]
    if not timed:
        yield NOTHING_TO_SEE
    for session in timed:
        agenda, clock = session.agenda_minutes, session.clock_minutes
        if agenda != clock:
            values = session.values | {"agenda": agenda, "meeting": clock}
            yield Remark(session.agenda_place(), "long" if agenda > clock else "short", values)


@check("C19")
def breaks(reading: Reading) -> Iterator[Remark]:
    """Nobody sits too long without a break, and on a screen not as long as in a room."""
    if not reading.planned:
        yield NOTHING_TO_SEE
    for session in reading.planned:
        limit = thresholds.minutes_without_break(session.facts.mode)
        if session.longest_stretch() > limit:
            yield Remark(session.agenda_place(), values=session.values | {"minutes": session.longest_stretch(), "limit": limit})


@check("C20")
def participants_speak_most(reading: Reading) -> Iterator[Remark]:
    """Talks take only a small part of each session."""
    if not reading.planned:
        yield NOTHING_TO_SEE
    for session in reading.planned:
        share = Fraction(sum(session.minutes_of(BlockKind.INPUT)), session.agenda_minutes)
        if share > thresholds.INPUT_SHARE:
            values = session.values | {"percent": ceil(share * 100), "limit": floor(thresholds.INPUT_SHARE * 100)}
            yield Remark(session.agenda_place(), values=values)


@check("C21")
def direction_looked_at(reading: Reading) -> Iterator[Remark]:
    """Of a few planned sessions in a row, one looks at the direction."""
    if len(reading.planned) < thresholds.SESSIONS_PER_DIRECTION:
        yield NOTHING_TO_SEE
    without: list[Session] = []
    for session in [*reading.planned, None]:
        if session and not session.minutes_of(BlockKind.DIRECTION):
            without.append(session)
            continue
        if len(without) >= thresholds.SESSIONS_PER_DIRECTION:
            values = without[0].values | {"until": without[-1].number, "limit": thresholds.SESSIONS_PER_DIRECTION}
            yield Remark(without[-1].agenda_place(), values=values)
        without = []


@check("C22")
def room_for_co_creation(reading: Reading) -> Iterator[Remark]:
    """Of the sessions after the first few, many are still open."""
    later = reading.sessions[thresholds.FIRST_SESSIONS:]
    if not later:
        yield NOTHING_TO_SEE
        return
    planned = [session for session in later if not _is_left_open(session)]
    allowed = floor(len(later) * thresholds.PLANNED_SHARE)
    if len(planned) > allowed:
        values = planned[0].values | {"planned": len(planned), "total": len(later), "open": len(later) - allowed}
        yield Remark(planned[0].agenda_place(), "one" if len(later) == 1 else "many", values)


def _is_left_open(session: Session) -> bool:
    """Whether nothing is planned but rounds, breaks and blocks that the circle fills itself."""
    return all(block.is_open or block.kind in _NOT_PLANNED_FOR_THEM for block in session.blocks)


@check("C23")
def change_noted(reading: Reading) -> Iterator[Remark]:
    """Past the middle, it is noted that the direction changed or that it held."""
    frame = reading.facts.frame
    if not (frame.start and frame.end) or reading.today <= frame.start + (frame.end - frame.start) / 2:
        yield NOTHING_TO_SEE
    elif not reading.facts.adjustments and not _has_note_on_direction(reading):
        yield Remark(reading.place("adjustments"))


def _has_note_on_direction(reading: Reading) -> bool:
    """Whether the notes after some session name the direction; the template's request to write them does not count."""
    for version in reading.versions:
        notes = [text for identifier, text in split_sections(version.body) if identifier == "after"]
        for line in "\n".join(notes).split("\n"):
            said = line.strip(" -*+\t")
            if said and not said.startswith("#") and vocabulary.DIRECTION.search(said) and not vocabulary.INSTRUCTION.match(said):
                return True
    return False
