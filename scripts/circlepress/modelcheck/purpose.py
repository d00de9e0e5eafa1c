"""Purpose and frame: can people see what they are saying yes to? C01 to C06."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..markdown_source import line_and_column
from . import thresholds, vocabulary
from .reading import NOTHING_TO_SEE, Reading, Remark, check, is_written, texts_of

_FRAME = ("start", "end", "hours", "mode", "timezone", "group", "working_languages", "cost")
_TODO = re.compile(r"\bTODO\b")


@check("C01")
def purpose_written(reading: Reading) -> Iterator[Remark]:
    """`purpose` is there, neither too short nor too long, and is not the theme's summary."""
    purpose, place = reading.facts.purpose, reading.place("purpose")
    if not is_written(purpose):
        yield Remark(place, "missing")
        return
    theme = reading.catalogue.material_by_reference.get(f"themes/{reading.facts.theme}")
    summaries = {_plain(version.summary) for version in theme.version_by_language.values()} if theme else set()
    for language, text in purpose.items():
        if len(text) not in thresholds.PURPOSE_CHARACTERS:
            allowed = thresholds.PURPOSE_CHARACTERS
            yield Remark(place, "length", {"characters": len(text), "least": allowed[0], "most": allowed[-1]})
        elif _plain(text) in summaries:
            yield Remark(reading.circle.source.place(("purpose", language)), "same")


@check("C02")
def question_open(reading: Reading) -> Iterator[Remark]:
    """`question` ends with a question mark and cannot be answered with yes or no."""
    question = reading.facts.question
    if not is_written(question):
        yield Remark(reading.place("question"), "missing")
        return
    for language, text in question.items():
        first = re.match(r"\W*(\w*)", text)[1].casefold()
        form = "statement" if not text.rstrip().endswith("?") else "yes-no" if first in vocabulary.YES_OR_NO else ""
        if form:
            yield Remark(reading.place("question", language), form)
            return


@check("C03")
def theme_known(reading: Reading) -> Iterator[Remark]:
    """`theme` is one of the handbook's; one that is not whole is blamed where it stands."""
    reference = f"themes/{reading.facts.theme}"
    if reference not in reading.catalogue.material_by_reference and reference not in reading.catalogue.left_out:
        yield Remark(reading.place("theme"), values={"theme": reading.facts.theme})


@check("C04")
def frame_complete(reading: Reading) -> Iterator[Remark]:
    """Every field of `frame` is there."""
    frame = reading.facts.frame
    missing = [key for key in _FRAME if not getattr(frame, key) or (key == "cost" and not is_written(frame.cost))]
    if missing:
        yield Remark(reading.place("frame"), values={"missing": " ".join(f"frame.{key}" for key in missing)})


@check("C05")
def time_honest(reading: Reading) -> Iterator[Remark]:
    """The hours promised hold the meetings and some work between them."""
    lengths = [session.clock_minutes or session.agenda_minutes for session in reading.sessions]
    hours = reading.facts.frame.hours
    if not hours or not any(lengths):
        yield NOTHING_TO_SEE
        return
    needed = sum(lengths) + 60 * thresholds.HOURS_BETWEEN_MEETINGS * (len(lengths) - 1)
    if hours * 60 < needed:
        yield Remark(reading.place("frame", "hours"), values={"hours": hours, "needed": -(-needed // 60)})


@check("C06")
def placeholders_left(reading: Reading) -> Iterator[Remark]:
    """No text still says TODO; one remark for each file that does."""
    for file in reading.files:
        places = [file.place(path) for path, text in texts_of(file.metadata) if _TODO.search(text)]
        places += [file.body_place(*line_and_column(file.body, found.start())) for found in (_TODO.finditer(file.body) if "TODO" in file.body else ())]
        if places:
            values = {"count": len(places), "file": file.path.rsplit("/", 1)[1]}
            yield Remark(places[0], "one" if len(places) == 1 else "many", values)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
