"""The sixth stage: take-aways, the files people and programs leave with.

So far: calendars (each session's, each circle's, the handbook's, each dated checklist's), a feed for each edition, the catalogue of everything public, and the style
of circles with a brand.
"""

from __future__ import annotations

import json
from datetime import date
from functools import partial

from .catalogue import Catalogue
from .edition import Edition, EditionKind, ResolvedEdition, TakeAway
from .source import Settings
from .takeaways import brand, calendar, catalogue, feed, tasks
from .views.common import Desk


def export(everything: Catalogue, settings: Settings, resolved: ResolvedEdition, made: date | None, online: tuple[Edition, ...], *,
           today: date, preview: bool = False) -> list[TakeAway]:
    """Return the take-aways of one edition; the arguments are those of `plan`."""
    desk = Desk(everything, settings, resolved, today, preview)
    edition, files = resolved.edition, []
    if edition.kind is EditionKind.GATEWAY:
        plain = catalogue.catalogue_of(desk, online)
        files.append(TakeAway(edition, catalogue.NAME, json.dumps(plain), partial(catalogue.catalogue_file, plain)))
        return files
    if edition.kind is EditionKind.MICROSITE:
        calendars = {"calendar.ics": calendar.circle_calendar(desk, made)}
        calendars |= {f"sessions/{identifier}/session.ics": plan for identifier, plan in calendar.session_calendars(desk, made).items()}
    else:
        calendars = {"circles/calendar.ics": calendar.handbook_calendar(desk, made)}
    files += [TakeAway(edition, name, repr(plan), partial(calendar.calendar_file, plan)) for name, plan in calendars.items() if plan]
    if edition.kind is EditionKind.MICROSITE:
        files += [TakeAway(edition, f"checklists/{identifier}/tasks.ics", repr(plan), partial(tasks.task_file, plan))
                  for identifier, plan in tasks.task_calendars(desk, made).items()]
    if said := feed.feed_of(desk):
        files.append(TakeAway(edition, feed.NAME, repr(said), partial(feed.feed_file, said)))
    own = resolved.circle.facts.brand if edition.kind is EditionKind.MICROSITE else None
    if own and (own.colour or own.logo):
        files.append(TakeAway(edition, brand.NAME, repr((own.colour, own.logo)), partial(brand.brand_style, own)))
    return files
