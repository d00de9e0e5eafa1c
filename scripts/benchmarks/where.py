"""Where the time goes, by part of the work: that of a cold build, and that of building one edited page in a new process.

The build runs in one process under Python's own profiler, which makes calls look dearer than they are: the shares say what to
look at next, the other benchmarks say how long a build takes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

from . import corpus, report
from .measure import clear
from .peers import CACHE
from .texts import CIRCLES_BY_SIZE

_PARTS = (
    ("search: Pagefind, and what it is told", ("circlepress/search.py", "circlepress/findable.py", "base64.py", "/selectors.py")),
    ("Markdown to HTML", ("/markdown/", "/pymdownx/", "quick_markdown.py", "markdown_extension.py", "xml/etree", "htmlparser")),
    ("templates", ("/overrides/", "/jinja2/", "/markupsafe/", "typesetting.py", "<template>", "circlepress/link.py")),
    ("what may be published (nh3)", ("sanitise.py", "nh3")),
    ("calendars (icalendar)", ("/icalendar/", "takeaways/")),
    ("reading files, YAML and metadata", ("/yaml/", "yaml_source.py", "circlepress/read.py", "circlepress/metadata/")),
    ("checks: model, links, words, readability", ("modelcheck/", "validate.py", "sitecheck.py", "readability.py", "markdown_source.py", "parity.py", "freshness.py", "sections.py", "stdnum")),
    ("planning pages", ("circlepress/views/", "circlepress/plan.py", "resolve.py", "wording.py", "/babel/", "translating.py")),
    ("starting: imports", ("importlib", "re/_", "dataclasses.py", "typing.py", "enum.py")),
    ("files written, taken over and published", ("press.py", "publish.py", "files.py", "build.py", "pathlib.py", "posixpath.py", "shutil.py", "sieve.py", "survey.py")),
)
_PARTS_OF_EDIT = (
    ("search: Pagefind, and what it is told", ("circlepress/search.py", "circlepress/findable.py", "base64.py", "/selectors.py")),
    ("metadata: its models, and reading them", ("circlepress/metadata/", "/typing.py", "/msgspec/")),
    ("loading modules", ("importlib", "<frozen zipimport")),
    ("making regular expressions", ("/re/_",)),
    ("loading what typesets: Jinja, Markdown, YAML, Babel", ("/jinja2/", "/markupsafe/", "/markdown/", "/pymdownx/", "/yaml/", "/babel/", "<template>")),
    ("looking at the files and at what was kept", ("sieve.py", "survey.py", "records.py", "cache.py", "state.py", "publish.py", "files.py", "pathlib.py", "posixpath.py", "genericpath")),
    ("reading and checking the circle", ("yaml_source.py", "circlepress/read.py", "modelcheck/", "validate.py", "sitecheck.py", "readability.py", "markdown_source.py", "parity.py")),
    ("planning its pages", ("circlepress/views/", "circlepress/plan.py", "resolve.py", "wording.py", "translating.py", "circlepress/link.py")),
    ("its calendars (icalendar)", ("/icalendar/", "takeaways/")),
)
_OTHER = "the rest"
_PROFILED = """
import cProfile, json, pstats, sys
from datetime import date
from pathlib import Path
profile = cProfile.Profile()
profile.enable()
from circlepress import pipeline
project, caches = Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None
pipeline.build(project, pipeline.Request(project / "site", date(2026, 6, 20), jobs=0, here_below=10**6, caches=caches))
profile.disable()
found = []
for (path, _, name), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():
    if path == "~":
        found += [(caller[0] if caller[0] != "~" else name, times[2]) for caller, times in callers.items()]
    else:
        found.append((path, own))
print(json.dumps(found))
"""


def run(size: str, is_written: bool) -> None:
    """Profile a cold build and one edit of a project of this size, and print the shares."""
    project = CACHE / "work" / f"where-{size}"
    clear(project)
    project.mkdir(parents=True)
    corpus.make(project, CIRCLES_BY_SIZE[size])
    cold = _shares([str(project)], _PARTS)
    caches = str(project / ".cache")
    _shares([str(project), caches], _PARTS)  # what one edit begins with
    page = next(iter(sorted(project.glob("circles/*/sessions/*.da.md"))))
    page.write_text(page.read_text("utf-8") + "\nEn sætning mere.\n", "utf-8")
    edit = _shares([str(project), caches], _PARTS_OF_EDIT)
    head = ("Part", "share")
    text = (f"A cold build of {CIRCLES_BY_SIZE[size]} circles, search included, in one process under Python's profiler.\n\n{report.table(head, cold)}\n\n"
            f"The same of one edited page in a new process, its search index included. Most of it is the start of the program, of which nothing is left in `serve`.\n\n"
            f"{report.table(head, edit)}")
    report.show("where", text, f"scripts/bench where --size {size}", "", is_written)
    clear(project)


def _shares(arguments: list[str], parts: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, str]]:
    """Build in a new process; return each part of the work with its share of the time, the largest first."""
    told = subprocess.run([sys.executable, "-c", _PROFILED, *arguments], env=os.environ | {"CIRCLEPRESS_CACHE": ""}, check=True, capture_output=True, text=True).stdout
    seconds: Counter[str] = Counter()
    for path, own in json.loads(told):
        path = path.replace("\\", "/")
        seconds[next((part for part, names in parts if any(name in path for name in names)), _OTHER)] += own
    total = sum(seconds.values())
    return [(part, f"{100 * spent / total:.0f}\u00a0%") for part, spent in sorted(seconds.items(), key=lambda pair: (pair[0] == _OTHER, -pair[1]))]
