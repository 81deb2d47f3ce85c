"""The version is one, wherever it is asked."""

from __future__ import annotations

import tanlu
from tanlu.terms import VERSION


def test_the_root_and_the_words_name_the_same_version() -> None:
    assert tanlu.__version__ == VERSION
