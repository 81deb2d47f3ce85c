"""What OpenAPI says of answers."""

from __future__ import annotations

from tanlu.serve.resources.telling.documented import page_of, said


def test_every_answer_from_a_ledger_has_tag_and_version():
    for told in (said("x", {}), page_of("emission")):
        assert {"ETag", "Tanlu-Ledger-Version"} <= set(told[200]["headers"])
        assert 304 in told
    assert len(page_of("emission")[200]["content"]) == 5
