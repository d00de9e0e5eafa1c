"""The story: read, validate, resolve, plan, build, export, publish, in this order and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from . import git, search
from .build import build as build_editions
from .catalogue import Catalogue
from .edition import BuiltEdition, Edition, EditionKind, EditionPlan
from .export import export
from .localtime import use_pinned_time_zones
from .plan import editions, plan, published
from .problem import CirclepressError, Place, Problem, UsageError
from .publish import publish, refuse_foreign
from .read import read
from .resolve import resolve
from .source import Sources
from .theme import theme_folders
from .validate import validate


@dataclass(frozen=True)
class Checked:
    """A project, read and validated."""

    sources: Sources
    catalogue: Catalogue
    problems: tuple[Problem, ...]
    """Sorted by place."""


@dataclass(frozen=True)
class Request:
    """What a build is asked to make."""

    output: Path
    today: date
    jobs: int = 1
    languages: tuple[str, ...] = ()
    """Only editions in these languages; empty for all."""
    circles: tuple[str, ...] = ()
    """Only these circles' microsites; empty for the handbook and all circles."""
    preview: bool = False
    """Include and mark what is not published: drafts, local circles, organisers' reports."""


@dataclass(frozen=True)
class Published:
    """What came of a build."""

    output: Path
    editions: tuple[BuiltEdition, ...]
    problems: tuple[Problem, ...]
    kept: tuple[str, ...]
    """Addresses whose earlier pages stay online, because they could not be built."""
    with_search: bool


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


def build(project: Path, request: Request, *, on_planned: Callable[[int], None] = lambda count: None,
          on_built: Callable[[BuiltEdition], None] = lambda edition: None) -> Published:
    """Build and publish a project.

    Everything whole is built; problems say what is not. Raises `UsageError` for a language or circle that does not
    exist and for an output folder that is not ours.
    """
    checked = check(project, request.today)
    settings = checked.sources.settings
    catalogue = checked.catalogue if request.preview else published(checked.catalogue)
    _refuse_unknown(request, settings.languages, catalogue)
    refuse_foreign(request.output)
    every = editions(catalogue, settings)
    wanted = editions(catalogue, settings, languages=request.languages, circles=request.circles)
    others = [e for e in every if e not in wanted and (request.output / e.address.strip("/") / "index.html").is_file()]
    online = tuple(sorted([*wanted, *others]))
    with_search = search.is_available()
    resolved = [resolve(catalogue, edition, settings.chain_by_language) for edition in wanted]
    plans, takeaways, failed = [], [], []
    for one in resolved:
        try:
            plans.append(plan(catalogue, settings, one, request.today, online, with_search=with_search, preview=request.preview))
            takeaways += export([one], settings.address, request.today)
        except Exception as error:  # a mistake of ours or a text nobody thought of: one edition, never all
            failed.append(BuiltEdition(one.edition, "", 0, (Problem(
                Place(one.edition.name), "edition-not-built", f"the edition could not be planned ({type(error).__name__}: {error})."),)))
    plans = [one for one in plans if one.edition not in {lost.edition for lost in failed}]
    on_planned(len(plans))
    folders = theme_folders(project, settings.custom_dir)
    with tempfile.TemporaryDirectory(prefix="circlepress-") as work:
        built = build_editions(plans, project, Path(work), folders, settings.address, jobs=request.jobs,
                               with_search=with_search, on_built=on_built)
        built = [*built, *failed]
        broken_circles = {f"/{name}/" for name in checked.catalogue.left_out if name.startswith("circles/")}
        kept = sorted({e.address for e in others} | {b.edition.address for b in built if not b.folder} | broken_circles)
        publish(built, takeaways, folders, request.output, kept)
    problems = [*checked.problems, *(problem for edition in built for problem in edition.problems)]
    stays = [address for address in kept if (request.output / address.strip("/")).is_dir()]
    return Published(request.output, tuple(built), tuple(sorted(set(problems))), tuple(stays), with_search)


def plan_preview(project: Path, today: date) -> PreviewPlans:
    """Plan the handbook's editions for `mkdocs build` and `mkdocs serve` at the root."""
    checked = check(project, today)
    settings, catalogue = checked.sources.settings, published(checked.catalogue)
    handbooks = [Edition(EditionKind.HANDBOOK, language) for language in settings.languages]
    online = tuple(editions(catalogue, settings))
    plans = [plan(catalogue, settings, resolve(catalogue, edition, settings.chain_by_language), today, online, with_search=False)
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


def _refuse_unknown(request: Request, languages: tuple[str, ...], catalogue: Catalogue) -> None:
    for language in request.languages:
        if language not in languages:
            raise UsageError(f"{language!r} is not a language of this project; it has {', '.join(languages)}.")
    for circle in request.circles:
        if circle not in catalogue.circle_by_id and f"circles/{circle}" not in catalogue.left_out:
            raise UsageError(f"There is no circle {circle!r}; there are {', '.join(sorted(catalogue.circle_by_id)) or 'none'}.")
