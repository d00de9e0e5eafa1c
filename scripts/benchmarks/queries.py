"""What readers find: the queries of `tests/cases/search/queries.yml`, asked of our search and of Material's own, in a real browser.

Material gets the same handbook as its users would have it: each text as a Markdown file in its language, static-i18n, and its
search plugin as it comes. What circlepress makes by itself is written as Markdown with the same words: the glossary, the list of
circles and a page for each circle. A page in another language counts as found, though for Material it leads readers out of theirs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import report
from .peers import ROOT

_PACKAGES = ("mkdocs", "mkdocs-material", "mkdocs-static-i18n", "pagefind")
_MARKDOWN = ("admonition", "attr_list", "def_list", "footnotes", "md_in_html", "pymdownx.details", "pymdownx.superfences", "pymdownx.tasklist", "tables")
_LOOKED_AT = 10
"""So many results are looked at before a reader gives up."""
_PATIENCE = 20
"""After so many tenths of a second without a result there is none."""

Wanted = Mapping[tuple[str, str], Collection[str]]
"""By language and query, the pages of which one has to come first: `guides/x`, `circles/x`, `glossary`, `index`."""
Found = Mapping[tuple[str, str], Sequence[Collection[str]]]
"""By language and query what was found, the best first: for each result the pages that it leads to."""


def run(is_written: bool) -> None:
    """Build both sites, ask both, and print a table; raises `SystemExit` when there is no browser."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.browser import CHROMIUM_ARGUMENTS, find_chromium

    if (chromium := find_chromium()) is None:
        raise SystemExit("No Chromium was found; the queries are asked in a real browser.")
    from playwright.sync_api import sync_playwright

    wanted = read_queries()
    with tempfile.TemporaryDirectory(prefix="circlepress-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        languages = _build_ours(folder / "ours")
        _build_material(folder / "material", languages)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        found = {
            "circlepress": _ask(browser, folder / "ours", wanted, languages, "", "dialog.cp-search [type=search]", "dialog.cp-search li"),
            "Material": _ask(browser, folder / "material/site", wanted, languages, languages[0], ".md-search__input", ".md-search-result__item"),
        }
        browser.close()
    versions = ", ".join(f"{package} {metadata.version(package)}" for package in _PACKAGES)
    report.show("search", text(wanted, found), "scripts/bench search", versions, is_written)


def read_queries() -> dict[tuple[str, str], list[str]]:
    import yaml

    by_language = yaml.load((ROOT / "tests/cases/search/queries.yml").read_text("utf-8"), yaml.BaseLoader)
    return {(language, query): [pages] if isinstance(pages, str) else pages
            for language, queries in by_language.items() for query, pages in queries.items()}


def text(wanted: Wanted, found_by_program: Mapping[str, Found]) -> str:
    """Return the section: what each program found, by language."""
    def row(name: str, queries: list[tuple[str, str]]) -> list[str]:
        places = [[place(found[query], wanted[query]) for query in queries] for found in found_by_program.values()]
        return [name, str(len(queries)), *(str(count) for some in places for count in (some.count(1), sum(0 < one <= _LOOKED_AT for one in some)))]

    languages = dict.fromkeys(language for language, _ in wanted)
    rows = [row(language, [query for query in wanted if query[0] == language]) for language in languages]
    columns = ("Language", "queries", *(f"{program}: {what}" for program in found_by_program for what in ("first", f"among {_LOOKED_AT}")))
    return (f"{len(wanted)} queries of Nordic readers: other forms of words, spellings without special letters, parts of compounds, neighbours' words and names.\n"
            "They stand with the pages that have to come first in `tests/cases/search/queries.yml`, and our search is made to pass them.\n"
            "They are asked in a browser, of this handbook built by circlepress.\nThe same is asked of the same texts built by Material for MkDocs with static-i18n and its own search.\n"
            "For Material a page in another language counts as found, too.\n\n" + report.table(columns, [*rows, row("all", list(wanted))]))


def place(found: Iterable[Collection[str]], wanted: Collection[str]) -> int:
    """Return at which place a wanted page stands, from 1 on; 0 for none."""
    return next((number for number, pages in enumerate(found, start=1) if not set(wanted).isdisjoint(pages)), 0)


def page_of(address: str, languages: Collection[str]) -> str:
    """Return what the queries call the page at an address of either site."""
    parts = [part for part in unquote(urlsplit(address).path).split("/") if part]
    if parts[:1] == ["circles"] and parts[2:] and parts[2] in languages:  # a microsite
        return "/".join(parts[:2])
    return "/".join(parts[1:] if parts and parts[0] in languages else parts) or "index"


# --- asking ----------------------------------------------------------------------------------------------------------


def _ask(browser, site: Path, queries: Iterable[tuple[str, str]], languages: Collection[str], at_root: str, field: str, results: str) -> Found:
    """Type the queries into a site's search; `at_root` is the language whose pages are in no folder of their own."""
    from support.browser import Served

    served, found = Served(site.resolve()), {}
    page, shown = browser.new_page(viewport={"width": 1280, "height": 900}), ""
    for language, query in queries:
        if language != shown:
            print(f"Asking in {language} …", file=sys.stderr, flush=True)
            page.goto(f"{served.address}/" + ("" if language == at_root else f"{language}/"))
            page.keyboard.press("/")
            page.wait_for_selector(field)
            shown = language
        for key in ("ControlOrMeta+a", "Backspace"):
            page.press(field, key)
        page.wait_for_timeout(300)
        page.locator(field).press_sequentially(query)
        page.press(field, "End")  # Material looks when a key comes up, and a letter that is on no key has none
        found[language, query] = [{page_of(address, languages) for address in addresses} for addresses in _settled(page, results)]
    page.close()
    served.stop()
    return found


def _settled(page, results: str) -> list[list[str]]:
    """Return the addresses in each result, once they have stayed the same for half a second."""
    seen: list[list[str]] = []
    waited = still = 0
    while still < 5 or not seen and waited < _PATIENCE:
        page.wait_for_timeout(100)
        now = page.eval_on_selector_all(results, "all => all.map(one => [...one.querySelectorAll('a')].map(link => link.href))")
        seen, still, waited = now, still + 1 if now == seen else 0, waited + 1
    return seen


# --- both sites ------------------------------------------------------------------------------------------------------


def _build_ours(output: Path) -> tuple[str, ...]:
    """Build this repository's site; return the handbook's languages."""
    from support.project import TODAY

    from circlepress import pipeline
    from circlepress.read import read_settings

    pipeline.build(ROOT, pipeline.Request(output, TODAY, jobs=os.cpu_count() or 1))
    return read_settings(ROOT)[0].languages


def _build_material(folder: Path, languages: Sequence[str]) -> None:
    import yaml

    for path, content in _texts(languages):
        target = folder / "docs" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, "utf-8")
    shown = [{"locale": language, "name": language, "build": True, "default": language == languages[0]} for language in languages]
    (folder / "mkdocs.yml").write_text(yaml.safe_dump({
        "site_name": "Handbook", "site_url": "https://handbook.example.org/", "theme": {"name": "material", "language": languages[0], "font": False},
        "markdown_extensions": list(_MARKDOWN), "plugins": ["search", {"i18n": {"docs_structure": "suffix", "languages": shown}}]}), "utf-8")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=folder, capture_output=True, text=True,
                          env=os.environ | {"NO_MKDOCS_2_WARNING": "1"})
    if done.returncode:
        raise SystemExit(f"MkDocs could not build the handbook:\n{done.stderr[-2000:]}")


def _texts(languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return the handbook as Markdown files: every text with the words of its metadata, and what circlepress makes by itself."""
    from support.project import TODAY

    from circlepress import pipeline
    from circlepress.edition import Edition, EditionKind
    from circlepress.plan import plan, published
    from circlepress.resolve import resolve

    checked = pipeline.check(ROOT, TODAY)
    catalogue, settings = published(checked.catalogue), checked.sources.settings
    for reference, material in catalogue.material_by_reference.items():
        for language, version in material.version_by_language.items():
            said = [f"# {version.title}", version.summary, *_strings(version.words), version.body]
            yield f"{reference}.{language}.md", "\n\n".join(said) + "\n"
    for language in languages:
        edition = Edition(EditionKind.HANDBOOK, language)
        planned = plan(catalogue, settings, resolve(catalogue, edition, settings.chain_by_language), None, (edition,), with_search=True, today=TODAY)
        view_by_path = {page.path: page.view for page in planned.pages}
        listed = [f"# {view_by_path['circles/index.md']['title']['text']}"]
        for record in planned.found["records"]:
            listed.append(f"- {record['title']}: {record['summary']}")
            yield f"{page_of(record['address'], languages)}.{language}.md", f"# {record['title']}\n\n{record['text']}\n"
        yield f"circles/index.{language}.md", "\n\n".join(listed) + "\n"
        terms = [f"# {view_by_path['glossary/index.md']['title']['text']}"]
        for term in view_by_path["glossary/index.md"]["terms"]:
            others = [f"{other['name']}: {other['term']}" for other in term["others"]]
            terms += [f"## {term['term']['text']}", *_strings(term["definition"] or {}), ", ".join(term["variants"]), " · ".join(others)]
        yield f"glossary.{language}.md", "\n\n".join(terms) + "\n"


def _strings(value: object) -> Iterator[str]:
    """Return the texts in a value of metadata, without the codes beside them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in [value["text"]] if "text" in value else value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)
