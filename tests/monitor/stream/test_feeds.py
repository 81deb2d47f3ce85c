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
