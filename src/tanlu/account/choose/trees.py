"""Trees of whole numbers, read without the library that grew them.

A model is ``{"base": v, "trees": [{"feature", "below", "left", "right", "value"}, …]}``: node 0 is
the root; a node with feature -1 is a leaf. A drive goes left where its feature is at most
``below``. Values are ln of a ratio in 1e-15, so their sum is exact in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.choose.drives import FEATURES
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ONE", "checked", "energies", "predicted"]

ONE = 10**15  # of 1 in the logarithm
_COLUMNS = ("feature", "below", "left", "right", "value")
# nodes of a tree, trees of a model: more nest too deep, or add up beyond int64
_NODES, _TREES = 127, 400
_BOUND = 20 * ONE


def predicted(model: Mapping[str, Any]) -> pl.Expr:
    """Give ln(energy / energy by physics) of each drive, int64 in 1e-15.

    Parameters
    ----------
    model
        As a card holds it.
    """
    each = [_node(tree, 0) for tree in model["trees"]]
    return pl.sum_horizontal(pl.lit(model["base"], pl.Int64), *each)


def _node(tree: Mapping[str, list[int]], number: int) -> pl.Expr:
    feature = tree["feature"][number]
    if feature < 0:
        return pl.lit(tree["value"][number], pl.Int64)
    left, right = (_node(tree, tree[side][number]) for side in ("left", "right"))
    below = pl.col(FEATURES[feature]) <= tree["below"][number]
    return pl.when(below).then(left).otherwise(right)


def energies(drives: pl.DataFrame, logarithm: pl.Expr, of: str = "physics_j") -> pl.Series:
    """Give joules: an energy times exp of a logarithm [1e-15], rounded once to int64.

    The formula stands in ``spec/learned.json``, so the joules are the same on every machine.
    """
    from tanlu.account.legs.computing import spec
    from tanlu.store.engine import run

    told = drives.select(pl.col(of).alias("physics_j"), logarithm.alias("logarithm"))
    return run(spec("learned"), told)["learned_j"]


def checked(model: Any) -> dict[str, Any]:
    """Give a model that came from outside, or say what is wrong with it.

    Raises
    ------
    TanluError
        TL538 when it is no model: another form, a loop, a feature that there is not.
    """
    if not isinstance(model, dict) or set(model) != {"base", "trees"}:
        raise _wrong("a model has base and trees")
    if not _whole(model["base"]) or abs(model["base"]) > _BOUND:
        raise _wrong("its base is no whole number, or too large")
    if not isinstance(model["trees"], list) or len(model["trees"]) > _TREES:
        raise _wrong(f"it has no trees, or more than {_TREES}")
    for tree in model["trees"]:
        if not isinstance(tree, dict) or set(tree) != set(_COLUMNS):
            raise _wrong("a tree has feature, below, left, right and value")
        columns = [tree[name] for name in _COLUMNS]
        size = len(columns[0])
        if not 0 < size <= _NODES or {len(each) for each in columns} != {size}:
            raise _wrong("the columns of a tree differ in length")
        if not all(_whole(value) for each in columns for value in each):
            raise _wrong("a tree holds what is no whole number")
        if max(map(abs, tree["value"])) > _BOUND:
            raise _wrong("a value is too large")
        _ways(tree, size)
    return model


def _ways(tree: Mapping[str, list[int]], size: int) -> None:
    for number, feature in enumerate(tree["feature"]):
        if feature >= len(FEATURES) or feature < -1:
            raise _wrong(f"there is no feature {feature}")
        children = (tree["left"][number], tree["right"][number])
        # a child stands behind its parent, so no way leads back
        if feature >= 0 and not all(number < child < size for child in children):
            raise _wrong("a way leads back or out of the tree")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62


def _wrong(why: str) -> TanluError:
    return TanluError("TL538", value="model", why=why)
