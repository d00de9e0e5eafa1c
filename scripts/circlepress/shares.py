"""A share of a build: some of the editions, as a folder that travels to where the site is put together.

`build --shard K/N` makes one, `publish --merge` puts N of them together. The folder holds the finished editions, the search
program they need, and `share.json`, which says what they were made from and how every file hashes, so that shares of
different content, or a file that was damaged on the way, cannot become one site.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from msgspec import Struct, ValidationError
from msgspec import json as typed_json
from msgspec.structs import asdict

from . import records
from .edition import BuiltEdition, Edition, EditionKind
from .problem import UsageError

NAME = "share.json"
FORMAT = 2


class _Edition(TypedDict):
    kind: str
    language: str
    circle: str
    pages: int
    program: list[str]
    problems: list[records.PlainProblem]
    files: dict[str, str]


class Terms(Struct, frozen=True):
    """What all shares of one build have in common."""

    inputs: str
    """A hash of the project, the program and the day."""
    engine: str
    """A hash of the program and the theme."""
    today: str
    made: str
    """The day that pages name; empty for none."""
    preview: bool
    search: bool


class _Share(TypedDict):
    format: int
    number: int
    count: int
    terms: Terms
    lost: list[str]
    problems: list[records.PlainProblem]
    editions: dict[str, _Edition]


class Share(Struct, frozen=True):
    folder: Path
    number: int
    """Counted from 1."""
    count: int
    terms: Terms
    editions: tuple[BuiltEdition, ...]
    """With the problems met while they were built; one that could not be built has no folder."""

    @property
    def program_folder(self) -> Path:
        return self.folder / "search"


def divide(editions: Sequence[Edition], pages: Mapping[str, int], count: int) -> list[list[Edition]]:
    """Divide editions into `count` shares of about as many pages, the same on every machine; a circle's editions stay together.

    `pages` says how many an edition has, by its name.
    """
    units: dict[str, list[Edition]] = {}
    for edition in editions:
        units.setdefault(edition.circle or edition.name, []).append(edition)
    shares: list[list[Edition]] = [[] for _ in range(count)]
    loads = [0] * count
    for _, unit in sorted(units.items(), key=lambda item: (-sum(pages.get(edition.name, 1) for edition in item[1]), item[0])):
        lightest = loads.index(min(loads))
        shares[lightest] += unit
        loads[lightest] += sum(pages.get(edition.name, 1) for edition in unit)
    return [sorted(share) for share in shares]


def refuse_foreign(folder: Path) -> None:
    """Raise `UsageError` unless a folder is free, empty or holds a share."""
    if os.path.lexists(folder) and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / NAME).is_file())):
        raise UsageError(f"{folder} holds something else than a share of a build; it is left alone. Name another folder with --output.")


def write(folder: Path, work: Path, number: int, count: int, terms: Terms, built: Iterable[BuiltEdition], problems: Iterable) -> None:
    """Make `folder` the share of what was built in `work`. Raises `OSError`."""
    new = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        (new / "editions").mkdir(parents=True)
        editions, lost = {}, []
        for one in built:
            plain = {"kind": str(one.edition.kind), "language": one.edition.language, "circle": one.edition.circle, "pages": one.page_count,
                     "program": list(one.program), "problems": [records.plain_problem(problem) for problem in one.problems], "files": {}}
            if one.folder:
                os.rename(one.folder, new / "editions" / one.edition.name)
                plain["files"] = _hashes(new / "editions" / one.edition.name)
            else:
                lost.append(one.edition.name)
            editions[one.edition.name] = plain
        if (work / "search").is_dir():
            os.rename(work / "search", new / "search")
        (new / NAME).write_text(json.dumps({
            "format": FORMAT, "number": number, "count": count, "terms": asdict(terms), "lost": lost, "problems": [records.plain_problem(problem) for problem in problems],
            "editions": editions}, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        if folder.is_dir():
            shutil.rmtree(folder)
        os.rename(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def read(folder: Path) -> Share:
    """Return a share as it was written, every file proven by its hash. Raises `UsageError`."""
    try:
        plain = typed_json.decode((folder / NAME).read_bytes(), type=_Share)
    except FileNotFoundError:
        raise UsageError(f"{folder} is no share of a build: it has no {NAME}. Shares are made by `circlepress build --shard K/N`.") from None
    except ValidationError:
        plain = None
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{folder / NAME} cannot be read ({error}). Build this share again.") from None
    if plain is None or plain["format"] != FORMAT:
        raise UsageError(f"{folder / NAME} was written by another version of circlepress. Build all shares with the same one.")
    editions = []
    for name, one in sorted(plain["editions"].items()):
        edition, place = Edition(EditionKind(one["kind"]), one["language"], one["circle"]), folder / "editions" / name
        if edition.name != name:
            raise UsageError(f"{folder / NAME} names {name!r} what is {edition.name!r}. Build this share again.")
        is_whole = name not in plain["lost"]
        found = _hashes(place) if is_whole else {}
        if found != one["files"]:
            wrong = sorted(path for path in found.keys() | one["files"].keys() if found.get(path) != one["files"].get(path))
            raise UsageError(f"{place / wrong[0]} is not what was built ({len(wrong)} of {len(one['files'])} files of {name} are missing, added or damaged). "
                             "Build this share again, or copy it again.")
        editions.append(BuiltEdition(edition, str(place) if is_whole else "", one["pages"],
                                     tuple(records.problem_of(problem) for problem in one["problems"]), program=tuple(one["program"])))
    return Share(folder, plain["number"], plain["count"], plain["terms"], tuple(editions))


def read_all(folders: Sequence[Path]) -> list[Share]:
    """Return shares that together are one build. Raises `UsageError` when they are not."""
    shares = [read(folder) for folder in folders]
    if not shares:
        raise UsageError("Name the folders of the shares, such as: circlepress publish --merge shards/*")
    first = shares[0]
    for share in shares[1:]:
        if share.terms.engine != first.terms.engine:
            raise UsageError(f"{share.folder} and {first.folder} were built with different programs or themes. Build all shares with the same version.")
        if share.terms != first.terms or share.count != first.count:
            raise UsageError(f"{share.folder} and {first.folder} are shares of different builds: of other content, another day, other options or another "
                             "number of shares. Build all from the same commit, with the same --date.")
    by_number: dict[int, Share] = {}
    for share in shares:
        if share.number in by_number:
            raise UsageError(f"{share.folder} and {by_number[share.number].folder} are both share {share.number} of {share.count}.")
        by_number[share.number] = share
    if missing := sorted(set(range(1, first.count + 1)) - by_number.keys()):
        raise UsageError(f"Share {', '.join(map(str, missing))} of {first.count} is missing. Build it, or name its folder, too.")
    return [by_number[number] for number in sorted(by_number)]


def _hashes(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}
