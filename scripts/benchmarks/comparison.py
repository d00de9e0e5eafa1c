"""The same content built by circlepress and by others: all of it, again after one edit, after none, and with a new language.

Rounds are interleaved (each program once, then each again), so that a slow hour of the machine meets all alike. Medians
are shown, and how many times our own time another needs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from . import corpus, report, weight
from .measure import CommandFailedError, Cost, Output, cost, median, output
from .peers import CACHE, PEER_BY_NAME, PEERS, Peer, Tools, UnavailableError, set_up
from .texts import CIRCLES_BY_SIZE, LANGUAGES, Content

MISSING = "–"


class Scenario(StrEnum):
    COLD = "cold"
    EDIT = "edit"
    UNCHANGED = "unchanged"
    LANGUAGE = "language"


@dataclass
class Result:
    """What is known of one program."""

    peer: Peer
    versions: str = ""
    failure: str = ""
    """Why it was not measured, or not to the end; empty if it was."""
    costs: dict[Scenario, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    output: Output | None = None
    weight: weight.Weight | None = None

    def median(self, scenario: Scenario) -> Cost | None:
        return median(self.costs[scenario]) if self.costs[scenario] else None


def run(size: str, runs: int, only: Sequence[str], patience: float, is_written: bool) -> None:
    """Measure the programs named in `only` (all if empty; ours always), and print tables.

    A program whose first round took longer than `patience` seconds is not measured again.
    """
    if unknown := sorted(set(only) - PEER_BY_NAME.keys()):
        raise SystemExit(f"There is no program {unknown[0]!r}; choose from: {', '.join(PEER_BY_NAME)}.")
    content = Content(CIRCLES_BY_SIZE[size])
    chosen = [peer for peer in PEERS if not only or peer.name in only or peer is PEERS[0]]
    results = [Result(peer) for peer in chosen]
    ready: list[tuple[Result, Tools]] = []
    for result in results:
        try:
            tools = _set_up(result.peer)
        except UnavailableError as error:
            result.failure = str(error)
        else:
            result.versions = tools.versions()
            ready.append((result, tools))
    for number in range(runs):
        for result, tools in ready:
            took = sum(costs[0].wall for costs in result.costs.values() if costs)
            if not result.failure and not (number and took > patience):
                _round(result, tools, content, CACHE / "work" / f"{result.peer.name}-{size}")
    notes = CACHE / "results" / f"peers-{size}.json"
    notes.parent.mkdir(parents=True, exist_ok=True)
    notes.write_text(json.dumps({result.peer.name: {scenario: [asdict(cost) for cost in costs] for scenario, costs in result.costs.items()}
                                 for result in results}, indent=1), "utf-8")
    versions = ", ".join(dict.fromkeys(name for result in results if result.versions for name in result.versions.split(", ")))
    command = f"scripts/bench peers --size {size} --runs {runs}" + (f" --only {','.join(only)}" if only else "")
    report.show(f"size-{size.lower()}", in_words(results, content.pages()), command, versions, is_written)


def synchronise(project: Path, files: Iterable[tuple[str, str]]) -> None:
    """Make a project's sources exactly these; what builds have left there stays, and so does what is right already."""
    notes = project.with_name(f"{project.name}.json")
    former = set(json.loads(notes.read_text("utf-8"))) if notes.is_file() else set()
    project.mkdir(parents=True, exist_ok=True)
    current = corpus.write(project, files)
    for path in former - current:
        (project / path).unlink(missing_ok=True)
    notes.write_text(json.dumps(sorted(current)), "utf-8")


def _set_up(peer: Peer) -> Tools:
    tools = set_up(peer)
    if not peer.packages and "--no-search" in map(str, peer.command(tools)):
        known = subprocess.run([sys.executable, "-m", "circlepress", "build", "--help"], capture_output=True, text=True).stdout
        if "--no-search" not in known:
            raise UnavailableError("this circlepress has no --no-search")
    return tools


def _round(result: Result, tools: Tools, content: Content, project: Path) -> None:
    """Measure one program in each scenario once."""
    peer = result.peer
    is_built_again = peer.remembers and peer.is_built_again

    def build(scenario: Scenario | None) -> None:
        found = cost(peer.command(tools), project, peer.environment)
        if scenario:
            print(f"{time.strftime('%H:%M:%S')} {peer.name:24}{scenario:11}{found.wall:9.2f} s", file=sys.stderr, flush=True)
            result.costs[scenario].append(found)

    project.mkdir(parents=True, exist_ok=True)
    tools.link(project)
    peer.forget(project)
    try:
        if is_built_again:
            synchronise(project, peer.files(replace(content, languages=LANGUAGES[:-1])))
            build(None)
        synchronise(project, peer.files(content))
        if is_built_again:
            build(Scenario.LANGUAGE)
        peer.forget(project)
        build(Scenario.COLD)
        if result.output is None:
            result.output = output(project.glob(peer.output))
            site = (project / peer.site).resolve()
            result.weight = weight.first_view(site / peer.page, site, peer.fetches)
        if is_built_again:
            build(Scenario.UNCHANGED)
            page = project / peer.edited
            page.write_bytes(page.read_bytes() + corpus.NEW_SENTENCE.encode())
            build(Scenario.EDIT)
    except (CommandFailedError, OSError) as error:
        result.failure = "it stopped with an error here"
        print(f"{peer.title}: {error}", file=sys.stderr)


def in_words(results: Sequence[Result], pages: int) -> str:
    """Return the tables of a comparison; the first result is what the others are compared with."""
    section = [f"The common unit is a page in one language, translated or not: {pages:,} of them.",
               "Programs write further pages of their own (run sheets, calendars' pages and lists with us, overviews elsewhere); "
               "the column of HTML pages counts all.",
               "Figures are medians; \"× ours\" is how many times the seconds of circlepress.", ""]
    measured = [result for result in results if result.median(Scenario.COLD)]
    section += ["**A cold build: nothing is there from before.**", "", report.table(
        ("Program", "seconds", "× ours", "processor seconds", "processor ms a page", "ms an HTML page", "largest process, MB",
         "output, MB", "files", "HTML pages", "runs"), [_cold(result, results[0], pages) for result in measured]), ""]
    section += ["**Building again, in a new process.**",
                "The edit is one sentence more on one session's page; the new language is the sixth, with all its pages.",
                "\"As cold\" are programs that keep nothing from one build to the next.", "", report.table(
                    ("Program", "one edit, seconds", "× ours", "nothing changed", "× ours", "a new language", "× ours"),
                    [(result.peer.title, *(cell for scenario in (Scenario.EDIT, Scenario.UNCHANGED, Scenario.LANGUAGE)
                                           for cell in _again(result, results[0], scenario))) for result in measured if result.peer.is_built_again]), ""]
    section += ["**The first view of a session's page, compressed.**", "",
                weight.table((result.peer.title, result.weight) for result in measured if result.weight and result.peer.is_built_again), ""]
    missing = [f"- {result.peer.title}: {result.failure}." for result in results if result.failure]
    if missing:
        section += ["**Not measured, or not to the end.**", "", *missing, ""]
    if any(result.median(Scenario.COLD).processor is None for result in measured):
        section += ["This system does not tell what a process used, so processor time and memory were not measured.", ""]
    return "\n".join(section)


def _cold(result: Result, ours: Result, pages: int) -> tuple[str, ...]:
    found, made = result.median(Scenario.COLD), result.output
    assert found
    return (result.peer.title, _seconds(found), _ratio(found, ours.median(Scenario.COLD)),
            MISSING if found.processor is None else f"{found.processor:,.1f}",
            MISSING if found.processor is None else f"{found.processor * 1000 / pages:,.1f}",
            MISSING if found.processor is None or not made else f"{found.processor * 1000 / made.pages:,.1f}",
            MISSING if found.memory is None else f"{found.memory / 1e6:,.0f}",
            *((f"{made.size / 1e6:,.1f}", f"{made.files:,}", f"{made.pages:,}") if made else (MISSING,) * 3),
            f"{len(result.costs[Scenario.COLD])}")


def _again(result: Result, ours: Result, scenario: Scenario) -> tuple[str, str]:
    found = result.median(scenario if result.peer.remembers else Scenario.COLD)
    if not found:
        return MISSING, MISSING
    return (_seconds(found) if result.peer.remembers else "as cold"), _ratio(found, ours.median(scenario))


def _seconds(found: Cost) -> str:
    return f"{found.wall:,.2f}" if found.wall < 10 else f"{found.wall:,.1f}"


def _ratio(found: Cost, ours: Cost | None) -> str:
    if not ours:
        return MISSING
    times = found.wall / ours.wall
    return f"{times:,.0f}" if times >= 20 else f"{times:.1f}" if times >= 2 else f"{times:.2f}"
