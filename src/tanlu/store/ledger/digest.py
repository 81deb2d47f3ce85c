"""The 64-record tree of a part: a root that costs a fraction of writing the part.

Leaf 0 is the header: what the part is and what is the same in every record. Leaf 1 + j holds
records 64j to 64j+63 of the columns that vary, column after column. Every byte follows from the
values alone, so anybody can rebuild the root from the table; `docs` says how.
"""

from __future__ import annotations

import struct
from functools import cache
from hashlib import sha256
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.ledger.arrow import fixed_bytes
from tanlu.terms import schema
from tanlu.terms.proof import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

__all__ = ["block_entries", "block_root", "schema_hash"]

DOMAIN = "tanlu/block/v1"
SALTED = "tanlu/block/v2"
BLOCK = 64
CHUNK = 256 * BLOCK  # small enough for the processor's cache, large enough to amortise calls
CONTROL = bytes(range(32)) + b"\x7f"
INTEGER_BYTES = (1, 2, 4, 8)
LISTED = 64
SAMPLE = 1024
ABSENT = 255


@cache
def schema_hash(table: str) -> str:
    """Give the SHA-256 of a schema: lines ``column,type,unit,group``, each with a line feed."""
    lines = "".join(
        f"{column.name},{column.type},{column.unit},{column.group}\n"
        for column in schema(table).columns
    )
    return sha256(lines.encode()).hexdigest()


def block_entries(
    table: str, frame: pl.DataFrame, schema_sha256: str | None = None, salt: str = ""
) -> Iterator[bytes]:
    """Give the entries of the 64-record tree of a table's rows: the head, then 64 rows each.

    They are what its root is made of, so whoever has them reads every value and needs no Parquet.
    ``schema_sha256`` is that of the schema with which the rows were written, today's if not said;
    ``salt`` that of the part (hexadecimal), without which nobody can try out its values against
    the root. Parts of earlier versions have none.

    Raises
    ------
    TanluError
        TL604 for a text with a control character, TL605 for a number that is not one.
    """
    forms = _forms(frame)
    yield _header(table, schema_sha256 or schema_hash(table), frame.height, forms, salt)
    yield from _entries(frame, {name: form for name, form in forms.items() if form[0] not in "N="})


def block_root(
    table: str, frame: pl.DataFrame, schema_sha256: str | None = None, salt: str = ""
) -> bytes:
    """Give the root of the 64-record tree of a table's rows; parameters as `block_entries`.

    Raises
    ------
    TanluError
        TL604 for a text with a control character, TL605 for a number that is not one.
    """
    return tree.root(tree.row(block_entries(table, frame, schema_sha256, salt)))


def _header(table: str, schema_sha256: str, rows: int, forms: dict[str, str], salt: str) -> bytes:
    lines = [SALTED if salt else DOMAIN, table, schema_sha256, str(rows), *([salt] if salt else [])]
    return "\n".join([*lines, *(f"{name}\t{form}" for name, form in forms.items()), ""]).encode()


def _forms(frame: pl.DataFrame) -> dict[str, str]:
    """Say how each column is written.

    ``N`` null in all records, ``=`` and the value where it is the same in all records, else
    ``i1 i2 i4 i8`` (the least width), ``f8`` or ``s``, with ``?`` where some are null; ``d`` and
    the texts in the order of their bytes, a tab before each, where there are at most 64.
    """
    kinds = {name: _kind(kind) for name, kind in frame.schema.items()}
    facts = frame.select_seq(_facts(kinds)).row(0, named=True)
    forms = {name: _form(name, kind, facts, frame.height) for name, kind in kinds.items()}
    for name, form in forms.items():
        if form[0] == "s":
            forms[name] = _listed(frame[name]) or form
    return forms


def _listed(column: pl.Series) -> str | None:
    # most columns with many texts show it at once
    if column.head(SAMPLE).n_unique() > LISTED + 1:
        return None
    texts = column.unique().drop_nulls().to_list()
    if len(texts) > LISTED:
        return None
    found = "".join(f"\t{text}" for text in sorted(texts))
    _refuse_control(column.name, "".join(texts).encode())
    return f"d{found}"


def _kind(kind: pl.DataType) -> str:
    if kind.is_float():
        return "f"
    return "i" if kind.is_integer() or kind.is_temporal() else "s"


def _facts(kinds: dict[str, str]) -> Iterator[pl.Expr]:
    import polars as pl

    for name, kind in kinds.items():
        column = pl.col(name).to_physical() if kind == "i" else pl.col(name)
        yield column.null_count().alias(f"nulls {name}")
        yield column.first().alias(f"first {name}")
        if kind == "i":
            yield column.min().alias(f"min {name}")
            yield column.max().alias(f"max {name}")
        else:
            yield (column == column.first()).all().alias(f"same {name}")
        if kind == "f":
            yield column.is_finite().all().alias(f"finite {name}")


def _form(name: str, kind: str, facts: dict[str, Any], rows: int) -> str:
    nulls, first = facts[f"nulls {name}"], facts[f"first {name}"]
    if nulls == rows:
        return "N"
    mark = "?" if nulls else ""
    if kind == "i":
        low, high = facts[f"min {name}"], facts[f"max {name}"]
        return f"={first}" if low == high and not nulls else f"i{_width(low, high)}{mark}"
    if kind == "f":
        if not facts[f"finite {name}"]:
            raise TanluError("TL605", column=name)
        # 0 and -0 are equal but not the same bytes
        same = facts[f"same {name}"] and not nulls and first != 0
        return f"={struct.pack('>d', first).hex()}" if same else f"f8{mark}"
    if facts[f"same {name}"] and not nulls:
        _refuse_control(name, first.encode())
        return f"={first}"
    return f"s{mark}"


def _width(low: int, high: int) -> int:
    return next(
        size for size in INTEGER_BYTES if -(1 << 8 * size - 1) <= low and high < 1 << 8 * size - 1
    )


def _entries(frame: pl.DataFrame, forms: dict[str, str]) -> Iterator[bytes]:
    if not forms:
        yield from repeat(b"", -(-frame.height // BLOCK))
        return
    for chunk in frame.select(list(forms)).iter_slices(CHUNK):
        pieces = _pieces(chunk, forms)
        yield from map(b"".join, zip(*pieces, strict=True))


def _pieces(chunk: pl.DataFrame, forms: dict[str, str]) -> Iterator[list[bytes]]:
    """Give for each stream of bytes of a chunk its pieces of 64 records."""
    plain = chunk.select_seq(_fixed(forms)).rechunk()
    buffers = dict(zip(plain.columns, fixed_bytes(plain), strict=True))
    texts = _texts(chunk, plain, [name for name, form in forms.items() if form[0] == "s"])
    for name, form in forms.items():
        if form[0] != "d" and form.endswith("?"):
            yield _cut(buffers[f"?{name}"], BLOCK)
        if form[0] == "s":
            yield _cut(buffers[f"#{name}"], 4 * BLOCK)
            yield texts[name]
        elif form[0] == "d":
            yield _cut(buffers[name], BLOCK)
        else:
            yield _cut(buffers[name], int(form[1]) * BLOCK)


def _fixed(forms: dict[str, str]) -> Iterator[pl.Expr]:
    import polars as pl

    integers: dict[str, Any] = {"1": pl.Int8, "2": pl.Int16, "4": pl.Int32, "8": pl.Int64}
    for name, form in forms.items():
        column = pl.col(name)
        if form[0] != "d" and form.endswith("?"):
            yield column.is_not_null().cast(pl.UInt8).alias(f"?{name}")
        if form[0] == "s":
            yield column.str.len_bytes().fill_null(0).cast(pl.UInt32).alias(f"#{name}")
        elif form[0] == "d":
            place = column.cast(pl.Enum(form.split("\t")[1:])).to_physical()
            yield place.cast(pl.UInt8).fill_null(ABSENT)
        elif form[0] == "f":
            yield column.fill_null(0.0)
        else:
            yield column.to_physical().fill_null(0).cast(integers[form[1]])


def _texts(chunk: pl.DataFrame, plain: pl.DataFrame, names: list[str]) -> dict[str, list[bytes]]:
    import polars as pl

    if not names:
        return {}
    # bytes, not str: no text is decoded and encoded again
    joined_texts = pl.col(names).str.join("", ignore_nulls=True).cast(pl.Binary)
    whole = chunk.select_seq(joined_texts).row(0)
    sizes = plain.select_seq(
        pl.col(f"#{name}").cum_sum().gather_every(BLOCK, BLOCK - 1) for name in names
    ).get_columns()
    found = {}
    for name, joined, ends in zip(names, whole, sizes, strict=True):
        _refuse_control(name, joined)
        cuts = [0, *ends.to_list()]
        if chunk.height % BLOCK:
            cuts.append(len(joined))
        found[name] = [joined[start:end] for start, end in pairwise(cuts)]
    return found


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def _refuse_control(column: str, data: bytes) -> None:
    if len(data.translate(None, CONTROL)) != len(data):
        raise TanluError("TL604", column=column)
