"""`circlepress new circle`: a circle that builds and says what to do next, from a template and a few answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date

import click

from .. import modelcheck, pipeline, starting
from ..catalogue import Catalogue, Circle, Kind
from ..finding import Standing
from ..language import OWN_NAME, words_for
from ..metadata.circle import Scope
from ..origin import read_origin, with_making
from ..problem import UsageError
from ..source import Settings
from ..standalone import Upstream, make_circle, making_of
from ..starting import Answers
from .common import Context, print_problems, today_or
from .options import Day, day_option
from .upstream import read_upstream, record_files, write_files

_ADVICE = 6
"""So many findings are told; `advise` tells all."""
TITLE_LENGTH = (3, 60)
"""Characters, as the schema of a circle has it."""


@click.group("new")
def new_command() -> None:
    """Start something new: a circle, from a circle template."""


@new_command.command("circle")
@click.argument("title", required=False)
@click.option("--question", metavar="TEXT", help="The open question the circle begins with; end it with a question mark.")
@click.option("--theme", metavar="ID", help="One of the handbook's themes.")
@click.option("--template", metavar="ID", help="One of the circle templates in circles/_templates.")
@click.option("--language", metavar="CODE", help="The language of the circle's texts.")
@click.option("--languages", metavar="CODES", help="All languages of the circle's site, such as da,sv,en; the first is that of its texts.")
@click.option("--scope", type=click.Choice([str(scope) for scope in Scope]), help="How far apart the participants are.")
@click.option("--country", metavar="CODE", help="Where the circle is at home, such as DK; sets the clock, too.")
@click.option("--timezone", metavar="ZONE", help="Whose clock the times follow, such as Europe/Stockholm.")
@click.option("--start", type=Day(), help="The day of the first session; the others follow.")
@click.option("--weeks", type=click.IntRange(1, 26), default=3, show_default=True, help="From one session to the next, with --start.")
@click.option("--at", metavar="HH:MM", default="09:00", show_default=True, help="When sessions begin, with --start.")
@click.option("--id", "identifier", metavar="ID", help="The name of the circle's folder and address.", show_default="from the title")
@click.option("--yes", is_flag=True, help="Ask nothing: take what the template has where no option says otherwise.")
@day_option
@click.pass_obj
def circle_command(context: Context, title: str | None, question: str | None, theme: str | None, template: str | None, language: str | None, languages: str | None,
                   scope: str | None, country: str | None, timezone: str | None, start: date | None, weeks: int, at: str, identifier: str | None, yes: bool, today: date | None) -> None:
    """Start a circle called TITLE.

    A title, a question and a theme are enough; they are asked for where they are not given. The new circle is a draft in
    circles/ with everything of its template, and says itself what to fill in.
    """
    upstream = read_upstream(context.project, today_or(today))
    settings, catalogue = upstream.settings, upstream.catalogue
    asks = sys.stdin.isatty() and not yes
    chosen = _languages(settings, language, languages)
    title = _title(title, asks)
    used = _template(catalogue, template, scope, chosen, asks)
    theme = _theme(upstream, theme, used, chosen, asks, yes)
    question = _question(question, asks, yes)
    if asks and not (language or languages):
        chosen = _languages(settings, click.prompt("Language of its texts", default=chosen[0], type=click.Choice(settings.languages)), None)
    if asks and start is None:
        start = click.prompt("Day of the first session (YYYY-MM-DD, empty if you do not know yet)", default="", show_default=False, value_proc=_day_or_nothing)
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", at):
        raise UsageError(f"{at!r} is not a time such as 09:00.")
    if country and country.upper() not in starting.ZONE_BY_COUNTRY and not timezone:
        timezone = used.facts.frame.timezone
    identifier = identifier or starting.id_from(title)
    _refuse_taken(context, catalogue, identifier)
    answers = Answers(identifier, title, used.id, chosen, question or "", theme, scope or "", (country or "").upper(), timezone or "",
                      start.isoformat() if start else "", weeks, at)
    made = make_circle(upstream, answers)
    origin = with_making(read_origin(context.project), making_of(answers), made.content_by_path)
    write_files(context.project, made.content_by_path)
    write_files(context.project, record_files(made, origin))
    _tell(context, answers, made.notes, today_or(today))


# --- questions -------------------------------------------------------------------------------------------------------


def _languages(settings: Settings, language: str | None, languages: str | None) -> tuple[str, ...]:
    listed = [code.strip() for code in (languages or "").split(",") if code.strip()]
    chosen = tuple(dict.fromkeys([language, *listed] if language else listed or [settings.languages[0]]))
    for code in chosen:
        if code not in settings.languages:
            raise UsageError(f"{code!r} is not a language of this project; it has {', '.join(settings.languages)}.")
    return chosen


def _title(given: str | None, asks: bool) -> str:
    while True:
        title = " ".join((given if given is not None else click.prompt("What is the circle called", prompt_suffix="? ") if asks else "").split())
        fault = title_fault(title)
        if not fault:
            return title
        if given is not None or not asks:
            raise UsageError(f'{fault}\n    Example: circlepress new circle "Digital help that helps"')
        click.echo(fault)


def title_fault(title: str) -> str:
    """Return what is wrong with a title in one sentence; nothing when it can be used."""
    if not title:
        return "The circle needs a title."
    if not title.isprintable():
        return "The title holds a character that cannot be seen; type it again."
    least, most = TITLE_LENGTH
    return "" if least <= len(title) <= most else f"The title has {len(title)} characters; it needs {least} to {most}."


def _template(catalogue: Catalogue, given: str | None, scope: str | None, languages: Sequence[str], asks: bool) -> Circle:
    templates = catalogue.template_by_id
    if not templates:
        raise UsageError("There is no whole circle template in circles/_templates to start from. `circlepress check` says what is broken.")
    if given:
        if given not in templates:
            raise UsageError(f"There is no circle template {given!r}; --template takes one of: {', '.join(sorted(templates))}.")
        return templates[given]
    ordered = sorted(templates.values(), key=lambda one: (str(one.facts.scope) != (scope or "local"), one.id))
    if not asks or len(ordered) == 1:
        return ordered[0]
    click.echo("Templates:")
    return ordered[_choose("Which one", [f"{_words(one.facts.title, languages)}  ({one.id}, {len(one.sessions)} sessions)" for one in ordered])]


def _theme(upstream: Upstream, given: str | None, template: Circle, languages: Sequence[str], asks: bool, yes: bool) -> str:
    themes = upstream.catalogue.of_kind(Kind.THEME)
    known = [material.id for material in themes]
    if given:
        if given not in known:
            raise UsageError(f"There is no theme {given!r} in docs/themes; --theme takes one of: {', '.join(known) or 'none is there yet'}.")
        return given
    if asks and themes:
        click.echo("Themes:")
        return known[_choose("Which one", [f"{_words({code: version.title for code, version in material.version_by_language.items()}, languages)}  ({material.id})"
                                           for material in themes])]
    if not yes:
        raise UsageError(f"The circle needs a theme: --theme takes one of: {', '.join(known) or 'none is there yet'}.\n"
                         f"    With --yes, the template's is taken ({template.facts.theme}).")
    return template.facts.theme


def _question(given: str | None, asks: bool, yes: bool) -> str:
    while True:
        if given is not None or not asks:
            break
        given = click.prompt("Which open question does it begin with? (empty if you do not know yet)", default="", show_default=False)
        if fault := question_fault(given):
            click.echo(fault)
            given = None
    question = " ".join((given or "").split())
    if not question and not asks and not yes:
        raise UsageError('The circle needs a question: --question "How do we …?"\n    With --yes, the template\'s TODO stays until you know.')
    if fault := question_fault(question):
        raise UsageError(fault)
    return question


def question_fault(question: str) -> str:
    """Return what is wrong with a question in one sentence; nothing when it can be used, or is left open."""
    question = " ".join(question.split())
    if question and not question.isprintable():
        return "The question holds a character that cannot be seen; type it again."
    return f"The question has {len(question)} characters; it needs 20 to 200." if question and not 20 <= len(question) <= 200 else ""


def _day_or_nothing(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise click.UsageError(f"{text!r} is not a date such as 2027-01-14.") from error


def _choose(prompt: str, options: Sequence[str]) -> int:
    for number, option in enumerate(options, start=1):
        click.echo(f"  {number}  {option}")
    return click.prompt(prompt, prompt_suffix="? ", type=click.IntRange(1, len(options)), default=1) - 1


def _words(localised, languages: Sequence[str]) -> str:
    return words_for(localised, languages[0], languages[1:]).text


def _refuse_taken(context: Context, catalogue: Catalogue, identifier: str) -> None:
    if starting.id_from(identifier) != identifier:
        raise UsageError(f"{identifier!r} cannot be the name of a circle's folder; {starting.id_from(identifier)} could.")
    if (context.project / "circles" / identifier).exists():
        raise UsageError(f"circles/{identifier} is there already, and nothing in it was touched. Choose another name with --id, such as --id {identifier[:44]}-2.")
    former = catalogue.neighbours.circle_now(identifier)
    if former != identifier:
        raise UsageError(f"{identifier} is what the circle {former} was called before; its old address leads there. Choose another name with --id.")


# --- what to do next -------------------------------------------------------------------------------------------------


def _tell(context: Context, answers: Answers, notes: Sequence[str], today: date) -> None:
    click.echo(f"circles/{answers.id}/ is there, from the template {answers.template}, as a draft in {', '.join(OWN_NAME[code] for code in answers.languages)}.")
    for note in notes:
        click.echo(f"    {note}")
    checked = pipeline.check(context.project, today)
    mine = [problem for problem in checked.problems if problem.is_error and problem.place.path.startswith(f"circles/{answers.id}/")]
    if mine:
        click.echo()
        print_problems(mine, context.project)
    findings = checked.catalogue.findings_by_circle.get(answers.id, ())
    words = modelcheck.words(answers.language, tuple(checked.sources.settings.chain_by_language.get(answers.language, ())))
    open_ones = [finding for standing in (Standing.MISSING, Standing.THOUGHT) for finding in findings if finding.standing is standing]
    if open_ones:
        click.echo("\nWhat to think about next:")
        for finding in open_ones[:_ADVICE]:
            message, _ = words.sentence(finding, checked.catalogue)
            click.echo(f"  - {message}  ({finding.place})")
        if len(open_ones) > _ADVICE:
            click.echo(f"  … and {len(open_ones) - _ADVICE} more: circlepress advise {answers.id}")
    click.echo(f"\nLook at it: circlepress serve --preview --circle {answers.id}, then open /circles/{answers.id}/{answers.language}/ at the address it prints.\n"
               f"It is published when `status` in circles/{answers.id}/circle.yml is no longer draft.")


