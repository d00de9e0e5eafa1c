"""Our dialect's last word in Python-Markdown: HTML is text, tables align by class, heading ids are predictable.

Every `<` that could begin HTML is swapped for a private character before any other step sees it and written as `&lt;`
at the very end. So neither Python-Markdown, nor an extension, nor MkDocs's own parser ever meets raw HTML (the last
one stops the whole build at `<![`).
"""

from __future__ import annotations

import posixpath
import re
import sys
import xml.etree.ElementTree as etree
from collections.abc import Mapping
from importlib import import_module
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

from .link import relative
from .quick_markdown import quicken

_LESS_THAN = "\ue000"
BACKLINK_MARK = "\ue002"
"""Begins the title of a way back from a footnote until it is said in the edition's language: the mark, then the number."""
_RAW_HTML = re.compile(r"<(?=/?[A-Za-z!?])(?!(?:https?://|mailto:)[^\s<>]*>)")
_FOLDED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ð": "d", "þ": "th"})


class CirclepressMarkdown(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # Python-Markdown's name
        md.preprocessors.register(_HideHtml(md), "circlepress-hide-html", 1000)
        md.postprocessors.register(_ShowHtml(md), "circlepress-show-html", -1000)
        md.treeprocessors.register(_AlignByClass(md), "circlepress-align", 2)
        if "html_block" in md.preprocessors:
            md.preprocessors.deregister("html_block")
        if "html" in md.inlinePatterns:
            md.inlinePatterns.deregister("html")


_ROOM = 900
"""How many calls deep a text may lead Python-Markdown."""
_USUAL_LIMIT = sys.getrecursionlimit()


def _allow_the_same_depth() -> None:
    """Let a text nest as deep whoever asks for its conversion: Python-Markdown stops where Python's limit comes near."""
    depth, frame = 0, sys._getframe()
    while frame := frame.f_back:
        depth += 1
    sys.setrecursionlimit(depth + _ROOM)


class _HideHtml(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        _allow_the_same_depth()
        text = "\n".join(lines).replace(_LESS_THAN, "\ufffd")
        return _RAW_HTML.sub(_LESS_THAN, text).split("\n")


class _ShowHtml(Postprocessor):
    def run(self, text: str) -> str:
        sys.setrecursionlimit(_USUAL_LIMIT)
        return text.replace(_LESS_THAN, "&lt;")


class _AlignByClass(Treeprocessor):
    """Tables ask for alignment with a style attribute, which our content security policy forbids."""

    def run(self, root: etree.Element) -> None:
        for cell in (*root.iter("td"), *root.iter("th")):
            if match := re.search(r"text-align:\s*(left|right|center)", cell.attrib.pop("style", "")):
                cell.set("class", f"align-{match[1]}")
        for cell in root.iter("th"):
            cell.set("scope", "col")


def slugify(text: str, separator: str) -> str:
    """Return a heading's id when it has none of its own: Nordic letters are folded, not dropped.

    It begins with a letter, is short, and is none of the page's own ids (`sanitise.py` lets no others pass).
    """
    folded = re.sub(r"[^a-z0-9]+", separator, text.casefold().translate(_FOLDED)).strip(separator)[:48].strip(separator)
    return folded if re.match(r"(?!cp-)[a-z]", folded) else f"part{separator}{folded}".strip(separator)


EXTENSIONS = ["abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc",
              "pymdownx.details", "pymdownx.tasklist", "circlepress.markdown_extension"]
"""The whole dialect; contributors cannot add to it."""


def extension_configs() -> dict:
    """Return the settings of `EXTENSIONS`."""
    return {
        "toc": {"slugify": slugify, "baselevel": 1, "permalink": False, "marker": ""},
        "footnotes": {"BACKLINK_TITLE": BACKLINK_MARK + "{}", "UNIQUE_IDS": False},
        "pymdownx.tasklist": {"custom_checkbox": False, "clickable_checkbox": False},
    }


def _extensions() -> list[Extension]:
    """Return `EXTENSIONS`, made here: given their names, Markdown would ask every package that is installed for its own."""
    configs = extension_configs()
    return [import_module(name if "." in name else f"markdown.extensions.{name}").makeExtension(**configs.get(name, {})) for name in EXTENSIONS]


class Converter:
    """Python-Markdown in this dialect, set up once for many pages."""

    def __init__(self) -> None:
        self._markdown = quicken(Markdown(extensions=_extensions()))
        self._links = _LinksToPages(self._markdown)
        self._markdown.treeprocessors.register(self._links, "relpath", 0)  # where MkDocs has its own

    def convert(self, text: str, path: str = "", address_by_path: Mapping[str, str] | None = None) -> tuple[str, dict[str, bool]]:
        """Return the HTML of a text, before anything is taken out of it, and which staged pages its links asked for.

        `path` is where the page is staged and `address_by_path` what else is: links to staged files become relative
        addresses as MkDocs makes them, other links stay. The second value says of each path asked for whether it was there.
        """
        self._links.begin(path, address_by_path or {})
        self._markdown.reset()
        return self._markdown.convert(text), self._links.asked


class _LinksToPages(Treeprocessor):
    """Turns links to staged files into relative addresses, by the same rules as MkDocs's `_RelativePathTreeprocessor`."""

    def begin(self, path: str, address_by_path: Mapping[str, str]) -> None:
        self.path = path
        self.address_by_path = address_by_path
        self.asked: dict[str, bool] = {}

    def run(self, root: etree.Element) -> None:
        for element in root.iter("a"):
            element.set("href", self._address(element.get("href")))
        for element in root.iter("img"):
            element.set("src", self._address(element.get("src")))

    def _address(self, url: str | None) -> str:
        assert url is not None  # as MkDocs has it
        scheme, host, path, query, anchor = urlsplit(url)
        if scheme or host or not path or url.startswith(("/", "\\")) or AMP_SUBSTITUTE in url:
            return url
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), unquote(path)).lstrip("/"))
        there = self.address_by_path.get(target)
        self.asked[target] = there is not None
        if there is None:
            return url
        return urlunsplit(("", "", quote(relative(self.address_by_path[self.path], there)), query, anchor))


def convert(text: str) -> str:
    """Return the HTML of a text in this dialect, before anything is taken out and before links to pages are resolved."""
    return Converter().convert(text)[0]


def makeExtension(**kwargs) -> CirclepressMarkdown:  # Python-Markdown's name
    return CirclepressMarkdown(**kwargs)
