"""Nordic readers find what they look for: inflected, without the letters, by parts of compounds, by a neighbour's word, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from support.browser import Visit, accessibility_violations, screens
from support.project import TODAY

from circlepress import pipeline
from circlepress.edition import Edition, EditionKind
from circlepress.findable import MARK, endings, more_words, rules, with_more_words, words_of
from circlepress.plan import plan
from circlepress.resolve import resolve

QUERIES = {(language, query): [wanted] if isinstance(wanted, str) else wanted
           for language, queries in yaml.load((Path(__file__).parent / "cases/search/queries.yml").read_text("utf-8"), yaml.BaseLoader).items()
           for query, wanted in queries.items()}


@pytest.fixture(scope="module")
def searched(chromium, served_site) -> Iterator[dict[tuple[str, str], list[dict[str, str]]]]:
    """What the real handbook answers to every query of the table: address, title and excerpt of each result."""
    found = {}
    for language in dict.fromkeys(language for language, _ in QUERIES):
        page = chromium.new_context(viewport={"width": 390, "height": 800}).new_page()
        page.goto(f"{served_site.address}/{language}/")
        page.click("[data-search]")
        for number, (asked, query) in enumerate(key for key in QUERIES if key[0] == language):
            page.fill("dialog.cp-search input", "x")  # too short: the last results go
            page.wait_for_selector("dialog.cp-search ol:empty", state="attached")
            page.fill("dialog.cp-search input", query)
            page.wait_for_selector("dialog.cp-search li a", timeout=10_000)
            found[asked, query] = page.eval_on_selector_all("dialog.cp-search li", """all => all.map(one => ({
                address: new URL(one.querySelector('a').href).pathname, title: one.querySelector('a').textContent, excerpt: one.querySelector('p').textContent}))""")
        page.context.close()
    yield found


def page_of(address: str, language: str) -> str:
    """Return what the table calls a page: `guides/x`, `circles/x` for a microsite, `index`."""
    if microsite := re.fullmatch(r"/circles/([a-z0-9-]+)/[a-z]{2}/", address):
        return f"circles/{microsite[1]}"
    return address.removeprefix(f"/{language}/").strip("/") or "index"


@pytest.mark.parametrize("language, query", QUERIES, ids=[f"{language} {query}" for language, query in QUERIES])
def test_query(searched, language, query):
    """The right page comes first."""
    found = [page_of(result["address"], language) for result in searched[language, query]]
    assert found[0] in QUERIES[language, query], found[:5]


def test_the_table_is_large_enough():
    """At least sixty queries in six languages."""
    assert len(QUERIES) >= 60 and {language for language, _ in QUERIES} == {"da", "sv", "nb", "fi", "is", "en"}


def test_added_words_are_never_shown(searched):
    """What was added for the search alone stands in no excerpt; a page found by it alone is told by its summary."""
    shown = [result for results in searched.values() for result in results]
    assert shown and [result for result in shown if MARK in result["excerpt"]] == []
    found_by_title = next(result for result in searched["da", "laering"] if result["address"].endswith("/guides/learning-agent/"))
    assert found_by_title["excerpt"].startswith("Sådan bringer du spørgsmål hjem")


# --- the dialog -------------------------------------------------------------------------------------------------------

DIALOG = "dialog.cp-search"
MICROSITE = "/circles/digital-help-2026/da/"


@pytest.fixture
def search(visit):
    """Open a page, its dialog, and search: `search("/da/", "cirkel", width=390)`."""
    def open_and_search(path: str, query: str, **options) -> Visit:
        opened = visit(path, **options)
        opened.page.click("[data-search]")
        opened.page.fill(f"{DIALOG} [type=search]", query)
        opened.page.wait_for_selector(f"{DIALOG} li a")
        return opened

    return open_and_search


def offered(page) -> dict[str, list[str]]:
    """Return the filters that are shown: label and choices."""
    return dict(page.eval_on_selector_all(f"{DIALOG} fieldset label:not([hidden])", """all => all.map(one =>
        [one.querySelector('span').textContent, [...one.querySelectorAll('option')].map(option => option.textContent)])"""))


def addresses(page) -> list[str]:
    return page.eval_on_selector_all(f"{DIALOG} li a", "all => all.map(one => new URL(one.href).pathname)")


def test_results_are_filtered(search):
    """Each choice says how many pages it leaves, the number is announced, and a choice in one filter narrows the others."""
    page = search("/da/", "cirkel").page
    kinds = offered(page)
    assert list(kinds) == ["Type", "Til", "Hvornår"] and kinds["Type"][0] == "Alle"
    number = int(re.fullmatch(r"Metoder \((\d+)\)", next(one for one in kinds["Type"] if one.startswith("Metoder")))[1])
    page.get_by_label("Type").select_option("methods")
    page.wait_for_selector(f"{DIALOG} [role=status]:has-text('{number} side')")
    assert len(addresses(page)) == min(number, 12) and all(address.startswith("/da/methods/") for address in addresses(page))
    assert offered(page)["Type"] == kinds["Type"] and offered(page).get("Hvornår") != kinds["Hvornår"]
    page.get_by_label("Type").select_option("")
    page.wait_for_selector(f"{DIALOG} li a[href*='/guides/']")


def test_more_results_are_shown_on_request(search):
    """A dozen come first; the button brings the next, the focus goes to the first of them, and there is no button once all are there."""
    page = search("/da/", "cirkel").page
    number = int(page.text_content(f"{DIALOG} [role=status]").split()[0])
    assert number > 12 and len(addresses(page)) == 12
    while page.locator(".cp-search-more:visible").count():
        shown = len(addresses(page))
        page.click(".cp-search-more")
        page.wait_for_selector(f"{DIALOG} li:nth-child({shown + 1}) a:focus")
    assert len(addresses(page)) == len(set(addresses(page))) == number


def test_a_filter_without_a_choice_is_not_shown(search):
    """Where all that is found is of one kind, or for one audience, there is nothing to choose."""
    page = search("/da/", "Fjordby eldreforening").page
    assert all(len(choices) > 2 for choices in offered(page).values())
    page = search(MICROSITE, "prøvede").page
    assert set(offered(page)) <= {"Type"}


@pytest.mark.parametrize("language, words", [("sv", ["Typ", "För", "När"]), ("nb", ["Type", "For", "Når"]), ("fi", ["Tyyppi", "Kenelle", "Milloin"]),
                                             ("is", ["Tegund", "Fyrir hverja", "Hvenær"]), ("en", ["Kind", "For", "When"])])
def test_filters_speak_the_readers_language(search, language, words):
    """The words of the dialog are the edition's own."""
    query = {"sv": "cirkel", "nb": "sirkel", "fi": "piiri", "is": "hringur", "en": "circle"}[language]
    assert [label for label in offered(search(f"/{language}/", query).page) if label not in words] == []


def test_filters_work_with_the_keyboard(search):
    """Tab leads from the field to the first filter, a letter chooses, arrows stay in the filter; Escape closes and gives the focus back."""
    page = search("/da/", "cirkel").page
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "select"
    page.keyboard.type("Tjek")
    page.wait_for_selector(f"{DIALOG} li a[href*='/checklists/']")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.localName") == "select"
    page.keyboard.press("Escape")
    page.wait_for_selector(f"{DIALOG}", state="hidden")
    assert page.evaluate("document.activeElement.hasAttribute('data-search')")


def test_a_microsite_searches_the_handbook_on_request(search):
    """The handbook's index is asked for when a reader of a microsite wants it, and not before; the circle is not found twice."""
    opened = search(MICROSITE, "digital")
    page = opened.page
    own = addresses(page)
    assert own and all(address.startswith(MICROSITE) for address in own)
    assert [address for address in opened.requests if address.startswith(f"{opened.served.address}/da/")] == []
    page.get_by_label("Søg også i håndbogen").check()
    page.wait_for_selector(f"{DIALOG} li a[href^='/da/']")
    assert set(addresses(page)) >= {"/da/themes/digital-change/", MICROSITE} and addresses(page).count(MICROSITE) == 1
    page.get_by_label("Søg også i håndbogen").uncheck()
    page.wait_for_selector(f"{DIALOG} li a[href^='/da/']", state="detached")
    assert addresses(page) == own
    assert opened.said == opened.failed == opened.outside() == []


def test_a_handbook_that_is_not_there(search):
    """Where the handbook cannot be asked, the dialog says so, and the microsite's own pages are found as before."""
    page = search(MICROSITE, "digital").page
    page.route(re.compile(r"//[^/]+/da/search/"), lambda route: route.abort())
    page.get_by_label("Søg også i håndbogen").click()  # `check` would insist on a tick, which the dialog takes back
    page.wait_for_selector(f"{DIALOG} [role=status] a[href$='/all/']")
    assert not page.get_by_label("Søg også i håndbogen").is_checked()
    page.fill(f"{DIALOG} [type=search]", "digital hjælp")
    page.wait_for_selector(f"{DIALOG} li a")
    assert all(address.startswith(MICROSITE) for address in addresses(page))


@pytest.mark.parametrize(("width", "scheme"), screens())
def test_the_dialog_is_accessible(search, width, scheme):
    """With all filters and the handbook: no violation, nothing wider than the dialog, everything large enough to touch."""
    opened = search(MICROSITE, "cirkel", width=width, scheme=scheme)
    page = opened.page
    page.get_by_label("Søg også i håndbogen").check()
    page.wait_for_selector(f"{DIALOG} li a[href^='/da/']")
    assert len(offered(page)) == 3
    assert accessibility_violations(page) == []
    assert page.eval_on_selector_all(f"{DIALOG} :is(button, select, [type=search], .cp-search-wide)",
                                     "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)") == []
    assert page.eval_on_selector(DIALOG, "dialog => dialog.scrollWidth <= dialog.clientWidth")
    assert opened.said == []


@pytest.mark.parametrize("missing", ["assets/search.js", "da/search/dialog.json"])
def test_without_the_dialog_the_link_leads_to_all_pages(visit, missing):
    """When the dialog cannot be loaded, the link does what it does without scripts."""
    page = visit("/da/").page
    page.route(f"**/{missing}", lambda route: route.abort())
    page.click("[data-search]")
    page.wait_for_url("**/da/all/")


def test_all_pages_without_scripts(visit, real_site):
    """The page that stands in for the search leads to every page of the handbook that can be found, and to every term."""
    page = visit("/da/all/", scripts=False).page
    linked = set(page.eval_on_selector_all("main a", "all => all.map(one => new URL(one.href).pathname)"))
    findable = {f"/{path.parent.relative_to(real_site).as_posix()}/" for path in (real_site / "da").rglob("index.html")
                if "data-pagefind-body" in path.read_text("utf-8")}
    assert findable - linked == {"/da/", "/da/circles/"}
    terms = set(page.eval_on_selector_all("main a[href*='#term-']", "all => all.map(one => new URL(one.href).hash)"))
    assert len(terms) > 30
    page.click("main nav a[href='#glossary']")
    page.click(f"main a[href$='{min(terms)}']")
    page.wait_for_url(f"**/da/glossary/{min(terms)}")
    assert page.locator(f"{min(terms)} dt").is_visible()


def test_all_pages_of_a_microsite_lead_to_the_handbooks(visit):
    """A reader of a microsite without scripts gets from its own pages to all others."""
    page = visit(f"{MICROSITE}all/", scripts=False).page
    page.click("main a[href$='/da/all/']:not([href*='circles'])")
    page.wait_for_url(lambda address: address.endswith("/da/all/") and "circles" not in address)


def test_nothing_is_added_to_published_pages(real_site):
    """Readers' pages hold neither the mark nor the words."""
    assert [path for path in real_site.rglob("*.html") if MARK in path.read_text("utf-8")] == []


def test_unlisted_circles_are_not_found(project):
    """A circle that is not in the directory is not in the handbook's search, either."""
    def found() -> tuple[list[str], list[str]]:
        checked = pipeline.check(project.folder, TODAY)
        settings, edition = checked.sources.settings, Edition(EditionKind.HANDBOOK, "da")
        planned = plan(checked.catalogue, settings, resolve(checked.catalogue, edition, settings.chain_by_language), None, (edition,), with_search=True,
                       today=TODAY)
        return ([record["address"] for record in planned.found["records"]],
                [address for address in planned.found["filters"] if address.startswith("/circles/")])

    assert found() == (["/circles/small-circle/da/"],) * 2
    project.write("circles/small-circle/circle.yml", (project.folder / "circles/small-circle/circle.yml").read_text() + "\nvisibility: unlisted\n")
    assert found() == ([], [])


def test_what_pages_can_be_filtered_by(project):
    """A page of the handbook has its kind, and the readers and phases that its metadata name; one of a microsite has its kind."""
    checked = pipeline.check(project.folder, TODAY)
    settings = checked.sources.settings

    def filters(edition: Edition) -> dict:
        resolved = resolve(checked.catalogue, edition, settings.chain_by_language)
        return plan(checked.catalogue, settings, resolved, None, (edition,), with_search=True, today=TODAY).found["filters"]

    handbook = filters(Edition(EditionKind.HANDBOOK, "da"))
    facts = checked.catalogue.material_by_reference["guides/first"].facts
    assert handbook["guides/first/"] == {"type": ["guides"], "audience": list(map(str, facts.audience)), "phase": list(map(str, facts.phase))}
    assert handbook["circles/"] == {"type": ["circles"]} and handbook["glossary/"] == {"type": ["glossary"]} and "" not in handbook
    assert filters(Edition(EditionKind.MICROSITE, "da", "small-circle")) == {"": {"type": ["circles"]}, "sessions/01-begin/": {"type": ["sessions"]}}


@pytest.mark.parametrize("language, word, wanted", [
    ("da", "læringscirklerne", ["cirkel", "laeringscirklerne"]), ("da", "spørgsmål", ["sporgsmal", "spoergsmaal"]), ("da", "ærø", ["aero", "aeroe"]),
    ("sv", "studiecirkeln", ["cirkel"]), ("sv", "böcker", ["bocker", "boecker"]), ("nb", "læringssirkler", ["sirkel"]),
    ("fi", "opintopiirissä", ["piiri", "opintopiirissa"]), ("is", "námshringjum", ["hringur", "namshringjum"]), ("is", "börn", ["barn", "born"]),
    ("is", "bækur", ["bókur", "baekur"]), ("is", "þátttaka", ["thatttaka"]), ("se", "čálli", ["calli"]),
])
def test_words_that_are_added(language, word, wanted):
    """Each rule by itself."""
    assert set(wanted) <= set(more_words([word], language, {}))


def test_a_part_is_found_inside_and_not_alone():
    """A word that is the part itself, or has fewer than three letters before it, is no compound."""
    assert more_words(["cirkel", "encirkel"], "da", {}) == []


def test_what_the_glossary_adds():
    """A page with a term is found by its other forms and its neighbours' words; a page without it is not."""
    also = {"læringscirkel": "lärandecirkel opintopiiri"}
    assert {"lärandecirkel", "opintopiiri", "larandecirkel"} <= set(more_words(words_of("Læringscirklen. Læringscirkel!"), "da", also))
    assert "opintopiiri" not in more_words(words_of("En cirkel"), "da", also)


def test_what_the_search_program_reads():
    """Only what can be found, in its language, with more words before its end; a page that cannot be found, or has no end, stays as it is."""
    shown = '<article class="a" data-pagefind-body><p>Spørgsmål</p>'
    page = f'<html lang="da" class="b"><meta name="description" content="Kort &amp; godt"><nav>Menu</nav>{shown}</article><footer></footer></html>'
    more = with_more_words(page, "da", {})
    assert more.startswith(f'<html lang="da" class="b"><body>{shown}') and more.endswith("</article></body></html>")
    assert "sporgsmal" in more and "Kort &amp; godt</span>" in more and "Menu" not in more
    notice = shown + '<div class="b" data-pagefind-ignore><p>Nå:</p><ul><li>årsag</li></ul></div><p class="c" data-pagefind-ignore>bøger</p><p>mål</p>'
    more = with_more_words(page.replace(shown, notice), "da", {})
    assert "maal" in more and "aarsag" not in more and "boeger" not in more
    assert with_more_words("<article><p>Spørgsmål</p></article>", "da", {}) == "<article><p>Spørgsmål</p></article>"


def test_rules_are_well_formed():
    """Heads are found by a beginning of themselves or another form, and endings are tried from the longest on."""
    for language in ("da", "sv", "nb", "nn", "fi", "is", "fo", "en"):
        for head, spellings in rules(language)["heads"].items():
            assert head == head.lower() and spellings and all(3 <= len(spelling) <= len(head) + 2 for spelling in spellings)
    assert [len(ending) for ending in endings("is")] == sorted((len(ending) for ending in endings("is")), reverse=True)
    assert endings("da") == ()
