"""Fixtures for all tests. A missing browser or Java is a skip that says so, and a failure with CI=true."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fasteners import InterProcessLock
from jinja2.bccache import Bucket
from support.browser import CHROMIUM_ARGUMENTS, Served, Visit, find_chromium
from support.project import TODAY, CircleProject

from circlepress import pipeline, typesetting
from circlepress.cache import Cache

ROOT = Path(__file__).parent.parent


os.environ.setdefault("CIRCLEPRESS_CACHE", "")  # tests leave nothing in the cache of whoever runs them


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long suites")


def pytest_configure(config: pytest.Config) -> None:
    """With `--long`, pages are looked at on all screens (`support.browser.screens`)."""
    if config.getoption("--long"):
        os.environ["CIRCLEPRESS_ALL_SCREENS"] = "1"


LONGEST = (
    "site_in_browser", "faults", "security", "same_bytes", "search", "honest_languages", "templates", "cluster", "circle_pages", "across_circles",
    "fork", "new", "build", "first_view", "addresses", "ways", "brand", "content_rules", "update", "exchange",
)
"""The files that take longest, in this order. They are begun first, so that in the end no process is left alone with one of them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest files. Leave the long suites to `scripts/test --long`; the last line of a run counts them as deselected."""
    place = {f"test_{name}": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))
    if not config.getoption("--long"):
        long = [item for item in items if "long" in item.keywords]
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)


def lacking(what: str) -> None:
    """Skip a test because the machine lacks something; where CI=true, fail instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (with CI=true this is a failure)")
    pytest.skip(what)


@pytest.fixture
def project(tmp_path: Path) -> CircleProject:
    """The minimal project: four languages, two guides, a theme, a method, a circle with one session."""
    return CircleProject.from_dir("minimal", tmp_path / "project")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes have that run tests of this session."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(shared_folder: Path) -> Iterator[None]:
    """A template that one test's build has compiled is not compiled by the next one's, as it is not in a project with a cache.

    Most tests build without a cache, or with a new one: what is compiled is kept beside it, for the same program, theme, template
    and text of it. What a project's own cache gets and gives is what it would be otherwise.
    """
    shared = Cache(shared_folder / "compiled")
    kept = typesetting._CompiledTemplates
    load, dump = kept.load_bytecode, kept.dump_bytecode

    def name_of(templates: typesetting._CompiledTemplates, bucket: Bucket) -> str:
        return "-".join((hashlib.sha256(templates._engine).hexdigest(), bucket.key, bucket.checksum))

    def load_bytecode(self: typesetting._CompiledTemplates, bucket: Bucket) -> None:
        load(self, bucket)
        if bucket.code is None and (compiled := shared.load_bytes(name_of(self, bucket))) is not None:
            bucket.bytecode_from_string(compiled)
            if bucket.code is not None:
                dump(self, bucket)

    def dump_bytecode(self: typesetting._CompiledTemplates, bucket: Bucket) -> None:
        dump(self, bucket)
        shared.save_bytes(name_of(self, bucket), bucket.bytecode_to_string())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "load_bytecode", load_bytecode)
        patch.setattr(kept, "dump_bytecode", dump_bytecode)
        yield


@pytest.fixture(scope="session")
def real_site(shared_folder: Path) -> Path:
    """This repository's own handbook and microsites, built as `circlepress build` does; once for all processes that run tests."""
    folder = shared_folder / "real"
    folder.mkdir(exist_ok=True)
    output, is_built = folder / "site", folder / "is built"
    with InterProcessLock(folder / "lock"):
        if not is_built.exists():
            published = pipeline.build(ROOT, pipeline.Request(output, TODAY, jobs=os.cpu_count() or 1))
            assert not [p for p in published.problems if p.is_error], published.problems
            is_built.touch()
    return output


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    executable = find_chromium()
    if executable is None:
        lacking("no Chromium was found")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_site(real_site: Path) -> Iterator[Served]:
    served = Served(real_site)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def reader(chromium, served_site: Served) -> Iterator[Callable[..., Visit]]:
    """Open a page of the real site in a window that stays: `reader("/da/", width=390, scheme="dark")`.

    There is one window for each width (CSS pixels) and scheme; use `visit` where it matters what other pages have left in it.
    """
    windows: dict[tuple[int, str], Visit] = {}

    def open_page(path: str, *, width: int = 1280, scheme: str = "light") -> Visit:
        if (width, scheme) in windows:
            return windows[width, scheme].go_on(path)
        windows[width, scheme] = Visit(chromium, served_site, path, width=width, scheme=scheme)
        return windows[width, scheme]

    yield open_page
    for window in windows.values():
        window.context.close()


@pytest.fixture
def visit(chromium, served_site: Served) -> Callable[..., Visit]:
    """Open a page of the real site: `visit("/da/", width=390, scheme="dark")`."""
    visits: list[Visit] = []

    def open_page(path: str, **options) -> Visit:
        visits.append(Visit(chromium, served_site, path, **options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.context.close()


@pytest.fixture(scope="session")
def html_checker() -> list[str]:
    """The command of the Nu HTML checker."""
    jar = Path(os.environ.get("CIRCLEPRESS_HTML_CHECKER", ROOT / ".circlepress/tools/node_modules/vnu-jar/build/dist/vnu.jar"))
    if not shutil.which("java"):
        lacking("no Java was found")
    if not jar.is_file():
        lacking("the Nu HTML checker was not found; scripts/test fetches it where npm is")
    return ["java", "-Xss2m", "-jar", str(jar)]
