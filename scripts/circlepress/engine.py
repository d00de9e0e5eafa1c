"""The engine that a fork carries: this program as a wheel, packed with the standard library alone.

A wheel is a ZIP with a record of its files (PEP 427, "The Wheel Binary Package Format 1.0"). It is packed from the program as it
runs, in a clone or installed from a wheel, so that a fork can be forked. The same program gives the same bytes: files are sorted,
not compressed, and bear one date; git and ZIP compress them anyway.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import tomllib
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from msgspec import Struct

from . import __version__
from .archive import is_safe_path
from .problem import CirclepressError
from .theme import own_theme

NAME = "circlepress"
LOCK = "fork_files/requirements.txt"
"""Where a wheel has the list of packages it was made with; in a clone, requirements/build.txt is the same."""
UNPACKED_BYTES = 100_000_000
_DATE = (2020, 1, 1, 0, 0, 0)
_WHEEL_NAME = re.compile(rf"{NAME}-([0-9][0-9A-Za-z.!+]*)-py3-none-any\.whl")
_LEFT_OUT = {"__pycache__", ".DS_Store"}


class Engine(Struct, frozen=True):
    """A wheel of circlepress."""

    version: str
    content: bytes
    lock: bytes
    """The packages it was made with, each with its hashes, as pip reads them."""

    @property
    def file_name(self) -> str:
        return f"{NAME}-{self.version}-py3-none-any.whl"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def engine_files(engine: Engine | None, kind: str) -> dict[str, bytes]:
    """Return the folder `engine/` of a fork: the wheel and what names it, or what names it in the package index; nothing for `none`."""
    if kind == "none" or engine is None:
        return {}
    files = {"engine/requirements.txt": engine.lock}
    if kind == "index":
        return files | {"engine/engine.txt": f"{NAME}=={engine.version}\n".encode()}
    line = f"./engine/{engine.file_name} --hash=sha256:{engine.sha256}\n"
    return files | {"engine/engine.txt": line.encode(), f"engine/{engine.file_name}": engine.content}


def own_lock() -> bytes:
    """Return the list of exact packages that belongs to this program. Raises `CirclepressError` when the installation lacks it."""
    package = Path(__file__).resolve().parent
    for path in (package / LOCK, package.parent.parent / "requirements/build.txt"):
        if path.is_file():
            return path.read_bytes().replace(b"\r\n", b"\n")
    raise CirclepressError("This installation of circlepress lacks the list of packages it was made with (requirements/build.txt).\n"
                           "    Fork from a clone of the repository, or with --engine none.")


def pack() -> Engine:
    """Return the program that runs now as a wheel."""
    package = Path(__file__).resolve().parent
    root = package.parent.parent
    return _pack(package, own_theme(), root if _is_clone(root) else None, own_lock())


def pack_clone(root: Path) -> Engine | None:
    """Return the program in a clone of circlepress's repository as a wheel, without running anything of it; `None` when there is none."""
    package, lock = root / "scripts" / NAME, root / "requirements/build.txt"
    if any(path.is_symlink() for path in (root / "scripts", package, lock.parent, lock, root / "overrides", root / "pyproject.toml")):
        return None  # what a link leads to is not theirs to give
    if not _is_clone(root) or not (package / "__init__.py").is_file() or not lock.is_file() or not (root / "overrides/main.html").is_file():
        return None
    return _pack(package, root / "overrides", root, lock.read_bytes().replace(b"\r\n", b"\n"))


def read_wheel(name: str, content: bytes) -> Engine:
    """Return a wheel of circlepress. Raises `CirclepressError` when it is none, or not what its own record says."""
    match = _WHEEL_NAME.fullmatch(name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES:
                raise CirclepressError(f"{name} unpacks to more than {UNPACKED_BYTES:,} bytes, which no wheel of circlepress does.")
            record = archive.read(f"{NAME}-{match[1]}.dist-info/RECORD").decode("utf-8") if match else ""
            named = list(csv.reader(io.StringIO(record)))
            if match and sorted(path for path, _, _ in named) != sorted(archive.namelist()):
                raise CirclepressError(f"{name} is damaged: it holds other files than it was made with.")
            for path, digest, _ in named:
                if digest and _digest(archive.read(path)) != digest:
                    raise CirclepressError(f"{name} is damaged: {path} is not the file that the wheel was made with.")
            lock = archive.read(f"{NAME}/{LOCK}") if record else b""
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError) as error:
        raise CirclepressError(f"{name} is damaged, or no wheel of circlepress: {error}") from error
    if not match or not record:
        raise CirclepressError(f"{name} is no wheel of circlepress; one is called {NAME}-1.2.3-py3-none-any.whl.")
    return Engine(match[1], content, lock)


def is_wheel_name(name: str) -> bool:
    return bool(_WHEEL_NAME.fullmatch(name))


def order_of(version: str) -> tuple:
    """Return what orders versions: numbers by their size, and a version before its release (1.0rc1, 1.0.dev2) before it."""
    numbers, rest = re.match(r"([0-9.]*)(.*)", version).groups()
    parts = [int(part) for part in numbers.split(".") if part]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts), not re.match(r"\.?(?:dev|a|b|rc)", rest), rest


def _is_clone(root: Path) -> bool:
    try:
        return tomllib.loads((root / "pyproject.toml").read_text("utf-8")).get("project", {}).get("name") == NAME
    except (OSError, ValueError):
        return False


def _pack(package: Path, theme: Path, clone: Path | None, lock: bytes) -> Engine:
    files = {f"{NAME}/{path}": content for path, content in _files_of(package).items()}
    files |= {f"{NAME}/overrides/{path}": content for path, content in _files_of(theme).items()}
    files[f"{NAME}/{LOCK}"] = lock
    version, about = _about_clone(clone) if clone else _about_installed()
    folder = f"{NAME}-{version}.dist-info"
    files |= {f"{folder}/{name}": content for name, content in about.items()}
    files[f"{folder}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: {NAME}\nRoot-Is-Purelib: true\nTag: py3-none-any\n".encode()
    record = "".join(f"{path},{_digest(content)},{len(content)}\n" for path, content in sorted(files.items()))
    files[f"{folder}/RECORD"] = f"{record}{folder}/RECORD,,\n".encode()
    return Engine(version, _zipped(files), lock)


def _files_of(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not _LEFT_OUT.intersection(inside.parts) and path.suffix != ".pyc" and inside.as_posix() != LOCK:
            found[inside.as_posix()] = path.read_bytes()
    return found


def _digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, content in sorted(files.items(), key=lambda item: (".dist-info/" in item[0], item[0])):  # about the wheel at its end, as PEP 427 advises
            entry = zipfile.ZipInfo(path, _DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _about_clone(root: Path) -> tuple[str, dict[str, bytes]]:
    """Return version and the files about a wheel, from a clone's pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    lines = ["Metadata-Version: 2.4", f"Name: {NAME}", f"Version: {project['version']}", f"Summary: {project['description']}",
             f"License-Expression: {project['license']}", *(f"License-File: {name}" for name in project["license-files"]),
             f"Requires-Python: {project['requires-python']}", *(f"Requires-Dist: {need}" for need in project["dependencies"])]
    for extra, needs in project.get("optional-dependencies", {}).items():
        lines += [f"Provides-Extra: {extra}", *(f"Requires-Dist: {need}; extra == '{extra}'" for need in needs)]
    groups = {"console_scripts": project["scripts"], **project.get("entry-points", {})}
    entries = "\n".join(f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in sorted(targets.items())) for group, targets in groups.items())
    about = {"METADATA": "\n".join(lines) + "\n", "entry_points.txt": entries}
    licences = {f"licenses/{name}": (root / name).read_bytes() for name in project["license-files"] if is_safe_path(name) and not (root / name).is_symlink()}
    return project["version"], {name: text.encode("utf-8") for name, text in about.items()} | licences


def _about_installed() -> tuple[str, dict[str, bytes]]:
    """Return version and the files about a wheel, from what was installed with this program."""
    package = Path(__file__).resolve().parent
    for found in metadata.distributions(name=NAME, path=[str(package.parent)]):
        files = found.files or ()
        about = {}
        for path in files:
            folder, _, inside = path.as_posix().partition("/")
            if folder.endswith(".dist-info") and (inside in ("METADATA", "entry_points.txt") or inside.startswith("licenses/")):
                about[inside] = Path(found.locate_file(path)).read_bytes()
        if "METADATA" in about:
            return found.version, about
    raise CirclepressError(f"circlepress {__version__} runs here without having been installed, so it cannot be packed for a fork.\n"
                           "    Fork from a clone of the repository, or with --engine none.")
