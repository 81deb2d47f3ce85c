"""The check of what others sent: every figure that can be done again is, from their own numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.share.exchange.ileap.checks.categories import category, energy
from tanlu.share.exchange.ileap.checks.chains import shipment
from tanlu.share.exchange.ileap.checks.elements import element, places
from tanlu.share.exchange.ileap.checks.envelopes import data_of, envelope, kind_of
from tanlu.share.exchange.ileap.checks.findings import Checked
from tanlu.share.exchange.ileap.checks.forms import form
from tanlu.share.exchange.ileap.tables import SCHEMAS

__all__ = ["check", "documents"]

MOST_BYTES = 64 << 20
UNREADABLE = "TL919"


def documents(file: Path) -> list[dict[str, Any]]:
    """Give the objects of a file: footprints, iLEAP objects, a list of them, or an answer's data.

    Raises
    ------
    TanluError
        TL919 for a file that is no JSON, is too large, or holds none.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise TanluError(UNREADABLE, value=file.name, why=f"more than {MOST_BYTES} bytes")
        held = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise TanluError(UNREADABLE, value=file.name, why=str(error)) from error
    told = held.get("data") if isinstance(held, dict) and "dataSchema" not in held else None
    rows = told if isinstance(told, list) else held if isinstance(held, list) else [held]
    found = [each for each in rows if isinstance(each, dict)]
    if not found:
        raise TanluError(UNREADABLE, value=file.name, why="neither a footprint nor a TAD is in it")
    return found


def check(held: list[dict[str, Any]], known: list[dict[str, Any]] | None = None) -> Checked:
    """Do all objects again, and tell what cannot be, what holds, and what could not be computed.

    Parameters
    ----------
    held
        ProductFootprints with iLEAP extensions, or iLEAP objects themselves.
    known
        Further objects that elements may name: TOCs and HOCs that came before.

    Returns
    -------
    Checked
        Findings TL910 to TL918.
    """
    found = Checked()
    operations = {
        f"{kind.lower()}:{body.get(f'{kind.lower()}Id')}": body
        for each in [*(known or ()), *held]
        for kind, body, _ in _objects(each, "")
        if kind in ("TOC", "HOC") and isinstance(body, Mapping)
    }
    for place, each in enumerate(held):
        name = str(each.get("id") or f"[{place}]")
        seen = False
        for kind, body, where in _objects(each, name):
            seen = True
            _done_again(found, kind, body, operations, where)
        if not seen:
            found.undone.append((name, "no iLEAP object is in it"))
        if "extensions" in each:
            envelope(found, each, operations, name)
    return found


def _objects(held: Mapping[str, Any], where: str) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    kind = data_of(held)
    if kind is not None:
        yield kind, held, where
        return
    extensions = held.get("extensions")
    for place, each in enumerate(extensions if isinstance(extensions, list) else ()):
        named = kind_of(each)
        if named in SCHEMAS:
            yield named, each.get("data"), f"{where}.extensions[{place}].data"


def _done_again(
    found: Checked,
    kind: str,
    body: Mapping[str, Any],
    operations: Mapping[str, Mapping[str, Any]],
    where: str,
) -> None:
    form(found, kind, body, where)
    if not isinstance(body, Mapping):
        return
    if kind == "ShipmentFootprint":
        shipment(found, body, operations, where)
    elif kind in ("TOC", "HOC"):
        category(found, body, where)
    elif kind == "TCE":
        element(found, body, operations, where)
    else:
        held = body.get("energyCarriers")
        mixed = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
        energy(found, mixed, where)
        places(found, body, where)
