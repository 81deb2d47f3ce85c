from __future__ import annotations

import pytest

from tests.store.engine import formulas

pytest.importorskip("sqlglot", reason="extra duckdb is absent")
pytestmark = pytest.mark.engine


def sql(expression: object, dialect: str) -> str:
    from tanlu.store.engine.plan import plan
    from tanlu.store.engine.sql import spec_sql

    return spec_sql(plan(formulas.one_step(expression)), "t", ["s"], dialect)


def test_no_engines_own_round_or_exp_is_used() -> None:
    for dialect in ("duckdb", "spark"):
        text = sql(["round", ["exp", ["div", "x", "y"]]], dialect).upper()

        assert "ROUND(" not in text
        assert " EXP(" not in text


def test_numbers_are_doubles_from_their_own_text() -> None:
    assert "CAST('0.1' AS DOUBLE)" in sql(["add", "x", {"n": "0.1"}], "duckdb")


def test_texts_are_escaped_for_each_dialect() -> None:
    expression = ["if", ["eq", "s", {"s": "it's \\ here"}], "x", "y"]

    assert "'it''s \\ here'" in sql(expression, "duckdb")
    assert "\\\\" in sql(expression, "spark")


def test_the_join_takes_null_as_equal_to_null() -> None:
    from tanlu.store.engine.sql import join_sql

    columns = (["a"], ["b"])

    for dialect in ("duckdb", "spark"):
        assert "IS NOT DISTINCT FROM" in join_sql(("f", "r"), columns, ["k"], "start", dialect)
