"""The last wall: an allow-list over the HTML that Markdown made, before a template shows it.

Only elements and attributes that our Markdown can produce pass; no scripts, styles, SVG, forms or frames, no ids but
headings' and footnotes', no addresses but https, http, mailto, tel and relative ones. What is taken out is named, so
that nobody loses text silently (security rules, content model rule 8).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

_ELEMENTS = {
    "a", "abbr", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h2", "h3", "h4",
    "h5", "h6", "hr", "img", "input", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "span", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}
_ATTRIBUTES = {
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
}
_HEADING_ID = re.compile(r"(?!cp-)[a-z][a-z0-9_-]{0,63}")
_FOOTNOTE_ID = re.compile(r"(?:fn|fnref)\d*:[A-Za-z0-9_-]{1,40}")
_RELATIVE = re.compile(r"(?!//)(?![A-Za-z][A-Za-z0-9+.-]*:)[^\\\x00-\x20]*")
_IMAGE_SOURCE = re.compile(r"(?:\.\./|\./)*images/[a-z0-9.-]+")


def sanitise(html: str) -> tuple[str, list[str]]:
    """Return the HTML with only what is allowed, and a description of each thing taken out ("<b onclick>")."""
    removed: list[str] = []

    def attribute(element: str, name: str, value: str) -> str | None:
        kept = _attribute(element, name, value)
        if kept is None or (name == "class" and kept != value):
            removed.append(f"{name} on <{element}>")
        return kept or None

    clean = nh3.clean(
        html, tags=_ELEMENTS, attributes=_ATTRIBUTES, attribute_filter=attribute, link_rel=None,
        url_schemes={"https", "http", "mailto", "tel"}, clean_content_tags={"script", "style"}, strip_comments=True,
    )
    before, after = _count(html), _count(clean)
    removed += [f"<{element}>" for element in before if before[element] > after.get(element, 0)]
    removed += [f"{name} on <{element}>" for element, name in _attributes(html) if name not in _ATTRIBUTES.get(element, ())
                and element in _ELEMENTS]
    return clean, sorted(set(removed))


def _attribute(element: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES or (element == "code" and re.fullmatch(r"language-[a-z0-9]+", word)))
    if name == "id":
        allowed = _HEADING_ID if re.fullmatch(r"h[2-6]", element) else _FOOTNOTE_ID
        return value if allowed.fullmatch(value) else None
    if name == "href":
        return value if _RELATIVE.fullmatch(value) or re.match(r"(?:https?://[^/]|mailto:|tel:)", value, re.IGNORECASE) else None
    if name == "src":
        return value if _IMAGE_SOURCE.fullmatch(value) else None
    if element == "input" and name == "type":
        return value if value == "checkbox" else None
    return value


class _Counter(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: dict[str, int] = {}
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] = self.elements.get(tag, 0) + 1
        self.attributes += [(tag, name) for name, _ in attrs]


def _read(html: str) -> _Counter:
    counter = _Counter()
    counter.feed(html)
    counter.close()
    return counter


def _count(html: str) -> dict[str, int]:
    return _read(html).elements


def _attributes(html: str) -> list[tuple[str, str]]:
    return _read(html).attributes
