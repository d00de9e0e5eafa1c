"""Random edits, as many hands make them: pages, translations, circles, facts, settings, themes; some break things, some mend.

Each edit is drawn from a seeded generator, so that a sequence that finds a mistake can be run again by its seed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from .pictures import png
from .project import CircleProject

_FACTS = "circles/{}/circle.yml"
_GUIDE = (
    "---\ntitle: {title}\nsummary: {title} handler om noget, som kun findes for prøvernes skyld.\naudience: [facilitator]\nphase: [run]\n"
    "covers: []\nreviewed: 2026-11-01\n---\n\n## Først {{#first}}\n\n{text}\n"
)
_TRANSLATION = "---\ntitle: {title}\nsummary: {title} är en text som bara finns för provens skull.\ntranslation: {{of: {of}, state: reviewed}}\n---\n\n## Först {{#first}}\n\n{text}\n"
_TERMS = "terms:\n  {id}:\n    da: {{term: {word}, state: approved, definition: Et ord om {word}.}}\n    sv: {{term: {word}, state: proposed}}\n"
_BREAKAGES: tuple[Callable[[bytes], bytes], ...] = (
    lambda raw: raw.replace(b"title: ", b"title: [", 1),
    lambda raw: raw.replace(b"title:", b"titel:", 1),
    lambda raw: raw.replace(b"---\n", b"", 1),
    lambda raw: raw[:-1] + b"\xff\xfe",
    lambda raw: raw[: len(raw) // 3],
    lambda raw: b"",
    lambda raw: raw + b"\n\n<script>alert(1)</script> og [et sted](javascript:alert(1)) og [ingen](nowhere.md#intet)\n",
    lambda raw: raw.replace(b"summary:", b"\tsummary: &a", 1),
    lambda raw: raw + b"\n" + b"> " * 3000 + b"deep\n",
)
_CIRCLE_BREAKAGES = (
    ("status: ", "status: x"),
    ("language: da", "language: xx"),
    ("title: ", "title: ["),
    ("frame:", "frame: 5\nramme:"),
    ("id: north", "id: east"),
)
_TEMPLATES = {
    "404.html": '{{% extends "main.html" %}}{{% block content %}}<p>Egen fejlside {word}</p>{{% endblock %}}',
    "glossary.html": '{{% extends "main.html" %}}{{% block content %}}<h1>Ord {word}</h1>{{{{ body }}}}{{% endblock %}}',
    "assets/own.css": "main {{ --word: {word}; }}\n",
    "assets/circlepress.css": "/* {word} */\n",
    "assets/deep/er/own.js": "// {word}\n",
}


class Editor:
    """Makes random edits to a project and says what each was."""

    def __init__(self, project: CircleProject, seed: int) -> None:
        self.project, self.folder = project, project.folder
        self.random = random.Random(seed)
        self._whole: dict[str, bytes] = {}
        """What files held before they were broken."""
        self._numbers = iter(range(1, 1_000_000))

    def edit(self) -> str:
        """Make one edit that changes something, and return what it was."""
        while True:
            name = self.random.choice(_NAMES)
            if said := getattr(self, f"_{name}")():
                return f"{name}: {said}"

    # --- pages ---------------------------------------------------------------------------------------------------

    def _change_a_text(self) -> str:
        path = self._page()
        return (
            self._put(path, self._read(path) + f"\nOgså {self._word()}, se [her]({self.random.choice(_LINKS)}).\n".encode())
            if path
            else ""
        )

    def _change_a_text_back_in_time(self) -> str:
        """As some editors and rsync do: another text of the same length, with the file's earlier time."""
        path = self._page()
        raw = self._read(path) if path else b""
        at = raw.rfind(b"e")
        if at < 0 or b"---" in raw[at:]:
            return ""
        before = os.stat(self.folder / path)
        self._put(path, raw[:at] + b"o" + raw[at + 1 :])
        os.utime(self.folder / path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return path

    def _rename_a_heading(self) -> str:
        path = self._page()
        raw = self._read(path) if path else b""
        found = re.search(rb"\{#([a-z]+)\}", raw)
        return self._put(path, raw.replace(found[0], b"{#" + self._word().encode() + b"}", 1)) if found else ""

    def _retitle_a_page(self) -> str:
        path = self._page()
        raw = self._read(path) if path else b""
        return (
            self._put(path, re.sub(rb"(?m)^title: .*$", f"title: Om {self._word()}".encode(), raw, count=1))
            if b"\ntitle: " in raw
            else ""
        )

    def _add_a_page(self) -> str:
        word = self._word()
        folder, like = self.random.choice(
            [("guides", ""), ("guides", ""), ("methods", "docs/methods/round.da.md"), ("themes", "docs/themes/small.da.md")]
        )
        if like and not (self.folder / like).is_file():
            return ""
        text = (
            self._read(like).decode("utf-8", "replace")
            if like
            else _GUIDE.format(title=f"Siden {word}", text=f"Se [den]({self.random.choice(_LINKS)}).")
        )
        return self._put(f"docs/{folder}/{word}.da.md", text.encode())

    def _remove_a_page(self) -> str:
        path = self._page()
        return self._drop(path) if path and (path != "docs/index.da.md" or self.random.random() < 0.2) else ""

    def _rename_a_page(self) -> str:
        path = self._page("docs/*/*.md")
        if not path:
            return ""
        target = re.sub(r"/[^/]*\.([a-z]{2})\.md$", rf"/{self._word()}.\1.md", path)
        (self.folder / path).rename(self.folder / target)
        return f"{path} -> {target}"

    def _translate_a_page(self) -> str:
        path = self._page("docs/*/*.da.md") or ""
        target = path.replace(".da.md", f".{self.random.choice(['sv', 'nb', 'en'])}.md")
        return (
            self._put(
                target, _TRANSLATION.format(title=f"Sidan {self._word()}", of="da", text=f"Något om {self._word()}.").encode()
            )
            if path
            else ""
        )

    def _former_name(self) -> str:
        """A page, session or circle says what it was called before; some names are others' now, and some are claimed twice."""
        what = self.random.choice(["page", "session", "circle"])
        if what == "circle":
            return self._fact("moved", f"[{self.random.choice(['former-circle', 'older-circle', 'small-circle', 'second-circle'])}]")
        path = self._page("docs/*/*.da.md" if what == "page" else "circles/*/sessions/*.da.md")
        names = ["guides/former", "methods/former", "guides/first"] if what == "page" else ["01-former", "02-former", "01-begin"]
        raw = re.sub(rb"(?m)^moved: .*\n", b"", self._read(path)) if path else b""
        new = raw.replace(b"\ntitle: ", f"\nmoved: [{self.random.choice(names)}]\ntitle: ".encode(), 1)
        return self._put(path, new) if new != raw else ""

    def _make_a_draft(self) -> str:
        path = self._page("docs/guides/*.md")
        raw = self._read(path) if path else b""
        new = (
            raw.replace(b"\ndraft: true\n", b"\n", 1)
            if b"\ndraft: true\n" in raw
            else raw.replace(b"\nphase:", b"\ndraft: true\nphase:", 1)
        )
        return self._put(path, new) if new != raw else ""

    def _add_a_picture(self) -> str:
        number, top = next(self._numbers) % 3, self.random.choice(["docs", *(f"circles/{circle}" for circle in self._circles())])
        self._put(f"{top}/images/ring{number}.png", png(4 + self.random.randrange(40), 4))
        path = self._page("docs/guides/*.md") if top == "docs" else ""
        return self._put(path, self._read(path) + f"\n![En ring](../images/ring{number}.png)\n".encode()) if path else top

    def _remove_a_picture(self) -> str:
        path = self._some(self.random.choice(["docs/images/*.png", "circles/*/images/*.png"]))
        return self._drop(path) if path else ""

    def _add_an_odd_file(self) -> str:
        name = self.random.choice(
            [
                "docs/guides/Odd Name.md",
                "docs/notes.txt",
                "circles/Æbler/x.md",
                "docs/guides/.hidden",
                "docs/README.md",
                "circles/lonely/index.da.md",
            ]
        )
        return self._drop(name) if (self.folder / name).is_file() else self._put(name, b"---\ntitle: Noget\n---\n")

    def _link_a_file(self) -> str:
        path = self.folder / "docs/guides/link.da.md"
        if path.is_symlink():
            path.unlink()
        else:
            path.symlink_to("first.da.md")
        return "docs/guides/link.da.md"

    def _touch(self) -> str:
        path = self._page()
        return self._put(path, self._read(path)) if path else ""

    # --- breaking and mending ------------------------------------------------------------------------------------

    def _break_a_page(self) -> str:
        path = self._page()
        if not path or path in self._whole:
            return ""
        raw = self._read(path)
        self._whole[path] = raw
        return self._put(path, self.random.choice(_BREAKAGES)(raw))

    def _break_a_circle(self) -> str:
        circle = self._circle()
        path = _FACTS.format(circle)
        if not circle or path in self._whole:
            return ""
        raw = self._read(path)
        self._whole[path] = raw
        old, new = self.random.choice(_CIRCLE_BREAKAGES)
        return self._put(path, raw.replace(old.encode(), new.encode(), 1))

    def _mend(self) -> str:
        if not self._whole:
            return ""
        path = self.random.choice(sorted(self._whole))
        raw = self._whole.pop(path)
        return self._put(path, raw) if (self.folder / path).parent.is_dir() else ""

    # --- circles -------------------------------------------------------------------------------------------------

    def _add_a_circle(self) -> str:
        circle, new = self._circle(), f"circle-{next(self._numbers)}"
        if not circle or len(self._circles()) > 4:
            return ""
        shutil.copytree(self.folder / "circles" / circle, self.folder / "circles" / new)
        facts = re.sub(rb"(?m)^spawned_from:.*\n", b"", self._read(_FACTS.format(new)))
        if self.random.random() < 0.6:
            facts += (
                f"spawned_from: {{circle: {circle}, organisation: {self.random.choice(['north', 'east', 'nobody'])}}}\n".encode()
            )
        return self._put(_FACTS.format(new), facts)

    def _remove_a_circle(self) -> str:
        circle = self._circle()
        if circle:
            shutil.rmtree(self.folder / "circles" / circle)
        return circle

    def _rename_a_circle(self) -> str:
        circle, new = self._circle(), f"circle-{next(self._numbers)}"
        if circle:
            (self.folder / "circles" / circle).rename(self.folder / "circles" / new)
        return circle and f"{circle} -> {new}"

    def _status(self) -> str:
        return self._fact("status", self.random.choice(["draft", "recruiting", "running", "running", "completed", "cancelled"]))

    def _visibility(self) -> str:
        return self._fact("visibility", self.random.choice(["public", "public", "unlisted", "local"]))

    def _languages(self) -> str:
        return self._fact("languages", self.random.choice(["[da, sv]", "[da]", "[da, nb, en]"]))

    def _title(self) -> str:
        return self._fact("title", f"{{da: Cirklen {self._word()}, sv: Cirkeln {self._word()}}}")

    def _question(self) -> str:
        return self._fact("question", f"Hvordan kan vi prøve {self._word()} sammen?")

    def _report(self) -> str:
        return self._fact("report_public", self.random.choice(["true", "false"]))

    def _theme_of_a_circle(self) -> str:
        return self._fact("theme", self.random.choice(["small", "smaller", "small"]))

    def _origin(self) -> str:
        circles = [*self._circles(), "nowhere"]
        return self._fact(
            "spawned_from", f"{{circle: {self.random.choice(circles)}, organisation: {self.random.choice(['north', 'east'])}}}"
        )

    def _dates(self) -> str:
        circle = self._circle()
        path = _FACTS.format(circle)
        return (
            self._put(
                path, re.sub(rb"end: 2026-12-\d\d", f"end: 2026-12-{self.random.randrange(10, 29)}".encode(), self._read(path))
            )
            if circle
            else ""
        )

    def _session(self) -> str:
        path = self._some("circles/*/sessions/*.da.md")
        if not path:
            return ""
        action = self.random.choice(["add", "remove", "change", "change"])
        if action == "remove":
            return self._drop(path)
        raw = re.sub(rb"date: 2026-09-\d\d", f"date: 2026-09-{self.random.randrange(2, 29):02}".encode(), self._read(path))
        if action == "add":
            path = re.sub(r"sessions/\d\d-[^.]*", f"sessions/{self.random.randrange(2, 9):02}-{self._word()}", path)
        return self._put(path, raw)

    def _welcome(self) -> str:
        circle = self._circle()
        path = f"circles/{circle}/index.sv.md"
        if not circle:
            return ""
        return (
            self._drop(path)
            if (self.folder / path).is_file()
            else self._put(
                path,
                _TRANSLATION.format(
                    title="En cirkel", of="da", text=f"Läs [den första](../../docs/guides/first.sv.md) om {self._word()}."
                ).encode(),
            )
        )

    # --- what all share ------------------------------------------------------------------------------------------

    def _glossary(self) -> str:
        path = "docs/glossary.yml"
        if (self.folder / path).is_file() and self.random.random() < 0.2:
            return self._drop(path)
        return self._put(path, _TERMS.format(id=self.random.choice(["circle", "word"]), word=self._word()).encode())

    def _site_name(self) -> str:
        return self._setting(r"(?m)^site_name: .*$", f"site_name: Projekt {self._word()}")

    def _site_address(self) -> str:
        address = self.random.choice(["https://prove.example.org/", "https://example.org/sub/", '""'])
        return self._setting(r"(?m)^site_url: .*$", f"site_url: {address}")

    def _contact(self) -> str:
        return self._setting(
            r"(?m)^      contact: .*(\n      publisher: .*)?$",
            f"      contact: {self._word()}@example.org\n      publisher: Forlaget {self._word()}",
        )

    def _project_languages(self) -> str:
        line = "        - {locale: en, name: English}\n"
        text = self._read("mkdocs.yml").decode()
        return self._put("mkdocs.yml", (text.replace(line, "") if line in text else text + line).encode())

    def _own_theme(self) -> str:
        text = self._read("mkdocs.yml").decode()
        on = "  name: material\n  custom_dir: mine\n"
        if on in text and self.random.random() < 0.3:
            return self._put("mkdocs.yml", text.replace(on, "  name: material\n").encode())
        name = self.random.choice(sorted(_TEMPLATES))
        if (self.folder / "mine" / name).is_file() and self.random.random() < 0.3:
            return self._drop(f"mine/{name}")
        self._put(f"mine/{name}", _TEMPLATES[name].format(word=self._word()).encode())
        return self._put("mkdocs.yml", text.replace("  name: material\n", on).encode() if on not in text else text.encode())

    # --- hands ---------------------------------------------------------------------------------------------------

    def _fact(self, key: str, value: str) -> str:
        circle = self._circle()
        if not circle:
            return ""
        path = _FACTS.format(circle)
        text, found = re.subn(rb"(?m)^%s: .*$" % key.encode(), f"{key}: {value}".encode(), self._read(path), count=1)
        return self._put(path, text if found else text.rstrip(b"\n") + f"\n{key}: {value}\n".encode()) + f" = {value}"

    def _setting(self, pattern: str, new: str) -> str:
        return (
            self._put("mkdocs.yml", re.sub(pattern, lambda _: new, self._read("mkdocs.yml").decode(), count=1).encode())
            + f" = {new}"
        )

    def _page(self, pattern: str = "") -> str:
        return self._some(pattern or self.random.choice(["docs/**/*.md", "docs/**/*.md", "circles/**/*.md"]))

    def _some(self, pattern: str) -> str:
        """Return a random file, or an empty text; in an order that no folder decides."""
        found = sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.glob(pattern)
            if path.is_file() and not path.is_symlink()
        )
        return self.random.choice(found) if found else ""

    def _circles(self) -> list[str]:
        return sorted(path.parent.name for path in self.folder.glob("circles/*/circle.yml"))

    def _circle(self) -> str:
        circles = self._circles()
        return self.random.choice(circles) if circles else ""

    def _word(self) -> str:
        return f"{self.random.choice(['mos', 'lav', 'bregne', 'gran', 'birk'])}{self.random.choice('abcdefgh')}"

    def _read(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()

    def _put(self, path: str, content: bytes) -> str:
        self.project.write(path, content)
        return path

    def _drop(self, path: str) -> str:
        (self.folder / path).unlink()
        return f"without {path}"


_LINKS = (
    "../guides/first.md",
    "../guides/first.md#begin",
    "../guides/first.md#first",
    "../guides/mosa.md",
    "../methods/round.md#steps",
    "second.md",
    "../glossary.yml",
    "../images/ring1.png",
    "../themes/small.md",
    "../../circles/small-circle/index.md",
    "former.md#first",
    "../../circles/former-circle/index.md",
    "../../circles/small-circle/sessions/01-former.md",
    "../../circles/former-circle/sessions/02-former.da.md",
    "https://example.org/",
)
_NAMES = sorted(
    name[1:]
    for name, value in vars(Editor).items()
    if name.startswith("_")
    and not name.startswith("__")
    and callable(value)
    and name not in {"_fact", "_setting", "_page", "_some", "_circles", "_circle", "_word", "_read", "_put", "_drop"}
)


def order_of_creation_reversed(source: Path, target: Path) -> None:
    """Copy a folder, making its files in the reverse order and with other times."""
    files = sorted((path for path in source.rglob("*") if path.is_file()), reverse=True)
    for number, path in enumerate(files):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
        os.utime(copy, (1_000_000_000 + 86_400 * number,) * 2)
