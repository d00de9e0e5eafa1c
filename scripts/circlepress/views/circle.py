"""A circle's microsite: the invitation that its front page is, and the pages around it, which have modules of their own."""

from __future__ import annotations

from ..catalogue import Circle, Kind
from ..edition import PlannedPage
from ..metadata.circle import Status, Visibility
from . import letters
from .checks import report_page
from .common import Desk
from .direction import adjustments, direction_page
from .evaluation import evaluation_page
from .glance import glance_page
from .listing import period
from .next_meeting import is_signup_open, next_page
from .organisations import local_circles, organisation_line, organisation_pages
from .session import materials_page, session_card, session_pages
from .session_lines import meetings_page


def microsite_pages(desk: Desk) -> list[PlannedPage]:
    """Return every page of one microsite edition."""
    circle = desk.resolved.circle
    own = [next_page(desk, circle), meetings_page(desk, circle), *organisation_pages(desk, circle), direction_page(desk, circle),
           evaluation_page(desk, circle), glance_page(desk, circle), materials_page(desk, circle)]
    pages = [_front_page(desk, circle), *own]
    for number, session in enumerate(desk.resolved.sessions, start=1):
        its_pages = session_pages(desk, circle, session, number)
        pages += its_pages.values()
        pages += [desk.moved_page(f"sessions/{former}{tail}.md", page.address, page.canonical, desk.said(session.title))
                  for former, identifier in circle.session_by_former_id.items() if identifier == session.material.id
                  for tail, page in its_pages.items()]
    pages += letters.letters_and_lists(desk, circle)
    pages.append(_all_pages_page(desk, circle, own))
    if desk.preview or circle.facts.report_public:
        pages.append(report_page(desk, circle))
    return pages


def navigation(desk: Desk) -> list[dict]:
    """Return the microsite's entries: the invitation and the circle's own pages; while it runs, what is next comes first."""
    home, text, facts = desk.edition.address, desk.wording.text, desk.resolved.circle.facts
    invitation = {"title": text("circle.invitation"), "address": home}
    coming = {"title": text("next.title"), "address": f"{home}next/"}
    entries = [("circle.meetings", "sessions"), *([("organisations.title", "organisations")] if facts.organisations else []),
               ("direction.short", "direction"), ("circle.evaluation", "evaluation")]
    return [*([coming, invitation] if facts.status is Status.RUNNING else [invitation, coming]),
            *({"title": text(key), "address": f"{home}{folder}/"} for key, folder in entries), *letters.entry(desk)]


def _front_page(desk: Desk, circle: Circle) -> PlannedPage:
    facts, frame, wording = circle.facts, circle.facts.frame, desk.wording
    name_by_organisation = {organisation.id: organisation.name for organisation in facts.organisations}
    title = desk.say(facts.title)
    takes = [
        ("period", period(desk, circle)),
        ("sessions", wording.count("sessions", len(circle.sessions)) if circle.sessions else ""),
        ("hours", wording.text("takes.hours_value", n=frame.hours) if frame.hours else ""),
        ("mode", wording.text(f"mode.{frame.mode}") if frame.mode else ""),
        ("group", wording.text("people.range", min=frame.group.min, max=frame.group.max) if frame.group else ""),
        ("languages", wording.listed([wording.language_name(code) for code in frame.working_languages]) if frame.working_languages else ""),
        ("voluntary", wording.text(f"voluntary.{facts.voluntary}") if facts.voluntary else ""),
    ]
    view = {
        "title": title,
        "status": str(facts.status),
        "status_text": _status_text(desk, circle),
        "scope_text": wording.text(f"scope.{facts.scope}"),
        "notice": desk.language_notice(desk.resolved.welcome),
        "question": desk.say(facts.question),
        "purpose": desk.say(facts.purpose),
        "summary": desk.said(desk.resolved.welcome.summary) if desk.resolved.welcome else None,
        "body_lang": desk.resolved.welcome.version.language if desk.resolved.welcome and desk.resolved.welcome.is_fallback else "",
        "theme": desk.page_link(f"themes/{facts.theme}"),
        "takes": [{"label": wording.text(f"takes.{key}"), "value": value} for key, value in takes if value],
        "cost": desk.say(frame.cost),
        "voluntary_note": desk.say(facts.voluntary_note),
        "expectations": [{"label": wording.text(f"expectation.{key}"), "text": desk.say(getattr(facts.expectations, key))}
                         for key in ("own_practice", "learning_agent", "sharing", "co_creation") if getattr(facts.expectations, key)],
        "resources": [{"label": wording.text(f"resource.{r.kind}"), "text": desk.say(r.text)} for r in facts.resources],
        "support": [{"label": wording.text(f"support.{s.who}"), "text": desk.say(s.text)} for s in facts.support],
        "access": desk.say(facts.access),
        "organisations": [organisation_line(desk, organisation) for organisation in facts.organisations],
        "facilitators": [{
            "name": person.name, "organisation": name_by_organisation.get(person.organisation, person.organisation),
            "process": desk.say(person.process), "content": desk.say(person.content), "experience": desk.say(person.experience),
            "mentor": desk.say(person.mentor), "contact": person.contact or "",
        } for person in facts.facilitators],
        "coordinator": {"name": facts.coordinator.name, "contact": facts.coordinator.contact or "",
                        "organisation": name_by_organisation.get(facts.coordinator.organisation, "")} if facts.coordinator else None,
        "coordination": desk.say(facts.coordination),
        "signup": {
            "until": wording.date(facts.signup.until) if facts.signup.until else "", "how": facts.signup.how,
            "open": is_signup_open(desk, circle),
            "controller": name_by_organisation.get(facts.signup.controller, ""),
            "delete_by": wording.date(facts.signup.delete_by) if facts.signup.delete_by else "", "privacy": facts.signup.privacy or "",
        } if facts.signup else None,
        "sessions": [session_card(desk, circle, session, n) for n, session in enumerate(desk.resolved.sessions, 1)],
        "adjustments": adjustments(desk, circle),
        "evaluation": {"midway": wording.date(facts.evaluation.midway) if facts.evaluation.midway else "",
                       "final": wording.date(facts.evaluation.final) if facts.evaluation.final else "",
                       "summary": desk.say(facts.evaluation.summary)},
        "outcomes": [{"organisation": name_by_organisation.get(o.organisation, ""), "text": desk.say(o.text)} for o in facts.outcomes],
        "cancelled_because": desk.say(facts.cancelled_because),
        "parent": _parent(desk, circle),
        "children": local_circles(desk, circle),
        "own_pages": [*(entry for entry in navigation(desk) if entry["address"] != desk.edition.address),
                      {"title": wording.text("glance.title"), "address": f"{desk.edition.address}glance/"}],
        "direction": f"{desk.edition.address}direction/",
        "reading": _reading(desk),
        "report": f"{desk.edition.address}report/" if desk.preview or facts.report_public else "",
        "calendar": "calendar.ics" if any(session.facts.date for session in circle.sessions) else "",
    }
    page = desk.resolved.welcome
    text, view["explained"] = desk.word_book.explain(desk.prose(page, "index.md"), page.version.language) if page else ("", [])
    summary = (desk.say(facts.question) or {"text": ""})["text"]
    return desk.plan_page("index.md", "circle.html", title["text"], summary, view, page=page, body=text)


def _status_text(desk: Desk, circle: Circle) -> str:
    """Return a circle's status in words; while it recruits, until when one can sign up."""
    signup, wording = circle.facts.signup, desk.wording
    if circle.facts.status is Status.RECRUITING and signup and signup.until:
        key = "circle.open_until" if is_signup_open(desk, circle) else "circle.signup_closed"
        return wording.text(key, date=wording.date(signup.until))
    return wording.text(f"status.{circle.facts.status}")


def _parent(desk: Desk, circle: Circle) -> dict | None:
    spawned = circle.facts.spawned_from
    if spawned is None:
        return None
    if spawned.circle.startswith("https://"):
        return {"title": {"text": spawned.circle, "lang": ""}, "address": spawned.circle, "other_language": ""}
    parent = desk.catalogue.circle_by_id.get(spawned.circle)
    return desk.circle_link(parent) if parent and parent.facts.visibility is Visibility.PUBLIC else None


def _reading(desk: Desk) -> list[dict]:
    """Return the guides, checklists and methods the circle uses, in three groups."""
    catalogue = desk.catalogue
    guides = [m for kind in (Kind.GUIDE, Kind.CHECKLIST) for m in catalogue.of_kind(kind)]
    used = list(dict.fromkeys(block.method for session in desk.resolved.sessions for block in session.material.facts.agenda if block.method))
    groups = [
        ("reading.participant", [m.reference for m in guides if "participant" in m.facts.audience and len(m.facts.audience) < 4]),
        ("reading.organisation", [m.reference for m in guides if "organisation" in m.facts.audience and len(m.facts.audience) < 4]),
        ("reading.facilitator", [m.reference for m in guides if m.kind is Kind.CHECKLIST and {"facilitator", "coordinator"} & set(m.facts.audience)]),
        ("reading.methods", [f"methods/{method}" for method in used]),
    ]
    return [{"title": desk.wording.text(key), "links": links} for key, references in groups
            if (links := desk.page_links(dict.fromkeys(references)))]


def _all_pages_page(desk: Desk, circle: Circle, own: list[PlannedPage]) -> PlannedPage:
    links = [{"title": desk.say(circle.facts.title), "summary": desk.say(circle.facts.question), "address": desk.edition.address, "other_language": ""}]
    links += [{"title": page.view["title"], "summary": page.view["summary"], "address": page.address, "other_language": ""} for page in own]
    for session in desk.resolved.sessions:
        links.append({"title": desk.said(session.title), "summary": desk.say_words(session, "aim"),
                      "address": f"{desk.edition.address}sessions/{session.material.id}/",
                      "other_language": desk.wording.language_name(session.version.language) if session.is_fallback else ""})
    title, summary = desk.wording.text("all.title"), desk.wording.text("all.summary")
    said = {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}}
    handbook = {"title": desk.settings.name_by_language[desk.handbook_language],
                "links": [said | {"address": f"{desk.handbook_address}all/", "other_language": ""}]}
    return desk.plan_page("all/index.md", "list.html", title, summary, said | {"groups": [{"title": "", "links": links}, *letters.listed(desk), handbook]})
