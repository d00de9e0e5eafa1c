"""`circlepress update`: brings what has changed where a fork or circle came from, says how far it has drifted, and hands improvements back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from .. import archive, git, handback
from ..blocks import META, stamps_of
from ..engine import Engine, engine_files, is_wheel_name, order_of, pack_clone, read_wheel
from ..files import write_whole
from ..merging import Decisions, Fate, Told
from ..origin import BASE, FOLDER, UPSTREAM, Origin, base_files, read_origin, to_json
from ..origin import FILE as ORIGIN_FILE
from ..problem import CirclepressError, UsageError
from ..standalone import FORK, PROGRAMS, ForkAnswers, Made, answers_of, make
from ..starting import Answers
from ..updating import Plan, Standing, plan_update, stem_of
from ..worddiff import word_difference
from .common import Context, today_or
from .options import day_option
from .upstream import files_here, project_in, read_upstream, safe_target, write_files

_LEFT_OF_ZIPS = {".git", ".venv", "site", "preview", "build", "__pycache__"}


@click.command("update")
@click.argument("fork", type=click.Path(path_type=Path), required=False)
@click.option("--from", "source", type=click.Path(path_type=Path), help="The project it came from, as it is now: a folder or ZIP. A wheel brings an engine alone.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option("--report", "report_only", is_flag=True, help="Say how far this project has drifted, file by file, and write nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of the report.")
@click.option("--accept", multiple=True, metavar="PATH[#BLOCK]", help="Take theirs, where both sides have changed.")
@click.option("--keep", multiple=True, metavar="PATH[#BLOCK]", help="Keep ours, and do not offer it again until theirs changes.")
@click.option("--engine", "take_engine", is_flag=True, help="Take the engine of the other side. It will be run here; its hash is shown.")
@click.option("--older", is_flag=True, help="With --engine: also an older one.")
@click.option("--patch", "patch_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write what was improved here as a patch for the project it came from.")
@click.option("--only", multiple=True, metavar="PATH", help="With --patch: these files or folders, new ones and the circle's own included.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="ZIP", help="Where the updated project is put, when FORK is a ZIP.")
@click.option("--force", is_flag=True, help="Also write into files with changes that git has not recorded.")
@day_option
@click.pass_obj
def update_command(context: Context, fork: Path | None, source: Path | None, dry_run: bool, report_only: bool, form: str, accept: tuple[str, ...], keep: tuple[str, ...],
                   take_engine: bool, older: bool, patch_file: Path | None, only: tuple[str, ...], output: Path | None, force: bool, today: date | None) -> None:
    """Bring what has changed where this project came from.

    Parts that nobody here has touched follow. Parts that were changed here stay. What changed on both sides is shown and left as it
    is, until --accept or --keep decides. Circles made by `circlepress new` follow their template. FORK is a folder or ZIP, this
    project if left out. Ends with status 1 while something waits for a decision.
    """
    given = fork or context.project
    with ExitStack() as stack:
        project = stack.enter_context(project_in(given))
        is_zip = given.is_file()
        writes_nothing = dry_run or report_only or patch_file is not None
        if is_zip and not output and not writes_nothing:
            raise UsageError(f"{given.name} is a ZIP, which is not changed itself. Say where the new one goes: --output new.zip")
        if output and not is_zip:
            raise UsageError("--output is for ZIPs; a folder is updated where it is.")
        if output and output.exists():
            raise UsageError(f"{output} is there already; choose another name.")
        origin = read_origin(project)
        if origin is None:
            raise UsageError(f"{given} does not say what it was made from ({ORIGIN_FILE}), so nothing can follow. `circlepress fork` and `circlepress new` record that.")
        work = _Work(project, origin, Decisions(frozenset(_plain(path) for path in accept), frozenset(_plain(path) for path in keep)), today_or(today))
        if patch_file:
            _hand_back(work, patch_file, tuple(_plain(path) for path in only))
            return
        engine = None
        if source and is_wheel_name(source.name):
            engine = read_wheel(source.name, _read(source))
            plan, made = work.plan(None)
        else:
            upstream = stack.enter_context(project_in(source)) if source else None
            plan, made = work.plan(upstream)
            engine = _engine_in(upstream) if upstream else None
            if upstream and not force:
                _refuse_stranger(work, upstream)
        if report_only:
            _report(work, plan, form)
            return
        _refuse_unknown(work, plan)
        new_engine = _chosen_engine(origin, engine, take_engine, older)
        _tell(plan, dry_run)
        if dry_run:
            sys.exit(1 if plan.is_open else 0)
        if not is_zip and not force:
            _refuse_unrecorded(project, plan)
        _write(project, plan, made, new_engine, origin)
        if output:
            _write_zip(project, output, given)
        sys.exit(1 if plan.is_open else 0)


class _Work(Struct):
    """One project that is looked at."""

    project: Path
    origin: Origin
    decisions: Decisions
    today: date
    base: dict[str, bytes] = {}
    """What each file held when it was last the same here and where it came from; found by itself, as is `here`."""
    here: dict[str, bytes] = {}
    """What each file holds here."""

    def __post_init__(self) -> None:
        self.base = base_files(self.project, self.origin)
        self.here = files_here(self.project)
        for record in self.origin.record_by_path.values():
            path = safe_target(self.project, record.here)
            if record.here not in self.here and path.is_file():
                self.here[record.here] = path.read_bytes()

    def plan(self, source: Path | None) -> tuple[Plan, Made]:
        """Plan the update from another project; without one, of circles from the templates of this, and decisions on what waits."""
        own = read_upstream(self.project, self.today)
        other = read_upstream(source, self.today) if source else None
        made = Made()
        for making in self.origin.makings:
            try:
                answers = answers_of(making)
            except (TypeError, KeyError) as error:
                raise CirclepressError(f"{ORIGIN_FILE} was written by another edition of circlepress: {error}. Update the engine first, with --engine.") from error
            one = self._make(answers, own, other)
            made.content_by_path |= one.content_by_path
            made.upstream_by_path |= one.upstream_by_path
            made.notes += one.notes
        for path in made.content_by_path:  # files that are there already although nothing here was made from them
            target = safe_target(self.project, path)
            if path not in self.here and target.is_file():
                self.here[path] = target.read_bytes()
        return plan_update(self.origin, self.base, self.here, made.content_by_path, self.decisions), made

    def _make(self, answers: ForkAnswers | Answers, own, other) -> Made:
        if isinstance(answers, Answers):
            side = other if other and answers.template in other.catalogue.template_by_id else own
            if answers.template in side.catalogue.template_by_id:
                return make(side, answers)
            return self._as_recorded(f"circles/{answers.id}/")
        if other is None:
            return self._as_recorded("", {f"circles/{answers_of(making).id}/" for making in self.origin.makings if making.kind != FORK})
        identifier = answers.begin.id if answers.begin else answers.of
        made = make(other, answers, own.catalogue.circle_by_id.get(own.catalogue.neighbours.circle_now(identifier)))
        is_there = answers.of in (other.catalogue.template_by_id if answers.begin else other.catalogue.circle_by_id)
        if not is_there:  # what is gone there is no reason to take the circle away here
            kept = self._as_recorded(f"circles/{identifier}/")
            made.content_by_path |= kept.content_by_path
            made.upstream_by_path |= kept.upstream_by_path
        return made

    def _as_recorded(self, below: str, but: Sequence[str] | set[str] = ()) -> Made:
        made = Made()
        for path in self.origin.record_by_path:
            if path.startswith(below) and not path.startswith(tuple(but) or ("//",)):
                if path in self.base:
                    made.content_by_path[path] = self.base[path]
                elif self.origin.record_by_path[path].here in self.here:
                    made.content_by_path[path] = self.here[self.origin.record_by_path[path].here]
                raw = self.project / UPSTREAM / path
                if raw.is_file() and not raw.is_symlink():
                    made.upstream_by_path[path] = raw.read_bytes()
        return made


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./").rstrip("/")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


# --- the engine ------------------------------------------------------------------------------------------------------


def _engine_in(source: Path) -> Engine | None:
    """Return the engine that another project carries, or is."""
    folder = source / "engine"
    wheels = [path for path in folder.iterdir() if is_wheel_name(path.name) and not path.is_symlink()] if folder.is_dir() else []
    engines = [read_wheel(path.name, path.read_bytes()) for path in wheels]
    return max(engines, key=lambda one: order_of(one.version), default=None) or pack_clone(source)


def _chosen_engine(origin: Origin, engine: Engine | None, take: bool, older: bool) -> Engine | None:
    """Say what engine the other side has, and return it when it was asked for."""
    if take and engine is None:
        raise UsageError("The other side carries no engine. Name a project or a wheel that has one: --from circlepress-1.2.3-py3-none-any.whl")
    mine = origin.engine.get("version", "")
    if engine is None or not mine or engine.sha256 == origin.engine.get("sha256"):
        return None
    what = f"circlepress {engine.version} (sha256 {engine.sha256})"
    is_older = order_of(engine.version) < order_of(mine)
    if not take:
        if not is_older:
            click.echo(f"Engine: the other side has {what}; here is {mine}. It is a program, so it is taken only with --engine.")
        return None
    if is_older and not older:
        raise UsageError(f"The other side's engine is older: {what}; here is {mine}. With --older it is taken all the same.")
    click.echo(f"Engine: {mine} gives way to {what}. scripts/build sets it up the next time.")
    return engine


# --- what is said ----------------------------------------------------------------------------------------------------


def _called(told: Told) -> str:
    return told.path + (f"#{told.block}" if told.block else "")


def _tell(plan: Plan, dry_run: bool) -> None:
    counts: dict[str, list[str]] = {}
    for told in plan.told:
        if told.fate in (Fate.FOLLOWED, Fate.ADDED, Fate.REMOVED) and told.block:
            counts.setdefault(f"{told.path}: ", []).append(told.block.removeprefix(META) + {Fate.ADDED: " (new)", Fate.REMOVED: " (taken out)"}.get(told.fate, ""))
    lines = [f"  follows   {path}{', '.join(blocks)}" for path, blocks in counts.items()]
    lines += _new_pages(told for told in plan.told if told.fate is Fate.ADDED and not told.block)
    for told in plan.told:
        match told.fate:
            case Fate.FOLLOWED if not told.block:
                lines.append(f"  follows   {told.path}")
            case Fate.REMOVED if not told.block:
                lines.append(f"  removed   {told.path}: it is not there any more, and nobody here had changed it")
            case Fate.MOVED:
                lines.append(f"  moved     {told.path}, which was {told.note}")
            case Fate.ACCEPTED | Fate.KEPT:
                lines.append(f"  {'theirs' if told.fate is Fate.ACCEPTED else 'ours':9} {_called(told)}")
            case Fate.GONE_HERE:
                lines.append(f"  left out  {_called(told)}: it was taken out here, and has {'come in another language' if told.note else 'changed'} there; --accept {_called(told)} brings it")
    if lines:
        click.echo("\n".join([f"What {'would follow' if dry_run else 'has followed'}:", *lines]))
    offered = [told for told in plan.told if told.fate is Fate.OFFERED]
    waiting = [told for told in plan.told if told.fate is Fate.WAITING]
    if offered:
        click.echo(f"\nChanged on both sides, and left as {'it is' if len(offered) == 1 else 'they are'} here:")
    for told in offered:
        click.echo(f"\n  {_called(told)}")
        for line in _differences(told):
            click.echo(f"    {line}")
        click.echo(f"    --accept {_called(told)} takes theirs, --keep {_called(told)} keeps ours.")
    if waiting:
        click.echo(f"\nStill waiting for --accept or --keep since an earlier update: {', '.join(_called(told) for told in waiting)}")
    if not (lines or offered or waiting):
        click.echo("Nothing has changed there.")
    elif not offered and not waiting:
        click.echo("Nothing that was written here was changed.")


def _new_pages(added: Iterable[Told]) -> list[str]:
    """Return a line for each new page, with the languages it has come in."""
    endings: dict[str, list[str]] = {}
    for told in added:
        stem = stem_of(told.path)
        endings.setdefault(stem, []).append(told.path.removeprefix(stem).split(".")[1] if stem != told.path else "")
    return [f"  new       {stem}" + (f".md in {', '.join(languages)}" if languages != [""] else "") for stem, languages in endings.items()]


def _differences(told: Told) -> list[str]:
    """Say in words what changed on either side."""
    if told.note == "gone there":
        return ["There it is gone, and here it has been changed."]
    if told.there is None and told.here is None:
        return ["It is no text, so the two cannot be shown beside each other."]
    if told.base is None:
        return [f"Here and there: {_one_line(told.here or '', told.there or '')}", "Both sides have it, and it was not there before."]
    said = ["There it is gone." if told.there is None else f"There: {_one_line(told.base, told.there)}"]
    return [*said, f"Here:  {_one_line(told.base, told.here or '')}"]


def _one_line(old: str, new: str) -> str:
    return " ".join(word_difference(old, new, shortened=True).split())


def _report(work: _Work, plan: Plan, form: str) -> None:
    counts = {standing: sum(one is standing for one in plan.standing_by_path.values()) for standing in Standing}
    changed = {record.here: [name for name, stamp in _blocks(work.here, record.here).items() if record.stamp_by_block.get(name) != stamp]
               + [f"{name} (gone)" for name in record.stamp_by_block if record.here in work.here and name not in _blocks(work.here, record.here)]
               for record in work.origin.record_by_path.values()}
    offers = {record.here: sorted(record.offers) for record in plan.origin.record_by_path.values() if record.offers}
    if form == "json":
        files = [{"path": path, "standing": str(standing), "changed_here": changed.get(path, []), "waiting": offers.get(path, [])}
                 for path, standing in sorted(plan.standing_by_path.items())]
        click.echo(json.dumps({"version": 1, "engine": dict(work.origin.engine), "counts": {str(key): number for key, number in counts.items()}, "files": files},
                              ensure_ascii=False, indent=1))
        return
    click.echo(", ".join(f"{number} {standing}" for standing, number in counts.items() if number) or "Nothing is recorded.")
    for path, standing in sorted(plan.standing_by_path.items()):
        if standing is not Standing.UNTOUCHED:
            names = ", ".join(name.removeprefix(META) for name in changed.get(path, [])) if standing in (Standing.CHANGED_HERE, Standing.BOTH) else ""
            click.echo(f"  {standing:13} {path}{': ' + names if names else ''}")


def _blocks(here: Mapping[str, bytes], path: str) -> dict[str, str]:
    return stamps_of(path, here[path]) if path in here else {}


def _hand_back(work: _Work, file: Path, only: tuple[str, ...]) -> None:
    own = {f"circles/{answers.id}/" for making in work.origin.makings if isinstance(answers := _circle_of(answers_of(making)), Answers)}
    upstream = {path: (work.project / UPSTREAM / path).read_bytes() for path in work.origin.record_by_path if (work.project / UPSTREAM / path).is_file()}
    origin = replace(work.origin, record_by_path={path: record for path, record in work.origin.record_by_path.items() if not path.startswith(tuple(own) or ("//",))})
    made = handback.patch(origin, work.base, upstream, work.here, only)
    for reason in made.left_out:
        click.echo(f"Not in the patch: {reason}", err=True)
    if not made.paths:
        click.echo("Nothing was improved here in what came from there, so there is no patch.\n"
                   "    Name files with --only to hand back the circle's own or new ones.")
        return
    write_whole(Path(os.path.abspath(file)), made.text.encode("utf-8"))
    click.echo(f"{file} holds what was improved in {len(made.paths)} {'file' if len(made.paths) == 1 else 'files'}: {', '.join(made.paths)}\n"
               f"    Read it through, and send it; there, `git apply {file.name}` takes it in.")


def _circle_of(answers: ForkAnswers | Answers) -> Answers | None:
    return answers if isinstance(answers, Answers) else answers.begin


# --- what is written -------------------------------------------------------------------------------------------------


def _refuse_unknown(work: _Work, plan: Plan) -> None:
    """Refuse a decision on something that is not there, so that a slip of the pen is not taken for one."""
    paths = {path for path, record in work.origin.record_by_path.items() for path in (path, record.here)} | set(plan.base_by_path)
    decided = {_called(told) for told in plan.told} | {told.path for told in plan.told}
    for name in sorted(work.decisions.accept | work.decisions.keep):
        if name.partition("#")[0] not in paths:
            raise UsageError(f"{name.partition('#')[0]} did not come from elsewhere, so there is nothing to decide about it.")
        if name not in decided and name.partition("#")[0] not in decided:
            click.echo(f"Nothing waits for a decision in {name}.", err=True)


def _refuse_stranger(work: _Work, source: Path) -> None:
    """Refuse a project that has hardly a page of those that came from elsewhere: it was hardly the one that was meant, and pages would be taken out."""
    pages = [path for path in work.origin.record_by_path if path.startswith("docs/")]
    there = [path for path in pages if (source / path).is_file()]
    if len(there) * 2 < len(pages):
        raise UsageError(f"Only {len(there)} of the {len(pages)} files of the handbook that came from elsewhere are in the project given with --from, so it is hardly where they came from.\n"
                         "    Name another one. If so much has changed there, add --force.")


def _refuse_unrecorded(project: Path, plan: Plan) -> None:
    """Refuse to write into files with changes that git has not recorded; where there is no git, nothing is asked."""
    try:
        changed = {change.path for change in git.changed_since(project, "HEAD")}
    except CirclepressError:
        return
    mixed = sorted(changed & {*plan.writes, *plan.removals})
    if mixed:
        raise UsageError(f"{len(mixed)} of the files that would be updated {'has' if len(mixed) == 1 else 'have'} changes that git has not recorded: {', '.join(mixed[:5])}"
                         f"{' …' if len(mixed) > 5 else ''}\n    Commit them first, so that you can see afterwards what the update did, or add --force.")


def _write(project: Path, plan: Plan, made: Made, engine: Engine | None, before: Origin) -> None:
    """Write a plan: the project first and the record last, so that an update that was stopped is simply run again."""
    for path in plan.removals:
        safe_target(project, path)
    write_files(project, plan.writes)
    for path in plan.removals:
        _remove(project, path)
    origin = plan.origin
    if engine:
        write_files(project, engine_files(engine, "wheel"))
        for path in (project / "engine").iterdir():
            if is_wheel_name(path.name) and path.name != engine.file_name:
                path.unlink()
        origin = replace(origin, engine={"version": engine.version, "sha256": engine.sha256})
    record = {f"{BASE}/{path}": content for path, content in plan.base_by_path.items()}
    record |= {f"{UPSTREAM}/{path}": content for path, content in made.upstream_by_path.items() if path in plan.base_by_path}
    write_files(project, {path: content for path, content in record.items() if not (project / path).is_file() or (project / path).read_bytes() != content})
    for path in before.record_by_path:
        for folder in (BASE, UPSTREAM):
            if f"{folder}/{path}" not in record and (project / folder / path).is_file():
                _remove(project, f"{folder}/{path}")
    write_files(project, {ORIGIN_FILE: to_json(origin)})


def _remove(project: Path, path: str) -> None:
    target = safe_target(project, path)
    target.unlink(missing_ok=True)
    for folder in target.parents:
        if folder == project or folder.name == FOLDER or any(folder.iterdir()):
            break
        folder.rmdir()


def _write_zip(project: Path, output: Path, given: Path) -> None:
    files = {path.relative_to(project).as_posix(): path.read_bytes() for path in sorted(project.rglob("*"))
             if path.is_file() and not path.is_symlink() and not _LEFT_OF_ZIPS.intersection(path.relative_to(project).parts[:1])}
    write_whole(Path(os.path.abspath(output)), archive.packed(files, output.stem, is_program=PROGRAMS))
    click.echo(f"{output} holds the updated project; {given.name} is as it was.")


