"""The same content gives the same site, byte for byte: whoever builds it, where, when, with how many workers, and after whatever edits."""

from __future__ import annotations

import datetime
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.edits import Editor, order_of_creation_reversed
from support.project import TODAY, CircleProject

from circlepress import giving_way, pipeline, sieve, state

Files = dict[str, bytes]


def files_below(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def difference(one: Files, other: Files) -> list[str]:
    """Return the names of files that are not the same in two sites, with a sign for which one lacks them."""
    return [
        f"{'+' if name not in one else '-' if name not in other else '!'} {name}"
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]


def built_anew(project: CircleProject) -> Files:
    """Return the site that a build from nothing makes, in another folder."""
    folder = project.folder / "anew"
    project.build(output=folder)
    return files_below(folder)


@pytest.fixture
def rich(tmp_path: Path) -> CircleProject:
    """Every kind of page, two circles of which one began in the other, a circle template, a draft, a theme of its own."""
    return rich_project(tmp_path / "project")


def rich_project(folder: Path) -> CircleProject:
    project = CircleProject.from_dir("minimal", folder)
    CircleProject.from_dir("every-kind", folder)
    project.with_search = True
    shutil.copytree(folder / "circles/small-circle", folder / "circles/second-circle")
    facts = project.folder / "circles/second-circle/circle.yml"
    project.write(
        "circles/second-circle/circle.yml",
        facts.read_text() + "\nspawned_from: {circle: small-circle, organisation: north}\nreport_public: true\n",
    )
    project.edit("docs/guides/second.da.md", "phase: [run]", "phase: [run]\ndraft: true")
    project.edit("docs/guides/first.da.md", "covers: []", "covers: []\nmoved: [guides/former]")
    project.edit("circles/second-circle/circle.yml", "language: da", "language: da\nmoved: [other-circle]")
    project.edit("circles/second-circle/sessions/01-begin.da.md", "title:", "moved: [01-hello]\ntitle:")
    project.edit("mkdocs.yml", "name: material", "name: material\n  custom_dir: mine")
    project.write("mine/404.html", '{% extends "main.html" %}{% block content %}<p>Egen fejlside</p>{% endblock %}')
    return project.write("mine/assets/own.css", "main { color: inherit; }\n")


@pytest.fixture(scope="module")
def standard(tmp_path_factory) -> CircleProject:
    """The rich project as one process in this environment builds it."""
    project = rich_project(tmp_path_factory.mktemp("built") / "project").build()
    assert not [p for p in project.published.problems if p.code == "edition-not-built"], project.published.problems
    return project


@pytest.fixture(scope="module")
def built(standard) -> Files:
    """The rich project's site."""
    return files_below(standard.site)


@pytest.fixture(scope="module")
def built_with_date(standard, tmp_path_factory) -> Files:
    """The same, which says on which day it was made."""
    folder = tmp_path_factory.mktemp("dated") / "site"
    pipeline.build(standard.folder, pipeline.Request(folder, TODAY, jobs=1, made=TODAY))
    return files_below(folder)


# --- other hands, other places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [{"jobs": 2}, {"plain": True}, {"jobs": 7, "verify": True}], ids=str)
def test_however_it_is_asked_for(rich, built, standard, request_):
    """One worker or several, the press or stock MkDocs: the same files with the same bytes, and the same problems."""
    assert difference(built, files_below(rich.build(**request_).site)) == []
    assert rich.published.problems == standard.published.problems


@pytest.mark.parametrize(
    "asked",
    [{"preview": True, "made": TODAY, "with_search": False}, pytest.param({"with_search": False}, marks=pytest.mark.long)],
    ids=["and with what is not published", "and nothing else"],
)
def test_without_search_too(rich, asked):
    """The press and stock MkDocs agree on a site that cannot be searched, and on one that shows what is not published."""
    sites = [
        files_below(rich.build(output=rich.folder / name, **asked, plain=plain).folder / name)
        for name, plain in (("press", False), ("stock", True))
    ]
    assert difference(*sites) == []


def run_elsewhere(project: CircleProject, *arguments: str, umask: int = 0o022, **environment: str) -> str:
    """Run the real command in a process with another environment; return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "circlepress", "--project", str(project.folder), "build", *arguments],
        cwd="/",
        text=True,
        capture_output=True,
        timeout=120,
        umask=umask,
        env=os.environ | {"CIRCLEPRESS_CACHE": ""} | environment,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


ELSEWHERE = {
    "another hash seed and time zone": {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati"},
    "no locale, no home, a strict umask": {
        "LC_ALL": "C",
        "LANG": "",
        "HOME": "/nonexistent",
        "umask": 0o077,
        "PYTHONHASHSEED": "1",
    },
    "Turkish letters and a lax umask": {
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "LANGUAGE": "tr",
        "umask": 0,
        "TZ": "America/Nuuk",
    },
}


@pytest.mark.parametrize("environment", ELSEWHERE.values(), ids=ELSEWHERE)
def test_another_environment(rich, built, built_with_date, environment):
    """Hash seed, time zone, locale, home, umask: none of them is in the site."""
    run_elsewhere(rich, "--date", TODAY.isoformat(), "--output", str(rich.folder / "site with date"), **environment)
    assert difference(built_with_date, files_below(rich.folder / "site with date")) == []
    run_elsewhere(rich, **environment)
    assert difference(built, files_below(rich.site)) == []


def test_another_checkout(rich, built, tmp_path):
    """Another path with signs of its own, files made in another order and at other times."""
    order_of_creation_reversed(rich.folder, tmp_path / "Ænother pläce" / "with 'signs' & more")
    there = CircleProject(tmp_path / "Ænother pläce" / "with 'signs' & more", with_search=True)
    assert difference(built, files_below(there.build(jobs=2).site)) == []


def test_another_disk(rich, built):
    """A file system that lists files in another order (tmpfs: the newest first) gives the same search index, too."""
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("there is no /dev/shm")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        rich.build(output=Path(folder) / "site", jobs=2)
        assert difference(built, files_below(Path(folder) / "site")) == []


def test_another_day(rich, built, monkeypatch):
    """Without `--date` no page says when it was made: in another year only pages that tell what is over, or what comes next, differ."""
    real = datetime.date

    class Calendar(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real)

    class Later(real, metaclass=Calendar):
        @classmethod
        def today(cls) -> date:
            return real(2031, 3, 30)

    monkeypatch.setattr(datetime, "date", Later)
    monkeypatch.setattr("time.time", lambda: 1_932_600_000.0)
    changed = difference(built, files_below(rich.build(today=date(2031, 3, 30)).site))
    speak_of_time = {f"! circles/second-circle/{language}/report/index.html" for language in ("da", "sv")}
    speak_of_time |= {f"! circles/{circle}/{language}/{page}/index.html" for circle in ("small-circle", "second-circle") for language in ("da", "sv")
                      for page in ("next", "direction")}
    speak_of_time |= {f"! {language}/{page}index.html" for language in ("da", "sv", "nb", "en") for page in ("", "circles/coming/")}
    assert {line for line in changed if "/search/" not in line} == speak_of_time


def test_a_site_that_was_begun_elsewhere(rich, built):
    """Built partly, with stock MkDocs, without search, for one circle: a whole build after that is as if it were the first."""
    caches = rich.folder / "caches"
    for asked in (
        {"plain": True},
        {"languages": ("sv",), "with_search": False},
        {"circles": ("small-circle",), "made": TODAY},
        {"preview": True},
    ):
        rich.build(**asked, caches=caches)
        assert difference(built, files_below(rich.build(caches=caches).site)) == [], asked


def test_a_text_that_nests_too_deeply(rich):
    """How deep Python-Markdown follows a text does not depend on how deep the program is in its own calls."""
    rich.write(
        "docs/guides/deep.da.md",
        (rich.folder / "docs/guides/first.da.md").read_text() + "\n" + "> " * 3000 + "dybt\n\n" + "- " * 400 + "dybt\n",
    )

    def deeper(calls: int, **asked) -> Files:
        return (
            deeper(calls - 1, **asked)
            if calls
            else files_below(rich.build(**asked, with_search=False, languages=("da",), circles=()).site)
        )

    expected = deeper(0)
    assert "dybt" in expected["da/guides/deep/index.html"].decode()
    assert difference(expected, deeper(150)) == [] and difference(expected, deeper(0, plain=True)) == []


# --- after edits -----------------------------------------------------------------------------------------------------


@contextmanager
def interrupted(after: int) -> Iterator[None]:
    """Let work give way when it is asked for something else for the so manieth time, if it asks so often."""
    questions = itertools.count()
    giving_way.listen(lambda: next(questions) >= after)
    try:
        yield
    except giving_way.Interrupted:
        pass
    finally:
        giving_way.listen(None)


class Newsroom:
    """A project under edit: built again after every edit, and compared with a build from nothing."""

    def __init__(self, project: CircleProject, seed: int, *, with_search: bool) -> None:
        self.project, self.seed, self.with_search = project, seed, with_search
        self.editor, self.random, self.today = Editor(project, seed), random.Random(seed), TODAY
        self.caches = project.folder.parent / "caches"
        self.edits: list[str] = []
        self.reused = self.built = 0

    def edit(self) -> None:
        self.edits.append(self.editor.edit())
        if self.random.random() < 0.1:
            self.today += timedelta(days=self.random.choice([-40, 1, 200]))
        if self.random.random() < 0.15:
            self.build(
                **self.random.choice([{"languages": ("da",)}, {"preview": True}, {"with_search": False}, {"made": self.today}])
            )
        if self.random.random() < 0.2:  # as `serve` builds
            self.build(first=self.random.choice([(), ("/da/guides/first/",), ("/circles/small-circle/da/", "/sv/")]), search_later=True)
        if self.random.random() < 0.1:
            with interrupted(self.random.randrange(30)):
                self.build()
        self.build()

    def build(self, **asked) -> None:
        """Build with what is asked, by one worker or two, as a process does that has just begun or one that is warm."""
        is_warm = self.random.random() < 0.5
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(state, "_is_warm", lambda: is_warm)
            self.project.build(
                **{"caches": self.caches, "today": self.today, "with_search": self.with_search, "jobs": self.random.choice([1, 2, 2])}
                | asked
            )
        self.reused += self.project.published.unchanged
        self.built += len(self.project.published.editions)

    def compare_sites(self) -> None:
        """The site is that of a build from nothing, but for the last good pages of circles that are broken now."""
        incremental = self.project.published
        shutil.rmtree(self.project.folder / ".fresh.versions", ignore_errors=True)
        (self.project.folder / "fresh").unlink(missing_ok=True)
        fresh = pipeline.build(
            self.project.folder, pipeline.Request(self.project.folder / "fresh", self.today, with_search=self.with_search)
        )
        kept = tuple(address.lstrip("/") for address in incremental.kept)
        assert "" not in kept, self.story
        different = set(incremental.problems) ^ set(fresh.problems)
        assert not different, f"{different} after {self.story}"
        without = kept + (("assets/search/",) if kept else ())
        here, there = (
            {name: raw for name, raw in files_below(folder).items() if not name.startswith(without)}
            for folder in (self.project.site, self.project.folder / "fresh")
        )
        different = difference(here, there)
        assert different == [], f"{different} after {self.story}"

    def compare_problems(self) -> None:
        """What a review finds with a cache is what it finds without one, and what `check` finds in the project as a whole."""
        warm = pipeline.review(self.project.folder, self.today, caches=self.caches, jobs=self.random.choice([1, 2]))
        assert warm == pipeline.review(self.project.folder, self.today, caches=self.caches), self.story
        assert warm == pipeline.review(self.project.folder, self.today), self.story
        assert warm.problems == pipeline.check(self.project.folder, self.today).problems, self.story

    @property
    def story(self) -> str:
        return f"seed {self.seed}: " + "; ".join(self.edits)


def test_a_circle_looked_at_in_another_process(rich, monkeypatch):
    """After an edit of one circle, which a process that has just begun lets another one look at, the site is that of a build from nothing."""
    ready = []
    get_ready = state.State._get_ready
    monkeypatch.setattr(state, "_is_warm", lambda: False)
    monkeypatch.setattr(state.State, "_get_ready", lambda self, circle: (ready.append(circle), get_ready(self, circle)))
    built = {"jobs": 2, "caches": rich.folder / "caches"}
    rich.build(**built)
    assert not ready
    circle = "circles/small-circle/"
    edits = {
        "a text": lambda: rich.edit(f"{circle}index.da.md", "## Velkommen", "En linje mere.\n\n## Velkommen"),
        "a session's metadata": lambda: rich.edit(f"{circle}sessions/01-begin.da.md", "title: Vi begynder", "title: Vi går i gang"),
        "the facts": lambda: rich.edit(f"{circle}circle.yml", "mode: online", "mode: hybrid"),
        "a translation is taken away": lambda: rich.remove(f"{circle}index.sv.md"),
        "a mistake": lambda: rich.edit(f"{circle}circle.yml", "hours: 20", "hours: tyve"),
        "the mistake is mended": lambda: rich.edit(f"{circle}circle.yml", "hours: tyve", "hours: 21"),
        "a circle that began in another one": lambda: rich.edit("circles/second-circle/circle.yml", "mode: online", "mode: onsite"),
    }
    for number, (what, edit) in enumerate(edits.items(), 1):
        edit()
        here = rich.build(**built).published
        assert len(ready) == number, what
        assert difference(built_anew(rich), files_below(rich.site)) == [] or what == "a mistake", what
        assert here.problems == rich.published.problems, what


@pytest.mark.parametrize(
    "with_search", [True, False], ids=["searchable, times are too recent", "without search, times are believed"]
)
def test_building_again_is_building_anew(rich, monkeypatch, with_search, record_property):
    """After each of some random edits, the site is that of a build from nothing, and so are the problems.

    Files that have just been written are hashed each time; edits that lie further apart are told by their times alone.
    """
    if not with_search:
        monkeypatch.setattr(sieve, "_TOO_RECENT", 0)
    newsroom = Newsroom(rich, 2026 + with_search, with_search=with_search)
    newsroom.build()
    for _ in range(4):
        newsroom.edit()
        newsroom.compare_sites()
        newsroom.compare_problems()
    record_property("editions taken over", newsroom.reused)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_building_again_is_building_anew_for_a_long_time(rich, monkeypatch, seed, record_property):
    """200 random edits; problems are compared after each, sites after every fourth."""
    if seed % 2:
        monkeypatch.setattr(sieve, "_TOO_RECENT", 0)
    newsroom = Newsroom(rich, seed, with_search=seed % 4 == 3)
    newsroom.build()
    for number in range(200):
        newsroom.edit()
        newsroom.compare_problems()
        if number % 4 == 3:
            newsroom.compare_sites()
    print(f"\nseed {seed}: 200 edits, {newsroom.built} editions built, {newsroom.reused} taken over whole")


def test_a_picture_is_exchanged(rich):
    """Pictures are part of what an edition is made of, also where its text says nothing new."""
    from support.pictures import png

    caches = rich.folder / "caches"
    rich.write("docs/images/ring.png", png(10, 10)).build(caches=caches).write("docs/images/ring.png", png(20, 10)).build(
        caches=caches
    )
    assert (rich.site / "da/images/ring.png").read_bytes() == png(20, 10)


def test_nothing_changed_nothing_done(rich):
    """A second build opens no edition and leaves the very same folder published; a page touched changes nothing either."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    before = os.readlink(rich.site)
    assert rich.build(caches=caches).published.editions == () and os.readlink(rich.site) == before
    (rich.folder / "docs/index.da.md").touch()
    assert rich.build(caches=caches).published.editions == ()


def test_a_text_is_of_the_editions_that_show_it(rich):
    """A translation's text is no reason to open the editions that show another; its words and facts are, since they fall back singly."""
    caches = rich.folder / "caches"
    session = "circles/small-circle/sessions/01-begin.{}.md"
    rich.edit("circles/small-circle/circle.yml", "languages: [da, sv]", "languages: [da, sv, en]")
    rich.write(session.format("sv"), "---\ntitle: Vi börjar\naim: Vi lär känna varandra.\ntranslation: {of: da, state: draft}\n---\n\n## Till dig {#participant}\n\nKom.\n")
    rich.build(caches=caches)

    def opened() -> set[str]:
        return {one.edition.name for one in rich.build(caches=caches).published.editions}

    rich.edit(session.format("sv"), "Kom.", "Kom som du är.")
    assert opened() == {"small-circle.sv"}
    rich.edit(session.format("da"), "Kom, som du er.", "Kom, og tag en kollega med.")
    assert opened() == {"small-circle.da", "small-circle.en"}
    rich.edit(session.format("sv"), "aim: Vi lär känna varandra.", "aim: Vi väljer.")
    assert opened() >= {"small-circle.da", "small-circle.sv", "small-circle.en"}
    assert difference(built_anew(rich), files_below(rich.build(caches=caches).site)) == []


def test_a_guide_is_of_the_handbooks_that_show_it(rich):
    """The same for the handbook: a text opens the editions that show it, and the gateway, which tells programs how all pages stand."""
    caches = rich.folder / "caches"
    guide = "docs/guides/fourth.{}.md"
    original = (rich.folder / "docs/guides/first.da.md").read_text().replace("moved: [guides/former]\n", "")
    rich.write(guide.format("da"), original).write(guide.format("sv"), "---\ntitle: Fyra\nsummary: Den fjärde guiden, på två språk.\ntranslation: {of: da, state: draft}\n---\n\nEn text.\n")
    rich.build(caches=caches)

    def opened() -> set[str]:
        return {one.edition.name for one in rich.build(caches=caches).published.editions}

    rich.edit(guide.format("sv"), "En text.", "En annan text.")
    assert opened() == {"gateway", "handbook.sv"}
    rich.edit(guide.format("sv"), "på två språk", "på bara två språk")
    assert opened() >= {"gateway", "handbook.da", "handbook.sv", "handbook.nb", "handbook.en"}
    rich.edit(guide.format("da"), "---\n\n", "---\n\nEn linje mere.\n\n")
    assert {"handbook.da", "handbook.en"} <= opened()
    assert difference(built_anew(rich), files_below(rich.build(caches=caches).site)) == []


def test_an_outdated_translation_is_marked_when_its_source_changes(rich):
    """A translation that says what it was made from is compared with that text, so its edition depends on it."""
    caches = rich.folder / "caches"
    rich.write("circles/small-circle/sessions/01-begin.sv.md",
               "---\ntitle: Vi börjar\ntranslation: {of: da, state: draft, sections: {participant: 0123456789}}\n---\n\n## Till dig {#participant}\n\nKom.\n")
    rich.build(caches=caches)
    rich.edit("circles/small-circle/sessions/01-begin.da.md", "Kom, som du er.", "Kom, og tag en kollega med.")
    assert {one.edition.name for one in rich.build(caches=caches).published.editions} == {"small-circle.da", "small-circle.sv"}


def test_a_methods_steps_stand_on_run_sheets(rich):
    """Run sheets and run mode show the steps of the handbook's methods, which stand in their texts."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    rich.edit("docs/methods/round.da.md", "Gå rundt.", "Gå to gange rundt.")
    rich.build(caches=caches)
    assert "Gå to gange rundt." in (rich.site / "circles/small-circle/da/sessions/01-begin/run-sheet/index.html").read_text("utf-8")
    assert difference(built_anew(rich), files_below(rich.site)) == []


def test_a_folder_that_is_removed_twice_comes_back_twice(rich, built):
    """What the gateway has in circles' folders is missed, too, though its own front page is there."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    for _ in range(2):
        shutil.rmtree(rich.site / "circles")
        assert difference(built, files_below(rich.build(caches=caches).site)) == []


def test_what_somebody_looks_at_comes_first(rich):
    """A changed template changes all pages: the editions that somebody looks at are built, the others are as they were until the next build."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    before = files_below(rich.site)
    rich.write("mine/404.html", '{% extends "main.html" %}{% block content %}<p>En anden fejlside</p>{% endblock %}')
    rich.build(caches=caches, first=("/da/guides/first/", "/circles/small-circle/sv/nowhere/"), search_later=True)
    now = files_below(rich.site)
    new = {name for name in now if name.endswith("404.html") and "En anden fejlside" in now[name].decode()}
    assert new == {"da/404.html", "circles/small-circle/sv/404.html"} and len(rich.published.later) == len({name for name in now if name.endswith("404.html")}) - 2
    assert {name for name in now if now[name] != before[name]} == new
    assert rich.build(caches=caches, first=("/da/",), search_later=True).published.editions == () and rich.published.later
    assert files_below(rich.site) == now
    assert rich.build(caches=caches, search_later=True).published.later == ()
    alone = {"output": rich.folder / "alone", "circles": ("small-circle",), "caches": caches}
    assert rich.build(**alone, first=("/", "/da/")).published.later == rich.build(**alone, first=("/nowhere/",)).published.later != ()
    assert rich.build(**alone).published.later == ()
    assert difference(built_anew(rich), files_below(rich.build(caches=caches).site)) == []


def test_a_new_edition_can_wait(rich):
    """One that was never published is not there until it is built, though others name it already; then the site is as any other."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    rich.edit("circles/small-circle/circle.yml", "languages: [da, sv]", "languages: [da, sv, en]")
    rich.build(caches=caches, first=("/circles/small-circle/da/",), search_later=True)
    assert not (rich.site / "circles/small-circle/en").exists() and 'hreflang="en"' in rich.page("/circles/small-circle/da/")
    rich.build(caches=caches)
    assert difference(built_anew(rich), files_below(rich.site)) == []


def test_what_waits_for_its_index_is_not_opened_again(rich):
    """As long as only the search is to follow, further builds leave an edition alone; the one that makes the indexes opens it."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    rich.edit("docs/guides/first.sv.md", "title: ", "title: Just nu ")
    assert {one.edition.name for one in rich.build(caches=caches, search_later=True).published.editions} >= {"handbook.sv"}
    assert rich.build(caches=caches, search_later=True).published.editions == ()
    assert {one.edition.name for one in rich.build(caches=caches).published.editions} >= {"handbook.sv"}
    assert rich.build(caches=caches).published.editions == ()


def test_a_circle_that_never_was_published_keeps_nothing(rich):
    """One that is broken from the beginning has no pages that stay, so nothing of the last site is needed for it."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    rich.write("circles/broken/circle.yml", "question: [\n").build(caches=caches, with_search=False)
    assert rich.published.kept == () and not (rich.site / "assets/search").exists()
    rich.build(output=rich.folder / "anew", with_search=False)
    assert difference(files_below(rich.folder / "anew"), files_below(rich.site)) == []


@pytest.mark.parametrize("asked", [{"here_below": 99}, {"jobs": 2}], ids=["in this process", "with workers"])
def test_work_that_gives_way(rich, asked):
    """Wherever a build ends because something else is wanted, the published site is as it was, and the next build is as any other."""
    caches = rich.folder / "caches"
    rich.build(caches=caches)
    rich.edit("circles/small-circle/circle.yml", "question: ", "question: Nå, ")
    before, folders = files_below(rich.site), len(list((rich.folder / ".site.versions").iterdir()))
    for after in (0, 1, 2, 3, 5, 8, 13, 21, 34):
        with interrupted(after):
            rich.build(caches=caches, **asked)
            break  # it was not asked so often
        assert difference(before, files_below(rich.site)) == []
        assert len(list((rich.folder / ".site.versions").iterdir())) == folders  # the spare is there, and nothing that was begun
    assert after > 2
    assert difference(built_anew(rich), files_below(rich.build(caches=caches).site)) == []
