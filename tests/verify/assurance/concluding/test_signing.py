"""Drafts of opinions, signed where the key is."""

from __future__ import annotations

import pytest
from tests.cli.assurance.test_audit import desk  # noqa: F401 - a fixture
from tests.cli.books import Tongue
from tests.serve.test_opining import evaluated  # noqa: F401 - a fixture

from tanlu.terms.proof import cbor, keys


@pytest.fixture
def books(spoken: Tongue) -> Tongue:
    """The books that the verbs work on, not those of the rooms beside this one."""
    return spoken


def test_what_is_no_draft_is_not_signed(evaluated):  # noqa: F811
    draft = evaluated.folder / "d"
    evaluated.ask("opine", "--draft", draft)
    told = cbor.decode(draft.read_bytes())
    content = told["content"] | {"step": "plan"}
    for wrong in (b"", b"x", cbor.encode([1]), cbor.encode(told | {"content": content}),
                  cbor.encode(told | {"more": 1})):  # fmt: skip
        draft.write_bytes(wrong)
        asked = evaluated.ask("opine", "--statement", draft, "--key", evaluated.key, expect=1)
        assert asked["error"]["code"] == "TL763"
    draft.write_bytes(cbor.encode(told))
    stranger = evaluated.folder / "stranger"
    stranger.write_bytes(keys.SigningKey.new().seed)
    asked = evaluated.ask("opine", "--statement", draft, "--key", stranger, expect=1)
    assert asked["error"]["code"] == "TL132"
    out = evaluated.folder / "out"
    evaluated.ask("opine", "--statement", draft, "--key", evaluated.key, "--out", out)
    assert evaluated.ask("opine", "--signed", out)["opinion"] == "unmodified"
    assert evaluated.ask("opine", "--signed", out, expect=1)["error"]["code"] == "TL763"
