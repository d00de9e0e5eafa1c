"""`circlepress update`: what nobody here has touched follows, what was written here is never lost, and both are told apart without git."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.project import PROJECTS, CircleProject

from circlepress.blocks import META, apart, plain_text, stamps_of, together
from circlepress.merging import Decisions, Fate, merge
from circlepress.origin import Origin, read_origin, record_of, to_json
from circlepress.updating import Standing, plan_update
from circlepress.yaml_source import parse_yaml

ROOT = Path(__file__).parent.parent
PAGE = "docs/guides/first.da.md"

GUIDE = """---
title: {title}
summary: En første vejledning til den, der vil begynde.
audience: [facilitator]
phase: [start]
covers: [S12]
reviewed: 2026-11-20
---

{intro}

## Først {{#first}}

{first}

## Så {{#then}}

{then}
"""
TEXTS = {"title": "Den første", "intro": "Her begynder det.", "first": "Gør det første.", "then": "Gør det næste."}


def guide(**changes: str) -> str:
    return GUIDE.format(**(TEXTS | changes))


@pytest.fixture(scope="session")
def pristine(tmp_path_factory) -> Path:
    """An upstream project and a fork of its circle, made once; tests copy both."""
    folder = tmp_path_factory.mktemp("pristine")
    shutil.copytree(PROJECTS / "minimal", folder / "up")
    up = CircleProject(folder / "up")
    up.write(PAGE, guide()).edit("docs/index.da.md", "\n---\n", "\n---\n\n[Den første](guides/first.md) og [den anden](guides/second.md).\n")
    done = up.run("fork", "small-circle", str(folder / "fork"), "--no-git", "--engine", "none", "--yes")
    assert done.returncode == 0, done.stderr
    return folder


class Pair:
    """An upstream project and a fork of it."""

    def __init__(self, folder: Path, with_git: bool) -> None:
        self.up, self.fork, self.with_git = CircleProject(folder / "up"), CircleProject(folder / "fork"), with_git
        if with_git:
            for project in (self.up, self.fork):
                self.git(project, "init", "-q", "-b", "main")
                self.commit(project)

    def git(self, project: CircleProject, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(project.folder), "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments], text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit(self, project: CircleProject) -> None:
        self.git(project, "add", "-A")
        self.git(project, "commit", "-q", "--allow-empty", "-m", "x")

    def update(self, *arguments: str, status: int = 0) -> str:
        if self.with_git:
            self.commit(self.fork)
        done = self.fork.run("update", "--from", str(self.up.folder), *arguments)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def text(self, path: str = PAGE) -> str:
        return (self.fork.folder / path).read_text("utf-8")

    def files(self) -> dict[str, bytes]:
        return files_of(self.fork.folder)

    def fresh(self, folder: Path) -> dict[str, bytes]:
        """Return the files of a fork made now."""
        done = self.up.run("fork", "small-circle", str(folder), "--no-git", "--engine", "none", "--yes")
        assert done.returncode == 0, done.stderr
        return files_of(folder)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.relative_to(folder).parts}


@pytest.fixture(params=["plain folders", "git"])
def pair(request, pristine: Path, tmp_path: Path) -> Pair:
    """The same story is told of plain folders and of real git repositories."""
    shutil.copytree(pristine, tmp_path / "work")
    return Pair(tmp_path / "work", request.param == "git")


# --- the combinations ------------------------------------------------------------------------------------------------


def test_nothing_changed(pair):
    """When nothing has changed there, nothing is written."""
    before = pair.files()
    assert "Nothing has changed there." in pair.update()
    assert pair.files() == before


def test_untouched_follows_and_ends_as_a_fresh_fork(pair, tmp_path):
    """What nobody here has touched becomes what a fork made today has, byte by byte, the record included."""
    pair.up.write(PAGE, guide(first="Gør det første på en ny måde.")).edit("circles/small-circle/index.da.md", "\n---\n", "\n---\n\nNyt.\n")
    assert f"follows   {PAGE}: first" in pair.update()
    assert pair.files() == pair.fresh(tmp_path / "fresh")


def test_changed_here_stays(pair):
    """What was changed here alone is not touched and not spoken of."""
    pair.fork.write(PAGE, guide(first="Her gør vi det anderledes."))
    assert "Nothing has changed there." in pair.update()
    assert pair.text() == guide(first="Her gør vi det anderledes.")


def test_different_parts_changed_on_either_side_come_together(pair):
    """One section was changed here, another there, and a key of the metadata: all three are in the page."""
    pair.fork.write(PAGE, guide(first="Her gør vi det anderledes."))
    pair.up.write(PAGE, guide(then="Gør det næste bedre.", title="Den allerførste"))
    pair.update()
    assert pair.text() == guide(first="Her gør vi det anderledes.", then="Gør det næste bedre.", title="Den allerførste")


def test_the_same_change_on_both_sides_is_none(pair):
    """Who has already done here what was done there is not asked."""
    pair.fork.write(PAGE, guide(first="Gør det."))
    pair.up.write(PAGE, guide(first="Gør det."))
    assert "Nothing has changed there." in pair.update()


def test_both_changed_is_offered_once(pair):
    """A part that changed on both sides stays as it is here and is shown as words; it is not shown again until theirs changes again."""
    pair.fork.write(PAGE, guide(first="Gør det første sammen."))
    pair.up.write(PAGE, guide(first="Gør det første langsomt."))
    said = pair.update(status=1)
    assert f"{PAGE}#first" in said and " langsomt.+}" in said and " sammen.+}" in said
    assert pair.text() == guide(first="Gør det første sammen.")
    again = pair.update(status=1)
    assert "Still waiting" in again and "langsomt" not in again
    pair.up.write(PAGE, guide(first="Gør det første stille."))
    assert "stille.+}" in pair.update(status=1)
    assert pair.text() == guide(first="Gør det første sammen.")


def test_theirs_can_be_taken(pair):
    """--accept takes theirs for one part, and what else was written here stays."""
    pair.fork.write(PAGE, guide(first="Gør det første sammen.", then="Gør det næste sammen."))
    pair.up.write(PAGE, guide(first="Gør det første langsomt.", then="Gør det næste langsomt."))
    pair.update(status=1)
    pair.update("--accept", f"{PAGE}#first", status=1)
    assert pair.text() == guide(first="Gør det første langsomt.", then="Gør det næste sammen.")
    pair.update("--accept", PAGE)
    assert pair.text() == guide(first="Gør det første langsomt.", then="Gør det næste langsomt.")
    assert "Nothing has changed there." in pair.update()


def test_ours_can_be_kept(pair):
    """--keep settles it: it is offered again only when theirs changes again."""
    pair.fork.write(PAGE, guide(first="Gør det første sammen."))
    pair.up.write(PAGE, guide(first="Gør det første langsomt."))
    pair.update("--keep", f"{PAGE}#first")
    assert pair.text() == guide(first="Gør det første sammen.")
    assert "Nothing has changed there." in pair.update()
    pair.up.write(PAGE, guide(first="Gør det første stille."))
    assert "stille.+}" in pair.update(status=1)


def test_a_decision_needs_something_to_decide(pair):
    """A path that did not come from elsewhere is refused, and nothing is written."""
    pair.up.write(PAGE, guide(first="Nyt."))
    before = pair.files()
    assert "nothing to decide" in pair.update("--accept", "docs/guides/frist.da.md", status=2)
    assert pair.files() == before


def test_taken_out_here_stays_out(pair):
    """A section and a page that were taken out here do not come back; that they changed there is told, once for the section."""
    pair.fork.write(PAGE, guide().replace("## Først {#first}\n\nGør det første.\n\n", "")).remove("docs/guides/second.da.md")
    pair.up.write(PAGE, guide(first="Gør det første langsomt.")).edit("docs/guides/second.da.md", "\n---\n", "\n---\n\nNyt.\n")
    said = pair.update()
    assert f"{PAGE}#first: it was taken out here" in said and "docs/guides/second.da.md: it was taken out here" in said
    assert "Først" not in pair.text() and not (pair.fork.folder / "docs/guides/second.da.md").exists()
    assert "taken out here" not in pair.update()
    pair.update("--accept", f"{PAGE}#first", "--accept", "docs/guides/second.da.md")
    assert "Gør det første langsomt." in pair.text()


def test_gone_there_is_removed_when_untouched(pair):
    """A page and a section that are not there any more go here too, with a notice, where nobody had changed them."""
    pair.up.write(PAGE, guide().replace("## Så {#then}\n\nGør det næste.\n", "")).remove("docs/guides/first.sv.md")
    said = pair.update()
    assert "removed   docs/guides/first.sv.md" in said and "then (taken out)" in said
    assert "Så" not in pair.text() and not (pair.fork.folder / "docs/guides/first.sv.md").exists()


def test_gone_there_is_kept_when_changed_here(pair):
    """What was changed here stays although it is gone there, and is offered: a section and a page."""
    pair.fork.write(PAGE, guide(then="Gør det næste sammen.")).edit("docs/guides/first.sv.md", "\n---\n", "\n---\n\nHär.\n")
    pair.up.write(PAGE, guide().replace("## Så {#then}\n\nGør det næste.\n", "")).remove("docs/guides/first.sv.md")
    said = pair.update(status=1)
    assert said.count("There it is gone") == 2 and "Gør det næste sammen." in pair.text()
    assert "Still waiting" in pair.update(status=1)
    pair.update("--keep", PAGE, "--accept", "docs/guides/first.sv.md")
    assert "Gør det næste sammen." in pair.text() and not (pair.fork.folder / "docs/guides/first.sv.md").exists()
    assert "Nothing has changed there." in pair.update()


def test_a_page_renamed_there_is_renamed_here(pair):
    """A new name there (`moved:`) is followed in all languages, and what was written here goes along."""
    pair.fork.write(PAGE, guide(first="Her gør vi det anderledes."))
    for language in ("da", "sv"):
        shutil.move(pair.up.folder / f"docs/guides/first.{language}.md", pair.up.folder / f"docs/guides/begin.{language}.md")
    pair.up.write("docs/guides/begin.da.md", guide(then="Nyt.").replace("covers:", "moved: [guides/first]\ncovers:"))
    pair.up.edit("docs/index.da.md", "guides/first.md", "guides/begin.md")
    said = pair.update()
    assert f"moved     docs/guides/begin.da.md, which was {PAGE}" in said
    text = pair.text("docs/guides/begin.da.md")
    assert "Her gør vi det anderledes." in text and "Nyt." in text and "moved: [guides/first]" in text
    assert (pair.fork.folder / "docs/guides/begin.sv.md").exists() and not list(pair.fork.folder.glob("docs/guides/first.*"))


def test_a_page_renamed_there_is_known_by_its_text(pair):
    """Without `moved:`, a page that says the same under a new name is the same page."""
    for language in ("da", "sv"):
        shutil.move(pair.up.folder / f"docs/guides/first.{language}.md", pair.up.folder / f"docs/guides/begin.{language}.md")
    pair.up.edit("docs/index.da.md", "guides/first.md", "guides/begin.md")
    pair.fork.write(PAGE, guide(first="Her gør vi det anderledes."))
    pair.update()
    assert pair.text("docs/guides/begin.da.md") == guide(first="Her gør vi det anderledes.")


@pytest.mark.parametrize("says_so", [True, False])
def test_a_page_renamed_here_is_found(pair, says_so):
    """A page that got another name here gets what changes there, and a new translation comes under its name."""
    for language in ("da", "sv"):
        shutil.move(pair.fork.folder / f"docs/guides/first.{language}.md", pair.fork.folder / f"docs/guides/ours.{language}.md")
    if says_so:
        pair.fork.write("docs/guides/ours.da.md", guide(first="Helt anderledes.", intro="Alt er nyt.", title="Vores").replace("covers:", "moved: [guides/first]\ncovers:"))
    pair.up.write(PAGE, guide(then="Gør det næste bedre.")).write("docs/guides/first.en.md", "---\ntitle: The first\nsummary: A first guide for whoever begins.\ntranslation: {of: da, state: draft}\n---\n\nIt begins.\n")
    pair.update()
    assert "Gør det næste bedre." in pair.text("docs/guides/ours.da.md")
    assert (pair.fork.folder / "docs/guides/ours.en.md").exists() and not list(pair.fork.folder.glob("docs/guides/first.*"))
    assert "Nothing has changed there." in pair.update()


@pytest.mark.parametrize("says_so", [True, False])
def test_a_circle_renamed_here_is_found(pair, says_so):
    """A circle whose folder got another name here gets what changes there, under its name."""
    shutil.move(pair.fork.folder / "circles/small-circle", pair.fork.folder / "circles/our-circle")
    if says_so:
        pair.fork.edit("circles/our-circle/circle.yml", "title:", "moved: [small-circle]\ntitle:")
    pair.up.edit("circles/small-circle/index.da.md", "\n---\n", "\n---\n\nNyt derfra.\n")
    pair.update()
    assert "Nyt derfra." in pair.text("circles/our-circle/index.da.md") and not (pair.fork.folder / "circles/small-circle").exists()
    assert "Nothing has changed there." in pair.update()


def test_a_new_language_arrives(pair):
    """A translation that is new there comes, but not of a page that was taken out here."""
    text = "---\ntitle: {}\nsummary: A guide for whoever begins with it.\ntranslation: {{of: da, state: draft}}\n---\n\nIt begins.\n"
    pair.up.write("docs/guides/first.en.md", text.format("The first")).write("docs/guides/second.en.md", text.format("The second"))
    pair.fork.remove("docs/guides/second.da.md")
    said = pair.update()
    assert "new       docs/guides/first.md in en" in said and "docs/guides/second.en.md" in said
    assert (pair.fork.folder / "docs/guides/first.en.md").exists() and not (pair.fork.folder / "docs/guides/second.en.md").exists()


def test_a_page_that_is_needed_now_arrives(pair):
    """A page that a followed page leads to comes along, and so does one that this circle has begun to need."""
    page = guide().replace("Den første", "Den {}").replace("title:", "title:")
    pair.up.write("docs/guides/third.da.md", page.replace("Den {}", "Den tredje")).write("docs/methods/walk.da.md", (pair.up.folder / "docs/methods/round.da.md").read_text("utf-8"))
    pair.up.write(PAGE, guide(first="Læs [den tredje](third.md)."))
    session = next((pair.fork.folder / "circles/small-circle/sessions").glob("01-*.da.md")).relative_to(pair.fork.folder).as_posix()
    pair.fork.edit(session, "method: round", "method: walk")
    said = pair.update()
    assert "new       docs/guides/third.md in da" in said and "new       docs/methods/walk.md in da" in said
    assert "unknown-reference" not in pair.fork.codes()


def test_a_page_with_the_same_name_on_both_sides_is_offered(pair):
    """What was written here under a name that is new there stays, and the other is offered."""
    pair.fork.write("docs/guides/third.da.md", guide(title="Vores tredje"))
    pair.up.write("docs/guides/third.da.md", guide(title="Den tredje")).write(PAGE, guide(first="Læs [den tredje](third.md)."))
    assert "docs/guides/third.da.md#meta:title" in pair.update(status=1)
    assert pair.text("docs/guides/third.da.md") == guide(title="Vores tredje")


def test_line_ends_of_windows_are_no_change(pair):
    """A fork whose editor writes CRLF is untouched all the same, follows, and keeps its line ends; the other way round as well."""
    (pair.fork.folder / PAGE).write_bytes(guide().replace("\n", "\r\n").encode())
    pair.up.write(PAGE, guide(first="Nyt her."))
    assert "follows" in pair.update("--force")
    assert (pair.fork.folder / PAGE).read_bytes() == guide(first="Nyt her.").replace("\n", "\r\n").encode()
    pair.up.write(PAGE, guide(first="Nyt her.").replace("\n", "\r\n"))
    assert "Nothing has changed there." in pair.update("--force")
    pair.fork.write(PAGE, guide(first="Nyt her.", then="Sammen.").replace("\n", "\r\n"))
    pair.up.write(PAGE, guide(first="Nyere her.").replace("\n", "\r\n"))
    pair.update("--force")
    assert (pair.fork.folder / PAGE).read_bytes() == guide(first="Nyere her.", then="Sammen.").replace("\n", "\r\n").encode()


def test_a_circle_that_is_gone_there_stays(pair):
    """That a circle was taken out of the project it came from is no reason to take it from those who run it."""
    shutil.rmtree(pair.up.folder / "circles")
    (pair.up.folder / "circles").mkdir()
    pair.up.write(PAGE, guide(first="Nyt."))
    pair.update()
    assert (pair.fork.folder / "circles/small-circle/circle.yml").exists() and "Nyt." in pair.text()


def test_a_translation_keeps_track_of_what_it_was_made_from(pair):
    """When different sections of a translation were refreshed on either side, each keeps the stamp that fits its text."""
    mark = "translation:\n  of: da\n  state: draft\n  sections:\n    first: \"{first}\"\n    then: \"{then}\"\n"
    page = "---\ntitle: Den första\nsummary: En första vägledning för den som vill börja.\n" + mark + "---\n\n## Först {{#first}}\n\n{a}\n\n## Sedan {{#then}}\n\n{b}\n"
    path = "docs/guides/first.sv.md"
    pair.up.write(path, page.format(first="11111111", then="22222222", a="Ett.", b="Två."))
    pair.update()
    pair.fork.write(path, page.format(first="aaaaaaaa", then="22222222", a="Ett här.", b="Två."))
    pair.up.write(path, page.format(first="11111111", then="bbbbbbbb", a="Ett.", b="Två där."))
    pair.update()
    assert pair.text(path) == page.format(first="aaaaaaaa", then="bbbbbbbb", a="Ett här.", b="Två där.")


# --- how it is done --------------------------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing(pair):
    """--dry-run tells the same and leaves every byte."""
    pair.fork.write(PAGE, guide(then="Sammen."))
    pair.up.write(PAGE, guide(first="Nyt.", then="Alene."))
    before = pair.files()
    assert "would follow" in pair.update("--dry-run", status=1) and pair.files() == before


def test_the_report_says_how_far_it_has_drifted(pair):
    """Per file: untouched, changed here, behind, both, gone; as text and as JSON."""
    pair.fork.write(PAGE, guide(then="Sammen.")).edit("docs/guides/second.da.md", "\n---\n", "\n---\n\nHer.\n").remove("docs/guides/first.sv.md")
    pair.up.write(PAGE, guide(first="Nyt.")).edit("docs/methods/round.da.md", "\n---\n", "\n---\n\nNyt.\n")
    said = json.loads(pair.update("--report", "--format", "json"))
    standing = {file["path"]: file["standing"] for file in said["files"]}
    assert standing[PAGE] == Standing.BOTH and standing["docs/guides/second.da.md"] == Standing.CHANGED_HERE
    assert standing["docs/guides/first.sv.md"] == Standing.GONE_HERE and standing["docs/methods/round.da.md"] == Standing.BEHIND
    assert next(file for file in said["files"] if file["path"] == PAGE)["changed_here"] == ["then"]
    assert said["counts"]["untouched"] == sum(one == "untouched" for one in standing.values()) > 3
    text = pair.update("--report")
    assert f"both          {PAGE}: then" in text and "1 gone here" in text


def test_git_keeps_apart_what_was_not_recorded(pristine, tmp_path):
    """In a git repository, a file with changes that are not committed is not written into; --force does so, and loses nothing."""
    shutil.copytree(pristine, tmp_path / "work")
    pair = Pair(tmp_path / "work", with_git=True)
    pair.fork.write(PAGE, guide(then="Sammen."))
    pair.up.write(PAGE, guide(first="Nyt."))
    done = pair.fork.run("update", "--from", str(pair.up.folder))
    assert done.returncode == 2 and PAGE in done.stderr and pair.text() == guide(then="Sammen.")
    assert pair.fork.run("update", "--from", str(pair.up.folder), "--force").returncode == 0
    assert pair.text() == guide(first="Nyt.", then="Sammen.")


def test_an_update_that_was_stopped_is_run_again(pair, monkeypatch):
    """Whatever was written when it stopped, the next run ends as one whole run would."""
    pair.fork.write(PAGE, guide(then="Sammen."))
    pair.up.write(PAGE, guide(first="Nyt.")).edit("docs/methods/round.da.md", "\n---\n", "\n---\n\nNyt.\n")
    before = pair.files()
    pair.update()
    whole = pair.files()
    written = [path for path in whole if whole[path] != before.get(path)]
    order = [path for path in written if not path.startswith(".circlepress")] + [path for path in written if "/base/" in path] + [".circlepress/origin.json"]
    for stop in range(len(order)):
        for path, content in before.items():
            pair.fork.write(path, whole[path] if path in order[:stop] else content)
        done = pair.fork.run("update", "--from", str(pair.up.folder), "--force")
        assert done.returncode == 0, done.stdout + done.stderr
        assert pair.files() == whole, order[:stop]


def test_zip_in_zip_out(pristine, tmp_path):
    """A fork that is a ZIP becomes a new ZIP; the old one and everything else in it stay."""
    shutil.copytree(pristine, tmp_path / "work")
    pair = Pair(tmp_path / "work", with_git=False)
    pair.fork.write("docs/guides/own.da.md", guide(title="Vores egen")).write(PAGE, guide(then="Sammen."))
    pair.up.write(PAGE, guide(first="Nyt."))
    shutil.make_archive(str(tmp_path / "old"), "zip", tmp_path / "work", "fork")
    shutil.make_archive(str(tmp_path / "up"), "zip", tmp_path / "work/up")
    old = (tmp_path / "old.zip").read_bytes()
    done = pair.fork.run("update", str(tmp_path / "old.zip"), "--from", str(tmp_path / "up.zip"), "--output", str(tmp_path / "new.zip"))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "new.zip") as archive:
        assert archive.read(f"new/{PAGE}").decode() == guide(first="Nyt.", then="Sammen.")
        assert archive.read("new/docs/guides/own.da.md").decode() == guide(title="Vores egen")
        assert archive.getinfo("new/scripts/build").external_attr >> 16 & 0o111
    assert (tmp_path / "old.zip").read_bytes() == old
    refused = pair.fork.run("update", str(tmp_path / "old.zip"), "--from", str(tmp_path / "up.zip"))
    assert refused.returncode == 2 and "--output" in refused.stderr


def _zip_with(path: Path, name: str, content: bytes = b"x", kind: int = 0) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mkdocs.yml", "site_name: x\n")
        entry = zipfile.ZipInfo(name)
        entry.external_attr = kind << 16
        archive.writestr(entry, content)


@pytest.mark.parametrize(("name", "kind"), [
    ("../outside.txt", 0), ("/etc/outside.txt", 0), ("docs/../../outside.txt", 0), ("docs\\..\\..\\outside.txt", 0), ("C:/outside.txt", 0),
    ("docs/con.md", 0), ("docs/a\x00b", 0), ("docs/x.da.md", 0o120777), ("docs/x.da.md.", 0), ("docs/pipe", 0o010644),
])
def test_a_zip_cannot_write_elsewhere(pristine, tmp_path, name, kind):
    """Names that lead outside, links and odd kinds are refused, and nothing is written anywhere."""
    shutil.copytree(pristine, tmp_path / "work")
    pair = Pair(tmp_path / "work", with_git=False)
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("mkdocs.yml", (pair.up.folder / "mkdocs.yml").read_bytes())
        entry = zipfile.ZipInfo("docs/x")
        entry.filename = name
        entry.external_attr = kind << 16
        archive.writestr(entry, b"/etc/passwd")
    before = files_of(tmp_path / "work")
    done = pair.fork.run("update", "--from", str(tmp_path / "bad.zip"))
    assert done.returncode in (2, 3) and ("Nothing was taken" in done.stderr or "hardly where they came from" in done.stderr), done.stderr
    assert files_of(tmp_path / "work") == before
    assert not list(tmp_path.glob("outside*")) and not list(tmp_path.parent.glob("outside*"))


def test_a_zip_cannot_fill_the_disk(pristine, tmp_path, monkeypatch):
    """What is unpacked is counted while it is read, whatever the ZIP says."""
    from circlepress import archive as module
    from circlepress.problem import CirclepressError

    monkeypatch.setattr(module, "UNPACKED_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "big.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mkdocs.yml", "x" * 5000)
    (tmp_path / "out").mkdir()
    with pytest.raises(CirclepressError, match="more than 1,000 bytes"):
        module.unpack(tmp_path / "big.zip", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_links_in_the_fork_are_not_written_through(pristine, tmp_path):
    """A folder that is a link to elsewhere is named, and nothing is written there."""
    shutil.copytree(pristine, tmp_path / "work")
    pair = Pair(tmp_path / "work", with_git=False)
    pair.up.write(PAGE, guide(first="Nyt."))
    shutil.move(pair.fork.folder / "docs/guides", tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", pair.fork.folder / "docs/guides")
    before = files_of(tmp_path / "elsewhere")
    assert "symbolic link" in pair.update(status=3)
    assert files_of(tmp_path / "elsewhere") == before


def test_a_damaged_record_is_said(pair):
    """A record that cannot be read, or leads outside, stops everything with its name."""
    path = ".circlepress/origin.json"
    whole = pair.text(path)
    for text in ("{", whole.replace(f'"{PAGE}"', '"../outside.da.md"'), whole.replace('"edition": 1', '"edition": 9')):
        pair.fork.write(path, text)
        assert f"{path} is damaged" in pair.update(status=3)


def test_without_the_texts_the_stamps_are_enough(pair):
    """When the folder of base texts is lost, what is untouched still follows, and what was changed here stays."""
    shutil.rmtree(pair.fork.folder / ".circlepress/base")
    pair.fork.write(PAGE, guide(first="Sammen."))
    pair.up.write(PAGE, guide(then="Nyt.", first="Alene.")).edit("docs/methods/round.da.md", "\n---\n", "\n---\n\nNyt.\n")
    pair.update(status=1)
    assert pair.text() == guide(first="Sammen.", then="Nyt.") and "Nyt." in pair.text("docs/methods/round.da.md")


def test_a_project_that_was_not_made_of_anything(project):
    """Where nothing is recorded, nothing can follow, and that is said."""
    done = project.run("update", "--from", ".")
    assert done.returncode == 2 and "does not say what it was made from" in done.stderr


# --- handed back -----------------------------------------------------------------------------------------------------


def test_improvements_are_handed_back_as_a_patch(pair, tmp_path):
    """`git apply` takes the patch in the project it came from, and what was pruned to stand alone is not in it."""
    pair.fork.write(PAGE, guide(first="Gør det første bedre.") + "\nOg det her.")
    pair.fork.edit("circles/small-circle/circle.yml", "\n", "\n# kun vores\n")
    said = pair.update("--patch", str(tmp_path / "back.patch"))
    assert PAGE in said and "git apply" in said
    if not pair.with_git:
        pair.git(pair.up, "init", "-q", "-b", "main")
        pair.commit(pair.up)
    pair.git(pair.up, "apply", "--check", str(tmp_path / "back.patch"))
    pair.git(pair.up, "apply", str(tmp_path / "back.patch"))
    assert (pair.up.folder / PAGE).read_text("utf-8") == guide(first="Gør det første bedre.") + "\nOg det her."
    assert pair.git(pair.up, "status", "--short").split() == ["M", PAGE]


def test_new_pages_and_the_circle_are_handed_back_when_named(pair, tmp_path):
    """Only what somebody names of the circle's own and of new pages is in the patch."""
    pair.fork.write("docs/guides/own.da.md", guide(title="Vores egen"))
    assert "no patch" in pair.update("--patch", str(tmp_path / "none.patch"))
    pair.update("--patch", str(tmp_path / "own.patch"), "--only", "docs/guides/own.da.md")
    if not pair.with_git:
        pair.git(pair.up, "init", "-q", "-b", "main")
    pair.git(pair.up, "apply", str(tmp_path / "own.patch"))
    assert (pair.up.folder / "docs/guides/own.da.md").read_text("utf-8") == guide(title="Vores egen")


def test_what_was_pruned_is_not_handed_back(tmp_path):
    """A page whose `related` had to be cut is handed back with the whole list and the new sentence."""
    up = CircleProject.from_dir("minimal", tmp_path / "up")
    up.write(PAGE, guide().replace("covers:", "related: [guides/alone, methods/round]\ncovers:")).edit("docs/index.da.md", "\n---\n", "\n---\n\n[Den første](guides/first.md).\n")
    up.write("docs/guides/alone.da.md", guide(title="Alene"))
    done = up.run("fork", "small-circle", str(tmp_path / "fork"), "--no-git", "--engine", "none")
    assert done.returncode == 0, done.stderr
    fork = CircleProject(tmp_path / "fork")
    assert "related: [methods/round]" in (fork.folder / PAGE).read_text("utf-8") and not (fork.folder / "docs/guides/alone.da.md").exists()
    fork.edit(PAGE, "Gør det første.", "Gør det første bedre.")
    assert fork.run("update", "--patch", str(tmp_path / "back.patch")).returncode == 0
    subprocess.run(["git", "init", "-q", str(up.folder)], check=True)
    subprocess.run(["git", "-C", str(up.folder), "apply", str(tmp_path / "back.patch")], check=True)
    assert (up.folder / PAGE).read_text("utf-8") == guide(first="Gør det første bedre.").replace("covers:", "related: [guides/alone, methods/round]\ncovers:")


# --- for every text --------------------------------------------------------------------------------------------------

NAMES = ["intro", "a", "b", "c", "d"]
words = st.text("abc æø\n#-:{}\"'|>", max_size=24).map(lambda text: " ".join(text.split())).map(lambda text: f"Tekst {text}.")
states = st.dictionaries(st.sampled_from(NAMES), words, max_size=5)
titles = st.sampled_from(["En", "To", "Tre"])


def page(title: str, parts: dict[str, str], order: list[str]) -> str:
    body = [parts[name] if name == "intro" else f"## {name} {{#{name}}}\n\n{parts[name]}" for name in ["intro", *order] if name in parts]
    return f"---\ntitle: {title}\n# a comment\nsummary: x\n---\n\n" + "\n\n".join(body) + "\n"


@settings(max_examples=80, deadline=None)
@given(states, states, states, titles, titles, titles, st.permutations(NAMES[1:]), st.booleans())
def test_nothing_written_here_is_ever_lost(base, here, there, base_title, here_title, there_title, order, with_texts):
    """Whatever was changed on either side: every part written here is in the result, every part taken out here is out, the rest is theirs."""
    made, ours, theirs = (page(*one).encode() for one in ((base_title, base, NAMES[1:]), (here_title, here, order), (there_title, there, NAMES[1:])))
    stamps = stamps_of("x.md", made)
    merged = merge("x.md", ours, theirs, stamps, made if with_texts else None, {})
    result = {block.name: block for block in apart("x.md", plain_text(merged.content))}
    old, mine, new = ({block.name: block for block in apart("x.md", plain_text(content))} for content in (made, ours, theirs))
    for name in {*old, *mine, *new}:
        was, have, get, now = (side[name].stamp if name in side else None for side in (old, mine, new, result))
        assert now == (get if have == was else have), name
        assert (name in merged.offers) == (have != was and get != was and have != get), name
    again = merge("x.md", merged.content, theirs, stamps_of("x.md", theirs), theirs, merged.offers)
    assert again.content == merged.content and all(told.fate is Fate.WAITING for told in again.told)
    for name in merged.offers:
        taken = merge("x.md", merged.content, theirs, stamps_of("x.md", theirs), theirs, merged.offers, lambda block, name=name: Fate.ACCEPTED if block == name else None)
        assert {b.name: b.stamp for b in apart("x.md", plain_text(taken.content))}.get(name) == (new[name].stamp if name in new else None)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["docs/guides/a.da.md", "docs/guides/a.sv.md", "docs/guides/b.da.md", "docs/glossary.yml", "README.md", "docs/images/x.png"]),
                       st.tuples(titles, states), max_size=6),
       st.dictionaries(st.sampled_from(["docs/guides/a.da.md", "docs/guides/a.sv.md", "docs/guides/b.da.md", "docs/guides/c.da.md", "docs/glossary.yml", "README.md", "docs/images/x.png"]),
                       st.tuples(titles, states), max_size=6))
@example({"docs/guides/a.da.md": ("En", {}), "docs/guides/a.sv.md": ("En", {})}, {"docs/guides/b.da.md": ("En", {})})
def test_an_untouched_project_becomes_what_would_be_made_today(base, there):
    """Whatever changed there, files of every kind: who has touched nothing ends with exactly their files and an exact record."""
    def content(path: str, title: str, parts: dict[str, str]) -> bytes:
        if path.endswith(".md"):
            return page(title, parts, NAMES[1:]).encode()
        return b"\x89\xff\0" + title.encode() if path.endswith(".png") else f"terms:\n  x:\n    da: {{term: {title}}}\n".encode()

    made, theirs = ({path: content(path, *one) for path, one in side.items()} for side in (base, there))
    origin = Origin(record_by_path={path: record_of(path, text) for path, text in made.items()})
    plan = plan_update(origin, made, made, theirs)
    result = {path: text for path, text in made.items() if path not in plan.removals} | dict(plan.writes)
    assert result == theirs
    assert plan.base_by_path == theirs and not plan.is_open
    assert to_json(plan.origin) == to_json(Origin(record_by_path={path: record_of(path, text) for path, text in theirs.items()}))


@settings(max_examples=120, deadline=None)
@given(st.text("ab:#- \n\"'{}[]|>æ", max_size=120))
def test_blocks_hold_the_whole_file(text):
    """Cut into blocks and put together again, a file has every line it had, and is cut the same way again, whatever is in it."""
    for path in ("x.md", "x.yml", "docs/glossary.yml", "x.txt"):
        for whole in (text, f"---\n{text}\n---\n{text}", f"terms:\n{text}"):
            parts = apart(path, whole)
            joined = together(path, parts)
            assert [line for line in joined.split("\n") if line.strip()] == [line for line in whole.split("\n") if line.strip()] or path.endswith(".md")
            assert [line.strip() for line in joined.split("\n") if line.strip("-\n ")] == [line.strip() for line in whole.split("\n") if line.strip("-\n ")]
            assert len({part.name for part in parts}) == len(parts)


def test_metadata_that_would_not_fit_together_is_offered_whole():
    """Where parts of two sides cannot be read as one YAML text, nothing is merged, and the whole file waits."""
    base = b"---\ntitle: x\nsummary: y\n---\n\na\n"
    here = b"---\ntitle: \"x\n  z\"\nsummary: y\n---\n\na\n"
    there = b"---\ntitle: x\nsummary: y\ntitle2: {\n  a: b}\n---\n\na\n"
    merged = merge("x.md", here, there, stamps_of("x.md", base), base, {})
    front = plain_text(merged.content).split("---\n")[1]
    problems: list = []
    parse_yaml(front, "", 0, problems)
    assert not problems


def test_decisions_name_files_and_parts():
    """A decision on a file holds for all its parts, one on a part for that alone."""
    decisions = Decisions(frozenset({"a.md", "b.md#x"}), frozenset({"b.md#y"}))
    assert decisions.on("x", "a.md") is Fate.ACCEPTED and decisions.on("x", "b.md") is Fate.ACCEPTED
    assert decisions.on("y", "b.md") is Fate.KEPT and decisions.on("z", "b.md") is None and META


def test_the_record_reads_back(pristine):
    """What is written is what is read."""
    origin = read_origin(pristine / "fork")
    assert (pristine / "fork/.circlepress/origin.json").read_bytes() == to_json(origin) and len(origin.record_by_path) > 10
