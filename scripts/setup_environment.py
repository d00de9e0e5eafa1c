"""Makes `.venv` ready, with nothing but the Python that runs this file.

`scripts/build` and `scripts/test` import it. It installs the exact, hashed set of packages named in
`requirements/`, then circlepress itself from this folder. A stamp in the environment remembers which set is
there, so a second run costs a few milliseconds. Standard library only; works on Windows.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCK_BY_PURPOSE = {"build": ROOT / "requirements/build.txt", "test": ROOT / "requirements/test.txt"}


def program(name: str) -> Path:
    """Return the path of a program inside `.venv` (`python`, `circlepress`)."""
    folder, ending = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return ENVIRONMENT / folder / (name + ending)


def make_ready(purpose: str) -> None:
    """Create or refresh `.venv` for `purpose` ("build" or "test"; "test" holds all of "build").

    Exits the process with status 3 and one sentence when the machine lacks something.
    """
    if sys.version_info < (3, 11):
        stop(f"circlepress needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    wanted = _fingerprint(purpose)
    stamps = {p: ENVIRONMENT / f"circlepress-{p}.stamp" for p in LOCK_BY_PURPOSE}
    acceptable = ["test"] if purpose == "test" else ["build", "test"]
    for ready_for in acceptable:
        stamp = stamps[ready_for]
        if stamp.exists() and stamp.read_text("utf-8") == _fingerprint(ready_for) and program("circlepress").exists():
            return
    print(f"Setting up {ENVIRONMENT.name}/ (once; about a minute) …", flush=True)
    try:
        if not program("python").exists():
            venv.create(ENVIRONMENT, with_pip=True)
    except (subprocess.CalledProcessError, ImportError, OSError) as error:
        stop(
            f"Python could not create {ENVIRONMENT}: {error}\n"
            "On Debian and Ubuntu the package python3-venv is missing; install it and try again."
        )
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    _pip("--require-hashes", "--requirement", str(LOCK_BY_PURPOSE[purpose]))
    _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    compile_ours()
    stamps[purpose].write_text(wanted, "utf-8")


def compile_ours() -> None:
    """Keep circlepress in the form that Python runs, as pip does for packages: it starts sooner, whatever the machine's settings."""
    run(program("python"), "-m", "compileall", "-q", ROOT / "scripts" / "circlepress")


def stop(sentence: str) -> None:
    """Print one sentence and leave with exit status 3 (the environment lacks something)."""
    print(sentence, file=sys.stderr)
    raise SystemExit(3)


def run(*command: str | Path) -> int:
    """Run a command in the repository's folder, with its output shown; return its exit status."""
    return subprocess.call([str(part) for part in command], cwd=ROOT)


def _pip(*arguments: str) -> None:
    command = [str(program("python")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    result = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if result.returncode:
        stop(f"The packages could not be installed:\n{result.stdout}{result.stderr}".rstrip())


def _fingerprint(purpose: str) -> str:
    digest = hashlib.sha256()
    for path in (LOCK_BY_PURPOSE[purpose], ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return f"{sys.version_info[0]}.{sys.version_info[1]} {digest.hexdigest()}\n"
