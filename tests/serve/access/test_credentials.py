"""Secrets of this server's own making."""

from __future__ import annotations

import pytest

from tanlu.serve.access import credentials


def test_a_key_has_a_check_that_finds_every_slip_of_one_letter():
    key = credentials.draw(credentials.KEY)
    assert credentials.sound(key)
    for place in range(len(key)):
        slip = key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1 :]
        assert not credentials.sound(slip), place


@pytest.mark.parametrize("text", ["", "tlk_", "tlk_é" + "a" * 48, "a" * 53, "\ud800"])
def test_what_cannot_be_a_key_is_none(text):
    assert not credentials.sound(text)


def test_secrets_are_of_256_bits_and_never_the_same():
    drawn = {credentials.draw() for _ in range(100)}
    assert len(drawn) == 100
    assert all(len(each) == 43 and each.isalnum() for each in drawn)


def test_a_secret_is_kept_as_a_hash_that_is_not_the_secret():
    assert credentials.hashed("\ud800a") != credentials.hashed("a")
    assert credentials.same("a", "a")
    assert not credentials.same("a", "\ud800")
