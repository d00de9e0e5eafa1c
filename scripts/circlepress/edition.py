"""An edition: one site in one language, the unit of planning, building, reuse and failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from .language import Language, Words, words_for
from .problem import Problem

if TYPE_CHECKING:
    from .catalogue import Circle, Material, Version


class EditionKind(StrEnum):
    GATEWAY = "gateway"
    HANDBOOK = "handbook"
    MICROSITE = "microsite"


class Edition(Struct, frozen=True, order=True):
    """One site in one language (the gateway, which only lets readers choose, is in none)."""

    kind: EditionKind
    language: Language
    circle: str = ""
    """The circle's id, for a microsite."""

    @property
    def address(self) -> str:
        """The path of the edition's front page below the site's root, with slashes at both ends."""
        if self.kind is EditionKind.GATEWAY:
            return "/"
        return f"/circles/{self.circle}/{self.language}/" if self.circle else f"/{self.language}/"

    @property
    def name(self) -> str:
        """A short name for messages and folders."""
        if self.kind is EditionKind.GATEWAY:
            return "gateway"
        return f"{self.circle}.{self.language}" if self.circle else f"handbook.{self.language}"


class ResolvedPage(Struct, frozen=True):
    """One page as the readers of one edition get it."""

    material: Material
    asked_for: Language
    """The reader's language."""
    version: Version
    """What is shown; its language differs from `asked_for` when we fell back."""
    chain: tuple[Language, ...]

    @property
    def is_fallback(self) -> bool:
        return self.version.language != self.asked_for

    def words(self, key: str) -> tuple[object, Language] | None:
        """Return a localisable metadata value (text, list or map) and the language it is in.

        The version shown comes first, then the reader's chain, then the original: a single missing field falls back
        by itself.
        """
        versions = self.material.version_by_language
        for language in (self.version.language, self.asked_for, *self.chain, self.material.original):
            if language in versions and versions[language].words.get(key):
                return versions[language].words[key], language
        return None

    @property
    def place(self) -> Words | None:
        """Where a session is held: the translation's words for it, else the original's, which may be in several languages."""
        found = self.words("place")
        if found and isinstance(found[0], str):
            return Words(found[0], found[1])
        localised = getattr(self.material.facts, "place", None)
        return words_for(localised, self.asked_for, self.chain) if localised else None

    @property
    def title(self) -> Words:
        return Words(self.version.title, self.version.language)

    @property
    def summary(self) -> Words:
        return Words(self.version.summary, self.version.language)


class ResolvedEdition(Struct, frozen=True):
    """Everything the readers of one edition can be shown."""

    edition: Edition
    chain: tuple[Language, ...]
    page_by_reference: Mapping[str, ResolvedPage]
    circle: Circle | None
    welcome: ResolvedPage | None
    sessions: tuple[ResolvedPage, ...]


ANY_LANGUAGE = "x-default"
"""What search engines call the address for readers of languages that a page is not in."""
MOVED = "moved.html"
"""The template of a page that only leads on, from an address that another page had before."""


class PlannedPage(Struct, frozen=True):
    """One page of an edition, ready to be staged."""

    path: str
    """The staged Markdown file, relative to the edition's folder: `guides/welcome.md`."""
    address: str
    """The page's path below the site's root: `/da/guides/welcome/`."""
    template: str
    """The template under `overrides/` that shows it."""
    title: str
    summary: str
    shown_in: Language
    body: str
    """Markdown; links lead to other staged files of the edition or to addresses."""
    view: Mapping
    """What the template shows beside the body: maps, lists, strings, numbers and booleans only."""
    canonical: str
    """The address of the page that this one is (a version of); a fallback names the original."""
    alternates: Mapping[Language, str]
    """Addresses of the true versions of the page by language, and under `ANY_LANGUAGE` the one for readers of other
    languages; empty for a fallback and for a page in one language only."""
    switch: Mapping[Language, str]
    """Where the language switch leads, by language."""
    source: str = ""
    """The file the text came from, relative to the project."""

    @property
    def leads_on(self) -> bool:
        """Whether it stands at an old address and holds nothing of its own."""
        return self.template == MOVED


class EditionPlan(Struct, frozen=True):
    """Everything needed to write one edition."""

    edition: Edition
    site: Mapping
    """What every page of the edition shows: names, navigation, interface words. Plain data."""
    pages: tuple[PlannedPage, ...]
    images: tuple[tuple[str, str], ...] = ()
    """Pairs of a staged path and the source path of a picture."""
    found: Mapping = field(default_factory=dict)
    """What the search knows besides the pages' own words: `also`, by a word what else to add to pages that hold it; `records`,
    things elsewhere with title, text and address; `filters`, by address; and `dialog`, what its dialog says. Empty without a search."""


SEARCH_LATER = "search comes later"
"""Among the records of an edition's pages: its search index is that of an earlier state, and has to be made anew."""


class PageRecord(Struct, frozen=True):
    """What a finished page was made from, so that the next build can tell whether it would come out the same."""

    fingerprint: str
    """Of its values, its text, its edition's common values and the templates; empty when it is not known."""
    asked: Mapping[str, bool]
    """The staged paths its links asked for, and whether they were there."""
    problems: tuple[Problem, ...] = ()


class EarlierEdition(Struct, frozen=True):
    """What the last build left of an edition."""

    folder: Path
    records: Mapping[str, PageRecord]
    program: tuple[str, ...]
    """The files of the search program that its index needs."""


class BuiltEdition(Struct, frozen=True):
    """What came of building one edition."""

    edition: Edition
    folder: str
    """Where the finished files lie; empty when it could not be built."""
    page_count: int
    problems: tuple[Problem, ...]
    records: Mapping[str, PageRecord] = field(default_factory=dict)
    """By staged path; the templates of the whole edition stand under their names."""
    program: tuple[str, ...] = ()
    """The files of the search program that the edition's index needs."""
    rendered: int = 0
    """How many pages were rendered; the others were taken over from the last build."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """What each part of the work took."""


class TakeAway(Struct, frozen=True):
    """A file people leave with, to be published in an edition."""

    edition: Edition
    name: str
    made_of: str
    """Everything that decides its content, as text."""
    make: Callable[[], bytes]
    """Makes the content; not called when the last one can be used again."""
