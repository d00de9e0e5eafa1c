"""The drawn timeline of a session: blocks as high as they are long, beside each its letter, clock time and title.

All figures are units of the drawing, which has a fixed width and is scaled to the page. A label begins where its block does,
or below the label before it when blocks are short; a line leads from the block to it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from fractions import Fraction

from .common import Desk

WIDTH = 420
_LINE = 18
"""Height of a line of a label."""
_PER_MINUTE = (Fraction(9, 5), Fraction(16, 5))
"""How high a minute is drawn, at least and at most."""
_USUAL_HEIGHT = 480
_TITLE_CHARACTERS = 36
"""About so many fit beside the clock time."""


def timeline(desk: Desk, blocks: Sequence[dict]) -> dict | None:
    """Return the drawing of an agenda's blocks, as `agenda` gives them; nothing without blocks."""
    if not blocks:
        return None
    minutes = sum(block["minutes"] for block in blocks)
    per_minute = min(max(Fraction(_USUAL_HEIGHT, minutes), _PER_MINUTE[0]), _PER_MINUTE[1])
    drawn, free = [], 0
    for block in blocks:
        top, height = int(block["after"] * per_minute), int(block["minutes"] * per_minute)
        label = max(top, free)
        room = max((top + height - label) // _LINE, 1)
        lines = _lines(block, desk.wording.text("agenda.open"), min(room, 3))
        free = label + _LINE * len(lines)
        drawn.append({"kind": block["kind"], "letter": block["letter"], "open": block["open"], "top": top, "height": height,
                      "middle": label + _LINE // 2, "baseline": label + 13, "time": block["starts"] or f"{block['minutes']}\N{PRIME}",
                      "lang": block["title"]["lang"], "lines": [{"text": line, "y": label + 13 + _LINE * number} for number, line in enumerate(lines)]})
    bottom = int(minutes * per_minute)
    return {"width": WIDTH, "height": max(bottom + _LINE, free + _LINE), "bottom": bottom, "blocks": drawn, "ends": blocks[-1]["ends"],
            "end_baseline": max(bottom, free) + 13, "kinds": sorted({block["kind"] for block in blocks}), "description": _description(blocks, desk)}


def _lines(block: dict, circle_decides: str, room: int) -> list[str]:
    """Return a block's title in at most so many lines; an open one says who decides."""
    title = block["title"]["text"]
    if block["open"] and title != circle_decides:
        title = f"{title} \N{EN DASH} {circle_decides}"
    return textwrap.wrap(title, _TITLE_CHARACTERS, max_lines=room, placeholder=" \N{HORIZONTAL ELLIPSIS}") or [title]


def _description(blocks: Sequence[dict], desk: Desk) -> str:
    said = []
    for block in blocks:
        parts = [block["title"]["text"], block["minutes_text"], block["kind_text"], desk.wording.text("agenda.open") if block["open"] else ""]
        said.append(f"{block['starts']} {', '.join(part for part in parts if part)}".strip())
    return "; ".join(said)
