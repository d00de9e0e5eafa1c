"""A project on its way through `review` or `build`: which files have changed, and what is wrong with it, unit by unit.

Finding out whether anything has changed needs no library; the stages are imported once something has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from . import records, sieve
from .cache import Cache, cache_for
from .giving_way import give_way
from .neighbours import Looked, Lost, Neighbours
from .problem import Place, Problem, UsageError
from .source import HANDBOOK, Entry, unit_of
from .survey import survey
from .theme import engine_entries

_ALONE_BELOW = 8
"""So many circles are looked at without starting other processes."""


class State:
    """A project on its way through `review` or `build`."""

    def __init__(self, project: Path, today: date, jobs: int, caches: Path | None, verify: bool, cache: Cache | None = None) -> None:
        self.project, self.today, self.jobs = project, today, jobs
        self.cache = cache or cache_for(project, caches)
        refuse_no_project(project)
        entries, self.survey_problems = survey(project)
        self._began_with = [sieve.entry_of(project, "mkdocs.yml"), *entries]
        remembered = self.cache.load("files", records.FilesFile) or {}
        known = remembered.get("project", {})
        self.hashes, seen = sieve.sift(project, self._began_with, known, verify=verify)
        own_theme = remembered.get("own theme", ["", ""])
        if own_theme[0] != self.hashes["mkdocs.yml"]:
            from .read import read_settings

            own_theme = [self.hashes["mkdocs.yml"], read_settings(project)[0].custom_dir]
        self.program, self.engine, engine_seen = self._fingerprints(own_theme[1], remembered.get("engine", {}), verify)
        if {"project": seen, "engine": engine_seen, "own theme": own_theme} != remembered:
            self.cache.save("files", {"project": seen, "engine": engine_seen, "own theme": own_theme})
        self.inputs = sieve.fingerprint(self.hashes | {"engine": self.engine, "day": today.isoformat(),
                                                       "odd files": str(sorted(self.survey_problems))})
        self.entries_by_unit: dict[str, list[Entry]] = {HANDBOOK: []}
        for entry in entries:
            self.entries_by_unit.setdefault(unit_of(entry.path), []).append(entry)
        self.looked: dict[str, Looked] = {}
        self._to_keep: dict[str, Callable[[], dict]] = {}

    def _fingerprints(self, own_theme: str, known: Mapping[str, sieve.Known], verify: bool) -> tuple[str, str, dict]:
        """Return the fingerprint of the program, that of the program and the theme, and what to remember of their files."""
        hashes, seen = {}, {}
        for name, folder, entries in engine_entries(self.project, own_theme):
            found, kept = sieve.sift(folder, entries, known.get(name, {}), verify=verify)
            hashes |= {f"{name}/{path}": value for path, value in found.items()}
            seen[name] = kept
        everything = hashes | records.library_versions()
        program = {name: value for name, value in everything.items() if not name.startswith("theme ")}
        return sieve.fingerprint(program), sieve.fingerprint(everything), seen

    def look_at_everything(self) -> None:
        """Read and look at each unit that has changed, or that asked about others and would get another answer now."""
        from .read import read_settings
        from .unit import Workshop

        self.settings, _ = read_settings(self.project)
        self.fingerprint_by_unit = {name: sieve.fingerprint(self.hashes, [entry.path for entry in entries])
                                    for name, entries in self.entries_by_unit.items()}
        before = records.Looks(self.cache.load("looks", records.LooksFile))
        common = [self.program, self.settings.languages, self.settings.chain_by_language, self.today.isoformat()]  # of the settings, what looking depends on
        self.workshop = workshop = Workshop(self.project, self.settings, self.today,
                                            {name: tuple(entries) for name, entries in self.entries_by_unit.items()}, self.hashes)
        with_facts = [name for name, entries in self.entries_by_unit.items()
                      if name != HANDBOOK and any(entry.path == f"{name}/circle.yml" for entry in entries)]
        workshop.outline_by_unit = {name: before.outline(name, self.fingerprint_by_unit[name]) or workshop.outline(name) for name in with_facts}
        neighbours = workshop.neighbours
        keys = {HANDBOOK: key_of(*common, self.settings.accessibility, self.fingerprint_by_unit[HANDBOOK])}
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
        any_lost = False
        for name, looked in each(workshop.look, stale, self.jobs if len(stale) > _ALONE_BELOW else 0):
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
            self._to_keep["looks"] = lambda: records.plain_looks(self.looked, keys, self.fingerprint_by_unit, workshop.outline_by_unit)

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

    def stands(self) -> bool:
        """Whether the project's files are still what they were when this run began: if not, what was read may not be what was hashed.

        What was found is kept for the next run only if they are.
        """
        entries, _ = survey(self.project)
        try:
            if self._began_with != [sieve.entry_of(self.project, "mkdocs.yml"), *entries]:
                return False
        except OSError:
            return False
        for name, found in self._to_keep.items():
            self.cache.save(name, found())
        self._to_keep.clear()
        return True

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found so far, sorted by place."""
        return tuple(sorted({*self.survey_problems, *(problem for looked in self.looked.values() for problem in looked.problems)}))


def key_of(*parts: object) -> str:
    """Return one hash for values that have a true `repr`."""
    return sieve.fingerprint({str(number): repr(part) for number, part in enumerate(parts)})


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
