"""Pages as units for translators who work with XLIFF or PO files: cut into units, and put together again.

A unit is the heading of a section, one block of its text (a paragraph, a list, a table) or one word or text of the metadata.
Its id names page, section, block and the stamp of the section it was cut from, so that what comes back weeks later is known to be
of that state of the source. The files are read and written by the Translate Toolkit (the extra `translate`), whose one door this is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from .catalogue import Version
from .language import Language
from .problem import CirclepressError, UsageError
from .sections import META, Section, meta_words, sections, stamps
from .translating import begin, in_place, parts, waiting_box, with_meta_words, without_changes

FORMATS = ("xliff", "po")
_ID = re.compile(r"(?P<page>[^#@\s]+)#(?P<section>[a-z][a-z0-9_-]*)(?:[/.](?P<part>[^@\s]+))?@(?P<stamp>[0-9a-f]{8})")
_BETWEEN = re.compile(r"(\n(?:[ \t]*\n)+)")
WHOLE = "all"
"""The part of a unit that holds a whole section: where the translation has other blocks than its source."""


class Unit(Struct, frozen=True):
    id: str
    """`docs/guides/welcome#begin/1@8ad44621`; of the metadata `…#meta.items.purpose@…`; the block 0 is the heading."""
    source: str
    target: str = ""


def cut(page: str, source: Version, version: Version | None) -> list[Unit]:
    """Return a page's units; `version` gives what is translated already. `page` is the path of its files without language and ending."""
    now = stamps(source)
    own = {section.id: section for section in sections(without_changes(version.body))} if version else {}
    theirs, mine = _flat(meta_words(source)), _flat(meta_words(version)) if version else {}
    is_done = version is not None and not version.translation.sections.get(META, "").startswith(">")
    units = [Unit(f"{page}#{META}.{key}@{now[META]}", text, mine.get(key, "") if is_done else "") for key, text in theirs.items()]
    for section in sections(source.body):
        if section.id:
            units += _units(f"{page}#{section.id}", now[section.id], section, own.get(section.id))
    return units


def put_together(source: Version, language: Language, text: str, version: Version | None, units: Iterable[Unit]) -> str:
    """Return the whole file of a translation with what the units say.

    `text` is the file as it is, and `version` what was read from it; without one, a new file is begun. Sections of which no unit
    has a translation stay as they are, byte for byte. A block without a translation waits in a box beside those that have one.
    """
    by_section: dict[str, dict[str, Unit]] = {}
    stamp_of: dict[str, str] = {}
    for unit in units:
        match = _ID.fullmatch(unit.id)
        if match and unit.target.strip():
            by_section.setdefault(match["section"], {})[match["part"] or ""] = unit
            stamp_of[match["section"]] = match["stamp"]
    if version is None:
        if not by_section:
            return ""
        text = begin(source, language).text
    own = {section.id: section.text for section in sections(parts(text)[1])} if version is None else {
        section.id: section.text for section in sections(version.body)}
    pieces, record = {}, {}
    for section in sections(source.body):
        given = by_section.get(section.id)
        if not section.id or not given:
            continue
        old = own.get(section.id) if version is not None else None
        new, is_whole = _section(section, old, given, source.language)
        if old is None or new.strip("\n") != old.strip("\n"):
            pieces[section.id] = new
            record[section.id] = stamp_of[section.id] if is_whole else f">{stamp_of[section.id]}"
    words = {part: unit.target for part, unit in by_section.get(META, {}).items()}
    before = _flat(meta_words(version)) if version else {}
    changed = {part: target for part, target in words.items() if before.get(part) != target}
    if changed or words and version is None:
        theirs = _flat(meta_words(source))
        is_whole = all(part in words or before.get(part) for part in theirs)
        record[META] = stamp_of[META] if is_whole else f">{stamp_of[META]}"
        text = with_meta_words(text, _folded(meta_words(source), theirs | before | words))
    return in_place(text, source, pieces, record) if pieces or record else text


def read_units(content: bytes, form: str) -> tuple[Language, list[Unit]]:
    """Return the target language and the units of a file. Raises `UsageError` when it is not such a file."""
    store = _storage(form)
    try:
        found = (store.xlifffile if form == "xliff" else store.pofile).parsestring(content)
        language = found.gettargetlanguage() or ""
        units = [Unit(_id_of(unit, form), str(unit.source), str(unit.target or "")) for unit in found.units if not unit.isheader()]
    except Exception as error:
        raise UsageError(f"This is not a {form.upper()} file that can be read: {error}") from None
    return str(language), units


def write_units(units: Sequence[Unit], form: str, of: Language, to: Language) -> bytes:
    """Return the file that holds some units, the same bytes for the same units."""
    store = _storage(form)
    if form == "po":
        file = store.pofile()
        file.updateheader(add=True, project_id_version="circlepress", pot_creation_date="", po_revision_date="", last_translator="", language_team="",
                          report_msgid_bugs_to="", Language=to, MIME_Version="1.0", Content_Type="text/plain; charset=UTF-8", Content_Transfer_Encoding="8bit")
        for unit in units:
            added = file.addsourceunit(unit.source)
            added.setcontext(unit.id)
            added.target = unit.target
        return bytes(file)
    file = store.xlifffile()
    file.setsourcelanguage(of)
    file.settargetlanguage(to)
    for unit in units:
        file.switchfile(unit.id.partition("#")[0], createifmissing=True)
        added = store.xliffunit(unit.source)
        added.setid(unit.id)
        file.addunit(added)
        if unit.target:
            added.target = unit.target
            added.xmlelement.attrib.pop("approved", None)  # who has read it through is said in the page's own metadata
    for node in file.document.getroot().iter("{*}file"):
        node.set("target-language", to)
        node.set("source-language", of)
    return bytes(file)


def _storage(form: str):
    try:
        from translate.storage import pypo, xliff
    except ImportError:
        raise CirclepressError("XLIFF and PO files need the Translate Toolkit, which is not installed.\n"
                               "    Install it with: pip install 'circlepress[translate]'") from None
    return xliff if form == "xliff" else pypo


def _id_of(unit, form: str) -> str:
    return str(unit.getid()).rpartition("\x04")[2] if form == "xliff" else str(unit.getcontext())


def _units(name: str, stamp: str, section: Section, own: Section | None) -> list[Unit]:
    heading = [Unit(f"{name}/0@{stamp}", section.title, own.title if own and not _waits(own.text) else "")] if section.level else []
    theirs, mine = _blocks(section)[::2], _blocks(own)[::2] if own else []
    if own is not None and len(theirs) != len(mine) and not _waits(own.text):
        return [*heading, Unit(f"{name}/{WHOLE}@{stamp}", _below(section), _below(own))]
    targets = mine if len(theirs) == len(mine) else [""] * len(theirs)
    return heading + [Unit(f"{name}/{number}@{stamp}", block, "" if _waits(target) else target)
                      for number, (block, target) in enumerate(zip(theirs, targets, strict=True), start=1)]


def _section(section: Section, old: str | None, given: Mapping[str, Unit], of: Language) -> tuple[str, bool]:
    """Return a section's text in the translation, and whether nothing of it waits any more."""
    own = next((one for one in sections(without_changes(old)) if one.id == section.id), None) if old is not None else None
    title = given["0"].target.strip() if "0" in given else own.title if own else section.title
    heading = f"{'#' * section.level} {title} {{#{section.id}}}" if section.level else ""
    if own is not None and own.title == title and section.level:
        heading = own.text.partition("\n")[0]
    is_whole = not section.level or "0" in given or own is not None and not _waits(own.text)
    if WHOLE in given:
        return "\n\n".join(filter(None, [heading, given[WHOLE].target.strip("\n")])) + "\n", is_whole
    blocks = _blocks(section)
    mine = _blocks(own) if own else []
    if len(mine) == len(blocks):
        fallback, blocks = mine[::2], list(mine)
    else:
        fallback = [waiting_box(block, of) for block in blocks[::2]]
    for number in range(1, len(blocks[::2]) + 1):
        unit = given.get(str(number))
        blocks[2 * (number - 1)] = unit.target if unit else fallback[number - 1]
        is_whole = is_whole and not _waits(blocks[2 * (number - 1)])
    body = "".join(blocks)
    return (f"{heading}\n\n{body}\n" if section.level and body else f"{heading}{body}\n"), is_whole


def _below(section: Section) -> str:
    return (section.text.partition("\n")[2] if section.level else section.text).strip("\n")


def _blocks(section: Section) -> list[str]:
    """Return the blocks of a section's text and what stands between them, in turn."""
    below = _below(section)
    return _BETWEEN.split(below) if below else []


def _waits(text: str) -> bool:
    return "!!! translate" in text


def _flat(words: Mapping) -> dict[str, str]:
    """Return words by `key`, `key.id` or `key.number`."""
    found = {}
    for key, value in words.items():
        parts = value.items() if isinstance(value, Mapping) else enumerate(value, 1) if isinstance(value, list) else None
        found |= {key: str(value)} if parts is None else {f"{key}.{name}": str(text) for name, text in parts if text}
    return found


def _folded(shape: Mapping, flat: Mapping[str, str]) -> dict[str, object]:
    """Return flat words in the shape of the source's."""
    folded: dict[str, object] = {}
    for key, value in shape.items():
        if isinstance(value, Mapping):
            folded[key] = {name: flat.get(f"{key}.{name}", "") for name in value}
        elif isinstance(value, list):
            folded[key] = [flat.get(f"{key}.{number}", "") for number in range(1, len(value) + 1)]
        else:
            folded[key] = flat.get(key, "")
    return folded
