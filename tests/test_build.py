"""A build makes everything that is whole, names what is not, and never leaves half a site."""

from __future__ import annotations

import filecmp
import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from support.project import CircleProject, main_of

from circlepress.localtime import local_times
from circlepress.problem import UsageError
from circlepress.read import read_settings
from circlepress.theme import own_theme

ROOT = Path(__file__).parent.parent


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_project_becomes_a_handbook_and_a_microsite(project):
    """Every language's handbook, the gateway, and the circle in its own two languages."""
    project.build()
    for address in ("/", "/da/", "/sv/", "/nb/", "/en/", "/circles/small-circle/", "/circles/small-circle/da/", "/circles/small-circle/sv/",
                    "/da/guides/first/", "/circles/small-circle/da/sessions/01-begin/"):
        project.assert_built(address)
    assert not project.is_built("/circles/small-circle/nb/")
    assert [p for p in project.published.problems] == []


def test_an_edit_is_in_the_next_build(project):
    """What one writes is what one reads."""
    project.build().edit("docs/guides/first.da.md", "## Begynd her", "## Begynd lige her").build()
    assert "Begynd lige her" in project.main("/da/guides/first/")


def test_a_broken_page_is_left_out_and_named(project):
    """One guide without a title: it alone is missing, links to it are let be, and the report says where."""
    project.edit("docs/guides/second.da.md", "title: Den anden guide\n", "").build()
    assert not project.is_built("/da/guides/second/")
    project.assert_built("/da/guides/first/").assert_built("/circles/small-circle/da/")
    assert [(p.code, p.place.path) for p in project.published.problems] == [("missing-key", "docs/guides/second.da.md")]


def test_a_broken_translation_falls_back(project):
    """A translation that cannot be read costs its readers the translation, not the page."""
    project.edit("docs/guides/first.sv.md", "translation: {of: da, state: reviewed}", "translation: {of: da, state: perfect}").build()
    assert "Den første guide" in project.main("/sv/guides/first/")


def test_a_broken_circle_stops_nobody_and_stays_online(project):
    """A circle that breaks keeps its last good pages; the handbook is new."""
    project.build()
    before = project.main("/circles/small-circle/da/")
    project.edit("circles/small-circle/circle.yml", "status: running", "status: runing").edit("docs/index.da.md", "ikke ret meget", "noget nyt")
    project.build()
    assert project.main("/circles/small-circle/da/") == before
    assert "noget nyt" in project.main("/da/")
    assert project.published.kept == ("/circles/small-circle/",)


def test_the_exit_status_tells(project):
    """0 when all is well, 1 when something needs mending, 2 for wrong use."""
    assert project.run("build").returncode == 0
    project.edit("docs/guides/second.da.md", "title: Den anden guide\n", "")
    result = project.run("build")
    assert result.returncode == 1
    assert "docs/guides/second.da.md:2:1: error[missing-key]: 'title' is missing." in result.stdout
    assert "Needs attention: 1 error" in result.stdout
    assert project.run_anew("check").returncode == 1
    assert project.run_anew("build", "--language", "xx").returncode == 2
    assert project.run("--project", "nowhere", "check").returncode == 2


def test_only_what_is_asked_for_is_built_and_the_rest_stays(project):
    """`--circle` builds that microsite; the handbook from the build before stays as it was."""
    project.build()
    handbook = files_below(project.site / "da")
    project.edit("circles/small-circle/index.da.md", "## Velkommen", "## Kom indenfor").edit("docs/index.da.md", "ikke ret meget", "noget nyt")
    project.build(circles=("small-circle",))
    assert [built.edition.name for built in project.published.editions] == ["gateway", "small-circle.da", "small-circle.sv"]
    assert "Kom indenfor" in project.main("/circles/small-circle/da/")
    assert files_below(project.site / "da") == handbook
    project.build(languages=("da",))
    assert "noget nyt" in project.main("/da/")


def test_another_day_changes_what_speaks_of_it_and_no_more(project, tmp_path):
    """Editions are planned anew when a session is over, not each day."""
    first, *_ = sorted((project.folder / "circles/small-circle/sessions").glob("*.da.md"))
    day = next(date.fromisoformat(line.removeprefix("date: ")) for line in first.read_text("utf-8").splitlines() if line.startswith("date: "))

    def opened(today: date) -> int:
        return len(project.build(today=today, caches=tmp_path / "cache").published.editions)

    assert opened(day - timedelta(days=1)) > 2 and opened(day) == 0 and opened(day + timedelta(days=1)) > 2 and opened(day + timedelta(days=2)) == 0


def test_the_same_input_gives_the_same_bytes(tmp_path, monkeypatch):
    """Another folder, another time zone, another number of workers: not a byte differs."""
    one = CircleProject.from_dir("minimal", tmp_path / "one").build(jobs=1)
    monkeypatch.setenv("TZ", "America/Nuuk")
    monkeypatch.setenv("LC_ALL", "C")
    two = CircleProject.from_dir("minimal", tmp_path / "another place").build(jobs=2)
    first, second = files_below(one.site), files_below(two.site)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_somebody_elses_folder_is_left_alone(project, tmp_path):
    """An output folder with other things in it is refused, and nothing in it is touched."""
    mine = tmp_path / "documents"
    mine.mkdir()
    (mine / "letter.txt").write_text("kære ven")
    with pytest.raises(UsageError, match="left alone"):
        project.build(output=mine)
    assert [path.name for path in mine.iterdir()] == ["letter.txt"]


def test_publishing_replaces_a_plain_folder_of_ours(project, tmp_path):
    """A site that was copied, so that it is a folder and no link, is replaced whole."""
    import shutil

    project.build()
    copy = tmp_path / "copy"
    shutil.copytree(project.site, copy)
    (copy / "old.html").write_text("old")
    project.build(output=copy)
    assert not (copy / "old.html").exists() and (copy / "da/index.html").is_file()
    assert not list(tmp_path.glob(".copy.versions/old"))


def test_shared_files_stand_once(project):
    """One copy of styles, script and search program for the whole site; each edition has only its own index."""
    project.build(with_search=True)
    assert [path.relative_to(project.site).as_posix() for path in project.site.rglob("pagefind.js")] == ["assets/search/pagefind.js"]
    assert {path.relative_to(project.site).as_posix() for path in project.site.rglob("*.css")} == {f"assets/{path.name}" for path in (own_theme() / "assets").glob("*.css")}
    assert all((project.site / edition / "search/pagefind-entry.json").is_file() for edition in ("da", "sv", "nb", "en", "circles/small-circle/da"))


def test_the_facilitators_section_is_on_the_run_sheet_only(project):
    """What is written to the facilitator is not on the page participants read."""
    project.build()
    assert "Tag det roligt" not in project.main("/circles/small-circle/da/sessions/01-begin/")
    assert "Tag det roligt" in project.main("/circles/small-circle/da/sessions/01-begin/run-sheet/")


def test_clock_times_are_computed(project):
    """Each block says when it begins; member countries in other zones see their own clock."""
    project.edit("circles/small-circle/circle.yml", "country: SE", "country: IS").build()
    page = project.main("/circles/small-circle/da/sessions/01-begin/")
    assert all(f'<span class="cp-time">{time}</span>' in page for time in ("09:00", "09:15", "09:45"))
    assert "<dt>Island</dt><dd>07:00–08:00</dd>" in page and "<dt>Danmark</dt><dd>09:00–10:00</dd>" in page


def test_summer_time_and_the_2019_slip():
    """14:00 in Copenhagen in May is 12:00 in Iceland (a newsletter once wrote 13) and 13:00 in the Faroes, 15:00 in Finland."""
    from datetime import time

    found = local_times(date(2019, 5, 14), time(14), time(15), "Europe/Copenhagen", ["DK", "SE", "NO", "FI", "IS", "FO", "GL", "AX"])
    assert [(there.countries, f"{there.start:%H:%M}") for there in found] == [
        (("GL",), "10:00"), (("IS",), "12:00"), (("FO",), "13:00"), (("DK", "SE", "NO"), "14:00"), (("FI", "AX"), "15:00")]


def test_the_calendar_can_be_read(project):
    """The circle's calendar holds its session at the right moment, with a lasting identifier and its time zone inside."""
    project.build()
    calendar = Calendar.from_ical((project.site / "circles/small-circle/da/calendar.ics").read_bytes())
    event = calendar.walk("VEVENT")[0]
    assert event["uid"] == "small-circle.01-begin@prove.example.org"
    assert event.start.isoformat() == "2026-09-10T09:00:00+02:00" and event.end.isoformat() == "2026-09-10T10:00:00+02:00"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Copenhagen"]


def test_drafts_unlisted_and_local_circles(project):
    """A draft has no edition; an unlisted circle is built but listed nowhere; a local one is never published."""
    project.edit("circles/small-circle/circle.yml", "status: running", "status: running\nvisibility: unlisted").build()
    project.assert_built("/circles/small-circle/da/")
    assert "small-circle" not in project.main("/da/circles/") and "small-circle" not in project.main("/da/all/")
    assert '<meta name="robots" content="noindex">' in project.page("/circles/small-circle/da/")
    assert "small-circle" not in (project.site / "sitemap.xml").read_text()
    project.edit("circles/small-circle/circle.yml", "visibility: unlisted", "visibility: local").build()
    assert not project.is_built("/circles/small-circle/da/")
    project.edit("circles/small-circle/circle.yml", "visibility: local", "visibility: public").edit("circles/small-circle/circle.yml", "status: running", "status: draft").build()
    assert not project.is_built("/circles/small-circle/da/")


def test_progress_is_plain_lines_where_there_is_no_terminal(project):
    """A log has one line per edition and ends with what was built, where, and how long it took."""
    lines = project.run("build", "--jobs", "1").stdout.splitlines()
    pages = len([*(project.site / "da").rglob("index.html")])
    assert pages > 20 and f"handbook.da: {pages} pages" in lines
    assert lines[-1].startswith("Built 7 editions with ") and lines[-1].endswith("site/")


def test_the_preview_gives_the_same_main(project):
    """`mkdocs build --strict` at the root shows the handbook through mkdocs-static-i18n: same <main>, addresses aside."""
    import re
    import subprocess
    import sys

    project.build()
    result = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", "preview"], cwd=project.folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    for address in ("/da/", "/da/guides/first/", "/sv/guides/first/", "/nb/guides/second/", "/da/methods/round/", "/en/glossary/", "/da/themes/small/", "/da/circles/", "/sv/circles/coming/",
                    "/da/circles/family/", "/en/circles/by/country/se/"):
        there = project.folder / "preview" / address.replace("/da/", "/", 1).strip("/") / "index.html"
        plain = [re.sub(r'(href|src)="[^"]*"', "", html) for html in (project.main(address), main_of(there.read_text("utf-8")))]
        assert plain[0] == plain[1], address
    for name in ("circles/calendar.ics", "feed.xml", "sv/circles/calendar.ics", "sv/feed.xml"):
        site = project.site / (name if name.startswith("sv/") else f"da/{name}")
        assert (project.folder / "preview" / name).read_bytes() == site.read_bytes(), name


def test_the_settings_say_where_they_are_wrong(project):
    """A language the project does not have, or a setting circlepress does not know, is named with its line."""
    project.edit("mkdocs.yml", "{locale: nb, name: norsk bokmål}", "{locale: 'no', name: norsk}")
    result = project.run("check")
    assert result.returncode == 3
    assert result.stderr.startswith("mkdocs.yml:16:") and "Norwegian is 'nb' (bokmål) or 'nn' (nynorsk)." in result.stderr
    assert "Traceback" not in result.stderr


def test_a_plan_is_plain_data(project):
    """What the press is given can be written as JSON and holds no path of this machine."""
    from circlepress import pipeline, staging

    plans = pipeline.plan_preview(project.folder, date(2026, 11, 24)).plans
    text = "".join(staging.plan_as_json(plan) for plan in plans)
    json.loads(staging.plan_as_json(plans[0]))
    assert str(project.folder) not in text and os.getcwd() not in text


def test_the_real_settings_are_read():
    """This repository's own mkdocs.yml lists six languages with Danish first."""
    settings, _ = read_settings(ROOT)
    assert settings.languages[0] == "da" and set(settings.languages) == {"da", "sv", "nb", "fi", "is", "en"}
    assert settings.chain_by_language["nb"] == ("da", "sv", "en")


def test_overrides_of_a_project_win(project):
    """A project's own theme folder is looked at before the one circlepress brings."""
    project.edit("mkdocs.yml", "name: material", "name: material\n  custom_dir: mine")
    project.write("mine/404.html", '{% extends "main.html" %}{% block content %}<p>Vores egen fejlside</p>{% endblock %}').build(languages=("da",))
    assert "Vores egen fejlside" in (project.site / "da/404.html").read_text()
    assert not filecmp.cmp(project.site / "da/404.html", project.site / "da/index.html", shallow=False)


def test_a_theme_that_fetches_from_others_is_named(project):
    """A project's own template may name another host's style sheet; the page says so, and the build ends with an error."""
    project.edit("mkdocs.yml", "name: material", "name: material\n  custom_dir: mine")
    project.write("mine/glossary.html", '{% extends "main.html" %}{% block content %}<img src="https://elsewhere.example.org/x.png" alt="">{% endblock %}')
    project.build(languages=("da",))
    assert [(p.code, p.message) for p in project.published.problems] == [
        ("outside-resource", "the finished page fetches https://elsewhere.example.org/x.png.")]


def test_the_preview_shows_what_is_not_published(project):
    """`--preview` includes drafts and marks them, and organisers see their report; the site has neither."""
    project.edit("docs/guides/second.da.md", "phase: [run]", "phase: [run]\ndraft: true")
    project.edit("circles/small-circle/circle.yml", "status: running", "status: draft").build()
    assert not project.is_built("/da/guides/second/") and not project.is_built("/circles/small-circle/da/")
    project.build(preview=True)
    assert "Den anden guide" in project.main("/da/guides/second/")
    assert 'class="cp-preview"' in project.page("/da/guides/second/") and '<meta name="robots" content="noindex">' in project.page("/da/")
    assert "small-circle" in project.main("/da/circles/")
    assert "C05" not in project.main("/circles/small-circle/da/report/") and "C01" in project.main("/circles/small-circle/da/report/")


def test_a_report_is_public_when_the_organiser_says_so(project):
    """`report_public: true` puts the model check's report on the published microsite; without it there is none."""
    project.build()
    assert not project.is_built("/circles/small-circle/da/report/")
    project.edit("circles/small-circle/circle.yml", "status: running", "report_public: true\nstatus: running").build()
    assert "C20" in project.main("/circles/small-circle/da/report/")


def test_every_check_is_explained(project):
    """The handbook's page about the model check has all 46, made from the catalogue the checks run by."""
    import re

    page = project.build(languages=("da",)).main("/da/checks/")
    assert re.findall(r'<div id="c(\d\d)">', page) == [f"{number:02}" for number in range(1, 47)]


def test_coverage_says_which_statements_have_a_page(project):
    """Forty lines, each statement with its checks and pages; `--complete` fails when one has neither."""
    project.edit("docs/guides/first.da.md", "covers: []", "covers: [S12]")
    found = json.loads(project.run("coverage", "--format", "json").stdout)
    assert len(found) == 40 and found["S12"]["pages"] == ["guides/first"] and "C08" in found["S12"]["checks"]
    assert found["S03"] == {"pages": [], "checks": []}
    assert project.run("coverage").returncode == 0 and project.run("coverage", "--complete").returncode == 1


def test_advice_for_one_circle(project):
    """`advise` says all that the model check saw of a circle, in the circle's language, as text or JSON."""
    project.edit("circles/small-circle/circle.yml", "commitments: [time, experiment, team, manager], agreed: 2026-08-21",
                 "commitments: [experiment, team, manager], agreed: 2026-08-21")
    text = project.run("advise", "small-circle").stdout
    assert "C24  Österby förening" in text and "C01" in text
    report = json.loads(project.run("advise", "small-circle", "--format", "json", "--language", "en").stdout)
    assert [entry["check"] for entry in report["groups"]["missing"]] == ["C24"]
    assert "C01" in [entry["check"] for entry in report["groups"]["in_place"]] and report["limits"]
    assert project.run("advise", "no-such-circle").returncode == 2


def test_one_edition_that_cannot_be_planned_stops_nobody(project, monkeypatch):
    """Whatever goes wrong while planning one edition, the others are built, the earlier one stays, and the report names it."""
    from circlepress.views import circle as circle_views

    project.build()
    before = project.main("/circles/small-circle/sv/")
    planned = circle_views.microsite_pages
    monkeypatch.setattr(circle_views, "microsite_pages", lambda desk: planned(desk) if desk.language == "da" else 1 / 0)
    project.edit("docs/index.da.md", "ikke ret meget", "noget nyt").build()
    assert "noget nyt" in project.main("/da/") and project.main("/circles/small-circle/sv/") == before
    assert [(p.code, p.place.path) for p in project.published.problems] == [("edition-not-built", "small-circle.sv")]


def test_a_place_is_said_in_the_readers_language(project):
    """A session's place in two languages is shown, and put into the calendar, in the edition's own."""
    project.edit("circles/small-circle/sessions/01-begin.da.md", "mode: online", "mode: hybrid\nplace: {da: Biblioteket, sv: Biblioteket på torget}").build()
    assert "Biblioteket på torget" in project.main("/circles/small-circle/sv/sessions/01-begin/")
    assert "{" not in project.main("/circles/small-circle/da/sessions/01-begin/")
    event = Calendar.from_ical((project.site / "circles/small-circle/sv/calendar.ics").read_bytes()).walk("VEVENT")[0]
    assert event["location"] == "Biblioteket på torget"


def test_a_letters_subject_has_plain_blanks(project):
    """Blanks in a mail's subject and in its text are words in brackets, without signs of Markdown."""
    project.write("docs/templates/mail.da.md", "---\ntitle: En mail\nsummary: En mail, som denne prøve handler om.\naudience: [coordinator]\n"
                  "phase: [recruit]\nkind: mail\nsubject: Velkommen til {{circle.title}}\n---\n\nHej {{organisation.name}}\n")
    page = project.build(languages=("da",)).main("/da/templates/mail/")
    assert "\\" not in page and page.count("______]") == 2


def test_languages_that_are_kept_can_still_be_searched(project):
    """A build of one language keeps the search program of the others, whose pages stay as they were."""
    project.build(with_search=True)
    programs = {path.name for path in (project.site / "assets/search").iterdir()}
    project.build(languages=("da",), with_search=True)
    assert "wasm.sv.pagefind" in programs and {path.name for path in (project.site / "assets/search").iterdir()} == programs


def test_somebody_elses_link_is_left_alone(project, tmp_path):
    """An output that is a link of a person's own is refused, and still leads where it did."""
    mine = tmp_path / "documents"
    mine.mkdir()
    (tmp_path / "link").symlink_to(mine)
    with pytest.raises(UsageError, match="left alone"):
        project.build(output=tmp_path / "link")
    assert (tmp_path / "link").resolve() == mine
