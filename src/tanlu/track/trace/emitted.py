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
    held = Counter(zip(rows["profile"].to_list(), rows["basis"].to_list(), strict=True))
    known = [(*key, count) for key, count in sorted(held.items())]
    available = pl.DataFrame(known, schema=types("available"), orient="row")
    profiles = Counter[str]()
    for (name, _), count in held.items():
        profiles[name] += count
    usual = (
        USUAL
        if USUAL in profiles
        else min(profiles, key=lambda name: (-profiles[name], name), default=None)
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

    sums: dict[tuple[str, str | None, str], list[int]] = {}
    by = (rows[name].to_list() for name in ("relation", "stage", "boundary", "co2e_ug"))
    for relation, stage, boundary, amount in zip(*by, strict=True):
        one = sums.setdefault((relation, stage, boundary), [0, 0])
        one[0] += 1
        one[1] += amount
    rank = {name: at for at, name in enumerate(ORDER)}

    def order(key: tuple[str, str | None, str]) -> tuple[Any, ...]:
        relation, stage, boundary = key
        return relation, rank.get(stage or "", len(rank)), stage is not None, stage or "", boundary

    known = [(stage, relation, boundary, *sums[relation, stage, boundary])
             for relation, stage, boundary in sorted(sums, key=order)]  # fmt: skip
    return pl.DataFrame(known, schema=types("stages"), orient="row")


def unquantified(
    workspace: Any, legs: pl.DataFrame, rows: pl.DataFrame, as_of: int
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Give the legs with ``quantified`` (yes, shared, no) and a finding for each that is not.

    A total that was shared out has its rows at those who share it: that is no gap.
    """
    import polars as pl

    done = set(rows["activity_id"].to_list())
    left = [each for each in legs["activity_id"].to_list() if each not in done]
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
