"""Run mode and the drawn agenda in a real browser: by keyboard, read aloud, offline, without scripts, on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.browser import Served, accessibility_violations, screens

pytestmark = pytest.mark.browser
SESSION = "/circles/digital-help-2026/da/sessions/02-what-we-tried/"
RUN = f"{SESSION}run/"
BEGINS = "2026-10-08T07:00:00Z"


@contextmanager
def running(chromium, served: Served, at: str = "2026-10-08T06:00:00Z", **options) -> Iterator:
    """Open run mode at a moment by the reader's clock; the test decides when time passes."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)
    page = context.new_page()
    page.clock.install(time=at)
    page.goto(served.address + RUN)
    page.wait_for_selector("[data-screen]:not([hidden])")
    yield page
    context.close()


def text(page, name: str) -> str:
    return " ".join(page.locator(f"[data-{name}]").first.text_content().split())


def rest(page) -> float:
    return float(page.locator("[data-rest]").get_attribute("stroke-dasharray").split()[0]) / 3.1416


def test_a_meeting_is_run_with_the_keyboard(chromium, served_site):
    """Space starts and pauses, arrows go back and on, plus and minus change the minutes, t asks; each change of block is announced once."""
    with running(chromium, served_site) as page:
        assert text(page, "title") == "Indtjekningsrunde" and text(page, "time-left") == "12 min. tilbage" and round(rest(page), 2) == 100
        page.keyboard.press(" ")
        page.clock.run_for("06:02")
        assert text(page, "time-left") == "6 min. tilbage" and rest(page) == pytest.approx(50, abs=1)
        said = text(page, "said")
        page.clock.run_for("01:00")
        assert text(page, "said") == said, "time alone announces nothing"
        page.keyboard.press("t")
        assert text(page, "said") == "5 min. tilbage"
        page.keyboard.press(" ")
        page.clock.run_for("10:00")
        assert text(page, "time-left") == "5 min. tilbage"
        page.keyboard.press("+")
        assert text(page, "time-left") == "6 min. tilbage"
        page.keyboard.press("-")
        page.keyboard.press("-")
        assert text(page, "time-left") == "4 min. tilbage"
        page.keyboard.press("ArrowRight")
        assert text(page, "title") == "Prøv og fortæl" and text(page, "said").startswith("Prøv og fortæl. 38 min.")
        assert text(page, "following").startswith("Bagefter: Pause") and page.locator("li[aria-current=step]").count() == 1
        page.keyboard.press("ArrowLeft")
        assert text(page, "title") == "Indtjekningsrunde"


def test_nothing_moves_on_by_itself(chromium, served_site):
    """When a block's time is up, the ring is empty and words say how much it is over; the block stays until somebody goes on."""
    with running(chromium, served_site) as page:
        page.keyboard.press(" ")
        page.clock.run_for("15:10")
        assert text(page, "title") == "Indtjekningsrunde" and text(page, "time-left") == "3 min. over tiden" and rest(page) == 0
        for _ in range(6):
            page.keyboard.press("ArrowRight")
        assert text(page, "following") == "Det er den sidste del." and page.locator("[data-note]").is_hidden()
        page.keyboard.press("ArrowRight")
        assert text(page, "note") == "Mødet er slut. Tak for i dag." == text(page, "said")


@pytest.mark.parametrize(("at", "title", "left"), [("2026-10-08T07:20:00Z", "Prøv og fortæl", "30 min. tilbage"), ("2026-10-08T08:59:30Z", "Afslutningsrunde", "1 min. tilbage")])
def test_it_can_follow_the_plans_clock(chromium, served_site, at, title, left):
    """In the middle of the meeting, in any time zone, the block of this minute is shown with what is left of it."""
    with running(chromium, served_site, at, timezone_id="America/Nuuk") as page:
        page.click("[data-do=follow]")
        assert text(page, "title") == title and text(page, "time-left") == left


def test_before_and_after_the_plan(chromium, served_site):
    """Too early it waits and begins by itself on the minute; too late it says to start now instead."""
    with running(chromium, served_site, "2026-10-08T06:58:00Z") as page:
        page.click("[data-do=follow]")
        assert text(page, "note") == "Mødet begynder kl. 09:00."
        page.clock.run_for("05:00")
        assert text(page, "time-left") == "9 min. tilbage" and page.locator("[data-note]").is_hidden()
    with running(chromium, served_site, "2026-10-09T06:58:00Z") as page:
        page.click("[data-do=follow]")
        assert "Begynd nu i stedet" in text(page, "note") and text(page, "title") == "Indtjekningsrunde"


def test_it_works_offline_and_keeps_nothing(chromium, served_site):
    """After it is loaded nothing is asked for and nothing is kept on the device."""
    with running(chromium, served_site) as page:
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.context.set_offline(True)
        for key in (" ", "ArrowRight", "+", "t", "ArrowRight", "ArrowLeft", " "):
            page.keyboard.press(key)
            page.clock.run_for("02:00")
        assert text(page, "title") == "Prøv og fortæl" and asked == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0 and page.context.cookies() == []


def test_the_buttons_do_the_same_and_are_large(chromium, served_site):
    """Every control has a button of at least 44 pixels, in the order of use; space on a button presses that button only."""
    with running(chromium, served_site) as page:
        boxes = page.eval_on_selector_all("[data-do]", "all => all.map(e => [e.dataset.do, e.getBoundingClientRect().height])")
        assert [name for name, _ in boxes] == ["toggle", "follow", "back", "forward", "more", "less", "ask", "full"] and min(height for _, height in boxes) >= 44
        page.focus("[data-do=forward]")
        page.keyboard.press(" ")
        assert text(page, "title") == "Prøv og fortæl" and page.locator("[data-do=toggle]").text_content() != "Hold pause"
        page.focus("[data-do=toggle]")
        order = []
        for _ in range(8):
            order.append(page.evaluate("document.activeElement.dataset.do || document.activeElement.tagName"))
            page.keyboard.press("Tab")
        assert order == ["toggle", "follow", "back", "forward", "more", "less", "ask", "full"]
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_full_screen_shows_the_meeting_alone(chromium, served_site):
    """f fills the screen with the block and its controls, and leaves it again."""
    with running(chromium, served_site) as page:
        page.keyboard.press("f")
        page.wait_for_selector(".cp-run:fullscreen")
        assert page.locator(".cp-run-plan").is_hidden() and page.locator("[data-title]").is_visible()
        assert accessibility_violations(page) == []
        page.keyboard.press("f")
        page.wait_for_selector(".cp-run:not(:fullscreen)")


def test_less_motion_moves_once_a_minute(chromium, served_site):
    """With less motion wanted, the ring stands still within a minute."""
    with running(chromium, served_site, reduced_motion="reduce") as page:
        page.keyboard.press(" ")
        page.clock.run_for("01:05")
        before = rest(page)
        page.clock.run_for("00:40")
        assert rest(page) == before
        page.clock.run_for("00:30")
        assert rest(page) < before


@pytest.mark.parametrize(("width", "scheme"), screens())
def test_it_is_accessible_while_it_runs(chromium, served_site, width, scheme):
    """axe finds nothing in the middle of a meeting, past its time, or with the keys explained."""
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.clock.install(time=BEGINS)
    page.goto(served_site.address + RUN)
    page.click(".cp-run-keys summary")
    page.click("[data-do=follow]")
    page.clock.run_for("14:00")
    page.clock.resume()
    found = accessibility_violations(page)
    context.close()
    assert found == []


def test_without_scripts_it_is_the_plain_agenda(visit):
    """The agenda stands there with its clock times, and no control that does nothing."""
    page = visit(RUN, scripts=False).page
    assert page.locator("[data-agenda] > li").count() == 7 and page.locator("[data-agenda] .cp-time").first.is_visible()
    assert page.locator("[data-screen]").is_hidden() and "Uden scripts" in page.locator("noscript").inner_text()


def test_a_screen_reader_meets_the_agenda_before_its_drawing(visit):
    """In reading order: the meeting, its facts, the agenda as a list, then one picture with the same content as its description."""
    page = visit(SESSION).page
    seen = page.locator("main").aria_snapshot()
    assert seen.index("heading \"Hvad skete der, da vi prøvede?\"") < seen.index("heading \"Dagsorden\"") < seen.index("text: 09:00") < seen.index('img "Dagsordenen som tidslinje')
    said = page.locator("#cp-timeline-text").text_content()
    for line in page.eval_on_selector_all(".cp-agenda > li", "all => all.map(e => [e.querySelector('.cp-time').textContent, e.querySelector('.cp-block-title').firstChild.textContent.trim()])"):
        assert " ".join(line) in said


def test_the_heights_on_the_screen_are_the_minutes(visit):
    """The drawing's blocks have heights in proportion to the minutes of the list, on a phone and a desktop."""
    for width in (390, 1280):
        page = visit(SESSION, width=width).page
        heights = page.eval_on_selector_all(".cp-timeline rect[class]", "all => all.map(e => e.getBoundingClientRect().height)")
        minutes = [12, 38, 10, 15, 30, 8, 7]
        assert heights == pytest.approx([minute * sum(heights) / 120 for minute in minutes], abs=3)


def pages_on_paper(page) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4", prefer_css_page_size=True)))


def test_the_participants_agenda_is_one_sheet(visit):
    """A meeting of two hours prints on one side of A4, the drawing beside the list."""
    assert pages_on_paper(visit(SESSION).page) == 1


def test_the_run_sheet_opens_its_steps_on_paper(visit):
    """Folded on the screen, the steps of the methods are there on paper, with room for notes beside them, in three sheets at most."""
    page = visit(f"{SESSION}run-sheet/").page
    steps = page.locator(".cp-steps ol").first
    assert not steps.is_visible()
    assert pages_on_paper(page) <= 3
    page.emulate_media(media="print")
    assert steps.is_visible()
    notes = page.eval_on_selector_all(".cp-plan tbody td:last-child", "all => all.map(e => e.getBoundingClientRect().width / e.closest('table').getBoundingClientRect().width)")
    assert min(notes) >= 0.3
