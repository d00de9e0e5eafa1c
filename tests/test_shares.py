"""A site built in shares, each perhaps on another machine, is the site that one machine would have built."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.project import TODAY, CircleProject
from test_same_bytes import difference, files_below, rich_project

from circlepress import pipeline, shares
from circlepress.edition import Edition, EditionKind
from circlepress.problem import UsageError


@pytest.fixture(scope="module")
def rich(tmp_path_factory) -> CircleProject:
    """The rich project with its site, and its shares of two."""
    project = rich_project(tmp_path_factory.mktemp("shares") / "project").build(jobs=2)
    build_shares(project, 2)
    return project


def build_shares(project: CircleProject, count: int, **asked) -> list[Path]:
    folders = [project.folder / f"shards/{number}-of-{count}" for number in range(1, count + 1)]
    for number, folder in enumerate(folders, start=1):
        pipeline.build_share(project.folder, pipeline.Request(**{"output": folder, "today": TODAY, "jobs": 1} | asked), number, count)
    return folders


def two(rich: CircleProject, tmp_path: Path) -> list[Path]:
    """Return copies of the rich project's two shares, for a test to spoil."""
    return [Path(shutil.copytree(rich.folder / f"shards/{number}-of-2", tmp_path / f"share {number}")) for number in (1, 2)]


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_shares_make_the_whole_site(rich, count, tmp_path):
    """Two shares, three, one, and more than there are circles: the same bytes and the same problems as a build of everything."""
    merged = pipeline.publish_shares(rich.folder, tmp_path / "site", build_shares(rich, count))
    assert difference(files_below(rich.site), files_below(tmp_path / "site")) == []
    assert merged.problems == rich.published.problems


def test_the_next_build_goes_on_from_a_merged_site(rich, tmp_path):
    """After a merge, a build takes over what has not changed, and an edit gives what a build from nothing gives."""
    project = rich_project(tmp_path / "project")
    caches = tmp_path / "caches"
    pipeline.publish_shares(project.folder, project.site, build_shares(project, 2), caches=caches)
    assert project.build(caches=caches).published.editions == ()
    project.edit("circles/small-circle/index.da.md", "## Velkommen", "Ny tekst.\n\n## Velkommen").build(caches=caches)
    assert {one.edition.circle for one in project.published.editions} == {"small-circle"}
    assert difference(files_below(project.site), files_below(project.build(output=tmp_path / "fresh").folder.parent / "fresh")) == []


def test_the_commands_do_the_same(rich, tmp_path):
    """`build --shard` and `publish --merge` on the command line, with a date, a preview and without search; the options travel with the shares."""
    project = rich_project(tmp_path / "project")
    options = ("--date", TODAY.isoformat(), "--no-search")
    for number in (1, 2):
        done = project.run("build", "--shard", f"{number}/2", *options, "--output", str(tmp_path / f"s{number}"))
        assert "Traceback" not in done.stderr and f"s{number}/" in done.stdout, done
    done = project.run("publish", "--merge", str(tmp_path / "s1"), str(tmp_path / "s2"))
    assert "Traceback" not in done.stderr and "Built" in done.stdout, done
    merged = files_below(project.site)
    project.build(output=tmp_path / "whole", made=TODAY, with_search=False)
    assert difference(files_below(tmp_path / "whole"), merged) == []
    for wrong in ("0/2", "3/2", "2", "a/b", "1/2/3"):
        assert project.run("build", "--shard", wrong).returncode == 2
    assert project.run("publish", str(tmp_path / "s1")).returncode == 2
    assert project.run("build", "--shard", "1/2", "--language", "da").returncode == 2


def test_editions_are_divided_evenly_and_always_alike():
    """A circle's editions stay together, no share has much more than another, and the order they are named in does not matter."""
    editions = [Edition(EditionKind.MICROSITE, language, f"circle-{number}") for number in range(30) for language in ("da", "sv")]
    editions += [Edition(EditionKind.HANDBOOK, language) for language in ("da", "sv", "en")]
    pages = {edition.name: 5 + len(edition.name) % 7 if edition.circle else 40 for edition in editions}
    divided = shares.divide(editions, pages, 4)
    assert divided == shares.divide(editions[::-1], pages, 4) and sorted(sum(divided, [])) == sorted(editions)
    assert all(len({number for number, share in enumerate(divided) if edition in share or Edition(edition.kind, "sv", edition.circle) in share}) == 1
               for edition in editions if edition.circle and edition.language == "da")
    loads = [sum(pages[edition.name] for edition in share) for share in divided]
    assert max(loads) - min(loads) <= 40


def refused(rich: CircleProject, folders: list[Path], tmp_path: Path, project: Path | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        pipeline.publish_shares(project or rich.folder, tmp_path / "site", folders)
    assert not (tmp_path / "site").exists()
    return str(caught.value)


def test_what_is_not_one_build_is_refused(rich, tmp_path):
    """A share that is missing, there twice, of another number, of other options or of other content: one sentence that says which."""
    one, other = two(rich, tmp_path)
    assert "Share 2 of 2 is missing" in refused(rich, [one], tmp_path)
    assert "both share 1 of 2" in refused(rich, [one, shutil.copytree(one, tmp_path / "again"), other], tmp_path)
    third = build_shares(rich, 3)[0]
    assert "different builds" in refused(rich, [one, other, third], tmp_path)
    dated = pipeline.Request(tmp_path / "dated", TODAY, made=TODAY)
    pipeline.build_share(rich.folder, dated, 2, 2)
    assert "different builds" in refused(rich, [one, tmp_path / "dated"], tmp_path)
    elsewhere = CircleProject(shutil.copytree(rich.folder, tmp_path / "elsewhere"), with_search=True)
    elsewhere.edit("docs/index.da.md", "\n## ", "\nMere.\n\n## ") if "\n## " in (elsewhere.folder / "docs/index.da.md").read_text() else \
        elsewhere.write("docs/index.da.md", (elsewhere.folder / "docs/index.da.md").read_text() + "\nMere.\n")
    assert "other content" in refused(rich, [one, other], tmp_path, elsewhere.folder)
    assert "is no share" in refused(rich, [one, rich.site], tmp_path)
    assert "Name the folders" in refused(rich, [], tmp_path)


def test_what_was_damaged_on_the_way_is_refused(rich, tmp_path):
    """A page changed by one letter, a page lost, one added, a manifest cut short or of another version, another program: nothing is published."""
    one, other = two(rich, tmp_path)
    page = next((one / "editions").rglob("index.html"))
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b"e", b"o", 1))
    assert page.name in refused(rich, [one, other], tmp_path)
    page.unlink()
    assert "missing, added or damaged" in refused(rich, [one, other], tmp_path)
    page.write_bytes(whole)
    (page.parent / "extra.html").write_text("<p>")
    assert "extra.html" in refused(rich, [one, other], tmp_path)
    (page.parent / "extra.html").unlink()
    manifest = (one / shares.NAME).read_text()
    for spoilt, sentence in ((manifest[:200], "cannot be read"), (manifest.replace(f'"format": {shares.FORMAT}', '"format": 7'), "another version"),
                             (manifest.replace(json.loads(manifest)["terms"]["engine"], "0" * 32), "different programs")):
        (one / shares.NAME).write_text(spoilt)
        assert sentence in refused(rich, [one, other], tmp_path)
    (one / shares.NAME).write_text(manifest)
    pipeline.publish_shares(rich.folder, tmp_path / "site", [one, other])
    assert difference(files_below(rich.site), files_below(tmp_path / "site")) == []


def test_a_share_never_takes_the_place_of_something_else(rich, tmp_path):
    """A folder with other files in it is left alone; an earlier share gives way to the next."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("kære")
    with pytest.raises(UsageError):
        pipeline.build_share(rich.folder, pipeline.Request(tmp_path / "mine", TODAY), 1, 2)
    with pytest.raises(UsageError):
        pipeline.build_share(rich.folder, pipeline.Request(rich.site, TODAY), 1, 2)
    assert (tmp_path / "mine/letter.txt").read_text() == "kære"
    for number in (1, 2):
        pipeline.build_share(rich.folder, pipeline.Request(tmp_path / "share", TODAY), number, 2)
    assert shares.read(tmp_path / "share").number == 2 and [path.name for path in tmp_path.iterdir() if path.name.startswith(".share")] == []


def test_a_circle_that_fails_in_a_share_keeps_its_last_good_pages(tmp_path):
    """A circle broken since the last site is missing from the shares, and stays online as it was."""
    project = rich_project(tmp_path / "project").build()
    before = files_below(project.site / "circles/small-circle")
    project.edit("circles/small-circle/circle.yml", "status: ", "status: x")
    merged = pipeline.publish_shares(project.folder, project.site, build_shares(project, 2))
    assert "/circles/small-circle/" in merged.kept
    assert {name: raw for name, raw in files_below(project.site / "circles/small-circle").items()} == before
