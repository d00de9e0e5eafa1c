"""The model's pictures: the model itself, its phases, its loop and its roles, drawn in the reader's language.

A picture is plain data: rings, dots, lines and lines of text on a canvas as narrow as a phone, so that its letters have
the size of a page's. The same stands beside it as a list, for those who would rather read.
"""

from __future__ import annotations

import math

from ..metadata.kinds import Audience, Phase
from ..metadata.materials import Picture
from .common import Desk
from .drawing import SMALL_CHARACTER, broken

_WIDTH = 340
"""CSS pixels at the usual size of letters, as is all that follows."""
_LINE, _SMALL = 20, 18
_LOOP = ("try", "share", "choose")


class _Canvas:
    """What is drawn so far."""

    def __init__(self) -> None:
        self.shapes: list[dict] = []
        self.texts: list[dict] = []
        self.links: list[dict] = []
        """Parts that lead somewhere: address, top and height, and lines of text."""

    def circle(self, x: float, y: float, radius: float, kind: str) -> None:
        self.shapes.append({"form": "circle", "kind": kind, "x": _short(x), "y": _short(y), "r": _short(radius)})

    def path(self, way: str, kind: str = "line") -> None:
        self.shapes.append({"form": "path", "kind": kind, "d": way})

    def text(self, x: float, y: float, line: str, kind: str, anchor: str = "start") -> None:
        self.texts.append({"x": _short(x), "y": _short(y), "text": line, "kind": kind, "anchor": anchor})

    def middle(self, x: float, y: float, text: str, kind: str, characters: float) -> None:
        """Write a text around a point."""
        lines = broken(text, characters)
        for number, line in enumerate(lines):
            self.text(x, y + 6 + (number - (len(lines) - 1) / 2) * _SMALL, line, kind, "middle")

    def arrow(self, x: float, y: float, angle: float) -> None:
        """Draw the head of an arrow whose point is at (x, y) and which flies in the direction of `angle`, in radians."""
        ends = [(x - 9 * math.cos(angle + turn), y - 9 * math.sin(angle + turn)) for turn in (-0.5, 0.5)]
        self.path(f"M{_at(*ends[0])}L{_at(x, y)}L{_at(*ends[1])}")


def picture(desk: Desk, which: Picture) -> dict:
    """Return a picture for a template: its name, what it shows in a sentence, its shapes and lines of text, and the same as a list."""
    canvas = _Canvas()
    draw = {Picture.LOOP: _loop, Picture.PHASES: _phases, Picture.MODEL: _model, Picture.ROLES: _roles}[which]
    height = draw(desk, canvas)
    text = desk.wording.text
    return {"id": f"cp-picture-{which}", "title": text(f"picture.{which}.title"), "summary": text(f"picture.{which}.summary"), "width": _WIDTH, "height": height,
            "shapes": canvas.shapes, "texts": canvas.texts, "links": canvas.links, "list": _told(desk, which), "in_order": which in (Picture.LOOP, Picture.PHASES)}


def _told(desk: Desk, which: Picture) -> list[dict]:
    """Return what a picture says, as pairs of a name and a sentence; phases lead to their pages."""
    text = desk.wording.text
    if which is Picture.PHASES:
        return [{"title": text(f"phase.{phase}"), "text": text(f"picture.phases.{phase}"), "address": f"{desk.handbook_address}phases/{phase}/"} for phase in Phase]
    if which is Picture.ROLES:
        return [{"title": text(f"audience.{role}.name"), "text": text(f"picture.roles.{role}"), "address": f"{desk.handbook_address}for/{role}/"} for role in Audience]
    parts = _LOOP if which is Picture.LOOP else ("circle", "home", "local")
    return [{"title": text(f"picture.{which}.{part}"), "text": text(f"picture.{which}.{part}_text"), "address": ""} for part in parts]


def _loop(desk: Desk, canvas: _Canvas) -> int:
    x, y, radius, ring = _WIDTH / 2, 150, 98, 46
    for number, part in enumerate(_LOOP):
        angle = math.radians(120 * number - 90)
        canvas.circle(x + radius * math.cos(angle), y + radius * math.sin(angle), ring, "ring")
        canvas.middle(x + radius * math.cos(angle), y + radius * math.sin(angle), desk.wording.text(f"picture.loop.{part}"), "strong", 12)
        first, last = angle + math.radians(33), angle + math.radians(87)
        canvas.path(f"M{_at(x + radius * math.cos(first), y + radius * math.sin(first))}A{radius} {radius} 0 0 1 "
                    f"{_at(x + radius * math.cos(last), y + radius * math.sin(last))}")
        canvas.arrow(x + radius * math.cos(last), y + radius * math.sin(last), last + math.radians(80))
    canvas.middle(x, y, desk.wording.text("circle.question"), "small", 13)
    return 262


def _rows(canvas: _Canvas, rows: list[dict]) -> list[float]:
    """Write names with a sentence below each, from top to bottom, as links; return the height of each name's middle, and of the end."""
    left, y, middles = 58, 8.0, []
    for row in rows:
        middles.append(y + 14)
        lines = broken(row["text"], (_WIDTH - left) / SMALL_CHARACTER)
        texts = [{"y": _short(y + 20), "text": row["title"], "kind": "strong"}]
        texts += [{"y": _short(y + 20 + _LINE + number * _SMALL), "text": line, "kind": "small"} for number, line in enumerate(lines)]
        height = 20 + _LINE + (len(lines) - 1) * _SMALL + 16
        canvas.links.append({"address": row["address"], "top": _short(y), "height": height - 6, "left": left, "texts": texts})
        y += height
    return [*middles, y]


def _phases(desk: Desk, canvas: _Canvas) -> int:
    *middles, end = _rows(canvas, _told(desk, Picture.PHASES))
    for number, (middle, phase) in enumerate(zip(middles, Phase, strict=True)):
        if number:
            canvas.path(f"M22 {_short(middles[number - 1] + 15)}V{_short(middle - 15)}")
        canvas.circle(22, middle, 15, "ring")
        canvas.text(22, middle + 6, str(number + 1), "strong", "middle")
        if phase is Phase.RUN:  # where the loop is gone through again and again
            canvas.path(f"M36 {_short(middle + 8)}a11 11 0 1 0 0 -16")
            canvas.arrow(36, middle - 8, math.radians(200))
        if phase is Phase.SPREAD:
            canvas.circle(44, middle + 14, 5, "dot")
            canvas.path(f"M34 {_short(middle + 8)}l6 4")
    return math.ceil(end)


def _model(desk: Desk, canvas: _Canvas) -> int:
    text = desk.wording.text
    x, y, radius = _WIDTH / 2, 126, 82
    canvas.text(x, 22, text("picture.model.circle"), "strong", "middle")
    canvas.circle(x, y, radius, "wide")
    for number in range(9):
        angle = math.radians(40 * number - 90)
        canvas.circle(x + radius * math.cos(angle), y + radius * math.sin(angle), 10, "lead" if not number else "dot")
    canvas.middle(x, y, text("picture.model.circle_text"), "small", 2 * (radius - 18) / SMALL_CHARACTER)
    houses = (62, _WIDTH / 2, _WIDTH - 62)
    for number, house in enumerate(houses):
        canvas.path(f"M{_short(house - 26)} 330v-30l26 -20 26 20v30z", "house")
        start = x + (house - x) * 0.42
        top = y + math.sqrt(max((radius + 16) ** 2 - (start - x) ** 2, 0))
        canvas.path(f"M{_at(start, top)}L{_at(house, 270)}")
        angle = math.atan2(270 - top, house - start)
        canvas.arrow(house, 270, angle)
        canvas.arrow(start, top, angle + math.pi)
        if number == 2:
            canvas.circle(house + 2, 316, 9, "wide")
            for turn in range(4):
                canvas.circle(house + 2 + 9 * math.cos(turn * math.pi / 2), 316 + 9 * math.sin(turn * math.pi / 2), 3.2, "dot")
    canvas.middle(44, 218, text("picture.model.out"), "small", 12)
    canvas.middle(_WIDTH - 44, 218, text("picture.model.back"), "small", 12)
    canvas.text(4, 352, text("picture.model.home"), "strong")
    canvas.text(_WIDTH - 4, 352, text("picture.model.local"), "strong", "end")
    return 366


def _roles(desk: Desk, canvas: _Canvas) -> int:
    *middles, end = _rows(canvas, _told(desk, Picture.ROLES))
    for middle, role in zip(middles, Audience, strict=True):
        if role is Audience.ORGANISATION:
            canvas.path(f"M8 {_short(middle + 13)}v-14l15 -12 15 12v14z", "house")
        elif role is Audience.COORDINATOR:
            for left, top in ((10, -8), (36, -8), (23, 12)):
                canvas.path(f"M23 {_short(middle)}L{left} {_short(middle + top)}")
                canvas.circle(left, middle + top, 4, "dot")
            canvas.circle(23, middle, 6, "lead")
        else:
            canvas.circle(23, middle, 14, "wide")
            for turn in range(5):
                angle = math.radians(72 * turn - 90)
                is_this = (turn == 0) if role is Audience.FACILITATOR else (turn > 0)
                canvas.circle(23 + 14 * math.cos(angle), middle + 14 * math.sin(angle), 4.5, "lead" if is_this and role is Audience.FACILITATOR else "dot" if is_this else "open")
    return math.ceil(end)


def _short(number: float) -> float:
    """Return a number of the drawing with one decimal, without one where it has none."""
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _at(x: float, y: float) -> str:
    return f"{_short(x)} {_short(y)}"
