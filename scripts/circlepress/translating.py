"""Opening, refreshing and stamping a translation: texts in, the new text out; the files are written by whoever calls.

What is to be done stands in the translation itself, in boxes that are removed when it is done:

- `!!! translate "da"` holds a section of the source that has no translation yet;
- `!!! changed "da"` holds the difference of a section that has changed since it was translated.

A box that is gone means done: the next `refresh` records the stamp. What is recorded meanwhile is told in `freshness.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from .catalogue import Version
from .freshness import State, compare
from .language import Language
from .markdown_source import headings
from .sections import INTRO, META, Section, meta_words, sections, stamps
from .worddiff import word_difference
from .yaml_source import parse_yaml

_BOX = re.compile(r'!!! (translate|changed)(?: "[^"]*")?[ \t]*')

Earlier = Callable[[str, str], str | None]
"""Gives the source section as it was, by its id and its stamp; `None` when that is not known any more."""


class Opened(Struct, frozen=True):
    """A translation after a command has been over it."""

    text: str
    """The whole file."""
    to_translate: tuple[str, ...] = ()
    """Ids of sections that wait for a translation."""
    to_look_at: tuple[str, ...] = ()
    """Ids of sections whose source has changed."""
    stamped: tuple[str, ...] = ()
    """Ids of sections whose stamp is new."""
    orphaned: tuple[str, ...] = ()
    """Ids of sections that the source does not have."""
    not_known: tuple[str, ...] = ()
    """Ids of sections nobody has recorded a stamp for."""
    meta_difference: str = ""
    """How the words of the metadata have changed."""


def begin(source: Version, language: Language) -> Opened:
    """Return a new translation into `language`: the words of the metadata as they are in the source, and its sections in boxes."""
    now = stamps(source)
    body = "\n\n".join(_waiting(section, source.language, language) for section in sections(source.body) if section.id)
    front = "".join(f"{line}\n" for key, value in meta_words(source).items() for line in _yaml(key, value))
    mark = _mark(source.language, "started", {identifier: f">{stamp}" for identifier, stamp in now.items()})
    return Opened(f"---\n{front}{mark}---\n\n{body}\n", to_translate=tuple(now))


def refresh(text: str, version: Version, source: Version, *, earlier: Earlier = lambda identifier, stamp: None,
            accept: Iterable[str] | None = None) -> Opened:
    """Return a translation with what is to be done in boxes and what is done stamped.

    `text` is the whole file and `version` what was read from it. `accept` names sections, or nothing for all, whose
    translation is said to fit the source as it is now.
    """
    work = _Refresh(text, version, source, earlier, None if accept is None else frozenset(accept))
    return work.run()


class _Refresh(Struct):
    text: str
    version: Version
    source: Version
    earlier: Earlier
    accept: frozenset[str] | None
    stamps: dict[str, str] = field(default_factory=dict)
    done: Opened = Opened("")

    def run(self) -> Opened:
        mark = self.version.translation
        now, recorded = stamps(self.source), dict(mark.sections)
        pieces = [(section.id, section.text) for section in sections(self.version.body)]
        untouched = list(pieces)
        source_by_id = {section.id: section for section in sections(self.source.body)}
        before = INTRO
        for one in compare(self.version, self.source):
            if one.state is State.ORPHANED:
                self._note("orphaned", one.id)
                continue
            called = one.was_called or one.id
            place = next((number for number, (identifier, _) in enumerate(pieces) if identifier == called), None)
            record = recorded.get(called, "")
            if one.id == META:
                self.stamps[META] = self._meta(record, now[META])
                continue
            if place is None:
                at = next((number + 1 for number, (identifier, _) in enumerate(pieces) if identifier == before), 0 if one.id == INTRO else len(pieces))
                pieces.insert(at, (one.id, _waiting(source_by_id[one.id], self.source.language, self.version.language) + "\n"))
                self.stamps[one.id] = f">{now[one.id]}"
                self._note("to_translate", one.id)
            else:
                piece, self.stamps[one.id] = self._section(one.id, pieces[place][1], record, now[one.id], source_by_id[one.id])
                pieces[place] = (one.id, _renamed(piece, called, one.id))
            before = one.id
        state = str(mark.state)
        if state == "started" and not any(">" in stamp or not stamp for stamp in self.stamps.values()):
            state = "draft"
        body = self.version.body if pieces == untouched else "\n" + "\n\n".join(piece.strip("\n") for _, piece in pieces) + "\n"
        front = _with_mark("\n".join(self.text.split("\n")[: self.version.source.body_line - 2]), _mark(mark.of, state, {key: stamp for key, stamp in self.stamps.items() if stamp}))
        return replace(self.done, text=f"{front}---\n{body}")

    def _section(self, identifier: str, piece: str, record: str, stamp: str, source: Section) -> tuple[str, str]:
        """Return a section's text and its new record."""
        box = _kind_of_box(piece)
        made_from, arrow, aim = record.partition(">")
        if self.accept is not None and (not self.accept or identifier in self.accept) and box != "translate":
            if record != stamp:
                self._note("stamped", identifier)
            return _without_boxes(piece), stamp
        if box == "translate":
            self._note("to_translate", identifier)
            return piece if aim == stamp else self._with_newer_source(piece, identifier, aim, source), f">{stamp}"
        if not arrow and not made_from:
            self._note("not_known", identifier)
            return piece, ""
        if made_from == stamp and not arrow:
            return piece, stamp
        if arrow and not box and aim == stamp:
            self._note("stamped", identifier)
            return piece, stamp
        base = aim if arrow and not box else made_from
        if box and aim == stamp:
            self._note("to_look_at", identifier)
            return piece, record
        self._note("to_look_at", identifier)
        return self._with_change(_without_boxes(piece), identifier, base, source), f"{base}>{stamp}"

    def _with_newer_source(self, piece: str, identifier: str, aim: str, source: Section) -> str:
        """Return a section that waits, with its source as it is now; work that somebody has begun in its box is kept beside it."""
        old = self.earlier(identifier, aim)
        waiting = waiting_box(old.partition("\n")[2] if source.level else old, self.source.language) if old is not None else None
        if waiting and waiting in piece:
            return piece.replace(waiting, waiting_box(_below_heading(source), self.source.language))
        return self._with_change(_without_boxes(piece, "changed"), identifier, aim, source)

    def _with_change(self, piece: str, identifier: str, base: str, source: Section) -> str:
        old = self.earlier(identifier, base)
        said = word_difference(old, source.text) if old is not None else source.text
        fence = "~" * (max(map(len, re.findall("~+", said)), default=2) + 1)
        box = _box("changed", self.source.language, f"{fence}\n{said.strip()}\n{fence}")
        heading, _, rest = piece.partition("\n")
        return f"{heading}\n\n{box}\n\n{rest.strip(chr(10))}\n" if identifier != INTRO else f"{box}\n\n{piece.strip(chr(10))}\n"

    def _meta(self, record: str, stamp: str) -> str:
        """Return the new record of the metadata's words, which cannot hold a box."""
        made_from, arrow, aim = record.partition(">")
        if self.accept is not None and (not self.accept or META in self.accept):
            if record != stamp:
                self._note("stamped", META)
            return stamp
        if arrow and aim == stamp and meta_words(self.version) != meta_words(self.source):
            self._note("stamped", META)
            return stamp
        if arrow:
            self._note("to_translate" if not made_from else "to_look_at", META)
            return f"{made_from}>{stamp}"
        if made_from and made_from != stamp:
            old = self.earlier(META, made_from)
            now = "\n".join(_plain(meta_words(self.source)))
            self.done = replace(self.done, meta_difference=word_difference(old, now) if old is not None else now)
            self._note("to_look_at", META)
            return f"{made_from}>{stamp}"
        if not made_from:
            self._note("not_known", META)
        return made_from

    def _note(self, what: str, identifier: str) -> None:
        self.done = replace(self.done, **{what: (*getattr(self.done, what), identifier)})


def without_changes(body: str) -> str:
    """Return a body as readers get it: without the boxes that tell a translator what has changed."""
    return _without_boxes(body, "changed") if "!!! changed" in body else body


def in_place(text: str, source: Version, pieces: Mapping[str, str], record: Mapping[str, str]) -> str:
    """Return a translation's whole file with other texts for some of its sections, and other records for them.

    A section that is not there yet is put behind the one it follows in the source. A translation that has only been started
    becomes a draft once nothing in it waits.
    """
    front, body = parts(text)
    present = [(section.id, section.text) for section in sections(body)]
    before = ""
    for section in sections(source.body):
        if section.id in pieces:
            place = next((number for number, (identifier, _) in enumerate(present) if identifier == section.id), None)
            if place is None:
                place = next((number + 1 for number, (identifier, _) in enumerate(present) if identifier == before), 0)
                present.insert(place, (section.id, ""))
            present[place] = (section.id, pieces[section.id])
        before = section.id or before
    if pieces:
        body = "\n" + "\n\n".join(piece.strip("\n") for _, piece in present) + "\n"
    of, state, recorded = _read_mark(front)
    recorded |= record
    if state == "started" and not any(stamp.startswith(">") for stamp in recorded.values()):
        state = "draft"
    return f"{_with_mark(front, _mark(of, state, recorded))}---\n{body}"


def with_meta_words(text: str, words: Mapping[str, object]) -> str:
    """Return a translation's whole file with other words in its metadata; a key whose words are the same keeps its lines."""
    front, body = parts(text)
    lines = front.split("\n")
    for key, value in words.items():
        if not value or isinstance(value, list) and not any(value) or isinstance(value, Mapping) and not any(value.values()):
            continue
        begin_at, end = _lines_of(lines, key)
        lines[begin_at:end] = _yaml(key, value)
    return "\n".join(lines) + f"\n---\n{body}"


def parts(text: str) -> tuple[str, str]:
    """Return the lines of metadata of a page's file, with the three hyphens before them, and what stands below them."""
    front, body = re.split(r"\n---[ \t]*\n", text, maxsplit=1)
    return front, body


def waiting_box(content: str, of: Language) -> str:
    """Return a box that holds a text of the source until it is translated."""
    return _box("translate", of, content)


def _read_mark(front: str) -> tuple[str, str, dict[str, str]]:
    """Return what a translation's metadata says of its making."""
    mark = parse_yaml(front.removeprefix("---\n") + "\n", "", 1, [], strict=False)[0]["translation"]
    return mark["of"], mark["state"], dict(mark.get("sections") or {})


def _lines_of(lines: list[str], key: str) -> tuple[int, int]:
    """Return the first line of a key of the metadata and the line after its last; behind the first line when it is not there."""
    begin_at = next((number for number, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if begin_at is None:
        return 1, 1
    return begin_at, next((number for number in range(begin_at + 1, len(lines)) if lines[number][:1] not in ("", " ", "\t", "#", "-")), len(lines))


def with_heading_ids(body: str, source: str | None, slug: Callable[[str], str]) -> str:
    """Return a body whose headings all have ids: those of the source's headings where the levels agree, else made from their words."""
    lines, found = body.split("\n"), headings(body)
    models = headings(source) if source is not None else ()
    agree = [heading.level for heading in models] == [heading.level for heading in found]
    taken = {heading.id for heading in found}
    for number, heading in enumerate(found):
        if heading.id:
            continue
        wanted = models[number].id if agree and models[number].id else slug(heading.title)
        identifier, count = wanted, 2
        while identifier in taken:
            identifier, count = f"{wanted}-{count}", count + 1
        taken.add(identifier)
        lines[heading.line - 1] = f"{lines[heading.line - 1].rstrip().rstrip('#').rstrip()} {{#{identifier}}}"
    return "\n".join(lines)


def plain_meta(version: Version) -> str:
    """Return the words of a page's metadata as lines of text."""
    return "\n".join(_plain(meta_words(version)))


def _plain(words: Mapping) -> list[str]:
    lines = []
    for key, value in words.items():
        texts = value.items() if isinstance(value, Mapping) else enumerate(value, 1) if isinstance(value, list) else [("", value)]
        lines += [f"{key}{f' {name}' if name != '' else ''}: {text}" for name, text in texts if text]
    return lines


def _waiting(section: Section, of: Language, language: Language) -> str:
    """Return a section of the source as it waits in a translation."""
    box = waiting_box(_below_heading(section), of)
    if not section.level:
        return box
    return f"{'#' * section.level} {section.title} {{#{section.id}}}\n\n{box}".rstrip()



def _below_heading(section: Section) -> str:
    return section.text.partition("\n")[2] if section.level else section.text


def _box(kind: str, of: Language, content: str) -> str:
    inside = "\n".join(f"    {line}" if line.strip() else "" for line in content.strip("\n").split("\n"))
    return f'!!! {kind} "{of}"\n{inside}'.rstrip()


def _kind_of_box(piece: str) -> str:
    """Return the kind of the first box of a section, or nothing."""
    return next((match[1] for line in piece.split("\n") if (match := _BOX.fullmatch(line))), "")


def _without_boxes(text: str, *kinds: str) -> str:
    """Return a text without boxes of some kinds, or of all: a box reaches to the next line that is not indented."""
    kept, is_inside = [], False
    for line in text.split("\n"):
        if match := _BOX.fullmatch(line):
            is_inside = not kinds or match[1] in kinds
        elif is_inside and line.strip() and not line.startswith("    "):
            is_inside = False
        if not is_inside:
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))


def _renamed(piece: str, old: str, new: str) -> str:
    return piece if old == new else re.sub(rf"#{re.escape(old)}(?=[\s}}])", f"#{new}", piece, count=1)


def _with_mark(front: str, mark: str) -> str:
    """Return the lines of metadata with another `translation`."""
    lines = front.split("\n")
    begin_at, end = _lines_of(lines, "translation")
    return "".join(f"{line}\n" for line in lines[:begin_at]) + mark + "".join(f"{line}\n" for line in lines[end:])


def _mark(of: Language, state: str, record: Mapping[str, str]) -> str:
    lines = [f"  of: {of}", f"  state: {state}"] + (["  sections:"] if record else [])
    return "\n".join(["translation:", *lines, *(f'    {key}: "{stamp}"' for key, stamp in record.items())]) + "\n"


def _yaml(key: str, value: object) -> list[str]:
    """Return a word, list or map of words as lines of YAML."""
    if isinstance(value, Mapping):
        return [f"{key}:", *(f"  {name}: {_quoted(text)}" for name, text in value.items())]
    if isinstance(value, list):
        if key == "agenda":
            return [f"{key}:", *(f"  - {{title: {_quoted(title)}}}" if title else "  - {}" for title in value)]
        return [f"{key}:", *(f"  - {_quoted(text)}" for text in value)]
    return [f"{key}: {_quoted(value)}"]


def _quoted(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)
