"""Problems as text for people and for machines: text with the line concerned, JSON, GitHub's commands, SARIF.

Every function takes problems in the order in which they shall appear and returns one text without a last line end.
Nothing here touches the disk or a terminal: the texts of files come through a function, colours through another.

The JSON object, version 1 (a change that breaks readers gets another number; new keys do not):

    {
      "version": 1,
      "problems": [
        {
          "path": "docs/guides/first.da.md",    relative to the project folder, with forward slashes
          "line": 12,                           counted from 1; 0 when the whole file is meant
          "column": 3,                          in characters, counted from 1; 0 when the whole line is meant
          "severity": "error",                  "error", "warning" or "advice"
          "code": "broken-link",                one of the codes in problem.py
          "message": "there is no page 'x'.",   one sentence
          "hint": "Correct the link."           what to do about it; may be empty
        }
      ],
      "counts": {"error": 1, "warning": 0, "advice": 0}
    }
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import accumulate
from urllib.parse import quote

from . import __version__
from .problem import CODES, Problem, Severity

JSON_VERSION = 1
LINE_WIDTH = 100
"""How many columns of a source line are shown where the reader's width is not known."""

_TAB = 4
_NUMBER_WIDTH = 4
_ELLIPSIS = "…"
_HIDDEN = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that has no look of its own, or would make a terminal do something."""
_ZERO_WIDTH_JOINER, _ZERO_WIDTH_NON_JOINER, _AS_EMOJI = "\u200d", "\u200c", "\ufe0f"
_FIRST_MARK = "\u0300"
"""Before it, every character that is printed takes one column."""
_SARIF_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_GITHUB_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


class Part(StrEnum):
    """The parts of the text format that may have a look of their own."""

    PLACE = "place"
    LABEL = "label"
    GUTTER = "gutter"
    CARET = "caret"


Style = Callable[[str, Part, Severity], str]
"""Takes a piece of text, what it is, and the severity of its problem; returns the text as it shall be printed."""


def plain(text: str, part: Part, severity: Severity) -> str:
    """Return the text as it is."""
    return text


# --- for people ----------------------------------------------------------------------------------------------------


def as_text(problems: Iterable[Problem], text_of: Callable[[str], str], *, style: Style = plain, width: int = LINE_WIDTH) -> str:
    """Return each problem as `path:line:column: severity[code]: sentence`, the line concerned, and the hint.

    `text_of` returns the text of a file of the project, with `\\n` as line ends, or an empty text; it is only asked
    for problems that have a line. `width` is how many columns of a source line are shown at most.
    """
    return "\n\n".join("\n".join(_described(problem, text_of, style, width)) for problem in problems)


def _described(problem: Problem, text_of: Callable[[str], str], style: Style, width: int) -> list[str]:
    place, severity = problem.place, problem.severity
    label = style(f"{severity}[{problem.code}]", Part.LABEL, severity)
    described = [f"{style(_visible(str(place)), Part.PLACE, severity)}: {label}: {_visible(problem.message)}"]
    lines = (text_of(place.path) if place.line else "").split("\n")
    if 0 < place.line <= len(lines) and lines != [""]:
        shown, before = excerpt(lines[place.line - 1], place.column, width)
        described.append(f"{style(f'{place.line:>{_NUMBER_WIDTH}} |', Part.GUTTER, severity)} {shown}".rstrip())
        if place.column:
            number_width = max(_NUMBER_WIDTH, len(str(place.line)))
            described.append(f"{style(' ' * number_width + ' |', Part.GUTTER, severity)} {' ' * before}{style('^', Part.CARET, severity)}")
    return described + [f"    {_visible(line)}" for line in problem.hint.splitlines()]


def excerpt(line: str, column: int, width: int = LINE_WIDTH) -> tuple[str, int]:
    """Return what a terminal shall show of a source line, and how many of its columns stand before `column`.

    `column` counts characters from 1 (0 for none; beyond the end means just behind it). Tabs become spaces, characters
    that cannot be shown become a sign; a line with more than `width` columns is cut around `column`.
    """
    cells = [(sign, 1) for sign in line] if line.isprintable() and max(line, default="") < _FIRST_MARK else _cells(line)
    position = min(max(column - 1, 0), len(cells))
    while 0 < position < len(cells) and not cells[position][1]:
        position -= 1  # a mark stands in the column of its letter
    starts = list(accumulate((size for _, size in cells), initial=0))
    first, last = 0, len(cells)
    if starts[-1] > width:
        room = max(width - 2 * len(_ELLIPSIS), 1)
        left = max(0, min(starts[position] - room // 2, starts[-1] - room))
        first = bisect_left(starts, left)
        while first < position and not cells[first][1]:
            first += 1
        last = bisect_right(starts, starts[first] + room) - 1
    cut_before, cut_behind = _ELLIPSIS if first else "", _ELLIPSIS if last < len(cells) else ""
    shown = cut_before + "".join(text for text, _ in cells[first:last]) + cut_behind
    return shown, len(cut_before) + starts[position] - starts[first]


def _cells(line: str) -> list[tuple[str, int]]:
    """Return for each character what is shown for it and how many columns of a terminal that takes.

    Widths follow Unicode's East Asian Width (UAX #11); joined emoji count as the first of them.
    """
    cells: list[tuple[str, int]] = []
    column = 0
    before, joined = 0, False
    for character in line:
        shown, size = character, 1
        if character == "\t":
            size = _TAB - column % _TAB
            shown = " " * size
        elif character in (_ZERO_WIDTH_JOINER, _ZERO_WIDTH_NON_JOINER):
            size = 0
        elif character == _AS_EMOJI:
            size = 1 if before == 1 else 0
        elif not _has_a_look(character):
            shown = _HIDDEN
        elif unicodedata.category(character) in ("Mn", "Me"):
            size = 0
        elif joined and unicodedata.category(character) == "So":
            size = 0
        elif "\U0001f3fb" <= character <= "\U0001f3ff":  # a skin tone, shown on the emoji before it
            size = 2 - before
        elif _is_wide(character):
            size = 2
        cells.append((shown, size))
        column += size
        before, joined = min(size or before, 2), character == _ZERO_WIDTH_JOINER
    return cells


def _is_wide(character: str) -> bool:
    # the second half: emoji that are younger than Python's tables
    return unicodedata.east_asian_width(character) in "WF" or (
        "\U0001f300" <= character <= "\U0001faff" and unicodedata.category(character) == "Cn")


def _has_a_look(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _visible(text: str) -> str:
    """Return one line of text with nothing in it that a terminal would obey."""
    if text.isprintable():
        return text
    joiners = (_ZERO_WIDTH_JOINER, _ZERO_WIDTH_NON_JOINER)
    return "".join(c if c in joiners or _has_a_look(c) else " " if c in "\t\r\n" else _HIDDEN for c in text)


# --- for machines --------------------------------------------------------------------------------------------------


def as_json(problems: Iterable[Problem]) -> str:
    """Return the object described at the top of this module."""
    problems = list(problems)
    return _json({
        "version": JSON_VERSION,
        "problems": [
            {"path": problem.place.path, "line": problem.place.line, "column": problem.place.column,
             "severity": problem.severity.value, "code": problem.code, "message": problem.message, "hint": problem.hint}
            for problem in problems
        ],
        "counts": {severity.value: sum(problem.severity is severity for problem in problems) for severity in Severity},
    })


def as_github(problems: Iterable[Problem], folder: str = "") -> str:
    """Return one workflow command per problem, which GitHub shows beside the line concerned.

    `folder` is the project's place in its repository, with a closing slash, or empty. The form and its escapes are those
    of https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands and of the toolkit's command.ts.
    """
    return "\n".join(_github_command(problem, folder) for problem in problems)


def _github_command(problem: Problem, folder: str) -> str:
    place = problem.place
    properties = {"file": folder + place.path}
    if place.line:
        properties["line"] = str(place.line)
        if place.column:
            properties["col"] = str(place.column)
    properties["title"] = problem.code
    listed = ",".join(f"{key}={_github_property(value)}" for key, value in properties.items())
    message = "\n".join(filter(None, (problem.message, problem.hint)))
    return f"::{_GITHUB_COMMAND[problem.severity]} {listed}::{_github_data(message)}"


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(problems: Iterable[Problem], folder: str = "", explained_at: Callable[[str], str] = lambda code: "") -> str:
    """Return a SARIF 2.1.0 log with one run, for code scanning and editors.

    `folder` is the project's place in its repository, with a closing slash, or empty: addresses are relative to the
    repository. `explained_at` returns the address of a page that explains a code, which must be absolute, or an empty text.
    """
    problems = list(problems)
    codes = sorted({problem.code for problem in problems})
    return _json({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "circlepress",
                "version": __version__,
                "rules": [_sarif_rule(code, explained_at(code)) for code in codes],
            }},
            "columnKind": "unicodeCodePoints",
            "results": [_sarif_result(problem, codes.index(problem.code), folder) for problem in problems],
        }],
    })


def _sarif_rule(code: str, address: str) -> dict:
    from . import modelcheck

    meaning = CODES.get(code) or f"{modelcheck.words('en', ()).name(code)}."
    return {"id": code, "shortDescription": {"text": meaning}} | ({"helpUri": address} if address else {})


def _sarif_result(problem: Problem, rule: int, folder: str) -> dict:
    place = problem.place
    location: dict = {"artifactLocation": {"uri": quote(folder + place.path, errors="replace"), "uriBaseId": "%SRCROOT%"}}
    if place.line:
        location["region"] = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _SARIF_LEVEL[problem.severity],
        "message": {"text": "\n".join(filter(None, (problem.message, problem.hint)))},
        "locations": [{"physicalLocation": location}],
    }


def _json(tree: dict) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=2)
