"""Nordic, cross-sector, inclusive: who is in the group, and can all of them follow and take part? C35 to C40."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import floor

from ..localtime import local_times
from ..metadata.circle import Scope
from ..metadata.kinds import Mode
from ..problem import Severity
from . import thresholds, vocabulary
from .reading import NOTHING_TO_SEE, Reading, Remark, check, is_written, says

_SCANDINAVIAN = frozenset({"da", "nb", "nn", "sv"})
_MAY_NOT_FOLLOW = frozenset({"FI", "IS", "FO", "GL"})


@check("C35")
def nordic_and_cross_sector(reading: Reading) -> Iterator[Remark]:
    """A Nordic circle has members from several countries; every circle but a local one, from several sectors."""
    organisations, scope = reading.facts.organisations, reading.facts.scope
    if not organisations or scope is Scope.LOCAL:
        yield NOTHING_TO_SEE
        return
    if scope is Scope.NORDIC and len(reading.countries) < thresholds.COUNTRIES_OF_A_NORDIC_CIRCLE:
        yield Remark(reading.place("organisations"), "country")
    if len({organisation.sector for organisation in organisations}) < thresholds.SECTORS:
        yield Remark(reading.place("organisations"), "sector")


@check("C36")
def balanced(reading: Reading) -> Iterator[Remark]:
    """No organisation, and in a circle that is not local no country, has so many places that others may fall silent.

    Where all come from one, there are no others; that is for C35 to say.
    """
    total = reading.participants
    by_country: Counter[str] = Counter()
    for organisation in reading.facts.organisations:
        by_country[organisation.country] += organisation.participants
    if max((organisation.participants for organisation in reading.facts.organisations), default=0) == total:
        yield NOTHING_TO_SEE
        return
    limit = floor(total * thresholds.SHARE_OF_ONE_ORGANISATION)
    for index, organisation in reading.organisations():
        if organisation.participants > limit:
            values = {"name": organisation.name, "participants": organisation.participants, "total": total, "limit": limit}
            yield Remark(reading.place("organisations", index, "participants"), "organisation", values)
    limit = floor(total * thresholds.SHARE_OF_ONE_COUNTRY)
    for country, participants in by_country.items():
        if reading.facts.scope is not Scope.LOCAL and limit < participants < total:
            values = {"country": country, "participants": participants, "total": total, "limit": limit}
            yield Remark(reading.place("organisations"), "country", values)


@check("C37")
def group_size(reading: Reading) -> Iterator[Remark]:
    """The group is as large as planned, and neither very small nor very large."""
    total, group = reading.participants, reading.facts.frame.group
    if not total:
        yield NOTHING_TO_SEE
        return
    place = reading.place("frame", "group")
    if group and not group.min <= total <= group.max:
        form, planned = ("few", group.min) if total < group.min else ("many", group.max)
        yield Remark(place, form, {"participants": total, "planned": planned})
    if total < thresholds.SMALL_GROUP:
        yield Remark(place, "small", {"participants": total, "limit": thresholds.SMALL_GROUP}, at_most=Severity.ADVICE)
    elif total > thresholds.LARGE_GROUP:
        yield Remark(place, "large", {"participants": total, "limit": thresholds.LARGE_GROUP}, at_most=Severity.ADVICE)


@check("C38")
def access_described(reading: Reading) -> Iterator[Remark]:
    """`access` tells people what is there, and how to ask for more."""
    access = reading.facts.access
    if not is_written(access):
        yield Remark(reading.place("access"), "missing")
    elif not says(access, vocabulary.ASKING):
        yield Remark(reading.place("access"), "ask", at_most=Severity.WARNING)


@check("C39")
def languages_shared(reading: Reading) -> Iterator[Remark]:
    """Members whose first language is not Scandinavian have another working language to share."""
    spoken = frozenset(reading.facts.frame.working_languages or ())
    countries = [country for country in reading.countries if country in _MAY_NOT_FOLLOW]
    if not spoken or not countries:
        yield NOTHING_TO_SEE
    elif spoken <= _SCANDINAVIAN:
        yield Remark(reading.place("frame", "working_languages"), values={"countries": " ".join(countries)})


@check("C40")
def fair_hours(reading: Reading) -> Iterator[Remark]:
    """Online and hybrid sessions lie within the working day in every member country."""
    seen = False
    for session in reading.sessions:
        facts = session.facts
        zone = facts.timezone or reading.facts.frame.timezone
        if facts.mode is Mode.ONSITE or not (facts.date and facts.start and facts.end and zone):
            continue
        seen = True
        place = session.file.place(("start",), key=True)
        for there in local_times(facts.date, facts.start, facts.end, zone, reading.countries):
            values = session.values | {"countries": " ".join(there.countries)}
            if there.start.date() < facts.date or there.start.time() < thresholds.DAY_BEGINS:
                yield Remark(place, "early", values | {"time": f"{there.start:%H:%M}", "limit": f"{thresholds.DAY_BEGINS:%H:%M}"})
            elif there.end.date() > facts.date or there.end.time() > thresholds.DAY_ENDS:
                yield Remark(place, "late", values | {"time": f"{there.end:%H:%M}", "limit": f"{thresholds.DAY_ENDS:%H:%M}"})
    if not seen:
        yield NOTHING_TO_SEE
