"""What the pages of a finished site say of addresses, so that tests can follow every one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit


@dataclass
class Page:
    """What one finished page says; addresses are paths below the site's root."""

    address: str
    lang: str = ""
    canonical: str = ""
    alternates: dict[str, str] = field(default_factory=dict)
    """By what stands in hreflang."""
    switch: dict[str, str] = field(default_factory=dict)
    """Where the language switch leads, by language."""
    leads_on_to: str = ""
    """Where a page at an old address sends its readers."""
    is_listed: bool = True
    """Whether search engines may list it."""

    @property
    def is_true(self) -> bool:
        """Whether it is a text of its own, and not one that stands elsewhere too."""
        return self.canonical == self.address


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.in_switch = page, False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        path = urlsplit(urljoin(f"https://example.org{self.page.address}", given.get("href", ""))).path
        if tag == "html":
            self.page.lang = given["lang"]
        elif tag == "meta" and given.get("http-equiv") == "refresh":
            self.page.leads_on_to = urljoin(self.page.address, given["content"].removeprefix("0; url="))
        elif tag == "meta" and given.get("name") == "robots":
            self.page.is_listed = "noindex" not in given["content"]
        elif tag == "link" and given["rel"] == "canonical":
            self.page.canonical = path
        elif tag == "link" and given["rel"] == "alternate" and "hreflang" in given:
            self.page.alternates[given["hreflang"]] = path
        elif tag == "details":
            self.in_switch = given.get("class") == "cp-languages"
        elif tag == "a" and self.in_switch:
            self.page.switch[given["hreflang"]] = path

    def handle_endtag(self, tag: str) -> None:
        self.in_switch = self.in_switch and tag != "details"


def pages_of(site: Path) -> dict[str, Page]:
    """Return every page of a site by its address, error pages by the path of their file."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        page = Page("/" + path.relative_to(site).as_posix().removesuffix("index.html"))
        reader = _Reader(page)
        reader.feed(path.read_text("utf-8"))
        reader.close()
        found[page.address] = page
    return found


def sitemaps_of(site: Path) -> dict[str, list[str]]:
    """Return the addresses in each edition's sitemap by the edition's address."""
    found = {}
    for path in sorted(site.rglob("sitemap.xml")):
        text = path.read_text("utf-8")
        if "<urlset" in text:
            found["/" + path.parent.relative_to(site).as_posix() + "/"] = [urlsplit(address).path for address in re.findall(r"<loc>([^<]+)</loc>", text)]
    return found
