"""Editions built by the workers of a Dask cluster are those that this machine would have built, whatever happens to the workers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from support.project import CircleProject
from test_same_bytes import difference, files_below, rich_project

from circlepress import cluster, pipeline
from circlepress.problem import CirclepressError


class Cluster:
    """A scheduler and workers, each a process on the loopback address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        self.address = self._started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter",
                                     saying=r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")

    def worker(self, **environment: str) -> subprocess.Popen:
        """Start a worker and wait until the scheduler knows it."""
        self._started("worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard",
                      "--local-directory", str(self.folder), saying=r"Registered to:\s+(tcp://\S+)", **environment)
        return self.processes[-1]

    def _started(self, *arguments: str, saying: str, **environment: str) -> str:
        log = self.folder / f"{len(self.processes)}.log"
        with log.open("w") as file:
            self.processes.append(subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]], stdout=file,
                                                   stderr=subprocess.STDOUT, env=os.environ | environment, start_new_session=True))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if found := re.search(saying, log.read_text()):
                return found[1]
            assert self.processes[-1].poll() is None, log.read_text()
            time.sleep(0.05)
        raise AssertionError(log.read_text())

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path):
    """A scheduler without workers; a test starts those it needs."""
    (tmp_path / "dask").mkdir()
    running = Cluster(tmp_path / "dask")
    yield running
    running.end()


@pytest.fixture(scope="module")
def rich(tmp_path_factory) -> CircleProject:
    return rich_project(tmp_path_factory.mktemp("cluster") / "project").build(jobs=2)


def test_two_workers_build_the_same_bytes(dask, rich, tmp_path):
    """Two real workers build every edition between them: the same files and the same problems as here; after an edit, too."""
    dask.worker()
    dask.worker()
    done = rich.run("build", "--cluster", dask.address, "--output", str(tmp_path / "site"), CIRCLEPRESS_CACHE=str(tmp_path / "caches"))
    assert "Traceback" not in done.stderr and "built here" not in done.stderr, done
    assert difference(files_below(rich.site), files_below(tmp_path / "site")) == []
    project = rich_project(tmp_path / "project")
    asked = {"cluster": dask.address, "caches": tmp_path / "own caches"}
    assert project.build(**asked).published.problems == rich.published.problems
    project.edit("circles/small-circle/index.da.md", "## Velkommen", "Ny tekst.\n\n## Velkommen").build(**asked)
    assert {one.edition.circle for one in project.published.editions} == {"small-circle"}
    assert difference(files_below(project.site), files_below(project.build(output=tmp_path / "fresh").folder.parent / "fresh")) == []


def test_a_worker_is_killed_in_the_middle(dask, rich, tmp_path):
    """`kill -9` of one of two workers, with what it was building, costs time and nothing else."""
    dask.worker()
    doomed = dask.worker()
    built = []

    def kill_after_the_first(one) -> None:
        built.append(one)
        if len(built) == 1:
            os.killpg(doomed.pid, signal.SIGKILL)

    published = pipeline.build(rich.folder, pipeline.Request(tmp_path / "site", rich_today(), cluster=dask.address), on_built=kill_after_the_first)
    assert doomed.wait(timeout=10) == -signal.SIGKILL and len(built) == len(published.editions) > 3
    assert difference(files_below(rich.site), files_below(tmp_path / "site")) == []


def test_all_workers_are_killed(dask, rich, tmp_path, capfd):
    """When no worker is left the rest is built here, and it is said."""
    doomed = dask.worker()
    threading.Timer(2.5, lambda: os.killpg(doomed.pid, signal.SIGKILL)).start()
    done = pipeline.build(rich.folder, pipeline.Request(tmp_path / "site", rich_today(), jobs=1, cluster=dask.address),
                          on_built=lambda one: time.sleep(0.5))
    assert all(one.folder for one in done.editions) and "they are built here" in capfd.readouterr().err
    assert difference(files_below(rich.site), files_below(tmp_path / "site")) == []


def rich_today():
    from support.project import TODAY

    return TODAY


def test_a_cluster_without_workers(dask, rich, tmp_path, monkeypatch, capfd):
    """A scheduler that nobody works for: after a short wait everything is built here."""
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    rich.build(cluster=dask.address, output=tmp_path / "site", languages=("da",))
    assert "they are built here" in capfd.readouterr().err and (tmp_path / "site/da/index.html").is_file()


def test_a_worker_with_another_program_is_refused(dask, rich, tmp_path):
    """A worker whose packages are not the same is named, and nothing is built; the command ends with status 3."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other/sitecustomize.py").write_text(
        "import sysconfig\nreal = sysconfig.get_paths\nsysconfig.get_paths = lambda *a, **k: real(*a, **k) | {'purelib': '/nowhere'}\n")
    dask.worker(PYTHONPATH=str(tmp_path / "other"))
    done = rich.run("build", "--cluster", dask.address, "--output", str(tmp_path / "site"))
    assert done.returncode == 3 and "has another circlepress" in done.stderr and "Traceback" not in done.stderr, done
    assert not (tmp_path / "site").exists()


def test_no_scheduler_answers(rich, tmp_path, monkeypatch):
    """An address where nobody listens, and one that is none: one sentence, and what to do."""
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense://"):
        with pytest.raises(CirclepressError, match="No Dask scheduler answers at"):
            rich.build(cluster=address, output=tmp_path / "site")


def test_without_dask(rich, tmp_path, monkeypatch):
    """Where Dask is not installed, the message says how to add it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CirclepressError, match=r"circlepress\[cluster\]"):
        rich.build(cluster="tcp://127.0.0.1:1", output=tmp_path / "site")
