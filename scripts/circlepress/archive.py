"""Projects as ZIPs: read without trusting them, written so that the same files give the same bytes.

What a ZIP says of itself is not believed: no file lands outside the folder, links and odd kinds are refused, and what is
unpacked is counted while it is read (a small ZIP can hold more than a disk).
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from .problem import CirclepressError, UsageError

FILES = 20_000
UNPACKED_BYTES = 300_000_000
_DATE = (2020, 1, 1, 0, 0, 0)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def is_safe_path(path: str) -> bool:
    """Whether a relative path stays inside its folder on every system, with no part that some system reads as another name."""
    parts = path.split("/")
    return bool(path) and len(path) <= 400 and path.isprintable() and all(
        part not in ("", ".", "..") and not re.search(r'[\\:*?"<>|]', part) and not part.endswith((" ", ".")) and not _RESERVED.fullmatch(part)
        for part in parts) and parts[0].lower() != ".git"


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a project into an empty folder; a single folder around everything, as code hosts put it, is taken away.

    Raises `UsageError` when it is no ZIP, `CirclepressError` when something in it is not to be trusted; then nothing is kept
    that may be relied on.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            for path, content in _contents(opened, archive.name).items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UsageError(f"{archive.name} cannot be read as a ZIP: {error}.") from error


def _contents(opened: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    total = 0
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    if len(entries) > FILES:
        raise CirclepressError(f"{name} holds {len(entries):,} files; the limit is {FILES:,}.")
    around = {entry.filename.partition("/")[0] for entry in opened.infolist()}
    cut = len(next(iter(around))) + 1 if len(around) == 1 and all("/" in entry.filename for entry in entries) else 0
    for entry in entries:
        path = entry.filename[cut:] if is_safe_path(entry.filename) else entry.filename
        if not is_safe_path(entry.filename) or not is_safe_path(path):
            if entry.filename.isprintable() and ".git" in PurePosixPath(entry.filename).parts[:2]:
                continue  # the history is not content
            raise CirclepressError(f"{name} holds a file with a name that could lead outside the folder: {entry.filename!a}. Nothing was taken from it.")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise CirclepressError(f"{name} holds {path}, which is a link or something else that is no file. Nothing was taken from it.")
        if entry.flag_bits & 1:
            raise CirclepressError(f"{name} is locked with a password; save it without.")
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            raise CirclepressError(f"{name} holds {path} twice. Nothing was taken from it.")
        seen.add(folded)
        with opened.open(entry) as stream:
            content = stream.read(UNPACKED_BYTES - total + 1)
        total += len(content)
        if total > UNPACKED_BYTES:
            raise CirclepressError(f"{name} unpacks to more than {UNPACKED_BYTES:,} bytes. Nothing was taken from it.")
        found[path] = content
    return found


def packed(files: Mapping[str, bytes], around: str, *, is_program: frozenset[str] = frozenset()) -> bytes:
    """Return a ZIP of some files in one folder, `around`; those in `is_program` may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{around}/{path}", _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o755 if path in is_program else 0o644) << 16 | stat.S_IFREG << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
