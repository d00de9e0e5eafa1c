"""A translator's week: a translation is opened, done, overtaken by its source and brought up to date; the file itself remembers.

The repositories are real. What readers see at a section is looked at in a built site.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from support.project import TODAY, CircleProject

from circlepress import pipeline
from circlepress.freshness import State, freshness
from circlepress.sections import stamps
from circlepress.translating import begin, refresh, with_heading_ids
from circlepress.worddiff import word_difference

SOURCE, SWEDISH, ICELANDIC = "docs/guides/first.da.md", "docs/guides/first.sv.md", "docs/guides/first.nb.md"
BODY = """
Indledning med to ord.

## Begynd her {#begin}

Læs også [den anden guide](second.md).
Tag det roligt.

### Tag en pause {#pause}

Ti minutter er nok.

## Slut {#end}

Sig tak.
"""


class Desk(CircleProject):
    """A project in a repository, with a guide of four sections."""

    def git(self, *arguments: str) -> Desk:
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True)
        return self

    def commit(self) -> Desk:
        return self.git("add", "--all").git("commit", "--quiet", "--message", "A step")

    def translate(self, language: str, *more: str) -> str:
        """Run the command; return what it says."""
        done = self.run("translate", "guides/first", "--to", language, *more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def states(self, language: str = "sv") -> dict[str, str]:
        """Return the state of each section; under "" that of the page."""
        material = pipeline.check(self.folder, TODAY).catalogue.material_by_reference["guides/first"]
        found = freshness(material, language, material.started.get(language))
        return {"": str(found.state)} | {section.id: str(section.state) for section in found.sections}

    def not_current(self, language: str = "sv") -> dict[str, str]:
        return {name: state for name, state in self.states(language).items() if name and state != "current"}

    def text(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Desk:
    for key, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "T", "GIT_COMMITTER_NAME": "T",
                       "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_COMMITTER_EMAIL": "t@example.org"}.items():
        monkeypatch.setenv(key, value)
    desk = Desk.from_dir("minimal", tmp_path / "project")
    desk.write(SOURCE, desk.text(SOURCE).split("\n---\n")[0] + "\n---\n" + BODY)
    desk.write(SWEDISH, desk.text(SWEDISH).split("\n---\n")[0] + "\n---\n" + BODY.replace("Begynd her", "Börja här").replace("Sig tak", "Säg tack"))
    desk.translate("sv", "--accept")
    return desk.git("init", "--quiet", "--initial-branch=main").commit()


def test_a_translation_from_the_first_word_to_the_last(desk):
    """A new one holds the source in boxes and is not shown; done box by box, it becomes a draft that readers see."""
    assert "5 sections from da" in desk.translate("nb")
    assert desk.states("nb")[""] == "started" and desk.problems() == []
    assert "notice-fallback" in desk.build().page("/nb/guides/first/"), "readers get another language until it is done"
    text = desk.text(ICELANDIC)
    for old, new in (("Den første guide", "Den første veiledningen"), ("En guide, som findes", "En veiledning som finnes")):
        text = text.replace(old, new)
    desk.write(ICELANDIC, text.replace('!!! translate "da"\n    Indledning', "Innledning", 1))
    assert "2 sections recorded as done: meta, intro" in desk.translate("nb")
    lines = [line.removeprefix("    ") if not line.startswith('    ' + "meta") else line for line in desk.text(ICELANDIC).split("\n---\n", 1)[1].split("\n")]
    done = "\n".join(line for line in lines if not line.startswith("!!! translate"))
    desk.write(ICELANDIC, desk.text(ICELANDIC).split("\n---\n", 1)[0] + "\n---\n" + done)
    desk.translate("nb")
    assert desk.states("nb") == {"": "current", "meta": "current", "intro": "current", "begin": "current", "pause": "current", "end": "current"}
    assert "state: draft" in desk.text(ICELANDIC) and "notice-fallback" not in desk.build().page("/nb/guides/first/")
    assert "is current" in desk.translate("nb") and desk.run("status", "--complete", "docs/guides/first.nb.md", "--to", "nb").returncode == 0


def test_a_source_that_changes(desk):
    """Only the sections concerned are outdated; the difference comes from git; a removed box is done; readers see the mark at the section."""
    desk.edit(SOURCE, "Ti minutter", "Femten minutter").edit(SOURCE, "## Slut {#end}", "## Nyt {#new}\n\nHelt nyt.\n\n## Slut {#end}")
    assert desk.not_current() == {"pause": "outdated", "new": "missing"}
    page = desk.build().main("/sv/guides/first/")
    assert page.count("admonition outdated") == 1 and page.index('id="pause"') < page.index("admonition outdated") < page.index('id="end"')
    assert "har ändrats på danska" in page and 'href="../../../da/guides/first/#pause"' in page
    said = desk.run("status", "docs/guides", "--to", "sv").stdout
    assert "[-Ti-]{+Femten+} minutter er nok." in said and "outdated: #pause" in said
    desk.translate("sv")
    text = desk.text(SWEDISH)
    assert "[-Ti-]{+Femten+}" in text and text.index("#pause}") < text.index("!!! changed") < text.index("#new}") < text.index("!!! translate") < text.index("#end}")
    assert desk.problems() == [] and desk.translate("sv") and desk.text(SWEDISH) == text, "a second run changes nothing"
    page = desk.build().main("/sv/guides/first/")
    assert "Femten" not in page and "untranslated" in page and 'lang="da"' in page, "the note for translators is not for readers"
    box = text[text.index("!!! changed"):text.index("Ti minutter er nok.\n\n##")]
    desk.write(SWEDISH, text.replace(box, "").replace("Ti minutter", "Femton minuter").replace("Nyt {#new}", "Nytt {#new}").replace('!!! translate "da"\n    Helt nyt.', "Helt nytt."))
    assert "recorded as done: pause, new" in desk.translate("sv") and desk.not_current() == {}
    assert "outdated" not in desk.build().main("/sv/guides/first/")


def test_a_change_that_does_not_matter_is_accepted_in_one_command(desk):
    """--accept records the stamps and changes nothing else; --section limits it."""
    desk.edit(SOURCE, "Ti minutter", "10 minutter").edit(SOURCE, "Sig tak.", "Sig pænt tak.").edit(SOURCE, "En guide, som", "En vejledning, som")
    before = desk.text(SWEDISH)
    page = desk.build().main("/sv/guides/first/")
    assert 'href="../../../da/guides/first/"' in page and "#meta" not in page, "what has no heading is read from the top"
    desk.translate("sv", "--accept", "--section", "pause")
    assert desk.not_current() == {"end": "outdated", "meta": "outdated"}
    desk.translate("sv", "--accept")
    assert desk.not_current() == {}
    assert desk.text(SWEDISH).split("\n---\n", 1)[1] == before.split("\n---\n", 1)[1]


def test_what_does_not_make_a_translation_old(desk, tmp_path):
    """Line ends, breaks between lines, the order of sections and another id leave it current; another heading touches that section alone."""
    text = desk.text(SOURCE)
    desk.write(SOURCE, text.replace("\n", "\r\n"))
    assert desk.not_current() == {}
    desk.write(SOURCE, text.replace("guide](second.md).\nTag", "guide](second.md). Tag"))
    assert desk.not_current() == {}
    end = "## Slut {#end}\n\nSig tak.\n"
    desk.write(SOURCE, text.replace(end, "").replace("## Begynd her", f"{end}\n## Begynd her"))
    assert desk.not_current() == {}
    desk.write(SOURCE, text.replace("{#pause}", "{#a-break}"))
    assert desk.not_current() == {}
    desk.translate("sv")
    assert "{#a-break}" in desk.text(SWEDISH) and "{#pause}" not in desk.text(SWEDISH) and desk.not_current() == {}
    desk.write(SOURCE, desk.text(SOURCE).replace("## Slut {#end}", "## Farvel {#end}"))
    assert desk.not_current() == {"end": "outdated"}
    desk.commit()
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{desk.folder}", str(tmp_path / "shallow")], check=True, capture_output=True)
    shallow = Desk(tmp_path / "shallow")
    assert shallow.not_current() == {"end": "outdated"}
    assert "not in this clone's history" in shallow.run("status", "docs/guides", "--to", "sv").stdout


def test_work_that_has_begun_is_never_lost(desk):
    """The source changes while its section waits: an untouched box gets the new text, one that somebody has written in is kept."""
    desk.translate("nb")
    desk.commit()
    desk.edit(ICELANDIC, "    Sig tak.", "    Si takk.").edit(SOURCE, "Sig tak.", "Sig pænt tak.").edit(SOURCE, "Ti minutter", "Tolv minutter")
    desk.translate("nb")
    text = desk.text(ICELANDIC)
    assert "    Si takk." in text and "[-tak.-]" not in text and "{+pænt+}" in text, "what was written stands beside the difference"
    assert "    Tolv minutter er nok." in text and "Ti minutter" not in text and text.count("!!! changed") == 1
    assert desk.translate("nb") and desk.text(ICELANDIC) == text


def test_line_ends_are_kept(desk):
    """A file with the line ends of Windows keeps them."""
    desk.write(SWEDISH, desk.text(SWEDISH).replace("\n", "\r\n")).edit(SOURCE, "Ti minutter", "Tolv minutter")
    desk.translate("sv")
    content = (desk.folder / SWEDISH).read_bytes()
    assert b"!!! changed" in content and content.count(b"\r\n") == content.count(b"\n")


def test_status_as_json_and_totals(desk):
    """JSON says of each page, language and section how it stands, with the difference; --complete is a gate."""
    desk.edit(SOURCE, "Ti minutter", "Tolv minutter")
    said = json.loads(desk.run("status", "--format", "json").stdout)
    page = next(page for page in said["pages"] if page["page"] == "docs/guides/first")
    assert page["original"] == "da" and page["languages"]["sv"]["state"] == "outdated" and page["languages"]["nb"]["state"] == "missing"
    assert [one["difference"] for one in page["languages"]["sv"]["sections"] if one["state"] == "outdated"] == ["### Tag en pause {#pause}\n\n[-Ti-]{+Tolv+} minutter er nok."]
    assert said["totals"]["sv"]["outdated"] == 1
    assert desk.run("status", "--complete").returncode == 1
    desk.write(SOURCE, desk.text(SOURCE).replace("reviewed:", "translation: {of: sv, state: draft}\nreviewed:"))
    assert "orphaned" in desk.run("status").stdout


@pytest.mark.parametrize(("arguments", "said"), [
    (["guides/first", "--to", "xx"], "not a language of this project"), (["guides/first", "--to", "da"], "is the original"),
    (["guides/none", "--to", "sv"], "no whole page"), (["guides/first", "--to", "sv", "--from", "fi"], "no version in 'fi'"),
])
def test_wrong_use(desk, arguments, said):
    """Each mistake ends with status 2 and one sentence, and changes no file."""
    before = desk.text(SWEDISH)
    done = desk.run("translate", *arguments)
    assert done.returncode == 2 and said in done.stderr and desk.text(SWEDISH) == before


@pytest.mark.parametrize("command", [["status"], ["fmt"], ["exchange", "export", "--to", "sv", "-o", "x.po"]])
def test_a_path_that_names_no_page(desk, command):
    """It is said, instead of an empty answer; a folder, a file and a page's name all name pages."""
    done = desk.run(*command, "docs/giudes")
    assert done.returncode == 2 and "No whole page is called 'docs/giudes'" in done.stderr and not (desk.folder / "x.po").exists()
    for path in ("docs/guides/", SWEDISH, "docs/guides/first", "."):
        assert desk.run(*command, path).returncode == 0


def test_headings_get_ids(desk):
    """fmt writes ids, in a translation those of the source; a second run has nothing to do."""
    desk.edit(SOURCE, "## Slut {#end}", "## Slut på det hele").edit(SWEDISH, "## Slut {#end}", "## Slut på allt")
    desk.run("fmt")
    assert "## Slut på det hele {#slut-paa-det-hele}" in desk.text(SOURCE) and "## Slut på allt {#slut-paa-det-hele}" in desk.text(SWEDISH)
    assert "Every heading has an id." in desk.run("fmt").stdout
    assert with_heading_ids("## A\n\n## A\n", None, str.lower) == "## A {#a}\n\n## A {#a-2}\n"


def test_word_differences():
    """What went and what came stand side by side, and what is far away is left out when that is asked for."""
    assert word_difference("a b c", "a x c") == "a [-b-]{+x+} c"
    assert word_difference("a", "a b") == "a {+b+}" and word_difference("a b", "a") == "a [-b-]"
    assert word_difference(f"{'w ' * 60}a", f"{'w ' * 60}b", shortened=True) == "…w w w w w w [-a-]{+b+}"


def test_everything_survives_any_order_of_work(desk):
    """Made-up changes of source and translation: status is clean after the work is done, and no word of the translation is lost."""
    for seed in range(12):
        dice = random.Random(seed)
        for _ in range(3):
            piece = dice.choice(["Tag det roligt.", "Sig tak.", "Ti minutter", "## Slut {#end}", "Indledning"])
            new = f"## Mere {{#m{dice.randint(0, 999)}}}\n\nx\n\n{piece}" if piece.startswith("#") else dice.choice([f"{piece} {dice.randint(0, 99)}", f"Ny. {piece}", piece])
            desk.write(SOURCE, desk.text(SOURCE).replace(piece, new, 1))
        material = pipeline.check(desk.folder, TODAY).catalogue.material_by_reference["guides/first"]
        source, version = material.version_by_language["da"], material.version_by_language["sv"]
        opened = refresh(desk.text(SWEDISH), version, source)
        for line in version.body.split("\n"):
            assert line in opened.text.split("\n"), (seed, line)
        desk.write(SWEDISH, opened.text)
        assert not [problem for problem in desk.problems() if ": error[" in problem]
        text = "\n".join(line for line in opened.text.split("\n") if not line.startswith("!!! translate"))
        while "!!! changed" in text:
            begin_at = text.index("!!! changed")
            text = text[:begin_at] + text[text.index("~~~", text.index("~~~", begin_at) + 3) + 4:]
        desk.write(SWEDISH, text)
        desk.translate("sv")
        assert desk.not_current() == {}, seed


def test_stamps_are_of_words_alone(desk):
    """The same text has the same stamp in another project, and facts among the words do not count."""
    material = pipeline.check(desk.folder, TODAY).catalogue.material_by_reference["guides/first"]
    assert stamps(material.version_by_language["da"])["end"] == "8ad44621"
    assert begin(material.version_by_language["da"], "is").to_translate == ("meta", "intro", "begin", "pause", "end")
    assert State.STARTED in State and Path(SOURCE).name == "first.da.md"
