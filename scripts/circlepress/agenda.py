"""A session's agenda as time: when each block begins, what kinds of minutes it has, and how long people sit without a break.

In come the facts of a session and what the methods say of themselves; out comes plain arithmetic that pages, checks and
`circlepress plan` share. No words, no languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from msgspec import Struct

from .metadata.circle import SessionFacts
from .metadata.kinds import BlockKind
from .metadata.materials import MethodFacts

MINUTES_OF_A_DAY = 24 * 60
LONGEST_SESSION = 9 * 60
"""Minutes from start to end."""
_NOT_THEIR_VOICE = frozenset({BlockKind.INPUT, BlockKind.BREAK})

FindMethod = Callable[[str], MethodFacts | None]
"""Gives a method's facts by its id, or nothing for one that is not there."""


class TimedBlock(Struct, frozen=True):
    """One block of an agenda, with its place in time."""

    minutes: int
    kind: BlockKind
    """Its own, or its method's; work for a method that is not there."""
    after: int
    """Minutes from the beginning of the session."""
    priority: str = "should"
    """What gives way when time is short: must, should or can."""
    is_open: bool = False
    """The circle decides what happens here."""
    method: str = ""
    """The method's id; empty for a block without one."""
    range: tuple[int, int] | None = None
    """The least and the most minutes its method takes; `None` without a method."""
    title: str = ""
    """What the original calls it; empty when the method's title does."""


class Agenda(Struct, frozen=True, dict=True):
    """The blocks of one session and the clock they run by."""

    blocks: tuple[TimedBlock, ...]
    begins: time | None = None
    """By the clock of the session's own zone."""
    minutes_of_session: int | None = None
    """From start to end; `None` when it is not timed, or ends before it begins."""

    @property
    def minutes(self) -> int:
        """All blocks together."""
        return sum(block.minutes for block in self.blocks)

    @property
    def minutes_left(self) -> int:
        """Minutes of the session that no block fills; negative when the blocks take longer than the session."""
        return 0 if self.minutes_of_session is None else self.minutes_of_session - self.minutes

    @cached_property
    def minutes_by_kind(self) -> dict[BlockKind, int]:
        """The minutes of each kind that there is, in the order of `BlockKind`."""
        return {kind: minutes for kind in BlockKind if (minutes := sum(block.minutes for block in self.blocks if block.kind is kind))}

    @property
    def percent_by_kind(self) -> dict[BlockKind, int]:
        """The same in whole percent, together 100: the largest remainders are rounded up."""
        exact = {kind: Fraction(minutes * 100, self.minutes) for kind, minutes in self.minutes_by_kind.items()}
        percent = {kind: int(share) for kind, share in exact.items()}
        missing = 100 - sum(percent.values()) if percent else 0
        for kind in sorted(exact, key=lambda kind: percent[kind] - exact[kind])[:missing]:
            percent[kind] += 1
        return percent

    @property
    def minutes_of_participants(self) -> int:
        """Minutes in which participants speak, write or try: all but input and breaks."""
        return sum(minutes for kind, minutes in self.minutes_by_kind.items() if kind not in _NOT_THEIR_VOICE)

    @property
    def longest_stretch(self) -> int:
        """The most minutes without a break."""
        return longest_stretch((block.minutes, block.kind) for block in self.blocks)

    def clock(self, minutes: int) -> time | None:
        """Return what the clock says so many minutes after the beginning; `None` when the session has no clock or it is past midnight."""
        return clock_after(self.begins, minutes)


def agenda_of(facts: SessionFacts, method_by_id: FindMethod) -> Agenda:
    """Return a session's agenda, without blocks when it is not planned yet."""
    blocks, after = [], 0
    for block in facts.agenda:
        method = method_by_id(block.method) if block.method else None
        kind = block.kind or (method.kind if method else BlockKind.WORK)
        blocks.append(TimedBlock(block.minutes, kind, after, block.priority, block.open, block.method or "",
                                 (method.minutes.min, method.minutes.max) if method else None, block.title or ""))
        after += block.minutes
    return Agenda(tuple(blocks), facts.start, minutes_between(facts.start, facts.end))


def minutes_between(start: time | None, end: time | None) -> int | None:
    """Return the minutes from start to end of one day; `None` when one is missing or the end does not come after the start."""
    if not (start and end and start < end):
        return None
    begins, ends = (moment.hour * 60 + moment.minute for moment in (start, end))
    return ends - begins


def clock_after(begins: time | None, minutes: int) -> time | None:
    """Return the time of day so many minutes after `begins`; `None` when that is unknown, or the next day."""
    if begins is None or begins.hour * 60 + begins.minute + minutes >= MINUTES_OF_A_DAY:
        return None
    return (datetime.combine(datetime.min, begins) + timedelta(minutes=minutes)).time()


def longest_stretch(blocks: Iterable[tuple[int, BlockKind | None]]) -> int:
    """Return the most minutes without a break of blocks, given as minutes and kind."""
    stretches = groupby(blocks, key=lambda block: block[1] is BlockKind.BREAK)
    return max((sum(minutes for minutes, _ in stretch) for is_break, stretch in stretches if not is_break), default=0)
