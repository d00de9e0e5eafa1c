"""Whatever a file holds, `check` answers: it never raises, and what it says has a place, a code and a sentence."""

from __future__ import annotations

import re
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.project import CircleProject

from circlepress import pipeline
from circlepress.problem import CODES

TODAY = date(2026, 11, 24)
PATHS = ["docs/guides/odd.da.md", "docs/checklists/odd.sv.md", "docs/methods/odd.da.md", "docs/templates/odd.da.md", "docs/glossary.yml",
         "circles/small-circle/circle.yml", "circles/small-circle/index.da.md", "circles/small-circle/sessions/02-odd.da.md"]
KEYS = ["title", "summary", "items", "covers", "audience", "phase", "translation", "minutes", "agenda", "language", "status", "frame",
        "organisations", "questions", "kind", "date", "start", "terms", "related", "expectations", "odd", "a b", "on", "no", "<<", "~"]
SCALARS = st.one_of(
    st.sampled_from(["", "no", "NO", "on", "14:00", "2026-02-30", "2026-11-24", "-1", "1e9", "0x10", "null", "~", "&a", "*a", "!x", "{", "[",
                     "]", "}", "|", ">", "- x", "? x", ": x", "#", "%", "@", "`", "'", '"', "---", "...", "<![ x", "{{circle.title}}", "\ue000"]),
    st.text(st.characters(codec="utf-8"), max_size=30), st.integers().map(str), st.text(string.printable, max_size=40))
TREES = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)), max_leaves=12)
BODIES = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=200),
    st.lists(st.sampled_from(["## A {#a}", "# B", "####", "[x](", "](y)", "<div>", "<![", "<!--", "```", "~~~", "![", "[^1]:", "{#", "{{", "}}", "|-|",
                              "!!! note", "    ", "\t", "\u202e", "\x00", "[a](../guides/first.md#b)", "[a]: <", "*[x]: y", "- [ ] t", "\u2028"]),
             max_size=30).map("\n".join))


def as_yaml(tree) -> str:
    """Write a tree as a person might: block style, nothing quoted."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(as_yaml, tree)) + "]"
    return tree


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return CircleProject.from_dir("minimal", tmp_path_factory.mktemp("properties") / "project").folder


def answer(folder: Path, path: str, content: bytes) -> None:
    """Put a file into the project, check it, take it out again."""
    target = folder / path
    before = target.read_bytes() if target.is_file() else None
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    try:
        for problem in pipeline.check(folder, TODAY).problems:
            assert problem.place.path and (problem.code in CODES or re.fullmatch(r"C\d\d", problem.code)) and problem.message
            assert "\n" not in problem.message and problem.place.line >= 0
            assert problem.place.line <= content.count(b"\n") + content.count(b"\r") + 2 or problem.place.path != path
    finally:
        target.unlink() if before is None else target.write_bytes(before)


QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
LONG = settings(QUICK, max_examples=3000)


@given(path=st.sampled_from(PATHS), content=st.binary(max_size=400))
@example(path=PATHS[0], content=b"\xff\xfe\x00")
@example(path=PATHS[0], content=b"\xef\xbb\xbf---\r\ntitle: x\r\n---\r\n")
@example(path=PATHS[0], content=b"---\n" + b"[" * 20_000)
@example(path=PATHS[4], content=b"a: &a [x]\nb: [*a, *a]\n")
@QUICK
def test_any_bytes(folder, path, content):
    """Bytes that are no text at all."""
    answer(folder, path, content)


@given(path=st.sampled_from(PATHS), tree=st.dictionaries(st.sampled_from(KEYS), TREES, max_size=8), body=BODIES)
@QUICK
def test_any_metadata_and_any_text(folder, path, tree, body):
    """Metadata of any shape with any text below it."""
    front = "\n".join(f"{key}: {as_yaml(value)}" for key, value in tree.items())
    content = front if path.endswith(".yml") else f"---\n{front}\n---\n{body}"
    answer(folder, path, content.encode("utf-8", "surrogatepass"))


@pytest.mark.long
@given(path=st.sampled_from(PATHS), tree=st.dictionaries(st.sampled_from(KEYS), TREES, max_size=8), body=BODIES)
@LONG
def test_any_metadata_and_any_text_at_length(folder, path, tree, body):
    """The same, three thousand times."""
    front = "\n".join(f"{key}: {as_yaml(value)}" for key, value in tree.items())
    content = front if path.endswith(".yml") else f"---\n{front}\n---\n{body}"
    answer(folder, path, content.encode("utf-8", "surrogatepass"))


ORIGINALS = ["docs/guides/first.da.md", "docs/methods/round.da.md", "circles/small-circle/circle.yml", "circles/small-circle/sessions/01-begin.da.md"]


@given(path=st.sampled_from(ORIGINALS), at=st.floats(0, 1), length=st.integers(0, 40), instead=st.text(st.characters(codec="utf-8"), max_size=20))
@QUICK
def test_any_slip_of_the_hand(folder, path, at, length, instead):
    """A good file in which a stretch is replaced by something else."""
    text = (folder / path).read_text("utf-8")
    start = int(at * len(text))
    answer(folder, path, (text[:start] + instead + text[start + length:]).encode("utf-8", "surrogatepass"))
