"""The tiers of a ledger add up to its total."""

from __future__ import annotations

from decimal import Decimal

from tanlu.report.overview import overview, tiers
from tanlu.store import open_workspace


def test_the_parts_are_the_whole_of_transport(network_books):
    workspace = open_workspace(network_books)
    table, profile, basis = tiers(workspace)
    facts = overview(workspace, "2026").facts
    total = sum(Decimal(int(each)) for each in table["co2e_ug"].to_list())
    assert total.scaleb(-9) == Decimal(facts["co2e_kg"])
    assert (profile, basis) == (facts["profile"], facts["basis"])
