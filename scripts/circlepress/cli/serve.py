"""`circlepress serve`: the site on this machine, built again and shown again at every change."""

from __future__ import annotations

import os
import webbrowser
from datetime import date
from pathlib import Path

import click

from .. import pipeline
from ..server import LiveServer
from .common import Context, caches, day_option, print_problems, today_or


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Where to listen on this machine; 0 takes a free one.")
@click.option("--output", type=click.Path(), default=None, show_default=".circlepress/serve in the project", help="Where the site is put.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, show_default="one per core")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the front page in the browser.")
@day_option
@click.pass_obj
def serve_command(context: Context, port: int, output: str | None, jobs: int | None, open_browser: bool, today: date | None) -> None:
    """Show the site on this machine and keep it up to date while you write. Ctrl+C ends it."""
    project = context.project
    where = Path(os.path.abspath(output)) if output else project / ".circlepress" / "serve"

    def build() -> None:
        published = pipeline.build(project, pipeline.Request(where, today_or(today), jobs or os.cpu_count() or 1, caches=caches()))
        print_problems([p for p in published.problems if p.is_error], project)
        click.echo(f"Built {sum(e.rendered for e in published.editions)} pages.")

    build()
    server = LiveServer(where, port)
    click.echo(f"The site is at {server.address} (Ctrl+C ends this)")
    if open_browser:
        webbrowser.open(server.address)
    watched = [project / name for name in ("docs", "circles", "overrides", "mkdocs.yml") if (project / name).exists()]
    server.run(watched, build, on_error=lambda error: click.echo(str(error), err=True))
