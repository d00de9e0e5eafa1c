"""Every mistake a file can hold has a case: files laid over the minimal project, and what `check` says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.project import CircleProject

from circlepress.problem import CODES

CASES = Path(__file__).parent / "cases/check"
BUILDING = {"page-not-rendered", "edition-not-built", "removed-by-sanitiser", "outside-resource", "file-unreadable", "settings",
            "file-link", "file-too-large"}
"""Codes that only a build, the settings, the machine or files no YAML can hold give; test_build and test_security have them."""


@pytest.mark.golden_test("cases/check/*.yml")
def test_check_says_what_to_do(golden, tmp_path):
    """Each case gives exactly the problems written beside it, with place, code, sentence and hint."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    for path, text in (golden.get("files") or {}).items():
        project.write(path, text)
    for path, (old, new) in (golden.get("edits") or {}).items():
        project.edit(path, old, new)
    for path in golden.get("removed") or []:
        project.remove(path)
    assert "\n".join(project.problems()) + "\n" == golden.out["problems"]


def test_the_minimal_project_is_clean(project):
    """The project all cases build on has nothing to mend, so that each case shows only its own mistake."""
    assert project.problems() == []


def test_every_code_has_a_case():
    """A code without a case is a message nobody has read."""
    shown = "\n".join(path.read_text("utf-8") for path in CASES.glob("*.yml"))
    assert [code for code in CODES if f"[{code}]" not in shown and code not in BUILDING] == []
