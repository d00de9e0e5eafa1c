"""What several modules do with files: link or copy, write whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Make `target` the same file as `source` where the system can do that, else a copy. Raises `OSError`.

    What was there before is replaced and never written into: it may be one file with a page that is published.
    """
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except FileExistsError:
        os.unlink(target)
        link_or_copy(source, target)
    except OSError:  # another file system, no links, or too many links to one file
        shutil.copyfile(source, target)


def link_tree(source: Path, target: Path) -> None:
    """Make `target` a folder of the same files as `source`, links to folders and odd files left out. Raises `OSError`."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in os.scandir(source):
        if entry.is_dir(follow_symlinks=False):
            link_tree(source / entry.name, target / entry.name)
        elif entry.is_file(follow_symlinks=False):
            link_or_copy(entry.path, target / entry.name)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file without a buffer, which for many small ones takes less time than `Path.write_bytes`. Raises `OSError`.

    A disk that is nearly full takes a part and says so; it is asked until it takes the rest or raises.
    """
    with open(path, "wb", buffering=0) as file:
        written = file.write(content)
        while written < len(content):
            written += file.write(memoryview(content)[written:])


def write_whole(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Write a file so that others see the old content or the new, never a part. Raises `OSError`.

    One that is not `lasting` may be lost or damaged when the machine stops at once, which costs no time now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with waiting.open("wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        os.replace(waiting, path)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
