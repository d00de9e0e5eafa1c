"""What one run leaves for the next: readable files in the user's cache folder, believed only when they are whole and ours.

The folder is not in the project: what a pull request can change must not be able to say what was built from what.
Every file begins with a line that names its format and the hash of the rest; a file that is damaged, cut short, or of
another version is as good as none. Nothing here is needed: without it, everything is made again.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from pathlib import Path

from .files import write_whole

FORMAT = 1
"""Raised whenever what the files say changes its meaning."""
LIMIT = 300_000_000
"""Bytes that the caches of all projects may take together; the project not built for longest goes first."""


class Cache:
    """The cache of one project, or (with no folder) none at all."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def load(self, name: str) -> dict | None:
        """Return what was saved under `name`, or `None` when there is nothing that can be believed."""
        if self.folder is None:
            return None
        try:
            raw = (self.folder / f"{name}.json").read_bytes()
            first, _, rest = raw.partition(b"\n")
            if first != _first_line(rest):
                return None
            found = json.loads(rest)
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def save(self, name: str, data: dict) -> None:
        """Keep `data` under `name`; a disk that is full or may not be written costs only time later."""
        if self.folder is None:
            return
        rest = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        try:
            write_whole(self.folder / f"{name}.json", _first_line(rest) + b"\n" + rest)
        except OSError:
            self.forget(name)

    def forget(self, name: str) -> None:
        if self.folder is not None:
            try:
                (self.folder / f"{name}.json").unlink(missing_ok=True)
            except OSError:
                pass

    def names(self, below: str) -> list[str]:
        """Return the names saved below a folder of the cache."""
        if self.folder is None or not (self.folder / below).is_dir():
            return []
        return sorted(path.relative_to(self.folder).as_posix().removesuffix(".json") for path in (self.folder / below).rglob("*.json"))


def cache_for(project: Path, caches: Path | None) -> Cache:
    """Return the cache of the project at `project` in the folder `caches`, or one that keeps nothing."""
    if caches is None:
        return Cache(None)
    where = str(project.resolve())
    name = re.sub(r"[^a-z0-9]+", "-", project.resolve().name.lower()).strip("-")[:32] or "project"
    return Cache(caches / f"{name}-{hashlib.blake2b(where.encode('utf-8', 'surrogateescape'), digest_size=8).hexdigest()}")


def tidy(caches: Path | None, in_use: Cache) -> None:
    """Keep all caches together below `LIMIT`."""
    if caches is None or in_use.folder is None:
        return
    try:
        write_whole(in_use.folder / "used", str(int(time.time())).encode())
        sizes = {folder: sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) for folder in caches.iterdir() if folder.is_dir()}
        used = {folder: (folder / "used").stat().st_mtime if (folder / "used").is_file() else 0.0 for folder in sizes}
    except OSError:
        return
    total = sum(sizes.values())
    for folder in sorted(sizes, key=used.__getitem__):
        if total <= LIMIT:
            return
        if folder != in_use.folder or sizes[folder] > LIMIT:
            shutil.rmtree(folder, ignore_errors=True)
            total -= sizes[folder]


def _first_line(rest: bytes) -> bytes:
    return f"circlepress {FORMAT} {hashlib.blake2b(rest, digest_size=16).hexdigest()}".encode()
