"""Every step behind the emissions of an inventory, in columns: what the sheets are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.account import in_force, trace
from tanlu.factors.packs import library_of
from tanlu.report.workbook.market import MARKET, supplied
from tanlu.terms import Progress

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Steps", "steps"]

SLICE_ROWS = 200_000
BOUNDARIES = ("ttw", "wtt")
COUNTED = "counted"
PIECE = "+"  # between the total that is shared and the fuel of its blend
# what a leg brings to its formulas, in stored integer units
AMOUNTS = (
    "mass_mg", "distance_m", "energy_j", "volume_ml", "count", "teu_milli", "amount_fen",
    "load_ppm", "empty_ppm",
)  # fmt: skip
NAMES = (
    "kind", "vehicle_class", "energy_carrier", "temperature_class", "distance_type", "subject",
    "source_sha256", "source_sheet", "source_line",
)  # fmt: skip
STEPS = (
    "form", "adjusted_km", "daf_ppm", "payload_t", "empty", "quantity", "rate",
    "temperature_uplift", "split", "x", "mj_per_l", "mj_per_kg",
    "usd_per_fen",
)  # fmt: skip
RESOLVED = (
    "factor_id", "factor_hash", "gwp_set", "rate_empty", "rate_slope", "capacity_t",
    "load_default", "empty_default", "daf_default",
)  # fmt: skip
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o", "unsplit")


class Steps(NamedTuple):
    """What the sheets are made of.

    ``legs``: amounts and steps of each leg. ``rows``: emissions of legs quantified alone, and the
    totals that are shared out (``counts`` false). ``shares``: emissions that are shares of these.
    ``kept``: emissions that no step is known of here: they are printed, not recomputed.
    ``supplied``: electricity by market. ``lines``: what the inventory counts of each emission,
    one for each entity that it concerns.
    """

    legs: pl.DataFrame
    rows: pl.DataFrame
    shares: pl.DataFrame
    supplied: pl.DataFrame
    kept: pl.DataFrame
    lines: pl.DataFrame


def steps(
    workspace: Any, lines: pl.DataFrame, *, as_of: int | None = None
) -> Iterator[Progress | Steps]:
    """Repeat the calculation behind lines with every step kept; the last thing given is `Steps`.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    lines
        Emission rows, with ``entity``, ``scope``, ``category``, ``share``, ``counted_ug`` and
        ``standing`` where an inventory has them; an emission may have several lines.
    as_of
        Ledger version; the newest without one.
    """
    import polars as pl

    lines = _completed(lines)
    traced: list[pl.DataFrame] = []
    done = 0
    for batch in _batches(workspace, lines, as_of):
        done += batch.height
        for profile, gwp_set in lines.select("profile", "gwp_set").unique().sort(pl.all()).rows():
            traced.append(
                trace(
                    batch,
                    library=library_of(workspace, as_of=as_of, profile=profile),
                    profile=profile,
                    gwp_set=gwp_set,
                    chains=in_force(workspace, profile=profile, as_of=as_of),
                )
                .with_columns(pl.lit(profile).alias("profile"))
                .pipe(_used, lines)
            )
        yield Progress("trace", done, None)
    legs = pl.concat(traced, how="diagonal_relaxed") if traced else trace(_none(workspace))
    if "profile" not in legs.columns:
        legs = legs.with_columns(pl.lit(None, pl.String).alias("profile"))
    legs = legs.with_row_index("leg")
    made = _joined(legs, lines, _members(workspace, lines, as_of))
    bought = supplied(workspace, made.kept.filter(pl.col("method") == MARKET), as_of)
    rest = made.kept.join(bought, on="emission_id", how="anti")
    yield made._replace(supplied=bought, kept=rest)


def _completed(lines: pl.DataFrame) -> pl.DataFrame:
    """Give the lines with all columns of an inventory; a transport report counts every row."""
    import polars as pl

    usual = {
        "entity": pl.lit(None, pl.String),
        "scope": pl.lit(None, pl.Int64),
        "category": pl.lit(None, pl.Int64),
        "share": pl.lit("1"),
        "counted_ug": pl.col("co2e_ug"),
        "standing": pl.lit(COUNTED),
    }
    absent = [value.alias(name) for name, value in usual.items() if name not in lines.columns]
    return lines.with_columns(absent).sort("emission_id", "entity", "standing")


def _batches(workspace: Any, lines: pl.DataFrame, as_of: int | None) -> Iterator[pl.DataFrame]:
    """Give the activities behind the lines; a round or an operation is never cut."""
    import polars as pl

    ids = pl.concat([lines["activity_id"], lines["share_of"].drop_nulls()]).unique().to_frame()
    activities = workspace.scan("activity", as_of=as_of)
    grouped = pl.col("round").is_not_null() | pl.col("operation").is_not_null()
    asked = activities.join(ids.lazy(), on="activity_id", how="semi")
    keys = asked.filter(grouped).select("round", "operation").unique()
    named = keys.collect(engine="streaming")
    # a total stands in another row than its shares, under the same round or operation
    mates = [
        pl.col(name).is_in(named[name].drop_nulls().unique().implode()) for name in named.columns
    ]
    together = activities.filter(
        grouped, pl.any_horizontal(each.fill_null(value=False) for each in mates)
    ).collect(engine="streaming")
    if together.height:
        yield together
    rows = asked.filter(~grouped).collect(engine="streaming")
    for start in range(0, rows.height, SLICE_ROWS):
        yield rows.slice(start, SLICE_ROWS)


def _none(workspace: Any) -> pl.DataFrame:
    return workspace.scan("activity").head(0).collect()  # type: ignore[no-any-return]


def _used(legs: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Give the legs that a line is of or a share of, so that memory holds no others."""
    import polars as pl

    ids = pl.concat([lines["activity_id"], lines["share_of"].drop_nulls()]).unique()
    return legs.filter(pl.col("activity_id").is_in(ids.implode()))


def _members(workspace: Any, lines: pl.DataFrame, as_of: int | None) -> pl.DataFrame:
    """Give all shares of the totals that lines share in, those outside the period too."""
    import polars as pl

    totals = lines["share_of"].drop_nulls().unique()
    rules = lines.filter(pl.col("method") != MARKET).select("profile", "basis").unique()
    rows: pl.DataFrame = (
        workspace.scan("emission", as_of=as_of)
        .filter(pl.col("share_of").is_in(totals.implode()), pl.col("method") != MARKET)
        .join(rules.lazy(), on=["profile", "basis"], how="semi")
        .collect(engine="streaming")
    )
    return rows


def _joined(legs: pl.DataFrame, lines: pl.DataFrame, members: pl.DataFrame) -> Steps:
    import polars as pl

    stacked = _stacked(legs)
    key = ["profile", "activity_id", "share_key", "boundary"]
    emissions = lines.unique("emission_id", maintain_order=True)
    # a row by market has the energy of its twin and the rate of what was bought
    alone = emissions.filter(pl.col("share_of").is_null(), pl.col("method") != MARKET)
    rows = alone.join(stacked, on=key, how="inner", nulls_equal=True).with_columns(
        pl.lit(value=True).alias("counts")
    )
    totals = _totals(stacked, members)
    shares = _shares(totals, members, emissions)
    found = pl.concat([rows["emission_id"], shares["emission_id"]])
    kept = emissions.filter(~pl.col("emission_id").is_in(found.implode()))
    every = pl.concat([rows, totals], how="diagonal_relaxed").sort("counts", "emission_id")
    used = legs.filter(pl.col("leg").is_in(every["leg"].implode()))
    return Steps(used, every, shares, kept.head(0), kept, lines)


def _stacked(legs: pl.DataFrame) -> pl.DataFrame:
    """Give one row for each leg and boundary that its factor covers."""
    import polars as pl

    same = [*STEPS, *(name for name in RESOLVED if name != "gwp_set"), "mass_mg", "count"]
    parts = [
        legs.filter(pl.col(f"{end}_co2e_ug").is_not_null()).select(
            "leg", "profile", "activity_id", "share_key",
            pl.col(f"{end}_boundary").alias("boundary"),
            *(pl.col(name).alias(f"leg_{name}") for name in same),
            pl.col("gwp_set").alias("leg_gwp_set"),
            pl.col(f"{end}_co2e_g").alias("co2e_g"),
            *(pl.col(f"{end}_{gas}_g").alias(f"{gas}_g") for gas in GASES),
            pl.col(f"{end}_co2e_ug").alias("made_ug"),
        )
        for end in BOUNDARIES
    ]  # fmt: skip
    return pl.concat(parts)


def _totals(stacked: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Give the totals that members share, by the name that the shares call them."""
    import polars as pl

    piece = pl.col("share_key").str.splitn(PIECE, 2).struct.field("field_1")
    named = stacked.with_columns(
        pl.concat_str("activity_id", piece, separator=PIECE, ignore_nulls=True).alias("total_key")
    )
    wanted = members.select(
        "profile", "boundary", "basis", pl.col("share_key").alias("total_key"), "gwp_set"
    ).unique()
    return named.join(wanted, on=["profile", "boundary", "total_key"], how="inner").select(
        pl.concat_str("profile", "boundary", "basis", "total_key", separator="|").alias(
            "emission_id"
        ),
        pl.lit(value=False).alias("counts"),
        pl.col("made_ug").alias("co2e_ug"),
        pl.exclude("total_key", "share_key"),
    )


def _shares(totals: pl.DataFrame, members: pl.DataFrame, emissions: pl.DataFrame) -> pl.DataFrame:
    """Give the shares with total, weight, sum of weights and what rounding left over."""
    import polars as pl

    total = pl.concat_str("profile", "boundary", "basis", "share_key", separator="|")
    whole = totals.select(
        pl.col("emission_id").alias("total_id"), pl.col("co2e_ug").alias("total_ug")
    )
    weighed = (
        members.with_columns(total.alias("total_id"))
        .with_columns(_weight().alias("weight"))
        .join(whole, on="total_id", how="inner")
        .with_columns(pl.col("weight").cast(pl.Int128).sum().over("total_id").alias("weights"))
        .with_columns(
            (
                pl.col("co2e_ug").cast(pl.Int128) * pl.col("weights")
                - pl.col("total_ug").cast(pl.Int128) * pl.col("weight").cast(pl.Int128)
            ).alias("left")
        )
        .with_columns(
            (pl.col("left").cast(pl.Float64) / pl.col("weights").cast(pl.Float64)).alias("rest")
        )
    )
    # a share by another rule than this is not explained by it
    known = weighed.filter((pl.col("rest").abs() < 1).all().over("total_id"))
    inside = pl.col("emission_id").is_in(emissions["emission_id"].implode())
    return (
        known.select([*members.columns, "total_id", "total_ug", "weight", "weights", "rest"])
        .with_columns(inside.alias("counts"))
        .sort("total_id", "emission_id")
    )


def _weight() -> pl.Expr:
    """Give what a share was weighed by (ISO 14083:2023 annex G), from its own row."""
    import polars as pl

    def coded(code: str) -> pl.Expr:
        return pl.col("assumptions").str.contains(code, literal=True).fill_null(value=False)

    hubs = pl.col("kind").str.starts_with("hub.").all().over("total_id")
    masses = pl.col("mass_mg").is_not_null().all().over("total_id")
    kgm = (pl.col("mass_mg") / 1e6 * pl.col("distance_m") + 0.5).floor().cast(pl.Int64)
    return (
        pl.when(coded("A-ROUND-EVEN"))
        .then(1)
        .when(coded("A-ROUND-ITEMS"))
        .then("count")
        .when(coded("A-ROUND-MASS") | (hubs & masses))
        .then("mass_mg")
        .otherwise(kgm)
    )
