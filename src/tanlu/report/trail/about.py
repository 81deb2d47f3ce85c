"""What is recorded about a subject: its activities, its emissions, their sum, what is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.report.numbers import kilograms, plain
from tanlu.store.index import find, near, seek

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

__all__ = ["LEG", "TOLD", "about", "emitted", "grouped", "total", "unquantified"]

MOST = 500
NAMES = ("subject", "shipment", "consignment", "chain", "activity_id")
SUMMED = ("boundary", "factor_id", "factor_hash", "co2e_ug", "sigma_ln_ppm")
LEG = (
    "activity_id", "share_key", "share_of", "leg_no", "kind", "vehicle_class",
    "energy_carrier", "temperature_class", "method", "tier", "start", "end", "zone",
    "origin", "destination", "place", "mass_mg", "distance_m", "distance_type",
    "transport_kgm", "daf_ppm", "gwp_set", "factor_id", "factor_hash",
)  # fmt: skip
# what a leg, its sum and its place in the ledger are told from
TOLD = tuple(dict.fromkeys((*LEG, *SUMMED, "emission_id", "profile", "basis", "gas")))


def about(workspace: Any, subject: str, as_of: int | None) -> tuple[pl.DataFrame, int, pl.Expr]:
    """Give the first activities of a subject, how many there are, and what they have in common.

    A typed key is tried first, which opens the fewest parts. Where the index stands, the rows
    carry their place in the ledger too.

    Raises
    ------
    TanluError
        TL806 when nothing is recorded of the subject.
    """
    import polars as pl

    kind, typed, value = subject.partition(":")
    tries = [{"subject": [subject]}] if typed else []
    if typed and kind in NAMES:
        tries.append({kind: [value]})
    tries.append({name: [subject] for name in NAMES})
    for asked in tries:
        found = _sought(workspace, "activity", asked, as_of)
        if found.height:
            wanted = pl.any_horizontal(pl.col(name) == some[0] for name, some in asked.items())
            shown = found.head(MOST).sort("chain", "leg_no", "start", "activity_id")
            return shown, found.height, wanted
    raise TanluError("TL806", value=subject)


def _sought(
    workspace: Any,
    table: str,
    asked: Mapping[str, Sequence[str]],
    as_of: int | None,
    columns: Sequence[str] | None = None,
) -> pl.DataFrame:
    if near(workspace, table):
        return find(workspace, table, asked, columns=columns, as_of=as_of, placed=True)
    return seek(workspace, table, asked, columns=columns, as_of=as_of)


def emitted(
    workspace: Any,
    activities: pl.DataFrame,
    profile: str,
    as_of: int | None,
    columns: Sequence[str] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the emissions of activities in the order of their legs, and those by market apart.

    By location and by market are never summed. ``columns`` are those to give, with `TOLD` among
    them; all if not said.
    """
    import polars as pl

    asked = {"activity_id": activities["activity_id"].to_list()}
    rows = (
        _sought(workspace, "emission", asked, as_of, columns)
        .filter(pl.col("profile") == profile)
        .sort("leg_no", "activity_id", "share_key", "share_of", "boundary", nulls_last=False)
    )
    by_market = pl.col("basis") == "market"
    return rows.filter(~by_market), rows.filter(by_market)


def grouped(emissions: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """Give the rows of each leg together."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in emissions.iter_rows(named=True):
        key = (row["activity_id"], row["share_key"], row["share_of"], row["gas"])
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def total(
    workspace: Any,
    emissions: pl.DataFrame,
    profile: str,
    as_of: int | None,
    more: pl.Expr | None = None,
) -> dict[str, Any]:
    """Give the sum with its 95 % interval and its boundaries, in kg as decimal text.

    Parameters
    ----------
    emissions
        The rows that are shown.
    more
        What all rows have in common, where they are too many to be shown: they count the same.
    """
    import polars as pl

    from tanlu.account.uncertainty import combine

    if more is not None:
        rows = workspace.scan("emission", as_of=as_of).filter(
            more, pl.col("profile") == profile, pl.col("basis") != "market"
        )
        emissions = rows.select(SUMMED).collect(engine="streaming")
    whole, lower, upper, _ = (int(each or 0) for each in combine(emissions).row(0))
    parts = {
        boundary: int(amount)
        for boundary, amount in emissions.group_by("boundary")
        .agg(pl.col("co2e_ug").cast(pl.Int128).sum())
        .sort("boundary")
        .iter_rows()
    }
    return {
        "co2e_ug": str(whole),
        "co2e_kg": _kg(whole),
        "lower_kg": _kg(lower),
        "upper_kg": _kg(upper),
        **{f"{boundary}_kg": _kg(amount) for boundary, amount in parts.items()},
    }


def _kg(amount: int) -> str:
    return plain(kilograms(amount) or 0)  # type: ignore[arg-type]


def unquantified(
    workspace: Any, activities: pl.DataFrame, emissions: pl.DataFrame, as_of: int | None
) -> list[dict[str, Any]]:
    """Give the activities without emissions, each with the finding that says why."""
    done = set(emissions["activity_id"].to_list()) | _shared(workspace, activities, as_of)
    left = [each for each in activities["activity_id"].to_list() if each not in done]
    if not left:
        return []
    asked = {"subject": [f"activity:{each}" for each in left]}
    said = seek(workspace, "finding", asked, as_of=as_of)
    codes = dict(said.select("subject", "code").iter_rows())
    return [{"activity_id": each, "code": codes.get(f"activity:{each}")} for each in left]


def _shared(workspace: Any, activities: pl.DataFrame, as_of: int | None) -> set[str]:
    import polars as pl

    energy = activities.filter(~pl.col("kind").str.starts_with("transport."))["activity_id"]
    if energy.is_empty():
        return set()
    asked = {"share_of": energy.to_list()}
    rows = seek(workspace, "emission", asked, columns=["share_of"], as_of=as_of)
    return set(rows["share_of"].to_list())
