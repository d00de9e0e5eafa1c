"""The story: read, validate, resolve, plan, build, export, publish, in this order and nothing else.

`check` and `plan_preview` take the project as one; `review` and `build` go unit by unit (the handbook, each circle), so
that nothing is read, looked at or built that cannot have changed. What one run leaves for the next is in `records.py`.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from . import git, records, search, sieve, workers
from .build import BuildRequest
from .cache import cache_for, tidy
from .catalogue import Catalogue
from .edition import BuiltEdition, Edition, EditionKind, EditionPlan
from .localtime import use_pinned_time_zones
from .plan import editions, is_published, plan, published
from .problem import CirclepressError, Place, Problem, UsageError
from .publish import Part, alone, assemble, clear, files_of, live_version, swap, work_folder
from .read import read, read_settings, survey
from .resolve import resolve
from .source import HANDBOOK, TEMPLATES, Entry, Settings, Sources, unit_of
from .theme import engine_entries, theme_folders
from .unit import Looked, Task, Workshop
from .validate import validate

_ALONE_BELOW = 8
"""So many circles are looked at without starting other processes."""


@dataclass(frozen=True)
class Checked:
    """A project, read and validated."""

    sources: Sources
    catalogue: Catalogue
    problems: tuple[Problem, ...]
    """Sorted by place."""


@dataclass(frozen=True)
class Reviewed:
    """What is wrong with a project, unit by unit, and how much of it is whole."""

    problems: tuple[Problem, ...]
    """Sorted by place."""
    pages: int
    """Whole pages of the handbook."""
    circles: int
    templates: int


@dataclass(frozen=True)
class Request:
    """What a build is asked to make."""

    output: Path
    today: date
    """Decides what is past, for the problems."""
    jobs: int = 1
    languages: tuple[str, ...] = ()
    """Only editions in these languages; empty for all."""
    circles: tuple[str, ...] = ()
    """Only these circles' microsites; empty for the handbook and all circles."""
    preview: bool = False
    """Include and mark what is not published: drafts, local circles, organisers' reports."""
    made: date | None = None
    """The day readers are told the site was made; none by itself, so that the same content gives the same site on any day."""
    with_search: bool = True
    plain: bool = False
    """Render every edition with stock MkDocs; nothing is used again."""
    verify: bool = False
    """Hash every file, whatever its times say."""
    caches: Path | None = None
    """The folder in which projects' caches are kept; without one, everything is made anew."""


@dataclass(frozen=True)
class Published:
    """What came of a build."""

    output: Path
    editions: tuple[BuiltEdition, ...]
    """Those that were opened; the others were as they are."""
    problems: tuple[Problem, ...]
    kept: tuple[str, ...]
    """Addresses whose earlier pages stay online, because they could not be built."""
    with_search: bool
    unchanged: int = 0
    """Editions that were not opened."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """What each stage took, in the process that called."""


@dataclass(frozen=True)
class PreviewPlans:
    """The handbook's plans for the root `mkdocs.yml`."""

    plans: tuple[EditionPlan, ...]
    problems: tuple[Problem, ...]
    custom_dir: str


def check(project: Path, today: date) -> Checked:
    """Read and validate a project; see `read` for what is raised when it is none."""
    use_pinned_time_zones()
    sources, unreadable = read(project)
    catalogue, mistakes = validate(sources, today)
    return Checked(sources, catalogue, tuple(sorted(set([*unreadable, *mistakes]))))


def check_changes(project: Path, today: date, revision: str) -> Checked:
    """Read and validate a project; keep the problems that have to do with what changed since it parted from `revision`.

    These are the problems in files that changed, and those in other files that were not there before: a page that was
    renamed is a broken link elsewhere. What others did on `revision` meanwhile is nobody's fault here, so the comparison
    is with the commit both come from. Raises as `check` and `git.changed_since` do.
    """
    parted = git.merge_base(project, revision)
    changed = {change.path.rstrip("/") for change in git.changed_since(project, parted)}
    checked = check(project, today)
    elsewhere = [problem for problem in checked.problems if not _is_touched(problem.place.path, changed)]
    if elsewhere:
        before = {_lasting_part(problem) for problem in _problems_at(project, today, parted)}
        blameless = {problem for problem in elsewhere if _lasting_part(problem) in before}
        checked = replace(checked, problems=tuple(problem for problem in checked.problems if problem not in blameless))
    return checked


def review(project: Path, today: date, *, jobs: int = 1, caches: Path | None = None, verify: bool = False) -> Reviewed:
    """Find what is wrong with a project, like `check`, looking only at what has changed since the last time.

    `caches` is the folder in which projects' caches are kept. Raises as `read` does.
    """
    state = _State(project, today, jobs, caches, verify)
    known = state.cache.load("review")
    if known and known["inputs"] == state.inputs:
        return Reviewed(tuple(records.problem_of(one) for one in known["problems"]), known["pages"], known["circles"], known["templates"])
    state.look_at_everything()
    found = Reviewed(state.problems, state.looked[HANDBOOK].pages, *(
        sum(looked.standing is not None and name.startswith(TEMPLATES) is wanted for name, looked in state.looked.items()) for wanted in (False, True)))
    state.cache.save("review", {"inputs": state.inputs, "problems": [records.plain_problem(problem) for problem in found.problems],
                                "pages": found.pages, "circles": found.circles, "templates": found.templates})
    tidy(caches, state.cache)
    return found


class _State:
    """A project on its way through `review` or `build`."""

    def __init__(self, project: Path, today: date, jobs: int, caches: Path | None, verify: bool) -> None:
        self.project, self.today, self.jobs = project, today, jobs
        self.cache = cache_for(project, caches)
        refuse_no_project(project)
        entries, self.survey_problems = survey(project)
        remembered = self.cache.load("files") or {}
        known = remembered.get("project", {})
        self.hashes, seen = sieve.sift(project, [sieve.entry_of(project, "mkdocs.yml"), *entries], known, verify=verify)
        own_theme = remembered.get("own theme", ["", ""])
        if own_theme[0] != self.hashes["mkdocs.yml"]:
            own_theme = [self.hashes["mkdocs.yml"], read_settings(project)[0].custom_dir]
        self.engine, engine_seen = self._fingerprint_of_engine(own_theme[1], remembered.get("engine", {}), verify)
        if {"project": seen, "engine": engine_seen, "own theme": own_theme} != remembered:
            self.cache.save("files", {"project": seen, "engine": engine_seen, "own theme": own_theme})
        self.inputs = sieve.fingerprint(self.hashes | {"engine": self.engine, "day": today.isoformat(),
                                                       "odd files": str(sorted(self.survey_problems))})
        self.entries_by_unit: dict[str, list[Entry]] = {HANDBOOK: []}
        for entry in entries:
            self.entries_by_unit.setdefault(unit_of(entry.path), []).append(entry)
        self.looked: dict[str, Looked] = {}

    def _fingerprint_of_engine(self, own_theme: str, known: Mapping[str, sieve.Known], verify: bool) -> tuple[str, dict]:
        hashes, seen = {}, {}
        for name, folder, entries in engine_entries(self.project, own_theme):
            found, kept = sieve.sift(folder, entries, known.get(name, {}), verify=verify)
            hashes |= {f"{name}/{path}": value for path, value in found.items()}
            seen[name] = kept
        return sieve.fingerprint(hashes | records.library_versions()), seen

    def look_at_everything(self) -> None:
        """Read and look at each unit that has changed, or that asked about others and would get another answer now."""
        self.settings, _ = read_settings(self.project)
        self.fingerprint_by_unit = {name: sieve.fingerprint(self.hashes, [entry.path for entry in entries])
                                    for name, entries in self.entries_by_unit.items()}
        before = records.Looks(self.cache.load("looks"))
        common = [self.engine, self.hashes["mkdocs.yml"], self.today.isoformat()]
        self.workshop = workshop = Workshop(self.project, self.settings, self.today,
                                            {name: tuple(entries) for name, entries in self.entries_by_unit.items()})
        with_facts = [name for name, entries in self.entries_by_unit.items()
                      if name != HANDBOOK and any(entry.path == f"{name}/circle.yml" for entry in entries)]
        workshop.outline_by_unit = {name: before.outline(name, self.fingerprint_by_unit[name]) or workshop.outline(name) for name in with_facts}
        neighbours = workshop.neighbours
        keys = {HANDBOOK: _key(*common, self.fingerprint_by_unit[HANDBOOK])}
        handbook = before.looked(HANDBOOK, keys[HANDBOOK], neighbours) or workshop.look(HANDBOOK)
        self.looked[HANDBOOK] = handbook
        stale = []
        for name, fingerprint in self.fingerprint_by_unit.items():
            if name != HANDBOOK:
                keys[name] = _key(*common, handbook.digest, fingerprint)
                looked = before.looked(name, keys[name], neighbours)
                if looked is None:
                    stale.append(name)
                else:
                    self.looked[name] = looked
        for name, looked in _each(workshop.look, stale, self.jobs if len(stale) > _ALONE_BELOW else 1):
            if isinstance(looked, workers.Lost):
                looked = Looked(name, (Problem(Place(name), "circle-not-read", f"the circle could not be looked at: {looked.why}.",
                                               "Look for a text that is unusually long or nested, and simplify it."),), {})
            self.looked[name] = looked
        workshop.standing_by_unit = {name: looked.standing for name, looked in self.looked.items() if looked.standing}
        if stale or not before.holds(keys, self.fingerprint_by_unit):
            self.cache.save("looks", records.plain_looks(self.looked, keys, self.fingerprint_by_unit, workshop.outline_by_unit))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found so far, sorted by place."""
        return tuple(sorted({*self.survey_problems, *(problem for looked in self.looked.values() for problem in looked.problems)}))


def build(project: Path, request: Request, *, on_planned: Callable[[int], None] = lambda count: None,
          on_built: Callable[[BuiltEdition], None] = lambda edition: None, on_waiting: Callable[[], None] = lambda: None) -> Published:
    """Build and publish a project, as much of it as has changed.

    Everything whole is built; problems say what is not. Raises `UsageError` for a language or circle that does not
    exist and for an output folder that is not ours, `CirclepressError` when the disk does not take the new site; the
    published one is then as it was.
    """
    with alone(request.output, on_waiting):
        try:
            return _build(project, request, on_planned, on_built)
        except OSError as error:
            if error.errno not in _DISK_TROUBLE:
                raise
            raise CirclepressError(f"The disk did not take the new site ({error.strerror}); the published one is as it was. "
                                   "Make room, or name another folder with --output.") from None
        finally:
            clear(request.output)


_DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE}


def _build(project: Path, request: Request, on_planned: Callable[[int], None], on_built: Callable[[BuiltEdition], None]) -> Published:
    clock = records.Clock()
    state = _State(project, request.today, request.jobs, request.caches, request.verify)
    with_search = request.with_search and search.is_available()
    asked = _key(with_search, request.preview, request.made, request.plain, sorted(request.languages), sorted(request.circles))
    live = live_version(request.output)
    last = records.LastBuild(state.cache, request.output, live)
    clock.stop("look for changes")
    if not request.plain and last.is_of(state.inputs, asked):
        return Published(request.output, (), last.problems, last.kept, with_search, last.edition_count, clock.seconds)
    state.look_at_everything()
    clock.stop("read and validate")
    settings, workshop = state.settings, state.workshop
    shown = {name: standing for name, standing in workshop.standing_by_unit.items()
             if not name.startswith(TEMPLATES) and (request.preview or is_published(standing.status, standing.visibility))}
    languages_by_circle = {name.rsplit("/", 1)[1]: standing.languages for name, standing in shown.items()}
    _refuse_unknown(request, settings.languages, {name.rsplit("/", 1)[1] for name in workshop.outline_by_unit if not name.startswith(TEMPLATES)},
                    languages_by_circle)
    every = editions(languages_by_circle, settings)
    wanted = editions(languages_by_circle, settings, languages=request.languages, circles=request.circles)
    others = [e for e in every if e not in set(wanted) and (request.output / e.address.strip("/") / "index.html").is_file()]
    workshop.online = tuple(sorted([*wanted, *others]))
    folders = theme_folders(project, settings.custom_dir)
    work = work_folder(request.output)
    workshop.request = BuildRequest(work, tuple(folders), state.engine, request.made, with_search, request.preview, request.plain)
    inputs = _inputs_of(state, wanted, workshop.online, settings, asked=[with_search, request.preview, request.made, state.engine])
    stale = [edition for edition in wanted if request.plain or last.fingerprint(edition) != inputs[edition]]
    tasks: dict[str, list[Edition]] = {}
    for edition in stale:
        tasks.setdefault(f"circles/{edition.circle}" if edition.circle else edition.name if edition.kind is EditionKind.HANDBOOK else HANDBOOK, []).append(edition)
    jobs = [Task(HANDBOOK if edition_list[0].kind is not EditionKind.MICROSITE else name, tuple(edition_list),
                 {} if request.plain else last.earlier(edition_list)) for name, edition_list in tasks.items()]
    clock.stop("decide")
    on_planned(len(stale))
    built: list[BuiltEdition] = []
    for task, result in _each(workshop.build, jobs, request.jobs):
        if isinstance(result, workers.Lost):
            if result.errno in _DISK_TROUBLE:
                raise OSError(result.errno, result.why)
            result = [BuiltEdition(edition, "", 0, (Problem(Place(edition.name), "edition-not-built", f"the edition could not be built: {result.why}."),))
                      for edition in task.editions]
        for one in result:
            built.append(one)
            on_built(one)
    built.sort(key=lambda one: one.edition)
    clock.stop("build")
    lost = {one.edition for one in built if not one.folder}
    unchanged = [edition for edition in wanted if edition not in set(stale)]
    broken_circles = {f"/{name}/" for name in workshop.outline_by_unit if name not in workshop.standing_by_unit and not name.startswith(TEMPLATES)}
    kept = sorted({e.address for e in others} | {edition.address for edition in lost} | broken_circles)
    parts = [Part(one.edition, Path(one.folder), files_of(Path(one.folder)) if one.edition.kind is EditionKind.GATEWAY else None, program=one.program, program_folder=work / one.edition.name / "search-program"
                  if (work / one.edition.name / "search-program").is_dir() else live / "assets/search" if live else None)
             for one in built if one.folder]
    parts += [Part(edition, live / edition.address.strip("/"), last.files(edition), last.program(edition), live / "assets/search")
              for edition in unchanged]
    parts.sort(key=lambda part: part.edition)
    new = assemble(parts, kept, folders, request.output)
    clock.stop("assemble")
    stays = tuple(address for address in kept if (request.output / address.strip("/")).is_dir())
    problems = tuple(sorted({*state.problems, *(problem for one in built for problem in one.problems),
                             *(problem for edition in [*unchanged, *others] for problem in last.problems_of(edition))}))
    last.save(new, state.inputs if not lost else "", asked, inputs, built, [*unchanged, *others], problems, stays,
              next((part.files for part in parts if part.edition.kind is EditionKind.GATEWAY), ()))
    swap(new, request.output)
    last.forget_others(new)
    tidy(request.caches, state.cache)
    clock.stop("publish")
    return Published(request.output, tuple(built), problems, stays, with_search, len(unchanged), clock.seconds)


def _inputs_of(state: _State, wanted: Sequence[Edition], online: Sequence[Edition], settings: Settings, asked: list) -> dict[Edition, str]:
    """Return a hash of everything each edition is made of."""
    workshop, digest = state.workshop, state.looked[HANDBOOK].digest
    common = _key(*asked, state.hashes["mkdocs.yml"])
    facts = {name: _key(outline.metadata, workshop.standing_by_unit.get(name)) for name, outline in workshop.outline_by_unit.items()}
    whole_templates = [state.fingerprint_by_unit[name] for name in facts if name.startswith(TEMPLATES)]
    for_all = _key(common, state.fingerprint_by_unit[HANDBOOK], sorted(facts.items()), whole_templates)
    neighbours = workshop.neighbours
    own: dict[str, str] = {}
    inputs: dict[Edition, str] = {}
    for edition in wanted:
        if edition.kind is EditionKind.MICROSITE:
            name = f"circles/{edition.circle}"
            if name not in own:
                relatives = [neighbours.origin_of(edition.circle), *(child for child, _ in neighbours.children_of(edition.circle))]
                asked_about = [key.partition(" ")[2].partition("/")[0] for key in state.looked[name].asked]
                own[name] = _key(common, digest, state.fingerprint_by_unit[name],
                                 [facts.get(f"circles/{other}") for other in (*relatives, *asked_about)])
            inputs[edition] = _key(own[name], edition.language)
        else:
            inputs[edition] = _key(for_all, edition.name, online if edition.kind is EditionKind.GATEWAY else "")
    return inputs


def _key(*parts: object) -> str:
    return sieve.fingerprint({str(number): repr(part) for number, part in enumerate(parts)})


def _each(work: Callable, tasks: Sequence, jobs: int) -> Iterator[tuple]:
    """Do `work` for each task, in `jobs` processes when that is more than one; yield the task and its result."""
    if jobs <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield task, work(task)
    else:
        for number, result in workers.run(work, tasks, jobs):
            yield tasks[number], result


def refuse_no_project(project: Path) -> None:
    """Raise `UsageError` when a folder is no project."""
    if not (project / "mkdocs.yml").is_file():
        raise UsageError(f"There is no mkdocs.yml in {project}. Run circlepress in a project folder, or name it with --project.")


def plan_preview(project: Path, today: date) -> PreviewPlans:
    """Plan the handbook's editions for `mkdocs build` and `mkdocs serve` at the root."""
    checked = check(project, today)
    settings, catalogue = checked.sources.settings, published(checked.catalogue)
    handbooks = [Edition(EditionKind.HANDBOOK, language) for language in settings.languages]
    online = tuple(editions({identifier: circle.facts.published_in for identifier, circle in catalogue.circle_by_id.items()}, settings))
    plans = [plan(catalogue, settings, resolve(catalogue, edition, settings.chain_by_language), None, online, with_search=False)
             for edition in handbooks]
    return PreviewPlans(tuple(plans), checked.problems, settings.custom_dir)


def _is_touched(path: str, changed: Set[str]) -> bool:
    """Whether a file changed, or something in the folder that `path` is."""
    return path in changed or any(other.startswith(path + "/") for other in changed)


def _problems_at(project: Path, today: date, commit: str) -> tuple[Problem, ...]:
    """Return the problems a project had; none when it did not exist or could not be read, for then all are new."""
    with tempfile.TemporaryDirectory(prefix="circlepress-") as folder:
        git.export(project, commit, Path(folder))
        try:
            return check(Path(folder), today).problems
        except CirclepressError:
            return ()


def _lasting_part(problem: Problem) -> tuple[str, str, str]:
    """Return what stays when lines move and when a hint finds other names to propose."""
    return problem.place.path, problem.code, problem.message


def _refuse_unknown(request: Request, languages: tuple[str, ...], circles: Set[str], shown: Mapping[str, object]) -> None:
    for language in request.languages:
        if language not in languages:
            raise UsageError(f"{language!r} is not a language of this project; it has {', '.join(languages)}.")
    for circle in request.circles:
        if circle not in circles:
            raise UsageError(f"There is no circle {circle!r}; there are {', '.join(sorted(shown)) or 'none'}.")
