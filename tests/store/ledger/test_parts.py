from __future__ import annotations

from hashlib import sha256

from polars.testing import assert_frame_equal

from tanlu.store.ledger import parts
from tanlu.store.ledger.digest import block_root
from tanlu.store.ledger.parts import salt_of, write_file, write_parts
from tanlu.terms import schema
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


def test_nobody_tries_out_values_against_what_the_log_tells_of_a_part(tmp_path):
    # one row of which all but the mass is known: the public hashes confirm no guess
    frame = activities(1)
    (entry,) = write_parts(tmp_path, "activity", frame, 1)
    again = tmp_path / "again.parquet"
    fitted = schema("activity").fit(frame)
    write_file(fitted, again)
    salt = salt_of(tmp_path / entry.file)

    assert block_root("activity", fitted).hex() != entry.root
    assert sha256(again.read_bytes()).hexdigest() != entry.sha256
    assert block_root("activity", fitted, salt=salt).hex() == entry.root
    assert (len(salt), salt_of(again)) == (64, "")


def test_two_parts_of_the_same_rows_have_nothing_in_common(tmp_path):
    frame = activities(3)
    one, other = (next(write_parts(tmp_path, "activity", frame, n)) for n in (1, 2))

    assert one.root != other.root
    assert one.sha256 != other.sha256
