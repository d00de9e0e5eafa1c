"""`circlepress serve`: an edit appears by itself in the open browser, and a mistake does not end it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def serving(project):
    process = subprocess.Popen([sys.executable, "-u", "-m", "circlepress", "serve", "--port", "0"], cwd=project.folder,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    else:
        pytest.fail("serve ended before it said where")
    yield project, found[0], process
    process.terminate()
    process.wait(timeout=20)


def test_an_edit_appears_in_the_open_page(serving, chromium):
    """The open page loads again with the new text; a broken page is reported and gives way to the error page, and the next good edit is shown."""
    project, address, process = serving
    page = chromium.new_context().new_page()
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/da/guides/first/")
    page.wait_for_timeout(300)  # the page's question for changes is on its way
    project.edit("docs/guides/first.da.md", "## Begynd her", "## Begynd lige her")
    page.wait_for_selector("h2:has-text('Begynd lige her')", timeout=30_000)
    project.edit("docs/guides/first.da.md", "title: Den første guide", "titel: Den første guide")
    for line in process.stdout:
        if "error[missing-key]" in line:
            break
    page.wait_for_selector("h1:has-text('findes ikke')", timeout=30_000)
    project.edit("docs/guides/first.da.md", "titel: Den første guide", "title: Den allerførste guide")
    page.wait_for_selector("h1:has-text('Den allerførste guide')", timeout=60_000)
    assert [text for text in said if "Content Security Policy" in text] == []
    assert process.poll() is None
