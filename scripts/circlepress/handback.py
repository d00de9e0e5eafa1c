"""Hands improvements back: what has changed here in pages that came from elsewhere, as a patch that `git apply` takes there.

Pages that had to be changed to stand alone are compared with what they were there, so that the patch holds what people wrote here
and nothing that was done by the way.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from msgspec import Struct

from .blocks import plain_text
from .merging import Fate, merge
from .origin import Origin
from .source import TEMPLATES

HANDED_BACK = ("docs/", TEMPLATES)
"""What is handed back when nobody names anything: the handbook and circle templates. A circle's own facts stay at home."""


class Patch(Struct, frozen=True):
    text: str
    paths: tuple[str, ...]
    """The files it changes there."""
    left_out: tuple[str, ...]
    """What is not in it, and why."""


def patch(origin: Origin, made: Mapping[str, bytes], upstream: Mapping[str, bytes], here: Mapping[str, bytes], only: Collection[str] = ()) -> Patch:
    """Return what has changed here, as a patch for the project it came from.

    `made` is what everything was made from, and `upstream` how it was there where that differs, both by the path there. `only`
    are paths of files or folders here; new files are handed back when one of them names them.
    """
    pieces, paths, left_out = [], [], []
    for path, record in sorted(origin.record_by_path.items()):
        if not _is_wanted(record.here, path, only) or path.partition("/")[0] not in ("docs", "circles"):
            continue
        there, ours, base = upstream.get(path, made.get(path)), here.get(record.here), made.get(path)
        if there is None or base is None:
            left_out.append(f"{record.here}: what it was made from is not known any more.")
        elif ours is None:
            left_out.append(f"{record.here}: it was taken out here, which is no reason to take it out there.")
        else:
            if there != base:
                merged = merge(path, ours, there, record.stamp_by_block, base, {}, lambda block: Fate.ACCEPTED)
                left_out += [f"{record.here}#{told.block}: this part had to be changed to stand alone." for told in merged.told if told.fate is Fate.ACCEPTED]
                ours = merged.content
            if piece := _difference(path, there, ours):
                pieces.append(piece)
                paths.append(path)
            elif plain_text(ours) is None and ours != there:
                left_out.append(f"{record.here}: it is no text; send it by itself.")
    known = {record.here for record in origin.record_by_path.values()}
    for path in sorted(set(here) - known):
        if only and _is_wanted(path, path, only) and (piece := _difference(path, None, here[path])):
            pieces.append(piece)
            paths.append(path)
    return Patch("".join(pieces), tuple(paths), tuple(left_out))


def _is_wanted(here: str, there: str, only: Collection[str]) -> bool:
    if not only:
        return there.startswith(HANDED_BACK)
    return any(here == name or here.startswith(f"{name.rstrip('/')}/") for name in only)


def _difference(path: str, there: bytes | None, here: bytes) -> str:
    """Return one file's part of a patch; nothing when it says the same, or is no text."""
    before, after = plain_text(there) if there is not None else "", plain_text(here)
    if before is None or after is None or there is not None and before == after:
        return ""
    mark = "\ufeff" if there is not None and there.startswith(b"\xef\xbb\xbf") else ""
    ending = "\r\n" if there is not None and b"\r\n" in there else "\n"
    old, new = ((mark + text).replace("\n", ending) if text else "" for text in (before, after))
    lines = []
    for line in difflib.unified_diff(_lines(old), _lines(new), "/dev/null" if there is None else f"a/{path}", f"b/{path}"):
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    head = f"diff --git a/{path} b/{path}\n" + ("new file mode 100644\n" if there is None else "")
    return head + "".join(lines)


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
