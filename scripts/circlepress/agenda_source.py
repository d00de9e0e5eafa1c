"""Writes a session's new length into its files, and leaves every other byte as it is.

Minutes are replaced where they stand; a block that is left out stays as a comment, so that it can come back; a new break gets
a line of its own. The agendas of translations, which name the same blocks, follow, and translations that were up to date
stay so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import time

from .catalogue import Kind, Material, Version, version_of
from .rescale import Change
from .sections import META, stamps
from .source import SourceFile, Tree
from .yaml_source import parse_yaml

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
NEW_BREAK = "{minutes: %d, kind: break}"


class NotWritable(ValueError):
    """A file is written in a way that cannot be changed safely; the message says what stands in the way."""


def as_yaml(file: SourceFile, changes: Sequence[Change], end: time | None) -> str:
    """Return the new agenda as lines to paste into the original's metadata, with the time at which the session ends."""
    blocks = file.metadata["agenda"]
    lines = [f'end: "{end:%H:%M}"'] if end else []
    lines.append("agenda:")
    for change in changes:
        if change.number is None:
            lines.append(f"  - {NEW_BREAK % change.becomes}")
        elif change.becomes:
            values = {key: str(change.becomes) if key == "minutes" else value for key, value in blocks[change.number].items()}
            lines.append("  - {" + ", ".join(f"{key}: {_scalar(value)}" for key, value in values.items()) + "}")
    return "\n".join(lines) + "\n"


def _scalar(value: Tree) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def new_texts(material: Material, changes: Sequence[Change], end: time | None, text_by_path: Mapping[str, str]) -> dict[str, str]:
    """Return the new text of each file of a session that changes, by its path.

    `text_by_path` gives every file's whole text with the line ends it has. Raises `NotWritable` where a file cannot be changed
    without touching more than the agenda.
    """
    versions = {**material.version_by_language, **material.started}
    before = versions[material.original]
    found = {before.source.path: _original(before.source, text_by_path[before.source.path], changes, end)}
    new_by_language = {material.original: _again(before, found[before.source.path])}
    for language, version in versions.items():
        if version.translation is not None:
            path = version.source.path
            found[path] = _translation(version.source, text_by_path[path], changes)
            new_by_language[language] = _again(version, found[path])
    for language, version in versions.items():
        mark = version.translation
        if mark is not None and mark.of in versions and mark.sections.get(META) == stamps(versions[mark.of])[META]:
            place = version.source.positions.value_by_path[("translation", "sections", META)]
            new = stamps(new_by_language[mark.of])[META]
            path = version.source.path
            moved = new_by_language[language].source.positions.value_by_path[("translation", "sections", META)]
            found[path] = _with_scalar(found[path], moved, mark.sections[META], new, path, place)
    return {path: text for path, text in found.items() if text != text_by_path[path]}


def _original(file: SourceFile, text: str, changes: Sequence[Change], end: time | None) -> str:
    lines = _LINE.findall(text)
    if len({file.positions.value_by_path[("agenda", number)][0] for number in range(len(file.metadata["agenda"]))}) < len(file.metadata["agenda"]):
        raise NotWritable(f"{file.path} has several blocks of its agenda in one line")
    expected = dict(file.metadata)
    expected["agenda"] = [{"minutes": str(change.becomes), "kind": "break"} if change.number is None
                          else file.metadata["agenda"][change.number] | {"minutes": str(change.becomes)} for change in changes if change.becomes]
    for change in changes:
        if change.number is not None and change.becomes not in (0, change.was):
            line, column = file.positions.value_by_path[("agenda", change.number, "minutes")]
            lines[line - 1] = _replaced(lines[line - 1], column, str(change.was), str(change.becomes), file.path, line)
    new_end = f"{end:%H:%M}" if end else ""
    if new_end and "end" in file.metadata and file.metadata["end"] != new_end:
        line, column = file.positions.value_by_path[("end",)]
        lines[line - 1] = _replaced(lines[line - 1], column, file.metadata["end"], new_end, file.path, line)
    elif new_end and "end" not in file.metadata:
        line = file.positions.key_by_path[("start",)][0]
        lines[line - 1] += f'end: "{new_end}"' + _line_end(lines[line - 1])
    if new_end:
        expected["end"] = new_end
    return _checked(file, _with_blocks(file, lines, changes, lambda change: NEW_BREAK % change.becomes), expected)


def _translation(file: SourceFile, text: str, changes: Sequence[Change]) -> str:
    blocks = file.metadata.get("agenda")
    if not isinstance(blocks, list) or len(blocks) != sum(change.number is not None for change in changes):
        return text
    expected = dict(file.metadata)
    expected["agenda"] = [{} if change.number is None else blocks[change.number] for change in changes if change.becomes]
    return _checked(file, _with_blocks(file, _LINE.findall(text), changes, lambda change: "{}"), expected)


def _with_blocks(file: SourceFile, lines: list[str], changes: Sequence[Change], new_block) -> str:
    """Return the text with blocks that are left out as comments, and new ones before those they precede."""
    lines = list(lines)
    blocks = range(len(file.metadata["agenda"]))
    starts = [_dash_line(file, lines, number) for number in blocks]
    indent = " " * (len(lines[starts[0]]) - len(lines[starts[0]].lstrip(" ")))
    following = len(starts)
    for change in reversed(changes):
        if change.number is None:
            at = starts[following] if following < len(starts) else len(lines)
            lines.insert(at, f"{indent}- {new_block(change)}{_line_end(lines[starts[0]])}")
            continue
        following = change.number
        if not change.becomes:
            for at in range(starts[following], _end_of_block(lines, starts[following], indent)):
                lines[at] = f"{indent}# {lines[at][len(indent):]}"
    return "".join(lines)


def _dash_line(file: SourceFile, lines: list[str], number: int) -> int:
    """Return the index of the line on which a block's entry begins."""
    at = file.positions.value_by_path[("agenda", number)][0] - 1
    while at > 0 and not lines[at].lstrip(" ").startswith("-"):
        at -= 1
    return at


def _end_of_block(lines: list[str], start: int, indent: str) -> int:
    """Return the index after the last line of a block: what is set in further than its hyphen belongs to it."""
    end = start + 1
    while end < len(lines) and lines[end].strip() and lines[end].startswith(indent + " "):
        end += 1
    return end


def _replaced(line: str, column: int, old: str, new: str, path: str, number: int) -> str:
    """Return a line with one scalar replaced, in the quotes it stands in."""
    start = column - 1
    if line[start:start + 1] in ("'", '"'):
        start += 1
    if line[start:start + len(old)] != old:
        raise NotWritable(f"{path}:{number} does not hold {old} where it should")
    return line[:start] + new + line[start + len(old):]


def _with_scalar(text: str, position: tuple[int, int], old: str, new: str, path: str, before: tuple[int, int]) -> str:
    lines = _LINE.findall(text)
    line, column = position
    lines[line - 1] = _replaced(lines[line - 1], column, old, new, path, before[0])
    return "".join(lines)


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")):] or "\n"


def _checked(file: SourceFile, text: str, expected: dict) -> str:
    """Return the text, once it is read again and says what it should and nothing else."""
    again = _read(file.path, text)
    if again is None or again.metadata != expected or again.body != file.body:
        raise NotWritable(f"{file.path} is written in a way that cannot be changed by itself")
    return text


def _read(path: str, text: str) -> SourceFile | None:
    """Read a session's file again."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = plain.split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    if not end:
        return None
    front, body = "\n".join(lines[1:end]), "\n".join(lines[end + 1:])
    problems: list = []
    metadata, positions = parse_yaml(front, path, 1, problems)
    return None if any(problem.leaves_out for problem in problems) else SourceFile(path, plain, metadata, positions, body)


def _again(version: Version, text: str) -> Version:
    file = _read(version.source.path, text)
    if file is None:
        raise NotWritable(f"{version.source.path} cannot be read again")
    return version_of(Kind.SESSION, version.language, file, version.translation)
