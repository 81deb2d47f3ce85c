"""Which model card a ledger uses: the one that it adopted, kept in it, until it adopts another."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tanlu.account.choose.card import Card, read_card
from tanlu.account.choose.drives import figures_hash, spec_hashes
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.store import Workspace

__all__ = ["adopt_card", "card_hash", "card_in_force", "card_of_ledger"]


def adopt_card(workspace: Workspace, card: Card | None, *, why: str) -> int:
    """Let a ledger use a card from now on, or none, and give the version of that entry.

    The card is kept among the originals of the ledger. What is quantified stands as it is until
    the next ``quantify``, which makes a new revision and tells the total that stood.
    """
    held = []
    if card is not None:
        original = workspace.originals.keep(card.canonical)
        held = [{"hash": card.sha256, "original": original}]
    return workspace.adopt(held, why=why, kind="cards")


def card_hash(workspace: Workspace, *, as_of: int | None = None) -> str | None:
    """Give the name of the card that a ledger uses, whether it can still be applied or not."""
    for line in reversed(workspace.log("cards")):
        if as_of is None or line["version"] <= as_of:
            return str(line["cards"][0]["hash"]) if line["cards"] else None
    return None


def card_of_ledger(workspace: Workspace, *, as_of: int | None = None) -> Card | None:
    """Give the card that a ledger uses; none where it adopted none.

    Parameters
    ----------
    as_of
        Ledger version; the newest without one.

    Raises
    ------
    TanluError
        TL607 when the card is not among the originals, TL538 when it is damaged, TL543 when it
        rests on other formulas than those of this edition of Tanlu.
    """
    held = card_hash(workspace, as_of=as_of)
    return _card(workspace, held) if held else None


def card_in_force(
    workspace: Workspace, *, profile: str = "iso14083", as_of: int | None = None
) -> Card | None:
    """Give the card by which the emissions of a profile were made last, none where without.

    Parameters
    ----------
    profile, as_of
        Of the emissions; ledger version, the newest without one.

    Raises
    ------
    TanluError
        As ``card_of_ledger``.
    """
    for line in reversed(workspace.log("append")):
        source = line.get("source")
        if as_of is not None and line["version"] > as_of:
            continue
        made = isinstance(source, dict) and source.get("by") == "quantify"
        if made and source["pins"]["profile"] == profile:
            pinned = source["pins"].get("card")
            return _card(workspace, pinned) if pinned else None
    return None


def _card(workspace: Workspace, wanted: str) -> Card:
    return _read(workspace.originals.get(wanted), wanted)


@lru_cache(maxsize=8)
def _read(path: Path, wanted: str) -> Card:
    card = read_card(path.read_bytes())
    if card.sha256 != wanted:
        raise TanluError("TL538", value=wanted, why="its content has another hash")
    rests = (card.content["spec"], card.content["figures"])
    if rests != (spec_hashes(), figures_hash()):
        # the same trees on other physics would be other joules
        raise TanluError("TL543", value=wanted[:12])
    return card
