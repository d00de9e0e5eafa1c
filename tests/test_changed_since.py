"""`check --changed-since`: a branch hears of what it touched and of what it broke elsewhere, and of nothing else.

The repositories are real; git is run as people run it.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml
from support.project import TODAY, CircleProject

from circlepress import git, pipeline
from circlepress.git import Change, ChangeStatus
from circlepress.problem import CirclepressError, UsageError

ROOT = Path(__file__).parent.parent
LINKS_TO_SECOND = [("docs/guides/first.da.md", "broken-link"), ("docs/guides/first.sv.md", "broken-link")]
"""What is reported when docs/guides/second.da.md is gone."""
OLD_MISTAKE = ("docs/themes/small.da.md", "broken-link")


class Branch(CircleProject):
    """A project in a git repository. Each step returns the project."""

    def git(self, *arguments: str, folder: Path | None = None) -> Branch:
        subprocess.run(["git", *arguments], cwd=folder or self.folder, check=True, capture_output=True)
        return self

    def commit(self, message: str = "A step") -> Branch:
        return self.git("add", "--all").git("commit", "--quiet", "--message", message)

    def begin(self, name: str) -> Branch:
        return self.git("checkout", "--quiet", "-b", name)

    def move(self, old: str, new: str) -> Branch:
        return self.git("mv", old, new)

    def changes(self, revision: str = "main") -> list[tuple[str, str]]:
        return [(change.path, change.status.value) for change in git.changed_since(self.folder, revision)]

    def found(self, revision: str = "main") -> list[tuple[str, str]]:
        """Return file and code of each problem `check --changed-since` reports."""
        return [(p.place.path, p.code) for p in pipeline.review_changes(self.folder, TODAY, revision).problems]


@pytest.fixture(autouse=True)
def git_of_its_own(monkeypatch):
    """No setting of the machine, and a name for commits."""
    for key, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Test", "GIT_COMMITTER_NAME": "Test",
                       "GIT_AUTHOR_EMAIL": "test@example.org", "GIT_COMMITTER_EMAIL": "test@example.org"}.items():
        monkeypatch.setenv(key, value)


@pytest.fixture
def branch(tmp_path) -> Branch:
    """A branch that has begun at a clean project, apart from one old mistake in docs/themes/."""
    return _with_history(Branch.from_dir("minimal", tmp_path / "project"))


def _with_history(project: Branch, repository: Path | None = None) -> Branch:
    project.git("-c", "init.defaultBranch=main", "init", "--quiet", folder=repository)
    theme = "docs/themes/small.da.md"
    project.write(theme, (project.folder / theme).read_text("utf-8") + "\n[Gammelt](nowhere.md)\n")
    return project.commit().begin("branch")


# --- what is reported ----------------------------------------------------------------------------------------------


def test_an_old_problem_elsewhere_is_not_reported(branch):
    """What was wrong before, in a file the branch does not touch, is for another day."""
    assert [(p.place.path, p.code) for p in pipeline.check(branch.folder, TODAY).problems] == [OLD_MISTAKE]
    assert branch.found() == []
    branch.edit("docs/guides/first.da.md", "## Begynd her", "## Begynd lige her").commit()
    assert branch.found() == []


def test_a_problem_in_a_changed_file_is_reported(branch):
    """Whether committed, staged or only saved."""
    branch.edit("docs/guides/first.da.md", "(second.md)", "(secnd.md)")
    assert branch.found() == [("docs/guides/first.da.md", "broken-link")]
    branch.git("add", "--all")
    assert branch.found() == [("docs/guides/first.da.md", "broken-link")]
    branch.commit()
    assert branch.found() == [("docs/guides/first.da.md", "broken-link")]


def test_an_old_problem_in_a_changed_file_is_reported(branch):
    """Who edits a file is told of everything in it."""
    branch.edit("docs/themes/small.da.md", "[Gammelt]", "\n\n[Endnu gammelt]")
    assert branch.found() == [OLD_MISTAKE]


def test_a_renamed_page_breaks_links_elsewhere(branch):
    """The page with the link was not touched, and still the branch hears of it."""
    branch.move("docs/guides/second.da.md", "docs/guides/third.da.md").commit()
    assert branch.changes() == [("docs/guides/third.da.md", "renamed")]
    assert branch.found() == LINKS_TO_SECOND


def test_a_deleted_page_breaks_links_elsewhere(branch):
    """A page that is gone is named where it is missed."""
    branch.remove("docs/guides/second.da.md")
    assert branch.changes() == [("docs/guides/second.da.md", "deleted")]
    assert branch.found() == LINKS_TO_SECOND


def test_an_old_problem_whose_hint_changed_is_old(branch):
    """A new page that the hint of an old broken link now proposes does not make the link a new problem."""
    page = (branch.folder / "docs/themes/small.da.md").read_text("utf-8").replace("[Gammelt](nowhere.md)", "")
    before = pipeline.check(branch.folder, TODAY).problems[0]
    branch.write("docs/themes/nowhere-else.da.md", page)
    after = pipeline.check(branch.folder, TODAY).problems[0]
    assert before.message == after.message and before.hint != after.hint
    assert branch.found() == []


def test_an_untracked_file_is_a_change(branch):
    """A new page counts before anybody has told git of it; what git ignores does not."""
    branch.write("docs/guides/new.da.md", "Ingen metadata.\n").write(".gitignore", "*.tmp\n").write("docs/x.tmp", "")
    assert branch.changes() == [(".gitignore", "added"), ("docs/guides/new.da.md", "added")]
    assert ("docs/guides/new.da.md", "metadata-missing") in branch.found()
    assert OLD_MISTAKE not in branch.found()


def test_what_others_did_meanwhile_is_not_blamed(branch):
    """The comparison is with the commit the branch began at, not with where main is now."""
    branch.git("checkout", "--quiet", "main").edit("docs/themes/small.da.md", "[Gammelt](nowhere.md)", "").commit("Mended on main")
    branch.edit("docs/index.da.md", "ikke ret meget", "noget nyt").commit("Another page on main").git("checkout", "--quiet", "branch")
    assert branch.found() == []
    branch.edit("docs/guides/first.da.md", "(second.md)", "(secnd.md)").commit()
    assert branch.found() == [("docs/guides/first.da.md", "broken-link")]


def test_new_settings_cause_problems_everywhere(branch):
    """A language that leaves the project makes pages wrong that nobody touched."""
    branch.edit("mkdocs.yml", "        - {locale: sv, name: svenska}\n", "")
    assert ("docs/guides/first.sv.md", "unknown-language") in branch.found()
    assert OLD_MISTAKE not in branch.found()


def test_settings_that_could_not_be_used_before(branch):
    """Who mends the settings sees for the first time what is wrong, and hears of all of it."""
    branch.git("checkout", "--quiet", "main").edit("mkdocs.yml", "{locale: nb, name: norsk bokmål}", "{locale: 'no', name: norsk}").commit()
    branch.begin("mended").edit("mkdocs.yml", "{locale: 'no', name: norsk}", "{locale: nb, name: norsk bokmål}")
    assert branch.found() == [OLD_MISTAKE]


def test_names_with_spaces_and_letters(branch):
    """File names of every kind come through: spaces, quotes, letters, line ends."""
    branch.write("docs/guides/En guide.da.md", "x").write("docs/guides/blå \"grød\".da.md", "x").write("docs/guides/two\nlines.da.md", "x").commit()
    assert [path for path, _ in branch.changes()] == ["docs/guides/En guide.da.md", "docs/guides/blå \"grød\".da.md", "docs/guides/two\nlines.da.md"]
    assert len(branch.found()) == 3 and OLD_MISTAKE not in branch.found()
    branch.begin("next").move("docs/guides/En guide.da.md", "docs/guides/to guider.da.md")
    assert git.changed_since(branch.folder, "branch") == [
        Change("docs/guides/to guider.da.md", ChangeStatus.RENAMED, "docs/guides/En guide.da.md")]
    assert branch.found("branch") == [("docs/guides/to guider.da.md", "file-name")]


def test_a_file_in_an_odd_folder(branch):
    """A folder circlepress does not know is reported as one; the branch that put something there hears of it."""
    branch.write("docs/odd/a.txt", "x").commit().begin("next")
    assert branch.found("branch") == []
    branch.write("docs/odd/b.txt", "x")
    assert branch.found("branch") == [("docs/odd", "file-name")]


def test_a_file_taken_out_of_git_but_not_of_the_folder_has_changed(branch):
    """circlepress reads the folder, and there it still is."""
    branch.git("rm", "--quiet", "--cached", "docs/guides/second.da.md")
    assert branch.changes() == [("docs/guides/second.da.md", "changed")]


def test_a_project_in_a_folder_of_a_larger_repository(tmp_path):
    """Paths are the project's own; files beside it are no matter; annotations begin at the repository."""
    repository = tmp_path / "everything of ours"
    project = Branch.from_dir("minimal", repository / "sites" / "north")
    (repository / "letter.md").write_text("one\n")
    _with_history(project, repository)
    (repository / "letter.md").write_text("two\n")
    (repository / "note.md").write_text("new\n")
    project.remove("docs/guides/second.da.md").commit()
    assert project.changes() == [("docs/guides/second.da.md", "deleted")]
    assert project.found() == LINKS_TO_SECOND
    assert git.place_in_repository(project.folder) == "sites/north/"
    said = project.run("check", "--format", "github", "--changed-since", "main").stdout
    assert said.startswith("::error file=sites/north/docs/guides/first.da.md,line=12,") and said.count("\n::error file=sites/north/") == 1


def test_a_project_that_is_new_on_the_branch(tmp_path):
    """Where there was no project before, everything is new."""
    project = Branch(tmp_path / "project")
    project.write("README.md", "Soon.\n").git("-c", "init.defaultBranch=main", "init", "--quiet").commit().begin("branch")
    Branch.from_dir("minimal", project.folder).edit("docs/guides/first.da.md", "(second.md)", "(secnd.md)")
    project.commit()
    assert project.found() == [("docs/guides/first.da.md", "broken-link")]


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_looked_at(branch):
    """Status 0 and a sentence when the branch is clean, status 1 with the problem when not; paths narrow it further."""
    clean = branch.run("check", "--changed-since", "main")
    assert clean.returncode == 0
    assert clean.stdout.startswith("Nothing to mend in what changed since main: ")
    branch.remove("docs/guides/second.da.md")
    broken = branch.run("check", "--changed-since", "main")
    assert broken.returncode == 1 and "small.da.md" not in broken.stdout
    assert "  12 | Læs også [den anden guide](second.md).\n" in broken.stdout
    assert branch.run("check", "--changed-since", "main", "circles").returncode == 0


def test_it_works_from_a_hook(branch):
    """Git tells its hooks where its folder is; the project decides all the same."""
    branch.remove("docs/guides/second.da.md")
    said = branch.run("check", "--changed-since", "main", GIT_DIR="elsewhere", GIT_INDEX_FILE="elsewhere/index")
    assert "first.da.md:12:28: error[broken-link]" in said.stdout


# --- what cannot be ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["origin/main", "--output=x", "", "docs", "main:docs"])
def test_an_unknown_revision_is_wrong_use(branch, revision):
    """It is quoted, with a word on what to give; nothing that begins with a hyphen reaches git as an option."""
    with pytest.raises(UsageError, match="There is no revision") as error:
        branch.found(revision)
    assert repr(revision) in str(error.value) and "such as origin/main" in str(error.value)


def test_a_clone_of_the_latest_commit_only(branch, tmp_path):
    """The usual clone of a build server lacks the other branch; the sentence says how to get it."""
    branch.edit("docs/index.da.md", "ikke ret meget", "noget nyt").commit()
    shallow = Branch(tmp_path / "clone")
    branch.git("clone", "--quiet", "--depth", "1", "--branch", "branch", branch.folder.as_uri(), str(shallow.folder))
    result = shallow.run("check", "--changed-since", "origin/main")
    assert result.returncode == 2 and result.stdout == "" and "Traceback" not in result.stderr
    assert result.stderr.startswith("There is no revision 'origin/main' in this clone.\n    The clone holds only the latest part of the history.")
    assert "git fetch --unshallow" in result.stderr and "fetch-depth: 0" in result.stderr


def test_a_clone_without_the_common_commit(branch, tmp_path):
    """Both ends are there and what lies between them is not."""
    branch.edit("docs/index.da.md", "ikke ret meget", "noget nyt").commit()
    branch.git("checkout", "--quiet", "main").write("README.md", "x").commit()
    shallow = Branch(tmp_path / "clone")
    branch.git("clone", "--quiet", "--depth", "1", "--no-single-branch", "--branch", "branch", branch.folder.as_uri(), str(shallow.folder))
    with pytest.raises(UsageError, match="'origin/main' and the present state have no commit in common here") as error:
        shallow.found("origin/main")
    assert "--unshallow" in str(error.value)


def test_what_the_sentence_proposes_helps(branch, tmp_path):
    """Following the advice for a shallow clone makes the check work."""
    branch.remove("docs/guides/second.da.md").commit()
    shallow = Branch(tmp_path / "clone")
    branch.git("clone", "--quiet", "--depth", "1", "--branch", "branch", branch.folder.as_uri(), str(shallow.folder))
    shallow.git("fetch", "--quiet", "--unshallow").git("fetch", "--quiet", "origin", "main:refs/remotes/origin/main")
    assert shallow.found("origin/main") == LINKS_TO_SECOND


def test_a_project_without_a_repository(tmp_path):
    """Said in one sentence, as wrong use."""
    project = Branch.from_dir("minimal", tmp_path / "project")
    with pytest.raises(UsageError, match="is not in a git repository"):
        project.found()
    assert git.place_in_repository(project.folder) == ""


def test_a_machine_without_git(branch, monkeypatch, tmp_path):
    """Status 3: the machine lacks something. Without --changed-since git is not needed, whatever the format."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CirclepressError, match="git could not be started") as error:
        branch.found()
    assert error.value.exit_status == 3
    result = branch.run("check", "--format", "github", "--changed-since", "main")
    assert result.returncode == 3 and result.stdout == "" and "Traceback" not in result.stderr
    assert branch.run("check", "--format", "github").stdout.startswith("::error file=docs/themes/small.da.md,")


# --- the old state -------------------------------------------------------------------------------------------------


def test_the_old_state_is_written_as_it_was(branch, tmp_path):
    """docs/, circles/ and mkdocs.yml with their bytes, odd names too, and nothing else of the repository."""
    branch.write("docs/guides/En guide.da.md", b"\xff\x00\r\n").write("docs/guides/empty.da.md", b"").write("overrides/x.html", "x").commit()
    expected = {path.relative_to(branch.folder): path.read_bytes() for name in ("docs", "circles") for path in (branch.folder / name).rglob("*") if path.is_file()}
    expected[Path("mkdocs.yml")] = (branch.folder / "mkdocs.yml").read_bytes()
    branch.remove("docs/guides/second.da.md").edit("mkdocs.yml", "svenska", "norrländska")
    old = tmp_path / "old"
    old.mkdir()
    git.export(branch.folder, "HEAD", old)
    assert {path.relative_to(old): path.read_bytes() for path in old.rglob("*") if path.is_file()} == expected


def test_files_kept_out_of_archives_are_there(branch, tmp_path):
    """`export-ignore` is about archives people download; a link to such a page was not broken before."""
    branch.write(".gitattributes", "docs/guides/second.da.md export-ignore\n").commit().begin("next")
    branch.edit("docs/index.da.md", "ikke ret meget", "noget nyt")
    git.export(branch.folder, "branch", tmp_path)
    assert (tmp_path / "docs/guides/second.da.md").is_file()


def test_symbolic_links_stay_links_and_lead_nowhere(branch, tmp_path):
    """A link is a link in the old state too, so that it is no new problem; through it nothing can be read."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/letter.md").write_text("kære ven")
    (branch.folder / "docs/guides/linked.da.md").symlink_to(tmp_path / "secret/letter.md")
    (branch.folder / "docs/methods/up").symlink_to("../../../..")
    branch.commit().begin("next").edit("docs/index.da.md", "ikke ret meget", "noget nyt")
    old = tmp_path / "old"
    old.mkdir()
    git.export(branch.folder, "branch", old)
    for path in (old / "docs/guides/linked.da.md", old / "docs/methods/up"):
        assert path.is_symlink() and not path.exists()
    assert branch.found("branch") == []
    assert ("docs/guides/linked.da.md", "file-link") in branch.found("main")


# --- in continuous integration -------------------------------------------------------------------------------------


def test_the_workflow_is_safe_for_pull_requests_from_forks():
    """Read-only token, no secrets, the full history for the merge base, and names of branches only through variables."""
    text = (ROOT / ".github/workflows/check.yml").read_text("utf-8")
    workflow = yaml.load(text, yaml.BaseLoader)
    assert workflow["on"] == "pull_request" and workflow["permissions"] == {"contents": "read"}
    assert "secrets" not in text.replace("no secrets", "") and "permissions" not in workflow["jobs"]["check"]
    steps = workflow["jobs"]["check"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": "0", "persist-credentials": "false"}
    assert not any("${{" in step.get("run", "") for step in steps)
    assert any(step.get("run", "").endswith('check --format github --changed-since "$BASE"') for step in steps)
