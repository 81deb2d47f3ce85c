"""The two statements of a handover, and what is refused."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof.cose import Statement
from tanlu.terms.proof.keys import SigningKey
from tanlu.verify import handover
from tanlu.verify.handover import statements

CARRIER, CONSIGNEE = SigningKey(b"c" * 32), SigningKey(b"d" * 32)
FILE = """
waybill = "JD0001"
giver = "carrier:shunda"
taker = "consignee:lifang"
place = "CN-110115"
at = 2026-11-21T10:00:00+08:00
photos = ["door.jpg"]
exceptions = ["one carton wet"]
temperature_c = [2, 6.5]
terms = "terms.toml"
[[items]]
id = "box:8006391500002412345"
[[items]]
id = "sku:4006381333931"
count = 3
condition = "damaged"
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "door.jpg").write_bytes(b"photo")
    (tmp_path / "terms.toml").write_bytes(b"terms")
    path = tmp_path / "handover.toml"
    path.write_text(FILE)
    return path


def test_a_file_becomes_the_facts_that_are_signed(file):
    assert handover.given(file) == {
        "type": "tanlu/pod/v1", "step": "give", "waybill": "JD0001", "giver": "carrier:shunda",
        "taker": "consignee:lifang", "place": "CN-110115", "at_us": 1_795_226_400_000_000,
        "items": [
            {"id": "box:8006391500002412345", "count": 1, "condition": "good"},
            {"id": "sku:4006381333931", "count": 3, "condition": "damaged"},
        ],
        "temperature_mc": [2000, 6500], "photos": [sha256(b"photo").digest()],
        "exceptions": ["one carton wet"], "terms": sha256(b"terms").digest(),
    }  # fmt: skip


def test_the_taker_signs_the_leaf_of_what_the_giver_signed(file):
    given = handover.give(CARRIER, handover.given(file), 1_795_226_400)
    again = Statement.decode(given.encode())
    taken = handover.take(CONSIGNEE, again, 1_795_226_500, at_us=1_795_226_460_000_000)

    assert taken.verify(CONSIGNEE.public)
    assert (taken.subject, taken.issuer) == ("waybill:JD0001", "consignee:lifang")
    assert taken.content["of"] == statements.leaf_of(given)
    assert taken.content["items"] == given.content["items"]


def test_nobody_takes_what_was_only_taken(file):
    given = handover.give(CARRIER, handover.given(file), 1)
    taken = handover.take(CONSIGNEE, given, 2, at_us=3)

    with pytest.raises(TanluError, match="TL790"):
        handover.take(CARRIER, taken, 4, at_us=5)
    with pytest.raises(TanluError, match="TL790"):
        handover.take(CONSIGNEE, given, 2, at_us=3, identity="face")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("waybill =", "waybil ="), ('"JD0001"', '""'), ("consignee:lifang", "carrier:shunda"),
        ("+08:00", ""), ("count = 3", "count = -1"), ('"damaged"', '"wet"'), ("[2, 6.5]", "[7, 2]"),
        ("[2, 6.5]", "[1]"), ("[2, 6.5]", '["cold", 1]'), ("door.jpg", "gone.jpg"),
        ("sku:4006381333931", "box:8006391500002412345"), ('["one carton wet"]', '"wet"'),
        ("[[items]]", "[[things]]"), ("waybill", "= waybill"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(file, old, new):
    file.write_text(FILE.replace(old, new))

    with pytest.raises(TanluError, match="TL790"):
        handover.given(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(TanluError, match="TL790"):
        handover.given(tmp_path / "gone.toml")


def test_what_was_counted_comes_from_a_file_of_its_own(tmp_path):
    path = tmp_path / "counted.toml"
    path.write_text('[[items]]\nid = "sku:1"\ncount = 2\n')

    assert handover.counted(path) == [{"id": "sku:1", "count": 2, "condition": "good"}]
    path.write_text("items = 3")
    with pytest.raises(TanluError, match="TL790"):
        handover.counted(path)
