"""Why a row is refused: each reason with its code and the column at fault."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tanlu.monitor.stream.counting.kernels import CLASH, CROWDED, JUMP, LATE, RESTART

__all__ = ["BY_VERDICT", "REASONS", "Reason", "refuse"]


class Reason(NamedTuple):
    """A code of the catalogue and the column whose value is shown."""

    code: str
    column: str


NAME = Reason("TL355", "device")
UNKNOWN = Reason("TL354", "device")
NUMBER = Reason("TL355", "seq")
TIME = Reason("TL355", "at")
CLOCK = Reason("TL356", "at")
VALUE = Reason("TL355", "value")
LATITUDE = Reason("TL355", "lat_e7")
LONGITUDE = Reason("TL355", "lon_e7")
TYPE = Reason("TL355", "type")
SUBJECT = Reason("TL355", "subject")
TEXT = Reason("TL355", "source")
OTHER = Reason("TL357", "seq")
ANEW = Reason("TL358", "seq")
LOST = Reason("TL359", "seq")
FULL = Reason("TL360", "device")
DOUBTFUL = Reason("TL361", "at")
UNSIGNED = Reason("TL371", "device")
# a row's reason is its place here; 0 is none
REASONS = (
    None, NAME, UNKNOWN, NUMBER, TIME, CLOCK, VALUE, LATITUDE, LONGITUDE, TYPE, SUBJECT, TEXT,
    OTHER, ANEW, LOST, FULL, DOUBTFUL, UNSIGNED,
)  # fmt: skip
BY_VERDICT = {CLASH: OTHER, RESTART: ANEW, CROWDED: LOST, JUMP: LOST, LATE: DOUBTFUL}


def refuse(reasons: np.ndarray[Any, Any], mask: np.ndarray[Any, Any], reason: Reason) -> None:
    """Give the rows of a mask a reason, where they have none yet."""
    if mask.any():
        reasons[mask & (reasons == 0)] = REASONS.index(reason)
