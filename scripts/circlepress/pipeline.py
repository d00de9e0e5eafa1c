"""The story: read, validate, resolve, plan, build, export, publish, in this order and nothing else.

`check` and `plan_preview` take the project as one; `review` and `build` go unit by unit (the handbook, each circle), so
that nothing is read, looked at or built that cannot have changed. What one run leaves for the next is in `records.py`.
The stages are imported where they are called: a run that finds nothing to do must not wait for libraries.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from . import records, search
from .cache import Cache, tidy
from .edition import SEARCH_LATER, BuiltEdition, Edition, EditionKind, EditionPlan
from .neighbours import Lost
from .problem import CirclepressError, Place, Problem, UsageError
from .publish import (
    Part,
    alone,
    assemble,
    clear,
    clear_quickly,
    files_of,
    live_version,
    make_spare,
    not_writable,
    refuse_foreign,
    swap,
    work_folder,
)
from .source import HANDBOOK, TEMPLATES, Settings
from .state import State, each, key_of
from .theme import theme_folders

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .source import Sources


@dataclass(frozen=True)
class Checked:
    """A project, read and validated."""

    sources: Sources
    catalogue: Catalogue
    problems: tuple[Problem, ...]
    """Sorted by place."""


@dataclass(frozen=True)
class Explained:
    """Where a project tells what the codes of problems mean."""

    page: str = ""
    """The file that tells of the codes; empty where a project does without."""
    codes: str = ""
    """Its address on the published site; empty when it has none, or is a draft."""
    checks: str = ""
    """The address of the page about the model checks; empty when the site has none."""


@dataclass(frozen=True)
class Reviewed:
    """What is wrong with a project, unit by unit, and how much of it is whole."""

    problems: tuple[Problem, ...]
    """Sorted by place."""
    pages: int
    """Whole pages of the handbook."""
    circles: int
    templates: int
    explained: Explained = Explained()


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
    search_later: bool = False
    """Keep the search indexes of editions that were there before; the next build without this makes them anew."""
    here_below: int = 0
    """Fewer editions than this are built in this process."""


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
    from .localtime import use_pinned_time_zones
    from .read import read
    from .validate import validate

    use_pinned_time_zones()
    sources, unreadable = read(project)
    catalogue, mistakes = validate(sources, today)
    return Checked(sources, catalogue, tuple(sorted(set([*unreadable, *mistakes]))))


def review_changes(project: Path, today: date, revision: str, *, jobs: int = 1, caches: Path | None = None, verify: bool = False) -> Reviewed:
    """Review a project; keep the problems that have to do with what changed since it parted from `revision`.

    These are the problems in files that changed, and those in other files that were not there before: a page that was
    renamed is a broken link elsewhere. What others did on `revision` meanwhile is nobody's fault here, so the comparison
    is with the commit both come from. Raises as `review` and `git.changed_since` do.
    """
    from . import git

    parted = git.merge_base(project, revision)
    changed = {change.path.rstrip("/") for change in git.changed_since(project, parted)}
    reviewed = review(project, today, jobs=jobs, caches=caches, verify=verify)
    elsewhere = [problem for problem in reviewed.problems if not _is_touched(problem.place.path, changed)]
    if elsewhere:
        before = {_lasting_part(problem) for problem in _problems_at(project, today, parted)}
        blameless = {problem for problem in elsewhere if _lasting_part(problem) in before}
        reviewed = replace(reviewed, problems=tuple(problem for problem in reviewed.problems if problem not in blameless))
    return reviewed


def review(project: Path, today: date, *, jobs: int = 1, caches: Path | None = None, verify: bool = False) -> Reviewed:
    """Find what is wrong with a project, like `check`, looking only at what has changed since the last time.

    `caches` is the folder in which projects' caches are kept. Raises as `read` does.
    """
    state = State(project, today, jobs, caches, verify)
    known = state.cache.load("review", records.REVIEW)
    if known and known["inputs"] == state.inputs != "":
        try:
            return Reviewed(tuple(records.problem_of(one) for one in known["problems"]), known["pages"], known["circles"], known["templates"],
                            Explained(*known["explained"]))
        except ValueError:  # a code that this version does not know
            pass
    state.look_at_everything()
    found = Reviewed(state.problems, state.looked[HANDBOOK].pages, *(
        sum(looked.presence is not None and name.startswith(TEMPLATES) is wanted for name, looked in state.looked.items()) for wanted in (False, True)), _explained(state))
    if not state.stands():
        return found
    state.cache.save("review", {"inputs": state.inputs, "problems": [records.plain_problem(problem) for problem in found.problems],
                                "pages": found.pages, "circles": found.circles, "templates": found.templates,
                                "explained": [found.explained.page, found.explained.codes, found.explained.checks]})
    tidy(caches, state.cache)
    return found


def _explained(state: State) -> Explained:
    settings, page = state.settings, state.workshop.handbook.material_by_reference.get("project/problem-codes")
    codes = f"{settings.address}{page.original}/{page.reference}/" if page and not page.facts.draft and settings.address else ""
    checks = f"{settings.address}{'en' if 'en' in settings.languages else settings.languages[0]}/checks/" if settings.address else ""
    return Explained(page.version_by_language[page.original].source.path if page else "", codes, checks)


def build(project: Path, request: Request, *, cache: Cache | None = None, on_planned: Callable[[int], None] = lambda count: None,
          on_built: Callable[[BuiltEdition], None] = lambda edition: None, on_waiting: Callable[[], None] = lambda: None) -> Published:
    """Build and publish a project, as much of it as has changed.

    `cache` is used instead of the project's own in `request.caches`. Everything whole is built; problems say what is not.
    Raises `UsageError` for a language or circle that does not
    exist and for an output folder that is not ours, `CirclepressError` when the disk does not take the new site; the
    published one is then as it was.
    """
    refuse_foreign(request.output)
    clock = records.Clock()
    state = State(project, request.today, request.jobs, request.caches, request.verify, cache)
    if found := _unchanged(state, request, clock):
        clear_quickly(request.output)
        return found
    waited = []
    with alone(request.output, lambda: (waited.append(True), on_waiting())):
        if waited:
            state = State(project, request.today, request.jobs, request.caches, request.verify, cache)
        spare = None
        try:
            published, spare = _build(state, request, clock, on_planned, on_built)
            return published
        except OSError as error:
            if error.errno not in _DISK_TROUBLE:
                raise
            raise not_writable(request.output, error) from None
        finally:
            clear(request.output, spare)


_DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE}


def _unchanged(state: State, request: Request, clock: records.Clock) -> Published | None:
    """Return what a build would, when the published site is what it would make."""
    with_search = request.with_search and search.is_available()
    last = records.LastBuild(state.cache, request.output, live_version(request.output))
    clock.stop("look for changes")
    if not request.plain and last.is_of(state.inputs, _asked(request, with_search)):
        return Published(request.output, (), last.problems, last.kept, with_search, last.edition_count, clock.seconds)
    return None


def _asked(request: Request, with_search: bool) -> str:
    return key_of(with_search, request.preview, request.made, request.plain, sorted(request.languages), sorted(request.circles))


def _build(state: State, request: Request, clock: records.Clock, on_planned: Callable[[int], None],
           on_built: Callable[[BuiltEdition], None]) -> tuple[Published, Path | None]:
    """Build and publish; return what came of it, and the folder of the site to keep for the next time."""
    from . import workers
    from .build import BuildRequest
    from .plan import editions, is_published
    from .unit import Task

    with_search = request.with_search and search.is_available()
    live = live_version(request.output)
    last = records.LastBuild(state.cache, request.output, live)
    state.look_at_everything()
    clock.stop("read and validate")
    settings, workshop = state.settings, state.workshop
    shown = {name: presence for name, presence in workshop.presence_by_unit.items()
             if not name.startswith(TEMPLATES) and (request.preview or is_published(presence.status, presence.visibility))}
    languages_by_circle = {name.rsplit("/", 1)[1]: presence.languages for name, presence in shown.items()}
    _refuse_unknown(request, settings.languages, {name.rsplit("/", 1)[1] for name in workshop.outline_by_unit if not name.startswith(TEMPLATES)},
                    languages_by_circle)
    every = editions(languages_by_circle, settings)
    wanted = editions(languages_by_circle, settings, languages=request.languages, circles=request.circles)
    others = [e for e in every if e not in set(wanted) and (request.output / e.address.strip("/") / "index.html").is_file()]
    workshop.online = tuple(sorted([*wanted, *others]))
    folders = theme_folders(state.project, settings.custom_dir)
    work = work_folder(request.output)
    workshop.request = BuildRequest(work, tuple(folders), state.engine, request.made, with_search, request.preview, request.plain, request.search_later, state.cache)
    inputs = _inputs_of(state, wanted, workshop.online, settings, asked=[with_search, request.preview, request.made, state.engine])
    stale = [edition for edition in wanted if request.plain or last.fingerprint(edition) != inputs[edition]]
    tasks: dict[str, list[Edition]] = {}
    for edition in stale:
        tasks.setdefault(f"circles/{edition.circle}" if edition.circle else edition.name if edition.kind is EditionKind.HANDBOOK else HANDBOOK, []).append(edition)
    is_little = len(stale) < request.here_below or len(tasks) < 2 and not workers.STARTS_QUICKLY
    parts = -(-request.jobs // len(tasks)) if tasks and not is_little else 1  # a few editions of one circle are built side by side
    jobs = [Task(HANDBOOK if edition_list[0].kind is not EditionKind.MICROSITE else name, tuple(edition_list[part::parts]),
                 {} if request.plain else last.earlier(edition_list[part::parts]))
            for name, edition_list in tasks.items() for part in range(min(parts, len(edition_list)))]
    clock.stop("decide")
    on_planned(len(stale))
    built: list[BuiltEdition] = []
    with contextlib.closing(each(workshop.build, jobs, 0 if is_little else request.jobs)) as results:
        for task, result in results:
            if isinstance(result, Lost):
                if result.errno in _DISK_TROUBLE:
                    raise OSError(result.errno, os.strerror(result.errno))
                result = [BuiltEdition(edition, "", 0, (Problem(Place(edition.name), "edition-not-built", f"the edition could not be built: {result.why}."),))
                          for edition in task.editions]
            for one in result:
                built.append(one)
                on_built(one)
    built.sort(key=lambda one: one.edition)
    clock.stop("build")
    lost = {one.edition for one in built if not one.folder}
    unfinished = {one.edition for one in built if SEARCH_LATER in one.records}
    for edition in unfinished:
        inputs[edition] += SEARCH_LATER
    unchanged = [edition for edition in wanted if edition not in set(stale)]
    broken_circles = {f"/{name}/" for name in workshop.outline_by_unit if name not in workshop.presence_by_unit and not name.startswith(TEMPLATES)}
    kept = sorted({e.address for e in others} | {edition.address for edition in lost} | broken_circles)
    parts = [_part_of(one, inputs[one.edition], work, live) for one in built if one.folder]
    parts += [Part(edition, inputs[edition], live / edition.address.strip("/"), last.files(edition), last.program(edition), live / "assets/search")
              for edition in unchanged]
    parts.sort(key=lambda part: part.edition)
    shared = key_of(state.engine, sorted({name for part in parts for name in part.program}))
    if not state.stands():  # somebody writes while we build: the next build looks again
        state.inputs, inputs = "", dict.fromkeys(inputs, f"changed during {work.name}") | {edition: inputs[edition] for edition in unchanged}
    new = assemble(parts, kept, folders, request.output, shared=shared, spare=None if request.plain else last.spare())
    clock.stop("assemble")
    stays = tuple(address for address in kept if (request.output / address.strip("/")).is_dir())
    problems = tuple(sorted({*state.problems, *(problem for one in built for problem in one.problems),
                             *(problem for edition in [*unchanged, *others] for problem in last.problems_of(edition))}))
    last.save(new, "" if lost or unfinished else state.inputs, _asked(request, with_search), inputs, built, [*unchanged, *others], problems, stays,
              next((part.files for part in parts if part.edition.kind is EditionKind.GATEWAY), ()), shared)
    swap(new, request.output)
    spare = live if last.is_known and live not in (None, request.output) else make_spare(request.output)
    if spare and spare != live:
        last.copy(new, spare)
    last.forget_others(new, spare)
    tidy(request.caches, state.cache)
    clock.stop("publish")
    return Published(request.output, tuple(built), problems, stays, with_search, len(unchanged), clock.seconds), spare


def _part_of(built: BuiltEdition, made_of: str, work: Path, live: Path | None) -> Part:
    """Return an edition that has just been built as a part of the new site."""
    folder = Path(built.folder)
    new_program = all((work / search.FOLDER / name).is_file() for name in built.program)
    return Part(built.edition, made_of, folder, files_of(folder) if built.edition.kind is EditionKind.GATEWAY else None, built.program,
                work / search.FOLDER if new_program else live / search.SHARED if live else None, is_ours=True)


def _inputs_of(state: State, wanted: Sequence[Edition], online: Sequence[Edition], settings: Settings, asked: list) -> dict[Edition, str]:
    """Return a hash of everything each edition is made of."""
    workshop, digest = state.workshop, state.looked[HANDBOOK].digest
    common = key_of(*asked, state.hashes["mkdocs.yml"])
    facts = {name: key_of(outline.metadata, workshop.presence_by_unit.get(name)) for name, outline in workshop.outline_by_unit.items()}
    whole_templates = [state.fingerprint_by_unit[name] for name in facts if name.startswith(TEMPLATES)]
    for_all = key_of(common, state.fingerprint_by_unit[HANDBOOK], sorted(facts.items()), whole_templates)
    neighbours = workshop.neighbours
    own: dict[str, str] = {}
    inputs: dict[Edition, str] = {}
    for edition in wanted:
        if edition.kind is EditionKind.MICROSITE:
            name = f"circles/{edition.circle}"
            if name not in own:
                relatives = [neighbours.origin_of(edition.circle), *(child for child, _ in neighbours.children_of(edition.circle))]
                asked_about = [key.partition(" ")[2].partition("/")[0] for key in state.looked[name].asked]
                has_report = asked[1] or "report_public" in workshop.outline_by_unit[name].metadata  # says what the day makes of the circle
                own[name] = key_of(common, digest, state.fingerprint_by_unit[name], state.today if has_report else "",
                                 [(other, facts.get(f"circles/{other}")) for other in (*relatives, *asked_about)])
            inputs[edition] = key_of(own[name], edition.language)
        else:
            inputs[edition] = key_of(for_all, edition.name, online if edition.kind is EditionKind.GATEWAY else "")
    return inputs


def plan_preview(project: Path, today: date) -> PreviewPlans:
    """Plan the handbook's editions for `mkdocs build` and `mkdocs serve` at the root."""
    from .plan import editions, plan, published
    from .resolve import resolve

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
    from . import git

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
