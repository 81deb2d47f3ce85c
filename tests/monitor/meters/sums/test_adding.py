"""Sums of metering points: nothing unknown counts as zero."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.meters.definitions import definitions
from tanlu.monitor.meters.resample import AMOUNTS
from tanlu.monitor.meters.sums.adding import (
    Share,
    below_another,
    calculated,
    not_below,
    of_points,
    roots,
    shares,
)
from tanlu.store import Workspace
from tests.monitor.meters.ledgers import HOUR, START, device, ledger, tell
from tests.monitor.meters.oracle import half_up

SENT = pl.DataFrame({
    "stream": ["energy"] * 5, "device": ["main", "a", "b", "b2", "c"], "first": [START] * 5,
})  # fmt: skip
SUM = {"stream": "sum", "role": "interval"}


def _points(*rows: tuple[str, int, int | None]) -> pl.DataFrame:
    shape = {"point": pl.String, "hour": pl.Int64, "amount": pl.Int64}
    frame = pl.DataFrame([(p, START + h * HOUR, a) for p, h, a in rows], schema=shape, orient="row")
    return frame.with_columns(
        stream=pl.lit("energy"), end=pl.col("hour") + HOUR, lower="amount", upper="amount",
        estimated=pl.lit(value=False),
    )  # fmt: skip


def test_a_sum_of_which_one_is_not_known_is_not_known() -> None:
    parts = [Share("energy", "a", Fraction(1)), Share("energy", "b", Fraction(-1))]
    points = _points(("a", 0, 10), ("b", 0, 4), ("a", 1, 10), ("b", 1, None), ("a", 2, 10))

    assert calculated(points, parts)["amount"].to_list() == [6, None, None]


@given(
    amounts=st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=6),
    tops=st.lists(st.integers(-9999, 9999), min_size=6, max_size=6),
)
def test_coefficients_are_exact_and_rounded_once(amounts: list[int], tops: list[int]) -> None:
    parts = [Share("energy", f"p{n}", Fraction(tops[n], 1000)) for n in range(len(amounts))]
    points = _points(*((f"p{n}", 0, each) for n, each in enumerate(amounts)))
    expected = sum(
        (part.factor * each for part, each in zip(parts, amounts, strict=True)), Fraction()
    )

    assert calculated(points, parts)["amount"].to_list() == [half_up(expected)]


def test_a_metering_point_goes_on_when_its_meter_is_changed(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    tell(books, "device", device("a"), device("b", replaces="a", since=5),
         device("c", replaces="b", since=9))  # fmt: skip
    told = definitions(books)
    half = START + HOUR // 2
    rows = [("a", START, START, half, 3), ("b", START, half, START + HOUR, 4),
            ("c", START + HOUR, START + HOUR, half + HOUR, 4)]  # fmt: skip
    hours = pl.DataFrame(
        [(*row, row[4], row[4], "measured", 1, False, False) for row in rows],
        schema=AMOUNTS,
        orient="row",
    ).with_columns(stream=pl.lit("energy"))
    found = of_points(hours, told, "UTC").sort("hour")

    assert roots(told) == {"a": "a", "b": "a", "c": "a"}
    assert found.select("point", "amount").rows() == [("a", 7), ("a", None)]


def test_a_formula_names_points_by_any_of_their_meters(tmp_path: Path) -> None:
    books = ledger(tmp_path, {}, SUM | {"formula": "main - subs(main) + 2 * b2"})
    tell(books, "device", device("main"), device("a", parent="main"), device("b", parent="main"),
         device("b2", replaces="b", since=9, parent="main"), device("c"))  # fmt: skip
    told = definitions(books)

    assert shares(told.streams["sum"], told, SENT) == [
        Share("energy", "main", Fraction(1)), Share("energy", "a", Fraction(-1)),
        Share("energy", "b", Fraction(1)),
    ]  # fmt: skip
    found = below_another(told.streams["energy"], told, SENT)

    assert sorted({*found["device"]}) == ["a", "b", "b2"]


@pytest.mark.parametrize("formula", ["main - nobody", "subs(c)", "main@water_ml", "main@nowhere"])
def test_a_sum_that_cannot_be_is_refused(tmp_path: Path, formula: str) -> None:
    books = ledger(tmp_path, {}, SUM | {"formula": formula})
    told = definitions(books)

    with pytest.raises(TanluError, match="TL377"):
        shares(told.streams["sum"], told, SENT)


def _below(books: Workspace, sent: list[tuple[str, str, int]], stream: str = "energy") -> Any:
    channels = pl.DataFrame(sent, schema=["stream", "device", "first"], orient="row")
    told = definitions(books)
    hours = pl.DataFrame(
        [(device, START + n * HOUR) for device in ("main", "sub") for n in range(6)],
        schema=["device", "hour"], orient="row",
    )  # fmt: skip
    kept = not_below(hours, below_another(told.streams[stream], told, channels))
    return kept.filter(device="sub")["hour"].to_list()


def test_what_the_meter_above_did_not_see_yet_the_one_below_counts(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    tell(books, "device", device("main"), device("sub", parent="main"))

    late = START + 2 * HOUR + HOUR // 3
    assert _below(books, [("energy", "main", late), ("energy", "sub", START)]) == [
        START, START + HOUR,
    ]  # fmt: skip
    on = START + 2 * HOUR
    assert len(_below(books, [("energy", "main", on), ("energy", "sub", START)])) == 2


def test_a_charger_below_a_main_meter_is_counted_in_it_whatever_its_stream(tmp_path: Path) -> None:
    heat = {"stream": "heat", "kind": "energy.heat", "carrier": None}
    books = ledger(tmp_path, {}, {"stream": "charge"}, heat)
    tell(books, "device", device("main"), device("sub", parent="main"))

    assert _below(books, [("energy", "main", START), ("charge", "sub", START)], "charge") == []
    assert len(_below(books, [("energy", "main", START), ("heat", "sub", START)], "heat")) == 6


def test_a_panel_that_sends_nothing_hides_no_meter_above_it(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    tell(books, "device", device("main"), device("panel", parent="main"),
         device("sub", parent="panel"))  # fmt: skip

    assert _below(books, [("energy", "main", START), ("energy", "sub", START)]) == []


def test_meters_above_each_other_both_count(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    tell(books, "device", device("main", parent="sub"), device("sub", parent="main"))

    assert len(_below(books, [("energy", "main", START), ("energy", "sub", START)])) == 6


def test_a_meter_that_is_moved_is_counted_where_it_hangs(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    tell(books, "device", device("main"), device("sub"),
         device("sub", parent="main", since=START + 9 * HOUR))  # fmt: skip
    sent = [("energy", "main", START), ("energy", "sub", START)]
    # told late, it was so before
    assert _below(books, sent) == []
    tell(books, "device", device("sub", since=START + 10 * HOUR))
    assert _below(books, sent) == []
    tell(books, "device", device("sub", since=START + 3 * HOUR, parent="main"))
    tell(books, "device", device("sub", since=START + 4 * HOUR))

    assert _below(books, sent) == [START + 4 * HOUR, START + 5 * HOUR]


@pytest.mark.parametrize("formula", ["sum@sum", "main - typo@energy", "main - other@sum"])
def test_a_sum_of_what_nobody_measures_is_refused(tmp_path: Path, formula: str) -> None:
    books = ledger(tmp_path, {}, SUM | {"formula": formula})
    told = definitions(books)

    with pytest.raises(TanluError, match="TL377"):
        shares(told.streams["sum"], told, SENT)
