"""The clocks of every member country, around every change to and from summer time, against the law worked out by arithmetic.

The source is independent of any time zone database. Summer time: Directive 2000/84/EC (https://eur-lex.europa.eu/eli/dir/2000/84/oj),
from the last Sunday of March to the last Sunday of October, changing at 01:00 universal time; Norway, Åland and the Faroes follow it.
Iceland has kept universal time all year since 1968 (act 6/1968, https://www.althingi.is/lagas/nuna/1968006.html). Greenland changed at the
same moments from three hours behind; in March 2023 it went to two hours behind and stayed there over the winter, and since 2024 it has had
summer time from two hours behind (decision of 24 November 2022, with its sources under "Greenland" in
https://github.com/eggert/tz/blob/main/europe).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from circlepress.localtime import ZONE_BY_COUNTRY, instant, local_times, use_pinned_time_zones

COUNTRIES = ("DK", "SE", "NO", "FI", "AX", "IS", "FO", "GL")
HOURS_AHEAD = {"DK": 1, "SE": 1, "NO": 1, "FI": 2, "AX": 2, "IS": 0, "FO": 0}
"""Standard time, in hours before universal time."""
YEARS = range(2019, 2032)


def last_sunday(year: int, month: int) -> date:
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def change(year: int, month: int) -> datetime:
    """Return the moment at which clocks change."""
    return datetime.combine(last_sunday(year, month), time(1), UTC)


def is_summer(moment: datetime) -> bool:
    return change(moment.year, 3) <= moment < change(moment.year, 10)


def by_law(country: str, moment: datetime) -> datetime:
    """Return what the clock says in a country, from the law alone; `moment` is universal time."""
    summer = int(is_summer(moment))
    if country == "IS":
        hours = 0
    elif country == "GL":
        if moment < change(2023, 3):
            hours = -3 + summer
        else:
            hours = -2 if moment < change(2024, 3) else -2 + summer
    else:
        hours = HOURS_AHEAD[country] + summer
    return (moment + timedelta(hours=hours)).replace(tzinfo=None)


def computed(country: str, moment: datetime) -> datetime:
    """Return what circlepress says of a session that begins then, as it is told to participants; its own zone is universal time."""
    found = local_times(moment.date(), moment.time(), moment.time(), "UTC", [country])
    return found[0].start


@pytest.fixture(autouse=True)
def pinned():
    use_pinned_time_zones()


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("year", YEARS)
def test_every_country_around_both_changes(country, year):
    """Each hour of the three days around both changes, and noon of every day of the year, the clock is what the law says."""
    moments = [change(year, month) + timedelta(hours=hours, minutes=minutes) for month in (3, 10) for hours in range(-36, 37) for minutes in (0, -1)]
    moments += [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    assert [(moment.isoformat(), computed(country, moment)) for moment in moments if computed(country, moment) != by_law(country, moment)] == []


def test_a_session_told_in_copenhagen_time_is_the_same_moment_everywhere():
    """For every week of some years, a meeting at 14:00 in Copenhagen is one moment, told in eight clocks."""
    for year in YEARS:
        for week in range(52):
            day = date(year, 1, 4) + timedelta(weeks=week)
            begins = next(moment for moment in (datetime.combine(day, time(hour), UTC) for hour in (12, 13)) if by_law("DK", moment).time() == time(14))
            assert instant(day, time(14), "Europe/Copenhagen") == begins
            told = {country: there.start for there in local_times(day, time(14), time(16), "Europe/Copenhagen", COUNTRIES) for country in there.countries}
            assert told == {country: by_law(country, begins) for country in COUNTRIES}


def test_the_slip_of_2019_is_caught():
    """A newsletter announced 14 in Denmark, Sweden and Norway, 15 in Finland and 13 in Iceland and the Faroes; Iceland was 12."""
    told = {"DK": 14, "SE": 14, "NO": 14, "FI": 15, "IS": 13, "FO": 13}
    found = {country: there.start.hour for there in local_times(date(2019, 5, 14), time(14), time(15), "Europe/Copenhagen", told) for country in there.countries}
    assert {country: hour for country, hour in found.items() if told[country] != hour} == {"IS": 12}


def test_a_meeting_page_says_what_the_newsletter_did_not(project):
    """The same meeting on a page: nobody types the times, so Iceland reads 12:00, and the countries whose clocks agree stand together."""
    others = "".join(f'  - {{id: house-{country.lower()}, name: Hus, country: "{country}", sector: culture, participants: 2, commitments: [share]}}\n'
                     for country in COUNTRIES if country not in ("DK", "SE"))
    project.edit("circles/small-circle/circle.yml", "signup:", f"{others}signup:")
    project.edit("circles/small-circle/circle.yml", "start: 2026-09-01", "start: 2026-05-01").edit("circles/small-circle/circle.yml", "aligned: 2026-09-10", "aligned: 2026-05-14")
    session = "circles/small-circle/sessions/01-begin.da.md"
    project.edit(session, "date: 2026-09-10", "date: 2026-05-14").edit(session, "start: 09:00", 'start: "14:00"').edit(session, '"10:00"', '"15:00"')
    project.build(with_search=False)
    page = project.main("/circles/small-circle/da/sessions/01-begin/")
    for countries, times in (("Island", "12:00–13:00"), ("Færøerne", "13:00–14:00"), ("Danmark, Sverige og Norge", "14:00–15:00"),
                             ("Finland og Åland", "15:00–16:00"), ("Grønland", "11:00–12:00")):
        assert f"<dt>{countries}</dt><dd>{times}</dd>" in page, page


def test_no_member_country_is_without_a_clock():
    """Every Nordic country and self-governing area has a zone."""
    assert set(COUNTRIES) <= ZONE_BY_COUNTRY.keys()
