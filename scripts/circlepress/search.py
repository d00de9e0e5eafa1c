"""Search with Pagefind: one index per edition, one copy of its program for the whole site.

Pagefind writes its program beside each index. We keep the index and move the program to `assets/search/`, where one
line of it is changed: the dictionary is looked for beside the program, not beside the index.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from .files import write_whole
from .findable import MARK, more_words, with_more_words, words_of
from .language import Language
from .problem import CirclepressError

FOLDER = "search"
"""Where an edition keeps its index."""
SHARED = "assets/search"
"""Where the site keeps the program."""

_FOUND = "data-pagefind-body"
"""What a page has that can be found."""
_WANTS = "`${this.basePath}wasm.${language}.pagefind`"
_GETS = "new URL(`wasm.${language}.pagefind`,import.meta.url).href"


def is_available() -> bool:
    """Whether Pagefind is installed (the extra `search`)."""
    return _executable() is not None


def index(edition_folder: Path, program_folder: Path, language: Language, found: Mapping) -> tuple[str, ...]:
    """Make the search index of the finished edition in `edition_folder`; return the names of the program's files it needs.

    `found` is what the plan says of it. The program's files are put into `program_folder`, which many editions share.
    Raises `CirclepressError` when Pagefind cannot be run, `OSError` when the disk does not take what it writes.
    """
    global _service
    if _service is None or _service.owner != os.getpid():
        executable = _executable()
        if executable is None:
            raise CirclepressError("Pagefind is not installed.")
        _service = _Service(executable)
    try:
        made = _service.files_for(edition_folder, language, found)
    except CirclepressError:
        _service = None  # whatever it was in the middle of
        raise
    program_folder.mkdir(parents=True, exist_ok=True)
    needed = []
    for path, encoded in sorted(made.items()):
        name = path.rpartition("/")[2]
        if path == "pagefind.js" or path.startswith("wasm."):
            needed.append(name)
            if not (program_folder / name).exists():
                write_whole(program_folder / name, _own_program(encoded) if path == "pagefind.js" else base64.b64decode(encoded))
        elif path != name or name == "pagefind-entry.json" or name.endswith(".pf_meta"):
            target = edition_folder / FOLDER / path
            target.parent.mkdir(parents=True, exist_ok=True)
            content = base64.b64decode(encoded)
            if name == "pagefind-entry.json":  # its languages come in any order
                content = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":")).encode()
            target.write_bytes(content)
    return tuple(needed)


def _own_program(encoded: str) -> bytes:
    """Return Pagefind's program, looking for its dictionary beside itself."""
    program = base64.b64decode(encoded).decode("utf-8")
    if program.count(_WANTS) != 1:
        raise CirclepressError("This version of Pagefind is not known to circlepress: its program looks for its dictionary in another way.")
    return program.replace(_WANTS, _GETS).encode()


class _Service:
    """Pagefind as a process that is asked for one index after the other; it ends when this process does.

    It is told the pages one by one, in the order of their paths: left to look for them by itself it takes them as the
    disk lists them, and the index would be another one on another disk. And it hands over its files instead of writing
    them: it may say that it has written, and end, before all of a file is on the disk.
    """

    def __init__(self, executable: Path) -> None:
        import subprocess

        from .workers import unlimited_memory

        self.owner = os.getpid()
        """The process it belongs to; one that was forked from it needs its own."""
        with unlimited_memory():
            self._process = subprocess.Popen([str(executable), "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def files_for(self, edition_folder: Path, language: Language, found: Mapping) -> dict[str, str]:
        """Return the files that Pagefind would write for an edition: path to content, in Base64."""
        try:
            number = self._ask(edition_folder, type="NewIndex", config=None)["index_id"]
            for path in sorted(path.relative_to(edition_folder).as_posix() for path in edition_folder.rglob("*.html")):
                page = (edition_folder / path).read_text("utf-8")
                if _FOUND in page:  # Pagefind would read the others, too, and leave them out
                    page = with_more_words(page, language, found.get("also", {}))
                    self._ask(edition_folder, type="AddFile", index_id=number, file_path=path, url=None, file_contents=page)
            for record in found.get("records", ()):
                more = more_words(words_of(record["text"]), language, found.get("also", {}))
                self._ask(edition_folder, type="AddRecord", index_id=number, url=record["address"], language=language,
                          content=f"{record['text']} {MARK} {' '.join(more)}", filters=None, sort=None,
                          meta={"title": record["title"], "summary": record["summary"], "address": record["address"]})
            made = {file["path"]: file["content"] for file in self._ask(edition_folder, type="GetFiles", index_id=number)["files"]}
            self._ask(edition_folder, type="DeleteIndex", index_id=number)
            return made
        except (EOFError, BrokenPipeError):
            raise CirclepressError(f"Pagefind ended while it indexed {edition_folder.parent.name}.") from None

    def _ask(self, edition_folder: Path, **message: object) -> dict:
        pipe = self._process.stdin
        pipe.write(base64.b64encode(json.dumps({"message_id": 0, "payload": message}).encode()) + b",")
        pipe.flush()
        answer = bytearray()
        while not answer.endswith(b","):
            part = self._process.stdout.read1(1_000_000)
            if not part:
                raise EOFError
            answer += part
        payload = json.loads(base64.b64decode(answer[:-1]))["payload"]
        if payload["type"] == "Error":
            raise CirclepressError(f"Pagefind could not index {edition_folder.parent.name}: {payload['message'][:300]}")
        return payload


_service: _Service | None = None
"""This process's Pagefind, once it has been needed."""


def _executable() -> Path | None:
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, FileNotFoundError):
        return None
