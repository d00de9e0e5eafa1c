"""The handbook's page of limits tells the numbers the program goes by, and leads to the codes that say so."""

from __future__ import annotations

import re
from pathlib import Path

from circlepress import archive, memory, page_clock, read, workers, yaml_source
from circlepress.problem import CODES

PAGE = Path(__file__).parent.parent / "docs/project/limits.en.md"
ROWS = {cells[0]: cells[1:] for line in PAGE.read_text("utf-8").splitlines()
        if (cells := [cell.strip() for cell in line.strip("|").split(" | ")]) and line.startswith("| ") and cells[0] != "What"}


def test_the_numbers_are_the_programs():
    """Every limit stands on the page with its unit, in the order of the page, and there is no other number in its tables."""
    assert [limit for limit, _ in ROWS.values()] == [
        f"{read.PAGE_BYTES:,} bytes", f"{read.METADATA_BYTES:,} bytes", f"{read.DATA_FILE_BYTES:,} bytes", f"{read.IMAGE_BYTES:,} bytes",
        f"{read.IMAGE_PIXELS:,} pixels", f"{yaml_source.NESTING} levels", f"{yaml_source.VALUES:,} in all", f"{page_clock.SECONDS} seconds",
        f"{workers.SECONDS} seconds", f"{workers.SECONDS} seconds", f"{memory.MEMORY:,} bytes more than it begins with"]


def test_the_limits_of_zips_are_told():
    """The page names how many files a ZIP may hold and how many bytes it may unpack to."""
    assert {f"{archive.FILES:,} files", f"{archive.UNPACKED_BYTES:,} bytes"} <= set(re.findall(r"[\d,]+ (?:files|bytes)", PAGE.read_text("utf-8").partition("{#zips}")[2]))


def test_no_limit_of_a_file_is_forgotten():
    """A new limit in the module that reads files is a new row."""
    constants = [name for name in vars(read) if re.fullmatch(r"[A-Z_]+_(BYTES|PIXELS)", name)]
    assert len(constants) == sum("file-too-large" in code for _, code in ROWS.values())


def test_every_row_leads_to_its_code():
    """The link of a row goes to the section of a code that exists and is named the same."""
    for _, link in ROWS.values():
        name, anchor = re.fullmatch(r"\[([a-z-]+)\]\(problem-codes\.md#([a-z-]+)\)", link).groups()
        assert name == anchor and name in CODES


def test_the_limits_are_kept(project):
    """One more than a limit is told with the row's code: nesting and values of metadata, and its bytes."""
    guide = (project.folder / "docs/guides/second.da.md").read_text("utf-8")

    def with_line(line: str) -> set[str]:
        return set(project.write("docs/guides/second.da.md", guide.replace("covers: []", f"covers: []\n{line}")).codes())

    depth = yaml_source.NESTING - 1  # the metadata itself is the first level
    assert "yaml-too-deep" not in with_line(f"odd: {'[' * depth}{']' * depth}")
    assert "yaml-too-deep" in with_line(f"odd: {'[' * (depth + 1)}{']' * (depth + 1)}")
    assert "yaml-too-deep" in with_line(f"odd: [{'x,' * yaml_source.VALUES}]")
    assert "file-too-large" in with_line(f"odd: {'x' * read.METADATA_BYTES}")
    assert "file-too-large" not in with_line(f"odd: {'x' * (read.METADATA_BYTES - 1000)}")
