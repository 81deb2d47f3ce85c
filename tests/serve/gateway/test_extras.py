"""A gateway whose library is not there says how to get it."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.gateway.extras import extra


def test_a_library_that_is_there_is_given():
    assert extra("modbus", "json.decoder").JSONDecoder is not None


def test_a_library_that_is_not_there_is_named_with_its_extra():
    with pytest.raises(TanluError, match=r"TL466.*no_such_library.*tanlu\[modbus\]"):
        extra("modbus", "no_such_library.client")
