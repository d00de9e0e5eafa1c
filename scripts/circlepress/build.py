"""The fifth stage: plans become finished editions, several at a time, each in a process.

An edition is staged, rendered, and given its search index. One that fails is reported and never stops the others.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from . import renderer, search, staging
from .edition import BuiltEdition, EditionKind, EditionPlan
from .problem import Place, Problem


def build(plans: Iterable[EditionPlan], project: Path, work: Path, theme_folders: list[Path], address: str, *,
          jobs: int, with_search: bool, on_built: Callable[[BuiltEdition], None]) -> list[BuiltEdition]:
    """Build every plan in `work` with up to `jobs` processes; call `on_built` as each is done. Returns them in order.

    `project` is where pictures come from, `address` where the site will stand (may be empty).
    """
    plans = list(plans)
    tasks = [(plan, project, work, theme_folders, address, with_search) for plan in plans]
    done: dict[str, BuiltEdition] = {}
    if jobs <= 1 or len(tasks) <= 1:
        for task in tasks:
            built = _build_one(*task)
            done[built.edition.name] = built
            on_built(built)
    else:
        with ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=multiprocessing.get_context("spawn")) as pool:
            waiting = {pool.submit(_build_one, *task): task[0] for task in tasks}
            for future in as_completed(waiting):
                try:
                    built = future.result()
                except Exception as error:  # a worker that died says so; the others go on
                    built = _failed(waiting[future], f"the process building it ended: {error}")
                done[built.edition.name] = built
                on_built(built)
    return [done[plan.edition.name] for plan in plans]


def _build_one(plan: EditionPlan, project: Path, work: Path, theme_folders: list[Path], address: str, with_search: bool) -> BuiltEdition:
    folder = work / plan.edition.name
    output = folder / "site"
    try:
        staging.clear(folder)
        staging.stage(plan, project, folder)
        problems = renderer.render(folder, output, theme_folders, address)
        if any(problem.code == "edition-not-built" for problem in problems):
            return BuiltEdition(plan.edition, "", 0, tuple(problems))
        if with_search and plan.edition.kind is not EditionKind.GATEWAY:
            search.index(output, folder / "search-program")
    except Exception as error:  # whatever stops this edition, the others go on
        return _failed(plan, str(error) or type(error).__name__)
    return BuiltEdition(plan.edition, str(output), len(plan.pages), tuple(problems))


def _failed(plan: EditionPlan, why: str) -> BuiltEdition:
    return BuiltEdition(plan.edition, "", 0, (Problem(Place(plan.edition.name), "edition-not-built", f"the edition could not be built: {why}"),))
