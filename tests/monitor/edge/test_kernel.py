"""The kernel reads one form alone: whatever differs by a bit is refused or means the same."""

from __future__ import annotations

import os
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.edge import kernel, sign_batch
from tanlu.terms.proof import cbor
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
VALUES = st.one_of(st.none(), st.integers(-(2**53), 2**53), st.integers(-300, 300))


def read(*batches):
    data = np.frombuffer(b"".join(batches), np.uint8)
    ends = np.cumsum([len(batch) for batch in batches], dtype=np.int64)
    fields = np.zeros((len(batches), len(kernel.FIELDS)), np.int64)
    wrong = np.zeros(len(batches), np.int64)
    values = np.empty(len(data), np.int64)
    kernel.decode(data, ends, fields, wrong, values)
    return fields, wrong.tolist(), values


def told(fields, row):
    return dict(zip(kernel.FIELDS, fields[row].tolist(), strict=True))


def columns_of(fields, values, row):
    one = told(fields, row)
    found = []
    for column in range(one["columns"]):
        at = one["values_at"] + column * one["samples"]
        part = values[at : at + one["samples"]].tolist()
        found.append([None if value == kernel.NULL else value for value in part])
    return found


def envelope(payload, protected=None):
    header = cbor.encode({1: -8, 4: b"a"}) if protected is None else protected
    return b"\xd2" + cbor.encode([header, {}, payload, bytes(64)])


FUZZED = 1_000_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 10_000
GOOD = {
    1: 7, 2: -5, 3: 1, 4: bytes(32), 5: [[1, 2]], 6: None, 7: 0, 8: bytes(32), 10: "meter/1",
}  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.integers(1, 40).flatmap(
                lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n), min_size=3, max_size=3)
            ),
            st.integers(0, 2**53),
            st.integers(-(2**53), 2**53),
            st.integers(1, 2**40),
            st.one_of(st.none(), st.integers(-(2**40), 2**40)),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_was_signed_is_what_is_read(cases):
    batches = [
        sign_batch(
            KEY, "dev", "meter/2", columns, seq=seq, start_ms=start, step_ms=step, clock_ms=clock
        )
        for columns, seq, start, step, clock in cases
    ]
    fields, wrong, values = read(*batches)
    assert wrong == [0] * len(cases)
    for row, (columns, seq, start, step, clock) in enumerate(cases):
        one = told(fields, row)
        assert columns_of(fields, values, row) == columns
        assert (one["seq"], one["start"], one["step"]) == (seq, start, step)
        assert one["clock"] == (kernel.NULL if clock is None else clock)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({**GOOD, 1: -1}, 4),
        ({**GOOD, 1: 2**53 + 1}, 4),
        ({**GOOD, 3: 0}, 9),
        ({**GOOD, 3: 2**40 + 1}, 4),
        ({**GOOD, 4: bytes(31)}, 5),
        ({**GOOD, 5: []}, 6),
        ({**GOOD, 5: [[]]}, 6),
        ({**GOOD, 5: [[1], [1, 2]]}, 6),
        ({**GOOD, 5: [[1]] * 33}, 6),
        ({**GOOD, 5: [[2**53, 1]]}, 7),
        ({**GOOD, 5: [["1"]]}, 7),
        ({**GOOD, 6: "0"}, 4),
        ({**GOOD, 7: -1}, 4),
        ({**GOOD, 8: b""}, 5),
        ({**GOOD, 9: bytes(33)}, 5),
        ({**GOOD, 10: ""}, 3),
        ({**GOOD, 10: "x" * 65}, 3),
        ({**GOOD, 11: 1}, 3),
        ({key: each for key, each in GOOD.items() if key != 7}, 3),
        ([], 3),
    ],
)
def test_a_payload_of_another_form_is_refused_with_its_reason(payload, why):
    assert read(envelope(cbor.encode(payload)))[1] == [why]


@pytest.mark.parametrize(
    ("batch", "why"),
    [
        (b"", 1),
        (b"\xd2", 1),
        (envelope(cbor.encode(GOOD))[1:], 1),
        (envelope(cbor.encode(GOOD)) + b"\x00", 8),
        (envelope(cbor.encode(GOOD) + b"\x00"), 8),
        (envelope(cbor.encode(GOOD))[:-1], 1),
        (envelope(cbor.encode(GOOD), cbor.encode({1: -7, 4: b"a"})), 2),
        (envelope(cbor.encode(GOOD), cbor.encode({1: -8, 4: b""})), 2),
        (envelope(cbor.encode(GOOD), cbor.encode({1: -8, 4: b"a" * 65})), 2),
        (envelope(cbor.encode(GOOD), cbor.encode({1: -8, 4: b"a", 5: 1})), 2),
        (envelope(b"\xa9\x18\x01\x07" + cbor.encode(GOOD)[3:]), 3),
        (envelope(b"\xa9\x01\x18\x07" + cbor.encode(GOOD)[3:]), 4),
        (envelope(b"\xa9\x01\x1b" + b"\xff" * 8 + cbor.encode(GOOD)[3:]), 4),
    ],
)
def test_an_envelope_of_another_form_is_refused_with_its_reason(batch, why):
    assert read(batch)[1] == [why]


def test_one_bad_batch_does_not_move_the_others():
    good = sign_batch(KEY, "a", "meter/1", [[5, 6]], seq=1, start_ms=0, step_ms=1)
    fields, wrong, values = read(good, good[:-1], b"", good)
    assert [each > 0 for each in wrong] == [False, True, True, False]
    assert [columns_of(fields, values, row) for row in (0, 3)] == [[[5, 6]], [[5, 6]]]


def strict(batch):
    """Tell by the strict decoder of the house whether these bytes can be a batch."""
    try:
        assert batch[:1] == b"\xd2"
        protected, beside, payload, signature = cbor.decode(batch[1:])
        assert (beside, len(signature)) == ({}, 64)
        assert list(cbor.decode(protected)) == [1, 4]
        body = cbor.decode(payload)
        assert set(body) - {9} == set(GOOD)
    except (TanluError, AssertionError, TypeError, ValueError):
        return None
    return body


@given(st.data())
def test_no_mutation_reads_what_the_strict_decoder_refuses(data):
    batch = bytearray(
        sign_batch(KEY, "a", "meter/1", [[1, 500, 70_000]], seq=1, start_ms=10**12, step_ms=9)
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(batch) - 1))
        batch[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        if not batch:
            return
    fields, wrong, values = read(bytes(batch))
    if wrong == [0]:
        body = strict(bytes(batch))
        assert body is not None
        assert told(fields, 0)["seq"] == body[1]
        assert columns_of(fields, values, 0) == [_summed(column) for column in body[5]]


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused(junk):
    assert read(junk)[1] != [0]


@pytest.mark.timeout(3_600)
def test_fuzzed_batches_are_read_as_the_strict_decoder_reads_them_or_refused():
    rng = random.Random(370)
    columns = [[1, None, 500, 70_000], [-3, 10**12, 4, 4], [0, 0, 0, 9]]
    batch = sign_batch(KEY, "dev", "meter/2", columns, seq=70_000, start_ms=10**12, step_ms=9)
    taken = 0
    for _ in range(FUZZED // 100):
        mutated = [_mutated(rng, batch) for _ in range(100)]
        fields, wrong, values = read(*mutated)
        for row, one in enumerate(mutated):
            if wrong[row]:
                continue
            taken += 1
            if not _is_text(fields, mutated, row):
                continue  # the verifier refuses names that are no UTF-8
            body = strict(one)
            assert body is not None
            assert told(fields, row)["seq"] == body[1]
            assert columns_of(fields, values, row) == [_summed(each) for each in body[5]]
    # changed bytes of hashes, signature or values are another batch of the same form
    assert FUZZED // 20 < taken < FUZZED


def _is_text(fields, batches, row):
    at = told(fields, row)["layout_at"] - sum(map(len, batches[:row]))
    try:
        batches[row][at : at + told(fields, row)["layout_bytes"]].decode()
    except UnicodeDecodeError:
        return False
    return True


def _mutated(rng, batch):
    found = bytearray(batch)
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(found))
        kind = rng.randrange(3)
        if kind == 0:
            found[place] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del found[place : place + rng.randint(1, 3)]
        else:
            found[place:place] = rng.randbytes(rng.randint(1, 3))
    return bytes(found)


def _summed(deltas):
    total, found = 0, []
    for delta in deltas:
        total += delta or 0
        found.append(None if delta is None else total)
    return found
