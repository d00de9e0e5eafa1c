"""The first use of a glossary term explains itself, and a neighbour's page warns of words that mislead."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.browser import Served, Visit, accessibility_violations, screens
from support.project import TODAY, CircleProject

from circlepress import markdown_source, pipeline, typesetting
from circlepress.language import DEFAULT_CHAIN
from circlepress.markdown_extension import convert
from circlepress.metadata import Glossary, reread
from circlepress.views.words import MOST_FRIENDS, MOST_TERMS, WordBook
from circlepress.wording import interface_words, wording_for
from circlepress.yaml_source import parse_yaml

ROOT = Path(__file__).parent.parent
LANGUAGES = ("da", "sv", "nb", "fi", "is", "en")


def read_glossary(plain: dict) -> Glossary:
    return reread(Glossary, plain, language="da", languages=LANGUAGES)


GLOSSARY = read_glossary({
    "terms": {
        "circle": {
            "da": {"term": "læringscirkel", "plural": "læringscirkler", "definition": "Voksne undersøger noget sammen."},
            "sv": {"term": "lärandecirkel", "plural": "lärandecirklar"}, "nb": {"term": "læringssirkel", "plural": "læringssirkler"},
            "fi": {"term": "opintopiiri"}, "is": {"term": "námshringur"},
            "en": {"term": "learning circle", "plural": "learning circles", "definition": "Adults explore something together."}},
        "local-circle": {"da": {"term": "lokal læringscirkel", "plural": "lokale læringscirkler"}, "sv": {"term": "lokal lärandecirkel"}},
        "study-circle": {"fi": {"term": "opintokerho", "variants": ["opintopiiri", "lukupiiri"]}, "da": {"term": "studiekreds"}},
        "participant": {"da": {"term": "deltager", "plural": "deltagere"}, "sv": {"term": "deltagare"}, "en": {"term": "participant"}},
        "alone": {"da": {"term": "enegang"}},
    },
    "false_friends": [
        {"language": "sv", "word": "rolig", "forms": ["roligt", "roliga"], "means": {"da": "sjov", "nb": "morsom"}},
        {"language": "sv", "word": "by", "means": {"da": "landsby"}},
    ],
})


def book(reader: str = "da", glossary: Glossary = GLOSSARY) -> WordBook:
    return WordBook(glossary, LANGUAGES, DEFAULT_CHAIN[reader], wording_for(reader, DEFAULT_CHAIN[reader]))


def marked(text: str, language: str = "da") -> list[str]:
    """Return what is marked in a text, as `word>term`."""
    explained, entries = book(language).explain(text, language)
    found = re.findall(r"\[([^\[\]]*)\]\(#cp-word-([a-z-]+)\)", explained)
    assert re.sub(r"\[([^\[\]]*)\]\(#cp-word-[a-z-]+\)", r"\1", explained) == text
    assert [entry["id"] for entry in entries] == [term for _, term in found]
    return [f"{word}>{term}" for word, term in found]


# --- where a term is found -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "text", "found"), [
    ("da", "En læringscirkel er en læringscirkel.", ["læringscirkel>circle"]),
    ("da", "Læringscirkler er gode.", ["Læringscirkler>circle"]),
    ("da", "Det er læringscirklens dag.", ["læringscirklens>circle"]),
    ("da", "Alle læringscirklernes dage.", ["læringscirklernes>circle"]),
    ("da", "Den lokale læringscirkel, og de lokale læringscirkler i læringscirklen.", ["læringscirkel>circle", "lokale læringscirkler>local-circle"]),
    ("da", "At deltage i læringscirkelmøder, en deltager-runde, @deltager, a/deltager, deltager_1.", []),
    ("da", "Deltagerne kommer.", ["Deltagerne>participant"]),
    ("nb", "Læringssirklene og læringssirkelen.", ["Læringssirklene>circle"]),
    ("sv", "Deltagarnas lärandecirkel.", ["Deltagarnas>participant", "lärandecirkel>circle"]),
    ("fi", "Tule opintopiiriin tai lukupiiriin.", ["opintopiiriin>circle", "lukupiiriin>study-circle"]),
    ("en", "The learning circle’s participants' tasks.", ["learning circle’s>circle", "participants'>participant"]),
    ("is", "Í námshringnum, námshringur.", ["námshringur>circle"]),
    ("kl", "læringscirkel", []),
    ("da", "Enegang er kun et ord.", []),
])
def test_forms(language, text, found):
    """Names, plurals and variants are found as whole words with the endings of their language, the longest first, once each."""
    assert marked(text, language) == found


@pytest.mark.parametrize("text", [
    "# Læringscirkel", "## En læringscirkel {#id}", "Læringscirkel\n===", "Læringscirkel\n---", "`læringscirkel`", "``a ` læringscirkel``",
    "```\nlæringscirkel\n```", "~~~ text\nlæringscirkel\n~~~", "    læringscirkel", "\tlæringscirkel", "[læringscirkel](first.md)",
    "[en\nlæringscirkel](first.md)", "[x](læringscirkel.md)", '[x](first.md "læringscirkel")', "![læringscirkel](images/x.png)",
    "[![læringscirkel](images/x.png)](first.md)", "[læringscirkel][1]\n\n[1]: https://example.org/ 'læringscirkel'", "[a](b c læringscirkel)",
    "[^1]: læringscirkel", "*[læringscirkel]: x", "<https://example.org/læringscirkel>", "<b title=læringscirkel>", "a | læringscirkel\n- | -",
    '!!! note "læringscirkel"', "!læringscirkel", "\\læringscirkel", "{: title=læringscirkel }", "https://example.org/læringscirkel",
])
def test_what_is_no_running_text(text):
    """Headings, code, links, pictures, attributes, tables and odd markup stay as they were typed."""
    assert marked(text) == []


@pytest.mark.parametrize("text", [
    "*læringscirkel*", "**Læringscirkel**: noget", "- læringscirkel", "1. læringscirkel", "> læringscirkel", "Se [x](a.md), læringscirkel.",
    "`kode` og læringscirkel.", "læringscirkel\n\n---", "(læringscirkel)", "[x](a.md)\nlæringscirkel", "## [x](a.md)\n\nlæringscirkel",
])
def test_running_text(text):
    """In emphasis, lists and quotes, and beside links and code, a term is found and becomes a real link."""
    explained, _ = book().explain(text, "da")
    clean, removed = typesetting.clean(convert(explained))
    assert removed == [] and re.search(r'<a href="#cp-word-circle">[Ll]æringscirkel</a>', clean)


def test_a_page_explains_few_words():
    """The first terms count; the others stay plain."""
    many = read_glossary({"terms": {f"term-{n}": {"da": {"term": f"ord{chr(97 + n)}"}, "sv": {"term": "x"}} for n in range(20)}})
    text = " ".join(f"ord{chr(97 + n)}" for n in reversed(range(20)))
    entries = book(glossary=many).explain(text, "da")[1]
    assert [entry["id"] for entry in entries] == [f"term-{n}" for n in range(19, 19 - MOST_TERMS, -1)]


def test_a_letter_that_grows_does_no_harm():
    """Where small letters take more room than capitals, words are still found in their places."""
    assert marked("İ læringscirkel") == ["læringscirkel>circle"]


def test_positions_stay():
    """Running text has the length and the lines of the text."""
    text = "# A\n\nB [c\nd](e) `f`\n\n    g\n\n| h |\n| - |\n"
    running = markdown_source.running_text(text)
    assert [len(line) for line in running.split("\n")] == [len(line) for line in text.split("\n")] and running.split() == ["B"]


@pytest.mark.parametrize("hostile", ["[" * 40_000, "`" * 40_001, "a" * 80_000, "](" * 30_000, "læringscirkel " * 8_000, "-" * 50_000, "=\n" * 30_000])
def test_hostile_texts_take_no_time(hostile):
    """A text made to be slow is not."""
    began = time.perf_counter()
    book().explain(hostile, "da")
    assert time.perf_counter() - began < 2


# --- what is said of it ----------------------------------------------------------------------------------------------


def test_an_entry_in_the_readers_language():
    """A Dane reading Danish gets the definition without a mark, and the word in the other languages."""
    entry = book().explain("læringscirkel", "da")[1][0]
    assert entry["word"] == {"text": "læringscirkel", "lang": ""} and entry["meaning"] == {"text": "Voksne undersøger noget sammen.", "lang": ""}
    assert [other["lang"] for other in entry["others"]] == ["sv", "nb", "fi", "is", "en"] and entry["others"][0]["name"] == "svensk"


def test_an_entry_on_a_page_shown_through_a_fallback():
    """A Norwegian reading Danish gets the Norwegian word first, and the definition along the chain, marked as Danish."""
    text, entries = book("nb").explain("Læringscirkler", "da")
    assert text == book("da").explain("Læringscirkler", "da")[0]
    assert entries[0]["word"] == {"text": "læringscirkel", "lang": "da"} and entries[0]["meaning"]["lang"] == "da"
    assert [other["lang"] for other in entries[0]["others"]][:2] == ["nb", "sv"]


def test_false_friends():
    """Only words that stand in the text, whole, in a form that is listed, and mislead this reader."""
    assert book("da").false_friends("Det är roligt.", "sv") == [{"word": "rolig", "lang": "sv", "means": "sjov"}]
    assert [one["word"] for one in book("da").false_friends("En BY, en rolig", "sv")] == ["rolig", "by"]
    assert book("nb").false_friends("En by", "sv") == book("da").false_friends("Byarna är oroliga", "sv") == []
    assert [one["means"] for one in book("nb").false_friends(["Fest", {"items": [{"id": "a", "text": "roliga lekar"}]}], "sv")] == ["morsom"]
    assert book("fi").false_friends("Det är roligt.", "sv") == book("sv").false_friends("Det är roligt.", "sv") == []


def test_our_own_false_friends_are_told_to_neighbours():
    """Our own list is for readers of Danish, Norwegian and Swedish, in one another's languages; its words stand in our own texts."""
    glossary = read_glossary(parse_yaml((ROOT / "docs/glossary.yml").read_text("utf-8"), "glossary.yml", 0, [])[0])
    texts = {one: (ROOT / f"docs/guides/open-process.{one}.md").read_text("utf-8") for one in ("da", "nb", "sv")}
    told = {(reader, one): book(reader, glossary).false_friends(text, one) for one, text in texts.items() for reader in ("da", "nb", "sv", "fi")}
    assert all(len({friend["word"] for friend in friends}) == len(friends) <= MOST_FRIENDS for friends in told.values())
    assert told["nb", "da"] and told["sv", "da"] and told["da", "nb"] and told["da", "sv"]
    assert not any(friends for (reader, one), friends in told.items() if reader in (one, "fi"))


# --- on pages --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> CircleProject:
    """A small project with a glossary; its guide, session, welcome, letter and front page all use a term."""
    folder = tmp_path_factory.mktemp("words") / "project"
    CircleProject.from_dir("minimal", folder)
    project = CircleProject.from_dir("every-kind", folder)
    said = "\n\nI en cirkel er der plads.\n"
    for path in ("docs/guides/second.da.md", "docs/templates/letter.da.md", "docs/index.da.md", "circles/small-circle/index.da.md"):
        project.write(path, (folder / path).read_text("utf-8") + said)
    session = (folder / "circles/small-circle/sessions/01-begin.da.md").read_text("utf-8").split("\n## ")[0]
    project.write("circles/small-circle/sessions/01-begin.da.md", f"{session}\n## Til dig {{#participant}}{said}\n## Til facilitator {{#facilitator}}{said}")
    project.write("docs/glossary.yml", (folder / "docs/glossary.yml").read_text("utf-8")
                  + "false_friends:\n  - {language: da, word: plads, means: {nb: rom}}\n")
    return project.build(with_search=False)


@pytest.mark.parametrize("address", ["/da/", "/da/guides/second/", "/nb/guides/second/", "/circles/small-circle/da/", "/circles/small-circle/da/sessions/01-begin/"])
def test_pages_that_explain(built, address):
    """A handbook page, a session and an invitation link the word to an entry, which leads to the glossary."""
    page = built.page(address)
    assert page.count('<a href="#cp-word-learning-circle">cirkel</a>') == 1 == page.count('<li id="cp-word-learning-circle">')
    assert re.search(r'<li id="cp-word-learning-circle"><a href="[./]*(?:\w\w/)?glossary/#term-learning-circle"', page)
    assert "circlepress.js" in page


@pytest.mark.parametrize("address", ["/da/templates/letter/", "/da/glossary/", "/da/guides/", "/circles/small-circle/da/sessions/01-begin/run-sheet/"])
def test_pages_that_do_not(built, address):
    """A text to copy, lists and a facilitator's run sheet stay as they are."""
    assert "cp-word" not in built.page(address)


def test_a_fallback_page_warns(built):
    """Above the Danish guide a Norwegian reads, in Norwegian, what a Danish word means; a Dane does not."""
    page = built.main("/nb/guides/second/")
    assert '<li><strong lang="da">plads</strong>: rom</li>' in page and interface_words("nb")["explained.friends"] in page
    assert re.search(r'<a href="[^"]*" lang="da">cirkel</a> <span lang="da">Voksne', page)
    assert "cp-friends" not in built.main("/da/guides/second/")


def test_stock_mkdocs_shows_the_same(built):
    """`build --plain` gives the same bytes for every page that explains something."""
    press = {path.relative_to(built.site): path.read_bytes() for path in built.site.rglob("*.html")}
    output = built.folder / "plain"
    pipeline.build(built.folder, pipeline.Request(output, TODAY, plain=True, with_search=False))
    assert {path.relative_to(output): path.read_bytes() for path in output.rglob("*.html")} == press
    assert sum(b'id="cp-words"' in page for page in press.values()) > 8


def test_the_preview_has_them_too(project):
    """`mkdocs build` marks the same words, and does not take the links for broken ones."""
    project.write("docs/glossary.yml", "terms:\n  circle: {da: {term: cirkel}, sv: {term: cirkel}}\n")
    project.edit("docs/guides/second.da.md", "## Mere", "En cirkel.\n\n## Mere")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", "out"], cwd=project.folder, text=True, capture_output=True,
                          timeout=120)
    assert done.returncode == 0 and "cp-word" not in done.stdout + done.stderr
    page = (project.folder / "out/nb/guides/second/index.html").read_text("utf-8")
    assert '<a href="#cp-word-circle">cirkel</a>' in page and '<li id="cp-word-circle">' in page


# --- in a browser ----------------------------------------------------------------------------------------------------

GUIDE = "/is/guides/open-process/"
WORD = "[href^='#cp-word-']"


@pytest.fixture
def open_guide(chromium, served_site: Served):
    visits: list[Visit] = []

    def open_page(path: str = GUIDE, **options) -> Visit:
        visits.append(Visit(chromium, served_site, path, **options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.context.close()


def is_shown(page) -> bool:
    return page.locator(".cp-word:popover-open").count() == 1


@pytest.mark.browser
def test_with_the_keyboard(open_guide):
    """Focus shows the entry beside the word, Tab leads into it and on, Escape closes it and the focus stays on the word."""
    opened = open_guide()
    page, word = opened.page, opened.page.locator(WORD).first
    assert word.get_attribute("role") == "button" and word.get_attribute("aria-expanded") == "false"
    word.evaluate("e => { const a = document.createElement('a'); a.href = '#'; a.id = 'before'; e.before(a); a.focus(); }")
    page.keyboard.press("Tab")
    assert is_shown(page) and word.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.cp-word') !== null") and is_shown(page)
    page.keyboard.press("Escape")
    assert not is_shown(page) and word.evaluate("e => e === document.activeElement")
    page.keyboard.press("Space")
    assert is_shown(page)
    page.keyboard.press("Enter")
    assert not is_shown(page) and word.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert word.get_attribute("aria-expanded") == "false"
    assert page.url.endswith(GUIDE) and opened.said == []


@pytest.mark.browser
def test_with_the_mouse(open_guide):
    """WCAG 1.4.13: the entry can be reached with the mouse, stays while it is there, goes when it leaves, and with Escape."""
    page = open_guide().page
    word = page.locator(WORD).first
    word.hover()
    page.wait_for_selector(".cp-word:popover-open")
    page.locator(".cp-word:popover-open").hover()
    page.wait_for_timeout(400)
    assert is_shown(page)
    page.mouse.move(1, 1)
    page.wait_for_selector(".cp-word:popover-open", state="detached")
    word.hover()
    page.wait_for_selector(".cp-word:popover-open")
    page.keyboard.press("Escape")
    assert not is_shown(page)
    word.click()
    page.mouse.move(1, 1)
    page.wait_for_timeout(400)
    assert is_shown(page)
    page.locator("h1").click()
    assert not is_shown(page)


@pytest.mark.browser
def test_by_touch(chromium, served_site):
    """A tap shows the entry within the screen, a tap on another word shows that one instead, a tap elsewhere closes it."""
    context = chromium.new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    try:
        page = context.new_page()
        page.goto(served_site.address + GUIDE)
        for number in range(page.locator(WORD).count()):
            page.locator(WORD).nth(number).tap()
            assert is_shown(page)
            box = page.locator(".cp-word:popover-open").bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 320 and box["y"] >= 0 and box["y"] + box["height"] <= 640
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            page.locator(WORD).nth(number).tap()
            assert not is_shown(page)
        page.locator(WORD).first.tap()
        page.locator(WORD).last.tap()
        assert is_shown(page) and page.locator(WORD).last.get_attribute("aria-expanded") == "true"
        page.locator("h1").tap()
        assert not is_shown(page)
        assert page.url.endswith(GUIDE)
    finally:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), screens())
def test_an_entry_is_accessible(open_guide, width, scheme):
    """axe finds nothing while an entry is shown, on a phone and a desktop, in light and dark; the entry is in the reader's language."""
    page = open_guide(width=width, scheme=scheme).page
    page.locator(WORD).first.click()
    assert is_shown(page) and page.locator(".cp-word:popover-open").get_attribute("lang") == "is"
    assert accessibility_violations(page) == []


@pytest.mark.browser
def test_without_scripts(open_guide):
    """The word is a link to its entry at the end of the page."""
    page = open_guide(scripts=False).page
    word = page.locator(WORD).first
    assert word.get_attribute("role") is None
    word.click()
    page.wait_for_url("**#cp-word-*")
    assert page.locator(".cp-words li:target").is_visible()


@pytest.mark.browser
def test_on_paper(open_guide):
    """A printed page has the entries, and the words look like the text around them."""
    page = open_guide().page
    page.locator(WORD).first.click()
    page.emulate_media(media="print")
    assert page.locator(".cp-words li").first.is_visible() and not page.locator(".cp-word:visible").count()
    style = page.locator(WORD).first.evaluate("e => [getComputedStyle(e).textDecorationLine, getComputedStyle(e).color, getComputedStyle(e.parentElement).color]")
    assert style[0] == "none" and style[1] == style[2]
