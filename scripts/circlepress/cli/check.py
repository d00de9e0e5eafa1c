"""`circlepress check`: everything that needs mending, all at once."""

from __future__ import annotations

import sys
from datetime import date

import click

from .. import pipeline
from .common import Context, day_option, print_problems, tally, today_or


@click.command("check")
@click.argument("paths", nargs=-1)
@day_option
@click.pass_obj
def check_command(context: Context, paths: tuple[str, ...], today: date | None) -> None:
    """Say everything that is wrong, where, and what to do about it.

    PATHS narrow the report to files or folders of the project, such as docs/guides or circles/my-circle.
    """
    checked = pipeline.check(context.project, today_or(today))
    wanted = tuple(path.rstrip("/").removeprefix("./") for path in paths)
    problems = [p for p in checked.problems if not wanted or any(p.place.path == w or p.place.path.startswith(w + "/") for w in wanted)]
    print_problems(problems)
    catalogue = checked.catalogue
    looked_at = f"{len(catalogue.material_by_reference)} pages, {len(catalogue.circle_by_id)} circles and {len(catalogue.template_by_id)} circle templates"
    if problems:
        click.echo(f"\n{tally(problems)} in {len({p.place.path for p in problems})} files; {looked_at} are whole.")
    else:
        click.echo(f"Nothing to mend: {looked_at}.")
    sys.exit(1 if any(problem.is_error for problem in problems) else 0)
