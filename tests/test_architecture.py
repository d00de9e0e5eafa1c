"""The direction rules of ARCHITECTURE.md: who may import whom, and which module is the door to which library."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "scripts/circlepress"
NOUNS = {"problem", "language", "source", "catalogue", "edition", "metadata", "finding", "neighbours"}
STAGES = {"read", "validate", "resolve", "plan", "build", "export", "publish"}
DOORS = {
    "click": {"cli"}, "rich": {"cli"}, "yaml": {"yaml_source", "staging"}, "mkdocs": {"renderer", "plugin"}, "nh3": {"sanitise"},
    "markdown": {"markdown_extension", "quick_markdown"}, "pydantic": {"metadata"}, "pydantic_core": {"metadata"}, "babel": {"wording"},
    "icalendar": {"takeaways"}, "segno": {"qr_code"}, "stdnum": {"modelcheck"}, "pagefind_bin": {"search"}, "watchfiles": {"server"}, "fasteners": {"publish"}, "platformdirs": {"cli"}, "jinja2": {"typesetting", "quick_templates"}, "markupsafe": {"typesetting", "quick_templates"}, "distributed": {"cluster"}, "translate": {"exchange"},
}


def modules() -> dict[str, list[tuple[str, str]]]:
    """Return each file's imports: pairs of ("own" or "library", the first part of the name)."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        here = path.relative_to(PACKAGE).with_suffix("").parts
        imports = []
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imports += [("library", alias.name.split(".")[0]) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imports.append(("library", node.module.split(".")[0]))
            elif isinstance(node, ast.ImportFrom):
                base = list(here[: len(here) - node.level]) + (node.module.split(".") if node.module else [])
                imports += [("own", base[0])] if base else [("own", alias.name) for alias in node.names]
        found["/".join(here)] = imports
    return found


def test_nouns_import_nouns():
    """Nouns know nothing of stages, helpers or commands."""
    assert [(name, target) for name, imports in modules().items() if name.split("/")[0] in NOUNS
            for kind, target in imports if kind == "own" and target not in NOUNS] == []


def test_stages_never_import_each_other():
    """A stage takes nouns and returns nouns; only the pipeline knows the order."""
    assert [(name, target) for name, imports in modules().items() if name in STAGES
            for kind, target in imports if kind == "own" and target in STAGES] == []


def test_only_the_pipeline_and_the_edges_call_stages():
    """Stages are called by the pipeline, its state and its story of one unit, never by nouns or helpers; nothing imports the edges."""
    callers = {"pipeline", "state", "unit", "cli", "plugin"}
    assert [(name, target) for name, imports in modules().items() if name.split("/")[0] not in callers | STAGES
            for kind, target in imports if kind == "own" and target in STAGES | {"pipeline"}] == []
    assert [(name, target) for name, imports in modules().items() if name.split("/")[0] not in {"cli", "plugin", "__main__"}
            for kind, target in imports if kind == "own" and target in {"cli", "plugin"}] == []


def test_each_library_has_one_door():
    """An outside library is imported where ARCHITECTURE.md says, and nowhere else."""
    assert [(name, target) for name, imports in modules().items() for kind, target in imports
            if kind == "library" and target in DOORS and name.split("/")[0] not in DOORS[target]] == []


def test_the_files_that_are_begun_first_are_there():
    """The list of the longest test files names files that exist."""
    from conftest import LONGEST

    assert [name for name in LONGEST if not (Path(__file__).parent / f"test_{name}.py").is_file()] == []
