"""The independent frame: read, checked, and held against the ledger."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance import population
from tanlu.verify.assurance.engagement import FrameRule
from tanlu.verify.assurance.frame import beside, covered, matched, read_frame, uncovered


@pytest.fixture
def found(books, engagement):
    return population(books, engagement)


def test_a_frame_is_read_with_its_columns_and_scaled_exactly(tmp_path, found) -> None:
    (tmp_path / "gate.csv").write_text("n,id,km\n1,A,0.1\n2,B,3\n3,C,0\n")
    frame = read_frame(FrameRule("gate.csv", "id", "km"), tmp_path, found)

    assert dict(frame.units.iter_rows()) == {"A": 100_000, "B": 3_000_000, "C": 0}
    assert frame.unit == "km"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("id,km\nA,1\nA,2\n", FrameRule("gate.csv")),
        ("id,km\nA,-1\n", FrameRule("gate.csv")),
        ("id,km\nA,many\n", FrameRule("gate.csv")),
        ("id,km\nA,nan\n", FrameRule("gate.csv")),
        ("id,km\nA,\n", FrameRule("gate.csv")),
        ("id,km\nA,0\n", FrameRule("gate.csv")),
        ("id,km\nA,1\n", FrameRule("gate.csv", "waybill")),
    ],
)
def test_a_list_that_cannot_be_drawn_from_is_refused(tmp_path, found, text, rule) -> None:
    (tmp_path / "gate.csv").write_text(text)
    with pytest.raises(TanluError) as refused:
        read_frame(rule, tmp_path, found)

    assert refused.value.code == "TL757"


def test_a_source_that_the_ledger_does_not_have_is_refused_with_those_it_has(
    tmp_path, found
) -> None:
    with pytest.raises(TanluError) as refused:
        read_frame(FrameRule("ledger:fuel.csv"), tmp_path, found)

    assert "legs.csv" in str(refused.value)


def test_identities_are_sought_by_value_and_amounts_added_in_the_unit_of_the_frame(found) -> None:
    rows = matched(pl.Series(["W0000", "leg/0001", "W9999"]), found, "t·km")
    kilograms = matched(pl.Series(["waybill:W0000"]), found, "kg")

    assert rows.rows() == [
        ("W0000", "leg/0000", "10"), ("leg/0001", "leg/0001", "10.7"), ("W9999", None, None),
    ]  # fmt: skip
    assert kilograms.rows() == [("waybill:W0000", "leg/0000", "100")]
    assert matched(pl.Series(["W0000"]), found, "L")["reported"].to_list() == [None]


def test_a_frame_inside_the_ledger_is_not_held_against_itself(found) -> None:
    rule = FrameRule("ledger:legs.csv")
    others = beside(found, rule)

    assert others.units.height == 100
    assert matched(pl.Series(["W0000", "W0399"]), others, "t·km")["found"].to_list() == [
        None, "leg/0399",
    ]  # fmt: skip


def test_what_a_frame_covers_is_a_kind_with_all_below_it(found) -> None:
    assert covered(found, ("transport",)) == covered(found, ()) == found.total_ug
    assert covered(found, ("transport.rail",)) == 0
    assert covered(found, ("trans",)) == 0
    assert uncovered(found, ("transport",)) == uncovered(found, ()) == 0
    assert uncovered(found, ("trans",)) == found.units["size"].sum() > 0
