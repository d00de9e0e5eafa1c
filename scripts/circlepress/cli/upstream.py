"""Projects that something is made of: a folder, or a ZIP that is unpacked beside; and how what was made is written and recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from .. import archive, pipeline
from ..files import write_whole
from ..origin import BASE, FILE, UPSTREAM, Origin, to_json
from ..problem import CirclepressError, UsageError
from ..standalone import PROGRAMS, Made, Upstream

_CONTENT = ("docs", "circles")


def read_upstream(folder: Path, today: date) -> Upstream:
    """Return a project as something can be made of it."""
    checked = pipeline.check(folder, today)
    paths = [*(file.path for file in checked.sources.files), *(image.path for image in checked.sources.images)]
    return Upstream(checked.sources.settings, checked.catalogue, {path: (folder / path).read_bytes() for path in sorted(paths)})


@contextmanager
def project_in(path: Path) -> Iterator[Path]:
    """Give the folder of a project that is a folder or a ZIP; what is unpacked is gone afterwards."""
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise UsageError(f"There is no folder and no file {path}.")
    with tempfile.TemporaryDirectory(prefix="circlepress-") as folder:
        archive.unpack(path, Path(folder))
        if not (Path(folder) / "mkdocs.yml").is_file():
            raise UsageError(f"{path.name} holds no project: there is no mkdocs.yml at its top.")
        yield Path(folder)


def files_here(project: Path) -> dict[str, bytes]:
    """Return the files of a project that may have been made of something, by path. Links are passed over."""
    found: dict[str, bytes] = {}
    waiting = [project / name for name in _CONTENT if (project / name).is_dir() and not (project / name).is_symlink()]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.is_symlink() or path.name.startswith("."):
                continue
            if path.is_dir():
                waiting.append(path)
            elif path.is_file():
                found[path.relative_to(project).as_posix()] = path.read_bytes()
    return found


def safe_target(project: Path, path: str) -> Path:
    """Return where a file of a project is written. Raises `CirclepressError` where a link would lead elsewhere."""
    target = project / path
    for part in (target, *target.parents):
        if part == project:
            break
        if part.is_symlink():
            raise CirclepressError(f"{part.relative_to(project).as_posix()} is a symbolic link, so {path} is not written. Put a real folder or file in its place.")
    return target


def write_files(project: Path, content_by_path: Mapping[str, bytes]) -> None:
    """Write files into a project, each whole or not at all."""
    targets = {path: safe_target(project, path) for path in content_by_path}
    for path, content in content_by_path.items():
        try:
            write_whole(targets[path], content)
        except OSError as error:
            raise CirclepressError(f"{path} could not be written: {error.strerror}.") from error
        if path in PROGRAMS:
            targets[path].chmod(0o755)


def record_files(made: Made, origin: Origin) -> dict[str, bytes]:
    """Return the files in which a project remembers what it was made from."""
    return ({f"{BASE}/{path}": content for path, content in made.content_by_path.items()}
            | {f"{UPSTREAM}/{path}": content for path, content in made.upstream_by_path.items()} | {FILE: to_json(origin)})
