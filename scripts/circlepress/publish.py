"""The last stage: built editions and take-aways become one complete site, swapped in whole.

The new site is put together beside the published one and takes its place in one step: `site` is a link to a versioned
folder, renamed over the old link. Where links cannot be had, the old folder is renamed away and the new one renamed
in. A reader, and the next build, find the old site or the new one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .edition import BuiltEdition, TakeAway
from .metadata.json_schema import SCHEMA_FOLDER
from .problem import UsageError

MARK = ".circlepress-site"
"""A file that says a folder was written by us and may be replaced."""


def publish(built: Iterable[BuiltEdition], takeaways: Iterable[TakeAway], theme_folders: list[Path], output: Path,
            kept: Iterable[str] = ()) -> Path:
    """Put the site together and swap it in at `output`; returns `output`.

    `kept` are addresses (`/circles/x/`) whose last published pages stay, because they could not be built this time.
    Raises `UsageError` when `output` holds something that is not ours.
    """
    refuse_foreign(output)
    versions = versions_folder(output)
    versions.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix="site-", dir=versions))
    new.chmod(0o755)
    kept = list(kept)
    for address in [*kept, *(["assets/search"] if kept else [])]:  # kept editions need the search program of their language
        earlier = output / address.strip("/")
        if earlier.is_dir():
            shutil.copytree(earlier, new / address.strip("/"), dirs_exist_ok=True)
    for edition in built:
        if not edition.folder:
            continue
        target = new / edition.edition.address.strip("/")
        if edition.edition.address != "/" and target.exists():
            shutil.rmtree(target)
        shutil.copytree(edition.folder, target, dirs_exist_ok=True)
        program = Path(edition.folder).parent / "search-program"
        if program.is_dir():
            shutil.copytree(program, new / "assets/search", dirs_exist_ok=True)
    for file in takeaways:
        folder = new / file.edition.address.strip("/")
        if folder.is_dir():
            (folder / file.name).write_bytes(file.content)
    for folder in reversed(theme_folders):
        if (folder / "assets").is_dir():
            shutil.copytree(folder / "assets", new / "assets", dirs_exist_ok=True)
    shutil.copytree(SCHEMA_FOLDER, new / "schema", dirs_exist_ok=True)
    (new / MARK).write_text("This folder was made by circlepress and is replaced by its next build.\n", "utf-8")
    _swap(new, output)
    for old in versions.iterdir():
        if old != new:
            shutil.rmtree(old, ignore_errors=True)
    return output


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
