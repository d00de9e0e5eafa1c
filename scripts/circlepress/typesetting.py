"""What happens to a page between its plan and its file, whoever renders it.

The press (`press.py`) and stock MkDocs (`renderer.py` with the plugin) share these steps, so that they write the same
bytes: the text is cleaned, boxes and tables are made usable for all readers, templates get the same values and links.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from . import filling
from .cache import Cache
from .link import relative
from .markdown_extension import BACKLINK_MARK
from .problem import Place, Problem
from .qr_code import qr_svg
from .quick_templates import escaped, quicken
from .sanitise import sanitise

STATIC_TEMPLATES = ("404.html", "sitemap.xml")
"""Templates that make a file of their own in every edition."""

_CHECKBOX = re.compile(r'(<li[^>]*class="task-list-item"[^>]*>(?:\s*<p>)?)\s*(<input [^>]*?)/?>(.*?)(?=</p>|</li>|<ul|<ol)', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_BACKLINK = re.compile(f'title="{BACKLINK_MARK}([0-9]+)"')
_UNTRANSLATED = re.compile(r'<div class="admonition untranslated lang-([a-z]{2,3})">')
_FETCHED = re.compile(
    r"""<(?:(?:script|img|iframe|source|video|audio|embed|input|track)\b[^>]*?\s(?:src|srcset|poster)|object\b[^>]*?\sdata"""
    r"""|link\b(?![^>]*\srel="?(?:canonical|alternate|license)\b)[^>]*?\shref)\s*=\s*["']?((?:https?:)?//[^\s"'>]+)""", re.IGNORECASE)
"""What a browser would load by itself from another host; links for readers to follow are not meant."""


def teach(environment: jinja2.Environment, link: Callable[..., str], part: Callable[..., str] | None = None) -> jinja2.Environment:
    """Escape everything a template prints, refuse names it does not know, and give it the filter `link`.

    `link` takes the template's context and an address below the site's root, and returns what to write in `href`. `part` takes
    the context and the name of a partial template, and returns it filled in with `part_values`; without one, it is filled in for each page.
    """
    if part is None:
        def part(context: Context, name: str) -> str:
            return environment.get_template(f"partials/{name}.html").render(part_values(context))

    environment.autoescape = True
    environment.undefined = jinja2.StrictUndefined
    environment.filters["link"] = jinja2.pass_context(lambda context, address: link(context, address))
    environment.filters |= {"say": say, "lang": lang}  # filters cost a template less than functions do
    environment.filters |= {"filled": _filled, "filled_line": filling.filled_line, "as_text": lambda text, page: filling.as_text(str(text), page),
                            "qr": lambda address: Markup(qr_svg(address))}
    environment.globals |= {
        "navigation": jinja2.pass_context(
            lambda context, entries, home: navigation(entries, home, context.get("here"), lambda address: link(context, address))),
        "language_switch": jinja2.pass_context(lambda context, site, planned: language_switch(site, planned, lambda address: link(context, address))),
        "part": jinja2.pass_context(lambda context, name: Markup(part(context, name))),
    }
    environment.tests["outside"] = lambda address: not str(address).startswith("/")
    return environment


def say(text: Mapping | None) -> Markup | str:
    """Return a text as it stands among words of the page's language: `{"text": …, "lang": …}`, marked when it is in another."""
    if not text:
        return ""
    return Markup(f'<span lang="{escaped(text["lang"])}">{escaped(text["text"])}</span>') if text["lang"] else text["text"]


def lang(text: Mapping | None) -> Markup | str:
    """Return the attribute that an element needs which holds nothing but this text (WCAG 3.1.2)."""
    return Markup(f' lang="{escaped(text["lang"])}"') if text and text["lang"] else ""


def _filled(text: str, *says: object, keeps_ids: bool = False) -> Markup:
    """Return a page's finished text with its blanks filled in (`filling.filled`)."""
    return Markup(filling.filled(str(text), *says, keeps_ids=keeps_ids))


def navigation(entries: Iterable[Mapping], home: str, here: str | None, link: Callable[[str], str]) -> Markup:
    """Return a menu as a list of links; the page one is on, or the part of the site it is in, is said to be current."""
    items = []
    for entry in entries:
        address = entry["address"]
        is_part = here is not None and address != home and here.startswith(address)
        current = ' aria-current="page"' if address == here else ' aria-current="true"' if is_part else ""
        items.append(f'<li><a href="{escaped(link(address))}"{current}>{escaped(entry["title"])}</a></li>')
    return Markup(f"<ul>{''.join(items)}</ul>")


def language_switch(site: Mapping, planned: Mapping, link: Callable[[str], str]) -> Markup:
    """Return the menu of a page's languages; those that a reader can set beside this one are marked."""
    words, language, alternates = site["words"], site["language"], planned["alternates"]
    has_beside = len(alternates) > 2 and language in alternates
    items = []
    for code, address in planned["switch"].items():
        mark = ' aria-current="true"' if code == language else " data-is-there" if has_beside and code in alternates else ""
        items.append(f'<li><a href="{escaped(link(address))}" lang="{code}" hreflang="{code}"{mark}>{escaped(site["languages"][code])}</a></li>\n')
    beside = f' data-beside="{escaped(words["page.beside"])}" data-end="{escaped(words["page.beside_end"])}"' if has_beside else ""
    return Markup(f'<details class="cp-languages"{beside}>\n<summary><span class="cp-visually-hidden">{escaped(words["page.languages"])}: </span>'
                  f'{escaped(site["languages"][language])}</summary>\n<ul>\n{"".join(items)}</ul>\n</details>')


def plain_fence(markdown: str) -> str:
    """Return a text that cannot be converted as one block of code, so that nothing of it is lost."""
    fence = "~" * (max(map(len, re.findall("~+", markdown)), default=3) + 1)
    return f"{fence}\n{markdown}\n{fence}\n"


def clean(content: str) -> tuple[str, list[str]]:
    """Return a page's converted text with only what may be published, and what was taken out."""
    return sanitise(content)


def taken_out(source: str, removed: list[str]) -> Problem:
    """Return the problem of a page from which something was taken out; `source` is the project file it came from."""
    return Problem(Place(source), "removed-by-sanitiser", f"taken out of the page because it could do harm: {', '.join(removed)}.",
                   "Write it in plain Markdown.")


def dress(content: str, words: Mapping[str, str]) -> str:
    """Return a clean text with what it says by itself in the edition's language: names of boxes, tables, ways back from footnotes.

    Pictures far down wait until a reader comes near them; `clean` has turned every `<` in the texts into `&lt;`.
    """
    def back(match: re.Match) -> str:
        return f'title="{html.escape(words["footnote.back"].format(n=match[1]), quote=True)}"'

    dressed = _wrap_tables(_BACKLINK.sub(back, _CHECKBOX.sub(_name_checkbox, content)), words["page.table"])
    if "admonition untranslated" in dressed:
        dressed = _UNTRANSLATED.sub(r'<div class="admonition untranslated" lang="\1">', dressed)
    return dressed.replace("<img ", '<img loading="lazy" ')


def page_values(site: Mapping, edition: Mapping, planned: Mapping, here: str, body: str, whole: Callable[[str], str]) -> dict:
    """Return what a page's template gets. `whole` makes an address complete, or empty when the site has no place yet."""
    return {
        "site": site, "edition": edition, "planned": planned, "view": planned["view"], "words": site["words"], "search": site["search"],
        "here": here, "top": whole("/").rstrip("/"), "body": Markup(body), "canonical": whole(planned["canonical"]),
        "alternates": {language: whole(address) for language, address in planned["alternates"].items()},
    }


def part_values(context: Context) -> dict:
    """Return what a part of the frame gets that is the same for all pages that lie alike: nothing of the page but where it is."""
    return {name: context.get(name) for name in ("site", "words", "search", "here", "config")}


def edition_values(site: Mapping, edition: Mapping, pages: list[Mapping], whole: Callable[[str], str]) -> dict:
    """Return what `STATIC_TEMPLATES` get."""
    return {
        "site": site, "edition": edition, "planned": None, "view": {}, "words": site["words"], "search": False, "here": None, "body": "",
        "canonical": "", "alternates": {},
        "sitemap": [whole(page["address"]) for page in pages if page["canonical"] == page["address"]],
        "sitemaps": [whole(f"{address}sitemap.xml") for address in site["sitemaps"]],
    }


def href(here: str | None, there: str, base_path: str) -> str:
    """Return what to write for an address: relative to the page `here`, or whole on a page without a place."""
    if not there.startswith("/"):
        return there
    return base_path + there if here is None else relative(here, there)


def outside_resources(page: str, source: str) -> list[Problem]:
    """Name whatever a finished page would fetch from another host: a theme of a project's own can do that, content cannot."""
    found, at = set(), page.find("//")
    while at >= 0:  # a few of these on a page, where it has hundreds of tags
        found.update(match[1] for match in _FETCHED.finditer(page, page.rfind(">", 0, at) + 1, page.find(">", at) + 1 or len(page)))
        at = page.find("//", at + 2)
    outside = sorted(found)
    return [Problem(Place(source), "outside-resource", f"the finished page fetches {', '.join(outside)}.",
                    "Put a copy in overrides/assets/ and use that; readers' addresses are nobody else's business.")] if outside else []


def not_converted(source: str, error: BaseException) -> Problem:
    """Return the problem of a page whose text could not be converted."""
    return Problem(Place(source), "page-not-rendered", f"the text could not be turned into HTML ({short(error)}); it is shown as plain text.",
                   "Look for unusual signs or markup, and simplify it.")


def short(error: BaseException) -> str:
    """Return an error in a few words."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return f"{type(error).__name__}: {str(error).splitlines()[0][:160]}" if str(error) else type(error).__name__


def environment_for(theme_folders: list[Path], cache: Cache, engine: str) -> jinja2.Environment:
    """Return a template environment that looks in `theme_folders`, the first winning.

    Compiled templates are kept in `cache` for the same `engine`, the fingerprint of the program and the theme.
    """
    return quicken(jinja2.Environment(loader=jinja2.FileSystemLoader([str(folder) for folder in theme_folders]), auto_reload=False,
                                      bytecode_cache=_CompiledTemplates(cache, engine)))


def compile_templates(theme_folders: list[Path], cache: Cache, engine: str) -> None:
    """Compile all templates for `environment_for`, so that of several processes that will need them none has to.

    One that cannot be compiled is left to those who need it. Raises nothing.
    """
    environment = teach(environment_for(theme_folders, cache, engine), lambda context, address: address)
    for name in environment.list_templates(extensions=("html", "xml")):
        with contextlib.suppress(jinja2.TemplateError, OSError, UnicodeError, RecursionError):
            environment.get_template(name)


class _CompiledTemplates(jinja2.BytecodeCache):
    """Keeps compiled templates from one run to the next; what is damaged, or of another program, is compiled again."""

    def __init__(self, cache: Cache, engine: str) -> None:
        self._cache, self._engine = cache, engine.encode()

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._cache.load_bytes(f"templates/{bucket.key}")
        if kept is not None and kept.startswith(self._engine):
            bucket.bytecode_from_string(kept[len(self._engine):])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._cache.save_bytes(f"templates/{bucket.key}", self._engine + bucket.bytecode_to_string())


def _name_checkbox(match: re.Match) -> str:
    """Give a task list's box the name that a screen reader says: the text beside it (WCAG 4.1.2)."""
    name = html.escape(html.unescape(_TAG.sub("", match[3])).strip(), quote=True)
    return f'{match[1]}{match[2].rstrip()} aria-label="{name}">{match[3]}'


def _wrap_tables(content: str, name: str) -> str:
    """Let a wide table scroll by itself on a narrow screen, with the keyboard too (WCAG 1.4.10, 2.1.1)."""
    if "<table>" not in content:
        return content
    opening = f'<div class="cp-scroll" role="region" tabindex="0" aria-label="{html.escape(name, quote=True)}"><table>'
    return content.replace("<table>", opening).replace("</table>", "</table></div>")
