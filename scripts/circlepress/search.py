"""Search with Pagefind: one index per edition, one copy of its program for the whole site.

What is indexed is a copy of each finished page, with words that lead to it and with what it can be filtered by, and
records of what has no page in the edition: circles, terms of the glossary. Pagefind writes its program beside each index. We keep the index and move the program to `assets/search/`, where one
line of it is changed: the dictionary is looked for beside the program, not beside the index.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import html
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from .problem import CirclepressError
from .search_words import MARK, WEIGHT_ABOUT

FOLDER = "search"
"""Where an edition keeps its index."""
DIALOG = "dialog.json"
"""What the dialog says and needs, beside the index."""
FILTERS = "filters.json"
"""What each page can be filtered by, beside the index: Pagefind's own filters are written in another order each time."""
SHARED = "assets/search"
"""Where the site keeps the program."""

_BESIDE = "0.4"
"""What pages about the tool count for, like pages in another language (`found_as` in the templates' macros)."""

_WANTS = "`${this.basePath}wasm.${language}.pagefind`"
_GETS = "new URL(`wasm.${language}.pagefind`,import.meta.url).href"


def is_available() -> bool:
    """Whether Pagefind is installed (the extra `search`)."""
    return _executable() is not None


def index(edition_folder: Path, program_folder: Path, planned: Mapping) -> None:
    """Make the search index of the finished edition in `edition_folder`; keep the program in `program_folder`.

    `planned` is what the plan says for search (`views.search`).

    Raises `CirclepressError` when Pagefind cannot be run, `OSError` when the disk does not take what it writes.
    """
    from .workers import unlimited_memory

    executable = _executable()
    if executable is None:
        raise CirclepressError("Pagefind is not installed.")
    with unlimited_memory():
        found = documents(edition_folder, planned)
        made = _converse(executable, edition_folder.name, [(address, page) for address, page, _ in found])
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
    filters_by_address = {address: filters for address, _, filters in found}
    _write_json(edition_folder / FOLDER / FILTERS, {id: filters for id, address in _addresses(made) if (filters := filters_by_address[address])})
    _write_json(edition_folder / FOLDER / DIALOG, planned["dialog"])


def _addresses(made: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Return the id that Pagefind gave to each page, and the page's address, in order."""
    for path, content in sorted(made.items()):
        if path.endswith(".pf_fragment"):
            fragment = json.loads(gzip.decompress(content).removeprefix(b"pagefind_dcd"))
            yield path.rpartition("/")[2].removesuffix(".pf_fragment"), fragment["url"]


def _write_json(path: Path, value: object) -> None:
    path.write_bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def documents(edition_folder: Path, planned: Mapping) -> list[tuple[str, str, Mapping[str, list[str]]]]:
    """Return what is to be indexed of a finished edition, in its order: addresses below the site's root, HTML, what to filter by."""
    from .search_words import Helper, searched_part, text_of, with_added

    found = []
    for path in sorted(path.relative_to(edition_folder).as_posix() for path in edition_folder.rglob("*.html")):
        page = (edition_folder / path).read_text("utf-8")
        address = planned["home"] + path.removesuffix("index.html")
        if address not in planned["left_out"] and (part := searched_part(page)):
            found.append((address, page, text_of(part), planned["pages"].get(address, {"language": planned["language"], "filters": {}})))
    for record in planned["records"]:
        page, is_term = _page_of(record, planned["language"]), _is_term(record)
        found.append((record["address"], page, text_of(page), {"language": record["language"], "filters": record["filters"]} | ({"weight": "1"} if is_term else {})))
    helper = Helper(planned["language"], planned["terms"], [(about["language"], text) for _, _, text, about in found])
    return [(address, with_added(_prepared(page, about), helper.added_to(page, about["language"], about.get("weight", WEIGHT_ABOUT))), about["filters"])
            for address, page, _, about in found]


def _prepared(page: str, about: Mapping) -> str:
    """Return a copy of a page that reads well in an excerpt, ranked lower where the plan says so."""
    page = page.replace("</dt>", ":</dt> ") if about.get("facts") else page.replace('<dl class="cp-facts">', '<dl class="cp-facts" data-pagefind-ignore>')
    return page.replace(" data-pagefind-body>", f' data-pagefind-body data-pagefind-weight="{_BESIDE}">', 1) if about.get("beside") else page


def _is_term(record: Mapping) -> bool:
    return record["filters"]["type"] == ["glossary"]


def _page_of(record: Mapping, language: str) -> str:
    """Return a page for Pagefind that only holds a record; nobody is shown it."""
    say = html.escape
    named = f'<span hidden data-pagefind-meta="language">{say(record["language_name"])}</span>' if record["language_name"] else ""
    ranked = f' data-pagefind-weight="{_BESIDE}"' if record["language_name"] else ""
    # A page about a term comes before its entry in the glossary.
    title = (f'<p data-pagefind-meta="title" data-pagefind-weight="{1 if " " in record["title"] else 2}">{say(record["title"])}</p>' if _is_term(record)
             else f"<h1>{say(record['title'])}</h1>")
    texts = "".join(f"<p>{say(text)}</p>" for text in record["texts"] if text)
    also = f'<p data-pagefind-weight="1">{say(" ".join(record["also"]))}</p>' if record["also"] else ""
    return (f'<!doctype html><html lang="{language}"><body><article data-pagefind-body{ranked}>{named}{title}{texts}'
            f"<p>{MARK}</p>{also}</article></body></html>")


def _converse(executable: Path, name: str, pages: list[tuple[str, str]]) -> dict[str, bytes]:
    """Let Pagefind's service index pages of one language; return the files it would write.

    It is told the pages one by one, in an order of ours: left to look for them by itself it takes them as the
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
            raise CirclepressError(f"Pagefind could not index {name}: {payload['message'][:300]}")
        return payload

    with service:
        try:
            number = ask(type="NewIndex", config=None)["index_id"]
            for address, page in pages:
                ask(type="AddFile", index_id=number, file_path=None, url=address, file_contents=page)
            return {file["path"]: base64.b64decode(file["content"]) for file in ask(type="GetFiles", index_id=number)["files"]}
        except (EOFError, BrokenPipeError):
            why = service.stderr.read().decode("utf-8", "replace").strip()[:300]
            raise CirclepressError(f"Pagefind ended while it indexed {name}. {why}") from None
        finally:
            with contextlib.suppress(BrokenPipeError):
                service.stdin.close()


def _executable() -> Path | None:
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, FileNotFoundError):
        return None
