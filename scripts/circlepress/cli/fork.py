"""`circlepress fork`: a project of one circle that stands alone, as a folder, a git repository or a ZIP."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click
from msgspec.structs import replace

from .. import archive, git, starting
from ..engine import Engine, engine_files, pack
from ..language import OWN_NAME, words_for
from ..origin import with_making
from ..problem import CirclepressError, UsageError
from ..read import read_settings
from ..standalone import PROGRAMS, ForkAnswers, Upstream, make, making_of
from ..starting import Answers
from ..theme import own_theme
from .common import Context, today_or
from .new import question_fault, title_fault
from .options import Day, day_option
from .upstream import read_upstream, record_files, write_files


@click.command("fork")
@click.argument("circle")
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", metavar="TEXT", help="What the fork is called.", show_default="the circle's title")
@click.option("--languages", metavar="CODES", help="The fork's languages, such as da,sv; the first is the one it opens with.", show_default="all of the project's")
@click.option("--publisher", metavar="TEXT", help="Who answers for the site; stands at the foot of every page.")
@click.option("--contact", metavar="MAIL", help="The mail address at the foot of every page.")
@click.option("--title", metavar="TEXT", help="Of a template: what the circle is called.")
@click.option("--question", metavar="TEXT", help="Of a template: the open question the circle begins with.")
@click.option("--theme", metavar="ID", help="Of a template: one of the handbook's themes.")
@click.option("--start", type=Day(), help="Of a template: the day of the first session.")
@click.option("--id", "identifier", metavar="ID", help="Of a template: the name of the circle's folder.", show_default="from the title")
@click.option("--engine", "engine_kind", type=click.Choice(["wheel", "index", "none"]), default="wheel", show_default=True,
              help="Carry the program as a wheel, fetch it from the package index, or use what is on the machine.")
@click.option("--git/--no-git", "with_git", default=True, help="Make it a git repository with a first commit.", show_default="where there is git")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@day_option
@click.pass_obj
def fork_command(context: Context, circle: str, target: Path, name: str | None, languages: str | None, publisher: str | None, contact: str | None, title: str | None,
                 question: str | None, theme: str | None, start: date | None, identifier: str | None, engine_kind: str, with_git: bool, yes: bool, today: date | None) -> None:
    """Make DIR a project of one circle, which builds on its own and looks the same.

    CIRCLE is the id of a circle or circle template. The fork has the circle, the pages of the handbook it uses, its own settings,
    a workflow that publishes it, and the engine it was made with. DIR may end in .zip. In the fork, `circlepress update` brings
    later improvements.
    """
    upstream = read_upstream(context.project, today_or(today))
    target = Path(os.path.abspath(target))
    _refuse_taken(context.project, target)
    asks = sys.stdin.isatty() and not yes
    begun = _begun(upstream, circle, title, question, theme, start, identifier, languages)
    facts = (upstream.catalogue.circle_by_id.get(circle) or upstream.catalogue.template_by_id[circle]).facts
    codes = _languages(upstream, languages, begun.languages if begun else facts.published_in)
    name = name or (begun.title if begun else words_for(facts.title, codes[0], codes).text)
    if asks:
        name = click.prompt("What is the fork called", default=name, prompt_suffix="? ")
        publisher = publisher or click.prompt("Who publishes it", default="", show_default=False, prompt_suffix="? ")
        contact = contact or click.prompt("Which mail address stands at the foot of its pages", default="", show_default=False, prompt_suffix="? ")
    look = _own_look(context.project)
    engine = None if engine_kind == "none" else pack()
    answers = ForkAnswers(circle, codes, " ".join(name.split()), publisher or "", contact or "", engine_kind, "overrides" if look else "", begun)
    files, notes = fork_files(upstream, answers, engine)
    _write(target, files | look, with_git, f"Fork of {circle}")
    _tell(target, answers, engine, files, notes)


def fork_files(upstream: Upstream, answers: ForkAnswers, engine: Engine | None) -> tuple[dict[str, bytes], list[str]]:
    """Return all files of a fork, and what is to be said about it."""
    made = make(upstream, answers)
    origin = with_making(None, making_of(answers), made.content_by_path)
    if engine and answers.engine == "wheel":
        origin = replace(origin, engine={"version": engine.version, "sha256": engine.sha256})
    return made.content_by_path | record_files(made, origin) | engine_files(engine, answers.engine), made.notes


def _begun(upstream: Upstream, circle: str, title: str | None, question: str | None, theme: str | None, start: date | None, identifier: str | None,
           given: str | None) -> Answers | None:
    """Return how the circle of a template is begun, in the given languages or the template's first; `None` for a circle."""
    catalogue = upstream.catalogue
    if circle in catalogue.circle_by_id:
        if any((title, question, theme, start, identifier)):
            raise UsageError(f"{circle} is a circle, which is forked as it is. --title, --question, --theme, --start and --id are for circle templates.")
        return None
    template = catalogue.template_by_id.get(circle)
    if template is None:
        known = [*sorted(catalogue.circle_by_id), *sorted(catalogue.template_by_id)]
        raise UsageError(f"There is no whole circle or circle template {circle!r}; there are: {', '.join(known) or 'none'}. `circlepress check` says what is broken.")
    languages = _languages(upstream, given, (template.facts.language,)) if given else (template.facts.language,)
    title = " ".join((title or words_for(template.facts.title, languages[0], languages).text).split())
    if fault := title_fault(title) or question_fault(question or ""):
        raise UsageError(fault)
    if theme and f"themes/{theme}" not in catalogue.material_by_reference:
        raise UsageError(f"There is no theme {theme!r} in docs/themes.")
    identifier = identifier or starting.id_from(title)
    if starting.id_from(identifier) != identifier:
        raise UsageError(f"{identifier!r} cannot be the name of a circle's folder; {starting.id_from(identifier)} could.")
    return Answers(identifier, title, circle, languages, " ".join((question or "").split()), theme or template.facts.theme, start=start.isoformat() if start else "")


def _languages(upstream: Upstream, given: str | None, of_circle: tuple[str, ...]) -> tuple[str, ...]:
    known = upstream.settings.languages
    chosen = tuple(dict.fromkeys(code.strip() for code in given.split(",") if code.strip())) if given else tuple(dict.fromkeys((of_circle[0], *known)))
    for code in chosen:
        if code not in known:
            raise UsageError(f"{code!r} is not a language of this project; it has {', '.join(known)}.")
    return chosen


def _own_look(project: Path) -> dict[str, bytes]:
    """Return the files of a project's theme that are not the engine's."""
    folder, own = project / (read_settings(project)[0].custom_dir or "overrides"), own_theme()
    if folder.is_symlink() or not folder.is_dir() or folder.resolve() == own.resolve():
        return {}
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not ((own / inside).is_file() and (own / inside).read_bytes() == path.read_bytes()):
            found[f"overrides/{inside.as_posix()}"] = path.read_bytes()
    return found


def _refuse_taken(project: Path, target: Path) -> None:
    if target.suffix == ".zip":
        if target.exists():
            raise UsageError(f"{target} is there already; choose another name.")
    elif target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already and not empty; nothing in it was touched. Name a folder that is not there.")
    if target.resolve().is_relative_to(project.resolve()):
        raise UsageError(f"{target} lies inside the project that is forked. Name a folder outside it, such as ../{target.name}.")
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent} to put it in.")


def _write(target: Path, files: Mapping[str, bytes], with_git: bool, message: str) -> None:
    """Write a fork as a whole or not at all."""
    waiting = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.suffix == ".zip":
            waiting.write_bytes(archive.packed(files, target.stem, is_program=PROGRAMS))
            os.replace(waiting, target)
            return
        waiting.mkdir()
        write_files(waiting, files)
        if with_git and (trouble := git.begin_repository(waiting, message)):
            shutil.rmtree(waiting / ".git", ignore_errors=True)
            click.echo(f"It is no git repository: {trouble}", err=True)
        if target.is_dir():
            target.rmdir()
        os.replace(waiting, target)
    except OSError as error:
        raise CirclepressError(f"{target} could not be written: {error.strerror}.") from error
    finally:
        if waiting.is_dir():
            shutil.rmtree(waiting, ignore_errors=True)
        elif waiting.exists():
            waiting.unlink()


def _tell(target: Path, answers: ForkAnswers, engine: Engine | None, files: Mapping[str, bytes], notes: list[str]) -> None:
    pages = sum(path.startswith("docs/") and path.endswith(".md") for path in files)
    identifier = answers.begin.id if answers.begin else answers.of
    click.echo(f"{target} is there: the circle {identifier}, {pages} files of the handbook in {', '.join(OWN_NAME[code] for code in answers.languages)}.")
    if engine and answers.engine == "wheel":
        click.echo(f"It carries its engine, circlepress {engine.version}:\n    engine/{engine.file_name} (sha256 {engine.sha256})")
    for note in notes:
        click.echo(f"    {note}")
    where = f"unpack {target.name}, then in its folder" if target.suffix == ".zip" else f"cd {min(os.path.relpath(target), str(target), key=len)}"
    click.echo(f"\nNext: {where}\n"
               "    scripts/serve     sets itself up and shows it on this machine (on Windows: python scripts/serve)\n"
               "    scripts/build     builds it into site/\n"
               f"Then change three lines in circles/{identifier}/circle.yml: title, question and theme. README.md says the rest.")
