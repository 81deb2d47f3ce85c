"""Chains that contradict themselves."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap import check
from tests.share.exchange.ileap.changed import of


def whatever(tce: dict[str, Any], body: dict[str, Any], which: str) -> None:
    if which == "both":
        tce["hocId"] = tce["tocId"] = "x"
    elif which == "none":
        tce.pop("tocId", None)
        tce.pop("hocId", None)
    elif which == "other shipment":
        tce["shipmentId"] = "another"
    elif which == "itself":
        tce["prevTceIds"] = [tce["tceId"]]
    elif which == "unknown":
        tce["prevTceIds"] = ["nobody"]
    elif which == "twice":
        body["tces"].append(copy.deepcopy(tce))
    elif which == "circle":
        first, last = body["tces"][0], body["tces"][-1]
        first["prevTceIds"] = [last["tceId"]]
    else:
        tce["arrivalAt"] = "2001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "which",
    ["both", "none", "other shipment", "itself", "unknown", "twice", "circle", "backwards"],
)
@given(data=st.data())
def test_a_broken_chain_is_found(
    right: list[dict[str, Any]], which: str, data: st.DataObject
) -> None:
    held = copy.deepcopy(right)
    several = [each for each in of(held, "tces") if len(each["tces"]) > 1]
    body = data.draw(st.sampled_from(several))
    whatever(data.draw(st.sampled_from(body["tces"])), body, which)
    codes = [each.code for each in check(held).findings]

    assert "TL917" in codes
