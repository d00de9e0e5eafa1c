"""The story: read, validate, resolve, plan, build, export, publish, in this order and nothing else.

`check` and `plan_preview` take the project as one; `review` and `build` go unit by unit (the handbook, each circle), so
that nothing is read, looked at or built that cannot have changed. What one run leaves for the next is in `records.py`.
The stages are imported where they are called: a run that finds nothing to do must not wait for libraries.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from . import records, search
from .cache import Cache, tidy
from .edition import SEARCH_LATER, BuiltEdition, Edition, EditionKind, EditionPlan, TakeAway
from .giving_way import Interrupted
from .neighbours import Looked, Lost
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
    from .offline import Copied
    from .source import Sources


class Checked(Struct, frozen=True):
    """A project, read and validated."""

    sources: Sources
    catalogue: Catalogue
    problems: tuple[Problem, ...]
    """Sorted by place."""


class Explained(Struct, frozen=True):
    """Where a project tells what the codes of problems mean."""

    page: str = ""
    """The file that tells of the codes; empty where a project does without."""
    codes: str = ""
    """Its address on the published site; empty when it has none, or is a draft."""
    checks: str = ""
    """The address of the page about the model checks; empty when the site has none."""


class Reviewed(Struct, frozen=True):
    """What is wrong with a project, unit by unit, and how much of it is whole."""

    problems: tuple[Problem, ...]
    """Sorted by place."""
    pages: int
    """Whole pages of the handbook."""
    circles: int
    templates: int
    explained: Explained = Explained()


class Request(Struct, frozen=True):
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
    first: tuple[str, ...] = ()
    """Addresses of pages that somebody looks at. Of the editions that have changed, only those with these pages are built; the others
    stay as they were for the time being, and the next build without this makes them."""
    changed: tuple[str, ...] | None = None
    """The only paths at which anything has changed since the last build with the same warm cache, where somebody has watched them."""
    copied: str = ""
    """A circle to be copied, whatever its visibility; see `copy_circle`."""
    cluster: str = ""
    """The address of a Dask scheduler whose workers build the editions; see `cluster.py`."""


class Published(Struct, frozen=True):
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
    later: tuple[str, ...] = ()
    """Addresses of editions that have changed and are left to the next build: see `Request.first`."""


class PreviewPlans(Struct, frozen=True):
    """The handbook's plans for the root `mkdocs.yml`."""

    plans: tuple[EditionPlan, ...]
    takeaways: tuple[TakeAway, ...]
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
    known = state.cache.load("review", records.ReviewFile)
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
    Raises `UsageError` for a language or circle that does not exist and for an output folder that is not ours,
    `CirclepressError` when the disk does not take the new site, `Interrupted` when something else is wanted of this process;
    the published site is then as it was.
    """
    refuse_foreign(request.output)
    clock = records.Clock()
    state = State(project, request.today, request.jobs, request.caches, request.verify, cache, request.changed)
    last = records.LastBuild(state.cache, request.output, live_version(request.output))
    if found := _unchanged(state, request, last, clock):
        clear_quickly(request.output)
        return found
    waited = []
    with alone(request.output, lambda: (waited.append(True), on_waiting())):
        if waited:
            state = State(project, request.today, request.jobs, request.caches, request.verify, cache)
        spare = None
        try:
            live = live_version(request.output)
            if waited or live == request.output or not last.is_about(live):  # another build may have ended meanwhile
                last = records.LastBuild(state.cache, request.output, live)
            published, spare = _build(state, request, last, clock, on_planned, on_built)
            return published
        except Interrupted:
            spare = _spare_folder(last)
            raise
        except OSError as error:
            if error.errno not in _DISK_TROUBLE:
                raise
            raise not_writable(request.output, error) from None
        finally:
            clear(request.output, spare)


_DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE}


def _unchanged(state: State, request: Request, last: records.LastBuild, clock: records.Clock) -> Published | None:
    """Return what a build would, when the published site is what it would make."""
    with_search = request.with_search and search.is_available()
    clock.stop("look for changes")
    if not request.plain and last.is_of(state.inputs, _asked(request, with_search)):
        return Published(request.output, (), last.problems, last.kept, with_search, last.edition_count, clock.seconds)
    return None


def _asked(request: Request, with_search: bool) -> str:
    return key_of(with_search, request.preview, request.made, request.plain, sorted(request.languages), sorted(request.circles))


class _Plan(Struct, frozen=True):
    """What a build makes, and from what."""

    settings: Settings
    every: tuple[Edition, ...]
    """All editions of the site."""
    wanted: tuple[Edition, ...]
    """Those that were asked for."""
    inputs: dict[Edition, str]
    """A hash of everything each edition is made of."""
    themes: tuple[Path, ...]
    with_search: bool
    broken_circles: frozenset[str]
    """The addresses of circles that are not whole."""


def _plan(state: State, request: Request, *, whole: bool = False) -> _Plan:
    """Read and look at the project; return what is to be made. `whole` is a site of which only a share is built here."""
    with_search = request.with_search and search.is_available()
    state.look_at_everything(is_for_build=not request.plain)
    from .catalogue import is_published  # loaded only now: looking loads it, or does so while another process looks
    from .plan import editions

    settings, workshop = state.settings, state.workshop
    shown = {name: presence for name, presence in workshop.presence_by_unit.items() if not name.startswith(TEMPLATES)
             and (request.preview or is_published(presence.status, presence.visibility) or name == f"circles/{request.copied}")}
    languages_by_circle = {name.rsplit("/", 1)[1]: presence.languages for name, presence in shown.items()}
    _refuse_unknown(request, settings.languages, {name.rsplit("/", 1)[1] for name in workshop.outline_by_unit if not name.startswith(TEMPLATES)},
                    languages_by_circle)
    every = editions(languages_by_circle, settings)
    wanted = editions(languages_by_circle, settings, languages=request.languages, circles=request.circles)
    workshop.online = tuple(sorted(every)) if whole else tuple(sorted([*wanted, *_others(every, wanted, request)]))
    inputs = _inputs_of(state, wanted, workshop.online, settings, asked=[with_search, request.preview, request.made, state.engine])
    broken = frozenset(f"/{name}/" for name in workshop.outline_by_unit if name not in workshop.presence_by_unit and not name.startswith(TEMPLATES))
    return _Plan(settings, tuple(every), tuple(wanted), inputs, tuple(theme_folders(state.project, settings.custom_dir)), with_search, broken)


def _others(every: Sequence[Edition], wanted: Sequence[Edition], request: Request) -> list[Edition]:
    """Return editions that are published and were not asked for."""
    asked_for = set(wanted)
    return [edition for edition in every if edition not in asked_for and (request.output / edition.address.strip("/") / "index.html").is_file()]


def _build_editions(state: State, request: Request, plan: _Plan, stale: Sequence[Edition], work: Path, last: records.LastBuild | None,
                    on_built: Callable[[BuiltEdition], None]) -> list[BuiltEdition]:
    """Build some editions in the folder `work`; `last` knows what can be used again. Raises `OSError` when the disk is the trouble."""
    from . import workers
    from .build import BuildRequest
    from .unit import Task

    workshop = state.workshop
    workshop.request = BuildRequest(work, plan.themes, state.engine, request.made, plan.with_search, request.preview, request.copied, request.plain,
                                    request.search_later, state.cache)
    tasks: dict[str, list[Edition]] = {}
    for edition in stale:
        tasks.setdefault(f"circles/{edition.circle}" if edition.circle else edition.name if edition.kind is EditionKind.HANDBOOK else HANDBOOK, []).append(edition)
    state.opened.update(tasks.keys() & state.entries_by_unit.keys())
    is_little = len(stale) < request.here_below or len(tasks) < 2 and not workers.STARTS_QUICKLY
    parts = -(-request.jobs // len(tasks)) if tasks and not is_little else 1  # a few editions of one circle are built side by side
    jobs = [Task(HANDBOOK if edition_list[0].kind is not EditionKind.MICROSITE else name, tuple(edition_list[part::parts]),
                 {} if request.plain or last is None else last.earlier(edition_list[part::parts]))
            for name, edition_list in tasks.items() for part in range(min(parts, len(edition_list)))]
    if request.cluster and jobs:
        from . import cluster

        running = cluster.each(request.cluster, workshop, state.program, jobs, request.jobs)
    else:
        running = each(workshop.build, jobs, 0 if is_little else request.jobs)
    built: list[BuiltEdition] = []
    with contextlib.closing(running) as results:
        for task, result in results:
            if isinstance(result, Lost):
                if result.errno in _DISK_TROUBLE:
                    raise OSError(result.errno, os.strerror(result.errno))
                result = [BuiltEdition(edition, "", 0, (Problem(Place(edition.name), "edition-not-built", f"the edition could not be built: {result.why}."),))
                          for edition in task.editions]
            for one in result:
                built.append(one)
                on_built(one)
    return sorted(built, key=lambda one: one.edition)


def _build(state: State, request: Request, last: records.LastBuild, clock: records.Clock, on_planned: Callable[[int], None],
           on_built: Callable[[BuiltEdition], None]) -> tuple[Published, Path | None]:
    """Build and publish; return what came of it, and the folder of the site to keep for the next time."""
    plan = _plan(state, request)
    clock.stop("read and validate")
    if request.search_later:  # what waits for nothing but its index can go on waiting
        plan.inputs.update({edition: made_of + SEARCH_LATER for edition, made_of in plan.inputs.items() if last.fingerprint(edition) == made_of + SEARCH_LATER})
    stale = [edition for edition in plan.wanted if request.plain or last.fingerprint(edition) != plan.inputs[edition]]
    looked_at = {max((edition for edition in plan.wanted if page.startswith(edition.address)), key=lambda edition: len(edition.address), default=None)
                 for page in request.first}
    later = frozenset(stale) - looked_at if request.first else frozenset()
    stale = [edition for edition in stale if edition not in later]
    if later and not stale:
        return _left_alone(state, request, plan, last, clock, later)
    work = work_folder(request.output)
    clock.stop("decide")
    on_planned(len(stale))
    built = _build_editions(state, request, plan, stale, work, last, on_built)
    clock.stop("build")
    return _publish(state, request, plan, built, last, clock, work / search.FOLDER, later)


def _left_alone(state: State, request: Request, plan: _Plan, last: records.LastBuild, clock: records.Clock, later: Set[Edition]) -> tuple[Published, Path | None]:
    """Return what came of a build that has left everything to the next one; the published site is as it was."""
    state.stands()  # what was found is kept for the next build
    problems = _problems(state, (), last, [*plan.wanted, *_others(plan.every, plan.wanted, request)])
    return Published(request.output, (), problems, last.kept, plan.with_search, len(plan.wanted), clock.seconds, _addresses(later)), _spare_folder(last)


def _problems(state: State, built: Sequence[BuiltEdition], last: records.LastBuild, others: Sequence[Edition]) -> tuple[Problem, ...]:
    """Return what is wrong with the project, with what was built, and with `others`, which are as the last build left them."""
    return tuple(sorted({*state.problems, *(problem for one in built for problem in one.problems),
                         *(problem for edition in others for problem in last.problems_of(edition))}))


def _spare_folder(last: records.LastBuild) -> Path | None:
    spare = last.spare()
    return spare.folder if spare else None


def _addresses(editions: Set[Edition]) -> tuple[str, ...]:
    return tuple(sorted(edition.address for edition in editions))


def _publish(state: State, request: Request, plan: _Plan, built: Sequence[BuiltEdition], last: records.LastBuild, clock: records.Clock,
             program: Path | Mapping[Edition, Path], later: Set[Edition] = frozenset()) -> tuple[Published, Path | None]:
    """Put what was built and what has not changed together and publish it.

    `program` says where the search program's files lie: for all editions, or for each. `later` are editions that have changed and
    stay as they were for the time being; those that were never published are left out.
    """
    live, inputs = live_version(request.output), plan.inputs
    lost = {one.edition for one in built if not one.folder}
    inputs |= {one.edition: inputs[one.edition] + SEARCH_LATER for one in built if SEARCH_LATER in one.records}
    inputs |= {edition: last.fingerprint(edition) for edition in later}
    made = {one.edition for one in built}
    unchanged = [edition for edition in plan.wanted if edition not in made and inputs[edition]]
    others = _others(plan.every, plan.wanted, request)
    kept = tuple(sorted(address for address in {e.address for e in others} | {edition.address for edition in lost} | plan.broken_circles
                        if (request.output / address.strip("/")).is_dir()))
    parts = [_part_of(one, inputs[one.edition], program if isinstance(program, Path) else program[one.edition], live,
                      is_ours=isinstance(program, Path)) for one in built if one.folder]
    programs = live and live / search.SHARED
    parts += [Part(edition, inputs[edition], live / edition.address.strip("/"), last.files(edition), last.program(edition), programs)
              for edition in unchanged]
    parts.sort(key=lambda part: part.edition)
    shared = key_of(state.engine, sorted({name for part in parts for name in part.program}))
    if not state.stands():  # somebody writes while we build: the next build looks again
        state.inputs, inputs = "", dict.fromkeys(inputs, f"changed during {clock}") | {edition: inputs[edition] for edition in unchanged}
    new = assemble(parts, kept, plan.themes, request.output, shared=shared, spare=None if request.plain else last.spare())
    clock.stop("assemble")
    problems = _problems(state, built, last, [*unchanged, *others])
    last.save(new, "" if lost or later or any(made_of.endswith(SEARCH_LATER) for made_of in inputs.values()) else state.inputs, _asked(request, plan.with_search), inputs, built, [*unchanged, *others], problems, kept,
              next((part.files for part in parts if part.edition.kind is EditionKind.GATEWAY), ()), shared)
    swap(new, request.output)
    spare = live if last.is_known and live not in (None, request.output) else make_spare(request.output)
    if spare and spare != live:
        last.copy(new, spare)
    last.forget_others(new, spare)
    tidy(request.caches, state.cache)
    clock.stop("publish")
    return Published(request.output, tuple(built), problems, kept, plan.with_search, len(unchanged), clock.seconds, _addresses(later)), spare


def build_share(project: Path, request: Request, number: int, count: int, *, on_planned: Callable[[int], None] = lambda count: None,
                on_built: Callable[[BuiltEdition], None] = lambda edition: None) -> Published:
    """Build one of `count` shares of a site into the folder `request.output`, for `publish_shares`.

    Which editions it holds is the same on every machine. Raises as `build` does, and `UsageError` for a folder that holds
    something else.
    """
    import tempfile

    from . import shares

    shares.refuse_foreign(request.output)
    clock = records.Clock()
    state = State(project, request.today, request.jobs, request.caches, request.verify)
    plan = _plan(state, request, whole=True)
    pages = {edition.name: 3 + 3 * len(state.workshop.outline_by_unit[f"circles/{edition.circle}"].session_ids) if edition.circle
             else state.looked[HANDBOOK].pages for edition in plan.wanted}
    mine = shares.divide(plan.wanted, pages, count)[number - 1]
    clock.stop("read and validate")
    on_planned(len(mine))
    try:
        request.output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{request.output.name}.work-", dir=request.output.parent) as work:
            built = _build_editions(state, request, plan, mine, Path(work), None, on_built)
            clock.stop("build")
            if not state.stands():
                raise CirclepressError("Files of the project have changed while this share was built. Build it again.")
            terms = shares.Terms(state.inputs, state.engine, request.today.isoformat(), request.made.isoformat() if request.made else "",
                                 request.preview, plan.with_search)
            shares.write(request.output, Path(work), number, count, terms, built, state.problems)
    except OSError as error:
        if error.errno not in _DISK_TROUBLE:
            raise
        raise not_writable(request.output, error) from None
    clock.stop("write")
    problems = tuple(sorted({*state.problems, *(problem for one in built for problem in one.problems)}))
    return Published(request.output, tuple(built), problems, (), plan.with_search, 0, clock.seconds)


def copy_circle(project: Path, request: Request, *, on_planned: Callable[[int], None] = lambda count: None,
                on_built: Callable[[BuiltEdition], None] = lambda edition: None) -> tuple[Copied, tuple[Problem, ...]]:
    """Write a copy of the circle `request.copied` to `request.output`, a folder or a ZIP, that opens without a server.

    With the copy come the problems of the circle and of what was built. Raises as `build` does, and `UsageError` for a
    circle that is not whole.
    """
    import tempfile

    from . import offline
    from .catalogue import is_published
    from .plan import editions

    offline.refuse_foreign(request.output)
    name = f"circles/{request.copied}"
    state = State(project, request.today, request.jobs, request.caches, request.verify)
    plan = _plan(state, replace(request, circles=(request.copied,), with_search=False))
    presence = state.workshop.presence_by_unit.get(name)
    if presence is None:
        raise UsageError(f"The circle {request.copied!r} has errors that leave it out. Mend what `circlepress check {name}` tells first.")
    languages = {language if language in plan.settings.languages else plan.settings.languages[0] for language in presence.languages}
    handbook = [edition for edition in editions({}, plan.settings) if edition.kind is EditionKind.HANDBOOK and edition.language in languages]
    wanted = [*plan.wanted, *handbook]
    state.workshop.online = tuple(sorted(plan.wanted))
    on_planned(len(wanted))
    try:
        with tempfile.TemporaryDirectory(prefix="circlepress-copy-") as work:
            built = _build_editions(state, request, replace(plan, with_search=False), wanted, Path(work), None, on_built)
            if lost := [one.edition.name for one in built if not one.folder]:
                raise CirclepressError(f"{', '.join(lost)} could not be built, so there is no copy. `circlepress check` may tell why.")
            copied = offline.write(request.output, request.copied, built, plan.themes, plan.settings.address,
                                   is_online=is_published(presence.status, presence.visibility))
    except OSError as error:
        if error.errno not in _DISK_TROUBLE:
            raise
        raise CirclepressError(f"The copy cannot be written to {request.output} ({error.strerror}).") from None
    return copied, tuple(problem for problem in state.problems if problem.place.path.startswith(f"{name}/"))


def publish_shares(project: Path, output: Path, folders: Sequence[Path], *, jobs: int = 1, caches: Path | None = None,
                   on_waiting: Callable[[], None] = lambda: None) -> Published:
    """Put shares of one build together and publish the site, the same as a whole build would make.

    `project` is the same content from which the shares were built. Raises `UsageError` when the shares are not one build,
    or not of this project; otherwise as `build` does.
    """
    from . import shares

    refuse_foreign(output)
    clock = records.Clock()
    found = shares.read_all(folders)
    terms = found[0].terms
    request = Request(output, date.fromisoformat(terms.today), jobs, preview=terms.preview, made=date.fromisoformat(terms.made) if terms.made else None,
                      with_search=terms.search, caches=caches)
    clock.stop("read the shares")
    with alone(output, on_waiting):
        spare = None
        try:
            state = State(project, request.today, jobs, caches, False)
            plan = _plan(state, request, whole=True)
            if state.engine != terms.engine:
                raise UsageError("The shares were built with another version of circlepress, another theme or other packages than are here. "
                                 "Put them together with the same ones.")
            if state.inputs != terms.inputs or plan.with_search != terms.search:
                raise UsageError(f"The shares were built from other content than is in {project}. Put them together in the same commit.")
            built = sorted((one for share in found for one in share.editions), key=lambda one: one.edition)
            clock.stop("read and validate")
            last = records.LastBuild(state.cache, output, live_version(output))
            published, spare = _publish(state, request, plan, built, last, clock,
                                        {one.edition: share.program_folder for share in found for one in share.editions})
            return published
        except OSError as error:
            if error.errno not in _DISK_TROUBLE:
                raise
            raise not_writable(output, error) from None
        finally:
            clear(output, spare)


def _part_of(built: BuiltEdition, made_of: str, program: Path, live: Path | None, *, is_ours: bool) -> Part:
    """Return an edition that has just been built as a part of the new site; one that is ours may be moved."""
    folder = Path(built.folder)
    has_program = all((program / name).is_file() for name in built.program)
    return Part(built.edition, made_of, folder, files_of(folder) if built.edition.kind is EditionKind.GATEWAY else None, built.program,
                program if has_program else live / search.SHARED if live else None, is_ours=is_ours)


def _inputs_of(state: State, wanted: Sequence[Edition], online: Sequence[Edition], settings: Settings, asked: list) -> dict[Edition, str]:
    """Return a hash of everything each edition is made of."""
    workshop, digest = state.workshop, state.looked[HANDBOOK].digest
    common = key_of(*asked, state.hashes["mkdocs.yml"])
    filled_in = key_of(sorted((path, hashed) for path, hashed in state.hashes.items()
                              if path.startswith(("docs/templates/", "docs/checklists/", "docs/methods/"))))  # shown by microsites, text and all
    facts = {name: state.facts_key(name) for name in workshop.outline_by_unit}
    whole_templates = [state.fingerprint_by_unit[name] for name in facts if name.startswith(TEMPLATES)]
    over = {name: presence.days_over(state.today.isoformat()) for name, presence in workshop.presence_by_unit.items()}
    for_all = key_of(common, sorted(facts.items()), sorted(over.items()), whole_templates, _answers(state.looked[HANDBOOK]))
    neighbours = workshop.neighbours
    moved_circles = [(outline.id, outline.session_ids) for _, outline in sorted(workshop.outline_by_unit.items()) if outline.former_ids]
    own: dict[str, str] = {}
    inputs: dict[Edition, str] = {}
    for edition in wanted:
        if edition.kind is EditionKind.MICROSITE:
            name = f"circles/{edition.circle}"
            if name not in own:
                relatives = [neighbours.origin_of(edition.circle), *(child for child, _ in neighbours.children_of(edition.circle))]
                asked_about = [key.partition(" ")[2].partition("/")[0] for key in state.looked[name].asked]
                has_report = asked[1] or "report_public" in workshop.outline_by_unit[name].metadata  # says what the day makes of the circle
                own[name] = key_of(common, digest, filled_in, state.fingerprint_by_unit[name] if has_report else "", state.today if has_report else over.get(name),
                                 [(other, facts.get(f"circles/{other}")) for other in (*relatives, *asked_about)], _answers(state.looked[name]))
            inputs[edition] = key_of(own[name], edition.language, state.looked[name].content_by_language[edition.language])
        else:
            is_gateway = edition.kind is EditionKind.GATEWAY
            inputs[edition] = key_of(for_all, edition.name, (state.fingerprint_by_unit[HANDBOOK], online, moved_circles) if is_gateway
                                     else state.looked[HANDBOOK].content_by_language[edition.language])
    return inputs


def _answers(looked: Looked) -> list[tuple[str, object]]:
    """Return what a unit was told about what circles and sessions are called now: its links depend on it."""
    return sorted((question, answer) for question, answer in looked.asked.items() if question.startswith("moved"))


def plan_preview(project: Path, today: date) -> PreviewPlans:
    """Plan the handbook's editions for `mkdocs build` and `mkdocs serve` at the root."""
    from .catalogue import session_outlines
    from .export import export
    from .plan import editions, plan, published
    from .resolve import resolve

    checked = check(project, today)
    settings, catalogue = checked.sources.settings, published(checked.catalogue)
    catalogue = replace(catalogue, sessions_by_circle={identifier: session_outlines(circle) for identifier, circle in catalogue.circle_by_id.items()})
    handbooks = [Edition(EditionKind.HANDBOOK, language) for language in settings.languages]
    online = tuple(editions({identifier: circle.facts.published_in for identifier, circle in catalogue.circle_by_id.items()}, settings))
    resolved_editions = [resolve(catalogue, edition, settings.chain_by_language) for edition in handbooks]
    plans = [plan(catalogue, settings, resolved, None, online, with_search=False, today=today) for resolved in resolved_editions]
    takeaways = [file for resolved in resolved_editions for file in export(catalogue, settings, resolved, None, online, today=today)]
    return PreviewPlans(tuple(plans), tuple(takeaways), checked.problems, settings.custom_dir)


def _is_touched(path: str, changed: Set[str]) -> bool:
    """Whether a file changed, or something in the folder that `path` is."""
    return path in changed or any(other.startswith(path + "/") for other in changed)


def _problems_at(project: Path, today: date, commit: str) -> tuple[Problem, ...]:
    """Return the problems a project had; none when it did not exist or could not be read, for then all are new."""
    import tempfile

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
