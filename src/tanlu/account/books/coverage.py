"""What of a ledger is quantified under which pins, read from the ledger's own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.account.market.books import MARKET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tanlu.store import Workspace

__all__ = ["ALONE", "GROUPS", "Coverage", "coverage"]

ALONE, GROUPS = "alone", "groups"


class Coverage(NamedTuple):
    """Rows of each part that are quantified, parts whose groups are, and what older pins made."""

    rows: dict[str, int]
    grouped: frozenset[str]
    stale: dict[str, tuple[tuple[str, str], ...]]

    def done(self, file: str) -> int:
        """Give how many rows of a part were quantified, from its first."""
        return self.rows.get(file, 0)


def coverage(workspace: Workspace, pins: dict[str, str]) -> Coverage:
    """Give what was quantified under these pins.

    Parameters
    ----------
    pins
        profile, gwp_set, spec (hash) and factors (hash): the same pins give the same micrograms.

    Returns
    -------
    Coverage
        ``rows`` by file of the activity part; ``grouped`` files whose rounds were shared out;
        ``stale`` (table, file) that other pins of the same profile made, by activity part.
    """
    rows: dict[str, int] = {}
    grouped: set[str] = set()
    stale: dict[str, list[tuple[str, str]]] = {}
    for source, line in _lines(workspace):
        if source["stage"] == MARKET:
            continue
        same = source["pins"] == pins
        if source["stage"] == ALONE and same:
            rows[source["part"]] = max(rows.get(source["part"], 0), source["rows"])
        elif source["stage"] == GROUPS and same:
            grouped |= set(line.get("inputs", ()))
        elif source["pins"]["profile"] == pins["profile"]:
            # what these pins made of it before was retracted then: going back is quantifying again
            rows.pop(source.get("part", ""), None)
            if source["stage"] == GROUPS:
                grouped.clear()
            made = [(each["table"], each["file"]) for each in line["parts"]]
            stale.setdefault(source.get("part", ""), []).extend(made)
    return Coverage(rows, frozenset(grouped), {key: tuple(files) for key, files in stale.items()})


def _lines(workspace: Workspace) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    for line in workspace.log("append"):
        source = line.get("source")
        if isinstance(source, dict) and source.get("by") == "quantify":
            yield source, line
