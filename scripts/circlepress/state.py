"""A project on its way through `review` or `build`: which files have changed, and what is wrong with it, unit by unit.

Finding out whether anything has changed needs no library; the stages are imported once something has.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from . import records, sieve
from .cache import Cache, cache_for
from .giving_way import give_way
from .neighbours import Looked, Lost, Neighbours
from .problem import Place, Problem, UsageError
from .source import HANDBOOK, TEMPLATES, Entry, Settings, unit_of
from .survey import survey, survey_again
from .theme import engine_entries, theme_folders

if TYPE_CHECKING:
    from .unit import Workshop

_COMPILE = "compile the templates"
"""Among the units that are looked at, something else to do."""
_FOR_BUILDING = (".export", ".plan", ".resolve", ".findable", ".localtime", "subprocess")
"""What is loaded while it is looked whether there is anything to build."""
_ALONE_BELOW = 8
"""So many circles are looked at without starting other processes."""


class State:
    """A project on its way through `review` or `build`."""

    def __init__(self, project: Path, today: date, jobs: int, caches: Path | None, verify: bool, cache: Cache | None = None,
                 changed: Iterable[str] | None = None) -> None:
        """Look at what lies in the project.

        `changed` are the only paths at which anything has changed since the last run with the same warm `cache`, where somebody has
        watched them; the others are then not looked at.
        """
        self.project, self.today, self.jobs = project, today, jobs
        self.cache = cache or cache_for(project, caches)
        refuse_no_project(project)
        seen_before = self.cache.recall("seen")  # a run that comes to nothing leaves nothing
        again = survey_again(project, seen_before[0], changed) if seen_before and changed is not None and not verify else None
        surveyed = again or survey(project)
        entries, self.survey_problems = surveyed
        self._settings_entry = sieve.entry_of(project, "mkdocs.yml")
        remembered = self.cache.load("files", records.FilesFile) or {}
        self._known = known = remembered.get("project", {})
        self.hashes, seen = sieve.sift(project, [self._settings_entry, *entries], known, verify=verify)
        own_theme = remembered.get("own theme", ["", ""])
        if own_theme[0] != self.hashes["mkdocs.yml"]:
            from .read import read_settings

            own_theme = [self.hashes["mkdocs.yml"], read_settings(project)[0].custom_dir]
        engine = seen_before[1] if again and seen_before[2] == own_theme else self._fingerprints(own_theme[1], remembered.get("engine", {}), verify)
        self.program, self.engine, engine_seen = engine
        self.cache.remember("seen", (surveyed, engine, own_theme))
        if {"project": seen, "engine": engine_seen, "own theme": own_theme} != remembered:
            self.cache.save("files", {"project": seen, "engine": engine_seen, "own theme": own_theme})
        self.inputs = sieve.fingerprint(self.hashes | {"engine": self.engine, "day": today.isoformat(),
                                                       "odd files": str(sorted(self.survey_problems))})
        self.entries_by_unit: dict[str, list[Entry]] = {HANDBOOK: []}
        for entry in entries:
            self.entries_by_unit.setdefault(unit_of(entry.path), []).append(entry)
        self.opened = {HANDBOOK, *(name for name in self.entries_by_unit if name.startswith(TEMPLATES))}
        """Units whose files may be read in this run."""
        self.looked: dict[str, Looked] = {}
        self._to_keep: dict[str, Callable[[], dict]] = {}
        self._told: dict[str, str] = {}

    def _fingerprints(self, own_theme: str, known: Mapping[str, Mapping[str, sieve.Known]], verify: bool) -> tuple[str, str, dict]:
        """Return the fingerprint of the program, that of the program and the theme, and what to remember of their files."""
        hashes, seen = {}, {}
        for name, folder, entries in engine_entries(self.project, own_theme):
            found, kept = sieve.sift(folder, entries, known.get(name, {}), verify=verify)
            hashes |= {f"{name}/{path}": value for path, value in found.items()}
            seen[name] = kept
        everything = hashes | records.library_versions()
        program = {name: value for name, value in everything.items() if not name.startswith("theme ")}
        return sieve.fingerprint(program), sieve.fingerprint(everything), seen

    def look_at_everything(self, *, is_for_build: bool = False) -> None:
        """Read and look at each unit that has changed, or that asked about others and would get another answer now.

        Where it `is_for_build` and there are several processes, something else is done meanwhile: where many units are looked at, one
        process compiles the templates; where it is one circle, this one loads what building it takes.
        """
        from .unit import Workshop

        self.settings = self._read_settings()
        self.fingerprint_by_unit = {name: sieve.fingerprint(self.hashes, [entry.path for entry in entries])
                                    for name, entries in self.entries_by_unit.items()}
        self._before = before = records.Looks(self.cache.load("looks", records.LooksFile))
        common = [self.program, self.settings.languages, self.settings.chain_by_language, self.today.isoformat()]  # of the settings, what looking depends on
        self.workshop = workshop = Workshop(self.project, self.settings, self.today,
                                            {name: tuple(entries) for name, entries in self.entries_by_unit.items()}, self.hashes)
        with_facts = [name for name, entries in self.entries_by_unit.items()
                      if name != HANDBOOK and any(entry.path == f"{name}/circle.yml" for entry in entries)]
        workshop.outline_by_unit = {name: before.outline(name, self.fingerprint_by_unit[name])
                                    or workshop.outline(name, before.facts(name, self.hashes[f"{name}/circle.yml"])) for name in with_facts}
        neighbours = workshop.neighbours
        self._keys = keys = {HANDBOOK: key_of(*common, self.settings.accessibility, self.fingerprint_by_unit[HANDBOOK])}
        digest = self._read_handbook(before, keys[HANDBOOK], neighbours)
        stale = [] if HANDBOOK in self.looked else [HANDBOOK]
        for name, fingerprint in self.fingerprint_by_unit.items():
            if name != HANDBOOK:
                keys[name] = key_of(*common, digest, fingerprint)
                looked = before.looked(name, keys[name], neighbours)
                if looked is None:
                    stale.append(name)
                else:
                    self.looked[name] = looked
        self.opened.update(stale)
        self._looked_again = frozenset(stale)
        any_lost = False
        for name, looked in self._looked_at(stale, is_for_build and self.jobs > 1):
            if isinstance(looked, Lost):
                any_lost = True
                self.inputs = ""  # the next time may have more luck
                what = "handbook" if name == HANDBOOK else "circle"
                looked = Looked(name, (Problem(Place(name), "file-unreadable", f"the {what} could not be read: {looked.why}.",
                                               "Look for a text that is unusually long or nested, and simplify it."),), {}, digest=digest)
            elif name == HANDBOOK:
                self._to_keep["handbook"] = lambda: {"key": keys[HANDBOOK], "handbook": records.plain_handbook(
                    workshop.handbook_files[0], workshop.sensitive_pages)}
            self.looked[name] = looked
        workshop.presence_by_unit = {name: looked.presence for name, looked in self.looked.items() if looked.presence}
        if (stale or not before.holds(keys, self.fingerprint_by_unit)) and not any_lost:
            self._to_keep["looks"] = lambda: records.plain_looks(self.looked, keys, self.fingerprint_by_unit, workshop.outline_by_unit, self.hashes, self._told)

    def _read_settings(self) -> Settings:
        """Return the project's settings, as they were read in an earlier run if nothing has changed."""
        key = key_of(self.program, self.hashes["mkdocs.yml"])
        known = self.cache.load("settings", records.SettingsFile)
        if known and known["key"] == key:
            return known["settings"]
        from .read import read_settings

        settings, _ = read_settings(self.project)
        self._to_keep["settings"] = lambda: {"key": key, "settings": settings}
        return settings

    def _looked_at(self, stale: list[str], has_more_to_do: bool) -> Iterator[tuple[str, Looked | Lost]]:
        """Look at units: many in several processes, a single circle in another one if this one `has_more_to_do`."""
        if has_more_to_do and len(stale) == 1 and HANDBOOK not in stale and not _is_warm():
            yield from self._looked_beside(stale[0])
            return
        are_many = len(stale) > _ALONE_BELOW
        templates = self._templates() if has_more_to_do and are_many else None
        for name, looked in each(partial(_looked, self.workshop, templates), [*([_COMPILE] if templates else []), *stale], self.jobs if are_many else 0):
            if name == _COMPILE:
                self.cache.save("templates", {"engine": self.engine})
            else:
                yield name, looked

    def _looked_beside(self, circle: str) -> Iterator[tuple[str, Looked | Lost]]:
        """Look at one circle in another process, or here where another one begins slowly; load meanwhile what building it takes."""
        from . import workers

        if not workers.STARTS_QUICKLY:
            yield from each(self.workshop.look, [circle], 0)
            return
        for _, found in workers.run(partial(_looked_with_all, self.workshop), [circle], 1, meanwhile=partial(self._get_ready, circle)):
            if not isinstance(found, Lost):
                found, self.workshop.looked_at_last = found
            yield circle, found

    def _get_ready(self, circle: str) -> None:
        """Load what building a circle needs, of whose pages some have been edited. What goes wrong here is told by what needs it."""
        with contextlib.suppress(Exception):
            from .build import press_for
            from .wording import get_ready

            edited = [entry.path for entry in self.entries_by_unit[circle] if self._known.get(entry.path, [""])[-1] != self.hashes[entry.path]]
            get_ready({language: chain for language, chain in self.settings.chain_by_language.items()
                       if any(path.endswith(f".{language}.md") for path in edited)})
            for module in _FOR_BUILDING:
                import_module(module, __package__)
            press_for(tuple(theme_folders(self.project, self.settings.custom_dir)), self.settings.address, self.engine, self.cache)

    def _templates(self) -> tuple[list[Path], Cache, str] | None:
        """Return what templates are compiled from and for, unless they have been for this program and theme."""
        if self.cache.folder is None or (self.cache.load("templates") or {}).get("engine") == self.engine:
            return None
        return theme_folders(self.project, self.settings.custom_dir), self.cache, self.engine

    def _read_handbook(self, before: records.Looks, key: str, neighbours: Neighbours) -> str:
        """Have the handbook at hand, with what was found in it where that is known; return the digest of what circles can see."""
        known = self.cache.load("handbook", records.HandbookFile)
        if (found := before.looked(HANDBOOK, key, neighbours)) and known and known["key"] == key:
            try:
                self.workshop.known_handbook = self.cache.memo(
                    "handbook", key, lambda: records.handbook_of(known["handbook"], self.settings.languages))
                self.looked[HANDBOOK] = found
                return found.digest
            except (LookupError, ValueError, TypeError, AttributeError):  # another version wrote it
                pass
        return self.workshop.digest

    def facts_key(self, name: str) -> str:
        """Return a hash of what a circle's pages tell of it elsewhere: its facts, and where it stands."""
        if name not in self._told:
            presence = self.workshop.presence_by_unit.get(name)
            known = "" if name in self._looked_again else self._before.told(name, self._keys[name])
            self._told[name] = known or key_of(self.workshop.outline_by_unit[name].metadata, presence)
        return self._told[name]

    def stands(self) -> bool:
        """Whether the files that were opened are still what they were when this run began: if not, what was read may not be what was hashed.

        What was found is kept for the next run only if they are.
        """
        files = [self._settings_entry, *(entry for name in self.opened for entry in self.entries_by_unit[name])]
        if not all(sieve.is_as_listed(self.project, entry) for entry in files):
            return False
        for name, found in self._to_keep.items():
            self.cache.save(name, found())
        self._to_keep.clear()
        return True

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found so far, sorted by place."""
        return tuple(sorted({*self.survey_problems, *(problem for looked in self.looked.values() for problem in looked.problems)}))


def _looked(workshop: Workshop, templates: tuple[list[Path], Cache, str] | None, name: str) -> Looked | None:
    """Look at a unit; or, for the name `_COMPILE`, compile the templates."""
    if name != _COMPILE:
        return workshop.look(name)
    from .typesetting import compile_templates

    compile_templates(*templates)
    return None


def _is_warm() -> bool:
    """Whether this process has loaded already what building takes."""
    return "circlepress.build" in sys.modules


def _looked_with_all(workshop: Workshop, circle: str) -> tuple[Looked, tuple | None]:
    """Look at a circle; return what was found, and what the workshop then knows of the circle."""
    return workshop.look(circle), workshop.looked_at_last


def key_of(*parts: object) -> str:
    """Return one hash for values that have a true `repr`."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def each(work: Callable, tasks: Sequence, jobs: int) -> Iterator[tuple]:
    """Do `work` for each task in `jobs` processes, or here when it is none; yield the task and its result, which may be `Lost`."""
    if not jobs or not tasks:
        for task in tasks:
            give_way()
            try:
                result = work(task)
            except OSError as error:
                result = Lost(f"{type(error).__name__}: {error}", error.errno)
            yield task, result
    else:
        from . import workers

        for number, result in workers.run(work, tasks, jobs):
            yield tasks[number], result


def refuse_no_project(project: Path) -> None:
    """Raise `UsageError` when a folder is no project."""
    if not (project / "mkdocs.yml").is_file():
        raise UsageError(f"There is no mkdocs.yml in {project}. Run circlepress in a project folder, or name it with --project.")
