"""A circle's own pages: what is next, at a glance, how the direction changed, home organisations, evaluation, and the way to them."""

from __future__ import annotations

import itertools
import json
import re
from datetime import date
from pathlib import Path

import pytest
from support.browser import Served, Visit, accessibility_violations, screens
from support.project import TODAY, CircleProject

from circlepress.localtime import end_in_utc
from circlepress.views import direction

CIRCLE = "circles/complete/circle.yml"
HOME = "/circles/complete/da/"
SECOND, THIRD = "circles/complete/sessions/02-tell.da.md", "circles/complete/sessions/03-pass-on.da.md"
PAGES = ["next", "sessions", "glance", "organisations", "organisations/havneby", "direction", "evaluation"]


@pytest.fixture
def circle(tmp_path: Path) -> CircleProject:
    """A running circle of three meetings: 8 October, 12 November and 10 December 2026."""
    return CircleProject.from_dir("complete-circle", tmp_path / "project")


def built(project: CircleProject, today: date = TODAY) -> CircleProject:
    return project.build(today=today, with_search=False)


def words(html: str) -> str:
    """Return what a reader reads: no tags, no more white space than there is to see."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- what is next ----------------------------------------------------------------------------------------------------


def test_next_tells_the_meeting_and_what_to_do_for_it(circle):
    """The page has the day, the clock in each country, the place, the aim, and what was agreed at the meeting before."""
    circle.edit(CIRCLE, "country: NO", "country: IS").edit(THIRD, "mode: hybrid", "materials: [din logbog]\nmode: hybrid")
    page = built(circle).main(f"{HOME}next/")
    said = words(page)
    assert "torsdag den 10. december 2026" in said and "10:00–12:00" in said and "09:00–11:00" in said
    assert "Strandvik, biblioteket" in said and "hvem der fører hvad videre" in said
    assert "At gøre inden torsdag den 10. december 2026 Prøv Hils på én til." in said and "din logbog" in said
    assert 'href="../sessions/03-pass-on/run-sheet/"' in page and 'href="../calendar.ics"' in page
    assert "Vi fortæller" not in said.split("Vi giver videre")[0], "a meeting that is over is not on the page"
    assert "dage" not in said, "how long it is until then is told as a date, which stays true"


def test_next_before_the_first_meeting(circle):
    """Before it has begun, the circle says so, and that there is nothing to prepare; later meetings follow in their order."""
    page = built(circle, date(2026, 9, 20)).main(f"{HOME}next/")
    said = words(page)
    assert "Cirklen begynder med dette møde." in said and "Kom, som du er." in said
    assert said.index("Vi begynder") < said.index("Derefter") < said.index("Vi fortæller") < said.index("Vi giver videre")


def test_next_on_the_day_itself(circle):
    """On the day of a meeting it is still the next one."""
    assert "Vi fortæller" in built(circle, date(2026, 11, 12)).main(f"{HOME}next/").split("data-after")[0]
    assert "Vi fortæller" not in built(circle, date(2026, 11, 13)).main(f"{HOME}next/")


def test_a_cancelled_meeting_is_named_and_skipped(circle):
    """A meeting that is cancelled says so with its reason; the next is the one after it, with the tasks of the last one held."""
    circle.edit(SECOND, "mode: online", "mode: online\nstate: {is: cancelled, why: Facilitatoren er syg.}")
    page = built(circle, date(2026, 11, 1)).main(f"{HOME}next/")
    said = words(page)
    assert "Aflyst" in said and "Facilitatoren er syg." in said
    assert "data-after" not in page, "both stand in the first list: the cancelled one, and the one that is next"
    assert "Hils på én, du ikke kender." in said, "nobody agreed anything at a meeting that was not held"
    assert "Hils på én til." not in said


def test_a_moved_meeting_says_so(circle):
    """A meeting that was moved says when it was to be, and why."""
    circle.edit(THIRD, "mode: hybrid", 'mode: hybrid\nstate: {is: moved, why: Salen var optaget., was: "2026-12-03 10:00"}')
    said = words(built(circle).main(f"{HOME}next/"))
    assert "Flyttet fra torsdag den 3. december 2026, 10:00. Salen var optaget." in said


@pytest.mark.parametrize(("change", "said"), [
    (("date: 2026-12-10\nstart: \"10:00\"\nend: \"12:00\"\n", ""), "Datoen er ikke fastlagt endnu"),
    (("status: running", "status: completed"), "Cirklen har holdt sit sidste møde."),
    (("status: running", "status: cancelled\ncancelled_because: For få havde tid i efteråret."), "For få havde tid i efteråret."),
], ids=["no date yet", "over", "cancelled"])
def test_next_has_kind_words_when_there_is_no_date(circle, change, said):
    """Without a date, after the end and for a cancelled circle, the page says so and whom to ask."""
    path = THIRD if "date" in change[0] else CIRCLE
    page = built(circle.edit(path, *change)).main(f"{HOME}next/")
    assert said in words(page) and "ane.lund@example.org" in page


def test_next_when_all_meetings_are_over(circle):
    """After the last day that was planned, the page says so, and leads to the evaluation."""
    page = built(circle, date(2026, 12, 11)).main(f"{HOME}next/")
    assert "Alle planlagte møder er holdt." in page and 'href="../evaluation/"' in page


@pytest.mark.parametrize(("day", "end", "zone", "moment"), [
    (date(2026, 10, 24), "12:00", "Europe/Copenhagen", "2026-10-24T10:00Z"),
    (date(2026, 10, 26), "12:00", "Europe/Copenhagen", "2026-10-26T11:00Z"),
    (date(2026, 7, 1), "", "Atlantic/Reykjavik", "2026-07-02T00:00Z"),
])
def test_when_a_meeting_is_over(day, end, zone, moment):
    """A meeting is over when it ends, by its own clock and with summer time; without a time, at the end of its day."""
    from datetime import time

    assert end_in_utc(day, time.fromisoformat(end) if end else None, zone) == moment


# --- the other pages -------------------------------------------------------------------------------------------------


def test_the_direction_is_drawn_and_told(circle):
    """The line bends where the direction changed; the list tells the same in order, the change after the meeting of its day."""
    page = built(circle).main(f"{HOME}direction/")
    said = words(page)
    assert said.index("Vi fortæller") < said.index("Ny retning") < said.index("Vi giver videre")
    assert "De fleste historier begyndte på trappen." in said and "Hverdagens små møder" in said
    assert page.count("cp-way-left") == 1 and "retningsskift 1, 12. november 2026" in page


def test_a_direction_that_was_kept(circle):
    """A circle that never changed its direction is told to have kept it, and its line is straight."""
    text = (circle.folder / CIRCLE).read_text("utf-8")
    circle.write(CIRCLE, text[:text.index("adjustments:")] + text[text.index("evaluation:"):])
    page = built(circle).main(f"{HOME}direction/")
    assert "Cirklen har holdt sin retning indtil nu." in page and "cp-way-left" not in page
    assert "Sådan ændrede vi retning" not in page


@pytest.mark.parametrize("days", [[1, 2, 3], [1, 300], [5], list(range(1, 13)), [100, 101, 102, 360]])
def test_meetings_are_drawn_in_their_order_and_apart(days):
    """However close together meetings are, none is drawn on another, and all within the drawing."""
    least = min(26, 304 / max(1, len(days) - 1))
    places = direction._apart({number: 18 + 304 * day / 365 for number, day in enumerate(days)}, least)
    ordered = [places[number] for number in range(len(days))]
    assert all(later - earlier >= least - 1e-6 for earlier, later in itertools.pairwise(ordered))
    assert 18 - 1e-6 <= ordered[0] and ordered[-1] <= 322 + 1e-6


def test_an_organisation_has_a_page_with_its_promises_only(circle):
    """An organisation's page tells what it promised and since when; what others promised, and what it did not, is not there."""
    built(circle)
    page = words(circle.main(f"{HOME}organisations/strandvik/"))
    assert "Arbejdstid til møderne" in page and "Aftalt den 21. september 2026" in page
    assert "Plads til en cirkel af vores egen derhjemme." not in page and "En cirkel hjemme" not in page
    local = words(circle.main(f"{HOME}organisations/havneby/"))
    assert "En cirkel hjemme er ved at blive planlagt." in local and "Ane Lund hjælper den på vej." in local


def test_an_organisation_without_promises_is_not_blamed(circle):
    """Nothing is said where nothing is promised, neither on its page nor on the invitation."""
    circle.edit(CIRCLE, "commitments: [time, experiment, manager]\n    agreed: 2026-09-22", "commitments: []")
    built(circle)
    page = circle.main(f"{HOME}organisations/fjellby/")
    assert "Det er lovet" not in page and "Aftalt den" not in page
    card = circle.main(HOME).split("Fjellby frivilligsentral")[1].split("</li>")[0]
    assert "lov" not in card.lower()


def test_a_local_circle_stands_on_the_page_of_its_organisation(circle):
    """A circle that began at an organisation is linked from its page there, and from the evaluation, unless it is unlisted."""
    child = (circle.folder / CIRCLE).read_text("utf-8").replace("title: {da: Naboer, en: Neighbours}", "title: {da: Naboer i Havneby, en: Neighbours}")
    circle.write("circles/havneby-home/circle.yml", child + "\nspawned_from: {circle: complete, organisation: havneby}\n")
    for session in sorted((circle.folder / "circles/complete/sessions").glob("*.da.md")):
        circle.write(f"circles/havneby-home/sessions/{session.name}", session.read_text("utf-8"))
    circle.write("circles/havneby-home/index.da.md", (circle.folder / "circles/complete/index.da.md").read_text("utf-8"))
    built(circle)
    assert all("Naboer i Havneby" in circle.main(f"{HOME}{page}/") for page in ("organisations/havneby", "evaluation"))
    assert "Naboer i Havneby" not in circle.main(f"{HOME}organisations/strandvik/")
    built(circle.edit("circles/havneby-home/circle.yml", "status: running", "status: running\nvisibility: unlisted"))
    assert all("Naboer i Havneby" not in circle.main(f"{HOME}{page}/") for page in ("", "organisations/havneby", "evaluation", "all"))


def test_the_evaluation_asks_before_and_answers_after(circle):
    """Before the end the page says what will be asked and when; afterwards what was learned, and where it led."""
    page = words(built(circle).main(f"{HOME}evaluation/"))
    assert "Det vil vi spørge om" in page and "torsdag den 10. december 2026" in page
    assert all(question in page for question in ("Kom vi nogen vegne?", "Hvordan arbejdede vi?", "Hvad kan vi derhjemme nu?"))
    circle.edit(CIRCLE, "evaluation: {midway: 2026-11-12, final: 2026-12-10}",
                "evaluation: {midway: 2026-11-12, final: 2026-12-10, summary: Vi lærte at hilse først.}\noutcomes:\n  - {organisation: fjellby, text: Kaffe på trappen hver onsdag.}")
    page = words(built(circle, date(2026, 12, 20)).main(f"{HOME}evaluation/"))
    assert "Vi lærte at hilse først." in page and "Fjellby frivilligsentral Kaffe på trappen hver onsdag." in page and "Det spurgte vi om" in page
    assert "Kaffe på trappen hver onsdag." in circle.main(f"{HOME}organisations/fjellby/")


def test_the_way_to_a_circles_pages(circle):
    """Each page has the same address in every language, stands in the menu or behind it, and in the list of all pages."""
    built(circle)
    for page in PAGES:
        assert circle.is_built(f"{HOME}{page}/") and circle.is_built(f"/circles/complete/en/{page}/")
        assert f'href="../{page}/"' in circle.main(f"{HOME}all/"), page
    menu = re.findall(r'<nav class="cp-navigation".*?</nav>', circle.page(HOME), re.DOTALL)[0]
    assert re.findall(r">([^<]+)</a>", menu)[:2] == ["Det næste", "Invitationen"], "a running circle begins with what is next"
    assert 'href="organisations/fjellby/"' in circle.main(HOME)
    built(circle.edit(CIRCLE, "status: running", "status: recruiting"))
    menu = re.findall(r'<nav class="cp-navigation".*?</nav>', circle.page(HOME), re.DOTALL)[0]
    assert re.findall(r">([^<]+)</a>", menu)[0] == "Invitationen"


def test_old_addresses_of_a_circle_lead_to_its_own_pages_too(circle):
    """What a circle was called before still leads to its own pages, also to those of its organisations."""
    built(circle.write(CIRCLE, (circle.folder / CIRCLE).read_text("utf-8") + "\nmoved: [neighbours-2026]\n"))
    for page in PAGES:
        assert f"/complete/da/{page}/" in circle.page(f"/circles/neighbours-2026/da/{page}/"), page


def test_a_recruiting_circle_says_until_when(circle):
    """The invitation says until when one can sign up, and afterwards when it closed, with no button that leads nowhere."""
    circle.edit(CIRCLE, "status: running", "status: recruiting")
    assert "Åben for tilmelding til og med den 15. september 2026" in built(circle, date(2026, 9, 15)).main(HOME)
    assert "cp-button" in circle.main(f"{HOME}next/")
    page = built(circle, date(2026, 9, 16)).main(HOME)
    assert "Tilmeldingen lukkede den 15. september 2026" in page and "cp-button" not in page


def test_pages_that_regroup_facts_are_not_searched(circle):
    """A search finds the invitation and the meetings, not the same facts once more on each of a circle's own pages."""
    built(circle)
    assert "data-pagefind-body" in circle.page(HOME)
    assert [page for page in PAGES if "data-pagefind-body" in circle.page(f"{HOME}{page}/")] == []


def test_an_unlisted_circle_is_nowhere_to_be_found(circle):
    """Only who knows its address finds an unlisted circle: no list, search, feed, calendar, catalogue or sitemap names it, and each
    of its pages asks search engines to stay away."""
    circle.edit(CIRCLE, "status: running", "status: running\nvisibility: unlisted").build()
    own = circle.site.resolve() / "circles/complete"
    assert own.is_dir()
    elsewhere = [path for path in circle.site.resolve().rglob("*") if path.is_file() and own not in path.parents]
    assert [path.name for path in elsewhere if b"circles/complete/" in path.read_bytes()] == []
    pages = [path for path in own.rglob("*.html") if path.name != "404.html"]
    assert len(pages) > 20 and [path for path in pages if '<meta name="robots" content="noindex">' not in path.read_text("utf-8")] == []
    assert [path for path in own.rglob("sitemap.xml") if "<loc>" in path.read_text("utf-8")] == []


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def rich(circle: CircleProject) -> CircleProject:
    """The circle with a meeting cancelled, one moved and one without a date, and outcomes."""
    circle.edit(SECOND, "mode: online", "mode: online\nstate: {is: cancelled, why: Facilitatoren er syg.}")
    circle.edit(THIRD, "mode: hybrid", 'mode: hybrid\nstate: {is: moved, why: Salen var optaget., was: "2026-12-03 10:00"}')
    circle.edit(CIRCLE, "country: NO", "country: IS")
    fourth = (circle.folder / THIRD).read_text("utf-8").replace("2026-12-10", "2026-12-16").replace("Vi giver videre", "Vi ses igen")
    circle.write("circles/complete/sessions/04-again.da.md", re.sub(r"state: .*\n", "", fourth))
    text = (circle.folder / CIRCLE).read_text("utf-8")
    return circle.write(CIRCLE, text + "\noutcomes:\n  - {organisation: havneby, text: Kaffe på trappen hver onsdag.}\n")


@pytest.mark.browser
def test_the_readers_clock_decides_what_is_next(chromium, rich):
    """A page made in November tells a reader in December of December's meeting, and after the last one that all are held."""
    served = Served(built(rich, date(2026, 11, 1)).site)
    try:
        seen = {}
        for moment in ("2026-11-01T10:00:00Z", "2026-12-10T10:59:00Z", "2026-12-10T11:01:00Z", "2026-12-17T00:00:00Z"):
            with Visit(chromium, served, "/da/") as opened:
                opened.page.clock.set_fixed_time(moment)
                opened.page.goto(f"{served.address}{HOME}next/")
                opened.page.wait_for_load_state("networkidle")
                seen[moment] = (opened.page.locator("[data-next] h3").all_text_contents(), opened.page.locator("[data-after]:visible h3").all_text_contents(),
                                opened.page.locator("[data-said]").is_visible())
                assert opened.said == []
        assert seen == {
            "2026-11-01T10:00:00Z": (["Vi fortæller", "Vi giver videre"], ["Vi ses igen"], False),
            "2026-12-10T10:59:00Z": (["Vi giver videre"], ["Vi ses igen"], False),
            "2026-12-10T11:01:00Z": (["Vi ses igen"], [], False),
            "2026-12-17T00:00:00Z": ([], [], True),
        }
    finally:
        served.stop()


@pytest.mark.browser
def test_a_circles_pages_are_accessible_and_reflow(chromium, rich):
    """Each page is accessible on a phone and a desktop, in light and dark, asks nothing of others, and is not cut at 320 pixels."""
    served, found = Served(built(rich, date(2026, 11, 1)).site), {}
    try:
        for width, scheme in screens(320):
            with Visit(chromium, served, HOME, width=width, scheme=scheme) as opened:
                for page in ["", *PAGES, "evaluation"]:
                    opened.go_on(f"{HOME}{page}/".replace("//", "/")).page.wait_for_load_state("networkidle")
                    found[f"{page} {width} {scheme}"] = accessibility_violations(opened.page) + opened.outside() + opened.failed + opened.said
                    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width, page
        assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)
    finally:
        served.stop()


@pytest.mark.browser
def test_the_menu_works_on_the_narrowest_screen(chromium, rich):
    """At 320 pixels the menu opens, leads to every page of the circle, and its entries can be touched."""
    served = Served(built(rich, date(2026, 11, 1)).site)
    try:
        with Visit(chromium, served, HOME, width=320, height=700) as opened:
            opened.page.click(".cp-menu summary")
            entries = opened.page.locator(".cp-menu a")
            assert entries.all_text_contents() == ["Det næste", "Invitationen", "Møderne", "Hjemorganisationer", "Retning", "Vi ser tilbage"]
            boxes = [entry.bounding_box() for entry in entries.all()]
            assert all(box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes), boxes
            opened.page.click(".cp-menu a >> text=Hjemorganisationer")
            opened.page.wait_for_url("**/organisations/")
    finally:
        served.stop()


@pytest.mark.browser
@pytest.mark.parametrize("page", ["glance", "organisations/havneby"])
def test_a_sheet_of_paper(chromium, rich, page):
    """At a glance and an organisation's page fill one A4 sheet when they are printed."""
    served = Served(built(rich, date(2026, 11, 1)).site)
    try:
        with Visit(chromium, served, f"{HOME}{page}/") as opened:
            assert len(re.findall(rb"/Type\s*/Page[^s]", opened.page.pdf(prefer_css_page_size=True))) == 1
    finally:
        served.stop()
