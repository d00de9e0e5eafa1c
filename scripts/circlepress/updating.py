"""Plans an update of a project: what becomes of every file when what it was made from has changed.

Three trees are compared: what was made (`origin.py`), what is here, and what would be made today. Files are followed through
renames on either side. Everything is planned before anything is written; the caller writes the plan.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from .blocks import page_parts, plain_text, stamps_of
from .merging import FILE, Decisions, Fate, Told, merge
from .origin import Offer, Origin, Record, record_of
from .yaml_source import parse_yaml

_CIRCLE = re.compile(r"circles/(?!_templates/)[^/]+/circle\.yml")
_LANGUAGE = re.compile(r"\.[a-z]{2}\.md$")


NO_DECISIONS = Decisions()


class Standing(StrEnum):
    """How a file stands."""

    UNTOUCHED = "untouched"
    CHANGED_HERE = "changed here"
    BEHIND = "behind"
    """Not touched here, and it has changed there."""
    BOTH = "both"
    GONE_HERE = "gone here"
    GONE_THERE = "gone there"
    NEW_THERE = "new there"


class Plan(Struct, frozen=True):
    """What an update would do."""

    writes: Mapping[str, bytes]
    """Files of the project by path."""
    removals: tuple[str, ...]
    base_by_path: Mapping[str, bytes]
    """What everything is made from now, by the path it has there."""
    origin: Origin
    told: tuple[Told, ...]
    standing_by_path: Mapping[str, Standing]
    """How each file stood before the update, by its path here."""

    @property
    def is_open(self) -> bool:
        """Whether something waits for a decision."""
        return any(told.fate in (Fate.OFFERED, Fate.WAITING) for told in self.told)


def plan_update(origin: Origin, base: Mapping[str, bytes], here: Mapping[str, bytes], there: Mapping[str, bytes],
                decisions: Decisions = NO_DECISIONS) -> Plan:
    """Plan an update.

    `base` and `there` go by the path that the other side gives a file, `here` by that in this project, and holds all files that
    may matter. A file of `there` that is not in the record is new.
    """
    return _Update(origin, dict(base), dict(here), there, decisions).run()


def stem_of(path: str) -> str:
    """Return what the files of one page in all languages have in common."""
    return _LANGUAGE.sub("", path)


class _Update:
    def __init__(self, origin: Origin, base: dict[str, bytes], here: dict[str, bytes], there: Mapping[str, bytes], decisions: Decisions) -> None:
        self.origin, self.base, self.here, self.there, self.decisions = origin, base, here, there, decisions
        self.records: dict[str, Record] = dict(origin.record_by_path)
        self.writes: dict[str, bytes] = {}
        self.removals: list[str] = []
        self.new_records: dict[str, Record] = {}
        self.new_base: dict[str, bytes] = {}
        self.told: list[Told] = []
        self.standing: dict[str, Standing] = {}

    def run(self) -> Plan:
        self._follow_circles_here()
        self._follow_renames_here()
        self._follow_renames_there()
        for path in sorted({*self.records, *self.there}):
            record = self.records.get(path)
            if record is None:
                self._new(path)
            elif path not in self.there:
                self._gone_there(path, record)
            elif record.here not in self.here:
                self._gone_here(path, record)
            else:
                self._both(path, record)
        origin = replace(self.origin, record_by_path=self.new_records)
        return Plan(self.writes, tuple(sorted(set(self.removals) - self.writes.keys())), self.new_base, origin, tuple(self.told), self.standing)

    # --- renames -----------------------------------------------------------------------------------------------------

    def _follow_circles_here(self) -> None:
        """Find circles whose folder has another name here: one that says so (`moved:`), or says the same."""
        known = {record.here for record in self.records.values()}
        strangers = [path for path in sorted(self.here) if _CIRCLE.fullmatch(path) and path not in known]
        for path, record in sorted(self.records.items()):
            if not _CIRCLE.fullmatch(path) or record.here in self.here:
                continue
            folder = record.here.rpartition("/")[0]
            for other in strangers:
                stamps = stamps_of(other, self.here[other])
                if folder.rpartition("/")[2] in _former_names(other, self.here[other]) or _shared(record.stamp_by_block, stamps) > 0.5:
                    moved = {name: one for name, one in self.records.items() if one.here.startswith(f"{folder}/")}
                    for name, one in moved.items():
                        self.records[name] = replace(one, here=other.rpartition("/")[0] + one.here.removeprefix(folder))
                    strangers.remove(other)
                    break

    def _follow_renames_here(self) -> None:
        """Find pages that have another name here than they were made with."""
        by_stem: dict[str, list[str]] = {}
        for path, record in self.records.items():
            by_stem.setdefault(stem_of(record.here), []).append(path)
        known = {record.here for record in self.records.values()} | set(self.there)
        strangers = [path for path in self.here if path not in known]
        for stem, paths in by_stem.items():
            if any(self.records[path].here in self.here for path in paths):
                continue
            made = [(_language(path), self.records[path].stamp_by_block) for path in paths]
            if found := _same_page(stem, made, strangers, self.here):
                for path in paths:
                    self.records[path] = replace(self.records[path], here=found + self.records[path].here.removeprefix(stem))

    def _follow_renames_there(self) -> None:
        """Find pages that have another name there; their records go over to it, and so do their files if they still had the old one."""
        gone: dict[str, list[str]] = {}
        for path in self.records:
            if path not in self.there:
                gone.setdefault(stem_of(path), []).append(path)
        known_stems = {stem_of(path) for path in self.records}
        new = [path for path in self.there if stem_of(path) not in known_stems]
        for stem, paths in sorted(gone.items()):
            if any(stem_of(path) == stem for path in self.there):
                continue  # a language was taken out, not the page
            made = [(_language(path), self.records[path].stamp_by_block) for path in paths]
            found = _same_page(stem, made, new, self.there)
            if not found:
                continue
            new = [path for path in new if stem_of(path) != found]
            for path in paths:
                self._rename(path, found + path.removeprefix(stem))

    def _rename(self, path: str, name: str) -> None:
        record = self.records.pop(path)
        if path in self.base:
            self.base[name] = self.base.pop(path)
        if record.here == path and path in self.here and name not in self.here:
            if name not in self.there and self.is_as_made(path, record):  # a language that the page lost when it got its name
                self.records[name] = record
                return
            content = self.here.pop(path)
            self.here[name] = content
            self.removals.append(path)
            self.writes[name] = content
            self.told.append(Told(name, FILE, Fate.MOVED, note=path))
            record = replace(record, here=name)
        elif record.here == path and path not in self.here:
            record = replace(record, here=name)
        self.records[name] = record

    # --- files -------------------------------------------------------------------------------------------------------

    def _keep_record(self, path: str, content: bytes, here: str, offers: Mapping[str, Offer]) -> None:
        self.new_base[path] = content
        self.new_records[path] = replace(record_of(path, content, here), offers=offers)

    def _new(self, path: str) -> None:
        content = self.there[path]
        stem = stem_of(path)
        siblings = [record for other, record in self.records.items() if stem_of(other) == stem and other != path]
        here = path
        if siblings:
            here = stem_of(siblings[0].here) + path.removeprefix(stem)
        self.standing[here] = Standing.NEW_THERE
        if here in self.here:
            merged = merge(here, self.here[here], content, {}, None, {}, lambda block: self.decisions.on(block, here, path))
            self._take(here, merged.content)
            self.told += merged.told
            self._keep_record(path, content, here, merged.offers)
        elif siblings and not any(record.here in self.here for record in siblings) and self.decisions.on(FILE, here, path) is not Fate.ACCEPTED:
            self.told.append(Told(here, FILE, Fate.GONE_HERE, note="language"))  # the page was taken out here: no language of it comes back
            self._keep_record(path, content, here, {})
        else:
            self.writes[here] = content
            self.told.append(Told(here, FILE, Fate.ADDED, note="language" if siblings else ""))
            self._keep_record(path, content, here, {})

    def _gone_there(self, path: str, record: Record) -> None:
        content = self.here.get(record.here)
        if content is None:
            return
        if self.is_as_made(path, record):
            self.standing[record.here] = Standing.GONE_THERE
            if self.decisions.on(FILE, record.here, path) is Fate.KEPT:
                self.told.append(Told(record.here, FILE, Fate.KEPT))
                return
            self.removals.append(record.here)
            self.told.append(Told(record.here, FILE, Fate.REMOVED))
            return
        self.standing[record.here] = Standing.BOTH
        decided = self.decisions.on(FILE, record.here, path)
        if decided is Fate.ACCEPTED:
            self.removals.append(record.here)
            self.told.append(Told(record.here, FILE, decided))
        elif decided is Fate.KEPT:
            self.told.append(Told(record.here, FILE, decided))
        else:
            known = FILE in record.offers and record.offers[FILE].offered == ""
            self.told.append(Told(record.here, FILE, Fate.WAITING if known else Fate.OFFERED, note="gone there"))
            self.new_records[path] = replace(record, offers={**record.offers, FILE: Offer(None, None, "")})
            if path in self.base:
                self.new_base[path] = self.base[path]

    def _gone_here(self, path: str, record: Record) -> None:
        content = self.there[path]
        has_changed = stamps_of(path, content) != record.stamp_by_block
        self.standing[record.here] = Standing.GONE_HERE
        if self.decisions.on(FILE, record.here, path) is Fate.ACCEPTED:
            self.writes[record.here] = content
            self.told.append(Told(record.here, FILE, Fate.ACCEPTED))
        elif has_changed:
            self.told.append(Told(record.here, FILE, Fate.GONE_HERE))
        self._keep_record(path, content, record.here, {})

    def _both(self, path: str, record: Record) -> None:
        here, there = self.here[record.here], self.there[path]
        is_mine = not self.is_as_made(path, record)
        has_changed = stamps_of(path, there) != record.stamp_by_block or bool(record.offers)
        self.standing[record.here] = {(False, False): Standing.UNTOUCHED, (True, False): Standing.CHANGED_HERE,
                                      (False, True): Standing.BEHIND, (True, True): Standing.BOTH}[is_mine, has_changed]
        merged = merge(record.here, here, there, record.stamp_by_block, self.base.get(path), record.offers,
                       lambda block: self.decisions.on(block, record.here, path))
        self._take(record.here, merged.content)
        self.told += merged.told
        self._keep_record(path, there, record.here, merged.offers)

    def _take(self, path: str, content: bytes | None) -> None:
        if content is not None and content != self.here.get(path):
            self.writes[path] = content

    def is_as_made(self, path: str, record: Record) -> bool:
        """Whether nobody here has touched a file."""
        return not record.offers and stamps_of(record.here, self.here[record.here]) == dict(record.stamp_by_block)


def _language(path: str) -> str:
    match = _LANGUAGE.search(path)
    return match[0] if match else ""


def _same_page(stem: str, made: list[tuple[str, Mapping[str, str]]], candidates: Collection[str], content_by_path: Mapping[str, bytes]) -> str | None:
    """Return the name under which a page lives on among `candidates`: the one that says so (`moved:`), or one that says the same.

    `made` has the page's files: their endings and the stamps of their blocks.
    """
    folder, _, name = stem.rpartition("/")
    likest, best = None, 0.5
    for path in sorted(candidates):
        other = stem_of(path)
        if _language(path) != "" and other.rpartition("/")[0] == folder:
            if name in _former_names(path, content_by_path[path]):
                return other
        elif path.rpartition(".")[2] != stem.rpartition(".")[2] or path.rpartition("/")[0] != folder:
            continue
        for ending, stamps in made:
            if ending == _language(path) and stamps:
                shared = _shared(stamps, stamps_of(path, content_by_path[path]))
                if shared > best:
                    likest, best = other, shared
    return likest


def _shared(some: Mapping[str, str], others: Mapping[str, str]) -> float:
    """Return which share of the blocks of two files is the same."""
    return sum(others.get(name) == stamp for name, stamp in some.items()) / max(len(some), len(others), 1)


def _former_names(path: str, content: bytes) -> list[str]:
    text = plain_text(content)
    front = text if path.endswith(".yml") else page_parts(text)[0] if text else None
    tree, _ = parse_yaml(front or "", path, 0, [], strict=False)
    moved = tree.get("moved")
    return [str(name).rpartition("/")[2] for name in moved] if isinstance(moved, list) else []
