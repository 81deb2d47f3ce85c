"""The figures of a product sheet: stages, contributions, quality, factors; decimal strings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.account import combine
from tanlu.account.doubt import ratings
from tanlu.account.lifecycle import STAGES, by_stage
from tanlu.errors import say
from tanlu.report import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tanlu.factors import Library

__all__ = ["findings_of", "kg", "quality", "rated", "sheet"]

SIX = tuple(stage for stage in STAGES if stage != "use")
FLOW = "#flow"
MOST = 200
# 1 best to 5; an assumption of ours where a line is not rated by who wrote it
PRECISION = {"primary": 1, "secondary": 3, "assumed": 5}


def kg(ug: int | None) -> str | None:
    """Give micrograms as kilograms in decimal text; null stays null."""
    return None if ug is None else numbers.plain(numbers.exact(int(ug), 9))


def _sum(column: pl.Series) -> int:
    import polars as pl

    return int(column.cast(pl.Int128).sum() or 0)


def _of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "co2e_kg": kg(row["co2e_ug"]), "lower_kg": kg(row["lower_ug"]),
        "upper_kg": kg(row["upper_ug"]),
    }  # fmt: skip


def sheet(rows: pl.DataFrame, excluded: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Give total, stages, contributions, gases and factors of the lines of a product.

    A stage without lines has null amounts: it is not zero.
    """
    import polars as pl

    whole = combine(rows).row(0, named=True)
    total = int(whole["co2e_ug"] or 0)
    sums = {name: _sum(rows[name]) for name in rows.columns if name.endswith("_ug")}
    flown = rows.filter(pl.col("kind").is_in(["transport.air", "travel.air"]))
    return {
        **_of({**whole, "co2e_ug": total}),
        "co2_bio_kg": kg(sums["co2_bio_ug"]),
        "luc_kg": kg(sums["luc_ug"]),
        "aircraft_kg": kg(_sum(flown["co2e_ug"])),
        "gases_kg": {
            name.removesuffix("_ug"): kg(value)
            for name, value in sums.items()
            if name not in ("co2e_ug", "luc_ug", "lower_ug", "upper_ug")
        },
        "gwp_sets": sorted(set(rows["gwp_set"].drop_nulls())),
        "stages": _stages(rows, total, excluded),
        "contributions": _contributions(rows, total),
        "quality": quality(rows),
        "factors": _factors(rows),
        "assumptions": _assumptions(rows),
        "lines": rows["line"].n_unique(),
    }


def _stages(
    rows: pl.DataFrame, total: int, excluded: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    import polars as pl

    found = {row["stage"]: row for row in by_stage(rows).iter_rows(named=True)}
    listed = []
    for stage in (*STAGES, "untold"):
        row = found.get(stage)
        if row is None and (stage == "untold" or (stage == "use" and stage not in excluded)):
            continue
        fact: dict[str, Any] = {"stage": stage, "excluded": dict(excluded.get(stage, {})) or None}
        if row is None:
            state = "excluded" if stage in excluded else "missing"
            listed.append(fact | {"state": state, "co2e_kg": None, "lower_kg": None,
                                  "upper_kg": None, "share_percent": None})  # fmt: skip
            continue
        told = pl.col("stage").is_in(STAGES).fill_null(value=False)
        mine = rows.filter(pl.col("stage") == stage if stage != "untold" else ~told)
        listed.append(
            fact | _of(row) | {
                "state": "untold" if stage == "untold" else "known",
                "share_percent": numbers.plain(numbers.share(int(row["co2e_ug"]), total)),
                **{k: v for k, v in quality(mine).items() if k == "primary_percent"},
            }
        )  # fmt: skip
    return listed


def _contributions(rows: pl.DataFrame, total: int) -> list[dict[str, Any]]:
    """Give what part comes from which process and line, largest first."""
    import polars as pl

    keys = ["process", "line", "stage", "kind"]
    summed = combine(rows, keys).with_columns(pl.col("co2e_ug").abs().alias("_size"))
    said = rows.group_by(keys).agg(
        pl.col("data").first(), pl.col("dqr").first(), pl.col("tier").first()
    )
    summed = summed.join(said, on=keys, how="left", nulls_equal=True)
    return [
        {key: row[key] for key in keys} | _of(row) | {
            "share_percent": numbers.plain(numbers.share(int(row["co2e_ug"]), total)),
            "data": row["data"], "tier": row["tier"],
            "dqr": None if row["dqr"] is None else f"{row['dqr']:.2f}",
        }
        for row in summed.sort(["_size", *keys], descending=[True] + [False] * len(keys))
        .head(MOST).iter_rows(named=True)
    ]  # fmt: skip


def rated(rows: pl.DataFrame, library: Library) -> pl.DataFrame:
    """Give the lines with a data quality rating: the one that is told, else that of the factor.

    The precision of an amount that nobody rated follows from what it is: ``PRECISION``.
    """
    import polars as pl

    precision = pl.col("data").replace_strict(PRECISION, default=None, return_dtype=pl.Int64)
    of_factor = ratings(rows.drop("dqr").with_columns(precision.alias("quality")), library)["dqr"]
    return rows.with_columns(pl.coalesce(pl.col("dqr"), of_factor).alias("dqr"))


def quality(rows: pl.DataFrame) -> dict[str, Any]:
    """Give the share of primary data and the data quality rating, weighted by contribution.

    Both weigh by |co2e|, so that a credit cannot push a share out of 0 to 100 (PACT 3.0 PDS; PEF
    DQR = Σ|c|·DQR / Σ|c|, over the lines that are rated).
    """
    import polars as pl

    size = pl.col("co2e_ug").cast(pl.Int128).abs()
    primary, rated, weighed, whole = rows.select(
        size.filter(pl.col("data") == "primary").sum().alias("primary"),
        size.filter(pl.col("dqr").is_not_null()).sum().alias("rated"),
        (size.cast(pl.Float64) * pl.col("dqr")).sum().alias("weighed"),
        size.sum().alias("whole"),
    ).row(0)
    return {
        "primary_percent": numbers.plain(numbers.share(int(primary or 0), int(whole or 0))),
        "dqr": f"{weighed / float(rated):.2f}" if rated else None,
        "dqr_coverage_percent": numbers.plain(numbers.share(int(rated or 0), int(whole or 0))),
    }


def _factors(rows: pl.DataFrame) -> list[dict[str, Any]]:
    import polars as pl

    used = rows.filter(~pl.col("factor_id").str.ends_with(FLOW))
    summed = used.group_by("factor_id", "gwp_set").agg(
        pl.col("co2e_ug").cast(pl.Int128).sum(), pl.col("co2e_ug").abs().sum().alias("_size")
    )
    return [
        {"factor_id": row["factor_id"], "gwp_set": row["gwp_set"], "co2e_kg": kg(row["co2e_ug"])}
        for row in summed.sort("_size", "factor_id", descending=[True, False]).iter_rows(named=True)
    ]


def _assumptions(rows: pl.DataFrame) -> list[dict[str, Any]]:
    import polars as pl

    codes = (
        rows.filter(pl.col("assumptions").is_not_null())
        .with_columns(pl.col("assumptions").str.split(";").alias("code"))
        .explode("code")
        .group_by("code")
        .agg(pl.col("co2e_ug").cast(pl.Int128).sum(), pl.col("line").n_unique().alias("lines"))
        .sort("code")
    )
    return [
        {"code": row["code"], "co2e_kg": kg(row["co2e_ug"]), "lines": row["lines"]}
        for row in codes.iter_rows(named=True)
    ]


def findings_of(found: pl.DataFrame, language: str) -> list[dict[str, Any]]:
    """Give findings with their sentences."""
    return [
        {
            "code": row["code"], "subject": row["subject"], "value": row["value"],
            "text": say(row["code"], language=language, value=row["value"] or row["subject"],
                        why=row["hint"] or "", unit="–", nearest=row["hint"] or "–"),
        }
        for row in found.sort("code", "finding_id").iter_rows(named=True)
    ]  # fmt: skip


def ratio(value: float | None, places: int = 2) -> str | None:
    """Give a pure number as decimal text; null stays null."""
    return None if value is None else numbers.plain(Decimal(f"{value:.{places}f}"))
