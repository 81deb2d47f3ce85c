"""What goes into a pack: which parts, and by which factors, cards and decisions they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.store import Slice, needed

if TYPE_CHECKING:
    from tanlu.store import PartEntry, Workspace

__all__ = ["Chosen", "Grounds", "choose", "grounds"]


class Chosen(NamedTuple):
    """The parts of a pack, and the ledger as these parts show it for the period."""

    parts: list[PartEntry]
    slice: Slice


class Grounds(NamedTuple):
    """Factor packs as the ledger's lines name them, and hashes of originals that are needed."""

    factorsets: list[dict[str, str]]
    originals: list[str]
    spec: str


def choose(workspace: Workspace, span: tuple[int, int]) -> Chosen:
    """Give the parts that a period [us UTC, half-open] needs, and what they show.

    Raises
    ------
    TanluError
        TL741 when the period holds no emission.
    """
    import polars as pl

    from tanlu.account.inputs import mates

    beside = mates(workspace, span)
    parts = needed(workspace, span, beside)
    cut = Slice(workspace.path, [part.file for part in parts], span, beside)
    rows = cut.scan("emission", columns=["start"]).select(pl.len()).collect(engine="streaming")
    if not rows.item():
        raise TanluError("TL741", value=f"{span[0]}/{span[1]}")
    return Chosen(parts, cut)


def grounds(workspace: Workspace, profiles: list[str]) -> Grounds:
    """Give what stands behind the emissions of these profiles, as they were made last.

    Raises
    ------
    TanluError
        TL742 when they were not made by ``quantify``, or by other formulas than today's.
    """
    from tanlu.account import spec

    packs: dict[str, dict[str, str]] = {}
    originals: set[str] = set()
    for profile in profiles:
        lines = [line for line in _made(workspace) if line["source"]["pins"]["profile"] == profile]
        if not lines:
            raise TanluError("TL742", value=profile, why="no run of quantify made its emissions")
        pins = lines[-1]["source"]["pins"]
        if pins["spec"] != spec().sha256:
            raise TanluError("TL742", value=profile, why="it was made by other formulas")
        told = {name for name in (pins.get("chains"), pins.get("card")) if name}
        told |= {mark for line in lines if (mark := line["source"].get("instruments"))}
        held = _held(workspace, lines[-1]["version"])
        packs |= {each["pack_id"]: each for each in held}
        originals |= told | {each["original"] for each in held}
    return Grounds([packs[name] for name in sorted(packs)], sorted(originals), spec().sha256)


def _made(workspace: Workspace) -> list[dict[str, Any]]:
    return [
        line
        for line in workspace.log("append")
        if isinstance(line.get("source"), dict) and line["source"].get("by") == "quantify"
    ]


def _held(workspace: Workspace, version: int) -> list[dict[str, str]]:
    held: list[dict[str, str]] = []
    for line in workspace.log("packs"):
        if line["version"] <= version:
            held = line["packs"]
    return held
