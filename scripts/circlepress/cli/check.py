"""`circlepress check`: everything that needs mending, all at once."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from .. import git, pipeline
from ..problem import CODES, Problem, UsageError
from ..report import as_github, as_json, as_sarif
from .common import Context, caches, print_problems, tally, today_or
from .options import day_option


@click.command("check")
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text", show_default=True,
              help="text for people; json for programs; github for annotations in GitHub Actions; sarif for code scanning and editors.")
@click.option("--changed-since", "revision", metavar="REV", default=None,
              help="Only what has to do with the changes since this branch, tag or commit, mistakes they cause elsewhere included.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, show_default="one per core", help="How many circles are looked at at once.")
@click.option("--verify", is_flag=True, help="Look into every file, even where its size and times say that it has not changed.")
@day_option
@click.pass_obj
def check_command(context: Context, paths: tuple[str, ...], form: str, revision: str | None, jobs: int | None, verify: bool,
                  today: date | None) -> None:
    """Say everything that is wrong, where, and what to do about it.

    PATHS narrow the report to files or folders of the project, such as docs/guides or circles/my-circle.
    """
    project, day = context.project, today_or(today)
    ways = {"jobs": jobs or os.cpu_count() or 1, "caches": caches(), "verify": verify}
    reviewed = pipeline.review(project, day, **ways) if revision is None else pipeline.review_changes(project, day, revision, **ways)
    wanted = [_in_project(path, project) for path in paths]
    problems = [p for p in reviewed.problems if not wanted or any(_is_within(p.place.path, path) for path in wanted)]
    if form == "text":
        print_problems(problems, project)
        _print_summary(problems, reviewed, revision)
    elif report := _for_machines(form, problems, project, reviewed.explained):
        click.echo(report.encode("utf-8", "replace"))
    sys.exit(1 if any(problem.is_error for problem in problems) else 0)


# --- the paths ------------------------------------------------------------------------------------------------------


def _in_project(given: str, project: Path) -> str:
    """Return a path of the command line as problems have it: relative to the project, "." for all of it.

    It is looked for from where the command was called, then from the project. Raises `UsageError` when it leads out of the
    project, or to nothing.
    """
    here = Path.cwd() / given
    meant = [Path(os.path.normpath(path)) for path in (here, os.path.realpath(here), project / given)]
    inside = [path for path in meant if path.is_relative_to(project)]
    if not inside:
        raise UsageError(f"{given!r} is not in the project {project}.\n"
                         "    Name files or folders of the project, such as docs/guides.")
    there = next((path for path in inside if os.path.lexists(path)), None)
    if there is None:
        near = _near(inside[-1].relative_to(project).as_posix(), project)
        raise UsageError(f"There is no {given!r} in the project {project}.\n    " + (
            f"Did you mean {' or '.join(filter(None, (', '.join(near[:-1]), near[-1])))}?" if near
            else "Name files or folders of the project, such as docs/guides."))
    return there.relative_to(project).as_posix()


def _is_within(path: str, wanted: str) -> bool:
    return wanted == "." or path == wanted or path.startswith(wanted + "/")


def _near(wanted: str, project: Path) -> list[str]:
    """Return up to three paths of the project that may be meant: with a language at the end, elsewhere, else spelt alike."""
    known = []
    for folder, folders, files in os.walk(project):
        if Path(folder) == project:
            folders[:] = {"docs", "circles"}.intersection(folders)
            files = ["mkdocs.yml"]
        known += [Path(folder, name).relative_to(project).as_posix() for name in (*folders, *files)]
    known.sort()
    name = wanted.rpartition("/")[2]
    found = [path for path in known if path.startswith(wanted + ".")]
    found += [path for path in known if name in (path.rpartition("/")[2], path.rpartition("/")[2].partition(".")[0])]
    return list(dict.fromkeys(found or difflib.get_close_matches(wanted, known, 3, 0.75)))[:3]


# --- what is said ---------------------------------------------------------------------------------------------------


def _print_summary(problems: Sequence[Problem], reviewed: pipeline.Reviewed, revision: str | None) -> None:
    looked_at = f"{reviewed.pages} pages, {reviewed.circles} circles and {reviewed.templates} circle templates"
    since = f" in what changed since {revision}" if revision else ""
    if problems:
        files = len({p.place.path for p in problems})
        click.echo(f"\n{tally(problems)} in {files} {'file' if files == 1 else 'files'}; {looked_at} are whole.")
        if reviewed.explained.page:
            click.echo(f"What the codes mean: {reviewed.explained.page}")
    else:
        click.echo(f"Nothing to mend{since}: {looked_at}.")


def _for_machines(form: str, problems: Sequence[Problem], project: Path, explained: pipeline.Explained) -> str:
    if form == "json":
        return as_json(problems)
    folder = git.place_in_repository(project)
    return as_github(problems, folder) if form == "github" else as_sarif(problems, folder, lambda code: _told_at(code, explained))


def _told_at(code: str, explained: pipeline.Explained) -> str:
    """Return the address at which the published site explains a code, or an empty text."""
    page, anchor = (explained.codes, code) if code in CODES else (explained.checks, code.lower())
    return f"{page}#{anchor}" if page else ""
