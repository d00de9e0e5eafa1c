"""Brings what has changed there into a file that may have been changed here, block by block, with nothing written here lost.

A block that nobody here has touched follows; one that only changed here stays; one that changed on both sides stays, and is
offered. What was taken out here stays out. Git is not needed: both sides are compared with what the file was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from .blocks import META, TOP, Block, apart, page_parts, plain_text, stamp_of, stamps_of, together
from .origin import Offer
from .sections import INTRO
from .yaml_edit import quoted, scalar
from .yaml_source import parse_yaml

FILE = ""
"""Stands for the whole file where others stand for blocks."""
_MARK = f"{META}translation"
_FIRST = (INTRO, TOP)
"""What has no heading or key of its own, and would belong to the block before it anywhere else."""


class Fate(StrEnum):
    """What became of a block or file."""

    FOLLOWED = "followed"
    """It changed there, not here, and is now as it is there."""
    ADDED = "added"
    """It is new there."""
    REMOVED = "removed"
    """It is not there any more, was not changed here, and is taken out."""
    MOVED = "moved"
    """It has another name there, and now here."""
    OFFERED = "offered"
    """It changed on both sides; nothing was done."""
    WAITING = "waiting"
    """As before: offered earlier, and nothing has changed there since."""
    ACCEPTED = "accepted"
    KEPT = "kept"
    """Somebody decided: theirs was taken, ours was kept."""
    GONE_HERE = "gone here"
    """It was taken out here, and changed there; it stays out."""


class Told(Struct, frozen=True):
    """One thing that an update did, or would have a person decide."""

    path: str
    """The file here."""
    block: str
    fate: Fate
    base: str | None = None
    """What it was made from, as far as it is known; `None` when it was not there. So are the next two."""
    here: str | None = None
    there: str | None = None
    note: str = ""


class Merged(Struct, frozen=True):
    content: bytes | None
    """The file as it shall be here; `None` for a file that shall not be."""
    offers: Mapping[str, Offer] = field(default_factory=dict)
    told: tuple[Told, ...] = ()


class Decisions(Struct, frozen=True):
    """What a person has decided: paths, or paths with `#` and a block."""

    accept: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()

    def on(self, block: str, *paths: str) -> Fate | None:
        """Return what was decided on a block of a file that has these names."""
        for names, fate in ((self.accept, Fate.ACCEPTED), (self.keep, Fate.KEPT)):
            if any(path in names or block and f"{path}#{block}" in names for path in paths):
                return fate
        return None


def merge(path: str, here: bytes, there: bytes, stamp_by_block: Mapping[str, str], base: bytes | None, offers: Mapping[str, Offer],
          decide: Callable[[str], Fate | None] = lambda block: None) -> Merged:
    """Return a file of this project, `path`, with what changed on the other side.

    `stamp_by_block` and `base` are what both were made from: the stamps of its blocks, and the text itself if it is known.
    `offers` wait from earlier. `decide` says what a person decided on a block.
    """
    ours, theirs = stamps_of(path, here), stamps_of(path, there)
    if here == there or ours == theirs and here != base:
        return Merged(here)
    if ours == stamp_by_block and not offers and decide(FILE) is not Fate.KEPT:
        return Merged(there if here == base else _as_typed(there, here), {}, _changes(path, here, there) if ours != theirs else ())
    here_text, there_text = plain_text(here), plain_text(there)
    if here_text is None or there_text is None:
        return _merge_whole(path, here, there, stamp_by_block, offers, decide)
    work = _Merge(path, here_text, there_text, stamp_by_block, plain_text(base) if base is not None else None, offers, decide)
    text = work.run()
    if text == here_text:
        return Merged(here, work.offers, tuple(work.told))
    if _can_be_read(path, here_text) and _can_be_read(path, there_text) and not _can_be_read(path, text):
        return _merge_whole(path, here, there, stamp_by_block, offers, decide)
    return Merged(_as_typed(text.encode("utf-8"), here), work.offers, tuple(work.told))


def _as_typed(content: bytes, like: bytes) -> bytes:
    """Return a text with the line ends, and the mark at its beginning, that another has."""
    text = plain_text(content)
    if text is None:
        return content
    mark = b"\xef\xbb\xbf" if like.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.replace("\n", "\r\n" if b"\r\n" in like else "\n").encode("utf-8")


def _changes(path: str, base: bytes, there: bytes) -> tuple[Told, ...]:
    """Say which blocks of a file that nobody here has touched have changed there."""
    texts = [plain_text(content) for content in (base, there)]
    if None in texts:
        return (Told(path, FILE, Fate.FOLLOWED),)
    old, new = ({block.name: block for block in apart(path, text)} for text in texts)
    told = [Told(path, name, Fate.FOLLOWED, old[name].text, old[name].text, new[name].text) for name in new if name in old and old[name].stamp != new[name].stamp]
    told += [Told(path, name, Fate.ADDED, None, None, new[name].text) for name in new if name not in old]
    told += [Told(path, name, Fate.REMOVED, old[name].text, old[name].text, None) for name in old if name not in new]
    return tuple(told) or (Told(path, FILE, Fate.FOLLOWED),)


def _merge_whole(path: str, here: bytes, there: bytes, stamp_by_block: Mapping[str, str], offers: Mapping[str, Offer],
                 decide: Callable[[str], Fate | None]) -> Merged:
    """Merge a file that cannot be taken apart: a picture, or one whose parts do not fit together."""
    ours, theirs = stamps_of(path, here), stamps_of(path, there)
    waiting = offers.get(FILE)
    if theirs == ours or theirs == stamp_by_block and waiting is None:
        return Merged(here)
    if ours == stamp_by_block and waiting is None:
        return Merged(there, {}, (Told(path, FILE, Fate.FOLLOWED),))
    decided = decide(FILE)
    if decided is Fate.ACCEPTED:
        return Merged(there, {}, (Told(path, FILE, decided),))
    if decided is Fate.KEPT:
        return Merged(here, {}, (Told(path, FILE, decided),))
    whole = stamp_of(repr(sorted(theirs.items())))
    known = waiting is not None and waiting.offered == whole
    texts = [plain_text(content) for content in (here, there)]
    made_from = waiting.made_from if waiting else stamp_of(repr(sorted(stamp_by_block.items())))
    return Merged(here, {FILE: Offer(made_from, None, whole)},
                  (Told(path, FILE, Fate.WAITING if known else Fate.OFFERED, None, *texts),))


def _can_be_read(path: str, text: str) -> bool:
    front = page_parts(text)[0] if path.endswith(".md") else text if path.endswith((".yml", ".yaml")) else None
    if front is None:
        return not path.endswith(".md")
    problems: list = []
    parse_yaml(front, path, 0, problems, strict=False)
    return not problems


class _Merge(Struct):
    path: str
    here_text: str
    there_text: str
    stamp_by_block: Mapping[str, str]
    base_text: str | None
    waiting: Mapping[str, Offer]
    decide: Callable[[str], Fate | None]
    offers: dict[str, Offer] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def run(self) -> str:
        here, there = ({block.name: block for block in apart(self.path, text)} for text in (self.here_text, self.there_text))
        base = {block.name: block for block in apart(self.path, self.base_text)} if self.base_text is not None else {}
        result: dict[str, Block] = {}
        for name in dict.fromkeys((*here, *there, *self.waiting)):
            if name != _MARK and (block := self._block(name, base.get(name), here.get(name), there.get(name))):
                result[name] = block
        if _MARK in here or _MARK in there:
            if block := self._mark(base.get(_MARK), here.get(_MARK), there.get(_MARK), here, there, result):
                result[_MARK] = block
        if result == here:
            return self.here_text
        return together(self.path, tuple(result[name] for name in self._order(result, tuple(here), tuple(there))))

    def _stamp(self, name: str) -> str | None:
        """Return the stamp of what a block was made from, as far as anything has been decided about it."""
        if name in self.waiting:
            return self.waiting[name].made_from
        return self.stamp_by_block.get(name)

    def _block(self, name: str, base: Block | None, here: Block | None, there: Block | None) -> Block | None:
        made_from = self._stamp(name)
        base_text = self.waiting[name].base if name in self.waiting else base.text if base else None
        ours, theirs = here.stamp if here else None, there.stamp if there else None

        def tell(fate: Fate) -> None:
            self.told.append(Told(self.path, name, fate, base_text, here.text if here else None, there.text if there else None))

        if ours == theirs:
            return here
        if theirs == made_from:
            return here
        decided = self.decide(name)
        if ours == made_from and decided is not Fate.KEPT:
            tell(Fate.ADDED if ours is None else Fate.REMOVED if theirs is None else Fate.FOLLOWED)
            return there
        if decided:
            tell(decided)
            return there if decided is Fate.ACCEPTED else here
        if here is None:  # taken out here, changed there: it stays out, and is told once
            known = name in self.waiting and self.waiting[name].offered == theirs
            self.offers[name] = Offer(made_from, base_text, theirs or "")
            if not known:
                tell(Fate.GONE_HERE)
            return None
        known = name in self.waiting and self.waiting[name].offered == (theirs or "")
        self.offers[name] = Offer(made_from, base_text, theirs or "")
        tell(Fate.WAITING if known else Fate.OFFERED)
        return here

    def _mark(self, base: Block | None, here: Block | None, there: Block | None, here_blocks: Mapping[str, Block],
              there_blocks: Mapping[str, Block], result: Mapping[str, Block]) -> Block | None:
        """Merge what a translation was made from: each section's stamp goes with the text that was chosen for the section."""
        made_from = self._stamp(_MARK)
        if here is None or there is None or here.stamp == there.stamp or made_from in (here.stamp, there.stamp):
            return self._block(_MARK, base, here, there)
        ours, theirs = _mark_of(here.text), _mark_of(there.text)
        if ours is None or theirs is None or ours.get("of") != theirs.get("of"):
            return self._block(_MARK, base, here, there)
        sections = {}
        for identifier in dict.fromkeys((*theirs["sections"], *ours["sections"])):
            if identifier == "meta":
                names = [name for name in result if name.startswith(META) and name != _MARK]
                is_theirs = any(name in there_blocks and result[name] is there_blocks[name] for name in names)
                is_ours = any(name in here_blocks and result[name] is here_blocks[name] and here_blocks[name] != there_blocks.get(name) for name in names)
                side = theirs if is_theirs and not is_ours else ours
            elif identifier not in result:
                continue
            else:
                same = here_blocks.get(identifier) == there_blocks.get(identifier)
                known = (_mark_of(base.text) or {}).get("sections", {}).get(identifier) if base else None
                moved = ours["sections"].get(identifier) == known
                side = theirs if result[identifier] is there_blocks.get(identifier) or same and moved else ours
            stamp = side["sections"].get(identifier)
            if stamp:
                sections[identifier] = stamp
        lines = [f"  of: {ours['of']}", f"  state: {ours.get('state', 'draft')}", "  sections:", *(f"    {scalar(key)}: {quoted(stamp)}" for key, stamp in sections.items())]
        return Block(_MARK, "\n".join(["translation:", *lines]))

    def _order(self, result: Collection[str], here: Sequence[str], there: Sequence[str]) -> list[str]:
        """Return the order of the blocks: theirs where nobody here has moved or added any, else ours, with what is new where it belongs."""
        shared = [name for name in here if name in self.stamp_by_block]
        first, second = (there, here) if shared == [name for name in self.stamp_by_block if name in here] else (here, there)
        order = [name for name in first if name in result]
        for name in second:
            if name in result and name not in order:
                before = next((other for other in reversed(second[: second.index(name)]) if other in order), None)
                order.insert(order.index(before) + 1 if before else 0, name)
        return sorted(order, key=lambda name: name not in _FIRST)


def _mark_of(text: str) -> dict | None:
    """Return a translation's mark as a map, when it has the usual shape."""
    tree, _ = parse_yaml(text, "", 0, [], strict=False)
    mark = tree.get("translation")
    if not isinstance(mark, dict) or set(mark) - {"of", "state", "sections"}:
        return None
    mark.setdefault("sections", {})
    return mark if isinstance(mark["sections"], dict) and all(isinstance(stamp, str) for stamp in mark["sections"].values()) else None
