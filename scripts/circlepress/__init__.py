"""circlepress: a press that prints a handbook and one small site per learning circle.

`pipeline.py` tells the story; `ARCHITECTURE.md` at the top of the repository draws the map.
"""

__version__ = "0.1.0"
