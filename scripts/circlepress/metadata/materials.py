"""The facts of the handbook's materials: themes, guides, checklists, methods, templates, stories and the front page.

The models describe originals. A translation carries words only; `localisable` names, for each type, the keys that it
may give besides `title`, `summary` and `translation`.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from msgspec import field

from .kinds import (
    KNOWN_LANGUAGE,
    Audience,
    BlockKind,
    CheckNumber,
    CircleReference,
    Country,
    Date,
    FormerReference,
    GuideReference,
    Licence,
    Mode,
    Offset,
    Phase,
    Range,
    Reference,
    Slug,
    Stamp,
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
from .rules import After, Refused, Schema, Told

_Audiences = Annotated[
    list[Audience], After(how_many(1, 4)), Told("Whom the page is for. Example: [facilitator]")]
_Phases = Annotated[
    list[Phase], After(how_many(1, 6)),
    Told("When in the life of a circle the page is of use. Example: [recruit, start]")]
_Statements = Annotated[
    list[StatementNumber],
    Told("The statements of the model the page says something about; an empty list if none. Example: [S12, S16]")]


class SourceNote(Schema, kw_only=True):
    """Something a page builds on."""

    text: Text
    """What the page builds on, as one would cite it. Example: NVL's handbook on learning circles, 2013"""
    url: WebAddress | None = None
    """Where it can be read. Example: https://nvl.org"""


class TranslationMark(Schema, kw_only=True):
    """What a translation was made from, and how far one can trust it."""

    of: Annotated[Text, KNOWN_LANGUAGE]
    """The language it was translated from. Example: da"""
    state: TranslationState
    """How far one can trust it: reviewed means that a native reader has read it; started is not shown yet. Example: draft"""
    sections: dict[str, Stamp] = field(default_factory=dict)
    """Heading id (or meta for the words above the text) to the stamp of the section it was made from; circlepress writes it.
    Example: {meta: 7c1e, purpose: 91aa}"""


class MaterialFacts(Schema, kw_only=True):
    """What all materials have."""

    localisable: ClassVar[frozenset[str]] = frozenset()

    title: Title
    summary: Summary
    order: Annotated[int, number(0, 1000)] = 50
    """Where the page stands among its kind, the smallest first. Example: 10"""
    related: Annotated[list[Reference], After(how_many(0, 8))] = []
    """Pages to read next, as folder and id. Example: [guides/for-managers, templates/invitation-long]"""
    authors: list[Text] = []
    """Who wrote the page, as they wish to be named. Example: [The editors]"""
    licence: Licence | None = None
    """The licence of the text, when it is not the project's. Example: CC0-1.0"""
    sources: list[SourceNote] = []
    """What the page builds on. Example: [{text: A report on learning circles, url: https://example.org/report}]"""
    reviewed: Date | None = None
    """The day someone last read the page through. Example: 2026-11-20"""
    draft: Truth = False
    """Whether the page is not ready to be published. Example: true"""
    moved: Annotated[list[FormerReference], After(how_many(0, 20))] = []
    """What the page was called before, as folder and id; its old addresses lead on to it. Example: [guides/old-name]"""


class FrontFacts(Schema, kw_only=True):
    """What stands at the top of an original of the handbook's front page or a circle's welcome, `index.<language>.md`."""

    localisable: ClassVar[frozenset[str]] = frozenset()

    title: Title
    summary: Summary


class ProjectFacts(MaterialFacts, kw_only=True):
    """What stands at the top of an original of a page about circlepress itself, `docs/project/<id>.<language>.md`."""


class ThemeDriver(StrEnum):
    DIGITAL = "digital"
    CLIMATE = "climate"
    DIVERSITY = "diversity"
    WICKED = "wicked"


class Vision(StrEnum):
    GREEN = "green"
    COMPETITIVE = "competitive"
    SOCIAL = "social"


class ThemeFacts(MaterialFacts, kw_only=True):
    """What stands at the top of a theme's original, `docs/themes/<id>.<language>.md`."""

    localisable: ClassVar[frozenset[str]] = frozenset({"questions"})

    driver: ThemeDriver
    """What makes the theme urgent. Example: digital"""
    vision: list[Vision] = []
    """The goals of Nordic co-operation the theme serves. Example: [competitive, social]"""
    questions: Annotated[list[Annotated[Text, After(is_question)]], After(how_many(2, 6))]
    """Open questions a circle could begin with. Example: ['How do we meet those who are unsure?', 'Who is left out today?']"""


class Picture(StrEnum):
    """The pictures that circlepress draws in the reader's language."""

    MODEL = "model"
    PHASES = "phases"
    LOOP = "loop"
    ROLES = "roles"


class GuideFacts(MaterialFacts, kw_only=True):
    """What stands at the top of a guide's original, `docs/guides/<id>.<language>.md`."""

    audience: _Audiences
    phase: _Phases
    covers: _Statements
    first_for: Annotated[list[Audience], After(how_many(0, 4))] = []
    """Those of its readers who had best begin with it. Example: [facilitator]"""
    pictures: Annotated[list[Picture], After(how_many(0, 2))] = []
    """Pictures of the model that stand above the text, drawn in the reader's language. Example: [loop]"""
    reviewed: Date
    """The day someone last read the page through. Example: 2026-11-20"""


class ChecklistItem(Schema, kw_only=True):
    """One thing to tick."""

    id: Slug
    """A short name of the item, the same in all languages; choose it once and keep it. Example: purpose"""
    text: Annotated[Text, After(characters(10, 140))]
    """A state that can be true or false. Example: The purpose can be read aloud in half a minute"""
    who: Audience | None = None
    """Who sees to it. Example: coordinator"""
    when: Offset | None = None
    """When it should be done, counted from the beginning of the phase. Example: -6w"""
    see: GuideReference | None = None
    """The guide that tells more. Example: guides/for-managers"""
    check: CheckNumber | None = None
    """The number of the check that looks at the same thing. Example: C12"""


class ChecklistFacts(MaterialFacts, kw_only=True):
    """What stands at the top of a checklist's original, `docs/checklists/<id>.<language>.md`."""

    localisable: ClassVar[frozenset[str]] = frozenset({"items"})

    audience: _Audiences
    phase: _Phases
    covers: _Statements
    items: Annotated[list[ChecklistItem], After(how_many(3, 20))]
    """What to tick.
    Example: [{id: purpose, text: The purpose can be read aloud}, {id: question, text: There is an open question}, {id: frame,
    text: The dates are known}]"""


class MethodFacts(MaterialFacts, kw_only=True):
    """What stands at the top of a method's original, `docs/methods/<id>.<language>.md`."""

    localisable: ClassVar[frozenset[str]] = frozenset({"invitation", "materials", "access"})

    phase: _Phases
    kind: BlockKind
    """What the method does in an agenda. Example: share"""
    minutes: Annotated[Range, After(within(1, 180))]
    """How long it takes at least and at most. Example: {min: 25, max: 45}"""
    group: Annotated[Range, After(within(2, 40))] | None = None
    """How many people it is for. Example: {min: 3, max: 14}"""
    mode: Annotated[list[Mode], After(how_many(1, 3))]
    """Where it works. Example: [onsite, online]"""
    invitation: Text
    """The one sentence the facilitator says to begin. Example: Tell us what you tried and what happened."""
    materials: Annotated[list[Text], After(how_many(0, 8))] = []
    """What is needed. Example: [question cards]"""
    access: Text
    """How everyone can take part. Example: Begin with two quiet minutes of writing."""


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


def _mails_need_one(subject: str | None, before: Mapping[str, Any]) -> str | None:
    if subject is None and before.get("kind") is TemplateKind.MAIL:
        raise Refused("missing", {})
    return subject


class TemplateFacts(MaterialFacts, kw_only=True):
    """What stands at the top of a template's original, `docs/templates/<id>.<language>.md`."""

    localisable: ClassVar[frozenset[str]] = frozenset({"subject"})
    for_editors: ClassVar[Mapping[str, Any]] = {
        "if": {"properties": {"kind": {"const": "mail"}}, "required": ["kind"]},
        "then": {"required": ["subject"]},
    }
    field_rules: ClassVar[Mapping[str, Callable]] = {"subject": _mails_need_one}

    audience: _Audiences
    phase: _Phases
    kind: TemplateKind
    """What it becomes when it is filled in. Example: letter"""
    per: FilledPer = FilledPer.CIRCLE
    """Whether one is filled in for each circle, each organisation or each session. Example: organisation"""
    when: Offset | None = None
    """When to send it, counted from the beginning of the phase. Example: -8w"""
    subject: Annotated[Text, After(characters(1, 78))] | None = None
    """The subject line, which a mail must have. Example: Welcome to {{circle.title}}"""


class StoryKind(StrEnum):
    CASE = "case"
    EVALUATION = "evaluation"
    REFLECTION = "reflection"


class People(StrEnum):
    NONE = "none"
    ANONYMOUS = "anonymous"
    CONSENTED = "consented"


class StoryFacts(MaterialFacts, kw_only=True):
    """What stands at the top of a story's original, `docs/stories/<id>.<language>.md`."""

    kind: StoryKind
    """What sort of story it is. Example: case"""
    date: Date
    """The day it was told. Example: 2026-05-04"""
    circle: CircleReference | None = None
    """The circle it is about. Example: circles/digital-help-2026"""
    countries: list[Country] = []
    """Where it happened, as country codes. Example: [DK, FI]"""
    people: People
    """Whether people appear in it: nobody, people whom nobody can recognise, or people who have said yes. Example: anonymous"""
