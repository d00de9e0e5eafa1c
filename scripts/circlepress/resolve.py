"""The third stage: for one edition, which version of every page its readers see, in which language, and why.

Needs no disk: takes the catalogue, the edition and the fallback chain of its language.
"""

from __future__ import annotations

from collections.abc import Mapping

from .catalogue import Catalogue, Circle, Material
from .edition import Edition, EditionKind, ResolvedEdition, ResolvedPage
from .language import Language


def resolve(catalogue: Catalogue, edition: Edition, chain_by_language: Mapping[Language, tuple[Language, ...]]) -> ResolvedEdition:
    """Choose the version of every page for one edition.

    A microsite resolves its circle's own pages and, for links, the handbook's. Texts that exist in no language of
    the reader's chain are shown in their original.
    """
    chain = tuple(chain_by_language.get(edition.language, ()))

    def page(material: Material) -> ResolvedPage:
        return ResolvedPage(material, edition.language, material.version_for(edition.language, chain), chain)

    circle: Circle | None = None
    if edition.kind is EditionKind.MICROSITE:
        circle = catalogue.circle_by_id[edition.circle]
    return ResolvedEdition(
        edition=edition,
        chain=chain,
        page_by_reference={reference: page(material) for reference, material in catalogue.material_by_reference.items()},
        circle=circle,
        welcome=page(circle.welcome) if circle and circle.welcome else None,
        sessions=tuple(page(session) for session in circle.sessions) if circle else (),
    )
