"""Where the time of a cold build goes, by part of the work, and how much of one edit is the start of the program.

The build runs in one process under Python's own profiler, which makes calls look dearer than they are: the shares say what to
look at next, the other benchmarks say how long a build takes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

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
    ("reading files, YAML and metadata", ("/yaml/", "yaml_source.py", "pydantic", "circlepress/read.py", "circlepress/metadata/")),
    ("checks: model, links, words, readability", ("modelcheck/", "validate.py", "sitecheck.py", "readability.py", "markdown_source.py", "parity.py", "freshness.py", "sections.py", "stdnum")),
    ("planning pages", ("circlepress/views/", "circlepress/plan.py", "resolve.py", "wording.py", "/babel/", "translating.py")),
    ("starting: imports", ("importlib", "re/_", "dataclasses.py", "typing.py", "enum.py")),
    ("files written, taken over and published", ("press.py", "publish.py", "files.py", "build.py", "pathlib.py", "posixpath.py", "shutil.py", "sieve.py", "survey.py")),
)
_OTHER = "the rest"
_PROFILED = """
import cProfile, json, pstats, sys
from datetime import date
from pathlib import Path
profile = cProfile.Profile()
profile.enable()
from circlepress import pipeline
project = Path(sys.argv[1])
pipeline.build(project, pipeline.Request(project / "site", date(2026, 6, 20), jobs=0, here_below=10**6))
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
    clean = os.environ | {"CIRCLEPRESS_CACHE": ""}
    told = subprocess.run([sys.executable, "-c", _PROFILED, str(project)], env=clean, check=True, capture_output=True, text=True).stdout
    seconds: Counter[str] = Counter()
    for path, own in json.loads(told):
        seconds[_part(path)] += own
    edit = _edit(project)
    total = sum(seconds.values())
    rows = [(part, f"{100 * spent / total:.0f} %") for part, spent in sorted(seconds.items(), key=lambda pair: (pair[0] == _OTHER, -pair[1]))]
    text = (f"A cold build of {CIRCLES_BY_SIZE[size]} circles, search included, in one process under Python's profiler.\n\n"
            + report.table(("Part", "share"), rows)
            + f"\n\nOf one edit in a new process, {100 * edit:.0f} per cent of the processor time is importing: nothing of that is left in `serve`.")
    report.show("where", text, f"scripts/bench where --size {size}", "", is_written)
    clear(project)


def _part(path: str) -> str:
    path = path.replace("\\", "/")
    return next((part for part, names in _PARTS if any(name in path for name in names)), _OTHER)


def _edit(project: Path) -> float:
    """Return the share of imports in building one edited page again."""
    kept = os.environ | {"CIRCLEPRESS_CACHE": str(project / ".cache")}
    command = ["-m", "circlepress", "--project", str(project), "build", "--date", "2026-06-20", "--no-search"]
    subprocess.run([sys.executable, *command], env=kept, check=False, capture_output=True)
    page = next(iter(sorted(project.glob("circles/*/sessions/*.da.md"))))
    page.write_text(page.read_text("utf-8") + "\nEn sætning mere.\n", "utf-8")
    script = ("import sys, time; began = time.process_time(); from circlepress import unit, workers, press, build, search; "
              "import icalendar; print(time.process_time() - began)")
    imports = min(float(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout) for _ in range(3))
    timed = ("import sys, time; sys.argv[0] = 'circlepress'\ntry:\n from circlepress.cli import main; main()\nfinally:\n"
             " import resource; r = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
             " print('spent', sum(x.ru_utime + x.ru_stime for x in r))")
    said = subprocess.run([sys.executable, "-c", timed, *command[2:]], env=kept, check=False, capture_output=True, text=True).stdout
    spent = float(said.rpartition("spent ")[2])
    return imports / spent
