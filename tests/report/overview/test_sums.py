"""The sums behind the first page."""

from __future__ import annotations

import polars as pl

from tanlu.report.overview.sums import summed
from tanlu.store import open_workspace


def test_every_cut_sums_to_the_same_total(network_books):
    workspace = open_workspace(network_books)
    sums = summed(workspace, None, as_of=None, profile=None, basis=None)
    total = sums.co2e_ug
    assert total > 0
    for table in (sums.kinds, sums.flows, sums.days):
        assert table["co2e_ug"].sum() == total
        assert table["transport_kgm"].sum() == sums.transport_kgm
    assert sums.lanes["co2e_ug"].sum() <= total
    named = workspace.scan("emission").select(pl.coalesce("shipment", "consignment")).collect()
    assert sums.shipments == named.drop_nulls().to_series().n_unique() > 0
