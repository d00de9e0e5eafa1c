"""Makes `.venv` ready with the engine that lies in `engine/`, using nothing but the Python that runs this file.

The packages are those of `engine/requirements.txt`, each checked against its hash; the engine is the one that
`engine/engine.txt` names. A stamp in the environment remembers what is there, so that a second run costs nothing.
Without `engine/`, the circlepress that is installed on the machine is used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PACKAGES, ENGINE = ROOT / "engine" / "requirements.txt", ROOT / "engine" / "engine.txt"


def circlepress(*arguments: str) -> int:
    """Run circlepress in this project and return its exit status; set up what is needed first."""
    if sys.version_info < (3, 11):
        stop(f"circlepress needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if not ENGINE.is_file():
        found = shutil.which("circlepress")
        if not found:
            stop("This project does not carry its engine, and there is no circlepress on this machine. Install it, and try again.")
        return subprocess.call([found, *arguments], cwd=ROOT)
    make_ready()
    return subprocess.call([str(program("circlepress")), *arguments], cwd=ROOT)


def program(name: str) -> Path:
    folder, ending = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return ENVIRONMENT / folder / (name + ending)


def make_ready() -> None:
    """Create or refresh `.venv`. Exits with status 3 and one sentence when the machine lacks something."""
    wanted = fingerprint()
    stamp = ENVIRONMENT / "circlepress.stamp"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted and program("circlepress").exists():
        return
    print(f"Setting up {ENVIRONMENT.name}/ (once; about a minute) …", flush=True)
    try:
        if not program("python").exists():
            venv.create(ENVIRONMENT, with_pip=True)
    except (subprocess.CalledProcessError, ImportError, OSError) as error:
        stop(f"Python could not create {ENVIRONMENT}: {error}\n"
             "On Debian and Ubuntu the package python3-venv is missing; install it and try again.")
    stamp.unlink(missing_ok=True)
    pip("--require-hashes", "--requirement", str(PACKAGES))
    pip("--no-deps", "--force-reinstall", "--requirement", str(ENGINE))
    stamp.write_text(wanted, "utf-8")


def pip(*arguments: str) -> None:
    command = [str(program("python")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    result = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if result.returncode:
        stop(f"The packages could not be installed:\n{result.stdout}{result.stderr}".rstrip())


def fingerprint() -> str:
    """Return what stands for the engine and its packages, the bytes of the engine included."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE.parent.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"{sys.version_info[0]}.{sys.version_info[1]} {digest.hexdigest()}\n"


def stop(sentence: str) -> None:
    """Print one sentence and leave with exit status 3 (the machine lacks something)."""
    print(sentence, file=sys.stderr)
    raise SystemExit(3)
