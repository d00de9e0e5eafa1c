"""Resources and support: what can participants draw on, and whom can they turn to? C12 and C13."""

from __future__ import annotations

from collections.abc import Iterator

from ..metadata.circle import ResourceKind
from .reading import Reading, Remark, check, is_written


@check("C12")
def resources_named(reading: Reading) -> Iterator[Remark]:
    """`resources` names something, and the time people get."""
    named = [resource for resource in reading.facts.resources if is_written(resource.text)]
    if not named:
        yield Remark(reading.place("resources"), "missing")
    elif not any(resource.kind is ResourceKind.TIME for resource in named):
        yield Remark(reading.place("resources"), "time")


@check("C13")
def support_named(reading: Reading) -> Iterator[Remark]:
    """`support` names someone to turn to between meetings."""
    if not any(is_written(support.text) for support in reading.facts.support):
        yield Remark(reading.place("support"))
