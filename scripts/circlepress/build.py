"""The fifth stage: a plan becomes a finished edition: its pages, its take-aways and its search index.

What the last build left is used again where it would come out the same. An edition that fails is a value: it is
reported and never stops the others.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from . import search, staging
from .cache import Cache
from .edition import SEARCH_LATER, BuiltEdition, EarlierEdition, Edition, EditionKind, EditionPlan, PageRecord, TakeAway
from .files import link_or_copy, link_tree
from .press import Press
from .problem import Place, Problem

_FOUND = "what the search finds besides"
"""Among the records of an edition's pages: what else its index was made from."""


class BuildRequest(Struct, frozen=True):
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
    copied: str = ""
    """The id of a circle that is built whatever its visibility, because it is not for the site."""
    plain: bool = False
    """Let stock MkDocs render."""
    search_later: bool = False
    """Keep the search index that an edition has, for the time being."""
    cache: Cache = Cache(None)
    """Where compiled templates are kept."""


def build_edition(plan: EditionPlan, takeaways: Iterable[TakeAway], project: Path, address: str, request: BuildRequest,
                  earlier: EarlierEdition | None = None) -> BuiltEdition:
    """Build one edition below `request.work`; `with_indexes` adds what makes it searchable.

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
            done = press_for(request.theme_folders, address, request.engine, request.cache).render(plan, project, output, earlier)
            problems, records, rendered = done.problems, done.records, done.rendered
            seconds |= done.seconds
        records = dict(records)
        for file in takeaways:
            fingerprint = hashlib.blake2b(f"{request.engine} {file.made_of}".encode(), digest_size=16).hexdigest()
            before = earlier.records.get(file.name) if earlier else None
            if before and before.fingerprint == fingerprint and (earlier.folder / file.name).is_file():
                link_or_copy(earlier.folder / file.name, output / file.name)
            else:
                (output / file.name).parent.mkdir(parents=True, exist_ok=True)
                (output / file.name).write_bytes(file.make())
            records[file.name] = PageRecord(fingerprint, {})
        program: tuple[str, ...] = ()
        if request.with_search and plan.edition.kind is not EditionKind.GATEWAY:
            if request.search_later and _can_keep_search(earlier):
                link_tree(earlier.folder / search.FOLDER, output / search.FOLDER)
                program = earlier.program
                records[SEARCH_LATER] = PageRecord("", {})
            else:
                records[_FOUND] = PageRecord(hashlib.blake2b(json.dumps(plan.found, ensure_ascii=False).encode(), digest_size=16).hexdigest(), {})
                program = _last_index(output, records, earlier)
        seconds["pages"] = time.perf_counter() - started - sum(seconds.values())
    except OSError:
        raise
    except Exception as error:  # whatever stops this edition, the others go on
        return failed(plan.edition, error)
    return BuiltEdition(plan.edition, str(output), sum(not page.leads_on for page in plan.pages), tuple(problems), records, program, rendered, seconds)


def with_indexes(editions: Sequence[tuple[BuiltEdition, Mapping]], request: BuildRequest) -> list[BuiltEdition]:
    """Make the search indexes of finished editions of one unit that have none yet; return the editions in their order.

    With each edition comes what its plan says of finding it. Pagefind is asked once for all of them, and when it fails, once for each.
    """
    waiting = [(built, search.Indexed(Path(built.folder), built.edition.language, found)) for built, found in editions
               if request.with_search and built.folder and built.edition.kind is not EditionKind.GATEWAY and not built.program]
    done = {built.edition: built for built, _ in editions}
    groups = [waiting] if waiting else []
    while groups:
        group = groups.pop()
        try:
            done |= _indexed(group, request)
        except OSError:
            raise
        except Exception as error:  # whatever stops one edition, the others go on
            if len(group) > 1:
                groups += [[one] for one in group]
            else:
                done[group[0][0].edition] = failed(group[0][0].edition, error)
    return list(done.values())


def _indexed(group: Sequence[tuple[BuiltEdition, search.Indexed]], request: BuildRequest) -> dict[Edition, BuiltEdition]:
    started = time.perf_counter()
    programs = search.index([wanted for _, wanted in group], request.work / search.FOLDER)
    seconds = (time.perf_counter() - started) / len(group)
    return {built.edition: replace(built, program=program, seconds={**built.seconds, "search": seconds})
            for (built, _), program in zip(group, programs, strict=True)}


def failed(edition: Edition, error: Exception) -> BuiltEdition:
    """Return an edition that could not be built."""
    why = str(error) or type(error).__name__
    return BuiltEdition(edition, "", 0, (Problem(Place(edition.name), "edition-not-built", f"the edition could not be built: {why}"),))


@lru_cache(maxsize=2)
def press_for(theme_folders: tuple[Path, ...], address: str, engine: str, cache: Cache) -> Press:
    """Return this process's warm press."""
    return Press(list(theme_folders), address, engine, cache)


def _render_plain(plan: EditionPlan, project: Path, output: Path, address: str, request: BuildRequest) -> tuple[tuple[Problem, ...], dict[str, PageRecord]]:
    from . import renderer

    folder = request.work / plan.edition.name / "staged"
    staging.clear(folder)
    staging.stage(plan, project, folder)
    problems = renderer.render(folder, output, list(request.theme_folders), address)
    if any(problem.code == "edition-not-built" for problem in problems):
        return tuple(problems), {}
    return tuple(problems), {page.path: PageRecord("", {}) for page in plan.pages}


def _can_keep_search(earlier: EarlierEdition | None) -> bool:
    return bool(earlier and earlier.program and (earlier.folder / search.FOLDER).is_dir())


def _last_index(output: Path, records: Mapping[str, PageRecord], earlier: EarlierEdition | None) -> tuple[str, ...]:
    """Take over the last search index when every page is as it was; return the program's files it needs, or nothing."""
    def same(name: str, record: PageRecord) -> bool:
        before = earlier.records.get(name)
        return before is not None and before.fingerprint == record.fingerprint != "" and before.asked == record.asked

    if (_can_keep_search(earlier) and records.keys() == earlier.records.keys()
            and all(same(name, record) for name, record in records.items())):
        link_tree(earlier.folder / search.FOLDER, output / search.FOLDER)
        return earlier.program
    return ()
