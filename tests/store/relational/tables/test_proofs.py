"""The tables of what is shown to others."""

from __future__ import annotations

from tanlu.store.relational.tables.proofs import GUESTS, PROOFS, REVIEWS


def test_each_row_belongs_to_an_organisation():
    keys = [[column.name for column in table.primary_key] for table in (PROOFS, GUESTS, REVIEWS)]
    assert keys == [["tenant", "code"], ["tenant", "guest"], ["tenant", "review"]]


def test_what_lets_everybody_in_is_known_once():
    unique = {index.name for table in (PROOFS, GUESTS) for index in table.indexes if index.unique}
    assert unique == {"proof_code", "guest_secret"}
