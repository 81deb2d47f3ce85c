"""By which rules a ledger is summed: one profile, one basis, never several at once."""

from __future__ import annotations

from typing import NamedTuple

from tanlu.factors import profile as ruled
from tanlu.report.overview import grounds
from tanlu.serve.resources.asking.look import Look

__all__ = ["Rules", "held", "rules_of"]

USUAL = "iso14083"
KEPT = 256
_HELD: dict[str, tuple[tuple[str, str], ...]] = {}


class Rules(NamedTuple):
    """Profile and basis of a sum; None where the ledger leaves no choice or must refuse it."""

    profile: str | None
    basis: str | None


def held(look: Look) -> tuple[tuple[str, str], ...]:
    """Give the profiles and bases that a ledger holds at a version; they are looked up once."""
    key = look.head
    if key not in _HELD:
        while len(_HELD) >= KEPT:
            _HELD.pop(next(iter(_HELD)), None)
        _HELD[key] = grounds(look.workspace, as_of=look.version)
    return _HELD[key]


def rules_of(look: Look, profile: str | None, basis: str | None) -> Rules:
    """Give the rules that are asked for, else those that `tanlu report` takes.

    Those are of transport where the ledger has them, else the only ones; electricity by its grid
    where the ledger has both: rows by market are never taken unasked.
    """
    there = held(look)
    names = sorted({name for name, _ in there})
    chosen = ruled(profile).name if profile else None
    if chosen is None:
        only = names[0] if len(names) == 1 else None
        chosen = USUAL if USUAL in names else only
    bases = {ground for name, ground in there if name == chosen}
    both = {"location", "market"} <= bases
    return Rules(chosen, basis or ("location" if both else None))
