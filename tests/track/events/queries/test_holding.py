"""Whether one event holds what is asked: also events of somebody's own kind, of any shape."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events.queries.holding import check_of
from tanlu.track.events.queries.matching import Wanted
from tanlu.track.events.queries.narrowing import SENSOR_URIS
from tanlu.track.events.queries.parameters import Condition, read_query
from tests.track.events import made
from tests.track.events.queries.test_parameters import FIXED, value_of

NAMES = [name for name in FIXED if not name.startswith(("order", "eventCount", "maxEvent"))]
MORE = {
    "EQ_bizTransaction_po": "a:b", "EQ_source_location": "a:b", "GE_quantity_KGM": 1,
    "GT_value_CEL": 1, "EQ_ex:a": "x", "EXISTS_INNER_ex:a": True, "EQ_ILMD_ex:a": 1,
    "LT_ERROR_DECLARATION_ex:a": 1, "EQ_readPoint_ex:a": 1, "EQ_SENSORELEMENT_ex:a": 1,
    "EQ_SENSORMETADATA_ex:a": 1, "EQ_INNER_SENSORREPORT_ex:a": 1,
}  # fmt: skip
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3)),
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(st.sampled_from(("ex:a", "type", "sensorReport", "id")), below, max_size=3),
    ),
    max_leaves=8,
)
FIELDS = (
    "epcList", "childEPCs", "parentID", "quantityList", "bizTransactionList", "sourceList",
    "persistentDisposition", "errorDeclaration", "sensorElementList", "ilmd", "readPoint", "ex:a",
    "transformationID", "inputEPCList", "outputQuantityList",
)  # fmt: skip


def _check(condition: Condition) -> Any:
    named = condition.where in ("things", "ties") or condition.field in SENSOR_URIS
    return check_of(condition, Wanted(frozenset(("a:b",))) if named else None)


def _asked(asked: dict[str, Any]) -> Any:
    return _check(read_query(asked).conditions[0])


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4))
def test_nothing_in_an_event_of_somebodys_own_kind_breaks_a_question(event: dict[str, Any]) -> None:
    for name, value in [*((name, value_of(name)) for name in NAMES), *MORE.items()]:
        check = _asked({name: value})
        if check is not None:
            assert check(event, {}) in (True, False)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"EQ_ex:own": "7"}, True),
        ({"EQ_ex:own": 7.0}, True),
        ({"GT_ex:own": 6}, True),
        ({"LT_ex:own": 7}, False),
        ({"EQ_ex:when": "2026-01-01T08:00:00+08:00"}, True),
        ({"LE_ex:when": "2026-01-01T00:00:00Z"}, True),
        ({"EQ_ex:typed": "3"}, True),
        ({"EQ_ex:many": ["b", "z"]}, True),
        ({"EQ_INNER_ex:deep": "here"}, True),
        ({"EQ_ex:deep": "here"}, False),
        ({"EXISTS_INNER_ex:own": True}, False),
        ({"EQ_ex:yes": True}, True),
        ({"EQ_https://n.org/own": 7}, True),
        ({"EXISTS_ex:nothing": True}, False),
    ],
)
def test_fields_of_somebodys_own_are_compared_as_what_they_are(
    asked: dict[str, Any], holds: bool
) -> None:
    event = made.event(**{
        "ex:own": 7, "ex:when": "2026-01-01T00:00:00Z", "ex:many": ["a", "b"], "ex:yes": True,
        "ex:typed": {"@value": "3"}, "ex:tree": [{"ex:x": {"ex:deep": "here"}}],
    })  # fmt: skip

    assert _asked(asked)(event, {"ex": "https://n.org/"}) is holds
