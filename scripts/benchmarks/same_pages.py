"""Builds of a project only the pages that a loop of MkDocs makes of the same texts: `python -m benchmarks.same_pages [options of build]`.

All pages are planned as ever, and then all are left out that no text of the project is (run sheets, lists, pages of organisations),
with all calendars and feeds. So it tells what the others' pages cost with us; what is built is no site for readers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from msgspec.structs import replace

from circlepress import export, plan
from circlepress.cli import main
from circlepress.edition import EditionKind, EditionPlan, PlannedPage

_OF_A_CIRCLE = frozenset({"circle.html", "session.html"})


def _is_made_by_all(page: PlannedPage, kind: EditionKind) -> bool:
    if kind is EditionKind.MICROSITE:
        return page.template in _OF_A_CIRCLE
    return kind is EditionKind.HANDBOOK and page.source.startswith("docs/")


def _only_those(planned: Callable[..., EditionPlan]) -> Callable[..., EditionPlan]:
    def plan_them(*arguments: object, **more: object) -> EditionPlan:
        everything = planned(*arguments, **more)
        return replace(everything, pages=tuple(page for page in everything.pages if _is_made_by_all(page, everything.edition.kind)))

    return plan_them


if __name__ == "__main__":
    plan.plan = _only_those(plan.plan)
    export.export = lambda *arguments, **more: ()
    sys.argv = ["circlepress", "build", *sys.argv[1:]]
    main()
