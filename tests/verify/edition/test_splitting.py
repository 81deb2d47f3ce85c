"""Every microgram between two editions stands under the one reason that made it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.account.market.test_books import RESIDUAL, used
from tests.account.market.test_instruments import lines
from tests.verify.edition import books as of

from tanlu.account import quantify_all
from tanlu.store import Workspace, open_workspace
from tanlu.verify.edition.splitting import REASONS


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    made = of.books(tmp_path / "books")
    of.publish(made, "old")
    return made


def reasons(ledger: Workspace) -> dict[str, int]:
    of.publish(ledger, "new")
    rows, facts = of.difference(ledger, "old", "new")
    sums = rows.group_by("reason").agg(pl.col("change_ug").sum())

    assert facts["adds_up"]
    assert facts["as_pinned"] == [True, True]
    return {name: int(change) for name, change in sums.iter_rows()}


def total(ledger: Workspace, *names: str, as_of: str | None = None) -> int:
    rows = ledger.scan("emission", as_of=as_of).filter(pl.col("activity_id").is_in(names))
    return int(rows.select(pl.col("co2e_ug").sum()).collect().item())


def test_nothing_differs_from_itself(ledger: Workspace) -> None:
    assert reasons(ledger) == {}


def test_what_came_later_is_late_data(ledger: Workspace) -> None:
    of.append(ledger, of.leg("late"))

    assert reasons(ledger) == {"late": total(ledger, "late")}


def test_a_correction_is_what_it_changes_and_names_what_it_replaces(ledger: Workspace) -> None:
    of.append(ledger, of.leg("leg-2", tonnes=5, supersedes="leg"))
    change = total(ledger, "leg-2") - total(ledger, "leg", as_of="old")

    assert reasons(ledger) == {"corrected": change}
    assert change < 0
    rows, _ = of.difference(ledger, "old", "new")
    assert set(rows.select("activity_id", "replaces").iter_rows()) == {
        ("leg", "leg-2"), ("leg-2", "leg"),
    }  # fmt: skip


def test_a_correction_of_a_correction_is_one_correction(ledger: Workspace) -> None:
    of.append(ledger, of.leg("leg-2", tonnes=5, supersedes="leg"))
    of.append(ledger, of.leg("leg-3", tonnes=6, supersedes="leg-2"))
    change = total(ledger, "leg-3") - total(ledger, "leg", as_of="old")

    assert reasons(ledger) == {"corrected": change}


def test_a_correction_of_late_data_is_late_data(ledger: Workspace) -> None:
    of.append(ledger, of.leg("late"))
    of.append(ledger, of.leg("late-2", tonnes=3, supersedes="late"))

    assert reasons(ledger) == {"late": total(ledger, "late-2")}


def test_what_is_taken_back_is_retracted(ledger: Workspace) -> None:
    was = total(ledger, "leg")
    of.retract(ledger, "leg")

    assert reasons(ledger) == {"retracted": -was}


def test_a_correction_that_was_taken_back_is_a_retraction(ledger: Workspace) -> None:
    was = total(ledger, "leg")
    of.append(ledger, of.leg("leg-2", tonnes=5, supersedes="leg"))
    of.retract(ledger, "leg-2")

    assert reasons(ledger) == {"retracted": -was}


def test_another_factor_changes_the_same_activities(ledger: Workspace) -> None:
    was = total(ledger, "meter", "stop-1")
    of.other_factors(ledger)
    change = total(ledger, "meter", "stop-1") - was

    assert reasons(ledger) == {"factors": change}
    _, facts = of.difference(ledger, "old", "new")
    assert sum(int(row["difference_ug"]) for row in facts["factors"]) == change
    assert all(row["factor_was"] and row["factor_id"] for row in facts["factors"])


def test_a_new_member_of_a_round_moves_the_shares_of_the_others(ledger: Workspace) -> None:
    was = total(ledger, "stop-1")
    stop = of.ROUND[1] | {"activity_id": "stop-2", "mass_mg": 3 * 10**7}
    of.append(ledger, stop)

    assert reasons(ledger) == {
        "late": total(ledger, "stop-2"), "allocation": total(ledger, "stop-1") - was,
    }  # fmt: skip
    # the energy of the round is what it was: what one gets the other gives
    assert total(ledger, "stop-1", "stop-2") == was


def test_all_reasons_at_once_stand_apart(ledger: Workspace) -> None:
    of.append(ledger, of.leg("late"), of.leg("leg-2", tonnes=5, supersedes="leg"))
    of.retract(ledger, "stop-1", "bill")
    of.other_factors(ledger)
    found = reasons(ledger)

    assert set(found) == {"late", "corrected", "retracted", "factors"}


def test_another_period_is_another_boundary_and_not_late_data(tmp_path: Path) -> None:
    ledger = of.books(tmp_path / "books")
    of.append(ledger, of.leg("next", day=40))
    march = replace(of.ALL, span=(of.START, of.START + 31 * of.DAY))
    of.publish(ledger, "march", march)
    of.append(ledger, of.leg("late", day=41), of.leg("late-too"))
    of.publish(ledger, "both", of.ALL)
    rows, facts = of.difference(ledger, "march", "both")
    found = {row["reason"]: int(row["difference_ug"]) for row in facts["reasons"]}

    assert facts["adds_up"]
    assert found == {
        "boundary": total(ledger, "next"), "late": total(ledger, "late", "late-too"),
    }  # fmt: skip
    assert rows["change_ug"].abs().is_sorted(descending=True)


def test_corrections_that_correct_each_other_come_to_an_end(ledger: Workspace) -> None:
    of.append(ledger, of.leg("a", supersedes="b"), of.leg("b", supersedes="a"))
    of.append(ledger, of.leg("c", supersedes="c"))

    # each is superseded: none holds, and nothing of them is counted
    assert reasons(ledger) == {}


def market(ledger: Workspace, *rows: dict[str, Any], contracts: bytes | None = None) -> None:
    """Use electricity, settle it by contracts and publish both bases."""
    if contracts is not None:
        (ledger.path / "instruments.csv").write_bytes(contracts)
    if rows:
        ledger.append("activity", pl.DataFrame(list(rows), infer_schema_length=None))
    list(quantify_all(ledger, profile="ghg_protocol"))


def test_contracts_are_method_and_what_else_their_holder_uses_moves_the_shares(
    tmp_path: Path,
) -> None:
    ledger = open_workspace(tmp_path / "books", create=True)
    extent = replace(of.ALL, profile="ghg_protocol", basis="market")
    market(ledger, used(0), contracts=lines({"co2e_g_per_kwh": "0"}))
    first = of.publish(ledger, "first", extent)
    market(ledger, used(1))
    of.publish(ledger, "second", extent)
    market(ledger, contracts=lines({"co2e_g_per_kwh": "0", "energy_kwh": "500"}))
    third = of.publish(ledger, "third", extent)
    sums = [
        {row["reason"]: int(row["difference_ug"]) for row in facts["reasons"]}
        for facts in (of.difference(ledger, *pair)[1] for pair in
                      (("first", "second"), ("second", "third")))
    ]  # fmt: skip
    half = 500 * RESIDUAL

    # the certificate of 1000 kWh covers half of each, then that of 500 a quarter
    assert sums == [{"late": half, "allocation": half}, {"method": half}]
    assert json.loads(first["pins"])["instruments"] != json.loads(third["pins"])["instruments"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["late", "corrected", "retracted", "factors", "stop"]), st.integers(1, 40)
    ),
    min_size=1, max_size=5,
)  # fmt: skip


# each example writes two ledgers' worth of commits: to shrink one would take minutes
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=5, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(before=STEPS, after=STEPS)
def test_whatever_happens_the_reasons_add_up_to_the_microgram(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        ledger = of.books(Path(folder) / "books")
        for number, (step, size) in enumerate(before):
            happen(ledger, step, size, f"a{number}")
        of.publish(ledger, "old")
        for number, (step, size) in enumerate(after):
            happen(ledger, step, size, f"b{number}")
        of.publish(ledger, "new")
        rows, facts = of.difference(ledger, "old", "new")

    assert facts["adds_up"]
    assert facts["as_pinned"] == [True, True]
    assert set(rows["reason"]) <= set(REASONS) - {"other", "boundary", "method"}
    assert rows.select("emission_id", "part").is_unique().all()


def happen(ledger: Workspace, step: str, size: int, name: str) -> None:
    """Let one thing happen to a ledger."""
    legs = [each for each in held(ledger) if each not in {"meter", "bill"}]
    if step == "late":
        of.append(ledger, of.leg(name, tonnes=size))
    elif step == "stop":
        of.append(ledger, of.ROUND[1] | {"activity_id": name, "mass_mg": size * 10**6})
    elif step == "factors":
        of.other_factors(ledger, f"0.{size}")
    elif legs and step == "corrected":
        of.append(ledger, of.leg(name, tonnes=size, supersedes=legs[size % len(legs)]))
    elif (every := held(ledger)) and step == "retracted":
        of.retract(ledger, every[size % len(every)])


def held(ledger: Workspace) -> list[Any]:
    return ledger.scan("activity", columns=["activity_id"]).collect()["activity_id"].to_list()
