"""A served folder and a real browser, with every request and every script's error written down."""

from __future__ import annotations

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


def screens(phone: int = 390) -> list[tuple[int, str]]:
    """Return the screens on which pages are looked at: width in CSS pixels and colour scheme.

    A phone in light and a desktop in dark; with `scripts/test --long` both in both, the full matrix.
    """
    if os.environ.get("CIRCLEPRESS_ALL_SCREENS"):
        return [(width, scheme) for width in (phone, 1280) for scheme in ("light", "dark")]
    return [(phone, "light"), (1280, "dark")]


def find_chromium() -> str | None:
    """Return the program of a browser: the headless shell, which is Chromium without its windows and menus, if there is one.

    It opens a page with a third of the processor time.
    """
    return next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"))), None)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


class Served:
    """A folder served on the loopback address."""

    def __init__(self, folder: Path) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Visit:
    """One page opened by one reader."""

    def __init__(self, browser, served: Served, path: str, *, width: int = 1280, height: int = 900,
                 scheme: str = "light", scripts: bool = True, policy: bool = True) -> None:
        """Open `path`; without `policy` the browser overlooks the page's Content-Security-Policy."""
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                           java_script_enabled=scripts, bypass_csp=not policy)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.failed: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", lambda response: response.status >= 400 and self.failed.append(f"{response.status} {response.url}"))
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.served = served
        self.page.goto(served.address + path)

    def go_on(self, path: str) -> Visit:
        """Open another page in the same window, which is much faster than a new one; what was written down of the last page is forgotten."""
        for noted in (self.requests, self.failed, self.said):
            noted.clear()
        self.page.goto(self.served.address + path)
        return self

    def outside(self) -> list[str]:
        """Return the requests that left the site's own host."""
        return [url for url in self.requests if not url.startswith((self.served.address, "data:", "blob:"))]

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def accessibility_violations(page) -> list[str]:
    """Return axe-core's findings (WCAG 2.0 to 2.2 A and AA, and best practices), one line each."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    return [f"{violation['id']}: {node['target']} {node['html'][:120]}" for violation in results.response["violations"] for node in violation["nodes"]]
