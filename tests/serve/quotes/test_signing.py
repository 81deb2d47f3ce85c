"""Who changed a quote, kept it too long or signed it with another key is found out."""

from __future__ import annotations

import copy
import json
import zlib
from base64 import urlsafe_b64encode

import pytest

from tanlu.errors import TanluError
from tanlu.serve.quotes import VALID_S, check, packed, unpacked
from tanlu.serve.quotes.signing import plain, signed
from tanlu.terms.proof import credential, keys
from tests.serve.quotes.test_quoting import asking

NOW = 1_790_000_000.0


@pytest.fixture
def given(quotes):
    return quotes.quote("home", asking(["standard", "express"], destination="北京"), now_s=NOW)


def test_a_quote_holds_from_its_giving_until_its_end_and_not_after(quotes, given):
    assert quotes.checked(given, now_s=NOW).findings == []
    assert quotes.checked(given, now_s=NOW + VALID_S - 1).findings == []

    late = quotes.checked(given, now_s=NOW + VALID_S)
    assert late.holds
    assert late.expired
    assert "TL947" in str(late.findings[0])


def test_a_quote_of_the_future_is_found_out(quotes, given):
    assert quotes.checked(given, now_s=NOW - 3600).findings


@pytest.mark.parametrize("path", [
    ("mass_g",), ("valid_until",), ("merchant",), ("ledger_version",), ("from", "region"),
    ("options", 0, "co2e_ug"), ("options", 0, "upper_ug"), ("options", 0, "legs", 0, "factor_id"),
])  # fmt: skip
def test_a_changed_quote_does_not_hold(quotes, given, path):
    changed = copy.deepcopy(given)
    at = changed["quote"]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = "2026-09-22T00:00:00Z" if path[-1] == "valid_until" else "1"

    assert not quotes.checked(changed, now_s=NOW).holds


def test_a_quote_by_a_key_that_the_log_does_not_tell_is_not_known(quotes, given):
    forged = signed(given["quote"], keys.SigningKey.new(), given["signature"]["log"])

    found = quotes.checked(forged, now_s=NOW)

    assert found.holds
    assert not found.known
    assert found.findings


def test_a_signature_of_the_same_key_over_something_else_is_none_over_a_quote(quotes, given):
    key = quotes.refresh("home").key
    bare = key.sign(credential.canonical(given["quote"]))
    moved = copy.deepcopy(given)
    moved["signature"]["value"] = urlsafe_b64encode(bare).decode().rstrip("=")

    assert not quotes.checked(moved, now_s=NOW).holds


def test_a_quote_for_one_shop_is_none_for_another(quotes, given):
    found = check(given, lambda _: True, now_s=NOW, merchant="tlm_" + "0" * 32)

    assert [each.fields["value"] for each in found.findings] == ["merchant"]


def test_the_quick_canonical_text_is_that_of_the_standard(given):
    hard = {"b": 'a"\\\n\x7f\u2028é碳😀', "a": ["1", 2, True, None, {"z": "", "y": "\x01"}]}

    for each in (given["quote"], hard):
        assert plain(each) == credential.canonical(each)


def test_a_quote_comes_out_of_its_address_as_it_went_in(given):
    assert unpacked(packed(given)) == given


@pytest.mark.parametrize("text", [
    "", "x", "%%%", "é", "A" * 20_000, urlsafe_b64encode(zlib.compress(b"{}")).decode(),
    urlsafe_b64encode(zlib.compress(b"[" * 60_000)).decode().rstrip("="),
    urlsafe_b64encode(zlib.compress(b" " * 50_000_000)).decode().rstrip("=")[:16_000],
    urlsafe_b64encode(zlib.compress(b'{"quote":1,"signature":2}')).decode().rstrip("="),
])  # fmt: skip
def test_what_is_no_quote_in_an_address_is_refused(text):
    with pytest.raises(TanluError, match="TL947"):
        unpacked(text)


@pytest.mark.parametrize("change", [
    {"issued": "yesterday"}, {"valid_until": None}, {"type": "tanlu/other/v1"},
])  # fmt: skip
def test_a_quote_without_its_parts_is_refused_whole(quotes, given, change):
    with pytest.raises(TanluError, match="TL947"):
        quotes.checked({**given, "quote": {**given["quote"], **change}}, now_s=NOW)


def test_a_signature_of_the_wrong_shape_is_refused(quotes, given):
    for value in ("", "AA", 7, None, "!" * 86):
        broken = {**given, "signature": {**given["signature"], "value": value}}
        with pytest.raises(TanluError, match="TL947"):
            quotes.checked(broken, now_s=NOW)


def test_a_quote_of_an_organisation_elsewhere_is_not_of_this_server(quotes, given):
    with pytest.raises(TanluError, match="TL947"):
        quotes.checked({**given, "quote": {**given["quote"], "organisation": "evil"}}, now_s=NOW)


def test_a_signed_quote_is_plain_json(given):
    assert json.loads(json.dumps(given)) == given
