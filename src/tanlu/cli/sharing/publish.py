"""tanlu share publish: totals of others' numbers, as far as they may be shown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import argparse

    import polars as pl

    from tanlu.cli.console import Console

__all__ = ["options", "run"]


def options(made: argparse.ArgumentParser, console: Console) -> None:
    """Declare the options of the action."""
    word = console.word
    made.add_argument("rows", type=Path, help=word("publish_rows"))
    made.add_argument("--by", required=True, help=word("publish_by"))
    made.add_argument("--pieces", help=word("publish_pieces"))
    made.add_argument("--whole", action="store_true", help=word("publish_whole"))
    made.add_argument("--least", type=int, default=5, help=word("share_least"))
    for name in ("earlier", "members", "cells", "out"):
        made.add_argument(f"--{name}", type=Path, metavar="F", help=word(f"publish_{name}"))
    made.add_argument("--epsilon", metavar="1/2", help=word("publish_epsilon"))
    made.add_argument("--limit", default="4", metavar="4", help=word("publish_limit"))
    made.add_argument("--clamp", type=int, help=word("publish_clamp"))
    made.add_argument("--of", default="", metavar="NAME", help=word("publish_of"))


def run(asked: argparse.Namespace, console: Console) -> int:
    """Write the table of what may be published."""
    rows = _frame(asked.rows)
    by = _split(asked.by)
    table = _noised(asked, rows, by) if asked.epsilon else _ruled(asked, rows, by, console)
    out = asked.out or Path("published.csv")
    table.write_csv(out)
    console.say("published", path=out, cells=table.height)
    shown = [
        {name: None if value is None else str(value) for name, value in row.items()}
        for row in table.iter_rows(named=True)
    ]
    console.result({"path": str(out), "cells": shown})
    return 0


def _ruled(
    asked: argparse.Namespace, rows: pl.DataFrame, by: list[str], console: Console
) -> pl.DataFrame:
    from tanlu.share.release import release

    found = release(
        rows,
        by,
        pieces=None if asked.pieces is None else _split(asked.pieces),
        earlier=None if asked.earlier is None else _frame(asked.earlier),
        whole=asked.whole,
        least=asked.least,
    )
    if asked.members is not None:
        found.members.write_csv(asked.members)
    for why, count in found.table["refused"].drop_nulls().value_counts(sort=True).iter_rows():
        console.say(f"publish_{why}", count=count)
    return found.table


def _noised(asked: argparse.Namespace, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    from tanlu.share.release import released_with_noise
    from tanlu.store import open_workspace

    if asked.clamp is None or asked.cells is None or not asked.of:
        raise TanluError("TL001", value="--epsilon: --clamp, --cells, --of")
    return released_with_noise(
        open_workspace(asked.ledger),
        asked.of,
        rows,
        _frame(asked.cells).select(by),
        clamp=asked.clamp,
        epsilon=_fraction(asked.epsilon),
        limit=_fraction(asked.limit),
    )


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise TanluError("TL001", value=text) from error


def _frame(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        found = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise TanluError("TL863", value=path.name, why=str(error)[:200]) from error
    if "value" not in found.columns:
        return found
    try:
        return found.with_columns(pl.col("value").cast(pl.Int64))
    except pl.exceptions.PolarsError as error:
        raise TanluError("TL863", value="value", why="whole numbers are wanted") from error


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
