"""A ledger goes on with the packs that it adopted, whatever the next Tanlu brings."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.account import quantify_all
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.packs import adopt, library_of, settle
from tanlu.factors.packs.adopted import adopted
from tanlu.store import Workspace, open_workspace
from tanlu.terms import schema
from tanlu.verify import replay
from tests.factors.packs.own import own

DAY = 86_400_000_000
START = 1_772_323_200_000_000  # 2026-03-01 in Shanghai
METER = {
    "activity_id": "m", "kind": "energy.electricity", "energy_j": 3_600_000, "place": "CN-GD",
    "start": START, "end": START + DAY, "zone": "Asia/Shanghai",
}  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    made = open_workspace(tmp_path / "books", create=True)
    made.append("activity", schema("activity").fit(pl.DataFrame([METER])))
    return made


def grams(ledger: Workspace) -> float:
    list(quantify_all(ledger))
    total = ledger.scan("emission").select(pl.col("co2e_ug").sum()).collect().item()
    return float(total) / 1e6


def test_a_new_ledger_uses_the_built_in_packs_and_keeps_them_at_first_use(
    ledger: Workspace,
) -> None:
    assert library_of(ledger) is library()
    assert adopted(ledger) == []

    settle(ledger)

    assert [each["hash"] for each in adopted(ledger)] == [pack.hash for pack in library().packs]
    assert all(ledger.originals.get(each["original"]).is_file() for each in adopted(ledger))


def test_settling_twice_writes_once(ledger: Workspace) -> None:
    settle(ledger)
    version = ledger.version
    settle(ledger)

    assert ledger.version == version


def test_a_ledger_goes_on_with_its_own_packs_when_the_built_in_ones_change(
    ledger: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = grams(ledger)
    changed = own({"co2_fossil": "0.9"})
    newer = [*library().packs, changed]
    monkeypatch.setattr("tanlu.factors.packs.adopted.library", lambda: _made(newer))

    assert grams(ledger) == before
    assert library_of(ledger).hash != _made(newer).hash


def test_adopting_makes_a_new_revision_at_the_next_quantify(ledger: Workspace) -> None:
    before = grams(ledger)
    version = ledger.version
    adopt(ledger, [*library().packs, own()], why="test")

    assert (before, grams(ledger)) == (441.9, 500.0)
    assert ledger.scan("emission", as_of=version).collect()["co2e_ug"].sum() == 441_900_000
    assert [list(replay(ledger))[-1].result[name] for name in ("differences", "compared")] == [0, 2]
    old = list(replay(ledger, as_of=version))[-1].result
    assert (old["differences"], old["compared"]) == (0, 2)


def test_the_library_of_a_profile_is_that_of_its_last_numbers(ledger: Workspace) -> None:
    grams(ledger)
    used = library_of(ledger).hash
    adopt(ledger, [*library().packs, own()], why="test")

    assert library_of(ledger, profile="iso14083").hash == used
    assert library_of(ledger).hash != used


def test_a_pack_that_is_gone_is_said_and_not_replaced(ledger: Workspace) -> None:
    adopt(ledger, [*library().packs, own({"co2_fossil": "0.7"})], why="test")
    ledger.originals.get(adopted(ledger)[-1]["original"]).unlink()
    with pytest.raises(TanluError) as raised:
        library_of(open_workspace(ledger.path))

    assert raised.value.code == "TL607"


def test_a_pack_is_not_among_what_can_be_erased(ledger: Workspace) -> None:
    settle(ledger)
    file = f"originals/{adopted(ledger)[0]['original']}"

    assert file not in ledger.erasable()
    with pytest.raises(TanluError):
        ledger.retire(file, reason="test")


def _made(packs: list[object]) -> object:
    from tanlu.factors.packs import made_of

    return made_of(packs)  # type: ignore[arg-type]
