"""What drawings share: texts broken into lines, since SVG does not, and how wide a character is."""

from __future__ import annotations

CHARACTER, SMALL_CHARACTER = 9.4, 8.2
"""How wide a character is in CSS pixels, the wide ones of bold and usual system fonts."""


def broken(text: str, characters: float) -> list[str]:
    """Break a text into lines of so many characters, at least twelve, between words, and within one that is longer than a line."""
    lines = [""]
    limit = max(int(characters), 12)
    for word in text.split():
        while len(word) > limit:
            lines.append(word[: limit - 1] + "-")
            word = word[limit - 1:]
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= limit:
            lines[-1] = joined
        else:
            lines.append(word)
    return [line for line in lines if line]
