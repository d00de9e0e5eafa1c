"""Whether a circle's colour can be read, what it is in the dark, and which colour nearby can be read when it cannot.

Contrast is WCAG 2.2's, computed from relative luminance (1.4.3, level AA: 4.5 to 1 for text). Of one colour are made an
accent and a soft ground in light and in dark; only how light it is changes, not its hue.
"""

from __future__ import annotations

import colorsys

from msgspec import Struct

ENOUGH = 4.5
"""Between a text and its ground (WCAG 2.2, 1.4.3)."""
_GOOD = 7.0
"""What is aimed for where we choose the colour ourselves (1.4.6)."""
WHITE, PAPER = "#ffffff", "#fbfaf6"
_NIGHT, _NIGHT_RAISED, _NIGHT_INK = "#121a19", "#1a2423", "#0b1110"
"""The grounds of the style sheet `circlepress.css` in light and in dark, and the ink on a light button in the dark."""
_SOFT, _NIGHT_SOFT = 0.07, 0.14
"""How much of the colour is in a soft ground."""
_MOST_VIVID = 0.55
"""How much saturation is left of a colour that is made light for the dark."""


class Shades(Struct, frozen=True):
    """What is made of a colour for one ground; each as #rrggbb."""

    accent: str
    """Of links, headings and buttons."""
    ink: str
    """On a ground of the accent."""
    soft: str
    """A ground with a touch of the colour."""


def contrast(one: str, other: str) -> float:
    """Return the contrast between two colours, from 1 (none) to 21 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def in_light(colour: str) -> Shades:
    """Return what is made of a colour for a light screen: the colour itself, whether or not it can be read."""
    return Shades(colour.lower(), WHITE, _mixed(colour, PAPER, _SOFT))


def in_dark(colour: str) -> Shades:
    """Return what is made of a colour for a dark screen: so light that it can always be read there."""
    soft = _mixed(colour, _NIGHT, _NIGHT_SOFT)
    hue, lightness, saturation = _hls(colour)
    accent = colour
    for step in range(round(lightness * 100), 101):
        accent = _hex(hue, max(lightness, step / 100), min(saturation, _MOST_VIVID))
        if min(contrast(accent, ground) for ground in (_NIGHT, _NIGHT_RAISED, soft)) >= _GOOD:
            break
    return Shades(accent, _NIGHT_INK, soft)


def least_contrast(colour: str) -> float:
    """Return the least contrast that a text of this colour, or on it, has anywhere on a circle's pages, light or dark."""
    light, dark = in_light(colour), in_dark(colour)
    return min(*(contrast(light.accent, ground) for ground in (WHITE, PAPER, light.soft, light.ink)),
               *(contrast(dark.accent, ground) for ground in (_NIGHT, _NIGHT_RAISED, dark.soft, dark.ink)))


def nearest_readable(colour: str) -> str:
    """Return the colour of the same hue that is as little darker as can be and can be read everywhere."""
    hue, lightness, saturation = _hls(colour)
    found = colour.lower()
    for step in range(round(lightness * 250), -1, -1):
        if least_contrast(found) >= ENOUGH:
            break
        found = _hex(hue, min(lightness, step / 250), saturation)
    return found


def _channels(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    """Return how much light a colour gives, from 0 to 1 (WCAG 2.2, relative luminance)."""
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hls(colour: str) -> tuple[float, float, float]:
    return colorsys.rgb_to_hls(*_channels(colour))


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in colorsys.hls_to_rgb(hue, lightness, saturation))


def _mixed(colour: str, ground: str, share: float) -> str:
    """Return a ground with a share of a colour in it."""
    return "#" + "".join(f"{round((one * share + other * (1 - share)) * 255):02x}" for one, other in zip(_channels(colour), _channels(ground), strict=True))
