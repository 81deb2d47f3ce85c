"""What is remembered of a URI is what reading it anew gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events.words import spelling
from tanlu.track.events.words.canon import canonical
from tanlu.track.events.words.gs1 import read_uri
from tests.track.events import made


@given(st.lists(st.one_of(made.EPCS, made.CLASSES, made.places()), max_size=20))
def test_a_remembered_uri_is_told_as_one_read_anew(uris: list[str]) -> None:
    for uri in uris:
        assert spelling.URIS[uri] == (canonical(uri), read_uri(uri).subject)


@given(st.lists(st.text("01aZé-.%2F", max_size=22), max_size=8))
def test_a_serial_behind_a_remembered_head_is_looked_at(serials: list[str]) -> None:
    head = "urn:epc:id:sgtin:4012345.011111."
    assert spelling.URIS[f"{head}1"][1] == "sgtin:04012345111118.1"
    for serial in serials:
        try:
            found = spelling.URIS[head + serial]
        except KeyError:
            continue
        key = read_uri(head + serial)
        assert found == (key.link or head + serial, key.subject)


def test_what_is_no_uri_is_not_found() -> None:
    with pytest.raises(KeyError):
        spelling.URIS["no uri"]
    with pytest.raises(KeyError):
        spelling.STEPS["urn:epcglobal:cbv:bizstep:shipping"]


def test_too_much_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "KEPT", 2)
    known = spelling._Spelled()
    for number in range(3):
        known[f"urn:x:{number}"]
    known.shorten()

    assert len(known) == 0


def test_what_was_met_before_makes_no_serial_longer() -> None:
    head = "urn:epc:id:sgtin:4012345.011111.4711"
    assert spelling.URIS[f"{head}.A"][1] == "sgtin:04012345111118.4711.A"
    long = f"{head}.{'A' * 20}"

    assert spelling.URIS[long][1] == read_uri(long).subject == long
