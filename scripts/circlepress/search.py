"""Search with Pagefind: one index per edition, one copy of its program for the whole site.

Pagefind writes its program beside each index. We keep the index and move the program to `assets/search/`, where one
line of it is changed: the dictionary is looked for beside the program, not beside the index.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from .problem import CirclepressError

FOLDER = "search"
"""Where an edition keeps its index."""
SHARED = "assets/search"
"""Where the site keeps the program."""

_WANTS = "`${this.basePath}wasm.${language}.pagefind`"
_GETS = "new URL(`wasm.${language}.pagefind`,import.meta.url).href"


def is_available() -> bool:
    """Whether Pagefind is installed (the extra `search`)."""
    return _executable() is not None


def index(edition_folder: Path, program_folder: Path) -> None:
    """Make the search index of the finished edition in `edition_folder`; keep the program in `program_folder`.

    Raises `CirclepressError` when Pagefind cannot be run.
    """
    executable = _executable()
    if executable is None:
        raise CirclepressError("Pagefind is not installed.")
    result = subprocess.run([str(executable), "--site", str(edition_folder), "--output-subdir", FOLDER, "--quiet"],
                            capture_output=True, text=True)
    bundle = edition_folder / FOLDER
    if result.returncode or not (bundle / "pagefind-entry.json").is_file():
        raise CirclepressError(f"Pagefind could not index {edition_folder.name}: {(result.stderr or result.stdout).strip()[:300]}")
    program_folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(bundle.iterdir()):
        if path.name == "pagefind.js":
            program = path.read_text("utf-8")
            if program.count(_WANTS) != 1:
                raise CirclepressError("This version of Pagefind is not known to circlepress: its program looks for its dictionary in another way.")
            (program_folder / path.name).write_text(program.replace(_WANTS, _GETS), "utf-8")
        elif path.name.startswith("wasm."):
            (program_folder / path.name).write_bytes(path.read_bytes())
        elif path.is_dir() or path.name == "pagefind-entry.json" or path.suffix == ".pf_meta":
            continue
        path.unlink()


def _executable() -> Path | None:
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, FileNotFoundError):
        return None
