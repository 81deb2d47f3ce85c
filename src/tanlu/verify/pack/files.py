"""The tables of ``calc/`` as they stand in the files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.verify.pack.columns import AMOUNTS, FROM, Calc

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tanlu.terms.spec import CalcSpec

__all__ = ["calc_of"]

CASE = (
    "spec", "profile", "gwp_set", "method", "tier", "gas", "factor_id", "factor_hash", "reasons",
    "assumptions", "distance_type", "ttw_boundary", "ttw_basis", "wtt_boundary", "wtt_basis",
)  # fmt: skip


def calc_of(specs: Mapping[str, CalcSpec], files: Mapping[str, bytes]) -> Calc:
    """Give the tables of the three files, every column there and of its type.

    Raises
    ------
    TanluError
        TL721 for a file that is no such table, TL736 for more than one specification.
    """
    import polars as pl

    if len(specs) != 1:
        why = f"{len(specs)} specifications; this checker does one"
        raise TanluError("TL736", value="calc", why=why)
    spec = next(iter(specs.values()))

    types: dict[str, Any] = {"int64": pl.Int64, "float64": pl.Float64, "string": pl.String}
    wanted = {name: types[kind] for name, kind in spec.inputs}
    case = {"case": pl.Int64, **dict.fromkeys(CASE, pl.String)}
    case |= {name: kind for name, kind in wanted.items() if name not in (*AMOUNTS, *CASE)}
    leg = {"activity_id": pl.String, "share_key": pl.String, "case": pl.Int64, "from": pl.String}
    leg |= {name: wanted[name] for name in AMOUNTS}
    share = {"leg": pl.Int64, "activity_id": pl.String, "weight": pl.Int64}
    made = Calc(
        spec,
        _table(files["cases"], case, "calc/cases.csv"),
        _table(files["legs"], leg, "calc/legs.csv"),
        _table(files["shares"], share, "calc/shares.csv"),
    )
    _numbered(made)
    return made


def _table(data: bytes, types: dict[str, Any], where: str) -> pl.DataFrame:
    import polars as pl

    names = data.partition(b"\n")[0].decode("utf-8", "replace").split(",")
    strange = [name for name in names if name not in types]
    if strange or len(set(names)) != len(names):
        raise TanluError("TL721", value=where, why=f"columns {', '.join(strange or names)[:100]}")
    try:
        found = pl.read_csv(io.BytesIO(data), schema={name: types[name] for name in names})
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError) as error:
        why = str(error).split("\n", maxsplit=1)[0][:200]
        raise TanluError("TL721", value=where, why=why) from error
    for name, kind in types.items():
        if kind == pl.Float64 and name in names and not found[name].is_finite().all():
            raise TanluError("TL721", value=where, why=f"{name} has a value that is no number")
    absent = [pl.lit(None, kind).alias(name) for name, kind in types.items() if name not in names]
    return found.with_columns(absent).select(list(types))


def _numbered(calc: Calc) -> None:
    """Refuse numbers that name no line, and words and weights that mean nothing."""
    import polars as pl

    own = pl.int_range(calc.cases.height, dtype=pl.Int64, eager=True)
    if not calc.cases["case"].eq_missing(own).all():
        raise TanluError("TL721", value="calc/cases.csv", why="a case is not its number")
    if not calc.cases["spec"].eq_missing(calc.spec.name).all():
        raise TanluError("TL721", value="calc/cases.csv", why="no formulas of this name")
    if calc.legs["from"].null_count() or not calc.legs["from"].is_in(FROM).all():
        raise TanluError("TL721", value="calc/legs.csv", why="no such source of amounts")
    if calc.shares["weight"].null_count() or (calc.shares["weight"] < 0).any():
        raise TanluError("TL721", value="calc/shares.csv", why="a weight is none")
    for frame, column, most in ((calc.legs, "case", calc.cases), (calc.shares, "leg", calc.legs)):
        numbers = frame[column]
        if numbers.null_count() or not numbers.is_between(0, most.height, closed="left").all():
            where = "legs" if column == "case" else "shares"
            raise TanluError(
                "TL721", value=f"calc/{where}.csv", why=f"a {column} that is not there"
            )
