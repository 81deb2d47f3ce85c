"""Choose one of the meanings of a text, or say that it is ambiguous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.terms.place.circle import great_circle_m

if TYPE_CHECKING:
    import polars as pl

APART_M = 50_000  # farther apart, two places of one name are two places
ALONE = 10  # a place this many times as heavy as the next of its name is meant
SHOWN = 5
KEPT = ["code", "kind", "country", "region", "lat_e7", "lon_e7", "name", "name_zh"]


def chosen(found: pl.DataFrame, *, by_order: bool) -> pl.DataFrame:
    """Give one row for each ``row`` of meanings.

    Parameters
    ----------
    found
        Meanings as ``read`` gives them, with ``told`` = whether it is the meaning of a code.
    by_order
        Whether a code with several meanings means the first kind, as the caller gave an order.

    Returns
    -------
    DataFrame
        ``row``, the facts of the place, ``fault`` TL118 and ``near`` for an ambiguous one.
    """
    import polars as pl

    first = _first_kind(found, by_order=by_order)
    heavy = first.sort("row", "told", "weight", "code", descending=[False, True, True, False])
    best = heavy.unique(["row", "told"], keep="first", maintain_order=True)
    others = heavy.join(
        best.select("row", "told", "code", "country", "weight", "lat_e7", "lon_e7"),
        on=["row", "told"],
        suffix="_best",
        maintain_order="left",
    ).filter(
        pl.when(pl.col("told"))
        .then(pl.col("country") != pl.col("country_best"))
        .otherwise(_apart("_best"))
        .fill_null(value=True)
        & (pl.col("code") != pl.col("code_best"))
    )
    rivals = others.filter(pl.col("told") | (pl.col("weight") * ALONE > pl.col("weight_best")))
    split = _split(best).join(rivals, on="row", how="anti")
    unclear = pl.concat([rivals.select("row"), split.select("row")]).unique()
    shown = _shown(heavy.join(unclear, on="row", how="semi"))
    clear = best.join(unclear, on="row", how="anti")
    codes_first = clear.unique("row", keep="first", maintain_order=True)
    none = pl.lit(None, pl.String)
    return pl.concat(
        [codes_first.select("row", *KEPT, fault=none, near=none), shown], how="diagonal"
    )


def _first_kind(found: pl.DataFrame, *, by_order: bool) -> pl.DataFrame:
    """Keep the meanings of the first kind: of all names of a text, and of its codes if told.

    Within a kind the name of a place wins over what another is called besides (Rome and Lomé).
    A three letter code may be a country and an airport: in one country it is the country.
    """
    import polars as pl

    alone = pl.col("rank") == pl.col("rank").min().over("row", "told")
    one_country = pl.col("country").n_unique().over("row", "told") == 1
    both = pl.lit(value=False) if by_order else pl.col("told") & ~one_country
    kept = found.filter(alone | both)
    named = pl.col("alias") == pl.col("alias").min().over("row", "told", "rank")
    return kept.filter(named)


def _apart(suffix: str) -> pl.Expr:
    import polars as pl

    here = ["lat_e7", "lon_e7"]
    ends = [pl.col(name) for name in (*here, *(f"{name}{suffix}" for name in here))]
    return great_circle_m(*ends) > APART_M


def _split(best: pl.DataFrame) -> pl.DataFrame:
    """Give the rows whose code and whose name mean places that are apart."""
    import polars as pl

    codes, names = best.filter(pl.col("told")), best.filter(~pl.col("told"))
    return codes.join(names, on="row", suffix="_name", maintain_order="left").filter(
        (pl.col("country") != pl.col("country_name"))
        | (_apart("_name") & (pl.col("kind_name") != "country"))
    )


def _shown(meanings: pl.DataFrame) -> pl.DataFrame:
    """Give ``row``, ``fault`` and the meanings as ``near``: ``GN1886760 (Suzhou, CN-JS)``."""
    import polars as pl

    around = pl.coalesce("region", "country")
    words = pl.format("{} ({}, {})", "code", "name", around)
    return (
        meanings.group_by("row", maintain_order=True)
        .agg(near=words.unique(maintain_order=True).head(SHOWN).str.join("; "))
        .with_columns(fault=pl.lit("TL118"))
    )
