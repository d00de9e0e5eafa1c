"""Search: what readers of six languages type finds what they mean, and nothing that is not for everyone."""

from __future__ import annotations

import json

import pytest
from support.project import CircleProject
from support.search import cases, find, indexed, short
from test_same_bytes import files_below
from test_site_in_browser import accessibility_violations

from circlepress import search_words
from circlepress.search_words import MARK, Helper, rules_for

LANGUAGES = ("da", "sv", "nb", "fi", "is", "en")
DIALOG = "dialog.cp-search"


def until(page, condition: str, *given: object) -> None:
    """Wait until a condition in JavaScript holds (Playwright's own way breaks the content policy)."""
    for _ in range(100):
        if page.evaluate(condition, list(given)):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within five seconds: {condition} {given}")


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word", "typed"), [
    ("da", "læring", "laering lering"), ("da", "spørgsmål", "sporgsmal spoergsmaal"), ("da", "ærø", "aero"), ("da", "logbøger", "logbog"),
    ("da", "læringscirkler", "læringscirkel cirkler cirkel læring"), ("sv", "böcker", "bok boecker"), ("sv", "studiecirkeln", "cirkeln cirkel"),
    ("nb", "læringssirkler", "sirkel laeringssirkel"), ("fi", "opintopiirien", "piiri piirien"), ("fi", "oppimispäiväkirja", "päiväkirja kirja"),
    ("is", "námshringum", "hringur"), ("is", "börn", "barn"), ("is", "námsdagbækur", "bók dagbók"), ("is", "stéttarfélagið", "stettarfelagid"),
    ("fo", "bøkur", "bók"), ("fo", "børn", "barn"), ("en", "forgotten", ""),
])
def test_words_that_lead_to_a_word(language, word, typed):
    """Folded spellings, parts of compounds and other forms are added to the index, each by the rules of its language."""
    helper = Helper(language, [], [(language, "læring lärande opinto oppimis studie nám")])
    added = helper.added_to(f"<article data-pagefind-body><p>{word}</p></article>", language)
    assert set(typed.split()) <= {search_words.plain(one) if typed.isascii() else one for one in search_words.text_of(added).split()}
    assert typed or not added


def test_letters_without_marks_are_left_to_pagefind():
    """What Pagefind folds by itself is not added a second time."""
    assert rules_for("fi").spellings("ryhmä") == [] and rules_for("sv").spellings("bok") == []
    assert "bocker" not in rules_for("sv").spellings("böcker")


def test_a_compound_needs_parts_that_are_known():
    """A word is taken apart only into words that the edition uses, or before an end that always counts."""
    page = "<article data-pagefind-body><p>erfaringsdeling</p></article>"
    assert "deling" not in Helper("da", [], [("da", "erfaringsdeling")]).added_to(page, "da")
    assert "deling" in Helper("da", [], [("da", "erfaringsdeling erfaring deling")]).added_to(page, "da")


def test_a_page_about_a_term_is_found_by_the_neighbours_words():
    """What neighbours call the term in a title, and what one should not call it, lead to the page; a term in passing does not."""
    term = {"da": {"words": ["studiekreds", "studiekredse"], "avoid": ["læsekreds"]}, "sv": {"words": ["studiecirkel"], "avoid": []}}
    helper = Helper("da", [term], [("da", "studiekreds")])
    about = helper.added_to("<article data-pagefind-body><h1>Om studiekredsen</h1></article>", "da")
    assert "studiecirkel" in about and "læsekreds" in about
    assert "studiecirkel" not in helper.added_to("<article data-pagefind-body><h1>Om</h1><p>studiekreds</p></article>", "da")


def test_what_is_not_searched_adds_nothing():
    """Words in parts that are left out of the index lead nowhere; a page without a searched part is left as it is."""
    helper = Helper("da", [], [("da", "læring")])
    assert helper.added_to("<article data-pagefind-body><nav>læring</nav><p data-pagefind-ignore>læring</p></article>", "da") == ""
    assert search_words.with_added("<main>læring</main>", "x") == "<main>læring</main>"
    hostile = helper.added_to("<article data-pagefind-body><p>&lt;script&gt;læring&lt;/script&gt;</p></article>", "da")
    assert "<script" not in hostile and "laering" in hostile


# --- the table -------------------------------------------------------------------------------------------------------


def test_the_table_is_large_and_varied():
    """At least 60 queries say which page must be first, in all languages, for each reason why search is hard."""
    first = [(language, case["why"]) for language, case in cases() if "first" in case]
    assert len(first) >= 60 and {language for language, _ in first} == set(LANGUAGES)
    assert {why for _, why in first} >= {"inflection", "folded", "compound", "name", "neighbour word", "word to avoid", "fallback"}


@pytest.mark.browser
def test_readers_find_what_they_mean(chromium, served_site):
    """Each query of the table finds its page, first where it says so; no excerpt shows a word that was added for the index."""
    from support.browser import Visit

    wrong, shown = [], []
    for language in LANGUAGES:
        mine = [case for spoken, case in cases() if spoken == language]
        with Visit(chromium, served_site, f"/{language}/") as opened:
            for case, found in zip(mine, find(opened.page, [case["query"] for case in mine]), strict=True):
                names = [short(one["address"], language) for one in found]
                if "first" in case and names[:1] != [name for name in case["first"].split() if name in names[:1]]:
                    wrong.append(f"{language} {case['query']}: {names[:3]} before {case['first']}")
                if "found" in case and case["found"] not in names:
                    wrong.append(f"{language} {case['query']}: no {case['found']} in {names}")
                shown += [one["excerpt"] for one in found if one["excerpt"].strip("… ").replace("<", "&lt;").replace(">", "&gt;")
                          not in " ".join(one["all"].split(MARK)[0].split())]
            assert opened.said == [] == opened.failed
    assert wrong == []
    assert shown == []


@pytest.mark.browser
def test_endings_come_off_on_both_sides_alike(visit):
    """The dialog takes the same endings off what Icelandic readers type as the index off the words of pages."""
    words = "námshringum námshringur börn barnanna bækur dagbókum sögur fundinum þátttakendur maður hringnum ást á stofnanir væntinga".split()
    stems = visit("/is/").page.evaluate("async (words) => { const search = await import('/assets/search.js'); return words.map(search.stem); }", words)
    assert stems == [rules_for("is").stem(word) for word in words]


@pytest.mark.browser
def test_nothing_is_found_for_nonsense(visit):
    """A word that begins with another one's first letters finds nothing, rather than every page with that one."""
    assert find(visit("/da/").page, ["xyzzy", "mandolinorkester"]) == [[], []]


# --- the dialog ------------------------------------------------------------------------------------------------------


def opened_dialog(visit, path: str, **options):
    opened = visit(path, **options)
    opened.page.click("[data-search]")
    opened.page.wait_for_selector(f"{DIALOG}[open]")
    return opened


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_dialog_is_accessible(visit, width, scheme):
    """Open, with filters, with results, with nothing found, wide: no violation, nothing cut, everything large enough to touch."""
    opened = opened_dialog(visit, "/circles/digital-help-2026/sv/", width=width, scheme=scheme)
    page = opened.page
    until(page, "() => document.querySelectorAll('dialog option').length > 2")
    page.check(f"{DIALOG} input[type=checkbox]")
    if not page.locator(f"{DIALOG} details[open]").count():
        page.click(f"{DIALOG} summary")
    for query in ("digital", "xyzzy"):
        page.fill(f"{DIALOG} input[type=search]", query)
        until(page, "([there]) => document.querySelector('dialog .cp-search-status').textContent && !document.querySelector('dialog li') !== there", query == "digital")
        assert accessibility_violations(page) == []
        small = page.eval_on_selector_all(f"{DIALOG} :is(a, button, select, summary, label.cp-search-wide, input[type=search])",
                                          "all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)")
        assert small == []
        assert page.evaluate(f"(dialog => dialog.scrollWidth <= dialog.clientWidth)(document.querySelector('{DIALOG}'))")
    assert opened.said == [] == opened.failed == opened.outside()


@pytest.mark.browser
def test_filters_alone_with_the_keyboard(visit):
    """Without a query, a choice made with the keyboard lists what it lets through, says how many, and can be cleared; Escape gives the focus back."""
    page = opened_dialog(visit, "/da/", width=1280).page
    until(page, "() => document.querySelectorAll('dialog option').length > 8")
    for _ in range(4):  # past the field, the button and the fold, to the first filter, which may be the third stop
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "type":
            break
    assert page.evaluate("document.activeElement.name") == "type"
    page.keyboard.type("Tjek")
    page.wait_for_selector(f"{DIALOG} li a")
    number = int(page.locator(f"{DIALOG} select[name=type] option:checked").text_content().rpartition("(")[2].rstrip(")"))
    assert page.locator(f"{DIALOG} li").count() == number
    assert page.locator(f"{DIALOG} [role=status]").text_content() == f"{number} sider fundet"
    assert page.eval_on_selector_all(f"{DIALOG} .cp-search-kind", "all => [...new Set(all.map(one => one.textContent))]") == ["Tjekliste"]
    page.select_option(f"{DIALOG} select[name=audience]", "coordinator")
    until(page, "([number]) => document.querySelectorAll('dialog li').length < number", number)
    page.click(f"{DIALOG} button:has-text('Ryd filtre')")
    until(page, "() => !document.querySelector('dialog li')")
    page.keyboard.press("Escape")
    assert page.locator(f"{DIALOG}[open]").count() == 0
    assert page.evaluate("document.activeElement.hasAttribute('data-search')")


@pytest.mark.browser
def test_a_query_and_a_filter(visit):
    """A filter narrows what a query finds; its choices say what each would leave."""
    page = visit("/da/").page
    everything, methods = find(page, ["cirkel"])[0], find(page, ["cirkel"], {"type": "methods"})[0]
    assert {tuple(one["kind"]["type"]) for one in methods} == {("methods",)}
    assert len(methods) == sum(one["kind"].get("type") == ["methods"] for one in everything)
    counts = page.evaluate("async () => (await (await import('/assets/search.js')).find('cirkel')).counts.type")
    assert counts["methods"] == len(methods)


@pytest.mark.browser
def test_a_microsite_searches_the_handbook_on_request(visit):
    """The handbook's index is loaded when a reader of a microsite asks for it, and not before; the circle itself is not found twice."""
    opened = opened_dialog(visit, "/circles/digital-help-2026/da/")
    page = opened.page
    page.fill(f"{DIALOG} input[type=search]", "digital")
    page.wait_for_selector(f"{DIALOG} li a")
    assert [address for address in opened.requests if "/da/search/" in address and "/circles/" not in address] == []
    own = page.locator(f"{DIALOG} li").count()
    page.check(f"{DIALOG} input[type=checkbox]")
    until(page, "([own]) => document.querySelectorAll('dialog li').length > own", own)
    addresses = page.eval_on_selector_all(f"{DIALOG} li a", "all => all.map(one => one.getAttribute('href'))")
    assert "/da/themes/digital-change/" in addresses and addresses.count("/circles/digital-help-2026/da/") == 1
    assert opened.said == [] == opened.failed


@pytest.mark.browser
def test_without_the_dialog_the_link_leads_to_all_pages(visit):
    """When the dialog cannot be loaded, the search link does what it does without scripts."""
    page = visit("/da/").page
    page.route("**/assets/search.js", lambda route: route.abort())
    page.click("[data-search]")
    page.wait_for_url("**/da/all/")


@pytest.mark.browser
def test_all_pages_can_be_narrowed_without_scripts(visit):
    """On the list of all pages an anchor shows one kind only, with summaries, and another one all of them again."""
    page = visit("/da/all/", scripts=False).page
    sections = page.locator("main section:visible")
    everything = sections.count()
    assert everything > 4 and page.locator("main section li p").count() > 10
    page.click("main a[href='#methods']")
    assert sections.count() == 1 and sections.locator("h2").text_content() == "Metoder"
    page.click("main a[href='#all']")
    assert sections.count() == everything


# --- what is in the index --------------------------------------------------------------------------------------------


def found_circles(project: CircleProject) -> list[dict]:
    return [page for page in indexed(project.site / "da/search") if page["filters"].get("type") == ["circles"]]


def test_every_circle_is_found_by_what_it_says_of_itself(project):
    """The handbook's index holds each public circle with its title, question, purpose and organisations, and leads to its microsite."""
    facts = (project.folder / "circles/small-circle/circle.yml").read_text("utf-8")
    [circle] = found_circles(project.build(languages=("da",)))
    assert circle["url"] == "/circles/small-circle/da/" and circle["meta"]["title"] in facts
    assert circle["filters"] == {"type": ["circles"], "circle": ["small-circle"]}


@pytest.mark.parametrize("hidden", ["visibility: unlisted", "visibility: local", "status: draft"])
@pytest.mark.parametrize("preview", [False, True])
def test_circles_that_are_not_for_everyone_are_not_found(project, hidden, preview):
    """Unlisted, local and draft circles are in no handbook's index, in a preview neither."""
    key = hidden.partition(":")[0]
    path = "circles/small-circle/circle.yml"
    lines = [line for line in (project.folder / path).read_text("utf-8").split("\n") if not line.startswith(f"{key}:")]
    project.write(path, "\n".join([*lines, hidden, ""])).build(preview=preview)
    assert found_circles(project) == []


def test_a_circles_new_words_are_found_after_the_next_build(project):
    """When a circle's facts change, the handbook's index is made anew, though none of its pages may have changed; else it is used again."""
    caches = project.folder.parent / "caches"
    path = "circles/small-circle/circle.yml"
    project.build(caches=caches)
    before = files_below(project.site / "da/search")
    project.edit(path, "purpose: Vi vil finde ud af", "purpose: Vi vil spille på mandolin og finde ud af").build(caches=caches)
    assert "mandolin" in json.dumps(indexed(project.site / "da/search"), ensure_ascii=False)
    project.edit(path, "spille på mandolin og ", "").build(caches=caches)
    assert files_below(project.site / "da/search") == before


def test_the_words_added_are_in_no_page(real_site):
    """Only the index knows the words that were added: no published page holds them."""
    assert not [path for path in real_site.rglob("*.html") if MARK in path.read_text("utf-8")]
