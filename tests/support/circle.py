"""A circle put together for the model check, also when `validate` would leave it out for what its status asks for."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from circlepress.catalogue import Catalogue, Circle, Kind, Material, Version
from circlepress.localtime import use_pinned_time_zones
from circlepress.metadata import CircleFacts, FrontFacts, SessionFacts, TranslationMark, load
from circlepress.read import read
from circlepress.source import SourceFile, Sources
from circlepress.validate import validate


def circle_in(folder: Path, name: str, today: date) -> tuple[Circle, Catalogue]:
    """Read the project in `folder`; return its circle (or circle template) `name`, and the catalogue with it in it."""
    use_pinned_time_zones()
    sources, problems = read(folder)
    assert not problems, problems
    catalogue, _ = validate(sources, today)
    paths = {file.path for file in sources.files}
    where = next(path for path in (f"circles/{name}", f"circles/_templates/{name}") if f"{path}/circle.yml" in paths)
    circle = _circle(sources, where)
    return circle, replace(catalogue, circle_by_id={**catalogue.circle_by_id, name: circle})


def _circle(sources: Sources, folder: str) -> Circle:
    parts: dict[str, list[SourceFile]] = defaultdict(list)
    for file in sources.files:
        if file.path.startswith(folder + "/") and file.path.endswith(".md"):
            parts[file.path.rsplit(".", 2)[0]].append(file)
    source = next(file for file in sources.files if file.path == f"{folder}/circle.yml")
    facts = _loaded(CircleFacts, source, sources, source.metadata["language"])
    materials = [_material(key, files, sources) for key, files in sorted(parts.items())]
    sessions = tuple(part for part in materials if part.kind is Kind.SESSION)
    welcome = next((part for part in materials if part.kind is Kind.FRONT), None)
    return Circle(folder.rsplit("/", 1)[1], facts, source, welcome, sessions)


def _material(key: str, files: list[SourceFile], sources: Sources) -> Material:
    kind, model = (Kind.FRONT, FrontFacts) if key.endswith("/index") else (Kind.SESSION, SessionFacts)
    versions = {}
    for file in files:
        language = file.path.rsplit(".", 2)[1]
        words = {name: value for name, value in file.metadata.items() if name in model.localisable}
        mark = file.metadata.get("translation")
        versions[language] = Version(language, file, file.metadata["title"], file.metadata.get("summary", ""), file.body, words,
                                     TranslationMark(**mark) if mark else None)
    original = next(language for language, version in versions.items() if version.translation is None)
    return Material(kind, key.rsplit("/", 1)[1], _loaded(model, versions[original].source, sources, original), original, versions)


def _loaded(model, file: SourceFile, sources: Sources, language: str):
    facts, problems = load(model, file.metadata, file, language=language, languages=sources.settings.languages)
    assert facts is not None and not problems, problems
    return facts
