"""`circlepress plan`: the same session in another length."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, time

import click

from .. import agenda_source, pipeline
from ..agenda import LONGEST_SESSION, Agenda, agenda_of, clock_after
from ..catalogue import Catalogue, Kind, Material
from ..files import write_whole
from ..metadata.kinds import BlockKind
from ..modelcheck import thresholds
from ..problem import UsageError
from ..rescale import Change, Proposal, propose
from .common import Context, today_or
from .options import day_option
from .page_files import find_page

_SHORT_NAME = re.compile(r"[a-z0-9-]+/[0-9]{2}-[a-z0-9-]+")
_COLUMN = 12


@click.command("plan")
@click.argument("session", metavar="SESSION")
@click.option("--to", "minutes", type=click.IntRange(5, LONGEST_SESSION), required=True, metavar="MINUTES", help="How long the session is to be.")
@click.option("--write", is_flag=True, help="Write the new agenda and the new end into the session's files; what is left out stays as a comment.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@day_option
@click.pass_obj
def plan_command(context: Context, session: str, minutes: int, write: bool, form: str, today: date | None) -> None:
    """Propose the same session in another length, shorter or longer.

    SESSION is a file of the session, or its circle and name such as digital-help-2026/02-what-we-tried. Each method takes
    between its minimum and its maximum of minutes. Blocks marked priority: can give way first, then the others shrink, and only
    when that is not enough a block is left out; priority: must and the opening and closing rounds stay. There are breaks enough
    for the model check. Ends with status 1 when the session cannot be that long.
    """
    catalogue = pipeline.check(context.project, today_or(today)).catalogue
    material, _ = find_page(f"circles/{session.replace('/', '/sessions/')}" if _SHORT_NAME.fullmatch(session) else session, catalogue)
    if material.kind is not Kind.SESSION:
        raise UsageError(f"{session!r} is no session. Give a file such as circles/digital-help-2026/sessions/02-what-we-tried.da.md.")
    if not material.facts.agenda:
        raise UsageError(f"{_file_of(material).path} has no agenda yet, so there is nothing to make shorter or longer. Write agenda: with blocks first.")
    agenda = agenda_of(material.facts, lambda identifier: _method(catalogue, identifier))
    proposal = propose(agenda, minutes, thresholds.minutes_without_break(material.facts.mode))
    end = clock_after(agenda.begins, minutes)
    past_midnight = agenda.begins is not None and end is None
    is_possible = proposal.is_possible and not past_midnight
    names = [_name(catalogue, material, number) for number in range(len(agenda.blocks))]
    if form == "json":
        click.echo(json.dumps(_plain(material, agenda, proposal, names, end, is_possible), ensure_ascii=False, indent=1))
    elif is_possible:
        _print_table(material, agenda, proposal, names, end, shows_yaml=not write)
    else:
        click.echo(_impossible(material, agenda, proposal, past_midnight))
    if write and is_possible and any(change.becomes != change.was for change in proposal.changes) | (agenda.minutes_of_session not in (None, minutes)):
        _write(context, material, proposal, end, quiet=form == "json")
    sys.exit(0 if is_possible else 1)


def _file_of(material: Material):
    return material.version_by_language[material.original].source


def _method(catalogue: Catalogue, identifier: str):
    found = catalogue.material_by_reference.get(f"methods/{identifier}")
    return found.facts if found else None


def _name(catalogue: Catalogue, material: Material, number: int) -> str:
    """Return what a block is called in the session's own language, with its method and its range of minutes."""
    block = material.facts.agenda[number]
    if not block.method:
        return block.title or str(block.kind)
    method = catalogue.material_by_reference.get(f"methods/{block.method}")
    if method is None:
        return block.title or block.method
    versions = method.version_by_language
    title = block.title or versions.get(material.original, versions[method.original]).title
    return f"{title} ({block.method}, {method.facts.minutes.min} to {method.facts.minutes.max} minutes)"


def _print_table(material: Material, agenda: Agenda, proposal: Proposal, names: list[str], end: time | None, *, shows_yaml: bool) -> None:
    file = _file_of(material)
    if all(change.was == change.becomes for change in proposal.changes):
        click.echo(f"{file.path}: the agenda takes {agenda.minutes} minutes already, and stays as it is.")
    else:
        click.echo(f"{file.path}: {agenda.minutes} minutes become {proposal.minutes}.")
    click.echo(click.style(f"\n{'was':{_COLUMN}}{'becomes':{_COLUMN}}", bold=True))
    was = becomes = 0
    for change in proposal.changes:
        before = f"{_clock(agenda, was)}{change.was:>3}" if change.number is not None else ""
        after = f"{_clock(agenda, becomes)}{change.becomes:>3}" if change.becomes else "left out"
        click.echo(f"{before:{_COLUMN}}{after:{_COLUMN}}{'a new break' if change.number is None else names[change.number]}")
        if change.why:
            click.echo(f"{'':{2 * _COLUMN}}    {change.why}")
        was, becomes = was + change.was, becomes + change.becomes
    if agenda.begins:
        click.echo(f"{_clock(agenda, was):{_COLUMN}}{_clock(agenda, becomes):{_COLUMN}}end")
    click.echo(f"\nIt can take {proposal.shortest} to {proposal.longest} minutes. The clock is that of the session's own place.")
    if shows_yaml and proposal.minutes != agenda.minutes:
        click.echo(f"\nTo use it, run this again with --write, or put this into the metadata of {file.path}:\n")
        click.echo(agenda_source.as_yaml(file, proposal.changes, end).rstrip())


def _clock(agenda: Agenda, minutes: int) -> str:
    moment = agenda.clock(minutes)
    return f"{moment:%H:%M} " if moment else ""


def _impossible(material: Material, agenda: Agenda, proposal: Proposal, past_midnight: bool) -> str:
    path = _file_of(material).path
    if past_midnight:
        return (f"{path}: {proposal.minutes} minutes from {agenda.begins:%H:%M} end after midnight.\n"
                "    Let the session begin earlier, or plan two sessions.")
    sentence = f"{path}: the session cannot take {proposal.minutes} minutes."
    if proposal.minutes < proposal.shortest:
        return (f"{sentence} The shortest it can be is {proposal.shortest} minutes:\n"
                "    what is marked must, the opening and the closing then take as little as their methods allow, and the rest is left out.\n"
                "    To make it shorter still, mark fewer blocks as must, or choose methods that take less.")
    if proposal.minutes > proposal.longest:
        return (f"{sentence} The longest it can be is {proposal.longest} minutes:\n"
                "    every block then takes as long as its method allows, with the breaks that takes.\n"
                "    To make it longer, add a block, or leave the time open: {minutes: 30, kind: work, open: true}.")
    near = " or ".join(map(str, proposal.nearest))
    return (f"{sentence} It can take {near} minutes instead:\n"
            "    with the methods' own minimum and maximum, no choice of blocks adds up to what you asked for.")


def _plain(material: Material, agenda: Agenda, proposal: Proposal, names: list[str], end: time | None, is_possible: bool) -> dict:
    file = _file_of(material)

    def block(change: Change, starts: int) -> dict:
        facts = material.facts.agenda[change.number] if change.number is not None else None
        moment = clock_after(agenda.begins, starts) if change.becomes else None
        return {"name": names[change.number] if change.number is not None else "break", "method": (facts.method or "") if facts else "",
                "kind": str(agenda.blocks[change.number].kind if change.number is not None else BlockKind.BREAK),
                "was": change.was, "becomes": change.becomes, "starts": f"{moment:%H:%M}" if moment else "", "why": str(change.why or "")}

    starts, blocks = 0, []
    for change in proposal.changes if is_possible else ():
        blocks.append(block(change, starts))
        starts += change.becomes
    return {"version": 1, "session": file.path, "possible": is_possible, "was": agenda.minutes, "becomes": proposal.minutes,
            "shortest": proposal.shortest, "longest": proposal.longest, "nearest": list(proposal.nearest),
            "end": f"{end:%H:%M}" if end and is_possible else "", "blocks": blocks,
            "yaml": agenda_source.as_yaml(file, proposal.changes, end) if is_possible else ""}


def _write(context: Context, material: Material, proposal: Proposal, end: time | None, *, quiet: bool) -> None:
    versions = (*material.version_by_language.values(), *material.started.values())
    text_by_path = {version.source.path: (context.project / version.source.path).read_bytes().decode("utf-8") for version in versions}
    try:
        found = agenda_source.new_texts(material, proposal.changes, end, text_by_path)
    except agenda_source.NotWritable as stands_in_the_way:
        raise UsageError(f"Nothing was written: {stands_in_the_way}. Run this without --write, and paste what it shows.") from None
    for path, text in found.items():
        write_whole(context.project / path, text.encode("utf-8"))
        if not quiet:
            click.echo(f"{path}: written")
