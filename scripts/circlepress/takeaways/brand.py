"""The style sheet of a microsite with a brand: the circle's colour in light and dark, and room for its logo.

It stands beside the pages as a file, since the content security policy lets nothing be styled inside a page. Paper stays
black on white.
"""

from __future__ import annotations

from ..metadata.circle import Brand
from ..metadata.contrast import Shades, in_dark, in_light

NAME = "brand.css"

_LOGO = """.cp-logo { display: block; width: auto; max-width: min(9rem, 40vw); height: 2.5rem; object-fit: contain; }
@media (prefers-color-scheme: dark) { @media screen { .cp-logo { background: #fff; padding: .2rem; border-radius: .3rem; } } }
@media print { .cp-header { display: block; border: 0; background: none; } .cp-bar { padding: 0; } .cp-tools, .cp-navigation, .cp-brand span { display: none; } .cp-logo { height: 14mm; max-width: 60mm; } }
"""


def brand_style(brand: Brand) -> bytes:
    """Return the style sheet for a circle's brand."""
    parts = []
    if brand.colour:
        parts.append(f"@media screen {{ :root {{ {_variables(in_light(brand.colour))} }} }}\n"
                     f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(in_dark(brand.colour))} }} }}\n")
    return "".join([*parts, _LOGO if brand.logo else ""]).encode()


def _variables(shades: Shades) -> str:
    return f"--accent: {shades.accent}; --accent-ink: {shades.ink}; --soft: {shades.soft};"
