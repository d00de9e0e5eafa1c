"""A problem: something a person should mend, with its place, a code, one sentence and a hint.

Content mistakes are values. Every stage returns what it could make together with the problems it met, so that a
person who has twelve files to mend hears of all twelve at once. Only a missing environment raises, as a
`CirclepressError`, which `cli/` catches once.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct


class CirclepressError(Exception):
    """The environment lacks something, or the command cannot be carried out; `exit_status` says which."""

    exit_status = 3


class UsageError(CirclepressError):
    """The command was called in a way that cannot work."""

    exit_status = 2


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Place(Struct, frozen=True, order=True):
    """Where a problem is."""

    path: str
    """The file, relative to the project folder, with forward slashes."""
    line: int = 0
    """Counted from 1; 0 when the whole file is meant."""
    column: int = 0
    """Counted from 1; 0 when the whole line is meant."""

    def __str__(self) -> str:
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class Problem(Struct, frozen=True, order=True):
    """One thing to mend."""

    place: Place
    code: str
    """A key of `CODES`, or the number of a model check."""
    message: str
    """One sentence that names the thing and quotes the value."""
    hint: str = ""
    """What to do about it."""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if self.code not in CODES and not _MODEL_CHECK.fullmatch(self.code):
            raise ValueError(f"unknown problem code {self.code!r}: add it to CODES")

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def leaves_out(self) -> bool:
        """Whether the page or circle concerned is left out of the build until this is mended."""
        return self.is_error and self.code not in SHOWN_SAFELY


_MODEL_CHECK = re.compile(r"C[0-4][0-9]")

CODES: dict[str, str] = {
    # files
    "file-name": "A file or folder has a name or place that circlepress does not know.",
    "file-link": "A symbolic link stands where a file should be.",
    "file-too-large": "A file, or the picture in it, is larger than the limit for its kind.",
    "file-encoding": "A text file is not UTF-8.",
    "hidden-character": "A character that cannot be seen turns the direction of the text.",
    "file-type": "An attached file is not the kind of image its name says.",
    "file-unreadable": "A file could not be read.",
    # metadata
    "metadata-missing": "A page does not begin with metadata between two lines of three hyphens.",
    "metadata-unclosed": "The metadata of a page has no closing line of three hyphens.",
    "yaml-syntax": "The metadata is not valid YAML.",
    "yaml-alias": "An anchor or alias is used in the metadata.",
    "yaml-tag": "A YAML tag is used in the metadata.",
    "yaml-duplicate-key": "The same key is given twice.",
    "yaml-too-deep": "The metadata is nested too deeply or holds too many values.",
    "unknown-key": "A key that this kind of file does not have.",
    "missing-key": "A key that this kind of file must have is missing.",
    "wrong-type": "A value is of another kind than expected.",
    "not-allowed": "A value is not one of those allowed here.",
    "out-of-range": "A value, list or text is too short, too long, too small or too large.",
    "wrong-form": "A value does not have the form it should have.",
    # meaning
    "unknown-reference": "A reference points at something that does not exist.",
    "unknown-language": "A language is not one of the project's languages.",
    "no-original": "A page has only translations; none of its files is the original.",
    "two-originals": "Two files of one page both claim to be the original.",
    "not-translatable": "A translation carries a fact that belongs in the original.",
    "translation-incomplete": "A translated list does not match the original's.",
    "agenda-block": "A block of an agenda is not told completely.",
    "unknown-placeholder": "A template has a placeholder that circlepress cannot fill.",
    "needed-for-status": "A circle's status asks for something that is missing.",
    "dates-disagree": "Two dates or times contradict each other.",
    "heading-id": "A heading's id is missing, repeated or not allowed.",
    "raw-html": "HTML in a text; it is shown as it was typed, not interpreted.",
    "broken-link": "A link leads to a page, heading or image that does not exist.",
    "unsafe-link": "A link uses an address that is not allowed.",
    "old-address": "An old address under moved cannot lead on to the page that claims it.",
    # worth a look
    "comment-in-text": "The end of a text is taken for a comment, because it begins with #.",
    "link-text": "The text of a link does not say where it leads.",
    "old-link": "A link or reference uses what a page was called before.",
    "avoided-word": "The glossary asks us to use another word.",
    "review-due": "Nobody has read the page through for two years.",
    "old-statement": "The statement on accessibility is more than a year old.",
    "long-page": "A guide is longer than readers manage.",
    "long-sentence": "A sentence has more than 25 words.",
    "translation-differs": "A translation has other links, pictures, steps or numbers than its source.",
    "hard-to-read": "The text has a LIX above 45.",
    # building
    "outside-resource": "A finished page fetches something from another host.",
    "removed-by-sanitiser": "Something was taken out of a finished page because it could do harm.",
    "page-not-rendered": "The text of a page could not be turned into HTML.",
    "edition-not-built": "An edition could not be built.",
    # the project
    "settings": "The settings in mkdocs.yml are not usable.",
}
"""Every code with one sentence that says what it means; the handbook documents each."""

SHOWN_SAFELY = frozenset(
    {"hidden-character", "unknown-key", "raw-html", "broken-link", "unsafe-link", "heading-id", "removed-by-sanitiser",
     "unknown-placeholder", "unknown-reference", "old-address", "file-name", "file-type", "outside-resource", "page-not-rendered"}
)
"""Codes of errors after which the page or circle they touch is published all the same: nothing is lost and nothing can run.

A file with a name that is not known (`file-name`) and a picture that is none (`file-type`) are not used themselves; what
stands around them is. A link (`file-link`) stands where a page should be, so that page is left out.
"""
