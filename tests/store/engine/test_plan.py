from __future__ import annotations

import json

from tanlu.store.engine.plan import Node, plan
from tanlu.terms.spec import parse
from tests.store.engine import formulas


def size(node: Node) -> int:
    return 1 + sum(size(argument) for argument in node.arguments)


def test_expressions_do_not_grow_with_the_depth_of_the_formula() -> None:
    steps, last = [], "x"
    for number in range(30):
        grown = ["round", ["div", ["max", ["exp", last], "y"], ["sqrt", last]]]
        last = f"s{number}"
        steps.append({"name": last, "type": "float64", "expression": ["sub", grown, "x"]})
    raw = {"spec": "deep", "version": "1", "inputs": formulas.INPUTS, "steps": steps}
    made = plan(parse(json.dumps(raw)))
    nodes = [node for layer in made.layers for node in layer.values()]

    assert max(size(node) for node in nodes) < 50
    assert len(nodes) < 1000


def test_columns_use_only_layers_before_their_own() -> None:
    made = plan(formulas.one_step(["div", ["exp", "x"], ["min", "x", ["exp", "x"]]]))
    seen = set(made.inputs)
    for layer in made.layers:
        for node in layer.values():
            assert columns(node) <= seen
        seen |= set(layer)


def columns(node: Node) -> set[str]:
    if node.operator == "column":
        return {node.value}
    return {name for argument in node.arguments for name in columns(argument)}


def test_the_same_argument_is_computed_once() -> None:
    made = plan(
        formulas.one_step(["add", ["round", ["mul", "x", "y"]], ["round", ["mul", "x", "y"]]])
    )
    made_of = [node.operator for layer in made.layers for node in layer.values()]

    assert made_of.count("mul") == 1


def test_whole_branches_stay_whole() -> None:
    made = plan(formulas.one_step(["if", ["lt", "x", "y"], "i", "j"], "int64"))

    assert made.outputs == {"out": "int64"}


def test_a_whole_number_declared_as_a_double_is_one() -> None:
    assert plan(formulas.one_step("i")).outputs == {"out": "float64"}
