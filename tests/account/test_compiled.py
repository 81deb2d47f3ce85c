"""The compiled specification gives what the exact interpreter gives."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.account import spec
from tanlu.account.compiled import compiled
from tanlu.terms.spec import interpret

VALUES = {
    "int64": st.none() | st.integers(-(10**12), 10**15),
    "float64": st.none() | st.floats(-1e6, 1e6) | st.sampled_from([0.0, float("inf")]),
}
TEXTS = {
    "kind": st.sampled_from(["transport.air", "transport.road", None]),
    "distance_type": st.sampled_from(["gcd", "sfd", "actual", None]),
    "distance_basis": st.sampled_from(["gcd", "sfd", "actual", None]),
    "form": st.sampled_from(["tkm", "teukm", "t", "item", "km", "mj", "kg", "l", None]),
}
ROW = st.fixed_dictionaries(
    {name: TEXTS[name] if name in TEXTS else VALUES[kind] for name, kind in spec().inputs}
)


@settings(max_examples=200, deadline=None)
@given(ROW)
def test_it_equals_the_interpreter(row: dict[str, Any]) -> None:
    assert next(iter(interpret(spec(), [row]))) == compiled(spec())(row)
