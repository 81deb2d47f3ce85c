"""The sums behind a transport report: lazy group-bys on few-valued keys, wide, one pass each.

Rows of one activity come once a boundary and once a further substance; so emissions are summed over
all rows and mass or transport activity only over those without a substance of the boundary that
every activity has once: ``ttw``, of electricity in an inventory ``generation``, or ``wtw``. A leg
has that row once for each receipt of its round, so of those the first alone counts.
Sums run in 128 bits: 10^8 rows of a megatonne each still do not wrap.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "KEYS",
    "Tally",
    "beyond",
    "cut_by",
    "further",
    "of_receipts",
    "of_transport",
    "on_one_basis",
    "once",
    "one_sum",
    "tally",
    "unquantified",
    "within",
]

GASES = (
    "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug", "sf6_ug", "nf3_ug",
    "co2e_unsplit_ug",
)  # fmt: skip
# what `by` may name, and the column or expression behind it
KEYS = (
    "kind", "tier", "method", "vehicle_class", "energy_carrier", "temperature_class", "operator",
    "payer", "consignor", "consignee", "place", "origin", "destination", "round",
    "vehicle", "shipment", "consignment", "chain", "day", "month", "lane",
)  # fmt: skip
LABEL = "label:"
# what ties energy, a leak or a process to the carriage of goods
CARRIED = ("shipment", "consignment", "chain", "round", "vehicle")
# an activity has one of these, and its mass and distance count there
ONCE = ("ttw", "generation", "wtw")
# what names a receipt, and before it whose legs it is shared over
SHARED = ("round", "temperature_class", "share_key")
SLICE_ROWS = 2_000_000
TOP = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of the emissions of a period, each a small table.

    ``head``: one row of totals. ``kinds``: a row for each kind, tier, factor_id and assumptions,
    with ``weighed_ug``, Σ co2e · σ [µg, millionths].
    ``lanes``: origin, kind, destination. ``places``: place. ``days``: local day and kind.
    ``vehicles``: the largest. ``codes``: assumptions. ``factors``: factor_id. ``daf``: distances.
    """

    head: pl.DataFrame
    kinds: pl.DataFrame
    lanes: pl.DataFrame
    places: pl.DataFrame
    days: pl.DataFrame
    vehicles: pl.DataFrame
    codes: pl.DataFrame
    factors: pl.DataFrame
    daf: pl.DataFrame
    by: tuple[tuple[str, pl.DataFrame], ...]

    def codes_of_places(self) -> pl.Series:
        """Give every place of the tables, as it is written there."""
        import polars as pl

        columns = (self.lanes["origin"], self.lanes["destination"], self.places["place"])
        return pl.concat([each.alias("place") for each in columns])


def within(table: pl.LazyFrame, span: tuple[int, int] | None) -> pl.LazyFrame:
    """Give the rows that start in the period [µs UTC, half-open]; all without a period."""
    import polars as pl

    if span is None:
        return table
    return table.filter((pl.col("start") >= span[0]) & (pl.col("start") < span[1]))


def of_transport(table: pl.LazyFrame) -> pl.Expr:
    """Tell which rows are of transport chains: carriage, hubs, and what is tied to one of them.

    The meter of a building and the goods that are bought are not (ISO 14083:2023 5.2).
    """
    import polars as pl

    there = table.collect_schema().names()
    tied = [pl.col(name).is_not_null() for name in (*CARRIED, "share_of") if name in there]
    return pl.any_horizontal(pl.col("kind").str.contains(r"^(transport|hub)(\.|$)"), *tied)


def beyond(profile: str) -> pl.Expr:
    """Tell whether the kind of an activity is one that a profile does not account for."""
    import polars as pl

    from tanlu.factors import profile as ruled
    from tanlu.terms import kinds

    rules = ruled(profile)
    known = [name for name in kinds.kinds() if "." in name and rules.covered(name) is None]
    return pl.col("kind").is_in(known)


def one_sum(
    emissions: pl.LazyFrame, profile: str | None, basis: str | None
) -> tuple[pl.LazyFrame, str, str]:
    """Give the rows that may be summed, with their profile and basis.

    Rows of basis ``none`` know no basis and belong to either; location and market never meet in one
    activity: by market a row by location stands for what has no twin.

    Raises
    ------
    TanluError
        TL801 when the rows hold several profiles, or both bases, and none was chosen.
    """
    import polars as pl

    found = emissions.select("profile", "basis").unique().collect(engine="streaming")
    profiles = sorted(set(found["profile"].to_list()))
    if profile is None and len(profiles) > 1:
        raise TanluError("TL801", value=", ".join(profiles))
    chosen = profile or (profiles[0] if profiles else "iso14083")
    bases = sorted(set(found.filter(pl.col("profile") == chosen)["basis"].to_list()) - {"none"})
    if basis is None and len(bases) > 1:
        raise TanluError("TL801", value=", ".join(bases))
    ground = basis or (bases[0] if bases else "none")
    own = emissions.filter(pl.col("profile") == chosen)
    rows = own.filter(pl.col("basis").is_in([ground, "none"]))
    if ground == "market" and "location" in bases:
        rows = pl.concat([rows, _untwinned(own)])
    return rows, chosen, ground


def on_one_basis(lines: pl.DataFrame) -> pl.DataFrame:
    """Give the lines of an inventory, if their sum is legal.

    Raises
    ------
    TanluError
        TL801 when an activity stands in them by location and by market.
    """
    import polars as pl

    keys = [each for each in ("activity_id", "share_key", "boundary") if each in lines.columns]
    if "basis" in lines.columns:
        grounded = lines.filter(pl.col("basis") != "none")
        twice = grounded.group_by(keys).agg(pl.col("basis").n_unique().alias("_bases"))
        if (twice["_bases"] > 1).any():
            raise TanluError("TL801", value="location, market")
    return lines


def _untwinned(own: pl.LazyFrame) -> pl.LazyFrame:
    """Give the rows by location of what nobody settled by market: it was used all the same."""
    import polars as pl

    keys = ["activity_id", "share_key", "boundary"]
    market = own.filter(pl.col("basis") == "market").select(keys).unique()
    location = own.filter(pl.col("basis") == "location")
    return location.join(market, on=keys, how="anti", nulls_equal=True)


def of_receipts() -> tuple[pl.Expr, tuple[pl.Expr, ...]]:
    """Tell which rows are shares of receipts, and name whose legs each receipt is shared over.

    Of one round and one temperature class every receipt is shared over the same legs; see
    `tanlu.account.rounds`.
    """
    import polars as pl

    there = pl.col("share_of").is_not_null() & pl.col("boundary").is_in(ONCE)
    named = pl.col("gas").is_null() & pl.col("round").is_not_null()
    return there & named, tuple(map(pl.col, SHARED))


def once(rows: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.Expr]:
    """Give rows, and which of them tell an activity's mass, distance and that there is a leg.

    Parameters
    ----------
    rows
        Rows of schema ``emission`` of one profile and basis.
    """
    import polars as pl

    one = pl.col("boundary").is_in(ONCE) & pl.col("gas").is_null()
    shared, keys = of_receipts()
    found = rows.filter(shared).select(keys).unique().collect(engine="streaming")
    again = further(found)
    if again.is_empty():
        return rows, one
    told = again.lazy().with_columns(pl.lit(value=True).alias("_again"))
    joined = rows.join(told, on=list(SHARED), how="left", nulls_equal=True)
    return joined, one & ~(pl.col("_again").fill_null(value=False) & shared)


def further(shares: pl.DataFrame) -> pl.DataFrame:
    """Give the shares of all but the first receipt of each round and temperature class."""
    import polars as pl

    *of, receipt = SHARED
    # most rounds have one receipt: hashes tell them fast, and few are left to be compared
    told = shares.with_columns(
        pl.struct(of).hash().alias("_of"), pl.col(receipt).hash().alias("_receipt")
    )
    ends = told.group_by("_of").agg(
        pl.col("_receipt").min().alias("_least"), pl.col("_receipt").max().alias("_most")
    )
    several = ends.filter(pl.col("_least") != pl.col("_most"))
    few = told.join(several, on="_of", how="semi").drop("_of", "_receipt")
    first = few.group_by(of).agg(pl.col(receipt).min())
    return few.join(first, on=list(SHARED), how="anti", nulls_equal=True)


def _measured(emissions: pl.LazyFrame, single: pl.Expr) -> pl.LazyFrame:
    """Give the rows with what is summed beside them, so that every sum streams."""
    import polars as pl

    ttw = pl.col("boundary") == "ttw"
    return emissions.with_columns(
        pl.when(ttw).then("co2e_ug").alias("ttw_ug"),
        pl.when(single).then("transport_kgm").alias("transport_kgm"),
        pl.when(single).then("mass_mg").alias("mass_mg"),
        single.cast(pl.Int64).alias("legs"),
    )


def _sums() -> list[pl.Expr]:
    import polars as pl

    wide = ("co2e_ug", "ttw_ug", "transport_kgm", "mass_mg")
    return [*(pl.col(name).cast(pl.Int128).sum() for name in wide), pl.col("legs").sum()]


def tally(emissions: pl.LazyFrame, zone: str, by: tuple[str, ...] = ("kind",)) -> Tally:
    """Give all sums of a transport report.

    Parameters
    ----------
    emissions
        Rows of schema ``emission`` of one profile and basis.
    zone
        IANA zone in which days and months are cut.
    by
        Further keys of `KEYS`, or ``label:`` and the name of a label; each gets its own table.

    Raises
    ------
    TanluError
        TL803 for a key that a report cannot be cut by.
    """
    import polars as pl

    for key in by:
        if key not in KEYS and (key == LABEL or not key.startswith(LABEL)):
            raise TanluError("TL803", value=key, known=", ".join([*KEYS, f"{LABEL}…"]))
    no_mass = pl.col("mass_mg").is_null().sum().cast(pl.Int64).alias("no_mass")
    masses = emissions.select(no_mass)
    # a group-by streams, a list of what is unique would hold the whole column
    named = emissions.group_by("gwp_set", "boundary").agg(pl.len())
    emissions, single = once(emissions)
    emissions = _measured(emissions, single)
    sums = _sums()
    day = (
        pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone).dt.date()
    )  # fmt: skip
    dated = emissions.with_columns(
        day=day, month=day.dt.truncate("1mo"), lane=pl.col("origin") + " → " + pl.col("destination")
    )
    weight = pl.col("transport_kgm").cast(pl.Float64)
    queries = [
        emissions.select(*sums, *_gases(), *_identities()),
        emissions.group_by("kind", "tier", "factor_id", "assumptions").agg(
            *sums, (pl.col("co2e_ug").cast(pl.Int128) * pl.col("sigma_ln_ppm")).sum()
            .alias("weighed_ug"),
        ),
        emissions.group_by("origin", "kind", "destination").agg(*sums),
        emissions.group_by(pl.col("place").fill_null(pl.col("origin")).alias("place")).agg(*sums),
        dated.group_by("day", "kind").agg(*sums),
        emissions.filter(pl.col("vehicle").is_not_null()).group_by("vehicle", "kind").agg(*sums)
        .top_k(TOP, by="co2e_ug"),
        emissions.group_by("assumptions").agg(*sums),
        emissions.group_by("factor_id", "gwp_set").agg(*sums),
        emissions.filter(single & pl.col("distance_type").is_not_null())
        .group_by("kind", "distance_type")
        .agg(
            pl.col("transport_kgm").cast(pl.Int128).sum(),
            pl.len().cast(pl.Int64).alias("legs"),
            (pl.col("daf_ppm").min() / 1e6).alias("daf_min"),
            (pl.col("daf_ppm").max() / 1e6).alias("daf_max"),
            (_mean(pl.col("daf_ppm"), weight) / 1e6).alias("daf_mean"),
        ),
        *(
            dated.group_by(cut_by(key).alias(key)).agg(*sums).top_k(TOP * 10, by="co2e_ug")
            for key in by
        ),
    ]  # fmt: skip
    # one after the other: together they would hold their morsels at the same time
    tables = [query.collect(engine="streaming") for query in (masses, named, *queries)]
    unknown, sets, head, kinds, lanes, places, days, vehicles, codes, factors, daf, *more = tables
    head = head.hstack(unknown).with_columns(
        pl.lit(sets[name].unique().sort().implode()).alias(alias)
        for name, alias in (("gwp_set", "gwp_sets"), ("boundary", "boundaries"))
    )
    return Tally(
        head, kinds, lanes, places, days.sort("day", "kind"),
        vehicles.sort("co2e_ug", "vehicle", descending=[True, False]), _each_code(codes),
        factors.sort("co2e_ug", "factor_id", descending=[True, False]),
        daf.sort("kind", "distance_type"), tuple(zip(by, more, strict=True)),
    )  # fmt: skip


def cut_by(key: str) -> pl.Expr:
    """Give the expression behind a key: a column, or a label out of its JSON."""
    import polars as pl

    if not key.startswith(LABEL):
        return pl.col(key)
    name = json.dumps(key.removeprefix(LABEL), ensure_ascii=False)
    return pl.col("labels").str.json_path_match(f"$[{name}]")


def _mean(value: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """Give the weighted mean of what is known; a share of a measured total has no value."""
    return (value * weight).sum() / weight.filter(value.is_not_null()).sum()


def _gases() -> list[pl.Expr]:
    import polars as pl

    return [pl.col(gas).cast(pl.Int128).sum() for gas in GASES]


def _identities() -> list[pl.Expr]:
    import polars as pl

    return [
        pl.col("start").min().alias("first"),
        pl.col("end").max().alias("last"),
        pl.len().cast(pl.Int64).alias("rows"),
        (pl.col("boundary") == "wtt").sum().cast(pl.Int64).alias("wtt_rows"),
    ]


def _each_code(codes: pl.DataFrame) -> pl.DataFrame:
    """Give one row a code from rows of combined codes; a row with two codes counts in both."""
    import polars as pl

    return (
        codes.drop_nulls("assumptions")
        .with_columns(pl.col("assumptions").str.split(";").alias("code"))
        .explode("code")
        .with_columns(pl.col("code").str.strip_chars())
        .filter(pl.col("code") != "")
        .group_by("code")
        .agg(pl.col("co2e_ug", "legs").sum())
        .sort("co2e_ug", "code", descending=[True, False])
    )


def unquantified(activities: pl.LazyFrame, emissions: pl.LazyFrame) -> pl.DataFrame:
    """Give what has no emission: kind, activities, mass_mg, transport_kgm.

    An activity counts as quantified when a row is of it or is a share of it. The two tables are
    compared slice by slice of their common start, so memory does not grow with the ledger.
    """
    import polars as pl

    hour = 3_600_000_000
    histogram = (
        activities.group_by((pl.col("start") // hour).alias("hour"))
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .sort("hour")
        .collect(engine="streaming")
    )
    shared = (
        emissions.filter(pl.col("share_of").is_not_null()).select("share_of").unique()
        .collect(engine="streaming")["share_of"]
    )  # fmt: skip
    parts = [
        _without(activities, emissions, (low * hour, (high + 1) * hour), shared)
        for low, high in _slices(histogram)
    ]
    if not parts:
        parts = [_without(activities, emissions, (0, 1), shared)]
    return pl.concat(parts).group_by("kind").agg(pl.exclude("kind").sum()).sort("kind")


def _slices(histogram: pl.DataFrame) -> list[tuple[int, int]]:
    slices: list[tuple[int, int]] = []
    rows = 0
    for hour, count in histogram.iter_rows():
        if slices and rows + count <= SLICE_ROWS:
            slices[-1] = (slices[-1][0], hour)
            rows += count
        else:
            slices.append((hour, hour))
            rows = count
    return slices


def _without(
    activities: pl.LazyFrame, emissions: pl.LazyFrame, span: tuple[int, int], shared: pl.Series
) -> pl.DataFrame:
    import polars as pl

    done = within(emissions, span).select("activity_id").unique()
    kgm = pl.col("mass_mg").cast(pl.Float64) * pl.col("distance_m") / 1e6
    return (
        within(activities, span)
        .select("activity_id", "kind", "mass_mg", kgm.round().alias("kgm"))
        .join(done, on="activity_id", how="anti")
        .filter(~pl.col("activity_id").is_in(shared.implode()))
        .group_by("kind")
        .agg(
            pl.len().cast(pl.Int64).alias("activities"),
            pl.col("mass_mg").cast(pl.Int128).sum(),
            pl.col("kgm").sum().cast(pl.Int128).alias("transport_kgm"),
        )
        .collect(engine="streaming")
    )
