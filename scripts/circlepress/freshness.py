"""Whether a translation says what its source says, section by section.

A translation's metadata records, for each section, the stamp of the source section it was made from. That stands in the
file itself, so it is true in a fork, a ZIP or a clone without history. While somebody works on a section, the record is
`old>new`: the stamp it was made from (none for a new section) and that of the text now being translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from .catalogue import Material, Version
from .language import Language
from .sections import INTRO, META, sections, stamps


class State(StrEnum):
    ORIGINAL = "original"
    CURRENT = "current"
    OUTDATED = "outdated"
    """The source has changed since; of a page, or a section is missing or too many."""
    UNSTAMPED = "unstamped"
    """Nobody has recorded what it was made from."""
    STARTED = "started"
    """Begun, and not shown to readers yet."""
    MISSING = "missing"
    ORPHANED = "orphaned"
    """There is a translation and nothing that it is one of."""


class SectionFreshness(Struct, frozen=True):
    id: str
    state: State
    title: str
    """The heading in the translation, or in the source where the translation has none."""
    line: int
    """The line of the translation's body on which it begins; 0 for metadata and what is missing."""
    made_from: str = ""
    """The stamp of the source section it was made from; empty when that is not known."""
    was_called: str = ""
    """The id under which it is recorded, when the source has given its heading another one."""


class Freshness(Struct, frozen=True):
    """How a page stands in one language."""

    language: Language
    state: State
    of: Language = ""
    """The language it was translated from."""
    sections: tuple[SectionFreshness, ...] = ()
    """In the order of the source, what is orphaned last; of a translation that has any stamp only."""

    def in_state(self, *states: State) -> tuple[SectionFreshness, ...]:
        """Return the sections in some states."""
        return tuple(section for section in self.sections if section.state in states)


def freshness(material: Material, language: Language, started: Version | None = None) -> Freshness:
    """Return how a page stands in a language; `started` is a translation that is not shown yet."""
    version = material.version_by_language.get(language) or started
    if version is None:
        return Freshness(language, State.MISSING)
    if version.translation is None:
        return Freshness(language, State.ORIGINAL)
    of = version.translation.of
    source = material.version_by_language.get(of)
    if source is None or of == language:
        return Freshness(language, State.ORPHANED, of)
    if started is None and not version.translation.sections:
        return Freshness(language, State.UNSTAMPED, of)
    compared = compare(version, source)
    if started is not None:
        state = State.STARTED
    elif all(section.state is State.UNSTAMPED for section in compared):
        state = State.UNSTAMPED
    else:
        state = State.CURRENT if all(section.state is State.CURRENT for section in compared) else State.OUTDATED
    return Freshness(language, state, of, compared)


def compare(version: Version, source: Version) -> tuple[SectionFreshness, ...]:
    """Return how each section of a translation stands to its source."""
    recorded: Mapping[str, str] = version.translation.sections if version.translation else {}
    now = stamps(source)
    own = {section.id: section for section in sections(version.body) if section.id}
    names = _names_now(recorded, now, own)
    title = {section.id: section.title for section in sections(source.body)} | {META: ""}
    found = []
    for identifier, stamp in now.items():
        called = names.get(identifier, identifier)
        here = own.get(called) or own.get(identifier)
        made_from, arrow, _ = recorded.get(called, "").partition(">")
        if identifier != META and here is None:
            state = State.MISSING
        elif not arrow and not made_from:
            state = State.UNSTAMPED
        elif arrow and not made_from:
            state = State.MISSING
        else:
            state = State.CURRENT if made_from == stamp and not arrow else State.OUTDATED
        found.append(SectionFreshness(identifier, state, here.title if here else title.get(identifier, ""), here.line if here else 0, made_from,
                                      called if called != identifier else ""))
    known = {*now, *names.values()}
    found += [SectionFreshness(identifier, State.ORPHANED, section.title, section.line) for identifier, section in own.items() if identifier not in known]
    return tuple(found)


def _names_now(recorded: Mapping[str, str], now: Mapping[str, str], own: Mapping) -> dict[str, str]:
    """Return, by the id a source section has now, the one it is recorded under: the same words under another id are the same section."""
    gone = {stamp: identifier for identifier, stamp in recorded.items() if identifier not in now and identifier in own}
    return {identifier: gone[stamp] for identifier, stamp in now.items()
            if identifier not in recorded and identifier not in own and stamp in gone and identifier not in (META, INTRO)}
