"""The handbook itself keeps what the content plan promises: what exists, in which languages, how easily it reads."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from support.project import TODAY

from circlepress import pipeline
from circlepress.catalogue import Catalogue, Kind
from circlepress.freshness import State, freshness
from circlepress.metadata.kinds import BlockKind
from circlepress.problem import Severity
from circlepress.readability import lix
from circlepress.sitecheck import statements_covered

ROOT = Path(__file__).parent.parent
NUMBER_BY_KIND = {Kind.GUIDE: 35, Kind.CHECKLIST: 5, Kind.METHOD: 14, Kind.TEMPLATE: 16, Kind.THEME: 4, Kind.STORY: 2}
"""At least so many of each, as the content plan lists them."""
FIRST = ("index", "guides/model-on-one-page", "guides/expectation-alignment", "guides/for-managers", "templates/invitation-short",
         "templates/invitation-long", *(f"checklists/{name}" for name in ("establish", "recruit", "session", "home", "close")))
"""What stands in Finnish and Icelandic before anything else."""
MEANT = {"C27", "C40"}
"""The warnings that the example circles are meant to show."""
EASY = 40
"""LIX of plain language (content plan); medium texts begin here."""


@pytest.fixture(scope="module")
def checked() -> pipeline.Checked:
    return pipeline.check(ROOT, TODAY)


@pytest.fixture(scope="module")
def catalogue(checked) -> Catalogue:
    return checked.catalogue


def test_everything_is_there(catalogue):
    """The guides, checklists, methods, templates, themes and stories of the plan, the circle templates, and the circles with theirs at home."""
    found = Counter(material.kind for material in catalogue.material_by_reference.values())
    assert {kind: found[kind] for kind, number in NUMBER_BY_KIND.items() if found[kind] < number} == {}
    assert set(catalogue.template_by_id) == {"nordic-six-meetings", "workplace-four-meetings", "local-three-meetings"}
    parents = Counter(circle.facts.spawned_from.circle for circle in catalogue.circle_by_id.values() if circle.facts.spawned_from)
    assert parents["together-about-loneliness"] == 3 and parents["digital-help-2026"] == 1
    assert {str(circle.facts.status) for circle in catalogue.circle_by_id.values()} == {"recruiting", "running", "completed", "evaluated"}


def test_every_statement_of_the_model_has_a_page(catalogue):
    """S01 to S40 are each covered by a guide or checklist."""
    assert [statement for statement, pages in statements_covered(catalogue).items() if not pages] == []


def test_nothing_is_wrong_with_it(checked):
    """No errors, and no warnings but those that the example circles are meant to show."""
    assert {problem.code for problem in checked.problems if problem.severity is not Severity.ADVICE} == MEANT


@pytest.mark.parametrize("language", ["da", "en", "sv", "nb"])
def test_four_languages_are_complete(catalogue, language):
    """Every guide, checklist, method, template, theme, story and the front page stands in the language, and says what its source says today."""
    behind = {material.reference: str(freshness(material, language).state) for material in catalogue.material_by_reference.values()
              if material.kind is not Kind.PROJECT and freshness(material, language).state not in (State.ORIGINAL, State.CURRENT)}
    assert behind == {}


@pytest.mark.parametrize("language", ["fi", "is"])
def test_two_languages_have_what_comes_first(catalogue, language):
    """The front page, the model, expectations, the page for managers, checklists and invitations, and every term of the glossary."""
    for reference in FIRST:
        assert freshness(catalogue.material_by_reference[reference], language).state in (State.ORIGINAL, State.CURRENT), reference
    assert [key for key, words in catalogue.glossary.terms.items() if language not in words] == []


def test_any_language_may_be_the_original(catalogue):
    """Pages begin in Danish, Swedish, Finnish, Norwegian and Icelandic."""
    originals = Counter(material.original for material in catalogue.material_by_reference.values())
    assert originals["sv"] >= 2 and all(originals[language] >= 1 for language in ("fi", "nb", "is"))


def test_unreviewed_translations_say_so(catalogue):
    """No translation claims to have been read by somebody who has the language as a mother tongue."""
    states = {version.translation.state for material in catalogue.material_by_reference.values()
              for version in material.version_by_language.values() if version.translation}
    assert {str(state) for state in states} == {"draft"}


@pytest.mark.parametrize("language", ["da", "sv", "nb"])
def test_guides_are_plain(catalogue, language):
    """The LIX of every guide stays below 40."""
    hard = {material.id: value for material in catalogue.of_kind(Kind.GUIDE)
            if (value := lix(material.version_by_language[language].body, language)) and value >= EASY}
    assert hard == {}


def test_methods_tell_everything(catalogue):
    """Each kind of block has a method, and a method says what to say, how everyone can take part, and its steps with minutes."""
    methods = catalogue.of_kind(Kind.METHOD)
    assert {method.facts.kind for method in methods} >= {kind for kind in BlockKind} - {BlockKind.BREAK, BlockKind.INPUT}
    for method in methods:
        assert method.facts.invitation and method.facts.access
        assert len(re.findall(r"^\d\. \*\*\d", method.version_by_language["da"].body, re.MULTILINE)) >= 3, method.id
