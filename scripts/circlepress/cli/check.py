"""`circlepress check`: everything that needs mending, all at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from .. import git, pipeline
from ..problem import Problem
from ..report import as_github, as_json, as_sarif
from .common import Context, day_option, print_problems, tally, today_or


@click.command("check")
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text", show_default=True,
              help="text for people; json for programs; github for annotations in GitHub Actions; sarif for code scanning and editors.")
@click.option("--changed-since", "revision", metavar="REV", default=None,
              help="Only what has to do with the changes since this branch, tag or commit, mistakes they cause elsewhere included.")
@day_option
@click.pass_obj
def check_command(context: Context, paths: tuple[str, ...], form: str, revision: str | None, today: date | None) -> None:
    """Say everything that is wrong, where, and what to do about it.

    PATHS narrow the report to files or folders of the project, such as docs/guides or circles/my-circle.
    """
    project, day = context.project, today_or(today)
    checked = pipeline.check(project, day) if revision is None else pipeline.check_changes(project, day, revision)
    wanted = tuple(path.rstrip("/").removeprefix("./") for path in paths)
    problems = [p for p in checked.problems if not wanted or any(p.place.path == w or p.place.path.startswith(w + "/") for w in wanted)]
    if form == "text":
        print_problems(problems, project)
        _print_summary(problems, checked, revision)
    elif report := _for_machines(form, problems, project):
        click.echo(report.encode("utf-8", "replace"))
    sys.exit(1 if any(problem.is_error for problem in problems) else 0)


def _print_summary(problems: Sequence[Problem], checked: pipeline.Checked, revision: str | None) -> None:
    catalogue = checked.catalogue
    looked_at = f"{len(catalogue.material_by_reference)} pages, {len(catalogue.circle_by_id)} circles and {len(catalogue.template_by_id)} circle templates"
    since = f" in what changed since {revision}" if revision else ""
    if problems:
        files = len({p.place.path for p in problems})
        click.echo(f"\n{tally(problems)} in {files} {'file' if files == 1 else 'files'}; {looked_at} are whole.")
    else:
        click.echo(f"Nothing to mend{since}: {looked_at}.")


def _for_machines(form: str, problems: Sequence[Problem], project: Path) -> str:
    if form == "json":
        return as_json(problems)
    folder = git.place_in_repository(project)
    return as_github(problems, folder) if form == "github" else as_sarif(problems, folder)
