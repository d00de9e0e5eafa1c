"""The real site in a real browser: accessible, valid, silent towards the outside, and usable by keyboard and without scripts."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from support.browser import accessibility_violations, screens

pytestmark = pytest.mark.browser

PAGES = {
    "handbook front page": "/da/",
    "guide": "/da/guides/open-process/",
    "guide through fallback": "/is/guides/open-process/",
    "checklist": "/da/checklists/recruit/",
    "method": "/sv/methods/check-in-round/",
    "theme": "/da/themes/digital-change/",
    "template": "/en/templates/invitation-short/",
    "list": "/fi/guides/",
    "directory of circles": "/is/circles/",
    "circles of one country": "/fi/circles/by/country/fi/",
    "family tree": "/sv/circles/family/",
    "what is coming up": "/nb/circles/coming/",
    "glossary": "/fi/glossary/",
    "translations": "/is/translations/",
    "model check": "/sv/checks/",
    "problem codes": "/en/project/problem-codes/",
    "microsite front page": "/circles/digital-help-2026/da/",
    "session": "/circles/digital-help-2026/da/sessions/02-what-we-tried/",
    "session through fallback": "/circles/digital-help-2026/en/sessions/03-in-the-conversation/",
    "run sheet": "/circles/digital-help-2026/da/sessions/02-what-we-tried/run-sheet/",
    "run mode": "/circles/digital-help-2026/da/sessions/02-what-we-tried/run/",
    "what to bring": "/circles/digital-help-2026/da/materials/",
    "letters and lists": "/circles/digital-help-2026/sv/templates/",
    "filled mail": "/circles/digital-help-2026/da/templates/note-to-manager/",
    "filled mail through fallback": "/circles/digital-help-2026/sv/templates/note-to-manager/",
    "dated checklist": "/circles/digital-help-2026/da/checklists/recruit/",
    "what is next": "/circles/ostvig-digital-cafe/da/next/",
    "meetings": "/circles/digital-help-2026/sv/sessions/",
    "at a glance": "/circles/digital-help-2026/en/glance/",
    "home organisations": "/circles/digital-help-2026/en/organisations/",
    "home organisation": "/circles/digital-help-2026/en/organisations/ostvig/",
    "direction": "/circles/digital-help-2026/en/direction/",
    "evaluation": "/circles/digital-help-2026/sv/evaluation/",
    "gateway": "/",
    "error page": "/da/404.html",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_no_violation(reader, path):
    """Each kind of page is accessible on a phone and a desktop, in light and dark."""
    found = {}
    for width, scheme in screens():
        opened = reader(path, width=width, scheme=scheme)
        found[f"{width} {scheme}"] = accessibility_violations(opened.page)
    assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.java
def test_the_html_checker_finds_no_error(real_site, html_checker):
    """Each kind of page is valid HTML by the Nu HTML checker."""
    files = [str(real_site / path.lstrip("/") / "index.html") if path.endswith("/") else str(real_site / path.lstrip("/")) for path in PAGES.values()]
    result = subprocess.run([*html_checker, "--format", "json", "--errors-only", *files], capture_output=True, text=True, timeout=300)
    messages = json.loads(result.stderr)["messages"]
    assert [f"{m.get('url', '')}:{m.get('lastLine')}: {m['message']}" for m in messages] == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_no_request_leaves_the_site(reader, path):
    """A page fetches only from its own host, everything it asks for is there, and the content policy is not broken."""
    opened = reader(path)
    opened.page.wait_for_load_state("networkidle")
    assert opened.outside() == []
    assert opened.failed == []
    assert opened.said == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_nothing_is_cut_on_a_narrow_screen(reader, path):
    """A page reflows at 320 CSS pixels without scrolling sideways (WCAG 1.4.10), and on the screen of a phone."""
    page = reader(path, width=320).page
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


COVERED = """() => {
    const box = document.querySelector('.cp-contents').getBoundingClientRect();
    return [...document.querySelectorAll('.cp-page > :not(.cp-contents)')].filter(element => {
        const other = element.getBoundingClientRect();
        return other.width && other.left < box.right - 1 && other.right > box.left + 1 && other.top < box.bottom - 1 && other.bottom > box.top + 1;
    }).map(element => element.className || element.tagName);
}"""
"""The parts of a page that its list of contents lies over, as a reader sees it who has scrolled."""


@pytest.mark.parametrize("width", [1000, 1280])
def test_the_contents_cover_nothing(reader, real_site, width):
    """On every kind of page that has a list of contents: beside the text or before it, it stays clear of it while one reads on."""
    by_kind: dict[str, Path] = {}
    for page in sorted((real_site / "da").rglob("index.html")):
        text = page.read_text("utf-8")
        if 'class="cp-contents"' in text:
            by_kind.setdefault(re.search(r'<article class="([^"]*)"', text)[1], page.parent)
    assert len(by_kind) > 5, by_kind
    for kind, folder in by_kind.items():
        page = reader(f"/{folder.relative_to(real_site).as_posix()}/", width=width).page
        page.evaluate("window.scrollTo(0, document.body.scrollHeight * 0.4)")
        assert page.evaluate(COVERED) == [], kind


def test_controls_are_large_enough_to_touch(visit):
    """Links in the header, switches and boxes are at least 44 CSS pixels high on a phone."""
    page = visit("/da/", width=390).page
    heights = page.eval_on_selector_all(".cp-tools > a, .cp-tools summary, .cp-button, .cp-brand", "all => all.map(e => [e.textContent.trim(), e.getBoundingClientRect().height])")
    assert len(heights) >= 5
    assert [text for text, height in heights if height < 44] == []


def test_a_reader_searches_with_the_keyboard(visit):
    """`/` opens the search, an inflected word finds the page, arrow and Enter open it, Escape closes the dialog."""
    opened = visit("/da/")
    page = opened.page
    page.keyboard.press("/")
    page.wait_for_selector("dialog.cp-search[open]")
    page.keyboard.type("forventningsafstemningen")
    page.wait_for_selector("dialog.cp-search li a")
    assert accessibility_violations(page) == []
    assert page.locator("dialog.cp-search li a").first.text_content() == "Forventningsafstemning"
    page.keyboard.press("Escape")
    assert page.locator("dialog.cp-search[open]").count() == 0
    page.keyboard.press("/")
    page.wait_for_selector("dialog.cp-search li a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/da/guides/expectation-alignment/")
    assert opened.outside() == []


def test_search_finds_fallback_pages_and_names_their_language(visit):
    """An Icelandic reader finds a page that is shown in Danish, labelled so, inside the Icelandic edition."""
    page = visit("/is/").page
    page.click("[data-search]")
    page.fill("dialog.cp-search input", "retningstjek")
    result = page.wait_for_selector("dialog.cp-search li:has(a[href*='direction-check'])")
    assert "(danska)" in result.text_content()
    assert result.query_selector("a").get_attribute("href").startswith("/is/methods/direction-check/")
    page.fill("dialog.cp-search input", "retning")
    page.wait_for_selector("dialog.cp-search li mark:has-text('retningen')")
    assert not [text for text in page.eval_on_selector_all("dialog.cp-search li p", "all => all.map(p => p.innerHTML)") if ">justerer" in text]


def test_each_edition_searches_itself(visit):
    """A microsite's search finds its own session and not the handbook's guides."""
    page = visit("/circles/digital-help-2026/da/").page
    page.click("[data-search]")
    page.fill("dialog.cp-search input", "prøvede")
    page.wait_for_selector("dialog.cp-search li a")
    addresses = page.eval_on_selector_all("dialog.cp-search li a", "all => all.map(a => a.getAttribute('href'))")
    assert "/circles/digital-help-2026/da/sessions/02-what-we-tried/" in addresses
    assert all(address.startswith("/circles/digital-help-2026/da/") for address in addresses)


def test_without_scripts_everything_is_there(visit):
    """With scripts off the menu, the language switch and the way to all pages work."""
    page = visit("/da/guides/for-managers/", width=390, scripts=False).page
    page.click(".cp-menu summary")
    assert page.locator(".cp-menu a").first.is_visible()
    page.click(".cp-menu summary")
    page.click(".cp-languages summary")
    page.click(".cp-languages li:not(.cp-beside) a[lang=sv]")
    page.wait_for_url("**/sv/guides/for-managers/")
    page.click(".cp-search-link")
    page.wait_for_url("**/sv/all/")


def test_the_language_switch_stays_on_the_page(visit):
    """From a session's page one gets to the same session in another language, also where it is shown by fallback."""
    page = visit("/circles/digital-help-2026/sv/sessions/03-in-the-conversation/").page
    page.click(".cp-languages summary")
    page.click(".cp-languages li:not(.cp-beside) a[lang=en]")
    page.wait_for_url("**/circles/digital-help-2026/en/sessions/03-in-the-conversation/")


def test_the_language_switch_stays_on_the_section(visit):
    """Someone who reads on gets to the same section in another language; so does someone who came to a section by a link."""
    opened = visit("/da/guides/for-managers/", height=500)
    page = opened.page
    ids = page.eval_on_selector_all(".cp-prose h2[id]", "all => all.map(heading => heading.id)")
    assert len(ids) > 2
    page.locator(f"main h2#{ids[1]}").evaluate("heading => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 20)")
    page.locator(".cp-languages summary").evaluate("summary => summary.click()")
    page.wait_for_selector(f".cp-languages li:not(.cp-beside) a[lang=sv][href$='#{ids[1]}']", state="attached")
    page.locator(".cp-languages li:not(.cp-beside) a[lang=sv]").evaluate("link => link.click()")
    page.wait_for_url(f"**/sv/guides/for-managers/#{ids[1]}")
    page.goto(f"{opened.served.address}/sv/guides/for-managers/#{ids[-1]}")
    page.locator(".cp-languages summary").evaluate("summary => summary.click()")
    page.wait_for_selector(f".cp-languages li:not(.cp-beside) a[lang=en][href$='#{ids[-1]}']", state="attached")
    assert opened.said == []


def test_at_the_top_the_language_switch_leads_to_the_top(visit):
    """Before anyone has read on, the switch leads to the page and not to a section of it."""
    page = visit("/da/guides/for-managers/").page
    page.click(".cp-languages summary")
    page.click(".cp-languages li:not(.cp-beside) a[lang=sv]")
    page.wait_for_url("**/sv/guides/for-managers/")


def test_a_checklist_is_ticked_with_the_keyboard(visit):
    """Boxes take the focus, Space ticks them, and the text belongs to the box."""
    page = visit("/da/checklists/recruit/").page
    box = page.locator(".cp-checklist li input").first
    box.focus()
    page.keyboard.press("Space")
    assert box.is_checked()
    page.locator(".cp-checklist li label").first.click()
    assert not box.is_checked()


def test_the_first_focus_leads_past_the_menu(visit):
    """The first press of Tab shows a link to the content, and it works."""
    page = visit("/da/guides/open-process/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "cp-skip"
    assert page.locator(".cp-skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.wait_for_url("**#cp-content")


@pytest.mark.parametrize("path", ["/da/checklists/recruit/", "/circles/digital-help-2026/da/", "/circles/digital-help-2026/da/sessions/02-what-we-tried/run-sheet/"])
def test_paper_is_clean(visit, tmp_path, path):
    """Printed pages are A4, without menus, with the page's address and nothing wider than the sheet."""
    page = visit(path).page
    page.emulate_media(media="print")
    assert not page.locator(".cp-header").is_visible()
    assert page.locator(".cp-print-address").is_visible()
    page.set_viewport_size({"width": 658, "height": 900})  # A4 less its margins, in CSS pixels
    assert page.evaluate("document.documentElement.scrollWidth") <= 658
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF") and b"/MediaBox [0 0 594.9" in pdf.replace(b"\n", b" ") or b"/MediaBox [0 0 595" in pdf


@pytest.mark.parametrize(("path", "width"), [("/da/guides/welcome/", 1280), ("/en/guides/for-managers/", 390), ("/circles/digital-help-2026/da/sessions/01-who-we-are/", 1280)])
def test_two_languages_side_by_side(visit, path, width):
    """The other language stands beside each section with its own `lang`, ids stay single, the address can be shared, paper shows both."""
    opened = visit(path, width=width)
    page = opened.page
    assert page.locator(".cp-beside a").count() > 0
    headings = page.locator(".cp-prose :is(h2, h3)").evaluate_all("found => found.map(one => one.id)")
    page.click(".cp-languages > summary")
    language = page.locator(".cp-beside a").first.get_attribute("hreflang")
    page.locator(".cp-beside a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".cp-pair")
    assert page.evaluate("document.activeElement.className") == "cp-beside-end"
    rows = page.locator(".cp-prose > .cp-pair").evaluate_all(
        "rows => rows.map(row => [row.firstChild.querySelector('h2, h3')?.id ?? '', row.lastChild.lang, row.lastChild.textContent.length])")
    assert [identifier for identifier, _, _ in rows if identifier] == headings
    assert {lang for _, lang, _ in rows} == {language} and all(length for identifier, _, length in rows if identifier)
    assert page.evaluate("document.querySelectorAll('[id]').length === new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size")
    page.wait_for_url(f"**?beside={language}")
    assert accessibility_violations(page) == []
    for link in page.locator(".cp-pair > [lang] a").evaluate_all("links => links.map(link => link.href)"):
        assert link.startswith((opened.served.address, "https://", "mailto:"))
    page.reload()
    page.wait_for_selector(".cp-pair")
    page.emulate_media(media="print")
    left, right = (page.locator(f".cp-prose > .cp-pair:nth-child(2) > :nth-child({n})").bounding_box() for n in (1, 2))
    assert left["y"] == right["y"] and left["x"] < right["x"]
    page.emulate_media(media="screen")
    page.click(".cp-beside-end")
    page.wait_for_selector(".cp-prose:not(:has(.cp-pair))")
    assert opened.failed == [] and opened.said == []
