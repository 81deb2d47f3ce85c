"""One verdict follows from all that was found."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.verify.offline.report import MOST_SHOWN, Book


@pytest.mark.parametrize(
    ("codes", "verdict", "code"),
    [
        ([], "verified", 0),
        (["TL729"], "verified with findings", 3),
        (["TL729", "TL735"], "cannot decide", 2),
        (["TL707", "TL711", "TL734"], "failed", 1),
    ],
)
def test_the_worst_decides(codes: list[str], verdict: str, code: int) -> None:
    book = Book()
    for each in codes:
        book.note(each, "here", "why")
    found = book.close()

    assert (found.verdict, found.exit) == (verdict, code)


def test_a_step_holds_until_something_fails_in_it() -> None:
    book = Book()
    book.begin(3)
    book.begin(5)
    book.note("TL716", "here", "why")
    book.begin(6)
    book.note("TL736", "here", "why")
    states = [each.state for each in book.close().steps]

    assert (states[2], states[4], states[5], states[6]) == ("holds", "fails", "partly", "skipped")
    assert (book.fails(5), book.fails(6)) == (True, False)


def test_a_finding_says_code_place_and_reason_in_both_tongues() -> None:
    book = Book()
    book.fault(TanluError("TL711", value="calc/legs.csv", why="its content is another"))
    book.fault(TanluError("TL720", value="head", why="too short"), "leaves/x")
    first, second = book.close().findings

    assert (first.code, first.where, first.why) == (
        "TL711", "calc/legs.csv", "its content is another",
    )  # fmt: skip
    assert (second.where, second.why) == ("leaves/x", "head: too short")
    assert first.say("zh").startswith("[TL711] 证据包的文件")


def test_many_findings_are_counted_and_some_shown() -> None:
    book = Book()
    for number in range(MOST_SHOWN + 50):
        book.note("TL722", str(number), "why")
    found = book.close()

    assert (found.counts, len(found.findings)) == ({"TL722": MOST_SHOWN + 50}, MOST_SHOWN)
    assert json.loads(json.dumps(found.json()))["exit"] == 1
