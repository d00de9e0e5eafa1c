"""Search with Pagefind: one index per edition, one copy of its program for the whole site.

Pagefind writes its program beside each index. We keep the index and move the program to `assets/search/`, where one
line of it is changed: the dictionary is looked for beside the program, not beside the index.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct
from msgspec import json as typed_json

from .files import write_bytes, write_whole
from .giving_way import give_way
from .language import Language
from .problem import CirclepressError

FOLDER = "search"
"""Where an edition keeps its index."""
DIALOG = "dialog.json"
"""Beside the index: what the dialog says, and what each page can be filtered by. Pagefind has filters of its own, but writes
them in another order each time."""
SHARED = "assets/search"
"""Where the site keeps the program."""

_FOUND = "data-pagefind-body"
"""What a page has that can be found."""
_WANTS = "`${this.basePath}wasm.${language}.pagefind`"
_GETS = "new URL(`wasm.${language}.pagefind`,import.meta.url).href"


def is_available() -> bool:
    """Whether Pagefind is installed (the extra `search`)."""
    package = find_spec("pagefind_bin")  # importing it takes longer than the rest of a build with nothing to do
    return bool(package and package.origin and any(Path(package.origin).parent.glob("pagefind*")))


class Indexed(Struct, frozen=True):
    """A finished edition that is to be made searchable."""

    folder: Path
    language: Language
    found: Mapping
    """What its plan says of finding it."""


def index(editions: Sequence[Indexed], program_folder: Path) -> list[tuple[str, ...]]:
    """Make the search indexes of finished editions, each in another language; return the names of the program's files each needs.

    The program's files are put into `program_folder`, which many editions share. An edition's index is the same whichever
    others are made with it. Raises `CirclepressError` when Pagefind cannot be run, `OSError` when the disk does not take what
    it writes, and `Interrupted` when something else is wanted.
    """
    global _service
    if _service is None or _service.owner != os.getpid():
        executable = _executable()
        if executable is None:
            raise CirclepressError("Pagefind is not installed.")
        _service = _Service(executable)
    try:
        made = _service.files_for(editions)
    except CirclepressError:
        _service = None  # whatever it was in the middle of
        raise
    program_folder.mkdir(parents=True, exist_ok=True)
    entry = json.loads(base64.b64decode(made["pagefind-entry.json"]))
    return [_write(edition, made, entry, program_folder) for edition in editions]


def _write(edition: Indexed, made: Mapping[str, str], entry: Mapping, program_folder: Path) -> tuple[str, ...]:
    """Write one edition's index out of what was made for several; return the names of the program's files it needs."""
    mine = entry["languages"].get(edition.language)
    needed = {"pagefind.js", "wasm.unknown.pagefind"} | ({f"wasm.{mine['wasm']}.pagefind"} if mine and mine["wasm"] else set())
    for name in needed:
        if not (program_folder / name).exists():
            write_whole(program_folder / name, _own_program(made[name]) if name == "pagefind.js" else base64.b64decode(made[name]))
    target = edition.folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    own_entry = {**entry, "languages": {edition.language: mine} if mine else {}}
    (target / "pagefind-entry.json").write_text(json.dumps(own_entry, sort_keys=True, separators=(",", ":")), "utf-8")
    folders = {""}
    for path, encoded in made.items():
        folder, _, name = path.rpartition("/")
        if name.startswith((f"{edition.language}_", f"pagefind.{edition.language}_")):
            if folder not in folders:
                (target / folder).mkdir(exist_ok=True)
                folders.add(folder)
            write_bytes(f"{target}/{path}", base64.b64decode(encoded))
    filters = edition.found.get("filters", {})
    pages = {number: filters[address] for number, address in _addresses(made, edition.language) if address in filters}
    (target / DIALOG).write_text(json.dumps({**edition.found.get("dialog", {}), "pages": pages}, ensure_ascii=False, separators=(",", ":")), "utf-8")
    return tuple(sorted(needed))


def _addresses(made: Mapping[str, str], language: Language) -> Iterator[tuple[str, str]]:
    """Return what Pagefind calls each page of an edition in a language, and the page's address as the plan's filters have it."""
    import gzip

    for path, encoded in sorted(made.items()):
        if path.startswith(f"fragment/{language}_"):
            fragment = typed_json.decode(gzip.decompress(base64.b64decode(encoded)).removeprefix(b"pagefind_dcd"))
            yield path.removeprefix("fragment/").removesuffix(".pf_fragment"), fragment["url"].removeprefix(f"/{language}/")


def _own_program(encoded: str) -> bytes:
    """Return Pagefind's program, looking for its dictionary beside itself."""
    program = base64.b64decode(encoded).decode("utf-8")
    if program.count(_WANTS) != 1:
        raise CirclepressError("This version of Pagefind is not known to circlepress: its program looks for its dictionary in another way.")
    return program.replace(_WANTS, _GETS).encode()


def _pages_below(folder: Path) -> list[str]:
    """Return the paths of all HTML files below a folder, in order."""
    top = str(folder)
    return sorted(f"{below}/{name}"[len(top) + 1:].replace(os.sep, "/") for below, _, names in os.walk(top) for name in names if name.endswith(".html"))


class _Service:
    """Pagefind as a process that is asked for one index after the other; it ends when this process does.

    It is told the pages one by one, in the order of their paths: left to look for them by itself it takes them as the
    disk lists them, and the index would be another one on another disk. And it hands over its files instead of writing
    them: it may say that it has written, and end, before all of a file is on the disk.
    """

    def __init__(self, executable: Path) -> None:
        import subprocess

        from .memory import unlimited_memory

        self.owner = os.getpid()
        """The process it belongs to; one that was forked from it needs its own."""
        self._heard = bytearray()
        """What it has said that nobody has listened to yet."""
        with unlimited_memory():
            self._process = subprocess.Popen([str(executable), "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def files_for(self, editions: Sequence[Indexed]) -> dict[str, str]:
        """Return the files that Pagefind would write for some editions: path to content, in Base64.

        An address in the index begins with the edition's language, so that the same page of another edition is another page.
        """
        name = editions[0].folder.parent.name
        try:
            number = self._ask(name, type="NewIndex", config=None)["index_id"]
            try:
                self._tell(name, (message for edition in editions for message in self._pages(edition, number)))
                return {file["path"]: file["content"] for file in self._ask(name, type="GetFiles", index_id=number)["files"]}
            finally:
                self._ask(name, type="DeleteIndex", index_id=number)
        except (EOFError, BrokenPipeError):
            raise CirclepressError(f"Pagefind ended while it indexed {name}.") from None

    def _pages(self, edition: Indexed, number: int) -> Iterator[dict[str, object]]:
        """Return what there is to say of an edition for the index of a number."""
        from .findable import MARK, more_words, with_more_words, words_of

        also = edition.found.get("also", {})
        for path in _pages_below(edition.folder):
            give_way()
            with open(f"{edition.folder}/{path}", "rb", buffering=0) as file:
                page = file.read().decode()
            if _FOUND in page:  # Pagefind would read the others, too, and leave them out
                yield {"type": "AddFile", "index_id": number, "file_path": None, "url": f"/{edition.language}/{path.removesuffix('index.html')}",
                       "file_contents": with_more_words(page, edition.language, also)}
        for record in edition.found.get("records", ()):
            more = more_words(words_of(record["text"]), edition.language, also)
            yield {"type": "AddRecord", "index_id": number, "url": record["address"], "language": edition.language,
                   "content": f"{record['text']} {MARK} {' '.join(more)}", "filters": None, "sort": None,
                   "meta": {"title": record["title"], "summary": record["summary"]}}

    def _tell(self, name: str, messages: Iterable[dict[str, object]]) -> None:
        """Say one thing after the other; while Pagefind takes one in, the next is made ready. It answers in the order it is asked."""
        unanswered = 0
        try:
            for message in messages:
                self._say(message)
                if unanswered:
                    self._answer(name)
                else:
                    unanswered = 1
        finally:
            if unanswered:  # also when something else is wanted: the next question is to get its own answer
                self._answer(name)

    def _ask(self, name: str, **message: object) -> dict:
        self._say(message)
        return self._answer(name)

    def _say(self, message: dict[str, object]) -> None:
        pipe = self._process.stdin
        pipe.write(base64.b64encode(typed_json.encode({"message_id": 0, "payload": message})) + b",")
        pipe.flush()

    def _answer(self, name: str) -> dict:
        end = self._heard.find(b",")
        while end < 0:
            part = self._process.stdout.read1(1_000_000)
            if not part:
                raise EOFError
            before = len(self._heard)
            self._heard += part
            end = self._heard.find(b",", before)
        answer = bytes(self._heard[:end])
        del self._heard[:end + 1]
        payload = typed_json.decode(base64.b64decode(answer))["payload"]
        if payload["type"] == "Error":
            raise CirclepressError(f"Pagefind could not index {name}: {payload['message'][:300]}")
        return payload


_service: _Service | None = None
"""This process's Pagefind, once it has been needed."""


def _executable() -> Path | None:
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, FileNotFoundError):
        return None
