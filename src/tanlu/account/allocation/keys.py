"""By what a total may be shared: the keys, their order of preference, and the weights they give.

Physical relations come before money, and money before an even share (ISO 14044:2006 4.3.4.2); of
the physical ones transport activity comes first (ISO 14083:2023 clause 6). A group is shared by
one key that all of its members know, never by several.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.operations import EQUIVALENTS, PASSENGER_KG
from tanlu.errors import TanluError
from tanlu.terms.rules import table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FALLEN", "Key", "asked_key", "chosen", "key", "key_said", "keys", "weight"]

# what is used where nothing was asked for: hubs by mass, rounds by these in turn
USUAL = ("mass_distance", "item", "mass", "even")
# codes of the usual keys behind the first, and of a key that was asked for and could not be had
USUAL_CODES = {"item": "A-ROUND-ITEMS", "mass": "A-ROUND-MASS", "even": "A-ROUND-EVEN"}
FALLEN = "A-KEY-FELL"
PASSENGER_MG = PASSENGER_KG * 1_000_000


@dataclass(frozen=True, slots=True)
class Key:
    """A way to share: what it needs to know of each member, and who says that it may be used."""

    key: str
    order: int
    code: str
    needs: tuple[str, ...]
    en: str
    zh: str
    source: str


@cache
def keys() -> dict[str, Key]:
    """Give all keys by name, in the order of preference."""
    return {
        row["key"]: Key(
            row["key"], int(row["order"]), row["code"],
            tuple(filter(None, row["needs"].split(";"))), row["en"], row["zh"], row["source"],
        )
        for row in table("tanlu.account.allocation", "keys.csv")
    }  # fmt: skip


def key(name: str) -> Key:
    """Give a key by its name.

    Raises
    ------
    TanluError
        TL553 for a name that is none.
    """
    if name not in keys():
        raise TanluError("TL553", value=name, known=", ".join(keys()))
    return keys()[name]


def weight(name: str) -> pl.Expr:
    """Give the weight of a member under a key: int64, null where it does not know what is needed.

    Notes
    -----
    mass_distance is kg·m, teu_distance 0.001 TEU·m, volume_distance L·m, passenger_mass kg·m,
    passenger_equivalent tenths; products are rounded half up, as all amounts are.
    """
    key(name)
    metres = pl.col("distance_m")
    if name == "mass_distance":
        return _floor(pl.col("mass_mg") / 1e6 * metres)
    if name == "volume_distance":
        return _floor(pl.col("volume_ml") / 1e3 * metres)
    if name == "teu_distance":
        return (pl.col("teu_milli") * metres).cast(pl.Int64)
    if name == "passenger_mass":
        both = pl.col("mass_mg").fill_null(0) + pl.col("passengers").fill_null(0) * PASSENGER_MG
        some = pl.any_horizontal(pl.col("mass_mg", "passengers").is_not_null())
        return pl.when(some).then(_floor(both / 1e6 * metres))
    if name == "passenger_equivalent":
        tenths = pl.col("unit").replace_strict(EQUIVALENTS, default=None, return_dtype=pl.Int64)
        return tenths * pl.col("count")
    if name == "even":
        return pl.lit(1, pl.Int64)
    return pl.col(key(name).needs[0]).cast(pl.Int64)


def _floor(value: pl.Expr) -> pl.Expr:
    return (value + 0.5).floor().cast(pl.Int64)


def asked_key(told: Mapping[str, object]) -> pl.Expr:
    """Give the key that is asked for each ``group``: its own, else that of its sort, else none.

    Parameters
    ----------
    told
        Section ``[allocation]`` of a ``chain.toml``: ``key`` for all, and by name under ``round``
        and ``operation``.
    """
    named = {
        f"{sort}:{name}": str(value)
        for sort in ("round", "operation")
        for name, value in dict(told.get(sort, {})).items()  # type: ignore[call-overload]
    }
    # energy of one temperature class is shared by the key of its group
    plain = pl.col("group").str.replace(r"\|(?:chilled|frozen)$", "")
    own = plain.replace_strict(named, default=None, return_dtype=pl.String)
    return pl.coalesce(own, pl.lit(told.get("key"), pl.String))


def chosen(members: pl.DataFrame, asked: pl.Expr | None = None) -> pl.DataFrame:
    """Give the members with a weight that all of a group can have, and why it is this one.

    Parameters
    ----------
    members
        ``group``, ``kind`` and what keys need; absent columns are not known of anyone.
    asked
        The key that is asked for, by group; null for the usual one: hubs by mass, else mass times
        direct distance, else items, else mass, else one each.

    Returns
    -------
    DataFrame
        The members with ``weight`` (int64), ``key``, and ``code`` of an assumption or a decision,
        null for the first choice of the standard.

    Raises
    ------
    TanluError
        TL553 for a key that is none.
    """
    work = members.with_columns(
        (pl.lit(None, pl.String) if asked is None else asked).alias("_asked"),
        pl.col("kind").str.starts_with("hub.").all().over("group").alias("_hub"),
    )
    wanted = work["_asked"].drop_nulls().unique().sort().to_list()
    needed = list(dict.fromkeys([*USUAL, *(key(name).key for name in wanted)]))
    work = _known(work, needed)
    usual = reduce(
        lambda rest, name: pl.when(_whole(name)).then(pl.lit(name)).otherwise(rest),
        reversed(USUAL[:-1]), pl.lit(USUAL[-1]),
    )  # fmt: skip
    usual = pl.when(pl.col("_hub") & _whole("mass")).then(pl.lit("mass")).otherwise(usual)
    told = [
        pl.when((pl.col("_asked") == name) & _whole(name)).then(pl.lit(name)) for name in wanted
    ]
    work = work.with_columns(usual.alias("_usual")).with_columns(
        pl.coalesce(*told, "_usual").alias("key")
    )
    picked = pl.coalesce(pl.when(pl.col("key") == name).then(f"_weight_{name}") for name in needed)
    return work.with_columns(picked.alias("weight"), _code().alias("code")).select(
        *members.columns, "weight", "key", "code"
    )


def key_said(assumptions: str = "assumptions") -> pl.Expr:
    """Give the key that the codes of a share tell; null for the first choice of the standard."""
    codes = {code: name for name, code in USUAL_CODES.items()}
    codes |= {each.code: each.key for each in keys().values() if each.code}
    # whole codes: A-KEY-MASS is no part of another one
    told = pl.col(assumptions).str.split(";")
    return pl.coalesce(
        pl.when(told.list.contains(code)).then(pl.lit(name)) for code, name in codes.items()
    )


def _known(members: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Give the members with the weight of each key beside them."""
    lacking = {
        column: pl.String if column == "unit" else pl.Int64
        for name in names for column in key(name).needs if column not in members.columns
    }  # fmt: skip
    whole = members.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking.items())
    made = whole.with_columns(weight(name).alias(f"_weight_{name}") for name in names)
    return made.drop(lacking)


def _whole(name: str) -> pl.Expr:
    """Tell whether all of a group have a weight under a key, and not all of them none."""
    each = pl.col(f"_weight_{name}")
    return ((each >= 0).fill_null(value=False).all() & (each.sum() > 0)).over("group")


def _code() -> pl.Expr:
    """Give why this key: the decision, what fell back, or the assumption of the usual one."""
    decided = {each.key: each.code for each in keys().values() if each.code}
    usual = pl.col("key").replace_strict(USUAL_CODES, default=None, return_dtype=pl.String)
    driven = pl.lit("A-ROUND-ACTUAL")
    actual = (pl.col("distance_type") == "actual").any().over("group")
    by_rule = (
        pl.when(pl.col("_hub") & (pl.col("key") == "mass"))
        .then(None)
        .when((pl.col("key") == "mass_distance") & actual)
        .then(driven)
        .otherwise(usual)
    )
    by_wish = pl.col("key").replace_strict(decided, default=None, return_dtype=pl.String)
    fell = pl.concat_str(by_rule, pl.lit(FALLEN), separator=";", ignore_nulls=True)
    return (
        pl.when(pl.col("_asked").is_null() | (pl.col("_asked") == pl.col("_usual")))
        .then(by_rule)
        .when(pl.col("_asked") == pl.col("key"))
        .then(by_wish)
        .otherwise(fell)
    )
