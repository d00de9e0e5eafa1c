"""The pages of a project as files: found by a path or reference, read and written with the line ends they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from .. import git, translating
from ..catalogue import Catalogue, Kind, Material, Version, version_of
from ..files import write_whole
from ..problem import UsageError
from ..sections import META, sections, stamps
from ..source import SourceFile
from ..yaml_source import parse_yaml


def all_pages(catalogue: Catalogue) -> dict[str, list[Material]]:
    """Return all whole pages by the folder their files lie in, with a closing slash: the handbook's, then each circle's."""
    pages: dict[str, list[Material]] = {}
    for material in catalogue.material_by_reference.values():
        pages.setdefault("docs/" if material.kind is Kind.FRONT else f"docs/{material.kind}/", []).append(material)
    for circle in (*catalogue.circle_by_id.values(), *catalogue.template_by_id.values()):
        folder = f"{circle.source.path.rpartition('/')[0]}/"
        if circle.welcome:
            pages.setdefault(folder, []).append(circle.welcome)
        pages.setdefault(f"{folder}sessions/", []).extend(circle.sessions)
    return pages


def chosen_pages(catalogue: Catalogue, paths: Sequence[str]) -> list[tuple[str, Material]]:
    """Return the pages that some paths name, each with the path of its files without language and ending; all for no path.

    A path is a folder, a page's file in any language, or its name without language and ending. Raises `UsageError` for one
    that names no whole page.
    """
    pages = [(f"{folder}{material.id}", material) for folder, materials in all_pages(catalogue).items()
             for material in sorted(materials, key=lambda one: one.id)]
    chosen: dict[str, Material] = {}
    for path in paths:
        wanted = _plain(path)
        found = [page for page in pages if wanted in ("", ".", page[0]) or page[0].startswith(f"{wanted}/") or wanted.rsplit(".", 2)[0] == page[0]]
        if not found:
            raise UsageError(f"No whole page is called {path!r}, and none lies below it. `circlepress check` says what is broken.")
        chosen |= dict(found)
    return [page for page in pages if page[0] in chosen] if paths else pages


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./").rstrip("/")


def read_text(path: Path) -> tuple[str, str]:
    """Return a file's text with plain line ends, and the line end it has."""
    text = path.read_bytes().decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n"), "\r\n" if "\r\n" in text else "\n"


def write_text(path: Path, text: str, ending: str = "\n") -> None:
    """Write a whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.replace("\n", ending).encode("utf-8"))


def find_page(page: str, catalogue: Catalogue) -> tuple[Material, str]:
    """Return the page that a path or reference names, and the folder its files lie in, with a closing slash."""
    wanted = _plain(page)
    for folder, materials in all_pages(catalogue).items():
        for material in materials:
            files = {f"{folder}{material.id}.{language}.md" for language in (*material.version_by_language, *material.started)}
            if wanted in files or wanted in (f"{folder}{material.id}", material.reference if folder.startswith("docs/") else ""):
                return material, folder
    raise UsageError(f"There is no whole page {page!r}. Give a file such as docs/guides/welcome.da.md; `circlepress check` says what is broken.")


def earlier_sections(project: Path, source: Version, material: Material) -> Callable[[str, str], str | None]:
    """Return what gives a section of a source file as it was when it had a stamp, from git's history; `None` where that is gone."""
    texts: dict[str, str] = {}
    history = git.earlier_texts(project, source.source.path)

    def look_up(identifier: str, stamp: str) -> str | None:
        while stamp not in texts:
            text = next(history, None)
            if text is None:
                return None
            before = _version(text, source, material)
            said = {section.id: section.text for section in sections(before.body)} | {META: translating.plain_meta(before)}
            for name, mark in stamps(before).items():
                texts.setdefault(mark, said[name])
        return texts[stamp]

    return look_up


def _version(text: str, like: Version, material: Material) -> Version:
    """Return a version of a page from the text of its file, as far as it can be read."""
    front, _, body = text.removeprefix("---\n").partition("\n---\n") if text.startswith("---\n") else ("", "", text)
    metadata, positions = parse_yaml(front, like.source.path, 1, [], strict=False)
    return version_of(material.kind, like.language, SourceFile(like.source.path, text, metadata, positions, body), None)
