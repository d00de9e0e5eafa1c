"""How each program writes the blocks of a page: the same words in MkDocs's, GitHub's or Starlight's Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from .texts import Block, Box, Heading, Page, Paragraph, Points, Quote, SeeAlso, Table, Tasks


@dataclass(frozen=True)
class Dialect:
    """What differs between the programs; lists, tables, task lists and emphasis are the same in all."""

    box: Callable[[Box], str]
    link: Callable[[Page, Page, str], str]
    """The address of a page (first) in a text on another (second) in a language."""
    has_title: bool = True
    """Whether the page's title stands in the text as a heading of level 1."""
    has_ids: bool = False
    """Whether headings carry ids, as `{#id}`."""


def markdown(blocks: list[Block], page: Page, language: str, dialect: Dialect) -> str:
    return "\n".join(f"{text}\n" for block in blocks if (text := _block(block, page, language, dialect)))


def front_matter(**values: object) -> str:
    """Return front matter; JSON is YAML, too."""
    return "".join(["---\n", *(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()), "---\n\n"])


def _block(block: Block, page: Page, language: str, dialect: Dialect) -> str:
    match block:
        case Heading(1, text, _):
            return f"# {text}" if dialect.has_title else ""
        case Heading(level, text, id):
            return f"{'#' * level} {text}" + (f" {{#{id}}}" if dialect.has_ids else "")
        case Paragraph(sentences):
            return "\n".join(sentences)
        case Box():
            return dialect.box(block)
        case Tasks(items):
            return "\n".join(f"- [{'x' if is_done else ' '}] {text}" for is_done, text in items)
        case Points(items, are_numbered):
            return "\n".join(f"{number}. {text}" if are_numbered else f"- {text}" for number, text in enumerate(items, 1))
        case Quote(sentence):
            return f"> {sentence}"
        case Table(columns, rows):
            return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *rows))
        case SeeAlso(sentence, label, other, title):
            return f"{sentence}\n{label}: [{title}]({dialect.link(other, page, language)})."


def _python_markdown_box(box: Box) -> str:
    mark = "???" if box.is_folded else "!!!"
    return "\n".join([f"{mark} {box.kind}" + (f' "{box.title}"' if box.title else ""), "", *(f"    {text}" for text in box.sentences)])


def _alert_box(box: Box) -> str:
    kind = {"note": "NOTE", "tip": "TIP", "warning": "WARNING", "example": "IMPORTANT"}[box.kind]
    return "\n".join([f"> [!{kind}]{'-' if box.is_folded else ''} {box.title}".rstrip(), *(f"> {text}" for text in box.sentences)])


def _aside_box(box: Box) -> str:
    text = "\n".join(box.sentences)
    if box.is_folded:
        return f"<details>\n<summary>{box.title or box.kind.capitalize()}</summary>\n\n{text}\n\n</details>"
    kind = {"note": "note", "tip": "tip", "warning": "caution", "example": "note"}[box.kind]
    return f":::{kind}" + (f"[{box.title}]" if box.title else "") + f"\n{text}\n:::"


def _to_file(to: Page, on: Page, _language: str) -> str:
    return f"{to.path_from(on)}.md"


def _to_hugo_file(to: Page, on: Page, _language: str) -> str:
    return f"{to.path_from(on)}.md".replace("index.md", "_index.md")


def _to_address(to: Page, _on: Page, language: str) -> str:
    """Addresses are from the root, as Starlight wants them."""
    return f"/{language}/{address(to)}"


def address(page: Page) -> str:
    """Return a page's address below its language, for layouts whose addresses follow the folders."""
    folder = "handbook" if page.site == "handbook" else f"circles/{page.site}"
    return f"{folder}/" if page.is_front else f"{folder}/{page.path}/"


CIRCLEPRESS = Dialect(_python_markdown_box, _to_file, has_title=False, has_ids=True)
MKDOCS = Dialect(_python_markdown_box, _to_file, has_ids=True)
HUGO = Dialect(_alert_box, _to_hugo_file, has_title=False)
STARLIGHT = Dialect(_aside_box, _to_address, has_title=False)
