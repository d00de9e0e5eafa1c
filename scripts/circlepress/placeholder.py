"""The closed list of placeholders a template may hold; nothing else is ever filled in.

What the circle does not say becomes a labelled blank, and what is about one session or one organisation is filled in only in
a template that is made for each of them. `write.` names are always blank: they are for a pen.
"""

from __future__ import annotations

MEANING_BY_PLACEHOLDER = {
    "circle.title": "the circle's name",
    "circle.question": "the open question it begins with",
    "circle.purpose": "its purpose",
    "circle.theme": "the title of its theme",
    "circle.period": "from month to month: September 2026 to April 2027",
    "circle.start": "the day it begins",
    "circle.end": "the day it ends",
    "circle.sessions": "how many meetings: 6 meetings",
    "circle.dates": "every meeting with its day, times and place (a list)",
    "circle.hours": "hours in all for each participant, only the number",
    "circle.mode": "on site, online or partly online",
    "circle.group": "how many take part: 8 to 14 people",
    "circle.languages": "the languages spoken in the meetings",
    "circle.cost": "who pays for what",
    "circle.organisations": "the home organisations with their countries (a list)",
    "circle.countries": "the countries they come from",
    "circle.voluntary": "whether taking part is voluntary, as a sentence",
    "circle.own_practice": "what participants bring from their own work",
    "circle.learning_agent": "whom participants tell at home",
    "circle.sharing": "what participants share, and what stays in the circle",
    "circle.co_creation": "what participants help to shape",
    "circle.resources": "what participants get so that they can take part (a list)",
    "circle.support": "whom participants can turn to (a list)",
    "circle.facilitators": "the facilitators with their organisations (a list)",
    "circle.access": "what makes it possible for everyone to take part",
    "circle.signup": "where to say yes: a mail address or a web address",
    "circle.address": "the web address of the circle's site",
    "signup.until": "the last day to sign up",
    "signup.controller": "the organisation that answers for the sign-up's data",
    "signup.delete_by": "the day the sign-up's data are deleted",
    "signup.privacy": "the web address where one reads how data are handled",
    "coordinator.name": "the coordinator's name",
    "coordinator.organisation": "the coordinator's organisation",
    "coordinator.contact": "the coordinator's mail address",
    "facilitator.names": "the facilitators' names: Eero Laakso and Maja Holm",
    "facilitator.contacts": "the facilitators' mail addresses",
    "evaluation.midway": "the day the circle looks back midway",
    "evaluation.final": "the day it looks back on the whole",
    "first.title": "the first meeting's title",
    "first.date": "its day",
    "first.times": "its times by the circle's clock, with the city",
    "first.local_times": "its times in each country that takes part (a list)",
    "first.place": "its place",
    "session.number": "the meeting's number, only the figure",
    "session.title": "its title",
    "session.date": "its day",
    "session.times": "its times by the circle's clock, with the city",
    "session.local_times": "its times in each country that takes part (a list)",
    "session.mode": "on site, online or partly online",
    "session.place": "its place",
    "session.aim": "what it is for, in one sentence",
    "session.agenda": "the blocks of its agenda, without minutes (a list)",
    "session.materials": "what participants bring, without what its methods need (a list)",
    "session.try": "what everyone tries until the next meeting",
    "session.with": "with whom",
    "session.bring": "what to bring to the next meeting",
    "session.address": "the web address of the meeting's page",
    "session.next": "the day and times of the next meeting",
    "organisation.name": "the home organisation's name",
    "organisation.country": "its country",
    "organisation.commitments": "what it has promised (a list)",
    "organisation.agreed": "the day it said yes",
    "organisation.participants": "how many it sends: 2 people",
    "write.name": "a line for a name, written by hand",
    "write.signature": "a line for a signature",
    "write.date": "a line for a date",
    "write.place": "a line for a place",
    "write.line": "a line to the end of the row, without a label",
    "write.lines": "three lines across the page",
    "write.box": "a small square to tick",
}
"""What each placeholder stands for. A list has one line for each entry where it stands alone in its paragraph, else commas."""

KNOWN_PLACEHOLDERS = frozenset(MEANING_BY_PLACEHOLDER)

UNLABELLED = frozenset({"write.line", "write.lines", "write.box"})
"""Blanks that the sentence before them explains; all others have a label in every language (`blank.` in `interface/`)."""


def known_like(name: str) -> list[str]:
    """Return the placeholders that say something of the same thing as `name` (`circle.…`), sorted; of all things, if none does."""
    group = name.split(".")[0] + "."
    return sorted(known for known in KNOWN_PLACEHOLDERS if known.startswith(group)) or sorted({known.split(".")[0] + ".…" for known in KNOWN_PLACEHOLDERS})
