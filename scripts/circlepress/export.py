"""The sixth stage: take-aways, the files people leave with. So far: a calendar per microsite edition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from .edition import EditionKind, ResolvedEdition, TakeAway
from .takeaways import calendar


def export(resolved_editions: Iterable[ResolvedEdition], address: str, made: date | None) -> list[TakeAway]:
    """Return the take-aways of every edition."""
    files = []
    for resolved in resolved_editions:
        if resolved.edition.kind is EditionKind.MICROSITE and (events := calendar.calendar_of(resolved, address, made)):
            files.append(TakeAway(resolved.edition, "calendar.ics", repr(events), partial(calendar.calendar_file, events)))
    return files
