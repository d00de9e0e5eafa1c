"""The facts of a circle (`circle.yml`) and of its sessions.

Most keys may be missing while a circle is a draft; `validate.py` knows from which status each is needed. What a model check
judges by the status, such as how long the purpose is (C01) and whether the question is one (C02), is not judged here.
"""

import itertools
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from msgspec import field

from .kinds import (
    BlockKind,
    Colour,
    Country,
    Date,
    Domain,
    EarlierDate,
    FormerSession,
    LanguageCode,
    LocalisedText,
    MailAddress,
    Mode,
    Range,
    SignupAddress,
    Slug,
    Text,
    TimeOfDay,
    Title,
    Truth,
    WaivableCheck,
    WebAddress,
    characters,
    how_many,
    is_place,
    number,
    one_of,
    within,
    wrong_form,
)
from .rules import After, Rule, Schema


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


class Frame(Schema, kw_only=True):
    start: Date | None = None
    """The day of the first session. Example: 2026-09-10"""
    end: Date | None = None
    """The day of the last session, within two years of the first. Example: 2026-12-15"""
    hours: Annotated[int, number(4, 300)] | None = None
    """Hours per participant in all, meetings and work at home together. Example: 45"""
    mode: Mode | None = None
    """How people meet. Example: hybrid"""
    timezone: Text | None = None
    """Whose clock the times follow, as a place of the time zone database. Example: Europe/Copenhagen"""
    group: Annotated[Range, After(within(3, 40))] | None = None
    """The smallest and the largest number of participants. Example: {min: 8, max: 14}"""
    working_languages: Annotated[list[LanguageCode], After(how_many(1, 5))] | None = None
    """The languages people may speak in the sessions. Example: [da, sv, nb]"""
    cost: LocalisedText | None = None
    """Who pays for what, also when it is free. Example: It is free to take part, and your employer pays for the journey."""
    facilitator_hours: Annotated[int, number(1, 2000)] | None = None
    """Hours that facilitating and coordinating take in all, all facilitators together. Example: 60"""


_Sentence = Annotated[LocalisedText, After(characters(30, 300))]


class Expectations(Schema, kw_only=True):
    own_practice: _Sentence | None = None
    """What participants bring from their own work.
    Example: You choose a task of your own and change something in it on the way."""
    learning_agent: _Sentence | None = None
    """Whom participants tell at home, and about what.
    Example: You tell your team what the circle tries, and bring their questions back."""
    sharing: _Sentence | None = None
    """What participants share with each other, and what stays in the circle.
    Example: You tell of what worked and of what did not."""
    co_creation: _Sentence | None = None
    """What participants help to shape. Example: After the first meeting the circle chooses its own contents."""
    aligned: Date | None = None
    """The day everyone has talked the expectations through. Example: 2026-09-10"""


class Resource(Schema, kw_only=True):
    """Something participants get so that they can take part."""

    kind: ResourceKind
    """What sort of help it is. Example: time"""
    text: LocalisedText
    """What participants get, in words that can be held to.
    Example: Four meetings and three hours between each, within working hours"""


class Support(Schema, kw_only=True):
    """Someone to turn to between sessions."""

    who: Supporter
    """Whom participants can turn to between sessions. Example: facilitators"""
    text: LocalisedText
    """When and how to reach them. Example: Call us on Mondays between nine and ten"""


class Facilitator(Schema, kw_only=True):
    """One who leads the circle, alone or with others."""

    name: Text
    """The facilitator's name. Example: Maja Holm"""
    organisation: Slug
    """The id of the facilitator's organisation, as listed under organisations. Example: ostvig"""
    process: LocalisedText | None = None
    """What the person knows of leading groups; leave it out if another takes care of the process.
    Example: Has led meetings and study circles for ten years"""
    content: LocalisedText | None = None
    """What the person knows of the theme; leave it out if another takes care of the content.
    Example: Has helped people with digital services at the library"""
    experience: LocalisedText | None = None
    """Earlier circles or similar work. Example: This is her first circle"""
    mentor: LocalisedText | None = None
    """Who helps the facilitator to grow. Example: Eero Laakso"""
    contact: MailAddress | None = None
    """A mail address at work, since the site is public. Example: maja.holm@example.org"""


class Organisation(Schema, kw_only=True):
    """One that sends participants."""

    id: Slug
    """A short name of the organisation that the rest of the file refers to; choose it once and keep it. Example: ostvig"""
    name: Text
    """What the organisation calls itself. Example: Østvig Kommune"""
    country: Country
    """Where the organisation is, as a country code; Åland, the Faroe Islands and Greenland have their own. Example: DK"""
    sector: Sector
    """What kind of organisation it is. Example: public-local"""
    participants: Annotated[int, number(0, 100)]
    """How many people it sends. Example: 3"""
    commitments: list[Commitment]
    """What the organisation has promised; an empty list while nothing is agreed. Example: [time, experiment, team]"""
    agreed: Date | None = None
    """The day the organisation said yes to its commitments. Example: 2026-08-20"""
    local_circle: LocalCircleState | None = None
    """How far the organisation's own circle at home has come; leave it out if none is planned. Example: planned"""


class Coordinator(Schema, kw_only=True):
    name: Text
    """The name of the person who helps local circles on their way. Example: Eero Laakso"""
    organisation: Slug
    """The id of the coordinator's organisation, as listed under organisations. Example: ostvig"""
    contact: MailAddress | None = None
    """A mail address at work, since the site is public. Example: eero.laakso@example.org"""


class Signup(Schema, kw_only=True):
    until: Date | None = None
    """The last day to sign up. Example: 2026-08-15"""
    how: SignupAddress
    """Where people say yes: a form or a mail address. Example: mailto:maja.holm@example.org"""
    controller: Slug
    """The id of the organisation that answers for the personal data. Example: ostvig"""
    privacy: WebAddress | None = None
    """Where one can read how personal data are handled. Example: https://example.org/privacy"""
    delete_by: Date | None = None
    """The day the sign-up's personal data are deleted. Example: 2027-01-31"""


class Adjustment(Schema, kw_only=True):
    """A change of the circle's course."""

    date: Date
    """The day the circle changed its course. Example: 2026-11-17"""
    was: LocalisedText = field(name="from")
    """What the circle had meant to do. Example: A shared folder of instructions"""
    becomes: LocalisedText = field(name="to")
    """What it does instead. Example: Shared questions to begin a conversation with"""
    why: LocalisedText
    """What made the circle change its course. Example: Most people were stuck long before anyone opened the instructions"""


_IN_ORDER = "the entries in the order of their dates, the oldest first"


def _in_order(adjustments: list[Adjustment]) -> list[Adjustment]:
    if any(later.date < earlier.date for earlier, later in itertools.pairwise(adjustments)):
        raise wrong_form(_IN_ORDER)
    return adjustments


class Evaluation(Schema, kw_only=True):
    midway: Date | None = None
    """The day the circle stops halfway and looks at its direction. Example: 2026-10-15"""
    final: Date | None = None
    """The day the circle looks back on the whole, at most three months after its end. Example: 2026-12-15"""
    summary: LocalisedText | None = None
    """What was learned, in a few sentences that others can use.
    Example: We learned that a calm beginning helps more than a good explanation."""


class Outcome(Schema, kw_only=True):
    """What the circle led to in one organisation."""

    organisation: Slug
    """The id of the organisation, as listed under organisations. Example: ostvig"""
    text: Annotated[LocalisedText, After(characters(1, 400))]
    """What is different there now. Example: The town hall and the library begin every conversation with the same question."""


_ONE_EACH = "at most one entry for each organisation"


def _one_each(outcomes: list[Outcome]) -> list[Outcome]:
    if len({outcome.organisation for outcome in outcomes}) < len(outcomes):
        raise wrong_form(_ONE_EACH)
    return outcomes


class Brand(Schema, kw_only=True):
    colour: Colour | None = None
    """A dark colour for headings and borders, in quotes since # begins a comment. Example: '#14532d'"""
    logo: Text | None = None
    """The file name of a picture in the circle's folder images/. Example: logo.png"""
    logo_text: LocalisedText | None = None
    """What the logo shows, for those who cannot see it. Example: Three rings that touch"""
    footer: LocalisedText | None = None
    """A line at the foot of every page of the circle. Example: The circle is part of the programme Digital Together."""
    domain: Domain | None = None
    """The address at which the circle's site is also shown. Example: digital-help.example.org"""


class Waiver(Schema, kw_only=True):
    """A check of the model that does not fit this circle."""

    check: WaivableCheck
    """The number of the check that does not fit this circle. Example: C12"""
    because: Annotated[LocalisedText, After(characters(20, 300))]
    """Why it does not fit, for those who read the report. Example: All participants know each other from an earlier circle."""


class SpawnedFrom(Schema, kw_only=True):
    circle: Text
    """A circle's id, or an https address of a circle elsewhere. Example: digital-help-2026"""
    organisation: Slug | None = None
    """The id of the organisation in that circle which took the circle home. Example: ostvig"""


class CircleFacts(Schema, kw_only=True):
    """Everything a circle's `circle.yml` may hold."""

    schema_version: Annotated[int, number(1, 1)] = field(default=1, name="schema")
    """The edition of these rules that the file follows; leave it as it is. Example: 1"""
    language: LanguageCode
    """The language of all texts in this file that do not name theirs. Example: da"""
    languages: Annotated[list[LanguageCode], After(how_many(1, 10))] = []
    """The languages the circle's site is published in; the file's own if left out. Example: [da, sv, en]"""
    status: Status = Status.DRAFT
    """How far the circle has come; each step asks for more facts. Example: recruiting"""
    scope: Scope = Scope.LOCAL
    """How far apart the participants are. Example: nordic"""
    title: Annotated[LocalisedText, After(characters(3, 60))]
    """What the circle is called. Example: Digital help that helps"""
    theme: Slug
    """The id of one of the handbook's themes. Example: digital-change"""
    question: Annotated[LocalisedText, After(characters(20, 200))] | None = None
    """The open question the circle begins with; end it with a question mark.
    Example: How do we help people so that afterwards they dare to do more themselves?"""
    purpose: LocalisedText | None = None
    """What the circle is for, long enough to guide and short enough to be read aloud.
    Example: We want to find ways of helping that make people more sure of themselves, and to share them between our
    workplaces."""
    frame: Frame = Frame()
    """What the circle takes: dates, hours, places, languages and cost.
    Example: {start: 2026-09-10, end: 2026-12-15, hours: 45, mode: hybrid}"""
    voluntary: Voluntary | None = None
    """Whether people take part of their own free will. Example: full"""
    voluntary_note: Annotated[LocalisedText, After(characters(20, 300))] | None = None
    """Who did not choose freely, and what was done about it.
    Example: Two people were asked by their manager and have since said yes themselves."""
    expectations: Expectations = Expectations()
    """What is expected of participants. Example: {sharing: You tell of what worked and of what did not., aligned: 2026-09-10}"""
    resources: list[Resource] = []
    """What participants get so that they can take part, with at least the time.
    Example: [{kind: time, text: Four meetings within working hours}]"""
    support: list[Support] = []
    """Whom participants can turn to between sessions.
    Example: [{who: facilitators, text: Call us on Mondays between nine and ten}]"""
    facilitators: Annotated[list[Facilitator], After(how_many(0, 4))] = []
    """Who leads the circle; together they know both the process and the content.
    Example: [{name: Maja Holm, organisation: ostvig, process: Has led study circles}]"""
    organisations: list[Organisation] = []
    """Who sends participants, and what each has promised.
    Example: [{id: ostvig, name: Østvig Kommune, country: DK, sector: public-local, participants: 3, commitments: [time]}]"""
    coordinator: Coordinator | None = None
    """Who helps when someone plans a circle at home. Example: {name: Eero Laakso, organisation: ostvig}"""
    coordination: LocalisedText | None = None
    """How recruitment and start are coordinated between the organisations.
    Example: The facilitators meet every other Friday until the circle begins."""
    signup: Signup | None = None
    """How and until when people say yes, and what happens to their data.
    Example: {until: 2026-08-15, how: 'mailto:maja.holm@example.org', controller: ostvig, delete_by: 2027-01-31}"""
    access: Annotated[LocalisedText, After(characters(30, 500))] | None = None
    """What makes it possible for everyone to take part.
    Example: The room can be reached without steps. Write if you need anything else."""
    based_on: Slug | None = None
    """The id of the circle template this circle was copied from. Example: nordic-six-meetings"""
    spawned_from: SpawnedFrom | None = None
    """The circle whose participants began this one. Example: {circle: digital-help-2026, organisation: ostvig}"""
    adjustments: Annotated[list[Adjustment], After(Rule(_in_order, f"Write {_IN_ORDER}.", {}))] = []
    """When the circle changed its course, and why, the oldest first.
    Example: [{date: 2026-11-17, from: A folder of instructions, to: Shared questions, why: Nobody opened the folder}]"""
    evaluation: Evaluation = Evaluation()
    """When the circle looks back, and what was learned. Example: {midway: 2026-10-15, final: 2026-12-15}"""
    outcomes: Annotated[list[Outcome], After(Rule(_one_each, f"Write {_ONE_EACH}.", {}))] = []
    """What the circle led to, one entry for each organisation.
    Example: [{organisation: ostvig, text: Every conversation begins with the same question.}]"""
    cancelled_because: Annotated[LocalisedText, After(characters(20, 300))] | None = None
    """Why the circle did not happen or stopped, in one kind sentence. Example: Too few could find the time this autumn."""
    visibility: Visibility = Visibility.PUBLIC
    """Who can find the circle's site: all, only those who know the address, or nobody since it is not published.
    Example: unlisted"""
    brand: Brand = Brand()
    """How the circle's site differs from the handbook's looks.
    Example: {colour: '#14532d', logo: logo.png, logo_text: Three rings that touch}"""
    report_public: Truth = False
    """Whether readers may see the report of the model checks. Example: true"""
    waivers: list[Waiver] = []
    """Checks of the model that do not fit this circle, with the reason.
    Example: [{check: C12, because: All participants know each other from an earlier circle.}]"""

    moved: Annotated[list[Slug], After(how_many(0, 20))] = []
    """What the circle's folder was called before; its old addresses lead on to it. Example: [digital-help]"""

    @property
    def published_in(self) -> tuple[str, ...]:
        """The languages the microsite has an edition in."""
        return tuple(dict.fromkeys(self.languages)) or (self.language,)


_METHOD_OR_KIND = "either method or kind in each block, not both"


class AgendaBlock(Schema, kw_only=True):
    """One part of a session."""

    for_editors: ClassVar[Mapping[str, Any]] = {
        "if": {"required": ["method"]},
        "then": {"properties": {"kind": False}, "errorMessage": f"Expected {_METHOD_OR_KIND}."},
        "else": {"required": ["kind"], "errorMessage": f"Expected {_METHOD_OR_KIND}."},
    }

    minutes: Annotated[int, number(1, 180)]
    """How long the block takes. Example: 20"""
    method: Slug | None = None
    """The id of one of the handbook's methods; leave kind out then. Example: try-and-tell"""
    kind: BlockKind | None = None
    """What happens in a block that follows no method; leave method out then. Example: break"""
    title: Annotated[Text, After(characters(1, 80))] | None = None
    """What the block is called; a block with a method may do without. Example: What we tried"""
    priority: Annotated[str, After(one_of("must", "should", "can"))] = "should"
    """What gives way when time is short: must stays, can goes first. Example: must"""
    open: Truth = False
    """Whether the circle itself decides what happens here. Example: true"""
    who: Text | None = None
    """Who leads the block. Example: Maja Holm"""

    def __post_init__(self) -> None:
        if bool(self.method) == bool(self.kind):
            raise wrong_form(_METHOD_OR_KIND)


class AgendaTitle(Schema, kw_only=True):
    """A block of a translated agenda: words only."""

    title: Annotated[Text, After(characters(1, 80))] | None = None
    """What the block is called in this language. Example: What we tried"""


class Between(Schema, kw_only=True):
    """What participants do until the next session; in YAML the first key is `try`."""

    attempt: Annotated[Text, After(characters(1, 200))] | None = field(default=None, name="try")
    """What everyone tries in their own work until the next session. Example: Change one thing in how you begin a conversation."""
    together: Annotated[Text, After(characters(1, 200))] | None = field(default=None, name="with")
    """With whom to do it or talk about it. Example: Agree on it with a colleague."""
    bring: Annotated[Text, After(characters(1, 200))] | None = None
    """What to bring to the next session. Example: An example of at most five lines."""


class State(Schema, kw_only=True):
    now: SessionState = field(default=SessionState.PLANNED, name="is")
    """Whether the session takes place as planned. Example: moved"""
    why: LocalisedText | None = None
    """Why it was moved or cancelled, in one kind sentence. Example: The facilitator is ill."""
    was: EarlierDate | None = None
    """The earlier date, or date and time. Example: 2026-10-01"""


class SessionFacts(Schema, kw_only=True):
    """What stands at the top of a session's original, `circles/<circle>/sessions/<number>-<name>.<language>.md`."""

    localisable: ClassVar[frozenset[str]] = frozenset({"aim", "place", "between", "agenda", "materials"})

    title: Title
    summary: Text | None = None
    """One or two plain sentences for lists and search results. Example: We tell each other what we tried."""
    date: Date | None = None
    """The day of the session. Example: 2026-10-08"""
    start: TimeOfDay | None = None
    """When the session begins, by the clock of the circle's time zone. Example: 09:00"""
    end: TimeOfDay | None = None
    """When the session ends, the same day. Example: 11:30"""
    timezone: Text | None = None
    """Whose clock the times follow, if it is not the circle's. Example: Europe/Mariehamn"""
    mode: Mode
    """How people meet. Example: online"""
    state: State = State()
    """Whether the session was moved or cancelled. Example: {is: moved, why: The facilitator is ill., was: 2026-10-01}"""
    place: Annotated[LocalisedText, After(is_place)] | None = None
    """Where people meet; a meeting link belongs in the mail, since the site is public. Example: The library in Mariehamn"""
    aim: Annotated[Text, After(characters(15, 200))]
    """What the session is for, in one sentence. Example: We share what we tried and choose what to look into."""
    agenda: list[AgendaBlock] = []
    """What happens, block by block; clock times are worked out from start.
    Example: [{minutes: 20, method: try-and-tell}, {minutes: 10, kind: break}]"""
    materials: list[Text] = []
    """What is needed besides what the methods name. Example: [question cards, coffee]"""
    between: Between = Between()
    """What participants do until the next session.
    Example: {try: Change one thing in how you begin a conversation., bring: A short example}"""
    moved: Annotated[list[FormerSession], After(how_many(0, 20))] = []
    """What the session's file was called before; its old addresses lead on to it. Example: [01-begin]"""

