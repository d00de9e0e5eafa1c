"""A circle's own colour, logo, line at the foot and address: readable for everyone, on its microsite only, and safe."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.browser import Served, Visit, accessibility_violations
from support.project import CircleProject

from circlepress.metadata import contrast

CIRCLE = "circles/small-circle/circle.yml"
HOME = "/circles/small-circle/da/"
GROUNDS = {"light": ["#ffffff", "#fbfaf6"], "dark": ["#121a19", "#1a2423"]}
"""`--raised` and `--ground` of circlepress.css."""
colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def logo() -> bytes:
    """Return a real PNG, 80 by 40 pixels, black on nothing."""
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + (b"\0\0\0\xff" * 40 + b"\0\0\0\0" * 40) for _ in range(40))
    return (b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", 80, 40, 8, 6, 0, 0, 0)) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b""))


@pytest.fixture
def branded(project: CircleProject) -> CircleProject:
    """The minimal project's circle with everything a brand may have."""
    project.write("circles/small-circle/images/rings.png", logo())
    return project.write(CIRCLE, (project.folder / CIRCLE).read_text("utf-8") + """
brand:
  colour: '#7a1f5c'
  logo: rings.png
  logo_text: {da: Tre ringe, sv: Tre ringar}
  footer: {da: En del af <b>Digitalt Sammen</b>, sv: En del av Digitalt Tillsammans}
  domain: lille-cirkel.example.org
""")


# --- colour ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "ratio"), [
    ("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59), ("#14532d", "#14532d", 1.0)])
def test_contrast_is_as_wcag_defines_it(one, other, ratio):
    """Known ratios of WCAG 2.2, whichever of the two colours comes first."""
    assert round(contrast.contrast(one, other), 2) == round(contrast.contrast(other, one), 2) == ratio


@given(colours)
@settings(max_examples=300, deadline=None)
def test_what_is_proposed_can_be_read_everywhere(colour):
    """The colour that a message proposes is accepted, keeps to the letter what was readable, and is no lighter than what was asked for."""
    near = contrast.nearest_readable(colour)
    assert contrast.least_contrast(near) >= 4.5
    if contrast.least_contrast(colour) >= 4.5:
        assert near == colour
    else:
        assert contrast.contrast(near, "#ffffff") >= contrast.contrast(colour, "#ffffff")


@given(colours)
@settings(max_examples=300, deadline=None)
def test_every_accepted_colour_can_be_read_in_light_and_dark(colour):
    """Text in the accent on each ground, and on the accent itself, has a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    accepted = contrast.nearest_readable(colour)
    for scheme, shades in (("light", contrast.in_light(accepted)), ("dark", contrast.in_dark(accepted))):
        for ground in [*GROUNDS[scheme], shades.soft, shades.ink]:
            assert contrast.contrast(shades.accent, ground) >= 4.5, (scheme, ground, shades)


def test_a_colour_too_light_is_refused_with_one_that_works(project):
    """The message says what is wrong with the colour and by how much, and names the nearest that can be read."""
    project.write(CIRCLE, (project.folder / CIRCLE).read_text("utf-8") + "\nbrand: {colour: '#ff8800'}\n")
    told = [problem for problem in project.problems() if "brand.colour" in problem]
    assert len(told) == 1 and "error[out-of-range]: brand.colour is too light to be read: '#ff8800' has a contrast of 2.1 to 1 where text needs 4.5." in told[0]
    near = re.search(r"'(#[0-9a-f]{6})'\.$", told[0])[1]
    project.edit(CIRCLE, "#ff8800", near)
    assert [problem for problem in project.problems() if "brand" in problem] == []


# --- what readers get ------------------------------------------------------------------------------------------------


def test_a_brand_is_on_its_microsite_only(branded):
    """Every page of the circle, in each language, links its style and shows logo and foot; the handbook knows nothing of it."""
    branded.build(with_search=False)
    for language, words, foot in (("da", "Tre ringe", "En del af &lt;b&gt;Digitalt Sammen&lt;/b&gt;"), ("sv", "Tre ringar", "En del av Digitalt Tillsammans")):
        for page in ("", "next/", "sessions/01-begin/", "all/"):
            html = branded.page(f"/circles/small-circle/{language}/{page}")
            up = "../" * page.count("/") or ""
            assert f'<link rel="stylesheet" href="{up}brand.css">' in html
            assert f'<img class="cp-logo" src="{up}images/rings.png" alt="{words}">' in html
            assert foot in html and '<a href="https://lille-cirkel.example.org/">lille-cirkel.example.org</a>' in html
            assert '<link rel="canonical" href="https://prove.example.org/circles/small-circle/' in html or page == "all/"
    style = (branded.site / "circles/small-circle/da/brand.css").read_text("utf-8")
    assert "--accent: #7a1f5c" in style and "prefers-color-scheme: dark" in style and style.count("@media screen") >= 2
    assert not [path for path in branded.site.rglob("brand.css") if "small-circle" not in path.parts]
    assert "brand.css" not in branded.page("/da/") and "cp-logo" not in branded.page("/da/circles/")


def test_a_circle_without_a_brand_has_no_style_of_its_own(project):
    """Nothing is written and nothing is asked for where there is no brand; a foot alone needs no style."""
    project.build(with_search=False)
    assert "brand.css" not in project.page(HOME) and not list(project.site.rglob("brand.css"))
    project.write(CIRCLE, (project.folder / CIRCLE).read_text("utf-8") + "\nbrand: {footer: En del af noget}\n").build(with_search=False)
    assert "brand.css" not in project.page(HOME) and not list(project.site.rglob("brand.css")) and "En del af noget" in project.page(HOME)


def test_a_brand_is_the_same_with_stock_mkdocs(branded, tmp_path):
    """A microsite with a brand is the same, byte for byte, when MkDocs renders it."""
    branded.build(with_search=False)
    branded.build(with_search=False, plain=True, output=tmp_path / "plain")
    pressed, plain = ({path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
                      for folder in (branded.site / "circles/small-circle", tmp_path / "plain/circles/small-circle"))
    assert pressed == plain


def test_a_changed_colour_makes_a_new_style(branded, tmp_path):
    """When the colour changes, the style does, too, also where everything else is taken over from the last build."""
    cache = tmp_path / "cache"
    branded.build(with_search=False, caches=cache)
    branded.edit(CIRCLE, "#7a1f5c", "#14532d").build(with_search=False, caches=cache)
    assert "--accent: #14532d" in (branded.site / "circles/small-circle/sv/brand.css").read_text("utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("colour", ["#7a1f5c", "#6b6b6b", "#000000", *(pytest.param(one, marks=pytest.mark.long) for one in ("#a84a08", "#1d4ed8"))])
def test_a_branded_page_is_accessible(chromium, branded, colour):
    """A page in the circle's colour has no violation in light and dark, on a phone and a desktop, and asks nothing of others."""
    branded.edit(CIRCLE, "#7a1f5c", colour).build(with_search=False)
    served = Served(Path(branded.site).resolve())
    try:
        for width, scheme in ((390, "dark"), (1280, "light")):
            with Visit(chromium, served, HOME, width=width, scheme=scheme) as opened:
                opened.page.wait_for_load_state("networkidle")
                assert accessibility_violations(opened.page) == []
                assert opened.outside() == opened.failed == opened.said == []
                seen = opened.page.evaluate("getComputedStyle(document.querySelector('main a')).color")
                wanted = (contrast.in_dark if scheme == "dark" else contrast.in_light)(colour).accent
                assert seen == "rgb({}, {}, {})".format(*(int(wanted[at:at + 2], 16) for at in (1, 3, 5)))
    finally:
        served.stop()


@pytest.mark.browser
def test_the_logo_is_printed(chromium, branded):
    """On paper the header is gone but for the logo, and the page is black on white."""
    served = Served(Path(branded.build(with_search=False).site).resolve())
    try:
        with Visit(chromium, served, HOME) as opened:
            opened.page.emulate_media(media="print")
            assert opened.page.locator(".cp-logo").is_visible() and not opened.page.locator(".cp-navigation").is_visible()
            assert opened.page.evaluate("getComputedStyle(document.querySelector('main a')).color") == "rgb(0, 0, 0)"
            assert opened.page.locator(".cp-logo").evaluate("picture => picture.naturalWidth") == 80
    finally:
        served.stop()
