"""A copy of one circle's microsite that opens from a folder, by double click, without a server and without a network.

The pages are those of a build; what changes is where they lie and where their links lead. In a folder nobody adds
`index.html` to an address, so every link names its file. The circle is at the top, and below it the pages of the handbook
that its own pages lead to: a method or a guide is needed in the room, where there may be no network. What those pages lead
to in turn is online, if the site has an address; without one, such a link is left as plain words.
"""

from __future__ import annotations

import html
import os
import posixpath
import re
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

from msgspec import Struct

from .edition import BuiltEdition, EditionKind
from .problem import UsageError

MARK = ".circlepress-copy"
"""A file that says a folder was written by us and may be replaced; in a ZIP, it stands in its folder."""
_MARK_TEXT = "This copy of a circle was made by circlepress and is replaced by its next copy.\n"
_PAGES_FOR_ALL = {"glossary", "accessibility", "privacy", "sources"}
"""Pages of a handbook that stand at its top and are no lists."""
_NEVER = {"project", "circles", "for", "phases"}
"""Parts of a handbook that no copy holds."""
_NOT_COPIED = ("404.html", "sitemap.xml", "feed.xml")
_ADDRESS = re.compile(r'(\s)(href|src)="([^"]*)"')
_HAS_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_LEADS_ON = 'http-equiv="refresh"'
_PLACES_ONLINE = re.compile(r'<link rel="(?:canonical|alternate)"[^>]*>\n?')
_ONLY_ONLINE = re.compile(r'<nav class="cp-navigation".*?</nav>|<details class="cp-menu">.*?</details>|<a class="cp-search-link".*?</a>', re.DOTALL)
"""What of a handbook page's header leads nowhere when the site has no address."""


class Copied(Struct, frozen=True):
    """What came of copying."""

    output: Path
    pages: int
    """Of the circle itself, in all its languages."""
    handbook_pages: int


def refuse_foreign(output: Path) -> None:
    """Raise `UsageError` unless a folder is free, empty or a copy of a circle, or a ZIP is free or holds one."""
    if not os.path.lexists(output):
        return
    if is_zip(output):
        try:
            with zipfile.ZipFile(output) as archive:
                is_ours = any(name.endswith(f"/{MARK}") for name in archive.namelist())
        except (OSError, zipfile.BadZipFile):
            is_ours = False
    else:
        is_ours = output.is_dir() and (not any(output.iterdir()) or (output / MARK).is_file())
    if not is_ours:
        raise UsageError(f"{output} holds something else than a copy of a circle; it is left alone. Name another place with --output.")


def is_zip(output: Path) -> bool:
    """Whether a copy is wanted as one file."""
    return output.suffix.lower() == ".zip"


def write(output: Path, circle: str, built: Iterable[BuiltEdition], theme_folders: Sequence[Path], address: str, *, is_online: bool) -> Copied:
    """Write the copy of a circle, a folder or a ZIP.

    `built` are the finished editions of the circle, of the handbook in its languages, and the gateway; `address` is where
    the site stands (may be empty), `is_online` whether the circle itself is there. Raises `OSError`.
    """
    shelf = _Shelf(circle, built, theme_folders, address, is_online=is_online)
    files = shelf.files()
    new = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        (_write_zip if is_zip(output) else _write_folder)(new, circle, files)
        if output.is_dir():
            shutil.rmtree(output)
        os.replace(new, output)
    finally:
        if new.is_dir():
            shutil.rmtree(new, ignore_errors=True)
        else:
            new.unlink(missing_ok=True)
    pages = [path for path in shelf.place_by_path if path.endswith(".html")]
    return Copied(output, sum(path.startswith(f"circles/{circle}/") for path in pages) - 1, sum(not path.startswith("circles/") for path in pages))


def _write_folder(folder: Path, circle: str, files: Mapping[str, Callable[[], bytes]]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content())


def _write_zip(file: Path, circle: str, files: Mapping[str, Callable[[], bytes]]) -> None:
    """Write one file that is the same for the same content: in order, without the time and the rights of this machine."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(f"{circle}/{path}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content())


class _Shelf:
    """What a copy holds: paths as on the site, and where each lies in the copy."""

    def __init__(self, circle: str, built: Iterable[BuiltEdition], theme_folders: Sequence[Path], address: str, *, is_online: bool) -> None:
        self._circle, self._address, self._is_online = circle, address.rstrip("/"), is_online
        self._source_by_path: dict[str, Path] = {}
        """Everything that could be copied."""
        own: list[str] = []
        for one in built:
            folder, home = Path(one.folder), one.edition.address.strip("/")
            for path in sorted(folder.rglob("*")):
                name = posixpath.join(home, path.relative_to(folder).as_posix())
                if not path.is_file() or path.name in _NOT_COPIED or name.startswith(f"{home}/search/"):
                    continue
                if one.edition.kind is EditionKind.GATEWAY and name != f"circles/{circle}/index.html":
                    continue
                if path.suffix == ".html" and _LEADS_ON in path.read_text("utf-8"):
                    continue
                self._source_by_path[name] = path
                own += [name] if one.edition.kind is not EditionKind.HANDBOOK else []
        for folder in reversed(theme_folders):
            for path in sorted((folder / "assets").rglob("*")):
                if path.is_file() and not path.name.startswith("search."):
                    self._source_by_path[f"assets/{path.relative_to(folder / 'assets').as_posix()}"] = path
        needed = {target for path in own if path.endswith(".html") for target in self._targets(path) if _is_handbook_page(target)}
        wanted = [*own, *sorted(needed), *(path for path in self._source_by_path if path.startswith("assets/"))]
        wanted += sorted({target for path in needed for target in self._targets(path) if not target.endswith(".html")})
        self.place_by_path = {path: self._place(path) for path in dict.fromkeys(wanted) if path in self._source_by_path}
        """Where each file of the site lies in the copy."""

    def files(self) -> dict[str, Callable[[], bytes]]:
        """Return every file of the copy, by its path there, as what makes its content."""
        found = {place: self._maker(path) for path, place in self.place_by_path.items()}
        return dict(sorted((found | {MARK: lambda: _MARK_TEXT.encode()}).items()))

    def _maker(self, path: str) -> Callable[[], bytes]:
        source = self._source_by_path[path]
        return lambda: self._relinked(path).encode("utf-8", "xmlcharrefreplace") if path.endswith(".html") else source.read_bytes()

    def _place(self, path: str) -> str:
        """Return where a file of the site lies in the copy: the circle at the top, the handbook in a folder of its own."""
        home = f"circles/{self._circle}/"
        if path.startswith(home):
            return path.removeprefix(home)
        return path if path.startswith("assets/") else f"handbook/{path}"

    def _targets(self, path: str) -> Iterator[str]:
        """Return the files of the site that a page leads to or shows."""
        for _, tag in _tags(self._source_by_path[path].read_text("utf-8")):
            for match in _ADDRESS.finditer(tag):
                if target := _target(path, match[3]):
                    yield target[0]

    def _relinked(self, path: str) -> str:
        """Return a page with every link leading to where its target lies now."""
        text = self._source_by_path[path].read_text("utf-8")
        if not path.startswith("circles/") and not self._address:
            text = _ONLY_ONLINE.sub("", text)
        pieces, position = [], 0
        for start, tag in _tags(text):
            new = self._relinked_tag(path, tag)
            if new != tag:
                pieces += [text[position:start], new]
                position = start + len(tag)
        text = "".join([*pieces, text[position:]])
        if path == f"circles/{self._circle}/index.html" and not self._is_online:
            text = _PLACES_ONLINE.sub("", text)
        if path == f"circles/{self._circle}/index.html" and len(languages := sorted(self._languages())) == 1:
            text = text.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n<meta http-equiv="refresh" content="0; url={languages[0]}/index.html">', 1)
        return text

    def _languages(self) -> set[str]:
        return {place.split("/")[0] for place in self.place_by_path.values() if place.endswith("/index.html") and place.count("/") == 1}

    def _relinked_tag(self, path: str, tag: str) -> str:
        match = _ADDRESS.search(tag)
        target = _target(path, match[3]) if match else None
        if target is None:
            return tag
        name, rest = target
        if name in self.place_by_path:
            here = posixpath.dirname(self.place_by_path[path])
            where = quote(posixpath.relpath(self.place_by_path[name], here or ".")) + rest
        elif self._address and (self._is_online or not name.startswith(f"circles/{self._circle}/")):
            where = f"{self._address}/{quote(name.removesuffix('index.html'))}{rest}"
        elif tag.startswith("<a"):
            return re.sub(r'\s(?:href|hreflang|download|aria-current)(?:="[^"]*")?', "", tag)
        else:
            return ""
        return f'{tag[:match.start()]}{match[1]}{match[2]}="{html.escape(where, quote=True)}"{tag[match.end():]}'


def _is_handbook_page(path: str) -> bool:
    """Whether a file is one of the handbook's own texts, or one of those that every reader is owed: not a list, a front page or a page about the project."""
    parts = path.split("/")
    if parts[0] in ("circles", "assets") or parts[-1] != "index.html":
        return False
    return len(parts) == 3 and parts[1] in _PAGES_FOR_ALL or len(parts) == 4 and parts[1] not in _NEVER


def _target(path: str, address: str) -> tuple[str, str] | None:
    """Return the file that an address on a page means, and what follows it (`?…`, `#…`); `None` for one that needs no change."""
    address = html.unescape(address)
    where = re.split("[?#]", address, maxsplit=1)[0]
    if not where or _HAS_SCHEME.match(where) or where.startswith("/"):
        return None
    name = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(where)))
    if where.endswith(("/", "/.", "..")) or where in (".", "./"):
        name = posixpath.join(name, "index.html")
    return name.removeprefix("./"), address[len(where):]


class _Tags(HTMLParser):
    """Finds where tags begin, so that what looks like one in a text or an attribute is left alone."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self._line_starts = [0]
        for line in text.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)
        self.found: list[tuple[int, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if any(name in ("href", "src") for name, _ in attrs):
            line, column = self.getpos()
            self.found.append((self._line_starts[line - 1] + column, self.get_starttag_text()))

    handle_startendtag = handle_starttag


def _tags(text: str) -> list[tuple[int, str]]:
    """Return every tag of a page that has an address: where it begins, and its text."""
    return _Tags(text).found
