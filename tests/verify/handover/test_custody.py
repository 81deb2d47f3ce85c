"""Both sides of handovers, and the hands through which boxes go."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from tanlu.terms.proof.cose import Statement
from tanlu.terms.proof.keys import SigningKey
from tanlu.verify import handover

KEYS = {name: SigningKey(bytes((n,)) * 32) for n, name in enumerate("abcd", 1)}


class Stated(NamedTuple):
    index: int
    statement: Statement


def _give(giver, taker, *items, waybill="W1"):
    told = handover.facts(
        waybill=waybill, giver=giver, taker=taker, place="CN", at_us=1_000_000, items=items
    )
    return handover.give(KEYS[giver], told, 1)


def _take(of, items=None):
    key = KEYS[of.content["taker"]]
    return handover.take(key, of, 2, at_us=2_000_000, items=items)


def _item(name, count=1, condition="good"):
    return {"id": name, "count": count, "condition": condition}


def _told(*statements, names=None):
    rows = [Stated(index, one) for index, one in enumerate(statements)]
    return handover.handovers(rows, names)


def _codes(told):
    return sorted(told.findings["code"])


def _signed(name, **content):
    return Statement.sign(
        KEYS[name], type="pod", issuer=name, subject="waybill:W1", issued_s=2, payload=content
    )


@pytest.mark.parametrize("change", [{"taker": "d"}, {"waybill": "W2", "taker": "b"}])
def test_nobody_takes_in_the_place_of_him_to_whom_it_was_given(change):
    given = _give("a", "b", _item("box:1"))
    name = change["taker"]
    forged = _signed(name, **{**_take(given).content, **change})
    names = {0: "a", 1: name, 2: "b"}

    assert _codes(_told(given, forged, names=names)) == ["TL791", "TL794"]
    right = _told(given, forged, _take(given), names=names)
    assert right.handovers["agreed"].to_list() == [1]
    assert _codes(right) == ["TL794"]


@pytest.mark.parametrize(
    "change",
    [{"step": "x"}, {"items": None}, {"items": [1]}, {"at_us": "1"}, {"taker": 7}, {"place": None},
     {"items": [_item("sku:1", -5)]}, {"items": [_item("sku:1")] * 2}, {"waybill": None}],
)  # fmt: skip
def test_a_statement_in_another_form_is_named_and_stops_nothing(change):
    given = _give("a", "b", _item("sku:1"))
    odd = _signed("a", **{**given.content, **change})
    told = _told(odd, given, _take(given))

    assert _codes(told) == ["TL790"]
    assert told.handovers["agreed"].to_list() == [1]


def test_a_handover_that_both_signed_is_agreed():
    given = _give("a", "b", _item("sku:1", 3), _item("sku:2", 1, "damaged"))
    told = _told(given, _take(given))

    assert told.handovers.to_dicts() == [
        {
            "waybill": "W1", "giver": "a", "taker": "b", "place": "CN", "at_us": 2_000_000,
            "given": 0, "taken": 1, "items": 4, "good": 3, "damaged": 1, "missing": 0,
            "identity": "key", "agreed": 1,
        }
    ]  # fmt: skip
    assert _codes(told) == []


def test_one_side_alone_is_a_warning_and_not_agreed():
    told = _told(_give("a", "b", _item("sku:1")))

    assert (_codes(told), told.handovers["agreed"].to_list()) == (["TL791"], [0])


def test_each_item_about_which_they_differ_is_told():
    given = _give("a", "b", _item("sku:1", 3), _item("sku:2"))
    told = _told(given, _take(given, [_item("sku:1", 2), _item("sku:3")]))

    assert _codes(told) == ["TL792"] * 3
    assert told.handovers["agreed"].to_list() == [0]
    assert '"given":[3,"good"]' in told.findings["evidence"][0]
    assert '"taken":[2,"good"]' in told.findings["evidence"][0]


def test_a_box_goes_on_from_the_hands_into_which_it_came():
    first = _give("a", "b", _item("box:1"))
    second = _give("b", "c", _item("box:1"), waybill="W2")
    third = _give("a", "d", _item("box:1"), waybill="W3")
    good = _told(first, _take(first), second, _take(second))
    broken = _told(first, _take(first), third, _take(third))

    assert good.custody["taker"].to_list() == ["b", "c"]
    assert (_codes(good), _codes(broken)) == ([], ["TL793"])


def test_a_missing_box_stays_where_it_was():
    first = _give("a", "b", _item("box:1"))
    told = _told(first, _take(first, [_item("box:1", 1, "missing")]))

    assert told.custody.height == 0


def test_who_signs_in_anothers_name_is_named():
    given = _give("a", "b", _item("sku:1"))
    told = _told(given, _take(given), names={0: "a", 1: "a"})

    assert _codes(told) == ["TL791", "TL794"]


def test_a_second_answer_and_an_answer_to_nothing_are_told():
    given = _give("a", "b", _item("sku:1"))

    assert _codes(_told(given, _take(given), _take(given, []))) == ["TL795"]
    assert _codes(_told(_take(given))) == ["TL795"]


@cases(st.lists(st.sampled_from("abcd"), min_size=2, max_size=8))
def test_custody_breaks_exactly_where_the_giver_is_not_the_last_taker(hands):
    steps = [(g, t) for g, t in itertools.pairwise(hands) if g != t]
    odd = [(steps[at][0], steps[at][1]) for at in range(0, len(steps), 2)]
    made = []
    for number, (giver, taker) in enumerate(odd):
        given = _give(giver, taker, _item("box:1"), waybill=f"W{number}")
        made += [given, _take(given)]
    breaks = sum(before[1] != after[0] for before, after in itertools.pairwise(odd))

    assert _codes(_told(*made)) == ["TL793"] * breaks


@pytest.mark.parametrize("none", [(), None])
def test_no_statements_are_no_handovers(none):
    told = handover.handovers(none or [])

    assert (told.handovers.height, told.custody.height, told.findings.height) == (0, 0, 0)
