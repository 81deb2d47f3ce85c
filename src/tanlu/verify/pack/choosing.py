"""What goes into a pack: which parts, and by which factors, cards and decisions they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.store import Slice, needed
from tanlu.verify.pack.mounting import local

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


def choose(workspace: Workspace, span: tuple[int, int]) -> Chosen:
    """Give the parts that a period [us UTC, half-open] needs, and what they show.

    Raises
    ------
    TanluError
        TL741 when the period holds no emission, TL743 when a part cannot be read.
    """
    import polars as pl

    from tanlu.account.inputs import mates

    inside = pl.col("start").is_between(*span, closed="left").any()
    try:
        beside = mates(workspace, span)
        parts = needed(workspace, span, beside)
        cut = Slice(workspace.path, [part.file for part in parts], span, beside)
        some = cut.scan("emission", columns=["start"]).select(inside).collect().item()
    except pl.exceptions.PolarsError as error:
        why = str(error).split("\n", maxsplit=1)[0]
        raise TanluError("TL743", value=workspace.path, why=why) from error
    if not some:
        ends = (span[0], span[1] - 1)
        days = dict.fromkeys(local(each, workspace.zone)[:10] for each in ends)
        raise TanluError("TL741", value="/".join(days))
    return Chosen(parts, cut)


def grounds(
    workspace: Workspace, profiles: list[str], parts: list[PartEntry] | None = None
) -> Grounds:
    """Give what stands behind the emissions of these profiles, of some parts or all.

    Raises
    ------
    TanluError
        TL742 when they were not made by ``quantify``, or by other formulas than today's.
    """
    from tanlu.account import spec

    known = workspace.parts("emission") if parts is None else parts
    versions = {part.version for part in known if part.table == "emission"}
    made = [line for line in _made(workspace) if line["version"] in versions]
    for profile in profiles:
        lines = [line for line in made if line["source"]["pins"]["profile"] == profile]
        if not lines:
            raise TanluError("TL742", value=profile, why="no run of quantify made its emissions")
        if lines[-1]["source"]["pins"]["spec"] != spec().sha256:
            raise TanluError("TL742", value=profile, why="it was made by other formulas")
    packs: dict[str, dict[str, str]] = {}
    originals: set[str] = set()
    for line in made:
        pins = line["source"]["pins"]
        told = (pins.get("chains"), pins.get("card"), line["source"].get("instruments"))
        held = _held(workspace, line["version"])
        originals |= {name for name in told if name} | {each["original"] for each in held}
        packs |= {each["hash"]: each for each in held}
    named = sorted(packs.values(), key=lambda each: (each["pack_id"], each["semver"], each["hash"]))
    return Grounds(named, sorted(originals))


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
