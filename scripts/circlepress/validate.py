"""The second stage: source files become a catalogue, with every mistake named.

A page or circle whose metadata cannot be understood is left out of the catalogue and reported (by `read` when the file
has no metadata at all); everything else goes on. Form is judged by the schemas in `metadata/`; here is what takes more than one value to see: originals and
translations, references, agendas, states, links and headings in texts.
"""

from __future__ import annotations

import difflib
import itertools
import re
import zoneinfo
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import PurePosixPath

from msgspec import Struct

from . import markdown_source, modelcheck
from .agenda import LONGEST_SESSION
from .catalogue import FACTS_BY_KIND, Catalogue, Circle, Handbook, Kind, Material, Version, leading_on, version_of, without_pages
from .finding import Finding
from .language import COMMON_SLIPS, OWN_NAME, Language
from .link import Target, TargetKind, now, target_of
from .localtime import months_after
from .metadata import (
    CircleFacts,
    Glossary,
    TranslationMark,
    load,
    words_model,
)
from .metadata.circle import SessionState, Status
from .metadata.kinds import Mode, TranslationState
from .modelcheck import DataKind
from .neighbours import Neighbours, neighbours_of, outline_of
from .placeholder import KNOWN_PLACEHOLDERS, known_like
from .problem import Place, Problem, Severity
from .sitecheck import look_at_pages, look_at_statement
from .source import HANDBOOK, TEMPLATES, ImageFile, KeyPath, Settings, SourceFile, Sources, unit_of

_WORDS_OF_ALL = frozenset({"title", "summary", "translation"})
_PERSONAL = {
    DataKind.IDENTITY_NUMBER: "an identity number", DataKind.MEETING_LINK: "a link to an online meeting", DataKind.PASSCODE: "a passcode",
    DataKind.PRIVATE_MAIL: "a private mail address", DataKind.NAMES: "a list of participants' names",
}
_LONGEST_MONTHS, _EVALUATED_MONTHS = 24, 3
_HOW = {Mode.ONSITE: "in one place", Mode.ONLINE: "online"}


class CheckedCircle(Struct, frozen=True):
    """What came of looking at one circle or circle template."""

    id: str
    circle: Circle | None
    """`None` when it is not whole."""
    findings: tuple[Finding, ...] = ()
    """What the model check saw; empty when the circle's form is wrong."""


def validate(sources: Sources, today: date) -> tuple[Catalogue, list[Problem]]:
    """Turn source files into a catalogue.

    `today` decides what lies in the future. Returns what is whole, and all problems found.
    """
    settings = sources.settings
    parts: dict[str, list[SourceFile]] = {HANDBOOK: []}
    for file in sources.files:
        parts.setdefault(unit_of(file.path), []).append(file)
    outlines = {name: outline_of(name, files) for name, files in parts.items() if name != HANDBOOK and has_facts(name, files)}
    neighbours = neighbours_of(outlines.values(), lambda circle: sessions_by_former_id(parts[f"circles/{circle}"]))
    images = defaultdict(list)
    for image in sources.images:
        images[unit_of(image.path)].append(image)
    handbook, problems = validate_handbook(parts[HANDBOOK], images[HANDBOOK], settings, today)
    problems += relate_handbook(handbook, neighbours, settings, today)
    checked = []
    for name, files in sorted(parts.items()):
        if name != HANDBOOK:
            one, mistakes = validate_circle(name, files, images[name], handbook, neighbours, settings, today)
            problems += mistakes
            checked += [(name in outlines and outlines[name].is_template, one)] if name in outlines else []
    handbook = without_pages(handbook, sensitive_pages(handbook))
    return Catalogue(
        handbook.material_by_reference, {one.id: one.circle for is_template, one in checked if one.circle and not is_template},
        {one.id: one.circle for is_template, one in checked if one.circle and is_template}, handbook.glossary, neighbours, handbook.images,
        findings_by_circle={one.id: one.findings for _, one in checked if one.findings},
        left_out=handbook.left_out | {f"circles/{one.id}" for _, one in checked if not one.circle}), problems


# --- the parts of a project, each by itself ----------------------------------------------------------------------


def has_facts(name: str, files: Iterable[SourceFile]) -> bool:
    """Whether a unit's files hold a `circle.yml`."""
    return any(file.path == f"{name}/circle.yml" for file in files)


def sessions_by_former_id(files: Iterable[SourceFile]) -> Mapping[str, str]:
    """Return, as far as a circle's files say, which of its sessions each former id leads on to."""
    said: dict[str, list[str]] = {}
    for file in files:
        *folders, name = file.path.split("/")
        if folders[-1] == "sessions":
            formers = file.metadata.get("moved")
            said.setdefault(name.rsplit(".", 2)[0], []).extend(one for one in (formers if isinstance(formers, list) else []) if isinstance(one, str))
    return leading_on(said.items(), said.keys())


def validate_handbook(files: Iterable[SourceFile], images: Iterable[ImageFile], settings: Settings, today: date) -> tuple[Handbook, list[Problem]]:
    """Look at the handbook's own files, without what they say of circles."""
    work = _Validation(settings, today)
    pages: dict[str, list[SourceFile]] = defaultdict(list)
    glossary = Glossary()
    for file in files:
        if file.path == "docs/glossary.yml":
            glossary = work.glossary(file)
        else:
            pages[file.path.rsplit(".", 2)[0]].append(file)
    material_by_reference: dict[str, Material] = {}
    left_out: set[str] = set()
    for key, versions in sorted(pages.items()):
        reference = "index" if key == "docs/index" else key.removeprefix("docs/")
        material = work.material(key, versions)
        if material is None:
            left_out.add(reference)
        else:
            material_by_reference[reference] = material
    return Handbook(material_by_reference, glossary, tuple(images), frozenset(left_out)), work.problems


def relate_handbook(handbook: Handbook, neighbours: Neighbours, settings: Settings, today: date) -> list[Problem]:
    """Return the problems of the handbook's links and references, of its language, and of personal data in it."""
    work = _Validation(settings, today, handbook, neighbours)
    images = frozenset(image.path for image in handbook.images)
    for material in handbook.material_by_reference.values():
        work.check_references(material)
        for version in material.version_by_language.values():
            work.check_links(version, images)
            work.report_personal_data(version)
    return work.problems + look_at_pages(handbook.material_by_reference.values(), handbook.glossary, today) + look_at_statement(settings, today)


def sensitive_pages(handbook: Handbook) -> frozenset[str]:
    """Return the pages that hold what looks like personal data (C42 is for all texts, not only circles')."""
    return frozenset(reference for reference, material in handbook.material_by_reference.items()
                     if any(modelcheck.personal_data_in(version.source) for version in material.version_by_language.values()))


def validate_circle(name: str, files: Iterable[SourceFile], images: Iterable[ImageFile], handbook: Handbook, neighbours: Neighbours,
                    settings: Settings, today: date, *, is_known_whole: bool = False) -> tuple[CheckedCircle, list[Problem]]:
    """Look at everything of one circle or circle template; `name` is its folder.

    One that has been looked at before, and only has to be read again, `is_known_whole`: its relations, its language and
    the model check are then passed over.
    """
    work = _Validation(settings, today, handbook, neighbours)
    images = tuple(images)
    identifier = name.rsplit("/", 1)[1]
    pages: dict[str, list[SourceFile]] = defaultdict(list)
    facts_file: SourceFile | None = None
    for file in files:
        if file.path == f"{name}/circle.yml":
            facts_file = file
        else:
            pages[file.path.rsplit(".", 2)[0]].append(file)
    parts: list[Material] = []
    for key, versions in sorted(pages.items()):
        material = work.material(key, versions)
        if facts_file is None:
            work.report(Place(versions[0].path), "file-name", "this folder has no circle.yml.",
                        "Add a circle.yml with the circle's facts, or move the page.")
        elif material is None:
            work.has_broken_part = True
        else:
            parts.append(material)
    if facts_file is None:
        return CheckedCircle(identifier, None), work.problems
    before = len(work.problems)
    circle = work.circle(name, facts_file, parts, images)
    if circle is None or work.has_broken_part or any(p.leaves_out for p in work.problems[before:]):
        return CheckedCircle(identifier, None), work.problems
    if is_known_whole:
        return CheckedCircle(identifier, circle), work.problems
    work.check_circle_relations(circle, frozenset(image.path for image in (*images, *handbook.images)))
    materials = [*filter(None, [circle.welcome]), *circle.sessions]
    work.problems += look_at_pages(materials, handbook.glossary, today)
    surroundings = Catalogue(handbook.material_by_reference, {}, {}, handbook.glossary, neighbours, left_out=handbook.left_out)
    findings = tuple(modelcheck.find(circle, surroundings, today))
    for finding in findings:
        if finding.severity is not None:
            message, hint = modelcheck.sentence(finding, "en", (), surroundings)
            work.report(finding.place, finding.check, message, hint, finding.severity)
    is_refused = any(finding.severity is Severity.ERROR for finding in findings)
    return CheckedCircle(identifier, None if is_refused else circle, findings), work.problems


class _Validation:
    """Rules, and the problems they found."""

    def __init__(self, settings: Settings, today: date, handbook: Handbook | None = None, neighbours: Neighbours | None = None) -> None:
        self.today = today
        self.languages = settings.languages
        self.handbook = handbook or Handbook()
        self.neighbours = neighbours or Neighbours({}, {})
        self.problems: list[Problem] = []
        self.has_broken_part = False

    def report(self, place: Place, code: str, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(place, code, message, hint, severity))

    def _load(self, model, data, file: SourceFile, language: Language, at: KeyPath = ()):
        result, problems = load(model, data, file, language=language, languages=self.languages, at=at)
        self.problems += problems
        return result

    # --- pages and their languages -------------------------------------------------------------------------------

    def material(self, key: str, files: list[SourceFile]) -> Material | None:
        identifier = PurePosixPath(key).name
        folder = PurePosixPath(key).parent.name
        kind = Kind.FRONT if identifier == "index" else Kind(folder)
        in_known_languages = []
        for file in files:
            language = file.path.rsplit(".", 2)[1]
            if language in self.languages:
                if file.metadata:
                    in_known_languages.append((language, file))
            else:
                self.report(Place(file.path), "unknown-language",
                             f"the name ends with {language!r}, which is not a language of this project.",
                             COMMON_SLIPS.get(language, f"The project's languages are: {', '.join(self.languages)}."))
        originals = [(language, file) for language, file in in_known_languages if "translation" not in file.metadata]
        if len(originals) != 1:
            names = ", ".join(PurePosixPath(file.path).name for _, file in originals)
            if originals:
                self.report(Place(originals[1][1].path), "two-originals",
                             f"a page has one original, and these files all claim to be it: {names}.",
                             f"Keep one as it is; give the others a line such as: translation: {{of: {originals[0][0]}, state: draft}}.")
            elif in_known_languages and all(file.metadata for file in files):
                self.report(Place(in_known_languages[0][1].path), "no-original", "every file of this page is a translation.",
                             "Remove translation: from the file the others were made from, and give it all the facts.")
            return None
        original, file = originals[0]
        facts = self._load(FACTS_BY_KIND[kind], file.metadata, file, original)
        if facts is None:
            return None
        versions = {original: version_of(kind, original, file, None)}
        started: dict[Language, Version] = {}
        for language, translated in in_known_languages:
            if language != original:
                version = self._translation(kind, facts, original, language, translated)
                if version is not None:
                    (started if version.translation.state is TranslationState.STARTED else versions)[language] = version
        for version in (*versions.values(), *started.values()):
            self._check_body(kind, version)
        if getattr(facts, "reviewed", None) and facts.reviewed > self.today:
            self.report(file.place(("reviewed",)), "out-of-range", f"reviewed: {facts.reviewed} lies in the future.",
                         "Write the day someone last read the page through.")
        return Material(kind, identifier, facts, original, versions, started)

    def _translation(self, kind: Kind, facts, original: Language, language: Language, file: SourceFile) -> Version | None:
        before = len(self.problems)
        metadata = file.metadata
        mark = self._load(TranslationMark, metadata.get("translation"), file, language, ("translation",))
        if mark is not None and mark.of not in self.languages:
            self.report(file.place(("translation", "of")), "unknown-language", f"{mark.of!r} is not a language of this project.",
                         COMMON_SLIPS.get(mark.of, f"The original is in {original!r}."))
        allowed = _WORDS_OF_ALL | FACTS_BY_KIND[kind].localisable
        for key in metadata:
            if key in FACTS_BY_KIND[kind].__struct_fields__ and key not in allowed:
                self.report(file.place((key,), key=True), "not-translatable", f"{key!r} is a fact and stands only in the original.",
                             f"Remove the line; a translation has {', '.join(sorted(allowed))}.")
            elif key not in allowed:
                close = difflib.get_close_matches(key, sorted(allowed), 1, 0.6)
                self.report(file.place((key,), key=True), "unknown-key", f"{key!r} is not a key of a translation.",
                             f"Did you mean {close[0]!r}?" if close else f"A translation has {', '.join(sorted(allowed))}.")
        needed = {"title": str, "summary": str} if "summary" in FACTS_BY_KIND[kind].__struct_fields__ and kind is not Kind.SESSION else {"title": str}
        for key in needed:
            if not isinstance(metadata.get(key), str) or not metadata.get(key, "").strip():
                self.report(file.place((key,), key=True), "missing-key", f"{key!r} is missing.",
                             f"Add {key}: with the words in {language!r}.")
        self._check_translated_words(kind, facts, language, file)
        if any(p.leaves_out for p in self.problems[before:]):
            return None
        return version_of(kind, language, file, mark)

    def _check_translated_words(self, kind: Kind, facts, language: Language, file: SourceFile) -> None:
        """Look at the words of a translation: the form that the original's have, and as many as the original has."""
        given = {key: value for key, value in file.metadata.items() if key in FACTS_BY_KIND[kind].localisable}
        given |= {key: text for key in ("title", "summary") if isinstance(text := file.metadata.get(key), str) and text.strip()}
        if kind is Kind.CHECKLIST:
            given["items"] = self._translated_items(facts, language, file)
        for key in given.keys() & {"questions", "materials"}:
            texts, expected = given[key], len(getattr(facts, key))
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts) or len(texts) != expected:
                self.report(file.place((key,)), "translation-incomplete", f"{key} must be a list of {expected} texts.",
                             "Keep the original's order, one text for each.")
                given[key] = None
        if "agenda" in given:
            blocks = given["agenda"]
            if isinstance(blocks, list) and len(blocks) == len(facts.agenda):
                given["agenda"] = [block or {} for block in blocks]
            else:
                self.report(file.place(("agenda",)), "translation-incomplete", f"agenda must have {len(facts.agenda)} entries, like the original's.",
                             "Write {title: …} for a block with a title, {} for one without.")
                given["agenda"] = None
        self._load(words_model(), {key: value for key, value in given.items() if value is not None}, file, language)

    def _translated_items(self, facts, language: Language, file: SourceFile) -> dict[str, str] | None:
        """Return the texts of a translated checklist that can be looked at, after saying which are missing and which too many."""
        given = file.metadata.get("items")
        if not isinstance(given, dict):
            self.report(file.place(("items",)), "translation-incomplete", "items must give a text for each id.",
                         "Write one line per item: purpose: The purpose can be read aloud …")
            return None
        ids = [item.id for item in facts.items]
        for missing in (i for i in ids if i not in given):
            self.report(file.place(("items",), key=True), "translation-incomplete", f"the item {missing!r} has no text.",
                         f"Add {missing}: with the text in {language!r}.")
        for extra in (i for i in given if i not in ids):
            self.report(file.place(("items", extra), key=True), "translation-incomplete",
                         f"the original has no item {extra!r}.", "Remove the line, or correct its id.")
        texts = {identifier: text for identifier, text in given.items() if isinstance(text, str) and text.strip()}
        for identifier in given.keys() - texts.keys():
            self.report(file.place(("items", identifier)), "translation-incomplete", f"items.{identifier} has no text.",
                         f"Write the text in {language!r} after {identifier}:.")
        return {identifier: text for identifier, text in texts.items() if identifier in ids}

    # --- texts ---------------------------------------------------------------------------------------------------

    def _check_body(self, kind: Kind, version: Version) -> None:
        file = version.source
        for mark in markdown_source.raw_html(version.body):
            self.report(file.body_place(mark.line, mark.column), "raw-html", f"HTML ({mark.text} …) is shown as text, not interpreted.",
                         "Use Markdown instead, or put `…` around it if you mean to show it.")
        seen: dict[str, int] = {}
        level = 1
        for heading in markdown_source.headings(version.body):
            place = file.body_place(heading.line)
            if heading.level == 1:
                self.report(place, "heading-id", "a heading in the text cannot be the page's title, which is made from title:.",
                             "Begin it with ## and a space.")
            elif heading.level > level + 1:
                self.report(place, "heading-id", f"the heading {heading.title!r} skips a level.",
                             f"Begin it with {'#' * (level + 1)} and a space.", Severity.WARNING)
            level = heading.level
            if heading.id and (not re.fullmatch(r"[a-z][a-z0-9-]{0,47}", heading.id) or heading.id.startswith("cp-")):
                self.report(place, "heading-id", f"the id {heading.id!r} has another form than ids have.",
                             "Use small letters a to z, digits and hyphens, beginning with a letter; cp- is kept for circlepress.")
            elif heading.id in seen:
                self.report(place, "heading-id", f"the id {heading.id!r} stands at line {seen[heading.id]} too.", "Give each heading its own.")
            if heading.id:
                seen[heading.id] = file.body_line + heading.line - 1
        if kind is Kind.TEMPLATE:
            for text, place_of in ((version.body, lambda mark: file.body_place(mark.line, mark.column)),
                                   (str(version.words.get("subject", "")), lambda mark: file.place(("subject",)))):
                for mark in markdown_source.placeholders(text):
                    if mark.text not in KNOWN_PLACEHOLDERS:
                        close = difflib.get_close_matches(mark.text, KNOWN_PLACEHOLDERS, 1, 0.6)
                        self.report(place_of(mark), "unknown-placeholder", f"{{{{{mark.text}}}}} is not a placeholder circlepress can fill.",
                                     f"Did you mean {{{{{close[0]}}}}}?" if close else f"Known are: {', '.join(known_like(mark.text))}.")

    def check_links(self, version: Version, images: frozenset[str]) -> None:
        file = version.source
        for link in markdown_source.links(version.body):
            place = file.body_place(*markdown_source.line_and_column(version.body, link.start))
            written = target_of(link.target, file.path)
            target = now(written, self.handbook.page_by_former_reference, self.neighbours)
            if target != written:
                self._report_old_name(place, written.key, target.key)
            if target.kind is TargetKind.UNSAFE or (link.is_image and target.kind is TargetKind.OUTSIDE):
                self.report(place, "unsafe-link", f"the address {link.target[:80]!r} is not allowed.",
                             "Save the picture in images/ and link to it there." if link.is_image
                             else "Links begin with https://, mailto: or tel:, or lead to a page of this project.")
            elif link.is_image:
                if target.kind is not TargetKind.IMAGE or target.key not in images:
                    self.report(place, "broken-link", f"there is no picture {link.target!r}.", "Put it in images/ and write ../images/name.png.")
                elif not link.text.strip():
                    self.report(place, "broken-link", f"the picture {link.target!r} has no alternative text.",
                                 "Write what it shows between the square brackets.")
            elif target.kind is TargetKind.NOTHING or target.kind is TargetKind.IMAGE:
                self.report(place, "broken-link", f"{link.target!r} leads nowhere.",
                             "Write the path to the page from this file, such as ../guides/for-managers.md.")
            elif not self._leads_somewhere(target):
                what = {TargetKind.CIRCLE: "circle", TargetKind.SESSION: "session"}.get(target.kind, "page")
                near = _nearest(target.key, self._linkable(target.kind))
                self.report(place, "broken-link", f"there is no {what} {target.key!r}.",
                             f"Did you mean {near!r}?" if near else "Correct the link, or write the page.")
            elif target.kind is TargetKind.HERE and target.anchor:
                self._check_anchor(place, target.anchor, version)
            elif target.kind is TargetKind.MATERIAL and target.anchor and target.key in self.handbook.material_by_reference:
                material = self.handbook.material_by_reference[target.key]
                self._check_anchor(place, target.anchor, material.version_by_language[material.original])

    def _report_old_name(self, place: Place, old: str, new: str) -> None:
        self.report(place, "old-link", f"{old!r} is called {new!r} now.", f"It works all the same; write {new!r} when you are here next.", Severity.WARNING)

    def _check_moved(self, file: SourceFile, formers: list[str], own: str, is_there: Callable[[str], bool], claimant: Callable[[str], str]) -> None:
        """Report former names that cannot lead on to `own`.

        `is_there` says whether a page has a name now, `claimant` which page a former name leads on to.
        """
        self._check_ids(file, [(("moved", index), former) for index, former in enumerate(formers)])
        for index, former in enumerate(formers):
            place = file.place(("moved", index))
            if former == own:
                self.report(place, "old-address", f"{former!r} is what this is called now.", "Remove it; under moved stand former names only.")
            elif is_there(former):
                self.report(place, "old-address", f"{former!r} is the name of another page, which stays at its address.",
                            "Remove it, or give that page another name.")
            elif (first := claimant(former)) != own:
                self.report(place, "old-address", f"{former!r} leads on to {first!r} already, which claims it too.", "Keep it on one of the two pages.")

    def _check_anchor(self, place: Place, anchor: str, version: Version) -> None:
        ids = [heading.id for heading in markdown_source.headings(version.body) if heading.id]
        if anchor not in ids:
            close = difflib.get_close_matches(anchor, ids, 1, 0.6)
            self.report(place, "broken-link", f"{PurePosixPath(version.source.path).name} has no heading with the id {anchor!r}.",
                         f"Did you mean #{close[0]}?" if close else "Give the heading that id: ## Heading {#" + anchor + "}.")

    def _linkable(self, kind: TargetKind) -> Iterable[str]:
        if kind is TargetKind.SESSION:
            return self.neighbours.sessions()
        return self.neighbours.circle_ids() if kind is TargetKind.CIRCLE else self.handbook.material_by_reference

    def _leads_somewhere(self, target: Target) -> bool:
        match target.kind:
            case TargetKind.MATERIAL:
                return self._exists(target.key)
            case TargetKind.CIRCLE:
                return self.neighbours.has_circle(target.key)
            case TargetKind.SESSION:
                return self.neighbours.may_have_session(*target.key.split("/"))
        return True

    # --- the glossary --------------------------------------------------------------------------------------------

    def glossary(self, file: SourceFile) -> Glossary:
        if not file.metadata:
            return Glossary()
        glossary = self._load(Glossary, file.metadata, file, self.languages[0])
        if glossary is None:
            return Glossary()
        used = [(("terms", term, language), language, True) for term, words in glossary.terms.items() for language in words]
        for number, friend in enumerate(glossary.false_friends):
            used.append((("false_friends", number, "language"), friend.language, False))
            used += [(("false_friends", number, "means", language), language, True) for language in friend.means]
        for path, language, is_key in used:
            if language not in self.languages:
                self.report(file.place(path, key=is_key), "unknown-language", f"{language!r} is not a language of this project.",
                            COMMON_SLIPS.get(language, f"The project's languages are: {', '.join(self.languages)}."))
        return glossary

    # --- circles -------------------------------------------------------------------------------------------------

    def circle(self, folder: str, file: SourceFile, parts: list[Material], images: tuple[ImageFile, ...]) -> Circle | None:
        if not file.metadata:
            return None
        language = file.metadata.get("language")
        if language not in self.languages:
            self.report(file.place(("language",)), "unknown-language" if isinstance(language, str) else "missing-key",
                         f"{language!r} is not a language of this project." if isinstance(language, str) else "'language' is missing.",
                         COMMON_SLIPS.get(str(language), f"Write the language of the texts, one of: {', '.join(self.languages)}."))
            return None
        facts = self._load(CircleFacts, file.metadata, file, language)
        if facts is None:
            return None
        name = folder.rsplit("/", 1)[1]
        for index, code in enumerate(facts.languages):
            if code not in self.languages:
                self.report(file.place(("languages", index)), "unknown-language", f"{code!r} is not a language of this project.",
                             COMMON_SLIPS.get(code, f"The project's languages are: {', '.join(self.languages)}."))
        if facts.languages and language not in facts.languages:
            self.report(file.place(("languages",)), "not-allowed", f"languages does not hold {language!r}, the circle's own.", f"Add {language!r} to the list.")
        in_templates = folder.startswith(TEMPLATES)
        if in_templates != (facts.status is Status.TEMPLATE):
            self.report(file.place(("status",)), "not-allowed", f"status: {facts.status} does not fit this folder.",
                         "A circle template lies in circles/_templates/ and has status: template; a circle has another status.")
        welcome = next((part for part in parts if part.kind is Kind.FRONT), None)
        sessions = tuple(sorted((part for part in parts if part.kind is Kind.SESSION), key=lambda part: part.id))
        circle = Circle(name, facts, file, welcome, sessions, images, tuple(welcome.version_by_language) if welcome else ())
        self._check_circle(circle)
        return circle

    def _check_circle(self, circle: Circle) -> None:
        facts, file = circle.facts, circle.source
        status = facts.status
        for key, why in _missing_for(circle, status):
            if not key and self.has_broken_part:
                continue  # a session that is not whole may have the date
            hint = "Add it to circle.yml" if key else "Add date:, start: and end: to the session's file"
            hint += "." if status in (Status.DRAFT, Status.CANCELLED) else f", or go back to an earlier status than {status}."
            self.report(file.place(key if key and key[0] in file.metadata else ("status",), key=True), "needed-for-status",
                         f"a circle with status: {status} needs {why}.", hint)
        frame = facts.frame
        if frame.timezone and not _is_zone(frame.timezone):
            self.report(file.place(("frame", "timezone")), "not-allowed", f"{frame.timezone!r} is not a time zone.", "Write one such as Europe/Copenhagen or Atlantic/Reykjavik.")
        if frame.start and frame.end and not frame.start < frame.end <= months_after(frame.start, _LONGEST_MONTHS):
            self.report(file.place(("frame", "end")), "dates-disagree", f"the circle runs from {frame.start} to {frame.end}.", "Correct frame.start or frame.end: the end comes after the start, and at most two years later.")
        elif frame.start and frame.end:
            last = months_after(frame.end, _EVALUATED_MONTHS)
            for key in ("midway", "final"):
                if (day := getattr(facts.evaluation, key)) and not frame.start <= day <= last:
                    self.report(file.place(("evaluation", key)), "dates-disagree", f"evaluation.{key}: {day} does not belong to the circle's time.",
                                 f"Choose a day from {frame.start}, when the circle begins, to {last}, three months after its end.")
        for index, code in enumerate(frame.working_languages or []):
            if code not in OWN_NAME:
                self.report(file.place(("frame", "working_languages", index)), "unknown-language", f"{code!r} is not a language circlepress knows.",
                             COMMON_SLIPS.get(code, f"Known are: {', '.join(sorted(OWN_NAME))}."))
        organisations = {organisation.id for organisation in facts.organisations}
        self._check_ids(file, [(("organisations", i, "id"), o.id) for i, o in enumerate(facts.organisations)])
        mentioned = [(("facilitators", i, "organisation"), f.organisation) for i, f in enumerate(facts.facilitators)]
        mentioned += [(("outcomes", i, "organisation"), o.organisation) for i, o in enumerate(facts.outcomes)]
        if facts.coordinator:
            mentioned.append((("coordinator", "organisation"), facts.coordinator.organisation))
        if status is not Status.TEMPLATE:
            for path, organisation in mentioned:
                if organisation not in organisations:
                    near = _nearest(organisation, organisations)
                    self.report(file.place(path), "unknown-reference", f"{organisation!r} is not one of the circle's organisations.",
                                 f"Did you mean {near!r}?" if near else f"They are: {', '.join(sorted(organisations))}."
                                 if organisations else "List it under organisations:.")
            self._check_facilitators(circle)
        elif file.path.startswith(TEMPLATES):
            self._check_template_has_no_dates(circle)
            if facts.moved:
                self.report(file.place(("moved",), key=True), "not-allowed", "a circle template has no address, and so no former one.", "Remove the line.")
        self._check_brand(circle)
        previous: Material | None = None
        for earlier, session in itertools.pairwise(circle.sessions):
            if earlier.id[:2] == session.id[:2]:
                self.report(Place(session.version_by_language[session.original].source.path), "file-name",
                             f"two sessions have the number {session.id[:2]}.", "Number the files 01, 02, 03 … in the order of the sessions.")
        for session in circle.sessions:
            self._check_session(circle, session, previous)
            previous = session if session.facts.date else previous

        if status in _ORDER and _ORDER.index(status) >= _ORDER.index(Status.RUNNING):
            self._check_undated(circle)

    def _check_facilitators(self, circle: Circle) -> None:
        """Each facilitator knows something; that all together know both is C15's matter."""
        facts, file = circle.facts, circle.source
        if facts.status in (Status.DRAFT, Status.CANCELLED) or not all(
                any(getattr(one, key) for one in facts.facilitators) for key in ("process", "content")):
            return
        for index, one in enumerate(facts.facilitators):
            if not one.process and not one.content:
                self.report(file.place(("facilitators", index)), "needed-for-status",
                             f"a circle with status: {facts.status} needs to say what {one.name} knows.",
                             "Add process: for leading groups, content: for the theme, or both.")

    def _check_template_has_no_dates(self, circle: Circle) -> None:
        facts, file = circle.facts, circle.source
        found = [(file, ("frame", key)) for key in ("start", "end") if getattr(facts.frame, key)]
        found += [(file, ("expectations", "aligned"))] if facts.expectations.aligned else []
        found += [(file, ("signup", key)) for key in ("until", "delete_by") if facts.signup and getattr(facts.signup, key)]
        found += [(file, ("evaluation", key)) for key in ("midway", "final") if getattr(facts.evaluation, key)]
        for session in circle.sessions:
            found += [(session.version_by_language[session.original].source, ("date",))] if session.facts.date else []
        for source, path in found:
            self.report(source.place(path), "not-allowed", f"{_dotted(path)}: a circle template has no dates, or every copy begins with a wrong one.",
                         "Remove the line, or put # before it, so that it shows where the date goes.", Severity.WARNING)

    def _check_brand(self, circle: Circle) -> None:
        brand, file = circle.facts.brand, circle.source
        if not brand.logo:
            return
        pictures = {PurePosixPath(image.path).name for image in circle.images}
        if brand.logo not in pictures:
            near = _nearest(brand.logo, pictures)
            self.report(file.place(("brand", "logo")), "unknown-reference", f"there is no picture {brand.logo!r} in the circle's folder images/.",
                         f"Did you mean {near!r}?" if near else "Put it there as a PNG, JPEG or WebP, and write its file name.")
        if not brand.logo_text:
            self.report(file.place(("brand", "logo"), key=True), "missing-key", "the logo has no words for those who cannot see it.",
                         "Add what it shows: logo_text: Three rings that touch")

    def _check_undated(self, circle: Circle) -> None:
        """From running on, a session that must have been held has a date: one followed by a day that is past, or one of a circle that is over."""
        over = circle.facts.status is not Status.RUNNING
        for session in reversed(circle.sessions):
            if session.facts.date:
                over = over or session.facts.date < self.today
            elif over and session.facts.state.now is not SessionState.CANCELLED:
                self.report(Place(session.version_by_language[session.original].source.path), "needed-for-status",
                             f"this session must have been held by now, and has no date; the circle's status is {circle.facts.status}.",
                             "Add date:, start: and end:, or state: {is: cancelled} if it did not take place.")

    def _check_session(self, circle: Circle, session: Material, previous: Material | None) -> None:
        facts, file = session.facts, session.version_by_language[session.original].source
        if facts.date and not (facts.start and facts.end):
            self.report(file.place(("date",), key=True), "missing-key", "a dated session needs start and end.", 'Add start: "09:00" and end: "11:00".')
        if facts.start and facts.end:
            length = _minutes(facts.end) - _minutes(facts.start)
            if not 0 < length <= LONGEST_SESSION:
                self.report(file.place(("end",)), "dates-disagree", f"the session runs from {facts.start:%H:%M} to {facts.end:%H:%M}.", "The end comes after the start, at most nine hours later.")
        if facts.timezone and not _is_zone(facts.timezone):
            self.report(file.place(("timezone",)), "not-allowed", f"{facts.timezone!r} is not a time zone.", "Write one such as Europe/Mariehamn.")
        frame = circle.facts.frame
        if facts.date and frame.start and frame.end and frame.start < frame.end and not frame.start <= facts.date <= frame.end:
            self.report(file.place(("date",)), "dates-disagree", f"{facts.date} lies outside the circle's frame, {frame.start} to {frame.end}.", "Move the session, or widen frame in circle.yml.")
        if facts.date and previous and previous.facts.date >= facts.date:
            self.report(file.place(("date",)), "dates-disagree", f"{facts.date} is not after the session before ({previous.facts.date}).", "Number the files in the order of their dates.")
        if facts.mode is not Mode.ONLINE and not facts.place and circle.facts.status is not Status.TEMPLATE:
            self.report(file.place(("mode",)), "missing-key", f"a session with mode: {facts.mode} needs a place.",
                         "Add place: and say where people meet; a meeting link belongs in the mail, not here.")
        if frame.mode not in (None, Mode.HYBRID, facts.mode) and circle.facts.status is not Status.TEMPLATE:
            self.report(file.place(("mode",)), "not-allowed", f"mode: {facts.mode} does not fit the circle, which says that it meets {_HOW[frame.mode]} only.",
                         "Correct the session's mode, or write mode: hybrid under frame: in circle.yml.", Severity.WARNING)
        for index, block in enumerate(facts.agenda):
            if block.kind and block.kind != "break" and not block.title and not block.open:
                self.report(file.place(("agenda", index)), "agenda-block", f"block {index + 1} has no title.", "Say what happens: title: …")

    # --- what takes the whole catalogue --------------------------------------------------------------------------

    def check_circle_relations(self, circle: Circle, images: frozenset[str]) -> None:
        facts, file = circle.facts, circle.source
        if not circle.is_template:
            self._check_moved(file, facts.moved, circle.id, self.neighbours.has_circle, self.neighbours.circle_now)
        session_ids = {session.id for session in circle.sessions}
        for session in circle.sessions:
            self._check_moved(session.version_by_language[session.original].source, session.facts.moved, session.id,
                              session_ids.__contains__, circle.session_by_former_id.__getitem__)
        if not self._exists(f"themes/{facts.theme}"):
            self._unknown(file.place(("theme",)), facts.theme, self._ids_of(Kind.THEME), "theme", "themes")
        if facts.based_on and not self.neighbours.has_template(facts.based_on):
            self._unknown(file.place(("based_on",)), facts.based_on, self.neighbours.template_ids(), "circle template")
        if ring := self._ring_of_parents(circle):
            self.report(file.place(("spawned_from",)), "unknown-reference", f"the circle is its own ancestor: {' from '.join(ring)}.",
                        "A local circle comes from a circle that was there before it; correct one of them.")
        if (facts.spawned_from and not facts.spawned_from.circle.startswith("https://")
                and not self.neighbours.has_circle(facts.spawned_from.circle)):
            self._unknown(file.place(("spawned_from", "circle")), facts.spawned_from.circle, self.neighbours.circle_ids(), "circle", "circles")
        elif facts.spawned_from and facts.spawned_from.organisation:
            there = self.neighbours.organisations_of(facts.spawned_from.circle)
            if there is not None and facts.spawned_from.organisation not in there:
                self._unknown(file.place(("spawned_from", "organisation")), facts.spawned_from.organisation, there,
                              f"organisation in {facts.spawned_from.circle}:")
        for part in (*((circle.welcome,) if circle.welcome else ()), *circle.sessions):
            for version in part.version_by_language.values():
                self.check_links(version, images)
            if part.kind is Kind.SESSION:
                part_file = part.version_by_language[part.original].source
                for index, block in enumerate(part.facts.agenda):
                    if block.method and not self._exists(f"methods/{block.method}"):
                        self._unknown(part_file.place(("agenda", index, "method")), block.method, self._ids_of(Kind.METHOD), "method", "methods")

    def check_references(self, material: Material) -> None:
        file = material.version_by_language[material.original].source
        references = [(("related", i), r) for i, r in enumerate(getattr(material.facts, "related", []))]
        if material.kind is Kind.STORY and material.facts.circle:
            references.append((("circle",), material.facts.circle))
        if material.kind is Kind.CHECKLIST:
            self._check_ids(file, [(("items", i, "id"), item.id) for i, item in enumerate(material.facts.items)])
            references += [(("items", i, "see"), item.see) for i, item in enumerate(material.facts.items) if item.see]
        self._check_moved(file, getattr(material.facts, "moved", []), material.reference, self._exists,
                          self.handbook.page_by_former_reference.__getitem__)
        for path, written in references:
            reference = self._called_now(written)
            if reference != written:
                self._report_old_name(file.place(path), written, reference)
            if reference == material.reference:
                self.report(file.place(path), "unknown-reference", f"{reference!r} is this page itself.", "Remove it.")
            elif not self._exists(reference):
                known = [*self.handbook.material_by_reference, *(f"circles/{identifier}" for identifier in self.neighbours.circle_ids())]
                self._unknown(file.place(path), reference, known, "page")

    def report_personal_data(self, version: Version) -> None:
        for sighting in modelcheck.personal_data_in(version.source):
            self.report(Place(version.source.path, sighting.line, sighting.column), "C42", f"this looks like {_PERSONAL[sighting.kind]}.",
                        "Take it out; the site is public, and git remembers. Examples use invented names and example.org.")

    def _exists(self, reference: str) -> bool:
        folder, _, name = reference.partition("/")
        if folder == "circles":
            return self.neighbours.has_circle(name)
        return reference in self.handbook.material_by_reference or reference in self.handbook.left_out

    def _called_now(self, reference: str) -> str:
        """Return what the page or circle of a reference is called now."""
        folder, _, name = reference.partition("/")
        return f"circles/{self.neighbours.circle_now(name)}" if folder == "circles" else self.handbook.page_by_former_reference.get(reference, reference)

    def _ids_of(self, kind: Kind) -> list[str]:
        return sorted(m.id for m in self.handbook.material_by_reference.values() if m.kind is kind)

    def _ring_of_parents(self, circle: Circle) -> list[str]:
        """Return the circles one meets going from parent to parent until one is back, or nothing when that does not happen."""
        met = [circle.id]
        origin = circle.facts.spawned_from.circle if circle.facts.spawned_from else ""
        while origin and origin not in met:
            met.append(origin)
            origin = self.neighbours.origin_of(origin)
        return [*met, circle.id] if origin == circle.id else []

    def _check_ids(self, file: SourceFile, ids: list[tuple[KeyPath, str]]) -> None:
        """Report each id that stands twice in a list."""
        seen: set[str] = set()
        for path, identifier in ids:
            if identifier in seen:
                self.report(file.place(path), "not-allowed", f"the id {identifier!r} is given twice.", "Give each entry an id of its own.")
            seen.add(identifier)

    def _unknown(self, place: Place, found: str, known: Iterable[str], what: str, folder: str = "") -> None:
        """Report a name that is not among the `known`; one without its folder is given it in `folder`, to tell what it is called now."""
        known = sorted(known)
        called_now = self._called_now(f"{folder}/{found}").partition("/")[2] if folder else found
        near = called_now if called_now != found else _nearest(found, known)
        alike = [k for k in known if k.rpartition("/")[0] == found.rpartition("/")[0]] or known
        listed = ", ".join(alike[:12]) + (" and others" if len(alike) > 12 else "")
        self.report(place, "unknown-reference", f"there is no {what} {found!r}.",
                     f"Did you mean {near!r}?" if near else f"There are: {listed}." if listed else f"The project has no {what} yet.")


def _nearest(found: str, known: Iterable[str]) -> str:
    """Return the name most like `found`: of those in its folder, else the same name in another, else an empty text."""
    folder, _, name = found.rpartition("/")
    known_by_name = {k.rpartition("/")[2]: k for k in known if k.rpartition("/")[0] == folder}
    close = difflib.get_close_matches(name, known_by_name, 1, 0.6)
    return known_by_name[close[0]] if close else next((k for k in known if k.rpartition("/")[2] == name), "")


def _is_zone(name: str) -> bool:
    try:
        return bool(re.fullmatch(r"[A-Za-z]+(/[A-Za-z_+-]+)*", name)) and zoneinfo.ZoneInfo(name) is not None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _minutes(time_of_day) -> int:
    return time_of_day.hour * 60 + time_of_day.minute


def _dotted(path: KeyPath) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


_ORDER = [Status.DRAFT, Status.RECRUITING, Status.RUNNING, Status.COMPLETED, Status.EVALUATED]


def _missing_for(circle: Circle, status: Status) -> list[tuple[KeyPath, str]]:
    """Return what the status asks for and the circle lacks: pairs of a key path and a phrase ("needs …").

    Only what no model check speaks about: where a rule stands in both places, the model check's severity counts.
    """
    facts = circle.facts
    if status is Status.TEMPLATE:
        return []
    if status is Status.CANCELLED:
        return [] if facts.cancelled_because else [(("cancelled_because",), "cancelled_because, one sentence that says why")]
    dated = [session for session in circle.sessions if session.facts.date]
    needs = [
        (Status.RECRUITING, facts.organisations, ("organisations",), "organisations, at least one"),
        (Status.RECRUITING, dated, (), "a date for its first session"),
        (Status.RECRUITING, not facts.signup or facts.signup.until, ("signup",), "signup.until, the last day to sign up"),
    ]
    reached = _ORDER.index(status)
    return [(key, why) for needed_from, value, key, why in needs if _ORDER.index(needed_from) <= reached and not value]
