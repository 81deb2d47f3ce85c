"""The lines of an inventory: each emission once, where it counts, and where it was taken out.

Every microgram of a profile is in one place: counted under a scope, or outside. A haul between two
entities of the group is scope 1 of the one and category 4 of the other; it is counted where it is
driven, and the other line is shown with the amount that was taken out of it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from tanlu.report.organisation.claims import claimed
from tanlu.report.organisation.scopes import INDIRECT, place
from tanlu.report.organisation.tree import decimal, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tanlu.report.organisation.boundary import Boundary, Exclusion
    from tanlu.report.organisation.tree import Standing

__all__ = ["ELIMINATED", "NEEDED", "UNASSIGNED", "lines", "market_lines"]

Basis = Literal["location", "market"]
UNASSIGNED, ELIMINATED = "TL811", "TL813"
ADDED = (
    "entity", "relation", "scope", "category", "iso_category", "clause", "share", "share_ppm",
    "counted_ug", "eliminated", "eliminated_ug", "outside_ug", "standing", "site",
)  # fmt: skip
WIDE = pl.Int128
# what decides where an emission counts, and what the sums of an inventory read beside it
ASKED = (
    "emission_id", "activity_id", "share_key", "profile", "basis", "boundary", "kind",
    "energy_carrier", "co2e_ug", "operator", "payer", "consignor", "consignee", "place", "subject",
    "labels",
)  # fmt: skip
NEEDED = (
    "emission_id", "activity_id", "share_key", "basis", "boundary", "kind", "energy_carrier",
    "place", "tier", "start", "end", "factor_id", "factor_hash", "sigma_ln_ppm", "gwp_set",
    "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug", "sf6_ug", "nf3_ug",
    "co2e_unsplit_ug", "gas", "gas_ug", "operator", "payer", "share_of", "assumptions", "method",
)  # fmt: skip


def lines(
    workspace: Any,
    boundary: Boundary,
    *,
    profile: str = "ghg_protocol",
    span: tuple[int, int] | None = None,
    basis: Basis = "location",
    as_of: int | None = None,
    columns: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Give the lines of an inventory.

    Parameters
    ----------
    workspace
        What ``tanlu.store.open_workspace`` gives.
    boundary
        What ``boundary`` gives.
    profile
        Whose emissions: ghg_protocol, cn_inventory, iso14083 ….
    span
        Start and end [µs UTC, half-open]; all time without one.
    basis
        ``market`` takes the market-based rows in place of the location-based ones where an
        activity has them. The two never stand in one frame, so its sum is always legal.
    as_of
        Ledger version; the newest without one.
    columns
        Of schema ``emission``, all by default: a large ledger fits better by those of `NEEDED`.

    Returns
    -------
    DataFrame
        Those columns of schema ``emission`` and ``entity``; ``relation`` (operates, pays, buys …);
        ``scope`` (1, 2, 3; 0 outside the inventory; null unassigned); ``category`` (1-15),
        ``iso_category`` (1-6), ``clause``; ``share`` (exact decimal text) and ``share_ppm``;
        ``counted_ug``; ``eliminated`` (code, else null) and ``eliminated_ug``; ``outside_ug``;
        ``standing``: counted, eliminated, excluded, outside, unassigned or avoided; ``site``. An
        emission has one line for each entity that it concerns; ordered by emission_id.

    Notes
    -----
    c₁ = round(E·s₁), c₂ = round((E − c₁)·s₂): whoever pays counts what the operator's owners do
    not, but before one who only holds a part of the operator; Σ counted + Σ outside = Σ E,
    exactly. A negative emission is no emission of the gross inventory: it stands apart as avoided
    (GHG Protocol Corporate Standard chapter 8).
    """
    rows = workspace.scan("emission", as_of=as_of).filter(pl.col("profile") == profile)
    if span is not None:
        rows = rows.filter((pl.col("start") >= span[0]) & (pl.col("start") < span[1]))
    own = list(columns or rows.collect_schema().names())
    if columns is not None:
        rows = rows.select(dict.fromkeys((*own, *ASKED)).keys())
    found = claimed(of_basis(rows, basis), boundary).collect(engine="streaming")
    whole = _placed(found, standings(boundary))
    parts = [_first(whole), _second(whole), _taken_out(whole), _rest(whole)]
    made = pl.concat([part.select(*own, *ADDED) for part in parts], how="vertical")
    made = _excluded(made, boundary.exclusions)
    return made.sort("emission_id", "standing", "entity", nulls_last=True)


def market_lines(
    workspace: Any,
    boundary: Boundary,
    *,
    profile: str = "ghg_protocol",
    span: tuple[int, int] | None = None,
    as_of: int | None = None,
    columns: Sequence[str] | None = None,
) -> pl.DataFrame | None:
    """Give the lines on the market basis; None where the ledger has no row of it."""
    made = lines(
        workspace, boundary, profile=profile, span=span, basis="market", as_of=as_of,
        columns=columns,
    )  # fmt: skip
    return made if (made["basis"] == "market").any() else None


def of_basis(rows: pl.LazyFrame, basis: Basis) -> pl.LazyFrame:
    """Give the rows that one sum may hold: those without basis and those of this one.

    A market-based inventory keeps the location-based row of what has no market-based twin.
    """
    if basis == "location":
        return rows.filter(pl.col("basis") != "market")
    # a twin stands for the generation of an activity and share, not for its upstream
    market = rows.filter(pl.col("basis") == "market")
    keys = ["activity_id", "share_key", "boundary"]
    twins = market.select(keys).unique().with_columns(pl.lit(value=True).alias("_twin"))
    joined = rows.filter(pl.col("basis") != "market").join(
        twins, on=keys, how="left", nulls_equal=True
    )
    return pl.concat([joined.filter(pl.col("_twin").is_null()).drop("_twin"), market])


def _placed(rows: pl.DataFrame, stand: dict[str, Standing]) -> pl.DataFrame:
    """Give the rows with where each of their two claims stands, its share and amounts."""
    for claim in ("_one", "_two"):
        cases = rows.select(claim, f"{claim}_as", "kind", "energy_carrier", "boundary").unique()
        told = [_case(stand, case) for case in cases.iter_rows()]
        table = cases.with_columns(
            pl.Series(f"{claim}_{name}", [each[k] for each in told], dtype=dtype)
            for k, (name, dtype) in enumerate(FOUND)
        )
        rows = rows.join(table, on=cases.columns, how="left", nulls_equal=True)
    rows = _payer_first(rows)
    amount = pl.col("co2e_ug").cast(WIDE)
    rows = rows.with_columns(pl.when(amount > 0).then(amount).otherwise(0).alias("_gross"))
    rows = rows.with_columns(_part("_gross", "_one").alias("_c1"))
    rows = rows.with_columns((pl.col("_gross") - pl.col("_c1")).alias("_left"))
    return rows.with_columns(
        _part("_left", "_two").alias("_c2"), _part("_gross", "_two").alias("_full")
    )


def _payer_first(rows: pl.DataFrame) -> pl.DataFrame:
    """Let a payer of the group count before what the group only owns: category 4 before 15.

    A haul that an associate drives and the group pays is a service bought, whole; only what is
    left of it is the associate's. What is leased in stays category 8 whoever pays its bills.
    """
    names = [name.removeprefix("_one") for name in rows.columns if name.startswith("_one")]
    owned = pl.col("_one_relation").is_in([each for each in INDIRECT if each != "lease_in"])
    swap = (owned & pl.col("_two_scope").is_not_null()).fill_null(value=False)
    return rows.with_columns(
        pl.when(swap).then(f"{other}{name}").otherwise(f"{claim}{name}").alias(f"{claim}{name}")
        for claim, other in (("_one", "_two"), ("_two", "_one"))
        for name in names
    )


FOUND = (
    ("relation", pl.String), ("scope", pl.Int64), ("category", pl.Int64), ("iso", pl.Int64),
    ("clause", pl.String), ("share", pl.String), ("ppm", pl.Int64), ("num", WIDE), ("den", WIDE),
)  # fmt: skip
NOTHING = (None, None, None, None, None, None, None, 0, 1)


def _case(stand: dict[str, Standing], case: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give relation, place and share of a claim; nothing where it does not count."""
    entity, role, kind, carrier, boundary = case
    if entity is None:
        return NOTHING
    found = stand[entity]
    if role != "operates" and found.relation != "operates":
        return NOTHING  # what others buy is not the group's
    relation = found.relation if role == "operates" else role
    where = place(relation, kind, carrier, boundary)
    if where is None or not found.share:
        return NOTHING
    share = found.share
    ppm = share * 1_000_000
    return (
        relation, where.scope, where.category, where.iso_category, where.clause, decimal(share),
        (ppm.numerator * 2 + ppm.denominator) // (2 * ppm.denominator),
        share.numerator, share.denominator,
    )  # fmt: skip


def _part(amount: str, claim: str) -> pl.Expr:
    """Give round(amount · share), half up; what is left falls to the other owners."""
    num, den = pl.col(f"{claim}_num"), pl.col(f"{claim}_den")
    return (pl.col(amount) * num * 2 + den) // (den * 2)


def _line(
    rows: pl.DataFrame, claim: str, standing: str | pl.Expr, **columns: pl.Expr
) -> pl.DataFrame:
    none = pl.lit(0, pl.Int64)
    made = {
        "entity": pl.col(claim),
        "relation": pl.col(f"{claim}_relation"),
        "scope": pl.col(f"{claim}_scope"),
        "category": pl.col(f"{claim}_category"),
        "iso_category": pl.col(f"{claim}_iso"),
        "clause": pl.col(f"{claim}_clause"),
        "share": pl.col(f"{claim}_share"),
        "share_ppm": pl.col(f"{claim}_ppm"),
        "counted_ug": none,
        "eliminated": pl.lit(None, pl.String),
        "eliminated_ug": none,
        "outside_ug": none,
        "standing": pl.lit(standing) if isinstance(standing, str) else standing,
        **columns,
    }
    return rows.with_columns(value.alias(name) for name, value in made.items())


def _first(rows: pl.DataFrame) -> pl.DataFrame:
    has = rows.filter(pl.col("_one_scope").is_not_null() & (pl.col("co2e_ug") >= 0))
    return _line(has, "_one", "counted", counted_ug=pl.col("_c1").cast(pl.Int64))


def _second(rows: pl.DataFrame) -> pl.DataFrame:
    """Give what the payer counts: all that the operator's owners do not."""
    shared = pl.col("_one_scope").is_not_null()
    has = rows.filter(
        pl.col("_two_scope").is_not_null()
        & (pl.col("co2e_ug") >= 0)
        & (~shared | (pl.col("_c2") > 0))
    )
    left = pl.col("_one_ppm").fill_null(0)
    shares = pl.when(shared).then(pl.col("_two_ppm") * (1_000_000 - left) // 1_000_000)
    return _line(
        has, "_two", "counted",
        counted_ug=pl.col("_c2").cast(pl.Int64),
        share_ppm=shares.otherwise("_two_ppm"),
        share=_remaining(has),
    )  # fmt: skip


def _remaining(rows: pl.DataFrame) -> pl.Expr:
    """Give s₂ · (1 − s₁) as decimal text for the few pairs of shares that occur."""
    pairs = rows.select("_one_share", "_two_share").unique()
    table = {
        f"{one or ''}|{two}": decimal((1 - Fraction(one or 0)) * Fraction(two))
        for one, two in pairs.iter_rows()
    }
    key = pl.concat_str(pl.col("_one_share").fill_null(""), pl.lit("|"), pl.col("_two_share"))
    if not table:
        return pl.lit(None, pl.String)
    return key.replace_strict(table, default=None, return_dtype=pl.String)


def _taken_out(rows: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col("_full") - pl.col("_c2")
    both = pl.col("_one_scope").is_not_null() & pl.col("_two_scope").is_not_null()
    return _line(
        rows.filter(both & (amount != 0)), "_two", "eliminated",
        eliminated=pl.lit(ELIMINATED), eliminated_ug=amount.cast(pl.Int64),
    )  # fmt: skip


def _rest(rows: pl.DataFrame) -> pl.DataFrame:
    """Give what no scope holds: other owners, parties outside, nobody known, what is avoided."""
    rest = pl.col("co2e_ug").cast(WIDE) - pl.col("_c1") - pl.col("_c2")
    none = pl.col("_one_scope").is_null() & pl.col("_two_scope").is_null()
    left = rows.filter((rest != 0) | none)
    known = pl.col("_known") | pl.col("_one").is_not_null() | pl.col("_two").is_not_null()
    avoided = pl.col("co2e_ug") < 0
    standing = (
        pl.when(avoided).then(pl.lit("avoided"))
        .when(known).then(pl.lit("outside")).otherwise(pl.lit("unassigned"))
    )  # fmt: skip
    code = (
        pl.when(~known & ~avoided).then(pl.lit(UNASSIGNED)).otherwise(pl.lit(None, pl.String))
    )  # fmt: skip
    null, zero = pl.lit(None, pl.Int64), pl.lit(0, pl.Int64)
    return _line(
        left, "_one", standing, entity=pl.coalesce("_one", "_two"),
        scope=pl.when(~known & ~avoided).then(null).otherwise(zero),
        category=null, iso_category=null, clause=pl.lit(None, pl.String),
        share=pl.lit(None, pl.String), share_ppm=null, eliminated=code,
        outside_ug=rest.cast(pl.Int64),
    )  # fmt: skip


def _excluded(made: pl.DataFrame, exclusions: Iterable[Exclusion]) -> pl.DataFrame:
    """Move what the boundary excludes out of the count; it stays in sight with its amount."""
    hit = pl.lit(value=False)
    for each in exclusions:
        one = pl.col("standing") == "counted"
        for name, value in (
            ("scope", each.scope), ("category", each.category), ("entity", each.entity)
        ):  # fmt: skip
            if value is not None:
                one &= pl.col(name) == value
        if each.kind is not None:
            kind = pl.col("kind")
            one &= (kind == each.kind) | kind.str.starts_with(f"{each.kind}.")
        hit |= one.fill_null(value=False)
    zero = pl.lit(0, pl.Int64)
    return made.with_columns(hit.alias("_hit")).with_columns(
        pl.when("_hit").then("counted_ug").otherwise("outside_ug").alias("outside_ug"),
        pl.when("_hit").then(pl.lit("excluded")).otherwise("standing").alias("standing"),
        pl.when("_hit").then(zero).otherwise("scope").alias("scope"),
        pl.when("_hit").then(zero).otherwise("counted_ug").alias("counted_ug"),
    ).drop("_hit")  # fmt: skip
