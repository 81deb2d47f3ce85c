from __future__ import annotations

import polars as pl
import pytest

from tanlu.store.engine import run
from tanlu.store.engine.plan import Node
from tanlu.store.engine.polars_engine import expression, type_of
from tests.store.engine import formulas


@pytest.mark.parametrize("count", [1, 2, 1000])
@pytest.mark.parametrize("divisor", [3.0, 7.0, 1000.0, 1e6])
def test_division_by_one_value_is_a_true_division(count, divisor) -> None:
    # Polars itself would multiply by the reciprocal, which differs in the last bit
    values = [1.1 * n for n in range(count)]
    frame = pl.DataFrame({"x": values}).with_columns(y=pl.lit(divisor))

    for given in ({"n": str(divisor)}, "y"):
        out = run(formulas.one_step(["div", "x", given]), frame)["out"].to_list()
        assert out == [value / divisor for value in values]


def test_both_engines_of_polars_agree() -> None:
    spec = formulas.one_step(["div", ["exp", "x"], {"n": "7"}])
    frame = pl.DataFrame({"x": [n / 10 for n in range(500)]})

    assert run(spec, frame).equals(run(spec, frame.lazy()))


def test_literals_have_the_type_of_their_node() -> None:
    node = Node("number", "int64", value=5)

    assert pl.select(expression(node)).dtypes == [type_of("int64")]
