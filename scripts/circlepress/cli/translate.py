"""`circlepress translate`: open a translation, show what has changed since it was made, and stamp what is done."""

from __future__ import annotations

from datetime import date

import click

from .. import pipeline, translating
from ..catalogue import Material, Version
from ..problem import UsageError
from .common import Context, today_or
from .options import day_option
from .page_files import earlier_sections, find_page, read_text, write_text


@click.command("translate")
@click.argument("page", metavar="PATH")
@click.option("--to", "language", required=True, metavar="CODE", help="The language to translate into.")
@click.option("--from", "of", metavar="CODE", default=None, show_default="the original's", help="The language to translate from, for a new translation.")
@click.option("--accept", is_flag=True, help="Say that the translation fits the source as it is now; nothing else is changed.")
@click.option("--section", "only", metavar="ID", multiple=True, help="With --accept: these sections only (meta for the metadata's words).")
@day_option
@click.pass_obj
def translate_command(context: Context, page: str, language: str, of: str | None, accept: bool, only: tuple[str, ...], today: date | None) -> None:
    """Start or refresh the translation of a page.

    PATH is a file of the page, in any language, or its reference such as guides/welcome. A new translation holds every section
    of the source in a box that begins with !!! translate; it is shown to readers once all boxes are gone. In one that was there
    before, new sections come in such boxes, and sections that have changed get a box !!! changed with the difference. Remove a
    box when you are done with it, and run the command again: it then records what the section was made from.
    """
    checked = pipeline.check(context.project, today_or(today))
    sources = checked.sources
    if language not in sources.settings.languages:
        raise UsageError(f"{language!r} is not a language of this project; it has {', '.join(sources.settings.languages)}.")
    material, folder = find_page(page, checked.catalogue)
    path = f"{folder}{material.id}.{language}.md"
    if language == material.original:
        raise UsageError(f"{path} is the original; a translation is into another language.")
    version = material.version_by_language.get(language) or material.started.get(language)
    if version is None and (context.project / path).exists():
        raise UsageError(f"{path} is there, but has errors. `circlepress check {path}` says which; mend them first.")
    source = _source(material, version, of)
    if version is None:
        opened = translating.begin(source, language)
        write_text(context.project / path, opened.text)
        click.echo(f"{path} is new: {_count(opened.to_translate)} from {source.language} to translate.\n"
                   "    Write the words of the metadata and of each box in the language, remove the line !!! translate and the indent,\n"
                   f"    and run circlepress translate {path} --to {language} again. Readers see the page when no box is left.")
        return
    text, ending = read_text(context.project / path)
    opened = translating.refresh(text, version, source, earlier=earlier_sections(context.project, source, material), accept=only if accept else None)
    if opened.text != text:
        write_text(context.project / path, opened.text, ending)
    _tell(path, language, opened, source)


def _source(material: Material, version: Version | None, of: str | None) -> Version:
    wanted = of or (version.translation.of if version else material.original)
    source = material.version_by_language.get(wanted)
    if source is None:
        raise UsageError(f"There is no version in {wanted!r} of {material.reference} to translate from; there are: {', '.join(material.version_by_language)}.")
    return source


def _tell(path: str, language: str, opened: translating.Opened, source: Version) -> None:
    of = source.language
    if opened.meta_difference:
        click.echo(f"The words of the metadata have changed in {of}:\n{opened.meta_difference}\n")
    for identifiers, said in ((opened.stamped, "recorded as done"), (opened.to_translate, "to translate, in boxes !!! translate"),
                              (opened.to_look_at, "changed, in boxes !!! changed"), (opened.orphaned, f"not in {of} any more: remove or keep them"),
                              (opened.not_known, "not known what they were made from; --accept records that they fit")):
        if identifiers:
            click.echo(f"{path}: {_count(identifiers)} {said}: {', '.join(identifiers)}")
    if not any((opened.stamped, opened.to_translate, opened.to_look_at, opened.orphaned, opened.not_known)):
        click.echo(f"{path} is current: it says what {of} says.")
    elif opened.to_translate or opened.to_look_at:
        click.echo(f"    Remove each box when you are done with it, and run circlepress translate {path} --to {language} again.")


def _count(identifiers: tuple[str, ...]) -> str:
    return f"{len(identifiers)} section{'' if len(identifiers) == 1 else 's'}"
