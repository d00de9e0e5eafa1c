"""What `check` says, in each of its formats: for people with the line concerned, for programs with nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from support.project import CircleProject

from circlepress import __version__
from circlepress.problem import CODES, Place, Problem, Severity
from circlepress.report import JSON_VERSION, LINE_WIDTH, Part, as_github, as_json, as_sarif, as_text, excerpt

ROOT = Path(__file__).parent.parent
LINK = Problem(Place("docs/guides/first.da.md", 12, 11), "broken-link", "there is no page 'guides/secnd'.", "Did you mean 'guides/second'?")
WHOLE_LINE = Problem(Place("docs/guides/first.da.md", 3), "heading-id", "the heading skips a level.", "", Severity.WARNING)
WHOLE_FILE = Problem(Place("docs/guides/First one.md"), "file-name", "circlepress does not know what this file is.", "Rename it.", Severity.ADVICE)
TEXT = "\n" * 2 + "#### Too deep" + "\n" * 9 + "Read [it](secnd.md).\n"


def text_of(path: str) -> str:
    return {"docs/guides/first.da.md": TEXT}.get(path, "")


def nothing(path: str) -> str:
    return ""


# --- for people ----------------------------------------------------------------------------------------------------


def test_a_problem_is_shown_with_its_line():
    """Place, severity, code and sentence; the line with its number and a caret; the hint. Then the next problem."""
    assert as_text([LINK, WHOLE_LINE, WHOLE_FILE], text_of) == """\
docs/guides/first.da.md:12:11: error[broken-link]: there is no page 'guides/secnd'.
  12 | Read [it](secnd.md).
     |           ^
    Did you mean 'guides/second'?

docs/guides/first.da.md:3: warning[heading-id]: the heading skips a level.
   3 | #### Too deep

docs/guides/First one.md: advice[file-name]: circlepress does not know what this file is.
    Rename it."""


def test_no_problems_are_no_text():
    """There is nothing to print when there is nothing to mend."""
    assert as_text([], text_of) == "" and as_github([]) == ""


def test_a_line_that_cannot_be_had_is_left_out():
    """A file that is gone, an empty file, a line behind the end: the sentence and the hint are enough."""
    without = "docs/guides/first.da.md:12:11: error[broken-link]: there is no page 'guides/secnd'.\n    Did you mean 'guides/second'?"
    assert as_text([LINK], nothing) == without
    assert as_text([LINK], lambda path: "one line") == without


def test_files_are_read_only_for_their_lines():
    """A problem of a whole file, which may be a folder or a link, asks for no text."""
    def refuse(path: str) -> str:
        raise AssertionError(path)

    assert "Rename it." in as_text([WHOLE_FILE], refuse)


@pytest.mark.parametrize(("line", "before", "shown", "columns"), [
    ("plain ^here", "plain ", "plain ^here", 6),
    ("rødgrød på ^her", "rødgrød på ", "rødgrød på ^her", 11),
    ("e\u0301n ^her", "e\u0301n ", "e\u0301n ^her", 3),
    ("\tto ^her", "\tto ", "    to ^her", 7),
    ("abc\tto ^her", "abc\tto ", "abc to ^her", 7),
    ("a\t\t^her", "a\t\t", "a       ^her", 8),
    ("👋 hej ^her", "👋 hej ", "👋 hej ^her", 7),
    ("👩🏽‍💻 ^her", "👩🏽‍💻 ", "👩🏽‍💻 ^her", 3),
    ("👨‍⚕️ ^her", "👨‍⚕️ ", "👨‍⚕️ ^her", 3),
    ("❤️ 🇩🇰 ^her", "❤️ 🇩🇰 ", "❤️ 🇩🇰 ^her", 6),
    ("学習 ^her", "学習 ", "学習 ^her", 5),
    ("\x1b[31mred ^her", "\x1b[31mred ", "�[31mred ^her", 9),
    ("a\u202eb ^her", "a\u202eb ", "a�b ^her", 4),
])
def test_the_caret_stands_under_its_character(line, before, shown, columns):
    """Tabs, marks, wide letters and emoji before the place are counted as a terminal shows them; nothing is obeyed."""
    assert line.startswith(before + "^")
    assert excerpt(line, len(before) + 1) == (shown, columns)


def test_a_mark_is_pointed_at_through_its_letter():
    """A column that names an accent written by itself points at the letter under it."""
    assert excerpt("ae\u0301x", 3) == ("ae\u0301x", 1)


def test_a_place_behind_the_end_is_just_behind_it():
    """A quotation mark that is never closed is missed at the end of the line."""
    assert excerpt('title: "Hej', 12) == ('title: "Hej', 11)
    assert excerpt('title: "Hej', 90) == ('title: "Hej', 11)
    assert excerpt("", 1) == ("", 0)


def test_a_long_line_is_cut_around_the_column():
    """Whatever the column, what is shown is short enough, is cut only where it says so, and has the caret in place."""
    line = "".join(chr(0x4E00 + n) if n % 7 == 0 else chr(ord("a") + n % 26) for n in range(400))
    for column in range(1, len(line) + 1):
        shown, before = excerpt(line, column, 60)
        widths = [2 if "\u4e00" <= c else 1 for c in shown.replace("…", ".")]
        assert sum(widths) <= 61, column
        position = next(i for i in range(len(shown)) if sum(widths[:i]) == before)
        assert shown[position] == line[column - 1], column
        assert shown.strip("…") in line
        assert shown.startswith("…") is not line.startswith(shown[:10])
        assert shown.endswith("…") is not line.endswith(shown[-10:])


def test_a_line_that_fits_is_not_cut():
    """One hundred columns are shown whole; one more is cut."""
    assert excerpt("x" * LINE_WIDTH, 1) == ("x" * LINE_WIDTH, 0)
    assert excerpt("x" * (LINE_WIDTH + 1), 1) == ("x" * (LINE_WIDTH - 2) + "…", 0)


def test_long_numbers_keep_the_gutter_straight():
    """The bars of the line and of its caret stand under each other, also far down a file."""
    problem = Problem(Place("docs/a.md", 123456, 2), "raw-html", "HTML.")
    line, caret = as_text([problem], lambda path: "\n" * 123455 + "a<b>").splitlines()[1:]
    assert line == "123456 | a<b>" and caret == "       |  ^"


def test_sentences_cannot_command_a_terminal():
    """A value quoted from a file may hold control characters; they are shown as a sign."""
    problem = Problem(Place("docs/a.md"), "unknown-placeholder", "{{\x1b]0;x\x07\r}} is unknown.", "Known\x1b[2J:\na, b")
    assert as_text([problem], nothing) == "docs/a.md: error[unknown-placeholder]: {{�]0;x� }} is unknown.\n    Known�[2J:\n    a, b"


def test_colours_come_from_outside():
    """Place, label, gutter and caret go through `style` with their severity; the text itself is the same without it."""
    seen = []

    def remember(text: str, part: Part, severity: Severity) -> str:
        seen.append((part, text, severity))
        return text

    assert as_text([LINK], text_of, style=remember) == as_text([LINK], text_of)
    assert seen == [(Part.LABEL, "error[broken-link]", Severity.ERROR), (Part.PLACE, "docs/guides/first.da.md:12:11", Severity.ERROR),
                    (Part.GUTTER, "  12 |", Severity.ERROR), (Part.GUTTER, "     |", Severity.ERROR), (Part.CARET, "^", Severity.ERROR)]


# --- for machines --------------------------------------------------------------------------------------------------


def test_json_says_everything():
    """Reading the JSON gives back every problem, in order, and the counts; letters stay letters."""
    problems = [LINK, WHOLE_LINE, WHOLE_FILE, Problem(Place("docs/a.md", 1, 2), "raw-html", 'Blå "grød"\n\x1b\\', "Ø")]
    written = as_json(problems)
    found = json.loads(written)
    assert found["version"] == JSON_VERSION == 1
    assert found["counts"] == {"error": 2, "warning": 1, "advice": 1}
    assert [Problem(Place(p["path"], p["line"], p["column"]), p["code"], p["message"], p["hint"], Severity(p["severity"]))
            for p in found["problems"]] == problems
    assert all(list(p) == ["path", "line", "column", "severity", "code", "message", "hint"] for p in found["problems"])
    assert "Blå" in written


def test_json_of_nothing_is_whole():
    """A program finds the same keys when there is nothing to mend."""
    assert json.loads(as_json([])) == {"version": 1, "problems": [], "counts": {"error": 0, "warning": 0, "advice": 0}}


def test_github_shows_problems_at_their_lines():
    """Error, warning and notice, with line and column only where there are some."""
    assert as_github([LINK, WHOLE_LINE, WHOLE_FILE]).split("\n") == [
        "::error file=docs/guides/first.da.md,line=12,col=11,title=broken-link::there is no page 'guides/secnd'.%0ADid you mean 'guides/second'?",
        "::warning file=docs/guides/first.da.md,line=3,title=heading-id::the heading skips a level.",
        "::notice file=docs/guides/First one.md,title=file-name::circlepress does not know what this file is.%0ARename it.",
    ]


def test_github_commands_cannot_be_forged():
    """Percent signs and line ends are escaped, in properties colons and commas too, so that no value ends early."""
    problem = Problem(Place("docs/a,b:c%0A\r\n.md"), "file-name", "100 %\r\n::set-env name=a::b, c: %0A")
    assert as_github([problem]) == (
        "::error file=docs/a%2Cb%3Ac%250A%0D%0A.md,title=file-name::100 %25%0D%0A::set-env name=a::b, c: %250A")


def test_github_paths_begin_at_the_repository():
    """For a project in a folder of a larger repository, the folder comes first."""
    assert as_github([WHOLE_LINE], "sites/north/").startswith("::warning file=sites/north/docs/guides/first.da.md,line=3,")


def test_sarif_has_what_readers_need():
    """One run with its tool, a rule for each code that occurs, and results that point at their rules."""
    again = Problem(Place("docs/b.md", 7, 1), "broken-link", "there is no page 'x'.")
    log = json.loads(as_sarif([LINK, WHOLE_LINE, WHOLE_FILE, again]))
    assert set(log) == {"$schema", "version", "runs"} and log["version"] == "2.1.0" and "sarif-2.1.0" in log["$schema"]
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "circlepress" and driver["version"] == __version__
    assert driver["rules"] == [{"id": code, "shortDescription": {"text": CODES[code]}} for code in ("broken-link", "file-name", "heading-id")]
    assert run["columnKind"] == "unicodeCodePoints"
    results = run["results"]
    assert [result["ruleId"] for result in results] == ["broken-link", "heading-id", "file-name", "broken-link"]
    assert all(driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    assert [result["level"] for result in results] == ["error", "warning", "note", "error"]
    assert [result["message"]["text"] for result in results] == [
        "there is no page 'guides/secnd'.\nDid you mean 'guides/second'?", "the heading skips a level.",
        "circlepress does not know what this file is.\nRename it.", "there is no page 'x'."]
    locations = [result["locations"][0]["physicalLocation"] for result in results]
    assert [location.get("region") for location in locations] == [{"startLine": 12, "startColumn": 11}, {"startLine": 3}, None, {"startLine": 7, "startColumn": 1}]
    assert all(len(result["locations"]) == 1 for result in results)


def test_sarif_leads_to_the_pages_that_explain():
    """A rule has the address of its page where there is one; a model check is a rule like the others, with its name."""
    check = Problem(Place("circles/a/circle.yml", 3), "C27", "Nobody in Nordby.", "Read: For managers", Severity.WARNING)
    (run,) = json.loads(as_sarif([LINK, check], explained_at=lambda code: f"https://example.org/#{code}" if code != "broken-link" else ""))["runs"]
    assert run["tool"]["driver"]["rules"] == [
        {"id": "C27", "shortDescription": {"text": "Colleagues are involved."}, "helpUri": "https://example.org/#C27"},
        {"id": "broken-link", "shortDescription": {"text": CODES["broken-link"]}}]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]


def test_sarif_addresses_are_addresses():
    """Spaces, letters beyond a to z, colons and percent signs are encoded; slashes stay; the folder comes first."""
    problem = Problem(Place("docs/guides/På vej: 50 %.md"), "file-name", "circlepress does not know what this file is.")
    location = json.loads(as_sarif([problem], "nord site/"))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "nord%20site/docs/guides/P%C3%A5%20vej%3A%2050%20%25.md", "uriBaseId": "%SRCROOT%"}
    assert unquote(location["uri"]) == "nord site/" + problem.place.path


def test_sarif_of_nothing_is_a_run_without_results():
    """Code scanning closes what it showed before only when it is given an empty list."""
    (run,) = json.loads(as_sarif([]))["runs"]
    assert run["results"] == [] and run["tool"]["driver"]["rules"] == []


# --- the command ---------------------------------------------------------------------------------------------------


def break_link(project):
    return project.edit("docs/guides/first.da.md", "(second.md)", "(secnd.md)")


def test_check_shows_the_line(project):
    """In a log the report has no colours, the line as it stands in the file, and a caret under the address."""
    result = break_link(project).run("check")
    assert result.returncode == 1
    assert result.stdout.startswith("docs/guides/first.da.md:12:28: error[broken-link]: there is no page 'guides/secnd'.\n"
                                    "  12 | Læs også [den anden guide](secnd.md).\n"
                                    "     |                            ^\n"
                                    "    Did you mean 'guides/second'?\n\n1 error in 1 file; ")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_machines_get_the_report_and_nothing_else(project, form):
    """Standard output is one JSON text, with problems and without; the exit status is that of the text format."""
    clean = project.run_anew("check", "--format", form)
    assert clean.returncode == 0 and json.loads(clean.stdout) and clean.stderr == ""
    broken = break_link(project).run_anew("check", "--format", form)
    assert broken.returncode == 1 and "broken-link" in broken.stdout and json.loads(broken.stdout)


def test_github_gets_commands_and_nothing_else(project):
    """One line per problem; no line when there is nothing to mend."""
    clean = project.run("check", "--format", "github")
    assert (clean.returncode, clean.stdout) == (0, "")
    broken = break_link(project).run("check", "--format", "github")
    assert broken.returncode == 1
    assert broken.stdout == "::error file=docs/guides/first.da.md,line=12,col=28,title=broken-link::there is no page 'guides/secnd'.%0ADid you mean 'guides/second'?\n"


def test_paths_narrow_every_format(project):
    """Only what lies in the files and folders named is reported and decides the exit status."""
    break_link(project)
    assert json.loads(project.run("check", "--format", "json", "circles").stdout)["problems"] == []
    assert project.run("check", "--format", "json", "circles", "docs/themes/").returncode == 0
    assert project.run("check", "--format", "github", "docs/guides").returncode == 1


@pytest.mark.parametrize(("given", "answer"), [
    ("docs/guides/frist.da.md", "There is no 'docs/guides/frist.da.md' in the project {}.\n    Did you mean docs/guides/first.da.md"),
    ("docs/guides/first", "There is no 'docs/guides/first' in the project {}.\n    Did you mean docs/guides/first.da.md or docs/guides/first.sv.md?\n"),
    ("first.sv.md", "There is no 'first.sv.md' in the project {}.\n    Did you mean docs/guides/first.sv.md?\n"),
    ("small-circle", "There is no 'small-circle' in the project {}.\n    Did you mean circles/small-circle?\n"),
    ("xyz", "There is no 'xyz' in the project {}.\n    Name files or folders of the project, such as docs/guides.\n"),
    ("..", "'..' is not in the project {}.\n    Name files or folders of the project, such as docs/guides.\n"),
    (os.sep, f"{os.sep!r} is not in the project {{}}.\n"),
    ("docs/../../other", "'docs/../../other' is not in the project {}.\n"),
])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_path_that_is_not_there_is_wrong_use(project, given, answer, form):
    """Nothing is said to be in order that nobody looked at; what may be meant is named."""
    result = project.run("check", "--format", form, "docs/themes", given)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(answer.format(project.folder.resolve()))


def test_paths_are_taken_from_where_one_stands(project):
    """In a folder of the project its own names count, then the project's; a whole address and a full stop do as well."""
    break_link(project)

    def status(*paths: str, folder: str = ".") -> int:
        return CircleProject(project.folder / folder).run("check", *paths).returncode

    assert status(".") == 1 and status("./docs/guides/") == 1 and status("docs/../circles") == 0
    assert status("guides", folder="docs") == 1 and status("themes", folder="docs") == 0
    assert status(".", folder="docs/themes") == 0 and status(".", folder="docs/guides") == 1
    assert status("docs/guides/first.da.md", folder="circles") == 1 and status("../..", folder="docs/themes") == 1
    assert status(str(project.folder / "docs/guides")) == 1 and status(str(project.folder / "docs/methods")) == 0


def test_a_link_is_named_as_it_lies(project):
    """What a link is said to be is found by the link's own name, wherever it leads."""
    (project.folder / "docs/guides/third.da.md").symlink_to("/nowhere")
    assert project.run("check", "docs/guides/third.da.md").returncode == 1
    assert project.run("check", "docs/themes").returncode == 0


CODES_PAGE = "docs/project/problem-codes.en.md"


def with_codes_page(project):
    return project.write(CODES_PAGE, "---\ntitle: Problem codes\nsummary: What each code means, and what to do.\n---\n\nHello.\n")


def test_the_last_line_leads_to_what_codes_mean(project):
    """Where the project has the page of codes, a report that shows some ends with it, and one that shows none does not."""
    last = f"What the codes mean: {CODES_PAGE}\n"
    assert last not in project.run("check").stdout
    assert with_codes_page(project).run("check").stdout.startswith("Nothing to mend") and last not in project.run("check").stdout
    assert break_link(project).run("check").stdout.endswith(last)
    assert last not in project.run("check", "--format", "github").stdout
    project.remove(CODES_PAGE)
    assert "What the codes mean" not in project.run("check").stdout


def test_sarif_leads_to_the_published_page(project):
    """The address is that of the code on the site; without a site or a page of codes, there is none."""
    def addresses() -> dict[str, str | None]:
        log = json.loads(project.run("check", "--format", "sarif").stdout)
        return {rule["id"]: rule.get("helpUri") for rule in log["runs"][0]["tool"]["driver"]["rules"]}

    break_link(project).edit("circles/small-circle/circle.yml", "evaluation:", "# evaluation:")
    checks = {"C44": "https://prove.example.org/en/checks/#c44"}
    assert addresses() == {"broken-link": None} | checks
    with_codes_page(project)
    assert addresses() == {"broken-link": "https://prove.example.org/en/project/problem-codes/#broken-link"} | checks
    project.edit("mkdocs.yml", "site_url: https://prove.example.org/\n", "")
    assert addresses() == {"broken-link": None, "C44": None}


def test_the_pages_named_are_there(project):
    """What SARIF leads to is built, with the heading or place it names."""
    project.write(CODES_PAGE, (ROOT / CODES_PAGE).read_text("utf-8")).build(languages=("en",))
    assert 'id="broken-link"' in project.main("/en/project/problem-codes/")
    assert 'id="c44"' in project.main("/en/checks/")


def test_a_terminal_that_lacks_letters_gets_signs(project):
    """Where æ can be written and an emoji cannot, a question mark stands for it; machines always get UTF-8."""
    project.edit("docs/guides/first.da.md", "Læs også [den anden guide](second.md)", "Læs 👋 [den anden guide](👋.md)")
    result = project.run("check", "--format", "json", PYTHONIOENCODING="latin-1")
    assert "👋" in json.loads(result.stdout)["problems"][0]["message"]
    result = subprocess.run([sys.executable, "-m", "circlepress", "check"], cwd=project.folder, capture_output=True,
                            env=os.environ | {"PYTHONIOENCODING": "latin-1"})
    assert result.returncode == 1
    assert "  12 | Læs ? [den anden guide](?.md).\n" in result.stdout.decode("latin-1").replace("\r", "")


def test_a_file_in_another_encoding_is_shown_as_far_as_it_can_be(project):
    """The line with the letter that is not UTF-8 is shown with a sign in its place."""
    project.write("docs/guides/second.da.md", "---\ntitle: Blå grød\n".encode("latin-1"))
    assert "   2 | title: Bl� gr�d\n" in project.run("check").stdout
