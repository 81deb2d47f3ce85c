"""The ways of delivery are a table, and what is asked for must be in it."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.quotes import chosen, options
from tanlu.serve.quotes.options import chain


def test_every_option_has_words_in_both_tongues_a_source_and_a_chain():
    for each in options().values():
        assert all((each.en, each.zh, each.detail, each.detail_zh, each.source, each.source_zh))
        assert len(chain(each.own)) >= 3


def test_none_named_is_all_and_twice_named_is_once():
    assert [each.option for each in chosen([])] == list(options())
    assert [each.option for each in chosen(["night", "night"])] == ["night"]


def test_another_name_is_refused():
    with pytest.raises(TanluError, match="TL948"):
        chosen(["teleport"])
