"""Whatever happens to a build, readers find the old site or the new one, whole; and the next build is right.

Real processes are killed at random moments and at chosen steps, disks are really full, caches really damaged. The quick
part takes samples; `--long` takes hundreds and prints their figures (with -s).
"""

from __future__ import annotations

import collections
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support import faults
from support.faults import Ended, Files, Process, files_below, leftovers, run
from support.project import CircleProject

from circlepress import cache, files, memory, page_clock, press, publish, sieve, state, unit, workers

OLD, NEW = "ikke ret meget", "en hel del mere"


@dataclass
class Case:
    """A project whose site is known before and after an edit."""

    project: CircleProject
    caches: Path
    old: Files
    new: Files
    site: Path
    jobs: int = 2

    @property
    def command(self) -> tuple[str, ...]:
        return "--project", str(self.project.folder), "build", "--output", str(self.site), "--jobs", str(self.jobs)

    def build(self, *more: str, before: Callable[[], None] = lambda: None) -> Ended:
        return run(*self.command, *more, caches=self.caches, before=before)

    def build_well(self, **trouble) -> Ended:
        """Build, and expect nothing but success."""
        ended = self.build(**trouble)
        assert ended.status == 0 and "Traceback" not in ended.said, ended
        return ended

    def edit(self) -> None:
        """Change a page of the handbook, a page of the circle, and what all pages show."""
        _exchange(self.project, OLD, NEW)

    def take_back(self) -> None:
        _exchange(self.project, NEW, OLD)

    def state(self) -> str:
        """Return which site is published: "none", "old", "new", or what is wrong with it."""
        if not os.path.lexists(self.site):
            return "none"
        found = files_below(self.site)
        if found == self.old:
            return "old"
        if found == self.new:
            return "new"
        unlike = {
            site: sorted(name for name in found.keys() | files.keys() if found.get(name) != files.get(name))
            for site, files in (("old", self.old), ("new", self.new))
        }
        return f"neither: {len(found)} files, " + ", ".join(
            f"{len(names)} unlike the {site} site's ({names[:4]})" for site, names in unlike.items()
        )

    def begin(self, *, published: bool = True) -> None:
        """Go back to the beginning: the old site is published and an edit is waiting, or nothing has been built."""
        self.take_back()
        if published:
            if self.state() != "old":
                self.build_well()
            assert self.state() == "old"
            self.edit()
        else:
            remove(self.site)
            shutil.rmtree(self.caches, ignore_errors=True)
            self.edit()

    def is_mended(self, *, before: Callable[[], None] = lambda: None) -> None:
        """The next build works, makes the right site, and leaves nothing lying about."""
        self.build_well(before=before)
        assert self.state() == "new" and leftovers(self.site) == []


def _exchange(project: CircleProject, old: str, new: str) -> None:
    for path in ("docs/index.da.md", "circles/small-circle/index.da.md", "mkdocs.yml"):
        text = (project.folder / path).read_text()
        if old in text:
            project.write(path, text.replace(old, new))


def remove(site: Path) -> None:
    if site.is_symlink():
        site.unlink()
    else:
        shutil.rmtree(site, ignore_errors=True)
    shutil.rmtree(publish.versions_folder(site), ignore_errors=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Case:
    """The minimal project with a text that will be edited, and its two sites, each built from nothing."""
    folder = tmp_path_factory.mktemp("case")
    project = CircleProject.from_dir("minimal", folder / "project")
    project.with_search = True
    project.edit("circles/small-circle/index.da.md", "## Velkommen", f"Her står {OLD}.\n\n## Velkommen")
    project.edit("mkdocs.yml", "Prøveprojekt", f"Prøveprojekt med {OLD}")
    sites = []
    for number in range(2):
        assert project.build(output=folder / f"site {number}").published.problems == ()
        sites.append(files_below(folder / f"site {number}"))
        _exchange(project, OLD, NEW)
    _exchange(project, NEW, OLD)
    assert sum(sites[0][name] != sites[1].get(name) for name in sites[0]) > 50
    return Case(project, folder / "caches", *sites, folder / "site")


def case_in(folder: Path, made: Case) -> Case:
    shutil.copytree(made.project.folder, folder / "project")
    return replace(made, project=CircleProject(folder / "project", with_search=True), caches=folder / "caches", site=folder / "published" / "site")


@pytest.fixture
def case(made: Case, tmp_path: Path) -> Case:
    """A project of a test's own; its site is not built yet."""
    return case_in(tmp_path, made)


class Tally:
    """What became of many attempts."""

    def __init__(self) -> None:
        self.found: collections.Counter[str] = collections.Counter()
        self.since = time.monotonic()

    def report(self, what: str, record_property: Callable[[str, object], None]) -> None:
        text = ", ".join(f"{count} {name}" for name, count in sorted(self.found.items()))
        record_property(what, text)
        print(f"\n{what}: {sum(self.found.values())} in {time.monotonic() - self.since:.0f} s: {text}")


# --- kill -9 at a moment ---------------------------------------------------------------------------------------------


def kill_and_mend(case: Case, count: int, seed: int, tally: Tally, *, real: bool) -> None:
    """Kill builds at moments spread over the time that a build takes, half of them first builds."""
    moments = random.Random(seed)
    for published in (False, True):
        case.begin(published=published)
        began = time.monotonic()
        _killed(case, None, real=real)
        duration = time.monotonic() - began
        for number in range(count // 2):
            case.begin(published=published)
            after = duration * 1.05 * (number + moments.random()) / (count // 2)
            ended = _killed(case, after, real=real, alone=number % 3 == 2)
            assert ended.status in (0, -signal.SIGKILL) and "Traceback" not in ended.said, ended
            found = case.state()
            assert found in ("new", "old" if published else "none"), found
            tally.found[
                f"{'rebuilds' if published else 'first builds'} {'killed' if ended.was_killed else 'done before the kill'} with the {found} site"
            ] += 1
            case.is_mended()


def _killed(case: Case, after: float | None, *, real: bool, alone: bool = False) -> Ended:
    """Start a build and kill it after some seconds, if it still runs; `alone` leaves its workers to find out by themselves."""
    if not real:
        process = Process(*case.command, caches=case.caches)
        if after is not None:
            process.kill(after, alone=alone)
        return process.end()
    child = faults.real_process(case.project.folder, *case.command, caches=case.caches)
    try:
        child.wait(after)
    except subprocess.TimeoutExpired:
        (os.kill if alone else os.killpg)(child.pid, signal.SIGKILL)
    return Ended(child.wait(), "", 0)


def test_killed_at_any_moment(case, record_property):
    """`kill -9` of a build and all its workers: the site is the one before or the one after, and the next build clears up."""
    tally = Tally()
    kill_and_mend(case, 6, 1, tally, real=False)
    tally.report("kills at random moments", record_property)


@pytest.mark.long
@pytest.mark.parametrize("real", [False, True], ids=["forked", "from a shell"])
def test_killed_at_any_moment_many_times(case, record_property, real):
    """The same 200 times in processes that begin warm, and 60 times in processes that a shell would start."""
    tally = Tally()
    kill_and_mend(case, 60 if real else 200, 2, tally, real=real)
    tally.report("kills at random moments, " + ("from a shell" if real else "forked"), record_property)


# --- kill -9 at a step -----------------------------------------------------------------------------------------------


def with_links() -> None:
    """Be a system like any other."""


def without_links() -> None:
    """Be a system on which no symbolic links can be made."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    os.symlink = refused


WAYS = {
    "a link is replaced": (with_links, with_links),
    "a folder is replaced": (without_links, without_links),
    "a folder becomes a link": (without_links, with_links),
    "a link becomes a folder": (with_links, without_links),
}


def kill_at_steps(case: Case, way: str, choose: Callable[[int], list[int]], tally: Tally) -> None:
    """Kill builds before chosen steps of writing; `choose` gets the number of the step in which the new site appears."""
    earlier, now = WAYS[way]
    case = replace(case, jobs=1)

    def begin() -> None:
        case.take_back()
        remove(case.site)
        case.build_well(before=earlier)
        case.edit()

    begin()
    steps = faults.steps_of(*case.command, below=case.site.parent, caches=case.caches, before=now)
    assert case.state() == "new"
    for number in choose(max(number for number, step in enumerate(steps, 1) if step == ("os.rename", str(case.site)))):
        begin()
        ended = case.build(
            before=lambda number=number: (
                (now(), faults.at_step(number, case.site.parent, faults.die, in_workers=number % 3 == 0)()) and None
            )
        )
        assert ended.status in (0, -signal.SIGKILL) and "Traceback" not in ended.said, (number, ended)
        found = case.state()
        assert ended.was_killed or found == "new", (number, found)
        if found == "none" and "folder" in way:  # between the two renames that a folder needs; any build takes the first one back
            assert case.build("--language", "xx").status == 2
            assert case.state() == "old"
            found = "old, brought back by the next build"
        assert found.split(",")[0] in ("old", "new"), (number, steps[number - 1 : number], found)
        tally.found[f"{way}: {found}"] += 1
        case.is_mended(before=now)


@pytest.mark.parametrize("way", WAYS)
def test_killed_while_publishing(case, way, record_property):
    """Killed before the step that publishes and, where that is done as it was before, those beside it: whole before it, whole after it."""
    around = {"a link is replaced": (-1, 0, 1), "a folder is replaced": (0, 1)}.get(way, (0,))
    tally = Tally()
    kill_at_steps(case, way, lambda swap: [swap + step for step in around], tally)
    tally.report("kills at steps of publishing", record_property)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_killed_at_any_step(case, way, record_property):
    """Killed before any of fifty steps of writing, and each of twenty around the one that publishes."""
    tally, steps = Tally(), random.Random(3)
    kill_at_steps(case, way, lambda swap: sorted({*steps.sample(range(1, swap), 50), *range(max(1, swap - 14), swap + 6)}), tally)
    tally.report("kills at steps", record_property)


# --- disks -----------------------------------------------------------------------------------------------------------


def is_told_of(ended: Ended, what: str) -> None:
    """The build failed with one clear sentence, and an exit status that says so."""
    assert ended.status == 3, ended
    assert "Traceback" not in ended.said and "Error:" not in ended.said, ended.said
    assert len([line for line in ended.said.splitlines() if "The site cannot be written" in line]) == 1, ended.said
    assert what in ended.said, ended.said


def fill_and_mend(case: Case, troubles: list, tally: Tally, *, publishes: bool = False) -> None:
    """Let builds run into each trouble (a context, and what is done in the process itself): the site is as it was, and then right."""
    for name, surroundings, before in troubles:
        case.begin()
        with surroundings:
            ended = case.build(before=before)
        found = case.state()
        if ended.status == 0:
            assert found == "new", (name, found, ended)
        else:
            is_told_of(ended, "the published one is as it was")
            assert found == "old", (name, found, ended)
            assert leftovers(case.site) == [], name
        tally.found["had room enough" if ended.status == 0 else "told, with the old site"] += 1
        case.is_mended()


def file_size_limits(sizes: list[int]) -> list:
    def limit(size: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return [(f"no file above {size} bytes", nullcontext(), limit(size)) for size in sizes]


def test_no_large_files(case, record_property):
    """Where no file may grow above some size, the search index or a page is what fails: nothing is published by halves."""
    tally = Tally()
    fill_and_mend(case, file_size_limits([100, 40_000, 10_000_000]), tally)
    tally.report("limits to the size of files", record_property)
    assert tally.found["told, with the old site"] == 2


def test_a_disk_that_takes_a_part_of_a_page(tmp_path):
    """A page of which the disk takes only the beginning is an error, never a page that ends in the middle."""
    program = ("import resource, signal, sys\nfrom pathlib import Path\nfrom circlepress import files, press\n"
               "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
               "press._write(Path(sys.argv[1]) / 'short/index.html', 'x' * 4000)\n"
               "try:\n    press._write(Path(sys.argv[1]) / 'long/index.html', 'x' * 9000)\nexcept OSError as error:\n    print(error.strerror)\n")
    said = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C"})
    assert said.stdout == "File too large\n" and (tmp_path / "short/index.html").stat().st_size == 4000


@pytest.mark.long
def test_no_large_files_at_many_sizes(case, record_property):
    """The same at sixty sizes, from nothing to more than the largest file."""
    tally = Tally()
    fill_and_mend(case, file_size_limits([int(1.2**step) for step in range(6, 66)]), tally)
    tally.report("limits to the size of files", record_property)


def full_from_step(case: Case, choose: Callable[[int], list[int]]) -> list:
    """From some step on, whatever needs room is refused, in the process or in each of its workers."""
    case.begin()
    steps = faults.steps_of(*replace(case, jobs=1).command, below=case.site.parent, caches=case.caches)
    return [
        (f"full from step {number}", nullcontext(), faults.at_step(number, case.site.parent, faults.no_room))
        for number in choose(len(steps))
    ]


def test_no_room_from_a_step_on(case, record_property):
    """The disk is full from one step of writing on, until the end: folders, links and files are all refused."""
    tally = Tally()
    fill_and_mend(case, full_from_step(case, lambda count: [1, 40, count // 2]), tally)
    tally.report("disks full from a step on", record_property)
    assert tally.found["told, with the old site"] >= 2


@pytest.mark.long
def test_no_room_from_any_step_on(case, record_property):
    """The same for 120 steps, with one worker and with two."""
    tally, steps = Tally(), random.Random(4)
    for jobs in (1, 2):
        fill_and_mend(
            replace(case, jobs=jobs), full_from_step(case, lambda count: sorted(steps.sample(range(1, count + 10), 60))), tally
        )
    tally.report("disks full from a step on", record_property)


def small_disks(case: Case, resize: Callable[[int, int], None], sizes: list[tuple[int, int]]) -> list:
    """Disks with so much room, in kilobytes, and for so many files, besides what is on them."""

    class Smaller:
        def __init__(self, room: int, more_files: int) -> None:
            self._room, self._more_files = room, more_files

        def __enter__(self) -> None:
            status = os.statvfs(case.site.parent)
            used, number = (status.f_blocks - status.f_bfree) * status.f_bsize // 1024, status.f_files - status.f_ffree
            resize(used + self._room, number + self._more_files if self._more_files else 0)

        def __exit__(self, *_: object) -> None:
            resize(100_000, 0)

    return [(f"{room} kB and {number} files of room", Smaller(room, number), lambda: None) for room, number in sizes]


@pytest.mark.parametrize("with_cache", [False, True], ids=["the site's disk", "the site's and the cache's disk"])
def test_a_full_disk(case, with_cache, record_property):
    """A real file system without room: for a few blocks, for some of the pages, for all but the index, for a number of files."""
    case.site.parent.mkdir()
    tally = Tally()
    with faults.small_disk(case.site.parent, 100_000) as resize:
        if with_cache:
            case = replace(case, caches=case.site.parent / "caches")
        fill_and_mend(
            case, small_disks(case, resize, [(300, 0), (90_000, 40)] if with_cache else [(0, 0), (700, 0), (90_000, 100)]), tally
        )
    tally.report("full disks", record_property)
    assert tally.found["told, with the old site"] >= 2


@pytest.mark.long
@pytest.mark.parametrize("with_cache", [False, True], ids=["the site's disk", "the site's and the cache's disk"])
def test_a_full_disk_of_many_sizes(case, with_cache, record_property):
    """The same with sixty sizes and forty numbers of files."""
    case.site.parent.mkdir()
    tally = Tally()
    with faults.small_disk(case.site.parent, 100_000) as resize:
        if with_cache:
            case = replace(case, caches=case.site.parent / "caches")
        sizes = [(step * 60, 0) for step in range(60)] + [(90_000, 1 + step * 14) for step in range(40)]
        fill_and_mend(case, small_disks(case, resize, sizes), tally)
    tally.report("full disks", record_property)


# --- rights ----------------------------------------------------------------------------------------------------------


def locked(folder: Path) -> None:
    folder.chmod(0o555)


PLACES = {
    "the folder of the site": lambda site: locked(site.parent),
    "the folder of versions": lambda site: locked(publish.versions_folder(site)),
    "both": lambda site: (locked(site.parent), locked(publish.versions_folder(site))),
    "the folder of the site is shut": lambda site: site.parent.chmod(0o000),
    "the lock": lambda site: (publish.versions_folder(site) / "lock").chmod(0o000),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_site_that_may_not_be_written(case, place):
    """Somebody without the right to write where the site is gets one clear sentence, and the site is as it was."""
    case.build_well()
    case.edit()
    PLACES[place](case.site)
    try:
        ended = case.build(before=faults.without_privileges)
    finally:
        for folder in (case.site.parent, publish.versions_folder(case.site)):
            folder.chmod(0o755)
        (publish.versions_folder(case.site) / "lock").chmod(0o644)
    is_told_of(ended, "another folder with --output")
    assert case.state() == "old"
    case.is_mended(before=faults.without_privileges)


CACHES = {
    "cannot be written": lambda folder: locked(folder),
    "is shut": lambda folder: folder.chmod(0o000),
    "is a file": lambda folder: (shutil.rmtree(folder), folder.write_text("not a folder")),
    "is not there and cannot be made": lambda folder: (shutil.rmtree(folder), locked(folder.parent)),
    "holds folders that are shut": lambda folder: [
        path.chmod(0o000) for path in sorted(folder.rglob("*"), reverse=True) if path.is_dir()
    ],
    "holds files that may not be read": lambda folder: [path.chmod(0o000) for path in folder.rglob("*") if path.is_file()],
    "is a link to nowhere": lambda folder: (shutil.rmtree(folder), folder.symlink_to("nowhere/at/all")),
}


@pytest.mark.parametrize("trouble", CACHES)
def test_a_cache_that_cannot_be_used(case, trouble):
    """A cache folder that may not be read or written costs time and nothing else; nobody is bothered with it."""
    case = replace(case, caches=case.project.folder.parent / "home" / "caches")
    case.build_well()
    case.edit()
    CACHES[trouble](case.caches)
    try:
        case.is_mended(before=faults.without_privileges)
    finally:
        for path in (case.caches.parent, case.caches, *sorted(case.caches.rglob("*"))):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)


def test_an_absurd_name_for_the_cache(case):
    """A cache folder that no disk could hold is none."""
    case = replace(case, caches=Path("/" + "x" * 300 + "/" + "y" * 5000))
    case.begin(published=False)
    case.is_mended()


# --- damaged caches --------------------------------------------------------------------------------------------------


def _with_sum(rest: bytes) -> bytes:
    """Return a cache file that says of itself that it is whole."""
    return cache._first_line(rest) + b"\n" + rest


def _another_shape(raw: bytes, chance: random.Random) -> bytes:
    """Exchange one value of a cache file by one of another kind, as another version might have written it, with the right sum."""
    tree = json.loads(raw.partition(b"\n")[2])
    places = []

    def walk(value: object, path: tuple) -> None:
        if path and path[-1] in ("asked", "metadata"):
            return  # whatever was said or written stands there
        places.append(path)
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            walk(inner, (*path, key))

    walk(tree, ())
    path = chance.choice(places)
    other = chance.choice([None, 7, "word", [], {}, [1, 2], {"a": 1}, [["x"]], True, [None] * 7])
    if not path:
        tree = other
    else:
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        if isinstance(holder, dict) and chance.random() < 0.3:
            del holder[path[-1]]
        elif type(holder[path[-1]]) is not type(other):
            holder[path[-1]] = other
    return _with_sum(json.dumps(tree, ensure_ascii=False).encode())


def _flipped(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.choice([1, 1, 20])):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut short": lambda raw, chance: raw[: chance.randrange(len(raw))],
    "bits flipped": _flipped,
    "random bytes": lambda raw, chance: chance.randbytes(chance.randrange(1, 3000)),
    "empty": lambda raw, chance: b"",
    "another shape": _another_shape,
    "something else altogether": lambda raw, chance: _with_sum(
        chance.choice([b"[]", b"7", b"{}", b'"x"', b"null", b'{"units": [1]}', b"[" * 100_000, b"\xff", b'{"a": 1e999}'])
    ),
    "of another format": lambda raw, chance: b"circlepress 99 " + raw.partition(b" ")[2].partition(b" ")[2],
}


def damage_and_build(case: Case, rounds: int, seed: int, tally: Tally) -> None:
    """Damage one cache file after the other in each way, in this process; the site and the problems are right all the same."""
    chance = random.Random(seed)
    case.begin(published=False)
    states = {"new": case.new, "old": case.old}
    wanted = "new"
    case.project.build(output=case.site, caches=case.caches)
    known = sorted(path.relative_to(case.caches) for path in case.caches.rglob("*.json"))
    assert len(known) >= 7, known
    for number in range(rounds):
        kinds = sorted({_kind(path.relative_to(case.caches)) for path in case.caches.rglob("*.json")})
        kind = kinds[number % len(kinds)]
        name, change = sorted(DAMAGES.items())[(number + number // len(kinds)) % len(DAMAGES)]
        path = sorted(path for path in case.caches.rglob("*.json") if _kind(path.relative_to(case.caches)) == kind)[0]
        path.write_bytes(change(path.read_bytes(), chance))
        if chance.random() < 0.7:
            wanted = "old" if wanted == "new" else "new"
            _exchange(case.project, *((OLD, NEW) if wanted == "new" else (NEW, OLD)))
        case.project.build(output=case.site, caches=case.caches)
        assert files_below(case.site) == states[wanted], (kind, name)
        assert case.project.published.problems == (), (kind, name)
        tally.found[name] += 1


def _kind(path: Path) -> str:
    """Return what a cache file is for: its name, but for the parts that are different each time."""
    return (
        "site"
        if path.name.startswith("site") and path.parent.parent.name == "sites"
        else "/".join(path.parts[3:] or path.parts[1:])
    )


def test_damaged_caches(case, record_property, monkeypatch):
    """A cache file that is cut, changed, of another shape or not ours is as good as none."""
    monkeypatch.setattr(sieve, "_TOO_RECENT", 0)
    tally = Tally()
    damage_and_build(case, 14, 5, tally)
    tally.report("damaged cache files", record_property)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_damaged_caches_many_times(case, record_property, monkeypatch, seed):
    """The same 500 times."""
    monkeypatch.setattr(sieve, "_TOO_RECENT", 0)
    tally = Tally()
    damage_and_build(case, 500, 100 + seed, tally)
    tally.report("damaged cache files", record_property)


def test_folders_in_place_of_cache_files(case):
    """Where each cache file should be there is a folder with something in it: the build goes on without, now and later."""
    case.begin()
    for path in list(case.caches.rglob("*.json")):
        path.unlink()
        (path / "something").mkdir(parents=True)
    for _ in range(2):
        case.is_mended()


def test_what_killed_builds_leave_in_the_cache_goes_some_day(case):
    """Half-written cache files of builds that ended before their time are removed when they are old."""
    case.begin()
    left = next(case.caches.iterdir()) / ".looks.json.4711"
    left.write_bytes(b"half")
    case.build_well()
    assert left.is_file(), "another build may be at it"
    os.utime(left, (1_000_000_000,) * 2)
    case.take_back()
    case.build_well()
    assert not left.exists()


# --- damaged sites ---------------------------------------------------------------------------------------------------


DAMAGE_TO_SITES = {
    "emptied": lambda site: [
        shutil.rmtree(path) if path.is_dir() else path.unlink() for path in site.iterdir() if path.name[0] != "."
    ],
    "an edition is gone": lambda site: shutil.rmtree(site / "da"),
    "a microsite is gone": lambda site: shutil.rmtree(site / "circles"),
    "the front page is gone": lambda site: (site / "index.html").unlink(),
    "the version is gone": lambda site: shutil.rmtree(site.resolve()),
    "the spare is gone": lambda site: [
        shutil.rmtree(path) for path in publish.versions_folder(site).glob("site-*") if path != site.resolve()
    ],
    "the link is gone": lambda site: site.unlink(),
    "all versions are gone": lambda site: shutil.rmtree(publish.versions_folder(site)),
    "it is a copy": lambda site: (
        shutil.copytree(site, site.parent / "copy"),
        site.unlink(),
        (site.parent / "copy").rename(site),
    ),
}


@pytest.mark.parametrize(
    "edited", [False, pytest.param(True, marks=pytest.mark.long)], ids=["nothing else changed", "after an edit"]
)
@pytest.mark.parametrize("damage", DAMAGE_TO_SITES)
def test_a_site_that_somebody_removed_in_part(case, damage, edited):
    """Whoever empties `site/` by hand gets all of it back from the next build."""
    build = lambda: case.project.build(output=case.site, caches=case.caches)  # noqa: E731
    case.edit()
    build()
    if edited:
        case.take_back()
    DAMAGE_TO_SITES[damage](case.site)
    build()
    assert case.state() == ("old" if edited else "new")
    assert leftovers(case.site) == []
    (case.edit if edited else case.take_back)()
    build()
    assert case.state() == ("new" if edited else "old")


# --- two at once -----------------------------------------------------------------------------------------------------


def build_at_once(case: Case, other: Case, count: int, tally: Tally, *, real: bool) -> None:
    """Start builds together: of one project, or of two that are published to one place."""
    for number in range(count):
        one_project = number % 2 == 0
        case.take_back()
        other.edit()
        if number % 3 == 2:
            remove(case.site)
        elif os.path.lexists(case.site):
            case.build_well()
        asked = [case.command, case.command if one_project else replace(other, site=case.site).command, case.command]
        if one_project:
            case.edit()
        if real:
            children = [faults.real_process(case.project.folder, *command, caches=case.caches) for command in asked]
            ends = [child.wait(120) for child in children]
        else:
            processes = [Process(*command, caches=case.caches) for command in asked]
            results = [process.end() for process in processes]
            ends = [ended.status for ended in results]
            assert not any("Traceback" in ended.said for ended in results), results
        assert ends == [0, 0, 0], ends
        found = case.state()
        assert found in (("new",) if one_project else ("old", "new")), found
        assert leftovers(case.site) == []
        tally.found[f"{'one project' if one_project else 'two projects'}: {found}"] += 1


def test_builds_at_once(case, tmp_path, made, record_property):
    """Three builds started together on one output, of one project and of two, all end well; the site is whole and one of theirs."""
    tally = Tally()
    build_at_once(case, case_in(tmp_path / "other", made), 3, tally, real=False)
    tally.report("three builds at once", record_property)


@pytest.mark.long
@pytest.mark.parametrize("real", [False, True], ids=["forked", "from a shell"])
def test_builds_at_once_many_times(case, tmp_path, made, record_property, real):
    """The same forty times, and ten times from a shell."""
    tally = Tally()
    build_at_once(case, case_in(tmp_path / "other", made), 10 if real else 40, tally, real=real)
    tally.report("three builds at once", record_property)


def test_a_page_that_changes_while_it_is_built(case, monkeypatch):
    """What is written while a build runs is in that site or in the next one, also when it is taken back again meanwhile."""
    build = lambda: case.project.build(output=case.site, caches=case.caches)  # noqa: E731
    build()
    text = (case.project.folder / "docs/index.da.md").read_bytes()
    look = state.State.look_at_everything

    def look_late(self: state.State, **how: bool) -> None:
        case.project.write("docs/index.da.md", text.replace(OLD.encode(), b"noget, der fortrydes"))
        look(self, **how)

    monkeypatch.setattr(state.State, "look_at_everything", look_late)
    case.project.edit("docs/guides/first.da.md", "Læs også", "Læs ogsaa")
    build()
    monkeypatch.undo()
    case.project.write("docs/index.da.md", text)
    build()
    assert "fortrydes" not in (case.site / "da/index.html").read_text()
    case.project.edit("docs/guides/first.da.md", "Læs ogsaa", "Læs også")
    build()
    assert case.state() == "old"


# --- pages and circles that go wrong ---------------------------------------------------------------------------------


def assert_mixed(case: Case, *kept: str) -> None:
    """The editions at `kept` are the old ones, file by file, and all else is new."""
    wanted = {name: raw for name, raw in case.new.items() if not name.startswith(kept)} | {
        name: raw for name, raw in case.old.items() if name.startswith(kept)
    }
    assert files_below(case.site) == wanted


def test_a_circle_that_cannot_be_built_keeps_its_last_edition(case, monkeypatch):
    """A mistake that stops one circle's rendering: its last good pages stay, the others are new, and the next build is right."""
    case.begin()
    render = press.Press.render
    monkeypatch.setattr(
        press.Press, "render", lambda self, plan, *more: 1 / 0 if plan.edition.circle else render(self, plan, *more)
    )
    ended = case.build()
    assert ended.status == 1 and "Traceback" not in ended.said, ended.said
    assert "Left as it was: /circles/small-circle/da/" in ended.said and "error[edition-not-built]" in ended.said
    assert_mixed(case, "circles/small-circle/da/", "circles/small-circle/sv/")
    monkeypatch.undo()
    case.is_mended()


def test_a_worker_that_dies_costs_its_own_edition(case, monkeypatch):
    """The system kills a worker (too little memory): its edition stays as it was and is named, and is built the next time."""
    render = press.Press.render

    def dying(self, plan, *more):
        if plan.edition.name == "handbook.sv":
            os.kill(os.getpid(), signal.SIGKILL)
        return render(self, plan, *more)

    case.begin()
    monkeypatch.setattr(press.Press, "render", dying)
    ended = case.build()
    assert ended.status == 1 and "Traceback" not in ended.said and "Left as it was: /sv/" in ended.said, ended.said
    assert_mixed(case, "sv/")
    monkeypatch.undo()
    case.is_mended()


def test_a_worker_that_dies_while_it_looks(case, monkeypatch):
    """The system kills the process that looks at the one circle that was edited: its last good pages stay, and the next build is right."""
    case.begin(published=False)
    case.take_back()
    case.build_well()
    case.project.edit("circles/small-circle/index.da.md", OLD, NEW)
    monkeypatch.setattr(state, "_is_warm", lambda: False)
    monkeypatch.setattr(unit.Workshop, "look", lambda self, name: os.kill(os.getpid(), signal.SIGKILL))
    ended = case.build()
    assert ended.status == 1 and "Traceback" not in ended.said, ended.said
    assert "the circle could not be read: the process ended (signal 9" in ended.said and "Left as it was: /circles/small-circle/" in ended.said
    found = files_below(case.site)
    assert {name: raw for name, raw in found.items() if name.startswith("circles/small-circle/da/")} == {
        name: raw for name, raw in case.old.items() if name.startswith("circles/small-circle/da/")}
    monkeypatch.undo()
    monkeypatch.setattr(state, "_is_warm", lambda: False)
    case.edit()
    case.is_mended()


def test_a_worker_that_stands_still_is_given_up(case, monkeypatch):
    """A worker that does not come back in its time is ended; the others' editions are published."""
    case.begin()
    render = press.Press.render
    run_workers = workers.run
    monkeypatch.setattr(
        press.Press,
        "render",
        lambda self, plan, *more: time.sleep(600) if plan.edition.name == "handbook.nb" else render(self, plan, *more),
    )
    monkeypatch.setattr(workers, "run", lambda work, tasks, count, **_: run_workers(work, tasks, count, seconds=2))
    ended = case.build()
    assert ended.status == 1 and "it took longer than 2 seconds" in ended.said and "Left as it was: /nb/" in ended.said, (
        ended.said
    )
    assert ended.seconds < 30
    monkeypatch.undo()
    case.is_mended()


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.long), 2])
def test_a_hostile_page_that_needs_hours(case, monkeypatch, jobs):
    """A text that would take hours to convert is shown as plain text and named; every other page is as it would be without it."""
    monkeypatch.setattr(page_clock, "SECONDS", 1.5)  # on a busy machine an honest page may need some tenths
    case = replace(case, jobs=jobs)
    case.begin()
    page = (case.project.folder / "docs/guides/second.da.md").read_text()
    case.project.write("docs/guides/second.da.md", page.partition("## ")[0] + "[" * 100_000)
    ended = case.build()
    assert ended.status == 1 and "Traceback" not in ended.said
    assert "docs/guides/second.da.md" in ended.said and "error[page-not-rendered]" in ended.said, ended.said
    assert "<pre><code>[[[[" in (case.site / "da/guides/second/index.html").read_text()
    assert (case.site / "sv/guides/first/index.html").read_bytes() == case.new["sv/guides/first/index.html"]
    case.project.write("docs/guides/second.da.md", page)
    case.is_mended()


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.long), 2])
def test_a_hostile_page_that_needs_much_memory(case, monkeypatch, jobs):
    """A text whose conversion wants more memory than a worker has is named; the others are published, and the machine is left in peace."""
    from circlepress import markdown_extension

    convert = markdown_extension.Converter.convert

    def greedy(self, text, *more):
        if "en hel del hukommelse" in text and not text.startswith("~"):
            return len("x" * 60_000_000_000), {}
        return convert(self, text, *more)

    monkeypatch.setattr(markdown_extension.Converter, "convert", greedy)
    case = replace(case, jobs=jobs)
    case.begin()
    case.project.edit("docs/guides/second.da.md", "## Mere", "en hel del hukommelse\n\n## Mere")
    ended = case.build()
    assert ended.status == 1 and "Traceback" not in ended.said, ended.said
    assert "docs/guides/second.da.md: error[page-not-rendered]" in ended.said and "MemoryError" in ended.said, ended.said
    assert (case.site / "circles/small-circle/da/index.html").read_bytes() == case.new["circles/small-circle/da/index.html"]
    case.project.edit("docs/guides/second.da.md", "en hel del hukommelse\n\n## Mere", "## Mere")
    monkeypatch.undo()
    case.is_mended()


def test_search_is_not_short_of_memory(case, monkeypatch):
    """What a worker may have is for pages; Pagefind, which maps far more than it uses, is not bound by it."""
    monkeypatch.setattr(memory, "MEMORY", 120_000_000)
    case.begin()
    case.is_mended()


def test_a_theme_that_cannot_be_read_stops_nothing_published(case):
    """A mistake in a template of the project's own stops every edition: the whole site stays, but for a circle that is withdrawn."""
    case.begin()
    theme = case.project.edit("mkdocs.yml", "name: material", "name: material\n  custom_dir: mine")
    theme.write("mine/main.html", "{% block never ends")
    ended = case.build()
    assert ended.status == 1 and "Traceback" not in ended.said and "error[edition-not-built]" in ended.said, ended.said
    assert case.state() == "old"
    shutil.rmtree(case.project.folder / "circles")
    assert case.build().status == 1
    found = files_below(case.site)
    assert not any(name.startswith("circles/") for name in found) and found["index.html"] == case.old["index.html"]
    assert found["da/index.html"] == case.old["da/index.html"]


def test_a_theme_with_odd_files(case):
    """A theme of one's own may hold links, also to nowhere and to itself, and files that may only be read."""
    case.begin()
    project = case.project.edit("mkdocs.yml", "name: material", "name: material\n  custom_dir: mine").write(
        "mine/assets/own/own.css", "main { color: inherit }"
    )
    (project.folder / "mine/assets/nowhere.css").symlink_to("nothing")
    (project.folder / "mine/assets/again").symlink_to("..")
    (project.folder / "mine/assets/own/own.css").chmod(0o444)
    (project.folder / "mine/assets/own").chmod(0o555)
    case.build_well()
    assert (case.site / "assets/own/own.css").read_text() == "main { color: inherit }"
    assert (case.site / "assets/own").stat().st_mode & 0o200
    (project.folder / "mine/assets/own").chmod(0o755)


def test_links_are_replaced_and_not_written_through(tmp_path):
    """Files of a new site are one with those of the published one: replacing one never changes the other."""
    for name, text in (("a", "old"), ("b", "new")):
        (tmp_path / name).write_text(text)
    os.link(tmp_path / "a", tmp_path / "shared")
    files.link_or_copy(tmp_path / "b", tmp_path / "shared")
    assert (tmp_path / "a").read_text() == "old" and (tmp_path / "shared").read_text() == "new"
