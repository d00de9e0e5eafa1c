"""Real processes that meet real trouble: killed at a moment or at a step, on a full disk, without rights.

A process is a fork of this one that runs the real command line, so that hundreds of them take minutes and not hours.
It has a session and a process group of its own and can be killed with everything it started.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .process import live

Files = dict[str, bytes]


@dataclass(frozen=True)
class Ended:
    """How a process came to its end."""

    status: int
    """Its exit status; negative for the signal that ended it."""
    said: str
    """Everything it printed, errors too."""
    seconds: float

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Process:
    """The command line in a process of its own."""

    def __init__(self, *arguments: str, caches: Path | str = "", before: Callable[[], None] = lambda: None) -> None:
        """Start `circlepress` with `arguments`; `before` is called in the new process, to make its life harder."""
        reading, writing = os.pipe()
        self._since = time.monotonic()
        sys.stdout.flush()
        sys.stderr.flush()
        self._id = os.fork()
        if not self._id:
            os.setsid()
            for descriptor in (1, 2):
                os.dup2(writing, descriptor)
            os.close(reading)
            os.environ["CIRCLEPRESS_CACHE"] = str(caches)
            os._exit(live(arguments, before))
        os.close(writing)
        self._pipe = reading

    def kill(self, after: float, *, alone: bool = False) -> None:
        """Kill the whole group after some seconds since it started; `alone` kills only the process that started the others."""
        time.sleep(max(0.0, self._since + after - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            (os.kill if alone else os.killpg)(self._id, signal.SIGKILL)

    def end(self) -> Ended:
        """Wait for the end of the process and of all that it started."""
        said = b""
        while chunk := os.read(self._pipe, 65536):
            said += chunk
        os.close(self._pipe)
        _, status = os.waitpid(self._id, 0)
        return Ended(os.waitstatus_to_exitcode(status), said.decode("utf-8", "replace"), time.monotonic() - self._since)


def run(*arguments: str, caches: Path | str = "", before: Callable[[], None] = lambda: None) -> Ended:
    return Process(*arguments, caches=caches, before=before).end()


def real_process(folder: Path, *arguments: str, caches: Path | str = "") -> subprocess.Popen:
    """Start `circlepress` as a shell would, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "circlepress", *arguments],
        cwd=folder,
        env=os.environ | {"CIRCLEPRESS_CACHE": str(caches)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


# --- at a step -------------------------------------------------------------------------------------------------------

_NEEDS_ROOM = {"open", "os.link", "os.mkdir", "os.symlink"}
_STEPS = _NEEDS_ROOM | {"os.rename", "os.remove", "os.rmdir", "os.chmod"}


def at_step(number: int, below: Path, act: Callable[[str, str], None], *, in_workers: bool = True) -> Callable[[], None]:
    """Return what lets `act` happen before a process's step `number` of writing below a folder, and before each one after it.

    A step opens a file for writing, links, renames or removes; they are counted from 1, in each worker from where the
    process that started it was. `act` gets the step's name and what it is about, and may raise.
    """

    def begin() -> None:
        count, process = 0, os.getpid()

        def hook(event: str, arguments: tuple) -> None:
            nonlocal count
            if event not in _STEPS or event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
            if not in_workers and os.getpid() != process:
                return
            if any(str(below) in str(path) for path in arguments if isinstance(path, str | os.PathLike)) or event in {
                "os.remove",
                "os.rmdir",
            }:
                count += 1
                if count >= number:
                    act(event, str(arguments[1] if event in {"os.rename", "os.link", "os.symlink"} else arguments[0]))

        sys.addaudithook(hook)

    return begin


def die(event: str, about: str) -> None:
    """End this process and its group as `kill -9` does."""
    os.killpg(0, signal.SIGKILL)


def no_room(event: str, about: str) -> None:
    """Refuse what needs room on a disk."""
    if event in _NEEDS_ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def steps_of(
    *arguments: str, below: Path, caches: Path | str = "", before: Callable[[], None] = lambda: None
) -> list[tuple[str, str]]:
    """Run a command and return the steps of its own process below a folder: what is done, and to what."""
    reading, writing = os.pipe()
    watch = at_step(1, below, lambda event, about: os.write(writing, f"{event} {about}\n".encode()) and None, in_workers=False)
    child = Process(*arguments, caches=caches, before=lambda: (before(), watch()) and None)
    os.close(writing)
    said = b""
    while chunk := os.read(reading, 65536):
        said += chunk
    os.close(reading)
    ended = child.end()
    assert ended.status == 0, ended.said
    return [(step, about) for step, _, about in (line.partition(" ") for line in said.decode().splitlines())]


# --- surroundings ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Callable[[int, int], None]]:
    """Put an empty file system on `folder`; yields what gives it another size in kilobytes and number of files (0 for any)."""
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,nr_inodes=1000000", "none", str(folder)], capture_output=True
        ).returncode
    ):
        pytest.skip("no file system can be mounted here")

    def resize(kilobytes: int, files: int) -> None:
        subprocess.run(
            ["mount", "-o", f"remount,size={kilobytes}k,nr_inodes={files or 1_000_000}", str(folder)],
            check=True,
            capture_output=True,
        )

    try:
        yield resize
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def without_privileges() -> None:
    """Give up what an administrator may do beyond the owner of a file, in this process; see capset(2)."""
    if not os.geteuid():
        version_3 = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
        assert ctypes.CDLL(None, use_errno=True).capset(version_3, ctypes.create_string_buffer(24)) == 0


def files_below(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def leftovers(output: Path) -> list[str]:
    """Return what lies beside a site that is neither it, nor the spare of it that the next build begins with, nor the lock."""
    live = os.path.basename(os.readlink(output)) if output.is_symlink() else ""
    beside = sorted(
        path.name for path in (output.parent / f".{output.name}.versions").iterdir() if path.name not in {live, "lock"}
    )
    spares = [name for name in beside if name.startswith("site-")]
    return beside if len(spares) > 1 else [name for name in beside if name not in spares]
