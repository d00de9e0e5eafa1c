"""The texts of `texts.py` as projects of other programs, in the form each program's own documentation recommends.

Programs that show the default language's page themselves where a translation is missing get only what exists; the
others get a copy of that page, made here and outside of what is timed, so that all write the same number of pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .dialects import HUGO, MKDOCS, STARLIGHT, Dialect, address, front_matter, markdown
from .texts import HANDBOOK, LANGUAGES, WORDS, Content, Page, blocks, is_translated, site_title, summary, title

_PEERS = Path(__file__).parent / "peer_files"
_EXTENSIONS = """markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - fenced_code
  - footnotes
  - sane_lists
  - tables
  - toc
  - pymdownx.details
  - pymdownx.tasklist: {custom_checkbox: true}
"""
"""The same as ours."""

Files = Iterator[tuple[str, str]]


def mkdocs(content: Content) -> Files:
    """One project for the handbook and one for each circle; each has its own folder in site/, which MkDocs empties first."""
    for site, pages in content.sites():
        folder = "handbook" if site == "handbook" else f"circles/{site}"
        yield f"{folder}/mkdocs.yml", _mkdocs_settings(content, site, pages, f"{'../' * (folder.count('/') + 1)}site/{folder}")
        yield from _by_suffix(content, pages, f"{folder}/docs/")


def mkdocs_projects(content: Content) -> Files:
    """The handbook with the circles as subprojects, for Material's projects plugin."""
    for site, pages in content.sites():
        folder = "" if site == "handbook" else f"projects/{site}/"
        plugin = "  - projects: {concurrency: 2}\n" if site == "handbook" else ""
        yield f"{folder}mkdocs.yml", _mkdocs_settings(content, site, pages, "", plugin)
        yield from _by_suffix(content, pages, f"{folder}docs/")


def zensical(content: Content) -> Files:
    """One site per language with the handbook and all circles, since there is no support for languages yet."""
    sites = list(content.sites())
    for language in content.languages:
        navigation = ["nav:"]
        for site, pages in sites:
            folder = "" if site == "handbook" else f"circles/{site}/"
            if site != "handbook":
                navigation.append(f"  - {json.dumps(site_title(site, language), ensure_ascii=False)}:")
            for page in pages:
                navigation.append(f"{'  ' if site == 'handbook' else '    '}- {folder}{page.path}.md")
                shown = language if is_translated(page, language) else LANGUAGES[0]
                yield f"{language}/docs/{folder}{page.path}.md", _text(page, pages, shown, MKDOCS)
        settings = _site(site_title("handbook", language), f"{language}/", language, "")
        yield f"{language}/mkdocs.yml", settings + _EXTENSIONS + "\n".join(navigation) + "\n"


def hugo(content: Content) -> Files:
    """One site with our own layouts, as bare as they can be: header, navigation of the circle, text, table of contents."""
    yield from _hugo_content(content)
    for path in sorted((_PEERS / "hugo").rglob("*")):
        if path.is_file():
            yield path.relative_to(_PEERS / "hugo").as_posix(), path.read_text("utf-8")
    yield "hugo.toml", _hugo_settings(content) + '\n[outputs]\nhome = ["html"]\npage = ["html"]\nsection = ["html", "search"]\n' + (
        '\n[outputFormats.search]\nmediaType = "application/json"\nbaseName = "search_index"\nisPlainText = true\n')


def hugo_book(content: Content) -> Files:
    """One site with the Book theme, which shows one navigation for all circles and indexes each language."""
    yield from _hugo_content(content)
    yield "hugo.toml", 'theme = "hugo-book"\n' + _hugo_settings(content) + '\n[params]\nBookSection = "*"\nBookSearch = true\n'


def starlight(content: Content) -> Files:
    """One site in which each circle's pages show only the circle's own navigation; missing translations it fills itself."""
    for site, pages in content.sites():
        for page in pages:
            for language in content.languages:
                if is_translated(page, language):
                    folder = "handbook" if site == "handbook" else f"circles/{site}"
                    yield (f"src/content/docs/{language}/{folder}/{page.path}.md",
                           _text(page, pages, language, STARLIGHT, sidebar={"order": page.number}))
    languages = {code: {"label": WORDS[code]["name"], "lang": code} for code in content.languages}
    sites = [{"folder": address(pages[0]), "titles": {code: site_title(site, code) for code in content.languages}}
             for site, pages in content.sites()]
    yield "corpus.json", json.dumps({"languages": languages, "sites": sites}, ensure_ascii=False)
    for path in sorted((_PEERS / "starlight").rglob("*.*")):
        yield path.relative_to(_PEERS / "starlight").as_posix(), path.read_text("utf-8")


def _text(page: Page, siblings: list[Page], language: str, dialect: Dialect, **more: object) -> str:
    head = front_matter(title=title(page, language), description=summary(page, language), **more)
    return head + markdown(blocks(page, siblings, language), page, language, dialect)


def _by_suffix(content: Content, pages: list[Page], folder: str) -> Files:
    for page in pages:
        for language in content.languages:
            if is_translated(page, language):
                ending = ".md" if language == LANGUAGES[0] else f".{language}.md"
                yield f"{folder}{page.path}{ending}", _text(page, pages, language, MKDOCS)


def _mkdocs_settings(content: Content, site: str, pages: list[Page], output: str, plugin: str = "") -> str:
    languages = "".join(
        f"        - {{locale: {code}, name: {WORDS[code]['name']}, site_name: {site_title(site, code)}, build: true"
        f"{', default: true' if code == LANGUAGES[0] else ''}}}\n" for code in content.languages)
    plugins = ("plugins:\n  - search\n" + plugin + "  - i18n:\n      docs_structure: suffix\n      fallback_to_default: true\n"
               "      reconfigure_material: true\n      reconfigure_search: true\n      languages:\n" + languages)
    navigation = "nav:\n" + "".join(f"  - {page.path}.md\n" for page in pages)
    below = "" if site == "handbook" else f"circles/{site}/"
    return _site(site_title(site, LANGUAGES[0]), below, LANGUAGES[0], output) + plugins + _EXTENSIONS + navigation


def _site(name: str, below: str, language: str, output: str) -> str:
    return (f"site_name: {json.dumps(name, ensure_ascii=False)}\nsite_url: https://bench.example.org/{below}\n"
            + (f"site_dir: {output}\n" if output else "")
            + f"theme:\n  name: material\n  language: {language}\n  font: false\n")


def _hugo_content(content: Content) -> Files:
    for site, pages in content.sites():
        folder = "content/handbook" if site == "handbook" else f"content/circles/{site}"
        for page in pages:
            name = "_index" if page.is_front else page.path
            for language in content.languages:
                shown = language if is_translated(page, language) else LANGUAGES[0]
                yield f"{folder}/{name}.{language}.md", _text(page, pages, shown, HUGO, weight=page.number + 1)
    for language in content.languages:
        for place, kind in enumerate(HANDBOOK):
            yield f"content/handbook/{kind}/_index.{language}.md", front_matter(title=kind.capitalize(), weight=place + 2)
        yield f"content/circles/_index.{language}.md", front_matter(title=WORDS[language]["circle"], weight=9)


def _hugo_settings(content: Content) -> str:
    languages = "".join(f'\n[languages.{code}]\nlabel = "{WORDS[code]["name"]}"\nweight = {place}\n'
                        for place, code in enumerate(content.languages, 1))
    return (f'baseURL = "https://bench.example.org/"\ntitle = "{WORDS[LANGUAGES[0]]["handbook"]}"\n'
            f'defaultContentLanguage = "{LANGUAGES[0]}"\ndefaultContentLanguageInSubdir = true\n'
            'disableKinds = ["taxonomy", "term", "rss"]\n' + languages
            + '\n[markup.goldmark.parser.attribute]\nblock = true\n\n[markup.goldmark.renderHooks.link]\nuseEmbedded = "always"\n')
