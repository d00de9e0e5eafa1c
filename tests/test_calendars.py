"""Calendars (RFC 5545): read by a program that is not the one that wrote them, and by the letter of the rules."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from support.family import family_project
from support.project import CircleProject

from circlepress.localtime import ZONE_BY_COUNTRY
from circlepress.takeaways.time_zone import time_zone

SESSION = "circles/small-circle/sessions/01-begin.da.md"
CIRCLE = "circles/small-circle/da"
TZDATA = {  # the last Sundays of March and October, 01:00 UTC, as the law of each country says; Iceland has no summer time
    "Europe/Copenhagen": (1, 2), "Europe/Helsinki": (2, 3), "Atlantic/Reykjavik": (0, 0), "Atlantic/Faroe": (0, 1)}
"""Hours before UTC in winter and summer."""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> CircleProject:
    return family_project(tmp_path_factory.mktemp("family") / "project").build(with_search=False)


def lines_of(content: bytes) -> list[str]:
    """Return the content lines of a calendar, unfolded by the rules of RFC 5545, 3.1."""
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    assert [line for line in physical if len(line) > 75] == []
    unfolded: list[bytes] = []
    for line in physical:
        line.decode("utf-8")  # no character is cut in two
        if line.startswith(b" "):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    return [line.decode() for line in unfolded]


def text_of(value: str) -> str:
    """Return a TEXT value as it was meant (RFC 5545, 3.3.11); anything that had to be escaped and was not is an error."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value), value
    return re.sub(r"\\([\\,;nN])", lambda match: "\n" if match[1] in "nN" else match[1], value)


def events_of(project: CircleProject, name: str) -> list[dict[str, str]]:
    """Read a calendar strictly; return its events as property (with parameters) to value."""
    lines = lines_of((project.site / name).read_bytes())
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    open_parts, events, zones = [], [], set()
    for line in lines:
        match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=(?:\"[^\"]*\"|[^\";:,]+))*):(.*)", line)
        assert match, line
        key, parameters, value = match.groups()
        if key == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                events.append({})
        elif key == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            assert key not in {name.split(";")[0] for name in events[-1]}, f"{key} twice"
            events[-1][key + parameters] = value
        elif open_parts[-1] == "VTIMEZONE" and key == "TZID":
            zones.add(value)
    assert open_parts == []
    head = lines[: next(index for index, line in enumerate(lines) if line.startswith("BEGIN:") and index)]
    assert "VERSION:2.0" in head and sum(line.startswith("PRODID:") for line in head) == 1
    for event in events:
        assert {"UID", "DTSTAMP", "SUMMARY", "SEQUENCE", "STATUS"} <= event.keys()
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"]) and event["SEQUENCE"].isdigit() and event["STATUS"] in ("CONFIRMED", "CANCELLED")
    assert zones == {key.partition("TZID=")[2] for event in events for key in event if "TZID=" in key}
    assert all({"DTSTART", "DTEND"} <= {key.split(";")[0] for key in event} for event in events)
    assert len({event["UID"] for event in events}) == len(events)
    return events


def all_calendars(project: CircleProject) -> list[str]:
    """Return the calendars of meetings; those of tasks, beside dated checklists, have rules of their own (`test_templates.py`)."""
    return sorted(path.relative_to(project.site).as_posix() for path in project.site.rglob("*.ics") if path.name != "tasks.ics")


def test_there_is_one_for_each_session_circle_and_handbook(built):
    """Sessions, circles and handbooks have calendars in each of their languages."""
    names = all_calendars(built)
    assert {"da/circles/calendar.ics", "sv/circles/calendar.ics", f"{CIRCLE}/calendar.ics", "circles/small-circle/sv/sessions/01-begin/session.ics"} <= set(names)
    assert 'href="session.ics" download' in built.page("/circles/small-circle/da/sessions/01-begin/")
    assert 'href="../calendar.ics"' in built.page("/da/circles/coming/")
    assert len(events_of(built, "da/circles/calendar.ics")) == 5


def test_every_calendar_keeps_the_rules_and_can_be_read(built):
    """Each calendar is right by the rules' letter, and vobject, which shares nothing with the library that wrote it, reads the same."""
    for name in all_calendars(built):
        strict = events_of(built, name)
        calendar = vobject.readOne((built.site / name).read_bytes().decode())
        assert calendar.validate(raiseException=True)
        assert [event.summary.value for event in calendar.vevent_list] == [text_of(event["SUMMARY"]) for event in strict]
        assert all(event.dtstart.value < event.dtend.value for event in calendar.vevent_list)


def test_an_event_is_the_same_in_all_calendars(built):
    """A session's event is the same in its own calendar, the circle's and the handbook's; its identifier in every language, too."""
    own = events_of(built, f"{CIRCLE}/sessions/01-begin/session.ics")[0]
    assert own in events_of(built, f"{CIRCLE}/calendar.ics") and own in events_of(built, "da/circles/calendar.ics")
    assert own["UID"] in {event["UID"] for event in events_of(built, "en/circles/calendar.ics")}
    assert own["UID"] == "small-circle.01-begin@prove.example.org"
    assert own["UID"] == events_of(built, "circles/small-circle/sv/calendar.ics")[0]["UID"]


def test_a_rename_keeps_the_identifier(built, tmp_path):
    """A session or circle that is called otherwise keeps its identifier, however often, as long as `moved` tells."""
    project = family_project(tmp_path / "project")
    for number, former in ((2, ["01-begin"]), (3, ["01-begin", "02-begin"])):
        before = project.folder / f"circles/small-circle/sessions/{former[-1]}.da.md"
        text = re.sub(r"moved: .*\n", "", before.read_text("utf-8")).replace("title:", f"moved: [{', '.join(former)}]\ntitle:", 1)
        before.unlink()
        project.write(f"circles/small-circle/sessions/0{number}-begin.da.md", text)
    (project.folder / "circles/small-circle").rename(project.folder / "circles/grown-circle")
    project.edit("circles/grown-circle/circle.yml", "language: da", "language: da\nmoved: [small-circle]").build(with_search=False)
    assert [event["UID"] for event in events_of(project, "circles/grown-circle/da/calendar.ics")] == ["small-circle.01-begin@prove.example.org"]
    assert {event["UID"] for event in events_of(project, "da/circles/calendar.ics")} == {event["UID"] for event in events_of(built, "da/circles/calendar.ics")}


def test_a_new_session_under_an_old_name_is_another_one(tmp_path):
    """When a session makes room and another takes its name, the two have two identifiers."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    text = (project.folder / SESSION).read_text("utf-8")
    project.write("circles/small-circle/sessions/02-begin.da.md", text.replace("title:", "moved: [01-begin]\ntitle:", 1).replace("09-10", "09-17"))
    project.build(with_search=False)
    assert [event["UID"] for event in events_of(project, f"{CIRCLE}/calendar.ics")] == [
        "small-circle.01-begin@prove.example.org", "small-circle.02-begin@prove.example.org"]


def test_moving_and_cancelling_are_news(tmp_path):
    """A session that is moved, and then cancelled, keeps its identifier, has ever larger sequence numbers, and says so in its summary."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    seen = []
    for old, new in (("mode: online", "mode: online"), ("date: 2026-09-10", "date: 2026-09-17\nstate: {is: moved, was: 2026-09-10 09:00}"),
                     ("is: moved", "is: cancelled")):
        seen += events_of(project.edit(SESSION, old, new).build(with_search=False), f"{CIRCLE}/sessions/01-begin/session.ics")
    assert len({event["UID"] for event in seen}) == 1 and [event["SEQUENCE"] for event in seen] == ["0", "1", "2"]
    assert [event["STATUS"] for event in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [text_of(event["SUMMARY"]) for event in seen] == [f"{state}En lille cirkel: Vi begynder" for state in ("", "Flyttet: ", "Aflyst: ")]
    assert [event["DTSTART;TZID=Europe/Copenhagen"] for event in seen] == ["20260910T090000", "20260917T090000", "20260917T090000"]
    assert text_of(seen[1]["DESCRIPTION"]).startswith("Flyttet fra 10. september 2026, 09:00.\n")


def test_a_cancelled_circle_cancels_its_sessions(tmp_path):
    """Who has the sessions of a circle in a calendar sees that none of them takes place."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    project.edit("circles/small-circle/circle.yml", "status: running", "status: cancelled\ncancelled_because: Der kom for få tilmeldinger i efteråret.")
    event, = events_of(project.build(with_search=False), "da/circles/calendar.ics")
    assert event["STATUS"] == "CANCELLED" and event["SUMMARY"].startswith("Aflyst: ") and event["SEQUENCE"] == "2"


def last_sunday(year: int, month: int) -> date:
    end = date(year, month + 1, 1) - timedelta(days=1)
    return end - timedelta(days=(end.weekday() + 1) % 7)


@pytest.mark.parametrize("zone", TZDATA)
def test_both_changes_of_summer_time(tmp_path, zone):
    """On the days around both changes of the clock, for years to come, another program finds the moment that the law says."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    project.edit("circles/small-circle/circle.yml", "timezone: Europe/Copenhagen", f"timezone: {zone}").edit("circles/small-circle/circle.yml", "start: 2026-09-01\n  end: 2026-12-15", "start: 2026-03-01\n  end: 2028-02-01")
    project.edit("circles/small-circle/circle.yml", "aligned: 2026-09-10", "aligned: 2026-03-28")
    text = (project.folder / SESSION).read_text("utf-8")
    project.remove(SESSION)
    days = [change + timedelta(days=step) for year in (2026, 2027) for change in (last_sunday(year, 3), last_sunday(year, 10)) for step in (-1, 0, 1)]
    for number, day in enumerate(days, start=1):
        project.write(f"circles/small-circle/sessions/{number:02}-begin.da.md", text.replace("2026-09-10", day.isoformat()))
    project.build(with_search=False)
    calendar = vobject.readOne((project.site / CIRCLE / "calendar.ics").read_bytes().decode())
    assert len(calendar.vevent_list) == len(days)
    for day, event in zip(days, calendar.vevent_list, strict=True):
        is_summer = last_sunday(day.year, 3) <= day < last_sunday(day.year, 10)  # at 09:00 the change of that day is past
        assert event.dtstart.value.astimezone(UTC) == datetime(day.year, day.month, day.day, 9 - TZDATA[zone][is_summer], tzinfo=UTC), day


@pytest.mark.parametrize("name", sorted(set(ZONE_BY_COUNTRY.values())))
def test_zones_are_right_at_every_hour(name):
    """Each member country's zone, as calendars carry it, gives the right time at each hour around every change, read by another program."""
    text = time_zone(name, 2026, 2028).decode()
    read = tzical(io.StringIO(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")).get()
    zone = ZoneInfo(name)
    days = [change + timedelta(days=step) for year in (2026, 2027, 2028) for change in (last_sunday(year, 3), last_sunday(year, 10)) for step in (-2, -1, 0, 1)]
    for day in [*days, date(2026, 1, 1), date(2027, 7, 1), date(2028, 12, 31)]:
        for hour in range(24):
            clock = datetime(day.year, day.month, day.day, hour)
            offsets = {clock.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
            if len(offsets) == 1:  # an hour that is there, and only once
                assert clock.replace(tzinfo=read).utcoffset() in offsets, clock


def test_signs_that_calendars_use_themselves(tmp_path):
    """Commas, semicolons, backslashes, quotes and long words in many letters come out as they went in."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    title = 'Å, Ä; Ö \\ "citat": ' + "þæðö" * 14
    project.edit(SESSION, "title: Vi begynder", f"title: '{title}'").build(with_search=False)
    event, = events_of(project, f"{CIRCLE}/calendar.ics")
    assert text_of(event["SUMMARY"]) == f"En lille cirkel: {title}"


def test_no_address_but_the_pages_own(built):
    """Nothing in a calendar leads anywhere but to the site's own pages: a meeting link is never in it."""
    found = {address for name in all_calendars(built) for line in lines_of((built.site / name).read_bytes())
             for address in re.findall(r"https?://[^/\\]+", line)}
    assert found == {"https://prove.example.org"}


def test_the_day_of_making_is_said_when_it_is_known(tmp_path):
    """With a day of making, events say when they were last modified; without, the same content gives the same file on any day."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    made, = events_of(project.build(with_search=False, made=date(2026, 11, 24)), f"{CIRCLE}/calendar.ics")
    assert made["LAST-MODIFIED"] == made["DTSTAMP"] == "20261124T000000Z"
    first = (project.build(with_search=False).site / CIRCLE / "calendar.ics").read_bytes()
    assert (project.build(with_search=False, today=date(2027, 5, 1)).site / CIRCLE / "calendar.ics").read_bytes() == first


def test_the_real_calendars_keep_the_rules(real_site: Path):
    """So do this repository's own."""
    project = CircleProject(real_site.parent)
    assert all_calendars(project) and all(events_of(project, name) for name in all_calendars(project))
