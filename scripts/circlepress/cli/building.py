"""What `circlepress build` does and says, once it is known what was asked; without click, which takes longer to load than looking for changes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from .. import pipeline
from ..edition import BuiltEdition
from ..problem import Severity
from .common import caches, day_of, print_problems, project_folder, tally, today_or

MOST_JOBS = 64
"""How many editions can be asked to be built at once."""


def request_for(project: Path, *, output: str | None = None, jobs: int | None = None, today: date | None = None, with_search: bool = True,
                usual: str = "site", **more) -> pipeline.Request:
    """Return what is asked of the pipeline; `usual` is the folder in the project for which no other `output` was named."""
    where = Path(os.path.abspath(output)) if output else project / usual
    return pipeline.Request(where, today_or(today), jobs or os.cpu_count() or 1, made=today, with_search=with_search, caches=caches(), **more)


def plainly_asked(arguments: Sequence[str]) -> tuple[Path, pipeline.Request] | None:
    """Return the project and what is asked for by `build` with nothing, or with `--jobs`, `--date`, `--search` or `--no-search`, after it.

    For any other `arguments`, `None`: click knows what they mean, or what is wrong with them.
    """
    asked: dict = {}
    rest = list(arguments)
    while rest:
        match rest:
            case ["--jobs", number, *rest] if number.isascii() and number.isdecimal() and 1 <= int(number) <= MOST_JOBS:
                asked["jobs"] = int(number)
            case ["--date", day, *rest] if (read := day_of(day)):
                asked["today"] = read
            case [("--search" | "--no-search") as which, *rest]:
                asked["with_search"] = which == "--search"
            case _:
                return None
    project = project_folder(".")
    return project, request_for(project, **asked)


def build(project: Path, request: pipeline.Request, started: float, *, share: tuple[int, int] | None = None, profile: bool = False) -> None:
    """Build a site, or one of several shares of it, say what came of it, and end the program.

    `started` is when it was asked for, by `time.monotonic`; `share` is such as (2, 3), the second of three; with `profile` is said what
    each stage took. Raises as `pipeline.build` and `pipeline.build_share` do.
    """
    with _Progress() as progress:
        if share:
            published = pipeline.build_share(project, request, *share, on_planned=progress.begin, on_built=progress.advance)
        else:
            published = pipeline.build(project, request, on_planned=progress.begin, on_built=progress.advance, on_waiting=progress.wait)
    tell(published, project, started, with_search=request.with_search, profile=profile)


def tell(published: pipeline.Published, project: Path, started: float, *, with_search: bool, profile: bool) -> None:
    """Say what came of a build, and end the program with the exit status that says so, too."""
    where = published.output
    print_problems([p for p in published.problems if p.severity is not Severity.ADVICE], project)
    whole = [edition for edition in published.editions if edition.folder]
    pages, seconds = sum(edition.rendered for edition in whole), time.monotonic() - started
    if whole:
        unchanged = f", {published.unchanged} were up to date" if published.unchanged else ""
        print(f"Built {len(whole)} editions with {pages} new pages in {seconds:.1f} s{unchanged}: {_shown(where)}")
    elif not published.editions:
        print(f"Nothing has changed; {published.unchanged} editions are up to date ({seconds:.1f} s): {_shown(where)}")
    if with_search and not published.with_search:
        print('Search is left out because Pagefind is not installed; add it with: pip install "circlepress[search]"')
    for edition in published.editions:
        if not edition.folder:
            print(f"Not built: {edition.edition.name}.")
    for address in published.kept:
        print(f"Left as it was: {address}")
    if profile:
        _print_profile(published)
    errors = [problem for problem in published.problems if problem.is_error]
    if published.problems:
        print(f"Needs attention: {tally(published.problems)}. `circlepress check` tells all.")
    sys.exit(1 if errors else 0)


def _print_profile(published: pipeline.Published) -> None:
    """Print what each stage took, and of the building, what the workers did in it."""
    total = sum(published.seconds.values())
    print(f"\n{'stage':28}{'seconds':>9}{'share':>8}")
    for stage, seconds in published.seconds.items():
        print(f"{stage:28}{seconds:9.3f}{seconds / total:8.0%}")
    work: dict[str, float] = {}
    for edition in published.editions:
        for part, seconds in edition.seconds.items():
            work[part] = work.get(part, 0.0) + seconds
    if sum(work.values()):
        print(f"\n{'in all workers together':28}{'seconds':>9}{'share':>8}")
        for part, seconds in work.items():
            print(f"{part:28}{seconds:9.3f}{seconds / sum(work.values()):8.0%}")


def _shown(path: Path) -> str:
    try:
        return f"{path.relative_to(Path.cwd()).as_posix()}/"
    except ValueError:
        return f"{path}/"


class _Progress:
    """A bar on a terminal, plain lines elsewhere."""

    def __enter__(self) -> _Progress:
        self._bar = None
        if sys.stdout.isatty():
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("Reading", total=None)
        return self

    def begin(self, count: int) -> None:
        if self._bar:
            self._bar.update(self._task, total=count, description="Building")

    def advance(self, built: BuiltEdition) -> None:
        if self._bar:
            self._bar.update(self._task, advance=1, description=built.edition.name)
        elif built.folder:
            taken_over = f"{built.rendered} of " if built.rendered < built.page_count else ""
            print(f"{built.edition.name}: {taken_over}{built.page_count} pages")
        else:
            print(f"{built.edition.name}: not built")

    def wait(self) -> None:
        """Say that another build is at work on the same site."""
        print("Another build is at work on this site; this one begins when that is done.")

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
