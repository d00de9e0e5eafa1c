"""What the usual stack (MkDocs, Material, static-i18n) gets wrong with six Nordic languages goes right here; and a seventh is one line.

Each failure was measured on sixty and on three hundred pages, a third of them translated. `ANSWERS` names, failure by failure,
the tests that show it gone on our own output; those that stand nowhere else are here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.addresses import Page, pages_of
from support.browser import Served, Visit
from support.project import CircleProject

from circlepress.wording import interface_words

ROOT = Path(__file__).parent.parent
ANSWERS = {
    "one search index for all languages, which every reader downloads": [
        "test_honest_languages.test_each_edition_has_an_index_of_its_own_language", "test_first_view.test_search_is_loaded_when_someone_searches"],
    "a fallback has the reader's language around foreign text, and no notice": [
        "test_languages.test_a_fallback_says_so_in_the_readers_language", "test_honest_languages.test_a_browser_knows_the_language_of_every_text"],
    "a fallback is its own canonical page, and so the same content twice": ["test_addresses.test_a_fallback_claims_nothing"],
    "hreflang lists languages a page does not exist in": ["test_addresses.test_alternates_exist_and_are_mutual"],
    "sitemaps list languages a page does not exist in": ["test_addresses.test_sitemaps_list_true_versions_and_nothing_else"],
    "on a page in one language the switch leads to front pages": [
        "test_honest_languages.test_a_page_in_one_language_is_reached_in_all", "test_site_in_browser.test_the_language_switch_stays_on_the_page"],
    "hreflang of a page in one language leads to front pages": ["test_honest_languages.test_a_page_in_one_language_is_reached_in_all"],
    "a link from a Danish page to one that is only Swedish is a warning and stops a strict build": [
        "test_honest_languages.test_a_link_to_a_page_in_another_language_is_no_mistake"],
    "404.html is in the language that was built last": [
        "test_languages.test_each_edition_has_its_own_error_page", "test_honest_languages.test_every_error_page_is_in_its_own_language"],
    "Norwegian and Icelandic searches have no stemmer": [
        "test_honest_languages.test_inflected_words_are_found", "test_search.test_query"],
    "a search result throws readers out of their language": [
        "test_site_in_browser.test_search_finds_fallback_pages_and_names_their_language", "test_honest_languages.test_search_results_stay_in_the_edition"],
    "the language code no is read as false": ["test_honest_languages.test_norway_is_not_false"],
    "the theme's words must exist in six languages": ["test_languages.test_interface_words_are_complete"],
    "six builds of plain folders take half a minute": ["test_same_bytes.test_nothing_changed_nothing_done"],
    "whole trees in static-i18n's folders still share index, error page and language mark": [
        "test_honest_languages.test_each_edition_has_an_index_of_its_own_language", "test_languages.test_the_page_itself_is_in_the_readers_language",
        "test_build.test_the_preview_gives_the_same_main"],
    "another renderer must be able to take over": ["test_build.test_a_plan_is_plain_data"],
}
"""By what goes wrong elsewhere, the tests that show that it does not here."""


@pytest.mark.parametrize("failure", ANSWERS)
def test_every_failure_has_its_test(failure):
    """The tests named for a failure are there."""
    for name in ANSWERS[failure]:
        module, function = name.split(".")
        assert f"\ndef {function}(" in (Path(__file__).parent / f"{module}.py").read_text("utf-8"), name


# --- our own site in six languages -----------------------------------------------------------------------------------


def test_each_edition_has_an_index_of_its_own_language(real_site):
    """Every edition's search knows one language, its own."""
    entries = sorted(real_site.rglob("pagefind-entry.json"))
    assert len(entries) > 6
    for path in entries:
        assert list(json.loads(path.read_text())["languages"]) == [path.parent.parent.name], path


@pytest.mark.browser
def test_a_browser_knows_the_language_of_every_text(visit):
    """On a Danish text shown to Icelanders, the browser takes the text for Danish, and what stands around it for Icelandic."""
    page = visit("/is/guides/open-process/").page
    def language_of(selector: str) -> str:
        return page.eval_on_selector(selector, "element => element.closest('[lang]').lang")

    assert (language_of("h1"), language_of(".cp-prose p")) == ("da", "da")
    assert {language_of(selector) for selector in (".cp-notice-fallback", ".cp-footer p", ".cp-menu summary", ".cp-skip")} == {"is"}
    assert page.locator(".cp-prose h2").first.evaluate("heading => heading.matches(':lang(da)')")


def test_every_error_page_is_in_its_own_language(real_site):
    """Each of the editions' error pages says its language and speaks it."""
    for language in ("da", "sv", "nb", "fi", "is", "en"):
        page = (real_site / language / "404.html").read_text("utf-8")
        assert f'<html lang="{language}">' in page and f"<h1>{interface_words(language)['page.not_found']}</h1>" in page


@pytest.mark.browser
@pytest.mark.parametrize("language, query, wanted", [("nb", "sirkelen", "/nb/"), ("is", "námshringnum", "/is/")])
def test_inflected_words_are_found(visit, language, query, wanted):
    """Norwegians and Icelanders find pages by forms that may stand nowhere, and get addresses of their own edition."""
    page = visit(f"/{language}/").page
    page.click("[data-search]")
    page.fill("dialog.cp-search input", query)
    page.wait_for_selector("dialog.cp-search li a")
    assert page.locator("dialog.cp-search li a").first.get_attribute("href").startswith((wanted, "/circles/"))


@pytest.mark.browser
def test_search_results_stay_in_the_edition(visit):
    """Whatever a Norwegian finds in the handbook stands in the Norwegian handbook, also texts in Danish."""
    page = visit("/nb/").page
    page.click("[data-search]")
    for query in ("forventninger", "leder", "runde"):
        page.fill("dialog.cp-search input", query)
        page.wait_for_timeout(400)
        page.wait_for_selector("dialog.cp-search li a")
        found = page.eval_on_selector_all("dialog.cp-search li a", "all => all.map(one => one.getAttribute('href'))")
        assert found and all(address.startswith(("/nb/", "/circles/")) for address in found), query


# --- small projects --------------------------------------------------------------------------------------------------


def test_a_page_in_one_language_is_reached_in_all(project):
    """The guide that is only Danish has itself in every switch, and announces no version in another language."""
    pages = pages_of(project.build(with_search=False).site)
    for language in ("da", "sv", "nb", "en"):
        page = pages[f"/{language}/guides/second/"]
        assert page.switch == {code: f"/{code}/guides/second/" for code in ("da", "sv", "nb", "en")}
        assert page.alternates == {} and page.canonical == "/da/guides/second/"


def test_a_link_to_a_page_in_another_language_is_no_mistake(project):
    """A Danish page links to one that is only Swedish: nothing is to be mended, and Danes get there without leaving their edition."""
    project.write("docs/guides/third.sv.md", (project.folder / "docs/guides/second.da.md").read_text())
    project.edit("docs/guides/first.da.md", "[den anden guide](second.md)", "[den svenske guide](third.md)")
    assert project.build(with_search=False).published.problems == ()
    assert 'href="../third/"' in project.main("/da/guides/first/") and 'lang="sv"' in project.main("/da/guides/third/")


def test_norway_is_not_false(project):
    """`locale: no` without quotes is read as it was typed, and the answer says which codes Norwegian has."""
    said = project.edit("mkdocs.yml", "{locale: nb, name: norsk bokmål}", "{locale: no, name: norsk}").run("check")
    assert said.returncode == 3 and "'no' is not a language circlepress knows" in said.stderr
    assert "Norwegian is 'nb' (bokmål) or 'nn' (nynorsk)." in said.stderr and "Traceback" not in said.stderr


# --- a seventh language is one line ----------------------------------------------------------------------------------

SEVENTH = {
    "nn": ("{locale: nn, name: norsk nynorsk, site_name: Handbok om læringssirklar}", "nb"),
    "fo": ("{locale: fo, name: føroyskt, site_name: Handbók um læriringar}", "da"),
}
"""By language: the line in `mkdocs.yml`, and whose words and texts its readers get, as there are none in theirs yet."""


@pytest.fixture(scope="module", params=["nn", pytest.param("fo", marks=pytest.mark.long)])
def seventh(request, tmp_path_factory) -> tuple[CircleProject, str]:
    """This repository's own content with one more line in `mkdocs.yml`, built; and the language."""
    project = CircleProject.from_this_repository(tmp_path_factory.mktemp(request.param) / "project")
    last = "        - {locale: en, name: English"
    settings = (ROOT / "mkdocs.yml").read_text("utf-8").replace("  custom_dir: overrides\n", "")
    project.write("mkdocs.yml", settings.replace(last, f"        - {SEVENTH[request.param][0]}\n{last}"))
    project.build(jobs=2, with_search=True)
    assert not [problem for problem in project.published.problems if problem.is_error]
    return project, request.param


@pytest.fixture(scope="module")
def seventh_pages(seventh) -> dict[str, Page]:
    return pages_of(seventh[0].site)


@pytest.fixture(scope="module")
def seventh_served(seventh) -> Iterator[Served]:
    one = Served(seventh[0].site)
    yield one
    one.stop()


def test_a_seventh_language_has_every_page(seventh, seventh_pages):
    """Its handbook has the pages of all others, says its language, and its error page is its own."""
    language, pages = seventh[1], seventh_pages
    tails = {code: {page.address.removeprefix(f"/{code}/") for page in pages.values() if page.address.startswith(f"/{code}/")} for code in ("da", language)}
    assert tails[language] == tails["da"] and len(tails["da"]) > 25
    assert {page.lang for page in pages.values() if page.address.startswith(f"/{language}/")} == {language}


def test_a_seventh_language_has_the_nearest_words(seventh):
    """Words of the interface that nobody has translated come from the next language of the chain, not from English."""
    project, language = seventh
    words = interface_words(SEVENTH[language][1])
    assert interface_words(language) == {}
    assert words["page.skip"] in project.page(f"/{language}/") and words["guides.title" if "guides.title" in words else "kind.guides.many"] in project.page(f"/{language}/")


def test_a_seventh_language_is_told_what_it_sees(seventh):
    """Texts come from the chain, are marked, and a notice names both languages and how to translate."""
    project, language = seventh
    page = project.main(f"/{language}/guides/open-process/")
    notice = re.search(r'<p class="cp-notice cp-notice-fallback"[^>]*>(.*?)</p>', page, re.DOTALL)[1]
    shown = SEVENTH[language][1]
    assert f'<h1 lang="{shown}">' in page and re.search(f'<div class="cp-prose" lang="{shown}">', page)
    assert interface_words(SEVENTH[language][1])["notice.translate"] in notice
    assert f"docs/guides/open-process.{language}.md" in project.main(f"/{language}/translations/")


def test_a_seventh_language_is_in_every_switch(seventh, seventh_pages):
    """The gateway and every page of the handbook lead to it and back, and nothing says that its fallbacks are versions."""
    (project, language), pages = seventh, seventh_pages
    assert f'href="{language}/" lang="{language}"' in project.page("/")
    handbook = [page for page in pages.values() if re.match(r"/[a-z]{2}/", page.address) and page.switch]
    assert handbook and all(language in page.switch and len(page.switch) == 7 for page in handbook)
    assert pages[f"/{language}/guides/open-process/"].alternates == {}
    assert pages[f"/{language}/guides/open-process/"].canonical == f"/{SEVENTH[language][1]}/guides/open-process/"
    assert language in pages["/da/glossary/"].alternates and language not in pages["/da/guides/welcome/"].alternates


@pytest.mark.browser
def test_a_seventh_language_is_searched_and_switched_to(chromium, seventh, seventh_served):
    """Its readers find a text by a word of it, stay in their edition, and come back to it from another language."""
    _, language = seventh
    with Visit(chromium, seventh_served, f"/{language}/") as opened:
        page = opened.page
        page.click("[data-search]")
        page.fill("dialog.cp-search input", {"nn": "forventningsavklaring", "fo": "forventningsafstemning"}[language])
        page.wait_for_selector("dialog.cp-search li a")
        assert page.locator("dialog.cp-search li a").first.get_attribute("href") == f"/{language}/guides/expectation-alignment/"
        page.locator("dialog.cp-search li a").first.click()
        for code in ("sv", language):
            page.click(".cp-languages summary")
            page.click(f".cp-languages li:not(.cp-beside) a[lang={code}]")
            page.wait_for_url(f"**/{code}/guides/expectation-alignment/*")
        assert opened.outside() == [] and opened.failed == [] and opened.said == []
