"""Every problem code has an example that gives it and one that does not, and the handbook's page shows just these."""

from __future__ import annotations

import contextlib
import html
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import lacking
from support.pictures import jpeg, png
from support.project import TODAY, CircleProject

from circlepress import pipeline
from circlepress.catalogue import Catalogue
from circlepress.problem import CODES, CirclepressError
from problem_codes import PAGE, ROOT, Example, examples, groups, page

NOBODY = 65534
GUIDE = """\
---
title: A guide in English
summary: A guide that exists for the sake of the example.
audience: [participant]
phase: [run]
covers: []
reviewed: 2026-11-01
---
"""
PICTURES = {"PNG": png(), "JPEG": jpeg()}
EXAMPLES = examples()
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)


# --- making the situation ------------------------------------------------------------------------------------------


def lay(project: CircleProject, example: Example, excerpt: str) -> None:
    """Put an excerpt where it belongs in the project."""
    for path, text in example.also.items():
        project.write(path, text)
    if example.setup:
        SETUPS[example.setup](project, example, excerpt)
    else:
        put(project, example, excerpt)


def put(project: CircleProject, example: Example, excerpt: str) -> None:
    if example.whole:
        project.write(example.file, excerpt + "\n")
    elif example.after:
        between = "\n" if example.shown_as == "yaml" else "\n\n"
        project.edit(example.file, example.after, example.after + between + excerpt)
    else:
        project.edit(example.file, example.replace, excerpt)


def named(project: CircleProject, example: Example, excerpt: str) -> None:
    """`path`: a guide lies there."""
    project.write(excerpt, GUIDE)


def linked(project: CircleProject, example: Example, excerpt: str) -> None:
    """`path -> target`: a symbolic link; without a target, a guide."""
    path, _, target = excerpt.partition(" -> ")
    if target:
        (project.folder / path).symlink_to(target)
    else:
        project.write(path, GUIDE)


def sized(project: CircleProject, example: Example, excerpt: str) -> None:
    """`path, 1,000 bytes`: a page of that size."""
    path, size = re.fullmatch(r"(\S+), ([\d,]+) bytes", excerpt).groups()
    front = "---\ntitle: A page in English\nsummary: A page that exists for the sake of the example.\n---\n"
    project.write(path, front.ljust(int(size.replace(",", "")), "\n"))


def saved_as(project: CircleProject, example: Example, excerpt: str) -> None:
    """`path, saved as PNG`: a picture of that kind, or the text that is there in that encoding."""
    path, kind = excerpt.split(", saved as ")
    project.write(path, PICTURES[kind] if kind in PICTURES else (project.folder / path).read_text("utf-8").encode(kind))


def permission(project: CircleProject, example: Example, excerpt: str) -> None:
    """`chmod 000 path`: who may read the file."""
    _, mode, path = excerpt.split(" ")
    (project.folder / path).chmod(int(mode, 8))


def many(project: CircleProject, example: Example, excerpt: str) -> None:
    """`text × 100`: the text a hundred times on one line; without a number, as it is."""
    text, _, times = excerpt.partition(" × ")
    put(project, example, " ".join([text] * int(times or 1)))


def theme(project: CircleProject, example: Example, excerpt: str) -> None:
    """A template in a theme folder of the project's own, which is named after the folder of the file."""
    project.edit("mkdocs.yml", "name: material", f"name: material\n  custom_dir: {Path(example.file).parent}")
    project.write(example.file, excerpt)


SETUPS: dict[str, Callable[[CircleProject, Example, str], None]] = {
    "named": named, "linked": linked, "sized": sized, "saved-as": saved_as, "permission": permission, "many": many,
    "theme": theme}


# --- looking at it -------------------------------------------------------------------------------------------------


def problems_of(project: CircleProject, example: Example) -> list[tuple[str, str, str]]:
    """Run the example's command and return path, severity and code of each problem."""
    try:
        found = project.build(languages=("da",)).published if example.command == "build" else checked(project, example)
    except CirclepressError as error:
        return [re.match(r"([^:]+)(?::\d+)*: (\w+)\[([\w-]+)\]: ", str(error)).groups()]
    return [(p.place.path, str(p.severity), p.code) for p in found.problems]


def checked(project: CircleProject, example: Example) -> pipeline.Checked:
    if example.setup != "permission":
        return pipeline.check(project.folder, TODAY)
    with as_an_ordinary_user(project):
        return pipeline.check(Path("."), TODAY)


@contextlib.contextmanager
def as_an_ordinary_user(project: CircleProject) -> Iterator[None]:
    """Stand in the project's folder as someone who may only read what permissions allow, which the administrator is not."""
    with contextlib.chdir(project.folder):
        if os.geteuid() != 0:
            yield
            return
        CircleProject(Path(".")).codes()  # loads what nobody might not be allowed to read
        try:
            for path in (project.folder, *project.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        except OSError as error:
            lacking(f"this machine knows only one user, who may read everything ({error})")
        try:
            yield
        finally:
            os.seteuid(0)


def published_files(catalogue: Catalogue) -> set[str]:
    """Return the paths of the files whose texts and facts get into the site."""
    materials = list(catalogue.material_by_reference.values())
    paths = set()
    for circle in catalogue.circle_by_id.values():
        paths.add(circle.source.path)
        materials += [*circle.sessions, *filter(None, [circle.welcome])]
    return paths | {version.source.path for material in materials for version in material.version_by_language.values()}


# --- the examples --------------------------------------------------------------------------------------------------


@each_example
def test_the_wrong_excerpt_gives_the_code(project, example):
    """What the page shows under "Gives it" gives the code and no other, at its file, with the severity the page tells."""
    lay(project, example, example.wrong)
    found = problems_of(project, example)
    assert (example.at or example.file, example.severity, example.code) in found
    assert {code for _, _, code in found} == {example.code}


@each_example
def test_the_right_excerpt_gives_nothing(project, example):
    """What the page shows under "Does not" gives neither the code nor any other problem."""
    lay(project, example, example.right)
    assert problems_of(project, example) == []


@pytest.mark.parametrize("example", [e for e in EXAMPLES if not e.meanwhile and e.command == "check"],
                         ids=lambda example: example.code)
def test_the_page_tells_truly_what_is_published(project, example):
    """Where the page says that something is left out it is, and where it says that it is still published it is."""
    lay(project, example, example.wrong)
    assert (example.file in published_files(checked(project, example).catalogue)) == example.is_published


def test_every_code_has_an_example():
    """A code without a file is a code that nobody can look up; a file without a code is forgotten."""
    assert sorted(CODES) == [example.code for example in EXAMPLES]


def test_every_code_is_in_a_group():
    """The comments in `CODES` put each code into one group, in the order in which the page shows them."""
    assert [code for _, codes in groups() for code in codes] == list(CODES)


@each_example
def test_an_example_is_short(example):
    """Excerpts have one to eight lines, and what a tired volunteer reads has one or two sentences of at most 25 words."""
    assert all(1 <= len(excerpt.split("\n")) <= 8 for excerpt in (example.wrong, example.right))
    sentences = example.what.split("\n")
    assert len(sentences) <= 2 and all(sentence.endswith(".") and len(sentence.split()) <= 25 for sentence in sentences)
    assert example.meanwhile.endswith(".") or not example.meanwhile


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_is_up_to_date():
    """The page in the handbook is what the codes and examples make."""
    name = PAGE.relative_to(ROOT)
    there = PAGE.read_bytes() if PAGE.is_file() else b""
    assert there == page().encode(), f"{name} is not what the codes and examples make; run scripts/codes"


@pytest.fixture
def with_page(project) -> CircleProject:
    return project.write("docs/project/problem-codes.en.md", page())


def test_an_example_of_a_mistake_is_no_mistake(with_page):
    """The page shows HTML, broken links and odd metadata as code, and `check` has nothing to say about it."""
    assert with_page.problems() == []


def test_the_page_shows_every_example_as_it_is(with_page):
    """On the finished page each code has a heading to link to, and its excerpts stand below it letter by letter."""
    with_page.build(languages=("en",))
    assert with_page.published.problems == ()
    sections = re.split(r'<h3 id="([^"]+)">', with_page.main("/en/project/problem-codes/"))
    text_by_code = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert list(text_by_code) == list(CODES)
    for example in EXAMPLES:
        blocks = re.findall(r"<pre>.*?</pre>", text_by_code[example.code], re.DOTALL)
        shown = [html.unescape(re.sub(r"<[^>]*>", "", block)).strip("\n") for block in blocks]
        assert shown == [example.wrong, example.right], example.code
