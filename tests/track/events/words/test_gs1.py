"""Keys of GS1 in three spellings, against biip."""

from __future__ import annotations

import polars as pl
import pytest
from biip.checksums import gs1_standard_check_digit
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events.words.gs1 import (
    check_digit,
    element_string,
    keys,
    read_element,
    read_uri,
)
from tests.track.events import made

# one key of each kind: URN, its word here, its canonical link (GS1 Digital Link 1.1.3, TDS 1.13)
SIGN_21 = "(21) has a sign or a length that it cannot have"
KINDS = [
    ("urn:epc:id:sgtin:4012345.011111.98%22", 'sgtin:04012345111118.98"',
     "01/04012345111118/21/98%22"),
    ("urn:epc:class:lgtin:4012345.012345.Lot987", "lgtin:04012345123456.Lot987",
     "01/04012345123456/10/Lot987"),
    ("urn:epc:idpat:sgtin:4012345.012345.*", "gtin:04012345123456", "01/04012345123456"),
    ("urn:epc:id:sscc:4012345.3111111111", "sscc:340123451111111111", "00/340123451111111111"),
    ("urn:epc:id:sgln:4012345.00005.122", "sgln:4012345000054.122", "414/4012345000054/254/122"),
    ("urn:epc:id:sgln:4012345.00005.0", "gln:4012345000054", "414/4012345000054"),
    ("urn:epc:id:pgln:4000001.00000", "gln:4000001000005", "417/4000001000005"),
    ("urn:epc:id:grai:4012345.00022.334455", "grai:04012345000221.334455",
     "8003/04012345000221334455"),
    ("urn:epc:id:grai:401234512345..7", "grai:04012345123456.7", "8003/040123451234567"),
    ("urn:epc:id:giai:4012345.ABC345", "giai:4012345ABC345", "8004/4012345ABC345"),
    ("urn:epc:id:gsrn:4012345.0000006765", "gsrn:401234500000067657", "8018/401234500000067657"),
    ("urn:epc:id:gsrnp:4012345.0000000007", "gsrnp:401234500000000074", "8017/401234500000000074"),
    ("urn:epc:id:gdti:4012345.00009.PO-4711", "gdti:4012345000092.PO-4711",
     "253/4012345000092PO-4711"),
    ("urn:epc:id:sgcn:4012345.99999.44", "gcn:4012345999990.44", "255/401234599999044"),
    ("urn:epc:id:cpi:0614141.11A%23%2F.1234", "cpi:061414111A#/.1234",
     "8010/061414111A%23%2F/8011/1234"),
    ("urn:epc:id:ginc:0614141.xyz47%2F11", "ginc:0614141xyz47/11", "401/0614141xyz47%2F11"),
    ("urn:epc:id:gsin:4012345.222333444", "gsin:40123452223334442", "402/40123452223334442"),
    ("urn:epc:id:itip:4012345.011111.01.02.987", "itip:040123451111180102.987",
     "8006/040123451111180102/21/987"),
    ("urn:epc:id:upui:1234567.098765.51q", "upui:01234567987651.51q", "01/01234567987651/235/51q"),
]  # fmt: skip


@pytest.mark.parametrize(("urn", "subject", "link"), KINDS)
def test_a_urn_gives_its_word_and_its_link(urn: str, subject: str, link: str) -> None:
    found = read_uri(urn)

    assert (found.subject, found.link) == (subject, f"https://id.gs1.org/{link}")
    assert (found.kind, found.why) == (subject.partition(":")[0], None)


@pytest.mark.parametrize(("urn", "subject", "link"), KINDS)
def test_all_spellings_of_a_key_are_one_subject(urn: str, subject: str, link: str) -> None:
    kind = subject.partition(":")[0]
    texts = [urn, f"https://id.gs1.org/{link}", f"https://dl.example.com/x/{link}?a=1",
             f"HTTPS://ID.GS1.ORG/{link}"]  # fmt: skip

    assert [read_uri(text).subject for text in texts] == [subject] * 4
    assert read_element(element_string(kind, subject)).subject == subject


def test_a_link_with_short_names_is_the_same_key() -> None:
    found = read_uri("https://example.com/gtin/4012345111118/lot/L1/ser/9876?x=1")

    assert found.subject == "sgtin:04012345111118.9876"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://id.gs1.org/01/04012345111119/21/1",
         "the check digit of 04012345111119 should be 8"),
        ("https://id.gs1.org/00/04012345000000333", "(00) has 18 digits first"),
        ("https://id.gs1.org/01/04012345111118/21/" + "9" * 21, SIGN_21),
        ("https://id.gs1.org/01/04012345111118/21/%C3%A9", SIGN_21),
        ("urn:epc:id:sgtin:4012345.11111.1", "the URN is not of the form of its scheme"),
        ("urn:epc:id:giai:4012345." + "A" * 24, "the key is too long"),
        ("urn:epc:id:sgtn:4012345.011111.1", "it spells no scheme of TDS"),
        ("urn:epc:id", "it spells no scheme of TDS"),
        ("URN:EPC:id:sgtin:4012345.011111.1", "it spells no scheme of TDS"),
        ("urn:epc:tag:sgtin-96:1.4012345.011111.1",
         "a tag's own URI; events name things by their pure identity"),
    ],
)  # fmt: skip
def test_what_looks_like_a_key_and_is_none_stays_itself(text: str, why: str) -> None:
    found = read_uri(text)

    assert (found.kind, found.subject, found.why) == (None, text, why)


@pytest.mark.parametrize(
    "text", ["https://example.com/00/123", "waybill:JD1", "urn:uuid:1", "urn:epc:id:gid:1.2.3"]
)
def test_a_uri_that_is_no_key_is_its_own_subject(text: str) -> None:
    assert read_uri(text)[:2] == (None, text)
    assert read_uri(text).why is None


@given(st.text("0123456789", min_size=7, max_size=17))
def test_the_check_digit_is_that_of_biip(digits: str) -> None:
    assert check_digit(digits) == str(gs1_standard_check_digit(digits))


@given(st.one_of(made.sgtins(), made.ssccs()))
def test_biip_reads_our_links_and_elements_as_we_do(urn: str) -> None:
    found = read_uri(urn)
    told = GS1DigitalLinkURI.parse(str(found.link)).element_strings
    written = GS1Message.parse_hri(element_string(str(found.kind), found.subject)).element_strings

    assert [one.value for one in told] == found.subject.partition(":")[2].split(".", 1)
    assert [one.value for one in written] == [one.value for one in told]
    assert [one.gtin_error or one.sscc_error for one in told] == [None] * len(told)


def test_a_scanned_element_string_is_parted_at_fnc1() -> None:
    assert read_element("]C1010401234511111810L1\x1d219876").subject == "sgtin:04012345111118.9876"
    assert read_element("00340123451111111111").subject == "sscc:340123451111111111"
    assert read_element("9912").why == "no element string"


def test_keys_of_a_column_are_read_in_columns() -> None:
    values = pl.Series([KINDS[0][0], None, "waybill:JD1", "(00)340123451111111111", KINDS[0][0]])
    found = keys(values)

    assert found["subject"].to_list() == [
        KINDS[0][1], None, "waybill:JD1", "sscc:340123451111111111", KINDS[0][1],
    ]  # fmt: skip
    assert found["element_string"].to_list()[3] == "(00)340123451111111111"
    assert found.columns == [
        "value", "kind", "subject", "digital_link", "element_string", "why",
    ]  # fmt: skip
