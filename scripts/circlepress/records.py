"""What a run writes down for the next one, as plain data, and how it is read back.

Three things are kept in a project's cache: `files` (what each file looked like and held), `looks` (what was found in each
unit, and what it asked about others) and, for each published site, `sites/…` (what every edition and page was made of).
None of them is believed unless it was made from the same inputs; see `cache.py` for damage and `sieve.py` for files.
"""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from msgspec import Struct, to_builtins

from .cache import Cache
from .edition import BuiltEdition, EarlierEdition, Edition, EditionKind, PageRecord
from .neighbours import Looked, Neighbours, Outline, Presence
from .problem import Place, Problem, Severity
from .sieve import Known
from .source import ImageFile, Positions, Settings, SourceFile

if TYPE_CHECKING:
    from .catalogue import Handbook


# The shapes of what is written down, by which a file of another version is told from one of ours.
PlainProblem = tuple[str, int, int, str, str, str, str]


class _Outline(TypedDict):
    facts: str
    metadata: dict
    sessions: list[str]


class _Look(TypedDict):
    key: str
    fingerprint: str
    asked: dict
    problems: list[PlainProblem]
    pages: int
    digest: str
    content: dict
    presence: Presence | None
    outline: _Outline | None
    told: str


_Handbook = TypedDict("_Handbook", {"pages": dict[str, tuple[str, str, str, dict[str, tuple[str, dict, str]]]], "glossary": dict,
                                    "images": list[tuple[str, int]], "left out": list[str], "sensitive": list[str]})
_EditionOfSite = TypedDict("_EditionOfSite", {"made of": str, "address": str, "program": list[str], "problems": list[PlainProblem]})
_PagesOfEdition = TypedDict("_PagesOfEdition", {"made of": str, "pages": dict[str, tuple[str, dict, list[PlainProblem]]]})
FilesFile = TypedDict("FilesFile", {"project": dict[str, Known], "engine": dict[str, dict[str, Known]], "own theme": tuple[str, str]})


class SettingsFile(TypedDict):
    key: str
    settings: Settings


class LooksFile(TypedDict):
    units: dict[str, _Look]


class HandbookFile(TypedDict):
    key: str
    handbook: _Handbook


class ReviewFile(TypedDict):
    inputs: str
    problems: list[PlainProblem]
    pages: int
    circles: int
    templates: int
    explained: tuple[str, str, str]


class _SiteFile(TypedDict):
    inputs: str
    asked: str
    problems: list[PlainProblem]
    kept: list[str]
    gateway: list[str]
    shared: str
    editions: dict[str, _EditionOfSite]


_PagesFile = dict[str, _PagesOfEdition]


class Clock:
    """How long each stage took."""

    def __init__(self) -> None:
        self._since = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def stop(self, stage: str) -> None:
        """The time since the last call was `stage`'s."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


def library_versions() -> dict[str, str]:
    """Return what the program stands on: Python's version and every installed distribution, by the names of their folders."""
    folder = Path(sysconfig.get_paths()["purelib"])
    try:
        names = sorted(path.name for path in folder.iterdir() if path.name.endswith((".dist-info", ".egg-info")))
    except OSError:
        names = []
    return {"python": sys.version, "libraries": " ".join(names)}


# --- problems ----------------------------------------------------------------------------------------------------


def plain_problem(problem: Problem) -> list:
    """Return a problem as plain data."""
    return [problem.place.path, problem.place.line, problem.place.column, problem.code, problem.message, problem.hint, str(problem.severity)]


def problem_of(plain: Sequence) -> Problem:
    path, line, column, code, message, hint, severity = plain
    return Problem(Place(path, line, column), code, message, hint, Severity(severity))


# --- looks -------------------------------------------------------------------------------------------------------


def plain_looks(looked_by_unit: Mapping[str, Looked], key_by_unit: Mapping[str, str], fingerprint_by_unit: Mapping[str, str],
                outline_by_unit: Mapping[str, Outline], hash_by_path: Mapping[str, str], told_by_unit: Mapping[str, str]) -> dict:
    """Return what was found in each unit as plain data; `told_by_unit` are hashes of what circles tell of themselves, as far as they are known."""
    units = {}
    for name, looked in sorted(looked_by_unit.items()):
        outline = outline_by_unit.get(name)
        units[name] = {
            "key": key_by_unit[name], "fingerprint": fingerprint_by_unit[name], "asked": dict(looked.asked),
            "problems": [plain_problem(problem) for problem in looked.problems],
            "presence": looked.presence, "pages": looked.pages, "digest": looked.digest,
            "content": dict(looked.content_by_language),
            "outline": {"facts": hash_by_path[f"{name}/circle.yml"], "metadata": outline.metadata, "sessions": outline.session_ids} if outline else None,
            "told": told_by_unit.get(name, ""),
        }
    return {"units": units}


class Looks:
    """What the last run found in each unit."""

    def __init__(self, plain: Mapping | None) -> None:
        self._units = (plain or {}).get("units", {})

    def looked(self, name: str, key: str, neighbours: Neighbours) -> Looked | None:
        """Return what was found in a unit, if it would be found again."""
        found = self._units.get(name)
        try:
            if found is None or found["key"] != key or not neighbours.agrees(found["asked"]):
                return None
            problems = tuple(problem_of(one) for one in found["problems"])
        except ValueError:  # a question or a code that this version does not know
            return None
        return Looked(name, problems, found["asked"], found["presence"], found["pages"], found["digest"], found["content"])

    def outline(self, name: str, fingerprint: str) -> Outline | None:
        """Return what others see of a circle whose files are as they were."""
        found = self._units.get(name)
        if found is None or found["fingerprint"] != fingerprint or not found["outline"]:
            return None
        return Outline(name.rsplit("/", 1)[1], name.startswith("circles/_templates/"), found["outline"]["metadata"], tuple(found["outline"]["sessions"]))

    def facts(self, name: str, made_of: str) -> Mapping | None:
        """Return what a circle's `circle.yml` says, if it still has the hash `made_of`."""
        found = self._units.get(name)
        return found["outline"]["metadata"] if found and found["outline"] and found["outline"]["facts"] == made_of else None

    def told(self, name: str, key: str) -> str:
        """Return the hash of what a circle tells of itself, if it is known for what there is of it now, or an empty text."""
        found = self._units.get(name)
        return found["told"] if found and found["key"] == key else ""

    def holds(self, key_by_unit: Mapping[str, str], fingerprint_by_unit: Mapping[str, str]) -> bool:
        """Whether exactly these units are written down, in this state."""
        return self._units.keys() == key_by_unit.keys() and all(
            self._units[name]["key"] == key and self._units[name]["fingerprint"] == fingerprint_by_unit[name] for name, key in key_by_unit.items())


# --- the handbook ------------------------------------------------------------------------------------------------


def plain_handbook(handbook: Handbook, sensitive: Iterable[str]) -> dict:
    """Return what circles and their microsites need of a handbook, as plain data; `sensitive` are pages that may not be shown."""
    pages = {reference: [str(material.kind), material.id, material.original, {
        language: [version.source.path, version.source.metadata, version.body]
        for language, version in material.version_by_language.items()}]
        for reference, material in handbook.material_by_reference.items()}
    return {"pages": pages, "glossary": to_builtins(handbook.glossary), "images": [[image.path, image.size] for image in handbook.images],
            "left out": sorted(handbook.left_out), "sensitive": sorted(sensitive)}


def handbook_of(plain: Mapping, languages: tuple[str, ...]) -> tuple[Handbook, frozenset[str]]:
    """Return a handbook without the places of its values, and the pages that may not be shown."""
    from .catalogue import FACTS_BY_KIND, Handbook, Kind, Material, version_of
    from .metadata import Glossary, TranslationMark, reread

    materials = {}
    for reference, (kind_name, identifier, original, files) in plain["pages"].items():
        kind = Kind(kind_name)
        versions = {}
        for language, (path, metadata, body) in files.items():
            mark = metadata.get("translation") if language != original else None
            source = SourceFile(path, "", metadata, Positions({}, {}), body)
            versions[language] = version_of(kind, language, source,
                                            reread(TranslationMark, mark, language=language, languages=languages) if mark else None)
        facts = reread(FACTS_BY_KIND[kind], versions[original].source.metadata, language=original, languages=languages)
        materials[reference] = Material(kind, identifier, facts, original, versions)
    glossary = reread(Glossary, plain["glossary"], language=languages[0], languages=languages) if plain["glossary"] else Glossary()
    return Handbook(materials, glossary, tuple(ImageFile(path, size) for path, size in plain["images"]),
                    frozenset(plain["left out"])), frozenset(plain["sensitive"])


# --- builds ------------------------------------------------------------------------------------------------------

class Spare(Struct, frozen=True):
    """The site as it was before the published one, most of which the next one will need again."""

    folder: Path
    made_of: Mapping[str, str]
    """What it holds: each edition's hash by the edition's address."""
    gateway: tuple[str, ...]
    """The files of the gateway."""
    shared: str
    """A hash of what all editions share: see `assemble`."""


class LastBuild:
    """What the published site was built from, as far as it is known.

    The record belongs to one published folder, whose name no one can guess; a site that came here in another way has none.
    """

    def __init__(self, cache: Cache, output: Path, live: Path | None) -> None:
        self._cache = cache
        self._folder = f"sites/{hashlib.blake2b(str(output).encode('utf-8', 'surrogateescape'), digest_size=6).hexdigest()}"
        self._live = live
        found = self._found(live) if live else None
        self._site = found or {"inputs": "", "asked": "", "editions": {}, "problems": [], "kept": [], "gateway": [], "shared": ""}

    def is_about(self, live: Path | None) -> bool:
        """Whether this is what is known of a published folder."""
        return self._live == live

    def _known_of(self, folder: Path) -> dict | None:
        """Return what was written down of a version of the site, if what all its editions need is there."""
        found = self._cache.load(f"{self._folder}/{folder.name}", _SiteFile)
        return found if found and all(os.path.isdir(f"{folder}/{name}") for name in ("assets", "schema")) else None

    def _found(self, folder: Path) -> dict | None:
        """Return what is known of a version of the site, without editions that somebody has removed from it since."""
        found = self._known_of(folder)
        try:
            gone = [name for name, one in found["editions"].items() if not os.path.isfile(f"{folder}{one['address']}index.html")] if found else []
            if found and not all(os.path.isfile(f"{folder}/{name}") for name in found["gateway"]):
                gone += [name for name in found["editions"] if name == EditionKind.GATEWAY and name not in gone]
            if gone:
                editions = {name: one for name, one in found["editions"].items() if name not in gone}
                found = found | {"inputs": "", "editions": editions}
            if found:
                [problem_of(one) for plain in (found, *found["editions"].values()) for one in plain["problems"]]
        except (OSError, ValueError):  # a code that this version does not know
            return None
        return found

    def is_of(self, inputs: str, asked: str) -> bool:
        """Whether the site is what a build from these inputs would make."""
        return bool(inputs) and self._site["inputs"] == inputs and self._site["asked"] == asked

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the published folder."""
        return bool(self._site["editions"])

    @property
    def edition_count(self) -> int:
        return len(self._site["editions"])

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem_of(one) for one in self._site["problems"])

    @property
    def kept(self) -> tuple[str, ...]:
        return tuple(self._site["kept"])

    def fingerprint(self, edition: Edition) -> str:
        return self._site["editions"].get(edition.name, {}).get("made of", "")

    def program(self, edition: Edition) -> tuple[str, ...]:
        return tuple(self._site["editions"][edition.name]["program"])

    def problems_of(self, edition: Edition) -> list[Problem]:
        return [problem_of(one) for one in self._site["editions"].get(edition.name, {}).get("problems", [])]

    def files(self, edition: Edition) -> tuple[str, ...] | None:
        return tuple(self._site["gateway"]) if edition.kind is EditionKind.GATEWAY else None

    def earlier(self, editions: Sequence[Edition]) -> dict[str, EarlierEdition]:
        """Return, for some editions of one unit, what can be used again."""
        found: dict[str, EarlierEdition] = {}
        pages = self._cache.load(self._pages_of(editions[0]), _PagesFile) or {}
        for edition in editions:
            known = self._site["editions"].get(edition.name)
            records = pages.get(edition.name)
            if self._live and known and records and records["made of"] == known["made of"]:
                try:
                    found[edition.name] = EarlierEdition(self._live / edition.address.strip("/"), _records_of(records["pages"]), tuple(known["program"]))
                except ValueError:  # a code that this version does not know
                    continue
        return found

    def save(self, new: Path, inputs: str, asked: str, inputs_by_edition: Mapping[Edition, str], built: Sequence[BuiltEdition],
             others: Sequence[Edition], problems: Sequence[Problem], kept: Sequence[str], gateway: Sequence[str], shared: str) -> None:
        """Write down what the folder `new` holds, before it is published; `gateway` are the files of the gateway."""
        editions = {edition.name: self._site["editions"][edition.name] for edition in others if edition.name in self._site["editions"]}
        pages: dict[str, dict] = {}
        for one in built:
            if not one.folder:
                continue
            made_of = inputs_by_edition[one.edition]
            editions[one.edition.name] = {"made of": made_of, "address": one.edition.address, "program": list(one.program), "problems": [plain_problem(p) for p in one.problems]}
            pages.setdefault(self._pages_of(one.edition), {})[one.edition.name] = {"made of": made_of, "pages": _plain_records(one.records)}
        for name, of_unit in pages.items():
            self._cache.save(name, {key: value for key, value in (self._cache.load(name, _PagesFile) or {}).items() if key in editions} | of_unit)
        self._cache.save(f"{self._folder}/{new.name}", {
            "inputs": inputs, "asked": asked, "editions": editions, "problems": [plain_problem(problem) for problem in problems],
            "kept": list(kept), "gateway": list(gateway), "shared": shared})

    def spare(self) -> Spare | None:
        """Return the site that was published before this one, if its folder is there and it is known what it held."""
        if self._live is None:
            return None
        for name in self._cache.names(self._folder):
            folder = self._live.with_name(name.rpartition("/")[2])
            if name.count("/") == 2 and folder != self._live and folder.is_dir() and (found := self._known_of(folder)) and not found["kept"]:
                return Spare(folder, {one["address"]: one["made of"] for one in found["editions"].values()}, tuple(found["gateway"]), found["shared"])
        return None

    def copy(self, new: Path, spare: Path) -> None:
        """Write down that the folder `spare` holds the same as the folder `new`."""
        if found := self._cache.load(f"{self._folder}/{new.name}"):
            self._cache.save(f"{self._folder}/{spare.name}", found)

    def forget_others(self, live: Path, spare: Path | None) -> None:
        """Remove records of folders that are gone."""
        needed = {f"{self._folder}/{folder.name}" for folder in (live, spare) if folder}
        for name in self._cache.names(self._folder):
            if name not in needed and not name.startswith(f"{self._folder}/pages/"):
                self._cache.forget(name)

    def _pages_of(self, edition: Edition) -> str:
        return f"{self._folder}/pages/{edition.circle or edition.name}"


def _plain_records(records: Mapping[str, PageRecord]) -> dict[str, list]:
    return {name: [record.fingerprint, dict(record.asked), [plain_problem(problem) for problem in record.problems]] for name, record in records.items()}


def _records_of(plain: Mapping[str, Sequence]) -> dict[str, PageRecord]:
    return {name: PageRecord(fingerprint, asked, tuple(problem_of(one) for one in problems)) for name, (fingerprint, asked, problems) in plain.items()}
