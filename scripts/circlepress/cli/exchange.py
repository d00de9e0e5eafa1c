"""`circlepress exchange`: pages for translators who do not use git, as XLIFF or PO files, and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from .. import exchange, pipeline
from ..problem import UsageError
from .common import Context, today_or
from .options import day_option
from .page_files import chosen_pages, read_text, write_text

_ENDINGS = {".xlf": "xliff", ".xliff": "xliff", ".po": "po"}


@click.group("exchange")
def exchange_command() -> None:
    """Hand texts to translators as XLIFF or PO files, and take their work in."""


@exchange_command.command("export")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--to", "language", required=True, metavar="CODE", help="The language to translate into.")
@click.option("--output", "-o", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write: its name ends with .xlf or .po.")
@day_option
@click.pass_obj
def export_command(context: Context, paths: tuple[str, ...], language: str, output: Path, today: date | None) -> None:
    """Write the texts of pages, with the translations there are, into one file.

    PATH limits it to files and folders; without one, every page of the handbook and of the circles is in the file.
    """
    form = _form(output)
    checked = pipeline.check(context.project, today_or(today))
    if language not in checked.sources.settings.languages:
        raise UsageError(f"{language!r} is not a language of this project; it has {', '.join(checked.sources.settings.languages)}.")
    units, pages, of = [], 0, ""
    for name, material in chosen_pages(checked.catalogue, paths):
        if material.original == language:
            continue
        version = material.version_by_language.get(language) or material.started.get(language)
        source = material.version_by_language.get(version.translation.of if version else material.original)
        if source is not None:
            units += exchange.cut(name, source, version)
            pages, of = pages + 1, of or source.language
    if not units:
        raise UsageError(f"Nothing is left to translate: these pages are written in {language!r}.")
    output.write_bytes(exchange.write_units(units, form, of, language))
    waiting = sum(not unit.target for unit in units)
    click.echo(f"{output}: {len(units)} texts of {pages} page{'' if pages == 1 else 's'}, {waiting} of them without a translation.")


@exchange_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "language", default=None, metavar="CODE", show_default="the language the file names", help="The language of the translations.")
@day_option
@click.pass_obj
def import_command(context: Context, file: Path, language: str | None, today: date | None) -> None:
    """Take the translations of an XLIFF or PO file in.

    Files in which nothing is new stay as they are. What was translated from an earlier state of its source is recorded so:
    `circlepress status` then shows what has changed meanwhile.
    """
    named, units = exchange.read_units(file.read_bytes(), _form(file))
    checked = pipeline.check(context.project, today_or(today))
    to = language or named
    if to not in checked.sources.settings.languages:
        raise UsageError(f"{to!r} is not a language of this project; name one with --to. It has {', '.join(checked.sources.settings.languages)}.")
    by_page: dict[str, list] = {}
    for unit in units:
        by_page.setdefault(unit.id.partition("#")[0], []).append(unit)
    changed = 0
    for name, material in chosen_pages(checked.catalogue, ()):
        given = by_page.pop(name, None)
        if given is None or material.original == to:
            continue
        version = material.version_by_language.get(to) or material.started.get(to)
        source = material.version_by_language.get(version.translation.of if version else material.original)
        path = context.project / f"{name}.{to}.md"
        if source is None or version is None and path.exists():
            click.echo(f"{name}.{to}.md has errors, or its source is not there, so nothing was put into it; mend it first.")
            continue
        text, ending = read_text(path) if version else ("", "\n")
        new = exchange.put_together(source, to, text, version, given)
        if new != text:
            write_text(path, new, ending)
            changed += 1
            click.echo(f"{name}.{to}.md: {'new' if version is None else 'changed'}")
    for page in by_page:
        click.echo(f"{page or 'A unit without an id'}: there is no such page any more, so its texts were not used.")
    click.echo(f"{changed} file{'' if changed == 1 else 's'} changed." if changed else "Nothing in the file is new.")


def _form(path: Path) -> str:
    form = _ENDINGS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"{path.name} is no file that can be exchanged; its name ends with .xlf, .xliff or .po.")
    return form
