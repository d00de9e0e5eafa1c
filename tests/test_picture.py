"""Pictures are measured before anyone unfolds them: their first bytes tell, and what does not tell is refused."""

from __future__ import annotations

import io

import pytest
from support.pictures import jpeg, png, webp

from circlepress.picture import measure
from circlepress.read import IMAGE_PIXELS

KINDS = {"png": png, "jpg": jpeg, "extended.webp": lambda w, h: webp(b"VP8X", w, h), "lossless.webp": lambda w, h: webp(b"VP8L", w, h),
         "lossy.webp": lambda w, h: webp(b"VP8 ", w, h)}
each_kind = pytest.mark.parametrize("name", KINDS)


def measured(content: bytes, name: str) -> tuple[int, int] | None:
    return measure(io.BytesIO(content), name.rpartition(".")[2])


@each_kind
def test_width_and_height_are_read(name):
    """Width comes first, and large numbers are read as well as small ones."""
    assert measured(KINDS[name](1600, 900), name) == (1600, 900)
    assert measured(KINDS[name](1, 16383), name) == (1, 16383)


@each_kind
def test_a_picture_that_ends_too_early_is_none(name):
    """Whatever is missing of the beginning, nothing is raised and nothing guessed."""
    whole = KINDS[name](1600, 900).rstrip(b"\0")
    for length in range(len(whole) - 2):
        assert measured(whole[:length], name) in (None, (1600, 900)), length
    assert measured(whole[:16], name) is None


def test_a_picture_without_an_extent_is_none():
    """A width or height of nothing is no picture; a JPEG that tells its height only at its end is refused with them."""
    assert measured(png(0, 5), "png") is None
    assert measured(jpeg(5, 0), "jpg") is None


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2, 0xCF])
def test_every_kind_of_jpeg_is_measured(frame):
    """Ordinary and progressive, and behind other parts: tables, notes that hold a picture of their own, filling bytes."""
    before = b"\xff\xc4\0\x05abc" + b"\xff\xe1\0\x20" + jpeg(1, 1)[:30] + b"\xff\xff\xff\xff\xfe\0\x04ab"
    assert measured(jpeg(1600, 900, frame=frame, before=before), "jpg") == (1600, 900)


def test_a_jpeg_of_endless_parts_is_given_up():
    """A file made to keep the reader busy is refused after a thousand parts."""
    assert measured(jpeg(before=b"\xff\xfe\0\x02" * 5_000), "jpg") is None
    assert measured(b"\xff\xd8" + b"\xff" * 100_000, "jpg") is None
    assert measured(jpeg(before=b"\xff\xfe\0\x01" * 3), "jpg") is None


@pytest.mark.parametrize("path", ["docs/images/rings.png", "docs/images/rings.jpg", "circles/small-circle/images/rings.jpeg",
                                  "circles/small-circle/images/rings.webp"])
def test_a_picture_of_too_many_pixels_is_refused(project, path):
    """Few bytes can hold a picture that fills a reader's memory; one just within the limit passes."""
    make = {"png": png, "webp": KINDS["lossless.webp"]}.get(path.rpartition(".")[2], jpeg)
    assert project.write(path, make(8000, IMAGE_PIXELS // 8000)).problems() == []
    assert project.write(path, make(8000, IMAGE_PIXELS // 8000 + 1)).problems() == [
        f"{path}: error[file-too-large]: the picture has 8,000 × 5,001 pixels; the limit is 40,000,000 in all.\n"
        "    Save it smaller; 2,000 pixels along the longer side are enough for a page."]


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_a_picture_that_does_not_tell_its_size_is_refused(project, kind):
    """The first bytes of the format alone are not a picture."""
    content = {"png": png()[:16], "jpg": jpeg()[:24], "webp": webp(b"VP8?")}[kind]
    assert project.write(f"docs/images/rings.{kind}", content).codes() == ["file-type"]
