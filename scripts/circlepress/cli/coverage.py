"""`circlepress coverage`: which of the model's forty statements the handbook and the model check serve."""

from __future__ import annotations

import json
import sys
from datetime import date

import click

from .. import modelcheck, pipeline
from ..sitecheck import statements_covered
from .common import Context, today_or
from .options import day_option


@click.command("coverage")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--complete", is_flag=True, help="End with status 1 when a statement is served by no page and no check.")
@day_option
@click.pass_obj
def coverage_command(context: Context, form: str, complete: bool, today: date | None) -> None:
    """List the model's statements S01 to S40 with the pages and model checks that serve each."""
    pages = statements_covered(pipeline.check(context.project, today_or(today)).catalogue)
    checks = {statement: [check.id for check in modelcheck.CHECKS if statement in check.serves] for statement in pages}
    if form == "json":
        click.echo(json.dumps({s: {"pages": pages[s], "checks": checks[s]} for s in pages}, indent=1, ensure_ascii=False))
    else:
        for statement in pages:
            click.echo(f"{statement}  {', '.join(checks[statement]) or '-':24}  {', '.join(pages[statement]) or '-'}")
        with_page = sum(bool(found) for found in pages.values())
        with_any = sum(bool(pages[s] or checks[s]) for s in pages)
        click.echo(f"\n{with_page} of {len(pages)} statements have a page, {with_any} a page or a check.")
    sys.exit(1 if complete and any(not pages[s] and not checks[s] for s in pages) else 0)
