"""The quick way through Python-Markdown gives what the library gives, byte for byte."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from circlepress import quick_markdown
from circlepress.markdown_extension import EXTENSIONS, Converter, extension_configs

ROOT = Path(__file__).parent.parent
PIECES = [
    "Et ord", "Et **fedt** ord", "_skrå_ og *skrå*", "***begge* dele**", "**uafsluttet", "2*3*4", "a_b_c", "`kode`", "``a`b``", "\\*stjerner\\*", "\\",
    "[link](side.md)", "[link][a]", "[a]", "![billede](b.png)", "![b][a]", "[^1]", "<https://example.org>", "<a@example.org>", "&amp; &#65; &", "linje  ",
    "# Overskrift", "## Overskrift {#anker}", "Overskrift", "=====", "---", "***", "* * *", "- punkt", "* punkt", "+ punkt", "1. trin", "2) trin", "> citat",
    "    kode", "        dybere", "  to mellemrum", "\tindrykket", "| a | b |", "|---|:-:|", "a | b", "--|--", "!!! note", '!!! tip "Titel"', "??? warning",
    "    indhold", "Ord", ":   forklaring", "[a]: https://example.org 'T'", "[^1]: En fodnote", "*[NVL]: Nordisk netværk", "NVL", "- [ ] at gøre", "- [x] gjort",
    "```", "~~~ python", "{: .klasse }", "{#id .klasse}", "ord{: #id}", "<b>html</b>", "<!-- væk -->", "æøå ÆØÅ ðþ", "9. maj", "1986. Et godt år", "…", "\u00a0ord", "",
    "", "", "_", "*", "[", "]", "!", "![", "&", "<", "klzwxh:0000", "\x02klzwxh:0001\x03",
]


def stock() -> Markdown:
    return Markdown(extensions=EXTENSIONS, extension_configs=extension_configs())


LIBRARY, QUICK = stock(), quick_markdown.quicken(stock())


def both(text: str) -> tuple[str, str]:
    """Return what the library makes of a text, and what the quick way does; an error as its kind."""
    found = []
    for markdown in (LIBRARY, QUICK):
        try:
            found.append(markdown.reset().convert(text))
        except Exception as error:
            found.append(type(error).__name__)
    return found[0], found[1]


@pytest.mark.parametrize("folder", ["docs", "circles", "tests/projects", "tests/attacks"])
def test_texts_of_ours(folder):
    """Every text of the handbook, the circles and the test projects, and every attack."""
    paths = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".md", ".yml")]
    assert paths
    for path in paths:
        library, quick = both(path.read_text("utf-8", errors="replace"))
        assert quick == library, path


def made_up(seed: int) -> str:
    """Return some pieces of Markdown in any order, with and without empty lines, indented and quoted at times."""
    dice = random.Random(seed)
    lines = []
    for _ in range(dice.randint(1, 14)):
        before = dice.choice(["", "", "", "", "    ", "> ", "- ", "1. ", "  "])
        lines.append(before + " ".join(dice.choices(PIECES, k=dice.choice([1, 1, 2, 3]))))
        lines += [""] * dice.choice([0, 0, 1, 1, 2])
    return "\n".join(lines)


def compare_made_up(first: int, count: int) -> None:
    for seed in range(first, first + count):
        library, quick = both(made_up(seed))
        assert quick == library, f"seed {seed}: {made_up(seed)!r}"


def test_made_up_texts():
    """Two thousand texts put together from pieces that begin, end or look like some markup."""
    compare_made_up(0, 2000)


@pytest.mark.long
def test_many_made_up_texts():
    """The same with a hundred thousand others."""
    compare_made_up(1_000_000, 100_000)


@given(st.text(alphabet="ab *_`[]()!<>&\\#-=+:|~^{}.1\n\t ", max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_signs(text):
    """Whatever signs follow each other."""
    library, quick = both(text)
    assert quick == library


def test_it_is_in_use_and_skips():
    """The press converts with it, a plain text asks no pattern at all, and what is not known to it is asked as before."""
    converter = Converter()
    inline = converter._markdown.treeprocessors["inline"]
    assert type(inline).__module__ == quick_markdown.__name__
    asked = []
    for pattern, _ in inline._patterns:
        pattern.getCompiledRegExp = lambda pattern=pattern: asked.append(pattern) or type(pattern).getCompiledRegExp(pattern)
    converter.convert("Et helt almindeligt afsnit.\n\nOg et til.\n")
    assert asked == []
    converter.convert("Et [link](x.md).\n")
    assert asked and all("[" in quick_markdown._NEEDED[name] for name in ("link", "reference"))
    unknown = stock()
    unknown.parser.blockprocessors.register(unknown.parser.blockprocessors["paragraph"].__class__(unknown.parser), "of-a-later-version", 500)
    assert quick_markdown.quicken(unknown).convert("Et afsnit.") == "<p>Et afsnit.</p>"
