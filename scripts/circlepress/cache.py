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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import json as typed_json
from msgspec import to_builtins

from .files import write_whole

FORMAT = 2
"""Raised whenever what the files say changes its meaning."""
LIMIT = 300_000_000
"""Bytes that the caches of all projects may take together; the project not built for longest goes first."""


_HALF_WRITTEN = 3600
"""Seconds after which a file that is half written is taken to be left over from a run that ended before its time."""


class Cache:
    """The cache of one project, or (with no folder) none at all."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cache) and self.folder == other.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    def load(self, name: str, shape: Any = dict) -> dict | None:
        """Return what was saved under `name`, or `None` when there is nothing of this shape, a type of dict, that can be believed."""
        raw = self.load_bytes(f"{name}.json")
        try:
            return typed_json.decode(raw, type=shape) if raw is not None else None
        except (ValueError, RecursionError):
            return None

    def load_bytes(self, name: str) -> bytes | None:
        """Return the bytes saved under `name`, or `None` when they are not what was saved."""
        if self.folder is None:
            return None
        try:
            first, _, rest = (self.folder / name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return rest if first == _first_line(rest) else None

    def save(self, name: str, data: dict) -> None:
        """Keep `data` under `name`; a disk that is full or may not be written costs only time later."""
        if self.folder is not None:
            try:
                content = typed_json.encode(data)
            except UnicodeEncodeError:  # half a letter, which a file's name may hold
                content = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=to_builtins).encode("utf-8", "surrogatepass")
            self.save_bytes(f"{name}.json", content)

    def save_bytes(self, name: str, content: bytes) -> None:
        """Keep bytes under `name`, as `save` does."""
        if self.folder is None:
            return
        try:
            write_whole(self.folder / name, _first_line(content) + b"\n" + content, lasting=False)
        except OSError:
            self._remove(name)

    def forget(self, name: str) -> None:
        self._remove(f"{name}.json")

    def _remove(self, name: str) -> None:
        if self.folder is not None:
            try:
                (self.folder / name).unlink(missing_ok=True)
            except OSError:
                pass

    def memo(self, name: str, key: str, make: Callable[[], Any]) -> Any:
        """Return what `make` does; a cache that stays warm calls it once for a key."""
        return make()

    def remember(self, name: str, value: Any) -> None:
        """Keep a value for `recall`, where the cache stays warm; it never comes to the disk."""

    def recall(self, name: str) -> Any:
        """Return what was remembered under `name` and forget it; or `None`."""
        return None

    def names(self, below: str) -> list[str]:
        """Return the names saved below a folder of the cache."""
        try:
            if self.folder is None or not (self.folder / below).is_dir():
                return []
            return sorted(path.relative_to(self.folder).as_posix().removesuffix(".json") for path in (self.folder / below).rglob("*.json"))
        except OSError:
            return []


class WarmCache(Cache):
    """A cache in the memory of a process that works on one project again and again; `flush` writes it to the disk."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(folder)
        self._held: dict[str, dict] = {}
        self._waiting: dict[str, dict] = {}
        self._memos: dict[str, tuple[str, Any]] = {}
        self._remembered: dict[str, Any] = {}

    def load(self, name: str, shape: Any = dict) -> dict | None:
        if name not in self._held and (found := super().load(name, shape)) is not None:
            self._held[name] = found
        return self._held.get(name)

    def save(self, name: str, data: dict) -> None:
        self._held[name] = self._waiting[name] = data

    def forget(self, name: str) -> None:
        self._held.pop(name, None)
        self._waiting.pop(name, None)
        super().forget(name)

    def memo(self, name: str, key: str, make: Callable[[], Any]) -> Any:
        if self._memos.get(name, ("",))[0] != key:
            self._memos[name] = key, make()
        return self._memos[name][1]

    def remember(self, name: str, value: Any) -> None:
        self._remembered[name] = value

    def recall(self, name: str) -> Any:
        return self._remembered.pop(name, None)

    def names(self, below: str) -> list[str]:
        return sorted({*super().names(below), *(name for name in self._held if name.startswith(f"{below}/"))})

    def flush(self) -> None:
        """Write to the disk what has been saved."""
        for name, data in self._waiting.items():
            super().save(name, data)
        self._waiting.clear()


def cache_for(project: Path, caches: Path | None) -> Cache:
    """Return the cache of the project at `project` in the folder `caches`, or one that keeps nothing."""
    if caches is None:
        return Cache(None)
    where = str(project.resolve())
    name = re.sub(r"[^a-z0-9]+", "-", project.resolve().name.lower()).strip("-")[:32] or "project"
    return Cache(caches / f"{name}-{hashlib.blake2b(where.encode('utf-8', 'surrogateescape'), digest_size=8).hexdigest()}")


def tidy(caches: Path | None, in_use: Cache) -> None:
    """Keep all caches together below `LIMIT`, and the one in use free of what was never finished."""
    if caches is None or in_use.folder is None:
        return
    try:
        write_whole(in_use.folder / "used", str(int(time.time())).encode())
        for left in in_use.folder.rglob(".*"):
            if left.stat().st_mtime < time.time() - _HALF_WRITTEN:
                left.unlink()
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
