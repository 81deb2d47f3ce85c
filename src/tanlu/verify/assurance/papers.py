"""Working papers: what a person takes along, fills in and brings back.

One row a unit, with what to look at. On the forward paper the column *evidence* is for the amount
that the documents show, in the unit of the row; on the reverse paper the column *reported* is for
what the ledger has of the unit, with a proposal where something was found. Amounts are exact
decimal texts; nothing that was printed is read back but what a person filled in.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.verify.assurance.frame import SCALE, beside, matched, sheet
from tanlu.verify.assurance.sampling.samples import FORWARD, REVERSE
from tanlu.verify.assurance.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from tanlu.verify.assurance.engagement import FrameRule
    from tanlu.verify.assurance.sampling.samples import Stratum, TwoSamples
    from tanlu.verify.assurance.streams import Population

__all__ = ["Filled", "papers", "read_paper", "side", "write_paper"]

Filled = dict[str, tuple[Decimal | None, str]]
AHEAD = ("id", "look", "kind", "start", "source", "line", "reported", "unit", "evidence", "remark")
BACK = ("id", "look", "counted", "unit", "reported", "remark")
# what a person writes where there is no evidence at all
NONE = {"none", "no", "-", "–", "无", "无证据", "缺失"}


def papers(
    both: TwoSamples,
    found: Population,
    rule: FrameRule | None,
    zone: str,
    language: str,
) -> dict[str, pl.DataFrame]:
    """Give the two papers, ``forward`` and ``reverse``, as tables of texts."""
    import polars as pl

    words = Words(language)
    ids = pl.concat([one.drawn.rows.select("id") for one in both.forward]).unique().sort("id")
    rows = ids.join(found.units, on="id", how="left", maintain_order="left").with_columns(
        look=pl.concat_str(
            pl.col("subject"),
            pl.lit(words("look.share") + " ") + pl.col("share_of"),
            separator="; ",
            ignore_nulls=True,
        ),
        start=pl.from_epoch("start", "us").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        .dt.strftime("%Y-%m-%d %H:%M"),
        line=pl.concat_str("sheet", pl.col("line").cast(pl.String), separator=":",
                           ignore_nulls=True),
        kind=pl.col("kind").replace({one: words.kind(one) for one in found.units["kind"].unique()}),
        evidence=pl.lit(None, pl.String),
        remark=pl.lit(None, pl.String),
    )  # fmt: skip
    made = {FORWARD: rows.select(AHEAD)}
    if both.reverse:
        made[REVERSE] = _backwards(both, found, rule, words)
    return made


def _backwards(
    both: TwoSamples, found: Population, rule: FrameRule | None, words: Words
) -> pl.DataFrame:
    import polars as pl

    rows = pl.concat([one.drawn.rows.select("id", "size") for one in both.reverse])
    rows = rows.unique("id").sort("id")
    unit = str(both.frame["unit"])
    proposed = matched(rows["id"], beside(found, rule), unit)
    sizes = [f"{(Decimal(size) / SCALE).normalize():f}" for size in rows["size"]]
    joined = rows.join(proposed, on="id", how="left", maintain_order="left")
    return joined.select(
        "id",
        pl.coalesce(pl.lit(words("look.found") + " ") + pl.col("found"),
                    pl.lit(words("look.nothing"))).alias("look"),
        pl.Series("counted", sizes, pl.String),
        pl.lit(unit).alias("unit"),
        "reported",
        pl.lit(None, pl.String).alias("remark"),
    ).select(BACK)  # fmt: skip


def write_paper(rows: pl.DataFrame, path: Path, language: str) -> None:
    """Write a paper as CSV (with a mark, so that a spreadsheet knows its encoding) or XLSX."""
    words = Words(language)
    named = rows.rename({name: words(f"paper.{name}") for name in rows.columns})
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".xlsx":
        named.write_excel(path, autofit=True)
        return
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(named.columns)
    writer.writerows(named.iter_rows())
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


def side(path: Path) -> str:
    """Tell which of the two a paper is, ``forward`` or ``reverse``, by its columns.

    Raises
    ------
    TanluError
        TL758 when it is neither.
    """
    names = _named(sheet(path, "TL758")).columns
    for name, column in ((REVERSE, "counted"), (FORWARD, "evidence")):
        if column in names:
            return name
    raise TanluError("TL758", value=path.name, why="evidence | counted")


def read_paper(path: Path, wanted: tuple[Stratum, ...], filled: str = "evidence") -> Filled:
    """Give what a person filled in: for each unit the amount, or None where there is none.

    Parameters
    ----------
    wanted
        The draws that the paper is of.
    filled
        Its column: ``evidence`` on a forward paper, ``reported`` on a reverse one.

    Raises
    ------
    TanluError
        TL758 for a row that is missing, unknown, told twice, not filled in or no number.
    """
    cells = _named(sheet(path, "TL758"))
    lost = {"id", filled} - set(cells.columns)
    if lost:
        raise TanluError("TL758", value=path.name, why=", ".join(sorted(lost)))
    asked = {one for stratum in wanted for one in stratum.drawn.rows["id"]}
    told: Filled = {}
    remarks = cells["remark"] if "remark" in cells.columns else [None] * cells.height
    for key, amount, remark in zip(cells["id"], cells[filled], remarks, strict=True):
        if key is None and amount is None:
            continue
        if key not in asked or key in told:
            raise TanluError("TL758", value=path.name, why=f"{key}: not drawn / 未抽中或重复")
        told[key] = (_amount(amount, key, path.name), remark or "")
    for key in sorted(asked - set(told)):
        raise TanluError("TL758", value=path.name, why=f"{key}: its row is gone / 该行缺失")
    return told


def _named(cells: pl.DataFrame) -> pl.DataFrame:
    """Give the columns their own names, in whichever tongue the paper was written."""
    tongues = [Words("en"), Words("zh")]
    names = {words(f"paper.{name}"): name for words in tongues for name in (*AHEAD, *BACK)}
    return cells.rename({name: names[name] for name in cells.columns if name in names})


def _amount(text: str | None, key: str, file: str) -> Decimal | None:
    if text is None:
        raise TanluError("TL758", value=file, why=f"{key}: not filled in / 未填写")
    if text.lower() in NONE:
        return None
    try:
        amount = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount.adjusted()) > 24:
        raise TanluError("TL758", value=file, why=f"{key}: {text[:40]}")
    return amount
