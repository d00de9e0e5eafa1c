"""What a run writes down for the next one, as plain data, and how it is read back.

Three things are kept in a project's cache: `files` (what each file looked like and held), `looks` (what was found in each
unit, and what it asked about others) and, for each published site, `sites/…` (what every edition and page was made of).
None of them is believed unless it was made from the same inputs; see `cache.py` for damage and `sieve.py` for files.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from .cache import Cache
from .catalogue import Neighbours, Outline
from .edition import BuiltEdition, EarlierEdition, Edition, EditionKind, PageRecord
from .problem import Place, Problem, Severity
from .unit import Looked, Standing


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
                outline_by_unit: Mapping[str, Outline]) -> dict:
    """Return what was found in each unit as plain data."""
    units = {}
    for name, looked in sorted(looked_by_unit.items()):
        outline = outline_by_unit.get(name)
        units[name] = {
            "key": key_by_unit[name], "fingerprint": fingerprint_by_unit[name], "asked": dict(looked.asked),
            "problems": [plain_problem(problem) for problem in looked.problems],
            "standing": asdict(looked.standing) if looked.standing else None, "pages": looked.pages, "digest": looked.digest,
            "outline": {"metadata": outline.metadata, "sessions": outline.session_ids} if outline else None,
        }
    return {"units": units}


class Looks:
    """What the last run found in each unit."""

    def __init__(self, plain: Mapping | None) -> None:
        self._units = (plain or {}).get("units", {})

    def looked(self, name: str, key: str, neighbours: Neighbours) -> Looked | None:
        """Return what was found in a unit, if it would be found again."""
        found = self._units.get(name)
        if found is None or found["key"] != key or not neighbours.agrees(found["asked"]):
            return None
        standing = found["standing"]
        return Looked(name, tuple(problem_of(one) for one in found["problems"]), found["asked"],
                      Standing(standing["status"], standing["visibility"], tuple(standing["languages"])) if standing else None,
                      found["pages"], found["digest"])

    def outline(self, name: str, fingerprint: str) -> Outline | None:
        """Return what others see of a circle whose files are as they were."""
        found = self._units.get(name)
        if found is None or found["fingerprint"] != fingerprint or not found["outline"]:
            return None
        return Outline(name.rsplit("/", 1)[1], name.startswith("circles/_templates/"), found["outline"]["metadata"], tuple(found["outline"]["sessions"]))

    def holds(self, key_by_unit: Mapping[str, str], fingerprint_by_unit: Mapping[str, str]) -> bool:
        """Whether exactly these units are written down, in this state."""
        return self._units.keys() == key_by_unit.keys() and all(
            self._units[name]["key"] == key and self._units[name]["fingerprint"] == fingerprint_by_unit[name] for name, key in key_by_unit.items())


# --- builds ------------------------------------------------------------------------------------------------------


class LastBuild:
    """What the published site was built from, as far as it is known.

    The record belongs to one published folder, whose name no one can guess; a site that came here in another way has none.
    """

    def __init__(self, cache: Cache, output: Path, live: Path | None) -> None:
        self._cache = cache
        self._folder = f"sites/{hashlib.blake2b(str(output).encode('utf-8', 'surrogateescape'), digest_size=6).hexdigest()}"
        self._live = live
        found = cache.load(f"{self._folder}/{live.name}") if live else None
        self._site = found or {"inputs": "", "asked": "", "editions": {}, "problems": [], "kept": [], "gateway": []}

    def is_of(self, inputs: str, asked: str) -> bool:
        """Whether the site is what a build from these inputs would make."""
        return bool(inputs) and self._site["inputs"] == inputs and self._site["asked"] == asked

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
        pages = self._cache.load(self._pages_of(editions[0])) or {}
        for edition in editions:
            known = self._site["editions"].get(edition.name)
            records = pages.get(edition.name)
            if self._live and known and records and records["made of"] == known["made of"]:
                found[edition.name] = EarlierEdition(self._live / edition.address.strip("/"), _records_of(records["pages"]), tuple(known["program"]))
        return found

    def save(self, new: Path, inputs: str, asked: str, inputs_by_edition: Mapping[Edition, str], built: Sequence[BuiltEdition],
             others: Sequence[Edition], problems: Sequence[Problem], kept: Sequence[str], gateway: Sequence[str]) -> None:
        """Write down what the folder `new` holds, before it is published; `gateway` are the files of the gateway."""
        editions = {edition.name: self._site["editions"][edition.name] for edition in others if edition.name in self._site["editions"]}
        pages: dict[str, dict] = {}
        for one in built:
            if not one.folder:
                continue
            made_of = inputs_by_edition[one.edition]
            editions[one.edition.name] = {"made of": made_of, "program": list(one.program), "problems": [plain_problem(p) for p in one.problems]}
            pages.setdefault(self._pages_of(one.edition), {})[one.edition.name] = {"made of": made_of, "pages": _plain_records(one.records)}
        for name, of_unit in pages.items():
            self._cache.save(name, {key: value for key, value in (self._cache.load(name) or {}).items() if key in editions} | of_unit)
        self._cache.save(f"{self._folder}/{new.name}", {
            "inputs": inputs, "asked": asked, "editions": editions, "problems": [plain_problem(problem) for problem in problems],
            "kept": list(kept), "gateway": list(gateway)})

    def forget_others(self, live: Path) -> None:
        """Remove records of folders that are not published any more, and of editions that are gone."""
        needed = {f"{self._folder}/{live.name}"}
        for name in self._cache.names(self._folder):
            if name not in needed and not name.startswith(f"{self._folder}/pages/"):
                self._cache.forget(name)

    def _pages_of(self, edition: Edition) -> str:
        return f"{self._folder}/pages/{edition.circle or edition.name}"


def _plain_records(records: Mapping[str, PageRecord]) -> dict[str, list]:
    return {name: [record.fingerprint, dict(record.asked), [plain_problem(problem) for problem in record.problems]] for name, record in records.items()}


def _records_of(plain: Mapping[str, Sequence]) -> dict[str, PageRecord]:
    return {name: PageRecord(fingerprint, asked, tuple(problem_of(one) for one in problems)) for name, (fingerprint, asked, problems) in plain.items()}
