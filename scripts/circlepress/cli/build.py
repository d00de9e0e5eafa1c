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
from ..problem import Severity, UsageError
from .common import Context, Day, caches, print_problems, tally, today_or


class Share(click.ParamType):
    """One of several shares, such as 2/3."""

    name = "K/N"

    def convert(self, value, param, ctx):
        number, _, count = str(value).partition("/")
        if isinstance(value, tuple):
            return value
        if number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count) <= 1000:
            return int(number), int(count)
        self.fail(f"{value!r} is not a share such as 2/3, the second of three.", param, ctx)


@click.command("build")
@click.option("--output", type=click.Path(), default=None, show_default="site/ in the project", help="Where the site is put.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, show_default="one per core", help="How many editions are built at once.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only this language; may be given again.")
@click.option("--circle", "circles", multiple=True, metavar="ID", help="Only this circle's microsite; may be given again.")
@click.option("--preview", is_flag=True, help="Include and mark drafts, local circles and organisers' reports; goes to preview/ instead of site/.")
@click.option("--search/--no-search", "with_search", default=True, help="Whether readers can search.", show_default=True)
@click.option("--plain", is_flag=True, help="Render every page with stock MkDocs, using nothing again; slow, and the same site.")
@click.option("--verify", is_flag=True, help="Look into every file, even where its size and times say that it has not changed.")
@click.option("--shard", "share", type=Share(), default=None, help="Build only one of several shares, for `circlepress publish --merge`; goes to shards/K-of-N/.")
@click.option("--cluster", metavar="ADDRESS", default="", help="Let the workers of a Dask scheduler build, such as tcp://127.0.0.1:8786.")
@click.option("--profile", is_flag=True, help="Say how long each stage took.")
@click.option("--date", "today", type=Day(), default=None, show_default="today, and pages do not say it",
              help="The day to build for; decides what is past, and is written on every page.")
@click.pass_obj
def build_command(context: Context, output: str | None, jobs: int | None, languages: tuple[str, ...], circles: tuple[str, ...], preview: bool,
                  with_search: bool, plain: bool, verify: bool, share: tuple[int, int] | None, cluster: str, profile: bool, today: date | None) -> None:
    """Build the handbook and every microsite into site/, as far as anything has changed."""
    started = time.monotonic()
    if share and (languages or circles):
        raise UsageError("A share is one of the whole site; leave --language and --circle out.")
    usual = "shards/{}-of-{}".format(*share) if share else "preview" if preview else "site"
    where = Path(os.path.abspath(output)) if output else context.project / usual
    request = pipeline.Request(where, today_or(today), jobs or os.cpu_count() or 1, languages, circles, preview, today, with_search, plain, verify, caches(),
                               cluster=cluster)
    with _Progress() as progress:
        if share:
            published = pipeline.build_share(context.project, request, *share, on_planned=progress.begin, on_built=progress.advance)
        else:
            published = pipeline.build(context.project, request, on_planned=progress.begin, on_built=progress.advance, on_waiting=progress.wait)
    tell(published, context.project, started, with_search=with_search, profile=profile)


def tell(published: pipeline.Published, project: Path, started: float, *, with_search: bool, profile: bool) -> None:
    """Say what came of a build, and end the program with the exit status that says so, too."""
    where = published.output
    print_problems([p for p in published.problems if p.severity is not Severity.ADVICE], project)
    whole = [edition for edition in published.editions if edition.folder]
    pages, seconds = sum(edition.rendered for edition in whole), time.monotonic() - started
    if whole:
        unchanged = f", {published.unchanged} were up to date" if published.unchanged else ""
        click.echo(f"Built {len(whole)} editions with {pages} new pages in {seconds:.1f} s{unchanged}: {_shown(where)}")
    elif not published.editions:
        click.echo(f"Nothing has changed; {published.unchanged} editions are up to date ({seconds:.1f} s): {_shown(where)}")
    if with_search and not published.with_search:
        click.echo('Search is left out because Pagefind is not installed; add it with: pip install "circlepress[search]"')
    for edition in published.editions:
        if not edition.folder:
            click.echo(f"Not built: {edition.edition.name}.")
    for address in published.kept:
        click.echo(f"Left as it was: {address}")
    if profile:
        _print_profile(published)
    errors = [problem for problem in published.problems if problem.is_error]
    if published.problems:
        click.echo(f"Needs attention: {tally(published.problems)}. `circlepress check` tells all.")
    sys.exit(1 if errors else 0)


def _print_profile(published: pipeline.Published) -> None:
    """Print what each stage took, and of the building, what the workers did in it."""
    total = sum(published.seconds.values())
    click.echo(f"\n{'stage':28}{'seconds':>9}{'share':>8}")
    for stage, seconds in published.seconds.items():
        click.echo(f"{stage:28}{seconds:9.3f}{seconds / total:8.0%}")
    work: dict[str, float] = {}
    for edition in published.editions:
        for part, seconds in edition.seconds.items():
            work[part] = work.get(part, 0.0) + seconds
    if sum(work.values()):
        click.echo(f"\n{'in all workers together':28}{'seconds':>9}{'share':>8}")
        for part, seconds in work.items():
            click.echo(f"{part:28}{seconds:9.3f}{seconds / sum(work.values()):8.0%}")


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
            click.echo(f"{built.edition.name}: {taken_over}{built.page_count} pages")
        else:
            click.echo(f"{built.edition.name}: not built")

    def wait(self) -> None:
        """Say that another build is at work on the same site."""
        click.echo("Another build is at work on this site; this one begins when that is done.")

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
