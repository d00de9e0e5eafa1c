"""Views across circles: the directory and its filters, the family tree, what is coming up; what stays hidden, and what follows an edit."""

from __future__ import annotations

import html
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from support.browser import Served, Visit, accessibility_violations, screens
from support.family import HIDDEN, SECRET, family_project
from support.project import TODAY, CircleProject

DIRECTORY = "/da/circles/"


@pytest.fixture
def family(tmp_path: Path) -> CircleProject:
    return family_project(tmp_path / "project")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> CircleProject:
    """The family, built and not changed by any test."""
    return family_project(tmp_path_factory.mktemp("family") / "project").build(with_search=False)


def titles(page: str) -> list[str]:
    return re.findall(r'<li class="cp-card"[^>]*>.*?<h3><a[^>]*>(.*?)</a>', page, re.DOTALL)


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- the directory ---------------------------------------------------------------------------------------------------


def test_each_value_has_a_page(built):
    """A page holds the circles with one value and no others; its address is the same in every language."""
    assert titles(built.page(f"{DIRECTORY}by/country/fo/")) == ["En ny cirkel"]
    assert titles(built.page(f"{DIRECTORY}by/status/running/")) == ["En cirkel hjemme", "En cirkel langt fra", "En cirkel ved siden af", "En lille cirkel"]
    assert len(titles(built.page(f"{DIRECTORY}by/theme/small/"))) == len(titles(built.page(DIRECTORY))) == 5
    below = {language: sorted(path.relative_to(built.site / language).as_posix() for path in (built.site / language / "circles/by").rglob("*"))
             for language in ("da", "sv", "nb", "en")}
    assert len({str(paths) for paths in below.values()}) == 1
    assert {path.split("/")[2] for path in below["da"] if path.count("/") == 2} == {"status", "theme", "country", "sector", "language"}


def test_every_value_is_counted_and_none_is_empty(built):
    """A filter says how many circles it leaves, and that is so on its page; every page that is there is led to."""
    page = built.page(DIRECTORY)
    led_to = re.findall(r'<a href="(by/[^"]+)" data-facet="[^"]+">.*?<span class="cp-count">\((\d+)\)', page)
    assert len(led_to) == 11
    for address, count in led_to:
        assert len(titles(built.page(f"{DIRECTORY}{address}"))) == int(count) > 0
    assert {address.strip("/") for address, _ in led_to} == {
        path.parent.relative_to(built.site / "da/circles").as_posix() for path in (built.site / "da/circles/by").rglob("index.html")}


def test_sign_up_is_open_until_its_last_day(family):
    """A circle that recruits is open for sign-up through the last day, and says so no longer on the day after."""
    family.build(with_search=False, languages=("da",), today=date(2026, 12, 15))
    assert titles(family.page(f"{DIRECTORY}by/status/open/")) == ["En ny cirkel"] and "Tilmelding senest" in family.main(DIRECTORY)
    family.build(with_search=False, languages=("da",), today=date(2026, 12, 16))
    assert not family.is_built(f"{DIRECTORY}by/status/open/")
    assert titles(family.page(f"{DIRECTORY}by/status/closed/")) == ["En ny cirkel"] and "Tilmelding senest" not in family.main(DIRECTORY)
    assert "Tilmeldingen er slut" in family.main(DIRECTORY)


def test_theme_names_in_another_language_are_marked(built):
    """A theme that is not translated keeps its language mark among the filters."""
    assert '<span lang="da">Et lille tema</span>' in built.main("/sv/circles/")


# --- the family tree -------------------------------------------------------------------------------------------------


def drawn(page: str) -> list[list[tuple[str, str]]]:
    """Return, for each tree, its rings as how they stand and what stands beside them."""
    trees = re.findall(r"<svg class=\"cp-tree\".*?</svg>", page, re.DOTALL)
    return [[(stands, html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))) for stands, text in
             re.findall(r'cp-ring-(\w+)".*?<text[^>]*>(.*?)</text>', tree, re.DOTALL)] for tree in trees]


def test_the_tree_is_drawn_with_words(built):
    """A tree tells who began where, how each circle stands in words and form, and of parents elsewhere; strangers stand below."""
    page = built.main("/da/circles/family/")
    assert drawn(page) == [
        [("running", "En lille cirkel I gang · Danmark og Sverige"), ("running", "En cirkel hjemme I gang · Danmark og Sverige Begyndte hos Nordby Bibliotek"),
         ("running", "En cirkel ved siden af I gang · Danmark og Sverige Begyndte hos Österby förening")],
        [("elsewhere", "elsewhere.example.org/ circles/first En cirkel på et andet websted"), ("running", "En cirkel langt fra I gang · Danmark og Sverige")]]
    assert "<title id=\"cp-family-1\">En lille cirkel: et træ med 3 cirkler</title>" in page
    assert "En ny cirkel" in page.split('id="cp-single"')[1]


def test_the_list_tells_the_same(built):
    """Below each drawing the same links stand in a nested list, in the same order."""
    page = built.main("/da/circles/family/")
    for tree, text in zip(re.findall(r"<svg class=\"cp-tree\".*?</svg>", page, re.DOTALL), re.findall(r"<details.*?</details>", page, re.DOTALL), strict=True):
        assert re.findall(r'<a href="([^"]+)"', tree) == re.findall(r'<a href="([^"]+)"', text) != []
    nested = re.search(r"<details.*?</details>", page, re.DOTALL)[0]
    assert nested.count("<ul>") == 3


def test_circles_that_claim_to_be_each_others_parents_end_nothing(family):
    """Circles in a ring are reported, left out, and what began from them stands for itself."""
    family.write("circles/small-circle/circle.yml", (family.folder / "circles/small-circle/circle.yml").read_text("utf-8") + "spawned_from: {circle: next-door}\n")
    family.build(with_search=False, languages=("da",))
    assert sum("is its own ancestor" in problem.message for problem in family.published.problems) == 3
    assert [len(tree) for tree in drawn(family.main("/da/circles/family/"))] == [2]


def test_even_a_ring_that_nobody_reported_is_drawn_once(family):
    """The drawing by itself never follows a ring round."""
    from msgspec.structs import replace as replaced

    from circlepress import pipeline
    from circlepress.edition import Edition, EditionKind
    from circlepress.metadata.circle import SpawnedFrom
    from circlepress.resolve import resolve
    from circlepress.views.common import Desk
    from circlepress.views.family import family_page

    checked = pipeline.check(family.folder, TODAY)
    circles = dict(checked.catalogue.circle_by_id)
    first = circles["small-circle"]
    circles["small-circle"] = replaced(first, facts=replaced(first.facts, spawned_from=SpawnedFrom(circle="next-door")))
    catalogue = replaced(checked.catalogue, circle_by_id=circles)
    resolved = resolve(catalogue, Edition(EditionKind.HANDBOOK, "da"), checked.sources.settings.chain_by_language)
    view = family_page(Desk(catalogue, checked.sources.settings, resolved, TODAY)).view
    shown = [node["address"] for one in view["families"] for node in one["nodes"]] + [card["address"] for card in view["single"]]
    assert len(shown) == len(set(shown))
    assert {f"/circles/{name}/da/" for name in ("small-circle", "at-home", "next-door")} <= set(shown)


def test_long_names_are_broken_inside_the_drawing(family):
    """A title of sixty characters and a word without end stay within the drawing's width."""
    family.edit("circles/at-home/circle.yml", "En cirkel hjemme", "Velfærdsteknologiudviklingssamarbejdsorganisationer i Norden").build(with_search=False, languages=("da",))
    lines = re.findall(r'<tspan class="cp-tree-title"[^>]* x="(\d+)"[^>]*>([^<]+)</tspan>', family.main("/da/circles/family/"))
    assert sum(text.strip("-") in "Velfærdsteknologiudviklingssamarbejdsorganisationer i Norden" for _, text in lines) >= 3
    assert all(int(left) + 9.4 * len(text) <= 304 for left, text in lines)


# --- what is coming up -----------------------------------------------------------------------------------------------


def entries(page: str) -> list[tuple[str, str, str]]:
    """Return what is coming up: date, title, circle."""
    return [(day, title, circle.split(" · ")[0]) for day, title, circle in re.findall(
        r'<li data-over[^>]*><time datetime="([^"]+)">.*?<a [^>]*>(.*?)</a>.*?<p class="cp-small">(.*?)</p>', page, re.DOTALL)]


def test_what_is_coming_up_begins_today(family):
    """Sessions and last days to sign up stand in the order of their days, today's among them, and yesterday's are gone."""
    family.build(with_search=False, languages=("da",), today=date(2026, 12, 1))
    assert entries(family.main(f"{DIRECTORY}coming/")) == [
        ("2026-12-01", "Vi begynder", "En cirkel hjemme"), ("2026-12-15", "Sidste frist for tilmelding", "En ny cirkel"),
        ("2027-01-12", "Vi begynder", "En cirkel ved siden af"), ("2027-02-01", "Vi begynder", "En ny cirkel"), ("2027-03-29", "Vi begynder", "En cirkel langt fra")]
    family.build(with_search=False, languages=("da",), today=date(2027, 1, 13))
    assert [day for day, _, _ in entries(family.main(f"{DIRECTORY}coming/"))] == ["2027-02-01", "2027-03-29"]
    assert "En cirkel langt fra" in family.main("/da/").split('id="cp-circles"')[1]


def test_moved_and_cancelled_sessions_say_so(family):
    """A moved session and a cancelled one are marked; the front page keeps what takes place."""
    family.edit("circles/at-home/sessions/01-begin.da.md", "mode: online", "mode: online\nstate: {is: moved, was: 2026-11-26}")
    family.edit("circles/next-door/sessions/01-begin.da.md", "mode: online", "mode: online\nstate: {is: cancelled, why: Facilitatoren er syg.}")
    family.build(with_search=False, languages=("da",))
    page = family.main(f"{DIRECTORY}coming/")
    assert page.count("<strong>Flyttet</strong>") == 1 == page.count("<strong>Aflyst</strong>")
    assert "<strong>Flyttet</strong>" in family.main("/da/") and "<strong>Aflyst</strong>" not in family.main("/da/")


# --- what nobody may be told of --------------------------------------------------------------------------------------


def test_hidden_circles_leave_no_trace(built):
    """No page of the handbook or of another circle, no calendar, feed, catalogue, sitemap or search file names an unlisted, local or draft circle."""
    allowed = "circles/quiet-circle/"
    leaks = [name for name, content in files_below(built.site).items() if not name.startswith(allowed)
             and any(secret.encode() in content for secret in (SECRET, *HIDDEN))]
    assert leaks == []
    assert built.is_built("/circles/quiet-circle/da/") and not (built.site / allowed / "da/feed.xml").exists()
    kinds = {Path(name).suffix for name in files_below(built.site)}
    assert {".ics", ".xml", ".json", ".html"} <= kinds


def test_even_in_previews_files_that_leave_the_house_are_public(family):
    """A preview's pages show drafts; its calendar, feed and catalogue still tell of public circles only."""
    family.edit("docs/guides/second.da.md", "phase: [run]", "phase: [run]\ndraft: true").build(with_search=False, preview=True)
    assert SECRET in family.main(DIRECTORY)
    for name in ("da/circles/calendar.ics", "da/feed.xml", "catalogue.json"):
        assert SECRET not in (family.site / name).read_text("utf-8")
    assert "guides/second" not in (family.site / "catalogue.json").read_text("utf-8")


# --- an edit is everywhere -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_new_date_is_everywhere_in_the_next_build(family, tmp_path, jobs):
    """A session that gets another day has it in calendars, feed, catalogue and lists at once, and the site is what a build from nothing makes."""
    family.build(caches=tmp_path / "cache", jobs=jobs)
    family.edit("circles/at-home/sessions/01-begin.da.md", "date: 2026-12-01", "date: 2026-12-03\nstate: {is: moved, was: 2026-12-01}")
    family.build(caches=tmp_path / "cache", jobs=jobs)
    told = {"da/circles/coming/index.html": "2026-12-03", "da/circles/calendar.ics": "20261203T090000", "circles/at-home/da/calendar.ics": "20261203T090000",
            "circles/at-home/da/sessions/01-begin/session.ics": "20261203T090000", "da/feed.xml": "3. december 2026", "en/feed.xml": "3 December 2026",
            "circles/at-home/da/feed.xml": "3. december 2026", "catalogue.json": "2026-12-03T08:00:00Z"}
    assert [name for name, text in told.items() if text not in (family.site / name).read_text("utf-8")] == []
    clean = CircleProject(tmp_path / "clean")
    shutil.copytree(family.folder, clean.folder, ignore=shutil.ignore_patterns("site", ".site*"))
    clean.build()
    assert files_below(family.site) == files_below(clean.site)


def test_passing_days_are_seen_by_the_next_build(family, tmp_path):
    """When a session or a last day to sign up has passed, the next build is what a build from nothing makes on that day."""
    for today in (date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 16), date(2027, 1, 13)):
        family.build(caches=tmp_path / "cache", with_search=False, today=today)
        family.build(output=family.folder / "clean", with_search=False, today=today)
        assert files_below(family.site) == files_below(family.folder / "clean"), today


def test_stock_mkdocs_writes_the_same(family):
    """The new pages and files are the same when stock MkDocs renders them."""
    family.build(with_search=False)
    family.build(output=family.folder / "stock", with_search=False, plain=True)
    assert files_below(family.site) == files_below(family.folder / "stock")


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(built) -> Served:
    found = Served(built.site.resolve())
    yield found
    found.stop()


PAGES = {"directory": DIRECTORY, "value": f"{DIRECTORY}by/country/se/", "family": "/da/circles/family/", "coming": f"{DIRECTORY}coming/", "translated": "/en/circles/"}


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_no_violation(chromium, served, path):
    """Each kind of page is accessible on a phone and a desktop, in light and dark, with everything that folds open."""
    found = {}
    for width, scheme in screens():
        with Visit(chromium, served, path, width=width, scheme=scheme) as opened:
            opened.page.evaluate("document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); if (one.closest('main')) one.open = true; })")
            found[f"{width} {scheme}"] = accessibility_violations(opened.page) + opened.said + opened.outside() + opened.failed
    assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_nothing_is_cut_on_a_narrow_screen(chromium, served, path):
    """Pages reflow at 320 CSS pixels without scrolling sideways (WCAG 1.4.10), and what is to be touched is 44 high."""
    with Visit(chromium, served, path, width=320, height=700) as opened:
        opened.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.removeAttribute('name'); one.open = true; })")
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320
        small = opened.page.eval_on_selector_all(
            ".cp-filters summary, .cp-filters a, .cp-tree .cp-area, .cp-families summary",
            "all => all.map(e => [e.textContent || e.closest('a').textContent, e.getBoundingClientRect().height]).filter(([, height]) => height < 43)")
        assert small == []


def shown(page) -> list[str]:
    return page.eval_on_selector_all(".cp-card", "all => all.filter(one => one.offsetParent).map(one => one.querySelector('h3').textContent)")


@pytest.mark.browser
def test_filters_are_combined_with_the_keyboard(chromium, served):
    """With the script, values of several filters are chosen by keyboard; the number found is said, the address keeps the choice."""
    with Visit(chromium, served, DIRECTORY) as opened:
        page = opened.page
        summaries = page.locator(".cp-filters summary")
        summaries.nth(0).focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.facet") == "status=open"
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.locator(".cp-found [role=status]").text_content() == "4 cirkler" and len(shown(page)) == 4
        page.locator('[data-facet="country=fo"]').evaluate("one => { one.closest('details').open = true; one.focus(); }")
        page.keyboard.press("Enter")
        assert page.locator(".cp-found [role=status]").text_content() == "Ingen cirkel passer. Fjern et af valgene." and shown(page) == []
        assert page.locator('[data-facet="status=open"] .cp-count').text_content() == "(1)"
        page.locator('[data-facet="status=running"]').focus()
        page.keyboard.press("Space")
        assert shown(page) == ["En ny cirkel"] and page.locator(".cp-found [role=status]").text_content() == "1 cirkel"
        assert page.url.endswith("/da/circles/?country=fo")
        assert page.locator('[data-facet="country=fo"]').get_attribute("aria-pressed") == "true"
        assert page.locator('.cp-languages a[hreflang="sv"]').first.get_attribute("href").endswith("/sv/circles/?country=fo")
        page.locator(".cp-clear").focus()
        page.keyboard.press("Enter")
        assert len(shown(page)) == 5 and page.url.endswith("/da/circles/")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        assert opened.said == []


@pytest.mark.browser
def test_a_choice_can_be_sent_to_others(chromium, served):
    """An address with a choice opens with it; values that are none are overlooked."""
    with Visit(chromium, served, f"{DIRECTORY}?sector=education&status=open&country=xx&<b>") as opened:
        opened.page.wait_for_selector('[data-facet="sector=education"][aria-pressed=true]')
        assert shown(opened.page) == ["En ny cirkel"] and opened.said == []


@pytest.mark.browser
def test_without_scripts_a_value_is_a_page(chromium, served):
    """Without scripts a filter leads to its page, which says which value it shows and leads back to all circles."""
    with Visit(chromium, served, DIRECTORY, scripts=False) as opened:
        page = opened.page
        page.locator(".cp-filters summary", has_text="Land").click()
        page.locator(".cp-filters a", has_text="Færøerne").click()
        page.wait_for_url("**/by/country/fo/")
        assert page.locator("h1").text_content() == "Cirkler: Færøerne" and page.locator("[aria-current=page][data-facet]").text_content() == "Færøerne (1)"
        page.locator(".cp-clear").click()
        page.wait_for_url("**/da/circles/")


@pytest.mark.browser
def test_circles_of_the_tree_are_reached_by_keyboard(chromium, served):
    """Every circle of a drawing is a link that has the focus in the order of the tree and shows it."""
    with Visit(chromium, served, "/da/circles/family/") as opened:
        page = opened.page
        page.locator(".cp-tree a").first.focus()
        order = []
        for _ in range(3):
            order.append(page.evaluate("document.activeElement.getAttribute('href')"))
            assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.cp-area')).strokeWidth") == "3px"
            page.keyboard.press("Tab")
        assert [one.split("/")[-3] for one in order] == ["small-circle", "at-home", "next-door"]
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        page.locator(".cp-tree a").nth(1).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/circles/at-home/da/")


@pytest.mark.browser
def test_what_has_passed_is_hidden_by_the_readers_clock(chromium, served):
    """A page that is weeks old leaves out what has passed by the reader's own clock, and says when nothing is left."""
    for now, left in (("2026-12-01T08:59:00+01:00", 5), ("2026-12-01T10:01:00+01:00", 4), ("2026-12-16T00:01:00+01:00", 3), ("2028-01-01T00:00:00Z", 0)):
        context = chromium.new_context()
        page = context.new_page()
        page.clock.set_fixed_time(now)
        page.goto(f"{served.address}{DIRECTORY}coming/")
        page.wait_for_load_state("networkidle")
        assert page.locator("[data-over]:visible").count() == left and page.locator(".cp-none").is_visible() == (left == 0)
        context.close()
