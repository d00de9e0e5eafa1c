"""C42: does a text hold personal data? It is public, and git remembers, so this is the one check nobody can waive.

Looks at files as they were typed, comments included, for identity numbers of the Nordic countries, links and codes that
let people into online meetings, private mail addresses and lists of participants' names. A sighting says where and
what kind of thing, never what was found: reports and logs are public too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from ..markdown_source import headings
from ..problem import Place
from ..source import SourceFile
from . import thresholds, vocabulary
from .reading import Reading, Remark, check


class DataKind(StrEnum):
    IDENTITY_NUMBER = "identity-number"
    MEETING_LINK = "meeting-link"
    PASSCODE = "passcode"
    PRIVATE_MAIL = "private-mail"
    NAMES = "names"
    """Several names under a heading of participants; the place is the first."""


class PersonalData(Struct, frozen=True, order=True):
    """Something that looks like personal data, by its place; it does not repeat what it saw."""

    line: int
    """The line of the file, counted from 1."""
    column: int
    """Counted from 1."""
    kind: DataKind


_SIX_AND_FOUR = re.compile(r"(?<![\w+-])([0-9]{6})([-–+])([0-9]{4})(?![\w-])")
_EIGHT_AND_FOUR = re.compile(r"(?<![\w+-])((?:19|20)[0-9]{6})[-–+]?([0-9]{4})(?![\w-])")
_NORWEGIAN = re.compile(r"(?<![\w+-])([0-9]{6})[ -]?([0-9]{5})(?![\w-])")
_FINNISH = re.compile(r"(?<![\w+-])[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y](?![\w-])", re.IGNORECASE)
_PRIVATE_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:" + "|".join(vocabulary.PRIVATE_MAIL) + r")(?![\w-]|\.\w)", re.IGNORECASE)
_FIVE_DIGITS = re.compile(r"[0-9][0-9][0-9][0-9][0-9]")  # much quicker to look for than \d{5}
_QUERY = re.compile(r"[?&]\w+=")
_IN_AN_ADDRESS = re.compile(r"\.[\w-]+/")
_LIST_ITEM = re.compile(r"^(\s*(?:[-*+]|\d{1,3}[.)])\s+)(\S.*)$")
_LEAD_IN = re.compile(r"^\s*(?:\*\*|__)?([^*_:]{3,60}?)(?:(?:\*\*|__):?|:(?:\*\*|__)?)\s*$")
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-])*\.?")
_PARTICLES = frozenset({"af", "av", "von", "van", "de", "der", "den", "da", "la", "bin", "el"})


def personal_data_in(file: SourceFile) -> list[PersonalData]:
    """Return what looks like personal data in one file, in the order of its lines."""
    return list(_found_in(file.text, file.body, file.body_line))


@lru_cache(maxsize=512)
def _found_in(text: str, body: str, body_line: int) -> tuple[PersonalData, ...]:
    found: dict[tuple[int, int], DataKind] = {}
    for number, line in enumerate(text.split("\n") if _is_worth_reading(text) else (), start=1):
        for position, kind in _in_line(line):
            found.setdefault((number, position + 1), kind)
    for number, position in _lists_of_names(body):
        found.setdefault((body_line + number - 1, position + 1), DataKind.NAMES)
    return tuple(sorted(PersonalData(line, column, kind) for (line, column), kind in found.items()))


def _is_worth_reading(text: str) -> bool:
    """Whether a text holds what every pattern below needs; nearly all texts do not, and cost one quick look."""
    if "@" in text or _FIVE_DIGITS.search(text) or "=" in text and _QUERY.search(text):
        return True
    lower = text.lower()
    if "/" in lower and ("/b/" in lower or "/rooms/" in lower or _IN_AN_ADDRESS.search(lower)):
        return True
    return any(word in lower for word in vocabulary.PASSCODE_WORDS)


@check("C42")
def no_personal_data(reading: Reading) -> Iterator[Remark]:
    """No text of the circle, in any language, holds personal data."""
    for file in reading.files:
        for sighting in personal_data_in(file):
            values = {"line": sighting.line, "file": file.path.rsplit("/", 1)[1], "kind": f"personal.{sighting.kind}"}
            yield Remark(Place(file.path, sighting.line, sighting.column), values=values)


def _in_line(line: str) -> Iterator[tuple[int, DataKind]]:
    """Yield position and kind of what one line shows by itself."""
    for match in _SIX_AND_FOUR.finditer(line):
        if _is_identity_number(match[1], match[3], is_swedish=match[2] == "+"):
            yield match.start(), DataKind.IDENTITY_NUMBER
    for match in _EIGHT_AND_FOUR.finditer(line):
        if int(match[1][:4]) <= thresholds.LATEST_BIRTH_YEAR and _is_swedish(match[1][2:], match[2]):
            yield match.start(), DataKind.IDENTITY_NUMBER
    for match in _NORWEGIAN.finditer(line):
        if _is_norwegian(match[1] + match[2]):
            yield match.start(), DataKind.IDENTITY_NUMBER
    for match in _FINNISH.finditer(line):
        if _is_finnish(match[0]):
            yield match.start(), DataKind.IDENTITY_NUMBER
    for match in vocabulary.IDENTITY_LABEL.finditer(line):
        if _is_identity_number(match[1], match[2]):
            yield match.start(1), DataKind.IDENTITY_NUMBER
    for pattern, kind in ((vocabulary.MEETING_ROOM, DataKind.MEETING_LINK), (vocabulary.PASSCODE, DataKind.PASSCODE),
                          (_PRIVATE_MAIL, DataKind.PRIVATE_MAIL)):
        for match in pattern.finditer(line):
            yield match.start(), kind


# --- identity numbers: few texts hold one, so the library is imported when one does -----------------------------------

def _is_identity_number(six: str, four: str, *, is_swedish: bool = False) -> bool:
    """Whether ten digits are a person's number in Denmark, Iceland or Sweden.

    Danish numbers have had no reliable check digit since 2007, so a date of birth is enough.
    """
    return _is_swedish(six, four) or not is_swedish and (_is_danish(six + four) or _is_icelandic(six + four))


def _is_finnish(number: str) -> bool:
    from stdnum.fi import hetu

    return hetu.is_valid(number)


def _is_danish(number: str) -> bool:
    from stdnum.dk import cpr
    from stdnum.exceptions import ValidationError

    try:
        return cpr.get_birth_date(number) is not None
    except ValidationError:
        return False


def _is_icelandic(number: str) -> bool:
    """Whether it is a person's kennitala; in an organisation's, the day has 40 added."""
    from stdnum.is_ import kennitala

    return int(number[:2]) <= 31 and kennitala.is_valid(number)


def _is_swedish(six: str, four: str) -> bool:
    """Whether it is a personnummer or a samordningsnummer, whose day has 60 added."""
    from stdnum import luhn

    year, month, day = int(six[:2]), int(six[2:4]), int(six[4:])
    return luhn.is_valid(six + four) and any(_is_date(century + year, month, day % 60) for century in (1900, 2000))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _is_norwegian(number: str) -> bool:
    """Whether it is a fødselsnummer or a D-number; asked piece by piece, because the whole asks the machine's clock."""
    from stdnum.exceptions import ValidationError
    from stdnum.no import fodselsnummer

    checks = fodselsnummer.calc_check_digit1(number) + fodselsnummer.calc_check_digit2(number)
    try:
        return checks == number[-2:] and fodselsnummer.get_birth_date(number) is not None
    except ValidationError:
        return False


# --- names -----------------------------------------------------------------------------------------------------------

def _lists_of_names(body: str) -> Iterator[tuple[int, int]]:
    """Yield line of the body and position of the first name of each list of participants."""
    lower = body.lower()
    if not any(stem in lower for stem in vocabulary.PARTICIPANT_STEMS):
        return
    lines = body.split("\n")
    regions: list[tuple[int, int]] = []
    found = headings(body)
    for index, heading in enumerate(found):
        if vocabulary.PARTICIPANTS.search(heading.title) or heading.id == "participants":
            end = next((later.line - 1 for later in found[index + 1:] if later.level <= heading.level), len(lines))
            regions.append((heading.line, end))
    below_headings = {number for start, end in regions for number in range(start + 1, end + 1)}
    for number, line in enumerate(lines, start=1):
        if not line.rstrip().endswith((":", "*", "_")):
            continue
        lead_in = _LEAD_IN.match(line)
        if lead_in and vocabulary.PARTICIPANTS.search(lead_in[1]) and number not in below_headings:
            end = number
            while end < len(lines) and (not lines[end].strip() or _LIST_ITEM.match(lines[end])):
                end += 1
            regions.append((number, end))
    for start, end in regions:
        names = [(number, match.start(2)) for number in range(start + 1, end + 1)
                 if (match := _LIST_ITEM.match(lines[number - 1])) and _is_name(match[2])]
        if len(names) >= thresholds.NAMES_IN_A_LIST:
            yield names[0]


def _is_name(item: str) -> bool:
    """Whether a list item begins with what looks like a person's name: two to five words with capital letters."""
    said = re.split(r"[,;:(|–—/]| - |\. ", item.strip(" *_`[]"), maxsplit=1)[0].strip(" *_`[].")
    words = said.split()
    capital = [word for word in words if word not in _PARTICLES]
    return (2 <= len(capital) and len(words) <= 5 and words[0] not in _PARTICLES
            and not any(part in said.lower() for part in vocabulary.ORGANISATION_PARTS)
            and all(_NAME_WORD.fullmatch(word) and word[0].isupper() for word in capital))
