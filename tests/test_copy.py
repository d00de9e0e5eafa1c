"""`circlepress copy`: one circle as a folder or a ZIP that opens by double click, also a circle that is never on the site."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from support.browser import accessibility_violations
from support.project import TODAY, CircleProject

from circlepress import pipeline

CIRCLE = "circles/small-circle/circle.yml"


class Addresses(HTMLParser):
    """What a page leads to or loads."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, value) for name, value in attrs if name in ("href", "src")]


def copy(project: CircleProject, output: Path | None = None, circle: str = "small-circle") -> Path:
    where = output or project.folder / "copies" / circle
    pipeline.copy_circle(project.folder, pipeline.Request(where, TODAY, copied=circle))
    return where


def local(project: CircleProject) -> CircleProject:
    return project.edit(CIRCLE, "status: running", "status: running\nvisibility: local")


def without_address(project: CircleProject) -> CircleProject:
    return project.edit("mkdocs.yml", "site_url: https://prove.example.org/\n", "")


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("has_address", [True, False])
def test_every_link_names_a_file_that_is_there(project, has_address):
    """In a copy no link leads to a folder or to nothing; what is not in it is at the site's address, or plain words."""
    folder = copy(local(project) if has_address else local(without_address(project)))
    lost, outside = [], set()
    for page in folder.rglob("*.html"):
        for tag, address in Addresses(page).found:
            parts = urlsplit(address)
            if parts.scheme or not parts.path:
                outside |= {address} if parts.scheme not in ("mailto", "") else set()
                continue
            if not (page.parent / unquote(parts.path)).is_file():
                lost.append((page.relative_to(folder).as_posix(), tag, address))
    assert lost == []
    assert {urlsplit(address).hostname for address in outside} == ({"prove.example.org"} if has_address else set())
    assert not [address for address in outside if "small-circle" in address], "a local circle has no address anywhere"


def test_a_copy_holds_the_circle_and_what_it_uses_of_the_handbook(project):
    """The circle is at the top in each of its languages; methods and guides it leads to are below; nothing of a server or a search is."""
    folder = copy(project)
    held = files_below(folder).keys()
    assert {"index.html", "da/index.html", "sv/index.html", "da/next/index.html", "da/organisations/north/index.html", "da/sessions/01-begin/run-sheet/index.html",
            "da/calendar.ics", "handbook/da/methods/round/index.html", "handbook/sv/methods/round/index.html", "assets/circlepress.css", "assets/next.js"} <= held
    assert not [name for name in held if name.endswith(("404.html", "sitemap.xml", "feed.xml")) or "search" in name.rpartition("/")[2]]
    assert not [name for name in held if name.startswith(("handbook/en", "handbook/nb", "handbook/da/guides/index", "handbook/da/project", "handbook/da/circles"))]


def test_a_local_circle_is_never_on_the_site_and_can_be_copied(project):
    """A circle with `visibility: local` is in no part of `site/`; its copy names no address, and its calendar none either."""
    local(project).build()
    assert [name for name, content in files_below(project.site.resolve()).items() if b"En lille cirkel" in content or "small-circle" in name] == []
    folder = copy(project)
    page = (folder / "da/index.html").read_text("utf-8")
    assert "En lille cirkel" in page and 'rel="canonical"' not in page and "prove.example.org" not in page.split("<main")[0]
    assert b"prove.example.org" not in (folder / "da/calendar.ics").read_bytes()


def test_a_draft_can_be_copied(project):
    """A draft, which the site does not show, is copied too: a circle is often talked over before anyone else may see it."""
    project.edit(CIRCLE, "status: running", "status: draft")
    assert "En lille cirkel" in (copy(project) / "da/index.html").read_text("utf-8")


def test_a_copy_is_the_same_every_time(project, tmp_path):
    """The same circle gives the same folder and the same ZIP, byte for byte, and the ZIP holds the folder's files."""
    first, again = copy(project), copy(project, tmp_path / "again")
    assert files_below(first) == files_below(again)
    one, other = copy(project, tmp_path / "one.zip"), copy(project, tmp_path / "other.zip")
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {name.removeprefix("small-circle/"): archive.read(name) for name in archive.namelist()} == files_below(first)
    assert {path.name for path in tmp_path.iterdir()} >= {"again", "one.zip", "other.zip"} and not list(tmp_path.glob(".*.zip.*"))


def test_a_circle_in_one_language_opens_at_once(project):
    """With one language there is nothing to choose: the first page leads on to the circle."""
    project.edit(CIRCLE, "languages: [da, sv]", "languages: [da]").edit(CIRCLE, "title: {da: En lille cirkel, sv: En liten cirkel}", "title: En lille cirkel")
    assert '<meta http-equiv="refresh" content="0; url=da/index.html">' in (copy(project) / "index.html").read_text("utf-8")
    assert "refresh" not in (copy(CircleProject.from_dir("complete-circle", project.folder / "other"), circle="complete") / "index.html").read_text("utf-8")


def test_a_link_that_leads_nowhere_is_words(project):
    """Without an address of the site, a link to what the copy has not is plain words, and a handbook page has no menu of dead links."""
    folder = copy(without_address(project))
    page = (folder / "da/index.html").read_text("utf-8")
    assert re.search(r"<a>Prøveprojekt</a>", page), "the handbook's front page is not in the copy"
    assert 'href="../handbook/da/methods/round/index.html"' in page
    method = (folder / "handbook/da/methods/round/index.html").read_text("utf-8")
    assert "cp-navigation" not in method and "cp-menu" not in method and "cp-search-link" not in method


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_says_what_to_open(project):
    """`circlepress copy` needs the circle's id only; a path to its folder does as well."""
    told = project.run("copy", "small-circle")
    assert told.returncode == 0 and told.stdout.strip().endswith("Open copies/small-circle/index.html"), told.stdout + told.stderr
    told = project.run("copy", "circles/small-circle/", "--output", "til-gruppen.zip")
    assert told.returncode == 0 and "Unpack it and open index.html in it." in told.stdout and (project.folder / "til-gruppen.zip").is_file()


def test_the_command_says_what_it_cannot_copy(project):
    """A circle that is not there, or has errors that leave it out, is named, with what to do; nothing is written."""
    told = project.run("copy", "big-circle")
    assert told.returncode == 2 and "There is no circle 'big-circle'" in told.stderr and "small-circle" in told.stderr
    project.edit(CIRCLE, "status: running", "status: walking")
    told = project.run("copy", "small-circle")
    assert told.returncode == 2 and "circlepress check circles/small-circle" in told.stderr
    assert not (project.folder / "copies").exists()


@pytest.mark.parametrize("name", ["notes", "notes.zip"])
def test_what_is_somebody_elses_is_left_alone(project, name):
    """A folder or a ZIP that holds something else is not replaced; an earlier copy is."""
    place = project.folder / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("mine.txt", "mine")
    else:
        project.write("notes/mine.txt", "mine")
    told = project.run("copy", "small-circle", "--output", name)
    assert told.returncode == 2 and "left alone" in told.stderr
    (place.unlink() if place.is_file() else (place / "mine.txt").unlink())
    assert project.run("copy", "small-circle", "--output", name).returncode == 0
    project.edit(CIRCLE, "En lille cirkel", "En større cirkel")
    assert project.run("copy", "small-circle", "--output", name).returncode == 0
    page = zipfile.ZipFile(place).read("small-circle/da/index.html") if place.is_file() else (place / "da/index.html").read_bytes()
    assert "En større cirkel" in page.decode()


# --- opened from a folder --------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_copy_opens_from_a_folder(chromium, project, tmp_path):
    """Opened as a file, the copy has its styles and scripts, every page is a link away, and nothing is asked of any server."""
    brand = "\nbrand: {colour: '#7a1f5c'}\n"
    local(project).write(CIRCLE, (project.folder / CIRCLE).read_text("utf-8") + brand)
    later = (project.folder / "circles/small-circle/sessions/01-begin.da.md").read_text("utf-8")
    project.write("circles/small-circle/sessions/02-again.da.md", later.replace("2026-09-10", "2026-12-01").replace("Vi begynder", "Vi ses"))
    project.write("circles/small-circle/sessions/03-last.da.md", later.replace("2026-09-10", "2026-12-15").replace("Vi begynder", "Vi slutter"))
    folder = copy(project, tmp_path / "æ ø copy")
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / "index.html").as_uri())
    page.click("text=dansk")
    page.wait_for_url("**/da/index.html")
    assert page.evaluate("getComputedStyle(document.querySelector('main a')).color") == "rgb(122, 31, 92)", "the circle's own style is there"
    page.click(".cp-navigation >> text=Det næste")
    page.wait_for_url("**/next/index.html")
    assert page.locator("[data-next] h3").text_content() == "Vi ses"
    page.clock.set_fixed_time("2026-12-02T08:00:00Z")
    page.reload()
    page.wait_for_selector("[data-next] >> text=Vi slutter")
    assert page.locator("[data-next] h3").all_text_contents() == ["Vi slutter"], "scripts run, too"
    page.click(".cp-navigation >> text=Invitationen")
    page.click("text=En runde")
    page.wait_for_url("**/handbook/da/methods/round/index.html")
    page.click(".cp-languages summary")
    page.click(".cp-languages a[lang=sv]")
    page.wait_for_url("**/handbook/sv/methods/round/index.html")
    assert [address for address in asked if not address.startswith("file:")] == [] and said == []
    assert accessibility_violations(page) == []
    page.context.close()
