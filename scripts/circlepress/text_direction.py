"""Hidden characters that turn the direction in which text reads: they are named, and taken out of what is shown.

With them, what a reviewer sees is not what is stored (CVE-2021-42574, "Trojan Source"). These are the embeddings, overrides
and isolates of Unicode's bidirectional algorithm (UAX #9); the marks LRM, RLM and ALM, which only help a single sign to its
side, are let be. None of our languages needs the others, but they come along when one copies a telephone number.
"""

from __future__ import annotations

import re
import unicodedata

from .problem import Place, Problem

_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURN = re.compile(f"[{_TURNS}]")


def without_turns(text: str, path: str, problems: list[Problem]) -> str:
    """Return a file's text without such characters; a problem for each line that has some is added to `problems`."""
    if not any(character in text for character in _TURNS):  # much faster than a pattern, and nearly every file is without
        return text
    for number, line in enumerate(text.split("\n"), start=1):
        if found := TURN.search(line):
            problems.append(turned(Place(path, number, found.start() + 1), found[0]))
    return TURN.sub("", text)


def turned(place: Place, character: str) -> Problem:
    """Return the problem of such a character."""
    return Problem(
        place, "hidden-character",
        f"a hidden character that turns the direction of text stands here (U+{ord(character):04X}, {unicodedata.name(character).lower()}).",
        "It can make a text look different from what is stored, so readers get the text without it. Delete the line and type it again.")
