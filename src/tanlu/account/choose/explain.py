"""What each method says of the legs of a subject, and which one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account import rounds
from tanlu.account.choose.apply import Pins, candidates, laddered
from tanlu.account.choose.ladder import METHODS, TIERS
from tanlu.account.choose.training import LEAST_LEGS, LEAST_VEHICLES
from tanlu.account.legs import prepare
from tanlu.errors import TanluError, say

if TYPE_CHECKING:
    from tanlu.account.choose.card import Card
    from tanlu.factors import Library
    from tanlu.store import Workspace

__all__ = ["choose", "drives_of_ledger", "judged", "measured", "methods"]

ROAD = pl.col("kind") == "transport.road"
MILLION = 1_000_000


def measured(batch: pl.DataFrame, library: Library) -> pl.DataFrame:
    """Give the drives of a batch whose energy was measured, to learn from.

    Parameters
    ----------
    batch
        Schema ``activity``. A leg has its own ``energy_j``, or it alone is the round (or
        operation) of an energy activity.

    Returns
    -------
    DataFrame
        As ``drives`` gives them, by activity_id.
    """
    legs, energy, _ = _metered(batch, library)
    only = legs.filter(pl.len().over("_group") == 1).join(energy, on="_group", how="left")
    alone = legs.filter(pl.col("_group").is_null())
    both = pl.concat([
        alone, only.with_columns(pl.coalesce("energy_j", "_energy_j").alias("energy_j")),
    ], how="diagonal").filter(pl.col("energy_j").is_not_null()).unique("activity_id")  # fmt: skip
    return _made(both, None, library)[0].sort("activity_id")


def methods(batch: pl.DataFrame, card: Card | None, library: Library) -> pl.DataFrame:
    """Give the legs on the road of a batch with every method, as ``ladder`` gives them.

    ``round`` tells the round or operation whose measured total a leg shares: there the share is
    what is measured, and it holds, because a total is not taken apart into methods.
    """
    legs, energy, sums = _metered(batch, library)
    told = legs.join(energy, on="_group", how="left").join(sums, on="_group", how="left")
    share = pl.col("weight").cast(pl.Float64) / pl.col("_weight")
    own = (pl.col("_energy_j") * share).round().cast(pl.Int64)
    told = told.with_columns(pl.coalesce(own, "energy_j").alias("energy_j"))
    rows = _made(told, card, library)[1]
    group = told.select("activity_id", pl.col("_group").alias("round"))
    rows = rows.join(group, on="activity_id", how="left", maintain_order="left")
    shares = pl.col("round").is_not_null() & (pl.col("metered_j") > 0)
    return rows.with_columns(
        pl.when(shares).then(pl.lit("measured")).otherwise("chosen").alias("chosen"),
        pl.when(shares).then("metered_j").otherwise("measured_j").alias("measured_j"),
        pl.when(shares & pl.col("measured_why").is_in(["TL540", "TL541"])).then("measured_why")
        .when(~shares).then("measured_why").alias("measured_why"),
    )  # fmt: skip


def _metered(
    batch: pl.DataFrame, library: Library
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Give legs with ``_group`` and ``weight``, the energy of each group, and its weight."""
    from tanlu.account.legs.computing import WRITTEN, compute

    alone, groups, _ = rounds.apart(prepare.whole(batch))
    members = groups.members
    if members.height:
        members = members.rename({"group": "_group"}).drop("code")
    legs = pl.concat([alone, members], how="diagonal").with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("_group",) if not members.height
    )
    if not members.height:
        legs = legs.with_columns(pl.lit(None, pl.Int64).alias("weight"))
    shape = {"_group": pl.String, "_energy_j": pl.Int64}
    energy = pl.DataFrame(schema=shape)
    if groups.totals.height:
        made = compute(groups.totals, library, "iso14083", "AR6", kept=WRITTEN)
        energy = (
            pl.DataFrame([made.legs["share_key"].alias("_group"),
                          made.out["energy_used_j"].alias("_energy_j")])
            .group_by("_group").agg(pl.col("_energy_j").sum())
        )  # fmt: skip
    sums = legs.drop_nulls("_group").group_by("_group").agg(pl.col("weight").sum().alias("_weight"))
    return legs.filter(ROAD), energy, sums


def _made(
    legs: pl.DataFrame, card: Card | None, library: Library
) -> tuple[pl.DataFrame, pl.DataFrame]:
    from tanlu.account.legs.computing import WRITTEN, compute

    pins = Pins(library, "iso14083", "AR6")
    made = compute(prepare.whole(legs), *pins[:3], kept=WRITTEN)
    return candidates(made, pins).rows, laddered(made, card, pins).rows


def judged(batch: pl.DataFrame, card: Card | None, library: Library) -> pl.DataFrame:
    """Give the drives of legs that share nothing, to learn from; with a card all their methods."""
    drives, rows = _made(batch, card, library)
    return drives if card is None else rows


def drives_of_ledger(workspace: Workspace, library: Library) -> pl.DataFrame:
    """Give the drives of a ledger whose energy was measured, as ``measured``."""
    grouped = pl.col("round").is_not_null() | pl.col("operation").is_not_null()
    wanted = (ROAD & (pl.col("energy_j").is_not_null() | grouped)) | (rounds.METERED & grouped)
    batch = workspace.scan("activity").filter(wanted).collect(engine="streaming")
    return measured(batch, library)


def choose(
    workspace: Workspace, subject: str, *, card: Card | None, library: Library
) -> list[dict[str, Any]]:
    """Give for each leg on the road of a subject what every method says and which one holds.

    Parameters
    ----------
    subject
        ``type:value``, a shipment or an activity_id.
    card, library
        Those of the ledger.

    Returns
    -------
    list
        For each leg ``activity_id``, ``key`` (class and carrier), ``chosen``, ``round`` and
        ``methods``: name, tier, ``energy_j``, ``low_j``, ``high_j`` (whole), ``error_ppm``
        (expected absolute error over energy) and ``why`` it does not apply.

    Raises
    ------
    TanluError
        TL542 when the subject has no leg on the road.
    """
    asked = pl.any_horizontal(
        (pl.col(name) == subject).fill_null(value=False)
        for name in ("subject", "shipment", "activity_id")
    )
    found = workspace.scan("activity").filter(asked, ROAD).collect(engine="streaming")
    if not found.height:
        raise TanluError("TL542", value=subject)
    batch = pl.concat([found, _mates(workspace, found)]).unique("activity_id")
    rows = methods(batch, card, library)
    rows = rows.filter(pl.col("activity_id").is_in(found["activity_id"].implode()))
    return [_told(row, card) for row in rows.sort("activity_id").iter_rows(named=True)]


def _mates(workspace: Workspace, found: pl.DataFrame) -> pl.DataFrame:
    """Give all activities that share a round or an operation with these."""
    wanted = pl.lit(value=False)
    for name in ("round", "operation"):
        known = found[name].drop_nulls().unique()
        wanted = wanted | pl.col(name).is_in(known.implode()).fill_null(value=False)
    return workspace.scan("activity").filter(wanted).collect(engine="streaming")


def _told(row: dict[str, Any], card: Card | None) -> dict[str, Any]:
    return {
        "activity_id": row["activity_id"], "key": row["key"], "chosen": row["chosen"],
        "round": row["round"],
        "methods": [
            {
                "method": name, "tier": TIERS.get(name, "modelled"),
                "energy_j": row[f"{name}_j"], "low_j": row[f"{name}_low_j"],
                "high_j": row[f"{name}_high_j"], "error_ppm": row[f"{name}_error_ppm"],
                "why": _why(row, name, card),
            }
            for name in METHODS
        ],
    }  # fmt: skip


def _why(row: dict[str, Any], name: str, card: Card | None) -> str | None:
    """Give the reason of a row as a sentence, a refusal with both of its figures."""
    why: str | None = row[f"{name}_why"]
    if why is None or not why.startswith("TL5"):
        return why
    refused = {} if card is None else card.classes.get(row["key"], {}).get("refused") or {}
    learned, curve = (
        f"{refused[key] / 1e4:.1f} %" if key in refused else "?"
        for key in ("learned_mae_ppm", "class_mae_ppm")
    )
    values = {
        "TL536": refused.get("legs"), "TL537": row["key"],
        "TL540": f"{(row['metered_j'] or 0) / MILLION:g} MJ",
    }  # fmt: skip
    return say(
        why, value=values.get(why, row["activity_id"]), learned=learned, curve=curve,
        least=LEAST_LEGS, vehicles=LEAST_VEHICLES,
    )  # fmt: skip
