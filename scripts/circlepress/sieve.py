"""Which files have changed, without opening those that cannot have.

As in git's index, a file whose size, times and inode are what they were is taken to hold what it held. A file written so
shortly before it was looked at that it could have changed again within the clock's step is hashed each time.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Mapping
from operator import attrgetter
from pathlib import Path

from .source import Entry

_TOO_RECENT = 2_000_000_000
"""Nanoseconds: the coarsest step of a file system's clock that is in use (FAT)."""
Known = tuple[int, int, int, int, str]
"""What is remembered of a file: size, modified, changed, number, hash."""


def sift(top: Path, entries: Iterable[Entry], known: Mapping[str, Known], *, verify: bool = False) -> tuple[dict[str, str], dict[str, Known]]:
    """Return each file's hash, and what to remember for the next time.

    `known` is what the last time left; with `verify` it is not believed. A file that cannot be read has a hash of
    its own, so that it is looked at.
    """
    now = time.time_ns()  # decides only what is read again, never what is built
    hashes: dict[str, str] = {}
    remembered: dict[str, Known] = {}
    for entry in entries:
        before = known.get(entry.path)
        looks = (entry.size, entry.modified, entry.changed, entry.number)
        if before and not verify and before[:4] == looks:
            hashes[entry.path] = before[4]
            remembered[entry.path] = before
            continue
        try:
            hashes[entry.path] = hashlib.blake2b((top / entry.path).read_bytes(), digest_size=16).hexdigest()
        except OSError as error:
            hashes[entry.path] = f"cannot be read: {error.errno}"
            continue
        if max(entry.modified, entry.changed) < now - _TOO_RECENT:
            remembered[entry.path] = (*looks, hashes[entry.path])
    return hashes, remembered


def entry_of(top: Path, path: str) -> Entry:
    """Return a file as its folder lists it. Raises `OSError` when it is not there."""
    status = os.stat(f"{top}/{path}")
    return Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_as_listed(top: Path, entry: Entry) -> bool:
    """Whether a file is still what its folder listed; on Windows, a folder does not list a file's number."""
    try:
        now = entry_of(top, entry.path)
    except OSError:
        return False
    return (now.size, now.modified, now.changed) == (entry.size, entry.modified, entry.changed) and entry.number in (0, now.number)


def entries_below(top: Path) -> list[Entry]:
    """Return every regular file below a folder of ours, but for what Python and editors leave behind.

    Links are followed, each folder once; one that leads nowhere, and what goes while we look, is passed over.
    """
    found: list[Entry] = []
    waiting, been = [""], set()
    while waiting:
        folder = waiting.pop()
        for entry in _listed(top / folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith((".", "__pycache__")):
                continue
            try:
                status = entry.stat()
            except OSError:
                continue
            if stat.S_ISDIR(status.st_mode):
                if (status.st_dev, status.st_ino) not in been or not status.st_ino:
                    been.add((status.st_dev, status.st_ino))
                    waiting.append(path)
            elif stat.S_ISREG(status.st_mode):
                found.append(Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    return sorted(found, key=attrgetter("path"))


def _listed(folder: Path) -> list[os.DirEntry]:
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []


def fingerprint(hashes: Mapping[str, str], paths: Iterable[str] | None = None) -> str:
    """Return one hash for many files and their names."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(hashes) if paths is None else sorted(paths):
        digest.update(f"{path}\0{hashes[path]}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
