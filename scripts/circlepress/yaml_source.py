"""Reads YAML as maps, lists and strings, with the line and column of each, and says in plain words what is wrong.

Every scalar stays the string that was typed: no YAML 1.1 surprises (`NO`, `on`, `14:00`). There are no tags, anchors or
aliases, and limits in depth and number, so that nothing here can run or grow. One pass over the parser's events does
it all, because `check` reads tens of thousands of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from msgspec import Struct

from .markdown_source import line_and_column
from .problem import Place, Problem, Severity
from .source import KeyPath, Positions, Tree
from .text_direction import TURN, turned

NESTING = 12
"""Levels of maps and lists inside each other."""
VALUES = 20_000
"""Events of the parser, about one for each key, value, beginning and end."""
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_STARTS = frozenset({yaml.SequenceStartEvent, yaml.MappingStartEvent})
_ENDS = frozenset({yaml.SequenceEndEvent, yaml.MappingEndEvent})
_NODES = _STARTS | {yaml.ScalarEvent, yaml.AliasEvent}
_LINE_SEPARATORS = str.maketrans("\x85\u2028\u2029", "   ")
"""What YAML takes for line ends and editors do not; as spaces, they leave lines and columns as a person counts them."""
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COMMENT = re.compile(r"\s#.*")
"""A comment one space behind a value. That is how a text with # in it is typed; behind two or more, a comment is meant."""
_PROSE = frozenset({"title", "summary", "name", "text", "question", "questions", "purpose", "aim", "place", "invitation", "subject",
                    "materials", "footer", "try", "with", "bring"})
"""Keys whose value is a text even when it is one word; anywhere else, a text has several words."""

_YAML_SLIPS: dict[str, tuple[bool, str, str]] = {
    "mapping values are not allowed in this context": (
        False, "this colon stands where no key can stand",
        "Put quotes around a text that holds a colon: title: \"First: then\". If it is a key, begin it at the same column "
        "as the keys around it, and leave a space after the colon of the line before."),
    "could not find expected ':'": (
        True, "this line has no key", "Begin it with a key, a colon and a space; indent it if it continues the line before."),
    "did not find expected key": (
        False, "a text or list has ended before this, or the line begins at another column than its neighbours",
        "Put one pair of quotes around the whole text, and use the other kind of quotation mark inside it."),
    "found unexpected end of stream": (
        True, "the quotation mark that stands here is not closed", "Put the same quotation mark at the end of the text."),
    "did not find expected ',' or ']'": (
        True, "the square bracket that opens here is not closed", "Put commas between the values and ] after the last."),
    "did not find expected ',' or '}'": (
        True, "the curly bracket that opens here is not closed", "Put commas between the keys and } after the last."),
    "found character that cannot start any token": (
        False, "nothing can begin with the character that stands here",
        "Indent with spaces, not with tabs; put quotes around a text that begins with a sign such as @, % or `."),
    "did not find expected alphabetic or numeric character": (
        True, "a text cannot begin with * or & unless it stands in quotes", "Put quotes around the whole text."),
    "but found another document": (
        False, "a second part begins here", "Remove this line of three hyphens and what follows it."),
}
"""What YAML says of the most common slips: whether to point at the beginning of the matter, a sentence, a hint."""


def parse_yaml(text: str, path: str, lines_before: int, problems: list[Problem], *, strict: bool = True) -> tuple[dict, Positions]:
    """Parse YAML.

    `path` and `lines_before` (how many lines of the file stand before `text`) give problems their place; they are
    added to `problems`. `strict` refuses anchors, aliases and tags; without it they are passed over, an alias being an
    empty text, and texts are not looked into. Returns what could be read; after a problem that leaves out, an empty map.
    """
    parser = _Parser(text.translate(_LINE_SEPARATORS), path, lines_before, strict)
    tree = parser.parse()
    problems += parser.problems
    return ({} if any(problem.leaves_out for problem in parser.problems) else tree), Positions(parser.values, parser.keys)


class Span(Struct, frozen=True):
    """Where one value of a YAML text stands, in characters, so that it can be exchanged with everything around it kept."""

    kind: str
    """`text`, `list` or `map`."""
    value: str
    """Of a text; empty for lists and maps."""
    after_key: int
    """Where the key that it belongs to ends, its colon included; in a list, where the value begins."""
    start: int
    end: int
    is_flow: bool = False
    """Whether a list or map is written with brackets."""


def spans(text: str) -> dict[KeyPath, Span]:
    """Return where each value stands in a text that `parse_yaml` finds nothing wrong with; nothing for any other text."""
    events = yaml.parse(text.translate(_LINE_SEPARATORS), Loader=_LOADER)
    found: dict[KeyPath, Span] = {}

    def value(event: yaml.Event, where: KeyPath, after_key: int) -> int:
        start, end = event.start_mark.index, event.end_mark.index
        if type(event) is yaml.ScalarEvent:
            if event.style in ("|", ">"):
                end = start + len(text[start:end].rstrip())
            found[where] = Span("text", event.value, after_key, start, end)
            return end
        is_flow = text[start:start + 1] in ("[", "{")
        if type(event) is yaml.SequenceStartEvent:
            number = 0
            while type(event := next(events)) is not yaml.SequenceEndEvent:
                end = value(event, (*where, number), event.start_mark.index)
                number += 1
        else:
            while type(event := next(events)) is not yaml.MappingEndEvent:
                colon = text.index(":", event.end_mark.index) + 1
                end = value(next(events), (*where, event.value), colon)
        if is_flow:
            end = event.end_mark.index
        found[where] = Span("list" if type(event) is yaml.SequenceEndEvent else "map", "", after_key, start, end, is_flow)
        return end

    try:
        for event in events:
            if type(event) in _NODES:
                value(event, (), 0)
    except (yaml.YAMLError, AttributeError, ValueError, RecursionError):  # keys that are no words, aliases, mistakes
        return {}
    return found


class _TooMuch(Exception):
    """The text is beyond the limits; a problem says so."""


class _Parser:
    def __init__(self, text: str, path: str, lines_before: int, strict: bool) -> None:
        self.text = text
        self.lines = text.split("\n") if " #" in text else []
        self.path = path
        self.lines_before = lines_before
        self.strict = strict
        self.problems: list[Problem] = []
        self.values: dict[KeyPath, tuple[int, int]] = {}
        self.keys: dict[KeyPath, tuple[int, int]] = {}
        self.count = 0
        self.depth = 0

    def at(self, mark: yaml.Mark) -> tuple[int, int]:
        return (mark.line + 1 + self.lines_before, mark.column + 1)

    def report(self, mark: yaml.Mark, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Place(self.path, *self.at(mark)), code, message, hint))

    def parse(self) -> dict:
        try:
            return self._document(self._events())
        except _TooMuch:
            pass
        except yaml.MarkedYAMLError as error:
            at_beginning, sentence, hint = _YAML_SLIPS.get(error.problem, (
                False, error.problem or error.context, "Look at the line and the one before it: a missing quote, a colon inside "
                "a text without quotes, or an indent that does not match."))
            mark = at_beginning and error.context_mark or error.problem_mark or error.context_mark
            place = Place(self.path, *self.at(mark)) if mark else Place(self.path, 1 + self.lines_before)
            self.problems.append(Problem(place, "yaml-syntax", f"this cannot be read as YAML: {sentence}.", hint))
        except yaml.YAMLError as error:
            line, column, sentence = 1, 0, str(error).splitlines()[0]
            if hidden := yaml.reader.Reader.NON_PRINTABLE.search(self.text):
                line, column = line_and_column(self.text, hidden.start())
                sentence = f"a character that cannot be seen stands here (number {ord(hidden[0])})"
            self.problems.append(Problem(Place(self.path, line + self.lines_before, column), "yaml-syntax",
                                         f"this cannot be read as YAML: {sentence}.", "Delete the line and type it again."))
        return {}

    def _events(self) -> Iterator[yaml.Event]:
        for event in yaml.parse(self.text, Loader=_LOADER):
            kind = type(event)
            self.count += 1
            if kind in _STARTS:
                self.depth += 1
            elif kind in _ENDS:
                self.depth -= 1
            if self.count > VALUES or self.depth > NESTING:
                self.report(event.start_mark, "yaml-too-deep", "the metadata is nested too deeply or holds too many values.",
                            f"Use at most {NESTING} levels and {VALUES:,} values.")
                raise _TooMuch
            if self.strict and kind in _NODES:
                if kind is yaml.AliasEvent or event.anchor:
                    self.report(event.start_mark, "yaml-alias", "anchors (&name) and aliases (*name) are not used here.",
                                "Write the text out; put quotes around a text that begins with & or *.")
                elif event.tag:
                    self.report(event.start_mark, "yaml-tag", f"the tag {event.tag!r} is not used here.",
                                "Remove it; put quotes around a text that begins with an exclamation mark.")
            yield event

    def _document(self, events: Iterator[yaml.Event]) -> dict:
        tree: Tree = {}
        documents = 0
        for event in events:
            if type(event) is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    _, sentence, hint = _YAML_SLIPS["but found another document"]
                    self.report(event.start_mark, "yaml-syntax", f"this cannot be read as YAML: {sentence}.", hint)
                    return {}
            elif type(event) in _NODES:
                tree = self._value(event, events, ())
                if not isinstance(tree, dict):
                    self.report(event.start_mark, "yaml-syntax", "the metadata must be keys with values.", "Begin with a line such as title: …")
        return tree if isinstance(tree, dict) else {}

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], where: KeyPath) -> Tree:
        kind = type(event)
        mark = event.start_mark
        self.values.setdefault(where, (mark.line + 1 + self.lines_before, mark.column + 1))
        if kind is yaml.ScalarEvent:
            if control := CONTROL_CHARACTER.search(event.value):
                self.report(mark, "yaml-syntax", f"the text holds a control character (number {ord(control[0])}).",
                            'Remove it. If you typed a backslash: between "…" it can make such a character, between \'…\' it stays a backslash.')
            if self.strict and self.lines and not event.style:
                self._look_behind(event, where)
            if self.strict and event.style == '"' and (turn := TURN.search(event.value)):
                # written with a backslash; those that stand in the file as they are, `read` has taken out
                self.problems.append(turned(Place(self.path, *self.at(mark)), turn[0]))
                return TURN.sub("", event.value)
            return event.value
        if kind is yaml.SequenceStartEvent:
            entries: list[Tree] = []
            while type(event := next(events)) is not yaml.SequenceEndEvent:
                entries.append(self._value(event, events, (*where, len(entries))))
            return entries
        if kind is yaml.MappingStartEvent:
            return self._map(events, where)
        return ""  # an alias, which is refused or passed over

    def _look_behind(self, event: yaml.ScalarEvent, where: KeyPath) -> None:
        """Warn of a comment that looks like the end of the text before it."""
        mark = event.end_mark
        comment = _COMMENT.match(self.lines[mark.line], mark.column)
        if comment and (_PROSE.intersection(where) or re.search(r"[^\W\d_]", event.value) and len(event.value.split()) > 1):
            place = Place(self.path, mark.line + 1 + self.lines_before, mark.column + 2)
            lost = comment[0].strip()
            self.problems.append(Problem(
                place, "comment-in-text", f"what follows # is a comment, so {_shortened(lost)!r} is not part of the text.",
                "If it belongs to the text, put quotes around the whole text; if it is a comment, put two spaces before #.",
                Severity.WARNING))

    def _map(self, events: Iterator[yaml.Event], where: KeyPath) -> dict[str, Tree]:
        result: dict[str, Tree] = {}
        while type(event := next(events)) is not yaml.MappingEndEvent:
            mark = event.start_mark
            if type(event) is not yaml.ScalarEvent or not event.value.isprintable():
                if type(event) is not yaml.AliasEvent:
                    self.report(mark, "yaml-syntax", "a key must be a plain word.", "Put quotes around a text that begins with { or [.")
                self._value(event, events, (*where, ""))
                self._value(next(events), events, (*where, ""))
                continue
            key = event.value
            path = (*where, key)
            if key in result:
                self.report(mark, "yaml-duplicate-key", f"{key!r} is given twice.", "Keep one of them.")
            else:
                self.keys[path] = (mark.line + 1 + self.lines_before, mark.column + 1)
            value = self._value(next(events), events, path)
            result.setdefault(key, value)
        return result


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
