"""The delivery note for people."""

from __future__ import annotations

import json

import pytest

from tanlu.terms.proof import keys
from tanlu.verify import handover
from tanlu.verify.handover import shown

GIVER, TAKER = keys.SigningKey(b"g" * 32), keys.SigningKey(b"t" * 32)
ITEMS = [{"id": "box:1", "count": 3, "condition": "good"}]


def _given():
    told = handover.facts(
        waybill="W1", giver="carrier:a", taker="consignee:b", place="CN-110115",
        at_us=1_795_226_400_000_000, items=ITEMS, temperature_mc=[2000, 6500],
        photos=[bytes(32)], exceptions=["wet"],
    )  # fmt: skip
    return handover.give(GIVER, told, 1)


@pytest.mark.parametrize(("language", "title"), [("en", "Handover W1"), ("zh", "交接单 W1")])
def test_both_sides_stand_side_by_side(language, title):
    given = _given()
    counted = [{"id": "box:1", "count": 2, "condition": "damaged"}]
    taken = handover.take(TAKER, given, 2, at_us=1_795_226_460_000_000, items=counted)
    made = shown.document(given, taken, language=language)

    assert made.title == title
    assert made.sections[0].rows[0][1:] == ("carrier:a", "2026-11-21 02:00 UTC")
    assert made.sections[1].rows[0][:3] == ("box:1", "3", "2")
    assert made.sections[2].text == "wet"
    assert [row[2] for row in made.sections[3].rows] == [given.kid.hex(), taken.kid.hex()]


def test_what_is_not_signed_yet_is_said():
    made = shown.document(_given())

    assert made.sections[0].rows[1] == ("Taken by", "consignee:b", "not signed")
    assert made.sections[1].rows == (("box:1", "3", "–", "good"),)


def test_the_facts_are_json():
    facts = json.loads(json.dumps(shown.document(_given()).facts))

    assert facts["given"]["photos"] == ["00" * 32]
    assert facts["taken"] is None
