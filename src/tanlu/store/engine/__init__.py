"""引擎 Engines: one specification on Polars, DuckDB, plain Python or a fused kernel."""

from tanlu.store.engine.joining import join_intervals, told_apart
from tanlu.store.engine.running import run

__all__ = ["join_intervals", "run", "told_apart"]
