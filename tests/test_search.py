"""Nordic readers find what they look for: inflected, without the letters, by parts of compounds, by a neighbour's word, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
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
            page.fill("dialog.cp-search input", "x")  # too short: what was found before goes
            page.wait_for_selector("dialog.cp-search ol:empty", state="attached")
            page.fill("dialog.cp-search input", query)
            page.wait_for_selector("dialog.cp-search li a", timeout=10_000)
            page.wait_for_timeout(250)
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
    assert searched["da", "laering"][0]["excerpt"].startswith("Hele læringscirklen på ét ark")


def test_nothing_is_added_to_published_pages(real_site):
    """Readers' pages hold neither the mark nor the words."""
    assert [path for path in real_site.rglob("*.html") if MARK in path.read_text("utf-8")] == []


def test_unlisted_circles_are_not_found(project):
    """A circle that is not in the directory is not in the handbook's search, either."""
    def found() -> list[str]:
        checked = pipeline.check(project.folder, TODAY)
        settings, edition = checked.sources.settings, Edition(EditionKind.HANDBOOK, "da")
        planned = plan(checked.catalogue, settings, resolve(checked.catalogue, edition, settings.chain_by_language), None, (edition,), with_search=True)
        return [record["address"] for record in planned.found["records"]]

    assert found() == ["/circles/small-circle/da/"]
    project.write("circles/small-circle/circle.yml", (project.folder / "circles/small-circle/circle.yml").read_text() + "\nvisibility: unlisted\n")
    assert found() == []


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
