"""A template's placeholders in its finished HTML: filled with what a circle says, or left as blanks to write on.

The text of a template is converted and cleaned once, with a mark for every placeholder, and filled afterwards for each circle,
session and organisation. So what a circle says is never read as Markdown or HTML, and a letter to six organisations costs one
conversion. A value is a list of texts, each `{"text": …, "lang": …}` with the language it is in (empty for that of the letter)
and perhaps an `address`; an empty list leaves a blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

from .markdown_source import placeholders
from .placeholder import KNOWN_PLACEHOLDERS

Values = Mapping[str, Sequence[Mapping[str, str]]]

_BEGIN, _END = "\ue003", "\ue004"
_TYPED = re.compile(r"\{\{([^{}\n]*)\}\}")
_MARK = re.compile(f"{_BEGIN}([a-z_.]+){_END}")
_ALONE = re.compile(f"<p>{_BEGIN}([a-z_.]+){_END}</p>")
_ID = re.compile(r'(<(?:h[2-6]|li|sup|a)\b[^>]*?) id="[^"]*"')
_TAG = re.compile(r'<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")* ?/?>')
_TARGET = re.compile(f' (?:href|src)="[^"]*{_BEGIN}[^"]*"')
_MARKS = f"{_BEGIN}[a-z_.]+{_END}(?:, {_BEGIN}[a-z_.]+{_END})*"
_ROWS = re.compile(f"^((?:<p>)?{_MARKS})\n(?={_MARKS}(?:</p>)?$)", re.MULTILINE)
"""A line of nothing but marks before another such line: a name above an address, as in a signature."""
_LINES_ALONE = {"write.lines": 3, "write.line": 1}
_LINE = "______"
_BARE = f'<span class="cp-line">{_LINE}</span>'


def marked(text: str) -> str:
    """Return a template's Markdown with a mark in place of each known placeholder; others stay as typed."""
    if "{{" not in text:
        return text
    return _TYPED.sub(lambda match: f"{_BEGIN}{name}{_END}" if (name := match[1].strip()) in KNOWN_PLACEHOLDERS else match[0], text)


def names_in(*texts: str) -> list[str]:
    """Return the known placeholders of some texts as typed, each once, sorted."""
    return sorted({mark.text for text in texts for mark in placeholders(text)} & KNOWN_PLACEHOLDERS)


def filled(html: str, values: Values, labels: Mapping[str, str], site: str, *, keeps_ids: bool = False) -> str:
    """Return a converted template with its marks filled in.

    `labels` says by placeholder what a blank is for; one without a label is a bare line. `site` is where the whole site stands,
    without a slash at its end, or empty: then an address in it is not known, and is a blank. Ids are left out unless
    `keeps_ids`, since one page may show the same letter several times.
    """
    def alone(match: re.Match) -> str:
        name = match[1]
        if name in _LINES_ALONE:
            return f'<p class="cp-lines">{" ".join([_BARE] * _LINES_ALONE[name])}</p>'
        found = _known(values.get(name, ()), site)
        if len(found) < 2:
            return f"<p>{inline(match)}</p>"
        return "<ul>" + "".join(f"<li>{_one(value)}</li>" for value in found) + "</ul>"

    def inline(match: re.Match) -> str:
        name = match[1]
        if name == "write.box":
            return '<span class="cp-box">☐</span>'
        found = _known(values.get(name, ()), site)
        return "; ".join(map(_one, found)) if found else _blank(labels.get(name, ""))

    def in_tag(match: re.Match) -> str:
        tag = match[0]
        return filled_line(_TARGET.sub(' href="#"', tag), values, labels, site, change=escape) if _BEGIN in tag else tag

    if not keeps_ids:
        html = _ID.sub(r"\1", html)
    return _MARK.sub(inline, _ALONE.sub(alone, _ROWS.sub(r"\1<br>\n", _TAG.sub(in_tag, html)))) if _BEGIN in html else html


def filled_line(text: str, values: Values, labels: Mapping[str, str], site: str, change: Callable[[str], str] = str) -> str:
    """Return one line of plain text, such as a subject, with its marks filled in; `change` is done to what is put in."""
    def inline(match: re.Match) -> str:
        found = _known(values.get(match[1], ()), site)
        return change("; ".join(value["text"] for value in found) or _in_brackets(labels.get(match[1], "")))

    return _MARK.sub(inline, text)


def _known(value: Sequence[Mapping[str, str]], site: str) -> list[Mapping[str, str]]:
    """Return the texts of a value, addresses on this site whole; without those that cannot be."""
    found = []
    for one in value:
        if one.get("address", "").startswith("/"):
            if not site:
                continue
            one = {"text": site + one["address"], "lang": "", "address": site + one["address"]}
        found.append(one)
    return found


def _one(value: Mapping[str, str]) -> str:
    text = escape(value["text"])
    if value.get("address"):
        return f'<a class="cp-written" href="{escape(value["address"])}">{text}</a>'
    return f'<span lang="{escape(value["lang"])}">{text}</span>' if value["lang"] else text


def _in_brackets(label: str) -> str:
    return f"[{label}: {_LINE}]" if label else _LINE


def _blank(label: str) -> str:
    return f'<span class="cp-blank"><i>[</i>{escape(label)}<i>: {_LINE}]</i></span>' if label else _BARE


# --- plain text ----------------------------------------------------------------------------------------------------------

_PARAGRAPHS = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "div", "details", "hr"})
_LINES = frozenset({"li", "tr", "dt", "dd", "summary", "br"})
_LEFT_OUT = ("outdated", "untranslated")


def as_text(html: str, page: str = "") -> str:
    """Return finished HTML as one would type it in a mail: paragraphs apart, dashes before items, links written out.

    `page` is the whole address of the page the text stands on, for links to other pages of the site; without it they are left out.
    Every paragraph is one long line; mail programs wrap.
    """
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self._lines: list[str] = [""]
        self._lists: list[int | None] = []
        """The number of the next item of each open list; `None` for dashes."""
        self._links: list[tuple[str, int, int]] = []
        self._silent = 0
        """How deep inside something that is left out."""
        self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if self._silent or tag == "div" and any(name in (attributes.get("class") or "").split() for name in _LEFT_OUT):
            self._silent += tag == "div"
            return
        if tag in ("ul", "ol"):
            if not self._lists:
                self._paragraph()
            self._lists.append(int(attributes.get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            self._line()
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self._lists[-1] = number + 1
            self._say("  " * (len(self._lists) - 1) + ("- " if number is None else f"{number}. "))
        elif tag == "br" or tag in _LINES:
            self._line()
        elif tag in _PARAGRAPHS:
            self._paragraph()
            if tag == "blockquote":
                self._quotes += 1
            if tag == "hr":
                self._say("---")
                self._paragraph()
        elif tag == "a":
            self._links.append((attributes.get("href") or "", len(self._lines) - 1, len(self._lines[-1])))
        elif tag == "input":
            self._say("[x] " if "checked" in attributes else "[ ] ")
        elif tag == "img":
            self._say(f"[{attributes.get('alt') or ''}]")
        elif tag == "em":
            self._say("*")
        elif tag in ("td", "th") and self._lines[-1]:
            self._say(" | ")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent -= tag == "div"
            return
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            if not self._lists:
                self._paragraph()
        elif tag == "a" and self._links:
            self._end_link(*self._links.pop())
        elif tag == "em":
            self._say("*")
        elif tag in _PARAGRAPHS:
            self._paragraph()
            if tag == "blockquote" and self._quotes:
                self._quotes -= 1

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self._say(data.replace("\n", " "))

    def _end_link(self, target: str, line: int, column: int) -> None:
        address = urljoin(self._page, target) if self._page else target
        text = "".join([self._lines[line][column:], *self._lines[line + 1:]])
        plain = address.removeprefix("mailto:").removeprefix("tel:")
        if ":" in address and plain != text.strip():
            self._say(f" ({plain})")

    def _say(self, text: str) -> None:
        last = self._lines[-1]
        if last or text.strip():
            self._lines[-1] = (last or "> " * self._quotes) + text

    def _line(self) -> None:
        if self._lines[-1].strip():
            self._lines.append("")

    def _paragraph(self) -> None:
        if self._lists and self._lines[-1].strip(" -0123456789.") == "":
            return  # the first paragraph of an item stands beside its dash
        self._line()
        if not self._lists and len(self._lines) > 1 and self._lines[-2]:
            self._lines.append("")

    def text(self) -> str:
        return "\n".join(_single_spaced(self._lines)).strip("\n") + "\n"


def _single_spaced(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        yield line[:indent] + re.sub(" +", " ", line[indent:]).rstrip(" ")


