from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

from tanlu.store.engine import run
from tests.store.engine import formulas

pytest.importorskip("duckdb", reason="extra duckdb is absent")
pytestmark = pytest.mark.engine

WITHOUT = """
import sys
for name in ("pyarrow", "pandas"):
    sys.modules[name] = None
import polars as pl
from tanlu.store.engine import run
from tests.store.engine import formulas
frame = pl.DataFrame({"x": [1.0, None], "s": ["a", None]})
out = run(formulas.one_step(["add", "x", "x"]), frame, engine="duckdb")["out"]
assert out.to_list() == [2, None]
"""


def test_rows_keep_their_order() -> None:
    frame = pl.DataFrame({"x": [float(n) for n in range(300_000)]})

    out = run(formulas.one_step(["mul", "x", {"n": "2"}]), frame, engine="duckdb")

    assert (out["out"] == out["x"] * 2).all()


def test_columns_cross_without_a_further_library(root) -> None:
    path = f"{root / 'src'}:{root}"
    made = subprocess.run(
        [sys.executable, "-c", WITHOUT], env={"PYTHONPATH": path}, capture_output=True, check=False
    )

    assert made.returncode == 0, made.stderr
