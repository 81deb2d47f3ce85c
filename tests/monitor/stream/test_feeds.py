"""One stream's devices: met once, asked of the registry again when it changes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl

from tanlu.monitor.devices import Sender
from tanlu.monitor.stream import feeds, state
from tanlu.monitor.stream.feeds import Feed


def registry(*enrolled: str) -> Any:
    there = pl.Series(enrolled, dtype=pl.String)
    return SimpleNamespace(
        closed=bool(enrolled),
        enrolled=lambda devices: devices.is_in(there.implode()).fill_null(False),
    )


def refused(feed: Feed, devices: list[str | None], of: Any) -> list[bool]:
    reasons = np.zeros(len(devices), np.int8)
    feed.channels(pl.Series(devices, dtype=pl.String), reasons, of)
    return [bool(each) for each in reasons]


def test_names_are_kept_only_of_devices_that_may_send() -> None:
    feed = Feed(state.bare("s", "reading"))

    assert refused(feed, ["a", "b", None, "x" * 300], registry("a")) == [False, True, True, True]
    assert feed.names.column.to_list() == ["a"]
    assert refused(Feed(state.bare("s", "reading")), ["b"], registry("a")) == [True]


def test_a_revoked_device_is_refused_once_the_registry_was_read_again() -> None:
    feed = Feed(state.bare("s", "reading"))
    assert refused(feed, ["a", "b"], registry("a", "b")) == [False, False]
    feed.forget()

    assert refused(feed, ["a", "b"], registry("b")) == [True, False]


def test_no_more_names_than_fit_are_taken(monkeypatch: Any) -> None:
    monkeypatch.setattr(feeds, "MOST_NAMES", 2)
    feed = Feed(state.bare("s", "reading"))

    assert refused(feed, ["a", "b", "c", "a"], registry()) == [False, False, True, False]


def test_the_scope_of_a_sender_covers_devices_met_later() -> None:
    feed, sender = Feed(state.bare("s", "reading")), Sender("g", ("a*",))
    for names, wanted in ((["a1", "b1"], [False, True]), (["b2", "a2"], [True, False])):
        reasons = np.zeros(2, np.int8)
        channels = feed.channels(pl.Series(names), reasons, registry())
        feed.scope(sender, channels, reasons)
        assert [bool(each) for each in reasons] == wanted


def test_a_device_that_signs_is_refused_what_came_in_no_signed_batch() -> None:
    of = registry("a", "b")
    of.signing = lambda devices: devices == "a"
    feed = Feed(state.bare("s", "reading"))
    devices = ["a", "a", "b", None]
    reasons = np.zeros(4, np.int8)
    channels = feed.channels(pl.Series(devices, dtype=pl.String), reasons, of)
    signed = pl.DataFrame({"evidence": ["ab", None, None, None]})
    for table, wanted in ((signed, [0, 1, 0]), (signed.drop("evidence"), [1, 1, 0])):
        found = np.where(reasons > 0, reasons, 0).astype(np.int8)
        feed.unsigned(table, channels, found, of)
        assert [int(each > 0) for each in found[:3]] == wanted
    feed.forget()
    of.signing = lambda devices: devices == "none"
    feed.unsigned(signed, channels, reasons, of)
    assert reasons.tolist()[:3] == [0, 0, 0]
