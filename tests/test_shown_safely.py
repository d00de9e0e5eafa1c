"""After which errors a page or circle is published all the same: what `SHOWN_SAFELY` says is what a build does.

test_codes.py looks at the codes whose example says nothing of its own about what is published; here are the others.
"""

from __future__ import annotations

import re

import pytest
from support.pictures import jpeg

from circlepress.problem import SHOWN_SAFELY

GUIDE = "docs/guides/second.da.md"
SESSION = "circles/small-circle/sessions/01-begin.da.md"
NEXT_SESSION = "circles/small-circle/sessions/02-late.da.md"
WELCOME = "circles/small-circle/index.da.md"
HANDBOOK_PAGE, CIRCLE_PAGE, SESSION_PAGE = "/da/guides/second/", "/circles/small-circle/da/", "/circles/small-circle/da/sessions/01-begin/"
NEXT_PAGE = "/circles/small-circle/da/sessions/02-late/"
NOT_RENDERED = " ".join(["1."] * 1500)


def codes(project) -> set[str]:
    return {problem.code for problem in project.published.problems if problem.is_error}


def linked(project, path: str) -> None:
    """A file is a link to what it was."""
    (project.folder / path).rename(project.folder / "elsewhere")
    (project.folder / path).symlink_to(project.folder / "elsewhere")


def test_files_of_another_name_are_not_used(project):
    """Neither they nor their folders stop the pages and the circle they lie beside."""
    text = (project.folder / SESSION).read_text("utf-8")
    project.write("docs/guides/Third guide.da.md", "x").write("circles/small-circle/Notes.txt", "x")
    project.write("circles/small-circle/sessions/Next time.da.md", text).write("circles/small-circle/letters/first.da.md", "x")
    project.build(languages=("da",))
    assert codes(project) == {"file-name"} <= SHOWN_SAFELY
    for address in (HANDBOOK_PAGE, CIRCLE_PAGE, SESSION_PAGE):
        project.assert_built(address)
    assert not [address for address in project.addresses() if re.search("third|next.time|notes|letters", address, re.IGNORECASE)]


def test_two_sessions_with_one_number_are_both_published(project):
    """Their addresses differ by their names, so that nothing is lost."""
    text = (project.folder / SESSION).read_text("utf-8")
    project.write("circles/small-circle/sessions/01-late.da.md", text.replace("2026-09-10", "2026-09-24")).build(languages=("da",))
    assert codes(project) == {"file-name"}
    project.assert_built(CIRCLE_PAGE).assert_built(SESSION_PAGE).assert_built("/circles/small-circle/da/sessions/01-late/")


def test_a_page_of_a_folder_without_facts_is_not_used(project):
    """A welcome alone is no circle; the others are published."""
    project.write("circles/lonely/index.da.md", (project.folder / WELCOME).read_text("utf-8")).build(languages=("da",))
    assert codes(project) == {"file-name"} and not project.is_built("/circles/lonely/da/")
    project.assert_built(CIRCLE_PAGE)


@pytest.mark.parametrize(("path", "lost", "kept"), [
    (GUIDE, HANDBOOK_PAGE, "/da/guides/first/"), (NEXT_SESSION, NEXT_PAGE, SESSION_PAGE),
    ("circles/small-circle/circle.yml", CIRCLE_PAGE, HANDBOOK_PAGE)])
def test_what_a_link_stands_for_is_left_out(project, path, lost, kept):
    """A link is not followed, not even to a good file of the project: a page, a session or a circle is missing, and the rest is there."""
    project.write(NEXT_SESSION, (project.folder / SESSION).read_text("utf-8").replace("2026-09-10", "2026-09-24"))
    linked(project, path)
    project.build(languages=("da",))
    assert "file-link" in codes(project) and "file-link" not in SHOWN_SAFELY
    assert not project.is_built(lost)
    project.assert_built(kept)


@pytest.mark.parametrize(("path", "picture", "address"), [
    (GUIDE, "docs/images/rings.png", HANDBOOK_PAGE), (WELCOME, "circles/small-circle/images/rings.png", CIRCLE_PAGE)])
def test_a_picture_that_is_none_costs_only_itself(project, path, picture, address):
    """The page that shows it is published, and so is its circle; the file is not."""
    link = "../images/rings.png" if path == GUIDE else "images/rings.png"
    text = (project.folder / path).read_text("utf-8")
    project.write(path, f"{text}\n![To ringe]({link})\n").write(picture, jpeg()).build(languages=("da",))
    assert codes(project) == {"file-type", "broken-link"} <= SHOWN_SAFELY
    project.assert_built(address)
    assert "rings.png" not in {file.name for file in project.site.rglob("*")}


@pytest.mark.parametrize(("path", "address", "kept"), [(GUIDE, HANDBOOK_PAGE, "/da/guides/first/"), (WELCOME, CIRCLE_PAGE, SESSION_PAGE)])
def test_a_page_that_cannot_be_rendered_is_shown_as_it_was_typed(project, path, address, kept):
    """Nothing of its text is lost, and its circle is published."""
    text = (project.folder / path).read_text("utf-8")
    project.write(path, f"{text}\n{NOT_RENDERED}\n").build(languages=("da",))
    assert codes(project) == {"page-not-rendered"} <= SHOWN_SAFELY
    assert NOT_RENDERED in project.main(address)
    project.assert_built(kept)


def test_a_page_that_fetches_from_others_is_published_and_fetches_nothing(project):
    """Its own policy tells browsers to ask no other host."""
    project.edit("mkdocs.yml", "name: material", "name: material\n  custom_dir: mine")
    project.write("mine/guide.html", '{% extends "page.html" %}\n{% block after %}<img src="https://elsewhere.example.org/x.png" alt="">{% endblock %}')
    project.build(languages=("da",))
    assert codes(project) == {"outside-resource"} <= SHOWN_SAFELY
    page = project.page(HANDBOOK_PAGE)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert "elsewhere.example.org/x.png" in page and "default-src 'none'" in policy and "elsewhere" not in policy
    assert re.search(r"img-src 'self' data:;", policy)
