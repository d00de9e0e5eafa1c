"""`circlepress build`: the handbook and every microsite into one folder."""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path

import click

from .. import pipeline
from ..edition import BuiltEdition
from ..problem import Severity
from .common import Context, day_option, print_problems, tally, today_or


@click.command("build")
@click.option("--output", type=click.Path(), default=None, show_default="site/ in the project", help="Where the site is put.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, show_default="one per core", help="How many editions are built at once.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only this language; may be given again.")
@click.option("--circle", "circles", multiple=True, metavar="ID", help="Only this circle's microsite; may be given again.")
@click.option("--preview", is_flag=True, help="Include and mark drafts, local circles and organisers' reports; goes to preview/ instead of site/.")
@day_option
@click.pass_obj
def build_command(context: Context, output: str | None, jobs: int | None, languages: tuple[str, ...], circles: tuple[str, ...], preview: bool,
                  today: date | None) -> None:
    """Build the handbook and every microsite into site/."""
    started = time.monotonic()
    where = Path(os.path.abspath(output)) if output else context.project / ("preview" if preview else "site")
    request = pipeline.Request(where, today_or(today), jobs or os.cpu_count() or 1, languages, circles, preview)
    with _Progress() as progress:
        published = pipeline.build(context.project, request, on_planned=progress.begin, on_built=progress.advance)
    print_problems([p for p in published.problems if p.severity is not Severity.ADVICE], context.project)
    whole = [edition for edition in published.editions if edition.folder]
    pages = sum(edition.page_count for edition in whole)
    click.echo(f"Built {len(whole)} editions with {pages} pages in {time.monotonic() - started:.1f} s: {_shown(where)}")
    if not published.with_search:
        click.echo('Search is left out because Pagefind is not installed; add it with: pip install "circlepress[search]"')
    for edition in published.editions:
        if not edition.folder:
            click.echo(f"Not built: {edition.edition.name}.")
    for address in published.kept:
        click.echo(f"Left as it was: {address}")
    errors = [problem for problem in published.problems if problem.is_error]
    if published.problems:
        click.echo(f"Needs attention: {tally(published.problems)}. `circlepress check` tells all.")
    sys.exit(1 if errors else 0)


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
            click.echo(f"{built.edition.name}: {built.page_count} pages")
        else:
            click.echo(f"{built.edition.name}: not built")

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
