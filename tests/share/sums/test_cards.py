from __future__ import annotations

import pytest
from tests.share.sums.conftest import party

from tanlu.errors import TanluError
from tanlu.share.sums import Card, Party
from tanlu.share.sums.cards import sealed


def test_a_card_is_one_line_and_back() -> None:
    card = party("alpha").card

    assert Card.parse(card.line + "\n") == card


def test_a_party_signs_and_opens_with_different_keys() -> None:
    card = party("alpha").card

    assert card.signs != card.box
    assert Party("alpha", b"alpha".ljust(32, b".")).card == card


@pytest.mark.parametrize(
    "line", ["", "alpha", "alpha 00 00", f"alpha {'0' * 64} {'z' * 64}", "a b " + "0" * 64 + " x"]
)
def test_a_line_that_is_no_card_is_refused(line: str) -> None:
    with pytest.raises(TanluError, match="TL858"):
        Card.parse(line)


def test_only_the_one_to_whom_it_is_sealed_reads_it() -> None:
    one, two = party("one"), party("two")
    box = sealed(one.card, b"secret")

    assert one.opened(box) == b"secret"
    assert two.opened(box) is None
    assert one.opened(box[:-1]) is None
    assert one.opened(b"") is None


def test_nothing_is_sealed_to_a_key_that_everybody_can_open() -> None:
    with pytest.raises(TanluError, match="TL858"):
        sealed(Card("x", b"k" * 32, bytes(32)), b"secret")
