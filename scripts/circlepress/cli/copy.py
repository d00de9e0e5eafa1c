"""`circlepress copy`: one circle as a folder or a ZIP that opens without a server, also one that is not on the site."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from .. import pipeline
from .common import Context, caches, print_problems, tally, today_or
from .options import day_option


@click.command("copy")
@click.argument("circle")
@click.option("--output", type=click.Path(), default=None, show_default="copies/CIRCLE in the project",
              help="A folder, or a file that ends with .zip.")
@day_option
@click.pass_obj
def copy_command(context: Context, circle: str, output: str | None, today: date | None) -> None:
    """Make an offline copy of one circle, which opens by double click on index.html.

    CIRCLE is the circle's id. The copy holds its microsite in all its languages, and the pages of the handbook that it
    leads to; it has no search. A circle with `visibility: local` or `status: draft` can be copied, too: this is the way to
    hand it to those who take part.
    """
    identifier = circle.rstrip("/").rsplit("/", 1)[-1]
    where = Path(os.path.abspath(output)) if output else context.project / "copies" / identifier
    request = pipeline.Request(where, today_or(today), os.cpu_count() or 1, with_search=False, caches=caches(), copied=identifier)
    copied, problems = pipeline.copy_circle(context.project, request)
    errors = [problem for problem in problems if problem.is_error]
    print_problems(errors, context.project)
    opened = "Unpack it and open index.html in it." if where.suffix.lower() == ".zip" else f"Open {os.path.relpath(where / 'index.html')}"
    click.echo(f"Copied {copied.pages} pages of {identifier} and {copied.handbook_pages} of the handbook to {os.path.relpath(where)}. {opened}")
    if errors:
        click.echo(f"Needs attention: {tally(errors)}. `circlepress check` tells all.")
        raise SystemExit(1)
