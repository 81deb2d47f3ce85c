"""A shop's key holds for its origins alone; attacks on them stand with the routes."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.quotes import origin_of


@pytest.mark.parametrize(("text", "origin"), [
    ("https://Shop.Example/", "https://shop.example"),
    ("https://shop.example:443", "https://shop.example"),
    ("https://shop.example:8443", "https://shop.example:8443"),
    ("http://127.0.0.1:80", "http://127.0.0.1"), ("http://[::1]:9", "http://[::1]:9"),
])  # fmt: skip
def test_an_origin_is_written_as_browsers_write_it(text, origin):
    assert origin_of(text) == origin


def test_a_shop_is_known_by_its_key_until_it_ends(quotes):
    made = quotes.merchants.add("home", "A", ["https://a.example"])["merchant"]

    assert quotes.merchants.admitted(made, "https://a.example")["tenant"] == "home"
    assert quotes.merchants.any("home")
    quotes.merchants.end("home", made)
    with pytest.raises(TanluError, match="TL946"):
        quotes.merchants.known(made)
