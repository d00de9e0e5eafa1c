"""The fourth stage: resolved pages become edition plans, complete and independent of everything that came before.

A plan holds plain data only. It can be written as JSON, sent to another process, and says everything there is to know
about an edition: its pages, their texts, what templates show, and where every link leads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from .catalogue import Catalogue, Kind, is_published
from .edition import Edition, EditionKind, EditionPlan, ResolvedEdition
from .language import OWN_NAME
from .metadata.circle import Visibility
from .source import Settings
from .takeaways import feed
from .views import brand as brand_views
from .views import circle as circle_views
from .views import gateway as gateway_views
from .views import handbook as handbook_views
from .views import search as search_views
from .views.about import about_links
from .views.common import Desk


def published(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue without what is not to be published: drafts of pages and of circles, and local circles."""
    hidden = {identifier for identifier, circle in catalogue.circle_by_id.items() if not is_published(circle.facts.status, circle.facts.visibility)}
    return without_draft_pages(replace(
        catalogue, left_out=catalogue.left_out | {f"circles/{identifier}" for identifier in hidden},
        circle_by_id={key: circle for key, circle in catalogue.circle_by_id.items() if key not in hidden}))


def without_draft_pages(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue without the handbook's drafts."""
    drafts = {reference for reference, material in catalogue.material_by_reference.items() if getattr(material.facts, "draft", False)}
    return replace(catalogue, left_out=catalogue.left_out | drafts,
                   material_by_reference={key: material for key, material in catalogue.material_by_reference.items() if key not in drafts})


def editions(languages_by_circle: Mapping[str, tuple[str, ...]], settings: Settings, *, languages: tuple[str, ...] = (),
             circles: tuple[str, ...] = ()) -> list[Edition]:
    """Return the editions a build makes, in order: the gateway, the handbook's, each circle's.

    `languages_by_circle` says which languages each circle is published in; `languages` and `circles` narrow the
    choice; naming circles leaves the handbook out.
    """
    def wanted(language: str) -> bool:
        return not languages or language in languages

    found = [Edition(EditionKind.GATEWAY, settings.languages[0])]
    if not circles:
        found += [Edition(EditionKind.HANDBOOK, language) for language in settings.languages if wanted(language)]
    for identifier, its_languages in sorted(languages_by_circle.items()):
        if not circles or identifier in circles:
            found += [Edition(EditionKind.MICROSITE, language, identifier) for language in its_languages if wanted(language)]
    return found


def plan(catalogue: Catalogue, settings: Settings, resolved: ResolvedEdition, made: date | None, online: tuple[Edition, ...], *,
         with_search: bool, today: date, preview: bool = False) -> EditionPlan:
    """Plan one edition.

    `online` are all editions of the site, so that the gateway leads only to what is there; `made` is the day readers
    are told the site was made, if any; `with_search` whether the edition will have a search index; `today` decides what is
    over (nothing else may depend on it: an edition is planned anew when `Presence.days_over` changes); `preview` whether
    pages say that they are not published, and organisers see their reports.
    """
    desk = Desk(catalogue, settings, resolved, today, preview)
    edition = resolved.edition
    site_name = settings.name_by_language.get(edition.language) or settings.name_by_language[settings.languages[0]]
    if edition.kind is EditionKind.HANDBOOK:
        pages, navigation = handbook_views.handbook_pages(desk), handbook_views.navigation(desk)
        images = tuple((f"images/{image.path.rsplit('/', 1)[1]}", image.path) for image in catalogue.images)
        title, title_lang, home = site_name, "", edition.address
    elif edition.kind is EditionKind.MICROSITE:
        pages, navigation = circle_views.microsite_pages(desk), circle_views.navigation(desk)
        images = tuple((f"images/{image.path.rsplit('/', 1)[1]}", image.path) for image in resolved.circle.images)
        said = desk.say(resolved.circle.facts.title)
        title, title_lang, home = said["text"], said["lang"], edition.address
    else:
        shown = sorted({e.circle for e in online if e.circle})
        pages, navigation = gateway_views.gateway_pages(desk, [catalogue.circle_by_id[identifier] for identifier in shown]), []
        images, title, title_lang, home = (), site_name, "", "/"
    site = {
        "kind": str(edition.kind),
        "language": edition.language,
        "languages": {language: OWN_NAME[language] for language in _languages(desk)},
        "other_languages": {language: desk.wording.language_name(language) for language in settings.languages},
        "not_found": gateway_views.not_found(desk) if edition.kind is EditionKind.GATEWAY else [],
        "title": title,
        "title_lang": title_lang,
        "site_name": site_name,
        "home": home,
        "brand": brand_views.brand(desk),
        "handbook": desk.handbook_address,
        "all_pages": f"{edition.address}all/",
        "feed": f"{edition.address}{feed.NAME}" if edition.kind is not EditionKind.GATEWAY and feed.feed_of(desk) else "",
        "project": desk.wording.text("kind.project.many") if catalogue.of_kind(Kind.PROJECT) else "",
        "navigation": navigation,
        "words": desk.wording.words,
        "publisher": settings.publisher,
        "publisher_address": settings.publisher_address,
        "contact": settings.contact,
        "licence": settings.licence,
        "repository": settings.repository,
        "about": about_links(desk),
        "search": with_search and edition.kind is not EditionKind.GATEWAY,
        "preview": preview,
        "made_text": desk.wording.date(made) if made else "",
        "unlisted": bool(resolved.circle and resolved.circle.facts.visibility is Visibility.UNLISTED),
        "sitemaps": sorted(e.address for e in online if e.kind is not EditionKind.GATEWAY and not _unlisted(catalogue, e))
        if edition.kind is EditionKind.GATEWAY else [],
    }
    return EditionPlan(edition, site, tuple(pages), images, search_views.found(desk, pages) if site["search"] else {})


def _languages(desk: Desk) -> tuple[str, ...]:
    circle = desk.resolved.circle
    return circle.facts.published_in if circle else desk.settings.languages


def _unlisted(catalogue: Catalogue, edition: Edition) -> bool:
    return bool(edition.circle) and catalogue.circle_by_id[edition.circle].facts.visibility is not Visibility.PUBLIC
