"""A library of an extra that is absent is named with the command that brings it."""

from __future__ import annotations

import pytest

from tanlu.account.doubt.extra import numbers
from tanlu.errors import TanluError


def test_an_absent_library_is_named_with_its_extra() -> None:
    with pytest.raises(TanluError) as raised:
        numbers("no_such_library_here")

    assert raised.value.code == "TL002"
    assert "tanlu[account]" in raised.value.say("en")
