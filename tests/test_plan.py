"""`circlepress plan`: the same session in another length, by the methods' minutes and the blocks' priority."""

from __future__ import annotations

import json
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circlepress.agenda import Agenda, TimedBlock, clock_after, longest_stretch, minutes_between
from circlepress.metadata.kinds import BlockKind
from circlepress.rescale import BREAK, MEAL, SHORTEST_BLOCK, Why, propose

SESSION = "circles/small-circle/sessions/01-begin.da.md"
ROUNDS = {BlockKind.OPEN, BlockKind.CLOSE}
LIMIT = 60


def agenda(*blocks: tuple) -> Agenda:
    """Return an agenda of tuples: minutes, kind, then perhaps priority and the method's range of minutes."""
    timed, after = [], 0
    for minutes, kind, *rest in blocks:
        priority, span = (*rest, *("should", None)[len(rest):])
        timed.append(TimedBlock(minutes, BlockKind(kind), after, priority, method="a-method" if span else "", range=span))
        after += minutes
    return Agenda(tuple(timed), time(9), after)


@st.composite
def agendas(draw) -> Agenda:
    """Any agenda in which methods take as long as they say."""
    blocks = []
    for _ in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(list(BlockKind)))
        span = None
        if kind is not BlockKind.BREAK and draw(st.booleans()):
            least = draw(st.integers(3, 40))
            span = (least, least + draw(st.integers(0, 40)))
        minutes = draw(st.integers(*(span or (1, 60))))
        blocks.append((minutes, kind, draw(st.sampled_from(["must", "should", "can"])), span))
    return agenda(*blocks)


@settings(max_examples=80, deadline=None)
@given(agendas(), st.integers(5, 300))
def test_a_proposal_keeps_its_promises(given_agenda, wanted):
    """The sum is exact, methods keep their range, what must stay stays, order is kept, nobody sits too long, and it says so when it cannot be."""
    found = propose(given_agenda, wanted, LIMIT)
    assert found.shortest <= found.longest
    if not found.is_possible:
        assert wanted < found.shortest or wanted > found.longest or all(propose(given_agenda, near, LIMIT).is_possible for near in found.nearest)
        return
    assert found.shortest <= wanted <= found.longest
    assert sum(change.becomes for change in found.changes) == wanted
    numbers = [change.number for change in found.changes if change.number is not None]
    assert numbers == list(range(len(given_agenda.blocks)))
    line = []
    for change in found.changes:
        block = given_agenda.blocks[change.number] if change.number is not None else None
        kind = block.kind if block else BlockKind.BREAK
        if block and (block.priority == "must" or block.kind in ROUNDS):
            assert change.becomes > 0
        if block and block.range and change.becomes:
            assert block.range[0] <= change.becomes <= block.range[1]
        assert (change.why is not None) == (change.becomes == 0 or block is None)
        if change.becomes:
            line.append((change.becomes, kind, block))
    if wanted != given_agenda.minutes:
        alone = max((block.range[0] for _, _, block in line if block and block.range), default=0)
        assert longest_stretch((minutes, kind) for minutes, kind, _ in line) <= max(LIMIT, alone)


@settings(max_examples=25, deadline=None)
@given(agendas(), st.integers(5, 300))
def test_the_present_length_changes_nothing(given_agenda, wanted):
    """Asked for the length it has, an agenda stays as it is, and so does a proposal that is asked for once more."""
    same = propose(given_agenda, given_agenda.minutes, LIMIT)
    assert [change.becomes for change in same.changes] == [block.minutes for block in given_agenda.blocks]
    found = propose(given_agenda, wanted, LIMIT)
    assert found == propose(given_agenda, wanted, LIMIT)


@settings(max_examples=25, deadline=None)
@given(agendas())
def test_the_shortest_and_the_longest_are_what_they_say(given_agenda):
    """Both ends of what is possible are possible, and nothing beyond them is."""
    found = propose(given_agenda, given_agenda.minutes, LIMIT)
    for minutes in (found.shortest, found.longest):
        assert propose(given_agenda, minutes, LIMIT).is_possible
    for minutes in (found.shortest - 1, found.longest + 1):
        assert not propose(given_agenda, minutes, LIMIT).is_possible


EVENING = agenda((12, "open", "should", (8, 20)), (38, "share", "should", (25, 60)), (10, "break"), (15, "input"), (20, "practise", "can"),
                 (30, "work", "should", (15, 40)), (8, "direction", "should", (5, 20)), (7, "close", "should", (5, 15)))


def becomes(minutes: int, given_agenda: Agenda = EVENING, limit: int = 90) -> list[int]:
    return [change.becomes for change in propose(given_agenda, minutes, limit).changes]


def test_what_can_give_way_does_so_first():
    """First the block marked can shrinks, then it goes, and only then the others shrink, each in proportion."""
    assert becomes(135) == [12, 38, 10, 15, 15, 30, 8, 7]
    assert becomes(120) == [12, 38, 10, 15, 0, 30, 8, 7]
    assert becomes(100) == [12, 30, 10, 12, 0, 23, 6, 7]
    assert propose(EVENING, 120, 90).changes[4].why is Why.CAN_GO


def test_a_talk_goes_before_the_rounds():
    """When every block is as short as it can be, breaks go that nobody needs, then the talk; the rounds stay."""
    assert [number for number, minutes in enumerate(becomes(60)) if not minutes] == [2, 3, 4]
    assert [change.why for change in propose(EVENING, 60, 90).changes if change.why] == [Why.NO_BREAK_NEEDED, Why.NO_TIME, Why.CAN_GO]
    assert [number for number, minutes in enumerate(becomes(13)) if minutes] == [0, 7]
    assert not propose(EVENING, 12, 90).is_possible and propose(EVENING, 12, 90).shortest == 13


def test_a_longer_session_gets_the_breaks_it_needs():
    """On a screen, sixty minutes is the most without a break, so a longer session gets a new one."""
    online = agenda((10, "open"), (40, "share", "should", (20, 60)), (10, "close"))
    longer = propose(online, 90, 60)
    assert [change.why for change in longer.changes if change.number is None] == [Why.BREAK_NEEDED]
    assert sum(change.becomes for change in longer.changes) == 90


def test_a_meal_stays_a_meal():
    """A long break shrinks to half an hour and no further; a short one does not grow into a meal."""
    day = agenda((10, "open"), (80, "work", "must"), (50, "break", "must"), (80, "share", "must"), (10, "close"))
    shortest = propose(day, propose(day, 100, 90).shortest, 90)
    assert shortest.changes[2].becomes == MEAL.start and shortest.changes[1].becomes == SHORTEST_BLOCK
    assert max(change.becomes for change in propose(EVENING, 180, 90).changes if change.number == 2) < BREAK.stop


def test_the_clock_ends_at_midnight():
    """A time of day past midnight is no time of that day."""
    assert clock_after(time(23, 30), 29) == time(23, 59) and clock_after(time(23, 30), 30) is None and clock_after(None, 5) is None
    assert minutes_between(time(9), time(9)) is None and minutes_between(time(9), time(10, 30)) == 90


def test_shares_are_whole_percent_and_add_up():
    """The largest remainders are rounded up, so that the parts are a hundred together; input and breaks are not the participants' time."""
    thirds = agenda((10, "open"), (10, "input"), (10, "break"))
    assert list(thirds.percent_by_kind.values()) == [34, 33, 33]
    assert thirds.minutes_of_participants == 10 and agenda().percent_by_kind == {}


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_shows_what_becomes_of_each_block(project):
    """A table with both clocks, what is left out and why, and the agenda to paste; nothing is written."""
    before = (project.folder / SESSION).read_bytes()
    result = project.run("plan", "small-circle/01-begin", "--to", "45")
    assert result.returncode == 0, result.stderr
    assert "60 minutes become 45" in result.stdout and "09:45       end" in result.stdout
    assert 'end: "09:45"\nagenda:\n  - {minutes: ' in result.stdout
    assert (project.folder / SESSION).read_bytes() == before


def test_what_is_not_possible_is_said_with_what_is(project):
    """Status 1, the shortest length in a sentence, and what one could do."""
    result = project.run("plan", SESSION, "--to", "5")
    assert result.returncode == 1
    assert "cannot take 5 minutes. The shortest it can be is" in result.stdout
    assert project.run("plan", "small-circle/07-gone", "--to", "60").returncode == 2
    assert "is no session" in project.run("plan", "docs/guides/first.da.md", "--to", "60").stderr


def test_the_same_as_json(project):
    """Programs read the same proposal."""
    found = json.loads(project.run("plan", SESSION, "--to", "45", "--format", "json").stdout)
    assert found["possible"] and sum(block["becomes"] for block in found["blocks"]) == 45 and found["end"] == "09:45"
    assert json.loads(project.run("plan", SESSION, "--to", "5", "--format", "json").stdout)["possible"] is False


def written(project, text: str, minutes: int, path: str = SESSION) -> str:
    """Return a session's file after `plan --write`, given the file before."""
    project.write(path, text.encode())
    result = project.run("plan", SESSION, "--to", str(minutes), "--write")
    assert result.returncode == 0, result.stdout + result.stderr
    return (project.folder / path).read_bytes().decode()


LONG = """---
title: Vi begynder
date: 2026-10-08
start: '09:00'   # efter kaffen
end: '11:00'
mode: onsite
place: Biblioteket
aim: Vi lærer hinanden at kende og vælger, hvad vi vil prøve.
# programmet er aftalt med alle
agenda:
- {minutes: 15, kind: open, title: "Runde: hvem er vi?"}
# oplægget først
- minutes: 30
  kind: input
  title: Oplæg
  priority: can   # kan undværes
- {minutes: 60, kind: work, title: Arbejde, priority: must}
- {minutes: 15, kind: close, title: Slut}

materials: [papir]
---

Tekst  med   mellemrum.
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_writing_touches_the_agenda_alone(project, line_end):
    """Minutes and end are replaced where they stand, what is left out becomes a comment, and every other byte stays, line ends too."""
    text = LONG.replace("\n", line_end)
    after = written(project, text, 90)
    expected = (LONG.replace("'11:00'", "'10:30'")
                .replace("- minutes: 30\n  kind: input\n  title: Oplæg\n  priority: can   # kan undværes\n",
                         "# - minutes: 30\n#   kind: input\n#   title: Oplæg\n#   priority: can   # kan undværes\n"))
    assert after == expected.replace("\n", line_end)
    assert project.codes().count("agenda-sum") == 0
    assert written(project, after, 90) == after


def test_writing_gives_an_end_to_a_session_without_one(project):
    """A session with a beginning and no end gets one; a longer one gets the break it needs as a line of its own."""
    project.edit("circles/small-circle/circle.yml", "status: running", "status: draft")
    text = LONG.replace("end: '11:00'\n", "").replace("date: 2026-10-08\n", "").replace("mode: onsite", "mode: online").replace("place: Biblioteket\n", "")
    after = written(project, text, 150)
    assert "start: '09:00'   # efter kaffen\nend: \"11:30\"\n" in after
    assert "- {minutes: 10, kind: break}\n" in after


def test_translations_follow(project):
    """A translation's agenda names the same blocks; one that was up to date stays so, and the project stays whole."""
    project.write(SESSION, LONG)
    translation = SESSION.replace(".da.", ".sv.")
    project.write(translation, """---
title: Vi börjar
aim: Vi lär känna varandra och väljer vad vi vill pröva.
agenda:
  - {title: "Runda: vilka är vi?"}
  - {title: Inspel}
  - {title: Arbete}
  - {title: Slut}
translation: {of: da, state: reviewed}
---

Text.
""")
    assert project.run("translate", translation, "--to", "sv", "--accept").returncode == 0
    assert project.run("plan", SESSION, "--to", "90", "--write").returncode == 0
    after = (project.folder / translation).read_text("utf-8")
    assert "\n  # - {title: Inspel}\n" in after
    assert [code for code in project.codes() if code == "translation-incomplete"] == []
    status = json.loads(project.run("status", translation, "--to", "sv", "--format", "json").stdout)
    assert status["pages"][0]["languages"]["sv"]["state"] == "current"


def test_an_agenda_in_one_line_is_not_touched(project):
    """Where blocks share a line, nothing is written, and the message says what to do."""
    text = LONG[:LONG.index("agenda:")] + "agenda: [{minutes: 15, kind: open, title: Runde}, {minutes: 105, kind: close, title: Slut}]\n---\n\nTekst.\n"
    project.write(SESSION, text)
    result = project.run("plan", SESSION, "--to", "60", "--write")
    assert result.returncode == 2 and "Nothing was written" in result.stderr and "paste" in result.stderr
    assert (project.folder / SESSION).read_text("utf-8") == text
