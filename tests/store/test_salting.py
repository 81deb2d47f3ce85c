from __future__ import annotations

from hashlib import sha256, shake_256

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store import salting
from tanlu.store.groups import GROUPS, group_columns, group_lines
from tanlu.store.salting import Salts, salted_leaves
from tanlu.terms.disclosed import BY_BLOCK, position
from tanlu.terms.proof import cbor
from tests.store.activities import activities


@pytest.mark.parametrize("records", [1, 63, 64, 65, 200])
def test_each_leaf_is_the_hash_of_its_salt_and_its_groups_bytes(records: int) -> None:
    frame = activities(records)
    salts = Salts.draw(records)
    row = salted_leaves("activity", frame, salts)
    columns = group_columns("activity", frame.columns)

    for record in {0, records // 2, records - 1}:
        for group in range(4):
            place = position(BY_BLOCK, records, 4, record, group)
            data = group_lines(frame[record], columns[group])[0]
            expected = sha256(b"\x00" + salts.at(place) + data).digest()
            assert row[32 * place : 32 * place + 32] == expected


def test_salts_come_from_the_key_of_their_block() -> None:
    salts = Salts.draw(100)
    second = shake_256(b"tanlu/salt/v2" + salts.keys[32:64]).digest(16 * 4 * 36)

    assert salts.block(1) == second
    assert salts.at(256 + 5) == second[80:96]


def test_all_salts_differ_and_two_draws_have_none_in_common() -> None:
    one, two = (Salts.draw(300) for _ in range(2))
    seen = {salts.at(place) for salts in (one, two) for place in range(1200)}

    assert len(seen) == 2400


@given(st.sets(st.integers(0, 4 * 150 - 1), max_size=20))
def test_erasing_forgets_these_salts_and_no_others(places: set[int]) -> None:
    salts = Salts.draw(150)
    before = [salts.at(place) for place in range(600)]
    keys = salts.keys
    salts.erase({place: bytes([7]) * 32 for place in places})
    again = Salts.decode(salts.encode(), 150)

    for place in range(600):
        assert again.at(place) == (bytes(16) if place in places else before[place])
    for block in {place // 256 for place in places}:
        assert keys[32 * block : 32 * block + 32] not in again.encode()
    assert not places or not again.known(places)


def test_the_tree_stays_when_salts_are_erased() -> None:
    frame = activities(70)
    salts = Salts.draw(70)
    row = salted_leaves("activity", frame, salts)
    salts.erase({place: row[32 * place : 32 * place + 32] for place in (0, 3, 257)})
    other = frame.with_columns(kind=pl.lit("changed"))

    assert salted_leaves("activity", frame, salts) == row
    assert salted_leaves("activity", other, salts)[:32] == row[:32]


@pytest.mark.parametrize("data", [b"", b"\xa0", cbor.encode({"type": "tanlu/salts/v1"})])
def test_bytes_that_are_no_salts_are_refused(data: bytes) -> None:
    with pytest.raises(TanluError, match="TL603"):
        Salts.decode(data, 5)


def test_salts_of_another_number_of_records_are_refused() -> None:
    with pytest.raises(TanluError, match="TL603"):
        Salts.decode(Salts.draw(65).encode(), 64)


def test_the_file_is_named_after_its_part() -> None:
    assert salting.salts_file("parts/emission/00000008-1.parquet") == (
        "keys/salts-emission-00000008-1.cbor"
    )
    assert len(GROUPS) == 4


@pytest.mark.engine
@pytest.mark.parametrize("rows", [1, 63, 64, 65, 200])
def test_leaves_hashed_side_by_side_are_the_same(rows: int) -> None:
    lanes = pytest.importorskip("tanlu.store.lanes")
    frame, salts = activities(rows), Salts.draw(rows)
    salts.erase({3 * rows // 2: bytes(32)})

    assert salted_leaves("activity", frame, salts, lanes) == salted_leaves("activity", frame, salts)
