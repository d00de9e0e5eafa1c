"""The closed lists and small value types that several schemas share.

Enums are written as `StrEnum`; none of their values is a word that YAML 1.1 would turn into a truth value.
`L` in the content model, localised text, is `LocalisedText`: a plain string counts as written in the language of
its file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError


class Schema(BaseModel):
    """The base of every model: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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
    MACHINE = "machine"
    DRAFT = "draft"
    REVIEWED = "reviewed"


def is_todo(text: str) -> bool:
    """Whether a text of a circle template still waits to be written; such a text is spared the rules of form."""
    return text.lstrip().startswith("TODO")


def wrong_form(expected: str, language: str = "") -> PydanticCustomError:
    """Return the error for a value that does not have the form it should: `expected` completes "expected …".

    `language` names the one at fault in a text that is given in several.
    """
    return PydanticCustomError("wrong_form", "{expected}", {"expected": expected, "language": language})


def out_of_range(found: str, hint: str, language: str = "") -> PydanticCustomError:
    """Return the error for a text, list or number that is too short, long, small or large.

    `found` completes a sentence that begins with the key, such as "has 5 characters"; `hint` says what to write;
    `language` names the one at fault in a text that is given in several.
    """
    return PydanticCustomError("out_of_range", "{found}", {"found": found, "hint": hint, "language": language})


def _matching(pattern: str, expected: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise wrong_form(expected)
        return value

    return check


def characters(shortest: int, longest: int) -> Callable[[Any], Any]:
    """Return a check that a text (or each language's text) has between `shortest` and `longest` characters."""

    def check(value: Any) -> Any:
        for language, text in _texts_of(value):
            if not shortest <= len(text) <= longest and not is_todo(text):
                found = f"has {_counted(len(text), 'character', 'characters')}"
                raise out_of_range(found, f"Write {shortest} to {longest} characters.", language)
        return value

    return check


def how_many(fewest: int, most: int) -> Callable[[Any], Any]:
    """Return a check that a list or map has between `fewest` and `most` items."""

    def check(value: Any) -> Any:
        if not fewest <= len(value) <= most:
            wanted = f"{fewest} to {most}" if fewest else f"at most {most}"
            raise out_of_range(f"has {_counted(len(value), 'entry', 'entries')}" if value else "is empty", f"Give it {wanted} entries.")
        return value

    return check


def is_question(value: Any) -> Any:
    """Check that a text (or each language's text) ends with a question mark."""
    for language, text in _texts_of(value):
        if not text.rstrip().endswith("?") and not is_todo(text):
            raise wrong_form("a question that ends with a question mark", language)
    return value


def _texts_of(value: str | dict[str, str]) -> Iterable[tuple[str, str]]:
    """Return each language with its text; a plain text has the language ""."""
    return value.items() if isinstance(value, dict) else [("", value)]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _localised(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str):
        return {info.context["language"]: value}
    if not isinstance(value, dict):
        raise PydanticCustomError("string_type", "a text or a text in each language")
    return value


def _languages_known(value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    for language in value:
        if language not in info.context["languages"]:
            raise PydanticCustomError("unknown_language", "{found}", {"found": language})
    if not value:
        raise out_of_range("is empty", "Write a text in at least one language.")
    return value


def _truth(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise wrong_form("true or false")
    return value in ("true", True)


def _plain_title(value: str) -> str:
    if value.endswith(".") and not value.endswith("..."):
        raise wrong_form("a title without a full stop at the end")
    return value


def _date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        raise wrong_form("a date such as 2026-11-24")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise wrong_form("a date that exists, such as 2026-11-24") from None


def _time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise wrong_form("a time of day such as 09:00 or 14:30")
    return time.fromisoformat(value)


def _https(value: str) -> str:
    if not re.fullmatch(r"https://[^\s<>\"'`\\]+", value):
        raise wrong_form("an address that begins with https://")
    return value


def _contact(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>\"'`\\:/]+@[^\s@<>\"'`\\:/]+\.[^\s@<>\"'`\\:/]+", value):
        raise wrong_form("a mail address at work, such as name@organisation.example")
    return value


def _signup(value: str) -> str:
    if not re.fullmatch(r"(https://|mailto:)[^\s<>\"'`\\]+", value):
        raise wrong_form("an address that begins with https:// or mailto:")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
LocalisedText = Annotated[dict[str, Text], BeforeValidator(_localised), AfterValidator(_languages_known)]
Slug = Annotated[str, AfterValidator(_matching(r"(?=.{1,48}$)[a-z0-9]+(-[a-z0-9]+)*", "small letters a to z, digits and single hyphens, at most 48"))]
Reference = Annotated[str, AfterValidator(_matching(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*", "a folder and an id, such as guides/for-managers or circles/digital-help"))]
StatementNumber = Annotated[str, AfterValidator(_matching(r"S(0[1-9]|[123][0-9]|40)", "a number from S01 to S40"))]
CheckNumber = Annotated[str, AfterValidator(_matching(r"C(0[1-9]|[123][0-9]|4[0-6])", "a number from C01 to C46"))]
Offset = Annotated[str, AfterValidator(_matching(r"[+-][0-9]{1,3}[dw]", "a number of days or weeks before or after, such as -6w or +2d"))]
Country = Annotated[str, AfterValidator(_matching(r"[A-Z]{2}", "two capital letters, such as DK, NO, AX or FO"))]
Colour = Annotated[str, AfterValidator(_matching(r"#[0-9a-fA-F]{6}", "a colour such as #14532d"))]
Truth = Annotated[bool, BeforeValidator(_truth)]
Date = Annotated[date, BeforeValidator(_date)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
WebAddress = Annotated[str, AfterValidator(_https)]
MailAddress = Annotated[str, AfterValidator(_contact)]
SignupAddress = Annotated[str, AfterValidator(_signup)]
Title = Annotated[Text, AfterValidator(characters(3, 80)), AfterValidator(_plain_title)]
Summary = Annotated[Text, AfterValidator(characters(20, 200))]


class Range(Schema):
    """A smallest and a largest number."""

    min: int
    max: int


def within(lowest: int, highest: int) -> Callable[[Range], Range]:
    """Return a check that a range is in order and lies within two numbers."""

    def check(value: Range) -> Range:
        if not lowest <= value.min <= value.max <= highest:
            raise out_of_range(f"goes from {value.min} to {value.max}",
                               f"Write min and max between {lowest} and {highest}, the smaller first.")
        return value

    return check


def number(lowest: int, highest: int) -> AfterValidator:
    """Return a check that a whole number lies within two numbers."""

    def check(value: int) -> int:
        if not lowest <= value <= highest:
            wanted = f"a whole number from {lowest} to {highest}" if lowest < highest else lowest
            raise out_of_range(f"is {value}", f"Write {wanted}.")
        return value

    return AfterValidator(check)
