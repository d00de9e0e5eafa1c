"""What the commands share: the project folder, the day, and how problems are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from ..problem import Problem, Severity


@dataclass(frozen=True)
class Context:
    project: Path


def project_folder(name: str) -> Path:
    """Return the project folder, absolute; when the command runs in a folder below it, the project around it."""
    folder = Path(name).resolve()
    if name == ".":
        for candidate in (folder, *folder.parents):
            if (candidate / "mkdocs.yml").is_file():
                return candidate
    return folder


class Day(click.ParamType):
    """A date given on the command line."""

    name = "YYYY-MM-DD"

    def convert(self, value, param, ctx):
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-24.", param, ctx)


day_option = click.option("--date", "today", type=Day(), default=None, show_default="today",
                          help="The day to build for; decides what is past and what is to come.")


def today_or(given: date | None) -> date:
    return given or date.today()


_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def print_problems(problems: Iterable[Problem]) -> None:
    """Print each problem as `path:line:column: severity[code]: sentence` and its hint below."""
    for problem in problems:
        label = click.style(f"{problem.severity}[{problem.code}]", fg=_COLOUR[problem.severity])
        click.echo(f"{click.style(str(problem.place), bold=True)}: {label}: {problem.message}")
        if problem.hint:
            click.echo(f"    {problem.hint}")


def tally(problems: Iterable[Problem]) -> str:
    """Return "2 errors and 1 warning", or an empty text."""
    problems = list(problems)
    parts = []
    for severity, one, many in ((Severity.ERROR, "error", "errors"), (Severity.WARNING, "warning", "warnings"), (Severity.ADVICE, "piece of advice", "pieces of advice")):
        number = sum(problem.severity is severity for problem in problems)
        if number:
            parts.append(f"{number} {one if number == 1 else many}")
    return " and ".join(parts) if len(parts) < 3 else f"{parts[0]}, {parts[1]} and {parts[2]}"
