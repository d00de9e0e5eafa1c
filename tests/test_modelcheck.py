"""The model check: every check has a circle that makes it speak, ones that do not, and an answer that settles it."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest
import yaml
from support.circle import circle_in
from support.project import TODAY, CircleProject

from circlepress import modelcheck
from circlepress.finding import UNSEEN, Finding, Standing
from circlepress.metadata.circle import Status
from circlepress.modelcheck import CHECKS, DataKind, personal_data_in, vocabulary
from circlepress.modelcheck.speech import words_of
from circlepress.problem import Severity
from circlepress.read import read
from circlepress.source import Positions, SourceFile

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases/modelcheck"
BASE = "circles/complete/"

DESIGN = """
    C01 iEEEE  C02 wEEww  C03 EEEEE  C04 iEEww  C05 -ww--  C06 iEEEE  C07 iEEww  C08 -iEww  C09 -ww--  C10 iww--
    C11 -wi--  C12 iEw--  C13 iEw--  C14 iEE--  C15 iEw--  C16 iww--  C17 -iw--  C18 iwE--  C19 -iw--  C20 -ww--
    C21 -iw--  C22 -w---  C23 --iii  C24 -ww--  C25 -ww--  C26 -iw--  C27 -iw--  C28 --w--  C29 -ii--  C30 -ii--
    C31 -Ew--  C32 -ww--  C33 --iii  C34 --w--  C35 -ww--  C36 -ii--  C37 -iw--  C38 iEw--  C39 -wi--  C40 -ww--
    C41 iEw--  C42 EEEEE  C43 -www-  C44 -iwE-  C45 ---wE  C46 --ii-
"""
"""The design's table, copied by hand: letters for draft, recruiting, running, completed, evaluated."""


class ModelCheckCase:
    """One circle of a case: the complete circle with some edits, checked on a day."""

    def __init__(self, told: dict | None, folder: Path) -> None:
        told = told or {}
        self.project = CircleProject.from_dir("complete-circle", folder)
        self.today = date.fromisoformat(str(told.get("today", TODAY)))
        if "status" in told:
            self.edit("circle.yml", "status: running", f"status: {told['status']}")
        for path, text in (told.get("files") or {}).items():
            self.project.write(self._path(path), text)
        for path, pairs in (told.get("edits") or {}).items():
            for old, new in pairs:
                self.edit(path, old, new)
        for path in told.get("removed") or []:
            self.project.remove(self._path(path))

    def _path(self, path: str) -> str:
        return path if path.startswith(("docs/", "circles/")) else BASE + path

    def edit(self, path: str, old: str, new: str) -> None:
        self.project.edit(self._path(path), old, new)

    def answered(self, check: str) -> ModelCheckCase:
        """Give the circle a waiver."""
        path = self.project.folder / BASE / "circle.yml"
        waiver = f"waivers:\n  - {{check: {check}, because: Vi har talt om det og valgt noget andet.}}\n"
        path.write_text(path.read_text("utf-8") + waiver, "utf-8")
        return self

    def findings(self, check: str = "") -> list[Finding]:
        circle, self.catalogue = circle_in(self.project.folder, "complete", self.today)
        return [f for f in modelcheck.find(circle, self.catalogue, self.today) if not check or f.check == check]

    def said(self, finding: Finding) -> str:
        message, hint = modelcheck.sentence(finding, "en", ("da",), self.catalogue)
        place = str(finding.place).removeprefix(BASE)
        return f"{place}: {finding.severity}[{finding.check}{'.' + finding.form if finding.form else ''}]: {message} {hint}."


# --- one case file per check -----------------------------------------------------------------------------------------

@pytest.mark.golden_test("cases/modelcheck/*.yml")
def test_a_check_speaks_is_silent_and_takes_an_answer(golden, tmp_path):
    """Each circle under `speaks` gets exactly the sentences written beside it; those under `silent` get none; an
    answer settles every sentence, except where personal data are concerned."""
    check = golden.path.stem
    said = []
    for number, (what, told) in enumerate(golden["speaks"].items()):
        case = ModelCheckCase(told, tmp_path / f"speaks-{number}")
        findings = case.findings(check)
        assert findings and all(f.standing in (Standing.MISSING, Standing.THOUGHT) for f in findings), what
        said += [what, *(f"  {case.said(f)}" for f in findings)]
        if check == "C42":  # the schema refuses such an answer; see cases/rules
            with pytest.raises(AssertionError, match="personal data can only be taken out"):
                case.answered(check).findings(check)
        else:
            answered = case.answered(check).findings(check)
            assert {(f.standing, f.severity) for f in answered} == {(Standing.ANSWERED, None)}, what
            assert {f.answer["da"] for f in answered} == {"Vi har talt om det og valgt noget andet."}, what
            assert [(f.form, f.values) for f in answered] == [(f.form, f.values) for f in findings], what
    for number, (what, told) in enumerate(golden["silent"].items()):
        findings = ModelCheckCase(told, tmp_path / f"silent-{number}").findings(check)
        assert findings and all(f.is_in_place and f.severity is None for f in findings), (what, findings)
    assert "\n".join(said) + "\n" == golden.out["said"]


def test_every_check_has_a_case_of_each_kind():
    """A check without a circle that makes it speak is a sentence nobody has read."""
    cases = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in CASES.glob("*.yml")}
    assert sorted(cases) == [check.id for check in CHECKS]
    assert [check for check, case in cases.items() if not case["speaks"] or not case["silent"]] == []


def test_every_sentence_has_been_read():
    """Every form of every check's message is said in some case."""
    said = "\n".join(yaml.safe_load(path.read_text("utf-8"))["said"] for path in CASES.glob("*.yml"))
    messages = [key.replace(".message", "") for key in words_of("en") if ".message" in key]
    assert [key for key in messages if f"[{key}]" not in said] == []


# --- the table and the statuses ---------------------------------------------------------------------------------------

def test_severities_are_the_designs():
    """Each check speaks as loudly in each status as the design's table says, and not at all where it has a dash."""
    letter = {Severity.ERROR: "E", Severity.WARNING: "w", Severity.ADVICE: "i", None: "-"}
    columns = (Status.DRAFT, Status.RECRUITING, Status.RUNNING, Status.COMPLETED, Status.EVALUATED)
    table = {check.id: "".join(letter[check.severity_in(status)] for status in columns) for check in CHECKS}
    words = DESIGN.split()
    assert table == dict(zip(words[::2], words[1::2], strict=True))


def test_a_template_is_looked_at_for_personal_data_only_and_a_cancelled_circle_for_template_text_too():
    """What is only there to be copied, or no longer there to be joined, is left in peace."""
    run_in = {status: [check.id for check in CHECKS if check.severity_in(status)]
              for status in (Status.TEMPLATE, Status.CANCELLED)}
    assert run_in == {Status.TEMPLATE: ["C42"], Status.CANCELLED: ["C06", "C42"]}


def test_every_statement_of_the_advice_is_served():
    """The statements of the model's three advice sections, S12 to S37, each have a check."""
    served = {statement for check in CHECKS for statement in check.serves}
    assert {f"S{number:02}" for number in range(12, 38)} - served == set()


@pytest.mark.parametrize(("status", "today"), [
    ("draft", "2026-09-01"), ("recruiting", "2026-09-25"), ("running", "2026-11-24"), ("completed", "2026-12-20"),
])
def test_the_complete_circle_has_everything_in_place(tmp_path, status, today):
    """The circle all cases build on gives nothing to think about, in any status, so that each case shows its own."""
    findings = ModelCheckCase({"status": status, "today": today}, tmp_path).findings()
    assert [f for f in findings if not f.is_in_place] == []
    assert [f.check for f in findings] == [c.id for c in CHECKS if c.severity_in(Status(status))]


def test_the_complete_circle_is_whole(tmp_path):
    """The circle all cases build on has nothing to mend either."""
    assert CircleProject.from_dir("complete-circle", tmp_path).problems() == []


def test_a_check_with_nothing_to_look_at_says_so(tmp_path):
    """In place because nothing is there to judge is told from in place because someone thought of it."""
    forms = {f.check: f.form for f in ModelCheckCase({}, tmp_path).findings()}
    assert (forms["C32"], forms["C25"]) == (UNSEEN, "")


# --- words -----------------------------------------------------------------------------------------------------------

def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_languages_have_the_same_words():
    """Each language says everything English says, with the same blanks."""
    english = words_of("en")
    for path in sorted((Path(modelcheck.__file__).parent / "words").glob("*.toml")):
        there = words_of(path.stem)
        assert list(there) == list(english), path.stem
        assert {k: blanks(text) for k, text in there.items()} == {k: blanks(text) for k, text in english.items()}, path.stem


def test_every_check_is_named_and_explained():
    """Each check has a name, an explanation and at least one message; nothing else has."""
    checks = {key.split(".")[0] for key in words_of("en") if re.match(r"C\d\d\.", key)}
    assert checks == {check.id for check in CHECKS}
    assert [check for check in sorted(checks) if not {f"{check}.name", f"{check}.explain"} <= set(words_of("en"))] == []
    assert [check for check in sorted(checks) if not any(key.startswith(f"{check}.message") for key in words_of("en"))] == []


def test_the_words_say_what_the_check_cannot_know():
    """The limits are told in order, in the reader's language, and each group of the report has a name."""
    danish = modelcheck.words("da", ())
    assert danish.limits()[0] == "Modeltjekket ser ord og datoer. Det ser ikke mødet."
    assert len(danish.limits()) == 4
    assert [danish.standing(standing) for standing in Standing] == ["Mangler", "Værd at tænke over", "Besvaret", "På plads"]
    assert danish.explain("C25").startswith("Udbyttet bliver størst")


@pytest.mark.parametrize(("language", "advice"), [("en", "advice"), ("da", "råd")])
def test_numbers_are_called_advice(language, advice):
    """A sentence that holds a threshold calls it advice, because the model itself states no numbers."""
    thresholds = {"limit", "least", "most", "open", "needed"}
    assert [key for key, text in words_of(language).items()
            if ".message" in key and blanks(text) & thresholds and advice not in text] == []


@pytest.mark.parametrize("language", ["en", "da"])
def test_nobody_is_blamed(language):
    """No sentence shouts or says that somebody failed."""
    blame = re.compile(r"!|\b(?:fail\w*|wrong|forgot\w*|must|error|fejl\w*|forkert\w*|glemt\w*|skulle have|burde)\b", re.I)
    assert [(key, text) for key, text in words_of(language).items() if ".message" in key and blame.search(text)] == []


def test_a_language_without_words_uses_the_next_of_its_chain(tmp_path):
    """A reader of Faroese gets the Danish sentence before the English one, and the guide's title likewise."""
    case = ModelCheckCase({"edits": {"circle.yml": [["[time, experiment, manager]", "[time, manager]"]]}}, tmp_path)
    finding = case.findings("C25")[0]
    assert words_of("fo") == {}
    assert modelcheck.sentence(finding, "fo", ("da", "en"), case.catalogue) == (
        "Strandviks folkhögskola har ikke lovet plads til at prøve nyt. Det løfte betyder mest for, hvad der bliver lært.",
        "Læs: Til dig, der er leder",
    )


def test_a_guide_that_is_not_written_is_named_by_its_reference(tmp_path):
    """The hint never leads to an empty title."""
    case = ModelCheckCase({"edits": {"circle.yml": [["    agreed: 2026-09-21\n", ""]]}}, tmp_path)
    assert modelcheck.sentence(case.findings("C26")[0], "en", (), case.catalogue)[1] == "Read: guides/home-organisation-agreement"


def test_what_is_in_place_says_the_checks_name(tmp_path):
    """A report lists what is in place by name."""
    case = ModelCheckCase({}, tmp_path)
    assert modelcheck.sentence(case.findings("C25")[0], "da", (), case.catalogue)[0] == "Der er plads til at prøve nyt"


# --- real circles ----------------------------------------------------------------------------------------------------

def spoken(findings: list[Finding]) -> list[tuple]:
    """Return what is not in place: check, severity (or "answered") and what tells one finding of a check from another."""
    telling = ("name", "session", "countries")
    return [(f.check, str(f.severity or f.standing), next((f.values[key] for key in telling if key in f.values), f.form))
            for f in findings if not f.is_in_place]


def test_the_example_circle_gives_the_findings_of_the_design():
    """The circle that the content model shows in full gives the findings listed below it, and no others."""
    circle, catalogue = circle_in(ROOT, "digital-help-2026", TODAY)
    assert spoken(modelcheck.find(circle, catalogue, TODAY)) == [
        ("C11", "advice", "IS"),
        ("C24", "answered", "Fjordby eldreforening"),
        ("C27", "warning", "Skärgårdens medborgarbyrå"),
        ("C29", "advice", "Järvelän aikuisopisto"),
        ("C29", "advice", "Fjordby eldreforening"),
        ("C29", "advice", "Stéttarfélagið Brú"),
        ("C29", "advice", "Skärgårdens medborgarbyrå"),
        ("C40", "warning", "02-what-we-tried"),
    ]


def test_a_weak_circle_is_met_with_many_kind_sentences(tmp_path):
    """A course that calls itself a circle makes at least fifteen checks speak, each in Danish and English."""
    circle, catalogue = circle_in(CircleProject.from_dir("weak-circle", tmp_path).folder, "kursus-i-ai", TODAY)
    findings = [f for f in modelcheck.find(circle, catalogue, TODAY) if not f.is_in_place]
    assert len({f.check for f in findings}) >= 15
    assert {"C02", "C10", "C20", "C22", "C24", "C25"} <= {f.check for f in findings}
    for language in ("da", "en"):
        for finding in findings:
            message, hint = modelcheck.sentence(finding, language, (), catalogue)
            assert message.endswith((".", "?")) and "{" not in message + hint, message


def test_a_circle_template_gives_nothing_to_think_about():
    """The repository's own circle templates hold no personal data, and nothing else is asked of them."""
    for name in ("local-three-meetings", "nordic-six-meetings"):
        circle, catalogue = circle_in(ROOT, name, TODAY)
        assert [(f.check, f.standing) for f in modelcheck.find(circle, catalogue, TODAY)] == [("C42", Standing.IN_PLACE)], name


# --- personal data ---------------------------------------------------------------------------------------------------

def seen_in(text: str) -> list[tuple[int, int, DataKind]]:
    """Return line, column and kind of what is seen in a page whose body is `text`."""
    front = "---\ntitle: En side\n---\n"
    file = SourceFile("docs/guides/page.da.md", front + text, {"title": "En side"}, Positions({}, {}), text, 4)
    return [(found.line, found.column, found.kind) for found in personal_data_in(file)]


@pytest.mark.parametrize("text", [
    "010190-1234",  # Denmark: a date and four digits
    "CPR: 0101901234",
    "890102-3286",  # Sweden: with its check digit
    "890162-3283",  # Sweden: a samordningsnummer
    "19890102-3286",
    "198901023286",
    "890102+3286",
    "15108695088",  # Norway
    "151086 95088",
    "131052-308T",  # Finland
    "131052A308T",
    "120174-3399",  # Iceland
    "kt. 1201743399",
])
def test_identity_numbers_are_seen(text):
    """The identity numbers of five countries are seen, as people write them."""
    assert seen_in(f"Skriv til os.\n\nHun har {text} og")[0][::2] == (6, DataKind.IDENTITY_NUMBER)


@pytest.mark.parametrize("text", [
    "320190-1234",  # no such day
    "010190-12345",
    "Ring 70 12 34 56 eller +45 70123456 eller 0701-234567",
    "Tlf. 070-123 45 67",
    "2026-11-24 09:00, 24.11.2026, 24/11-2026",
    "202611240900",
    "ISBN 978-87-7934-123-4 og 87-7934-123-4",
    "ISBN 8779341234",
    "CVR 12345678, org.nr. 556016-0680 og 974 760 673",
    "kt. 5402696029",  # Iceland: an organisation
    "890102-3287 i Sverige, 19890102-3287",
    "15108695077",  # Norway: wrong check digits
    "131052-308U",
    "C25, S31, {meta: 7c1e0b92}",
    "1234.56.78903",
    "10.1000/182345-1234",
])
def test_other_numbers_are_let_be(text):
    """Telephone numbers, dates, book numbers, numbers of organisations and wrong check digits are nobody's identity."""
    assert seen_in(text) == []


@pytest.mark.parametrize("text", [
    "https://zoom.us/j/91234567890?pwd=abcDEF123",
    "https://nordunet.zoom.us/j/61234567890",
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0",
    "https://teams.live.com/meet/9312345678901?p=AbCdEf",
    "[mødet](https://meet.google.com/abc-defg-hij)",
    "https://kommune.webex.com/kommune/j.php?MTID=m0123",
    "https://whereby.com/vores-cirkel?roomKey=eyJ",
    "https://meet.jit.si/NaboerMødes",
    "https://bbb.example.org/b/ane-abc-def",
])
def test_links_into_meetings_are_seen(text):
    """A link that lets whoever has it into a meeting is seen."""
    assert [kind for _, _, kind in seen_in(f"Mød op her: {text}")] == [DataKind.MEETING_LINK]


@pytest.mark.parametrize("text", [
    "Linket står i din mail.", "https://support.zoom.us/hc/en-us/articles/115004954946", "https://www.zoom.com/accessibility",
    "https://whereby.com/information/tos", "https://example.org/rooms/library", "Vi mødes på Zoom.",
    "https://www.microsoft.com/teams", "Adgangskode får du af koordinatoren.", "Password is needed.",
])
def test_other_links_are_let_be(text):
    """Pages about meeting tools, and words about links, let nobody in."""
    assert seen_in(text) == []


def test_a_passcode_is_seen():
    """A code that is written out is seen, in the languages of the Nordic countries."""
    for text in ("Adgangskode: 4711hej", "Passcode is 998877", "Lösenkod: **998877**", "Salasana 12ab34"):
        assert [kind for _, _, kind in seen_in(text)] == [DataKind.PASSCODE], text


@pytest.mark.parametrize(("address", "is_private"), [
    ("ane.lund@gmail.com", True), ("ane@hotmail.dk", True), ("ane@live.no", True), ("Ane@Outlook.com", True),
    ("ane@yahoo.co.uk", True), ("ane@icloud.com", True), ("ane@proton.me", True), ("ane@online.no", True),
    ("ane@telia.com", True), ("ane@simnet.is", True), ("ane.lund@luukku.com", True), ("ane@mail.tele.dk", True),
    ("ane@example.org", False), ("ane@kommune.dk", False), ("ane@online.example.org", False), ("ane@gmail.example.org", False),
    ("ane@havnebybibliotek.dk", False), ("ane@uni.is", False),
])
def test_private_mail_addresses_are_told_from_work_addresses(address, is_private):
    """An address at a provider for private people is seen; one at work is not."""
    assert [kind for _, _, kind in seen_in(f"Skriv til {address}.")] == [DataKind.PRIVATE_MAIL] * is_private


@pytest.mark.parametrize("text", [
    "## Deltagere {#who}\n\n- Ane Lund\n- Bo Ek-Sund, Strandvik\n- Åse M. Østby (Fjellby)\n",
    "## Participants\n\n### From Denmark\n\n1. Ane Lund\n2. Bo Ek\n\n### From Norway\n\n3. Åse von Østby\n",
    "## Osallistujat\n\n* Eero Laakso\n* Aino Niemi\n* Ulla Ek\n",
    "## Þátttakendur\n\n- Jón Jónsson\n- Þóra Árnadóttir\n- Ása Björk Einarsdóttir\n",
    "**Deltakere:**\n\n- Ane Lund\n- Bo Ek\n- Åse Østby\n",
    "Deltagare:\n- Ane Lund – Havneby\n- Bo Ek – Strandvik\n- Åse Østby – Fjellby\n",
])
def test_a_list_of_participants_is_seen(text):
    """Three names or more under a heading of participants are seen, once, at the first name."""
    first = re.search(r"^(?:[-*]|1\.) ", text, re.MULTILINE)
    line = 4 + text[: first.start()].count("\n")
    assert seen_in(text) == [(line, len(first[0]) + 1, DataKind.NAMES)]


@pytest.mark.parametrize("text", [
    "## Deltagere\n\n- Ane Lund\n- Bo Ek\n",
    "## Facilitatorer\n\n- Ane Lund\n- Bo Ek\n- Åse Østby\n",
    "## Deltagere\n\n- To ansatte fra biblioteket\n- En frivillig\n- Lederen af Havneby\n",
    "## Deltagere\n\n- Havneby Bibliotek\n- Strandviks Folkhögskola\n- Røde Kors Danmark\n",
    "## Deltagere\n\nAne Lund\n\n## Materialer\n\n- Gule Sedler\n- Store Ark\n- Sorte Tuscher\n",
    "```\n## Deltagere\n```\n\n- Ane Lund\n- Bo Ek\n- Åse Østby\n",
])
def test_other_lists_are_let_be(text):
    """Two names, roles, organisations and lists under other headings are no list of participants."""
    assert seen_in(text) == []


def test_personal_data_are_never_repeated():
    """A sighting says where and what kind of thing; reports and logs are public too."""
    front = SourceFile("docs/index.da.md", "Hun har 010190-1234.", {}, Positions({}, {}))
    assert "010190" not in repr(personal_data_in(front))


@pytest.mark.parametrize(
    "unit", ["a/", "password/", "kt:", "x/b/", "a@", "Deltagere:\n", "## Deltagere\n- Ane Lund\n", "010190-123"])
def test_a_hostile_page_takes_no_long_time(unit):
    """A page of the largest size allowed is looked through in seconds, whatever it repeats."""
    started = time.monotonic()
    seen_in(unit * (200_000 // len(unit)))
    assert time.monotonic() - started < 10


def test_the_repository_holds_no_personal_data():
    """No page of the handbook and no circle of this repository holds what C42 looks for."""
    sources, _ = read(ROOT)
    assert {file.path: found for file in sources.files if (found := personal_data_in(file))} == {}


def test_no_word_for_participants_is_passed_over():
    """Texts are searched for lists of participants only when they hold a stem; every word has one."""
    words = vocabulary.PARTICIPANTS.pattern.split("(?:")[1].split(")")[0].split("|")
    assert len(words) > 20 and all(any(stem in word for stem in vocabulary.PARTICIPANT_STEMS) for word in words)
