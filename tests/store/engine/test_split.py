"""What rows share is computed once for each case."""

from __future__ import annotations

from tanlu.store.engine.plan import Node, plan
from tanlu.store.engine.split import columns_of, folded, split
from tests.store.engine import formulas


def test_what_needs_only_shared_columns_leaves_the_rows() -> None:
    made = plan(formulas.one_step(["mul", ["exp", ["div", "x", "i"]], "y"]))
    parts = split(made, {"x", "i"})
    asked = {name for layer in parts.rows for node in layer.values() for name in columns_of(node)}

    assert "y" in asked
    assert not {"x", "i"} & asked


def test_a_branch_that_no_case_takes_is_left_out() -> None:
    choice = Node(
        "if",
        "float64",
        (Node("column", "bool", value="c"), Node("column", "float64", value="y"),
         Node("number", "float64", value=2.0)),
    )  # fmt: skip
    constant = {"c": Node("flag", "bool", value=False)}

    assert folded(choice, constant) == Node("number", "float64", value=2.0)
