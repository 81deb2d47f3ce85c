from __future__ import annotations

import datetime as dt

import pytest

from tanlu.ui.frame.numbers import Numbers

N = Numbers("en")


@pytest.mark.parametrize(
    ("ug", "text"),
    [(1_285_100_000_000_000, "1,285 tCO₂e"), (412_000_000, "412.0 gCO₂e"),
     (1_857_000_000, "1.857 kgCO₂e"), (0, "0 gCO₂e"), (-4_100_000_000_000, "-4.100 tCO₂e")],
)  # fmt: skip
def test_carbon_is_written_in_the_unit_in_which_it_reads_well(ug: int, text: str) -> None:
    assert str(N.carbon(ug)) == text


def test_an_unknown_amount_is_a_dash_and_not_zero() -> None:
    assert N.carbon(None).value == "–"
    assert N.mass(None).value == N.distance(None).value == N.energy(None).value == "–"


def test_the_figures_of_a_table_agree_in_their_unit_and_digits() -> None:
    column = [N.carbon(ug, like=1_285_100_000_000) for ug in (1_285_100_000_000, 2_000_000_000)]

    assert [str(each) for each in column] == ["1.29 tCO₂e", "0.0020 tCO₂e"]


def test_the_whole_amount_is_kept_for_who_wants_it() -> None:
    assert N.carbon(1_857_000_001).whole == "1,857.000001 g"
    assert N.mass(2_710_000).whole == "2,710 g"


def test_what_a_figure_is_for_stands_in_its_unit() -> None:
    assert N.carbon(412_000_000, per="order").unit == "gCO₂e/order"


def test_goods_distances_and_energy_have_their_units() -> None:
    assert str(N.mass(2_710_000)) == "2.710 kg"
    assert str(N.distance(764_000)) == "764.0 km"
    assert str(N.distance(640)) == "640 m"
    assert str(N.energy(3_600_000)) == "1.000 kWh"
    assert N.energy(3_600_000 * 20_000).unit == "MWh"


def test_a_time_is_written_in_the_zone() -> None:
    us = int(dt.datetime(2026, 11, 20, 16, 30, 5, tzinfo=dt.UTC).timestamp()) * 1_000_000

    assert N.moment(us) == "2026-11-21 00:30"
    assert N.moment(us, "clock") == "00:30:05"
    assert N.stamp(us) == "2026-11-20T16:30:05Z"
    assert N.moment(None) == "–"


def test_counts_beside_the_navigation_are_short() -> None:
    assert [N.short(v) for v in (3, 2184, 100_000, 96_400, 1_250_000)] == [
        "3", "2,184", "100k", "96k", "1.2M",
    ]  # fmt: skip


def test_a_share_is_percent() -> None:
    assert N.percent(0.738) == "73.8 %"
    assert N.percent(None) == "–"
