"""Writes the handbook's page of problem codes from the codes themselves and from examples that tests run.

`circlepress.problem` says which codes there are, in groups, and after which a page is still published. Each code has a
file in `tests/cases/codes/` with an excerpt that gives it, one that does not, and what people should know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from circlepress import problem
from circlepress.problem import CODES, SHOWN_SAFELY, Severity

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "tests/cases/codes"
PAGE = ROOT / "docs/project/problem-codes.en.md"

_BEGINNING = """\
---
title: Problem codes
summary: What each problem's code means, why it matters and what to do, with an example that gives it and one that does not.
---

`circlepress check` and `circlepress build` give each problem a line like this, and a hint below:

```text
path:line:column: severity[code]: what is wrong
    What to do about it.
```

- **path:line:column** says where the problem is, counted from 1.
  Where a whole line or file is meant, the numbers that are not needed are missing.
- **severity** is `error`, `warning` or `advice`.
  Errors must be mended; warnings and advice are only worth a look.
- **code** is the name by which you find the problem on this page.

An error leaves out the smallest thing it touches: a translation, a page or a circle.
Readers get a page in another language while its translation is left out, and a circle's last published pages stay.
After some errors nothing has to be left out, and the page is still published; each code below says so.

A number such as `C12` instead of a code is a model check.
Those, C01 to C46, are explained on the page *The model check, explained*, at `/en/checks/`.

If you are stuck, write to the address at the foot of this page and send the problem's line along.
"""
_ABOUT_GROUP = {
    "worth a look": "These are warnings and advice: nothing is left out, and the check is passed all the same.",
    "building": "Only a build can see these; `circlepress check` does not know them.",
}
"""What is said of a whole group, by the comment that opens it in `CODES`."""
_PLACES = (
    (r"mkdocs\.yml", "in `mkdocs.yml`"), (r".*/circle\.yml", "in `circle.yml`"), (r".*/sessions/.*", "in a session"),
    (r"docs/guides/.*", "in a guide"), (r"docs/themes/.*", "in a theme"), (r"docs/templates/.*", "in a template"),
    (r"docs/.*", "on a page"), (r".*\.html", "in a theme of the project's own"),
)
"""What to call the file an excerpt stands in, by its path."""


@dataclass(frozen=True)
class Example:
    """One file of `tests/cases/codes/`."""

    code: str
    file: str
    """The path of the file that the excerpts stand in, in the project `tests/projects/minimal` or added to it."""
    wrong: str
    """An excerpt that gives the code."""
    right: str
    """The same place done right."""
    what: str
    """Why it matters and what to do, one sentence per line, in Markdown; what it means, `CODES` says."""
    shown_as: str
    """The language of the excerpts' code blocks: yaml, markdown, html, or text for something that no file holds as it is."""
    severity: str = "error"
    meanwhile: str = ""
    """A sentence about what is published until it is mended, where the usual ones do not fit."""
    replace: str = ""
    """The text of the file that an excerpt takes the place of."""
    after: str = ""
    """The text of the file that an excerpt is put below, on a line of its own."""
    whole: bool = False
    """Whether an excerpt is the whole file."""
    also: Mapping[str, str] = field(default_factory=dict)
    """Texts of other files, or what the file itself holds besides the excerpt, by path."""
    setup: str = ""
    """Which function of the test makes the situation, when laying the excerpt over the project is not enough."""
    command: str = "check"
    """What must be run to see the problem: check or build."""
    at: str = ""
    """Where the problem is reported, if not at `file`."""

    @property
    def is_published(self) -> bool:
        """Whether what the problem touches is still published."""
        return self.severity != Severity.ERROR or self.code in SHOWN_SAFELY


def examples() -> list[Example]:
    """Read all examples, by code; raises `TypeError` for a key that an example does not have or lacks."""
    found = []
    for path in sorted(EXAMPLES.glob("*.yml")):
        given = yaml.safe_load(path.read_text("utf-8"))
        found.append(Example(path.stem, **given | {key: given[key].strip("\n") for key in ("wrong", "right", "what")}))
    return found


def groups() -> list[tuple[str, list[str]]]:
    """Return the codes in the groups that the comments in `CODES` make, each with its comment."""
    source = Path(problem.__file__).read_text("utf-8")
    found: list[tuple[str, list[str]]] = []
    listed = source.partition("\nCODES")[2].partition("\n}")[0]
    for comment, code in re.findall(r'^    (?:# (.+)|"([a-z-]+)": .*)$', listed, re.MULTILINE):
        if comment:
            found.append((comment, []))
        else:
            found[-1][1].append(code)
    return found


def page() -> str:
    """Return the whole page; raises `KeyError` when a code has no example."""
    example_by_code = {example.code: example for example in examples()}
    parts = [_BEGINNING]
    for comment, codes in groups():
        parts.append(f"## {comment.capitalize()} {{#{comment.replace(' ', '-')}}}\n")
        if comment in _ABOUT_GROUP:
            parts.append(f"{_ABOUT_GROUP[comment]}\n")
        parts += [_section(example_by_code[code]) for code in codes]
    return "\n".join(parts)


def _section(example: Example) -> str:
    place = next((words for pattern, words in _PLACES if re.fullmatch(pattern, example.file)), "")
    gives = f"Gives it, {place}:" if place and example.shown_as != "text" else "Gives it:"
    lines = [f"### `{example.code}` {{#{example.code}}}", "", CODES[example.code], example.what, "", _meanwhile(example), ""]
    if example.setup == "many":
        lines += ["`× 100` stands for a hundred times the same.", ""]
    for label, excerpt in ((gives, example.wrong), ("Does not:", example.right)):
        lines += [label, "", _fenced(excerpt, example.shown_as), ""]
    return "\n".join(lines)


def _meanwhile(example: Example) -> str:
    usual = "The page is still published." if example.is_published else "What it touches is left out until this is mended."
    return f"**{example.severity.capitalize()}.** {example.meanwhile or usual}"


def _fenced(text: str, language: str) -> str:
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}{language}\n{text}\n{fence}"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)} with {len(CODES)} codes.")
