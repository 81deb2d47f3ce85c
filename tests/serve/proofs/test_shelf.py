"""Proofs published, found by their code alone, taken back."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.proofs import Shelf
from tanlu.store.relational.tables.proofs import PROOFS
from tests.serve.proofs.making import published, subject


def test_a_code_has_128_bits_and_no_two_are_alike(home):
    codes = {published(home) for _ in range(3)}
    assert len(codes) == 3
    assert {len(code) for code in codes} == {26}  # 5 bits a letter


def test_what_was_taken_back_has_no_bytes_any_more(home):
    code, shelf = published(home), Shelf(home.state)
    shelf.retract("home", code, "lin")
    with pytest.raises(TanluError, match="TL933"):
        shelf.found(code)
    with home.state.of("home") as scoped:
        assert scoped.one(PROOFS, PROOFS.c.code == code)["content"] is None
    assert shelf.of("home", subject(home)) is None


def test_another_organisation_neither_lists_nor_takes_back_a_proof(home):
    code, shelf = published(home), Shelf(home.state)
    assert shelf.listed("other") == []
    with pytest.raises(TanluError, match="TL931"):
        shelf.retract("other", code, "x")
    assert shelf.found(code).code == code


def test_nothing_is_published_of_what_is_not_recorded_or_of_a_group_that_is_none(home):
    published(home)
    shelf, workspace = Shelf(home.state), home.workspace("home")
    for name, groups in (("waybill:none", ["result"]), (subject(home), ["salts"])):
        with pytest.raises(TanluError, match="TL855"):
            shelf.publish("home", workspace, name, groups, "x")


def test_a_ledger_without_a_log_says_so(home):
    with pytest.raises(TanluError, match="TL615"):
        Shelf(home.state).publish("home", home.workspace("home"), subject(home), ["result"], "x")
