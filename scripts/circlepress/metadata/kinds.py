"""The closed lists and small value types that several schemas share.

Enums are written as `StrEnum`; none of their values is a word that YAML 1.1 would turn into a truth value.
`L` in the content model, localised text, is `LocalisedText`: a plain string counts as written in the language of
its file.

The annotations here and in the other modules with models are no texts (no `from __future__ import annotations`): reading them again would
take time.
"""

import math
import re
from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any

from ..language import OWN_NAME
from . import contrast
from .rules import After, Before, Context, NotBlank, Refused, Rule, Schema, Told


class Audience(StrEnum):
    ORGANISATION = "organisation"
    FACILITATOR = "facilitator"
    PARTICIPANT = "participant"
    COORDINATOR = "coordinator"


class Phase(StrEnum):
    ESTABLISH = "establish"
    RECRUIT = "recruit"
    START = "start"
    RUN = "run"
    SPREAD = "spread"
    EVALUATE = "evaluate"


class BlockKind(StrEnum):
    """What happens in a block of an agenda."""

    OPEN = "open"
    ALIGN = "align"
    SHARE = "share"
    INPUT = "input"
    WORK = "work"
    DIRECTION = "direction"
    PRACTISE = "practise"
    BREAK = "break"
    CLOSE = "close"


class Mode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"
    HYBRID = "hybrid"


class Licence(StrEnum):
    CC_BY = "CC-BY-4.0"
    CC0 = "CC0-1.0"
    CC_BY_SA = "CC-BY-SA-4.0"


class TranslationState(StrEnum):
    STARTED = "started"
    """Not finished: readers get the page in another language until it is a draft."""
    MACHINE = "machine"
    DRAFT = "draft"
    REVIEWED = "reviewed"


def is_todo(text: str) -> bool:
    """Whether a text of a circle template still waits to be written; such a text is spared the rules of form."""
    return text.lstrip().startswith("TODO")


def wrong_form(expected: str, language: str = "") -> Refused:
    """Return the error for a value that does not have the form it should: `expected` completes "expected …".

    `language` names the one at fault in a text that is given in several.
    """
    return Refused("wrong_form", {"expected": expected, "language": language})


def out_of_range(found: str, hint: str, language: str = "") -> Refused:
    """Return the error for a text, list or number that is too short, long, small or large.

    `found` completes a sentence that begins with the key, such as "has 5 characters"; `hint` says what to write;
    `language` names the one at fault in a text that is given in several.
    """
    return Refused("out_of_range", {"found": found, "hint": hint, "language": language})


def form(pattern: str, expected: str) -> dict[str, str]:
    """Return the keywords for a text in which `pattern` is found, and what editors say of any other.

    JSON Schema's patterns are those of JavaScript: use only what it and Python read alike.
    """
    return {"pattern": pattern, "patternErrorMessage": f"Expected {expected}."}


def _matching(pattern: str, expected: str) -> Rule:
    """Return a rule that a text matches a pattern, which begins with ^ and ends with $."""
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise wrong_form(expected)
        return value

    return Rule(check, f"Write {expected}.", form(pattern, expected))


def one_of(*allowed: str) -> Rule:
    """Return a rule that a text is one of a few words."""
    expected = "one of " + ", ".join(allowed)

    def check(value: str) -> str:
        if value not in allowed:
            raise wrong_form(expected)
        return value

    return Rule(check, f"Write {expected}.", {"enum": list(allowed)})


def characters(shortest: int, longest: int) -> Rule:
    """Return a rule that a text (or each language's text) has between `shortest` and `longest` characters."""
    hint = f"Write {shortest} to {longest} characters."

    def check(value: Any) -> Any:
        for language, text in _texts_of(value):
            if not shortest <= len(text) <= longest and not is_todo(text):
                found = f"has {_counted(len(text), 'character', 'characters')}"
                raise out_of_range(found, hint, language)
        return value

    return Rule(check, hint, {"minLength": shortest, "maxLength": longest}, spares_todo=True)


def how_many(fewest: int, most: int) -> Rule:
    """Return a rule that a list has between `fewest` and `most` entries."""
    hint = f"Give it {f'{fewest} to {most}' if fewest else f'at most {most}'} entries."

    def check(value: Any) -> Any:
        if not fewest <= len(value) <= most:
            found = f"has {_counted(len(value), 'entry', 'entries')}" if value else "is empty"
            raise out_of_range(found, hint)
        return value

    return Rule(check, hint, ({"minItems": fewest} if fewest else {}) | {"maxItems": most})


_QUESTION = "a question that ends with a question mark"


def _is_question(value: Any) -> Any:
    for language, text in _texts_of(value):
        if not text.rstrip().endswith("?") and not is_todo(text):
            raise wrong_form(_QUESTION, language)
    return value


is_question = Rule(_is_question, f"Write {_QUESTION}.", form(r"\?\s*$", _QUESTION), spares_todo=True)
"""The rule that a text (or each language's text) ends with a question mark."""


_PLACE = "a place in words; a link belongs in the mail, since the site is public"


def _is_place(value: Any) -> Any:
    for language, text in _texts_of(value):
        if "://" in text or "www." in text:
            raise wrong_form(_PLACE, language)
    return value


is_place = Rule(_is_place, f"Write {_PLACE}.", form(r"^(?!.*(://|www\.))", _PLACE))
"""The rule that a text (or each language's text) holds no link."""


def _texts_of(value: str | dict[str, str]) -> Iterable[tuple[str, str]]:
    """Return each language with its text; a plain text has the language ""."""
    return value.items() if isinstance(value, dict) else [("", value)]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _localised(value: Any, context: Context) -> Any:
    if isinstance(value, str):
        return {context.language: value}
    if not isinstance(value, dict):
        raise Refused("string_type", {})
    return value


def _languages_known(value: dict[str, str], context: Context) -> dict[str, str]:
    for language in value:
        if language not in context.languages:
            raise Refused("unknown_language", {"found": language})
    if not value:
        raise out_of_range("is empty", "Write a text in at least one language.")
    return value


def _truth(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise wrong_form("true or false")
    return value in ("true", True)


_TITLE = "a title without a full stop at the end"


def _plain_title(value: str) -> str:
    if value.endswith(".") and not value.endswith("..."):
        raise wrong_form(_TITLE)
    return value


_READABLE = f"Write a colour dark enough to be read, with a contrast of at least {contrast.ENOUGH} to 1 to the page, and to white text on it."


def _readable(colour: str) -> str:
    if (least := contrast.least_contrast(colour)) < contrast.ENOUGH:
        found = f"is too light to be read: {colour!r} has a contrast of {math.floor(least * 10) / 10} to 1 where text needs {contrast.ENOUGH}"
        raise out_of_range(found, f"Take a darker shade. The nearest that can be read, in light and in dark, is {contrast.nearest_readable(colour)!r}.")
    return colour


_DATE_PATTERN, _A_DATE = r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$", "a date such as 2026-11-24"
_TIME_PATTERN, _A_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "a time of day such as 09:00 or 14:30"


def _date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(_DATE_PATTERN, value):
        raise wrong_form(_A_DATE)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise wrong_form("a date that exists, such as 2026-11-24") from None


_EARLIER_PATTERN = r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}( ([01][0-9]|2[0-3]):[0-5][0-9])?$"
_AN_EARLIER_DATE = "a date such as 2026-11-24, or a date and time such as 2026-11-24 09:00"


def _earlier(value: str) -> str:
    if not re.fullmatch(_EARLIER_PATTERN, value):
        raise wrong_form(_AN_EARLIER_DATE)
    try:
        date.fromisoformat(value.partition(" ")[0])
    except ValueError:
        raise wrong_form("a day that exists") from None
    return value


def _time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(_TIME_PATTERN, value):
        raise wrong_form(_A_TIME)
    return time.fromisoformat(value)


_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD "
    "CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF "
    "GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI "
    "SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW"
).split()
"""The country codes of ISO 3166-1; Åland, the Faroe Islands and Greenland have their own."""

KNOWN_LANGUAGE = Told(keywords={"enum": list(OWN_NAME), "enumDescriptions": list(OWN_NAME.values())})
"""Tells editors the languages circlepress knows; which of them a project has, `validate.py` knows."""

Text = Annotated[str, NotBlank()]
LanguageCode = Annotated[str, KNOWN_LANGUAGE]
LocalisedText = Annotated[
    dict[str, Text],
    Before(_localised, Text | Annotated[dict[LanguageCode, Text], Told(fewest=1)], in_context=True),
    After(_languages_known, in_context=True),
]
Slug = Annotated[str, After(_matching(
    r"^(?=.{1,48}$)[a-z0-9]+(-[a-z0-9]+)*$", "small letters a to z, digits and single hyphens, at most 48"))]
Reference = Annotated[str, After(_matching(
    r"^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$", "a folder and an id, such as guides/for-managers or circles/digital-help"))]
FormerReference = Annotated[str, After(_matching(
    r"^(checklists|guides|methods|project|stories|templates|themes)/(?=.{1,48}$)[a-z0-9]+(-[a-z0-9]+)*$",
    "the folder and id that the page had, such as guides/old-name"))]
FormerSession = Annotated[str, After(_matching(
    r"^[0-9]{2}-(?=.{1,48}$)[a-z0-9]+(-[a-z0-9]+)*$", "the number and name that the session's file had, such as 01-begin"))]
GuideReference = Annotated[str, After(_matching(
    r"^guides/[a-z0-9]+(-[a-z0-9]+)*$", "a guide's folder and id, such as guides/for-managers"))]
CircleReference = Annotated[str, After(_matching(
    r"^circles/[a-z0-9]+(-[a-z0-9]+)*$", "a circle's folder and id, such as circles/digital-help"))]
StatementNumber = Annotated[str, After(_matching(r"^S(0[1-9]|[123][0-9]|40)$", "a number from S01 to S40"))]
CheckNumber = Annotated[str, After(_matching(r"^C(0[1-9]|[123][0-9]|4[0-6])$", "a number from C01 to C46"))]
WaivableCheck = Annotated[str, After(_matching(
    r"^C(0[1-9]|[123][0-9]|4[013-6])$", "a number from C01 to C46, but not C42: personal data can only be taken out"))]
Offset = Annotated[str, After(_matching(
    r"^[+-][0-9]{1,3}[dw]$", "a number of days or weeks before or after, such as -6w or +2d"))]
Country = Annotated[str, After(_matching(
    f"^({'|'.join(_COUNTRIES)})$", "a country's code in two capital letters, such as DK, NO, AX or FO"))]
EarlierDate = Annotated[str, After(Rule(_earlier, f"Write {_AN_EARLIER_DATE}.", form(_EARLIER_PATTERN, _AN_EARLIER_DATE)))]
Stamp = Annotated[str, Told(keywords={"type": ["string", "number"]})]
"""A few hexadecimal digits, which an editor may take for a number."""
Colour = Annotated[
    str,
    After(_matching(r"^#[0-9a-fA-F]{6}$", "a colour such as #14532d")),
    After(Rule(_readable, _READABLE, {})),
]
Domain = Annotated[str, After(_matching(
    r"^(?=.{4,100}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", "an address without https:// and paths, such as digital-help.example.org"))]
Truth = Annotated[bool, Before(_truth)]
Date = Annotated[date, Before(Rule(_date, f"Write {_A_DATE}.", form(_DATE_PATTERN, _A_DATE)))]
TimeOfDay = Annotated[time, Before(Rule(_time, f"Write {_A_TIME}.", form(_TIME_PATTERN, _A_TIME)))]
WebAddress = Annotated[str, After(_matching(r"""^https://[^\s<>"'`\\]+$""", "an address that begins with https://"))]
MailAddress = Annotated[str, After(_matching(
    r"""^[^\s@<>"'`\\:/]+@([^\s@<>"'`\\:/.]+\.)+[^\s@<>"'`\\:/.]+$""",
    "a mail address at work, such as name@organisation.example"))]
SignupAddress = Annotated[str, After(_matching(
    r"""^(https://|mailto:)[^\s<>"'`\\]+$""", "an address that begins with https:// or mailto:"))]
Title = Annotated[
    Text,
    After(characters(3, 80)),
    After(Rule(_plain_title, f"Write {_TITLE}.", form(r"([^.\s]|\.\.\.)\s*$", _TITLE))),
    Told("What the page is called. Example: Aligning expectations"),
]
Summary = Annotated[
    Text,
    After(characters(20, 200)),
    Told("What the page is for, in one or two plain sentences. Example: How to talk through what everyone expects."),
]


class Range(Schema, kw_only=True):
    """A smallest and a largest number."""

    min: int
    """The smallest number. Example: 8"""
    max: int
    """The largest number. Example: 14"""


def within(lowest: int, highest: int) -> Rule:
    """Return a rule that a range is in order and lies within two numbers; that it is in order, JSON Schema cannot say."""
    hint = f"Write min and max between {lowest} and {highest}, the smaller first."

    def check(value: Range) -> Range:
        if not lowest <= value.min <= value.max <= highest:
            raise out_of_range(f"goes from {value.min} to {value.max}", hint)
        return value

    limits = {"minimum": lowest, "maximum": highest}
    return Rule(check, hint, {"properties": {"min": limits, "max": limits}})


def number(lowest: int, highest: int) -> After:
    """Return the rule that a whole number lies within two numbers."""
    hint = f"Write a whole number from {lowest} to {highest}." if lowest < highest else f"Write {lowest}."

    def check(value: int) -> int:
        if not lowest <= value <= highest:
            raise out_of_range(f"is {value}", hint)
        return value

    return After(Rule(check, hint, {"minimum": lowest, "maximum": highest}))
