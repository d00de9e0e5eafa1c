"""The story for one unit, the handbook or one circle: read it, look at it, and build those of its editions that need it.

A unit is what one worker process is given: everything it needs to know of the rest of the project is in the `Workshop`,
which is the same for all. The handbook is read when it is first asked for, at most once in a process. Stages are loaded where they are
used: a process that looks has no use for what builds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec import json as typed_json
from msgspec.structs import replace

from .catalogue import Catalogue, Circle, Handbook, Material, is_published, session_outlines, without_pages
from .edition import BuiltEdition, EarlierEdition, Edition
from .finding import Finding
from .giving_way import give_way
from .language import Language
from .metadata import CircleFacts, reread
from .neighbours import Looked, Neighbours, Outline, Presence, neighbours_of, outline_of
from .problem import Place, Problem
from .sieve import fingerprint
from .source import HANDBOOK, TEMPLATES, Entry, Positions, Settings, SourceFile

if TYPE_CHECKING:
    from .build import BuildRequest


class Task(Struct, frozen=True):
    """One unit's part of a build."""

    name: str
    editions: tuple[Edition, ...]
    earlier: Mapping[str, EarlierEdition] = field(default_factory=dict)
    """By the edition's name, where the last build left something that can be used again."""


class Workshop(Struct, dict=True):
    """Everything that the work on a unit needs besides its own files."""

    project: Path
    settings: Settings
    today: date
    entries_by_unit: Mapping[str, tuple[Entry, ...]]
    hash_by_path: Mapping[str, str] = field(default_factory=dict)
    """Of what every file holds."""
    outline_by_unit: Mapping[str, Outline] = field(default_factory=dict)
    presence_by_unit: Mapping[str, Presence] = field(default_factory=dict)
    """Circles and circle templates that are whole."""
    known_handbook: tuple[Handbook, frozenset[str]] | None = None
    """The handbook and its pages that may not be shown, when they are known from an earlier run."""
    request: BuildRequest | None = None
    online: tuple[Edition, ...] = ()
    """All editions the site will have."""
    looked_at_last: tuple[str, Circle, tuple[Finding, ...]] | None = None
    """The circle that this process has looked at last: its folder, itself, and what the model check saw."""

    def __reduce__(self) -> tuple:
        """Leave out what each process makes for itself."""
        return Workshop, tuple(getattr(self, name) for name in self.__struct_fields__ if name != "looked_at_last")

    @cached_property
    def handbook_files(self) -> tuple[Handbook, tuple[Problem, ...]]:
        """The handbook before it is related to the circles, and the problems of its files."""
        if self.known_handbook:
            return self.known_handbook[0], ()
        from .localtime import use_pinned_time_zones
        from .read import read_entries
        from .validate import validate_handbook

        use_pinned_time_zones()
        files, images, unreadable = read_entries(self.project, self.entries_by_unit.get(HANDBOOK, ()), self.hash_by_path)
        handbook, mistakes = validate_handbook(files, images, self.settings, self.today)
        return handbook, (*unreadable, *mistakes)

    @property
    def neighbours(self) -> Neighbours:
        """The circles, for one unit to ask about; each call gives one that has not been asked anything."""
        return neighbours_of(self.outline_by_unit.values(), self._sessions_by_former_id)

    def _sessions_by_former_id(self, circle: str) -> Mapping[str, str]:
        """Read a circle's sessions; return which of them each former id leads on to."""
        from .read import read_entries
        from .validate import sessions_by_former_id

        files, _, _ = read_entries(self.project, [entry for entry in self.entries_by_unit[f"circles/{circle}"] if "/sessions/" in entry.path], self.hash_by_path)
        return sessions_by_former_id(files)

    @cached_property
    def handbook(self) -> Handbook:
        """The handbook as it may be shown."""
        return without_pages(self.handbook_files[0], self.sensitive_pages)

    @cached_property
    def digest(self) -> str:
        """A hash of everything that circles can see of the handbook."""
        return digest_of(self.handbook_files[0])

    @cached_property
    def sensitive_pages(self) -> frozenset[str]:
        """The handbook's pages that may not be shown."""
        if self.known_handbook:
            return self.known_handbook[1]
        from .validate import sensitive_pages

        return sensitive_pages(self.handbook_files[0])

    def outline(self, name: str, facts: Mapping | None = None) -> Outline:
        """Return what others see of a circle; its facts are read, and no more, unless it is known what `circle.yml` says."""
        path = f"{name}/circle.yml"
        others = [SourceFile(entry.path, "", {}, Positions({}, {})) for entry in self.entries_by_unit[name] if entry.path != path]
        if facts is not None:
            return outline_of(name, [SourceFile(path, "", dict(facts), Positions({}, {})), *others])
        from .read import read_entries

        files, _, _ = read_entries(self.project, [entry for entry in self.entries_by_unit[name] if entry.path == path])
        return outline_of(name, [*files, *others])

    # --- looking -------------------------------------------------------------------------------------------------

    def look(self, name: str) -> Looked:
        """Read one unit and return what is wrong with it and what others must know of it."""
        from .freshness import freshness
        from .localtime import use_pinned_time_zones
        from .validate import relate_handbook

        use_pinned_time_zones()
        neighbours = self.neighbours
        if name == HANDBOOK:
            handbook, problems = self.handbook_files
            related = relate_handbook(handbook, neighbours, self.settings, self.today)
            pages = self.handbook.material_by_reference
            stand = [[(language, found.state, [(section.id, section.state) for section in found.sections])
                      for language in self.settings.languages for found in [freshness(page, language)]] for page in pages.values()]
            images = [(image.path, self.hash_by_path.get(image.path)) for image in handbook.images]
            content = self._content_by_language(pages.values(), self.settings.languages, self.digest, sorted(pages), stand, images)
            return Looked(name, (*problems, *related), neighbours.asked, pages=len(pages), digest=self.digest, content_by_language=content)
        circle, findings, problems = self._read_circle(name, neighbours)
        self.looked_at_last = (name, circle, findings) if circle else None
        if circle is None:
            return Looked(name, problems, neighbours.asked)
        presence = Presence(str(circle.facts.status), str(circle.facts.visibility), tuple(circle.facts.published_in), circle.welcomes,
                            session_outlines(circle), str((signup := circle.facts.signup) and signup.until or ""))
        images = [(image.path, self.hash_by_path.get(image.path)) for image in circle.images]
        content = self._content_by_language((circle.welcome, *circle.sessions), circle.facts.published_in, circle.source.text, images)
        return Looked(name, problems, neighbours.asked, presence, content_by_language=content)

    def _content_by_language(self, pages: Iterable[Material | None], languages: Iterable[Language], *others: object) -> dict[Language, str]:
        """Return a hash of what the edition in each language is made of: all facts and words, but only texts that it shows or compares with.

        A page of an edition shows one version's text, and marks where that no longer says what the version it was made from says.
        Facts and single words fall back by themselves, so those of all versions count. `others` is what else all editions are made of.
        """
        there = [page for page in pages if page]
        common = json.dumps([others, [(page.kind, page.id, [(language, version.source.path, version.source.metadata)
                                                 for language, version in sorted(page.version_by_language.items())]) for page in there]], ensure_ascii=False, default=str)
        found = {}
        for language in languages:
            texts = []
            for page in there:
                shown = page.version_for(language, self.settings.chain_by_language.get(language, ()))
                source = page.version_by_language.get(shown.translation.of) if shown.translation and shown.translation.sections else None
                texts.append((shown.language, shown.body, source.body if source else ""))
            found[language] = fingerprint({"common": common, "texts": json.dumps(texts, ensure_ascii=False)})
        return found

    def _read_circle(self, name: str, neighbours: Neighbours, *,
                     is_known_whole: bool = False) -> tuple[Circle | None, tuple[Finding, ...], tuple[Problem, ...]]:
        from .read import read_entries
        from .validate import validate_circle

        files, images, unreadable = read_entries(self.project, self.entries_by_unit[name], self.hash_by_path)
        checked, mistakes = validate_circle(name, files, images, self.handbook_files[0], neighbours, self.settings, self.today,
                                            is_known_whole=is_known_whole)
        return checked.circle, checked.findings, (*unreadable, *mistakes)

    # --- building ------------------------------------------------------------------------------------------------

    @cached_property
    def catalogue(self) -> Catalogue:
        """The project for a build: the handbook whole, of every circle its facts."""
        from .plan import without_draft_pages

        preview = self.request.preview
        shown = {name for name, presence in self.presence_by_unit.items()
                 if name.startswith(TEMPLATES) or preview or is_published(presence.status, presence.visibility) or name == f"circles/{self.request.copied}"}
        circles = _Circles(self.light_circle, [name for name in shown if not name.startswith(TEMPLATES)])
        templates = _Circles(self.whole_circle, [name for name in shown if name.startswith(TEMPLATES)])
        left_out = self.handbook.left_out | {f"circles/{name.rsplit('/', 1)[1]}" for name in self.outline_by_unit if name not in shown}
        everything = Catalogue(self.handbook.material_by_reference, circles, templates, self.handbook.glossary, self.neighbours, self.handbook.images,
                               left_out=frozenset(left_out),
                               sessions_by_circle={name.rsplit("/", 1)[1]: self.presence_by_unit[name].sessions for name in shown if not name.startswith(TEMPLATES)})
        return everything if preview else without_draft_pages(everything)

    def light_circle(self, name: str) -> Circle:
        """Return a circle with its facts only."""
        path = f"{name}/circle.yml"
        metadata = self.outline_by_unit[name].metadata
        file = SourceFile(path, "", dict(metadata), Positions({}, {}))
        facts = reread(CircleFacts, file.metadata, language=str(metadata.get("language", "")), languages=self.settings.languages)
        return Circle(name.rsplit("/", 1)[1], facts, file, None, (), welcomes=self.presence_by_unit[name].welcomes)

    def whole_circle(self, name: str) -> Circle:
        """Read a circle with everything it has. It was whole when it was looked at."""
        circle, _, _ = self._read_circle(name, self.neighbours, is_known_whole=True)
        if circle is None:
            raise RuntimeError(f"{name} has changed while it was built")
        return circle

    def build(self, task: Task) -> list[BuiltEdition]:
        """Build some editions of one unit; one that fails is returned without a folder and never stops the others."""
        from .build import build_edition, with_indexes
        from .export import export
        from .localtime import use_pinned_time_zones
        from .plan import plan
        from .resolve import resolve

        use_pinned_time_zones()
        catalogue, settings = self.catalogue, self.settings
        if task.name != HANDBOOK:
            presence = self.presence_by_unit[task.name]
            if not self.request.preview and not is_published(presence.status, presence.visibility):
                settings = replace(settings, address="")  # its pages are on no site
            try:
                if self.looked_at_last and self.looked_at_last[0] == task.name:
                    _, circle, findings = self.looked_at_last
                else:
                    has_report = self.request.preview or "report_public" in self.outline_by_unit[task.name].metadata
                    circle, findings, _ = self._read_circle(task.name, self.neighbours, is_known_whole=not has_report)
                if circle is None:
                    raise RuntimeError("it has changed while it was built")
            except Exception as error:
                return [_not_planned(edition, error) for edition in task.editions]
            identifier = circle.id
            catalogue = replace(catalogue, circle_by_id=_With(catalogue.circle_by_id, identifier, circle), findings_by_circle={identifier: findings})
        built = []
        for edition in task.editions:
            give_way()
            try:
                resolved = resolve(catalogue, edition, settings.chain_by_language)
                planned = plan(catalogue, settings, resolved, self.request.made, self.online, with_search=self.request.with_search,
                               preview=self.request.preview, today=self.today)
                takeaways = export(catalogue, settings, resolved, self.request.made, self.online, today=self.today, preview=self.request.preview)
            except Exception as error:  # a mistake of ours or a text nobody thought of: one edition, never all
                built.append((_not_planned(edition, error), {}))
                continue
            one = build_edition(planned, takeaways, self.project, settings.address, self.request, task.earlier.get(edition.name))
            built.append((one, planned.found))
        return with_indexes(built, self.request)


class _Circles(Mapping):
    """Circles by id, each made when it is first asked for."""

    def __init__(self, make: Callable[[str], Circle], names: list[str]) -> None:
        self._make = make
        self._name_by_id = {name.rsplit("/", 1)[1]: name for name in sorted(names)}
        self._made: dict[str, Circle] = {}

    def __getitem__(self, identifier: str) -> Circle:
        if identifier not in self._made:
            self._made[identifier] = self._make(self._name_by_id[identifier])
        return self._made[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._name_by_id)

    def __len__(self) -> int:
        return len(self._name_by_id)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._name_by_id


class _With(Mapping):
    """A mapping with one more value, or another one."""

    def __init__(self, base: Mapping, key: str, value: Circle) -> None:
        self._base, self._key, self._value = base, key, value

    def __getitem__(self, key: str) -> Circle:
        return self._value if key == self._key else self._base[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._base
        if self._key not in self._base:
            yield self._key

    def __len__(self) -> int:
        return len(self._base) + (self._key not in self._base)


def digest_of(handbook: Handbook) -> str:
    """Return a hash of everything that a circle, or its microsite, can see of the handbook: all but the texts of its pages."""
    from .markdown_source import headings

    seen = {f"left out {reference}": "" for reference in handbook.left_out}
    for reference, material in handbook.material_by_reference.items():
        for language, version in material.version_by_language.items():
            ids = [heading.id for heading in headings(version.body)]
            seen[f"{reference} {language}"] = json.dumps([version.source.metadata, ids], ensure_ascii=False)
    seen["glossary"] = typed_json.encode(handbook.glossary).decode()
    seen["images"] = " ".join(image.path for image in handbook.images)
    return fingerprint(seen)


def _not_planned(edition: Edition, error: Exception) -> BuiltEdition:
    return BuiltEdition(edition, "", 0, (Problem(
        Place(edition.name), "edition-not-built", f"the edition could not be planned ({type(error).__name__}: {error})."),))

