"""The same session in another length: what each block becomes, which give way, and where a break is needed.

A method takes as long as it says it takes. Blocks marked `can` give way first, then the others shrink, then breaks go that
nobody needs, then what must stay shrinks, and last of all a block is left out, talks before work. Opening and closing
rounds always stay, as does what is marked `must`. Nobody sits longer without a break than the model check advises. The same
question always gets the same answer, and the present length gets the agenda as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum, StrEnum

from msgspec import Struct

from .agenda import LONGEST_SESSION, Agenda, TimedBlock, longest_stretch
from .metadata.kinds import BlockKind

SHORTEST_ROUND = 5
"""Minutes to which an opening, a closing or a look at the direction shrinks when it follows no method."""
SHORTEST_BLOCK = 10
"""Minutes to which any other block shrinks that follows no method; one that is shorter stays as it is."""
GROWS_TO = 2
"""So many times its present length a block may become that follows no method."""
LONGEST_BLOCK = 180
"""Minutes; what an agenda's block may be at most."""
BREAK = range(10, 16)
"""Minutes of a break: nobody gets coffee in less, and nobody needs more. A new one takes the least."""
MEAL = range(30, 61)
"""A break of half an hour is a meal, and stays one."""

_SHORT_KINDS = frozenset({BlockKind.OPEN, BlockKind.CLOSE, BlockKind.DIRECTION})
_ROUNDS = frozenset({BlockKind.OPEN, BlockKind.CLOSE})
_GOES_FIRST = (BlockKind.INPUT, BlockKind.PRACTISE, BlockKind.WORK, BlockKind.ALIGN, BlockKind.SHARE, BlockKind.DIRECTION)
"""Which kinds are left out first when some must be: talks before what participants do themselves."""


class Why(StrEnum):
    """Why a block is left out, or new."""

    CAN_GO = "it is marked can, and goes first"
    NO_TIME = "there is no time for all, even with every block as short as it can be"
    NO_BREAK_NEEDED = "nobody sits too long without it"
    BREAK_NEEDED = "otherwise people would sit too long without a break"


class Change(Struct, frozen=True):
    """What becomes of one block."""

    number: int | None
    """Where it stands in the present agenda, counted from 0; `None` for a new break."""
    was: int
    """Minutes; 0 for a new break."""
    becomes: int
    """Minutes; 0 when it is left out."""
    why: Why | None = None
    """Why it is left out, or new; `None` when it stays."""


class Proposal(Struct, frozen=True):
    """A session's agenda in another length, or why there is none."""

    minutes: int
    """The length that was asked for."""
    changes: tuple[Change, ...]
    """In the order of the agenda, with what is left out; empty when the length is not possible."""
    shortest: int
    longest: int
    nearest: tuple[int, ...] = ()
    """When the length is not possible though a shorter and a longer one are: the nearest on both sides."""

    @property
    def is_possible(self) -> bool:
        return bool(self.changes)


class _Rank(IntEnum):
    """In which order blocks shrink."""

    CAN = 0
    SHOULD = 1
    BREAK = 2
    MUST = 3


class _Item(Struct, frozen=True):
    number: int | None
    present: int
    least: int
    most: int
    rank: _Rank
    kind: BlockKind
    is_open: bool = False

    @property
    def is_break(self) -> bool:
        return self.kind is BlockKind.BREAK

    @property
    def minutes(self) -> int:
        """As near to the present as the range allows."""
        return min(max(self.present, self.least), self.most)


def propose(agenda: Agenda, minutes: int, limit: int) -> Proposal:
    """Return the agenda in another length.

    `minutes` is the length wanted, `limit` the most minutes without a break. The agenda must have blocks. A single block whose
    method takes longer than `limit` is let be.
    """
    items = tuple(_item(number, block) for number, block in enumerate(agenda.blocks))
    shortest, longest = _shortest(items, limit), _longest(items, limit)
    if minutes == agenda.minutes:
        return Proposal(minutes, tuple(Change(item.number, item.present, item.present) for item in items), min(shortest, minutes), max(longest, minutes))
    found = _search(items, minutes, limit) if shortest <= minutes <= longest else None
    if found is None:
        near = (_nearest(items, range(minutes - 1, shortest - 1, -1), limit), _nearest(items, range(minutes + 1, longest + 1), limit))
        return Proposal(minutes, (), shortest, longest, tuple(one for one in near if one is not None) if shortest < minutes < longest else ())
    return Proposal(minutes, tuple(_changes(items, *found)), min(shortest, minutes), max(longest, minutes))


def _item(number: int, block: TimedBlock) -> _Item:
    present = block.minutes
    if block.kind is BlockKind.BREAK:
        usual = MEAL if present >= MEAL.start else BREAK
        least, most = min(usual.start, present), max(usual.stop - 1, present)
    elif block.range:
        least, most = block.range
    else:
        least = min(SHORTEST_ROUND if block.kind in _SHORT_KINDS else SHORTEST_BLOCK, present)
        most = min(GROWS_TO * present, LONGEST_BLOCK)
    if block.kind in _ROUNDS or block.priority == "must":
        rank = _Rank.MUST
    elif block.kind is BlockKind.BREAK:
        rank = _Rank.BREAK
    else:
        rank = _Rank.CAN if block.priority == "can" else _Rank.SHOULD
    return _Item(number, present, least, most, rank, block.kind, block.is_open)


# --- which blocks stay -----------------------------------------------------------------------------------------------

_Found = tuple[tuple[_Item, ...], list[int]]


def _search(items: tuple[_Item, ...], minutes: int, limit: int) -> _Found | None:
    """Return the blocks that stay, with new breaks, and the minutes of each; `None` when the length is not possible."""
    can, should = (_in_order_of_leaving(items, rank) for rank in (_Rank.CAN, _Rank.SHOULD))
    grows = minutes > sum(item.present for item in items)
    for rank in _Rank if grows else (_Rank.CAN,):
        if found := _fit(items, minutes, limit, rank):
            return found
    for number in range(1, len(can) + 1):
        if found := _fit(_without(items, can[:number]), minutes, limit, _Rank.CAN):
            return _with_more(items, can[:number], found, minutes, limit)
    for rank in (_Rank.SHOULD, _Rank.BREAK):
        if found := _fit(_without(items, can), minutes, limit, rank):
            return found
    for rank in (_Rank.BREAK, _Rank.MUST):
        for kept in _with_fewer_breaks(_without(items, can), limit):
            if found := _fit(kept, minutes, limit, rank):
                return found
    for number in range(1, len(should) + 1):
        if found := _fit_with_fewest_breaks(_without(items, can + should[:number]), minutes, limit):
            return _with_more(items, should[:number], found, minutes, limit)
    return None


def _in_order_of_leaving(items: Iterable[_Item], rank: _Rank) -> list[_Item]:
    """Return the blocks of a rank that may be left out: talks first, what the circle decides last, and of one kind the latest first.

    When nothing else must stay, the last of them stays.
    """
    items = list(items)
    order = sorted((item for item in items if item.rank is rank),
                   key=lambda item: (item.is_open, _GOES_FIRST.index(item.kind), -(item.number or 0)))
    stays_anyway = any(not item.is_break and item.rank > rank for item in items)
    return order if stays_anyway else order[:-1]


def _without(items: tuple[_Item, ...], left_out: Iterable[_Item]) -> tuple[_Item, ...]:
    """Return what stays, without breaks that would begin or end the session or follow another one because of what is left out."""
    gone = set(left_out)
    kept = [item for item in items if item not in gone]
    for item in [item for item in kept if item.rank is _Rank.BREAK]:
        at, was_at = kept.index(item), items.index(item)
        def is_edge(line, place):
            return place in (0, len(line) - 1) or line[place - 1].is_break
        if is_edge(kept, at) and not is_edge(items, was_at):
            kept.remove(item)
    return tuple(kept)


def _with_fewer_breaks(items: tuple[_Item, ...], limit: int) -> Iterator[tuple[_Item, ...]]:
    """Yield the blocks with one break less each time, the last first, as long as nobody need sit too long."""
    yield items
    for item in reversed([item for item in items if item.rank is _Rank.BREAK]):
        fewer = tuple(one for one in items if one is not item)
        if longest_stretch((one.least, one.kind) for one in fewer) <= limit:
            items = fewer
            yield items


def _fit_with_fewest_breaks(items: tuple[_Item, ...], minutes: int, limit: int) -> _Found | None:
    """Return minutes for each block with as few breaks as can be, since work has to be left out as it is."""
    lines = list(_with_fewer_breaks(items, limit))
    fitting = (_fit(kept, minutes, limit, _Rank.MUST, new_breaks=new) for new in (False, True) for kept in reversed(lines))
    return next((found for found in fitting if found), None)


def _with_more(items: tuple[_Item, ...], left_out: list[_Item], found: _Found, minutes: int, limit: int) -> _Found:
    """Return what was found with everything that need not have been left out after all."""
    gone = [item for item in items if item.number not in {one.number for one in found[0]} and not item.is_break]
    for item in reversed(left_out[:-1]):
        fewer_gone = [one for one in gone if one is not item]
        if again := _fit_with_fewest_breaks(_without(items, fewer_gone), minutes, limit):
            found, gone = again, fewer_gone
    return found


# --- how long each becomes -------------------------------------------------------------------------------------------


def _fit(items: tuple[_Item, ...], minutes: int, limit: int, rank: _Rank, *, new_breaks: bool = True) -> _Found | None:
    """Return the minutes of each block so that they add up, blocks up to `rank` shrinking, with new breaks where they are needed and allowed."""
    while True:
        least = [item.least if item.rank <= rank else item.minutes for item in items]
        stretches = _stretches(items)
        room = {at: max(limit, items[stretch[0]].least if len(stretch) == 1 else 0) for at, stretch in enumerate(stretches)}
        too_long = [stretch for at, stretch in enumerate(stretches) if sum(least[i] for i in stretch) > room[at]]
        full = [stretch for at, stretch in enumerate(stretches) if sum(items[i].most for i in stretch) > room[at]]
        most = sum(min(room[at], sum(items[i].most for i in stretch)) for at, stretch in enumerate(stretches))
        most += sum(item.most for item in items if item.is_break)
        if sum(least) > minutes:
            return None
        if not too_long and most >= minutes:
            return items, _allocate(items, minutes, least, stretches, room)
        splitting = [stretch for stretch in too_long or full if len(stretch) > 1]
        if not splitting or not new_breaks:
            return None
        longest = max(splitting, key=lambda stretch: sum(items[i].minutes for i in stretch))
        at = _middle(items, longest)
        items = (*items[:at], _Item(None, BREAK.start, BREAK.start, BREAK.start, _Rank.BREAK, BlockKind.BREAK), *items[at:])


def _stretches(items: tuple[_Item, ...]) -> list[list[int]]:
    """Return the places of the blocks between breaks."""
    stretches: list[list[int]] = [[]]
    for place, item in enumerate(items):
        if item.is_break:
            stretches.append([])
        else:
            stretches[-1].append(place)
    return [stretch for stretch in stretches if stretch]


def _middle(items: tuple[_Item, ...], stretch: list[int]) -> int:
    """Return the place between two blocks of a stretch that is nearest to its middle, away from the rounds where one can."""
    total, passed, best = sum(items[i].minutes for i in stretch), 0, (2, 0, 0)
    for before, after in zip(stretch, stretch[1:], strict=False):
        passed += items[before].minutes
        at_a_round = items[before].kind is BlockKind.OPEN or items[after].kind is BlockKind.CLOSE
        best = min(best, (int(at_a_round), abs(2 * passed - total), after))
    return best[2]


def _allocate(items: tuple[_Item, ...], minutes: int, least: list[int], stretches: list[list[int]], room: dict[int, int]) -> list[int]:
    """Return minutes for each block that add up to `minutes`; `_fit` has made sure that there are some."""
    found = [item.minutes for item in items]
    stretch_of = {place: at for at, stretch in enumerate(stretches) for place in stretch}

    def share(place: int) -> int:
        return found[place] * 10_000 // items[place].present

    def take(places: Iterable[int]) -> None:
        found[min((i for i in places if found[i] > least[i]), key=lambda i: (items[i].rank, -share(i), -found[i], i))] -= 1

    def has_room(place: int) -> bool:
        at = stretch_of.get(place)
        return found[place] < items[place].most and (at is None or sum(found[i] for i in stretches[at]) < room[at])

    def order_of_giving(place: int) -> tuple[int, int, int]:
        item = items[place]
        if found[place] < item.present:
            return -item.rank - 1, share(place), place
        return (2 if item.is_break else 1 if item.rank is _Rank.CAN else 0), share(place), place

    for at, stretch in enumerate(stretches):
        while sum(found[i] for i in stretch) > room[at]:
            take(stretch)
    while sum(found) > minutes:
        take(range(len(found)))
    while sum(found) < minutes:
        found[min((i for i in range(len(found)) if has_room(i)), key=order_of_giving)] += 1
    return found


# --- what can be at all ----------------------------------------------------------------------------------------------


def _shortest(items: tuple[_Item, ...], limit: int) -> int:
    """Return the least minutes: what must stay, each as short as it can be, with the breaks it takes."""
    gone = _in_order_of_leaving(items, _Rank.CAN) + _in_order_of_leaving(items, _Rank.SHOULD)
    *_, kept = _with_fewer_breaks(_without(items, gone), limit)
    return next(minutes for minutes in range(sum(item.least for item in kept), 10_000) if _fit(kept, minutes, limit, _Rank.MUST))


def _longest(items: tuple[_Item, ...], limit: int) -> int:
    """Return the most minutes: every block as long as it can be, with the breaks that takes."""
    most = min(sum(item.most for item in items) + BREAK.start * len(items), LONGEST_SESSION)
    return next((minutes for minutes in range(most, 0, -1) if _fit(items, minutes, limit, _Rank.MUST)), 0)


def _nearest(items: tuple[_Item, ...], lengths: Iterable[int], limit: int) -> int | None:
    return next((minutes for minutes in lengths if _search(items, minutes, limit)), None)


def _changes(items: tuple[_Item, ...], kept: tuple[_Item, ...], minutes: list[int]) -> Iterator[Change]:
    """Yield what becomes of each block, in order."""
    waiting = list(items)
    for item, becomes in zip(kept, minutes, strict=True):
        while item.number is not None and waiting[0].number != item.number:
            yield _left_out(waiting.pop(0))
        if item.number is None:
            yield Change(None, 0, becomes, Why.BREAK_NEEDED)
        else:
            waiting.pop(0)
            yield Change(item.number, item.present, becomes)
    for item in waiting:
        yield _left_out(item)


def _left_out(item: _Item) -> Change:
    why = Why.NO_BREAK_NEEDED if item.is_break else Why.CAN_GO if item.rank is _Rank.CAN else Why.NO_TIME
    return Change(item.number, item.present, 0, why)
