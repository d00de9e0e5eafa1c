"""Seeing what has changed: in the whole project, at some paths only where somebody watches, and from the usual command line without click."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.project import TODAY, CircleProject

from circlepress import pipeline
from circlepress.cache import WarmCache
from circlepress.cli import building
from circlepress.cli.build import build_command
from circlepress.cli.serve import Builder, Step
from circlepress.state import State
from circlepress.survey import survey, survey_again

# --- at some paths only ----------------------------------------------------------------------------------------------

PATHS = ("docs/guides/first.da.md", "docs/guides/new.da.md", "docs/guides/no page", "docs/guides/.first.da.md.swp", "docs/guides/README.md", "docs/guides",
         "docs/images/one.png", "docs/elsewhere/x.da.md", "circles/one/circle.yml", "circles/one/sessions/01-begin.da.md", "circles/one/sessions", "circles/one",
         "circles/two/circle.yml", "mkdocs.yml", "mine/main.html")
CHANGES = st.tuples(st.sampled_from(("write", "remove", "make a folder", "link")), st.sampled_from(PATHS))


def change(project: Path, what: str, path: str) -> set[str]:
    """Change something at a path; return the paths at which a watcher sees something: the file's own, and those of folders that came or went."""
    target = project / path
    seen = {path}
    for folder in reversed(target.relative_to(project).parents[:-1]):
        if (project / folder).is_symlink() or (project / folder).is_file():
            return set()
        if not (project / folder).is_dir():
            seen.add(folder.as_posix())
    if what == "remove" and target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    elif what == "remove":
        target.unlink(missing_ok=True)
    elif what == "make a folder" and not os.path.lexists(target):
        target.mkdir(parents=True)
    elif what == "link" and not os.path.lexists(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(project / "mkdocs.yml")
    elif what == "write" and not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(str(os.urandom(4)))
    else:
        return set()
    return seen


@settings(max_examples=150, deadline=None)
@given(rounds=st.lists(st.lists(CHANGES, max_size=3), min_size=1, max_size=5))
@example(rounds=[[("write", "docs/guides/first.da.md")], [("write", "docs/guides/no page")], [("remove", "docs/guides/no page")]])
@example(rounds=[[("write", "circles/one/circle.yml")], [("remove", "circles/one")]])
@example(rounds=[[("write", "docs/guides/first.da.md")], [("remove", "docs/guides/first.da.md"), ("link", "docs/guides/first.da.md")]])
@example(rounds=[[("link", "docs/guides/first.da.md")], [("write", "docs/guides/first.da.md")]])
def test_looking_at_what_changed_finds_what_looking_at_everything_does(rounds, tmp_path_factory):
    """After any changes to files, folders and links: the same files with the same looks, the same problems; or it says that it cannot tell."""
    project = tmp_path_factory.mktemp("watched")
    (project / "mkdocs.yml").write_text("site_name: x\n")
    known = survey(project)
    for changes in rounds:
        seen = set().union(*(change(project, *one) for one in changes))
        everything = survey(project)
        found = survey_again(project, known, seen)
        assert found is None or (found[0], sorted(found[1])) == (everything[0], sorted(everything[1]))
        known = everything


def test_an_edit_of_a_known_file_needs_no_look_at_everything(project):
    """What an author does all day is seen by the quick way: a page changed, added, removed; and what an editor leaves beside it is passed over."""
    known = survey(project.folder)
    project.edit("docs/guides/first.da.md", "Begynd her", "Begynd lige her").write("docs/guides/third.da.md", "x").remove("docs/guides/second.da.md")
    found = survey_again(project.folder, known, ["docs/guides/first.da.md", "docs/guides/third.da.md", "docs/guides/second.da.md", "docs/guides/.first.da.md.swp",
                                                 "docs/guides/first.da.md~"])
    assert found == survey(project.folder)


def build(project: CircleProject, cache: WarmCache, caches: Path, changed: tuple[str, ...] | None) -> pipeline.Published:
    return pipeline.build(project.folder, pipeline.Request(project.site, TODAY, 1, with_search=False, caches=caches, here_below=99, changed=changed), cache=cache)


def test_a_change_that_nobody_told_of_is_in_the_next_build_that_looks_everywhere(project, tmp_path):
    """A quick build shows the change it was told of, the next full look finds the other one."""
    cache = WarmCache(tmp_path / "cache")
    build(project, cache, tmp_path, None)
    project.edit("docs/guides/first.da.md", "Begynd her", "Begynd lige her").edit("docs/guides/second.da.md", "title: Den anden guide", "title: Nummer to")
    build(project, cache, tmp_path, ("docs/guides/first.da.md",))
    assert "Begynd lige her" in project.main("/da/guides/first/")
    build(project, cache, tmp_path, None)
    assert "Nummer to" in project.main("/da/guides/second/")


def test_settings_that_changed_unseen_are_seen(project, tmp_path):
    """The settings are looked at each time; with another theme than before, nothing that is remembered of the theme holds."""
    cache = WarmCache(tmp_path / "cache")
    build(project, cache, tmp_path, None)
    project.write("mine/404.html", '{% extends "main.html" %}{% block content %}<p>Min egen fejlside.</p>{% endblock %}')
    project.write("mkdocs.yml", (project.folder / "mkdocs.yml").read_text("utf-8").replace("name: material", "name: material\n  custom_dir: mine"))
    build(project, cache, tmp_path, ())
    assert "Min egen fejlside." in (project.site / "da/404.html").read_text("utf-8")


def test_after_a_run_that_failed_everything_is_looked_at(project, tmp_path):
    """A change that came with a mistake in the settings is not forgotten when the next change, elsewhere, is named alone."""
    builder = Builder(project.folder, project.site, 1, TODAY, tmp_path)
    builder(Step())
    good = (project.folder / "mkdocs.yml").read_text("utf-8")
    project.write("mkdocs.yml", "plugins: [circlepress: {languages").edit("docs/guides/first.da.md", "Begynd her", "Begynd lige her")
    assert builder(Step(changed=("docs/guides/first.da.md", "mkdocs.yml"))).failure
    project.write("mkdocs.yml", good)
    assert not builder(Step(changed=())).failure
    assert "Begynd lige her" in project.main("/da/guides/first/")


def test_what_is_written_while_units_nobody_opens_are_built(project, tmp_path, monkeypatch):
    """A file of a circle that a build does not open changes meanwhile: the site is what it was when the build began, and the next build has the change."""
    cache = WarmCache(tmp_path / "cache")
    build(project, cache, tmp_path, None)
    look = State.look_at_everything

    def look_late(self: State, **how: bool) -> None:
        project.edit("circles/small-circle/index.da.md", "\n---\n", "\n---\n\nSkrevet imens.\n")
        look(self, **how)

    project.edit("docs/guides/first.da.md", "Begynd her", "Begynd lige her")
    monkeypatch.setattr(State, "look_at_everything", look_late)
    build(project, cache, tmp_path, None)
    monkeypatch.undo()
    assert "Begynd lige her" in project.main("/da/guides/first/") and "Skrevet imens." not in project.main("/circles/small-circle/da/")
    build(project, cache, tmp_path, None)
    assert "Skrevet imens." in project.main("/circles/small-circle/da/")


# --- the usual command line ------------------------------------------------------------------------------------------

WORDS = ("--jobs", "--date", "--search", "--no-search", "--verify", "--profile", "2", "0", "64", "65", "+2", "²", "2026-06-20", "20260620", "2026-13-01", "build", "-h", "--")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=6))
@example(["--jobs", "2", "--date", "2026-06-20", "--no-search"])
@example(["--no-search", "--search", "--jobs", "1", "--jobs", "3"])
@example(["--jobs", "²"])
def test_what_is_read_without_click_means_the_same(arguments):
    """A command line that is not given to click is one that click takes, and asks for the same."""
    asked = building.plainly_asked(arguments)
    if asked is None:
        return
    project, request = asked
    given_values = build_command.make_context("build", list(arguments)).params
    assert (given_values["jobs"], given_values["today"]) == (request.jobs if "--jobs" in arguments else None, request.made)
    rest = {name: value for name, value in given_values.items() if name not in ("jobs", "today", "with_search", "output")}
    assert not any(rest.values()) and given_values["output"] is None, "nothing else was asked for"
    assert request.with_search is given_values["with_search"]
    assert request.output == project / "site" and request.today == (given_values["today"] or date.today())


def test_the_usual_command_line_is_read_without_click():
    """What `scripts/build` and an author's shell ask for; anything else is click's to read."""
    for arguments in ([], ["--no-search"], ["--jobs", "2"], ["--date", "2026-06-20"]):
        assert building.plainly_asked(arguments)
    for arguments in (["--plain"], ["--jobs=2"], ["--jobs"], ["--help"], ["check"]):
        assert building.plainly_asked(arguments) is None


def test_both_ways_say_the_same(project):
    """The same build, once read by click and once not: the same words and the same status, a mistake in the content included."""
    project.remove("docs/guides/second.da.md")
    plain = project.run("build", "--jobs", "1", "--no-search", "--date", str(TODAY))
    project.site.unlink()
    by_click = project.run("build", "--jobs=1", "--no-search", "--date", str(TODAY))
    first, second = ([line for line in said.stdout.splitlines() if not line.startswith("Built ")] for said in (plain, by_click))  # seconds differ
    assert first == second and plain.returncode == by_click.returncode == 1


def test_where_there_is_no_project_both_ways_say_so(tmp_path):
    """The environment's errors end in one sentence and their exit status."""
    project = CircleProject(tmp_path)
    for arguments in (("build",), ("build", "--verify")):
        done = project.run(*arguments)
        assert done.returncode == 2 and "There is no mkdocs.yml" in done.stderr and "Traceback" not in done.stderr
