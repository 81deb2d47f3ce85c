"""What a file shows of its columns."""

from __future__ import annotations

from tanlu.monitor import Answers, propose, seen, units_of

ROWS = "运单号,发货日期,重量,距离(km),方式\nA1,2026-10-01,12,100,公路\nA2,2026-10-02,9,80,专车\n"


def _file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_a_unit_is_of_the_header_or_there_is_none(tmp_path):
    told = {each.column: each for each in seen(_file(tmp_path))}
    assert told["距离(km)"].unit == "km"
    assert told["重量"].unit == ""
    assert "kg" in units_of("mass_mg")
    assert told["方式"].words == {"公路": "transport.road", "专车": ""}


def test_what_a_person_says_stands_in_place_of_what_was_recognised(tmp_path):
    path = _file(tmp_path)
    fields = {each.column: each.field for each in seen(path)}
    meanings = {"kind": {"专车": "transport.road"}}
    said = Answers(fields, {"重量": "t", "距离(km)": "km"}, {}, meanings)
    made = propose(path, answers=said)
    assert made.open == ()
    assert '"专车" = "transport.road"' in made.text
    assert propose(path, answers=said._replace(units={})).open != ()
