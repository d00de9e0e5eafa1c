"""The fifth stage: a plan becomes a finished edition: its pages, its take-aways and its search index.

What the last build left is used again where it would come out the same. An edition that fails is a value: it is
reported and never stops the others.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from . import search, staging
from .edition import BuiltEdition, EarlierEdition, EditionKind, EditionPlan, PageRecord, TakeAway
from .files import link_tree
from .press import Press
from .problem import Place, Problem


@dataclass(frozen=True)
class BuildRequest:
    """What is the same for all editions of one build."""

    work: Path
    """Where finished editions are put, in a folder each."""
    theme_folders: tuple[Path, ...]
    engine: str
    """The fingerprint of the program and the theme."""
    made: object = None
    """The day readers are told the site was made, if any (`datetime.date`)."""
    with_search: bool = False
    preview: bool = False
    plain: bool = False
    """Let stock MkDocs render."""


def build_edition(plan: EditionPlan, takeaways: Iterable[TakeAway], project: Path, address: str, request: BuildRequest,
                  earlier: EarlierEdition | None = None) -> BuiltEdition:
    """Build one edition below `request.work`.

    `project` is where pictures come from, `address` where the site will stand (may be empty). Raises nothing for content.
    """
    output = request.work / plan.edition.name / "site"
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    try:
        output.mkdir(parents=True, exist_ok=True)
        if request.plain:
            problems, records, rendered = *_render_plain(plan, project, output, address, request), len(plan.pages)
            if not records:
                return BuiltEdition(plan.edition, "", 0, problems)
        else:
            done = _press(request.theme_folders, address, request.engine).render(
                plan, project, output, earlier)
            problems, records, rendered = done.problems, done.records, done.rendered
            seconds |= done.seconds
        for file in takeaways:
            (output / file.name).write_bytes(file.content)
        seconds["pages"] = time.perf_counter() - started - sum(seconds.values())
        program: tuple[str, ...] = ()
        if request.with_search and plan.edition.kind is not EditionKind.GATEWAY:
            started = time.perf_counter()
            made_from = "" if request.plain else hashlib.blake2b(f"{request.engine} {json.dumps(plan.search, ensure_ascii=False)}".encode(), digest_size=16).hexdigest()
            records = {**records, search.FOLDER: PageRecord(made_from, {})}
            program = _search(output, request.work / plan.edition.name, plan.search, records, earlier)
            seconds["search"] = time.perf_counter() - started
    except OSError:
        raise
    except Exception as error:  # whatever stops this edition, the others go on
        return failed(plan, str(error) or type(error).__name__)
    return BuiltEdition(plan.edition, str(output), len(plan.pages), tuple(problems), records, program, rendered, seconds)


def failed(plan: EditionPlan, why: str) -> BuiltEdition:
    """Return an edition that could not be built."""
    return BuiltEdition(plan.edition, "", 0, (Problem(Place(plan.edition.name), "edition-not-built", f"the edition could not be built: {why}"),))


@lru_cache(maxsize=2)
def _press(theme_folders: tuple[Path, ...], address: str, engine: str) -> Press:
    """Return this process's warm press."""
    return Press(list(theme_folders), address, engine)


def _render_plain(plan: EditionPlan, project: Path, output: Path, address: str, request: BuildRequest) -> tuple[tuple[Problem, ...], dict[str, PageRecord]]:
    from . import renderer

    folder = request.work / plan.edition.name / "staged"
    staging.clear(folder)
    staging.stage(plan, project, folder)
    problems = renderer.render(folder, output, list(request.theme_folders), address)
    if any(problem.code == "edition-not-built" for problem in problems):
        return tuple(problems), {}
    return tuple(problems), {page.path: PageRecord("", {}) for page in plan.pages}


def _search(output: Path, folder: Path, planned: Mapping, records: Mapping[str, PageRecord], earlier: EarlierEdition | None) -> tuple[str, ...]:
    """Make the search index, or take over the last one when every page, and what else it is made from, is as it was."""
    def same(name: str, record: PageRecord) -> bool:
        before = earlier.records.get(name)
        return before is not None and before.fingerprint == record.fingerprint != "" and before.asked == record.asked

    if (earlier and earlier.program and (earlier.folder / search.FOLDER).is_dir() and records.keys() == earlier.records.keys()
            and all(same(name, record) for name, record in records.items())):
        link_tree(earlier.folder / search.FOLDER, output / search.FOLDER)
        return earlier.program
    search.index(output, folder / "search-program", planned)
    return tuple(sorted(path.name for path in (folder / "search-program").iterdir()))

