"""Settlement: a pinned pure function that both parties run; equal bytes settle, others dispute.

What others call a smart contract is here a formula that is data, terms that both signed, and
handovers that both signed. Nobody has to agree on a machine that runs it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.spec import load

if TYPE_CHECKING:
    import polars as pl

    from tanlu.terms.spec import CalcSpec

__all__ = ["Settled", "agreed_terms", "differing", "lines_of", "settle", "statement_of"]

RATES = (
    "drop_fen", "tkm_fen_per_1000", "damage_fen_per_item", "missing_fen_per_item",
    "late_fen_per_h", "free_us", "penalty_cap_ppm",
)  # fmt: skip
LINE = (
    "waybill",
    "items",
    "damaged",
    "missing",
    "late_us",
    "freight_fen",
    "penalty_fen",
    "owed_fen",
)
MAX_FILE_BYTES = 1 << 20


class Settled(NamedTuple):
    """Lines by waybill, their sum, and the hashes that make it one result.

    ``lines``: ``waybill, items, damaged, missing, late_us [us], freight_fen, penalty_fen,
    owed_fen [fen]``; ``owed_fen`` is their sum.
    """

    lines: pl.DataFrame
    owed_fen: int
    terms_sha256: str
    spec_sha256: str
    result_sha256: str


@cache
def spec() -> CalcSpec:
    """Give the formula of a settlement."""
    held = resources.files("tanlu.verify.handover").joinpath("settlement.json")
    return load(held.read_bytes())


def agreed_terms(path: str | Path) -> tuple[dict[str, int], str]:
    """Give the rates of a contract file and its SHA-256.

    Raises
    ------
    TanluError
        TL796 for a rate that is missing, or no whole number of at least 0.
    """
    file = Path(path)
    if not file.is_file() or file.stat().st_size > MAX_FILE_BYTES:
        raise TanluError("TL796", value=file.name, why="there is no such file of at most 1 MB")
    data = file.read_bytes()
    try:
        told = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TanluError("TL796", value=file.name, why=f"not TOML: {error}") from error
    rates = told.get("rates")
    if not isinstance(rates, dict):
        raise TanluError("TL796", value="rates", why="there is no such table")
    for name in RATES:
        value = rates.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
            raise TanluError("TL796", value=name, why="a whole number of at least 0")
    return {name: rates[name] for name in RATES}, sha256(data).hexdigest()


def settle(handovers: pl.DataFrame, rates: Mapping[str, int], terms_sha256: str) -> Settled:
    """Give what is owed for handovers that both sides signed and agreed.

    Parameters
    ----------
    handovers
        ``waybill, items, damaged, missing``, and where known ``mass_mg, distance_m, late_us``.
    rates, terms_sha256
        What `agreed_terms` gives.

    Raises
    ------
    TanluError
        TL796 when a waybill stands twice, or its amounts are too large to compute.
    """
    import polars as pl

    from tanlu.store.engine import run

    twice = handovers.filter(pl.col("waybill").is_duplicated())
    if twice.height:
        raise TanluError("TL796", value=twice["waybill"][0], why="the waybill stands twice")
    absent = [name for name in ("mass_mg", "distance_m", "late_us") if name not in handovers]
    whole = handovers.with_columns(
        *(pl.lit(None, pl.Int64).alias(name) for name in absent),
        *(pl.lit(value, pl.Int64).alias(name) for name, value in rates.items()),
    )
    lines = run(spec(), whole).select(LINE).sort("waybill")
    empty = lines.filter(pl.col("owed_fen").is_null())
    if empty.height:
        raise TanluError("TL796", value=empty["waybill"][0], why="its amounts are too large")
    result = sha256(lines.write_csv().encode()).hexdigest()
    owed = int(lines["owed_fen"].cast(pl.Int128).sum())
    return Settled(lines, owed, terms_sha256, spec().sha256, result)


def statement_of(settled: Settled, *, period: str) -> dict[str, Any]:
    """Give the payload by which a party says what came out."""
    return {
        "type": "tanlu/settlement/v1", "period": period, "lines": settled.lines.height,
        "owed_fen": settled.owed_fen, "terms": bytes.fromhex(settled.terms_sha256),
        "spec": bytes.fromhex(settled.spec_sha256),
        "result": bytes.fromhex(settled.result_sha256),
    }  # fmt: skip


def lines_of(path: str | Path) -> pl.DataFrame:
    """Give the lines that another party wrote, columns as `settle` gives them.

    Raises
    ------
    TanluError
        TL796 for a file that holds no such lines, or one waybill twice.
    """
    import polars as pl

    kinds = dict.fromkeys(LINE, pl.Int64) | {"waybill": pl.String}
    try:
        lines = pl.read_csv(path, schema_overrides=kinds, raise_if_empty=False).select(LINE)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TanluError("TL796", value=Path(path).name, why="it holds no such lines") from error
    # the same line twice differs from none of ours, and is owed twice
    if lines["waybill"].is_duplicated().any():
        raise TanluError("TL796", value=Path(path).name, why="a waybill stands twice")
    return lines


def differing(mine: pl.DataFrame, theirs: pl.DataFrame) -> dict[str, Any] | None:
    """Give the first line in which two settlements differ, by waybill; null when they agree."""
    import polars as pl

    both = mine.select(LINE).join(
        theirs.select(LINE), on="waybill", how="full", coalesce=True, suffix="_theirs"
    )
    unequal = [pl.col(name).ne_missing(pl.col(f"{name}_theirs")) for name in LINE[1:]]
    found = both.filter(pl.any_horizontal(unequal)).sort("waybill").head(1).to_dicts()
    if not found:
        return None
    row = found[0]
    name = next(name for name in LINE[1:] if row[name] != row[f"{name}_theirs"])
    return {
        "waybill": row["waybill"], "column": name, "mine": row[name],
        "theirs": row[f"{name}_theirs"],
    }  # fmt: skip
