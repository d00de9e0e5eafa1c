"""What drawings share: texts broken into lines, since SVG does not, and how wide a character is."""

from __future__ import annotations

import re

CHARACTER, SMALL_CHARACTER = 9.4, 8.2
"""How wide a character is in CSS pixels, the wide ones of bold and usual system fonts."""


def broken(text: str, characters: float) -> list[str]:
    """Break a text into lines of so many characters: between words, after the slashes of an address, and within a word longer than a line."""
    lines = [""]
    limit = max(int(characters), 12)
    for word in text.split():
        between = " "
        for piece in re.findall(r"[^/]*/|[^/]+", word):
            while len(piece) > limit:
                lines.append(piece[: limit - 1] + "-")
                piece = piece[limit - 1:]
            joined = f"{lines[-1]}{between}{piece}".strip()
            if len(joined) <= limit:
                lines[-1] = joined
            else:
                lines.append(piece)
            between = ""
    return [line for line in lines if line]
