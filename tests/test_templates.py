"""Templates: letters, mails and forms, blank in the handbook and filled in by a circle; checklists, dated by it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from icalendar import Calendar
from support.browser import Served, Visit, accessibility_violations, screens
from support.project import CircleProject

from circlepress import typesetting
from circlepress.dated import due
from circlepress.filling import as_text, filled, filled_line, marked
from circlepress.markdown_extension import convert
from circlepress.placeholder import KNOWN_PLACEHOLDERS, UNLABELLED
from circlepress.qr_code import qr_svg
from circlepress.wording import interface_words

MAIL = """\
---
title: Påmindelse
summary: En kort mail før mødet med det, der skal med.
audience: [participant]
phase: [run]
kind: mail
subject: "Vi ses: {{session.title}}"
per: session
when: -2d
---

Hej alle

Vi mødes **{{session.date}}**, {{session.times}}. [Den første vejledning](../guides/first.md)

{{session.local_times}}

- Prøv: {{session.try}}
- Tag med: {{session.bring}}

Mere: {{session.address}}

*dit navn*
"""
LETTER = """\
---
title: Brev til hjemorganisationen
summary: Et brev om, hvad det kræver at sende nogen.
audience: [organisation]
phase: [recruit]
kind: letter
per: organisation
when: -8w
---

Til {{organisation.name}} ({{organisation.country}})

## {{circle.title}} {#circle}

{{organisation.commitments}}

Løfter: {{organisation.commitments}}. Koordinator: {{coordinator.name}}

{{write.signature}}
"""
POSTER = """\
---
title: Plakat
summary: En plakat i A4 med cirklens spørgsmål.
audience: [coordinator]
phase: [recruit]
kind: poster
when: -10w
---

## {{circle.question}} {#question}

{{circle.dates}}
"""
CHECKLIST = """\
---
title: Tjekliste
summary: Det, der skal være klart.
audience: [coordinator, facilitator]
phase: [recruit]
covers: []
items:
  - {id: last, when: -2w, who: facilitator, text: Alle har fået en mail}
  - {id: early, when: -10w, who: coordinator, text: Formålet kan læses højt}
  - {id: weekend, when: -3d, who: coordinator, text: Der er kaffe til alle}
  - {id: whenever, text: "Alle ved, hvem der gør hvad"}
---

Gå listen igennem to gange.
"""
HOSTILE = '*A* _b_ [x](javascript:1) <script>alert(1)</script> & `c` | # {{circle.cost}} "q"'
CIRCLE = "/circles/small-circle/da"


@pytest.fixture
def lettered(project: CircleProject) -> CircleProject:
    """The minimal project with a mail, a letter, a poster and a checklist."""
    for name, text in {"templates/mail": MAIL, "templates/letter": LETTER, "templates/poster": POSTER, "checklists/ready": CHECKLIST}.items():
        project.write(f"docs/{name}.da.md", text)
    return project


def copy_of(page: str, identifier: str) -> str:
    """Return one copy of a page of letters."""
    return re.search(f'<section class="cp-copy" id="{identifier}".*?</section>', page, re.DOTALL)[0]


def text_to_paste(copy: str) -> str:
    return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", copy, re.DOTALL)[1])


# --- placeholders ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "da", "sv", "nb", "fi", "is"])
def test_every_placeholder_has_a_label_for_the_blank_it_leaves(language):
    """A blank says what is to be written there, in the language of the text; only lines that the text explains say nothing."""
    labels = {key.removeprefix("blank.") for key in interface_words(language) if key.startswith("blank.")}
    assert labels == KNOWN_PLACEHOLDERS - UNLABELLED


def test_every_placeholder_is_answered_by_a_circle(lettered: CircleProject):
    """Each placeholder is filled by something a circle, a session or an organisation says; only those for a pen never are."""
    lettered.edit("circles/small-circle/circle.yml", "signup: {", "coordinator: {name: Bo Dam, organisation: north, contact: bo.dam@example.org}\nsignup: {privacy: https://example.org/data, ")
    lettered.edit("circles/small-circle/sessions/01-begin.da.md", "mode: online", "mode: onsite\nplace: Biblioteket\nmaterials: [kort]")
    lettered.edit("circles/small-circle/sessions/01-begin.da.md", "  with: Sammen", "  bring: Et eksempel.\n  with: Sammen")
    lettered.write("circles/small-circle/sessions/02-on.da.md", (lettered.folder / "circles/small-circle/sessions/01-begin.da.md").read_text("utf-8").replace("2026-09-10", "2026-10-08"))
    for per, groups in {"session": ("circle", "signup", "coordinator", "facilitator", "evaluation", "first", "session"), "organisation": ("organisation",)}.items():
        names = sorted(name for name in KNOWN_PLACEHOLDERS if name.split(".")[0] in groups)
        body = "\n".join(f"- {name}: {{{{{name}}}}}" for name in names)
        lettered.write(f"docs/templates/all-{per}.da.md", LETTER.split("\n\n", 1)[0].replace("organisation\nwhen", f"{per}\nwhen") + "\n\n" + body)
    lettered.build(with_search=False)
    for per, first in {"session": "01-begin", "organisation": "north"}.items():
        copy = copy_of(lettered.page(f"{CIRCLE}/templates/all-{per}/"), first)
        blanks = [line for line in text_to_paste(copy).splitlines() if "______" in line]
        assert blanks == [] and copy.count("<li>") > 4


# --- filling in ------------------------------------------------------------------------------------------------------


def test_a_letter_for_each_organisation_and_a_mail_for_each_session(lettered: CircleProject):
    """One page has all copies of a template, each with an address of its own, what is known filled in and the rest blank."""
    lettered.build(with_search=False)
    letters = lettered.page(f"{CIRCLE}/templates/letter/")
    assert re.findall(r'<section class="cp-copy" id="([^"]+)"', letters) == ["north", "east"]
    north, east = copy_of(letters, "north"), copy_of(letters, "east")
    assert "Til Nordby Bibliotek (Danmark)" in north and "Til Österby förening (Sverige)" in east
    assert "<h2>En lille cirkel</h2>" in north, "a letter that stands twice on a page has no ids twice"
    assert "<ul><li>arbejdstid</li><li>plads til at prøve nyt</li>" in north, "a list that stands alone is a list"
    assert "Løfter: arbejdstid; plads til at prøve nyt; kolleger, der er med; en leder, der følger med." in north, "in a sentence it is one"
    assert '<span class="cp-blank"><i>[</i>koordinatorens navn<i>: ______]</i></span>' in north
    mail = copy_of(lettered.page(f"{CIRCLE}/templates/mail/"), "01-begin")
    assert "<strong>torsdag den 10. september 2026</strong>, 09:00–10:00 (lokal tid i København)" in mail
    assert '<span id="cp-subject-01-begin">Vi ses: Vi begynder</span>' in mail
    assert "Sendes: <strong>tirsdag den 8. september 2026</strong>" in mail
    assert '<a class="cp-written" href="https://prove.example.org/circles/small-circle/da/sessions/01-begin/">' in mail


def test_a_mail_as_plain_text(lettered: CircleProject):
    """What is pasted into a mail is the same text without markup: dashes, links written out, blanks in brackets, local times."""
    text = text_to_paste(copy_of(lettered.build(with_search=False).page(f"{CIRCLE}/templates/mail/"), "01-begin"))
    assert text == """\
Hej alle

Vi mødes torsdag den 10. september 2026, 09:00–10:00 (lokal tid i København). Den første vejledning (https://prove.example.org/da/guides/first/)

Danmark og Sverige: 09:00–10:00

- Prøv: Prøv én ting.
- Tag med: [hvad der tages med næste gang: ______]

Mere: https://prove.example.org/circles/small-circle/da/sessions/01-begin/

*dit navn*
"""


def test_what_a_circle_says_is_text_and_nothing_else(lettered: CircleProject):
    """Markdown, HTML and placeholders in what a circle says come out as they were typed, in the letter, the subject and the mail."""
    lettered.edit("circles/small-circle/sessions/01-begin.da.md", "try: Prøv én ting.", f"try: '{HOSTILE}'")
    lettered.edit("circles/small-circle/sessions/01-begin.da.md", "title: Vi begynder", "title: '*T* <b> & [y](z)'")
    page = lettered.build(with_search=False).page(f"{CIRCLE}/templates/mail/")
    assert not [problem for problem in lettered.published.problems if problem.is_error]
    copy = copy_of(page, "01-begin")
    assert "<li>Prøv: *A* _b_ [x](javascript:1) &lt;script&gt;alert(1)&lt;/script&gt; &amp; `c` | # {{circle.cost}} &quot;q&quot;</li>" in copy
    assert "Vi ses: *T* &lt;b&gt; &amp; [y](z)</span>" in copy
    assert f"- Prøv: {HOSTILE}\n" in text_to_paste(copy)
    assert "<script>alert" not in page


def test_nothing_a_circle_says_becomes_an_attribute():
    """A mark in an attribute is filled with escaped text, and one in a link's target leads nowhere."""
    text = "- [ ] task {{circle.title}}\n\n[x]({{circle.title}}) ![a > {{circle.title}}](../images/ring.png)"
    html = typesetting.dress(typesetting.clean(convert(marked(text)))[0], {"page.table": "", "footnote.back": ""})
    said = filled(html, {"circle.title": [{"text": 'javascript:"<b onload=x>', "lang": "sv"}]}, {}, "")
    assert 'aria-label="task javascript:&quot;&lt;b onload=x&gt;"' in said
    assert '<a href="#">x</a>' in said
    assert said.count("<b") == 0 and said.count('<span lang="sv">') == 1


def test_words_in_another_language_are_marked_and_dates_are_in_the_letters(lettered: CircleProject):
    """In the Swedish edition a Danish letter has Danish dates and is marked as Danish; a Swedish title of it is not translated back."""
    lettered.write("docs/templates/mail.sv.md", """\
---
title: Påminnelse
summary: Ett kort mejl före träffen med det som ska med.
subject: "Vi ses: {{session.title}}"
translation: {of: da, state: draft}
---

Hej! Vi ses {{session.date}}. Pröva: {{session.try}}
""").build(with_search=False)
    letter = lettered.page("/circles/small-circle/sv/templates/letter/")
    assert '<div class="cp-prose cp-sheet cp-sheet-letter" lang="da">' in letter
    assert "Til Nordby Bibliotek (Danmark)" in letter and "En lille cirkel" in letter
    mail = copy_of(lettered.page("/circles/small-circle/sv/templates/mail/"), "01-begin")
    assert "Vi ses torsdag 10 september 2026." in mail and '<span lang="da">Prøv én ting.</span>' in mail


def test_a_cancelled_session_gets_no_mail(lettered: CircleProject):
    """Nobody is reminded of a session that does not take place; a circle without any gets the blank mail."""
    lettered.edit("circles/small-circle/sessions/01-begin.da.md", "mode: online", "mode: online\nstate: {is: cancelled, why: Facilitatoren er syg i dag.}")
    page = lettered.build(with_search=False).page(f"{CIRCLE}/templates/mail/")
    assert 'id="01-begin"' not in page and "[datoen: ______]" in text_to_paste(page)


def test_the_handbook_shows_templates_with_blanks(lettered: CircleProject):
    """The same template in the handbook has a labelled blank for everything, in the subject too."""
    page = lettered.build(with_search=False).page("/da/templates/mail/")
    assert "Vi ses: [mødets titel: ______]" in page
    assert '<span class="cp-blank"><i>[</i>datoen<i>: ______]</i></span>' in page and "{{" not in page


def test_letters_and_lists_are_listed_by_when_they_are_used(lettered: CircleProject):
    """The list names each with its date, weekends moved; the menu and the list of all pages lead there."""
    lettered.build(with_search=False)
    listed = lettered.main(f"{CIRCLE}/templates/")
    assert "Brev · laves for hver organisation · 8 uger før: 7. juli 2026" in listed
    assert "Mail · laves for hvert møde · 2 dage før: 8. september 2026" in listed
    assert listed.index("Rekruttere") < listed.index("Gennemføre") < listed.index("Tjeklister")
    assert '<a href="../templates/">Breve og lister</a>' in lettered.page(f"{CIRCLE}/all/")
    assert '<a href="../templates/mail/">Påmindelse</a>' in lettered.main(f"{CIRCLE}/all/")
    assert "data-pagefind-body" not in lettered.page(f"{CIRCLE}/templates/mail/") + lettered.page(f"{CIRCLE}/checklists/ready/")


def test_a_project_without_templates_has_no_entry(project: CircleProject):
    """Where the handbook has neither templates nor checklists, microsites have no page of them."""
    project.build(with_search=False)
    assert not project.is_built(f"{CIRCLE}/templates/") and "Breve og lister" not in project.page(f"{CIRCLE}/")


def test_an_edit_of_a_template_reaches_every_microsite(lettered: CircleProject, tmp_path):
    """A microsite is made anew when the text of a template has changed, which no other text of the handbook brings about."""
    def microsites_made() -> list[str]:
        return [one.edition.name for one in lettered.build(with_search=False, caches=tmp_path / "cache").published.editions if one.edition.circle]

    assert microsites_made() == ["small-circle.da", "small-circle.sv"]
    lettered.edit("docs/guides/second.da.md", "## ", "Nyt.\n\n## ")
    assert microsites_made() == []
    lettered.edit("docs/templates/mail.da.md", "Hej alle", "Kære alle")
    assert microsites_made() == ["small-circle.da", "small-circle.sv"]
    assert "Kære alle" in lettered.page(f"{CIRCLE}/templates/mail/")


def test_stock_mkdocs_fills_in_the_same(lettered: CircleProject):
    """Rendered by MkDocs, letters, posters and lists are the same byte for byte."""
    pages = [f"{CIRCLE}/{path}/" for path in ("templates", "templates/mail", "templates/letter", "templates/poster", "checklists/ready")] + ["/da/templates/poster/"]
    lettered.build(with_search=False)
    ours = [lettered.page(address) for address in pages]
    lettered.build(with_search=False, plain=True)
    assert [lettered.page(address) for address in pages] == ours


# --- plain text ------------------------------------------------------------------------------------------------------


def test_plain_text_of_everything_markdown_can_say():
    """Headings, numbers, nested lists, quotes, tables, boxes and rules read well without markup; marks of translations are left out."""
    html = typesetting.clean(convert("""\
## Head {#head}

1. one
2. two
    - inner

> said so

| a | b |
|---|---|
| 1 | 2 |

---

!!! outdated ""
    old

!!! note "Note"
    well

- [ ] tick
- [x] done

Line with <mailto:a@example.org> and [b](mailto:b@example.org).
"""))[0]
    assert as_text(html) == """\
Head

1. one
2. two
  - inner

> said so

a | b
1 | 2

---

Note

well

- [ ] tick
- [x] done

Line with a@example.org and b (b@example.org).
"""


def test_a_link_within_the_site_is_left_out_where_the_site_has_no_address():
    """Without an address of the site a relative link is only its words, and the page's own address is a blank."""
    assert as_text('<p><a href="../x/">here</a></p>') == "here\n"
    assert filled_line(marked("{{circle.address}}"), {"circle.address": [{"text": "", "lang": "", "address": "/circles/a/da/"}]}, {"circle.address": "adresse"}, "") == "[adresse: ______]"


# --- poster ----------------------------------------------------------------------------------------------------------


def test_a_poster_has_a_code_only_where_there_is_an_address(lettered: CircleProject):
    """The poster shows the question, a code and the address written out; without an address, and in the handbook, a labelled blank."""
    page = lettered.build(with_search=False).page(f"{CIRCLE}/templates/poster/")
    assert "<h2>Hvordan kan vi prøve noget sammen?</h2>" in page
    assert qr_svg("https://prove.example.org/circles/small-circle/da/") in page
    assert 'href="https://prove.example.org/circles/small-circle/da/">https:/<wbr>/<wbr>prove.example.org/' in page
    blank = '<span class="cp-blank"><i>[</i>cirklens webadresse<i>: ______]</i></span>'
    assert "cp-qr" not in lettered.page("/da/templates/poster/") and blank in lettered.page("/da/templates/poster/")
    lettered.edit("mkdocs.yml", "site_url: https://prove.example.org/\n", "").build(with_search=False)
    assert "cp-qr" not in lettered.page(f"{CIRCLE}/templates/poster/") and blank in lettered.page(f"{CIRCLE}/templates/poster/")


def test_a_code_is_drawn_as_the_standard_wants_it():
    """The code has its three corner patterns and four modules of white around it, black on white in any colour scheme."""
    svg = qr_svg("https://example.org/circles/a/da/")
    side = int(re.search(r'viewBox="-4 -4 (\d+) \1"', svg)[1]) - 8
    dark = set()
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", re.search(r'stroke="#000" d="([^"]+)"', svg)[1]):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            dark |= {(int(x) + step, int(y)) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    finder = {(i, j) for i in range(7) for j in range(7) if i in (0, 6) or j in (0, 6) or (2 <= i <= 4 and 2 <= j <= 4)}
    for left, top in ((0, 0), (side - 7, 0), (0, side - 7)):
        assert {(i, j) for i in range(7) for j in range(7) if (left + i, top + j) in dark} == finder
    assert f'fill="#fff" d="M-4 -4h{side + 8}' in svg and max(x for x, _ in dark) == side - 1


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "when", "expected"), [
    ("2026-09-10", "-8w", "2026-07-16"), ("2026-09-10", "-1d", "2026-09-09"),
    ("2026-09-10", "-4d", "2026-09-04"), ("2026-09-10", "-5d", "2026-09-04"),  # a Sunday and a Saturday: the Friday before
    ("2026-09-10", "+2d", "2026-09-14"), ("2026-09-10", "+3d", "2026-09-14"),  # after a meeting: the Monday after
    ("2026-09-12", "+0d", "2026-09-12"),  # the day itself stays, also a Saturday
    ("2027-03-01", "-2w", "2027-02-15"), ("2026-01-02", "-1w", "2025-12-26"),
])
def test_what_is_due_when(day, when, expected):
    """Weeks and days are counted from a day; what falls on a weekend moves away from it, on the side it was meant for."""
    assert due(date.fromisoformat(day), when) == date.fromisoformat(expected)


def test_a_checklist_is_dated_by_the_circle(lettered: CircleProject):
    """In a microsite the items stand by date, those without last; the handbook keeps the order and says how long before."""
    lettered.build(with_search=False)
    dated = re.findall(r"<h2>(.*?)</h2>|id=\"cp-item-([a-z]+)\"", lettered.main(f"{CIRCLE}/checklists/ready/"))
    assert [heading or item for heading, item in dated] == [
        "Tirsdag den 23. juni 2026 <small>10 uger før</small>", "early", "Tirsdag den 18. august 2026 <small>2 uger før</small>", "last",
        "Fredag den 28. august 2026 <small>3 dage før</small>", "weekend", "Når det passer", "whenever"]
    assert "Regnet fra den første dag, 1. september 2026" in lettered.main(f"{CIRCLE}/checklists/ready/")
    blank = re.findall(r"<h2>(.*?)</h2>|id=\"cp-item-([a-z]+)\"", lettered.main("/da/checklists/ready/"))
    assert [heading or item for heading, item in blank] == ["2 uger før", "last", "10 uger før", "early", "3 dage før", "weekend", "Når det passer", "whenever"]


def test_a_list_for_meetings_counts_from_the_next_one(lettered: CircleProject):
    """A list for running a circle is dated from the next session, after the last from that; one for the end from the end."""
    lettered.write("docs/checklists/run.da.md", CHECKLIST.replace("[recruit]", "[run]")).write("docs/checklists/end.da.md", CHECKLIST.replace("[recruit]", "[evaluate]"))
    session = (lettered.folder / "circles/small-circle/sessions/01-begin.da.md").read_text("utf-8")
    lettered.write("circles/small-circle/sessions/02-on.da.md", session.replace("2026-09-10", "2026-12-03"))
    lettered.build(with_search=False)
    assert "Regnet fra næste møde, 3. december 2026" in lettered.main(f"{CIRCLE}/checklists/run/")
    assert "Regnet fra den sidste dag, 15. december 2026" in lettered.main(f"{CIRCLE}/checklists/end/")
    lettered.build(with_search=False, today=date(2027, 2, 1))
    assert "Regnet fra næste møde, 3. december 2026" in lettered.main(f"{CIRCLE}/checklists/run/")
    lettered.build(with_search=False, today=date(2026, 9, 10))
    assert "Regnet fra næste møde, 10. september 2026" in lettered.main(f"{CIRCLE}/checklists/run/")


def test_the_tasks_of_a_list_are_a_calendar(lettered: CircleProject):
    """The dated items are whole days in a calendar, known by circle, list and item, so that they move when the circle does."""
    def tasks() -> list[tuple[str, date, str]]:
        read = Calendar.from_ical((lettered.build(with_search=False).site / f"{CIRCLE.strip('/')}/checklists/ready/tasks.ics").read_bytes())
        return [(str(event["uid"]), event["dtstart"].dt, str(event["summary"])) for event in read.walk("VEVENT")]

    uids = [f"small-circle.ready.{item}@prove.example.org" for item in ("last", "early", "weekend")]
    assert tasks() == [(uids[0], date(2026, 8, 18), "En lille cirkel: Alle har fået en mail"),
                       (uids[1], date(2026, 6, 23), "En lille cirkel: Formålet kan læses højt"),
                       (uids[2], date(2026, 8, 28), "En lille cirkel: Der er kaffe til alle")]
    assert 'href="tasks.ics"' in lettered.main(f"{CIRCLE}/checklists/ready/")
    lettered.edit("circles/small-circle/circle.yml", "start: 2026-09-01", "start: 2026-09-08")
    assert [(uid, day) for uid, day, _ in tasks()] == [(uids[0], date(2026, 8, 25)), (uids[1], date(2026, 6, 30)), (uids[2], date(2026, 9, 4))]


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(chromium, lettered: CircleProject):
    """Open a page of the built project: `opened("/da/")`."""
    served = Served(lettered.build(with_search=False).site.resolve())
    visits: list[Visit] = []

    def open_page(path: str, **options) -> Visit:
        visits.append(Visit(chromium, served, path, **options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.context.close()
    served.stop()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["templates", "templates/mail", "templates/letter", "templates/poster", "checklists/ready"])
def test_axe_finds_no_violation(opened, path):
    """Each kind of page is accessible on a phone and a desktop, in light and dark, and asks for nothing elsewhere."""
    for width, scheme in screens():
        visit = opened(f"{CIRCLE}/{path}/", width=width, scheme=scheme)
        for closed in visit.page.locator("details:not([open]) > summary").all():
            if closed.is_visible() and "cp-copying" in (closed.evaluate("e => e.parentElement.parentElement.className") or ""):
                closed.click()
        assert accessibility_violations(visit.page) == [] == visit.failed == visit.said == visit.outside()
    assert opened(f"{CIRCLE}/{path}/", width=320).page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_a_mail_is_copied_with_one_button(opened):
    """The buttons appear with the script, copy the subject and the text, and say so; without it the text is there to mark."""
    page = opened(f"{CIRCLE}/templates/mail/").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiér teksten").click()
    page.wait_for_selector("[role=status]:has-text('Kopieret')")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Hej alle\n\nVi mødes torsdag")
    page.get_by_role("button", name="Kopiér emnet").click()
    page.wait_for_selector("[role=status]:has-text('Kopieret')")
    assert page.evaluate("navigator.clipboard.readText()") == "Vi ses: Vi begynder"
    still = opened(f"{CIRCLE}/templates/mail/", scripts=False).page
    assert still.get_by_role("button").count() == 0
    still.click(".cp-copying summary")
    assert still.locator(".cp-copying textarea").is_visible()


@pytest.mark.browser
def test_one_letter_of_several_is_shown_and_printed_alone(opened):
    """At the address of one organisation only its letter is there, on screen and on paper; all print as one page each, and no more."""
    page = opened(f"{CIRCLE}/templates/letter/").page
    assert page.locator(".cp-copy:visible").count() == 2 and page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2
    page.click(".cp-choose a[href='#east']")
    assert page.locator(".cp-copy:visible").count() == 1 and page.locator("#east").is_visible()
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    assert page.locator("h1:visible, nav:visible, button:visible, .cp-footer:visible").count() == 0
    page.emulate_media(media="screen")
    page.click(".cp-choose a[href='#cp-all']")
    assert page.locator(".cp-copy:visible").count() == 2


@pytest.mark.browser
def test_ticks_are_remembered_only_when_asked_for(opened):
    """Nothing is stored before a reader turns it on, ticks then survive a reload, and turning it off deletes them."""
    visit = opened(f"{CIRCLE}/checklists/ready/", width=390)
    page, kept = visit.page, "JSON.stringify(Object.entries(localStorage))"
    page.check("#cp-item-early")
    assert page.evaluate(kept) == "[]"
    page.check("#cp-remember")
    page.check("#cp-item-last")
    assert page.evaluate(kept) == '[["circlepress ticks /circles/small-circle/da/checklists/ready/","[\\"cp-item-early\\",\\"cp-item-last\\"]"]]'
    page.reload()
    assert page.is_checked("#cp-item-early") and page.is_checked("#cp-item-last") and page.is_checked("#cp-remember")
    assert "bliver på denne enhed" in page.text_content("#cp-ticks")
    page.goto(visit.served.address + "/da/checklists/ready/")
    assert not page.is_checked("#cp-item-early") and not page.is_checked("#cp-remember"), "each list has ticks of its own"
    page.goto(visit.served.address + f"{CIRCLE}/checklists/ready/")
    page.uncheck("#cp-remember")
    assert page.evaluate(kept) == "[]" and page.is_checked("#cp-item-early")
    page.uncheck("#cp-item-early")
    assert page.evaluate(kept) == "[]" and "ikke gemt" in page.text_content("#cp-ticks")
    assert visit.page.context.cookies() == []


@pytest.mark.browser
def test_a_checklist_is_filtered_by_who_without_scripts(opened):
    """The choice hides what is for others, keeps what is for all, works with the keyboard and on paper, and boxes are large enough."""
    page = opened(f"{CIRCLE}/checklists/ready/", width=390, scripts=False).page
    assert page.locator(".cp-checklist li:visible").count() == 4
    page.focus("#cp-whose-all")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("#cp-whose-facilitator")
    shown = ".cp-checklist li:visible > label"
    assert page.locator(shown).all_text_contents() == ["Alle har fået en mail", "Alle ved, hvem der gør hvad"]
    assert page.locator(".cp-checklist h2:visible").count() == 2
    heights = page.eval_on_selector_all(".cp-whose label, .cp-checklist li:not([hidden]) > label", "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)")
    assert heights and min(heights) >= 44
    page.emulate_media(media="print")
    assert page.locator(shown).all_text_contents() == ["Alle har fået en mail", "Alle ved, hvem der gør hvad"]
    assert page.locator(".cp-whose p:visible").all_text_contents() == ["Facilitator"] and not page.locator("#cp-ticks").is_visible()
