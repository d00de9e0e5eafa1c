"""What readers find: the queries of `tests/cases/search/`, asked of our search and of Material's own, in a real browser.

Material gets the same handbook the way its users have it: the same Markdown files, static-i18n and its search plugin with
the defaults. What circlepress makes by itself, the glossary, the list of circles and a page for each circle, is written
as Markdown with the same words. A hit in another language's edition counts for Material, though the reader leaves theirs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import report

_ROOT = Path(__file__).resolve().parents[2]
_DAY = date(2026, 11, 24)
_PACKAGES = ("mkdocs", "mkdocs-material", "mkdocs-static-i18n", "pagefind")
_FIVE = 5
_MARKDOWN = ("admonition", "attr_list", "def_list", "footnotes", "md_in_html", "pymdownx.details", "pymdownx.superfences", "pymdownx.tasklist", "tables")
_REASONS = {"plain": "as it stands", "inflection": "another form", "folded": "without special letters", "compound": "part of a compound",
            "name": "a name", "neighbour word": "a neighbour's word", "word to avoid": "a word to avoid", "fallback": "a page in another language"}


def run(is_written: bool) -> None:
    """Build both sites, ask both, and print a table; raises `SystemExit` when there is no browser."""
    sys.path.insert(0, str(_ROOT / "tests"))
    from support.browser import CHROMIUM_ARGUMENTS, Served, Visit, find_chromium
    from support.search import cases, find, short

    if (chromium := find_chromium()) is None:
        raise SystemExit("No Chromium was found; the queries are asked in a real browser.")
    from playwright.sync_api import sync_playwright

    asked = [(language, case) for language, case in cases() if "first" in case]
    queries: dict[str, list[str]] = {}
    for language, case in asked:
        queries.setdefault(language, []).append(case["query"])
    with tempfile.TemporaryDirectory(prefix="circlepress-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        languages = _build_ours(folder / "ours")
        _build_material(folder / "material", languages)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        answers: dict[str, dict[tuple[str, str], list[set[str]]]] = {"circlepress": {}, "Material": {}}
        for site, program in ((folder / "ours", "circlepress"), (folder / "material/site", "Material")):
            served = Served(site.resolve())
            for language, typed in queries.items():
                print(f"Asking {program} in {language} …", file=sys.stderr, flush=True)
                default = program == "Material" and language == languages[0]
                with Visit(browser, served, "/" if default else f"/{language}/") as visit:
                    if program == "circlepress":
                        found = [[{short(one["address"], language)} for one in pages] for pages in find(visit.page, typed)]
                    else:
                        found = [list(_ask_material(visit.page, query, languages)) for query in typed]
                answers[program] |= {(language, query): pages for query, pages in zip(typed, found, strict=True)}
            served.stop()
        browser.close()
    versions = ", ".join(f"{package} {metadata.version(package)}" for package in _PACKAGES)
    report.show("search", text(asked, answers), "scripts/bench search", versions, is_written)


def text(asked: Iterable[tuple[str, Mapping]], answers: Mapping[str, Mapping[tuple[str, str], list[set[str]]]]) -> str:
    """Return the section: a table by language, one by what makes the queries hard."""
    asked = list(asked)
    places = {program: {(language, case["query"]): place(found[language, case["query"]], case["first"].split()) for language, case in asked}
              for program, found in answers.items()}

    def row(title: str, chosen: list[tuple[str, Mapping]]) -> list[str]:
        found = [title, str(len(chosen))]
        for program in answers:
            where = [places[program][language, case["query"]] for language, case in chosen]
            found += [str(sum(one == 1 for one in where)), str(sum(0 < one <= _FIVE for one in where)), str(sum(not 0 < one <= _FIVE for one in where))]
        return found

    columns = ["", "Queries", *(f"{program}: {what}" for program in answers for what in ("first", "among five", "missed"))]
    languages = list(dict.fromkeys(language for language, _ in asked))
    by_language = [row(language, [one for one in asked if one[0] == language]) for language in languages] + [row("all", asked)]
    by_reason = [row(title, chosen) for reason, title in _REASONS.items() if (chosen := [one for one in asked if one[1]["why"] == reason])]
    return "\n\n".join([
        f"{len(asked)} queries say which page must come first; they stand in `tests/cases/search/`.\nThey are asked in a browser, of this handbook built by circlepress, "
        "and of the same texts built by Material with static-i18n and its own search.\nFor Material a page in another language counts as found, too.",
        report.table(["Language", *columns[1:]], by_language), report.table(["What is typed", *columns[1:]], by_reason)])


def place(found: list[set[str]], wanted: Iterable[str]) -> int:
    """Return at which place a page stands that was wanted, 0 for none; each result may stand for several names."""
    return next((number for number, names in enumerate(found, start=1) if names & set(wanted)), 0)


# --- both sites ------------------------------------------------------------------------------------------------------


def _build_ours(output: Path) -> tuple[str, ...]:
    from circlepress import pipeline
    from circlepress.read import read_settings

    pipeline.build(_ROOT, pipeline.Request(output, _DAY, jobs=2))
    return read_settings(_ROOT)[0].languages


def _build_material(folder: Path, languages: tuple[str, ...]) -> None:
    import yaml

    shutil.copytree(_ROOT / "docs", folder / "docs")
    for path, content in _made_pages(languages):
        (folder / "docs" / path).parent.mkdir(exist_ok=True)
        (folder / "docs" / path).write_text(content, "utf-8")
    (folder / "mkdocs.yml").write_text(yaml.safe_dump({
        "site_name": "Handbook", "site_url": "https://handbook.example.org/", "theme": {"name": "material", "language": languages[0], "font": False},
        "markdown_extensions": list(_MARKDOWN), "plugins": ["search", {"i18n": {"docs_structure": "suffix", "languages": [
            {"locale": language, "name": language, "build": True} | ({"default": True} if language == languages[0] else {}) for language in languages]}}]}), "utf-8")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"MkDocs could not build the handbook:\n{done.stderr[-2000:]}")


def _made_pages(languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return, as Markdown, what circlepress makes by itself: the glossary, the list of circles, a page for each circle."""
    from circlepress import pipeline
    from circlepress.edition import Edition, EditionKind
    from circlepress.plan import plan, published
    from circlepress.resolve import resolve

    checked = pipeline.check(_ROOT, _DAY)
    catalogue, settings = published(checked.catalogue), checked.sources.settings
    for language in languages:
        edition = Edition(EditionKind.HANDBOOK, language)
        planned = plan(catalogue, settings, resolve(catalogue, edition, settings.chain_by_language), None, (edition,), with_search=True)
        terms, circles = [], []
        for record in planned.search["records"]:
            body = "\n\n".join(record["texts"])
            if record["filters"]["type"] == ["glossary"]:
                terms.append(f"## {record['title']} {{#{record['address'].rpartition('#')[2]}}}\n\n{body}\n")
            else:
                circles.append(record["title"])
                yield f"circles/{record['filters']['circle'][0]}.{language}.md", f"# {record['title']}\n\n{body}\n"
        title_by_path = {page.path: page.title for page in planned.pages}
        yield f"glossary.{language}.md", f"# {title_by_path['glossary/index.md']}\n\n" + "\n".join(terms)
        yield f"circles/index.{language}.md", f"# {title_by_path['circles/index.md']}\n\n" + "".join(f"- {title}\n" for title in circles)


def _ask_material(page, query: str, languages: Iterable[str]) -> Iterator[set[str]]:
    """Type into Material's own field; return for each result shown the names of its page and of the sections listed with it."""
    if not page.evaluate("document.querySelector('#__search').checked"):
        page.locator("label.md-header__button[for=__search], .md-search__input").last.click()
    page.fill(".md-search__input", "")
    page.wait_for_timeout(120)
    page.fill(".md-search__input", query)
    seen, still = None, 0
    while still < 4:
        page.wait_for_timeout(100)
        now = page.eval_on_selector_all(".md-search-result__item", "all => all.map(one => [...one.querySelectorAll('a')].map(link => link.href))")
        seen, still = now, still + 1 if now == seen else 0
    for links in seen or []:
        names = set()
        for parts in map(urlsplit, links):
            path = unquote(parts.path).strip("/")
            for language in languages:
                path = path.removeprefix(f"{language}/") if path != language else ""
            names |= {path or "index", f"{path}#{parts.fragment.removeprefix('term-')}"}
        yield names
