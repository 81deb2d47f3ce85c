"""Formats of a workspace: one number, and the way from each to the next."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.ledger.files import replace, writing
from tanlu.store.ledger.lock import WriterLock
from tanlu.store.ledger.manifest import read_line, seal_line
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["FORMAT", "about_workspace", "secret_hash", "upgrade"]

FORMAT = 1
WAIT_S = 10.0
# format -> what turns a workspace of that format into the next one; format 1 is the first
STEPS: dict[int, Callable[[Path], None]] = {}


def secret_hash(secret: bytes) -> str:
    """Give what ``workspace.json`` says of the secret, so that another one is noticed."""
    return sha256(b"tanlu/secret/v1\n" + secret).hexdigest()


def about_workspace(path: Path) -> dict[str, Any]:
    """Give the content of ``workspace.json`` of today's format.

    Raises
    ------
    TanluError
        TL606 for an older or a newer format, TL603 when it is not what was written.
    """
    about = _read(path)
    if about.get("format") != FORMAT:
        raise TanluError("TL606", value=path, found=about.get("format"), wanted=FORMAT)
    if read_line((path / "workspace.json").read_bytes()) is None:
        why = "it is not what was written"
        raise TanluError("TL603", value=path / "workspace.json", why=why)
    return about


def upgrade(path: Path) -> Iterator[Progress]:
    """Bring a workspace to today's format step by step; result ``{from, format}``.

    Raises
    ------
    TanluError
        TL601 when there is no workspace, TL606 when it is newer than this program or foreign,
        TL602 when another process writes.
    """
    if not (path / "workspace.json").exists():
        raise TanluError("TL601", value=path)
    began = _read(path).get("format")
    if began in STEPS:
        lock = WriterLock(path / "lock")
        lock.take(WAIT_S)
        broken = True
        try:
            yield from _steps(path)
            broken = False
        finally:
            lock.release(broken=broken)
    about_workspace(path)
    result = {"from": began, "format": FORMAT}
    yield Progress("upgrade", FORMAT, FORMAT, unit="formats", result=result)


def _steps(path: Path) -> Iterator[Progress]:
    about = _read(path)
    while about["format"] in STEPS:
        STEPS[about["format"]](path)
        # a step may have written it anew
        about = {**_read(path), "format": about["format"] + 1}
        about.pop("line", None)
        with writing(path):
            replace(path / "workspace.json", seal_line(about))
        yield Progress("upgrade", about["format"], FORMAT, unit="formats")


def _read(path: Path) -> dict[str, Any]:
    place = path / "workspace.json"
    try:
        about = json.loads(place.read_bytes())
    except ValueError as error:
        raise TanluError("TL603", value=place, why="it is not what was written") from error
    if not isinstance(about, dict):
        raise TanluError("TL603", value=place, why="it is not what was written")
    return about
