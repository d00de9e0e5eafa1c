"""What a reader's browser loads before anyone touches the page: the HTML, and the files it names, each compressed by gzip.

Counted are styles with what they import, scripts with the modules they import, pictures that are not lazy, and what is
said to be fetched by scripts at once. Not counted are fonts and pictures that only styles name, and the site's icon.
A lazy picture near the top of a page is loaded all the same: only a browser can tell (`tests/test_first_view.py`).
"""

from __future__ import annotations

import gzip
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import report

_SAMPLE = 200
"""When no pages are named, so many are looked at, evenly spread."""
_CSS_IMPORT = re.compile(r"""@import\s*(?:url\()?\s*["']?([^"')\s;]+)""")
_MODULE_IMPORT = re.compile(r"""\b(?:import|from)\s*["']([./][^"']*)["']""")


@dataclass(frozen=True)
class Weight:
    """Compressed bytes."""

    html: int
    styles: int = 0
    scripts: int = 0
    pictures: int = 0
    fetched: int = 0
    """What scripts fetch before any interaction, as far as it is known."""
    requests: int = 1
    elsewhere: tuple[str, ...] = ()
    """Addresses of other sites, and of files that are not there."""

    @property
    def total(self) -> int:
        return self.html + self.styles + self.scripts + self.pictures + self.fetched


def first_view(page: Path, root: Path, fetches: Iterable[str] = ()) -> Weight:
    """Weigh a page of the site in `root`; `fetches` are patterns of files below it that scripts fetch at once."""
    named = _Named()
    named.feed(page.read_text("utf-8"))
    files: dict[Path, str] = {}
    elsewhere: list[str] = []

    def add(kind: str, address: str, beside: Path) -> None:
        parts = urlsplit(address)
        if parts.scheme == "data" or not parts.path and not parts.netloc:
            return
        if parts.scheme or parts.netloc:
            elsewhere.append(address)
            return
        path = unquote(parts.path)
        target = (root / path.lstrip("/") if path.startswith("/") else beside / path).resolve()
        if not target.is_file():
            elsewhere.append(address)
        elif target not in files:
            files[target] = kind
            imported = {"styles": _CSS_IMPORT, "scripts": _MODULE_IMPORT}.get(kind)
            for other in imported.findall(target.read_text("utf-8", errors="replace")) if imported else ():
                add(kind, other, target.parent)

    for kind, address in named.found:
        add(kind, address, page.parent)
    for pattern in fetches:
        files |= {path.resolve(): "fetched" for path in root.glob(pattern) if path.resolve() not in files}
    sizes = {kind: sum(_compressed(path) for path, of in files.items() if of == kind)
             for kind in ("styles", "scripts", "pictures", "fetched")}
    return Weight(_compressed(page), **sizes, requests=1 + len(files), elsewhere=tuple(dict.fromkeys(elsewhere)))


def run(site: Path, names: Sequence[str], fetches: Sequence[str], is_written: bool) -> None:
    """Weigh the named pages of a built site, or a sample of all, and print a table."""
    if not site.is_dir():
        raise SystemExit(f"There is no folder {str(site)!r}; build a site first.")
    pages = [site / name for name in names] or _sample(site)
    if missing := [str(page) for page in pages if not page.is_file()]:
        raise SystemExit(f"There is no page {missing[0]!r} in the site.")
    if not pages:
        raise SystemExit(f"There are no HTML files in {str(site)!r}.")
    weights = {page.relative_to(site).as_posix(): first_view(page, site, fetches) for page in pages}
    if names:
        rows = list(weights.items())
    else:
        by_total = sorted(weights.items(), key=lambda item: item[1].total)
        middle = Weight(**{name: round(statistics.median(getattr(weight, name) for weight in weights.values()))
                           for name in ("html", "styles", "scripts", "pictures", "fetched", "requests")})
        rows = [(f"median of {len(weights)} pages", middle), (f"lightest: {by_total[0][0]}", by_total[0][1]),
                (f"heaviest: {by_total[-1][0]}", replace(by_total[-1][1], elsewhere=()))]
    elsewhere = sorted({address for weight in weights.values() for address in weight.elsewhere})
    text = table([(f"`{name}`" if names else name, weight) for name, weight in rows])
    text += f"\n\nAddresses of other sites or of missing files: {', '.join(elsewhere[:10]) if elsewhere else 'none'}.\n"
    report.show("weight", text, "scripts/bench weight", "", is_written)


def table(rows: Iterable[tuple[str, Weight]]) -> str:
    return report.table(
        ("Page", "First view, KB", "HTML", "styles", "scripts", "pictures", "fetched at once", "requests"),
        [(name, *(f"{octets / 1000:.1f}" for octets in (weight.total, weight.html, weight.styles, weight.scripts, weight.pictures, weight.fetched)),
          f"{weight.requests}") for name, weight in rows])


def _sample(site: Path) -> list[Path]:
    pages = sorted(path for path in site.rglob("*.html") if not any(part.startswith(".") for part in path.relative_to(site).parts))
    return pages[:: -(-len(pages) // _SAMPLE) or 1]


@cache
def _compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


class _Named(HTMLParser):
    """Collects what a page names: pairs of the kind and the address."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        relations = given.get("rel", "").lower().split()
        if tag == "link" and "stylesheet" in relations:
            self.found.append(("styles", given.get("href", "")))
        elif tag == "link" and "modulepreload" in relations:
            self.found.append(("scripts", given.get("href", "")))
        elif tag == "link" and "preload" in relations:
            self.found.append(({"style": "styles", "script": "scripts", "image": "pictures"}.get(given.get("as", ""), "fetched"), given.get("href", "")))
        elif tag == "script" and given.get("src"):
            self.found.append(("scripts", given["src"]))
        elif tag == "img" and given.get("loading") != "lazy":
            self.found.append(("pictures", given.get("src", "")))
