"""Source files as they were found on disk: their text, their metadata as plain strings, and where each value stands.

Every scalar of the metadata is a string, exactly as typed (`country: NO` stays `"NO"`, `start: 14:00` stays
`"14:00"`); the schemas in `metadata/` convert. `position_of` gives each value its line and column back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from msgspec import Struct, field

from .problem import Place

KeyPath = tuple[str | int, ...]
"""The way to a value: `("items", 3, "text")`."""

Tree = dict | list | str
"""Metadata: maps, lists and strings, nothing else."""


HANDBOOK = "docs"
"""The unit that is the handbook; every other unit is the folder of a circle or circle template."""
TEMPLATES = "circles/_templates/"


@lru_cache(maxsize=100_000)
def unit_of(path: str) -> str:
    """Return the part of a project that a file belongs to: `docs`, or the folder of a circle or circle template."""
    if not path.startswith("circles/"):
        return HANDBOOK
    return "/".join(path.split("/", 3)[: 3 if path.startswith(TEMPLATES) else 2])


class Entry(Struct, frozen=True, order=True):
    """A file of a project as its folder lists it, not opened yet."""

    path: str
    """Relative to the project folder, with forward slashes."""
    size: int
    """Bytes."""
    modified: int
    """When it was written, in nanoseconds since 1970 by the file system's clock, as is `changed`."""
    changed: int
    """When its name, owner or content changed."""
    number: int
    """Its inode, or what the system has instead."""


class Positions(Struct, frozen=True):
    """Line and column, both counted from 1, of every key and value of one file's metadata."""

    value_by_path: Mapping[KeyPath, tuple[int, int]]
    key_by_path: Mapping[KeyPath, tuple[int, int]]

    def of(self, path: KeyPath, key: bool = False) -> tuple[int, int]:
        """Return where a value (or its key) stands; for a value that is not there, where its nearest parent is."""
        for end in range(len(path), -1, -1):
            found = self.key_by_path.get(path[:end]) if key else None
            found = found or self.value_by_path.get(path[:end])
            if found:
                return found
        return (1, 1)


class SourceFile(Struct, frozen=True):
    """One text file of a project."""

    path: str
    """Relative to the project folder, with forward slashes."""
    text: str
    """The whole file; line ends are `\\n`."""
    metadata: dict
    """Maps, lists and strings."""
    positions: Positions
    body: str = ""
    """The Markdown after the metadata; empty for a `.yml` file."""
    body_line: int = 1
    """The line of the file on which `body` begins."""

    def place(self, path: KeyPath = (), *, key: bool = False) -> Place:
        """Return the place of a metadata value, for a problem."""
        line, column = self.positions.of(path, key)
        return Place(self.path, line, column)

    def body_place(self, line: int, column: int = 0) -> Place:
        """Return the place of a line of the body (counted from 1)."""
        return Place(self.path, self.body_line + line - 1, column)


class ImageFile(Struct, frozen=True):
    """An accepted picture of a project."""

    path: str
    """Relative to the project folder."""
    size: int
    """Bytes."""


class Accessibility(Struct, frozen=True):
    """What a site says of its accessibility, for the statement that directive 2016/2102 asks of public bodies."""

    body: str
    """Who answers for the site."""
    contact: str
    """A mail address."""
    phone: str
    assessed: date
    updated: date
    """The day the statement was last looked at; after twelve months a warning asks for it."""
    method: Mapping[str, str]
    """How the site was assessed, by language."""
    faults: tuple[Mapping[str, str], ...]
    """What does not work yet, each by language; with none, the site says that it meets WCAG 2.2 at level AA."""
    statement: str
    """The address of the official statement, where a country keeps them in one place (DK, NO)."""


class Settings(Struct, frozen=True):
    """What the maintainers decided in `mkdocs.yml`."""

    name_by_language: Mapping[str, str]
    """What the handbook is called in each of its languages."""
    address: str
    """Where the site will stand (`site_url`), with a closing slash; empty when not said."""
    languages: tuple[str, ...]
    """The handbook's languages, the first being the one that the root preview puts first."""
    chain_by_language: Mapping[str, tuple[str, ...]]
    publisher: str
    publisher_address: str
    contact: str
    licence: str
    """SPDX id that applies to texts that do not name their own."""
    repository: str
    """Where the sources are, for "improve this page"; empty when not said."""
    custom_dir: str
    """The project's own theme folder, relative to the project; empty when it has none."""
    accessibility: Accessibility | None = None
    """`None` when nothing is said of it."""


class Sources(Struct, frozen=True):
    """Everything that was read."""

    settings: Settings
    settings_file: SourceFile
    files: tuple[SourceFile, ...]
    images: tuple[ImageFile, ...] = field(default=())
