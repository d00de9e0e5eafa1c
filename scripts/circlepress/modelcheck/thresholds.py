"""Every number of the model check, in one place.

They are advice: judgement informed by the field (Danish, Swedish and Norwegian handbooks on circles and networks, and
what facilitators told us), not stated in the leaflet that describes the model. So the sentences of the checks that
use them call them advice, and a circle may answer with a waiver.
"""

from datetime import time
from fractions import Fraction

from ..metadata.kinds import Mode

PURPOSE_CHARACTERS = range(60, 601)
"""C01. Long enough to guide, short enough to be read aloud in half a minute."""

HOURS_BETWEEN_MEETINGS = 1
"""C05. The least work at home between two meetings; most circles ask for more."""

ALIGNED_WITHIN_DAYS = 14
"""C08. Days after the first meeting at which expectations can still be changed without regret."""

ALIGNING_MINUTES = 20
"""C09. The least time in which a group can hear what each expects."""

PARTICIPANTS_FOR_ONE_FACILITATOR = 8
"""C14. With more, one person can hardly both lead and listen."""

MINUTES_WITHOUT_BREAK = 90
MINUTES_WITHOUT_BREAK_ONLINE = 60
"""C19. How long people listen well, in a room and on a screen."""


def minutes_without_break(mode: Mode) -> int:
    """Return the longest stretch without a break for a session of this form (C19)."""
    return MINUTES_WITHOUT_BREAK_ONLINE if mode is Mode.ONLINE else MINUTES_WITHOUT_BREAK


INPUT_SHARE = Fraction(1, 3)
"""C20. The largest part of a meeting that talks may take."""

SESSIONS_PER_DIRECTION = 3
"""C21. In so many planned sessions in a row, the direction is looked at once."""

FIRST_SESSIONS = 2
PLANNED_SHARE = Fraction(1, 2)
"""C22. The first sessions may be planned; of those after them, at most this part while people are being recruited."""

MANY_PARTICIPANTS = 12
MANY_LOCAL_CIRCLES = 3
"""C31, C32. More participants than this, or at least so many local circles, ask for more coordination."""

COLLEAGUES = 2
"""C27. So many from one organisation can try things together without a team at home."""

COUNTRIES_OF_A_NORDIC_CIRCLE = 2
SECTORS = 2
"""C35. The least that makes a circle Nordic and cross-sectoral."""

SHARE_OF_ONE_ORGANISATION = Fraction(1, 2)
SHARE_OF_ONE_COUNTRY = Fraction(2, 3)
"""C36. With more of the places, the others may fall silent."""

SMALL_GROUP = 5
LARGE_GROUP = 14
"""C37. Below, voices are few; above, not everyone gets to speak."""

DAY_BEGINS = time(8)
DAY_ENDS = time(17)
"""C40. An online meeting lies between these, by the clocks of every member country."""

DELETE_WITHIN_MONTHS = 12
"""C41. How long after its last day a circle may need the sign-up data."""

NAMES_IN_A_LIST = 3
"""C42. So many names under a heading of participants are a list of participants."""

LATEST_BIRTH_YEAR = 2015
"""C42. A later date of eight digits with four digits after it is the time of a meeting, not somebody's number."""

WRITTEN_WITHIN_DAYS = 60
"""C45. While people still remember what the circle led to."""

CLOSING_MINUTES = 15
"""C46. The least time for saying who carries the work on."""
