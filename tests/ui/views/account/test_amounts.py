"""What the pages of accounts share."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.ui.frame.numbers import Numbers
from tanlu.ui.views.account.amounts import decimal, ends, ug

pytestmark = pytest.mark.reads


@pytest.mark.parametrize("role", ["supplier", "device"])
def test_who_only_brings_data_reads_no_accounts(asking, role):
    for path in ("/inventory", "/inventory/2026", "/inventory/2026/1", "/totals", "/products",
                 "/factors", "/shipments"):  # fmt: skip
        assert asking(role).get(f"/en{path}").status_code == 403, path
    front = asking(role).get("/en/")
    assert not LexborHTMLParser(front.text).css(".kpi")


def test_what_is_not_known_is_a_dash_and_no_interval() -> None:
    numbers = Numbers("en")
    assert ug(None) is None
    assert ug("1.000000001") == 1_000_000_001
    assert decimal(numbers, None) == "–"
    assert ends(numbers, {"lower_kg": None, "upper_kg": "1"}, None) == ""
