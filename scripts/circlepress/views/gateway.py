"""The gateway: the pages at the root and at each circle's address that only let readers choose their language."""

from __future__ import annotations

from ..catalogue import Circle
from ..edition import Edition, EditionKind, PlannedPage
from ..language import words_for
from ..metadata.circle import Visibility
from ..wording import Wording, wording_for
from .common import Desk, own_names


def gateway_pages(desk: Desk, circles: list[Circle]) -> list[PlannedPage]:
    """Return the language gateway of the site and of each circle with more than one language."""
    settings = desk.settings
    front = desk.catalogue.material_by_reference.get("index")
    choices = []
    for language in settings.languages:
        wording = wording_for(language, tuple(settings.chain_by_language.get(language, ())))
        version = front.version_by_language.get(language) if front else None
        choices.append(_choice(language, Edition(EditionKind.HANDBOOK, language).address, wording, version.title if version else ""))
    pages = [desk.plan_page("index.md", "gateway.html", settings.name_by_language[settings.languages[0]], "",
                            {"title": settings.name_by_language[settings.languages[0]], "title_lang": "", "question": None, "choices": choices},
                            languages={choice["lang"]: choice["address"] for choice in choices})]
    for circle in circles:
        own = []
        for language in circle.facts.published_in:
            wording = wording_for(language, tuple(settings.chain_by_language.get(language, ())))
            words = words_for(circle.facts.title, language, settings.chain_by_language.get(language, ()))
            own.append(_choice(language, Edition(EditionKind.MICROSITE, language, circle.id).address, wording,
                               words.text if words.language == language else ""))
        title = words_for(circle.facts.title, circle.facts.language, ())
        pages.append(desk.plan_page(f"circles/{circle.id}/index.md", "gateway.html", title.text, "",
                                    {"title": title.text, "title_lang": title.language, "choices": own,
                                     "unlisted": circle.facts.visibility is not Visibility.PUBLIC},
                                    languages={choice["lang"]: choice["address"] for choice in own}))
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
