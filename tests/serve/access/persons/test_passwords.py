"""Passwords."""

from __future__ import annotations

import statistics
import time

import argon2
import pytest

from tanlu.errors import TanluError
from tanlu.serve.access.persons import passwords

GOOD = "a quite good sentence"


def test_a_password_is_kept_by_argon2id_with_memory_and_salt():
    one, other = passwords.keep(GOOD), passwords.keep(GOOD)
    assert one.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert one != other
    assert passwords.check(GOOD, one) == (True, False)
    assert passwords.check(GOOD + "x", one) == (False, False)


def test_what_was_kept_with_less_work_is_to_be_kept_anew():
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    assert passwords.check(GOOD, weak) == (True, True)


def test_nobody_takes_as_long_as_somebody():
    kept = passwords.keep(GOOD)

    def taken(against):
        times = []
        for _ in range(5):
            start = time.process_time()
            assert passwords.check("wrong", against) == (False, False)
            times.append(time.process_time() - start)
        return statistics.median(times)

    assert 0.5 < taken(None) / taken(kept) < 2.0


@pytest.mark.parametrize(
    "text", ["short", "a" * 40, "aababababababab", "x" * 257, "ann.smith and so", "\ud800" * 20]
)
def test_a_password_that_is_easy_to_guess_is_refused(text):
    with pytest.raises(TanluError, match="TL478"):
        passwords.strong(text, "ann.smith")


def test_a_long_password_is_no_other_one_that_begins_alike():
    kept = passwords.keep("ab cdefgh" * 28 + "wxyz")
    assert len("ab cdefgh" * 28 + "wxyz") == passwords.LONGEST
    assert passwords.check("ab cdefgh" * 28 + "wxyz" + "more", kept) == (False, False)


def test_the_same_letters_by_any_keyboard_are_the_same_password():
    assert passwords.check("ｐassword that is wide", passwords.keep("password that is wide"))[0]
