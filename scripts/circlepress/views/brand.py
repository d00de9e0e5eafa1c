"""What makes a circle's microsite look like its own: a style sheet with its colour, its logo, its line at the foot, its own address."""

from __future__ import annotations

from ..takeaways.brand import NAME
from .common import Desk


def brand(desk: Desk) -> dict:
    """Return what every page shows of the circle's brand; each value is empty where the circle, or the edition, has none.

    `style` and `logo` are addresses, `logo_text` and `footer` texts with their language. Search engines are told the site's
    address, also of a circle with a `domain` of its own, so that they never see two copies.
    """
    facts = desk.resolved.circle.facts if desk.edition.circle else None
    own = facts.brand if facts else None
    pictures = {image.path.rsplit("/", 1)[1] for image in desk.resolved.circle.images} if own else ()
    has_logo = bool(own and own.logo in pictures)
    home = desk.edition.address
    return {
        "style": f"{home}{NAME}" if own and (own.colour or has_logo) else "",
        "logo": f"{home}images/{own.logo}" if has_logo else "",
        "logo_text": (desk.say(own.logo_text) or {"text": "", "lang": ""}) if has_logo else None,
        "footer": desk.say(own.footer) if own else None,
        "domain": own.domain or "" if own else "",
    }
