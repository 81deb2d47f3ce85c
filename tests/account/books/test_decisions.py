"""A number is explained by the decisions of its time, whatever chain.toml says now."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.account import estimate, in_force, overrides, quantify_all, trace
from tanlu.account.chains import NONE
from tanlu.errors import TanluError
from tanlu.store import Workspace, open_workspace
from tanlu.terms import schema

ORDER = {
    "kind": "transport.road", "mass_mg": 12_000_000, "origin": "CN-SH", "destination": "CN-BJ",
    "start": 1_790_000_000_000_000,
}  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    made = open_workspace(tmp_path / "books", create=True)
    row = ORDER | {"activity_id": "a", "end": ORDER["start"] + 1, "zone": "Asia/Shanghai"}
    made.append("activity", schema("activity").fit(pl.DataFrame([row])))
    return made


def decide(ledger: Workspace, circuity: float) -> None:
    (ledger.path / "chain.toml").write_text(f"[circuity.road]\nCN = {circuity}\n")


def quantified(ledger: Workspace) -> int:
    list(quantify_all(ledger))
    return int(ledger.scan("emission").select(pl.col("co2e_ug").sum()).collect().item())


def test_what_was_decided_is_kept_and_found_after_it_was_changed(ledger: Workspace) -> None:
    decide(ledger, 1.5)
    quantified(ledger)
    decide(ledger, 2)

    assert in_force(ledger).circuities() == {("transport.road", "CN"): 1.5}
    assert overrides(ledger.path).circuities() == {("transport.road", "CN"): 2.0}


def test_each_version_of_the_ledger_has_the_decisions_of_its_time(ledger: Workspace) -> None:
    quantified(ledger)
    before = ledger.version
    decide(ledger, 1.5)
    quantified(ledger)

    assert in_force(ledger, as_of=before) is NONE
    assert in_force(ledger).sha256 == overrides(ledger.path).sha256


def test_without_a_run_the_decisions_of_now_hold(ledger: Workspace) -> None:
    decide(ledger, 1.5)

    assert in_force(ledger).sha256 == overrides(ledger.path).sha256


def test_what_was_decided_is_named_among_what_can_be_erased(ledger: Workspace) -> None:
    decide(ledger, 1.5)
    quantified(ledger)

    assert ledger.erasable() == {f"originals/{in_force(ledger).sha256}": "chain.toml"}


def test_decisions_that_are_lost_are_not_guessed(ledger: Workspace) -> None:
    decide(ledger, 1.5)
    quantified(ledger)
    (ledger.path / "originals" / in_force(ledger).sha256).unlink()
    decide(ledger, 2)

    with pytest.raises(TanluError, match="TL607"):
        in_force(ledger)


def test_one_order_is_estimated_under_the_decisions_too(ledger: Workspace) -> None:
    sums = []
    for circuity in (1.5, 2):
        decide(ledger, circuity)
        chains = overrides(ledger.path)
        sums.append(estimate(ORDER, chains=chains)["co2e_ug"])

        assert quantified(ledger) == sums[-1]
    assert sums[0] < sums[1]
    assert estimate(ORDER)["co2e_ug"] not in sums


def test_a_trace_is_of_the_decisions_that_it_is_given(ledger: Workspace) -> None:
    decide(ledger, 1.5)
    rows = ledger.scan("activity").collect()
    main = [
        trace(rows, chains=chains).filter(pl.col("kind") == "transport.road")["distance_m"].max()
        for chains in (NONE, overrides(ledger.path))
    ]

    assert main[0] < main[1]
