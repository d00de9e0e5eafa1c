"""The last wall: an allow-list over the HTML that Markdown made, before a template shows it.

Only elements and attributes that our Markdown can produce pass; no scripts, styles, SVG, forms or frames, no ids but
headings' and footnotes', no addresses but https, http, mailto, tel and relative ones. What is taken out is named, so
that nobody loses text silently (security rules, content model rule 8).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from html.parser import HTMLParser

import nh3

from .language import OWN_NAME

_ELEMENTS = {
    "a", "abbr", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h2", "h3", "h4",
    "h5", "h6", "hr", "img", "input", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "span", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}
_ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "title", "class", "id"}, "abbr": {"title"}, "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "class"}, "ul": {"class"}, "li": {"id", "class"}, "input": {"type", "checked", "disabled"},
    "details": {"class", "open"}, "div": {"class"}, "p": {"class"}, "span": {"class"}, "sup": {"id"}, "code": {"class"},
    "td": {"class", "colspan", "rowspan"}, "th": {"class", "scope", "colspan", "rowspan"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
}
_CLASSES = {
    "admonition", "admonition-title", "footnote", "footnote-ref", "footnote-backref", "task-list", "task-list-item",
    "task-list-control", "task-list-indicator", "align-left", "align-right", "align-center",
    "note", "tip", "warning", "example", "question", "quote", "info", "success", "danger",
    "outdated", "untranslated", *(f"lang-{language}" for language in OWN_NAME),
}
_HEADING_ID = re.compile(r"(?!cp-)[a-z][a-z0-9_-]{0,63}")
_FOOTNOTE_ID = re.compile(r"(?:fn|fnref)\d*:[\w.-]{1,40}")
_CODE_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#._-]{1,30}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_RELATIVE = re.compile(r"(?!//)(?![A-Za-z][A-Za-z0-9+.-]*:)[^\\\x00-\x20]*")
_TAG = re.compile(r"<[^\s/>][^>]*>?")
_VALUE = re.compile(r"""=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+)""")
_IMAGE_SOURCE = re.compile(r"(?:\.\./|\./)*images/[a-z0-9.-]+")


def sanitise(html: str) -> tuple[str, list[str]]:
    """Return the HTML with only what is allowed, and a description of each thing taken out ("<b onclick>")."""
    clean = _quick_cleaner().clean(html)
    if _as_browsers_write(html) == clean:
        return clean, []  # as nearly always, and much quicker than looking for what is missing
    removed: list[str] = []

    def attribute(element: str, name: str, value: str) -> str | None:
        kept = _attribute(element, name, value)
        if kept != value and name in ("class", "type"):
            removed.append(f"{name} on <{element}>")
        return kept

    clean = _cleaner(attribute).clean(html)
    if not removed and "<!" not in html and _names(html) == _names(clean):
        return clean, []
    before, after = _Counter(html), _Counter(clean)
    removed += [f"<{element}>" for element in before.elements - after.elements]
    removed += [f"{name} on <{element}>" for element, name in before.attributes - after.attributes if element in _ELEMENTS]
    if "<!" in html:
        removed.append("<!")
    return clean, sorted(set(removed))


@lru_cache
def _quick_cleaner() -> nh3.Cleaner:
    return _cleaner(_attribute)


def _cleaner(attribute: Callable[[str, str, str], str | None]) -> nh3.Cleaner:
    return nh3.Cleaner(tags=_ELEMENTS, attributes=_ATTRIBUTES, attribute_filter=attribute, link_rel=None,
                       url_schemes={"https", "http", "mailto", "tel"}, clean_content_tags={"script", "style"}, strip_comments=True)


def _as_browsers_write(html: str) -> str:
    """Return HTML as Markdown writes it without the slashes of XHTML: what remains of it when nothing is taken out."""
    return html.replace(" />", ">").replace(" disabled/>", ' disabled="">').replace(" disabled checked/>", ' disabled="" checked="">')


@lru_cache(maxsize=2048)
def _attribute(element: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES or (element == "code" and _CODE_LANGUAGE.fullmatch(word))) or None
    if name == "id":
        allowed = _HEADING_ID if re.fullmatch(r"h[2-6]", element) else _FOOTNOTE_ID
        return value if allowed.fullmatch(value) else None
    if name == "href":
        return value if _RELATIVE.fullmatch(value) or re.match(r"(?:https?://[^/]|mailto:|tel:)", value, re.IGNORECASE) else None
    if name == "src":
        return value if _IMAGE_SOURCE.fullmatch(value) else None
    if name == "type":
        return "checkbox"  # never a field to type in
    if name == "lang":
        return value if _LANGUAGE.fullmatch(value) else None
    return value


def _names(html: str) -> list[str]:
    """Return the names of all elements and attributes, sorted; of a tag that cannot be told from text, its words too."""
    tags = _VALUE.sub(" ", " ".join(_TAG.findall(html)))
    return sorted(tags.replace("/", " ").replace(">", " ").split())


class _Counter(HTMLParser):
    """How often each element, and each attribute of an element, stands in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.attributes: Counter[tuple[str, str]] = Counter()
        self.feed(html.replace("<!", "&lt;!"))  # Python's parser raises at <![
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes.update((tag, name) for name, _ in attrs)
