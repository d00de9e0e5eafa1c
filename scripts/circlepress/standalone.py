"""What a fork consists of: one circle, or a circle begun from a template, with every page of the handbook that it needs to stand alone.

Pages are followed from the circle through links, methods and checklists; all checklists and templates come along, since a circle's
site fills them, and the guides it gives participants and home organisations to read. What `related` names and nothing else needs stays behind. The same project and answers give the same files, which is
what `update` builds on. Nothing is read here: the caller brings a project as `Upstream`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import asdict

from . import link, starting
from .blocks import page_parts, plain_text
from .catalogue import Catalogue, Circle, Kind, Material
from .language import OWN_NAME, Language, words_for
from .link import TargetKind
from .markdown_source import Link, links
from .origin import Making
from .problem import UsageError
from .source import TEMPLATES, Settings, unit_of
from .starting import Answers
from .yaml_edit import quoted, scalar, with_key
from .yaml_source import parse_yaml, spans

FORK, CIRCLE = "fork", "circle"
PROGRAMS = frozenset({"scripts/build", "scripts/serve"})
"""Files of a fork that are run."""
_FILES = Path(__file__).parent / "fork_files"
_OWN_FILES = {".gitignore": "gitignore", ".gitattributes": "gitattributes", ".github/workflows/publish.yml": "publish.yml", "README.md": "README.md",
              "scripts/build": "scripts/build", "scripts/serve": "scripts/serve", "scripts/environment.py": "scripts/environment.py",
              "LICENSE-TEXTS.md": "LICENSE-TEXTS.md"}
"""What every fork has of its own: its path, and where circlepress keeps it."""


class Upstream(Struct, frozen=True):
    """A project that something is made of."""

    settings: Settings
    catalogue: Catalogue
    content_by_path: Mapping[str, bytes]
    """Its pages, data files and pictures."""


class ForkAnswers(Struct, frozen=True):
    """What a fork is made with."""

    of: str
    """The id of the circle or circle template."""
    languages: tuple[Language, ...]
    """Of the fork, the first being the one its front page opens with."""
    name: str
    """What the fork's handbook is called."""
    publisher: str = ""
    contact: str = ""
    engine: str = "wheel"
    """`wheel`, `index` or `none`: where the engine comes from."""
    custom_dir: str = ""
    """The folder with the project's own look, when it has one besides the engine's."""
    begin: Answers | None = None
    """How the circle is begun, when the fork is of a template."""


class Made(Struct):
    """Files that were made."""

    content_by_path: dict[str, bytes] = field(default_factory=dict)
    upstream_by_path: dict[str, bytes] = field(default_factory=dict)
    """How those that had to be changed stand in the project they come from."""
    source_by_path: dict[str, str] = field(default_factory=dict)
    """The path there of every file that is a copy."""
    notes: list[str] = field(default_factory=list)


def making_of(answers: ForkAnswers | Answers) -> Making:
    """Return what a record keeps of answers."""
    return Making(FORK if isinstance(answers, ForkAnswers) else CIRCLE, _plain(answers))


def _plain(tree):
    if isinstance(tree, Struct):
        tree = asdict(tree)
    if isinstance(tree, dict):
        return {key: _plain(value) for key, value in tree.items()}
    return [_plain(value) for value in tree] if isinstance(tree, tuple | list) else tree


def answers_of(making: Making) -> ForkAnswers | Answers:
    """Return the answers that a record has kept. Raises `TypeError` when they are of another shape."""
    def circle(kept: Mapping) -> Answers:
        return Answers(**{**kept, "languages": tuple(kept["languages"])})

    kept = dict(making.answers)
    if making.kind == CIRCLE:
        return circle(kept)
    return ForkAnswers(**{**kept, "languages": tuple(kept["languages"]), "begin": circle(kept["begin"]) if kept.get("begin") else None})


def make(upstream: Upstream, answers: ForkAnswers | Answers, own: Circle | None = None) -> Made:
    """Return the files that answers lead to.

    `own` is the circle as the fork has it by now: what it needs comes along, too, and where the project does not have the circle
    any more, it alone says what is needed. Raises `UsageError` when the project has no such circle or template.
    """
    return make_circle(upstream, answers) if isinstance(answers, Answers) else _Fork(upstream, answers, own).run()


def make_circle(upstream: Upstream, answers: Answers) -> Made:
    """Return the files of a circle that is begun from a template."""
    folder = f"{TEMPLATES}{answers.template}/"
    template = {path.removeprefix(folder): content for path, content in upstream.content_by_path.items() if path.startswith(folder)}
    if "circle.yml" not in template:
        raise UsageError(f"There is no circle template {answers.template!r}; there are: {', '.join(sorted(upstream.catalogue.template_by_id)) or 'none'}.")
    begun = starting.begin(template, answers, upstream.settings.chain_by_language)
    made = Made()
    for path, content in begun.file_by_path.items():
        made.content_by_path[f"circles/{answers.id}/{path}"] = content
    for path, language in begun.in_other_languages:
        made.notes.append(f"circles/{answers.id}/{path} is in {OWN_NAME[language]}: the template does not have it in {OWN_NAME[answers.language]}.")
    if begun.texts_elsewhere:
        made.notes.append(f"{begun.texts_elsewhere} texts in circles/{answers.id}/circle.yml are in another language, which each of them names; write them in {OWN_NAME[answers.language]}.")
    return made


class _Fork:
    def __init__(self, upstream: Upstream, answers: ForkAnswers, own: Circle | None) -> None:
        self.upstream, self.answers, self.own = upstream, answers, own
        self.catalogue, self.settings = upstream.catalogue, upstream.settings
        self.made = Made()
        self.circle_ids = {answers.begin.id} if answers.begin else {answers.of}
        self.every_page = _pages_in(upstream)
        self.pages: dict[str, _Page] = {}

    def run(self) -> Made:
        circle = (self.catalogue.template_by_id if self.answers.begin else self.catalogue.circle_by_id).get(self.answers.of)
        named = circle or self.own
        if named is None:
            kind = "circle template" if self.answers.begin else "circle"
            raise UsageError(f"There is no whole {kind} {self.answers.of!r} in the project this is made of.")
        templates = {one.facts.based_on for one in (named, self.own) if one and one.facts.based_on} | ({self.answers.of} if self.answers.begin else set())
        circles = [*([circle] if circle else []), *(one for identifier, one in sorted(self.catalogue.template_by_id.items()) if identifier in templates and one is not circle)]
        self._follow([*circles, *([self.own] if self.own else [])])
        for one in circles:
            self._copy_circle(one)
        if self.answers.begin and circle:
            begun = make_circle(self.upstream, self.answers.begin)
            self.made.content_by_path |= begun.content_by_path
            self.made.notes += begun.notes
        self._copy_pages()
        self._own_files()
        return self.made

    # --- which pages -------------------------------------------------------------------------------------------------

    def _follow(self, circles: Iterable[Circle]) -> None:
        """Find every page that is needed. A page with mistakes is one, too: it is no reason to take it out of a fork."""
        waiting = ["index", *(reference for reference, page in self.every_page.items() if page.is_for_a_circle)]
        for circle in circles:
            waiting.append(f"themes/{circle.facts.theme}")
            for part in (*((circle.welcome,) if circle.welcome else ()), *circle.sessions):
                waiting += _needed_by(part)
        while waiting:
            reference = waiting.pop()
            reference = self.catalogue.page_by_former_reference.get(reference, reference)
            page = self.every_page.get(reference)
            if page and reference not in self.pages:
                self.pages[reference] = page
                waiting += page.needs

    # --- copies ------------------------------------------------------------------------------------------------------

    def _copy_pages(self) -> None:
        for reference, page in self.pages.items():
            for language, path in page.path_by_language.items():
                if language in self.languages:
                    kind = Kind.FRONT if reference == "index" else Kind(reference.partition("/")[0])
                    self._copy(path, self._standing_alone(path, self.upstream.content_by_path[path], kind))
        if "docs/glossary.yml" in self.upstream.content_by_path:
            self._copy("docs/glossary.yml", self.upstream.content_by_path["docs/glossary.yml"])

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The fork's languages, with those that some page was written in first: without its original, a page has no facts."""
        needed = {page.original for page in self.pages.values()} | {
            of for page in self.pages.values() for language, of in page.of_by_language.items() if language in self.answers.languages}
        return tuple(dict.fromkeys((*self.answers.languages, *(language for language in self.settings.languages if language in needed))))

    def _copy_circle(self, circle: Circle) -> None:
        folder = circle.source.path.rpartition("/")[0]
        for path, content in self.upstream.content_by_path.items():
            if unit_of(path) == folder:
                self._copy(path, self._facts_alone(path, content, circle) if path.endswith("/circle.yml") else self._standing_alone(path, content, Kind.SESSION))

    def _copy(self, path: str, content: bytes) -> None:
        self.made.content_by_path[path] = content
        self.made.source_by_path[path] = path
        original = self.upstream.content_by_path[path]
        if original != content:
            self.made.upstream_by_path[path] = original

    def _facts_alone(self, path: str, content: bytes, circle: Circle) -> bytes:
        text = plain_text(content)
        spawned = circle.facts.spawned_from
        if text is None or spawned is None or spawned.circle.startswith("https://"):
            return content
        if self.settings.address:
            text = with_key(text, ("spawned_from", "circle"), quoted(f"{self.settings.address}circles/{spawned.circle}/"))
        else:
            self.made.notes.append(f"{path} does not say any more that the circle came from {spawned.circle}: a fork can name it only by an https address.")
            text = _without_key(text, "spawned_from")
        return text.encode("utf-8")

    def _standing_alone(self, path: str, content: bytes, kind: Kind) -> bytes:
        """Return a page without what leads to pages that stay behind."""
        text = plain_text(content)
        if text is None or not path.endswith(".md"):
            return content
        front, body = page_parts(text)
        if front is None:
            return content
        new_front, new_body = self._metadata_alone(front, kind), self._body_alone(path, body)
        if (new_front, new_body) == (front, body):
            return content
        return f"---\n{new_front}---\n{new_body}".encode()

    def _metadata_alone(self, front: str, kind: Kind) -> str:
        tree, _ = parse_yaml(front, "", 1, [], strict=False)
        related = tree.get("related")
        if isinstance(related, list):
            kept = [reference for reference in related if not isinstance(reference, str) or self._is_here(reference)]
            if not kept:
                front = _without_key(front, "related")
            elif kept != related:
                front = _with_entries(front, "related", [number for number, reference in enumerate(related) if reference in kept])
        if kind is Kind.STORY and str(tree.get("circle", "")).removeprefix("circles/") not in (*self.circle_ids, ""):
            front = _without_key(front, "circle")
        return front

    def _is_here(self, reference: str) -> bool:
        folder, _, identifier = reference.partition("/")
        if folder == "circles":
            return identifier in self.circle_ids
        reference = self.catalogue.page_by_former_reference.get(reference, reference)
        return reference in self.pages

    def _body_alone(self, path: str, body: str) -> str:
        for one in reversed(links(body)):
            target = link.target_of(one.target, path)
            if target.kind is TargetKind.IMAGE and target.key in self.upstream.content_by_path:
                self._copy(target.key, self.upstream.content_by_path[target.key])
            elif target.kind in (TargetKind.CIRCLE, TargetKind.SESSION) and target.key.partition("/")[0] not in self.circle_ids:
                body = self._elsewhere(body, one, target)
        return body

    def _elsewhere(self, body: str, one: Link, target: link.Target) -> str:
        """Let a link to another circle lead to where that is, or leave its text alone."""
        if self.settings.address:
            circle, _, session = target.key.partition("/")
            address = f"{self.settings.address}circles/{circle}/"
            return body[: one.start] + address + body[one.end:]
        beginning = body.rfind(f"[{one.text}]", 0, one.start)
        end = body.find(")", one.end)
        return body[:beginning] + one.text + body[end + 1:] if 0 <= beginning and end >= 0 and not one.is_image else body

    # --- what a fork has of its own ----------------------------------------------------------------------------------

    def _own_files(self) -> None:
        values = self._values()
        for path, name in _OWN_FILES.items():
            text = (_FILES / name).read_text("utf-8")
            for key, value in values.items():
                text = text.replace("{{" + key + "}}", value)
            self.made.content_by_path[path] = text.encode("utf-8")
        self.made.content_by_path["mkdocs.yml"] = self._settings().encode("utf-8")
        self.made.content_by_path["ATTRIBUTION.md"] = self._attribution().encode("utf-8")

    def _values(self) -> dict[str, str]:
        identifier = self.answers.begin.id if self.answers.begin else self.answers.of
        carried = {"wheel": "It carries the program it was made with in `engine/`, so it builds the same for as long as Python runs it.",
                   "index": "The program, circlepress, is fetched from the package index in the version that `engine/engine.txt` names.",
                   "none": "It does not carry the program: `scripts/build` uses the circlepress that is installed on the machine."}
        return {"name": self.answers.name, "circle": identifier, "carried": carried[self.answers.engine],
                "language": self.answers.languages[0], "address": self.settings.address or "the project it came from"}

    def _settings(self) -> str:
        lines = ["# The settings of this project. What each means stands in README.md.",
                 f"site_name: {quoted(self.answers.name)}",
                 'site_url: ""  # where the site will stand, such as https://you.example.org/circle/',
                 "docs_dir: docs", "site_dir: build/mkdocs", "", "theme:", "  name: material", *([f"  custom_dir: {self.answers.custom_dir}"] if self.answers.custom_dir else []), "  font: false", "", "plugins:", "  - circlepress:",
                 f"      publisher: {quoted(self.answers.publisher)}  # who answers for the site; stands at the foot of every page",
                 f"      contact: {quoted(self.answers.contact)}  # a mail address",
                 f"      licence: {scalar(self.settings.licence)}",
                 "      # Who reads what when a text is missing in their language.", "      fallback:"]
        for language in self.languages:
            chain = [one for one in self.settings.chain_by_language.get(language, ()) if one in self.languages]
            lines.append(f"        {language}: [{', '.join(chain)}]")
        lines += ["  - i18n:", "      docs_structure: folder", "      fallback_to_default: false", "      reconfigure_material: false",
                  "      reconfigure_search: false", "      languages:"]
        for number, language in enumerate(self.languages):
            default = ", default: true" if not number else ""
            lines.append(f"        - {{locale: {language}, name: {OWN_NAME[language]}{default}}}")
        return "\n".join(lines) + "\n"

    def _attribution(self) -> str:
        name = words_for(self.settings.name_by_language, "en", ("da",))
        where = f"<{self.settings.address}>" if self.settings.address else "its project"
        lines = ["# Where the texts come from", "", f"These pages are from *{name.text if name else 'circlepress'}*, published by {self.settings.publisher or 'its editors'} at {where}.",
                 "Pages that were changed here are under the licence they came with; say that you changed them.", "",
                 "| Page | Title | Authors | Licence |", "|---|---|---|---|"]
        for reference, page in sorted(self.pages.items()):
            authors = page.facts.get("authors")
            said = ", ".join(name for name in authors if isinstance(name, str)) if isinstance(authors, list) else ""
            licence = page.facts.get("licence") or self.settings.licence
            lines.append(f"| {reference} | {_in_table(str(page.facts.get('title', '')))} | {_in_table(said)} | {_in_table(str(licence))} |")
        return "\n".join(lines) + "\n"


class _Page(Struct, frozen=True):
    """One page of a handbook as it lies in its files, with or without mistakes."""

    path_by_language: Mapping[Language, str]
    original: Language
    facts: Mapping
    """The metadata of the original."""
    of_by_language: Mapping[Language, Language]
    """What each translation was made from."""
    needs: tuple[str, ...]
    """References of the pages it leads to."""
    is_for_a_circle: bool
    """Whether every circle's site leads to it: what it fills in, and what it gives participants and home organisations to read."""


def _pages_in(upstream: Upstream) -> dict[str, _Page]:
    paths: dict[str, dict[Language, str]] = {}
    for path in upstream.content_by_path:
        if match := re.fullmatch(r"docs/(.+)\.([a-z]{2})\.md", path):
            paths.setdefault(match[1], {})[match[2]] = path
    found = {}
    for reference, path_by_language in paths.items():
        parts = {language: page_parts(plain_text(upstream.content_by_path[path]) or "") for language, path in path_by_language.items()}
        tree_by_language = {language: parse_yaml(front or "", "", 1, [], strict=False)[0] for language, (front, _) in parts.items()}
        original = next((language for language, tree in sorted(tree_by_language.items()) if "translation" not in tree), min(parts))
        facts = tree_by_language[original]
        marks = {language: tree["translation"] for language, tree in tree_by_language.items() if isinstance(tree.get("translation"), dict)}
        needs = [target.key for language, (_, body) in parts.items() for one in links(body)
                 if (target := link.target_of(one.target, path_by_language[language])).kind is TargetKind.MATERIAL]
        items = facts.get("items")
        needs += [str(item["see"]) for item in (items if isinstance(items, list) else []) if isinstance(item, dict) and "see" in item]
        folder, audience = reference.partition("/")[0], facts.get("audience")
        is_for_a_circle = folder in (Kind.CHECKLIST, Kind.TEMPLATE) or folder == Kind.GUIDE and isinstance(audience, list) and bool({"participant", "organisation"} & set(map(str, audience)))
        found[reference] = _Page(path_by_language, original, facts, {language: str(mark.get("of")) for language, mark in marks.items()}, tuple(needs), is_for_a_circle)
    return found


def _needed_by(part: Material) -> Iterable[str]:
    """Return references of the pages that a circle's welcome or session leads to."""
    for version in (*part.version_by_language.values(), *part.started.values()):
        for one in links(version.body):
            target = link.target_of(one.target, version.source.path)
            if target.kind is TargetKind.MATERIAL:
                yield target.key
    for block in getattr(part.facts, "agenda", ()):
        if block.method:
            yield f"methods/{block.method}"


def _in_table(text: str) -> str:
    return re.sub(r"([|\\`*_<>\[\]])", r"\\\1", " ".join(text.split()))


def _without_key(text: str, key: str) -> str:
    """Return YAML without a key at the left edge and what belongs to it."""
    span = spans(text).get((key,))
    if span is None:
        return text
    start = text.rfind("\n", 0, span.after_key) + 1
    end = text.find("\n", span.end)
    return text[:start] + (text[end + 1:] if end >= 0 else "")


def _with_entries(text: str, key: str, kept: list[int]) -> str:
    """Return YAML in which a list has only some of its entries, each as it was typed."""
    where = spans(text)
    entries = [where[key, number] for number in kept]
    span = where[(key,)]
    said = [text[entry.start: entry.end] for entry in entries]
    if span.is_flow:
        return text[: span.start] + "[" + ", ".join(said) + "]" + text[span.end:]
    start = text.rfind("\n", 0, span.start) + 1
    indent = text[start: span.start]
    return text[:start] + "\n".join(f"{indent}- {entry}" for entry in said) + text[span.end:]

