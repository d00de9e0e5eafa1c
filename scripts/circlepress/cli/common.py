"""What the commands share: the project folder, the day, and how problems are printed.

Nothing here needs click but a terminal: see `main` in this package.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from ..problem import Problem, Severity
from ..report import LINE_WIDTH, Part, as_text


class Context(Struct, frozen=True):
    project: Path


def project_folder(name: str) -> Path:
    """Return the project folder, absolute; when the command runs in a folder below it, the project around it."""
    folder = Path(name).resolve()
    if name == ".":
        for candidate in (folder, *folder.parents):
            if (candidate / "mkdocs.yml").is_file():
                return candidate
    return folder


def day_of(text: str) -> date | None:
    """Return a date as it is given on the command line, such as 2026-11-24; `None` when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def today_or(given: date | None) -> date:
    return given or date.today()


def caches() -> Path | None:
    """Return the folder in which projects' caches are kept; `CIRCLEPRESS_CACHE` names another one, or none when it is empty."""
    given = os.environ.get("CIRCLEPRESS_CACHE")
    if given is not None:
        return Path(os.path.abspath(given)) if given else None
    from platformdirs import user_cache_path

    return user_cache_path("circlepress", appauthor=False)


_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def print_problems(problems: Iterable[Problem], project: Path) -> None:
    """Print each problem as `path:line:column: severity[code]: sentence`, the line concerned, and its hint."""
    problems = list(problems)
    if not problems:
        return
    if not sys.stdout.isatty():
        print(as_text(problems, _text_reader(project)))
        return
    from click import echo

    width = max(40, min(shutil.get_terminal_size().columns - 8, LINE_WIDTH))
    echo(as_text(problems, _text_reader(project), style=_styled, width=width))


def _styled(text: str, part: Part, severity: Severity) -> str:
    """Return a part of a problem as a terminal shows it; click knows what each kind of terminal needs."""
    import click

    match part:
        case Part.PLACE:
            return click.style(text, bold=True)
        case Part.GUTTER:
            return click.style(text, dim=True)
        case _:
            return click.style(text, fg=_COLOUR[severity])


def _text_reader(project: Path) -> Callable[[str], str]:
    """Return a function that gives a file's text as `read` saw it, also where it found it wanting; empty when it is gone."""
    @lru_cache(maxsize=1)
    def text_of(path: str) -> str:
        try:
            text = (project / path).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    return text_of


def tally(problems: Iterable[Problem]) -> str:
    """Return "2 errors and 1 warning", or an empty text."""
    problems = list(problems)
    parts = []
    for severity, one, many in ((Severity.ERROR, "error", "errors"), (Severity.WARNING, "warning", "warnings"), (Severity.ADVICE, "piece of advice", "pieces of advice")):
        number = sum(problem.severity is severity for problem in problems)
        if number:
            parts.append(f"{number} {one if number == 1 else many}")
    return " and ".join(parts) if len(parts) < 3 else f"{parts[0]}, {parts[1]} and {parts[2]}"
