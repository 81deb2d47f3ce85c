"""Finding: the rows of a key as `Workspace.scan` gives them, with only their parts opened."""

from __future__ import annotations

import threading
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from tanlu.store.index.building import FOLDER, built, merged, opened
from tanlu.store.index.keys import BLOCK, COLUMNS, hashes
from tanlu.store.index.rows import rows_at
from tanlu.store.index.runs import Damaged
from tanlu.store.ledger.current import ACTIVITY_KEYS, rows_of
from tanlu.store.ledger.parts import identity
from tanlu.terms import Progress, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from tanlu.store.index.runs import Covered, Run
    from tanlu.store.ledger.manifest import PartEntry
    from tanlu.store.workspace import Workspace

__all__ = ["extend", "find", "near", "seek"]

# so many rows are decoded at once; of more, those of the key are looked for
NEAR = 4096
# so many ranges of rows are decoded one by one
FEW = 8
# so many blocks of a part are taken from beside the runs; more are faster read from the part
MANY = 256
PLACE = ("_version", "_part", "_row")
# so many rows that no run covers are read first; with more a scan is the shorter way
SOON = 300_000


class Held(NamedTuple):
    """The runs of one table, and by file what they know of it."""

    runs: list[Run]
    covered: dict[str, Covered]


_HELD: WeakKeyDictionary[Workspace, dict[str, Held]] = WeakKeyDictionary()
_TURNS: WeakKeyDictionary[Workspace, threading.RLock] = WeakKeyDictionary()
_FIRST = threading.Lock()


def find(
    workspace: Workspace,
    table: str,
    asked: Mapping[str, Sequence[str]],
    *,
    columns: Sequence[str] | None = None,
    as_of: int | None = None,
    placed: bool = False,
) -> pl.DataFrame:
    """Give the rows that hold and in which a column has one of the values asked for.

    Parameters
    ----------
    workspace
        The ledger.
    table
        One of ``COLUMNS``.
    asked
        Values by column, of those of ``COLUMNS``; a row need match in one of the columns.
    columns
        Columns to give, all of the schema if not said.
    as_of
        A version; the newest if not said.
    placed
        With ``_version``, ``_part`` and ``_row``: commit, file and row from 0 where it stands.

    Returns
    -------
    DataFrame
        Exactly the rows of ``scan(table, as_of=as_of)`` so filtered, in the order of their commits.
    """
    import polars as pl

    version = workspace.at(as_of)
    wanted = list(schema(table).names if columns is None else columns)
    keys = _keys(workspace, table, version)
    rows = _raw(workspace, table, asked, [*wanted, *sorted(keys - {*wanted})], version)
    rows = _not_retracted(workspace, table, rows, version)
    rows = _not_superseded(workspace, table, rows, version)
    names = [*wanted, *(PLACE if placed else ())]
    return rows if rows.columns == names else pl.DataFrame([rows[name] for name in names])


def seek(
    workspace: Workspace,
    table: str,
    asked: Mapping[str, Sequence[str]],
    *,
    columns: Sequence[str] | None = None,
    as_of: int | None = None,
) -> pl.DataFrame:
    """Give what `find` gives, by a scan where the index would first have to be built.

    Who asks once does not wait for an index of the whole ledger; who serves many `extend`s it.
    """
    if near(workspace, table):
        return find(workspace, table, asked, columns=columns, as_of=as_of)
    rows = workspace.scan(table, as_of=as_of)
    values = {name: list(each) for name, each in asked.items() if each}
    if not values:
        return rows.clear().collect().select(columns or schema(table).names)
    rows = rows.filter(_matching(values)).select(columns or schema(table).names)
    return rows.collect(engine="streaming")


def near(workspace: Workspace, table: str) -> bool:
    """Tell whether `find` answers soon: the index lacks few rows or none."""
    return sum(part.rows for part in _new(workspace, table)) <= SOON


def _new(workspace: Workspace, table: str) -> list[PartEntry]:
    held = _HELD.setdefault(workspace, {})
    parts = workspace.parts(table)
    if table not in held:
        held[table] = _of(opened(workspace.path, table, parts))
    known = held[table].covered
    return [part for part in parts if part.file not in known or not known[part.file].of(part)]


def _keys(workspace: Workspace, table: str, version: int) -> set[str]:
    """Give the columns by which rows are told that no longer hold, where there may be such."""
    keys: set[str] = set()
    if any(part.superseding for part in workspace.parts("activity", version)):
        keys |= set(ACTIVITY_KEYS.get(table, ()))
    if workspace.parts("retraction", version):
        keys |= {identity(table)} | ({"activity_id"} & set(schema(table).names))
    return keys


def extend(workspace: Workspace, table: str | None = None) -> Iterator[Progress]:
    """Bring the index up to date; without new parts nothing is read and nothing is yielded.

    Of several threads that ask at once one builds it, and the others wait.
    """
    with _turn(workspace):
        yield from _extended(workspace, table)


def _turn(workspace: Workspace) -> threading.RLock:
    with _FIRST:
        return _TURNS.setdefault(workspace, threading.RLock())


def _extended(workspace: Workspace, table: str | None) -> Iterator[Progress]:
    held = _HELD.setdefault(workspace, {})
    for name in COLUMNS if table is None else (table,):
        new = _new(workspace, name)
        if not new:
            continue
        total, done, runs = sum(part.rows for part in new), 0, list(held[name].runs)
        for step in built(workspace.path, name, new):
            if isinstance(step, int):
                done += step
                yield Progress("index", done, total)
            else:
                runs.append(step)
        try:
            held[name] = _of(merged(workspace.path, name, runs))
        except Damaged:
            _forget(workspace, name)
            yield from _extended(workspace, name)


def _of(runs: list[Run]) -> Held:
    return Held(runs, {part.file: part for run in runs for part in run.parts})


def _raw(
    workspace: Workspace,
    table: str,
    asked: Mapping[str, Sequence[str]],
    columns: Sequence[str],
    version: int,
) -> pl.DataFrame:
    """Give all rows ever written of these values, with the place of each."""
    values = {name: sorted(set(each)) for name, each in asked.items() if each}
    parts = workspace.parts(table, version) if values else []
    if not parts:
        return _empty(table, tuple(columns))
    hashed = [h for name, each in values.items() for h in hashes(table, name, each)]
    with _turn(workspace):
        try:
            where = _where(workspace, table, hashed)
        except Damaged:
            _forget(workspace, table)
            where = _where(workspace, table, hashed)
        covered = _HELD[workspace][table].covered
    sought = [(part, covered[part.file], where[part.file]) for part in parts if part.file in where]
    beside = [
        rows_at(workspace.path / FOLDER, table, known, (firsts, columns), values)
        if len(firsts) <= MANY
        else None
        for _, known, firsts in sought
    ]
    if all(each is not None for each in beside):
        return _framed(
            table, tuple(columns), [(p, r) for (p, *_), r in zip(sought, beside, strict=True) if r]
        )
    return _from_parts(workspace, sought, (tuple(columns), beside), values)


def _framed(
    table: str, columns: tuple[str, ...], found: Sequence[tuple[PartEntry, dict[str, list[Any]]]]
) -> pl.DataFrame:
    """Give rows that stand beside the runs as a frame; texts of numbers become such."""
    import polars as pl

    sizes = [(part, len(rows["_row"])) for part, rows in found]
    height = sum(size for _, size in sizes)
    empty = _empty(table, columns)
    if not height:
        return empty
    told: dict[str, list[Any]] = {
        "_version": [part.version for part, size in sizes for _ in range(size)],
        "_part": [part.file for part, size in sizes for _ in range(size)],
        "_row": [row for _, rows in found for row in rows["_row"]],
    }
    made = []
    for name, kind in empty.schema.items():
        cells = told.get(name) or [cell for _, rows in found for cell in rows[name]]
        if kind == pl.Int64:
            cells = [None if cell is None else int(cell) for cell in cells]
        made.append(cells)
    # of a few rows, by rows is the shorter way into a frame
    return pl.DataFrame(list(zip(*made, strict=True)), schema=empty.schema, orient="row")


def _from_parts(
    workspace: Workspace,
    sought: Sequence[tuple[PartEntry, Covered, list[int]]],
    asked: tuple[tuple[str, ...], Sequence[dict[str, list[Any]] | None]],
    values: Mapping[str, Sequence[str]],
) -> pl.DataFrame:
    """Give rows of which some must be read from the parts themselves, in the order of the parts."""
    import polars as pl

    columns, beside = asked
    matching = _matching(values)
    read = [
        _part_rows(workspace, part, known, (firsts, columns), matching)
        for (part, known, firsts), rows in zip(sought, beside, strict=True)
        if rows is None
    ]
    # one scan for several slices would decode the whole part once more
    lone = iter(pl.collect_all(read, optimizations=pl.QueryOptFlags(comm_subplan_elim=False)))
    frames = [
        next(lone) if rows is None else _framed(part.table, columns, [(part, rows)])
        for (part, *_), rows in zip(sought, beside, strict=True)
    ]
    # what is null throughout a part was not read
    return pl.concat([_empty(sought[0][0].table, columns), *frames], how="diagonal")


def _matching(values: Mapping[str, Sequence[str]]) -> pl.Expr:
    import polars as pl

    each = [
        pl.col(name) == some[0] if len(some) == 1 else pl.col(name).is_in(some)
        for name, some in values.items()
    ]
    return each[0] if len(each) == 1 else pl.any_horizontal(each)


@cache
def _empty(table: str, columns: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    numbers = {"_version": pl.Int64, "_part": pl.String, "_row": pl.Int64}
    types = _types(table)
    return pl.DataFrame(schema={name: types[name] for name in columns} | numbers)


@cache
def _types(table: str) -> dict[str, Any]:
    return schema(table).dtypes()


def _where(workspace: Workspace, table: str, asked: list[int]) -> dict[str, list[int]]:
    """Give by file the first rows of the blocks that may hold one of some hashes."""
    for _ in extend(workspace, table):
        pass
    found: dict[str, list[int]] = defaultdict(list)
    for run in _HELD[workspace][table].runs:
        for block in {block for each in asked for block in run.blocks_of(each)}:
            part, first = run.part_of(block)
            found[part.file].append(first)
    return found


def _forget(workspace: Workspace, table: str) -> None:
    """Drop a table's runs: one of them is not what was written."""
    for run in _HELD[workspace].pop(table).runs:
        if run.path is not None:
            run.path.unlink(missing_ok=True)


def _part_rows(
    workspace: Workspace,
    part: PartEntry,
    known: Covered,
    sought: tuple[list[int], Sequence[str]],
    matching: pl.Expr,
) -> pl.LazyFrame:
    """Give the rows of a part where its key may stand, without the columns that are constant."""
    import polars as pl

    firsts, columns = sought
    types, held = _types(part.table), known.constant
    needed = {*columns, *matching.meta.root_names()}
    rows = rows_of(workspace.path, part.table, [part]).with_row_index("_row")
    rows = rows.select("_row", *(name for name in needed if name not in held))
    spans = _spans(sorted(firsts))
    if len(spans) <= FEW:
        rows = pl.concat([rows.slice(start, end - start) for start, end in spans])
    # nulls that a condition asks for are there; others come when all parts are joined
    given = {n: held[n] for n in needed if n in held}
    asked = set(matching.meta.root_names())
    rows = rows.with_columns(
        pl.lit(value, types[name]).alias(name)
        for name, value in given.items()
        if value is not None or name in asked
    ).filter(matching)
    kept = [name for name in columns if held.get(name, "") is not None or name in asked]
    return rows.select(
        *kept, pl.lit(part.version, pl.Int64).alias("_version"), pl.lit(part.file).alias("_part"),
        pl.col("_row").cast(pl.Int64),
    )  # fmt: skip


def _spans(firsts: list[int]) -> list[tuple[int, int]]:
    """Give the ranges of rows that hold some blocks; blocks near each other are in one."""
    found: list[tuple[int, int]] = []
    for first in firsts:
        if found and first - found[-1][1] <= NEAR:
            found[-1] = (found[-1][0], first + BLOCK)
        else:
            found.append((first, first + BLOCK))
    return found


def _not_superseded(
    workspace: Workspace, table: str, rows: pl.DataFrame, version: int
) -> pl.DataFrame:
    if not any(part.superseding for part in workspace.parts("activity", version)):
        return rows
    for key in ACTIVITY_KEYS.get(table, ()):
        ids = rows[key].drop_nulls().unique().to_list()
        if ids:
            gone = _raw(workspace, "activity", {"supersedes": ids}, ["supersedes"], version)
            rows = rows.join(gone, left_on=key, right_on="supersedes", how="anti",
                             maintain_order="left")  # fmt: skip
    return rows


def _not_retracted(
    workspace: Workspace, table: str, rows: pl.DataFrame, version: int
) -> pl.DataFrame:
    """Take away what was retracted after it was written; see `ledger.current`."""
    import polars as pl

    if not workspace.parts("retraction", version):
        return rows
    for key in {identity(table), "activity_id"} & set(schema(table).names):
        ids = rows[key].drop_nulls().unique().to_list()
        if not ids:
            continue
        said = _raw(workspace, "retraction", {"id": ids}, ["id", "key", "of"], version)
        last = (
            said.filter(pl.col("of") == table, pl.col("key") == key)
            .group_by("id")
            .agg(pl.col("_version").max().alias("_gone"))
        )
        rows = rows.join(last, left_on=key, right_on="id", how="left", maintain_order="left")
        later = pl.col("_gone") > pl.col("_version")
        rows = rows.filter(~later.fill_null(value=False)).drop("_gone")
    return rows
