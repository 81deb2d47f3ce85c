"""Write the folder of a pack: the columns of the schema that are used, in its order."""

from __future__ import annotations

import csv
import gzip
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING

from wheels import PACKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Row = dict[str, str]

SOURCE = (
    *("source_id", "title", "publisher", "doc_no", "published", "licence", "redistribution"),
    "attribution",
)
SCHEMA = PACKS.parents[1] / "terms" / "schema" / "factor.csv"


def columns() -> list[str]:
    """Give the columns of the schema ``factor`` in their order, less the identity."""
    rows = csv.DictReader(SCHEMA.read_text("utf-8").splitlines())
    return [row["column"] for row in rows if row["column"] != "factor_id"]


def plain(value: Decimal, digits: int = 10) -> str:
    """Give a number as decimal text with at most this many significant digits."""
    with localcontext() as context:
        context.prec, context.rounding = digits, ROUND_HALF_UP
        found = +value
    return format(found.normalize(), "f") if found else "0"


def scaled(text: str, *factors: str | int) -> str:
    """Give a published number times factors; a power of ten keeps every digit."""
    value = Decimal(text)
    for each in factors:
        value *= Decimal(each)
    return plain(value, 12)


def folder(pack_id: str, *, root: Path | None = None) -> Path:
    """Give the folder of a pack, made where it is missing."""
    home = (root or PACKS) / pack_id
    home.mkdir(parents=True, exist_ok=True)
    return home


def write(home: Path, meta: Mapping[str, str], sources: Iterable[Row], rows: list[Row]) -> None:
    """Write pack.toml, source.csv and factor.csv of a pack, compressed where it is bulk.

    What all rows share stands once, in table ``factor`` of pack.toml.
    """
    used = {name for row in rows for name, value in row.items() if value}
    unknown = used - set(columns())
    if unknown:
        raise SystemExit(f"columns that the schema has not: {sorted(unknown)}")
    first, *rest = rows
    same = {
        name: first[name] for name in columns() if first.get(name)
        and all(row.get(name) == first[name] for row in rest)
    }  # fmt: skip
    lines = [f'{key} = "{value}"\n' for key, value in meta.items()]
    lines += ["\n[factor]\n", *(f'{key} = "{value}"\n' for key, value in same.items())]
    (home / "pack.toml").write_text("".join(lines), encoding="utf-8")
    kept = {row["source_id"] for row in rows}
    sheet(home / "source.csv", SOURCE, [row for row in sources if row["source_id"] in kept])
    table = home / "factor.csv"
    sheet(table, [name for name in columns() if name in used - set(same)], rows)
    if meta.get("bulk"):
        # a bulk table is made and checked by its script, never read by eye
        home.joinpath("factor.csv.gz").write_bytes(gzip.compress(table.read_bytes(), mtime=0))
        table.unlink()


def sheet(path: Path, names: Iterable[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a CSV file of these columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        made = csv.DictWriter(file, list(names), lineterminator="\n", extrasaction="ignore")
        made.writeheader()
        made.writerows(rows)


def read(path: Path) -> list[Row]:
    """Give the rows of a CSV file."""
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))
