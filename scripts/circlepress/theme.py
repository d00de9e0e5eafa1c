"""Where the files are that circlepress brings: its theme, over which a project's own folder wins, and the rules for editors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .sieve import entries_below
from .source import Entry

SCHEMA_FOLDER = Path(__file__).parent / "metadata/schema"
"""The rules for editors."""
DATA_SCHEMA_FOLDER = Path(__file__).parent / "takeaways/schema"
"""What the data mean that a site gives away."""


def own_theme() -> Path:
    """Return circlepress's theme folder: `overrides/` of this repository, or the copy in an installed package."""
    package = Path(__file__).resolve().parent
    for folder in (package / "overrides", package.parent.parent / "overrides"):
        if (folder / "main.html").is_file():
            return folder
    raise FileNotFoundError("circlepress's theme folder 'overrides' is missing from the installation")


def theme_folders(project: Path, custom_dir: str) -> list[Path]:
    """Return the theme folders of a project, the first winning."""
    folders = [project / custom_dir] if custom_dir and (project / custom_dir).is_dir() else []
    own = own_theme()
    return folders + [own] if own not in (folder.resolve() for folder in folders) else folders


def engine_entries(project: Path, custom_dir: str) -> Iterator[tuple[str, Path, list[Entry]]]:
    """Return the files that the program and the theme consist of: a name for each folder, the folder, its files."""
    package = Path(__file__).resolve().parent
    yield "program", package, entries_below(package)
    for number, folder in enumerate(theme_folders(project, custom_dir)):
        if not folder.resolve().is_relative_to(package):
            yield f"theme {number}", folder, entries_below(folder)
