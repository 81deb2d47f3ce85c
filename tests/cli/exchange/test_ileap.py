"""tanlu exchange ileap: a ledger written, and what others sent done again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.books import Tongue

WHO = ("--company", "Tanlu Express", "--urn", "urn:epc:id:sgln:4063973.00000.8")


def written(file: Path) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["data"]
    return held


def test_a_ledger_is_written_as_footprints_and_activity_data(books: Tongue, tmp_path: Path) -> None:
    facts = books.ask("exchange", "ileap", "make", *WHO, "--out", tmp_path / "out")

    assert (facts["shipment"], facts["findings"]) == (2, [])
    assert len(written(tmp_path / "out/footprints.json")) == facts["shipment"] + facts["toc"]
    again = books.ask("exchange", "ileap", "check", tmp_path / "out/footprints.json")
    assert (again["findings"], again["undone"]) == ([], [])
    assert again["held"] > 100


def test_what_it_cannot_hold_is_said_with_its_reason(books: Tongue, tmp_path: Path) -> None:
    facts = books.ask("exchange", "ileap", "make", *WHO, "--out", tmp_path)
    said = books.say("exchange", "ileap", "make", *WHO, "--out", tmp_path, language="zh")

    # these books tell no places, and activity data need them
    assert facts["left"] == {"its places are not known by country": 2}
    assert facts["tad"] == 0
    assert "未纳入：2 段：其地点无法确定国家" in said


def test_a_slip_of_a_thousand_is_found_and_the_verb_says_so(books: Tongue, tmp_path: Path) -> None:
    books.ask("exchange", "ileap", "make", *WHO, "--out", tmp_path)
    rows = written(tmp_path / "footprints.json")
    tce = rows[0]["extensions"][0]["data"]["tces"][0]
    meant = tce["transportActivity"]
    tce["transportActivity"] = str(int(float(meant) * 1000))
    (tmp_path / "sent.json").write_text(json.dumps(rows), encoding="utf-8")
    facts = books.ask("exchange", "ileap", "check", tmp_path / "sent.json", expect=3)
    said = books.say("exchange", "ileap", "check", tmp_path / "sent.json", expect=3)

    assert [each["code"] for each in facts["findings"]] == ["TL911"]
    assert facts["findings"][0]["computed"] == meant
    assert "[TL911]" in said
    assert "1,000 times" in said


def test_a_file_that_holds_nothing_is_refused(books: Tongue, tmp_path: Path) -> None:
    for name, text in (("none", "[]"), ("text", "hello"), ("number", "3")):
        file = tmp_path / f"{name}.json"
        file.write_text(text, encoding="utf-8")
        facts = books.ask("exchange", "ileap", "check", file, expect=1)
        assert facts["error"]["code"] == "TL919"


def test_what_is_published_is_found_by_partners_and_only_once(books: Tongue) -> None:
    from tanlu.serve.api import Home
    from tanlu.serve.exchange import shelf

    first = books.ask("exchange", "ileap", "publish", *WHO)
    again = books.ask("exchange", "ileap", "publish", *WHO)
    home = Home(books.ledger)
    with home.state.of("home") as state:
        page = shelf.find(state, 2, None, reader="partner", limit=100)
    home.close()

    assert (first["new"], again["new"], again["known"]) == (4, 0, 4)
    assert len(page.footprints) == 4


def test_a_partner_whom_nobody_named_is_not_asked(books: Tongue) -> None:
    facts = books.ask("exchange", "ileap", "fetch", "https://carrier.example", expect=1)

    assert facts["error"]["code"] == "TL879"
