"""Shops ask from their own pages and get quotes of their own organisation; nobody else does."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tanlu.errors import TanluError
from tests.serve.quotes.conftest import SHOP
from tests.serving import HERE, program

ASKED = {"from": "CN-GD", "to": "北京", "mass_g": "1500"}


@pytest.fixture
def shop(served):
    manager = program(served)
    made = manager.post("/v1/merchants", json={"name": "Shop", "origins": [SHOP, SHOP + "/"]})
    assert made.status_code == 201, made.text
    return made.json()


@pytest.fixture
def nobody(served):
    return TestClient(served, base_url=HERE, raise_server_exceptions=False)


def ask(client, merchant, origin=SHOP, **changes):
    headers = {} if origin is None else {"origin": origin}
    query = {"merchant": merchant, **ASKED, **changes}
    return client.get("/v1/quote", params=query, headers=headers)


def test_a_program_gets_a_signed_quote_with_its_scope_and_not_without(served):
    wish = {"origin": "CN-GD", "destination": "北京", "mass_g": 1500}

    told = program(served, "operator", scopes=("quotes:write",)).post("/v1/quotes", json=wish)
    other = program(served, "operator", scopes=("shipments:read",)).post("/v1/quotes", json=wish)

    assert told.status_code == 200
    assert told.json()["quote"]["merchant"] is None
    assert told.json()["signature"]["algorithm"] == "Ed25519"
    assert (other.status_code, other.json()["code"]) == (403, "TL474")


def test_a_page_of_the_shop_gets_a_quote_made_for_it_and_may_read_it(shop, nobody):
    told = ask(nobody, shop["merchant"], options="standard,express", lang="zh")

    assert told.status_code == 200, told.text
    assert told.headers["access-control-allow-origin"] == SHOP
    assert "Origin" in told.headers["vary"]
    assert told.headers["cache-control"] == "no-store"
    assert "access-control-allow-credentials" not in told.headers
    assert told.json()["quote"]["merchant"] == shop["merchant"]
    assert [each["option"] for each in told.json()["quote"]["options"]] == ["standard", "express"]
    assert told.json()["shown"][0]["name"] == "标准配送"


@pytest.mark.parametrize("origin", [
    None, "null", "https://evil.example", "http://shop.example", "https://shop.example.evil.example",
    "https://SHOP.example", "https://shop.example:8443", "https://evil.example/https://shop.example",
])  # fmt: skip
def test_a_page_of_another_origin_gets_nothing(shop, nobody, origin):
    told = ask(nobody, shop["merchant"], origin)

    assert (told.status_code, told.json()["code"]) == (403, "TL946")
    assert "access-control-allow-origin" not in told.headers


def test_the_key_of_another_shop_does_not_hold_for_this_shops_pages(shop, served, nobody):
    other = (
        program(served)
        .post("/v1/merchants", json={"name": "B", "origins": ["https://b.example"]})
        .json()["merchant"]
    )

    assert ask(nobody, other).status_code == 403
    assert ask(nobody, other, "https://b.example").status_code == 200


@pytest.mark.parametrize(
    "merchant", ["", "tlm_", "tlm_" + "0" * 32, "' or 1=1 --", "tlm_" + "A" * 40]
)
def test_a_key_that_is_nobodys_gets_nothing(shop, nobody, merchant):
    assert ask(nobody, merchant).status_code == 403


def test_a_key_that_was_ended_is_over_at_once(shop, served, nobody):
    assert program(served).delete(f"/v1/merchants/{shop['merchant']}").status_code == 204

    assert ask(nobody, shop["merchant"]).status_code == 403
    assert program(served).delete(f"/v1/merchants/{shop['merchant']}").status_code == 404


def test_an_organisation_sees_and_ends_its_own_shops_alone(shop, served):
    stranger = program(served, tenant="other")

    assert stranger.get("/v1/merchants").json() == {"merchants": []}
    assert stranger.delete(f"/v1/merchants/{shop['merchant']}").status_code == 404
    assert [s["merchant"] for s in program(served).get("/v1/merchants").json()["merchants"]] == [
        shop["merchant"]
    ]


@pytest.mark.parametrize("changes", [
    {"mass_g": "0"}, {"mass_g": "-1"}, {"mass_g": "100001"}, {"mass_g": "9" * 400},
    {"mass_g": "1e3"}, {"mass_g": "NaN"}, {"mass_g": "１５００"}, {"from": "x" * 61},
    {"from": "<script>alert(1)</script>"}, {"to": "CN-GD' --"}, {"to": ""}, {"to": "\u202eCN"},
    {"options": "teleport"}, {"options": "standard," * 40}, {"from": "Springfield"},
])  # fmt: skip
def test_what_is_no_parcel_is_refused_and_never_a_fault(shop, nobody, changes):
    told = ask(nobody, shop["merchant"], **changes)

    full_width = changes == {"mass_g": "１５００"}
    assert told.status_code == 422 or (full_width and told.status_code == 200), told.text
    assert "<script>" not in told.text or told.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("origin", [
    "*", "https://*.example", "http://shop.example", "https://shop.example/path", "javascript:1",
    "https://a@shop.example", "https://shop.example 'unsafe-inline'", "https://shop.example;x", "",
    "https://shop.example:99999",
])  # fmt: skip
def test_what_is_no_origin_binds_no_key(served, origin):
    told = program(served).post("/v1/merchants", json={"name": "S", "origins": [origin]})

    assert (told.status_code, told.json()["code"]) == (403, "TL946")


def test_a_shop_that_asks_too_often_waits_and_another_does_not(quotes):
    def often():
        for _ in range(2000):
            quotes.merchants.counted("tlm_often")

    with pytest.raises(TanluError, match="TL477") as told:
        often()

    assert told.value.fields["after_s"] >= 1
    quotes.merchants.counted("tlm_seldom")
