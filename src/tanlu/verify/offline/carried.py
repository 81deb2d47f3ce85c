"""The second verifier, one file that anybody can read through and carry away."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from tanlu.errors import TanluError

__all__ = ["NAME", "verify_min"]

NAME = "verify_min.py"


def verify_min() -> bytes:
    """Give the file ``verify_min.py``: standard library and ``cryptography``, under 300 lines.

    It is written from the format document alone and shares no line with this room.

    Raises
    ------
    TanluError
        TL739 when this installation was made without it.
    """
    shipped = resources.files("tanlu.verify.offline").joinpath(NAME)
    if shipped.is_file():
        return shipped.read_bytes()
    # a checkout has it among its tools
    beside = Path(__file__).resolve().parents[4] / "tools" / NAME
    if beside.is_file():
        return beside.read_bytes()
    raise TanluError("TL739", value=NAME)
