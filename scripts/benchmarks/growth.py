"""Whether a page costs the same in a project of ten circles and of a thousand: cold builds of ours, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from . import plot, report
from .comparison import MISSING, synchronise
from .measure import CommandFailedError, Cost, clear, cost, median, output
from .peers import CACHE, PEER_BY_NAME, set_up
from .texts import Content


def run(circles: Sequence[int], runs: int, with_search: bool, is_written: bool) -> None:
    """Build projects of these sizes cold, in turn, and print a table; with the page, the plot is written."""
    peer = PEER_BY_NAME["circlepress" if with_search else "circlepress-no-search"]
    command = peer.command(set_up(peer))
    costs: dict[int, list[Cost]] = {number: [] for number in circles}
    sizes: dict[int, int] = {}
    for _ in range(runs):
        for number in circles:
            project = CACHE / "work" / f"growth-{number}"
            synchronise(project, peer.files(Content(number)))
            peer.forget(project)
            try:
                costs[number].append(cost(command, project, peer.environment))
            except CommandFailedError as error:
                raise SystemExit(f"The build of {number:,} circles failed:\n{error}") from None
            sizes[number] = output(project.glob(peer.output)).size
            print(f"{number:,} circles: {costs[number][-1].wall:.2f} s", file=sys.stderr, flush=True)
            peer.forget(project)
    found = {number: (Content(number).pages(), median(rounds), sizes[number]) for number, rounds in costs.items()}
    text = in_words(found)
    if is_written:
        text += f"\n\n{plotted(found, plot.IMAGES)}"
    options = "" if with_search else " --no-search"
    report.show("growth", text, f"scripts/bench growth --circles {','.join(map(str, circles))} --runs {runs}{options}", "", is_written)
    for number in circles:
        clear(CACHE / "work" / f"growth-{number}")
        clear(CACHE / "work" / f"growth-{number}.json")


def plotted(found: dict[int, tuple[int, Cost, int]], folder: Path) -> str:
    """Draw what a page costs in projects of each size; return how the handbook's page shows the picture."""
    each = [(circles, (spent.wall if spent.processor is None else spent.processor) * 1000 / pages) for circles, (pages, spent, _) in found.items()]
    plot.draw(folder / "benchmark-growth.png", each, "circles", "milliseconds a page")
    told = ", ".join(f"{height:.1f} with {circles:,} circles" for circles, height in each)
    return f"![A line through the milliseconds that a page takes: {told}.](../images/benchmark-growth.png)"


def in_words(found: dict[int, tuple[int, Cost, int]]) -> str:
    """Return the table; `found` has pages, cost and bytes of output by the number of circles."""
    first = next(iter(found.values()))
    rows = []
    for circles, (pages, spent, size) in found.items():
        known = spent.processor is not None and first[1].processor is not None
        each, once = (spent.processor, first[1].processor) if known else (spent.wall, first[1].wall)
        each, once = each * 1000 / pages, once * 1000 / first[0]
        rows.append((f"{circles:,}", f"{pages:,}", f"{spent.wall:,.1f}", f"{spent.wall * 1000 / pages:.2f}",
                     f"{each:.2f}" if known else MISSING, f"{each / once:.2f}",
                     MISSING if spent.memory is None else f"{spent.memory / 1e6:,.0f}", f"{size / 1e6:,.0f}"))
    return ("A cold build of everything by circlepress: each circle has 8 pages and the handbook 40, all in 6 languages.\n"
            "\"× first row\" is how many times a page's processor time in the smallest project it needs here.\n"
            "With 1.00, a page costs the same however many others there are.\n\n"
            + report.table(("Circles", "pages", "seconds", "ms a page", "processor ms a page", "× first row", "largest process, MB",
                            "output, MB"), rows))
