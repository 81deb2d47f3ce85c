"""A subject is found by its type and value, by a key, or by its bare value."""

from __future__ import annotations

import pytest
from examples.trace import order

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.track.trace import resolve


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("waybill:JD7001", "waybill:JD7001"),
        ("JD7001", "waybill:JD7001"),
        ("coil-9", "product:coil-9"),
        ("P1", "pallet:P1"),
        (f"chain of {order.ORDER}", f"chain:chain of {order.ORDER}"),
        (f"activity:{order.ORDER}/1", f"activity:{order.ORDER}/1"),
    ],
)
def test_a_name_leads_to_its_subject(ledger, asked: str, found: str) -> None:
    assert found == resolve(ledger, asked)


@pytest.mark.parametrize(("asked", "near"), [("JD701", "waybill:JD7001"), ("box:B2", "box:B1")])
def test_a_slip_is_told_what_is_near(ledger, asked: str, near: str) -> None:
    with pytest.raises(TanluError) as caught:
        resolve(ledger, asked)

    assert caught.value.code == "TL430"
    assert near in str(caught.value)


def test_in_an_empty_ledger_nothing_is_near(tmp_path) -> None:
    with pytest.raises(TanluError, match="near: –"):
        resolve(open_workspace(tmp_path, create=True), "waybill:1")


@pytest.mark.parametrize("asked", ["", ":", "(", "waybill:%"])
def test_what_names_hardly_anything_is_refused(ledger, asked: str) -> None:
    with pytest.raises(TanluError, match="TL430"):
        resolve(ledger, asked)
