"""The independent frame: what somebody else counted, from which omissions can be drawn.

A sample of what is reported never finds what is not. So a second one is drawn from a list that
the preparer did not make: kilometres of a telematics provider, purchases of fuel, the numbers of
waybills; or from rows of the ledger that came from another source.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.verify.assurance.streams import in_unit

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from tanlu.verify.assurance.engagement import FrameRule
    from tanlu.verify.assurance.streams import Population

__all__ = [
    "INSIDE",
    "SCALE",
    "Frame",
    "beside",
    "covered",
    "matched",
    "read_frame",
    "sheet",
    "uncovered",
]

# sizes are kept in millionths of the frame's unit, as integers
SCALE = 1_000_000
INSIDE = "ledger:"
MOST = 9_000_000_000_000


@dataclass(frozen=True, slots=True)
class Frame:
    """The list itself: ``units`` with ``id, size`` [1e-6 of unit], and the hash of its bytes."""

    units: pl.DataFrame
    unit: str
    sha256: str
    covers: tuple[str, ...]


def read_frame(rule: FrameRule, folder: Path, found: Population) -> Frame:
    """Give the frame that a rule names.

    Inside the ledger the identity is the subject of a row, else its shipment, consignment or own
    identity, or the column that the rule names; amounts of one identity are added up.

    Parameters
    ----------
    folder
        Where a relative path begins.
    found
        The population, for a frame inside the ledger.

    Raises
    ------
    TanluError
        TL757 for a list without such columns, with an amount that is no number or below zero, or
        an identity twice.
    """
    import polars as pl

    if rule.file.startswith(INSIDE):
        return _inside(rule, found)
    path = folder / rule.file
    cells = sheet(path)
    names = [name for name in cells.columns if name != "_line"]
    key, size = rule.id or names[0], rule.size or names[min(1, len(names) - 1)]
    for name in (key, size):
        if name not in names:
            raise TanluError("TL757", value=rule.file, why=f"{name}: {', '.join(names)}")
    rows = cells.select(pl.col(key).alias("id"), pl.col(size).alias("size"), "_line").filter(
        pl.col("id").is_not_null() | pl.col("size").is_not_null()
    )
    sizes = [_amount(value, rule.file, line) for value, line in rows.select("size", "_line").rows()]
    units = rows.select("id").with_columns(size=pl.Series(sizes, dtype=pl.Int64))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Frame(_once(units, rule.file), rule.unit or size, sha256, rule.covers)


def sheet(path: Path, code: str = "TL757") -> pl.DataFrame:
    """Give the cells of a CSV or XLSX file as columns of texts, with ``_line``.

    Raises
    ------
    TanluError
        TL301 and its like for a file that cannot be read; ``code`` for a broken line.
    """
    import polars as pl

    from tanlu.monitor import sniff
    from tanlu.monitor.read import bodies

    dialect = sniff(path)
    frames = []
    for body in bodies(path, dialect):
        if body.broken.height:
            line = body.broken["_line"][0]
            raise TanluError(code, value=path.name, why=f"line / 第 {line} 行")
        frames.append(body.rows)
    if not frames:
        raise TanluError(code, value=path.name, why="no rows / 无数据行")
    cells = pl.concat(frames)
    texts = [name for name in cells.columns if name != "_line"]
    return cells.with_columns(pl.col(texts).cast(pl.String).str.strip_chars().replace("", None))


def _amount(text: str | None, file: str, line: int) -> int:
    try:
        amount = Decimal((text or "").replace(" ", ""))
        if 0 <= amount <= MOST:
            return int((amount * SCALE).to_integral_value(ROUND_HALF_UP))
    except InvalidOperation:
        pass
    raise TanluError("TL757", value=file, why=f"line / 第 {line} 行: {text or '–'}")


def _once(units: pl.DataFrame, file: str) -> pl.DataFrame:
    import polars as pl

    twice = units.filter(pl.col("id").is_duplicated() | pl.col("id").is_null())
    if twice.height:
        raise TanluError("TL757", value=file, why=f"id {twice['id'][0] or '–'} × {twice.height}")
    if not units.filter(pl.col("size") > 0).height:
        raise TanluError("TL757", value=file, why="0")
    return units


def _inside(rule: FrameRule, found: Population) -> Frame:
    import polars as pl

    name = rule.file.removeprefix(INSIDE)
    rows = found.activities.filter(pl.col("source") == name, pl.col("reported").is_not_null())
    if not rows.height:
        known = ", ".join(sorted(found.activities["source"].unique())[:20])
        raise TanluError("TL757", value=rule.file, why=f"known / 已知: {known}")
    unit = rule.unit or str(rows["unit"].mode().sort()[0])
    rows = rows.filter(pl.col("unit") == unit)
    sizes = [_amount(text, name, 0) for text in rows["reported"]]
    key = pl.coalesce("subject", "shipment", "consignment", "id").alias("id")
    units = rows.select(rule.id or key).with_columns(size=pl.Series(sizes, dtype=pl.Int64))
    units = units.rename({units.columns[0]: "id"}).group_by("id").agg(pl.col("size").sum())
    said = "".join(f"{key},{size}\n" for key, size in units.sort("id").iter_rows())
    sha256 = hashlib.sha256(said.encode()).hexdigest()
    return Frame(_once(units, rule.file), unit, sha256, rule.covers)


def matched(ids: pl.Series, found: Population, unit: str) -> pl.DataFrame:
    """Propose what of the ledger belongs to each identity of a frame.

    An identity is sought among the activities, their subjects (``type:value``, or the value
    alone), shipments and consignments; what several rows report in the unit of the frame is
    added up. A person has the last word.

    Returns
    -------
    DataFrame
        ``id, found`` (identities of activities, joined by ``;``), ``reported`` (decimal text, null
        where nothing was found or nothing is told in that unit).
    """
    import polars as pl

    told = found.activities.join(found.units.select("id"), on="id", how="semi").select(
        "id", "subject", "shipment", "consignment", in_unit(unit).alias("reported")
    )
    value = pl.col("subject").str.split_exact(":", 1).struct.field("field_1")
    keys = pl.concat(
        [
            told.select(key.alias("key"), "id", "reported")
            for key in (
                pl.col("id"), pl.col("subject"), value, pl.col("shipment"), pl.col("consignment"),
            )
        ]
    )  # fmt: skip
    keys = keys.drop_nulls("key").unique()
    wanted = ids.rename("key").to_frame()
    pairs = wanted.join(keys, on="key", how="left", maintain_order="left")
    rows: dict[str, list[tuple[str, str | None]]] = {}
    for key, one, reported in pairs.iter_rows():
        rows.setdefault(key, [])
        if one is not None:
            rows[key].append((one, reported))
    return pl.DataFrame(
        [(key, *_together(each)) for key, each in rows.items()],
        schema={"id": pl.String, "found": pl.String, "reported": pl.String},
        orient="row",
    )


def _together(rows: list[tuple[str, str | None]]) -> tuple[str | None, str | None]:
    if not rows:
        return None, None
    names = ";".join(sorted(one for one, _ in rows))
    amounts = [Decimal(each) for _, each in rows if each is not None]
    if not amounts:
        return names, None
    return names, f"{sum(amounts, Decimal(0)).normalize():f}"


def beside(found: Population, rule: FrameRule | None) -> Population:
    """Give what is reported from other sources than that of a frame inside the ledger."""
    import polars as pl

    if rule is None or not rule.file.startswith(INSIDE):
        return found
    name = rule.file.removeprefix(INSIDE)
    other = pl.col("source") != name
    return replace(
        found, units=found.units.filter(other), activities=found.activities.filter(other)
    )


def covered(found: Population, covers: tuple[str, ...]) -> int:
    """Give the amount [ug] of the kinds that a frame is about."""
    import polars as pl

    return int(_about(found, covers)["co2e_ug"].cast(pl.Int128).sum() or 0)


def uncovered(found: Population, covers: tuple[str, ...]) -> int:
    """Give the amount without sign [ug] of the kinds that a frame is not about."""
    import polars as pl

    every, about = (
        int(rows["size"].cast(pl.Int128).sum() or 0)
        for rows in (found.units, _about(found, covers))
    )
    return every - about


def _about(found: Population, covers: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    kinds = [
        (pl.col("kind") == kind) | pl.col("kind").str.starts_with(f"{kind}.") for kind in covers
    ]
    return found.units.filter(pl.any_horizontal(kinds)) if kinds else found.units
