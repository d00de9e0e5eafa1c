"""The last stage: finished editions become one complete site, swapped in whole.

The new site is put together beside the published one, of the same files where nothing has changed, and takes its place
in one step: `site` is a link to a versioned folder, renamed over the old link. Where links cannot be had, the old folder
is renamed away and the new one in, and a swap that was interrupted is finished or taken back by the next build. A reader,
and the next build, find the old site or the new one. One build at a time works on a site; a second one waits.
The site before the published one is kept as a spare: the next one begins with it, so that an edit costs what it changes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from .edition import Edition, EditionKind
from .files import link_or_copy, link_tree
from .problem import CirclepressError, UsageError
from .records import Spare
from .sieve import entries_below
from .theme import DATA_SCHEMA_FOLDER, SCHEMA_FOLDER

MARK = ".circlepress-site"
"""A file that says a folder was written by us and may be replaced."""
_LOCK = "lock"


class Part(Struct, frozen=True):
    """One edition's files for the new site."""

    edition: Edition
    made_of: str
    """A hash of everything it is made of: two parts with the same one have the same files."""
    folder: Path
    """Where they lie: a finished edition, or its place in the published site."""
    files: tuple[str, ...] | None = None
    """Only these (other editions' files lie between them); `None` for everything in the folder."""
    program: tuple[str, ...] = ()
    """Names of the search program's files that its index needs."""
    program_folder: Path | None = None
    is_ours: bool = False
    """Whether the folder is needed nowhere else, so that it may be moved."""


@contextlib.contextmanager
def alone(output: Path, on_waiting: Callable[[], None]) -> Iterator[None]:
    """Be the only build that works on a site; call `on_waiting` when another one is at it. Raises as `refuse_foreign` does.

    What a build that was interrupted has left is put right and removed first, which also makes room.
    """
    from fasteners import InterProcessLock

    refuse_foreign(output)
    versions = versions_folder(output)
    lock = InterProcessLock(versions / _LOCK)
    try:
        versions.mkdir(parents=True, exist_ok=True)
        if not lock.acquire(timeout=0.05):
            on_waiting()
            lock.acquire()
        try:
            _mend(output)
        except OSError:
            lock.release()
            raise
    except OSError as error:
        raise not_writable(output, error) from None
    try:
        _clear_work(versions)
        yield
    finally:
        lock.release()


def clear_quickly(output: Path) -> None:
    """Remove what an interrupted build has left, if there is anything and no other build is at work."""
    with contextlib.suppress(OSError):
        versions = versions_folder(output)
        if any(_is_left(name) for name in os.listdir(versions)):
            from fasteners import InterProcessLock

            lock = InterProcessLock(versions / _LOCK)
            if lock.acquire(blocking=False):
                _clear_work(versions)
                lock.release()


def _clear_work(versions: Path) -> None:
    with contextlib.suppress(OSError):
        for name in os.listdir(versions):
            if _is_left(name):
                _remove(versions / name)


def _is_left(name: str) -> bool:
    """Whether only a build at work has a folder or link of this name."""
    return name.startswith("work-") or name in ("old", "link")


def live_version(output: Path) -> Path | None:
    """Return the folder that is published, or `None`."""
    if os.path.islink(output):
        target = versions_folder(output) / os.path.basename(os.readlink(output))
        return target if os.path.isdir(target) else None
    return output if os.path.isfile(output / MARK) else None


def work_folder(output: Path) -> Path:
    """Return a new folder beside the site, for editions to be built in; whatever is left in it later is removed."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix="work-", dir=versions_folder(output)))


def assemble(parts: Iterable[Part], kept: Sequence[str], theme_folders: Sequence[Path], output: Path, *, shared: str, spare: Spare | None = None) -> Path:
    """Put the new site together beside the published one and return its folder, which `swap` puts in its place.

    `kept` are addresses (`/circles/x/`) whose published pages stay. `shared` is a hash of everything that decides what the
    editions share (the theme's files, the search program); `spare` is used up. Raises `OSError` when the disk does not take
    it.
    """
    parts = list(parts)
    new = _free_folder(output)
    there: set[str] = set()
    if spare and not kept:
        there = _take_over(spare, {part.edition.address: part.made_of for part in parts}, new)
    else:
        new.mkdir()
    for address in kept:
        earlier = output / address.strip("/")
        if earlier.is_dir() and address != "/":
            link_tree(earlier, new / address.strip("/"))
    for part in parts:
        if part.edition.address in there:
            continue
        target = new / part.edition.address.strip("/")
        if part.files is not None:
            for name in part.files:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(part.folder / name, target / name)
        else:
            if target.exists():
                shutil.rmtree(target)
            if part.is_ours:
                target.parent.mkdir(parents=True, exist_ok=True)
                os.rename(part.folder, target)
            else:
                link_tree(part.folder, target)
    if "/" in kept:
        _keep_gateway(output, new)
    if not spare or kept or shared != spare.shared:
        _add_what_is_shared(parts, output if kept else None, theme_folders, new)
    return new


def _free_folder(output: Path) -> Path:
    """Return the path of a folder that is not there yet, for a version of the site."""
    return versions_folder(output) / f"site-{os.urandom(6).hex()}"


def _take_over(spare: Spare, wanted: Mapping[str, str], new: Path) -> set[str]:
    """Make the spare site the beginning of the new one; return the addresses of editions it already holds."""
    os.rename(spare.folder, new)  # from here on no record tells what it holds
    there = {address for address, made_of in spare.made_of.items() if made_of and wanted.get(address) == made_of
             and all(os.path.isfile(f"{new}/{name}") for name in (spare.gateway if address == "/" else [f"{address.strip('/')}/index.html"]))}
    for address in spare.made_of.keys() - there:
        if address != "/":
            shutil.rmtree(new / address.strip("/"), ignore_errors=True)
    if "/" not in there:
        for name in spare.gateway:
            (new / name).unlink(missing_ok=True)
        for folder in sorted({folder for name in spare.gateway for folder in Path(name).parents[:-1]}, reverse=True):
            with contextlib.suppress(OSError):  # others' pages are in it
                (new / folder).rmdir()
    for circle in list((new / "circles").glob("*")):
        if circle.is_dir() and not any(circle.iterdir()):
            circle.rmdir()
    return there


def _keep_gateway(output: Path, new: Path) -> None:
    """Let the published gateway stay: the files at the top, and the pages of circles that the new site has."""
    for page in [*output.glob("*"), *output.glob("circles/*/index.html")]:
        target = new / page.relative_to(output)
        if page.is_file() and page.name != MARK and target.parent.is_dir() and not target.exists():
            link_or_copy(page, target)


def _add_what_is_shared(parts: Iterable[Part], earlier: Path | None, theme_folders: Sequence[Path], new: Path) -> None:
    """Put in place what lies at the top for all editions: the theme's files, the search program, the rules for editors."""
    for name in ("assets", "schema"):
        shutil.rmtree(new / name, ignore_errors=True)
    if earlier and (earlier / "assets/search").is_dir():  # kept editions need the search program of their language
        link_tree(earlier / "assets/search", new / "assets/search")
    for part in parts:
        for name in part.program:
            target = new / "assets/search" / name
            if part.program_folder and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(part.program_folder / name, target)
    for folder in reversed(theme_folders):
        _copy(folder / "assets", new / "assets")
    for folder in (SCHEMA_FOLDER, DATA_SCHEMA_FOLDER):
        _copy(folder, new / "schema")
    (new / MARK).unlink(missing_ok=True)
    (new / MARK).write_text("This folder was made by circlepress and is replaced by its next build.\n", "utf-8")


def _copy(source: Path, target: Path) -> None:
    """Copy the files below a folder, if it is there, but not their owners, rights and times."""
    for entry in entries_below(source):
        copy = target / entry.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)  # it may be one file with a published one
        shutil.copyfile(source / entry.path, copy)


def swap(new: Path, output: Path) -> None:
    """Make `new` the published site. Raises `OSError`; the site is then as it was."""
    coming, old = new.parent / "link", new.parent / "old"
    _remove(coming)
    try:
        coming.symlink_to(os.path.relpath(new, output.parent), target_is_directory=True)
    except OSError as error:
        if error.errno in _NOT_FOR_WANT_OF_LINKS:
            raise
        coming = new
    if coming != new and (output.is_symlink() or not os.path.lexists(output)):
        os.replace(coming, output)
        return
    _remove(old)  # a folder is not replaced in one step; `_mend` knows what to do in between
    if os.path.lexists(output):
        os.rename(output, old)
    try:
        os.rename(coming, output)
    except BaseException:
        _mend(output)
        raise


_NOT_FOR_WANT_OF_LINKS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES}
"""Reasons for which no link can be made on a system that has them."""


def make_spare(output: Path) -> Path | None:
    """Make a spare of the published site, of the same files; return its folder, or `None` where there is no room or are no links."""
    if not output.is_symlink():
        return None
    folder = _free_folder(output)
    try:
        link_tree(output, folder)
    except OSError:
        return None
    return folder


def clear(output: Path, spare: Path | None) -> None:
    """Remove what builds that ended before their time have left: all but the published site and its spare.

    What cannot be removed is left to the next build.
    """
    with contextlib.suppress(OSError):
        live = live_version(output)
        for old in versions_folder(output).iterdir():
            if old not in (live, spare) and old.name != _LOCK:
                _remove(old)


def _remove(path: Path) -> None:
    """Remove a file, a link or a folder with everything in it, if it is there and can be removed."""
    with contextlib.suppress(OSError):
        if not path.is_dir() or path.is_symlink():
            path.unlink(missing_ok=True)
            return
        if path.name.startswith("site-"):  # a folder that is removed in part must not be taken for what it was
            path = path.rename(path.with_name(f"work-{path.name}"))
        shutil.rmtree(path, ignore_errors=True)


def files_of(folder: Path) -> tuple[str, ...]:
    """Return every file below a folder, relative to it."""
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))


def versions_folder(output: Path) -> Path:
    """Return the hidden folder beside `output` that holds the versions it points to."""
    return output.parent / f".{output.name}.versions"


def refuse_foreign(output: Path) -> None:
    """Raise `UsageError` unless `output` is free, empty, or was published by us; `CirclepressError` when that cannot be seen."""
    try:
        if not os.path.lexists(output) or output.is_symlink() and output.resolve().parent == versions_folder(output).resolve():
            return
        foreign = output.is_symlink() or not output.is_dir() or (any(output.iterdir()) and not (output / MARK).is_file())
    except OSError as error:
        raise not_writable(output, error) from None
    if foreign:
        raise UsageError(f"{output} was not made by circlepress; it is left alone. Name another folder with --output.")


def not_writable(output: Path, error: OSError) -> CirclepressError:
    """Return what to tell when the disk does not take the new site."""
    hint = "Make room" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "Give yourself permission to write there"
    return CirclepressError(f"The site cannot be written to {output} ({error.strerror}); the published one is as it was. {hint}, "
                            "or name another folder with --output.")


def is_gateway(edition: Edition) -> bool:
    return edition.kind is EditionKind.GATEWAY


def _mend(output: Path) -> None:
    """Take back a swap that was interrupted between its two renames."""
    old = versions_folder(output) / "old"
    if os.path.lexists(old) and not os.path.lexists(output):
        os.rename(old, output)
