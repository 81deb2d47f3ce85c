"""What an edition pins, so that its numbers can be made again to the byte."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import VERSION
from tanlu.verify.edition.extent import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tanlu.verify.edition.extent import Extent

__all__ = ["FURTHER", "made_by", "named", "pins"]

MARKET = "market"
# a version is a number, a file has a slash
NAME = re.compile(r"[\w.+-]{1,64}")
# pins of a calculation that have no column of their own
FURTHER = ("assured", "card", "chains", "instruments", "rules")


def made_by(workspace: Any, profile: str, as_of: int | None = None) -> dict[str, str]:
    """Give the pins under which the emissions of a profile were made last, up to a version.

    Returns
    -------
    dict
        ``profile``, ``gwp_set``, ``spec``, ``factors``, ``chains``, ``rules`` and, where used,
        ``assured``, ``card`` and ``instruments`` (contracts by market), as the append lines keep
        them; empty where nothing was made.
    """
    found: dict[str, str] = {}
    for line in reversed(workspace.log("append")):
        source = line.get("source")
        late = as_of is not None and line["version"] > as_of
        made = isinstance(source, dict) and source.get("by") == "quantify" and not late
        if not made or source["pins"]["profile"] != profile:
            continue
        found = found or dict(source["pins"])
        if source["stage"] == MARKET:
            # contracts are settled after all rows by location, by the file of that time
            return found | {"instruments": source["instruments"]}
    return found


def named(workspace: Any, name: str) -> str:
    """Give the name of a new edition if it may have it.

    Raises
    ------
    TanluError
        TL609 when the name is taken, TL645 for one that could be read as something else.
    """
    if name in workspace.editions()["edition"]:
        raise TanluError("TL609", value=name)
    if not NAME.fullmatch(name) or name.isdecimal():
        why = "a name has up to 64 letters, digits and . _ + -, and is not a number alone"
        raise TanluError("TL645", value=name[:64], why=why)
    return name


def pins(
    workspace: Any,
    name: str,
    extent: Extent,
    rows: pl.LazyFrame,
    *,
    version: int,
    reason: str | None = None,
) -> dict[str, Any]:
    """Give what an edition of this extent pins at a version, columns of schema ``edition``.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    name
        Of the edition.
    extent
        What is summed.
    rows
        What it counts at that version, columns ``COUNTED``.
    version
        Ledger version.
    reason
        Why it is published.

    Raises
    ------
    TanluError
        TL645 when nothing is counted, or the rows were made by other formulas than this version of
        Tanlu has.
    """
    import polars as pl

    from tanlu.account import spec

    made = made_by(workspace, extent.profile, version)
    count = int(rows.select(pl.len()).collect(engine="streaming").item())
    if not made or not count:
        why = f"nothing is quantified by {extent.profile} in this period and boundary"
        raise TanluError("TL645", value=name, why=why)
    if made["spec"] != spec().sha256:
        why = "it was quantified by other formulas than this version of Tanlu has"
        raise TanluError("TL645", value=name, why=why)
    parts = parts_of(rows)
    start, end = extent.span or (None, None)
    row = {
        "edition": name, "version": version, "zone": extent.zone, "period": extent.period,
        "period_start": start, "period_end": end, "boundary": extent.boundary,
        "profile": extent.profile, "basis": extent.basis, "gwp_set": made["gwp_set"],
        "spec_hash": made["spec"], "factors_hash": made["factors"], "code_version": VERSION,
        "pins": _text({key: made[key] for key in FURTHER if made.get(key)}),
        "co2e_ug": str(sum(parts.values())), "rows": count,
        "parts": _text({part: str(amount) for part, amount in parts.items()}),
        "report": extent.report, "language": extent.language, "reason": reason,
    }  # fmt: skip
    return {key: value for key, value in row.items() if value is not None}


def _text(content: Mapping[str, str]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
