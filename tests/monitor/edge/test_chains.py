"""Chains: what goes on holds, two histories do not."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.monitor.edge.chains import REMEMBERED, Chains, Link


def link(first, count=10, *, mark=None, after=None, boot=1):
    return Link(first, first + count, mark or f"h{first}".encode(), after, boot)


def row(*firsts):
    """Links one after the other, each naming the one before it."""
    found, before = [], bytes(32)
    for first in firsts:
        found.append(link(first, after=before))
        before = found[-1].hash
    return found


@pytest.fixture
def chains():
    return Chains()


def test_batches_in_order_hold_and_leave_no_gap(chains):
    assert [chains.judge("a", one) for one in row(0, 10, 20, 30)] == [""] * 4
    assert chains.gaps == 0


def test_a_gap_is_counted_and_not_refused(chains):
    first, _, third, fourth = row(0, 10, 20, 30)
    assert [chains.judge("a", one) for one in (first, third, fourth)] == ["", "", ""]
    assert chains.gaps == 1


def test_a_late_batch_fills_its_gap_if_it_joins_both_sides(chains):
    first, second, third = row(0, 10, 20)
    for one in (first, third):
        chains.judge("a", one)
    other = second._replace(hash=b"other")
    assert "names another one" in chains.judge("a", other)
    assert chains.judge("a", second) == ""


def test_a_batch_that_is_sent_again_is_known(chains):
    batches = row(0, 10, 20)
    for one in batches:
        chains.judge("a", one)
    assert [chains.judge("a", one) for one in batches] == ["", "", ""]


def test_two_batches_for_one_reading_are_a_fork(chains):
    first, second = row(0, 10)
    chains.judge("a", first)
    chains.judge("a", second)
    for other in (second._replace(hash=b"x"), link(5, after=b"z"), link(19, after=b"z")):
        assert chains.judge("a", other).startswith("forked")


def test_a_batch_that_names_another_one_before_it_is_refused_and_not_remembered(chains):
    first, second = row(0, 10)
    chains.judge("a", first)
    assert "not the one it names" in chains.judge("a", second._replace(previous=b"else"))
    assert chains.judge("a", second) == ""


def test_a_device_that_forgot_begins_anew_only_with_a_new_boot(chains):
    first = row(0)[0]
    chains.judge("a", first)
    forgot = link(10, after=bytes(32), boot=1)
    assert chains.judge("a", forgot) != ""
    assert chains.judge("a", forgot._replace(boot=2)) == ""


def test_a_boot_counter_that_goes_back_is_refused_unless_the_batch_is_late(chains):
    first, second, third = row(0, 10, 20)
    chains.judge("a", first._replace(boot=4))
    chains.judge("a", third._replace(boot=5))
    assert chains.judge("a", second._replace(boot=4)) == ""
    back = link(30, after=third.hash, boot=3)
    assert chains.judge("a", back) == "the boot counter went back from 5 to 3"


def test_devices_do_not_share_a_chain(chains):
    chains.judge("a", link(0))
    assert chains.judge("b", link(5, mark=b"other")) == ""


def test_what_is_stored_is_remembered_after_a_restart(chains):
    rows = pl.DataFrame(
        {"device": ["a", "a"], "seq": [0, 2], "count": [2, 2], "evidence": ["0a", "0b"]}
    )
    chains.learn(rows)
    chains.learn(rows)
    assert chains.knows("a", b"\x0b")
    assert chains.judge("a", Link(2, 4, b"\x0b", b"\x0a", 1)) == ""
    assert chains.judge("a", Link(2, 4, b"\x0c", b"\x0a", 1)).startswith("forked")
    assert chains.judge("a", Link(4, 6, b"\x0d", b"\x0c", 1)) != ""
    assert chains.judge("a", Link(4, 6, b"\x0d", b"\x0b", 1)) == ""


def test_what_is_remembered_of_a_device_is_bounded(chains):
    for one in row(*range(0, 1_000, 10)):
        assert chains.judge("a", one) == ""
    assert len(chains._links["a"]) == REMEMBERED
