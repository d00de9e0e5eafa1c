"""The family tree: which circles began from which, drawn as lines that grow from circle to circle, and told as a list.

A tree is drawn downwards with a step to the right for each generation, so that it stays as narrow as a phone; texts are
broken into lines here, since SVG does not. How a circle stands is told by the form of its ring and in words. Only circles of
the directory are shown: the children of one that is not begin a family of their own, and nothing tells of it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct, field

from ..catalogue import Circle
from ..edition import PlannedPage
from .common import Desk
from .drawing import CHARACTER, SMALL_CHARACTER, broken
from .listing import circle_card, listed_circles, standing

_STEP, _RING, _GAP = 36, 11, 14
"""Units of the drawing, which are CSS pixels at the usual size: the step to the right, a ring's radius, between two circles."""
_WIDTH, _LINE, _SMALL = 304, 21, 19
"""How wide a drawing of up to three generations is, so that the narrowest phone need not make it much smaller; the height of a line of a
title, and of what stands below it."""


class _Member(Struct):
    """A circle in a family; a parent elsewhere has an address and no circle."""

    circle: Circle | None
    elsewhere: str = ""
    began_at: str = ""
    """The organisation of the parent that took the circle home."""
    children: list[_Member] = field(default_factory=list)


def family_page(desk: Desk) -> PlannedPage:
    """Return the page with every family, and the circles that have none yet."""
    families, single = _families(desk)
    title, summary = desk.wording.text("family.title"), desk.wording.text("family.summary")
    view = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""},
            "families": [_family_view(desk, root, number) for number, root in enumerate(families, start=1)],
            "single": [circle_card(desk, circle) for circle in single], "circles_address": f"{desk.handbook_address}circles/"}
    return desk.plan_page("circles/family/index.md", "family.html", title, summary, view)


def _families(desk: Desk) -> tuple[list[_Member], list[Circle]]:
    """Return the roots of families of at least two, the largest first, and the circles that are on their own."""
    circles = listed_circles(desk)
    member_by_id = {circle.id: _Member(circle) for circle in circles}
    elsewhere: dict[str, _Member] = {}
    roots: list[_Member] = []
    for circle in circles:
        member, origin = member_by_id[circle.id], circle.facts.spawned_from
        if origin is None:
            roots.append(member)
        elif origin.circle.startswith("https://"):
            if origin.circle not in elsewhere:
                elsewhere[origin.circle] = _Member(None, origin.circle)
                roots.append(elsewhere[origin.circle])
            elsewhere[origin.circle].children.append(member)
        else:
            identifier = desk.catalogue.neighbours.circle_now(origin.circle)
            parent = member_by_id.get(identifier)
            if parent is None or _is_ancestor(desk, circle.id, identifier):
                roots.append(member)
            else:
                parent.children.append(member)
                member.began_at = next((one.name for one in parent.circle.facts.organisations if one.id == origin.organisation), "")
    families = [root for root in roots if root.children]
    families.sort(key=lambda root: (-_size(root), root.elsewhere, root.circle.id if root.circle else ""))
    return families, [root.circle for root in roots if not root.children]


def _is_ancestor(desk: Desk, identifier: str, of: str) -> bool:
    """Whether a circle is among those that another one comes from, itself included: then it cannot be its child."""
    met: set[str] = set()
    while of and of not in met:
        if of == identifier:
            return True
        met.add(of)
        circle = desk.catalogue.circle_by_id.get(of)
        origin = circle.facts.spawned_from.circle if circle and circle.facts.spawned_from else ""
        of = desk.catalogue.neighbours.circle_now(origin) if origin and not origin.startswith("https://") else ""
    return False


def _size(member: _Member) -> int:
    return 1 + sum(map(_size, member.children))


# --- what templates get ------------------------------------------------------------------------------------------


def _family_view(desk: Desk, root: _Member, number: int) -> dict:
    tree = _entry(desk, root)
    drawing = _Drawing()
    drawing.add(tree, 0, None)
    count = _size(root) - (root.circle is None)
    return {"id": f"cp-family-{number}", "name": tree["title"], "count": desk.wording.count("circles.count", count), "tree": tree,
            "width": drawing.width, "height": drawing.bottom, "nodes": drawing.nodes, "lines": drawing.lines}


def _entry(desk: Desk, member: _Member) -> dict:
    """Return a circle with all that began from it: title, address, what is said below it, how it stands."""
    if member.circle is None:
        parts = urlsplit(member.elsewhere)
        return {"title": {"text": parts.netloc + parts.path.rstrip("/"), "lang": ""}, "address": member.elsewhere, "stands": "elsewhere",
                "said": desk.wording.text("family.elsewhere"), "began": "", "other_language": "",
                "children": [_entry(desk, child) for child in member.children]}
    card = circle_card(desk, member.circle)
    return {"title": card["title"], "address": card["address"], "stands": standing(desk, member.circle), "other_language": card["other_language"],
            "said": " · ".join(filter(None, [card["status_text"], card["countries"]])),
            "began": desk.wording.text("family.began", organisation=member.began_at) if member.began_at else "",
            "children": [_entry(desk, child) for child in member.children]}


class _Drawing:
    """A tree as rings, lines of text and the lines between rings, from top to bottom."""

    def __init__(self) -> None:
        self.nodes: list[dict] = []
        self.lines: list[str] = []
        self.bottom = 4
        self.width = _WIDTH

    def add(self, entry: dict, depth: int, parent: dict | None) -> None:
        """Draw a circle below what is drawn, and all that began from it below that."""
        x, y = 14 + depth * _STEP, self.bottom + _RING + 2
        self.width = max(self.width, _WIDTH + (depth - 2) * _STEP)
        left = x + _RING + 11
        space = self.width - left
        texts = [("title", line) for line in broken(entry["title"]["text"], space / CHARACTER)]
        texts += [("small", line) for said in (entry["said"], entry["began"]) for line in broken(said, space / SMALL_CHARACTER)]
        lines, baseline = [], y + 6
        for index, (kind, line) in enumerate(texts):
            baseline += 0 if not index else _LINE if kind == "title" else _SMALL
            lines.append({"kind": kind, "y": baseline, "text": line, "lang": entry["title"]["lang"] if kind == "title" else ""})
        height = max(baseline - self.bottom + 8, 48)
        node = {"x": x, "y": y, "left": left, "top": self.bottom, "height": height, "lines": lines, "stands": entry["stands"],
                "address": entry["address"]}
        if parent:
            self.lines.append(f"M{parent['x']} {parent['y'] + _RING}V{y - 12}Q{parent['x']} {y} {parent['x'] + 12} {y}H{x - _RING}")
        self.nodes.append(node)
        self.bottom += height + _GAP
        for child in entry["children"]:
            self.add(child, depth + 1, node)
