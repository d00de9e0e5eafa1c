"""What is new as an Atom feed (RFC 4287), in the edition's language: circles that opened, meetings ahead, new directions, what was learned.

All dates come from what circles say, never from the clock: a meeting is news from the day the one before it was held, and again
under another identifier when it is moved or cancelled; what has no date is no news. The standard library writes the file:
the libraries for feeds cannot mark the language of a single entry, and date what has no date by the clock.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import date
from urllib.parse import urlsplit

from msgspec import Struct

from ..catalogue import Circle, Kind
from ..edition import EditionKind
from ..language import Language, Words, words_for
from ..metadata.circle import Status, Visibility
from ..views.common import Desk
from ..views.listing import public_circles
from ..views.meetings import in_words, lasting_name, meetings_of
from .calendar import whole

NAME = "feed.xml"
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_MOST = 50
"""So many entries, the newest, are in a feed."""


class Entry(Struct, frozen=True):
    id: str
    """Lasting, and of this language only; without the part that all of a site's have in common."""
    day: date
    title: str
    text: str
    language: Language
    """Of the text; the title is in the edition's language, but for names."""
    address: str


class Feed(Struct, frozen=True):
    """What a feed says."""

    authority: str
    """With what all identifiers begin (RFC 4151)."""
    name: str
    """The rest of the feed's own identifier."""
    title: str
    author: str
    language: Language
    licence: str
    address: str
    """Where the feed itself stands; empty while the site has no address."""
    page: str
    """The page it goes with."""
    entries: tuple[Entry, ...]
    """The newest first, and at least one."""


def feed_of(desk: Desk) -> Feed | None:
    """Return what the feed of an edition says; `None` when there is nothing to say, and for circles that are not public."""
    if desk.edition.kind is EditionKind.MICROSITE:
        circle = desk.resolved.circle
        if circle.facts.visibility is not Visibility.PUBLIC or circle.facts.status is Status.DRAFT:
            return None
        entries, title = _of_circle(desk, circle), words_for(circle.facts.title, desk.language, desk.resolved.chain).text
    else:
        entries = [entry for circle in public_circles(desk) for entry in _of_circle(desk, circle)] + _stories(desk)
        title = desk.settings.name_by_language[desk.language]
    if not entries:
        return None
    newest = sorted(entries, key=lambda entry: (-entry.day.toordinal(), entry.id))[:_MOST]
    host = urlsplit(desk.settings.address).hostname or "circlepress.invalid"
    page = desk.edition.address
    return Feed(f"tag:{host},2026", page.strip("/"), f"{title}: {desk.wording.text('feed.title')}",
                desk.settings.publisher or desk.settings.name_by_language.get(desk.language, title), desk.language, str(desk.settings.licence),
                whole(desk, f"{page}{NAME}"), whole(desk, page) or page, tuple(newest))


def _of_circle(desk: Desk, circle: Circle) -> list[Entry]:
    facts, wording, home = circle.facts, desk.wording, desk.circle_address(circle)
    name = words_for(facts.title, desk.language, desk.resolved.chain).text
    entries: list[Entry] = []

    def say(what: str, day: date | None, key: str, text: Words | None, tail: str = "", **values: str) -> None:
        if day:
            said = text or Words("", desk.language)
            title = wording.text(f"feed.{key}", **(values or {"circle": name}))
            entries.append(Entry(f"circles/{lasting_name(desk, circle)}/{desk.language}/{what}", day, title, said.text, said.language,
                                 whole(desk, home + tail) or home + tail))

    def words(localised) -> Words | None:
        return words_for(localised, desk.language, desk.resolved.chain) if localised else None

    opened = _opened(circle)
    say("opened", opened, "opened", words(facts.question))
    before, is_next = opened, True
    for meeting in meetings_of(desk, circle):
        if is_next:
            session = meeting.session
            title = f"{name} · {wording.text('session.number', n=meeting.number)}: {in_words(desk, session.title_by_language).text}"
            when = f"{wording.date(meeting.day, 'full')}, {wording.times(meeting.starts.time(), meeting.ends.time())} "
            when += f"({wording.text('session.zone', city=wording.city(meeting.zone))})"
            state = f"/{meeting.state}/{session.date}" if meeting.state == "moved" else f"/{meeting.state}" if meeting.state == "cancelled" else ""
            say(f"sessions/{session.first_id or session.id}{state}", before, "next" if meeting.state == "planned" else meeting.state,
                Words(when[:1].upper() + when[1:], desk.language), f"sessions/{session.id}/", meeting=title)
        before, is_next = meeting.day, meeting.day < desk.today
    for adjustment in facts.adjustments:
        say(f"direction/{adjustment.date}", adjustment.date, "direction", words(adjustment.becomes))
    if facts.status in (Status.COMPLETED, Status.EVALUATED):
        say("completed", facts.frame.end, "completed", words(facts.question))
    if facts.status is Status.EVALUATED:
        say("evaluated", facts.evaluation.final or facts.frame.end, "evaluated", words(facts.evaluation.summary))
    if facts.status is Status.CANCELLED:
        say("stopped", opened, "stopped", words(facts.cancelled_because))
    return entries


def _opened(circle: Circle) -> date | None:
    """Return the first day a circle speaks of: when a home organisation said yes, the last to sign up, its beginning."""
    facts = circle.facts
    days = [*(organisation.agreed for organisation in facts.organisations), facts.signup.until if facts.signup else None, facts.frame.start]
    return min(filter(None, days), default=None)


def _stories(desk: Desk) -> list[Entry]:
    entries = []
    for material in desk.catalogue.of_kind(Kind.STORY):
        page = desk.resolved.page_by_reference[material.reference]
        if not material.facts.draft:
            address = desk.address_of(material.reference)
            entries.append(Entry(f"{material.reference}/{desk.language}", material.facts.date, page.version.title, page.version.summary,
                                 page.version.language, whole(desk, address) or address))
    return entries


def feed_file(feed: Feed) -> bytes:
    """Return a feed as a file."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language})
    _add(root, "id", f"{feed.authority}:{feed.name}")
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(feed.entries[0].day))
    _add(ElementTree.SubElement(root, "author"), "name", feed.author)
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "hreflang": feed.language, "href": feed.page})
    if feed.address:
        ElementTree.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.address})
    _add(root, "generator", "circlepress")
    _add(root, "rights", feed.licence)
    for said in feed.entries:
        entry = ElementTree.SubElement(root, "entry")
        _add(entry, "id", f"{feed.authority}:{said.id}")
        _add(entry, "title", said.title)
        _add(entry, "updated", _moment(said.day))
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": said.address})
        if said.text:
            _add(entry, "summary", said.text, said.language if said.language != feed.language else "")
    ElementTree.indent(root, "")
    return ElementTree.tostring(root, "utf-8", xml_declaration=True) + b"\n"


def _add(parent: ElementTree.Element, name: str, text: str, language: Language = "") -> None:
    """Add an element with a text, of which only what XML can hold."""
    ElementTree.SubElement(parent, name, {"xml:lang": language} if language else {}).text = re.sub(_NOT_IN_XML, "", text)


def _moment(day: date) -> str:
    """Return a day as a moment: its noon, which is on this day by all clocks of the member countries."""
    return f"{day.isoformat()}T12:00:00Z"
