"""By which rules a page sums: one profile and one basis, whatever else a ledger holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.report import Words as Said
from tanlu.report.overview import grounds
from tanlu.ui.frame.remembering import remembered

if TYPE_CHECKING:
    from tanlu.ui.frame.page import Context

__all__ = ["WTW", "Rules", "ruled", "rules_of", "tabs", "told"]

# whose sums of transport are from well to wheel
WTW = "iso14083"
# the rules of transport first, then those of organisations
USUAL = (WTW, "ghg_protocol")
BASES = ("location", "market", "none")


class Rules(NamedTuple):
    """Profile and basis of a sum, and the profiles that the ledger holds."""

    profile: str
    basis: str | None
    held: tuple[str, ...] = ()

    @property
    def sums(self) -> dict[str, Any]:
        """Name profile and basis as what sums them does."""
        return {"profile": self.profile, "basis": self.basis}


def told(context: Context) -> dict[str, str]:
    """Give what the address says of rules, so that the next page sums by the same."""
    asked = {name: context.query(name) for name in ("profile", "basis")}
    return {name: value for name, value in asked.items() if value}


def tabs(context: Context, by: Rules) -> list[tuple[str, str, bool]]:
    """Give a tab for each profile, where the ledger holds several."""
    said = Said(context.language)
    held = by.held if len(by.held) > 1 else ()
    return [
        (said.profile(name), context.here(profile=name, basis=None), name == by.profile)
        for name in held
    ]


def ruled(context: Context, usual: tuple[str, ...] = USUAL) -> Rules:
    """Give the rules that are asked for, else the usual ones that the ledger was made by.

    Electricity is by its grid where both bases are held: by market is never taken unasked.
    """
    return rules_of(
        context.asked.workspace, context.query("profile"), context.query("basis"), usual
    )


def rules_of(
    workspace: Any, profile: str = "", basis: str = "", usual: tuple[str, ...] = USUAL
) -> Rules:
    """Give the rules of a ledger; as `ruled`, for who asks without a page."""
    there = remembered(workspace, ("rules",), lambda: grounds(workspace), books=True)
    held = tuple(sorted({profile for profile, _ in there}))
    if profile not in held:
        profile = next((name for name in (*usual, *held) if name in held), usual[0])
    grid = "location" if (profile, "location") in there else None
    return Rules(profile, basis if basis in BASES else grid, held)
