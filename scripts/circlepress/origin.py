"""What a fork, or a circle begun from a template, was made from: the file `.circlepress/origin.json` and the texts beside it.

For every file it says what it was made from, block by block, as stamps; the texts themselves lie in `.circlepress/base/`, so that
what has changed here and what has changed there can be told apart without git. It is part of the project and committed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from .archive import is_safe_path
from .blocks import stamps_of
from .problem import CirclepressError

FOLDER = ".circlepress"
FILE = f"{FOLDER}/origin.json"
BASE = f"{FOLDER}/base"
"""Files as they were made."""
UPSTREAM = f"{FOLDER}/upstream"
"""Of those that had to be changed to stand alone (a link to a page that was left behind), the file as it was there."""
_EDITION = 1


class Offer(Struct, frozen=True):
    """A block that has changed on both sides and waits for a decision."""

    made_from: str | None
    """The stamp of what it was made from; `None` when it was on neither side before."""
    base: str | None
    """Its text, where that is known."""
    offered: str
    """The stamp of what the other side has, or nothing where it has taken it out."""


class Record(Struct, frozen=True):
    """What is known of one file that came from elsewhere."""

    here: str
    """Its path in this project."""
    stamp_by_block: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    """By block; the whole file is the block with an empty name."""


class Making(Struct, frozen=True):
    """Something that was made of something: all that is needed to make it again."""

    kind: str
    """`fork` or `circle`."""
    answers: Mapping[str, object]
    """What was asked, as plain data."""


class Origin(Struct, frozen=True):
    makings: tuple[Making, ...] = ()
    record_by_path: Mapping[str, Record] = field(default_factory=dict)
    """By the path that the other side gives the file."""
    engine: Mapping[str, str] = field(default_factory=dict)
    """`version` and `sha256` of the engine that is carried; empty when none is."""


def record_of(path: str, content: bytes, here: str | None = None) -> Record:
    """Return the record of a file that was just made."""
    return Record(here or path, stamps_of(path, content))


def read_origin(project: Path) -> Origin | None:
    """Return what a project was made from; `None` when nothing is recorded. Raises `CirclepressError` when the record is damaged."""
    path = project / FILE
    if not path.is_file():
        return None
    try:
        return _from_json(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CirclepressError(f"{FILE} is damaged: {error}\n    Take it back from a copy or from git; without it nothing can be compared.") from error


def _from_json(tree: dict) -> Origin:
    if tree["edition"] != _EDITION:
        raise ValueError(f"it follows edition {tree['edition']!r} of the rules, and this circlepress knows {_EDITION}.")
    records = {}
    for path, entry in tree["files"].items():
        here = entry.get("here", path)
        if not is_safe_path(path) or not is_safe_path(here):
            raise ValueError(f"{path!r} leads outside the project.")
        offers = {name: Offer(offer["made_from"], offer["base"], str(offer["offered"])) for name, offer in entry.get("offers", {}).items()}
        records[path] = Record(here, {str(name): str(stamp) for name, stamp in entry.get("blocks", {}).items()}, offers)
    makings = tuple(Making(str(making["kind"]), dict(making["answers"])) for making in tree["made"])
    return Origin(makings, records, {str(key): str(value) for key, value in tree.get("engine", {}).items()})


def to_json(origin: Origin) -> bytes:
    """Return the record as it is written: one fact per line, in the order of the paths, so that differences can be read."""
    files = {}
    for path, record in sorted(origin.record_by_path.items()):
        entry: dict[str, object] = {"here": record.here} if record.here != path else {}
        entry["blocks"] = dict(record.stamp_by_block)
        if record.offers:
            entry["offers"] = {name: {"made_from": offer.made_from, "base": offer.base, "offered": offer.offered} for name, offer in sorted(record.offers.items())}
        files[path] = entry
    tree = {"edition": _EDITION, "engine": dict(origin.engine),
            "made": [{"kind": making.kind, "answers": dict(making.answers)} for making in origin.makings], "files": files}
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def with_making(origin: Origin | None, making: Making, made: Mapping[str, bytes]) -> Origin:
    """Return the record with something made just now."""
    origin = origin or Origin()
    records = dict(origin.record_by_path) | {path: record_of(path, content) for path, content in made.items()}
    return replace(origin, makings=(*origin.makings, making), record_by_path=records)


def base_files(project: Path, origin: Origin) -> dict[str, bytes]:
    """Return the files as they were made, by the path of the record; those that are gone or damaged are left out."""
    found = {}
    for path, record in origin.record_by_path.items():
        try:
            content = (project / BASE / path).read_bytes()
        except OSError:
            continue
        if record_of(path, content).stamp_by_block == record.stamp_by_block:
            found[path] = content
    return found
