"""What a statement is made of: units, streams and exact amounts."""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance import population, strategic
from tanlu.verify.assurance.streams import doubt_ug


def test_units_are_activities_with_what_a_document_would_show(books, engagement) -> None:
    found = population(books, engagement)
    first = found.units.row(0, named=True)

    assert found.units.height == 400
    assert (first["id"], first["reported"], first["unit"]) == ("leg/0000", "10", "t·km")
    assert (first["source"], first["line"], first["kind"]) == ("legs.csv", 0, "transport.road")
    assert found.total_ug == found.units["size"].sum()
    assert found.silent == 0


def test_streams_add_up_and_doubt_is_linear_within_a_factor(books, engagement) -> None:
    found = population(books, engagement)
    streams = strategic(found)

    assert streams["source"].to_list() == ["legs.csv", "bbbbbbbb"]
    assert int(streams["co2e_ug"].sum()) == found.total_ug
    assert streams["share_ppm"].sum() == pytest.approx(1_000_000, abs=2)
    # one factor for all: ±15 % of each row is ±15 % of the sum
    assert streams["doubt_ppm"].to_list() == [150_000, 150_000]


def test_doubt_of_several_factors_is_quadratic_also_where_streams_share_them(
    books, engagement
) -> None:
    found = population(books, engagement)
    odd = pl.col("activity_id").str.ends_with("1")
    hashes = pl.when(odd).then(pl.lit("1" * 64)).otherwise("factor_hash")
    two = replace(found, rows=found.rows.with_columns(factor_hash=hashes))

    def half(rows: pl.DataFrame) -> float:
        return int((rows["upper_ug"] - rows["lower_ug"]).sum()) / 2

    parts = [half(two.rows.filter(odd)), half(two.rows.filter(~odd))]
    assert doubt_ug(two) == pytest.approx(math.hypot(*parts), rel=1e-9)
    assert doubt_ug(found) == pytest.approx(sum(parts), rel=1e-9)
    # the streams of two sources each hold both factors
    legs = two.rows.filter(pl.col("source") == "legs.csv")
    parts = [half(legs.filter(odd)), half(legs.filter(~odd))]
    assert strategic(two)["half_ug"][0] == pytest.approx(math.hypot(*parts), rel=1e-9)


def test_activities_that_nothing_was_quantified_of_are_counted(books, engagement) -> None:
    row = books.scan("activity").head(1).collect().with_columns(activity_id=pl.lit("silent"))
    books.append("activity", row)

    assert population(books, engagement).silent == 1


def test_an_inventory_enters_with_what_it_counts(books, engagement) -> None:
    whole = population(books, engagement)
    lines = whole.rows.select("emission_id", pl.col("co2e_ug").alias("counted_ug"))
    half = lines.head(200).with_columns(pl.col("counted_ug") // 2)
    found = population(books, engagement, counted=pl.concat([half, half, lines.tail(100)]))

    assert found.units.height == 300
    assert found.total_ug == int(lines["counted_ug"].head(200).sum()) + int(
        lines["counted_ug"].tail(100).sum()
    )


def test_a_period_or_profile_without_emissions_is_refused(books, engagement) -> None:
    for change in ({"period": "2019"}, {"profile": "iso14067"}):
        with pytest.raises(TanluError) as refused:
            population(books, replace(engagement, **change))
        assert refused.value.code == "TL756"


def test_the_units_of_an_older_version_stay(books, engagement, emissions) -> None:
    before = population(books, engagement)
    row = books.scan("activity").head(1).collect().with_columns(activity_id=pl.lit("late"))
    books.append("activity", row)
    books.append("emission", emissions(["late"], [10**12]))

    assert population(books, engagement, as_of=before.version).units.equals(before.units)
    assert population(books, engagement).units.height == 401
