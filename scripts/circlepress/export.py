"""The sixth stage: take-aways, the files people leave with. So far: a calendar per microsite edition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .edition import EditionKind, ResolvedEdition, TakeAway
from .takeaways.calendar import calendar_file


def export(resolved_editions: Iterable[ResolvedEdition], address: str, made: date | None) -> list[TakeAway]:
    """Return the take-aways of every edition."""
    files = []
    for resolved in resolved_editions:
        if resolved.edition.kind is EditionKind.MICROSITE and (content := calendar_file(resolved, address, made)):
            files.append(TakeAway(resolved.edition, "calendar.ics", content))
    return files
