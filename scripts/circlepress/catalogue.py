"""The catalogue: every material, circle and term of a project, read, checked and linked by id."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from .finding import Finding
from .language import Language, choose
from .metadata import (
    ChecklistFacts,
    CircleFacts,
    FrontFacts,
    Glossary,
    GuideFacts,
    MethodFacts,
    ProjectFacts,
    SessionFacts,
    StoryFacts,
    TemplateFacts,
    ThemeFacts,
    TranslationMark,
)
from .metadata.circle import Status, Visibility
from .metadata.materials import MaterialFacts
from .neighbours import Neighbours, SessionOutline
from .source import ImageFile, SourceFile


class Kind(StrEnum):
    """The content types; the value is the folder below `docs/`."""

    FRONT = "index"
    GUIDE = "guides"
    CHECKLIST = "checklists"
    THEME = "themes"
    METHOD = "methods"
    TEMPLATE = "templates"
    STORY = "stories"
    PROJECT = "project"
    """Pages about circlepress itself: codes, commands, figures."""
    SESSION = "sessions"


FACTS_BY_KIND = {
    Kind.FRONT: FrontFacts, Kind.GUIDE: GuideFacts, Kind.CHECKLIST: ChecklistFacts, Kind.THEME: ThemeFacts,
    Kind.METHOD: MethodFacts, Kind.TEMPLATE: TemplateFacts, Kind.STORY: StoryFacts, Kind.PROJECT: ProjectFacts, Kind.SESSION: SessionFacts,
}
"""The schema of each type's original."""


class Version(Struct, frozen=True):
    """One language's version of a page: its words."""

    language: Language
    source: SourceFile
    title: str
    summary: str
    body: str
    words: Mapping
    """The localisable metadata besides title and summary, as plain strings, lists and maps."""
    translation: TranslationMark | None
    """What it was made from; `None` for the original."""


def version_of(kind: Kind, language: Language, source: SourceFile, mark: TranslationMark | None) -> Version:
    """Return one language's version of a page from the file it stands in."""
    words = {key: value for key, value in source.metadata.items() if key in FACTS_BY_KIND[kind].localisable}
    title, summary = (str(source.metadata.get(key, "")).strip() for key in ("title", "summary"))
    return Version(language, source, title, summary, source.body, words, mark)


class Material(Struct, frozen=True):
    """One page of the handbook, a circle's welcome or a session, in all its languages."""

    kind: Kind
    id: str
    facts: MaterialFacts | FrontFacts | SessionFacts
    original: Language
    version_by_language: Mapping[Language, Version]
    started: Mapping[Language, Version] = field(default_factory=dict)
    """Translations that are not shown yet; known only where files have just been read."""

    @property
    def reference(self) -> str:
        """`guides/welcome`; the front page is `index`."""
        return self.id if self.kind is Kind.FRONT else f"{self.kind}/{self.id}"

    def version_for(self, language: Language, chain: Sequence[Language]) -> Version:
        """Return what readers of a language are shown, who next read the languages of `chain`."""
        return self.version_by_language[choose(self.version_by_language, language, chain, self.original)]


class Circle(Struct, frozen=True, dict=True):
    """One circle (or circle template): its facts, its welcome and its sessions."""

    id: str
    facts: CircleFacts
    source: SourceFile
    welcome: Material | None
    sessions: tuple[Material, ...]
    """In the order of their numbers."""
    images: tuple[ImageFile, ...] = ()
    welcomes: tuple[Language, ...] = ()
    """The languages the welcome is written in, known also where the welcome itself is not at hand."""

    @property
    def is_template(self) -> bool:
        return self.facts.status is Status.TEMPLATE

    @cached_property
    def session_by_former_id(self) -> Mapping[str, str]:
        """The session that each former id leads on to."""
        return leading_on(((one.id, one.facts.moved) for one in self.sessions), {one.id for one in self.sessions})


def without_pages(handbook: Handbook, sensitive: frozenset[str]) -> Handbook:
    """Return the handbook without pages that may not be shown."""
    return replace(handbook, left_out=handbook.left_out | sensitive,
                   material_by_reference={r: m for r, m in handbook.material_by_reference.items() if r not in sensitive})


def is_published(status: str, visibility: str) -> bool:
    """Whether a circle has a place on the published site: neither a draft nor local."""
    return status != Status.DRAFT and visibility != Visibility.LOCAL


def session_outlines(circle: Circle) -> tuple[SessionOutline, ...]:
    """Return what the rest of the site must know of a circle's sessions."""
    outlines = []
    for session in circle.sessions:
        facts, versions = session.facts, session.version_by_language
        in_order = sorted(versions, key=lambda language: (language != session.original, language))
        words = {key: {language: given for language in in_order if isinstance(given := versions[language].words.get(key), str) and given}
                 for key in ("place", "aim")}
        outlines.append(SessionOutline(
            session.id, {language: versions[language].title for language in in_order}, facts.date.isoformat() if facts.date else "",
            *(moment.isoformat("minutes") if moment else "" for moment in (facts.start, facts.end)),
            facts.timezone or circle.facts.frame.timezone or "", str(facts.mode), str(facts.state.now), str(facts.state.was or ""),
            dict(facts.place or {}) | words["place"], words["aim"],
            next((former for former in facts.moved if circle.session_by_former_id.get(former) == session.id), "")))
    return tuple(outlines)


def leading_on(formers_by_name: Iterable[tuple[str, Iterable[str]]], there: Container[str]) -> dict[str, str]:
    """Return, by former name, the name that it leads on to: the first that claims it; none for a name that is `there` itself.

    `formers_by_name` are pairs of a name and the former ones it claims.
    """
    found: dict[str, str] = {}
    for name, formers in sorted(formers_by_name):
        for former in formers:
            if former not in there:
                found.setdefault(former, name)
    return found


def _pages_by_former_reference(pages: Mapping[str, Material], left_out: frozenset[str]) -> dict[str, str]:
    claims = [(reference, getattr(material.facts, "moved", ())) for reference, material in pages.items()]
    return leading_on(claims, pages.keys() | left_out)


class Handbook(Struct, frozen=True, dict=True):
    """The handbook's own part of a project."""

    material_by_reference: Mapping[str, Material] = field(default_factory=dict)
    glossary: Glossary = field(default_factory=Glossary)
    images: tuple[ImageFile, ...] = ()
    left_out: frozenset[str] = frozenset()
    """References that exist but are not whole."""

    @cached_property
    def page_by_former_reference(self) -> Mapping[str, str]:
        """The page that each former reference leads on to."""
        return _pages_by_former_reference(self.material_by_reference, self.left_out)


class Catalogue(Struct, frozen=True, dict=True):
    """Everything whole in a project."""

    material_by_reference: Mapping[str, Material]
    circle_by_id: Mapping[str, Circle]
    template_by_id: Mapping[str, Circle]
    """Circle templates."""
    glossary: Glossary
    neighbours: Neighbours
    images: tuple[ImageFile, ...] = ()
    """The handbook's pictures."""
    findings_by_circle: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    """What the model check saw, by the id of the circle or circle template, also of those left out."""
    left_out: frozenset[str] = field(default_factory=frozenset)
    """References and circle ids that exist but are not whole; links to them are not blamed a second time."""
    sessions_by_circle: Mapping[str, tuple[SessionOutline, ...]] = field(default_factory=dict)
    """What other pages can say of each circle's sessions, by its id; circles that are not shown have none."""

    @cached_property
    def page_by_former_reference(self) -> Mapping[str, str]:
        """The page that each former reference leads on to."""
        return _pages_by_former_reference(self.material_by_reference, self.left_out)

    def of_kind(self, kind: Kind) -> list[Material]:
        """Return the materials of one kind in their order: `order`, then id."""
        found: Iterable[Material] = (m for m in self.material_by_reference.values() if m.kind is kind)
        return sorted(found, key=lambda m: (getattr(m.facts, "order", 50), m.id))
