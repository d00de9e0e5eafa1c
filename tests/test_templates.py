"""Templates: letters, mails and forms, blank in the handbook and filled in by a circle."""

from __future__ import annotations

import pytest

from circlepress.placeholder import KNOWN_PLACEHOLDERS, UNLABELLED
from circlepress.wording import interface_words


@pytest.mark.parametrize("language", ["en", "da", "sv", "nb", "fi", "is"])
def test_every_placeholder_has_a_label_for_the_blank_it_leaves(language):
    """A blank says what is to be written there, in the language of the text; only lines that the text explains say nothing."""
    labels = {key.removeprefix("blank.") for key in interface_words(language) if key.startswith("blank.")}
    assert labels == KNOWN_PLACEHOLDERS - UNLABELLED
