"""What a check is given and what it gives back: a circle read for the model check, and remarks about it.

`Reading` answers the questions that several checks ask (who is in, which sessions are planned, what kind a block is),
so that each check can be one small function. A check yields a `Remark` for each thing it misses; a check that has
nothing to look at yields `NOTHING_TO_SEE`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from msgspec import Struct, field

from ..agenda import longest_stretch, minutes_between
from ..catalogue import Catalogue, Circle, Material, Version
from ..finding import UNSEEN
from ..language import Localised
from ..metadata import CircleFacts, SessionFacts
from ..metadata.circle import Commitment, Organisation, SessionState
from ..metadata.kinds import BlockKind, is_todo
from ..problem import Place, Severity
from ..source import KeyPath, SourceFile


class Remark(Struct, frozen=True):
    """One thing a check misses."""

    place: Place
    form: str = ""
    """Which of the check's sentences, when it has several."""
    values: Mapping[str, str | int] = field(default_factory=dict)
    at_most: Severity | None = None
    """The loudest it may speak, when that is less than the check's table says."""


NOTHING_TO_SEE = Remark(Place(""), UNSEEN)

CheckFunction = Callable[["Reading"], Iterable[Remark]]
CHECK_FUNCTION_BY_ID: dict[str, CheckFunction] = {}


def check(number: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function as the check with this number."""

    def register(function: CheckFunction) -> CheckFunction:
        if number in CHECK_FUNCTION_BY_ID:
            raise ValueError(f"{number} is there twice")
        CHECK_FUNCTION_BY_ID[number] = function
        return function

    return register


def is_written(text: Localised | str | None) -> bool:
    """Whether a text is there in every language it is given in; the template's own TODO does not count."""
    texts = [text] if isinstance(text, str) else list((text or {}).values())
    return bool(texts) and not any(is_todo(one) for one in texts)


def says(text: Localised, words: re.Pattern[str]) -> bool:
    """Whether any language's text holds one of the words."""
    return any(words.search(one) for one in text.values())


class Block(Struct, frozen=True):
    """A block of an agenda."""

    minutes: int
    kind: BlockKind | None
    """The method's kind when it names one; `None` when the method does not exist."""
    title: str
    method: str
    is_open: bool
    """The circle decides what happens here."""


class Session(Struct, frozen=True):
    """A session that is to take place, as the checks read it."""

    material: Material
    blocks: tuple[Block, ...]

    @property
    def facts(self) -> SessionFacts:
        return self.material.facts

    @property
    def file(self) -> SourceFile:
        return self.material.version_by_language[self.material.original].source

    @property
    def number(self) -> int:
        """The number its file name begins with."""
        return int(self.material.id.split("-")[0])

    @property
    def values(self) -> dict[str, str | int]:
        """What every sentence about it may name."""
        return {"session": self.material.id, "number": self.number}

    @property
    def has_agenda(self) -> bool:
        return bool(self.blocks)

    @property
    def agenda_minutes(self) -> int:
        return sum(block.minutes for block in self.blocks)

    @property
    def clock_minutes(self) -> int | None:
        """From start to end; `None` when it is not timed, or ends before it begins."""
        return minutes_between(self.facts.start, self.facts.end)

    def minutes_of(self, kind: BlockKind) -> list[int]:
        """Return the length of each block of a kind."""
        return [block.minutes for block in self.blocks if block.kind is kind]

    def longest_stretch(self) -> int:
        """Return the most minutes without a break."""
        return longest_stretch((block.minutes, block.kind) for block in self.blocks)

    def agenda_place(self) -> Place:
        return self.file.place(("agenda",), key=True)


class Reading(Struct, frozen=True, dict=True):
    """A circle, the catalogue around it and the day."""

    circle: Circle
    catalogue: Catalogue
    today: date

    @property
    def facts(self) -> CircleFacts:
        return self.circle.facts

    def place(self, key: str, *path: str | int) -> Place:
        """Return where a key of circle.yml stands, or the nearest above it; where the status is told when there is none."""
        file = self.circle.source
        if key in file.metadata:
            return file.place((key, *path), key=True)
        return file.place(("status",), key=True) if "status" in file.metadata else Place(file.path)

    # --- sessions ------------------------------------------------------------------------------------------------

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions that are not cancelled, in order."""
        return tuple(
            Session(material, tuple(
                Block(block.minutes, block.kind or self._kind_of(block.method), block.title or "", block.method or "", block.open)
                for block in material.facts.agenda))
            for material in self.circle.sessions if material.facts.state.now is not SessionState.CANCELLED)

    def _kind_of(self, method: str) -> BlockKind | None:
        material = self.catalogue.material_by_reference.get(f"methods/{method}")
        return material.facts.kind if material else None

    @property
    def planned(self) -> list[Session]:
        """The sessions that have an agenda."""
        return [session for session in self.sessions if session.has_agenda]

    @property
    def begins(self) -> date | None:
        """The day of the first session, once it has one."""
        return next((session.facts.date for session in self.sessions if session.facts.date), None)

    # --- people --------------------------------------------------------------------------------------------------

    @property
    def participants(self) -> int:
        return sum(organisation.participants for organisation in self.facts.organisations)

    @property
    def countries(self) -> list[str]:
        """The member countries, each once, in the order of the organisations."""
        return list(dict.fromkeys(organisation.country for organisation in self.facts.organisations))

    def organisations(self) -> Iterator[tuple[int, Organisation]]:
        """Yield each organisation with its number in the list, counted from 0."""
        yield from enumerate(self.facts.organisations)

    @property
    def local_circles(self) -> list[Organisation]:
        """The organisations that have, or plan, a circle at home."""
        return [o for o in self.facts.organisations if o.local_circle or Commitment.LOCAL_CIRCLE in o.commitments]

    # --- files ---------------------------------------------------------------------------------------------------

    @property
    def versions(self) -> list[Version]:
        """Every language's version of the welcome and of all sessions."""
        parts = [*([self.circle.welcome] if self.circle.welcome else []), *self.circle.sessions]
        return [version for part in parts for _, version in sorted(part.version_by_language.items())]

    @property
    def files(self) -> list[SourceFile]:
        """Every file of the circle that holds text."""
        return [self.circle.source, *(version.source for version in self.versions)]


def texts_of(tree, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text of a file's metadata with the way to it."""
    if isinstance(tree, str):
        yield path, tree
    else:
        for key, value in tree.items() if isinstance(tree, Mapping) else enumerate(tree):
            yield from texts_of(value, (*path, key))
