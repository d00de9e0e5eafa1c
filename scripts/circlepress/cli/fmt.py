"""`circlepress fmt`: give every heading an id."""

from __future__ import annotations

from datetime import date

import click

from .. import pipeline
from ..markdown_extension import slugify
from ..translating import with_heading_ids
from .common import Context, today_or
from .options import day_option
from .page_files import chosen_pages, read_text, write_text


@click.command("fmt")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say which files would change, and change none.")
@day_option
@click.pass_obj
def fmt_command(context: Context, paths: tuple[str, ...], dry_run: bool, today: date | None) -> None:
    """Write the ids of headings that have none, as in: ## A good start {#a-good-start}

    In a translation a heading gets the id it has in the source, when both have the same headings. PATH limits it to pages, in
    all their languages, and folders. Nothing else in a file is changed.
    """
    catalogue = pipeline.check(context.project, today_or(today)).catalogue
    changed = 0
    for _, material in chosen_pages(catalogue, paths):
        source = with_heading_ids(material.version_by_language[material.original].body, None, _slug)
        for version in (*material.version_by_language.values(), *material.started.values()):
            body = source if version.translation is None else with_heading_ids(version.body, source, _slug)
            if body != version.body:
                changed += 1
                text, ending = read_text(context.project / version.source.path)
                if not dry_run:
                    write_text(context.project / version.source.path, text[: len(text) - len(version.body)] + body, ending)
                click.echo(f"{version.source.path}: {'would get' if dry_run else 'has'} new heading ids")
    click.echo("Every heading has an id." if not changed else f"{changed} file{'' if changed == 1 else 's'} {'would change' if dry_run else 'changed'}.")


def _slug(title: str) -> str:
    return slugify(title, "-")
