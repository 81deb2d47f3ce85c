"""One door for all engines: the same specification, the same bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tanlu.errors import TanluError
from tanlu.store.engine.plan import MARK, Plan, plan
from tanlu.terms.spec import CalcSpec, interpret

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

__all__ = ["Engine", "compiled", "run"]

Engine = Literal["polars", "duckdb", "python", "fast"]
EXTRAS = {"duckdb": "duckdb", "fast": "fast"}

_plans: dict[str, Plan] = {}


def compiled(spec: CalcSpec) -> Plan:
    """Give the plan of a specification, made once."""
    if spec.sha256 not in _plans:
        _plans[spec.sha256] = plan(spec)
    return _plans[spec.sha256]


def run(
    spec: CalcSpec,
    frame: pl.DataFrame | pl.LazyFrame,
    *,
    engine: Engine = "polars",
    shared: tuple[pl.DataFrame, pl.Series] | None = None,
    kept: Collection[str] | None = None,
) -> pl.DataFrame:
    """Give the columns of the frame and the columns that the specification keeps.

    Parameters
    ----------
    spec
        The calculation.
    frame
        Columns by the names of its inputs; an absent one counts as null. Others pass through.
    engine
        ``polars``, ``duckdb`` (extra duckdb), ``fast`` (a fused kernel, extra fast) or
        ``python`` (the reference, row by row). All give the same bits.
    shared
        Inputs that many rows share: a table of cases and, for each row, its row there. What
        follows from them alone is computed once for each case. Given this, the result has the
        columns that the specification keeps and no others.
    kept
        With ``shared``: those of the kept columns that are asked for, all by default.

    Raises
    ------
    TanluError
        TL613 for an engine that is not known or cannot take the specification, TL002 for an
        extra that is not installed.
    """
    made = compiled(spec)
    if shared is not None:
        return _by_case(made, frame.lazy().collect(), shared, engine, kept)
    names = frame.lazy().collect_schema().names()
    fed = _fed(made, frame.lazy())
    if engine == "polars":
        from tanlu.store.engine.polars_engine import run_polars

        return run_polars(made, fed, names).collect()
    table = fed.collect()
    if engine == "python":
        found = _interpreted(made, table)
    elif engine in EXTRAS:
        found = _extra(made, table, engine)
    else:
        raise TanluError("TL613", value=spec.name, engine=engine, why="there is no such engine")
    return table.select(name for name in names if name not in found.columns).hstack(found)


def _by_case(
    made: Plan,
    frame: pl.DataFrame,
    shared: tuple[pl.DataFrame, pl.Series],
    engine: Engine,
    kept: Collection[str] | None,
) -> pl.DataFrame:
    table, cases = shared
    own = [name for name in made.inputs if name in frame.columns and name not in table.columns]
    fed = _fed(made, frame.select(own).lazy(), own).collect()
    given = table.select(name for name in made.inputs if name in table.columns)
    lent = _fed(made, given.lazy(), [name for name in made.inputs if name not in own]).collect()
    if engine == "polars":
        from tanlu.store.engine.polars_engine import run_cases

        return run_cases(made, fed, lent, cases, kept)
    if engine == "fast":
        return _extra(made, fed, engine, (lent, cases), kept)
    whole = fed.hstack(lent[cases].get_columns())
    return run(made.spec, whole, engine=engine).select(list(made.outputs if kept is None else kept))


def _extra(
    made: Plan,
    table: pl.DataFrame,
    engine: str,
    shared: tuple[pl.DataFrame, pl.Series] | None = None,
    kept: Collection[str] | None = None,
) -> pl.DataFrame:
    try:
        if engine == "duckdb":
            from tanlu.store.engine.duckdb_engine import run_duckdb

            return run_duckdb(made, table)
        from tanlu.store.engine.fast_engine import run_fast

        return run_fast(made, table, shared, kept)
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value=error.name, extra=EXTRAS[engine]) from error


def _fed(made: Plan, frame: pl.LazyFrame, wanted: Collection[str] | None = None) -> pl.LazyFrame:
    """Give the frame with every input there and of its type; refuse the plan's own names."""
    import polars as pl

    from tanlu.store.engine.polars_engine import type_of

    found = frame.collect_schema()
    if any(name.startswith(MARK) for name in found):
        raise TanluError(
            "TL613", value=made.spec.name, engine="*", why=f"a column begins with {MARK}"
        )
    mending = [
        pl.col(name).cast(type_of(kind))
        if name in found
        else pl.lit(None, type_of(kind)).alias(name)
        for name, kind in made.inputs.items()
        if found.get(name) != type_of(kind) and (wanted is None or name in wanted)
    ]
    return frame.with_columns(mending) if mending else frame


def _interpreted(made: Plan, table: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    from tanlu.store.engine.polars_engine import type_of

    rows = list(interpret(made.spec, table.select(list(made.inputs)).iter_rows(named=True)))
    columns = []
    for name, kind in made.outputs.items():
        values = [row[name] for row in rows]
        if kind == "float64":
            values = [None if value is None else float(value) for value in values]
        columns.append(pl.Series(name, values, type_of(kind), strict=False))
    return pl.DataFrame(columns)
