"""What a reader's browser loads before anyone touches a page: little, from our own host, and nothing of search.

Sizes are bytes after gzip at its highest level, the HTML and the site's icon included. They are of this repository's
own handbook and microsites; the aim for any page is 25 KB (Starlight's pages weigh 24.7).
"""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from support.browser import Served, Visit
from support.project import CircleProject

from benchmarks import weight
from circlepress import typesetting
from circlepress.markdown_extension import convert

SHARED = ("assets/circlepress.css", "assets/circlepress.js", "assets/mark.svg")
SHARED_LIMIT = 8_700
"""The style sheet, the script and the icon, which a reader loads once for all pages."""
LIMIT_BY_KIND = {
    "gateway": 7_500, "error page": 8_000, "handbook front page": 15_500, "handbook page": 19_000, "microsite front page": 17_500,
    "session": 17_000, "run sheet": 19_000, "run mode": 19_500, "microsite list": 13_500, "circle's own page": 15_500,
    "letters": 19_000, "dated checklist": 15_500,
}
"""About a sixth more than the heaviest page of each kind had in November 2026. A page that grew because it says more may have more."""
AIM = 25_000
PAGES = {
    "gateway": "/",
    "error page": "/da/404.html",
    "handbook front page": "/da/",
    "handbook page": "/da/guides/open-process/",
    "microsite front page": "/circles/digital-help-2026/da/",
    "session": "/circles/digital-help-2026/da/sessions/02-what-we-tried/",
    "run sheet": "/circles/digital-help-2026/da/sessions/02-what-we-tried/run-sheet/",
    "run mode": "/circles/digital-help-2026/da/sessions/02-what-we-tried/run/",
    "microsite list": "/circles/digital-help-2026/da/all/",
    "letters": "/circles/digital-help-2026/da/templates/note-to-manager/",
    "dated checklist": "/circles/digital-help-2026/da/checklists/recruit/",
    "circle's own page": "/circles/digital-help-2026/da/next/",
}
OWN = {"handbook front page": ("assets/pictures.css",), "session": ("assets/agenda.css",), "run sheet": ("assets/agenda.css",), "run mode": ("assets/agenda.css", "assets/run.css", "assets/run.js"),
       "letters": ("assets/letters.css", "assets/copy.js"), "dated checklist": ("assets/checklist.css", "assets/checklist.js"),
       "circle's own page": ("assets/circle-pages.css", "assets/next.js")}
"""What pages of a kind load besides what all pages share."""


def kind_of(page: str) -> str:
    """Return the kind of a page from its path in the site."""
    *folders, name = page.split("/")
    if name == "404.html":
        return "error page"
    match folders:
        case [] | ["circles", _]:
            return "gateway"
        case ["circles", _, _]:
            return "microsite front page"
        case ["circles", _, _, "sessions", _]:
            return "session"
        case ["circles", _, _, "sessions", _, "run-sheet"]:
            return "run sheet"
        case ["circles", _, _, "sessions", _, "run"]:
            return "run mode"
        case ["circles", _, _, "templates", _]:
            return "letters"
        case ["circles", _, _, "checklists", _]:
            return "dated checklist"
        case ["circles", _, _, "all" | "report" | "templates" | "checklists"]:
            return "microsite list"
        case ["circles", *_]:
            return "circle's own page"
        case [_]:
            return "handbook front page"
    return "handbook page"


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def file_of(site: Path, address: str) -> Path:
    path = site / unquote(urlsplit(address).path).lstrip("/")
    return path / "index.html" if path.is_dir() else path


def test_every_page_is_light(real_site):
    """No page of any kind, in any language, names more to load than its kind may weigh, and nothing of other hosts."""
    icon = compressed(real_site / "assets/mark.svg")
    weights = {page.relative_to(real_site).as_posix(): weight.first_view(page, real_site) for page in real_site.rglob("*.html")}
    assert {kind_of(page) for page in weights} == set(LIMIT_BY_KIND)
    assert {page: f"{found.total + icon:,}, limit {LIMIT_BY_KIND[kind_of(page)]:,}" for page, found in weights.items()
            if found.total + icon > LIMIT_BY_KIND[kind_of(page)]} == {}
    assert [page for page, found in weights.items() if found.elsewhere] == []
    assert max(LIMIT_BY_KIND.values()) <= AIM


def test_what_all_pages_share_is_small(real_site):
    """The style sheet, the script and the icon stay small enough to be served as they are written."""
    sizes = {name: compressed(real_site / name) for name in SHARED}
    assert sum(sizes.values()) <= SHARED_LIMIT, sizes


@pytest.mark.browser
@pytest.mark.parametrize("kind", PAGES)
def test_a_browser_asks_for_no_more(visit, real_site, kind):
    """A real browser, on a phone and a desktop, asks for the page, the style sheet, the script and the icon: no font, no picture, nothing of search."""
    for opened in [visit(PAGES[kind], width=width) for width in (390, 1280)]:
        opened.page.wait_for_load_state("networkidle")
        loaded = {file_of(real_site, address) for address in opened.requests}
        assert {path.relative_to(real_site).as_posix() for path in loaded} <= {file_of(real_site, PAGES[kind]).relative_to(real_site).as_posix(), *SHARED, *OWN.get(kind, ())}
        assert sum(map(compressed, loaded)) <= LIMIT_BY_KIND[kind]
        assert opened.page.evaluate("document.fonts.size") == 0
        assert opened.outside() == [] == opened.failed


@pytest.mark.browser
def test_search_is_loaded_when_someone_searches(visit):
    """The search program and its index are asked for when the search opens, and not before."""
    opened = visit("/da/")
    opened.page.wait_for_load_state("networkidle")
    assert [address for address in opened.requests if "/search/" in address] == []
    with opened.page.expect_request("**/assets/search/pagefind.js"):
        opened.page.click("[data-search]")
    opened.page.wait_for_selector("dialog.cp-search[open]")


# --- pictures --------------------------------------------------------------------------------------------------------


def picture(number: int) -> bytes:
    """Return a real PNG of 300 × 600 pixels, each of another colour, so that it does not compress: 0.5 MB."""
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colours = random.Random(number)
    rows = b"".join(b"\0" + colours.randbytes(300 * 3) for _ in range(600))
    return (b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", 300, 600, 8, 2, 0, 0, 0)) + part(b"IDAT", zlib.compress(rows, 0))
            + part(b"IEND", b""))


@pytest.mark.browser
def test_pictures_far_down_wait_for_the_reader(chromium, project: CircleProject):
    """A picture far below the first screen is loaded when a reader comes near it, is on paper, and is there without scripts."""
    far = "\n\n".join(["Vi prøvede noget sammen og fortalte, hvad der skete. " * 12] * 25)
    project.edit("docs/guides/second.da.md", "## Mere", f"![Nær](../images/near.png)\n\n{far}\n\n![Langt nede](../images/far.png)\n\n## Mere")
    for number, name in enumerate(("near", "far")):
        project.write(f"docs/images/{name}.png", picture(number))
    served = Served(project.build(with_search=False).site.resolve())
    try:
        with Visit(chromium, served, "/da/guides/second/") as opened:
            opened.page.wait_for_load_state("networkidle")
            assert [address.rsplit("/", 1)[1] for address in opened.requests if address.endswith(".png")] == ["near.png"]
            with opened.page.expect_response("**/far.png") as response:
                opened.page.locator("img[src$='far.png']").scroll_into_view_if_needed()
            assert response.value.ok
        with Visit(chromium, served, "/da/guides/second/") as opened:
            with opened.page.expect_response("**/far.png") as response:
                opened.page.pdf()  # asks for the picture, and waits for two seconds at most: too little for a busy machine
            assert response.value.finished() is None
            assert opened.page.pdf().count(b"/Subtype /Image") == 2
        with Visit(chromium, served, "/da/guides/second/", scripts=False) as opened:
            opened.page.wait_for_load_state("networkidle")
            assert len([address for address in opened.requests if address.endswith(".png")]) == 2
    finally:
        served.stop()


def test_only_pictures_are_told_to_wait():
    """Text that looks like a picture stays text, in a picture's own words too: nothing is written into an attribute."""
    text = 'Skriv `<img src="x">`.\n\n![<img onerror=alert(1) ](images/ring.png "<img x ")'
    clean, removed = typesetting.clean(convert(text))
    dressed = typesetting.dress(clean, {"footnote.back": "{n}", "page.table": "tabel"})
    assert removed == []
    assert dressed.replace('<img loading="lazy" ', "<img ", 1) == clean and clean.count("<img ") == 1
