"""Salts depend on the key and their place alone."""

from __future__ import annotations

from hashlib import shake_256

from tanlu.terms.proof import salts


def test_salt_k_is_its_slice_of_the_stream():
    stream = shake_256(b"tanlu/salt/v1" + b"key").digest(16 * 10)
    assert stream[48:64] == salts(b"key", 10)[16 * 3 : 16 * 4]


def test_the_first_salts_do_not_depend_on_how_many_are_asked():
    assert salts(b"k" * 32, 5) == salts(b"k" * 32, 100)[:80]
    assert salts(b"k", 0) == b""


def test_salts_of_one_batch_and_of_two_keys_differ():
    one, two = salts(b"a" * 32, 1000), salts(b"b" * 32, 1000)
    every = [each[at : at + 16] for each in (one, two) for at in range(0, 16000, 16)]
    assert len(set(every)) == 2000


def test_the_stream_never_changes():
    # kept for ever: format 1 of the ledger is built on these bytes
    assert salts(bytes(32), 2).hex() == (
        "2cb7e5ec9aeadac147cb40b15ba08ecce53f25544e961af21558ca4a86879770"
    )
