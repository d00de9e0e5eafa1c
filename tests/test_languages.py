"""Readers get the best text there is for them and always know what they are looking at."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from support.project import CircleProject

from circlepress.language import DEFAULT_CHAIN, OWN_NAME
from circlepress.wording import COMPLETE, interface_words

INTERFACE = Path(__file__).parent.parent / "scripts/circlepress/interface"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return CircleProject.from_dir("minimal", tmp_path_factory.mktemp("languages") / "project").build(jobs=2)


def test_a_translation_is_shown_where_there_is_one(built):
    """A Swedish reader gets the Swedish guide, without a notice."""
    page = built.main("/sv/guides/first/")
    assert "Den första guiden" in page and 'class="cp-notice' not in page and 'lang="da"' not in page.split("cp-page-end")[0]


def test_a_missing_translation_falls_back_along_the_chain(built):
    """Norwegian goes by Danish before Swedish, English (here) too: the guide exists in both."""
    assert "Den første guide" in built.main("/nb/guides/first/")
    assert "Den første guide" in built.main("/en/guides/first/")


def test_chains_are_configurable(project):
    """`fallback:` in mkdocs.yml decides: with [sv, da] a Norwegian reader gets Swedish."""
    project.edit("mkdocs.yml", "contact: redaktion@example.org", "contact: redaktion@example.org\n      fallback: {nb: [sv, da]}")
    assert "Den första guiden" in project.build(languages=("nb",)).main("/nb/guides/first/")


def test_a_fallback_says_so_in_the_readers_language(built):
    """The notice is Norwegian, names the language shown, and leads to how to translate; the text is marked as Danish."""
    page = built.main("/nb/guides/second/")
    notice = re.search(r'<p class="cp-notice cp-notice-fallback"[^>]*>(.*?)</p>', page, re.DOTALL)[1]
    assert interface_words("nb")["notice.translate"] in notice and "dansk" in notice
    assert '<h1 lang="da">' in page and re.search(r'<div class="cp-prose" lang="da">', page)
    address = re.search(r'href="([^"]+)"', notice)[1]
    assert address == "../../translations/"
    assert "docs/guides/second.nb.md" in built.main("/nb/translations/")


def test_the_page_itself_is_in_the_readers_language(built):
    """`lang` of the page stays the edition's, so that a screen reader reads the interface right."""
    assert '<html lang="nb">' in built.page("/nb/guides/second/")


def test_only_true_versions_are_announced(built):
    """hreflang lists versions that exist; a fallback has none, and its canonical address is the original's."""
    original = built.page("/da/guides/first/")
    assert re.findall(r'hreflang="(\w+)" href="(https[^"]+)"', original) == [
        ("da", "https://prove.example.org/da/guides/first/"), ("sv", "https://prove.example.org/sv/guides/first/")]
    fallback = built.page("/nb/guides/first/")
    assert '<link rel="canonical" href="https://prove.example.org/da/guides/first/">' in fallback
    assert 'rel="alternate" hreflang' not in fallback
    sitemap = (built.site / "nb/sitemap.xml").read_text()
    assert "/nb/guides/first/" not in sitemap and "/da/guides/first/" in (built.site / "da/sitemap.xml").read_text()


def test_the_switch_leads_to_the_same_page_in_every_language(built):
    """Four languages, four links, each to this page, named in the language itself."""
    switch = re.search(r'<details class="cp-languages".*?</details>', built.page("/nb/guides/first/"), re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)" lang="(\w+)"', switch) == [
        ("../../../da/guides/first/", "da"), ("../../../sv/guides/first/", "sv"), ("./", "nb"), ("../../../en/guides/first/", "en")]
    assert all(OWN_NAME[language] in switch for language in ("da", "sv", "nb", "en"))


def test_single_fields_fall_back_by_themselves(project):
    """A Swedish session without an aim of its own shows the Danish one, marked as Danish; the title is Swedish."""
    project.write("circles/small-circle/sessions/01-begin.sv.md",
                  "---\ntitle: Vi börjar\ntranslation: {of: da, state: reviewed}\n---\n\n## Till dig {#participant}\n\nKom som du är.\n")
    page = project.build(circles=("small-circle",)).main("/circles/small-circle/sv/sessions/01-begin/")
    assert "Vi börjar" in page
    assert '<span lang="da">Vi lærer hinanden at kende' in page


def test_an_unreviewed_translation_says_so(project):
    """A draft is shown, with one line that says no native speaker has read it."""
    project.edit("docs/guides/first.sv.md", "state: reviewed", "state: draft")
    assert interface_words("sv")["notice.draft"].split("{")[0].strip() in project.build(languages=("sv",)).main("/sv/guides/first/")


def test_each_edition_has_its_own_error_page(built):
    """A Swedish reader who goes astray is met in Swedish; the root's page offers all languages."""
    assert interface_words("sv")["page.not_found"] in (built.site / "sv/404.html").read_text()
    root = (built.site / "404.html").read_text()
    assert all(f'lang="{language}"' in root for language in ("da", "sv", "nb", "en"))


def test_the_gateway_needs_no_script(built):
    """The root offers each language by its own name, and each circle's address does so for its languages."""
    gateway = built.page("/")
    assert "<script" not in gateway
    assert re.findall(r'<a href="([^"]+)" lang="(\w+)"', gateway) == [("da/", "da"), ("sv/", "sv"), ("nb/", "nb"), ("en/", "en")]
    assert re.findall(r'<a href="([^"]+)" lang', built.page("/circles/small-circle/")) == ["da/", "sv/"]


def test_every_link_of_the_site_leads_somewhere(built):
    """No page of any edition links to a page or file that was not built."""
    broken = []
    for path in built.site.rglob("*.html"):
        if path.name == "404.html":
            continue
        for address in re.findall(r'(?:href|src)="([^"#]+)(?:#[^"]*)?"', path.read_text()):
            if not re.match(r"https?:|mailto:|/", address):
                target = (path.parent / address).resolve()
                if not (target / "index.html").is_file() and not target.is_file():
                    broken.append((path.relative_to(built.site).as_posix(), address))
    assert broken == []


def test_interface_words_are_complete():
    """Each of the six interface languages has every key of English, with the same blanks."""
    english = interface_words("en")
    for language in COMPLETE:
        words = interface_words(language)
        assert set(words) == set(english), language
        assert {key: sorted(re.findall(r"\{\w*\}", words[key])) for key in words} == {
            key: sorted(re.findall(r"\{\w*\}", english[key])) for key in english}, language


def test_there_is_a_chain_for_every_language():
    """Ten codes have a default chain; none leads to itself or to a language unknown."""
    assert set(DEFAULT_CHAIN) == set(OWN_NAME) and len(OWN_NAME) == 10
    assert all(code not in chain and set(chain) <= set(OWN_NAME) for code, chain in DEFAULT_CHAIN.items())


def test_every_interface_file_is_valid():
    """The interface files are TOML and hold only texts."""
    for path in INTERFACE.glob("*.toml"):
        tomllib.loads(path.read_text("utf-8"))
        assert all(isinstance(text, str) and text for text in interface_words(path.stem).values()), path.name
