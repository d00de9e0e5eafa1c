"""`circlepress serve`: the site on this machine, built again and shown again at every change."""

from __future__ import annotations

import os
import time
import webbrowser
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import click
from msgspec import Struct

from .. import pipeline
from ..cache import WarmCache, cache_for
from ..giving_way import GaveWay
from ..neighbours import Lost
from ..problem import CirclepressError, Problem
from ..server import LiveServer, Told
from ..source import Settings
from ..workers import Companion
from .common import Context, caches, print_problems, today_or
from .options import day_option

_BUILT_HERE = 20
"""Fewer editions than this are built by the process that is warm; more go to fresh workers, which takes a moment longer to begin."""


class Step(Struct, frozen=True):
    """What is asked of the process that builds."""

    first: tuple[str, ...] = ()
    """Addresses of pages that somebody looks at: sites in which they are come first, and the others are left."""
    changed: tuple[str, ...] | None = None
    """Paths in the project at which something has changed since the last step, where that is all; `None` where everything is to be looked at."""
    with_search: bool = False
    """Make the search indexes, too, and write to the disk what the next session begins with."""


class Outcome(Struct, frozen=True):
    """What came of building after a change."""

    problems: tuple[Problem, ...] = ()
    failure: str = ""
    """Why nothing was built; empty when something was."""
    changed: tuple[str, ...] = ()
    """Addresses below which pages may be new."""
    pages: int = 0
    later: tuple[str, ...] = ()
    """Addresses of sites that are still to be built."""
    seconds: float = 0.0


class Builder(Struct):
    """Builds one project again and again; its process keeps everything warm in between."""

    project: Path
    output: Path
    jobs: int
    today: date | None
    caches: Path | None
    preview: bool = False
    """Whether drafts are shown, too."""
    circles: tuple[str, ...] = ()
    """The only circles that are shown, without the handbook; all and the handbook for none."""
    _cache: WarmCache | None = None

    def __call__(self, step: Step) -> Outcome:
        """Build what has changed, as far as the step goes. Raises `Interrupted`."""
        began = time.monotonic()
        try:
            if self._cache is None:
                self._cache = WarmCache(cache_for(self.project, self.caches).folder)
            published = pipeline.build(self.project, pipeline.Request(
                self.output, today_or(self.today), self.jobs, preview=self.preview, circles=self.circles, caches=self.caches,
                search_later=not step.with_search, here_below=_BUILT_HERE, first=step.first, changed=step.changed), cache=self._cache)
            if step.with_search:
                self._cache.flush()
        except CirclepressError as error:
            return Outcome(failure=str(error))
        opened = [one for one in published.editions if one.rendered or not step.with_search]
        return Outcome(tuple(problem for problem in published.problems if problem.is_error), changed=tuple(sorted(one.edition.address for one in opened)),
                       pages=sum(one.rendered for one in published.editions), later=published.later, seconds=time.monotonic() - began)


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Where to listen on this machine; 0 takes a free one.")
@click.option("--output", type=click.Path(), default=None, show_default=".circlepress/serve in the project", help="Where the site is put.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, show_default="one per core")
@click.option("--preview", is_flag=True, help="Show drafts, local circles and organisers' reports, too, marked as what they are.")
@click.option("--circle", "circles", multiple=True, metavar="ID", help="Show the site of this circle alone, which begins sooner. May be given again.")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the front page in the browser.")
@day_option
@click.pass_obj
def serve_command(context: Context, port: int, output: str | None, jobs: int | None, preview: bool, circles: tuple[str, ...], open_browser: bool, today: date | None) -> None:
    """Show the site on this machine and keep it up to date while you write. Ctrl+C ends it."""
    project = context.project
    where = Path(os.path.abspath(output)) if output else project / ".circlepress" / "serve"
    companion = Companion(Builder(project, where, jobs or os.cpu_count() or 1, today, caches(), preview, circles))
    try:
        first = _told(companion.ask(Step()), project)
        if first.failure:
            raise CirclepressError(first.failure)
        server = LiveServer(where, port)
        click.echo(f"The site is at {server.address} (Ctrl+C ends this)")
        if open_browser:
            webbrowser.open(server.address)
        server.run(project, _theme_folders(project), lambda pages, changed: _news(_told(companion.ask(Step(pages, changed)), project)),
                   lambda with_search, until: _follow(companion, Step(with_search=with_search), until, project), problems=_news(first).problems)
    finally:
        companion.end()


def _follow(companion: Companion, step: Step, until: Callable[[], bool], project: Path) -> Told | None:
    """Do what can wait; return what open pages are told of it, or `None` when it gave way to what is wanted `until` then."""
    result = companion.ask(step, until=until)
    return None if isinstance(result, GaveWay) else _news(_told(result, project))


def _told(result: Outcome | Lost, project: Path) -> Outcome:
    """Say in the terminal what came of a build, and return it."""
    outcome = Outcome(failure=f"The build ended before its time: {result.why}. The next change begins anew.") if isinstance(result, Lost) else result
    if outcome.failure or outcome.changed:
        print_problems(outcome.problems, project)
        follows = f" {len(outcome.later)} other {'site follows' if len(outcome.later) == 1 else 'sites follow'}." if outcome.later else ""
        click.echo(outcome.failure or f"Built {outcome.pages} {'page' if outcome.pages == 1 else 'pages'} in {outcome.seconds * 1000:.0f} ms.{follows}",
                   err=bool(outcome.failure))
    return outcome


def _news(outcome: Outcome) -> Told:
    """Return what open pages are told of a build."""
    failure = [{"place": "", "message": outcome.failure, "hint": ""}] if outcome.failure else []
    return Told(failure + [{"place": str(problem.place), "message": problem.message, "hint": problem.hint} for problem in outcome.problems],
                outcome.changed, outcome.later)


def _theme_folders(project: Path) -> Iterable[Path]:
    from ..read import read_settings
    from ..theme import theme_folders

    settings: Settings = read_settings(project)[0]
    return theme_folders(project, settings.custom_dir)
