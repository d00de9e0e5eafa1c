"""Looks at what lies in a project folder without opening it, and says of every file and folder whether its name is one we know.

Symbolic links are never followed, and names come from closed patterns (section Files of the content model).
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path

from .problem import Place, Problem
from .source import Entry

_ID = r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?![a-z0-9-]))(?=[a-z0-9-]{1,48}(?![a-z0-9-]))[a-z0-9]+(?:-[a-z0-9]+)*"
_PAGE_ID = rf"(?!index\.){_ID}"
_FOLDERS = "guides|checklists|themes|methods|templates|stories|project"
_PAGE_NAMES = (
    r"docs/index\.[a-z]{2}\.md",
    rf"docs/(?:{_FOLDERS})/{_PAGE_ID}\.[a-z]{{2}}\.md",
    rf"circles/(?:_templates/)?{_ID}/index\.[a-z]{{2}}\.md",
    rf"circles/(?:_templates/)?{_ID}/sessions/[0-9]{{2}}-{_ID}\.[a-z]{{2}}\.md",
)
_DATA_NAMES = (r"docs/glossary\.yml", rf"circles/(?:_templates/)?{_ID}/circle\.yml")
IMAGE_TYPES = ("png", "jpg", "jpeg", "webp")
_IMAGE_NAME = rf"(?:docs|circles/(?:_templates/)?{_ID})/images/{_ID}\.(?:{'|'.join(IMAGE_TYPES)})"
_A_FILE_WE_READ = re.compile("|".join((*_PAGE_NAMES, *_DATA_NAMES, _IMAGE_NAME)))
_FOLDER_NAMES = re.compile(
    rf"docs(?:/(?:{_FOLDERS}|images))?|circles(?:/_templates)?(?:/{_ID}(?:/(?:sessions|images))?)?"
)
_NAME_HINT = (
    "Pages are named docs/guides/some-name.da.md, with small letters a to z, digits and hyphens, and a language at "
    "the end; a circle has circle.yml, index.<language>.md and sessions/01-some-name.<language>.md; pictures "
    "(png, jpg, webp) lie in a folder images/."
)
_SPELLED_OUT = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ð": "d", "đ": "d", "þ": "th", "ŋ": "n", "ŧ": "t", "ß": "ss"})
"""Letters that are not an a-to-z letter with a mark, for file names."""


def survey(project: Path) -> tuple[list[Entry], list[Problem]]:
    """Look at what lies in `docs/` and `circles/` without opening it: every file whose name says what it is, by path."""
    problems: list[Problem] = []
    entries: list[Entry] = []
    for entry in _walk(project, problems):
        if _A_FILE_WE_READ.fullmatch(entry.path):
            entries.append(entry)
        else:
            problems.append(Problem(Place(entry.path), "file-name", "circlepress does not know what this file is.", _name_hint(entry.path)))
    return entries, problems


def survey_again(project: Path, before: tuple[list[Entry], list[Problem]], changed: Iterable[str]) -> tuple[list[Entry], list[Problem]] | None:
    """Return what `survey` would if, since it returned `before`, nothing has changed but files at some paths in the project.

    `None` is returned where only a look at everything can tell: a folder has changed, or a file of which we do not know what it is.
    """
    entry_by_path = {entry.path: entry for entry in before[0]}
    with_problem = {problem.place.path for problem in before[1]}
    for path in changed:
        parts = path.split("/")
        if parts[0] not in ("docs", "circles") or any(f"{_printable(path)}/".startswith(f"{place}/") for place in with_problem):
            return None
        if any(part.startswith(".") for part in parts):
            continue
        entry_by_path.pop(path, None)
        try:
            status = os.lstat(f"{project}/{path}")
        except FileNotFoundError:
            if any(other.startswith(f"{path}/") for other in (*entry_by_path, *with_problem)):
                return None
            continue
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode) or not _A_FILE_WE_READ.fullmatch(path):
            return None
        entry_by_path[path] = Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return sorted(entry_by_path.values(), key=attrgetter("path")), before[1]


def _walk(project: Path, problems: list[Problem]) -> list[Entry]:
    """Return every regular file below docs/ and circles/, by path; report links and odd folders."""
    found: list[Entry] = []
    top = str(project)
    waiting = [name for name in ("docs", "circles") if (project / name).is_symlink() or (project / name).is_dir()]
    while waiting:
        folder = waiting.pop()
        if os.path.islink(f"{top}/{folder}"):
            problems.append(_link(folder))
            continue
        if not _FOLDER_NAMES.fullmatch(folder):
            problems.append(Problem(Place(_printable(folder)), "file-name", "circlepress does not know what this folder is.",
                                    _name_hint(folder)))
            continue
        try:
            listed = list(os.scandir(f"{top}/{folder}"))
        except OSError as error:
            problems.append(Problem(Place(_printable(folder)), "file-unreadable", f"the folder cannot be opened: {error.strerror}.",
                                    "Give yourself permission to read it, or remove it."))
            continue
        for entry in listed:
            name = entry.name
            if name[0] == "." or name == "README.md":
                continue
            path = f"{folder}/{name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                found.append(Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
            elif entry.is_symlink():
                problems.append(_link(path))
            else:
                problems.append(Problem(Place(_printable(path)), "file-name", "this is neither a file nor a folder.", "Remove it."))
    return sorted((entry for entry in found if _is_printable(entry.path, problems)), key=attrgetter("path"))


def _is_printable(path: str, problems: list[Problem]) -> bool:
    if path.isascii() and path.isprintable() or path == _printable(path):
        return True
    problems.append(Problem(Place(_printable(path)), "file-name", "the name holds characters that cannot be shown.", _NAME_HINT))
    return False


def _printable(path: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in path.encode("utf-8", "replace").decode("utf-8"))


def _link(path: str) -> Problem:
    return Problem(Place(_printable(path)), "file-link", "this is a symbolic link; circlepress only reads real files.",
                   "Copy the file here instead.")


def _name_hint(path: str) -> str:
    """Say what a file or folder should be called: where that is enough, its own name in the right form."""
    folder, _, name = path.rpartition("/")
    if name.startswith("index."):
        return "Only the front page, docs/index.<language>.md, and a circle's welcome are called index; choose another name."
    if re.fullmatch(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", name.partition(".")[0], re.IGNORECASE):
        return "Windows keeps this name for itself, and the project could not be copied to such a machine; choose another."
    plain = unicodedata.normalize("NFKD", name.lower().translate(_SPELLED_OUT)).encode("ascii", "ignore").decode()
    plain = re.sub(r"-*\.-*", ".", re.sub(r"[^a-z0-9.]+", "-", plain).strip("-"))
    if plain != name and (_A_FILE_WE_READ.fullmatch(f"{folder}/{plain}") or _FOLDER_NAMES.fullmatch(f"{folder}/{plain}")):
        return f"Rename it to {plain}."
    in_danish = re.sub(r"\.md$", ".da.md", plain)
    if any(re.fullmatch(pattern, f"{folder}/{in_danish}") for pattern in _PAGE_NAMES):
        return f"Let its name end with its language: {in_danish} when it is in Danish."
    return _NAME_HINT
