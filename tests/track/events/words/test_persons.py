"""What is personal in an event is found wherever it stands and however it is spelt."""

from __future__ import annotations

import json

import pytest

from tanlu.track.events.words.persons import Finder, put_back, put_in, read_all

NAME = "p:" + "0" * 32


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("urn:epc:id:gsrn:4012345.0000006765", "gsrn:401234500000067657"),
        ("https://id.gs1.org/8018/401234500000067657", "gsrn:401234500000067657"),
        ("HTTPS://DL.EXAMPLE.COM/a/8017/401234500000000074", "gsrnp:401234500000000074"),
        # its check digit is wrong: still somebody
        ("https://id.gs1.org/8018/401234500000067650",) * 2,
        ("TEL:+8613912345678",) * 2,
        ("mailto:li@example.cn",) * 2,
        ("urn:staff:7",) * 2,
        ("urn:epc:id:sgtin:4012345.011111.9876", None),
        ("https://id.gs1.org/00/340123451111111111", None),
        ("telling", None),
    ],
)
def test_a_text_tells_of_a_person_or_not(text: str, person: str | None) -> None:
    assert Finder(["urn:staff:", ""]).person(text) == person


def test_all_that_is_in_a_named_field_is_personal() -> None:
    held = {"ex:driver": {"a": "x", "b": [7, True, 1.5, {"c": "y"}]}, "d": ["z", "tel:1"], "x": "x"}
    finder = Finder(["ex:driver"])
    names = dict.fromkeys(finder.found(held), NAME)

    assert sorted(names) == ["1.5", "7", "tel:1", "x", "y"]
    assert finder.replaced(held, names) == {
        "ex:driver": {"a": NAME, "b": [NAME, True, NAME, {"c": NAME}]}, "d": ["z", NAME], "x": "x",
    }  # fmt: skip


def test_pieces_of_a_text_that_is_no_json_are_found() -> None:
    text = '{"ex:driver": "a b", "x": "tel:1", "y": "https://id.gs1.org/8017/40123450000000", '
    found = Finder(["ex:driver"]).loose(text)

    assert sorted(found) == ["a b", "https://id.gs1.org/8017/40123450000000", "tel:1"]
    assert "tel" not in put_in(text, dict.fromkeys(found, NAME))
    assert Finder().loose("nobody") == {}


def test_the_longest_piece_is_replaced_first() -> None:
    assert put_in("ab abc", {"ab": "1", "abc": "2"}) == "1 2"


def test_a_field_that_stands_twice_is_seen_twice() -> None:
    assert read_all('{"a": 1, "a": 2, "a": 3}') == {"a": 1, "a#2": 2, "a#3": 3}
    assert sorted(Finder(["a"]).found(read_all('{"a": "x", "a": "y"}'))) == ["x", "y"]
    assert read_all("{") is read_all("[" * 100_000) is None


def test_what_is_put_back_stays_json() -> None:
    text = json.dumps({"a": NAME, "b": "p:" + "1" * 32})

    assert json.loads(put_back(text, {NAME: 'a"\\b'})) == {"a": 'a"\\b', "b": "p:" + "1" * 32}
