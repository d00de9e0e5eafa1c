"""The facts of the handbook's materials: themes, guides, checklists, methods, templates, stories and the front page.

The models describe originals. A translation carries words only; `localisable` names, for each type, the keys that it
may give besides `title`, `summary` and `translation`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from .kinds import (
    Audience,
    BlockKind,
    CheckNumber,
    Country,
    Date,
    Licence,
    Mode,
    Offset,
    Phase,
    Range,
    Reference,
    Schema,
    Slug,
    StatementNumber,
    Summary,
    Text,
    Title,
    TranslationState,
    Truth,
    WebAddress,
    characters,
    how_many,
    is_question,
    number,
    within,
)


class SourceNote(Schema):
    """Something a page builds on."""

    text: Text
    url: WebAddress | None = None


class TranslationMark(Schema):
    """What a translation was made from, and how far one can trust it."""

    of: Text
    """The language translated from."""
    state: TranslationState
    sections: dict[str, str] = Field(default_factory=dict)
    """Heading id (or `meta`) to the stamp of the source section it was made from."""


class MaterialFacts(Schema):
    """What all materials have."""

    localisable: ClassVar[frozenset[str]] = frozenset()

    title: Title
    summary: Summary
    order: Annotated[int, number(0, 1000)] = 50
    related: Annotated[list[Reference], AfterValidator(how_many(0, 8))] = []
    authors: list[Text] = []
    licence: Licence | None = None
    sources: list[SourceNote] = []
    reviewed: Date | None = None
    draft: Truth = False


class FrontFacts(Schema):
    """The handbook's front page, or the welcome of a circle."""

    localisable: ClassVar[frozenset[str]] = frozenset()

    title: Title
    summary: Summary


class ProjectFacts(MaterialFacts):
    """A page about circlepress itself."""


class ThemeDriver(StrEnum):
    DIGITAL = "digital"
    CLIMATE = "climate"
    DIVERSITY = "diversity"
    WICKED = "wicked"


class Vision(StrEnum):
    GREEN = "green"
    COMPETITIVE = "competitive"
    SOCIAL = "social"


class ThemeFacts(MaterialFacts):
    localisable: ClassVar[frozenset[str]] = frozenset({"questions"})

    driver: ThemeDriver
    vision: list[Vision] = []
    questions: Annotated[list[Annotated[Text, AfterValidator(is_question)]], AfterValidator(how_many(2, 6))]


class GuideFacts(MaterialFacts):
    audience: Annotated[list[Audience], AfterValidator(how_many(1, 4))]
    phase: Annotated[list[Phase], AfterValidator(how_many(1, 6))]
    covers: list[StatementNumber]
    reviewed: Date


class ChecklistItem(Schema):
    id: Slug
    text: Annotated[Text, AfterValidator(characters(10, 140))]
    who: Audience | None = None
    when: Offset | None = None
    see: Reference | None = None
    check: CheckNumber | None = None


class ChecklistFacts(MaterialFacts):
    localisable: ClassVar[frozenset[str]] = frozenset({"items"})

    audience: Annotated[list[Audience], AfterValidator(how_many(1, 4))]
    phase: Annotated[list[Phase], AfterValidator(how_many(1, 6))]
    covers: list[StatementNumber]
    items: Annotated[list[ChecklistItem], AfterValidator(how_many(3, 20))]


class MethodFacts(MaterialFacts):
    localisable: ClassVar[frozenset[str]] = frozenset({"invitation", "materials", "access"})

    phase: Annotated[list[Phase], AfterValidator(how_many(1, 6))]
    kind: BlockKind
    minutes: Annotated[Range, AfterValidator(within(1, 180))]
    group: Annotated[Range, AfterValidator(within(2, 40))] | None = None
    mode: Annotated[list[Mode], AfterValidator(how_many(1, 3))]
    invitation: Text
    materials: Annotated[list[Text], AfterValidator(how_many(0, 8))] = []
    access: Text


class TemplateKind(StrEnum):
    LETTER = "letter"
    MAIL = "mail"
    FORM = "form"
    AGREEMENT = "agreement"
    POSTER = "poster"
    CERTIFICATE = "certificate"
    NOTICE = "notice"


class FilledPer(StrEnum):
    CIRCLE = "circle"
    ORGANISATION = "organisation"
    SESSION = "session"


class TemplateFacts(MaterialFacts):
    localisable: ClassVar[frozenset[str]] = frozenset({"subject"})

    audience: Annotated[list[Audience], AfterValidator(how_many(1, 4))]
    phase: Annotated[list[Phase], AfterValidator(how_many(1, 6))]
    kind: TemplateKind
    per: FilledPer = FilledPer.CIRCLE
    when: Offset | None = None
    subject: Annotated[Text, AfterValidator(characters(1, 78))] | None = None


class StoryKind(StrEnum):
    CASE = "case"
    EVALUATION = "evaluation"
    REFLECTION = "reflection"


class People(StrEnum):
    NONE = "none"
    ANONYMOUS = "anonymous"
    CONSENTED = "consented"


class StoryFacts(MaterialFacts):
    kind: StoryKind
    date: Date
    circle: Reference | None = None
    countries: list[Country] = []
    people: People
