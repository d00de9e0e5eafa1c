"""Search with Pagefind: one index per edition, one copy of its program for the whole site.

Pagefind writes its program beside each index. We keep the index and move the program to `assets/search/`, where one
line of it is changed: the dictionary is looked for beside the program, not beside the index.
"""

from __future__ import annotations

import base64
import contextlib
import json
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

    Raises `CirclepressError` when Pagefind cannot be run, `OSError` when the disk does not take what it writes.
    """
    from .workers import unlimited_memory

    executable = _executable()
    if executable is None:
        raise CirclepressError("Pagefind is not installed.")
    with unlimited_memory():
        made = _converse(executable, edition_folder)
    program_folder.mkdir(parents=True, exist_ok=True)
    for path, content in sorted(made.items()):
        name = path.rpartition("/")[2]
        if path == "pagefind.js":
            program = content.decode("utf-8")
            if program.count(_WANTS) != 1:
                raise CirclepressError("This version of Pagefind is not known to circlepress: its program looks for its dictionary in another way.")
            (program_folder / path).write_bytes(program.replace(_WANTS, _GETS).encode())
        elif path.startswith("wasm."):
            (program_folder / path).write_bytes(content)
        elif path != name or name == "pagefind-entry.json" or name.endswith(".pf_meta"):
            target = edition_folder / FOLDER / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if name == "pagefind-entry.json":  # its languages come in any order
                content = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":")).encode()
            target.write_bytes(content)


def _converse(executable: Path, edition_folder: Path) -> dict[str, bytes]:
    """Let Pagefind's service index the pages of a folder; return the files it would write.

    It is told the pages one by one, in the order of their paths: left to look for them by itself it takes them as the
    disk lists them, and the index would be another one on another disk. And it hands over its files instead of writing
    them: it may say that it has written, and end, before all of a file is on the disk.
    """
    import subprocess

    service = subprocess.Popen([str(executable), "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ask(**message: object) -> dict:
        service.stdin.write(base64.b64encode(json.dumps({"message_id": 0, "payload": message}).encode()) + b",")
        service.stdin.flush()
        answer = bytearray()
        while not answer.endswith(b","):
            part = service.stdout.read1(1_000_000)
            if not part:
                raise EOFError
            answer += part
        payload = json.loads(base64.b64decode(answer[:-1]))["payload"]
        if payload["type"] == "Error":
            raise CirclepressError(f"Pagefind could not index {edition_folder.name}: {payload['message'][:300]}")
        return payload

    with service:
        try:
            number = ask(type="NewIndex", config=None)["index_id"]
            for path in sorted(path.relative_to(edition_folder).as_posix() for path in edition_folder.rglob("*.html")):
                ask(type="AddFile", index_id=number, file_path=path, url=None, file_contents=(edition_folder / path).read_text("utf-8"))
            return {file["path"]: base64.b64decode(file["content"]) for file in ask(type="GetFiles", index_id=number)["files"]}
        except (EOFError, BrokenPipeError):
            why = service.stderr.read().decode("utf-8", "replace").strip()[:300]
            raise CirclepressError(f"Pagefind ended while it indexed {edition_folder.name}. {why}") from None
        finally:
            with contextlib.suppress(BrokenPipeError):
                service.stdin.close()


def _executable() -> Path | None:
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, FileNotFoundError):
        return None
