"""The gateway: the pages at the root and at each circle's address that only let readers choose their language."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from ..catalogue import Circle
from ..edition import ANY_LANGUAGE, Edition, EditionKind, PlannedPage
from ..language import words_for
from ..metadata.circle import Visibility
from ..wording import Wording, wording_for
from .common import Desk, gateway_address, own_names
from .session_lines import own_folders


def gateway_pages(desk: Desk, circles: list[Circle]) -> list[PlannedPage]:
    """Return the language gateway of the site and of each circle with more than one language."""
    settings = desk.settings
    front = desk.catalogue.material_by_reference.get("index")
    choices = []
    for language in settings.languages:
        wording = wording_for(language, tuple(settings.chain_by_language.get(language, ())))
        version = front.version_by_language.get(language) if front else None
        choices.append(_choice(language, Edition(EditionKind.HANDBOOK, language).address, wording, version.title if version else ""))
    pages = [_gateway_page(desk, "index.md", {"title": settings.name_by_language[settings.languages[0]], "title_lang": "", "choices": choices},
                           front.version_by_language if front else settings.languages)]
    for circle in circles:
        own = []
        for language in circle.facts.published_in:
            wording = wording_for(language, tuple(settings.chain_by_language.get(language, ())))
            words = words_for(circle.facts.title, language, settings.chain_by_language.get(language, ()))
            own.append(_choice(language, Edition(EditionKind.MICROSITE, language, circle.id).address, wording,
                               words.text if words.language == language else ""))
        title = words_for(circle.facts.title, circle.facts.language, ())
        view = {"title": title.text, "title_lang": title.language, "choices": own, "unlisted": circle.facts.visibility is not Visibility.PUBLIC}
        pages.append(_gateway_page(desk, f"circles/{circle.id}/index.md", view, circle.welcomes or circle.facts.published_in))
        pages += _moved_pages(desk, circle)
    return pages


def _gateway_page(desk: Desk, path: str, view: dict, languages: Collection[str]) -> PlannedPage:
    """Return one gateway; `languages` are those that its front pages are written in, not shown through a fallback."""
    page = desk.plan_page(path, "gateway.html", view["title"], "", view, languages={choice["lang"]: choice["address"] for choice in view["choices"]})
    versions = {language: address for language, address in page.switch.items() if language in languages}
    return replace(page, alternates=versions | {ANY_LANGUAGE: page.address} if versions else {})


def _moved_pages(desk: Desk, circle: Circle) -> list[PlannedPage]:
    """Return the pages that lead on from what a circle was called before: its gateway, and every page in every language."""
    neighbours = desk.catalogue.neighbours
    tails = [(f"sessions/{session}{tail}", f"sessions/{session}{to}") for session in neighbours.sessions_of(circle.id)
             for tail, to in (("", ""), ("/run-sheet", "/run-sheet"), ("/run", "/run-sheet"))]  # not every session can be run
    tails += [(folder, folder) for folder in ("all", *own_folders(circle.facts))]
    pages = []
    for former in dict.fromkeys(circle.facts.moved):
        if former == circle.id or neighbours.circle_now(former) != circle.id:
            continue
        home = gateway_address(circle.id)
        pages.append(desk.moved_page(f"circles/{former}/index.md", home, home, desk.say(circle.facts.title)))
        for language in circle.facts.published_in:
            home = Edition(EditionKind.MICROSITE, language, circle.id).address
            words = words_for(circle.facts.title, language, desk.settings.chain_by_language.get(language, ()))
            title = {"text": words.text, "lang": "" if words.language == language else words.language}
            for name, to in [("index", home), *((tail, f"{home}{to}/") for tail, to in tails)]:
                pages.append(desk.moved_page(f"circles/{former}/{language}/{name}.md", to, to, title, language))
    return pages


def _choice(language: str, address: str, wording: Wording, title: str) -> dict:
    return {"lang": language, "name": own_names([language])[0]["name"], "address": address,
            "text": title or wording.text("gateway.enter")}


def not_found(desk: Desk) -> list[dict]:
    """Return what the root's error page says, in each language: it cannot know the reader's."""
    texts = []
    for language in desk.settings.languages:
        wording = wording_for(language, tuple(desk.settings.chain_by_language.get(language, ())))
        texts.append({"lang": language, "name": wording.text("page.not_found"), "text": wording.text("page.not_found_text"),
                      "home": wording.text("page.home"), "address": Edition(EditionKind.HANDBOOK, language).address})
    return texts
