"""`circlepress fork`: a project of one circle that builds on its own, looks the same, and carries its engine."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from support.project import TODAY, CircleProject, main_of

from circlepress import engine, pipeline
from circlepress.problem import CirclepressError

ROOT = Path(__file__).parent.parent
CIRCLE = "digital-help-2026"


@pytest.fixture(scope="session")
def handbook(tmp_path_factory) -> CircleProject:
    """A copy of this repository's own content."""
    return CircleProject.from_this_repository(tmp_path_factory.mktemp("handbook") / "project")


@pytest.fixture(scope="session")
def smaller(tmp_path_factory) -> CircleProject:
    """The same, with two of the handbook's languages."""
    return CircleProject.from_this_repository(tmp_path_factory.mktemp("smaller") / "project", languages=("da", "en"))


@pytest.fixture(scope="session")
def forked(handbook, tmp_path_factory) -> CircleProject:
    """A fork of the first example circle."""
    folder = tmp_path_factory.mktemp("forked") / "fork"
    done = handbook.run("fork", CIRCLE, str(folder), "--publisher", "Østvig Kommune", "--contact", "maja.holm@example.org")
    assert done.returncode == 0, done.stderr
    return CircleProject(folder)


@pytest.fixture(scope="session")
def checked(handbook, forked) -> tuple[pipeline.Checked, pipeline.Checked]:
    """What is known of the handbook, and of the fork."""
    return pipeline.check(handbook.folder, TODAY), pipeline.check(forked.folder, TODAY)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.relative_to(folder).parts}


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_it_has_no_mistakes_that_its_origin_does_not_have(checked):
    """Everything the fork's pages lead to is there: no reference is broken by being forked."""
    there, here = ({(p.place.path, p.code, p.message) for p in one.problems if p.is_error} for one in checked)
    assert here <= there


def test_it_is_whole_but_not_more(checked, forked):
    """It has the circle, its theme and methods, all checklists and templates, and the page of where they come from; no other circle, no page about the program."""
    parent, catalogue = (one.catalogue for one in checked)
    assert set(catalogue.circle_by_id) == {CIRCLE}
    circle = parent.circle_by_id[CIRCLE]
    assert f"themes/{circle.facts.theme}" in catalogue.material_by_reference and circle.facts.based_on in catalogue.template_by_id
    for session in circle.sessions:
        assert {f"methods/{block.method}" for block in session.facts.agenda if block.method} <= set(catalogue.material_by_reference)
    assert {m.reference for m in parent.material_by_reference.values() if m.kind in ("checklists", "templates")} <= set(catalogue.material_by_reference)
    assert not (forked.folder / "docs/project").exists()
    attribution = (forked.folder / "ATTRIBUTION.md").read_text("utf-8")
    assert all(f"| {reference} |" in attribution for reference in catalogue.material_by_reference)
    assert "CC-BY-4.0" in attribution and "CC BY 4.0" in (forked.folder / "LICENSE-TEXTS.md").read_text("utf-8")


def test_its_microsite_looks_the_same(handbook, forked, tmp_path):
    """With the same settings and no other circles, the project it came from gives the same pages, byte by byte in their main part, and the same styles."""
    shutil.copytree(handbook.folder, tmp_path / "project", ignore=shutil.ignore_patterns("site*", ".site*"))
    for folder in (tmp_path / "project/circles").iterdir():
        if folder.name not in (CIRCLE, "_templates"):
            shutil.rmtree(folder)
    shutil.copy(forked.folder / "mkdocs.yml", tmp_path / "project")
    CircleProject(tmp_path / "project").build(output=tmp_path / "there", circles=(CIRCLE,), languages=("da", "en"))
    forked.build(output=tmp_path / "here", circles=(CIRCLE,), languages=("da", "en"))
    pages = [{path.relative_to(tmp_path / side).as_posix(): main_of(path.read_text("utf-8")) for path in (tmp_path / side / "circles" / CIRCLE).rglob("index.html")}
             for side in ("there", "here")]
    assert len(pages[0]) > 10 and pages[0].keys() == pages[1].keys()
    assert [page for page in sorted(pages[0]) if pages[0][page] != pages[1][page]] == []
    styles = [{path.name: path.read_bytes() for path in (tmp_path / side / "assets").rglob("*.css")} for side in ("there", "here")]
    assert styles[0] and styles[0] == styles[1]


def test_settings_are_its_own(checked, forked):
    """Name, publisher and address are the fork's; the workflow and all other YAML can be read."""
    settings = checked[1].sources.settings
    assert (settings.publisher, settings.contact, settings.address) == ("Østvig Kommune", "maja.holm@example.org", "")
    assert settings.name_by_language["da"] == "Digital hjælp, der hjælper" and settings.languages[0] == "da"
    workflow = yaml.safe_load((forked.folder / ".github/workflows/publish.yml").read_text("utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert workflow["permissions"] == {"contents": "read"} and all(re.fullmatch(r"[a-z-]+/[a-z-]+@v\d+", step["uses"]) for step in steps if "uses" in step)


def test_its_readme_has_two_commands_that_are_there(forked):
    """The README's first block names two programs, which exist and may be run; every file it names exists."""
    text = (forked.folder / "README.md").read_text("utf-8")
    block = text.split("```")[1].split()
    assert [word for word in block if word.startswith("scripts/")] == ["scripts/build", "scripts/serve"]
    for name in ("scripts/build", "scripts/serve"):
        assert os.access(forked.folder / name, os.X_OK)
    named = re.findall(r"`([a-zA-Z.][\w./-]*\.(?:md|yml|txt))`", text)
    assert named and [name for name in named if not (forked.folder / name).is_file()] == []
    assert "{{" not in text


def test_it_is_a_git_repository(forked):
    """It has a first commit that holds everything, the record of where it came from included."""
    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", str(forked.folder), *arguments], text=True, capture_output=True, check=True).stdout

    assert git("rev-list", "--count", "HEAD").strip() == "1" and git("status", "--short") == ""
    tracked = git("ls-files").split("\n")
    assert ".circlepress/origin.json" in tracked and any(path.startswith(".circlepress/base/docs/") for path in tracked)


def test_no_machine_or_index_is_written_down(handbook, forked):
    """No path of the machine and no address of a package index is in any file."""
    for path, content in files_of(forked.folder).items():
        assert str(handbook.folder).encode() not in content and b"index-url" not in content, path


def test_a_zip_is_the_same(handbook, forked, tmp_path):
    """A name that ends in .zip gives a ZIP with the same files, twice the same bytes."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        done = handbook.run("fork", CIRCLE, str(tmp_path / name / "fork.zip"), "--publisher", "Østvig Kommune", "--contact", "maja.holm@example.org")
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "one/fork.zip").read_bytes() == (tmp_path / "two/fork.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one/fork.zip") as archive:
        assert {name.removeprefix("fork/"): archive.read(name) for name in archive.namelist()} == files_of(forked.folder)


def test_a_template_becomes_a_circle(smaller, tmp_path):
    """A fork of a circle template has a circle begun from it, and the template; three lines are to be changed, and it builds."""
    done = smaller.run("fork", "local-three-meetings", str(tmp_path / "fork"), "--no-git", "--engine", "none", "--title", "Vores lille cirkel")
    assert done.returncode == 0, done.stderr
    fork = CircleProject(tmp_path / "fork")
    catalogue = pipeline.check(fork.folder, TODAY).catalogue
    assert catalogue.circle_by_id["vores-lille-cirkel"].facts.title == {"da": "Vores lille cirkel"} and set(catalogue.template_by_id) == {"local-three-meetings"}
    text = (fork.folder / "circles/vores-lille-cirkel/circle.yml").read_text("utf-8")
    assert all(re.search(rf"(?m)^{key}: \S", text) for key in ("title", "question", "theme"))
    fork.build(preview=True, circles=("vores-lille-cirkel",), languages=("da",)).assert_built("/circles/vores-lille-cirkel/da/")


def test_other_circles_are_named_by_their_address(smaller, tmp_path):
    """A local circle says where it came from by the address of the circle there; where the project has none, it does not say it, and that is told."""
    done = smaller.run("fork", "ostvig-digital-cafe", str(tmp_path / "fork"), "--no-git", "--engine", "none")
    assert done.returncode == 0, done.stderr
    facts = pipeline.check(tmp_path / "fork", TODAY).catalogue.circle_by_id["ostvig-digital-cafe"].facts
    assert facts.spawned_from.circle == f"https://laeringscirkler.example.org/circles/{CIRCLE}/"
    shutil.copytree(smaller.folder, tmp_path / "nameless", ignore=shutil.ignore_patterns("site*", ".site*"))
    CircleProject(tmp_path / "nameless").edit("mkdocs.yml", "site_url: https://laeringscirkler.example.org/", 'site_url: ""')
    done = CircleProject(tmp_path / "nameless").run("fork", "ostvig-digital-cafe", str(tmp_path / "other"), "--no-git", "--engine", "none")
    assert "does not say any more that the circle came from" in done.stdout
    assert pipeline.check(tmp_path / "other", TODAY).catalogue.circle_by_id["ostvig-digital-cafe"].facts.spawned_from is None


def test_its_own_look_comes_along(smaller, tmp_path):
    """A project with its own templates has them in the fork, and only those that differ from the engine's."""
    shutil.copytree(smaller.folder, tmp_path / "project", ignore=shutil.ignore_patterns("site*", ".site*"))
    shutil.copytree(ROOT / "overrides", tmp_path / "project/overrides")
    project = CircleProject(tmp_path / "project").edit("overrides/main.html", "<main", "<!-- ours --><main")
    project.run("fork", CIRCLE, str(tmp_path / "fork"), "--no-git", "--engine", "none")
    assert [path for path in files_of(tmp_path / "fork") if path.startswith("overrides/")] == ["overrides/main.html"]
    assert "custom_dir: overrides" in (tmp_path / "fork/mkdocs.yml").read_text("utf-8")


@pytest.mark.parametrize(("arguments", "said"), [
    (("no-such-circle", "../new"), "There is no whole circle or circle template 'no-such-circle'"),
    ((CIRCLE, "inside"), "lies inside the project"),
    ((CIRCLE, "docs"), "is there already and not empty"),
    ((CIRCLE, "../no/such/folder"), "There is no folder"),
    ((CIRCLE, "../new", "--title", "Nyt"), "is a circle, which is forked as it is"),
    ((CIRCLE, "../new", "--languages", "da,no"), "'no' is not a language"),
    (("local-three-meetings", "../new", "--theme", "weather"), "There is no theme 'weather'"),
    (("local-three-meetings", "../new", "--title", "Nå"), "it needs 3 to 60"),
])
def test_slips_are_told_and_nothing_is_written(smaller, arguments, said):
    """Each ends with status 2 and one sentence, and leaves no folder behind."""
    before = sorted(smaller.folder.parent.iterdir())
    done = smaller.run("fork", *arguments)
    assert done.returncode == 2 and said in done.stderr
    assert sorted(smaller.folder.parent.iterdir()) == before


# --- its engine ------------------------------------------------------------------------------------------------------


def test_the_wheel_is_packed_the_same_way_each_time():
    """Twice packed, the same bytes; its record fits every file, and nothing of a machine is in it."""
    wheel = engine.pack()
    assert engine.pack().content == wheel.content
    with zipfile.ZipFile(io.BytesIO(wheel.content)) as archive:
        names = archive.namelist()
        record = list(csv.reader(io.StringIO(archive.read(f"circlepress-{wheel.version}.dist-info/RECORD").decode())))
        assert sorted(path for path, _, _ in record) == sorted(names) and len(set(names)) == len(names)
        for path, digest, size in record:
            if digest:
                assert len(archive.read(path)) == int(size)
        assert "circlepress/overrides/main.html" in names and "circlepress/fork_files/requirements.txt" in names and not [name for name in names if ".pyc" in name]
        assert archive.read("circlepress/fork_files/requirements.txt") == (ROOT / "requirements/build.txt").read_bytes()
    assert engine.read_wheel(wheel.file_name, wheel.content) == wheel


def test_a_wheel_that_was_changed_is_refused():
    """Its record would not fit any more."""
    wheel = engine.pack()
    changed = wheel.content.replace(b"MIT License", b"MIT Licence", 1)
    with pytest.raises(CirclepressError, match="damaged"):
        engine.read_wheel(wheel.file_name, changed)
    with pytest.raises(CirclepressError, match="no wheel"):
        engine.read_wheel("other-1.0-py3-none-any.whl", wheel.content)


def test_versions_are_ordered():
    """By their numbers, a version before its release before it."""
    versions = ["0.1.0.dev1", "0.1.0", "0.2.0rc1", "0.2.0", "0.10", "1.0.0"]
    assert sorted(reversed(versions), key=engine.order_of) == versions


def test_the_wheel_runs_by_itself_and_packs_itself_again(forked, tmp_path):
    """Unpacked somewhere else, as pip does, it builds the fork, and a fork of the fork carries the same engine."""
    wheel = next((forked.folder / "engine").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")

    def run(*arguments: str) -> subprocess.CompletedProcess:
        environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
        return subprocess.run([sys.executable, "-P", "-m", "circlepress", *arguments], cwd=tmp_path, env=environment, text=True, capture_output=True)

    assert str(tmp_path) in subprocess.run([sys.executable, "-P", "-c", "import circlepress; print(circlepress.__file__)"], cwd=tmp_path,
                                           env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")}, text=True, capture_output=True).stdout
    built = run("--project", str(forked.folder), "build", "--output", str(tmp_path / "site"), "--circle", CIRCLE, "--language", "da")
    assert (tmp_path / "site/circles" / CIRCLE / "da/index.html").is_file(), built.stdout + built.stderr
    done = run("--project", str(forked.folder), "fork", CIRCLE, str(tmp_path / "again"), "--no-git")
    assert done.returncode == 0, done.stderr
    assert next((tmp_path / "again/engine").glob("*.whl")).read_bytes() == wheel.read_bytes()


def test_engine_files_name_the_wheel_by_its_hash(forked):
    """What pip is given names the wheel by path and hash, and every other package by hash."""
    wheel = next((forked.folder / "engine").glob("*.whl"))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert (forked.folder / "engine/engine.txt").read_text("utf-8") == f"./engine/{wheel.name} --hash=sha256:{digest}\n"
    for block in re.split(r"(?<!\\)\n", (forked.folder / "engine/requirements.txt").read_text("utf-8").strip()):
        assert "==" in block and "--hash=sha256:" in block and "://" not in block


def _engine_of(version: str) -> engine.Engine:
    """Return this program as a wheel of another version."""
    real = engine.pack()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(real.content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace(f"circlepress-{real.version}.dist-info", f"circlepress-{version}.dist-info"),
                         old.read(name).replace(f"circlepress-{real.version}.dist-info".encode(), f"circlepress-{version}.dist-info".encode()) if name.endswith("RECORD") else old.read(name))
    return engine.Engine(version, buffer.getvalue(), real.lock)


def test_an_engine_is_taken_only_when_asked_for(forked, tmp_path):
    """A newer engine is named with its hash, and taken with --engine; an older one is refused unless --older says so."""
    shutil.copytree(forked.folder, tmp_path / "fork", ignore=shutil.ignore_patterns("site*", ".site*"))
    fork = CircleProject(tmp_path / "fork")
    newer, older = _engine_of("9.0.0"), _engine_of("0.0.1")
    for one in (newer, older):
        (tmp_path / one.file_name).write_bytes(one.content)
    before = files_of(fork.folder)
    said = fork.run("update", "--from", str(tmp_path / newer.file_name)).stdout
    assert "9.0.0" in said and newer.sha256 in said and "--engine" in said and files_of(fork.folder) == before
    refused = fork.run("update", "--from", str(tmp_path / older.file_name), "--engine")
    assert refused.returncode == 2 and "older" in refused.stderr and files_of(fork.folder) == before
    assert fork.run("update", "--from", str(tmp_path / newer.file_name), "--engine").returncode == 0
    assert [path.name for path in (fork.folder / "engine").glob("*.whl")] == [newer.file_name]
    assert newer.sha256 in (fork.folder / "engine/engine.txt").read_text("utf-8") and newer.sha256 in (fork.folder / ".circlepress/origin.json").read_text("utf-8")
    assert fork.run("update", "--from", str(tmp_path / older.file_name), "--engine", "--older").returncode == 0
    assert [path.name for path in (fork.folder / "engine").glob("*.whl")] == [older.file_name]


def test_without_an_engine_the_machines_is_used(smaller, tmp_path):
    """With --engine none, scripts/build runs the circlepress that is on the machine, and says so when there is none."""
    smaller.run("fork", CIRCLE, str(tmp_path / "fork"), "--no-git", "--engine", "none")
    assert not (tmp_path / "fork/engine").exists()
    bare = subprocess.run([sys.executable, "scripts/build"], cwd=tmp_path / "fork", env=os.environ | {"PATH": ""}, text=True, capture_output=True)
    assert bare.returncode == 3 and "no circlepress on this machine" in bare.stderr
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/circlepress"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m circlepress "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    built = subprocess.run([sys.executable, "scripts/build", "--circle", CIRCLE, "--language", "da"], cwd=tmp_path / "fork", env=environment, text=True, capture_output=True)
    assert (tmp_path / "fork/site/circles" / CIRCLE / "da/index.html").is_file(), built.stdout + built.stderr


@pytest.mark.long
def test_its_own_scripts_build_it(forked, tmp_path):
    """In an empty home, the fork's scripts/build sets itself up from its lock and its wheel, and builds; a second run does not set up again."""
    shutil.copytree(forked.folder, tmp_path / "fork", ignore=shutil.ignore_patterns("site*", ".site*"))
    (tmp_path / "home").mkdir()
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")} | {"HOME": str(tmp_path / "home")}
    base = getattr(sys, "_base_executable", sys.executable)
    first = subprocess.run([base, "scripts/build", "--circle", CIRCLE], cwd=tmp_path / "fork", env=environment, text=True, capture_output=True)
    assert "Setting up .venv/" in first.stdout and (tmp_path / "fork/site/circles" / CIRCLE / "da/index.html").is_file(), first.stdout + first.stderr
    second = subprocess.run([base, "scripts/build", "--circle", CIRCLE], cwd=tmp_path / "fork", env=environment, text=True, capture_output=True)
    assert "Setting up" not in second.stdout


# --- circles that follow their template ------------------------------------------------------------------------------


def test_a_new_circle_follows_its_template(smaller, tmp_path):
    """A circle made by `new` gets what its template gets, in the parts nobody has written in; the rest is offered, and answers stay."""
    shutil.copytree(smaller.folder, tmp_path / "project", ignore=shutil.ignore_patterns("site*", ".site*"))
    project = CircleProject(tmp_path / "project")
    assert project.run("new", "circle", "Den lille forskel", "--yes", "--start", "2027-01-14").returncode == 0
    mine, theirs = "circles/den-lille-forskel", "circles/_templates/local-three-meetings"
    project.edit(f"{mine}/circle.yml", "hours: 15", "hours: 12").edit(f"{mine}/index.da.md", "Vi mødes tre gange, tre timer ad gangen.", "Vi mødes tre gange.")
    project.edit(f"{theirs}/index.da.md", "Ingen underviser, og vi vælger selv", "Ingen underviser, så vi vælger selv").edit(f"{theirs}/index.da.md", "Kom forbi, og hør mere", "Kig forbi, og hør mere")
    project.edit(f"{theirs}/circle.yml", "voluntary: full ", "voluntary: partial ")
    done = project.run("update")
    assert done.returncode == 1 and f"{mine}/index.da.md#how-we-work" in done.stdout, done.stdout + done.stderr
    welcome, facts = (project.folder / mine / "index.da.md").read_text("utf-8"), (project.folder / mine / "circle.yml").read_text("utf-8")
    assert "Kig forbi" in welcome and "Vi mødes tre gange.\n" in welcome and "så vi vælger selv" not in welcome
    assert "hours: 12" in facts and "voluntary: partial" in facts and 'title: "Den lille forskel"' in facts and "start: 2027-01-14" in facts
