"""A project in a temporary folder that a test can change, check and build, step by step, as a person would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from circlepress import pipeline

from .process import CAN_FORK, run_forked

ROOT = Path(__file__).parent.parent.parent
PROJECTS = ROOT / "tests/projects"
TODAY = date(2026, 11, 26)


class CircleProject:
    """Each step returns the project, so that a test reads as a story."""

    def __init__(self, folder: Path, *, with_search: bool = False) -> None:
        self.folder = folder
        self.with_search = with_search
        """Whether its site can be searched unless a build is asked otherwise; making that possible takes as long as all the rest."""
        self.published: pipeline.Published | None = None

    @classmethod
    def from_dir(cls, name: str, folder: Path) -> CircleProject:
        """Copy the project `tests/projects/<name>` into `folder`."""
        shutil.copytree(PROJECTS / name, folder, dirs_exist_ok=True)
        return cls(folder)

    @classmethod
    def from_this_repository(cls, folder: Path, *, languages: tuple[str, ...] = ()) -> CircleProject:
        """Copy this repository's own content into `folder`.

        With `languages`, translations of the handbook's pages into others stay behind: what is left has no mistakes either, and
        with two of the six is read three times faster.
        """
        shutil.copytree(ROOT / "docs", folder / "docs",
                        ignore=lambda where, names: [name for name in names if languages and _is_translated(Path(where, name), languages)])
        shutil.copytree(ROOT / "circles", folder / "circles")
        shutil.copy(ROOT / "mkdocs.yml", folder)
        return cls(folder)

    # --- changes -------------------------------------------------------------------------------------------------

    def write(self, path: str, text: str | bytes) -> CircleProject:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def edit(self, path: str, old: str, new: str) -> CircleProject:
        """Replace a text that must be there."""
        text = (self.folder / path).read_text("utf-8")
        assert old in text, f"{path} does not hold {old!r}"
        return self.write(path, text.replace(old, new, 1))

    def remove(self, path: str) -> CircleProject:
        (self.folder / path).unlink()
        return self

    # --- what circlepress says -----------------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """Return every problem as it is printed, place and hint included."""
        return [f"{p.place}: {p.severity}[{p.code}]: {p.message}" + (f"\n    {p.hint}" if p.hint else "")
                for p in pipeline.check(self.folder, TODAY).problems]

    def codes(self) -> list[str]:
        return [p.code for p in pipeline.check(self.folder, TODAY).problems]

    def build(self, **request) -> CircleProject:
        warm_up()
        asked = {"output": self.folder / "site", "today": TODAY, "jobs": 1, "with_search": self.with_search} | request
        self.published = pipeline.build(self.folder, pipeline.Request(**asked))
        return self

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run the command line in the project's folder, in a process of its own; with another environment, as a shell does."""
        if environment or not CAN_FORK:
            return self.run_anew(*arguments, **environment)
        warm_up()
        return run_forked(arguments, self.folder, seconds=300)

    def run_anew(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run the real command in the project's folder, with an interpreter that begins anew."""
        return subprocess.run([sys.executable, "-m", "circlepress", *arguments], cwd=self.folder, text=True,
                              capture_output=True, env=os.environ | environment, timeout=300)

    # --- what was built ------------------------------------------------------------------------------------------

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def page(self, address: str) -> str:
        return (self.site / address.strip("/") / "index.html").read_text("utf-8")

    def main(self, address: str) -> str:
        """Return what stands inside <main> of a page."""
        return main_of(self.page(address))

    def is_built(self, address: str) -> bool:
        return (self.site / address.strip("/") / "index.html").is_file()

    def assert_built(self, address: str) -> CircleProject:
        assert self.is_built(address), f"{address} was not built; there are {self.addresses()}"
        return self

    def addresses(self) -> list[str]:
        return sorted("/" + path.parent.relative_to(self.site).as_posix() + "/" for path in self.site.rglob("index.html"))


@cache
def warm_up() -> None:
    """Have this process read, once, all that a build needs of the program and its libraries; processes that are forked from it need not.

    A build of a small project in a new process spends two thirds of its time on that.
    """
    if CAN_FORK:
        with tempfile.TemporaryDirectory() as folder:
            project = CircleProject.from_dir("minimal", Path(folder) / "project")
            pipeline.build(project.folder, pipeline.Request(project.site, TODAY, here_below=1000))


def main_of(html: str) -> str:
    return re.search(r"<main[^>]*>(.*)</main>", html, re.DOTALL)[1].strip()


def _is_translated(path: Path, languages: tuple[str, ...]) -> bool:
    """Whether a file is a translation into a language that is none of these."""
    return path.suffix == ".md" and path.name.split(".")[-2] not in languages and "\ntranslation:" in path.read_text("utf-8")
