"""Lines that refer to the weight of another line: counted once, shared to the milligram."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.references import largest_remainder
from tests.monitor.files import MAPPING, Whole, saved, whole

REFER = MAPPING.replace(
    'mass_mg = { from = "kg", unit = "kg" }',
    'mass_mg = { from = "kg", unit = "kg", null = ["apart"], refer = { '
    "pattern = 'See (?P<group>\\S+) \\(ID#:(?P<id>\\w+)\\)', id = 'id', group = 'asn', "
    "share_by = 'packs', assumption = 'SHARED' } }",
) + '[assumptions]\nSHARED = "by packs"\n'  # fmt: skip
HEADER = "id,asn,kg,packs,mode,km,from,to,day"
REST = "road,1,a,b,2026-03-01"


def shared(tmp_path: Path, *rows: tuple[str, str, str, str]) -> Whole:
    from tanlu.monitor import Mapping

    lines = [",".join((*row, REST)) for row in rows]
    return whole(saved(tmp_path, "\n".join((HEADER, *lines)) + "\n"), Mapping.parse(REFER))


def masses(found: Whole) -> dict[str, int | None]:
    return dict(found.activities.select("activity_id", "mass_mg").rows())


def test_a_weight_is_shared_by_packs_and_counted_once(tmp_path: Path) -> None:
    found = shared(
        tmp_path,
        ("1", "S1", "10", "1"),
        ("2", "S1", "See S1 (ID#:1)", "3"),
        ("3", "S1", "See S1 (ID#:1)", "6"),
        ("4", "S2", "7", "1"),
    )

    assert masses(found) == {"1": 1_000_000, "2": 3_000_000, "3": 6_000_000, "4": 7_000_000}
    assert found.activities["assumptions"].to_list() == ["SHARED"] * 3 + [None]


def test_shares_sum_to_the_weight_to_the_milligram(tmp_path: Path) -> None:
    found = shared(
        tmp_path,
        ("1", "S1", "0.00001", "1"),
        ("2", "S1", "See S1 (ID#:1)", "1"),
        ("3", "S1", "See S1 (ID#:1)", "1"),
    )

    assert found.activities["mass_mg"].to_list() == [4, 3, 3]


def test_the_share_tells_how_it_was_made(tmp_path: Path) -> None:
    found = shared(tmp_path, ("1", "S", "10", "1"), ("2", "S", "See S (ID#:1)", "3"))
    note = found.findings.filter(pl.col("code") == "TL324", pl.col("source_line") == 3)

    assert json.loads(note["evidence"][0]) == {
        "rule": "packs", "line": 2, "of": 10_000_000, "part": 3000, "parts": 4000, "rows": 2,
    } or json.loads(note["evidence"][0])["parts"] == 4  # fmt: skip


def test_without_usable_packs_the_lines_share_equally(tmp_path: Path) -> None:
    found = shared(tmp_path, ("1", "S", "10", "5"), ("2", "S", "See S (ID#:1)", ""))

    assert masses(found) == {"1": 5_000_000, "2": 5_000_000}


def test_a_reference_to_a_reference_ends_at_the_weight(tmp_path: Path) -> None:
    found = shared(
        tmp_path,
        ("1", "S", "9", "1"),
        ("2", "S", "See S (ID#:1)", "1"),
        ("3", "S", "See S (ID#:2)", "1"),
    )

    assert set(masses(found).values()) == {3_000_000}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("2", "S", "See S (ID#:9)", "1")], "TL320"),
        ([("1", "T", "9", "1"), ("2", "S", "See T (ID#:1)", "1")], "TL321"),
        ([("1", "S", "9", "1"), ("2", "S", "See T (ID#:1)", "1")], "TL321"),
        ([("1", "S", "See S (ID#:2)", "1"), ("2", "S", "See S (ID#:1)", "1")], "TL322"),
        ([("1", "S", "See S (ID#:1)", "1")], "TL322"),
    ],
)
def test_a_reference_that_leads_nowhere_is_quarantined(
    tmp_path: Path, rows: list[tuple[str, str, str, str]], code: str
) -> None:
    found = shared(tmp_path, *rows)

    assert code in found.quarantine["code"].to_list()
    assert found.rows_in == len(rows)


def test_a_reference_to_a_line_without_weight_has_none_and_is_told(tmp_path: Path) -> None:
    found = shared(tmp_path, ("1", "S", "apart", "1"), ("2", "S", "See S (ID#:1)", "1"))

    assert masses(found) == {"1": None, "2": None}
    assert "TL323" in found.findings["code"].to_list()


def test_a_file_without_references_reads_as_ever(tmp_path: Path) -> None:
    assert masses(shared(tmp_path, ("1", "S", "9", "1"))) == {"1": 9_000_000}


@given(
    st.integers(-(2**62), 2**62),
    st.lists(st.integers(1, 10**12), min_size=1, max_size=12),
)
def test_the_largest_remainder_sums_to_the_whole(of: int, parts: list[int]) -> None:
    weighed = pl.DataFrame(
        {"root": ["r"] * len(parts), "line": range(len(parts)), "of": [of] * len(parts),
         "part": parts},
        schema={"root": pl.String, "line": pl.Int64, "of": pl.Int64, "part": pl.Int64},
    )  # fmt: skip
    shares = largest_remainder(weighed)["share"].to_list()

    assert sum(shares) == of
    for share, part in zip(shares, parts, strict=True):
        assert abs(share * sum(parts) - of * part) < sum(parts)


def test_equal_rests_go_to_the_first_lines() -> None:
    weighed = pl.DataFrame({"root": ["r"] * 3, "line": [9, 2, 5], "of": [11] * 3, "part": [1] * 3})

    assert largest_remainder(weighed).select("line", "share").rows() == [(2, 4), (5, 4), (9, 3)]
