"""What is coming up in all listed circles: their sessions and the last days to sign up, month by month."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ..edition import PlannedPage
from .common import Desk
from .listing import circle_card, listed_circles, public_circles, standing
from .meetings import Meeting, in_words, meetings, midnight_after


def coming_page(desk: Desk) -> PlannedPage:
    """Return the page that tells of everything from today on."""
    months: list[dict] = []
    for entry in _entries(desk):
        if not months or months[-1]["id"] != entry["date_iso"][:7]:
            months.append({"id": entry["date_iso"][:7], "title": entry["month"], "entries": []})
        months[-1]["entries"].append(entry)
    title, summary = desk.wording.text("coming.title"), desk.wording.text("coming.summary")
    view = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "months": months,
            "circles_address": f"{desk.handbook_address}circles/", "feed": True,
            "calendar": "circles/calendar.ics" if meetings(desk, public_circles(desk)) else ""}
    return desk.plan_page("circles/coming/index.md", "coming.html", title, summary, view)


def next_up(desk: Desk) -> list[dict]:
    """Return the next three things that take place, for the front page."""
    return [entry for entry in _entries(desk) if entry["state"] != "cancelled"][:3]


def _entries(desk: Desk) -> list[dict]:
    circles = listed_circles(desk)
    found = [(meeting.ends.astimezone(UTC), _session(desk, meeting)) for meeting in meetings(desk, circles) if meeting.day >= desk.today]
    for circle in circles:
        if standing(desk, circle) == "open" and circle.facts.signup and (day := circle.facts.signup.until):
            over = midnight_after(day, circle.facts.frame.timezone).astimezone(UTC)
            found.append((over, _when(desk, day, over) | {
                "state": "signup", "state_text": "", "title": {"text": desk.wording.text("coming.signup"), "lang": ""},
                "address": desk.circle_address(circle), "circle": circle_card(desk, circle), "times": "", "mode_text": ""}))
    return [entry for _, entry in sorted(found, key=lambda pair: (pair[1]["date_iso"], pair[0], pair[1]["address"]))]


def _session(desk: Desk, meeting: Meeting) -> dict:
    session, wording = meeting.session, desk.wording
    times = wording.times(meeting.starts.time(), meeting.ends.time())
    return _when(desk, meeting.day, meeting.ends.astimezone(UTC)) | {
        "state": meeting.state, "state_text": wording.text(f"session.{meeting.state}") if meeting.state != "planned" else "",
        "title": desk.said(in_words(desk, session.title_by_language)),
        "address": f"{desk.circle_address(meeting.circle)}sessions/{session.id}/", "circle": circle_card(desk, meeting.circle),
        "times": f"{times} ({wording.text('session.zone', city=wording.city(meeting.zone))})",
        "mode_text": wording.text(f"mode.{session.mode}")}


def _when(desk: Desk, day: date, over: datetime) -> dict:
    said, month = desk.wording.date(day, "full"), desk.wording.month(day)
    return {"date": said[:1].upper() + said[1:], "date_iso": day.isoformat(), "month": month[:1].upper() + month[1:],
            "over": over.isoformat().replace("+00:00", "Z")}
