"""A project in a temporary folder that a test can change, check and build, step by step, as a person would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from circlepress import pipeline

PROJECTS = Path(__file__).parent.parent / "projects"
TODAY = date(2026, 11, 26)


class CircleProject:
    """Each step returns the project, so that a test reads as a story."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.published: pipeline.Published | None = None

    @classmethod
    def from_dir(cls, name: str, folder: Path) -> CircleProject:
        """Copy the project `tests/projects/<name>` into `folder`."""
        shutil.copytree(PROJECTS / name, folder, dirs_exist_ok=True)
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
        asked = {"output": self.folder / "site", "today": TODAY, "jobs": 1} | request
        self.published = pipeline.build(self.folder, pipeline.Request(**asked))
        return self

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run the real command in the project's folder."""
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


def main_of(html: str) -> str:
    return re.search(r"<main[^>]*>(.*)</main>", html, re.DOTALL)[1].strip()
