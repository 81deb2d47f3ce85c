"""The ``$filter`` of V2.x."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import in_form
from tanlu.share.exchange.pact.odata import parse
from tests.share.exchange.pact.told import goods

TOLD = in_form(goods(), 2).content  # created 2026-03-01T08:00Z, CN, CPC 23912


@pytest.mark.parametrize(("text", "found"), [
    ("created ge '2026-03-01T08:00:00Z'", True), ("created gt '2026-03-01T08:00:00.000Z'", False),
    ("created lt 2026-03-01T16:00:01+08:00", True),
    ("created eq '2026-03-01T16:00:00+08:00'", True),
    ("pcf/geographyCountry eq 'cn'", True), ("geographyCountry ne 'DE'", True),
    ("productCategoryCpc eq '23912'", True), ("pcf/referencePeriodEnd le '2025-12-31'", False),
    ("productIds/any(productId:(productId eq 'urn:gtin:6901234567892'))", True),
    ("productIds/any(p: p eq 'urn:gtin:0')", False), ("updated eq '2026-01-01'", False),
    ("companyIds/any(c:(c eq 'urn:x:1' or c ne 'urn:x:2')) and status eq 'Active'", True),
    ("not (created ge '2026-03-01T08:00:00Z' and geographyCountry eq 'DE')", True),
    ("created lt '2020-01-01' or geographyCountry eq 'CN' and status eq 'Deprecated'", False),
    ("companyName eq 'O''Neill'", False)])  # fmt: skip
def test_a_filter_finds_what_it_says(text, found):
    assert parse(text).match(TOLD) == found


@pytest.mark.parametrize("text", [
    "", "created", "created ge", "created near 'x'", "created ge '2026", "secret eq 'x'",
    "created ge '2026-01-01' and", "(created ge '2026-01-01'", "created ge '2026-01-01') ",
    "productIds/any(p:(p eq 'x')", "productIds/all(p:(p eq 'x'))", "substringof('x', companyName)",
    "pcf eq 'x'", "companyIds/any(c:(productIds/any(p:(p eq 'x'))))", "(" * 50 + "created ge '1'",
    "not " * 2000 + "created ge '1'", "created ge '1' " * 1000, "created ge ,"])  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused(text):
    with pytest.raises(TanluError, match="TL881"):
        parse(text)


WORDS = ["created", "ge", "eq", "'2026-01-01'", "and", "or", "not", "(", ")", "productIds", "/any(",
         "p", ":", "7", "pcf", "/", "geographyCountry", "'CN'"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS)))
def test_no_filter_breaks_the_reader(words):
    try:
        assert parse(" ".join(words)).match(TOLD) in (True, False)
    except TanluError as error:
        assert error.code == "TL881"  # noqa: PT017
