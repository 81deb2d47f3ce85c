"""What is known of a way, and what is not."""

import polars as pl
import pytest

from tanlu.track.network import matched
from tests.track.network.made import fixes, gone, line, metres, net, town

L_SHAPED = [(0.0, 0.0), (1_000.0, 0.0), (1_000.0, 1_000.0)]


def sigma(found: pl.DataFrame) -> float:
    return float(found["way_sigma_mm"].max()) / 1e3


def test_a_corner_in_an_outage_is_gone_round() -> None:
    graph = net(line(L_SHAPED))
    told = fixes(gone(L_SHAPED, 10, 10), 10, lost=(7, 14))

    made = matched(told, graph)

    assert metres(told) < 1_800
    assert metres(made.fixes) == pytest.approx(1_991, abs=8)
    assert made.network_m == pytest.approx(1_991, abs=12)


def test_coarse_fixes_in_a_town_follow_its_streets() -> None:
    stairs = [(0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (800.0, 400.0), (800.0, 800.0)]
    told = fixes(gone(stairs, 8, 45), 45, noise_m=4)

    made = matched(told, net(*town(6))).fixes

    # the last fix lies a way before the end
    assert metres(told) < 1_350
    assert metres(made) == pytest.approx(1_440 - 4 * 8.6, abs=25)


def test_two_ways_of_one_likelihood_are_told_as_their_mean_with_their_spread() -> None:
    short = [(0.0, 0.0), (2_500.0, 0.0), (5_000.0, 1_500.0), (7_500.0, 0.0), (10_000.0, 0.0)]
    other = line([(2_500, 0), (5_000, -1_650), (7_500, 0)])
    one = fixes(gone(short, 20, 10), 20, lost=(10, 45))
    # what was measured lies between both
    both = one.with_columns(
        way_mm=pl.when(pl.col("bridged") == 1).then(pl.lit(7_000_000)).otherwise("way_mm")
    )

    sure = matched(both, net(line(short))).fixes
    torn = matched(both, net(line(short), other)).fixes

    assert sigma(torn) > 1.2 * sigma(sure)
    assert metres(sure) + 15 < metres(torn) < metres(sure) + 140


def test_where_the_map_lacks_a_piece_the_measured_way_stays() -> None:
    straight = [(0.0, 0.0), (6_000.0, 0.0)]
    pieces = net(line([(0, 0), (2_000, 0)]), line([(4_000, 0), (6_000, 0)]))
    told = fixes(gone(straight, 20, 10), 10, ratio=1.05)

    made = matched(told, pieces).fixes
    middle = pl.col("lon_e7").is_between(1_100_000_000 + 230_000, 1_100_000_000 + 390_000)

    assert made.filter(middle)["way_mm"].to_list() == pytest.approx(
        told.filter(middle)["way_mm"].to_list(), rel=0.01
    )
    assert metres(made) == pytest.approx(4_000 + 2_000 * 1.05, rel=0.01)


def test_a_detour_that_nobody_could_have_driven_is_not_taken() -> None:
    broken = net(
        line([(0, 0), (1_000, 0)]), line([(1_500, 0), (3_000, 0)]),
        line([(1_000, 0), (1_000, 9_000), (1_500, 9_000), (1_500, 0)]),
    )  # fmt: skip
    told = fixes(gone([(0, 0), (3_000, 0)], 15, 10), 10, lost=(5, 12))

    assert metres(matched(told, broken).fixes) == pytest.approx(metres(told), rel=0.01)


def test_off_the_network_nothing_changes() -> None:
    told = fixes(gone([(0, 5_000), (3_000, 5_000)], 15, 10), 10, lost=(5, 12))

    made = matched(told, net(*town()))

    assert made.fixes.equals(told)
    assert made.network_m == 0


def test_a_fix_of_a_tower_tells_no_street() -> None:
    graph = net(line(L_SHAPED))
    places = gone(L_SHAPED, 10, 10)
    # at the corner a tower says that it was 400 m off
    places[10] = (1_400.0, 0.0)
    told = fixes(places, 10).with_columns(
        source=pl.when(pl.int_range(pl.len()) == 10).then(pl.lit("cell")).otherwise("source"),
        bridged=pl.when(pl.int_range(pl.len()).is_in([10, 11])).then(2).otherwise(0),
        # what was measured over it is as rough
        way_sigma_mm=pl.when(pl.int_range(pl.len()).is_in([10, 11])).then(400_000).otherwise(2_000),
    )

    assert metres(told) > 2_500
    assert metres(matched(told, graph).fixes) == pytest.approx(1_991, abs=60)
