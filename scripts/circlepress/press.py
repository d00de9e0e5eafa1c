"""The press: a plan becomes the finished pages of one edition, without MkDocs and with nothing done twice.

It writes the same bytes as `renderer.py`, which lets stock MkDocs render the same plan with the same templates; a test
compares. A `Press` keeps what can be used again: compiled templates, the Markdown reader, and texts already converted,
so that a text shown in six editions is converted once. With the records of an earlier edition at hand, only pages whose
values, text or links have changed are rendered; the others are taken over.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from . import page_clock, typesetting
from .cache import Cache
from .edition import EarlierEdition, EditionPlan, PageRecord, PlannedPage
from .files import link_or_copy, write_bytes
from .markdown_extension import Converter
from .problem import Problem

_KEPT_CHARACTERS = 30_000_000
"""How much converted text a press keeps, in characters of HTML."""
_PAGE_FIELDS = tuple(name for name in PlannedPage.__struct_fields__ if name != "body")


class Rendered(Struct, frozen=True):
    """What came of rendering one edition."""

    records: Mapping[str, PageRecord]
    """By staged path; the templates of the whole edition stand under their names."""
    problems: tuple[Problem, ...]
    rendered: int
    """How many pages were rendered, the others having been taken over."""
    seconds: Mapping[str, float]
    """What converting the texts and filling the templates took."""


class Press:
    """One warm press, for any number of editions; not to be shared between threads."""

    def __init__(self, theme_folders: list[Path], address: str, engine: str, cache: Cache) -> None:
        """Set up for a theme.

        `address` is where the whole site will stand, or empty; `engine` the fingerprint of the program and the theme,
        which goes into every page's; `cache` keeps compiled templates.
        """
        self._address = address.rstrip("/")
        self._base_path = urlsplit(address or "").path.rstrip("/")
        self._engine = engine
        self._environment = typesetting.teach(typesetting.environment_for(theme_folders, cache, engine), self._link, self._part)
        self._parts: dict[str, _Part] = {}
        self._asked: set[str] | None = None
        self._converter = Converter()
        self._converted: OrderedDict[tuple, tuple[str, list[str], dict[str, bool]]] = OrderedDict()
        self._characters = 0

    def render(self, plan: EditionPlan, project: Path, output: Path, earlier: EarlierEdition | None = None) -> Rendered:
        """Write the pages and pictures of `plan` into `output`, an empty or missing folder.

        `project` is where pictures come from. Raises what a template raises; texts that cannot be converted are shown
        as plain text and are problems.
        """
        edition = {"kind": str(plan.edition.kind), "language": plan.edition.language, "circle": plan.edition.circle,
                   "address": plan.edition.address, "name": plan.edition.name}
        common = _hash(self._engine, json.dumps([edition, plan.site, self._address], ensure_ascii=False))
        address_by_path = {page.path: page.address for page in plan.pages}
        address_by_path |= {staged: plan.edition.address + staged for staged, _ in plan.images}
        records: dict[str, PageRecord] = {}
        self._parts.clear()
        rendered, texts, templates = 0, 0.0, 0.0
        for page in plan.pages:
            values = {name: getattr(page, name) for name in _PAGE_FIELDS}
            fingerprint = _hash(common, _plain(values), page.body)
            target = output / page.address.removeprefix(plan.edition.address) / "index.html"
            record = _reusable(earlier, page.path, fingerprint, address_by_path)
            if record and _take_over(earlier, target.relative_to(output), target):
                records[page.path] = record
                continue
            began = time.perf_counter()
            text, asked, problems = self._text(page, address_by_path, plan.site["words"])
            converted = time.perf_counter()
            finished = self._environment.get_template(page.template).render(
                typesetting.page_values(plan.site, edition, values, page.address, text, self._whole))
            problems += typesetting.outside_resources(finished, page.source or page.path)
            texts, templates = texts + converted - began, templates + time.perf_counter() - converted
            _write(target, finished)
            rendered += 1
            records[page.path] = PageRecord(fingerprint, asked, tuple(problems))
        self._render_common_files(plan, edition, common, output, earlier, records)
        for staged, source in plan.images:
            target = output / staged
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((project / source).read_bytes())
        return Rendered(records, tuple(problem for record in records.values() for problem in record.problems), rendered,
                        {"texts": texts, "templates": templates})

    def _render_common_files(self, plan: EditionPlan, edition: Mapping, common: str, output: Path, earlier: EarlierEdition | None,
                             records: dict[str, PageRecord]) -> None:
        pages = [{"address": page.address, "canonical": page.canonical} for page in plan.pages]
        fingerprint = _hash(common, _plain(pages))
        for name in typesetting.STATIC_TEMPLATES:
            records[name] = PageRecord(fingerprint, {})
            if _reusable(earlier, name, fingerprint, {}) and _take_over(earlier, Path(name), output / name):
                continue
            finished = self._environment.get_template(name).render(typesetting.edition_values(plan.site, edition, pages, self._whole))
            if finished.strip():
                _write(output / name, finished)

    # --- texts ---------------------------------------------------------------------------------------------------

    def _text(self, page: PlannedPage, address_by_path: Mapping[str, str], words: Mapping[str, str]) -> tuple[str, dict[str, bool], list[Problem]]:
        """Return the finished HTML of a page's text, which staged paths its links asked for, and problems."""
        if not page.body.strip():
            return "", {}, []
        source = page.source or page.path
        problems: list[Problem] = []
        try:
            clean, removed, asked = self._clean(page.body.strip() + "\n", page, address_by_path)
        except Exception as error:
            self._converter = Converter()  # whatever it was in the middle of
            problems.append(typesetting.not_converted(source, error))
            clean, removed, asked = self._clean(typesetting.plain_fence(page.body.strip() + "\n"), page, address_by_path)
        if removed:
            problems.append(typesetting.taken_out(source, removed))
        return typesetting.dress(clean, words), asked, problems

    def _clean(self, text: str, page: PlannedPage, address_by_path: Mapping[str, str]) -> tuple[str, list[str], dict[str, bool]]:
        key = (text, page.path)
        known = self._converted.get(key)
        if known and all(there == (path in address_by_path) for path, there in known[2].items()):
            self._converted.move_to_end(key)
            return known
        page_clock.start()
        try:
            content, asked = self._converter.convert(text, page.path, address_by_path)
        finally:
            page_clock.stop()
        result = (*typesetting.clean(content), asked)
        self._converted[key] = result
        self._characters += len(text) + len(result[0])
        while self._characters > _KEPT_CHARACTERS:
            (dropped, _), (html, _, _) = self._converted.popitem(last=False)
            self._characters -= len(dropped) + len(html)
        return result

    # --- addresses -----------------------------------------------------------------------------------------------

    def _link(self, context, address: str) -> str:
        if self._asked is not None:
            self._asked.add(address)
        return typesetting.href(context.get("here"), address, self._base_path)

    def _part(self, context, name: str) -> str:
        """Return a part of the frame, rendered once for all pages of the edition that lie alike."""
        part, here = self._parts.setdefault(name, _Part()), context.get("here")
        place = part.place_of(here)
        if place not in part.text_by_place:
            self._asked = set()
            text = self._environment.get_template(f"partials/{name}.html").render(typesetting.part_values(context))
            asked, self._asked = self._asked, None
            if part.leads_to(asked):
                place = part.place_of(here)
            part.text_by_place[place] = text
        return part.text_by_place[place]

    def _whole(self, address: str) -> str:
        return self._address + address if self._address else ""


class _Part:
    """A part of an edition's frame: it differs from page to page only in the links it has, which are relative.

    What a relative link from a page says follows from how deep the page lies and how far down the two have the same way. So it is
    the same for all pages of a depth that leave, at the same place, the ways to everything the part leads to.
    """

    def __init__(self) -> None:
        self._folders: set[str] = {"/"}
        self.text_by_place: dict[tuple[int, str] | None, str] = {}

    def place_of(self, here: str | None) -> tuple[int, str] | None:
        """Return what decides about the links from a page; `None` where there is no page."""
        if here is None:
            return None
        folder = "/"
        while (end := here.find("/", len(folder))) >= 0 and here[:end + 1] in self._folders:
            folder = here[:end + 1]
        return here.count("/"), folder

    def leads_to(self, addresses: set[str]) -> bool:
        """Learn what the part leads to; whether there was anything new, so that what was kept holds no longer."""
        folders = {address[:end + 1] for address in addresses for end, sign in enumerate(address) if sign == "/" and address.startswith("/")}
        if folders <= self._folders:
            return False
        self._folders |= folders
        self.text_by_place.clear()
        return True


def _reusable(earlier: EarlierEdition | None, name: str, fingerprint: str, address_by_path: Mapping[str, str]) -> PageRecord | None:
    """Return a page's earlier record when the page would come out the same."""
    record = earlier.records.get(name) if earlier else None
    if record is None or record.fingerprint != fingerprint:
        return None
    return record if all(there == (path in address_by_path) for path, there in record.asked.items()) else None


def _take_over(earlier: EarlierEdition, name: Path, target: Path) -> bool:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(earlier.folder / name, target)
    except OSError:  # it is not there any more
        return False
    return True


def _plain(values: object) -> bytes:
    """Return plain values as bytes that are the same for the same values."""
    try:
        return marshal.dumps(values, 2)  # version 2 writes values only; later ones also which of them are one object
    except ValueError:  # a text of a kind of its own
        return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def _write(path: Path, text: str) -> None:
    try:
        os.mkdir(path.parent)
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(path.parent)
    write_bytes(path, text.encode("utf-8", "xmlcharrefreplace"))
