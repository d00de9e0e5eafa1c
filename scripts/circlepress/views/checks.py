"""The model check for readers: the page that explains every check, and a circle's own report.

The checks are loaded by those who need them: most builds have neither page to make.
"""

from __future__ import annotations

from ..catalogue import Circle
from ..edition import PlannedPage
from ..finding import Standing
from ..metadata.circle import Status
from .common import Desk

_LAST_CHECK_BY_GROUP = {"purpose": "C06", "expectations": "C11", "resources": "C13", "facilitating": "C23", "organisations": "C29",
                        "spreading": "C34", "nordic": "C40", "closing": "C46"}
_STATUSES = (Status.DRAFT, Status.RECRUITING, Status.RUNNING, Status.COMPLETED, Status.EVALUATED)


def explained_page(desk: Desk) -> PlannedPage:
    """Return the handbook's page about every check, made from the same catalogue that the checks run by."""
    from .. import modelcheck

    words = modelcheck.words(desk.language, desk.resolved.chain)
    groups: list[dict] = []
    waiting = list(modelcheck.CHECKS)
    for group, last in _LAST_CHECK_BY_GROUP.items():
        checks = []
        while waiting and waiting[0].id <= last:
            check = waiting.pop(0)
            checks.append({
                "id": check.id, "name": words.name(check.id), "explain": words.explain(check.id), "serves": list(check.serves),
                "guide": desk.page_link(check.guide),
                "speaks": [{"status": desk.wording.text(f"status.{status}"), "how": desk.wording.text(f"checks.{severity}")}
                           for status in _STATUSES if (severity := check.severity_in(status))],
            })
        groups.append({"title": desk.wording.text(f"checks.group.{group}"), "checks": checks})
    title, summary = desk.wording.text("checks.title"), desk.wording.text("checks.summary")
    return desk.plan_page("checks/index.md", "checks.html", title, summary,
                          {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "limits": words.limits(), "groups": groups})


def report_page(desk: Desk, circle: Circle) -> PlannedPage:
    """Return what the model check says of one circle, in four groups and without a score."""
    from .. import modelcheck

    words = modelcheck.words(desk.language, desk.resolved.chain)
    groups = []
    for standing in Standing:
        findings = []
        for finding in desk.catalogue.findings_by_circle.get(circle.id, ()):
            if finding.standing is standing:
                message, _ = words.sentence(finding, desk.catalogue)
                check = modelcheck.CHECK_BY_ID[finding.check]
                findings.append({"check": finding.check, "text": message, "answer": desk.say(finding.answer), "guide": desk.page_link(check.guide),
                                 "explained": f"{desk.handbook_address}checks/#{finding.check.lower()}",
                                 "place": "" if finding.is_in_place else str(finding.place)})
        groups.append({"title": words.standing(standing), "findings": findings})
    title = desk.wording.text("report.title")
    summary = desk.wording.text("report.summary")
    return desk.plan_page("report.md", "report.html", title, summary,
                          {"title": {"text": title, "lang": ""}, "summary": {"text": summary, "lang": ""}, "circle": desk.say(circle.facts.title),
                           "limits": words.limits(), "groups": groups, "public": circle.facts.report_public, "unlisted": True})
