"""Digital Links in the form of the hash, against the reference generator."""

from __future__ import annotations

import pytest
from epcis_event_hash_generator.dl_normaliser import normaliser
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events.words.gs1 import read_uri
from tanlu.track.events.words.links import link_parts, normal_link
from tests.track.events.words.test_gs1 import KINDS

LINKS = [f"https://id.gs1.org/{link}" for _, _, link in KINDS] + [
    "https://id.gs1.org/01/04012345111118/22/2A/10/LOT1/21/S1",
    "https://x.example/a/01/4012345111118/10/LOT1/21/S1?x=1",
    "http://dl.ex.com/cpid/4012345ABC/8011/12",
    "https://id.gs1.org/01/04012345111118/22/2A",
    "https://id.gs1.org/8006/040123451111180102/22/aa/21/1",
    "https://example.com/gln/4012345000054",
]
# the reference takes more as a document type, and no prefix of 12 digits: see below
URNS = [urn for urn, _, _ in KINDS if ":gdti:" not in urn and ".." not in urn]
Edits = list[tuple[float, str, int]]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from("0123456789./%2F*A()#x:"), st.integers(0, 2)),
    max_size=3,
)


@given(st.sampled_from(LINKS), EDITS)
def test_a_link_has_the_form_of_the_reference(link: str, edits: Edits) -> None:
    for place, sign, deed in edits:
        at = 20 + int(place * (len(link) - 20))
        link = link[:at] + ("" if deed == 1 else sign) + link[at + (deed > 0) :]

    assert normal_link(link) == normaliser(link)


@given(st.sampled_from(URNS), EDITS)
def test_a_urn_has_the_form_of_the_reference(urn: str, edits: Edits) -> None:
    for place, sign, deed in edits:
        at = 16 + int(place * (len(urn) - 16))
        urn = urn[:at] + ("" if deed == 1 else sign) + urn[at + (deed > 0) :]

    assert read_uri(urn).link == normaliser(urn)


def test_where_the_reference_cannot_follow_the_standard_we_do() -> None:
    # a company prefix of 12 digits leaves no digit for the type of asset (TDS)
    assert normaliser("urn:epc:id:grai:401234512345..7") is None
    assert read_uri("urn:epc:id:grai:401234512345..7").link is not None
    # a document type with six digits is none
    assert normaliser("urn:epc:id:gdti:4012345.000091.7") is not None
    assert read_uri("urn:epc:id:gdti:4012345.000091.7").link is None


@pytest.mark.parametrize(
    ("link", "parts"),
    [
        ("https://id.gs1.org/01/4012345111118/10/L/21/S", ("01", "04012345111118", "21", "S")),
        ("https://a.b/c/sscc/340123451111111111#x", ("00", "340123451111111111", None, "")),
        ("https://a.b/c/d", None),
        ("https://a.b/01/x", None),
    ],
)
def test_a_link_falls_into_key_and_finest_qualifier(link: str, parts: object) -> None:
    assert link_parts(link) == parts
