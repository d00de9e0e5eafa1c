"""Python-Markdown, spared what cannot come to anything: the same output, in about half the time.

Most of a conversion goes into asking every inline pattern and every block processor about every piece of text. Here they
are asked only when the text holds a sign they need: a pattern that begins with `[` is not tried on a text without one, and
a block whose lines all begin with a letter can only be a paragraph. Nothing else is changed, and what this module does not
know (a pattern or processor that a later version adds) is asked as before. `tests/test_quick_markdown.py` compares
with the library itself on real, made-up and random texts.
"""

from __future__ import annotations

import html
import re
import types
import xml.etree.ElementTree as etree
from collections.abc import Callable

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, ParagraphProcessor
from markdown.extensions.tables import TableProcessor
from markdown.extensions.toc import TocTreeprocessor, remove_fnrefs, render_inner_html, strip_tags, unescape, unique
from markdown.treeprocessors import InlineProcessor
from markdown.util import ETX, STX, AtomicString

_NEEDED = {
    "backtick": "`", "escape": "\\", "footnote": "[", "reference": "[", "link": "[", "image_link": "![", "image_reference": "![",
    "short_reference": "[", "short_image_ref": "![", "autolink": "<", "automail": "<", "linebreak": "  \n", "entity": "&",
}
"""By the name of an inline pattern, a text without which its regular expression matches nowhere."""
_ONLY_A_PARAGRAPH = re.compile(r"(?:[^\W\d_][^\n|]*(?:\n(?!\Z)|\Z))+")
"""A block that nothing but a paragraph can begin in: every line begins with a letter, so there is no indent and no sign of a list,
quote, heading, rule, definition, box, footnote or reference; and without `|` there is no table."""
_NOT_FOR_PARAGRAPHS = frozenset({
    "empty", "indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote", "reference", "admonition", "details",
    "defindent", "deflist", "footnote", "abbr", "table",
})
"""Block processors that leave such a block alone."""
_SIGN_OF_A_BLOCK = {
    "hashheader": "#", "setextheader": "\n", "quote": ">", "reference": "]:", "abbr": "*[", "footnote": "[^", "deflist": ":", "table": "|",
    "admonition": "!!!", "details": "???",
}
"""By the name of a block processor, what a block that begins with neither space nor line end must hold to be one of its own."""
_NEVER_WITHOUT_SPACE = frozenset({"empty", "indent", "code", "defindent"})
"""Block processors for blocks that begin with a space or a line end."""
_ITEMS = frozenset("*+-")


def quicken(md: Markdown) -> Markdown:
    """Let a Markdown instance, set up with all its extensions, skip what cannot match; return it."""
    md.treeprocessors.register(_QuickInline(md), "inline", 20)
    parser = md.parser
    names = [item.name for item in parser.blockprocessors._priority]  # the library has no way to ask for them in order
    everything = list(parser.blockprocessors)
    paragraph = [processor for name, processor in zip(names, everything, strict=True) if name not in _NOT_FOR_PARAGRAPHS]
    if [type(processor) for processor in paragraph] != [ParagraphProcessor]:
        paragraph = everything
    is_paragraph = _ONLY_A_PARAGRAPH.fullmatch

    by_sign = [(processor, _SIGN_OF_A_BLOCK.get(name, "")) for name, processor in zip(names, everything, strict=True) if name not in _NEVER_WITHOUT_SPACE]
    lists = {"ulist": _ITEMS, "olist": frozenset("0123456789")}
    begins = {id(processor): lists[name] for name, processor in zip(names, everything, strict=True) if name in lists}

    def candidates(block: str) -> list[BlockProcessor]:
        first = block[:1]
        if first.isalpha():
            if is_paragraph(block):
                return paragraph
        elif first in ("", " ", "\n") or not first.isascii():
            return everything
        return [processor for processor, sign in by_sign if sign in block and (id(processor) not in begins or first in begins[id(processor)])]

    def parse_blocks(self: BlockParser, parent: etree.Element, blocks: list[str]) -> None:
        while blocks:
            for processor in candidates(blocks[0]):
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break

    parser.parseBlocks = types.MethodType(parse_blocks, parser)
    contents = md.treeprocessors["toc"]
    if not (contents.marker or contents.use_anchors or contents.use_permalinks):
        contents.run = types.MethodType(_only_ids, contents)
    for processor in everything:
        if isinstance(processor, TableProcessor):
            processor._split = types.MethodType(_split, processor)
    spaces = md.preprocessors["normalize_whitespace"]
    spaces.run = _unless(spaces.run, _has_odd_space, lambda lines: [*lines, "", ""])
    fences = md.preprocessors["fenced_code_block"]
    fences.run = _unless(fences.run, lambda lines: any("```" in line or "~~~" in line for line in lines))
    attributes = md.treeprocessors["attr_list"]
    attributes.run = _only_with_braces(attributes.run)
    escapes = md.treeprocessors["unescape"]
    escapes.unescape = _unless(escapes.unescape, lambda text: STX in text)
    md.block_level_elements = frozenset(md.block_level_elements)  # asked for every element, and a list is searched from its beginning
    return md


def _unless(run: Callable, may_matter: Callable, otherwise: Callable = lambda given: given) -> Callable:
    """Return `run` for what it changes; what cannot matter to it is returned as it came, or as `otherwise` makes it."""
    return lambda given: run(given) if may_matter(given) else otherwise(given)


def _has_odd_space(lines: list[str]) -> bool:
    """Whether there is a tab, a line of spaces or one of the library's own signs, so that lines are more than lines."""
    text = "\n".join(lines) + "\n"
    return " \n" in text or any(sign in text for sign in ("\t", "\r", STX, ETX))


def _only_with_braces(run: Callable) -> Callable:
    """Show only elements with a brace in their text, or beside them, to the step that turns `{#id}` into attributes."""
    def with_braces(doc: etree.Element) -> list[etree.Element]:
        found = []
        for element in doc.iter():
            text, tail = element.text, element.tail
            if text and "{" in text or tail and "{" in tail:
                found.append(element)
                continue
            for child in element:
                tail = child.tail
                if tail and "{" in tail:
                    found.append(element)
                    break
        return found

    return lambda doc: run(_Elements(with_braces(doc)))


class _Elements:
    """Some elements of a document, for a step that only iterates over it."""

    def __init__(self, elements: list[etree.Element]) -> None:
        self._elements = elements

    def iter(self) -> list[etree.Element]:
        return self._elements


def _split(self: TableProcessor, row: str) -> list[str]:
    """Return the cells of a table's row: without code and backslashes, every bar parts two."""
    return row.split("|") if "`" not in row and "\\" not in row else TableProcessor._split(self, row)


def _only_ids(self: TocTreeprocessor, doc: etree.Element) -> None:
    """Give headings ids as the library's does, without a table of contents, for which we have no use."""
    used_ids = {element.attrib["id"] for element in doc.iter() if "id" in element.attrib}
    counters: dict[str, int] = {}
    for element in doc.iter():
        if isinstance(element.tag, str) and self.header_rgx.match(element.tag):
            self.set_level(element)
            if "id" not in element.attrib:
                name = strip_tags(render_inner_html(remove_fnrefs(element), self.md))
                element.attrib["id"] = unique(self.slugify(html.unescape(name), self.sep), used_ids, counters)
            for said in (element.attrib["id"], element.attrib.pop("data-toc-label", "")):
                unescape(said)  # where the library stumbles over an attribute without a value, so do we
    self.md.toc_tokens, self.md.toc = [], ""


class _QuickInline(InlineProcessor):
    """The library's own, but that it tries only patterns for which a text has the signs."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        names = [item.name for item in md.inlinePatterns._priority]
        self._patterns = [(pattern, _NEEDED.get(name, "")) for name, pattern in zip(names, md.inlinePatterns, strict=True)]
        if (delimiters := md.inlinePatterns["em_strong"]) and hasattr(delimiters, "tokens"):
            self._emphasis = names.index("em_strong")
            self._tokens = tuple(delimiters.tokens)
        else:
            self._emphasis, self._tokens = -1, ()
        needed = {sign for number, (_, sign) in enumerate(self._patterns) if number != self._emphasis} | set(self._tokens)
        self._any_sign = re.compile("|".join(map(re.escape, sorted(needed))))  # matches anywhere when one of them is ""

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # the library's private name
        if isinstance(data, AtomicString) or not self._any_sign.search(data):
            return data
        for number in range(patternIndex, len(self._patterns)):
            pattern, needed = self._patterns[number]
            if needed not in data or number == self._emphasis and not any(token in data for token in self._tokens):
                continue
            start, matched = 0, True
            while matched:
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, number, start)
        return data
