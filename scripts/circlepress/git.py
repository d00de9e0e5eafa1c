"""What git knows about a project: what changed since a revision, and how the project looked then.

This is the one door to git, through its command. Names are read between NUL characters, so that spaces, line ends and
letters of any kind come through; all paths are relative to the project, which may be a folder of a larger repository.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from .problem import CirclepressError, UsageError

PARTS = ("docs", "circles", "mkdocs.yml")
"""What `export` brings back: everything `read` looks at."""

_NOT_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Git sets these for its hooks; the project folder alone shall say which repository is meant."""
_FETCH_FIRST = "\n    Give a branch, tag or commit, such as origin/main; git fetch brings those of the server."
_REGULAR, _SYMBOLIC_LINK = ("100644", "100755"), "120000"
"""Git's names for the kinds of files; what is left are submodules."""
_LEADS_NOWHERE = ".link"
"""Where exported symbolic links lead: a name that no project has."""


class ChangeStatus(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"
    RENAMED = "renamed"


class Change(Struct, frozen=True, order=True):
    """One file that is not as it was."""

    path: str
    """Relative to the project folder, with forward slashes; of a renamed file the new one."""
    status: ChangeStatus
    old_path: str = ""
    """What a renamed file was called before; empty otherwise."""


def changed_since(project: Path, revision: str) -> list[Change]:
    """Return how the files of a project differ from a revision, sorted by path.

    What is not committed counts, new files that git does not ignore too. Raises `UsageError` when there is no such
    revision or no repository, `CirclepressError` when git is missing or refuses.
    """
    commit = _commit(project, revision)
    change_by_path: dict[str, Change] = {}
    fields = iter(_texts(_git(project, "diff", "--name-status", "-z", "-M", "--no-ext-diff", "--relative", commit, "--", ".")))
    for letter in fields:
        path = next(fields)
        match letter[0]:
            case "R":
                change = Change(next(fields), ChangeStatus.RENAMED, path)
            case "A":
                change = Change(path, ChangeStatus.ADDED)
            case "C":
                change = Change(next(fields), ChangeStatus.ADDED)
            case "D":
                change = Change(path, ChangeStatus.DELETED)
            case _:  # another text, another type, or a merge that is not finished
                change = Change(path, ChangeStatus.CHANGED)
        change_by_path[change.path] = change
    for path in _texts(_git(project, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")):
        was_there = path in change_by_path  # taken out of git, but not from the folder
        change_by_path[path] = Change(path, ChangeStatus.CHANGED if was_there else ChangeStatus.ADDED)
    return sorted(change_by_path.values())


def merge_base(project: Path, revision: str) -> str:
    """Return the id of the commit at which the present state and `revision` parted.

    Raises as `changed_since` does, and `UsageError` when they have no commit in common.
    """
    commit = _commit(project, revision)
    found = _run(project, "merge-base", commit, "HEAD")
    if found.returncode:
        raise UsageError(f"{revision!r} and the present state have no commit in common here.{_if_shallow(project)}")
    return found.stdout.decode().strip()


def export(project: Path, revision: str, folder: Path) -> None:
    """Write docs/, circles/ and mkdocs.yml as they were at `revision` into an existing, empty folder.

    Regular files keep their bytes. Symbolic links become links that lead nowhere: `read` refuses links wherever they
    lead, and nothing outside the folder can be reached through them. Nothing else is written. Raises as `changed_since`
    does. `git archive` is not used because files may be kept out of it (`export-ignore`).
    """
    entries: list[tuple[str, str, str]] = []
    for entry in _texts(_git(project, "ls-tree", "-r", "-z", _commit(project, revision), "--", *PARTS)):
        facts, path = entry.split("\t", 1)
        kind, _, identifier = facts.split(" ")
        if kind in (*_REGULAR, _SYMBOLIC_LINK) and _stays_inside(path):
            entries.append((path, kind, identifier))
    for (path, kind, _), content in zip(entries, _contents(project, [identifier for _, _, identifier in entries]), strict=True):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if kind != _SYMBOLIC_LINK or not _is_linked(target):
            target.write_bytes(content)


def earlier_texts(project: Path, path: str, limit: int = 300) -> Iterator[str]:
    """Yield what a file held at each commit that changed it, the newest first, also under names it had before.

    Nothing where there is no git or no repository: what this tells is never needed. Texts come with plain line ends.
    """
    try:
        said = _run(project, "log", f"-n{limit}", "--follow", "--format=%H", "--name-only", "--", path).stdout.decode("utf-8", "replace")
        lines = [line for line in said.splitlines() if line]
        identifiers = [f"{commit}:{name}" for commit, name in zip(lines[::2], lines[1::2], strict=False)]
        for identifier in identifiers:
            content = _run(project, "cat-file", "blob", identifier)
            if not content.returncode:
                yield content.stdout.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    except CirclepressError:
        return


def begin_repository(folder: Path, message: str) -> str:
    """Make a folder a git repository whose first commit holds all of it. Returns why that could not be done; nothing when it was.

    Somebody who has not told git a name yet is no reason to fail: the commit then bears the program's.
    """
    try:
        steps = [("init", "--quiet", "--initial-branch=main"), ("add", "--all")]
        named = _run(folder, "config", "user.email").stdout.strip() and _run(folder, "config", "user.name").stdout.strip()
        who = () if named else ("-c", "user.name=circlepress", "-c", "user.email=circlepress@localhost")
        steps.append((*who, "-c", "commit.gpgSign=false", "commit", "--quiet", "--no-verify", "-m", message))
        for step in steps:
            result = _run(folder, *step)
            if result.returncode:
                return result.stderr.decode("utf-8", "replace").strip() or f"git {step[0]} did not work"
    except CirclepressError as error:
        return str(error).partition("\n")[0]
    return ""


def place_in_repository(project: Path) -> str:
    """Return the project's folder in its repository, with a closing slash; empty at the top, or where there is no git."""
    try:
        found = _run(project, "rev-parse", "--show-prefix")
    except CirclepressError:
        return ""
    return os.fsdecode(found.stdout.removesuffix(b"\n")) if not found.returncode else ""


def _is_linked(target: Path) -> bool:
    """Make a link that leads nowhere; say no where the system allows none (there git too writes links as small files)."""
    try:
        target.symlink_to(_LEADS_NOWHERE)
    except OSError:
        return False
    return True


def _stays_inside(path: str) -> bool:
    """Whether a name from git's history leads to a file below the folder it is put in, on every system."""
    return not path.startswith("/") and ".." not in path.split("/") and not (os.name == "nt" and set(path) & set("\\:"))


def _contents(project: Path, identifiers: list[str]) -> Iterator[bytes]:
    """Yield the bytes of each object, in order (the form is that of `git help cat-file`, "batch output")."""
    answer = _git(project, "cat-file", "--batch", given="".join(f"{identifier}\n" for identifier in identifiers).encode())
    position = 0
    for _ in identifiers:
        end = answer.index(b"\n", position)
        size = answer[position:end].rsplit(b" ", 1)[1]
        if size == b"missing":
            raise CirclepressError(f"The git repository of {project} lacks a part of its history; git fsck says more.")
        size = int(size)
        yield answer[end + 1: end + 1 + size]
        position = end + 1 + size + 1


def _commit(project: Path, revision: str) -> str:
    """Return the id of the commit that `revision` names."""
    found = None
    if revision and not revision.startswith("-"):  # git would take it for an option
        found = _run(project, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found is None or found.returncode:
        _git(project, "rev-parse", "--is-inside-work-tree")  # raises when the trouble is not the revision
        raise UsageError(f"There is no revision {revision!r} in this clone.{_if_shallow(project) or _FETCH_FIRST}")
    return found.stdout.decode().strip()


def _if_shallow(project: Path) -> str:
    if _run(project, "rev-parse", "--is-shallow-repository").stdout.strip() != b"true":
        return ""
    return ("\n    The clone holds only the latest part of the history. Fetch the rest with git fetch --unshallow and the branch with\n"
            "    git fetch origin BRANCH:refs/remotes/origin/BRANCH; for actions/checkout, set fetch-depth: 0.")


def _git(project: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git and return what it says; raise with its own sentence when it fails."""
    result = _run(project, *arguments, given=given)
    if result.returncode:
        said = result.stderr.decode("utf-8", "replace").strip()
        if "not a git repository" in said:
            raise UsageError(f"{project} is not in a git repository, so there is nothing to compare it with.\n"
                             "    Leave --changed-since out to check everything.")
        raise CirclepressError(f"git {arguments[0]} did not work in {project}: {said or 'it gave no reason.'}")
    return result.stdout


def _run(project: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess:
    environment = {key: value for key, value in os.environ.items() if key not in _NOT_OURS}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
    try:
        return subprocess.run(["git", "-C", str(project), *arguments], input=given, capture_output=True, env=environment)
    except OSError as error:
        raise CirclepressError(f"git could not be started ({error.strerror}); --changed-since needs it.\n"
                               "    Install git, or leave --changed-since out to check everything.") from error


def _texts(fields: bytes) -> list[str]:
    """Split what git wrote between NUL characters."""
    return [os.fsdecode(field) for field in fields.split(b"\0") if field]
