"""What the parts of a project know of each other: outlines of circles, questions about them, and what came of looking at one.

Everything here is light, so that a run which finds nothing to do has nothing to wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from msgspec import Struct, field

from .language import Language
from .problem import Problem
from .source import TEMPLATES, SourceFile


class Outline(Struct, frozen=True):
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

    @property
    def former_ids(self) -> list[str]:
        """What it says that it was called before."""
        said = self.metadata.get("moved")
        return [former for former in (said if isinstance(said, list) else []) if isinstance(former, str)]

    @property
    def organisation_ids(self) -> list[str]:
        """The ids of its organisations, sorted."""
        said = self.metadata.get("organisations")
        entries = [entry for entry in (said if isinstance(said, list) else []) if isinstance(entry, dict)]
        return sorted(entry["id"] for entry in entries if isinstance(entry.get("id"), str))


class Neighbours:
    """The other circles of a project, as one that is being looked at can ask about them.

    What was asked, and what the answer was, is kept: as long as the same questions get the same answers, what was found
    out about a circle holds.
    """

    def __init__(self, outline_by_id: Mapping[str, Outline], template_by_id: Mapping[str, Outline],
                 sessions_by_former_id: Callable[[str], Mapping[str, str]] = lambda circle: {}) -> None:
        """Take the outlines by id, and what tells which session of a circle each former id leads on to.

        That is asked only when a link leads to a session that is not there.
        """
        self._circles = outline_by_id
        self._templates = template_by_id
        self._sessions_by_former_id = sessions_by_former_id
        self._children: dict[str, list[tuple[str, str]]] = {}
        self._circle_by_former_id: dict[str, str] = {}
        for outline in sorted(outline_by_id.values(), key=lambda outline: outline.id):
            circle, organisation = outline.origin
            if circle:
                self._children.setdefault(circle, []).append((outline.id, organisation))
            for former in outline.former_ids:
                self._circle_by_former_id.setdefault(former, outline.id)
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
            case "moved":
                return self._circle_by_former_id.get(about, "")
            case "moved-session":
                circle, _, session = about.partition("/")
                return self._sessions_by_former_id(circle).get(session, "") if circle in self._circles else ""
            case "origin":
                return self._circles[about].origin[0] if about in self._circles else ""
            case "children":
                return [list(child) for child in sorted(self._children.get(about, ()))]
            case "organisations":
                return self._circles[about].organisation_ids if about in self._circles else None
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

    def circle_now(self, identifier: str) -> str:
        """Return what a circle is called now: the same as long as it is there, or nobody was called so before."""
        return identifier if self.has_circle(identifier) else self._ask(f"moved {identifier}") or identifier

    def session_now(self, circle: str, session: str) -> tuple[str, str]:
        """Return what a circle and its session are called now."""
        circle = self.circle_now(circle)
        if self.may_have_session(circle, session):
            return circle, session
        return circle, self._ask(f"moved-session {circle}/{session}") or session

    def sessions_of(self, circle: str) -> tuple[str, ...]:
        """Return the ids of a circle's sessions; to be called for circles that are there."""
        return self._circles[circle].session_ids

    def origin_of(self, circle: str) -> str:
        """Return the circle another one began in, or an empty text."""
        return self._ask(f"origin {circle}")

    def children_of(self, circle: str) -> list[tuple[str, str]]:
        """Return the circles that began in one, each with the organisation it began at (or an empty text)."""
        return [tuple(child) for child in self._ask(f"children {circle}")]

    def organisations_of(self, circle: str) -> list[str] | None:
        """Return the ids of a circle's organisations, or `None` when the circle is not there."""
        return self._ask(f"organisations {circle}")

    def circle_ids(self) -> list[str]:
        return self._ask("circles")

    def template_ids(self) -> list[str]:
        return self._ask("templates")

    def sessions(self) -> list[str]:
        """Return every session of every circle as `circle/session`."""
        return self._ask("sessions")


class SessionOutline(Struct, frozen=True):
    """What the rest of the site must know of one session."""

    id: str
    title_by_language: Mapping[Language, str]
    """The original's first."""
    date: str
    """ISO 8601, as are the times; empty while there is none."""
    start: str
    """By the clock of `zone`, as is `end`; empty while there is none."""
    end: str
    zone: str
    """A name of the time zone database."""
    mode: str
    state: str
    """planned, moved or cancelled."""
    was: str = ""
    """The date it had before it was moved, or date and time; empty where nobody says."""
    place_by_language: Mapping[Language, str] = field(default_factory=dict)
    aim_by_language: Mapping[Language, str] = field(default_factory=dict)
    first_id: str = ""
    """What its file was called first, by which calendars know it for good; empty when it was never called otherwise."""


class Presence(Struct, frozen=True):
    """What the rest of the site must know of a circle that is whole."""

    status: str
    visibility: str
    languages: tuple[Language, ...]
    """The languages its microsite is published in."""
    welcomes: tuple[Language, ...]
    """The languages its welcome is written in."""
    sessions: tuple[SessionOutline, ...] = ()
    """In the order of their numbers."""
    signup_until: str = ""
    """The last day to sign up (ISO 8601); empty when none is named."""

    def days_over(self, day: str) -> int:
        """Return how many of its days are before `day` (ISO 8601): as time goes by, what readers are told changes with this number only."""
        return sum("" < one < day for one in (*(session.date for session in self.sessions), self.signup_until))


class Looked(Struct, frozen=True):
    """What came of reading and looking at one unit."""

    name: str
    problems: tuple[Problem, ...]
    asked: Mapping[str, object]
    """What was asked about other circles, and the answers."""
    presence: Presence | None = None
    """`None` for a circle that is not whole, and for the handbook."""
    pages: int = 0
    """Whole pages of the handbook."""
    digest: str = ""
    """Of everything that circles can see of the handbook."""
    content_by_language: Mapping[Language, str] = field(default_factory=dict)
    """Of the handbook, and of a circle that is whole: a hash of what each edition is made of, as far as it comes from its own files."""


class Lost(Struct, frozen=True):
    """A task without a result."""

    why: str
    errno: int | None = None
    """The system's number of the error, where it was one of the system's."""


def outline_of(name: str, files: Iterable[SourceFile]) -> Outline:
    """Return what others see of the circle whose folder is `name`."""
    metadata: dict = {}
    sessions: set[str] = set()
    for file in files:
        if file.path == f"{name}/circle.yml":
            metadata = file.metadata
        elif file.path.startswith(f"{name}/sessions/"):
            sessions.add(PurePosixPath(file.path).name.rsplit(".", 2)[0])
    return Outline(name.rsplit("/", 1)[1], name.startswith(TEMPLATES), metadata, tuple(sorted(sessions)))


def neighbours_of(outlines: Iterable[Outline], sessions_by_former_id: Callable[[str], Mapping[str, str]]) -> Neighbours:
    """Return the circles and circle templates that are there, for others to ask about.

    `sessions_by_former_id` tells which session of a circle each former id leads on to.
    """
    outlines = list(outlines)
    return Neighbours({one.id: one for one in outlines if not one.is_template}, {one.id: one for one in outlines if one.is_template},
                      sessions_by_former_id)
