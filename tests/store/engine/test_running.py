from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from tanlu.errors import TanluError
from tanlu.store.engine import run
from tests.store.engine import formulas

EXTRAS = {"polars": "polars", "duckdb": "duckdb", "fast": "numba"}
ENGINES = [
    "polars",
    pytest.param("duckdb", marks=pytest.mark.engine),
    pytest.param("fast", marks=pytest.mark.engine),
]


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    pytest.importorskip(EXTRAS[request.param], reason=f"extra for {request.param} is absent")
    return request.param


def law(count: int):
    quiet = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=count, deadline=None, suppress_health_check=quiet)


@law(12)
@given(spec=formulas.specs(), frame=formulas.frames)
def test_an_engine_gives_the_bits_of_the_interpreter(engine, spec, frame) -> None:
    expected = run(spec, frame, engine="python")

    assert formulas.bits(expected) == formulas.bits(run(spec, frame, engine=engine))


@pytest.mark.slow
@law(60)
@given(spec=formulas.specs(), frame=formulas.frames)
def test_an_engine_gives_the_bits_of_the_interpreter_for_many_formulas(engine, spec, frame) -> None:
    expected = run(spec, frame, engine="python")

    assert formulas.bits(expected) == formulas.bits(run(spec, frame, engine=engine))


def test_every_operator_with_every_edge_gives_the_bits_of_the_interpreter(engine) -> None:
    spec, frame = formulas.edges()
    expected, actual = run(spec, frame, engine="python"), run(spec, frame, engine=engine)

    for name in spec.outputs:
        assert (name, formulas.bits(expected.select(name))) == (
            name,
            formulas.bits(actual.select(name)),
        )


def test_halves_round_away_from_zero_and_too_large_is_null(engine) -> None:
    frame = pl.DataFrame({"x": [0.5, -0.5, 2.5, -2.5, 0.49, 9.3e18, None]})

    out = run(formulas.one_step(["round", "x"], "int64"), frame, engine=engine)

    assert out["out"].to_list() == [1, -1, 3, -3, 0, None, None]


def test_a_constant_too_large_to_round_is_null(engine) -> None:
    spec = formulas.one_step(["eq", "i", ["round", {"n": "1e300"}]], "bool")

    assert run(spec, pl.DataFrame({"i": [1]}), engine=engine)["out"].to_list() == [None]


def test_one_row_gives_what_many_rows_give(engine) -> None:
    spec = formulas.one_step(["div", ["mul", "x", {"n": "0.1"}], {"n": "7"}])
    frame = pl.DataFrame({"x": [float(n) / 3 for n in range(1, 60)]})
    many = run(spec, frame, engine=engine)["out"].to_list()

    assert many == [run(spec, frame[n], engine=engine)["out"][0] for n in range(frame.height)]


def test_other_columns_pass_through_and_absent_inputs_are_null(engine) -> None:
    frame = pl.DataFrame({"note": ["n", "m"], "x": [1.0, 2.0], "one": [5, 6]})

    out = run(formulas.one_step(["coalesce", "y", "x"]), frame, engine=engine)

    assert out.to_dict(as_series=False) == {
        "note": ["n", "m"],
        "x": [1.0, 2.0],
        "one": [5, 6],
        "out": [1.0, 2.0],
    }


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(TanluError, match="TL613"):
        run(formulas.one_step("x"), formulas.frame([]), engine="abacus")  # type: ignore[arg-type]


def test_a_column_with_the_mark_of_plans_is_refused() -> None:
    with pytest.raises(TanluError, match="TL613"):
        run(formulas.one_step("x"), pl.DataFrame({"~x": [1.0]}))
