"""Formats of a workspace: one number, and the way from each to the next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.ledger.files import replace
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["FORMAT", "refuse_other_format", "upgrade"]

FORMAT = 1
# format -> what turns a workspace of that format into the next one; format 1 is the first
STEPS: dict[int, Callable[[Path], None]] = {}


def refuse_other_format(path: Path, about: dict[str, Any]) -> None:
    """Do nothing for today's format.

    Raises
    ------
    TanluError
        TL606 for an older or a newer one.
    """
    if about.get("format") != FORMAT:
        raise TanluError("TL606", value=path, found=about.get("format"), wanted=FORMAT)


def upgrade(path: Path) -> Iterator[Progress]:
    """Bring a workspace to today's format step by step; result ``{from, format}``.

    Raises
    ------
    TanluError
        TL601 when there is no workspace, TL606 when it is newer than this program.
    """
    place = path / "workspace.json"
    if not place.exists():
        raise TanluError("TL601", value=path)
    about = json.loads(place.read_bytes())
    began = about.get("format")
    while about["format"] in STEPS:
        STEPS[about["format"]](path)
        about["format"] += 1
        replace(place, json.dumps(about, sort_keys=True).encode() + b"\n")
        yield Progress("upgrade", about["format"], FORMAT, unit="formats")
    refuse_other_format(path, about)
    result = {"from": began, "format": FORMAT}
    yield Progress("upgrade", FORMAT, FORMAT, unit="formats", result=result)
