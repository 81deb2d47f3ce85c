"""Matching as a table: alone, in any order, nothing else touched."""

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.simulate.journeys import journeys
from tanlu.track.fuse import fuse
from tanlu.track.network import graph, matched
from tests.track.network.made import fixes, gone, line, metres, net, table, town

STAIRS = [(0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (800.0, 400.0), (800.0, 800.0)]


def drive(device: str = "d", **words: object) -> pl.DataFrame:
    return fixes(gone(STAIRS, 8, 20), 20, device=device, noise_m=3, **words)  # type: ignore[arg-type]


def test_only_ways_and_their_sigmas_change() -> None:
    told = drive()
    made = matched(told, net(*town())).fixes
    same = [name for name in told.columns if name not in ("way_mm", "way_sigma_mm")]

    assert made.select(same).equals(told.select(same))
    assert made.schema == told.schema
    assert made["way_mm"][0] is None
    assert not made["way_mm"].equals(told["way_mm"])


def test_each_device_is_matched_alone() -> None:
    whole = pl.concat([drive("a"), drive("b", lost=(8, 12)), drive("c")])
    graph = net(*town())

    alone = [matched(part, graph).fixes for part in whole.partition_by("device")]

    assert matched(whole, graph).fixes.equals(pl.concat(alone))


def test_lines_elsewhere_and_their_order_change_nothing() -> None:
    rows = town()
    more = [line([(50_000 + 10 * n, 0), (50_000, 900 + n)], f"far {n}") for n in range(40)]
    told = drive(lost=(8, 14))
    first = matched(told, graph(table(*rows))).fixes

    assert matched(told, graph(table(*reversed(rows)))).fixes.equals(first)
    assert matched(told, graph(table(*more, *rows, *more[:3]))).fixes.equals(first)


def test_the_ways_between_two_fixes_looked_at_keep_their_proportions() -> None:
    told = fixes(gone([(0, 0), (900, 0)], 10, 1), 1, ratio=1.1)
    made = matched(told, net(line([(0, 0), (900, 0)]))).fixes

    assert metres(told) == pytest.approx(990, abs=1)
    assert metres(made) == pytest.approx(900, abs=5)


def test_no_fixes_and_no_lines_are_nothing_to_match() -> None:
    told = drive()
    none = graph(table(line([(0, 0), (1, 1)])).clear())

    assert matched(told, none).fixes.equals(told)
    assert matched(told.clear(), net(*town())).fixes.is_empty()
    with pytest.raises(TanluError) as caught:
        matched(told.drop("bridged"), none)
    assert caught.value.code == "TL407"


def test_simulated_legs_are_known_better_with_the_map_than_without() -> None:
    made = journeys(4, 11, region="fit", templates=("parcel",), network=True)
    assert made.network is not None
    told = fuse(made.positions).fixes
    over = matched(told, graph(made.network)).fixes
    spans = made.legs.select("device", "start", "end", true=pl.col("distance_m") * 1e3)

    def errors(found: pl.DataFrame) -> pl.Series:
        within = spans.join(found, on="device").filter(pl.col("at").is_between("start", "end"))
        sums = within.group_by("device", "start", maintain_order=True).agg(
            pl.col("true").first(), pl.col("way_mm").sum()
        )
        return (sums["way_mm"] / sums["true"] - 1).abs()

    assert errors(over).median() < 0.5 * errors(told).median()  # type: ignore[operator]
    assert errors(over).mean() < 0.8 * errors(told).mean()  # type: ignore[operator]
