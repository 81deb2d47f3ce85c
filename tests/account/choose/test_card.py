"""A card is its bytes: canonical, hashed, refused when anything about it is odd."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from tanlu.account.choose.card import TYPE, card_of, read_card
from tanlu.account.choose.drives import FEATURES
from tanlu.errors import TanluError

LEAF = {"feature": [-1], "below": [0], "left": [0], "right": [0], "value": [5]}
CONTENT: dict[str, Any] = {
    "type": TYPE, "tanlu": "0", "spec": {}, "figures": "", "features": list(FEATURES),
    "options": {}, "data": {}, "level_ppm": 950_000,
    "classes": [{
        "key": "a/b", "distrusted": [], "physics": 0, "scale": 0, "offset": 1, "refused": None,
        "span": [[0, 1]] * len(FEATURES),
        "methods": {m: {"mae_ppm": 1, "sigma_ppm": 1, "low": -1, "high": 1}
                    for m in ("default", "class", "scaled", "physics", "learned")},
        "models": {name: {"base": 1, "trees": [LEAF]} for name in ("low", "middle", "high")},
    }],
}  # fmt: skip
CLASS: dict[str, Any] = CONTENT["classes"][0]


def test_its_name_is_the_hash_of_its_bytes() -> None:
    card = card_of(CONTENT)

    assert card.sha256 == sha256(card.canonical).hexdigest()
    assert read_card(card.canonical) == card


def test_the_order_in_which_it_is_told_does_not_matter() -> None:
    assert card_of(dict(reversed(CONTENT.items()))).sha256 == card_of(CONTENT).sha256


def test_a_model_is_named_by_card_class_and_method() -> None:
    one, two = card_of(CONTENT), card_of(CONTENT | {"tanlu": "1"})
    names = {card.model_id(key, method) for card in (one, two) for key in ("a/b", "c/d")
             for method in ("learned", "physics")}  # fmt: skip

    assert len(names) == 8
    assert {len(name) for name in names} == {16}


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "tanlu/card/v9"}, {"features": []}, {"classes": {}}, {"classes": [{}]},
        {"more": 1}, {"level_ppm": 0.95}, {"classes": [CLASS, CLASS]},
        *({"classes": [CLASS | odd]} for odd in (
            {"models": {"middle": {"base": 1, "trees": []}}}, {"span": []}, {"offset": None},
            {"models": CLASS["models"] | {"low": {"base": 1}}}, {"distrusted": None},
            {"distrusted": [1]}, {"methods": {}}, {"physics": "1"}, {"scale": None}, {"key": 1},
            {"methods": CLASS["methods"] | {"learned": {"mae_ppm": 2**70}}}, {"models": []},
            {"span": [[0, True]] * len(FEATURES)},
        )),
    ],
)  # fmt: skip
def test_an_odd_card_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(TanluError, match="TL538"):
        card_of(CONTENT | odd)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[1]", b"\xff", b"[" * 100_000, json.dumps(CONTENT, indent=1).encode(),
     card_of(CONTENT).canonical + b"\n", card_of(CONTENT).canonical.replace(b"950000", b"9.5e5")],
)  # fmt: skip
def test_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(TanluError, match="TL538"):
        read_card(raw)
