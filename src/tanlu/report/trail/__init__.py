"""The way back from a number: its sheet of steps, its file and line, its words."""

from tanlu.report.trail.story import story

__all__ = ["story"]
