"""The legs of a disclosure against the ledger that it came from."""

from __future__ import annotations

import polars as pl

from tanlu.serve.proofs import Shelf, legs, seen
from tests.serve.proofs.making import published, subject


def test_the_legs_sum_to_what_the_ledger_says(home):
    name = subject(home)
    shown = seen(Shelf(home.state).found(published(home, of=name))).shown
    rows = home.workspace("home").scan("emission").filter(
        pl.col("subject") == name, pl.col("profile") == "iso14083", pl.col("basis") != "market"
    )  # fmt: skip
    assert sum(leg.co2e_ug for leg in legs(shown)) == rows.collect()["co2e_ug"].sum()


def test_what_was_withheld_is_in_no_leg(home):
    shown = seen(Shelf(home.state).found(published(home))).shown
    told = {key for leg in legs(shown) for key in leg.told}
    assert not told & {"origin", "destination", "distance_m", "mass_mg", "start", "kind"}
