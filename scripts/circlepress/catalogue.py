"""The catalogue: every material, circle and term of a project, read, checked and linked by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .finding import Finding
from .language import Language
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
from .metadata.circle import Status
from .metadata.materials import MaterialFacts
from .neighbours import Neighbours
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


@dataclass(frozen=True)
class Version:
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


@dataclass(frozen=True)
class Material:
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


@dataclass(frozen=True)
class Circle:
    """One circle (or circle template): its facts, its welcome and its sessions."""

    id: str
    facts: CircleFacts
    source: SourceFile
    welcome: Material | None
    sessions: tuple[Material, ...]
    """In the order of their numbers."""
    images: tuple[ImageFile, ...] = ()

    @property
    def is_template(self) -> bool:
        return self.facts.status is Status.TEMPLATE


@dataclass(frozen=True)
class Handbook:
    """The handbook's own part of a project."""

    material_by_reference: Mapping[str, Material] = field(default_factory=dict)
    glossary: Glossary = field(default_factory=Glossary)
    images: tuple[ImageFile, ...] = ()
    left_out: frozenset[str] = frozenset()
    """References that exist but are not whole."""


@dataclass(frozen=True)
class Catalogue:
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

    def of_kind(self, kind: Kind) -> list[Material]:
        """Return the materials of one kind in their order: `order`, then id."""
        found: Iterable[Material] = (m for m in self.material_by_reference.values() if m.kind is kind)
        return sorted(found, key=lambda m: (getattr(m.facts, "order", 50), m.id))
