"""A web server for this machine only, which tells open pages to load again after a build.

Pages are served from the published folder with one script added; they ask `/_circlepress/changes` and get an answer
when there is something new (server-sent events, HTML Living Standard section 9.2). An error while building is
reported and never ends the server.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import watchfiles

_SCRIPT = b"new EventSource('/_circlepress/changes').onmessage = () => location.reload()\n"
_TAG = b'<script src="/_circlepress/reload.js" defer></script></head>'


class LiveServer:
    def __init__(self, folder: Path, port: int) -> None:
        """Listen on the loopback address at `port` (0 for any free one) and serve `folder`."""
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder), changed=self._changed))
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def run(self, watched: Iterable[Path], build: Callable[[], None], *, on_error: Callable[[Exception], None],
            stop: threading.Event | None = None) -> None:
        """Serve until interrupted (or `stop` is set); after each change below `watched`, build and tell open pages."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        try:
            for _ in watchfiles.watch(*watched, stop_event=stop, raise_interrupt=False):
                try:
                    build()
                except Exception as error:  # whatever an edit caused, the next edit may mend it
                    on_error(error)
                with self._changed:
                    self._changed.notify_all()
        finally:
            self._server.shutdown()
            self._server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args, changed: threading.Condition, **kwargs) -> None:
        self._changed = changed
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:  # noqa: N802 (the library's name)
        if self.path == "/_circlepress/reload.js":
            self._send(_SCRIPT, "text/javascript")
        elif self.path == "/_circlepress/changes":
            self._tell_changes()
        else:
            path = Path(self.translate_path(self.path))
            page = path / "index.html" if self.path.split("?")[0].endswith("/") else path
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
        self._send(page.read_bytes().replace(b"</head>", _TAG, 1), "text/html; charset=utf-8", status)

    def _tell_changes(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            while True:
                with self._changed:
                    happened = self._changed.wait(timeout=15)
                self.wfile.write(b"data: changed\n\n" if happened else b": still here\n\n")
                self.wfile.flush()
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
