"""What was noticed in a body."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.faults import Faults, clean, finding_id, hint_of

LINES = pl.Series("_line", [2, 3, 4], dtype=pl.Int64)
ALL = pl.Series([True, True, True])


def test_the_first_reason_of_a_row_is_kept() -> None:
    faults = Faults(LINES)
    faults.refuse(pl.Series([True, False, False]), "TL311", "kg", pl.Series(["a", "b", "c"]))
    faults.refuse(pl.Series([True, True, False]), "TL313", "day", "x")

    assert faults.refused().rows() == [(2, "TL311", "kg", "a"), (3, "TL313", "day", "x")]


def test_notes_are_one_for_a_column_or_one_for_each_value() -> None:
    values = pl.Series(["a", "b", "a"])
    once, each = Faults(LINES), Faults(LINES)
    once.note(ALL, "TL330", "kg", values)
    each.note(ALL, "TL330", "kg", values, each=True)

    assert once.findings("f")["count"].to_list() == [3]
    assert dict(each.findings("f").select("value", "count").rows()) == {"a": 2, "b": 1}


def test_nothing_noticed_is_an_empty_frame_of_the_schema() -> None:
    assert Faults(LINES).findings("f").is_empty()
    assert Faults(LINES).refused().is_empty()


def test_a_finding_has_the_same_identity_each_time() -> None:
    assert finding_id("f", "TL330", 1) == finding_id("f", "TL330", 1)
    assert finding_id("f", "TL330", 1) != finding_id("g", "TL330", 1)


def test_values_are_shown_without_control_characters_and_short() -> None:
    shown = pl.DataFrame({"x": ["a\x00b\r\n" + "c" * 500]}).select(clean(pl.col("x"))).item()

    assert shown.startswith("a b ")
    assert len(shown) == 200


def test_hints_are_filled_in() -> None:
    assert hint_of("TL304", columns="a, b") == "its columns are a, b"
    assert hint_of("TL324") is None


def test_a_null_in_a_mask_is_no_fault() -> None:
    faults = Faults(LINES)
    faults.refuse(pl.Series([None, None, True]), "TL311", "kg", "x")

    assert faults.refused()["_line"].to_list() == [4]
