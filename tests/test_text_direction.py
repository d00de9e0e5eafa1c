"""Hidden characters that turn the direction of text: found wherever they stand, and kept from readers."""

from __future__ import annotations

import re

import pytest

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
GUIDE = "docs/guides/second.da.md"
HINT = "It can make a text look different from what is stored, so readers get the text without it. Delete the line and type it again."


def told(place: str, character: str, name: str) -> str:
    return (f"{place}: error[hidden-character]: a hidden character that turns the direction of text stands here "
            f"(U+{ord(character):04X}, {name}).\n    {HINT}")


@pytest.mark.parametrize("character", TURNS, ids=lambda character: f"{ord(character):04X}")
def test_each_is_found_in_a_text(project, character):
    """Embeddings, overrides, isolates and their ends are named with the line and the column they stand at."""
    project.edit(GUIDE, "Læs [begyndelsen]", f"Læs {character}[begyndelsen]")
    (problem,) = project.problems()
    assert problem.startswith(f"{GUIDE}:12:5: error[hidden-character]: ") and f"U+{ord(character):04X}, " in problem


@pytest.mark.parametrize("character", "\u200e\u200f\u061c", ids=lambda character: f"{ord(character):04X}")
def test_marks_beside_a_sign_are_let_be(project, character):
    """They only help a bracket or a figure to the right side of its word, and Hebrew and Arabic names need them."""
    project.edit(GUIDE, "Læs [begyndelsen]", f"Læs (שלום!){character} [begyndelsen]").build(languages=("da",))
    assert project.published.problems == ()
    assert f"(שלום!){character}" in project.main("/da/guides/second/")


def test_each_line_is_told_once(project):
    """A telephone number in a pair of them is one thing to mend; the next line is another."""
    project.edit(GUIDE, "Læs [begyndelsen]", "Ring til \u202a12 34 56 78\u202c eller \u2068Ane\u2069.\n\u202eÆgte.\u202c\n\nLæs [begyndelsen]")
    assert project.problems() == [told(f"{GUIDE}:12:10", "\u202a", "left-to-right embedding"), told(f"{GUIDE}:13:1", "\u202e", "right-to-left override")]


def test_metadata_data_files_and_sessions_are_looked_at(project):
    """In a value, a data file or a session they are found as in a text, and the value counts without them."""
    project.edit(GUIDE, "audience: [participant]", "audience: [participant\u202c]")
    project.edit("circles/small-circle/circle.yml", "status: running", "status: running\u2069")
    project.edit("circles/small-circle/sessions/01-begin.da.md", "title: ", "title: \u2067")
    assert project.problems() == [
        told("circles/small-circle/circle.yml:3:16", "\u2069", "pop directional isolate"),
        told("circles/small-circle/sessions/01-begin.da.md:2:8", "\u2067", "right-to-left isolate"),
        told(f"{GUIDE}:4:23", "\u202c", "pop directional formatting")]


def test_readers_get_the_text_without_them(project):
    """The page and the circle stay, in the order in which they are stored, and what is told is an error all the same."""
    project.edit(GUIDE, "title: Den anden guide", 'title: "Den \\u202eanden guide"').edit(GUIDE, "Læs [begyndelsen]", "\u202eÆgte\u202c [begyndelsen]")
    project.edit("circles/small-circle/circle.yml", "da: En lille cirkel", "da: En \u2066lille\u2069 cirkel").build(languages=("da",))
    assert [problem.code for problem in project.published.problems] == ["hidden-character"] * 3
    assert "Ægte <a" in project.main("/da/guides/second/") and "Den anden guide" in project.main("/da/guides/second/")
    assert "En lille cirkel" in project.main("/circles/small-circle/da/")
    assert not [path for path in project.site.rglob("*.html") if re.search(f"[{TURNS}]", path.read_text("utf-8"))]


def test_they_hide_no_personal_data(project):
    """An identity number with one of them in the middle is found as if it were not there."""
    project.edit(GUIDE, "Læs [begyndelsen]", "Ring til 010180\u2066-1234.\n\nLæs [begyndelsen]")
    assert project.codes() == ["C42", "hidden-character"]
    assert project.edit(GUIDE, "\u2066", "").codes() == ["C42"]
