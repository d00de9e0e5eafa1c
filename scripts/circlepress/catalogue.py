"""The catalogue: every material, circle and term of a project, read, checked and linked by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .finding import Finding
from .language import Language
from .metadata import CircleFacts, Glossary, SessionFacts, TranslationMark
from .metadata.circle import Status
from .metadata.materials import FrontFacts, MaterialFacts
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


@dataclass(frozen=True)
class Material:
    """One page of the handbook, a circle's welcome or a session, in all its languages."""

    kind: Kind
    id: str
    facts: MaterialFacts | FrontFacts | SessionFacts
    original: Language
    version_by_language: Mapping[Language, Version]

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
class Outline:
    """What the rest of a project sees of one circle or circle template, as it was written; cheap to have for all of them."""

    id: str
    is_template: bool
    metadata: Mapping
    """Everything `circle.yml` says, as plain strings, lists and maps; empty when it cannot be read."""
    session_ids: tuple[str, ...]
    """By the names of its files."""

    @property
    def origin(self) -> tuple[str, str]:
        """The circle it began in and the organisation there; empty where it does not say."""
        said = self.metadata.get("spawned_from")
        said = said if isinstance(said, dict) else {}
        return tuple(value if isinstance(value := said.get(key), str) else "" for key in ("circle", "organisation"))


class Neighbours:
    """The other circles of a project, as one that is being looked at can ask about them.

    What was asked, and what the answer was, is kept: as long as the same questions get the same answers, what was found
    out about a circle holds.
    """

    def __init__(self, outline_by_id: Mapping[str, Outline], template_by_id: Mapping[str, Outline]) -> None:
        self._circles = outline_by_id
        self._templates = template_by_id
        self._children: dict[str, list[tuple[str, str]]] = {}
        for outline in outline_by_id.values():
            circle, organisation = outline.origin
            if circle:
                self._children.setdefault(circle, []).append((outline.id, organisation))
        self.asked: dict[str, object] = {}

    def answer(self, question: str) -> object:
        """Return the answer to a question in the form that `asked` keeps, plain data."""
        verb, _, about = question.partition(" ")
        match verb:
            case "circle":
                return about in self._circles
            case "template":
                return about in self._templates
            case "session":
                circle, _, session = about.partition("/")
                return circle not in self._circles or session in self._circles[circle].session_ids
            case "origin":
                return self._circles[about].origin[0] if about in self._circles else ""
            case "children":
                return [list(child) for child in sorted(self._children.get(about, ()))]
            case "circles":
                return sorted(self._circles)
            case "templates":
                return sorted(self._templates)
            case "sessions":
                return sorted(f"{circle.id}/{session}" for circle in self._circles.values() for session in circle.session_ids)
        raise ValueError(question)

    def agrees(self, asked: Mapping[str, object]) -> bool:
        """Whether these questions would get the same answers today."""
        return all(self.answer(question) == answer for question, answer in asked.items())

    def _ask(self, question: str):
        answer = self.asked[question] = self.answer(question)
        return answer

    def has_circle(self, identifier: str) -> bool:
        return self._ask(f"circle {identifier}")

    def has_template(self, identifier: str) -> bool:
        return self._ask(f"template {identifier}")

    def may_have_session(self, circle: str, session: str) -> bool:
        """Whether a circle has a session, or is not there at all, which is for others to say."""
        return self._ask(f"session {circle}/{session}")

    def origin_of(self, circle: str) -> str:
        """Return the circle another one began in, or an empty text."""
        return self._ask(f"origin {circle}")

    def children_of(self, circle: str) -> list[tuple[str, str]]:
        """Return the circles that began in one, each with the organisation it began at (or an empty text)."""
        return [tuple(child) for child in self._ask(f"children {circle}")]

    def circle_ids(self) -> list[str]:
        return self._ask("circles")

    def template_ids(self) -> list[str]:
        return self._ask("templates")

    def sessions(self) -> list[str]:
        """Return every session of every circle as `circle/session`."""
        return self._ask("sessions")


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
