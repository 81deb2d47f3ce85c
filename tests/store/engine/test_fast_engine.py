from __future__ import annotations

import polars as pl
import pytest

from tanlu.store.engine import run
from tanlu.store.engine.plan import plan
from tests.store.engine import formulas

pytest.importorskip("numba", reason="extra fast is absent")
pytestmark = pytest.mark.engine


def test_the_kernel_is_one_pass_over_the_rows() -> None:
    from tanlu.store.engine.fast_engine import source_of

    source = source_of(plan(formulas.one_step(["round", ["div", ["exp", "x"], "y"]], "int64")))

    assert source.count("for k in range(n)") == 1
    assert source.count("in0[k & m0]") == 1


def test_texts_before_and_after_the_kernel_come_out() -> None:
    frame = pl.DataFrame({"x": [1.0, -1.0, None], "s": ["a", "b", None]})
    spec = formulas.one_step(
        [
            "if",
            ["lt", {"n": "0"}, ["if", ["eq", "s", {"s": "a"}], "x", {"n": "-1"}]],
            "s",
            {"s": "no"},
        ],
        "string",
    )

    assert run(spec, frame, engine="fast")["out"].to_list() == ["a", "no", "no"]


def test_no_rows_give_no_rows() -> None:
    out = run(formulas.one_step(["round", "x"], "int64"), formulas.frame([]), engine="fast")

    assert (out.height, out.schema["out"]) == (0, pl.Int64)
