"""Which entity an emission concerns, and as what: who operates, pays, sends, buys or sells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.report.organisation.boundary import Boundary

__all__ = ["claimed"]

CARRIAGE = r"^(transport|hub)(\.|$)"
BOUGHT = r"^(packaging|goods|site|waste|travel)(\.|$)"
SOLD = r"^product(\.|$)"


def claimed(rows: pl.LazyFrame, boundary: Boundary) -> pl.LazyFrame:
    """Give the rows with ``_one, _one_as, _two, _two_as`` and ``site``: entities, what they are.

    The first is who operates, buys or sells; the second, of goods moved and energy used for
    another, who pays. Where neither is of the tree, the sender or receiver is the first: goods are
    moved for it though it does not pay (category 9, or 4 from a supplier). ``_known`` tells whether
    any party of the row is named in the boundary.

    Notes
    -----
    A site decides before an operator, so that a leased hub is an entity of its own; but not where
    the operator is named as outside, not for transport, whose place is only where it began, and not
    for what is bought, which is its buyer's wherever it is used.
    """
    operators = {name: each.id for each in boundary.entities for name in each.operators}
    sites = {name: each.id for each in boundary.entities for name in each.sites}
    strangers = list(boundary.outside)
    kind = pl.col("kind")
    carriage, bought = kind.str.contains(CARRIAGE), kind.str.contains(BOUGHT)
    sold, moved = kind.str.contains(SOLD), kind.str.starts_with("transport.")
    foreign = pl.col("operator").is_in(strangers).fill_null(value=False)
    operates = _entity(pl.col("operator"), operators)
    at = pl.when(~moved & ~foreign).then(_site(boundary.site_label, sites))
    pays = _entity(pl.col("payer"), operators)
    # a bill that names no operator is of the one who pays it
    bill = pl.when(pl.col("operator").is_null() & ~carriage).then(pays)
    runs = pl.coalesce(at, operates, bill)
    sends = _entity(pl.col("consignor"), operators)
    receives = _entity(pl.col("consignee"), operators)
    rows = rows.with_columns(
        runs.alias("_runs"), operates.alias("_operates"), pays.alias("_pays"),
        sends.alias("_sends"), receives.alias("_gets"),
        pl.any_horizontal(
            pl.col(name).is_in([*operators, *strangers]).fill_null(value=False)
            for name in ("operator", "payer", "consignor", "consignee")
        ).alias("_known"),
    )  # fmt: skip
    rows = rows.with_columns(_told(boundary.site_label, sites).alias("site"))
    none = pl.col("_runs").is_null() & pl.col("_pays").is_null()
    first = (
        pl.when(bought).then(pl.coalesce("_pays", "_operates", "_runs", "_gets"))
        .when(sold).then(pl.coalesce("_operates", "_runs", "_sends", "_pays"))
        .when(pl.col("_runs").is_not_null()).then("_runs")
        .when(none & carriage).then(pl.coalesce("_sends", "_gets"))
    )  # fmt: skip
    role = (
        pl.when(bought & _capital()).then(pl.lit("capitalises"))
        .when(bought).then(pl.lit("buys"))
        .when(sold).then(pl.lit("sells"))
        .when(pl.col("_runs").is_not_null()).then(pl.lit("operates"))
        .when(pl.col("_sends").is_not_null()).then(pl.lit("sends"))
        .otherwise(pl.lit("receives"))
    )  # fmt: skip
    second = pl.when(~bought & ~sold & pl.col("_pays").ne_missing(pl.col("_runs"))).then("_pays")
    return rows.with_columns(
        first.alias("_one"), role.alias("_one_as"), second.alias("_two"),
        pl.lit("pays").alias("_two_as"),
    ).drop("_runs", "_operates", "_pays", "_sends", "_gets")  # fmt: skip


def _capital() -> pl.Expr:
    """Tell what the books of its buyer hold as an asset, whatever its kind (category 2)."""
    said = pl.col("labels").str.json_path_match("$.capital") == "yes"
    return (said & pl.col("kind").str.starts_with("goods.")).fill_null(value=False)


def _entity(party: pl.Expr, names: Mapping[str, str]) -> pl.Expr:
    if not names:
        return pl.lit(None, pl.String)
    return party.replace_strict(dict(names), default=None, return_dtype=pl.String)


def _site(label: str, sites: Mapping[str, str]) -> pl.Expr:
    """Give the entity of a row's site: by its label, its subject ``site:…`` or its place."""
    return pl.coalesce(_entity(each, sites) for each in _names(label))


def _told(label: str, sites: Mapping[str, str]) -> pl.Expr:
    """Give the name of a row's site: the one that the boundary knows, else the first told."""
    names = _names(label)
    known = [pl.when(each.is_in(list(sites))).then(each) for each in names]
    return pl.coalesce(*known, *names)


def _names(label: str) -> tuple[pl.Expr, ...]:
    told = pl.col("labels").str.json_path_match(f'$["{label}"]')
    subject = pl.col("subject")
    named = pl.when(subject.str.starts_with("site:")).then(subject.str.strip_prefix("site:"))
    return told, named, pl.col("place")
