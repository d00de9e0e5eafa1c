"""Changes single values of a YAML text and keeps everything else as it was typed: comments, order, quotes, breaks between lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from .source import KeyPath
from .yaml_source import spans

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/.@-]*")


def quoted(text: str) -> str:
    """Return a text as YAML that every reader reads back as that text."""
    inside = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(sign):04x}" if sign in "\x7f\x85\u2028\u2029\ufeff" else sign for sign in inside)


def scalar(text: str) -> str:
    """Return a code, date or id as it is usually typed, and anything else in quotes."""
    is_odd = text.lower() in ("yes", "no", "on", "off", "y", "n", "true", "false", "null") or re.fullmatch(r"[\d.]+|\d+e\d+", text.lower())
    return text if _PLAIN.fullmatch(text) and not is_odd else quoted(text)


def in_languages(text_by_language: Mapping[str, str]) -> str:
    """Return a text in several languages as a map on one line."""
    return "{" + ", ".join(f"{language}: {quoted(text)}" for language, text in text_by_language.items()) + "}"


def with_values(text: str, value_by_path: Mapping[KeyPath, str]) -> str:
    """Return a YAML text in which the values at some paths are others. A value is given as YAML; paths that are not there are passed over."""
    where = spans(text)
    edits = []
    for path, value in value_by_path.items():
        if span := where.get(path):
            is_below = span.kind != "text" and not span.is_flow or "\n" in text[span.after_key: span.start]
            if is_below and "#" not in text[span.after_key: span.start]:
                edits.append((span.after_key, span.end, f" {value}"))
            else:
                edits.append((span.start, span.end, value if span.start > span.after_key or not isinstance(path[-1], str) else f" {value}"))
    for start, end, value in sorted(edits, reverse=True):
        text = text[:start] + value + text[end:]
    return text


def with_key(text: str, path: KeyPath, value: str, after: str = "") -> str:
    """Return a YAML text in which the key at `path` (one or two names) has a value.

    A key that is there gets it. Otherwise a comment that holds it (`# start: YYYY-MM-DD  # the first day`) becomes the key;
    failing that, a line is added behind the key `after`, or at the beginning of the map it belongs to.
    """
    if path in spans(text):
        return with_values(text, {path: value})
    lines = text.split("\n")
    first, last = 0, len(lines)
    indent = ""
    if len(path) == 2:
        head = next((number for number, line in enumerate(lines) if re.match(rf"{re.escape(str(path[0]))}:\s*(?:#.*)?$", line)), None)
        if head is None:
            around = spans(text).get(path[:1])
            if around is None:
                return with_key(text, path[:1], f"{{{path[1]}: {value}}}", after)
            if around.kind != "map" or not around.is_flow:
                return text
            is_empty = not text[around.start + 1: around.end - 1].strip()
            return text[: around.end - 1] + ("" if is_empty else ", ") + f"{path[1]}: {value}" + text[around.end - 1:]
        first = head + 1
        last = next((number for number in range(first, len(lines)) if re.match(r"[^\s#]", lines[number])), len(lines))
        indent = next((match[1] for line in lines[first:last] if (match := re.match(r"(\s+)[^\s#]", line))), "  ")
    comment = re.compile(rf"{indent}# ?{re.escape(str(path[-1]))}:[^#]*(#.*)?$")
    for number in range(first, last):
        if match := comment.fullmatch(lines[number]):
            line = f"{indent}{path[-1]}: {value}"
            lines[number] = f"{line:{match.start(1)}}{match[1]}" if match[1] and len(line) < match.start(1) else line + (f"  {match[1]}" if match[1] else "")
            return "\n".join(lines)
    place = first if len(path) == 2 else _behind(text, lines, after)
    return "\n".join([*lines[:place], f"{indent}{path[-1]}: {value}", *lines[place:]])


def _behind(text: str, lines: list[str], key: str) -> int:
    """Return the number of the line after a key at the left edge and what belongs to it; the end of the text when it is not there."""
    span = spans(text).get((key,))
    if span is None:
        return len(lines) - 1 if lines[-1] == "" else len(lines)
    return text.count("\n", 0, span.end) + 1
