"""A number that does not follow from what was signed is found, however well it is signed itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from tests.verify.offline.making import NOW_S, Draft, honest, trust
from tests.verify.test_faults import totalled

from tanlu.verify.offline import verify_pack
from tanlu.verify.offline.calc import Leg, Recalculation
from tanlu.verify.offline.calc.table import AMOUNTS
from tanlu.verify.offline.report import Book


@pytest.fixture
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    place: Path = tmp_path_factory.getbasetemp() / "rerun-once"
    place.mkdir(exist_ok=True)
    return honest(place)


def report(draft: Draft, **options: Any) -> Any:
    return verify_pack(io.BytesIO(draft.pack()), trust(), now_s=NOW_S, **options)


def named(draft: Draft, **options: Any) -> set[tuple[str, str]]:
    return {(each.code, each.where) for each in report(draft, **options).findings}


def edited(draft: Draft, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Draft:
    for name in sorted(draft.payloads):
        if name.startswith(f"{table}-"):
            draft.rewrite(name, change)
    return draft


def more(identity: str, column: str, by: int) -> Callable[[pl.DataFrame], pl.DataFrame]:
    hit = pl.col("emission_id") == identity
    return lambda frame: frame.with_columns(
        pl.when(hit).then(pl.col(column) + by).otherwise(column).alias(column)
    )


ALONE, SHARE = "a1|iso14083|ttw|none|", "b1|iso14083|ttw|none|e1"


@pytest.mark.parametrize(
    ("column", "codes"),
    [("co2e_ug", {"TL722", "TL727"}), ("n2o_ug", {"TL722"}), ("upper_ug", {"TL722"}),
     ("transport_kgm", {"TL722"}), ("sigma_ln_ppm", {"TL722"}), ("mass_mg", {"TL722"}),
     ("start", {"TL725"})],
)  # fmt: skip
def test_one_unit_more_is_found_and_the_row_named(
    draft: Draft, column: str, codes: set[str]
) -> None:
    found = named(edited(draft, "emission", more(ALONE, column, 1)))

    assert {code for code, _ in found} == codes
    assert any(where == ALONE for _, where in found)


def test_one_microgram_more_of_a_share_is_found(draft: Draft) -> None:
    found = named(edited(draft, "emission", more(SHARE, "co2e_ug", 1)))

    assert ("TL726", SHARE) in found


def test_totals_that_follow_a_dishonest_row_do_not_hide_it(draft: Draft) -> None:
    edited(draft, "emission", more(ALONE, "co2e_ug", -(10**6)))
    for total in draft.about["totals"]:
        if total["boundary"] == "ttw":
            total["co2e_ug"] = str(int(total["co2e_ug"]) - 10**6)
    found = report(draft)

    # signed, logged and witnessed: only recalculation finds it
    assert [each.state for each in found.steps[:6]] == ["holds"] * 6
    assert {(each.code, each.where) for each in found.findings if each.code == "TL722"} == {
        ("TL722", ALONE)
    }


def test_an_activity_that_was_made_smaller_no_longer_gives_its_row(draft: Draft) -> None:
    def lighter(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns((pl.col("mass_mg") // 2).alias("mass_mg"))

    assert {code for code, _ in named(edited(draft, "activity", lighter))} >= {"TL725"}


def test_a_row_without_a_line_and_a_line_without_a_row_are_found(draft: Draft) -> None:
    names, rows = draft.table("legs")
    kept = [row for row in rows if row[names.index("activity_id")] != "a1"]
    less = draft.copy()
    less.retable("legs", names, kept)
    assert ("TL723", ALONE) in named(less)

    def without(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("emission_id") != ALONE)

    assert "TL724" in {code for code, _ in named(edited(draft, "emission", without))}


def test_a_line_that_stands_twice_is_found(draft: Draft) -> None:
    names, rows = draft.table("legs")
    own = next(row for row in rows if row[names.index("activity_id")] == "a1")
    draft.retable("legs", names, [*rows, own])

    assert "TL724" in {code for code, _ in named(draft)}


@pytest.mark.parametrize("source", ["chain", "energy", "total"])
def test_another_source_of_amounts_does_not_excuse_them(draft: Draft, source: str) -> None:
    names, rows = draft.table("legs")
    for row in rows:
        if row[names.index("activity_id")] == "a1":
            row[names.index("from")] = source
    draft.retable("legs", names, rows)

    assert {code for code, _ in named(draft)} & {"TL725", "TL726", "TL723"}


def test_more_totals_than_fit_are_not_taken(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanlu.verify.offline.calc.rerun.MOST_TOTALS", 0)

    assert report(draft).exit == 2


def test_weights_decide_shares(draft: Draft) -> None:
    names, rows = draft.table("shares")
    rows[0][names.index("weight")] = str(int(rows[0][names.index("weight")]) * 2)
    draft.retable("shares", names, rows)

    assert {code for code, _ in named(draft)} == {"TL726"}


def test_a_taker_left_out_or_standing_twice_is_found(draft: Draft) -> None:
    names, rows = draft.table("shares")
    for wrong in (rows[:1], [*rows, rows[0]], []):
        other = draft.copy()
        other.retable("shares", names, wrong)
        assert "TL726" in {code for code, _ in named(other)}


@pytest.mark.parametrize("name", ["spec", "profile", "gwp_set"])
def test_rows_were_written_under_the_formulas_that_are_shown(draft: Draft, name: str) -> None:
    for line in draft.lines:
        if "pins" in (line.get("source") or {}):
            line["source"]["pins"][name] = "x"

    assert {code for code, _ in named(draft)} == {"TL725"}


@pytest.mark.parametrize(
    ("method", "energy_j", "said"),
    [("measured", 7, []), ("measured", 8, ["energy_j is 8, not 7"]), ("learned", 8, []),
     ("intensity", 7, ["its method is none that chooses an energy"])],
)  # fmt: skip
def test_a_measured_energy_is_the_activitys(method: str, energy_j: int, said: list[str]) -> None:
    book = Book()
    run = Recalculation(SimpleNamespace(), {}, book)
    amounts = dict.fromkeys(AMOUNTS) | {"energy_j": energy_j}
    case = SimpleNamespace(said={"method": method}, inputs={})
    run._bound(Leg(0, "a", None, 0, "energy", amounts), case, {"energy_j": 7, "distance_m": 1})

    assert [each.why for each in book] == said


@pytest.mark.parametrize(
    ("basis", "outcome"),
    [
        ("market", ("verified with findings", 3, {"TL734": 1})),
        ("none", ("failed", 1, {"TL723": 2})),
    ],
)
def test_rows_by_market_and_of_no_other_basis_are_counted_not_recalculated(
    draft: Draft, basis: str, outcome: tuple[str, int, dict[str, int]]
) -> None:
    def bought(frame: pl.DataFrame) -> pl.DataFrame:
        mine = pl.col("activity_id") == "a1"
        named = pl.col("emission_id").str.replace("none", basis)
        told = {"method": pl.lit("market"), "basis": pl.lit(basis), "emission_id": named}
        return frame.with_columns(
            pl.when(mine).then(each).otherwise(name).alias(name) for name, each in told.items()
        )

    names, rows = draft.table("legs")
    kept = [row for row in rows if row[names.index("activity_id")] != "a1"]
    draft.retable("legs", names, kept)
    total = [row[names.index("activity_id")] for row in kept].index("e1")
    columns, takers = draft.table("shares")
    draft.retable("shares", columns, [[str(total), *row[1:]] for row in takers])
    totalled(edited(draft, "emission", bought))
    found = report(draft)

    assert (found.verdict, found.exit, found.counts) == outcome


def test_a_sample_still_explains_every_row(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanlu.verify.offline.pack.SAMPLED", 0)

    assert report(draft, recalc="sample").exit == 0
    edited(draft, "emission", more(ALONE, "n2o_ug", 1))
    assert report(draft, recalc="sample").exit == 0
    assert report(draft, recalc="full").exit == 1
    assert report(draft, recalc="none").steps[6].state == "skipped"
