"""The tables of assumptions name their sources and fit together."""

from __future__ import annotations

import math

from tanlu.simulate.stated import great_circle_km, lanes, load_of, rate_ppm, stated, table


def test_every_figure_names_its_source() -> None:
    assert [row["name"] for row in table("stated") if not row["source"]] == []


def test_there_are_31_provinces_with_demand_and_34_units() -> None:
    demand = [row["code"] for row in table("place") if float(row["demand_index"]) > 0]

    assert (len(demand), len(table("place"))) == (31, 34)


def test_shares_of_goods_close() -> None:
    assert math.isclose(1, sum(float(row["share"]) for row in table("goods")))


def test_beijing_to_shanghai_is_1067_km() -> None:
    places = {row["code"]: row for row in table("place")}

    # great circle of the two city centres, as published in gazetteers: 1,067 km
    assert abs(1067 - great_circle_km(places["CN-BJ"], places["CN-SH"])) < 3


def test_every_lane_has_shares_that_close_and_ships_only_by_water() -> None:
    for index, (km, modes) in enumerate(lanes()):
        place = table("place")[index % 34]
        park = table("park")[index // 34]
        assert km > 0
        assert 0.9 < sum(modes) <= 1.0001
        if {place["water"], park["water"]} not in ({"sea"}, {"river"}):
            assert modes[3] == modes[4] == 0


def test_rate_follows_the_load_curve() -> None:
    row = table("fleet")[0]
    load, idle = load_of(row, 8), 0.15 * (0.5 + 8.5 / 16)
    work = 8.892084 / ((1 - idle) * load * 25.51) + (14.82 - 8.892084) / 25.51

    assert math.isclose(rate_ppm()[8 * 16 + 8], work * 1e6, rel_tol=1e-3)


def test_a_single_figure_is_found_by_its_name() -> None:
    assert stated("road_circuity") == 1.25
