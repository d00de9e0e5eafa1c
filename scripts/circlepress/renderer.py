"""The only caller of MkDocs: a staged folder becomes the finished pages of one edition.

MkDocs gets a configuration that we made and content that we staged. It runs in a process of its own (never in a
thread: two threads of MkDocs lose files). A page that stops it, or takes too long, is set aside as plain text together
with all others that cannot be converted, and the edition is rendered again: one page is one unit of failure.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from . import page_clock
from .problem import Place, Problem
from .typesetting import not_converted, short

_TRIES = 6
"""How often an edition is rendered; from the second time on, only pages that fail outside of their Markdown cost a try."""


def render(staged: Path, output: Path, theme_folders: list[Path], address: str) -> list[Problem]:
    """Render the folder that `staging.stage` wrote into `output`; return the problems met.

    `address` is where the whole site will stand, or empty. Raises nothing for content; an edition that cannot be
    rendered at all gives a problem of the code `edition-not-built`, and `output` is then not to be used.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config.defaults import MkDocsConfig

    problems: list[Problem] = []
    broken: set[str] = set()
    for _ in range(_TRIES):
        config = MkDocsConfig(config_file_path=str(staged / "mkdocs.yml"))
        config.load_dict({
            "site_name": "circlepress",
            "site_url": address or None,
            "docs_dir": str(staged / "docs"),
            "site_dir": str(output),
            "use_directory_urls": True,
            "exclude_docs": "!/templates/\n",  # MkDocs leaves that folder out by itself
            "theme": {"name": "material", "custom_dir": str(theme_folders[0]), "font": False},
            "plugins": [{"circlepress": {"plan": str(staged / "plan.json"), "set_aside": sorted(broken),
                                         "theme_folders": [str(folder) for folder in theme_folders]}}],
        })
        errors, _warnings = config.validate()
        if errors:
            return [Problem(Place("mkdocs.yml"), "edition-not-built", f"MkDocs refused the settings made for it: {errors[0][1]}.")]
        plugin = config.plugins["circlepress"]
        heard = _Listener()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(heard)
        propagates, logger.propagate = logger.propagate, False
        try:
            build(config)
        except BaseException as error:  # MkDocs raises SystemExit too, and a page can raise anything
            page_clock.stop()
            if isinstance(error, KeyboardInterrupt):
                raise
            page = plugin.at_work
            if page is None or page in broken:
                problems.append(Problem(Place(staged.name), "edition-not-built", f"the edition could not be rendered: {short(error)}."))
                return problems
            failed = {page: error} | ({} if broken else _inconvertible(staged / "docs", page))
            broken |= failed.keys()
            problems += [not_converted(plugin.source_of(path), why) for path, why in sorted(failed.items())]
        else:
            problems += plugin.problems
            problems += [Problem(Place(staged.name), "broken-link", text, "Look for the link in the page named.") for text in heard.messages]
            (output / "sitemap.xml.gz").unlink(missing_ok=True)  # holds the hour of its making
            if missing := plugin.not_written(output):
                problems.append(Problem(Place(staged.name), "edition-not-built", f"MkDocs did not write {', '.join(missing[:5])}."))
            return problems
        finally:
            page_clock.stop()
            logger.removeHandler(heard)
            logger.propagate = propagates
    problems.append(Problem(Place(staged.name), "edition-not-built", f"more than {_TRIES - 1} pages of the edition could not be rendered."))
    return problems


def _inconvertible(pages: Path, known: str) -> dict[str, BaseException]:
    """Return the pages besides `known` whose text cannot be converted, each with the reason."""
    from .markdown_extension import convert

    found: dict[str, BaseException] = {}
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(depth - 100)  # MkDocs calls from further down than we do
    for path in sorted(pages.rglob("*.md")):
        name = path.relative_to(pages).as_posix()
        try:
            page_clock.start()
            if name != known:
                convert(path.read_text("utf-8"))
        except Exception as error:
            found[name] = error
        finally:
            page_clock.stop()
    sys.setrecursionlimit(depth)
    return found


class _Listener(logging.Handler):
    """Keeps what MkDocs warns about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage().splitlines()[0])

