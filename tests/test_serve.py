"""`circlepress serve`: an edit appears by itself in the open browser, and a mistake does not end it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from support.browser import accessibility_violations
from support.project import CircleProject

from circlepress import server
from circlepress.giving_way import GaveWay, give_way
from circlepress.neighbours import Lost
from circlepress.workers import Companion

pytestmark = pytest.mark.browser


@pytest.fixture
def serving(project):
    process = subprocess.Popen([sys.executable, "-u", "-m", "circlepress", "serve", "--port", "0"], cwd=project.folder,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    else:
        pytest.fail("serve ended before it said where")
    yield project, found[0], process
    process.terminate()
    process.wait(timeout=20)


def test_an_edit_appears_in_the_open_page(serving, chromium):
    """The open page loads again with the new text; a broken page is reported and gives way to the error page, and the next good edit is shown."""
    project, address, process = serving
    page = chromium.new_context().new_page()
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/da/guides/first/")
    page.wait_for_timeout(300)  # the page's question for changes is on its way
    project.edit("docs/guides/first.da.md", "## Begynd her", "## Begynd lige her")
    page.wait_for_selector("h2:has-text('Begynd lige her')", timeout=30_000)
    project.edit("docs/guides/first.da.md", "title: Den første guide", "titel: Den første guide")
    for line in process.stdout:
        if "error[missing-key]" in line:
            break
    page.wait_for_selector("h1:has-text('findes ikke')", timeout=30_000)
    project.edit("docs/guides/first.da.md", "titel: Den første guide", "title: Den allerførste guide")
    page.wait_for_selector("h1:has-text('Den allerførste guide')", timeout=60_000)
    assert [text for text in said if "Content Security Policy" in text] == []
    assert process.poll() is None


# --- one session of writing ------------------------------------------------------------------------------------------


class Desk:
    """A project that is served, one open page, and what was said in the terminal."""

    def __init__(self, folder: Path, chromium) -> None:
        self.project = CircleProject.from_dir("minimal", folder)
        self.project.edit("mkdocs.yml", "name: material", "name: material\n  custom_dir: mine")
        self.project.write("mine/assets/own.css", "main { color: inherit; }\n")
        self.log = folder.with_suffix(".log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen([sys.executable, "-u", "-m", "circlepress", "serve", "--port", "0"], cwd=folder, stdout=log, stderr=subprocess.STDOUT,
                                            env=os.environ | {"CIRCLEPRESS_CACHE": str(folder.with_suffix(".cache"))})
        self.address = self.hear(r"http://127\.0\.0\.1:\d+")
        self.page = chromium.new_context(viewport={"width": 390, "height": 800}).new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and "Content Security" in message.text and self.complaints.append(message.text))

    def hear(self, pattern: str, *, after: int = 0) -> str:
        """Wait until something is said in the terminal, and return it."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if found := re.search(pattern, self.log.read_text()[after:]):
                return found[0]
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.02)
        raise AssertionError(f"{pattern} was not said:\n{self.log.read_text()}")

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.page.wait_for_timeout(200)

    def sees(self, selector: str) -> None:
        self.page.wait_for_selector(selector, timeout=60_000)

    def workers(self) -> list[int]:
        """Return the processes that serve has started."""
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], text=True, capture_output=True).stdout.split()
        return [int(number) for number in found]


@pytest.fixture(scope="module")
def desk(tmp_path_factory, chromium):
    opened = Desk(tmp_path_factory.mktemp("desk") / "project", chromium)
    yield opened
    opened.process.terminate()
    opened.process.wait(timeout=20)


def test_every_kind_of_edit_is_shown(desk):
    """A text, a circle's facts, a translation, a template, a style, a setting, a new page: each appears in the open page."""
    desk.open("/circles/small-circle/da/")
    desk.project.edit("circles/small-circle/index.da.md", "## Velkommen", "Ny tekst.\n\n## Velkommen")
    desk.sees("p:has-text('Ny tekst.')")
    facts = (desk.project.folder / "circles/small-circle/circle.yml").read_text()
    desk.project.write("circles/small-circle/circle.yml", re.sub(r"(?m)^question: .*$", "question: Hvad sker der, når vi prøver noget nyt sammen?", facts))
    desk.sees("main :has-text('når vi prøver noget nyt')")
    desk.open("/sv/guides/first/")
    desk.project.edit("docs/guides/first.sv.md", "title: Den första guiden", "title: Den allra första guiden")
    desk.sees("h1:has-text('allra första')")
    template = desk.project.folder / "mine/guide.html"
    own = Path(__file__).parent.parent / "overrides/guide.html"
    template.write_text(own.read_text().replace("{% block facts %}", "{% block facts %}<p>Egen skabelon</p>", 1))
    desk.sees("p:has-text('Egen skabelon')")
    template.unlink()
    desk.page.wait_for_selector("p:has-text('Egen skabelon')", state="detached", timeout=60_000)
    desk.project.edit("mkdocs.yml", "contact: redaktion@example.org", "contact: redaktion@example.org\n      publisher: Et nyt forlag")
    desk.sees("footer:has-text('Et nyt forlag')")
    desk.open("/da/guides/new/")
    desk.sees("h1:has-text('findes ikke')")
    shutil.copyfile(desk.project.folder / "docs/guides/first.da.md", desk.project.folder / "docs/guides/new.da.md")
    desk.sees("h2:has-text('Begynd her')")
    assert desk.complaints == []


def test_only_pages_that_may_be_new_load_again(desk):
    """A page of a site that a build has not opened stays as it is, with whatever was typed or opened on it."""
    desk.open("/sv/guides/first/")
    desk.page.evaluate("window.isTheSame = true")
    before = len(desk.log.read_text())
    desk.project.edit("circles/small-circle/index.da.md", "Ny tekst.", "Nyere tekst.")
    desk.hear(r"Built \d+ pages?", after=before)
    desk.page.wait_for_timeout(300)
    assert desk.page.evaluate("window.isTheSame")
    desk.project.edit("docs/guides/first.sv.md", "allra första", "alla tiders första")
    desk.sees("h1:has-text('alla tiders första')")
    assert not desk.page.evaluate("window.isTheSame")


def test_what_is_looked_at_comes_first(desk):
    """A setting changes every page. The site that is open is built first, and the others follow."""
    desk.open("/sv/guides/first/")
    before = len(desk.log.read_text())
    desk.project.edit("mkdocs.yml", "publisher: Et nyt forlag", "publisher: Et andet forlag")
    desk.sees("footer:has-text('Et andet forlag')")
    desk.hear(r"Built \d+ pages in \d+ ms\. \d+ other sites follow\.\nBuilt \d+ pages in", after=before)
    desk.open("/da/")
    desk.sees("footer:has-text('Et andet forlag')")


def test_mistakes_are_shown_and_go_away(desk):
    """What is wrong stands on the page with its place and what to do, can be folded with the keyboard, and goes when it is mended."""
    desk.open("/da/guides/second/")
    assert desk.page.locator(".cp-serve").count() == 0
    before = len(desk.log.read_text())
    desk.project.edit("docs/guides/first.da.md", "summary:", "sumary:")
    desk.sees(".cp-serve li:has-text('docs/guides/first.da.md')")
    assert "Did you mean 'summary'?" in desk.page.locator(".cp-serve").text_content()
    desk.hear(r"error\[unknown-key\]", after=before)
    assert accessibility_violations(desk.page) == []
    desk.page.locator(".cp-serve summary").focus()
    desk.page.keyboard.press("Enter")
    assert desk.page.locator(".cp-serve details[open], details.cp-serve[open]").count() == 0
    desk.project.edit("docs/guides/first.da.md", "sumary:", "summary:")
    desk.page.wait_for_selector(".cp-serve", state="detached", timeout=60_000)


@pytest.mark.parametrize("path, whole, broken", [
    ("mkdocs.yml", "docs_structure: ", "docs_structure: [\n  "), ("mine/guide.html", "", "{% if %}"),
], ids=["settings", "a template"])
def test_what_stops_a_build_never_stops_serve(desk, path, whole, broken):
    """Settings that cannot be read and a template that cannot be compiled are told on the page, which stays; the next edit is built."""
    desk.open("/da/guides/second/")
    if whole:
        desk.project.edit(path, whole, broken)
    else:
        desk.project.write(path, broken)
    desk.page.wait_for_selector(".cp-serve li", state="attached", timeout=60_000)  # the panel stays folded as the reader left it
    assert desk.page.locator("h1").count() == 1 and desk.process.poll() is None
    if whole:
        desk.project.edit(path, broken, whole)
    else:
        desk.project.remove(path)
    desk.page.wait_for_selector(".cp-serve", state="detached", timeout=60_000)


def test_a_build_that_is_killed_is_begun_anew(desk):
    """The process that builds is killed: the page says so, and the next edit is built by a new one."""
    desk.open("/da/guides/second/")
    before, killed = len(desk.log.read_text()), desk.workers()
    for number in killed:
        os.kill(number, signal.SIGKILL)
    desk.project.edit("docs/guides/second.da.md", "summary: ", "summary: Mens ingen ser det. ")
    desk.hear("ended before its time|Built", after=before)
    desk.project.edit("docs/guides/second.da.md", "summary: Mens ingen ser det. ", "summary: Nu igen. ")
    desk.sees("main :has-text('Nu igen.')")
    assert killed and not set(killed) & set(desk.workers())


def test_who_opens_a_page_that_waits_gets_it_first(tmp_path, monkeypatch):
    """What follows gives way to a page that is opened and not built yet, as it does to an edit; one that is built already waits for nothing."""
    monkeypatch.setattr(server, "_FIRST_LOOKS", (0.0,))
    served, built, told, followed = server.LiveServer(tmp_path, 0), [], [], []

    def build(pages: tuple[str, ...], changed: tuple[str, ...] | None) -> server.Told:
        built.append(pages)
        told.append(changed)
        if "/da/guides/first/" in pages:
            raise KeyboardInterrupt
        return server.Told([], changed=("/sv/",), left=("/", "/da/"))

    def opened(page: str) -> None:
        threading.Thread(target=urllib.request.urlopen, args=(f"{served.address}_circlepress/changes?page={page}",), daemon=True).start()

    def follow(with_search: bool, until: Callable[[], bool]) -> server.Told | None:
        followed.append(with_search)
        if not built:
            return server.Told([])
        opened("/sv/")
        time.sleep(0.5)
        assert not until()
        opened("/da/guides/first/")
        patience = time.monotonic() + 30
        while not until():
            assert time.monotonic() < patience
            time.sleep(0.01)
        return None

    served.run(tmp_path, [], build, follow, problems=[])
    assert followed == [True, False] and set(built[-1]) == {"/sv/", "/da/guides/first/"}
    assert told == [None, ()], "the first look is at everything, and opening a page has changed nothing"


def test_a_build_is_told_what_has_changed(tmp_path, monkeypatch):
    """The paths of files that were written, as seen from the project; of what lies elsewhere, that anything may have changed."""
    monkeypatch.setattr(server, "_FIRST_LOOKS", ())
    project, theme = tmp_path / "project", tmp_path / "theme"
    for folder in (project / "docs/guides", project / "circles", theme):
        folder.mkdir(parents=True)
    served, told = server.LiveServer(tmp_path, 0), []

    def write_on() -> None:
        time.sleep(1)  # until it is watched
        (project / "docs/guides/first.da.md").write_text("x")
        while not told:
            time.sleep(0.01)
        (theme / "main.html").write_text("x")

    def build(pages: tuple[str, ...], changed: tuple[str, ...] | None) -> server.Told:
        told.append(changed)
        if changed is None:
            raise KeyboardInterrupt
        return server.Told([])

    threading.Thread(target=write_on, daemon=True).start()
    served.run(project, [theme], build, lambda with_search, until: server.Told([]), problems=[])
    assert set(told) == {("docs/guides/first.da.md",), None}


def test_what_can_wait_gives_way():
    """Work that nobody needs now ends when something else is wanted; the process stays, and the next work is not disturbed."""
    companion = Companion(_work)
    try:
        whoever, wanted = companion.ask("who"), iter([False, False, True])
        assert companion.ask("long", until=lambda: next(wanted, True)) == GaveWay()
        assert companion.ask("short", until=lambda: True) == "done"
        assert companion.ask("who") == whoever
        assert isinstance(companion.ask("long", seconds=0.2), Lost) and companion.ask("who") != whoever
    finally:
        companion.end()


def _work(task: str) -> object:
    if task == "who":
        return os.getpid()
    until = time.monotonic() + (30 if task == "long" else 0)
    while time.monotonic() < until:
        give_way()
        time.sleep(0.01)
    return "done"


def test_what_is_served_is_what_a_build_makes(desk):
    """After all these edits the served folder holds, search included, the same bytes as a build from nothing."""
    desk.project.build(output=desk.project.folder / "fresh", with_search=True)

    def files(folder: Path) -> dict[str, bytes]:
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    expected, served = files(desk.project.folder / "fresh"), desk.project.folder / ".circlepress/serve"
    until = time.monotonic() + 30
    while (found := files(served.resolve())) != expected and time.monotonic() < until:
        time.sleep(0.1)
    assert sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)) == []


def test_an_edit_in_the_first_moment_is_seen(tmp_path, chromium):
    """What is changed right when serve says where the site is, before it has begun to watch, is shown all the same."""
    early = Desk(tmp_path / "project", chromium)
    try:
        early.project.edit("docs/guides/second.da.md", "summary: ", "summary: Fra første færd. ")
        early.open("/da/guides/second/")
        early.sees("main :has-text('Fra første færd.')")
    finally:
        early.process.terminate()
        early.process.wait(timeout=20)
