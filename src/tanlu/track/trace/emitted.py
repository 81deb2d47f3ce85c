"""Emissions of the legs: one profile and one basis, and what has none is told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tanlu.store.index import find
from tanlu.track.trace.telling import told
from tanlu.track.trace.traced import types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["emitted", "stages", "unquantified"]

USUAL = "iso14083"
COLUMNS = (
    "emission_id", "activity_id", "profile", "boundary", "basis", "stage", "share_key", "share_of",
    "method", "tier", "transport_kgm", "energy_j", "co2e_ug", "lower_ug", "upper_ug",
    "sigma_ln_ppm", "co2_bio_ug", "gas", "gwp_set", "factor_id", "factor_hash", "reasons",
    "assumptions",
)  # fmt: skip
ORDER = ("material", "production", "warehousing", "trunk", "delivery", "use", "returns", "disposal")


def emitted(
    workspace: Any, legs: pl.DataFrame, profile: str | None, basis: str, as_of: int
) -> tuple[pl.DataFrame, pl.DataFrame, str | None]:
    """Give the emissions of the legs by one profile and basis, which others there are, and which.

    Rows of basis ``none`` belong to either basis.
    """
    import polars as pl

    ids = legs["activity_id"].to_list()
    rows = find(workspace, "emission", {"activity_id": ids}, columns=COLUMNS, as_of=as_of,
                placed=True)  # fmt: skip
    available = (
        rows.lazy()
        .group_by("profile", "basis")
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .sort("profile", "basis")
        .cast(types("available"))  # type: ignore[arg-type]
        .collect()
    )
    held = Counter[str]()
    for name, _, count in available.iter_rows():
        held[name] += count
    usual = (
        USUAL if USUAL in held else min(held, key=lambda name: (-held[name], name), default=None)
    )
    chosen = profile or usual
    named = legs.lazy().select("activity_id", "number", "thing", "relation")
    wanted = rows.lazy().filter(
        pl.col("profile") == pl.lit(chosen, pl.String), pl.col("basis").is_in([basis, "none"])
    )
    found = (
        named.join(wanted, on="activity_id", how="inner", maintain_order="left_right")
        .sort("number", "share_key", "boundary", maintain_order=True)
        .collect()
    )
    return found, available, chosen


def stages(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the sum of each stage and boundary, apart for what is the subject's own."""
    import polars as pl

    order = {name: at for at, name in enumerate(ORDER)}
    return (
        rows.lazy()
        .group_by("relation", "stage", "boundary")
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("co2e_ug").sum())
        .with_columns(
            _at=pl.col("stage").replace_strict(order, default=len(order), return_dtype=pl.Int64)
        )
        .sort("relation", "_at", "stage", "boundary")
        .select(list(types("stages")))
        .collect()
    )


def unquantified(
    workspace: Any, legs: pl.DataFrame, rows: pl.DataFrame, as_of: int
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Give the legs with ``quantified`` (yes, shared, no) and a finding for each that is not.

    A total that was shared out has its rows at those who share it: that is no gap.
    """
    import polars as pl

    done = rows["activity_id"].unique().to_list()
    left = legs.filter(~pl.col("activity_id").is_in(done))["activity_id"].to_list()
    if not left:
        return legs.with_columns(quantified=pl.lit("yes")), []
    shared = find(workspace, "emission", {"share_of": left}, columns=("share_of",), as_of=as_of)
    out = shared["share_of"].unique().to_list()
    lone = [each for each in left if each not in set(out)]
    state = (
        pl.when(pl.col("activity_id").is_in(lone)).then(pl.lit("no"))
        .when(pl.col("activity_id").is_in(out)).then(pl.lit("shared"))
        .otherwise(pl.lit("yes"))
    )  # fmt: skip
    names = [f"activity:{each}" for each in lone]
    said = find(workspace, "finding", {"subject": names}, columns=("subject", "code"), as_of=as_of)
    codes = dict(said.iter_rows())
    values = [
        f"{each} ({codes[name]})" if name in codes else each
        for each, name in zip(lone, names, strict=True)
    ]
    return legs.with_columns(quantified=state), [told("TL434", names, "warning", values=values)]
