"""What a link in a text leads to.

Authors link as their editor and code host understand it, with a path to the Markdown file (with or without its
language), or with a reference such as `guides/for-managers`. `target_of` says what is meant; whether it exists, and
at which address it stands in an edition, is for others to say.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from .neighbours import Neighbours


class TargetKind(StrEnum):
    OUTSIDE = "outside"
    """An https, http, mailto or tel address."""
    HERE = "here"
    """A heading of the same page."""
    MATERIAL = "material"
    """`key` is a reference such as `guides/welcome`, or `index`."""
    CIRCLE = "circle"
    """`key` is a circle's id."""
    SESSION = "session"
    """`key` is `circle/session`."""
    IMAGE = "image"
    """`key` is a path in the project."""
    UNSAFE = "unsafe"
    """An address with another scheme, or one without a host's name."""
    NOTHING = "nothing"
    """Nothing that circlepress can recognise."""


class Target(Struct, frozen=True):
    kind: TargetKind
    key: str = ""
    anchor: str = ""


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_MATERIAL = re.compile(rf"(?:docs/)?((?:guides|checklists|themes|methods|templates|stories|project)/{_ID})(?:\.[a-z]{{2}})?(?:\.md)?")
_FRONT = re.compile(r"docs/index(?:\.[a-z]{2})?\.md")
_CIRCLE = re.compile(rf"circles/({_ID})(?:/|/index(?:\.[a-z]{{2}})?\.md)?")
_SESSION = re.compile(rf"circles/({_ID})/sessions/([0-9]{{2}}-{_ID})(?:\.[a-z]{{2}})?\.md")
_IMAGE = re.compile(r".*\.(?:png|jpe?g|webp)", re.IGNORECASE)


def target_of(link: str, page_path: str) -> Target:
    """Say what `link` means on the page at `page_path` (a path in the project, such as docs/guides/x.da.md)."""
    link = link.strip()
    if link.startswith("#"):
        return Target(TargetKind.HERE, anchor=link[1:])
    if _SCHEME.match(link) or link.startswith("//"):
        allowed = re.fullmatch(r"(?:https?://[^/\s?#@]+(?:[/?#]\S*)?|mailto:[^\s@]+@\S+|tel:[+\d() -]+)", link, re.IGNORECASE)
        return Target(TargetKind.OUTSIDE if allowed else TargetKind.UNSAFE, link)
    path, _, anchor = link.partition("#")
    path = unquote(path)
    from_here = posixpath.normpath(posixpath.join(posixpath.dirname(page_path), path))
    for candidate in (from_here, path):
        if match := _MATERIAL.fullmatch(candidate):
            if candidate is path or candidate.startswith("docs/"):
                return Target(TargetKind.MATERIAL, match[1], anchor)
        if _FRONT.fullmatch(candidate):
            return Target(TargetKind.MATERIAL, "index", anchor)
        if match := _SESSION.fullmatch(candidate):
            return Target(TargetKind.SESSION, f"{match[1]}/{match[2]}", anchor)
        if match := _CIRCLE.fullmatch(candidate):
            return Target(TargetKind.CIRCLE, match[1], anchor)
    if _IMAGE.fullmatch(from_here) and not from_here.startswith(".."):
        return Target(TargetKind.IMAGE, from_here)
    return Target(TargetKind.NOTHING, link)


def now(target: Target, page_by_former_reference: Mapping[str, str], neighbours: Neighbours) -> Target:
    """Return what a target has become: the same, or the page, circle or session that was called so before."""
    match target.kind:
        case TargetKind.MATERIAL:
            key = page_by_former_reference.get(target.key, target.key)
        case TargetKind.CIRCLE:
            key = neighbours.circle_now(target.key)
        case TargetKind.SESSION:
            key = "/".join(neighbours.session_now(*target.key.split("/")))
        case _:
            return target
    return target if key == target.key else replace(target, key=key)


@lru_cache(maxsize=64)
def _ways_up(address: str) -> list[tuple[str, str]]:
    """Return the folders an address lies in, the nearest first, each with the way there."""
    folders = [address[: address.rindex("/") + 1]]
    while folder := folders[-1].rstrip("/"):
        folders.append(folder[: folder.rindex("/") + 1])
    return [(folder, "../" * number) for number, folder in enumerate(folders)]


def relative(here: str, there: str) -> str:
    """Return the relative address from one page to another; both begin with a slash, pages end with one."""
    there, hash_sign, anchor = there.partition("#")
    for folder, up in _ways_up(here):
        if there.startswith(folder):
            way = up + there[len(folder):] or "./"
            return way + hash_sign + anchor if anchor else way
    raise ValueError(f"{there!r} does not begin with a slash")
