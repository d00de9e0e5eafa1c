"""How long `circlepress serve` takes from a change on the disk to the written page, and to the page in an open browser.

The real command is started on the made-up content. Each kind of edit is made several times; medians are shown. The browser
is Chromium, driven by Playwright, where both are there (`scripts/test` installs them).
"""

from __future__ import annotations

import contextlib
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from . import corpus, report
from .peers import CACHE, ROOT
from .texts import CIRCLES_BY_SIZE, Content

_PATIENCE = 60.0
_SHOWN = "() => performance.timeOrigin + performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
"""The moment at which the browser had read the page and run its scripts, in milliseconds since 1970."""
_SESSION = "circles/circle-00000/sessions/03-meet"


def _edits() -> dict[str, tuple[str, Callable[[str, int], str], str]]:
    """Return, by what is edited: the file, what an edit makes of its text, and the page on which it is to be seen."""
    return {
        "a session's page": (f"{_SESSION}.da.md", lambda text, n: f"{text}\nPrøve {n} her.\n", "circles/circle-00000/da/sessions/03-meet/"),
        "its translation": (f"{_SESSION}.sv.md", lambda text, n: f"{text}\nPrøve {n} her.\n", "circles/circle-00000/sv/sessions/03-meet/"),
        "a circle's facts": ("circles/circle-00000/circle.yml", lambda text, n: re.sub(
            r"(?m)^access: .*$", f"access: Møderne har undertekster. Skriv, hvis du har brug for andet. Prøve {n} her.", text), "circles/circle-00000/da/"),
        "a guide": ("docs/guides/page-01.da.md", lambda text, n: f"{text}\nPrøve {n} her.\n", "da/guides/page-01/"),
        "a template": ("mine/404.html", lambda text, n: '{% extends "main.html" %}{% block content %}<p>Prøve N her.</p>{% endblock %}'.replace("N", str(n)),
                       "da/404.html"),
        "a setting": ("mkdocs.yml", lambda text, n: re.sub(r"circlepress: \{.*contact", f'circlepress: {{publisher: "Prøve {n} her.", contact', text), "da/"),
    }


def run(size: str, runs: int, is_written: bool) -> None:
    """Measure and print a table."""
    content = Content(CIRCLES_BY_SIZE[size])
    project = CACHE / "work" / f"serve-{size}"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir(parents=True)
    corpus.write(project, corpus.files(content))
    (project / "mine").mkdir()
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text("utf-8").replace("theme: {name: material}", "theme: {name: material, custom_dir: mine}"), "utf-8")
    with _serving(project) as address, _browser() as browser:
        rows = []
        number = 0
        for name, (path, changed, page) in _edits().items():
            written, shown = [], []
            for _ in range(runs):
                number += 1
                both = _one(project, address, browser, path, changed, page, number)
                written.append(both[0])
                shown += both[1:]
                time.sleep(0.5 if size == "S" else 1.5)  # the search indexes follow
            rows.append((name, f"{statistics.median(written) * 1000:,.0f}", f"{statistics.median(shown) * 1000:,.0f}" if shown else "–"))
            print(f"{name}: {rows[-1][1:]}", file=sys.stderr, flush=True)
    text = (f"`circlepress serve` on {content.pages():,} pages: milliseconds from a change on the disk until the page is written, and until an open "
            f"browser has read it again and run its scripts. Medians of {runs}; the 5 ms that are waited for further changes are part of it. A template and a setting "
            "change every page of the site, a circle's facts those of all handbooks: the site that is open comes first, and others follow.\n\n" + report.table(("Edit", "written, ms", "in the browser, ms"), rows))
    report.show("serve", text, f"scripts/bench serve --size {size} --runs {runs}", "", is_written)


def _one(project: Path, address: str, browser, path: str, changed: Callable[[str, int], str], page: str, number: int) -> list[float]:
    """Make one edit; return the seconds until it was written and, with a browser, until it was shown."""
    target = project / ".circlepress/serve" / page / ("" if page.endswith(".html") else "index.html")
    mark = f"Prøve {number} her."
    source = project / path
    before = source.read_text("utf-8") if source.is_file() else ""
    if browser is not None:
        _open(browser, f"{address}/{page}")
    source.write_text(changed(before, number), "utf-8")
    began, began_at = time.perf_counter(), time.time()
    found = []
    while time.perf_counter() - began < _PATIENCE:
        with contextlib.suppress(OSError):
            if mark in target.read_text("utf-8"):
                found.append(time.perf_counter() - began)
                break
        time.sleep(0.001)
    else:
        raise SystemExit(f"an edit of {path} was not to be seen after {_PATIENCE:.0f} seconds")
    if browser is not None:
        browser.wait_for_function("mark => document.body && document.body.textContent.includes(mark)", arg=mark, timeout=_PATIENCE * 1000)
        found.append(browser.evaluate(_SHOWN) / 1000 - began_at)
    return found


def _open(browser, address: str) -> None:
    """Open a page and wait until it has asked for changes; what follows the edit before may load it once more."""
    from playwright.sync_api import Error

    for _ in range(10):
        browser.goto(address)
        try:
            browser.evaluate("() => new Promise(done => setTimeout(done, 150))")
            return
        except Error:  # it was loaded again
            continue
    raise SystemExit(f"{address} does not come to rest")


@contextlib.contextmanager
def _serving(project: Path) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-u", "-m", "circlepress", "--project", str(project), "serve", "--port", "0", "--jobs", "2",
                                "--date", corpus.DAY], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            raise SystemExit("serve ended before it said where")
        with open(project / "serve.log", "w", encoding="utf-8") as log:
            drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=log) if shutil.which("cat") else None
            time.sleep(3)
            yield found[0]
            if drain:
                drain.kill()
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextlib.contextmanager
def _browser() -> Iterator:
    """Yield an open page of a real browser, or `None` where there is none."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.browser import CHROMIUM_ARGUMENTS, find_chromium

    chromium = find_chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser.new_page()
        browser.close()
