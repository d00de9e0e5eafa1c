"""Writes an edition plan as a plain folder that a renderer can read: Markdown pages, pictures, and the plan as JSON.

This is the only form in which content reaches MkDocs: copies of accepted texts under names of our own. Files that are
already as they should be are not touched, so that a watching program sees only real changes.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml
from msgspec.structs import asdict

from .edition import EditionPlan


def stage(plan: EditionPlan, project: Path, folder: Path, *, pages_below: str = "docs") -> Path:
    """Write `plan` below `folder`: pages and pictures in `pages_below/`, and `plan.json`. Returns the plan's path.

    `project` is where the pictures are copied from. What an earlier staging left and this one does not write is
    removed from `pages_below/`.
    """
    pages_folder = folder / pages_below
    written: set[Path] = set()
    for page in plan.pages:
        front = yaml.safe_dump({"title": page.title, "description": page.summary}, allow_unicode=True, sort_keys=True, width=10_000)
        path = pages_folder / page.path
        _write(path, f"---\n{front}---\n\n{page.body.strip()}\n".encode())
        written.add(path)
    for staged, source in plan.images:
        path = pages_folder / staged
        _write(path, (project / source).read_bytes())
        written.add(path)
    for path in sorted(pages_folder.rglob("*"), reverse=True):
        if path.is_file() and path not in written:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    plan_path = folder / "plan.json"
    _write(plan_path, plan_as_json(plan).encode())
    return plan_path


def plan_as_json(plan: EditionPlan) -> str:
    """Return the plan as readable JSON, the same bytes for the same plan; texts of pages stand in their own files."""
    pages = {page.path: {key: value for key, value in asdict(page).items() if key != "body"} for page in plan.pages}
    return json.dumps({"edition": asdict(plan.edition) | {"address": plan.edition.address, "name": plan.edition.name},
                       "site": plan.site, "pages": pages}, ensure_ascii=False, indent=1, default=asdict) + "\n"


def clear(folder: Path) -> None:
    """Remove a folder and everything in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
