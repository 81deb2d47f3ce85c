from __future__ import annotations

from polars.testing import assert_frame_equal

from tanlu.store.ledger import parts
from tests.store.activities import activities


def test_a_large_frame_becomes_several_parts_and_reads_back(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 40)
    frame = activities(100)
    written = list(parts.write_parts(tmp_path, "activity", frame, 7))

    assert [entry.file for entry in written] == [
        "parts/activity/00000007.parquet",
        "parts/activity/00000007-1.parquet",
        "parts/activity/00000007-2.parquet",
    ]
    assert [entry.rows for entry in written] == [40, 40, 20]
    for number, entry in enumerate(written):
        assert_frame_equal(frame[number * 40 : number * 40 + 40], parts.read_part(tmp_path, entry))


def test_ranges_span_identity_subject_and_time(tmp_path) -> None:
    (entry,) = parts.write_parts(tmp_path, "activity", activities(10), 1)

    assert entry.ranges == {
        "activity_id": ["a100000", "a100009"],
        "subject": ["waybill:100000", "waybill:100009"],
        "start": [0, 9 * 3_600_000_000],
        "end": [3_600_000_000, 10 * 3_600_000_000],
    }


def test_an_unlisted_table_is_named_by_its_first_column() -> None:
    assert parts.identity("factor") == "factor_id"
    assert parts.identity("activity") == "activity_id"
