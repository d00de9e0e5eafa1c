"""The plot of a measurement, as a picture for the handbook. It is drawn with matplotlib, which comes with what the tests need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .report import PAGE

IMAGES = PAGE.parents[1] / "images"
_LINE, _INK, _GRID = "#14532d", "#1f2937", "#d1d5db"


def draw(target: Path, found: Sequence[tuple[float, float]], across: str, up: str) -> None:
    """Draw points joined by a line, from zero upwards and with each step across the same number of times further, and write a PNG.

    `across` and `up` are what the axes say. The same figures give the same bytes. Raises `SystemExit` when matplotlib is missing.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise SystemExit("The plot is drawn with matplotlib, which is not installed; scripts/test installs it.") from None
    figure = Figure(figsize=(7.2, 3.6), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xscale="log", xlabel=across, ylabel=up, ylim=(0, 1.25 * max(height for _, height in found)))
    axes.plot([place for place, _ in found], [height for _, height in found], color=_LINE, linewidth=2, marker="o")
    for place, height in found:
        axes.annotate(f"{height:.1f}", (place, height), (0, 9), textcoords="offset points", ha="center", color=_INK)
    axes.set_xticks([place for place, _ in found], [f"{place:,}" for place, _ in found])
    axes.minorticks_off()
    axes.grid(axis="y", color=_GRID)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_INK)
    target.parent.mkdir(exist_ok=True)
    figure.savefig(target, metadata={"Software": None})
