"""What `scripts/bench` measures with: texts that are always the same, honest costs, and tables that name what is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from benchmarks import comparison, corpus, growth, layouts, measure, queries, report, weight
from benchmarks.comparison import Result, Scenario
from benchmarks.measure import CommandFailedError, Cost, Output
from benchmarks.peers import CACHE, PEER_BY_NAME, PEERS, Peer, Tools, UnavailableError, set_up
from benchmarks.texts import LANGUAGES, SESSIONS, Content, Page, blocks, is_translated
from circlepress import pipeline

TWO = Content(2)
LAYOUTS = sorted({peer.files for peer in PEERS}, key=lambda files: (files.__module__, files.__name__))
has_wait4 = pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system does not tell what a process used")


def words(text: str) -> list[str]:
    """Return a page's words without front matter, headings' ids and addresses."""
    body = re.sub(r"\]\([^)]*\)|\{#[^}]*\}|</?\w+>", " ", text.partition("\n---\n")[2])
    return re.findall(r"[^\W\d_]+", re.sub(r"^(?:!!!|\?\?\?|:::|> \[!)\s*[\w-]*\]?", " ", body, flags=re.MULTILINE))


# --- the texts ------------------------------------------------------------------------------------------------------


def test_the_same_texts_every_time():
    """Two processes with different seeds of their own make the same bytes, and more circles do not change the first ones."""
    program = ("import hashlib; from benchmarks import corpus; from benchmarks.texts import Content; "
               "print(hashlib.sha256(repr(list(corpus.files(Content(2)))).encode()).hexdigest())")
    made = {subprocess.run([sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True,
                           text=True, check=True).stdout for seed in ("1", "2")}
    assert len(made) == 1
    more = dict(corpus.files(Content(3)))
    assert all(more[path] == text for path, text in corpus.files(TWO))


def test_our_project_has_no_errors(tmp_path: Path):
    """`circlepress check` finds no error in the corpus, so that a build leaves nothing out."""
    pages = corpus.make(tmp_path, 2)
    checked = pipeline.check(tmp_path, date.fromisoformat(corpus.DAY))
    assert [problem for problem in checked.problems if problem.is_error] == []
    assert pages == (40 + 2 * 8) * 6


def test_what_is_compared_like_with_like(tmp_path: Path):
    """The build of only the pages that a loop of MkDocs makes has one for each page and language, and their search; nothing else leads anywhere."""
    pages = corpus.make(tmp_path, 2)
    peer = PEER_BY_NAME["circlepress-same-pages"]
    subprocess.run([str(part) for part in peer.command(None)], cwd=tmp_path, env=os.environ | peer.environment, capture_output=True, check=True)
    site = tmp_path / "site"
    made = [path for path in site.rglob("index.html") if "/run" not in path.as_posix()]
    assert len(made) == len(list(site.rglob("index.html"))) == pages
    assert (site / peer.page).is_file() and (site / "circles/circle-00000/da/search/pagefind-entry.json").is_file()
    assert not list(site.rglob("*.ics"))


def test_the_default_language_is_complete_and_most_of_the_rest_is_there():
    """Every page exists in Danish; of the other translations about 85 per cent do."""
    pages = [page for _, pages in Content(50).sites() for page in pages]
    assert all(is_translated(page, "da") for page in pages)
    share = sum(is_translated(page, language) for page in pages for language in LANGUAGES[1:]) / (len(pages) * 5)
    assert 0.83 < share < 0.87


def test_pages_hold_what_real_pages_hold():
    """A page has about 700 words, and a few pages together have every kind of block, folded boxes among them."""
    texts = [text for path, text in corpus.files(TWO) if path.endswith(".da.md")]
    assert 600 < sum(len(words(text)) for text in texts) / len(texts) < 800
    everything = "\n".join(texts)
    for mark in ("\n!!! ", "\n??? ", "\n- [ ] ", "\n- [x] ", "\n| --- |", "\n> ", "\n1. ", "\n- ", "](../index.md)", "\n### ", "{#facilitator}"):
        assert mark in everything, mark


def test_translations_have_the_same_structure():
    """A page's blocks are of the same kinds in all languages, so that ids and links correspond."""
    siblings = dict(TWO.sites())["circle-00001"]
    for page in siblings:
        assert len({tuple(type(block) for block in blocks(page, siblings, language)) for language in LANGUAGES}) == 1


@pytest.mark.parametrize("files", LAYOUTS, ids=lambda files: f"{files.__module__.rpartition('.')[2]}.{files.__name__}")
def test_every_program_gets_the_same_words(files):
    """A session's Danish text has the same words in every layout, and each layout has the session to edit."""
    peer = next(peer for peer in PEERS if peer.files is files)
    ours = Counter(words(dict(corpus.files(TWO))[corpus.SESSION_TO_EDIT]))
    theirs = Counter(words(dict(files(TWO))[peer.edited]))
    assert not ours - theirs
    assert (theirs - ours).total() < 15  # a title in the text, names of boxes


@pytest.mark.parametrize("files", [layouts.hugo, layouts.hugo_book, layouts.zensical], ids=lambda files: files.__name__)
def test_programs_without_fallback_get_every_page(files):
    """Where a program does not fill in missing translations, its project holds a text for every page and language."""
    found = [path for path, _ in files(TWO) if path.endswith(".md") and re.search(r"meet|page-\d|index", path)]
    assert len([path for path in found if not re.search(r"(?:guides|themes|methods|checklists|content/circles)/_index", path)]) == TWO.pages()


def test_a_language_less_is_a_part_of_the_whole():
    """Without the sixth language, no page of the other five is different: adding a language changes settings only."""
    whole = dict(corpus.files(TWO))
    part = dict(corpus.files(Content(2, LANGUAGES[:-1])))
    assert {path for path in part if part[path] != whole[path]} == {"mkdocs.yml", "circles/circle-00000/circle.yml", "circles/circle-00001/circle.yml"}
    assert all(path.endswith(".en.md") for path in whole.keys() - part.keys())


def test_links_lead_from_page_to_page():
    """The way from a session to its circle's front page, and from one guide to a method, is relative."""
    session, front = Page("circle-00000", "sessions/03-meet", 3), Page("circle-00000", "index", 0)
    assert (front.path_from(session), session.path_from(front)) == ("../index", "sessions/03-meet")
    assert Page("handbook", "methods/page-02", 30).path_from(Page("handbook", "guides/page-01", 1)) == "../methods/page-02"


def test_synchronising_touches_only_what_changed(tmp_path: Path):
    """Sources become exactly what is wanted: right files keep their time stamps, former ones go, builds' files stay."""
    project = tmp_path / "work"
    comparison.synchronise(project, [("a.md", "one"), ("below/b.md", "two")])
    os.utime(project / "a.md", (1, 1))
    (project / "built.html").write_text("built", "utf-8")
    (project / "below/b.md").write_text("two, and an edit", "utf-8")
    comparison.synchronise(project, [("a.md", "one"), ("c.md", "three")])
    assert (project / "a.md").stat().st_mtime == 1
    assert sorted(path.name for path in project.rglob("*") if path.is_file()) == ["a.md", "built.html", "c.md"]


# --- costs ----------------------------------------------------------------------------------------------------------


@has_wait4
def test_cost_counts_the_whole_tree_but_not_ourselves(tmp_path: Path):
    """Processor time of grandchildren counts, memory is that of the largest of them, and ours is not inherited."""
    ballast = bytearray(300_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    small = measure.cost([sys.executable, "-c", "pass"], tmp_path)
    inner = "import time; held = bytearray(b'x' * 80_000_000)\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    large = measure.cost([sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"], tmp_path)
    assert ballast and small.memory is not None and large.memory is not None and large.processor is not None
    assert small.memory < 60_000_000 < 80_000_000 < large.memory < 250_000_000
    assert 0.3 <= large.processor <= large.wall * (os.cpu_count() or 1) + 0.1


def test_a_command_that_fails_is_not_a_figure(tmp_path: Path):
    """A command that ends with an error raises, with the end of what it said."""
    with pytest.raises(CommandFailedError, match="no such page"):
        measure.cost([sys.executable, "-c", "raise SystemExit('no such page')"], tmp_path)
    with pytest.raises(CommandFailedError, match="could not be started"):
        measure.cost([tmp_path / "no-such-program"], tmp_path)


def test_median_of_runs():
    """Each figure's median is taken by itself; of memory the most, and unknown figures stay unknown."""
    assert measure.median([Cost(3, 1, 10), Cost(1, 5, 30), Cost(2, 2, 20)]) == Cost(2, 2, 30)
    assert measure.median([Cost(3, None, None)]) == Cost(3, None, None)


def test_output_counts_what_is_published(tmp_path: Path):
    """The output behind a link is counted; what begins with a dot is not."""
    site = tmp_path / "versions/1"
    (site / "da").mkdir(parents=True)
    (site / ".cache").mkdir()
    for path, size in (("index.html", 10), ("da/index.html", 20), ("da/style.css", 5), (".cache/x.html", 100)):
        (site / path).write_bytes(b"x" * size)
    (tmp_path / "site").symlink_to(site)
    assert measure.output([tmp_path / "site"]) == Output(35, 3, 2)


# --- programs -------------------------------------------------------------------------------------------------------


def test_a_theme_that_cannot_be_had_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Without Go and without a copy of the theme, the Book theme is named as missing, with the reason and no folder's path."""
    monkeypatch.setattr("benchmarks.peers.CACHE", tmp_path)
    monkeypatch.setattr("benchmarks.peers._install", lambda *_: None)
    monkeypatch.setattr("benchmarks.peers.venv.create", lambda *_, **__: None)
    monkeypatch.setattr("benchmarks.peers.shutil.which", lambda _: None)
    with pytest.raises(UnavailableError, match="Go is not installed") as raised:
        set_up(PEER_BY_NAME["hugo-book"])
    assert str(tmp_path) not in str(raised.value)
    (tmp_path / "themes/hugo-book").mkdir(parents=True)
    assert set_up(PEER_BY_NAME["hugo-book"]).peer.name == "hugo-book"


def test_forgetting_removes_output_and_caches_only(tmp_path: Path):
    """Before a cold build the output and the program's caches go; sources stay."""
    for path in (".circlepress/cache/x", ".site.versions/1/index.html", "docs/index.da.md", "mkdocs.yml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x", "utf-8")
    (tmp_path / "site").symlink_to(".site.versions/1")
    PEERS[0].forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "mkdocs.yml"]


def test_versions_are_named():
    """What was installed is told in words, helpers left out."""
    assert Tools(PEER_BY_NAME["starlight"], CACHE).versions() == "astro 7.3.5, @astrojs/starlight 0.42.4"
    assert Tools(PEER_BY_NAME["hugo-book"], CACHE).versions() == "hugo 0.168.0, hugo-book@162c806"


# --- tables ---------------------------------------------------------------------------------------------------------


def result(peer: Peer, seconds: float, **more: float) -> Result:
    found = Result(peer, output=Output(2_000_000, 30, 20))
    for scenario in Scenario:
        if scenario is Scenario.COLD or peer.remembers:
            found.costs[scenario] = [Cost(more.get(scenario, seconds), seconds * 2, 50_000_000)]
    return found


def row(text: str, beginning: str, place: int = 0) -> list[str]:
    lines = [line for line in text.splitlines() if line.startswith(f"| {beginning} |")]
    return [cell.strip() for cell in lines[place].strip("|").split("|")]


def test_tables_compare_with_ours():
    """Others' seconds are told as multiples of ours; who keeps nothing pays the cold price again."""
    naive = PEER_BY_NAME["naive"]
    missing = Result(PEER_BY_NAME["hugo-book"], failure="Go is not installed")
    text = comparison.in_words([result(PEERS[0], 2, edit=0.5), result(naive, 30), missing], 100)
    assert row(text, naive.title)[1:7] == ["30.0", "15.0", "60.0", "600.0", "3,000.0", "50"]
    assert row(text, naive.title, 1)[1:3] == ["as cold", "60"]
    assert row(text, PEERS[0].title, 1)[1:3] == ["0.50", "1.00"]
    assert "- Hugo, Book theme: Go is not installed." in text


def test_unknown_costs_are_left_open():
    """Where the system does not tell processor time and memory, the table says so instead of showing noughts."""
    ours = Result(PEERS[0])
    ours.costs[Scenario.COLD] = [Cost(1.0, None, None)]
    text = comparison.in_words([ours], 100)
    assert row(text, PEERS[0].title)[3:6] == ["–", "–", "–"]
    assert "were not measured" in text


def test_growth_is_told_per_page():
    """A project of ten times the pages at the same cost a page shows 1.00."""
    text = growth.in_words({10: (720, Cost(1.0, 1.44, 50_000_000), 9), 100: (7200, Cost(10.0, 14.4, 60_000_000), 90)})
    assert row(text, "100")[3:7] == ["1.39", "2.00", "1.00", "60"]


def test_growth_is_drawn(tmp_path: Path):
    """The plot is a picture with the same bytes for the same figures, and says in words what it shows."""
    level = {10: (720, Cost(1.0, 1.44, 50_000_000), 9), 100: (7200, Cost(10.0, 14.4, 60_000_000), 90), 1000: (72000, Cost(100.0, 144.0, 60_000_000), 90)}
    dearer = level | {1000: (72000, Cost(100.0, None, None), 90)}
    shown = growth.plotted(level, tmp_path / "images")
    assert "a page takes: 2.0 with 10 circles, 2.0 with 100 circles, 2.0 with 1,000 circles.]" in shown and shown.endswith("(../images/benchmark-growth.png)")
    picture = (tmp_path / "images/benchmark-growth.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and int.from_bytes(picture[16:20]) > int.from_bytes(picture[20:24]) > 400
    assert growth.plotted(level, tmp_path / "images") == shown and (tmp_path / "images/benchmark-growth.png").read_bytes() == picture
    assert "1.4 with 1,000 circles" in growth.plotted(dearer, tmp_path / "images")
    assert (tmp_path / "images/benchmark-growth.png").read_bytes() != picture


PAGE = "---\ntitle: Benchmarks\n---\n\nAbout.\n\n## How to read it {#reading}\n\nWords.\n"


def test_sections_are_written_in_their_order():
    """A measurement adds or exchanges its own section and leaves the rest of the page as it is."""
    page = report.with_section(PAGE, "growth", "Grown.")
    page = report.with_section(page, "size-s", "Small.")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## How to read it {#reading}", "## 10 circles, 720 pages {#size-s}", "## How the cost grows {#growth}"]
    again = report.with_section(page, "size-s", "Smaller.")
    assert again == page.replace("Small.", "Smaller.")
    assert again.startswith(PAGE)


def test_the_page_is_written_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Figures are always printed, and put into the page with --write only; neither names a folder of this machine."""
    page = tmp_path / "benchmarks.en.md"
    page.write_text(PAGE, "utf-8")
    report.show("growth", "Figures.", "scripts/bench growth", "", False, page)
    assert page.read_text("utf-8") == PAGE
    report.show("growth", "Figures.", "scripts/bench growth", "hugo 1", True, page)
    assert "Made with `scripts/bench growth`.\nMachine: " in page.read_text("utf-8")
    assert str(Path.home()) not in page.read_text("utf-8") and "Figures." in capsys.readouterr().out


def test_sizes_in_headings_are_true():
    """The headings of the page tell the numbers that the corpora have."""
    for size, circles in (("size-s", 10), ("size-m", 50), ("size-l", 300)):
        assert report.SECTIONS[size] == f"{circles} circles, {Content(circles).pages():,} pages"
    assert SESSIONS + 1 == 8


# --- what a reader loads --------------------------------------------------------------------------------------------


def test_weight_is_what_loads_before_anyone_touches_the_page(tmp_path: Path):
    """Styles and what they import, modules and what they import, and pictures count once each; lazy ones and icons do not."""
    site = {
        "da/index.html": '<link rel="stylesheet" href="../a.css"><link rel=icon href=/i.png><script type=module src="/m.js"></script>'
                         '<img src="p.png"><img src="late.png" loading="lazy"><script src="https://other.example/x.js"></script>',
        "a.css": '@import url("b.css");', "b.css": "x" * 500, "m.js": 'import{a}from"./n.js"', "n.js": "n", "da/p.png": "p",
        "late.png": "l", "i.png": "i", "search/index.json": "{}",
    }
    for path, text in site.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    found = weight.first_view(tmp_path / "da/index.html", tmp_path, ["search/*.json"])
    assert (found.requests, found.elsewhere) == (7, ("https://other.example/x.js",))
    assert found.styles < 150 and min(found.styles, found.scripts, found.pictures, found.fetched) > 0
    assert found.total == found.html + found.styles + found.scripts + found.pictures + found.fetched


def test_weight_of_a_site_that_is_not_there(tmp_path: Path):
    """A wrong folder or page ends with a sentence, not with a trace."""
    with pytest.raises(SystemExit, match="build a site first"):
        weight.run(tmp_path / "nowhere", [], [], False)
    with pytest.raises(SystemExit, match="no page"):
        weight.run(tmp_path, ["da/index.html"], [], False)


# --- what a reader finds --------------------------------------------------------------------------------------------


def test_what_is_found_is_counted_by_language():
    """A page counts as first, as among ten, or not at all; the last row counts all queries."""
    wanted = {("da", "cirkel"): ["index", "guides/a"], ("da", "runde"): ["methods/a"], ("sv", "cirkel"): ["glossary"]}
    found = {("da", "cirkel"): [{"guides/a"}], ("da", "runde"): [{"guides/a"}, {"methods/a"}], ("sv", "cirkel"): [{"x"}] * 10 + [{"glossary"}]}
    nothing = dict.fromkeys(wanted, [])
    lines = queries.text(wanted, {"ours": found, "theirs": nothing}).splitlines()
    assert lines[-3:] == ["| da | 2 | 1 | 2 | 0 | 0 |", "| sv | 1 | 0 | 0 | 0 | 0 |", "| all | 3 | 1 | 2 | 0 | 0 |"]


@pytest.mark.parametrize("address, page", [
    ("http://x/sv/guides/a/#b", "guides/a"), ("http://x/guides/a/", "guides/a"), ("http://x/da/", "index"), ("http://x/", "index"),
    ("http://x/circles/one/da/sessions/02/", "circles/one"), ("http://x/sv/circles/one/", "circles/one"), ("http://x/circles/", "circles"),
])
def test_pages_are_called_the_same_in_both_sites(address, page):
    """Languages, anchors and the pages of a microsite make no difference."""
    assert queries.page_of(address, ("da", "sv")) == page


def test_all_queries_can_be_read():
    """Every query of the table has at least one page to find."""
    assert len(queries.read_queries()) >= 60 and all(queries.read_queries().values())
