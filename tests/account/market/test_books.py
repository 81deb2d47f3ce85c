"""A ledger has both bases side by side, and each is written anew when what it rests on changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.account.market.test_instruments import lines

from tanlu.account import quantify_all
from tanlu.account.market import books as module
from tanlu.store import Workspace, open_workspace
from tanlu.verify import replay

START = 1_767_225_600_000_000  # 2026-01-01 UTC
KWH, DAY_US = 3_600_000, 86_400_000_000
RESIDUAL, GUANGDONG = 609_600_000, 441_900_000  # µg/kWh of 2023: MEE notice, tables 3 and 4


def last(steps: Any) -> Any:
    *_, end = steps
    return end.result


def used(n: int, kwh: int = 1000, **told: Any) -> dict[str, Any]:
    return {
        "activity_id": f"a{n}", "start": START + n * 10**6, "end": START + 10**12,
        "zone": "Asia/Shanghai", "precision": "day", "kind": "energy.electricity",
        "place": "CN-GD", "operator": "PARK", "energy_j": kwh * KWH, **told,
    }  # fmt: skip


@pytest.fixture
def books(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "books", create=True)


def write(books: Workspace, *rows: dict[str, Any]) -> None:
    books.append("activity", pl.DataFrame(list(rows), infer_schema_length=None))


def rows_of(books: Workspace, basis: str) -> dict[str, int]:
    found = books.scan("emission").filter(pl.col("basis") == basis).collect()
    return dict(found.select("activity_id", "co2e_ug").iter_rows())


def account(books: Workspace) -> Any:
    return last(quantify_all(books, profile="ghg_protocol"))


def test_without_instruments_the_market_has_the_residual_mix(books: Workspace) -> None:
    write(books, used(0))
    account(books)

    assert rows_of(books, "location") == {"a0": 1000 * GUANGDONG}
    assert rows_of(books, "market") == {"a0": 1000 * RESIDUAL}


def test_a_certificate_covers_its_share_of_every_row_of_its_holder(books: Workspace) -> None:
    write(books, used(0, 1500), used(1, 500), used(2, operator="OTHER"))
    (books.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "0"}))
    account(books)

    assert rows_of(books, "market") == {
        "a0": 750 * RESIDUAL, "a1": 250 * RESIDUAL, "a2": 1000 * RESIDUAL,
    }  # fmt: skip
    assert rows_of(books, "location")["a0"] == 1500 * GUANGDONG


def test_own_generation_is_nothing_on_either_basis_until_its_attributes_are_sold(
    books: Workspace,
) -> None:
    write(books, used(0, technology="pv.onsite"))
    account(books)

    assert (rows_of(books, "location"), rows_of(books, "market")) == ({"a0": 0}, {"a0": 0})

    (books.path / "instruments.csv").write_bytes(lines({"type": "sold", "energy_kwh": "400"}))
    account(books)
    assert rows_of(books, "location") == {"a0": 0}
    assert rows_of(books, "market") == {"a0": 400 * RESIDUAL}


def test_a_contract_told_by_the_activity_leaves_its_location_alone(books: Workspace) -> None:
    write(books, used(0, technology="residual"), used(1))
    (books.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "0"}))
    account(books)

    assert rows_of(books, "location") == {"a0": 1000 * GUANGDONG, "a1": 1000 * GUANGDONG}
    assert rows_of(books, "market") == {"a0": 1000 * RESIDUAL, "a1": 0}


def test_nothing_is_written_again_while_nothing_changes(books: Workspace) -> None:
    write(books, used(0))
    account(books)
    before = books.version
    account(books)

    assert before == books.version


def test_new_consumption_changes_what_a_certificate_covers(books: Workspace) -> None:
    (books.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "0"}))
    write(books, used(0))
    account(books)
    assert rows_of(books, "market") == {"a0": 0}

    write(books, used(1, 1000))
    account(books)
    assert rows_of(books, "market") == {"a0": 500 * RESIDUAL, "a1": 500 * RESIDUAL}


def test_a_corrected_activity_takes_its_row_by_market_with_it(books: Workspace) -> None:
    write(books, used(0))
    account(books)
    write(books, used(9, 10, supersedes="a0"))
    account(books)

    assert rows_of(books, "market") == {"a9": 10 * RESIDUAL}


def test_what_is_refused_of_instruments_is_said_once(books: Workspace) -> None:
    write(books, used(0))
    (books.path / "instruments.csv").write_bytes(lines({}, {}, {"instrument_id": "", "type": "x"}))
    account(books)
    account(books)

    said = books.scan("finding").filter(pl.col("subject").str.starts_with("instrument:")).collect()
    assert sorted(said["code"]) == ["TL568", "TL569"]


def test_every_version_is_repeated_with_the_instruments_of_its_time(books: Workspace) -> None:
    write(books, used(0), used(1, technology="pv.onsite"))
    account(books)
    bare = books.version
    (books.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "0"}))
    account(books)
    (books.path / "instruments.csv").unlink()

    for as_of in (bare, None):
        found = last(replay(books, as_of=as_of))
        assert (found["compared"], found["equal"], found["differences"]) == (4, 4, 0)


def test_a_row_by_market_that_was_changed_is_found(books: Workspace) -> None:
    write(books, used(0))
    account(books)
    row = books.scan("emission").filter(pl.col("basis") == "market").collect()
    ids = row["emission_id"]
    books.commit({
        "retraction": pl.DataFrame({"id": ids, "key": ["emission_id"], "of": ["emission"],
                                    "reason": ["fraud"]}),
        "emission": row.with_columns(pl.col("co2e_ug") - 1),
    })  # fmt: skip

    assert last(replay(books))["differences"] == 1


def test_a_holder_that_only_tells_its_own_contract_has_a_row_by_market(books: Workspace) -> None:
    write(books, used(0, technology="residual"))
    account(books)
    assert rows_of(books, "market") == {"a0": 1000 * RESIDUAL}

    write(books, used(1, technology="residual"))
    account(books)
    assert set(rows_of(books, "market")) == {"a0", "a1"}


def test_a_contract_beside_a_group_that_did_not_change_gets_its_row(books: Workspace) -> None:
    write(books, used(0))
    account(books)
    write(books, used(1, technology="residual"))
    account(books)

    assert rows_of(books, "market") == {"a0": 1000 * RESIDUAL, "a1": 1000 * RESIDUAL}


def leg(n: int, **told: Any) -> dict[str, Any]:
    return {
        "activity_id": f"l{n}", "start": START, "end": START + 10**11, "zone": "Asia/Shanghai",
        "precision": "day", "kind": "transport.road", "vehicle_class": "van", "place": "CN-GD",
        "mass_mg": 10**9 * (n + 1), "distance_m": 10_000, "distance_type": "sfd", "round": "r1",
        **told,
    }  # fmt: skip


def test_a_share_of_metered_electricity_is_bought_by_whom_and_where_the_meter_is(
    books: Workspace,
) -> None:
    (books.path / "instruments.csv").write_bytes(
        lines({"co2e_g_per_kwh": "0", "energy_kwh": "500"})
    )
    write(books, used(0, round="r1"), leg(0, operator=None), leg(1, operator="X", place="VN"))
    account(books)

    # a third and two thirds of 1,000 kWh, half of it covered, none of it Vietnam's
    assert rows_of(books, "location") == {
        "l0": (1000 * GUANGDONG + 1) // 3, "l1": 2000 * GUANGDONG // 3,
    }  # fmt: skip
    by_market = rows_of(books, "market")
    assert by_market == {"l0": 500 * RESIDUAL // 3, "l1": 1000 * RESIDUAL // 3}
    assert sum(by_market.values()) == 500 * RESIDUAL
    assert last(replay(books))["differences"] == 0


def test_a_credit_note_keeps_its_sign_by_market(books: Workspace) -> None:
    write(books, used(0, -10), used(1, 1000))
    account(books)

    assert rows_of(books, "location")["a0"] == -10 * GUANGDONG
    assert rows_of(books, "market")["a0"] == -10 * RESIDUAL


def test_an_instrument_that_nobody_can_use_is_said_when_it_comes(books: Workspace) -> None:
    write(books, used(0))
    account(books)
    (books.path / "instruments.csv").write_bytes(
        lines({"holder": "PRAK"}, {"instrument_id": "G2", "type": "x"})
    )
    account(books)

    said = books.scan("finding").filter(pl.col("subject").str.starts_with("instrument:")).collect()
    assert sorted(said["code"]) == ["TL569", "TL570"]


def days(count: int) -> list[dict[str, Any]]:
    return [used(n, 1000 + n, start=START + n * DAY_US, end=START + (n + 1) * DAY_US)
            for n in range(count)]  # fmt: skip


def stopped(books: Workspace, slices: int) -> None:
    """Quantify, and stop as a kill would after so many slices of rows by market."""
    steps = quantify_all(books, profile="ghg_protocol")
    for step in steps:
        slices -= step.step == "market"
        if not slices:
            steps.close()
            return


@pytest.mark.parametrize("slices", [1, 2, 3])
def test_a_run_killed_between_slices_goes_on_behind_them(
    books: Workspace, monkeypatch: pytest.MonkeyPatch, slices: int
) -> None:
    monkeypatch.setattr(module, "SLICE", 2)
    (books.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "0"}))
    write(books, *days(8))
    stopped(books, slices)
    again = quantify_all(books, profile="ghg_protocol")
    steps = [step for step in again if step.step == "market"]
    other = open_workspace(books.path.parent / "whole", create=True)
    (other.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "0"}))
    write(other, *days(8))
    account(other)

    assert len(steps) == 4 - slices
    assert rows_of(books, "market") == rows_of(other, "market")
    assert len(rows_of(books, "market")) == 8
    assert books.scan("emission").collect()["emission_id"].is_unique().all()
    found = last(replay(books))
    assert (found["compared"], found["differences"]) == (16, 0)


def test_what_a_killed_run_left_is_mended_when_the_old_instruments_come_back(
    books: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLICE", 2)
    write(books, *days(6))
    account(books)
    before = rows_of(books, "market")
    (books.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "0"}))
    stopped(books, 1)
    assert rows_of(books, "market") != before

    (books.path / "instruments.csv").unlink()
    account(books)
    assert rows_of(books, "market") == before
    assert last(replay(books))["differences"] == 0


def test_two_that_write_at_once_write_every_row_once(
    books: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLICE", 2)
    write(books, *days(6))
    alone, whole, seen = module.twins, [False], []

    def overtaken(*args: Any, **options: Any) -> pl.DataFrame:
        made = alone(*args, **options)
        if not whole[0]:
            whole[0] = True
            seen.append(account(open_workspace(books.path)))
        return made

    monkeypatch.setattr(module, "twins", overtaken)
    account(books)

    rows = books.scan("emission").collect()
    assert len(seen) == 1
    assert rows["emission_id"].is_unique().all()
    assert len(rows_of(books, "market")) == 6
    sources = [line["source"] or {} for line in books.log("append")]
    written = [source for source in sources if source.get("stage") == module.MARKET]
    # the slower one found that all is written
    assert len(written) == 3


def test_a_row_by_market_goes_with_the_last_row_by_location(books: Workspace) -> None:
    write(books, used(0, round="r1"))
    account(books)
    assert rows_of(books, "market") == {"a0": 1000 * RESIDUAL}

    # the round spans two years now and is refused: no electricity is left by location
    late = START + 700 * DAY_US
    write(books, leg(0, start=late, end=late + DAY_US))
    account(books)
    assert (rows_of(books, "location"), rows_of(books, "market")) == ({}, {})
