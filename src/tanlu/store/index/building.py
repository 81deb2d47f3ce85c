"""Building runs: the keys of parts that no run covers yet, read one part at a time."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.index.keys import BLOCK, LOW, entries
from tanlu.store.index.rows import keep, suffixed
from tanlu.store.index.runs import Covered, Damaged, Run, written
from tanlu.store.ledger.current import rows_of
from tanlu.store.ledger.files import place, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from tanlu.store.ledger.manifest import PartEntry

__all__ = ["FOLDER", "built", "merged", "opened"]

FOLDER = "index"
# entries of a run at most: 128 MiB, and twice as much while it is sorted
MOST = 1 << 24


def opened(folder: Path, table: str, parts: Sequence[PartEntry]) -> list[Run]:
    """Give the runs on the disk that hold for these parts, none of which covers a part twice."""
    named = {part.file: part for part in parts}
    found = []
    for path in folder.glob(f"{FOLDER}/{table}-*.run"):
        try:
            found.append(Run.read(table, path))
        except Damaged:
            _dropped(path)
    beside = {path.name for path in folder.glob(f"{FOLDER}/{table}-*.rows")}
    taken: set[str] = set()
    kept = []
    for run in sorted(found, key=lambda each: -each.entries):
        files = {part.file for part in run.parts}
        if files & taken or not all(p.file in named and p.of(named[p.file]) for p in run.parts):
            continue
        if not all(suffixed(table, p.sha256) in beside for p in run.parts):
            continue
        taken |= files
        kept.append(run)
    return kept


def built(folder: Path, table: str, parts: Sequence[PartEntry]) -> Iterator[Run | int]:
    """Give after each part how many rows were read, and each run when it is whole."""
    import polars as pl

    held: list[pl.Series] = []
    covered: list[Covered] = []
    size = first = 0
    for part in parts:
        frame = rows_of(folder, table, [part]).collect()
        held.append(entries(table, frame, first))
        covered.append(Covered(part.file, part.sha256, part.rows, first, _constant(frame)))
        keep(folder / FOLDER, covered[-1], table, frame)
        size += len(held[-1])
        first += -(-part.rows // BLOCK)
        yield part.rows
        if size >= MOST or first >= LOW // 2:
            yield _kept(folder, table, pl.concat(held), covered)
            held, covered, size, first = [], [], 0, 0
    if covered:
        yield _kept(folder, table, pl.concat(held), covered)


def merged(folder: Path, table: str, runs: Sequence[Run]) -> list[Run]:
    """Give the runs with neighbours in size made one, so that there are few of them."""
    import polars as pl

    left = sorted(runs, key=lambda each: -each.entries)
    while len(left) > 1 and left[-2].entries < 2 * left[-1].entries:
        one, two = left[-2:]
        if one.entries + two.entries > MOST or one.blocks + two.blocks > LOW:
            break
        offset = one.blocks
        both = pl.concat([one.all(), two.all() + offset])
        moved = [Covered(p.file, p.sha256, p.rows, p.first + offset, p.constant) for p in two.parts]
        made = _kept(folder, table, both, [*one.parts, *moved])
        for each in (one, two):
            _dropped(each.path)
        left = sorted([*left[:-2], made], key=lambda each: -each.entries)
    return left


def _kept(folder: Path, table: str, found: pl.Series, parts: list[Covered]) -> Run:
    """Write a run and map it; where the disk takes none it stays in memory."""
    data = written(table, found, parts)
    name = sha256("\n".join(part.sha256 for part in parts).encode()).hexdigest()[:16]
    path = folder / FOLDER / f"{table}-{name}.run"
    try:
        with writing(path), place(path) as draft:
            draft.write_bytes(data)
        return Run.read(table, path)
    except (TanluError, Damaged):
        return Run(table, data)


def _dropped(path: Path | None) -> None:
    """Take away a run that nobody needs; another process may have done so."""
    if path is not None:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return


def _constant(frame: pl.DataFrame) -> dict[str, Any]:
    """Give the columns that hold one value throughout, which need not be read again."""
    import polars as pl

    ends = frame.select(
        pl.all().min().name.prefix("min "),
        pl.all().max().name.prefix("max "),
        pl.all().null_count().name.prefix("nulls "),
    ).row(0, named=True)
    found: dict[str, Any] = {}
    for name in frame.columns:
        value, nulls = ends[f"min {name}"], ends[f"nulls {name}"]
        if nulls == frame.height:
            found[name] = None
        elif not nulls and value == ends[f"max {name}"] and isinstance(value, int | str):
            found[name] = value
    return found
