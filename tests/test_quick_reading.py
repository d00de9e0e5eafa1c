"""Metadata that is right is read without pydantic, and comes out as pydantic reads it; anything else is left to pydantic."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.project import TODAY

from circlepress import pipeline
from circlepress.catalogue import FACTS_BY_KIND
from circlepress.metadata import CircleFacts, Glossary, TranslationMark, words_model
from circlepress.metadata.circle import AgendaBlock
from circlepress.metadata.models import read_and_tell
from circlepress.metadata.quick_reading import read
from circlepress.metadata.rules import Context, Schema
from circlepress.yaml_source import parse_yaml

ROOT = Path(__file__).parent.parent
LANGUAGES = ("da", "sv", "nb", "fi", "is", "en")
ODD = ["", " ", "\x1f", "\x1f a", " a\u2028", "TODO", "true", "false", "True", "0", "007", "-1", "+1", "1_0", "1.0", " 5 ", "5\n", "٣", "99999999999", "2026-02-30", "2026-11-24",
       "2026-11-24 09:00", "09:00", "24:00", "DK", "da", "xx", "guides/x", "https://example.org", "#14532d", "#ffffff", "mail", "a" * 400, None, [], {}, ["a", "a"],
       {"da": "a"}, {"xx": "a"}, {"da": {"da": "a"}}, [{}], 3, True, 2.5]


@pytest.fixture(scope="module")
def originals() -> list[tuple[type[Schema], dict, str]]:
    """What the handbook and the circles of this repository say: model, metadata and language of each file."""
    catalogue = pipeline.check(ROOT, TODAY).catalogue
    found: list[tuple[type[Schema], dict, str]] = []
    pages = list(catalogue.material_by_reference.values())
    for circle in (*catalogue.circle_by_id.values(), *catalogue.template_by_id.values()):
        found.append((CircleFacts, circle.source.metadata, circle.facts.language))
        pages += [page for page in (circle.welcome, *circle.sessions) if page]
    for page in pages:
        found.append((FACTS_BY_KIND[page.kind], page.version_by_language[page.original].source.metadata, page.original))
        for language, version in page.version_by_language.items():
            if language != page.original:
                found.append((TranslationMark, version.source.metadata["translation"], language))
    glossary, _ = parse_yaml((ROOT / "docs/glossary.yml").read_text("utf-8"), "glossary.yml", 0, [])
    return [*found, (Glossary, glossary, "da")]


def test_everything_of_ours_is_read_quickly(originals):
    """All metadata in this repository is taken at once, and as pydantic takes it."""
    for model, metadata, language in originals:
        quick = read(model, metadata, Context(language, LANGUAGES))
        assert (quick, []) == read_and_tell(model, metadata, Context(language, LANGUAGES)) and quick is not None, metadata


def places(tree, path=()) -> list[tuple]:
    """Return the way to every value in a tree."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def changed(tree, path: tuple, how: str, value, key: str):
    """Return a tree in which something at a place is replaced, taken out, or stands there besides."""
    tree = copy.deepcopy(tree)
    inside = tree
    for step in path[:-1]:
        inside = inside[step]
    if not path:
        return value if how == "replace" else {**tree, key: value}
    if how == "replace":
        inside[path[-1]] = value
    elif how == "remove":
        del inside[path[-1]]
    elif isinstance(inside, dict):
        inside[key] = value
    else:
        inside.insert(path[-1], value)
    return tree


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_is_not_right_is_left_to_pydantic(originals, data):
    """After any change, what the quick reader takes is what pydantic takes; it never takes what pydantic refuses."""
    model, metadata, language = data.draw(st.sampled_from(originals))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(metadata)))
        keys = [field for field in model.__struct_fields__] + ["from", "to", "try", "is", "schema", "da", "odd"]
        metadata = changed(metadata, path, data.draw(st.sampled_from(["replace", "replace", "remove", "add"])),
                           data.draw(st.one_of(st.sampled_from(ODD), st.text(max_size=30))), data.draw(st.sampled_from(keys)))
        if not isinstance(metadata, dict):
            break
    context = Context(language, LANGUAGES)
    quick = read(model, metadata, context)
    whole, problems = read_and_tell(model, metadata, context)
    if quick is not None:
        assert (quick, []) == (whole, problems)
    else:
        assert (whole is None) == bool(problems)


def test_rules_about_several_fields():
    """A block has a method or a kind; a mail has a subject: the quick reader leaves others to pydantic, which says what is missing."""
    context = Context("da", LANGUAGES)
    assert read(AgendaBlock, {"minutes": "20", "kind": "break"}, context).minutes == 20
    assert read(AgendaBlock, {"minutes": "20"}, context) is None
    assert [problem["type"] for problem in read_and_tell(AgendaBlock, {"minutes": "20"}, context)[1]] == ["wrong_form"]
    assert read(words_model(), {"title": "Et ord"}, context).title == "Et ord"


def test_a_project_without_mistakes_needs_no_pydantic(project, tmp_path):
    """Neither to build it, nor to build it again after an edit; and a build with nothing to do needs next to nothing."""
    def loaded() -> list[str]:
        code = ("import json, sys\nfrom datetime import date\nfrom pathlib import Path\nfrom circlepress import pipeline\n"
                f"pipeline.build(Path({str(project.folder)!r}), pipeline.Request(Path({str(tmp_path / 'site')!r}), date(2026, 11, 26), 2, with_search=False,"
                f" caches=Path({str(tmp_path / 'caches')!r})))\nprint(json.dumps(sorted(sys.modules)))")
        return json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)

    assert "pydantic" not in loaded()
    nothing = loaded()
    assert not {"pydantic", "jinja2", "markdown", "yaml", "babel", "mkdocs", "click"} & set(nothing)
    page = project.folder / "circles/small-circle/index.da.md"
    page.write_text(page.read_text("utf-8") + "\nEn linje mere.\n", "utf-8")
    edited = loaded()
    assert "jinja2" in edited and not {"pydantic", "mkdocs", "click"} & set(edited)
