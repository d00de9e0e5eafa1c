"""The last stage: finished editions become one complete site, swapped in whole.

The new site is put together beside the published one, of the same files where nothing has changed, and takes its place
in one step: `site` is a link to a versioned folder, renamed over the old link. Where links cannot be had, the old folder
is renamed away and the new one in, and a swap that was interrupted is finished or taken back by the next build. A reader,
and the next build, find the old site or the new one. One build at a time works on a site; a second one waits.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock

from .edition import Edition, EditionKind
from .files import link_or_copy, link_tree
from .metadata.json_schema import SCHEMA_FOLDER
from .problem import CirclepressError, UsageError

MARK = ".circlepress-site"
"""A file that says a folder was written by us and may be replaced."""
_LOCK = "lock"


@dataclass(frozen=True)
class Part:
    """One edition's files for the new site."""

    edition: Edition
    folder: Path
    """Where they lie: a finished edition, or its place in the published site."""
    files: tuple[str, ...] | None = None
    """Only these (other editions' files lie between them); `None` for everything in the folder."""
    program: tuple[str, ...] = ()
    """Names of the search program's files that its index needs."""
    program_folder: Path | None = None


@contextlib.contextmanager
def alone(output: Path, on_waiting: Callable[[], None]) -> Iterator[None]:
    """Be the only build that works on a site; call `on_waiting` when another one is at it. Raises as `refuse_foreign` does."""
    refuse_foreign(output)
    versions = versions_folder(output)
    try:
        versions.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(versions / _LOCK)
        try:
            lock.acquire(timeout=0.05)
        except filelock.Timeout:
            on_waiting()
            lock.acquire()
    except OSError as error:
        raise CirclepressError(f"The site cannot be written beside {output}: {error.strerror}. Give yourself permission to write there, "
                               "or name another folder with --output.") from None
    try:
        _mend(output)
        yield
    finally:
        lock.release()


def live_version(output: Path) -> Path | None:
    """Return the folder that is published, or `None`."""
    if output.is_symlink():
        target = versions_folder(output) / os.path.basename(os.readlink(output))
        return target if target.is_dir() else None
    return output if (output / MARK).is_file() else None


def work_folder(output: Path) -> Path:
    """Return a new folder beside the site, for editions to be built in; whatever is left in it later is removed."""
    return Path(tempfile.mkdtemp(prefix="work-", dir=versions_folder(output)))


def assemble(parts: Iterable[Part], kept: Sequence[str], theme_folders: Sequence[Path], output: Path) -> Path:
    """Put the new site together beside the published one and return its folder, which `swap` puts in its place.

    `kept` are addresses (`/circles/x/`) whose published pages stay. Raises `OSError` when the disk does not take it.
    """
    new = Path(tempfile.mkdtemp(prefix="site-", dir=versions_folder(output)))
    new.chmod(0o755)
    for address in [*kept, *(["assets/search"] if kept else [])]:  # kept editions need the search program of their language
        earlier = output / address.strip("/")
        if earlier.is_dir():
            link_tree(earlier, new / address.strip("/"))
    for part in parts:
        target = new / part.edition.address.strip("/")
        if part.files is not None:
            for name in part.files:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).unlink(missing_ok=True)
                link_or_copy(part.folder / name, target / name)
        else:
            if target.exists():
                shutil.rmtree(target)
            link_tree(part.folder, target)
        for name in part.program:
            shared = new / "assets/search" / name
            if part.program_folder and not shared.exists():
                shared.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(part.program_folder / name, shared)
    for folder in reversed(theme_folders):
        if (folder / "assets").is_dir():
            shutil.copytree(folder / "assets", new / "assets", dirs_exist_ok=True)
    shutil.copytree(SCHEMA_FOLDER, new / "schema", dirs_exist_ok=True)
    (new / MARK).write_text("This folder was made by circlepress and is replaced by its next build.\n", "utf-8")
    return new


def swap(new: Path, output: Path) -> None:
    """Make `new` the published site, and remove what is no longer needed. Raises `OSError`; the site is then as it was."""
    _swap(new, output)
    clear(output)


def clear(output: Path) -> None:
    """Remove what builds that ended before their time have left."""
    live = live_version(output)
    for old in versions_folder(output).iterdir():
        if old != live and old.name != _LOCK:
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() and not old.is_symlink() else old.unlink(missing_ok=True)


def files_of(folder: Path) -> tuple[str, ...]:
    """Return every file below a folder, relative to it."""
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))


def versions_folder(output: Path) -> Path:
    """Return the hidden folder beside `output` that holds the versions it points to."""
    return output.parent / f".{output.name}.versions"


def refuse_foreign(output: Path) -> None:
    """Raise `UsageError` unless `output` is free, empty, or was published by us."""
    if not output.exists() and not output.is_symlink():
        return
    if output.is_symlink() and output.resolve().parent == versions_folder(output).resolve():
        return
    if output.is_symlink() or not output.is_dir() or (any(output.iterdir()) and not (output / MARK).is_file()):
        raise UsageError(f"{output} was not made by circlepress; it is left alone. Name another folder with --output.")


def is_gateway(edition: Edition) -> bool:
    return edition.kind is EditionKind.GATEWAY


def _swap(new: Path, output: Path) -> None:
    link = new.parent / "link"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(new, output.parent), target_is_directory=True)
    except OSError:  # no links on this system
        old = new.parent / "old"
        shutil.rmtree(old, ignore_errors=True)
        if output.exists():
            output.rename(old)
        new.rename(output)
        return
    if output.is_dir() and not output.is_symlink():
        output.rename(new.parent / "old")
    os.replace(link, output)


def _mend(output: Path) -> None:
    """Take back a swap that was interrupted between its two renames."""
    old = versions_folder(output) / "old"
    if old.is_dir() and not output.exists() and not output.is_symlink():
        old.rename(output)
