"""Addresses tell the truth: what search engines are told exists, what is shown elsewhere too says so, and old addresses lead on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.addresses import Page, pages_of, sitemaps_of
from support.browser import Served, Visit, accessibility_violations
from support.project import CircleProject
from test_same_bytes import difference, files_below, rich_project

from circlepress.wording import interface_words

GATEWAY = re.compile(r"/|/circles/[^/]+/")
FRONT_PAGE = re.compile(r"(/|/circles/[^/]+/)[a-z]{2}/")


# --- a whole site ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["a rich project", "our own site"])
def site(request, tmp_path_factory) -> Path:
    if request.param == "our own site":
        return request.getfixturevalue("real_site")
    project = rich_project(tmp_path_factory.mktemp("addresses") / "project")
    return project.remove("circles/second-circle/index.sv.md").build(with_search=False, jobs=2).site


@pytest.fixture(scope="module")
def pages(site) -> dict[str, Page]:
    return pages_of(site)


@pytest.fixture(scope="module")
def texts(pages) -> list[Page]:
    """Pages with something to read: neither error pages nor those at old addresses."""
    return [page for page in pages.values() if page.address.endswith("/") and not page.leads_on_to]


def test_the_canonical_address_is_where_a_text_belongs(pages, texts):
    """Every page names a page that is there, in one step, and that page names itself."""
    assert len(texts) > 50
    assert [page.address for page in texts if page.canonical not in pages or not pages[page.canonical].is_true] == []


def test_a_fallback_claims_nothing(pages, texts):
    """A text shown in place of a missing one announces no versions, and its canonical address is the same page in its own language."""
    fallbacks = [page for page in texts if not page.is_true]
    assert fallbacks and {page.lang for page in fallbacks} > {"nb"}
    for page in fallbacks:
        assert page.alternates == {}, page
        assert page.canonical in page.switch.values(), page


def test_alternates_exist_and_are_mutual(pages, texts):
    """Every version announced is there and is a true one in that language, and all versions announce the same."""
    announcing = [page for page in texts if page.alternates]
    assert announcing
    for page in announcing:
        assert page.address in page.alternates.values(), page
        for language, address in page.alternates.items():
            assert pages[address].is_true and pages[address].alternates == page.alternates, (page, address)
            assert language in ("x-default", pages[address].lang), (page, address)


def test_readers_of_other_languages_have_an_address(texts):
    """`x-default` is the gateway for front pages, else one of the versions."""
    for page in texts:
        if page.alternates:
            default = page.alternates["x-default"]
            if match := FRONT_PAGE.fullmatch(page.address):
                assert default == match[1], page
            elif GATEWAY.fullmatch(page.address):
                assert default == page.address, page
            else:
                assert default in [address for language, address in page.alternates.items() if language != "x-default"], page


def test_the_original_is_for_readers_of_other_languages(project):
    """A page that was written in Swedish first sends them to the Swedish one."""
    project.edit("docs/guides/first.sv.md", "translation: {of: da, state: reviewed}", "audience: [facilitator]\nphase: [start]\ncovers: []\nreviewed: 2026-11-01")
    project.edit("docs/guides/first.da.md", "audience: [facilitator]\nphase: [start]\ncovers: []\nreviewed: 2026-11-01", "translation: {of: sv, state: reviewed}")
    pages = pages_of(project.build(with_search=False).site)
    assert pages["/da/guides/first/"].alternates == {"da": "/da/guides/first/", "sv": "/sv/guides/first/", "x-default": "/sv/guides/first/"}


def test_a_text_in_a_language_without_an_edition_stands_in_one_place(project):
    """A session that is only in English, of a circle published in Danish and Swedish, belongs to the first edition that shows it."""
    session = "circles/small-circle/sessions/01-begin"
    project.write(f"{session}.en.md", (project.folder / f"{session}.da.md").read_bytes()).remove(f"{session}.da.md")
    pages = pages_of(project.build(with_search=False).site)
    assert {pages[f"/circles/small-circle/{language}/sessions/01-begin/"].canonical for language in ("da", "sv")} == {"/circles/small-circle/da/sessions/01-begin/"}


def test_sitemaps_list_true_versions_and_nothing_else(site, pages, texts):
    """Each edition's sitemap lists its own true pages, which announce their alternates themselves; the index lists every sitemap."""
    sitemaps = sitemaps_of(site)
    for home, entries in sitemaps.items():
        own = [page for page in texts if page.address.startswith(home)]
        assert sorted(entries) == sorted(page.address for page in own if page.is_true), home
    listed = re.findall(r"<loc>https://[^/]+(/.*)sitemap.xml</loc>", (site / "sitemap.xml").read_text())
    assert sorted(listed) == sorted(home for home in sitemaps if pages[home].is_listed)


def test_the_switch_leads_to_the_same_page(pages, texts):
    """On every page but the gateways the switch leads to pages that are there, in the language it names, with the same switch."""
    with_switch = [page for page in texts if page.switch]
    assert len(with_switch) > 50
    for page in with_switch:
        assert page.switch[page.lang] == page.address
        for language, address in page.switch.items():
            assert pages[address].lang == language and pages[address].switch == page.switch, (page, address)


def test_an_error_page_has_no_address(pages):
    """It is shown at any address, so it names none and announces no versions."""
    errors = [page for page in pages.values() if page.address.endswith("404.html")]
    assert errors and all(not page.canonical and not page.alternates for page in errors)


# --- old addresses ---------------------------------------------------------------------------------------------------


def with_old_names(project: CircleProject) -> CircleProject:
    project.edit("docs/guides/second.da.md", "covers: []", "covers: []\nmoved: [guides/former, templates/even-older]")
    project.edit("circles/small-circle/sessions/01-begin.da.md", "title:", "moved: [01-hello]\ntitle:")
    return project.edit("circles/small-circle/circle.yml", "language: da", "language: da\nmoved: [tiny-circle]")


OLD = {
    **{f"/{language}/{former}/": f"/{language}/guides/second/" for language in ("da", "sv", "nb", "en") for former in ("guides/former", "templates/even-older")},
    **{f"/circles/small-circle/{language}/sessions/01-hello/{tail}": f"/circles/small-circle/{language}/sessions/01-begin/{tail}"
       for language in ("da", "sv") for tail in ("", "run-sheet/", "run/")},
    "/circles/tiny-circle/": "/circles/small-circle/",
    **{f"/circles/tiny-circle/{language}/{tail}": f"/circles/small-circle/{language}/{tail}"
       for language in ("da", "sv") for tail in ("", "all/", "sessions/01-begin/", "sessions/01-begin/run-sheet/", "next/", "sessions/", "organisations/",
                                                 "organisations/north/", "organisations/east/", "direction/", "evaluation/", "glance/", "materials/")},
    **{f"/circles/tiny-circle/{language}/sessions/01-begin/run/": f"/circles/small-circle/{language}/sessions/01-begin/run-sheet/" for language in ("da", "sv")},
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory) -> CircleProject:
    return with_old_names(CircleProject.from_dir("minimal", tmp_path_factory.mktemp("moved") / "project")).build()


@pytest.fixture(scope="module")
def served(moved) -> Iterator[Served]:
    one = Served(moved.site)
    yield one
    one.stop()


def test_every_old_address_leads_on(moved):
    """Former names of pages, sessions and circles lead on in every edition, and no other page does; nothing is to be mended."""
    assert moved.published.problems == ()
    pages = pages_of(moved.site)
    assert {page.address: page.leads_on_to for page in pages.values() if page.leads_on_to} == OLD
    for old, new in OLD.items():
        assert not pages[old].is_listed and not pages[old].alternates and not pages[old].switch
        assert not pages[new].leads_on_to and pages[old].lang == pages[new].lang


def test_a_page_at_an_old_address_says_so_in_the_readers_language(moved):
    """A Norwegian reader is told in Norwegian, and the title of a page shown in Danish is marked as Danish."""
    page = moved.page("/nb/guides/former/")
    words = interface_words("nb")
    assert '<html lang="nb">' in page and f"<h1>{words['moved.title']}</h1>" in page
    assert f'<p>{words["moved.text"]} <a href="../second/" lang="da">Den anden guide</a></p>' in page
    assert '<link rel="canonical" href="https://prove.example.org/da/guides/second/">' in page
    assert interface_words("sv")["moved.text"] in moved.page("/circles/tiny-circle/sv/sessions/01-begin/")


def test_what_only_leads_on_is_no_content(moved, project):
    """It is in no list, no sitemap, no search and no count of pages."""
    without = {one.edition: one.page_count for one in project.build().published.editions}
    assert {one.edition: one.page_count for one in moved.published.editions} == without
    assert not [old for entries in sitemaps_of(moved.site).values() for old in entries if old in OLD]
    assert not [old for old in OLD if "data-pagefind-body" in moved.page(old)]
    assert "former" not in moved.page("/da/all/") and "tiny-circle" not in moved.page("/da/circles/")


def test_stock_mkdocs_writes_the_same(moved, tmp_path):
    """The press and stock MkDocs agree on old addresses, byte for byte."""
    moved.build(plain=True, output=tmp_path / "stock")
    assert difference(files_below(moved.site), files_below(tmp_path / "stock")) == []


def test_a_page_never_gives_way(project):
    """An old address at which a page stands is a problem, and the page stays."""
    project.edit("docs/guides/second.da.md", "covers: []", "covers: []\nmoved: [guides/first]")
    assert [(p.code, p.place.path, p.place.line) for p in project.build(with_search=False).published.problems] == [("old-address", "docs/guides/second.da.md", 7)]
    assert "Den første guide" in project.main("/da/guides/first/")


def test_a_draft_is_a_page_too(project):
    """Where a draft waits for its day, nothing leads elsewhere meanwhile."""
    project.edit("docs/guides/first.da.md", "covers: []", "covers: []\ndraft: true")
    project.edit("docs/guides/second.da.md", "covers: []", "covers: []\nmoved: [guides/first]").build(with_search=False)
    assert not project.is_built("/da/guides/first/")


def test_links_to_old_names_lead_to_the_page(project):
    """Links in texts and metadata, to pages, circles and sessions, lead to the new address at once, with a warning that names it."""
    with_old_names(project)
    project.edit("docs/guides/first.da.md", "covers: []", "covers: []\nrelated: [guides/former]")
    project.edit("docs/guides/first.da.md", "Læs også [den anden guide](second.md).",
                 "Se [en](former.md#more), [to](../../circles/tiny-circle/index.md) og [tre](../../circles/small-circle/sessions/01-hello.md).")
    page = project.build(with_search=False).main("/da/guides/first/")
    assert 'href="../second/#more"' in page and 'href="../../../circles/small-circle/da/"' in page
    assert 'href="../../../circles/small-circle/da/sessions/01-begin/"' in page
    assert "former" not in page and "tiny" not in page and "hello" not in page
    warned = [p for p in project.published.problems if p.code == "old-link"]
    assert len(warned) == len(project.published.problems) == 4 and not any(p.is_error for p in warned)
    assert all(new in " ".join(p.message for p in warned) for new in ("'guides/second'", "'small-circle'", "'small-circle/01-begin'"))


def test_a_new_name_elsewhere_is_followed_in_the_next_build(project):
    """A session of another circle gets a new name, and then another: pages that link to the first are made anew each time."""
    caches = project.folder / "caches"
    (project.folder / "circles/second-circle").mkdir()
    for path in (project.folder / "circles/small-circle").glob("*.*"):
        project.write(f"circles/second-circle/{path.name}", path.read_bytes())
    project.write("circles/second-circle/sessions/01-other.da.md", (project.folder / "circles/small-circle/sessions/01-begin.da.md").read_bytes())
    welcome = project.folder / "circles/second-circle/index.da.md"
    project.write("circles/second-circle/index.da.md", welcome.read_text() + "\nSe [mødet](../small-circle/sessions/01-begin.md).\n")
    home = "/circles/second-circle/da/"
    assert 'href="../../small-circle/da/sessions/01-begin/"' in project.build(with_search=False, caches=caches).main(home)
    sessions = project.folder / "circles/small-circle/sessions"
    text = (sessions / "01-begin.da.md").read_text().replace("title:", "moved: [01-begin]\ntitle:", 1)
    for before, after in (("01-begin", "01-start"), ("01-start", "01-opening")):
        (sessions / f"{before}.da.md").unlink()
        project.write(f"circles/small-circle/sessions/{after}.da.md", text).build(with_search=False, caches=caches)
        assert f'href="../../small-circle/da/sessions/{after}/"' in project.main(home)
    assert [p.code for p in project.published.problems] == ["old-link"]


def test_an_old_address_can_be_given_up(project):
    """Without `moved:` nothing is left of the old addresses, not even an empty folder."""
    caches = project.folder / "caches"
    with_old_names(project).build(with_search=False, caches=caches)
    assert project.is_built("/circles/tiny-circle/da/all/")
    project.edit("circles/small-circle/circle.yml", "moved: [tiny-circle]\n", "").build(with_search=False, caches=caches)
    assert not (project.site / "circles/tiny-circle").exists()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("old", ["/nb/guides/former/", "/circles/tiny-circle/", "/circles/tiny-circle/sv/sessions/01-begin/"])
def test_a_browser_is_led_on(chromium, served, old, scripts):
    """Whoever kept an old address arrives at the page, with and without scripts, and asks nobody else on the way."""
    with Visit(chromium, served, old, scripts=scripts) as opened:
        opened.page.wait_for_url(f"**{OLD[old]}")
        assert opened.outside() == [] and opened.said == [] and opened.failed == []


@pytest.mark.browser
def test_a_page_that_leads_on_is_accessible(chromium, served, moved, tmp_path):
    """Where a browser does not follow by itself, the page has a heading, a language and a link; axe finds nothing."""
    page = moved.page("/nb/guides/former/")
    (tmp_path / "index.html").write_text(re.sub(r'<meta http-equiv="refresh"[^>]*>', "", page))
    still = Served(tmp_path)
    try:
        with Visit(chromium, still, "/", policy=False) as opened:
            assert accessibility_violations(opened.page) == []
    finally:
        still.stop()


@pytest.mark.java
def test_a_page_that_leads_on_is_valid(moved, html_checker):
    """The Nu HTML checker finds no error in it."""
    said = subprocess.run([*html_checker, "--errors-only", str(moved.site / "nb/guides/former/index.html")], capture_output=True, text=True, timeout=120)
    assert (said.returncode, said.stderr) == (0, "")
