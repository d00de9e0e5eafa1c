"""How two texts differ, word by word, in a form that can be read aloud: `[-old-]` and `{+new+}`."""

from __future__ import annotations

import difflib
import re

_WORDS = re.compile(r"\s+|[^\s]+")
_CONTEXT = 6
"""So many words stay on either side of a change in a shortened difference."""


def word_difference(old: str, new: str, *, shortened: bool = False) -> str:
    """Return `new` with what is new in `{+…+}` and what was there before in `[-…-]`; `shortened` leaves out what is far from a change."""
    before, after = _WORDS.findall(old.strip()), _WORDS.findall(new.strip())
    pieces = []
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (kind, start, end, begin, stop) in enumerate(steps):
        gone, added = "".join(before[start:end]), "".join(after[begin:stop])
        if kind == "equal":
            words = after[begin:stop]
            if shortened and len(words) > 4 * _CONTEXT:
                first = "".join(words[: 2 * _CONTEXT]) if number else ""
                last = "".join(words[-2 * _CONTEXT:]) if number < len(steps) - 1 else ""
                added = f"{first}…{last}"
            pieces.append(added)
            continue
        lead = re.match(r"\s*", added or gone)[0]
        tail = re.search(r"\s*\Z", added or gone)[0] if (added or gone).strip() else ""
        pieces.append(lead + (f"[-{gone.strip()}-]" if gone.strip() else "") + (f"{{+{added.strip()}+}}" if added.strip() else "") + tail)
    return "".join(pieces)
