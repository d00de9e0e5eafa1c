"""`circlepress new circle`: a circle that builds and reads back as it was typed, in the wanted language, with the template's comments kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.project import TODAY, CircleProject

from circlepress import pipeline, starting
from circlepress.cli.new import question_fault, title_fault
from circlepress.cli.serve import Builder, Step
from circlepress.freshness import State, compare
from circlepress.language import DEFAULT_CHAIN
from circlepress.problem import Severity
from circlepress.starting import Answers, begin
from circlepress.yaml_edit import quoted, with_key, with_values
from circlepress.yaml_source import parse_yaml

ROOT = Path(__file__).parent.parent
QUESTION = "Hvordan hjælper vi den, der er gået i stå, uden at overtage?"


@pytest.fixture
def handbook(tmp_path: Path) -> CircleProject:
    """This repository's own handbook in two languages, and its circle templates."""
    shutil.copytree(ROOT / "overrides", tmp_path / "project/overrides")
    return CircleProject.from_this_repository(tmp_path / "project", languages=("da", "en"))


def template(name: str) -> dict[str, bytes]:
    folder = ROOT / "circles/_templates" / name
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def facts_of(project: CircleProject, circle: str):
    return pipeline.check(project.folder, TODAY).catalogue.circle_by_id[circle].facts


def test_title_question_and_theme_are_enough(tmp_path):
    """Three answers give a whole circle without an error, which builds, is a draft, and says what to do next."""
    shutil.copytree(ROOT / "overrides", tmp_path / "project/overrides")
    handbook = CircleProject.from_this_repository(tmp_path / "project")
    done = handbook.run("new", "circle", "Den lille forskel", "--question", QUESTION, "--theme", "digital-change")
    assert done.returncode == 0, done.stderr
    assert "circlepress advise den-lille-forskel" in done.stdout and "/circles/den-lille-forskel/da/" in done.stdout
    assert "purpose" in done.stdout.lower() or "formål" in done.stdout.lower()
    facts = facts_of(handbook, "den-lille-forskel")
    assert (facts.title["da"], facts.question["da"], facts.theme, str(facts.status), facts.based_on) == (
        "Den lille forskel", QUESTION, "digital-change", "draft", "local-three-meetings")
    assert not [p for p in pipeline.check(handbook.folder, TODAY).problems if p.severity is Severity.ERROR]
    handbook.build(preview=True, circles=("den-lille-forskel",)).assert_built("/circles/den-lille-forskel/da/")
    assert "Den lille forskel" in handbook.main("/circles/den-lille-forskel/da/")


def test_serve_shows_the_draft_alone(handbook):
    """`serve --preview --circle` builds the site of a new circle, although it is a draft, and nothing else."""
    handbook.run("new", "circle", "Den lille forskel", "--yes")
    outcome = Builder(handbook.folder, handbook.site, 1, TODAY, None, preview=True, circles=("den-lille-forskel",))(Step())
    assert not outcome.failure, outcome.failure
    handbook.assert_built("/circles/den-lille-forskel/da/")
    assert not handbook.is_built("/da/") and not handbook.is_built("/circles/digital-help-2026/da/")


def test_comments_of_the_template_are_kept(handbook):
    """Every comment of the template is in the new circle.yml, save the one that tells to change the status."""
    handbook.run("new", "circle", "Den lille forskel", "--yes", "--start", "2027-01-14")
    made = (handbook.folder / "circles/den-lille-forskel/circle.yml").read_text("utf-8")
    before = (ROOT / "circles/_templates/local-three-meetings/circle.yml").read_text("utf-8")
    comments = [comment.strip() for comment in re.findall(r"(?m)(?:^|\s)# *([^#\n]+)$", before) if "ret til draft" not in comment]
    assert len(comments) > 10
    assert [comment for comment in comments if comment not in made and not comment.startswith("based_on")] == []


def test_dates_follow_from_the_first(handbook):
    """The sessions come every so many weeks, each ends when its agenda does, and the frame spans them."""
    handbook.run("new", "circle", "Den lille forskel", "--yes", "--start", "2027-01-14", "--weeks", "2", "--at", "13:30")
    circle = pipeline.check(handbook.folder, TODAY).catalogue.circle_by_id["den-lille-forskel"]
    assert [session.facts.date for session in circle.sessions] == [date(2027, 1, 14), date(2027, 1, 28), date(2027, 2, 11)]
    assert (circle.facts.frame.start, circle.facts.frame.end) == (date(2027, 1, 14), date(2027, 2, 11))
    for session in circle.sessions:
        minutes = (session.facts.end.hour - 13) * 60 + session.facts.end.minute - 30
        assert minutes == sum(block.minutes for block in session.facts.agenda)
    assert "agenda-sum" not in handbook.codes()


def test_a_country_sets_the_clock(handbook):
    """A Swedish circle follows Stockholm's clock, and its organisations are in Sweden."""
    handbook.run("new", "circle", "Den lille forskel", "--yes", "--country", "se")
    facts = facts_of(handbook, "den-lille-forskel")
    assert facts.frame.timezone == "Europe/Stockholm" and {organisation.country for organisation in facts.organisations} == {"SE"}


def test_two_countries_stay_two(handbook):
    """A circle across borders that begins where the template's second organisation is still has two countries."""
    handbook.run("new", "circle", "Over grænsen", "--yes", "--country", "SE", "--scope", "nordic")
    assert [organisation.country for organisation in facts_of(handbook, "over-graensen").organisations] == ["SE", "DK"]


def test_a_circle_in_another_language_has_originals_in_it(handbook):
    """In English, the sessions are English originals with the facts of the Danish ones; what is not there in English is Danish, marked so, and told."""
    (handbook.folder / "circles/_templates/local-three-meetings/index.en.md").unlink()
    facts = handbook.folder / "circles/_templates/local-three-meetings/circle.yml"
    english = "    en: You choose a task from your own day and change something in it along the way.\n"
    assert english in facts.read_text(encoding="utf-8")
    facts.write_text(facts.read_text(encoding="utf-8").replace(english, ""), encoding="utf-8")
    done = handbook.run("new", "circle", "Help that helps", "--yes", "--language", "en")
    assert "is in dansk" in done.stdout
    circle = pipeline.check(handbook.folder, TODAY).catalogue.circle_by_id["help-that-helps"]
    danish = pipeline.check(handbook.folder, TODAY).catalogue.template_by_id["local-three-meetings"]
    for session, before in zip(circle.sessions, danish.sessions, strict=True):
        assert session.original == "en"
        assert [(block.minutes, block.method, block.kind) for block in session.facts.agenda] == [(b.minutes, b.method, b.kind) for b in before.facts.agenda]
        said = before.version_by_language["en"]
        assert session.version_by_language["en"].title == said.title and session.version_by_language["en"].body == said.body
        titles = [block["title"] for block in said.words["agenda"] if block.get("title")]
        assert titles and set(titles) <= {block.title for block in session.facts.agenda}
    assert circle.facts.language == "en" and circle.facts.expectations.own_practice.keys() == {"da"}


def test_translations_that_come_along_know_what_they_were_made_from(handbook):
    """With several languages, the first is the original, and the others are translations of it whose stamps fit."""
    handbook.run("new", "circle", "Hjälp som hjälper", "--yes", "--languages", "sv,en,da", "--template", "nordic-six-meetings")
    welcome = pipeline.check(handbook.folder, TODAY).catalogue.circle_by_id["hjaelp-som-hjaelper"].welcome
    assert welcome.original == "sv" and set(welcome.version_by_language) == {"sv", "en", "da"}
    for language in ("en", "da"):
        assert {one.state for one in compare(welcome.version_by_language[language], welcome.version_by_language["sv"])} == {State.CURRENT}


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "needs a title"),
    (("Den lille forskel", "--question", QUESTION), "--theme takes one of: digital-change"),
    (("Den lille forskel", "--theme", "digital-change"), "--question"),
    (("Den lille forskel", "--theme", "digital-chang", "--question", QUESTION), "no theme 'digital-chang'"),
    (("Den lille forskel", "--yes", "--template", "nordic"), "no circle template 'nordic'"),
    (("Den lille forskel", "--yes", "--language", "no"), "'no' is not a language"),
    (("Den lille forskel", "--yes", "--at", "9"), "not a time"),
    (("Nå",), "it needs 3 to 60"),
    (("Den lille forskel", "--theme", "digital-change", "--question", "Hvorfor?"), "it needs 20 to 200"),
    (("Den lille forskel", "--yes", "--id", "../x"), "cannot be the name"),
    (("Den lille forskel", "--yes", "--id", "con"), "cannot be the name"),
])
def test_without_a_terminal_nothing_is_asked(handbook, arguments, said):
    """Where nobody can answer, what is missing or wrong is told with the option to use, with status 2, and nothing is written."""
    done = handbook.run("new", "circle", *arguments)
    assert done.returncode == 2 and said in done.stderr
    assert not (handbook.folder / "circles/den-lille-forskel").exists() and not (handbook.folder / ".circlepress").exists()


def test_nothing_is_overwritten(handbook):
    """A circle that is there is not touched."""
    assert handbook.run("new", "circle", "Den lille forskel", "--yes").returncode == 0
    before = {path: path.read_bytes() for path in (handbook.folder / "circles").rglob("*") if path.is_file()}
    done = handbook.run("new", "circle", "Den lille forskel", "--yes")
    assert done.returncode == 2 and "--id den-lille-forskel-2" in done.stderr
    assert before == {path: path.read_bytes() for path in (handbook.folder / "circles").rglob("*") if path.is_file()}


@pytest.mark.parametrize(("title", "identifier"), [
    ("Digital hjælp på Ærø", "digital-hjaelp-paa-aeroe"),
    ("Þing í bænum", "thing-i-baenum"),
    ("Työ ja äly – yhdessä", "tyoe-ja-aely-yhdessae"),
    ("Con", "circle-con"),
    ("????", "circle"),
    ("En meget lang titel som har brug for at blive kortet ned", "en-meget-lang-titel-som-har-brug-for-at-blive"),
    ("a" * 60, "a" * 48),
])
def test_ids_come_from_titles(title, identifier):
    """Letters are spelled out, words stay whole, and names that Windows keeps are avoided."""
    assert starting.id_from(title) == identifier


printable = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co")) | st.sampled_from("\"'\\:#{}[]&*!|>%@`-?,~=\u00a0æøåþ"), min_size=3, max_size=60)


@settings(max_examples=60, deadline=None)
@given(printable)
def test_any_title_reads_back_the_same(title):
    """Quotes, colons, braces, signs YAML knows: what was typed is what is read, in circle.yml and the welcome, and the id is a good name."""
    title = " ".join(title.split())
    if title_fault(title):
        return
    identifier = starting.id_from(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identifier) and len(identifier) <= 48
    files = begin(template("local-three-meetings"), Answers(identifier, title, "local-three-meetings", ("da", "en"), question=title), DEFAULT_CHAIN).file_by_path
    for path, text in (("circle.yml", files["circle.yml"].decode()), ("index.da.md", files["index.da.md"].decode().split("---\n")[1])):
        problems: list = []
        metadata, _ = parse_yaml(text, path, 0, problems)
        assert not problems and metadata["title"] == title
    assert parse_yaml(files["circle.yml"].decode(), "", 0, [])[0]["question"] == title


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), min_size=1), st.data())
def test_one_value_changes_and_the_rest_stays(values, data):
    """A value is exchanged in place: every other value reads as before, and comments are still there."""
    text = "# first\n" + "".join(f"{key}: {quoted(value)}  # about {key}\n" for key, value in values.items()) + "list: [1, {x: y}]\n"
    key, new = data.draw(st.sampled_from(sorted(values))), data.draw(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12))
    changed = with_values(text, {(key,): quoted(new)})
    before, after = parse_yaml(text, "", 0, [], strict=False)[0], parse_yaml(changed, "", 0, [], strict=False)[0]
    assert after == before | {key: new}
    assert changed.count("#") - quoted(new).count("#") == text.count("#") - quoted(values[key]).count("#")


def test_a_commented_key_becomes_a_key():
    """`# start: …` with its explanation becomes `start: 2027-01-14` with the same; a key that is nowhere is added where it belongs."""
    text = "frame:\n  # start: ÅÅÅÅ  # the first day\n  hours: 3\ntitle: x\n"
    assert with_key(text, ("frame", "start"), "2027-01-14") == "frame:\n  start: 2027-01-14  # the first day\n  hours: 3\ntitle: x\n"
    assert with_key(text, ("based_on",), "y", "frame") == "frame:\n  # start: ÅÅÅÅ  # the first day\n  hours: 3\nbased_on: y\ntitle: x\n"
    assert with_key("frame: {hours: 3}\n", ("frame", "start"), "2027-01-14") == "frame: {hours: 3, start: 2027-01-14}\n"


def test_a_question_may_be_left_open():
    """No question is no fault; one that is too short is."""
    assert question_fault("") == "" and question_fault("Hvorfor?")


def test_a_terminal_is_asked(handbook):
    """In a terminal, title, template, theme, question, language and first day are asked for, and a slip is asked again; Enter takes what is shown."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    asked = subprocess.Popen([sys.executable, "-m", "circlepress", "new", "circle"], cwd=handbook.folder, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    os.write(ours, f"Nå\nDen lille forskel\n1\n\nHvorfor?\n{QUESTION}\n\n2027-01-14\n".encode())
    said = asked.communicate(timeout=120)[0].decode()
    os.close(ours)
    os.close(theirs)
    assert asked.returncode == 0, said
    assert "it needs 3 to 60" in said and "it needs 20 to 200" in said and "local-three-meetings, 3 sessions" in said
    facts = facts_of(handbook, "den-lille-forskel")
    assert (facts.title["da"], facts.question["da"], facts.frame.start) == ("Den lille forskel", QUESTION, date(2027, 1, 14))


def test_only_texts_may_stand_in_languages():
    """The list of texts in several languages is that of the schema: each may be a map there, and no other text of a circle may."""
    schema = json.loads((ROOT / "scripts/circlepress/metadata/schema/circle.schema.json").read_text("utf-8"))

    def found(node: dict, path: tuple[str, ...]):
        node = schema["definitions"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        if node.get("type") == ["string", "object"]:
            yield path
        for name, inner in node.get("properties", {}).items():
            yield from found(inner, (*path, name))
        if isinstance(node.get("items"), dict):
            yield from found(node["items"], (*path, "*"))

    later = {("adjustments", "*", part) for part in ("from", "to", "why")} | {("outcomes", "*", "text")}  # a template has none
    assert set(found(schema, ())) - later == set(starting.TEXTS_IN_LANGUAGES)
