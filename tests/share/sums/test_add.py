from __future__ import annotations

import pytest
from tests.share.sums.conftest import party

from tanlu.errors import TanluError
from tanlu.share.sums import Aggregator, Call, submit


def test_members_who_give_nothing_are_left_out(call, both) -> None:
    part = both["a"].add(["s0", "s1", "s2", "s3", "s4"], at_s=2)

    assert isinstance(part, bytes)
    assert both["a"].members == [f"s{number}" for number in range(7)]


def test_giving_the_same_message_again_changes_nothing_and_other_values_are_refused(
    call, both, members, messages
) -> None:
    both["a"].take(messages["s0"])
    second = submit(call, members["s0"], {"transport": 0, "energy": 0}, at_s=3)

    with pytest.raises(TanluError, match=r"TL859.*s0"):
        both["a"].take(second)


def test_fewer_than_five_are_not_summed(both) -> None:
    with pytest.raises(TanluError, match=r"TL862.*4 members"):
        both["b"].add(["s0", "s1", "s2", "s3"], at_s=2)


def test_a_set_that_differs_by_fewer_than_five_is_refused_with_who_would_be_told(both) -> None:
    both["b"].add([f"s{number}" for number in range(7)], at_s=2)

    with pytest.raises(TanluError, match=r"TL862.*s5, s6"):
        both["b"].add([f"s{number}" for number in range(5)], at_s=3)


def test_the_same_set_may_be_added_again(both) -> None:
    names = [f"s{number}" for number in range(5)]

    both["b"].add(names, at_s=2)
    assert both["b"].add(names[::-1], at_s=3)


def test_earlier_parts_count_also_in_a_new_call_for_the_same_numbers(call, both, adders) -> None:
    part = both["b"].add([f"s{number}" for number in range(7)], at_s=2)
    again = Call(call.period, call.unit, ("energy",), call.members[:6], call.a, call.b)
    second = Aggregator(again, adders["b"], [part])
    for number in range(6):
        message = submit(again, party(f"s{number}"), {"energy": number}, at_s=3)
        second.take(message)

    with pytest.raises(TanluError, match=r"TL862.*s6"):
        second.add([f"s{number}" for number in range(6)], at_s=4)


def test_parts_of_other_numbers_do_not_count(call, both, adders) -> None:
    part = both["b"].add([f"s{number}" for number in range(7)], at_s=2)
    other = Call("2026-11", call.unit, ("energy",), call.members[:6], call.a, call.b)
    second = Aggregator(other, adders["b"], [part])
    for number in range(6):
        second.take(submit(other, party(f"s{number}"), {"energy": number}, at_s=3))

    assert second.add([f"s{number}" for number in range(6)], at_s=4)


def test_a_part_that_another_signed_is_no_earlier_part_of_ours(call, both, adders) -> None:
    part = both["a"].add([f"s{number}" for number in range(7)], at_s=2)

    with pytest.raises(TanluError, match=r"TL858.*not ours"):
        Aggregator(call, adders["b"], [part])


def test_only_an_aggregator_of_the_call_adds(call, members, both) -> None:
    with pytest.raises(TanluError, match=r"TL858.*no such aggregator"):
        Aggregator(call, members["s0"])
    with pytest.raises(TanluError, match=r"TL858.*nothing was taken"):
        both["a"].add(["s0", "s1", "s2", "s3", "x"], at_s=2)
