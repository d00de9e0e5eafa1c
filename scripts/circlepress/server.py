"""A web server for this machine only, which tells open pages to load again after a build.

Pages are served from the published folder with one script and one style sheet added. They ask `/_circlepress/changes` and
get an answer when there is something new (server-sent events, HTML Living Standard section 9.2); what is wrong in the
project they find in `/_circlepress/problems`. An error while building is reported and never ends the server.
"""

from __future__ import annotations

import contextlib
import json
import queue
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import watchfiles
from msgspec import Struct

_QUIET = 5
"""Milliseconds without a further change after which a build begins."""
_PAUSE = 0.5
"""Seconds without a change after which the search follows."""
_FIRST_LOOKS = (0.2, 1.5)
"""Seconds after the beginning at which the project is looked at without having been told of a change."""
_FILES = {"/_circlepress/serve.js": "text/javascript; charset=utf-8", "/_circlepress/serve.css": "text/css; charset=utf-8"}
_IN_A_LANGUAGE = re.compile(r"/(?:circles/[^/]+/)?[a-z]{2}/")
"""The addresses of pages of a handbook or microsite; all others are the gateway's, whose own address, `/`, every address begins with."""
_FOLDER = Path(__file__).parent / "serve"
_TAG = '<link rel="stylesheet" href="/_circlepress/serve.css"><script src="/_circlepress/serve.js?{}" defer></script></head>'
"""What a page gets, with the number of the build it is from: one that comes before the page has asked for news is not missed."""


class Told(Struct, frozen=True):
    """What open pages are told of a build."""

    problems: list[dict[str, str]]
    """What they are to show, as plain data: `place`, `message`, `hint`."""
    changed: tuple[str, ...] = ()
    """Addresses below which pages may be new."""
    left: tuple[str, ...] = ()
    """Addresses below which pages are still to be built, since nobody looked at them."""


class News:
    """What open pages are told: a number that grows with every build, what each has changed, and the problems of the last one."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.problems: list[dict[str, str]] = []
        self.left: tuple[str, ...] = ()
        self.on_wanted: Callable[[], None] = lambda: None
        """Called when somebody opens a page that is still to be built."""
        self._builds: list[tuple[str, ...] | None] = []
        self._open: Counter[str] = Counter()

    @property
    def number(self) -> int:
        return len(self._builds)

    @property
    def open_pages(self) -> tuple[str, ...]:
        """The addresses of pages that wait for news; one that was closed may be among them for some seconds."""
        with self.changed:
            return tuple(+self._open)

    def tell(self, told: Told) -> None:
        """Tell pages that a build was made; with other problems than before, all of them."""
        with self.changed:
            self._builds.append(told.changed if told.problems == self.problems else None)
            self.problems = told.problems
            self.changed.notify_all()

    def concern(self, page: str, since: int) -> bool:
        """Whether a build after the one with the number `since` may have changed a page; one that is of another server has."""
        return since > self.number or any(build is None or _is_below(page, build) for build in self._builds[since:])

    @contextlib.contextmanager
    def waiting(self, page: str) -> Iterator[None]:
        """Count a page among the open ones."""
        with self.changed:
            self._open[page] += 1
            is_wanted = _is_below(page, self.left)
        if is_wanted:
            self.on_wanted()
        try:
            yield
        finally:
            with self.changed:
                self._open[page] -= 1


def _is_below(page: str, addresses: Iterable[str]) -> bool:
    """Whether a page is of one of the sites at some addresses; below `/` there are only pages that are in no language."""
    return any(page.startswith(below) and (below != "/" or not _IN_A_LANGUAGE.match(page)) for below in addresses)


class LiveServer:
    def __init__(self, folder: Path, port: int) -> None:
        """Listen on the loopback address at `port` (0 for any free one) and serve `folder`."""
        self._news = News()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder), news=self._news))
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def run(self, project: Path, themes: Iterable[Path], build: Callable[[tuple[str, ...], tuple[str, ...] | None], Told],
            follow: Callable[[bool, Callable[[], bool]], Told | None], *, problems: list[dict[str, str]]) -> None:
        """Serve until interrupted; after each change in the project or its themes, build, tell open pages, and let the rest follow.

        `build` is given the addresses of open pages, which it may build first, and the paths at which something has changed, or `None`
        when it is to look at everything. `follow` does what can wait: pages that are left
        and, when it is given true, the search; it may give way when the function it is given says that there is a change, and
        then returns `None`.
        """
        self._news.tell(Told(problems))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        stop = threading.Event()
        changes: Changes = queue.Queue()
        for folders, recursive in (([project], False), ([*themes, *(project / name for name in ("docs", "circles"))], True)):
            threading.Thread(target=_watch, args=(project, folders, recursive, changes, stop), daemon=True).start()
        for moment in _FIRST_LOOKS:  # what was changed before the watching began
            looks = threading.Timer(moment, changes.put, (None,))
            looks.daemon = True
            looks.start()
        self._news.on_wanted = lambda: changes.put(())
        with contextlib.suppress(KeyboardInterrupt):
            self._tell(follow(True, lambda: not changes.empty()))
            while True:
                told = build(self._news.open_pages, _all_of(changes))
                self._tell(told)
                if told.left:
                    self._tell(follow(False, lambda: not changes.empty()))
                if _stays_empty(changes):
                    self._tell(follow(True, lambda: not changes.empty()))
        stop.set()
        self._server.shutdown()
        self._server.server_close()

    def _tell(self, told: Told | None) -> None:
        if told:
            self._news.left = told.left
        if told and (told.changed or told.problems != self._news.problems):
            self._news.tell(told)


Changes = queue.Queue[tuple[str, ...] | None]
"""Paths in the project at which something has changed; `None` where everything is to be looked at."""


def _all_of(changes: Changes) -> tuple[str, ...] | None:
    """Wait for a change; return the paths of all that are there then, or `None` when one of them may be anywhere."""
    found = [changes.get()]
    while not changes.empty():
        found.append(changes.get())
    return None if None in found else tuple(sorted({path for paths in found for path in paths}))


def _stays_empty(changes: Changes) -> bool:
    """Whether nothing changes for a moment: what can wait does not hold up somebody who goes on writing."""
    try:
        changes.put(changes.get(timeout=_PAUSE))
    except queue.Empty:
        return True
    return False


def _watch(project: Path, folders: Iterable[Path], recursive: bool, changes: Changes, stop: threading.Event) -> None:
    """Put what has changed in folders into `changes`; of the project's own folder only `mkdocs.yml` counts."""
    while not stop.is_set():
        there = [folder for folder in folders if folder.is_dir()]
        try:
            for found in watchfiles.watch(*there, debounce=_QUIET * 20, step=_QUIET, recursive=recursive, stop_event=stop, rust_timeout=1000,
                                          yield_on_timeout=True, watch_filter=None if recursive else _is_settings):
                if found:
                    changes.put(_paths_in(project, (path for _, path in found)))
                if [folder for folder in folders if folder.is_dir()] != there:  # one was made, or removed with all that is in it
                    changes.put(None)
                    break
        except (OSError, RuntimeError):  # a folder went while we began to look at it
            stop.wait(0.5)


def _paths_in(project: Path, paths: Iterable[str]) -> tuple[str, ...] | None:
    """Return paths as seen from the project, with forward slashes; `None` when one lies elsewhere."""
    try:
        return tuple(Path(path).relative_to(project).as_posix() for path in paths)
    except ValueError:
        return None


def _is_settings(_change: watchfiles.Change, path: str) -> bool:
    return Path(path).name == "mkdocs.yml"


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args, news: News, **kwargs) -> None:
        self._news = news
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:  # the library's name
        where = self.path.partition("?")[0]
        if where in _FILES:
            self._send((_FOLDER / Path(where).name).read_bytes(), _FILES[where])
        elif where == "/_circlepress/problems":
            self._send(json.dumps(self._news.problems, ensure_ascii=False).encode("utf-8", "replace"), "application/json")
        elif where == "/_circlepress/changes":
            self._tell_changes()
        else:
            path = Path(self.translate_path(self.path))
            page = path / "index.html" if where.endswith("/") else path
            if page.suffix == ".html" and page.is_file():
                self._send_page(page, 200)
            elif not path.exists() and (error_page := self._error_page(page)):
                self._send_page(error_page, 404)
            else:
                super().do_GET()

    def _error_page(self, missing: Path) -> Path | None:
        """Return the error page of the edition a missing page would be in, so that it, too, loads again when mended."""
        top = Path(self.directory)
        for folder in missing.parents:
            if (folder / "404.html").is_file():
                return folder / "404.html"
            if folder == top:
                return None
        return None

    def _send_page(self, page: Path, status: int) -> None:
        number = self._news.number  # before the page is read: rather loaded once too often than not at all
        self._send(page.read_bytes().replace(b"</head>", _TAG.format(number).encode(), 1), "text/html; charset=utf-8", status)

    def _tell_changes(self) -> None:
        """Answer whenever a build may have changed a page; it says which build it is from, or after a break which one it knows."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        asked = dict(parse_qsl(urlsplit(self.path).query))
        page, last = asked.get("page", "/"), self.headers.get("Last-Event-ID") or asked.get("after", "")
        known = int(last) if last.isdecimal() else self._news.number
        try:
            with self._news.waiting(page):
                while True:
                    with self._news.changed:
                        if self._news.number == known:
                            self._news.changed.wait(timeout=15)
                        number = self._news.number
                        is_new = self._news.concern(page, known)
                    self.wfile.write(f"id: {number}\ndata: {'changed' if is_new else 'here'}\n\n".encode())
                    self.wfile.flush()
                    known = number
        except OSError:  # the reader has gone
            return

    def _send(self, content: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing for each request."""
