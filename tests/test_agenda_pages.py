"""One session plan gives the participants' agenda, the run sheet, the drawn timeline, run mode and the list of what to bring."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.project import CircleProject

from circlepress.markdown_source import numbered_steps, plain_text
from circlepress.metadata.kinds import BlockKind
from circlepress.views.agenda import kind_letters
from circlepress.wording import wording_for

SESSION = "circles/small-circle/sessions/01-begin.da.md"
HOME = "/circles/small-circle/da/"
PAGE = f"{HOME}sessions/01-begin/"
METHOD = "docs/methods/round.da.md"


def agenda_of(project: CircleProject, *blocks: str) -> CircleProject:
    """Give the minimal project's session another agenda."""
    text = (project.folder / SESSION).read_text("utf-8")
    before, after = text[: text.index("agenda:")], text[text.index("between:"):]
    return project.write(SESSION, f"{before}agenda:\n" + "".join(f"  - {{{block}}}\n" for block in blocks) + after)


def heights(page: str) -> list[int]:
    drawing = re.search(r'<svg class="cp-timeline".*?</svg>', page, re.DOTALL)[0]
    return [int(height) for height in re.findall(r'<rect class="[^"]*"[^>]*height="(\d+)"', drawing)]


def test_the_timeline_is_drawn_as_time(project):
    """A block is as high as it is long; the drawing has a title, says its content in words, and letters and patterns tell kinds apart."""
    project.build(with_search=False)
    page = project.main(PAGE)
    high = heights(page)
    assert high == [high[0], 2 * high[0], high[0]]
    assert '<title id="cp-timeline-title">' in page and 'role="img" aria-labelledby="cp-timeline-title" aria-describedby="cp-timeline-text"' in page
    said = re.search(r'<desc id="cp-timeline-text">(.*?)</desc>', page)[1]
    assert all(text in said for text in ("09:00", "09:15 Hvad venter vi af hinanden, 30 minutter", "09:45 Slutrunde, 15 minutter"))
    assert 'fill="url(#cp-p-align)"' in page and 'id="cp-p-align"' in page


def test_short_blocks_keep_their_labels_apart(project):
    """Labels of blocks of five minutes do not lie on each other, and a long title ends with an ellipsis."""
    agenda_of(project, *(f"minutes: 5, kind: work, title: 'Del {number} med en titel, der er alt for lang til at stå på én linje i tegningen'" for number in range(12)))
    page = project.build(with_search=False).main(PAGE)
    lines = [int(y) for y in re.findall(r'<text x="142" y="(\d+)"', page)]
    assert len(lines) == 12 and all(after - before >= 18 for before, after in zip(lines, lines[1:], strict=False)) and "…" in page


def test_an_open_block_says_who_decides(project):
    """What the circle decides is said in words and drawn with a broken outline: on the meeting's page, its run sheet and in run mode."""
    agenda_of(project, "minutes: 15, kind: open, title: Runde", "minutes: 30, kind: work, open: true, title: Vores spørgsmål", "minutes: 15, kind: close, title: Slut")
    project.build(with_search=False)
    for address in (PAGE, f"{PAGE}run-sheet/", f"{PAGE}run/"):
        page = project.main(address)
        assert re.search(r'class="cp-decides">Cirklen bestemmer<', page), address
    drawing = re.search(r'<svg class="cp-timeline".*?</svg>', project.main(PAGE), re.DOTALL)[0]
    assert 'class="cp-k-work cp-open"' in drawing and "Vores spørgsmål – Cirklen bestemmer" in drawing


def test_the_minutes_are_counted_by_kind(project):
    """Each kind's minutes and percent are said in words, with how long the participants have the floor."""
    agenda_of(project, "minutes: 10, kind: open, title: Runde", "minutes: 20, kind: input, title: Oplæg", "minutes: 10, kind: break",
              "minutes: 15, kind: work, title: Arbejde", "minutes: 5, kind: close, title: Slut")
    page = project.build(with_search=False).main(PAGE)
    assert [int(found) for found in re.findall(r"\((\d+) %\)</li>", page)] == [17, 33, 25, 17, 8]
    assert "Oplæg: 20 minutter (33 %)" in page and "Deltagerne har ordet: 30 minutter (50 %)" in page


@pytest.mark.parametrize(("last", "sentence"), [(5, "Ikke planlagt endnu: 10 minutter"), (30, "Planen er længere end mødet: 15 minutter for meget"), (15, "")])
def test_the_run_sheet_says_when_the_minutes_do_not_add_up(project, last, sentence):
    """The total is held against the meeting's own length."""
    agenda_of(project, "minutes: 45, kind: open, title: Runde", f"minutes: {last}, kind: close, title: Slut")
    project.edit("circles/small-circle/circle.yml", "status: running", "status: draft")
    page = project.build(with_search=False, preview=True).main(f"{PAGE}run-sheet/")
    assert sentence in page and ("<caption" in page) and bool(sentence) == ("<strong>" in re.search(r"<caption.*?</caption>", page, re.DOTALL)[0])


def test_the_run_sheet_holds_the_methods_steps(project):
    """The method's numbered list stands folded below what to say, in the reader's language where it is, and marked where it is not."""
    body = "\n## Sådan gør I {#steps}\n\n1. **2 min.** Læs *spørgsmålet* højt, se [guiden](../guides/first.md).\n   Giv tid.\n2. Gå rundt <b>.\n\n## Varianter {#variations}\n\n1. Noget andet.\n"
    text = (project.folder / METHOD).read_text("utf-8")
    project.write(METHOD, text[: text.index("\n---\n", 4) + 5] + body)
    project.build(with_search=False)
    page = project.main(f"{PAGE}run-sheet/")
    steps = re.search(r'<details class="cp-steps">.*?</details>', page, re.DOTALL)[0]
    assert "<ol><li><b>2 min.</b> Læs spørgsmålet højt, se guiden. Giv tid.</li><li>Gå rundt &lt;b&gt;.</li></ol>" in steps
    assert '<ol lang="da">' in project.main("/circles/small-circle/sv/sessions/01-begin/run-sheet/")
    assert "cp-steps" not in project.main(PAGE)


def test_what_to_bring_stands_on_one_page(project):
    """One page collects every meeting's materials and its methods', and the list of all pages leads there."""
    project.edit(SESSION, "between:", "materials: [store ark, Papir]\nbetween:").build(with_search=False)
    page = project.main(f"{HOME}materials/")
    assert '<ul class="cp-squares"><li>store ark</li>' in page and 'href="../sessions/01-begin/">' in page
    assert page.casefold().count("<li>papir</li>") == 1
    assert 'href="../materials/"' in project.main(f"{HOME}all/")
    assert "materials/" in project.main(f"{PAGE}run-sheet/")


def moved(project: CircleProject, state: str) -> CircleProject:
    return project.edit(SESSION, "mode: online", f"mode: online\nstate: {state}")


def test_a_moved_meeting_says_from_when(project):
    """The earlier date is told in words and struck through, with why, wherever the meeting is shown."""
    moved(project, '{is: moved, was: "2026-09-03 13:00", why: Biblioteket er lukket.}').build(with_search=False)
    for address in (HOME, PAGE, f"{PAGE}run-sheet/", f"{PAGE}run/", f"{HOME}materials/"):
        page = project.main(address)
        assert "Flyttet fra <s>torsdag den 3. september 2026, 13:00</s></strong>. Biblioteket er lukket." in page, address


def test_a_cancelled_meeting_says_so_and_is_not_run(project):
    """It is called off in words, with why, on its own page, the front page, the run sheet and beside its neighbours; there is no run mode."""
    project.write("circles/small-circle/sessions/02-more.da.md", (project.folder / SESSION).read_text("utf-8").replace("2026-09-10", "2026-10-08"))
    moved(project, "{is: cancelled, why: For få kunne komme.}").build(with_search=False)
    for address in (HOME, PAGE, f"{PAGE}run-sheet/"):
        assert "<strong>Aflyst</strong>. For få kunne komme." in project.main(address), address
    assert "Møde 1 · <strong>Aflyst</strong>" in project.main(f"{HOME}sessions/02-more/")
    assert not project.is_built(f"{PAGE}run/") and project.is_built(f"{HOME}sessions/02-more/run/")
    assert 'href="run/"' not in project.main(f"{PAGE}run-sheet/") and "../run/" not in project.main(f"{PAGE}run-sheet/")


def test_a_hybrid_meeting_has_a_place_and_a_mail(project):
    """Those in the room read where; the others read that the link is in their mail; no link is ever shown."""
    project.edit("circles/small-circle/circle.yml", "mode: online", "mode: hybrid")
    project.edit(SESSION, "mode: online", "mode: hybrid\nplace: Nordby Bibliotek").build(with_search=False)
    assert "<dt>I lokalet</dt><dd>Nordby Bibliotek</dd>" in project.main(PAGE) and "<dt>På skærmen</dt><dd>Linket til mødet ligger i din mail.</dd>" in project.main(PAGE)
    assert "I lokalet: Nordby Bibliotek. På skærmen: Linket til mødet ligger i din mail." in project.main(f"{PAGE}run-sheet/")


def test_run_mode_knows_the_moment_and_is_not_searched(project):
    """The page says when the plan begins, in universal time, and no search finds it, as no search finds the run sheet."""
    page = project.build(with_search=False).page(f"{PAGE}run/")
    assert 'data-begins="2026-09-10T07:00:00Z"' in page
    assert "data-pagefind-body" not in page and "data-pagefind-body" in project.page(PAGE)


def test_an_undated_meeting_has_a_run_mode_without_a_clock_to_follow(project):
    """Without a date there is no plan's clock; everything else is there."""
    project.edit("circles/small-circle/circle.yml", "status: running", "status: draft")
    text = (project.folder / SESSION).read_text("utf-8").replace("date: 2026-09-10\nstart: 09:00\nend: \"10:00\"\n", "")
    project.write(SESSION, text).build(with_search=False, preview=True)
    page = project.main(f"{PAGE}run/")
    assert 'data-begins=""' in page and 'data-do="follow"' not in page and 'data-do="toggle"' in page


def test_every_kind_has_a_letter_of_its_own():
    """In each language of the interface the nine letters differ, and most are the first of their word."""
    class Desk:
        def __init__(self, language: str) -> None:
            self.wording = wording_for(language)

    for language in ("da", "sv", "nb", "fi", "is", "en"):
        letters = kind_letters(Desk(language))
        assert set(letters) == set(BlockKind) and len(set(letters.values())) == len(BlockKind), language
        assert sum(Desk(language).wording.text(f"block.{kind}")[0] == letter for kind, letter in letters.items()) >= 5, language


def test_steps_are_read_as_plain_text():
    """The first numbered list counts, with its continued lines; signs of Markdown are gone, and what is escaped is itself."""
    assert numbered_steps("Intro.\n\n1. **3 min.** A *b* `c`\n   d\n2. **Bold** only **twice**\n3. \\*e\\*\n\nText.\n\n1. f") == [
        ("3 min.", "A b c d"), ("Bold", "only twice"), ("", "*e*")]
    assert numbered_steps("No list") == [] and plain_text("![x](y.png) and [z](../a.md)") == "x and z"


def test_the_real_run_sheets_hold_steps(real_site: Path):
    """In this repository's own circle every method of the second meeting brings its steps."""
    page = (real_site / "circles/digital-help-2026/sv/sessions/02-what-we-tried/run-sheet/index.html").read_text("utf-8")
    assert page.count('<details class="cp-steps">') == page.count('class="cp-invite"') >= 5
