"""Cuts a text file into the blocks in which people change it: the sections of a page, the keys of its metadata, the keys of a YAML file.

A block has a name that stays when the file is changed around it: `meta:title`, `meta:agenda` for metadata; a heading's id, or
its title in `~…` where it has none, for a section; a key for a YAML file. `together` puts blocks into a file again.
"""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

from .sections import INTRO, sections

META = "meta:"
"""How the names of blocks of a page's metadata begin."""
TOP = "top"
"""What stands before the first key of a YAML file."""
WHOLE = "whole"
"""The one block of a file that is not taken apart."""

_KEY = re.compile(r"""(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#"'\[\]{},&*!|>%@`:-][^\s:#]*))[ \t]*:(?=\s|$)""")


class Block(Struct, frozen=True):
    name: str
    text: str
    """As it was typed, without the empty lines behind it; of a key, with those before it."""

    @property
    def stamp(self) -> str:
        """Sixteen hexadecimal digits that stand for the text; empty lines and spaces at the ends of lines do not count."""
        return stamp_of(self.text)


def stamp_of(text: str) -> str:
    """Return what stands for a text, as `Block.stamp`."""
    plain = "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def plain_text(content: bytes) -> str | None:
    """Return the text of a file with plain line ends; `None` for a file that is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")


def apart(path: str, text: str) -> tuple[Block, ...]:
    """Return the blocks of a file, in order; `text` has plain line ends. Names are never given twice."""
    if path.endswith(".md"):
        front, body = page_parts(text)
        found = [] if front is None else [(META + name, part) for name, part in _keys(front)]
        found += [(_name(section.id, section.title, section.level), section.text) for section in sections(body)]
    elif path.endswith("glossary.yml") and (inner := re.match(r"(?P<head>(?:#.*\n|\s*\n)*terms:[^\n]*\n)(?P<terms>(?:(?:  |\s*\n|#).*\n?)*)\Z", text)):
        found = [("terms", inner["head"]), *((f"terms.{name}", part) for name, part in _keys(inner["terms"], "  "))]
    elif path.endswith((".yml", ".yaml")):
        found = _keys(text)
    else:
        found = [(WHOLE, text)]
    seen: dict[str, int] = {}
    result = []
    for name, part in found:
        part = part.rstrip("\n")
        if part := part if path.endswith((".yml", ".yaml")) or name.startswith(META) else part.strip("\n"):
            seen[name] = seen.get(name, 0) + 1
            result.append(Block(name if seen[name] == 1 else f"{name}~{seen[name]}", part))
    return tuple(result)


def stamps_of(path: str, content: bytes) -> dict[str, str]:
    """Return the stamp of each block of a file by its name; of a file that is no text, one for the whole."""
    text = plain_text(content)
    if text is None:
        return {WHOLE: hashlib.blake2b(content, digest_size=8).hexdigest()}
    return {block.name: block.stamp for block in apart(path, text)}


def together(path: str, parts: tuple[Block, ...]) -> str:
    """Return the file that consists of some blocks."""
    if path.endswith(".md"):
        front = "".join(f"{part.text}\n" for part in parts if part.name.startswith(META))
        body = [part.text for part in parts if not part.name.startswith(META)]
        return (f"---\n{front}---\n" if front else "") + ("\n" if front and body else "") + "\n\n".join(body) + ("\n" if body else "")
    return "".join(f"{part.text}\n" for part in parts)


def page_parts(text: str) -> tuple[str | None, str]:
    """Return the metadata and the body of a page; the metadata is `None` where there is none."""
    lines = text.split("\n")
    if lines[0].rstrip() == "---":
        for end, line in enumerate(lines[1:], start=1):
            if line.rstrip() == "---":
                return "\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1:])
    return None, text


def _name(identifier: str, title: str, level: int) -> str:
    return identifier or ("~" + (re.sub(r"[\W_]+", "-", title.lower()).strip("-") or "heading") if level else INTRO)


def _keys(text: str, indent: str = "") -> list[tuple[str, str]]:
    """Return the keys at one depth with everything that belongs to each: the comments right above it, and all lines set in below."""
    lines = text.split("\n")
    starts = []
    for number, line in enumerate(lines):
        if line.startswith(indent) and (match := _KEY.match(line, len(indent))):
            first = number
            while first and lines[first - 1].startswith(f"{indent}#"):
                first -= 1
            while first and not lines[first - 1].strip():
                first -= 1
            starts.append((first, match[1] or match[2] or match[3] or '""'))
    if not starts:
        return [(WHOLE, text)]
    result = [(TOP, "\n".join(lines[: starts[0][0]]))] if starts[0][0] else []
    for (first, name), end in zip(starts, [*(start for start, _ in starts[1:]), len(lines)], strict=True):
        result.append((name, "\n".join(lines[first:end])))
    return result
