"""The facts of a circle (`circle.yml`) and of its sessions.

Most keys may be missing while a circle is a draft; `validate.py` knows from which status each is needed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, model_validator

from .kinds import (
    BlockKind,
    CheckNumber,
    Colour,
    Country,
    Date,
    LocalisedText,
    MailAddress,
    Mode,
    Range,
    Schema,
    SignupAddress,
    Slug,
    Text,
    TimeOfDay,
    Title,
    Truth,
    WebAddress,
    characters,
    how_many,
    is_question,
    number,
    within,
    wrong_form,
)


class Status(StrEnum):
    TEMPLATE = "template"
    DRAFT = "draft"
    RECRUITING = "recruiting"
    RUNNING = "running"
    COMPLETED = "completed"
    EVALUATED = "evaluated"
    CANCELLED = "cancelled"


class Scope(StrEnum):
    LOCAL = "local"
    NATIONAL = "national"
    NORDIC = "nordic"


class Voluntary(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    ASSIGNED = "assigned"


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    LOCAL = "local"


class ResourceKind(StrEnum):
    TIME = "time"
    TRAVEL = "travel"
    MONEY = "money"
    PEOPLE = "people"
    MATERIAL = "material"
    PLACE = "place"


class Supporter(StrEnum):
    FACILITATORS = "facilitators"
    COORDINATOR = "coordinator"
    TRIO = "trio"
    MANAGER = "manager"
    MENTOR = "mentor"
    PEERS = "peers"


class Sector(StrEnum):
    PUBLIC_LOCAL = "public-local"
    PUBLIC_REGIONAL = "public-regional"
    PUBLIC_NATIONAL = "public-national"
    EDUCATION = "education"
    RESEARCH = "research"
    CULTURE = "culture"
    CIVIL_SOCIETY = "civil-society"
    SOCIAL_PARTNER = "social-partner"
    BUSINESS = "business"
    OTHER = "other"


class Commitment(StrEnum):
    TIME = "time"
    EXPERIMENT = "experiment"
    TEAM = "team"
    MANAGER = "manager"
    LOCAL_CIRCLE = "local_circle"
    SHARE = "share"


class LocalCircleState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"


class SessionState(StrEnum):
    PLANNED = "planned"
    MOVED = "moved"
    CANCELLED = "cancelled"


class Frame(Schema):
    start: Date | None = None
    end: Date | None = None
    hours: Annotated[int, number(4, 300)] | None = None
    """Hours per participant in all, meetings and work at home together."""
    mode: Mode | None = None
    timezone: Text | None = None
    group: Annotated[Range, AfterValidator(within(3, 40))] | None = None
    working_languages: Annotated[list[str], AfterValidator(how_many(1, 5))] | None = None
    cost: LocalisedText | None = None
    facilitator_hours: Annotated[int, number(1, 2000)] | None = None


_Sentence = Annotated[LocalisedText, AfterValidator(characters(30, 300))]


class Expectations(Schema):
    own_practice: _Sentence | None = None
    learning_agent: _Sentence | None = None
    sharing: _Sentence | None = None
    co_creation: _Sentence | None = None
    aligned: Date | None = None


class Resource(Schema):
    kind: ResourceKind
    text: LocalisedText


class Support(Schema):
    who: Supporter
    text: LocalisedText


class Facilitator(Schema):
    name: Text
    organisation: Slug
    process: LocalisedText | None = None
    content: LocalisedText | None = None
    experience: LocalisedText | None = None
    mentor: LocalisedText | None = None
    contact: MailAddress | None = None


class Organisation(Schema):
    id: Slug
    name: Text
    country: Country
    sector: Sector
    participants: Annotated[int, number(0, 100)]
    commitments: list[Commitment]
    agreed: Date | None = None
    local_circle: LocalCircleState | None = None


class Coordinator(Schema):
    name: Text
    organisation: Slug
    contact: MailAddress | None = None


class Signup(Schema):
    until: Date | None = None
    how: SignupAddress
    controller: Slug
    privacy: WebAddress | None = None
    delete_by: Date | None = None


class Adjustment(Schema):
    model_config = Schema.model_config | {"populate_by_name": True}

    date: Date
    was: LocalisedText = Field(alias="from")
    becomes: LocalisedText = Field(alias="to")
    why: LocalisedText


class Evaluation(Schema):
    midway: Date | None = None
    final: Date | None = None
    summary: LocalisedText | None = None


class Outcome(Schema):
    organisation: Slug
    text: Annotated[LocalisedText, AfterValidator(characters(1, 400))]


class Brand(Schema):
    colour: Colour | None = None
    logo: Text | None = None
    logo_text: LocalisedText | None = None
    footer: LocalisedText | None = None
    domain: Text | None = None


class Waiver(Schema):
    check: CheckNumber
    because: Annotated[LocalisedText, AfterValidator(characters(20, 300))]


class SpawnedFrom(Schema):
    circle: Text
    """A circle's id, or an https address of a circle elsewhere."""
    organisation: Slug | None = None


class CircleFacts(Schema):
    """Everything `circle.yml` may hold."""

    schema_version: Annotated[int, number(1, 1)] = Field(default=1, alias="schema")
    language: str
    languages: Annotated[list[str], AfterValidator(how_many(1, 10))] = []
    status: Status = Status.DRAFT
    scope: Scope = Scope.LOCAL
    title: Annotated[LocalisedText, AfterValidator(characters(3, 60))]
    theme: Slug
    question: Annotated[LocalisedText, AfterValidator(characters(20, 200)), AfterValidator(is_question)] | None = None
    purpose: Annotated[LocalisedText, AfterValidator(characters(60, 600))] | None = None
    frame: Frame = Frame()
    voluntary: Voluntary | None = None
    voluntary_note: Annotated[LocalisedText, AfterValidator(characters(20, 300))] | None = None
    expectations: Expectations = Expectations()
    resources: list[Resource] = []
    support: list[Support] = []
    facilitators: Annotated[list[Facilitator], AfterValidator(how_many(0, 4))] = []
    organisations: list[Organisation] = []
    coordinator: Coordinator | None = None
    coordination: LocalisedText | None = None
    signup: Signup | None = None
    access: Annotated[LocalisedText, AfterValidator(characters(30, 500))] | None = None
    based_on: Slug | None = None
    spawned_from: SpawnedFrom | None = None
    adjustments: list[Adjustment] = []
    evaluation: Evaluation = Evaluation()
    outcomes: list[Outcome] = []
    cancelled_because: Annotated[LocalisedText, AfterValidator(characters(20, 300))] | None = None
    visibility: Visibility = Visibility.PUBLIC
    brand: Brand = Brand()
    report_public: Truth = False
    waivers: list[Waiver] = []

    @property
    def published_in(self) -> tuple[str, ...]:
        """The languages the microsite has an edition in."""
        return tuple(self.languages) or (self.language,)


class AgendaBlock(Schema):
    minutes: Annotated[int, number(1, 180)]
    method: Slug | None = None
    kind: BlockKind | None = None
    title: Annotated[Text, AfterValidator(characters(1, 80))] | None = None
    priority: Annotated[str, AfterValidator(lambda value: _one_of(value, ("must", "should", "can")))] = "should"
    open: Truth = False
    who: Text | None = None

    @model_validator(mode="after")
    def _tells_what(self) -> AgendaBlock:
        if bool(self.method) == bool(self.kind):
            raise wrong_form("either method or kind in each block, not both")
        return self


class AgendaTitle(Schema):
    """A block of a translated agenda: words only."""

    title: Annotated[Text, AfterValidator(characters(1, 80))] | None = None


class Between(Schema):
    """What participants do until the next session; in YAML the first key is `try`."""

    model_config = Schema.model_config | {"populate_by_name": True}

    attempt: Annotated[Text, AfterValidator(characters(1, 200))] | None = Field(default=None, alias="try")
    together: Annotated[Text, AfterValidator(characters(1, 200))] | None = Field(default=None, alias="with")
    bring: Annotated[Text, AfterValidator(characters(1, 200))] | None = None


class State(Schema):
    model_config = Schema.model_config | {"populate_by_name": True}

    now: SessionState = Field(default=SessionState.PLANNED, alias="is")
    why: LocalisedText | None = None
    was: Text | None = None
    """The earlier date, or date and time."""


class SessionFacts(Schema):
    """Everything the original of a session may hold."""

    localisable: ClassVar[frozenset[str]] = frozenset({"aim", "place", "between", "agenda", "materials"})

    title: Title
    summary: Text | None = None
    date: Date | None = None
    start: TimeOfDay | None = None
    end: TimeOfDay | None = None
    timezone: Text | None = None
    mode: Mode
    state: State = State()
    place: LocalisedText | None = None
    aim: Annotated[Text, AfterValidator(characters(15, 200))]
    agenda: list[AgendaBlock] = []
    materials: list[Text] = []
    between: Between = Between()


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise wrong_form("one of " + ", ".join(allowed))
    return value
