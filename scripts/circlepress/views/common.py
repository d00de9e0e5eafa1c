"""What all views share: text with its language, addresses, links to pages, and the prose of a page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache

from msgspec import Struct

from .. import markdown_source
from ..catalogue import Catalogue, Circle
from ..edition import ANY_LANGUAGE, MOVED, Edition, EditionKind, PlannedPage, ResolvedEdition, ResolvedPage
from ..freshness import State, freshness
from ..language import OWN_NAME, Language, Localised, Words, choose, words_for
from ..link import Target, TargetKind, now, relative, target_of
from ..sections import INTRO, META
from ..source import Settings
from ..translating import without_changes
from ..wording import Wording, wording_for
from .words import WordBook

Said = dict
"""A text for a template: `{"text": …, "lang": …}`; `lang` is empty when the text is in the page's own language."""

_ADMONITION = re.compile(r'^([ \t]*(?:!!!|\?\?\?\+?)[ \t]+)([a-z]+)[ \t]*$', re.MULTILINE)
_WAITING = re.compile(r'^!!! translate(?: "[^"\n]*")?[ \t]*$', re.MULTILINE)
_ADMONITION_KINDS = ("note", "tip", "warning", "example", "question", "quote", "info", "success", "danger")


class Desk(Struct, frozen=True, dict=True):
    """Everything a view works with for one edition."""

    catalogue: Catalogue
    settings: Settings
    resolved: ResolvedEdition
    today: date
    """Decides which sessions are over and whether one can sign up; an edition is planned anew when that changes, not each day (`Presence.days_over`)."""
    preview: bool = False
    """Whether this is a look at what is not published yet."""

    @property
    def edition(self) -> Edition:
        return self.resolved.edition

    @property
    def language(self) -> Language:
        return self.edition.language

    @cached_property
    def wording(self) -> Wording:
        return wording_for(self.language, self.resolved.chain)

    @cached_property
    def word_book(self) -> WordBook:
        return WordBook(self.catalogue.glossary, self.settings.languages, self.resolved.chain, self.wording)

    @cached_property
    def session_cards(self) -> dict[int, dict]:
        """What lists say of the circle's sessions, by number, as far as it has been asked for: the same on many pages."""
        return {}

    # --- text with its language ----------------------------------------------------------------------------------

    def said(self, words: Words | None) -> Said | None:
        """Return a text for a template, or `None` for no text."""
        if words is None:
            return None
        return {"text": words.text, "lang": "" if words.language == self.language else words.language}

    def say(self, localised: Localised | None) -> Said | None:
        """Return the best version of a localised text."""
        return self.said(words_for(localised, self.language, self.resolved.chain)) if localised else None

    def say_words(self, page: ResolvedPage, key: str) -> Said | None:
        """Return a localisable text of a page's metadata, by itself in another language when it is missing."""
        found = page.words(key)
        return self.said(Words(str(found[0]), found[1])) if found else None

    def say_list(self, page: ResolvedPage, key: str) -> list[Said]:
        """Return a localisable list of texts."""
        found = page.words(key)
        return [self.said(Words(str(text), found[1])) for text in found[0]] if found else []

    # --- addresses -----------------------------------------------------------------------------------------------

    @property
    def handbook_address(self) -> str:
        return Edition(EditionKind.HANDBOOK, self.handbook_language).address

    @property
    def handbook_language(self) -> Language:
        """The language of the handbook that readers of this edition are led to."""
        return self.language if self.language in self.settings.languages else self.settings.languages[0]

    def address_of(self, reference: str, language: Language | None = None) -> str:
        """Return the address of a handbook page."""
        home = f"/{language}/" if language else self.handbook_address
        return home if reference == "index" else f"{home}{reference}/"

    def circle_language(self, circle: Circle) -> Language:
        """Return the language of the microsite that readers of this edition are led to."""
        return choose(circle.facts.published_in, self.language, self.resolved.chain, circle.facts.language)

    def circle_address(self, circle: Circle, language: Language | None = None) -> str:
        return Edition(EditionKind.MICROSITE, language or self.circle_language(circle), circle.id).address

    # --- links to pages ------------------------------------------------------------------------------------------

    def page_link(self, reference: str) -> dict | None:
        """Return a link to a handbook page or circle: title, address, summary and, for a fallback, the language's name."""
        if reference.startswith("circles/"):
            circle = self.catalogue.circle_by_id.get(self.catalogue.neighbours.circle_now(reference.removeprefix("circles/")))
            return self.circle_link(circle) if circle else None
        reference = self.catalogue.page_by_former_reference.get(reference, reference)
        page = self.resolved.page_by_reference.get(reference)
        if page is None:
            return None
        return {
            "title": self.said(page.title),
            "summary": self.said(page.summary),
            "address": self.address_of(reference),
            "other_language": self.wording.language_name(page.version.language) if page.is_fallback else "",
        }

    def page_links(self, references) -> list[dict]:
        return [link for link in map(self.page_link, references) if link]

    def circle_link(self, circle: Circle) -> dict:
        language = self.circle_language(circle)
        return {
            "title": self.say(circle.facts.title),
            "summary": self.say(circle.facts.question),
            "address": self.circle_address(circle),
            "other_language": self.wording.language_name(language) if language != self.language else "",
        }

    # --- prose ---------------------------------------------------------------------------------------------------

    def prose(self, page: ResolvedPage, path: str, body: str | None = None) -> str:
        """Return the Markdown of a page for staging: links lead to staged pages, boxes have titles in their language.

        `path` is where the page will lie in the edition's folder.
        """
        version = page.version
        body = version.body if body is None else body
        if "!!!" in body or "???" in body:
            names = wording_for(version.language).words
            kinds = {kind: names[f"box.{kind}"] for kind in _ADMONITION_KINDS}
            body = _outside_code(body, lambda text: _ADMONITION.sub(
                lambda m: f'{m[1]}{m[2]} "{kinds[m[2]]}"' if m[2] in kinds else m[0], text))
        pieces, position = [], 0
        for link in markdown_source.links(body):
            target = now(target_of(link.target, version.source.path), self.catalogue.page_by_former_reference, self.catalogue.neighbours)
            where = self._address_in(target, path)
            if where is not None and link.start >= position:
                pieces += [body[position:link.start], where]
                position = link.end
        body = "".join(pieces) + body[position:]
        return body if version.translation is None or not version.translation.sections else self._with_marks(page, path, body)

    def _with_marks(self, page: ResolvedPage, path: str, body: str) -> str:
        """Return a translation's text with a mark at each section that no longer says what its source says, or waits for its translation."""
        outdated = freshness(page.material, page.version.language).in_state(State.OUTDATED)
        body = without_changes(body)
        if not outdated and "!!! translate" not in body:
            return body
        of, language = page.version.translation.of, f'{{: lang="{self.language}" }}'
        name = self.wording.language_name(of)
        link = ""
        if of in self._edition_languages():
            address = self._sibling(of) + page_address(self.edition, path).removeprefix(self.edition.address)
            link = f"[{self.wording.text('section.read', language=name)}]({self.outside(address, path)}{{}})"
        changed, waiting = (begun_with_a_capital(self.wording.text(f"section.{what}", language=name)) for what in ("changed", "waiting"))
        body = _WAITING.sub(f'!!! untranslated lang-{of} ""\n    {waiting}\n    {language}\n', body)
        anchor = {section.id: "" if section.id in (META, INTRO) else f"#{section.id}" for section in outdated}
        marks = {name: f'!!! outdated ""\n    {changed} {link.format(where)}\n    {language}\n' for name, where in anchor.items()}
        return _after_headings(body, marks) if marks else body

    def _address_in(self, target: Target, path: str) -> str | None:
        """Return what to write for a link's target in the staged file at `path`; `None` leaves it as it was typed."""
        anchor = f"#{target.anchor}" if target.anchor else ""
        in_handbook = self.edition.kind is EditionKind.HANDBOOK
        if target.kind is TargetKind.MATERIAL:
            if target.key not in self.catalogue.material_by_reference:
                return "#"
            if in_handbook:
                return _relative_file(f"{target.key}.md", path) + anchor
            return self.outside(self.address_of(target.key), path) + anchor
        if target.kind is TargetKind.SESSION:
            circle_id, session_id = target.key.split("/")
            circle = self.catalogue.circle_by_id.get(circle_id)
            if circle is None:
                return "#"
            if circle_id == self.edition.circle:
                return _relative_file(f"sessions/{session_id}.md", path) + anchor
            return self.outside(f"{self.circle_address(circle)}sessions/{session_id}/", path) + anchor
        if target.kind is TargetKind.CIRCLE:
            circle = self.catalogue.circle_by_id.get(target.key)
            if circle is None:
                return "#"
            if target.key == self.edition.circle:
                return _relative_file("index.md", path) + anchor
            return self.outside(self.circle_address(circle), path) + anchor
        if target.kind is TargetKind.IMAGE:
            return _relative_file("images/" + posixpath.basename(target.key), path)
        if target.kind is TargetKind.UNSAFE:
            return "#"
        return None

    def outside(self, address: str, path: str) -> str:
        """Return the relative address of a page outside this edition, from the page staged at `path`."""
        return relative(page_address(self.edition, path), address)

    # --- planned pages -------------------------------------------------------------------------------------------

    def plan_page(self, path: str, template: str, title: str, summary: str, view: Mapping, *,
                  page: ResolvedPage | None = None, body: str = "", languages: Mapping[Language, str] | None = None) -> PlannedPage:
        """Return one planned page.

        For a page made from a material, alternates and the canonical address follow from its versions; for a
        generated page `languages` gives the address of the same page in every edition. Readers of other languages are sent
        to the original, from a front page to the gateway, from a generated page, or where the original's language has no edition, to
        the first language.
        """
        address = page_address(self.edition, path)
        tail = address.removeprefix(self.edition.address)
        switch = dict(languages or {language: self._sibling(language) + tail for language in self._edition_languages()})
        alternates, canonical, shown_in, source = dict(switch), address, self.language, ""
        if page is not None:
            shown_in, source = page.version.language, page.version.source.path
            alternates = {language: where for language, where in switch.items() if language in page.material.version_by_language}
            if page.is_fallback:
                canonical = switch.get(shown_in) or next(where for language, where in switch.items() if self._shown_to(language, page) == shown_in)
                alternates = {}
        if path == "index.md":
            default = gateway_address(self.edition.circle)
        else:
            default = switch.get(page.material.original if page else "") or next(iter(switch.values()), "")
        if alternates and default:
            alternates[ANY_LANGUAGE] = default
        return PlannedPage(path, address, template, title, summary, shown_in, body, view, canonical,
                           alternates if len(set(alternates.values())) > 1 else {}, switch, source)

    def moved_page(self, path: str, to: str, canonical: str, title: Said, language: Language | None = None) -> PlannedPage:
        """Return the page at an old address, staged at `path`, that leads on to the address `to`.

        `title` names the page there, `canonical` is that page's, and `language`, if it is not the edition's, the one to say so in.
        """
        words = self.wording if language is None else wording_for(language, tuple(self.settings.chain_by_language.get(language, ())))
        view = {"lang": words.language, "text": words.text("moved.text"), "title": title, "to": to}
        return PlannedPage(path, page_address(self.edition, path), MOVED, words.text("moved.title"), "", words.language, "", view, canonical, {}, {})

    def _shown_to(self, language: Language, page: ResolvedPage) -> Language:
        """Return the language in which a page is shown to readers of another edition."""
        return page.material.version_for(language, self.settings.chain_by_language.get(language, ())).language

    def _edition_languages(self) -> tuple[Language, ...]:
        circle = self.resolved.circle
        return circle.facts.published_in if circle else self.settings.languages

    def _sibling(self, language: Language) -> str:
        return Edition(self.edition.kind, language, self.edition.circle).address

    def language_notice(self, page: ResolvedPage | None) -> dict | None:
        """Return what a reader is told about the language of a page: a fallback, with words that mislead there, or an unreviewed translation."""
        if page is None:
            return None
        version = page.version
        shown = version.language
        if page.is_fallback:
            friends = self.word_book.false_friends([version.title, version.summary, version.words, version.body], shown)
            notice = self.wording.text("notice.fallback", shown=self.wording.language_name(shown), wanted=self.wording.language_name(self.language))
            return {"kind": "fallback", "text": notice[0].upper() + notice[1:], "link": self.wording.text("notice.translate"),
                    "address": f"{self.handbook_address}translations/", "friends": friends}
        mark = version.translation
        if mark is not None and mark.state != "reviewed":
            return {"kind": mark.state, "text": self.wording.text(f"notice.{mark.state}", original=self.wording.language_name(mark.of)),
                    "link": "", "address": "", "friends": []}
        return None


def gateway_address(circle: str = "") -> str:
    """Return the address at which readers choose their language: the site's, or a circle's."""
    return f"/circles/{circle}/" if circle else "/"


def page_address(edition: Edition, path: str) -> str:
    """Return the address of a page staged at `path`: `guides/x.md` is `/da/guides/x/`."""
    stem = path.removesuffix(".md")
    stem = "" if stem == "index" else stem.removesuffix("/index")
    return edition.address + (stem + "/" if stem else "")


def begun_with_a_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _after_headings(body: str, marks: Mapping[str, str]) -> str:
    """Return a body with marks below the headings they belong to; those of the metadata and of the first lines come first, once."""
    lines, found = body.split("\n"), {heading.line: heading.id for heading in markdown_source.headings(body)}
    first = marks.get(INTRO) or marks.get(META)
    result = [first] if first and min(found, default=2) > 1 else []
    for number, line in enumerate(lines, start=1):
        result.append(line)
        if found.get(number) in marks:
            result.append(f"\n{marks[found[number]]}")
    return "\n".join(result)


@lru_cache(maxsize=10_000)
def _relative_file(target: str, path: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(path) or ".")


def _outside_code(body: str, change) -> str:
    """Apply `change`, which looks at single lines, to all that are not inside a code fence."""
    without_code = markdown_source.without_code(body)
    if without_code is body:
        return change(body)
    masked = without_code.split("\n")
    return "\n".join(line if not seen.strip() and line.strip() else change(line) for line, seen in zip(body.split("\n"), masked, strict=True))


def own_names(languages) -> list[dict]:
    return [{"code": code, "name": OWN_NAME[code]} for code in languages]
