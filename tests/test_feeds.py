"""Feeds (RFC 4287): well formed by the rules, dated by what circles say, and never telling of what is not public."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.family import family_project
from support.project import CircleProject

from circlepress.takeaways.feed import Entry, Feed, feed_file

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
CIRCLE = "circles/small-circle/circle.yml"
SESSION = "circles/small-circle/sessions/01-begin.da.md"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> CircleProject:
    return family_project(tmp_path_factory.mktemp("family") / "project").build(with_search=False)


def read(project: CircleProject, name: str) -> tuple[ElementTree.Element, list[tuple[str, str, str]]]:
    """Read a feed by the rules of RFC 4287, section 4; return it, and its entries as day, title, summary."""
    root = ElementTree.fromstring((project.site / name).read_bytes())
    assert root.tag == f"{ATOM}feed" and root.get(LANGUAGE) == name.split("/")[-2]
    entries = root.findall(f"{ATOM}entry")
    for element, once, allowed in ((root, {"id", "title", "updated"}, {"author", "link", "generator", "rights", "entry"}),
                                   *((entry, {"id", "title", "updated"}, {"link", "summary"}) for entry in entries)):
        names = [child.tag.removeprefix(ATOM) for child in element]
        assert set(names) <= once | allowed and all(names.count(one) == 1 for one in once) and names.count("summary") <= 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.findtext(f"{ATOM}updated"))
        assert re.fullmatch(r"tag:[a-z.]+,\d{4}:[a-z0-9/-]+", element.findtext(f"{ATOM}id"))
        assert element.findtext(f"{ATOM}title").strip()
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(links) == len(set(links)) and ("alternate", "text/html") in links
        assert all(re.match(r"https?://", link.get("href")) for link in element.findall(f"{ATOM}link"))
    assert root.find(f"{ATOM}author/{ATOM}name").text
    assert root.find(f"{ATOM}link[@rel='self']").get("href").endswith(name)
    days = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert days == sorted(days, reverse=True) and root.findtext(f"{ATOM}updated") == max(days)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    return root, [(entry.findtext(f"{ATOM}updated")[:10], entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary")) for entry in entries]


def feeds(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("feed.xml"))


def test_every_edition_has_a_feed_that_keeps_the_rules(built):
    """The handbook has a feed in each language and so has each public circle; each is right, and leads to pages that are there."""
    assert [name for name in feeds(built.site) if name.count("/") == 1] == ["da/feed.xml", "en/feed.xml", "nb/feed.xml", "sv/feed.xml"]
    assert sum(name.startswith("circles/") for name in feeds(built.site)) == 6
    for name in feeds(built.site):
        root, _ = read(built, name)
        for link in root.iterfind(f".//{ATOM}link[@rel='alternate']"):
            assert built.is_built(link.get("href").removeprefix("https://prove.example.org"))


def test_a_feed_tells_what_is_new(built):
    """A circle's opening, its next meeting and its new direction are told on the days the circle names, in words one can read."""
    _, entries = read(built, "circles/small-circle/da/feed.xml")
    assert entries == [
        ("2026-10-15", "Ny retning: En lille cirkel", "Samtaler"),
        ("2026-08-15", "Ny cirkel: En lille cirkel", "Hvordan kan vi prøve noget sammen?"),
        ("2026-08-15", "Næste møde: En lille cirkel · Møde 1: Vi begynder", "Torsdag den 10. september 2026, 09:00–10:00 (lokal tid i København)")]


def test_the_next_meeting_is_told_when_the_last_one_is_over(tmp_path):
    """The second meeting is news from the day after the first, dated by it."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    text = (project.folder / SESSION).read_text("utf-8")
    project.write("circles/small-circle/sessions/02-go-on.da.md", text.replace("09-10", "10-08").replace("Vi begynder", "Vi fortsætter"))
    name = "circles/small-circle/da/feed.xml"
    told = {day: [title for _, title, _ in read(project.build(with_search=False, today=date(2026, 9, day)), name)[1]] for day in (10, 11)}
    assert not any("Møde 2" in title for title in told[10]) and "Næste møde: En lille cirkel · Møde 2: Vi fortsætter" in told[11]
    assert read(project, name)[1][1][0] == "2026-09-10"


def test_moves_and_ends_are_news(tmp_path):
    """A meeting that is moved is a new entry; so are what a circle learned, and that it was cancelled."""
    project = CircleProject.from_dir("minimal", tmp_path / "project").build(with_search=False)
    name = "da/feed.xml"
    before = {entry.findtext(f"{ATOM}id") for entry in read(project, name)[0].iterfind(f"{ATOM}entry")}
    project.edit(SESSION, "date: 2026-09-10", "date: 2026-09-17\nstate: {is: moved, was: 2026-09-10}").build(with_search=False)
    root, entries = read(project, name)
    assert {entry.findtext(f"{ATOM}id") for entry in root.iterfind(f"{ATOM}entry")} - before == {
        "tag:prove.example.org,2026:circles/small-circle/da/sessions/01-begin/moved/2026-09-17"}
    assert any(title.startswith("Flyttet: En lille cirkel · Møde 1") and "17. september" in summary for _, title, summary in entries)
    project.edit(CIRCLE, "status: running", "status: evaluated\noutcomes: [{organisation: north, text: Vi spørger først.}, {organisation: east, text: Vi spørger bagefter.}]")
    project.edit(CIRCLE, "evaluation: {midway", "evaluation: {summary: Det hjælper at prøve noget sammen og fortælle om det bagefter., midway")
    project.edit(CIRCLE, "end: 2026-12-15", "end: 2026-11-01").edit(CIRCLE, "final: 2026-12-15", "final: 2026-11-10").build(with_search=False)
    assert [p.message for p in project.published.problems if p.is_error] == []
    assert ("2026-11-10", "Evalueret: En lille cirkel", "Det hjælper at prøve noget sammen og fortælle om det bagefter.") in read(project, name)[1]
    assert ("2026-11-01", "Afsluttet: En lille cirkel", "Hvordan kan vi prøve noget sammen?") in read(project, name)[1]


def test_what_is_in_another_language_is_marked(built):
    """A text that an entry shows in another language than the feed's says which."""
    root, _ = read(built, "en/feed.xml")
    assert {summary.get(LANGUAGE) for entry in root.iterfind(f"{ATOM}entry") if "New circle" in entry.findtext(f"{ATOM}title")
            for summary in entry.iterfind(f"{ATOM}summary")} == {"da"}


def test_pages_lead_to_their_feed(built):
    """The front page, the directory, what is coming up and a circle's front page name the feed of their edition; other pages do not."""
    link = '<link rel="alternate" type="application/atom+xml" href="{}" title='
    for page, where in {"/da/": "feed.xml", "/da/circles/": "../feed.xml", "/da/circles/coming/": "../../feed.xml", "/circles/small-circle/sv/": "feed.xml"}.items():
        assert link.format(where) in built.page(page)
    for page in ("/da/guides/first/", "/circles/quiet-circle/da/", "/"):
        assert "application/atom+xml" not in built.page(page)


def test_words_stay_words(tmp_path):
    """Markup in a title is text in the feed."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    project.edit(SESSION, "title: Vi begynder", "title: '</title><script>x</script> & ]]>'").build(with_search=False)
    assert any(title.endswith("</title><script>x</script> & ]]>") for _, title, _ in read(project, "da/feed.xml")[1])


def test_signs_that_xml_does_not_know_are_left_out():
    """A feed can be read whatever signs its texts hold."""
    entry = Entry("circles/x", date(2026, 1, 1), "a\a\x1f\ud800b\U0001f7e2\ufffe", "\x00", "da", "/da/")
    written = feed_file(Feed("tag:x.invalid,2026", "da", "Navn", "Os", "da", "CC-BY-4.0", "", "/da/", (entry,)))
    assert ElementTree.fromstring(written).findtext(f"{ATOM}entry/{ATOM}title") == "ab\U0001f7e2"


def test_without_anything_dated_there_is_no_feed(tmp_path):
    """A project whose circles are all hidden has no feed, and nothing leads to one."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    project.edit(CIRCLE, "status: running", "status: running\nvisibility: unlisted").build(with_search=False)
    assert feeds(project.site) == [] and "feed.xml" not in project.page("/da/circles/")
    assert "calendar.ics" not in project.page("/da/circles/coming/") and not (project.site / "da/circles/calendar.ics").exists()


def test_stories_are_news_of_the_handbook(tmp_path):
    """A story is told on its day in the handbook's feeds, and in no circle's."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    CircleProject.from_dir("every-kind", project.folder)
    project.build(with_search=False)
    days = re.search(r"^date: (\S+)", (project.folder / "docs/stories/case.da.md").read_text("utf-8"), re.MULTILINE)[1]
    assert any(day == days for day, _, _ in read(project, "da/feed.xml")[1])
    assert "stories/case" in (project.site / "da/feed.xml").read_text("utf-8") and "stories" not in (project.site / "circles/small-circle/da/feed.xml").read_text("utf-8")


def test_the_real_feeds_keep_the_rules(real_site: Path):
    """So do this repository's own."""
    assert feeds(real_site) and all(read(CircleProject(real_site.parent), name)[1] for name in feeds(real_site))
