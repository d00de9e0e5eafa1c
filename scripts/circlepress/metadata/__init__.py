"""The schema of each content type, as frozen structs, and the door through which metadata becomes one.

`load` takes the plain strings of a source file and gives a frozen model plus problems in words a volunteer
understands, each at its line and column. Form lives here (types, ranges, closed lists); meaning (references, states,
agendas that add up) lives in `validate.py`.
"""

from .circle import CircleFacts, SessionFacts
from .glossary import Glossary
from .loading import load, reread
from .materials import (
    ChecklistFacts,
    FrontFacts,
    GuideFacts,
    MethodFacts,
    ProjectFacts,
    StoryFacts,
    TemplateFacts,
    ThemeFacts,
    TranslationMark,
)
from .words import words_model

__all__ = [
    "ChecklistFacts", "CircleFacts", "FrontFacts", "Glossary", "GuideFacts", "MethodFacts", "ProjectFacts", "SessionFacts",
    "StoryFacts", "TemplateFacts", "ThemeFacts", "TranslationMark", "load", "reread", "words_model",
]
