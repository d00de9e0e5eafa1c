"""XLIFF and PO: what goes out comes back, byte for byte when nothing was translated, and whole when everything was."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from support.project import TODAY, CircleProject

from circlepress import exchange, pipeline
from circlepress.cli.page_files import all_pages
from circlepress.freshness import freshness
from circlepress.problem import UsageError

ROOT = Path(__file__).parent.parent
FIRST = "docs/guides/first"


@pytest.fixture(scope="module")
def handbook(tmp_path_factory) -> CircleProject:
    """This repository's own pages."""
    return CircleProject.from_this_repository(tmp_path_factory.mktemp("handbook") / "project")


def files_of(project: CircleProject) -> dict[str, bytes]:
    return {str(path.relative_to(project.folder)): path.read_bytes() for part in ("docs", "circles") for path in sorted((project.folder / part).rglob("*")) if path.is_file()}


def units_of(project: CircleProject, language: str, only: str = "") -> list[exchange.Unit]:
    units = []
    for folder, materials in all_pages(pipeline.check(project.folder, TODAY).catalogue).items():
        for material in materials:
            name = f"{folder}{material.id}"
            if material.original != language and name.startswith(only):
                version = material.version_by_language.get(language) or material.started.get(language)
                units += exchange.cut(name, material.version_by_language[version.translation.of if version else material.original], version)
    return units


def bring(project: CircleProject, units: list[exchange.Unit], form: str, language: str) -> str:
    """Import units as a file of a form; return what the command says."""
    ending = "xlf" if form == "xliff" else form
    project.write(f"back.{ending}", exchange.write_units(units, form, "da", language))
    done = project.run("exchange", "import", f"back.{ending}", "--date", str(TODAY))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("language", "ending"), [("sv", "xlf"), ("fi", "po")]
                         + [pytest.param(*one, marks=pytest.mark.long) for one in (("sv", "po"), ("fi", "xlf"), ("en", "xlf"), ("en", "po"))])
def test_nothing_translated_gives_the_same_bytes(handbook, language, ending):
    """All pages of the handbook and the circles, out and in again."""
    before = files_of(handbook)
    assert "texts of" in handbook.run("exchange", "export", "--to", language, "-o", f"out.{ending}", "--date", str(date(2026, 11, 25))).stdout
    assert "Nothing in the file is new." in handbook.run("exchange", "import", f"out.{ending}", "--date", str(date(2026, 11, 25))).stdout
    assert files_of(handbook) == before


@pytest.mark.parametrize("form", exchange.FORMATS)
def test_units_survive_the_file(handbook, form):
    """Every text and id of the handbook, with a translation that has everything in it that could be lost."""
    odd = 'Æ "ð" & <b> \\n\n    indrykket\t<!-- -->\n- [a](b.md){#c} ]]> %s {n} 𐍈  '
    units = [exchange.Unit(unit.id, unit.source, odd if number % 3 else "") for number, unit in enumerate(units_of(handbook, "fi"))]
    content = exchange.write_units(units, form, "da", "fi")
    assert exchange.read_units(content, form) == ("fi", units) and exchange.write_units(units, form, "da", "fi") == content


@pytest.mark.parametrize("form", exchange.FORMATS)
def test_a_whole_page(tmp_path, form):
    """A page translated in one go is a draft that says of each section what it was made from; metadata words are in it."""
    project = CircleProject.from_this_repository(tmp_path / "project", languages=("da", "fi"))
    (project.folder / "docs/checklists/recruit.fi.md").unlink()
    units = [exchange.Unit(unit.id, unit.source, unit.source.replace("e", "ä")) for unit in units_of(project, "fi", "docs/checklists/recruit")]
    assert "docs/checklists/recruit.fi.md: new" in bring(project, units, form, "fi")
    material = pipeline.check(project.folder, TODAY).catalogue.material_by_reference["checklists/recruit"]
    assert str(freshness(material, "fi").state) == "current" and str(material.version_by_language["fi"].translation.state) == "draft"
    theirs, mine = material.version_by_language["da"], material.version_by_language["fi"]
    assert mine.title == theirs.title.replace("e", "ä") and {item["id"] for item in theirs.words["items"]} == set(mine.words["items"])
    assert units_of(project, "fi", "docs/checklists/recruit") == units
    assert "Nothing in the file is new." in bring(project, units, form, "fi")


def test_half_a_page_waits(project):
    """What is translated stands there, what is not waits in its box, and the page is not shown; the rest can come later."""
    project.edit(f"{FIRST}.da.md", "Læs også", "Et afsnit mere.\n\nLæs også")
    units = units_of(project, "nb", FIRST)
    part = [exchange.Unit(unit.id, unit.source, "Et avsnitt til." if unit.source == "Et afsnit mere." else "") for unit in units]
    bring(project, part, "xliff", "nb")
    text = (project.folder / f"{FIRST}.nb.md").read_text("utf-8")
    assert 'Et avsnitt til.\n\n!!! translate "da"\n    Læs også' in text and "state: started" in text and project.problems() == []
    assert [unit.target for unit in units_of(project, "nb", FIRST) if unit.source == "Et afsnit mere."] == ["Et avsnitt til."]
    bring(project, [exchange.Unit(unit.id, unit.source, unit.target or f"N {unit.source}") for unit in units_of(project, "nb", FIRST)], "po", "nb")
    text = (project.folder / f"{FIRST}.nb.md").read_text("utf-8")
    assert "state: draft" in text and "!!!" not in text and "Et avsnitt til.\n\nN Læs også" in text and ">" not in text.split("---")[1]


def test_what_was_translated_from_an_earlier_state_is_outdated(project):
    """The stamp travels with the text: what changed meanwhile is seen, and nothing of the translation is lost."""
    units = [exchange.Unit(unit.id, unit.source, f"N {unit.source}") for unit in units_of(project, "nb", FIRST)]
    project.edit(f"{FIRST}.da.md", "Læs også", "Læs nu også")
    bring(project, units, "xliff", "nb")
    material = pipeline.check(project.folder, TODAY).catalogue.material_by_reference["guides/first"]
    assert {section.id: str(section.state) for section in freshness(material, "nb").sections} == {"meta": "current", "begin": "outdated"}
    assert "N Læs også" in material.version_by_language["nb"].body


@pytest.mark.parametrize("times", [3, pytest.param(10, marks=pytest.mark.long)])
def test_one_text_changed_touches_nothing_else(tmp_path, times):
    """A translator mends one paragraph: one line of one file differs."""
    project = CircleProject.from_this_repository(tmp_path / "project", languages=("da", "sv"))
    before, dice = files_of(project), random.Random(7)
    units = units_of(project, "sv", "docs/guides")
    for _ in range(times):
        chosen = dice.choice([unit for unit in units if unit.target and "/" in unit.id.partition("#")[2] and "/0@" not in unit.id])
        bring(project, [exchange.Unit(unit.id, unit.source, unit.target + " Och mer." if unit is chosen else unit.target) for unit in units], "xliff", "sv")
        after = files_of(project)
        changed = [path for path in after if after[path] != before[path]]
        assert changed == [f"{chosen.id.partition('#')[0]}.sv.md"]
        assert after[changed[0]].replace(b" Och mer.", b"", 1) == before[changed[0]]
        project.write(changed[0], before[changed[0]])


@pytest.mark.parametrize(("name", "content"), [("x.xlf", b"<not xml"), ("x.po", b'msgid "a\nmsgstr'), ("x.txt", b"")])
def test_a_file_that_is_none(project, name, content):
    """It is refused in one sentence, and nothing is changed."""
    done = project.write(name, content).run("exchange", "import", name, "--to", "nb")
    assert done.returncode == 2 and done.stderr and "Traceback" not in done.stderr
    with pytest.raises(UsageError):
        exchange.read_units(b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><xliff>&b;</xliff", "xliff")
