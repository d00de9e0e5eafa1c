"""`circlepress status`: how every page stands in every language, section by section."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import click

from .. import pipeline
from ..catalogue import Material
from ..freshness import Freshness, SectionFreshness, State, freshness
from ..language import Language
from ..problem import UsageError
from ..sections import META, sections
from ..translating import plain_meta
from ..worddiff import word_difference
from .common import Context, today_or
from .options import day_option
from .page_files import chosen_pages, earlier_sections

_MARK = {State.ORIGINAL: "original", State.CURRENT: "current", State.OUTDATED: "outdated", State.UNSTAMPED: "unstamped",
         State.STARTED: "started", State.MISSING: "-", State.ORPHANED: "orphaned"}
_CHANGED = (State.OUTDATED, State.MISSING, State.ORPHANED)


@click.command("status")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--to", "languages", metavar="CODE", multiple=True, help="Only these languages.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--complete", is_flag=True, help="End with status 1 when a translation is outdated, orphaned or not stamped.")
@day_option
@click.pass_obj
def status_command(context: Context, paths: tuple[str, ...], languages: tuple[str, ...], form: str, complete: bool, today: date | None) -> None:
    """Say which pages are translated, and which translations no longer say what their source says.

    PATH limits it to pages and folders such as docs/guides. A page is current, outdated (its source, or a part of it, has changed
    since), unstamped (nobody has recorded what it was made from), started (not shown to readers yet), missing or orphaned. What
    has changed is shown word by word where git knows the earlier text.
    """
    checked = pipeline.check(context.project, today_or(today))
    known = checked.sources.settings.languages
    if unknown := [language for language in languages if language not in known]:
        raise UsageError(f"{unknown[0]!r} is not a language of this project; it has {', '.join(known)}.")
    shown = languages or known
    pages = [(name, material, _of_page(material, shown)) for name, material in chosen_pages(checked.catalogue, paths)]
    without_original = {problem.place.path.rsplit(".", 2)[0] for problem in checked.problems if problem.code == "no-original"}
    orphans = sorted(file.path for file in checked.sources.files if file.path.rsplit(".", 2)[0] in without_original and "translation" in file.metadata)
    totals = {language: Counter(str(found.state) for _, _, states in pages for found in states if found.language == language) for language in shown}
    if form == "json":
        click.echo(json.dumps(_plain(context, pages, orphans, totals), ensure_ascii=False, indent=1))
    else:
        _print(context, pages, orphans, totals, shown)
    bad = {State.OUTDATED, State.ORPHANED, State.UNSTAMPED}
    if complete and (orphans or any(found.state in bad for _, _, states in pages for found in states)):
        raise SystemExit(1)


def _of_page(material: Material, languages: tuple[Language, ...]) -> list[Freshness]:
    return [freshness(material, language, material.started.get(language)) for language in languages]


def _print(context: Context, pages: list, orphans: list[str], totals: dict[Language, Counter], languages: tuple[Language, ...]) -> None:
    width = max([len(name) for name, _, _ in pages], default=4)
    click.echo(click.style(f"{'page':{width}}  " + "  ".join(f"{language:10}" for language in languages).rstrip(), bold=True))
    for name, _, states in pages:
        click.echo(f"{name:{width}}  " + "  ".join(f"{_MARK[found.state]:10}" for found in states).rstrip())
    for _, material, states in pages:
        for found in states:
            if found.state in (State.OUTDATED, State.STARTED):
                _print_sections(context, material, found)
            elif found.state is State.ORPHANED:
                click.echo(f"\n{material.version_by_language[found.language].source.path}: orphaned; it was translated from {found.of}, which is not there.")
    for path in orphans:
        click.echo(f"\n{path}: orphaned; there is no original. Give one file of the page all the facts and no translation:.")
    click.echo()
    for language, counted in totals.items():
        click.echo(f"{language}: " + ", ".join(f"{number} {state}" for state, number in sorted(counted.items())))


def _print_sections(context: Context, material: Material, found: Freshness) -> None:
    version = material.version_by_language.get(found.language) or material.started[found.language]
    source = material.version_by_language[found.of]
    earlier = earlier_sections(context.project, source, material)
    concerned = found.in_state(*_CHANGED)
    click.echo(f"\n{version.source.path}: {found.state}, {len(concerned)} of {len(found.sections)} sections (from {found.of})")
    for section in concerned:
        line = version.source.body_place(section.line).line if section.line else 1
        name = "the metadata's words" if section.id == META else f"#{section.id} {section.title}".rstrip()
        click.echo(f"  {version.source.path}:{line}: {section.state}: {name}")
        if section.state is State.OUTDATED:
            for text in _difference(section, source, earlier).split("\n"):
                click.echo(f"      {text}".rstrip())
    if found.state is State.OUTDATED:
        click.echo(f"    circlepress translate {version.source.path} --to {found.language} puts what is to be done into the file;\n"
                   "    with --accept it records that nothing is.")


def _difference(section: SectionFreshness, source, earlier) -> str:
    now = plain_meta(source) if section.id == META else next(one.text for one in sections(source.body) if one.id == section.id)
    old = earlier(section.id, section.made_from)
    return "(the earlier text is not in this clone's history)" if old is None else word_difference(old, now, shortened=True)


def _plain(context: Context, pages: list, orphans: list[str], totals: dict[Language, Counter]) -> dict:
    def sections_of(material: Material, found: Freshness) -> list[dict]:
        if not found.sections:
            return []
        source = material.version_by_language[found.of]
        earlier = earlier_sections(context.project, source, material)
        return [{"id": section.id, "state": str(section.state), "title": section.title, "made_from": section.made_from}
                | ({"difference": _difference(section, source, earlier)} if section.state is State.OUTDATED else {}) for section in found.sections]

    return {"version": 1, "totals": totals, "orphaned": orphans, "pages": [
        {"page": name, "original": material.original, "languages": {
            found.language: {"state": str(found.state), "of": found.of, "sections": sections_of(material, found)} for found in states}}
        for name, material, states in pages]}
