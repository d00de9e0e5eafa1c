"""Editions built by the workers of a Dask cluster: an existing scheduler, and workers that need no shared disk.

What a unit is built from travels to a worker as one package under the hash of what it holds, and the finished editions come
back as files, each distinct content once. A worker unpacks the package into a folder of its own and builds in a process of
its own, where the limits of time and memory hold as they do for workers on this machine. A unit whose worker is lost is
given to another one; when no worker is left, the rest is built here. The workers must have the same circlepress, Python and
packages, or the bytes might differ: one that has not is refused.

Dask has no lock of its own: whoever reaches the scheduler can run programs on its workers. It belongs on the loopback
address or in a network of your own.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from .cache import Cache
from .edition import BuiltEdition
from .memory import collect_seldom, limit_memory
from .neighbours import Lost
from .problem import CirclepressError
from .records import library_versions
from .sieve import entries_below, fingerprint, sift
from .source import HANDBOOK, TEMPLATES
from .state import each as each_here
from .unit import Task, Workshop
from .workers import SECONDS

_PATIENCE = 10
"""Seconds to wait for the scheduler to answer, and for a first worker; as long as there has been none, the work is done here."""


def each(address: str, workshop: Workshop, program: str, tasks: Sequence[Task], jobs: int) -> Iterator[tuple[Task, list[BuiltEdition] | Lost]]:
    """Build each task's editions on the cluster whose scheduler is at `address`; yield the task and its result as they come.

    `program` is the fingerprint of the program here. What the cluster could not do is done here, in `jobs` processes. Raises
    `CirclepressError` when `distributed` is not installed, when no scheduler answers, and for workers with another program.
    """
    try:
        from distributed import Client
    except ImportError:
        raise CirclepressError('Building on a cluster needs Dask; add it with: pip install "circlepress[cluster]"') from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise CirclepressError(f"No Dask scheduler answers at {address} ({error or type(error).__name__}). Start one with: dask scheduler") from None
    left = list(tasks)
    try:
        with client, client.as_current():
            _refuse_other_programs(client, program)
            for task, result in _on_workers(client, workshop, tasks):
                if not isinstance(result, Lost):
                    left.remove(task)
                    yield task, result
    except OSError as error:
        if not _is_of_the_cluster(error):
            raise
    if left:
        print(f"The cluster could not build {len(left)} of {len(tasks)} parts; they are built here.", file=sys.stderr, flush=True)
        yield from each_here(workshop.build, left, jobs)


def _is_of_the_cluster(error: OSError) -> bool:
    """Whether an error is the connection's and not the disk's."""
    return error.errno is None or isinstance(error, ConnectionError)


def _refuse_other_programs(client: Any, program: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not client.scheduler_info(n_workers=-1)["workers"] and time.monotonic() < until:
        time.sleep(0.1)
    other = sorted(name for name, found in client.run(program_here, on_error="return").items() if found != program)
    if other:
        raise CirclepressError(f"The worker {other[0]} has another circlepress, another Python or other packages than are here, so its pages might differ. "
                               "Install the same set on all (requirements/build.txt), with the extra cluster.")


def program_here() -> str:
    """Return the fingerprint of circlepress and what it stands on, as `State.program` has it."""
    package = Path(__file__).resolve().parent
    hashes, _ = sift(package, entries_below(package), {})
    return fingerprint({f"program/{path}": value for path, value in hashes.items()} | library_versions())


# --- on this side ------------------------------------------------------------------------------------------------


def _on_workers(client: Any, workshop: Workshop, tasks: Sequence[Task]) -> Iterator[tuple[Task, list[BuiltEdition] | Lost]]:
    from distributed import as_completed

    common = pickle.dumps(_travelling(workshop))
    key = f"circlepress-{hashlib.blake2b(common, digest_size=16).hexdigest()}"
    shared = client.scatter({key: common}, broadcast=True)[key]
    task_of = {}
    for task in tasks:
        package = pickle.dumps((replace(task, earlier={}), _files_for(workshop, task)))
        name = f"circlepress-{hashlib.blake2b(common + package, digest_size=16).hexdigest()}"
        task_of[client.submit(build_there, shared, key, package, key=name, retries=2, pure=True)] = task
    for future in as_completed(task_of):
        try:
            result = _arrived(future.result(), workshop.request.work)
        except OSError as error:
            if not _is_of_the_cluster(error):
                raise
            result = Lost(str(error))
        except Exception as error:  # its workers were lost, again and again, or what it needs was lost with them
            result = Lost(f"{type(error).__name__}: {error}")
        task = task_of.pop(future)
        yield task, result
        if task_of and not client.scheduler_info(n_workers=-1)["workers"]:
            time.sleep(1)  # a worker that is being restarted
            if not client.scheduler_info(n_workers=-1)["workers"]:
                return


def _travelling(workshop: Workshop) -> Workshop:
    """Return what the work on every unit needs, without places of this machine."""
    handbook = workshop.known_handbook or (workshop.handbook_files[0], workshop.sensitive_pages)
    return replace(workshop, known_handbook=handbook, project=Path("."), request=replace(workshop.request, work=Path("."), cache=Cache(None)), looked_at_last=None)


def _files_for(workshop: Workshop, task: Task) -> dict[str, bytes]:
    """Return the project's files that a unit is built from: its own, and for the handbook the circle templates, too."""
    entries = list(workshop.entries_by_unit.get(task.name, ()))
    if task.name == HANDBOOK:
        entries = [entry for entry in entries if not entry.path.endswith((".md", ".yml"))]  # its texts are in what all need
        entries += [entry for name, found in workshop.entries_by_unit.items() if name.startswith(TEMPLATES) for entry in found]
    files = {entry.path: (workshop.project / entry.path).read_bytes() for entry in entries}
    for number, folder in enumerate(workshop.request.theme_folders):
        files |= {f".theme-{number}/{entry.path}": (folder / entry.path).read_bytes() for entry in entries_below(folder)}
    return files


def _arrived(raw: bytes, work: Path) -> list[BuiltEdition]:
    """Put editions that came from a worker where they would have been built."""
    editions, blobs, program = pickle.loads(raw)
    built = []
    for one, files in editions:
        folder = work / one.edition.name / "site"
        for path, digest in files.items():
            _put(folder / path, blobs[digest])
        built.append(replace(one, folder=str(folder) if one.folder else ""))
    for path, digest in program.items():
        if not (work / "search" / path).exists():
            _put(work / "search" / path, blobs[digest])
    return built


def _put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


# --- on a worker -------------------------------------------------------------------------------------------------


def build_there(common: bytes, key: str, package: bytes) -> bytes:
    """Build a package on a worker, in a process of its own; return the finished editions. Raises `RuntimeError` with the reason."""
    with tempfile.TemporaryDirectory(prefix=f"{key[:24]}-") as folder:
        (Path(folder) / "common").write_bytes(common)
        (Path(folder) / "package").write_bytes(package)
        command = [sys.executable, "-c", "from circlepress.cluster import build_in_folder; build_in_folder()", folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"it took longer than {SECONDS} seconds") from None
        if done.returncode:
            raise RuntimeError(f"the process ended with status {done.returncode}: {done.stderr.strip()[-300:]}")
        return (Path(folder) / "result").read_bytes()


def build_in_folder() -> None:
    """Build the package in the folder named on the command line: the other end of `build_there`."""
    folder = Path(sys.argv[1])
    workshop: Workshop = pickle.loads((folder / "common").read_bytes())
    task, files = pickle.loads((folder / "package").read_bytes())
    for path, content in files.items():
        _put(folder / "project" / path, content)
    themes = tuple(folder / "project" / f".theme-{number}" for number in range(len(workshop.request.theme_folders)))
    workshop = replace(workshop, project=folder / "project", request=replace(workshop.request, work=folder / "work", theme_folders=themes))
    os.makedirs(folder / "work")
    limit_memory()
    collect_seldom()
    built = workshop.build(task)
    blobs: dict[str, bytes] = {}
    editions = [(one, _packed(Path(one.folder), blobs) if one.folder else {}) for one in built]
    program = _packed(folder / "work/search", blobs)
    (folder / "result").write_bytes(pickle.dumps((editions, blobs, program)))


def _packed(folder: Path, blobs: dict[str, bytes]) -> dict[str, str]:
    """Return the hash of each file below a folder, and put their contents into `blobs` by hash."""
    found = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            content = path.read_bytes()
            found[path.relative_to(folder).as_posix()] = digest = hashlib.blake2b(content, digest_size=16).hexdigest()
            blobs[digest] = content
    return found
