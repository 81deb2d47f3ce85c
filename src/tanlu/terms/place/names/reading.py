"""What a text can mean: the codes whose form it has, and the names whose key it has."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tanlu.terms.place.names.folding import folded
from tanlu.terms.place.names.keys import KINDS, by_code, by_name, facts

if TYPE_CHECKING:
    import polars as pl

# how a code of each form is written, in any case
FORMS = {
    "iso": r"^[A-Za-z]{2,3}$",
    "region": r"^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$",
    "locode": r"^[A-Za-z]{2}[ -]?[A-Za-z2-9]{3}$",
    "iata": r"^[A-Za-z]{3}$",
    "icao": r"^[A-Za-z]{4}$",
    "city": r"^GN[0-9]+$",
}
# these can be nothing else
SURE = r"^([A-Z]{2}-[A-Z0-9]{1,3}|[A-Z]{2}[ -][A-Z2-9]{3}|GN[0-9]+)$"
CAPITALS = r"^[A-Z0-9 -]+$"


@cache
def meanings() -> pl.DataFrame:
    """Give ``key``, ``form`` (null for a name), ``alias`` and all facts of each meaning."""
    import polars as pl

    names = by_name().with_columns(form=pl.lit(None, pl.String))
    codes = by_code().with_columns(alias=pl.lit(value=False))
    keyed = pl.concat([codes, names.select(codes.columns)])
    return keyed.join(facts(), on=["kind", "code"]).with_columns(
        rank=pl.col("kind").replace_strict(list(KINDS), range(len(KINDS)), return_dtype=pl.Int8)
    )


def candidates(texts: pl.DataFrame, kinds: tuple[str, ...] | None) -> pl.DataFrame:
    """Give every meaning of each text.

    Parameters
    ----------
    texts
        ``text`` and any other columns, which are kept.
    kinds
        As of ``locate``; ``rank`` follows their order.
    """
    import polars as pl

    known = meanings()
    if kinds:
        order = pl.col("kind").replace_strict(
            list(kinds), range(len(kinds)), default=None, return_dtype=pl.Int8
        )
        known = known.with_columns(rank=order).filter(pl.col("rank").is_not_null())
    fits = [
        (pl.col("form") == form) & pl.col("text").str.contains(pattern)
        for form, pattern in FORMS.items()
    ]
    return (
        texts.with_columns(key=folded(pl.col("text")))
        .join(known, on="key", maintain_order="left")
        .filter(pl.col("form").is_null() | pl.any_horizontal(fits))
        .drop("key")
    )


def read(texts: pl.DataFrame, kinds: tuple[str, ...] | None) -> pl.DataFrame:
    """Give the meanings of whole texts (``row``, ``text``) that count.

    A text that can only be a code is one; a text in capitals may be both a code and a name; any
    other text is a code only where it is no name. Airports are rarely written by ICAO code, so a
    name wins over that.
    """
    import polars as pl

    found = candidates(texts, kinds)
    named = pl.col("form").is_null().any().over("row")
    sure = pl.col("text").str.contains(SURE)
    capitals = pl.col("text").str.contains(CAPITALS) & (pl.col("form") != "icao")
    hyphen = pl.col("text").str.contains("-", literal=True)
    region = ((pl.col("form") == "region") & hyphen).any().over("row")
    code = pl.col("form").is_not_null()
    kept = (
        pl.when(sure)
        .then(code & (~region | (pl.col("form") == "region")))
        .otherwise(~code | ~named | capitals)
    )
    return found.filter(kept.fill_null(value=False)).with_columns(told=code)
