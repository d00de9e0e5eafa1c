"""`circlepress advise`: what the model check says of one circle, in four groups and without a score."""

from __future__ import annotations

import json
from datetime import date

import click

from .. import modelcheck, pipeline
from ..finding import Standing
from ..language import words_for
from ..problem import UsageError
from .common import Context, today_or
from .options import day_option


@click.command("advise")
@click.argument("circle")
@click.option("--language", default=None, metavar="CODE", show_default="the circle's own", help="The language to be advised in.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@day_option
@click.pass_obj
def advise_command(context: Context, circle: str, language: str | None, form: str, today: date | None) -> None:
    """Say what the model's evaluation would have the organisers of CIRCLE think about.

    Unlike check, it also says what is in place and what has been answered. It ends with status 0 whatever it says.
    """
    checked = pipeline.check(context.project, today_or(today))
    settings, catalogue = checked.sources.settings, checked.catalogue
    findings = catalogue.findings_by_circle.get(circle)
    if findings is None:
        known = ", ".join(sorted(catalogue.findings_by_circle)) or "none"
        raise UsageError(f"There is no whole circle {circle!r}; there are: {known}. `circlepress check circles/{circle}` says what is broken.")
    own = next(file.metadata.get("language") for file in checked.sources.files if file.path.endswith(f"/{circle}/circle.yml"))
    chosen = language or str(own)
    chain = settings.chain_by_language.get(chosen, ())
    words = modelcheck.words(chosen, tuple(chain))
    groups = {}
    for standing in Standing:
        groups[standing] = []
        for finding in (f for f in findings if f.standing is standing):
            message, hint = words.sentence(finding, catalogue)
            answer = words_for(finding.answer, chosen, chain) if finding.answer else None
            groups[standing].append({"check": finding.check, "message": message, "read": hint, "answer": answer.text if answer else "",
                                     "severity": str(finding.severity or ""), "place": str(finding.place)})
    if form == "json":
        click.echo(json.dumps({"version": 1, "circle": circle, "language": chosen, "limits": words.limits(), "groups": groups}, ensure_ascii=False, indent=1))
        return
    for standing, advice in groups.items():
        if advice:
            click.echo(click.style(f"{words.standing(standing)} ({len(advice)})", bold=True))
        if standing is Standing.IN_PLACE:
            click.echo("  " + ", ".join(entry["check"] for entry in advice))
            continue
        for entry in advice:
            click.echo(f"  {entry['check']}  {entry['message']}")
            if entry["answer"]:
                click.echo(f"       → {entry['answer']}")
            elif standing is not Standing.IN_PLACE:
                click.echo(f"       {entry['read']}  ({entry['place']})")
    click.echo()
    for limit in words.limits():
        click.echo(limit)
