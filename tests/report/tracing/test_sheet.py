"""The document of a trace in words."""

from __future__ import annotations

from tanlu.report import text
from tanlu.report.tracing.sheet import span, way


def test_all_that_is_known_has_its_section(documents) -> None:
    titles = [section.title for section in documents["en"].sections]

    assert titles == [
        "Trace of waybill:JD7001", "Which way did it go?", "At which stage?",
        "What is in it and what became of it?", "In what was it and when?", "Where was it seen?",
        "What is missing or not counted?", "What shows it?", "What next?",
    ]  # fmt: skip


def test_the_terminal_shows_legs_boxes_and_what_is_missing(documents) -> None:
    said = text(documents["en"], width=150, colour=False)

    for each in ("Port Hedland → Qingdao", "7.730 – 14.65", "pallet:P1", "TL434",
                 "not quantified", "tanlu prove waybill:JD7001"):  # fmt: skip
        assert each in said


def test_in_chinese_too(documents) -> None:
    said = text(documents["zh"], width=150, colour=False)

    assert "青岛" in said
    assert "缺失或未计入的内容" in said


def test_a_leg_at_one_place_names_it_once() -> None:
    here = {"name": "Qingdao", "code": "CNQDG", "lat": None}

    assert way({"origin": here, "destination": here, "place": None}) == "Qingdao"
    assert way({"origin": None, "destination": None, "place": here}) == "Qingdao"


def test_the_day_of_the_end_is_told_where_it_is_another() -> None:
    day = {"start": "2026-01-01T08:00:00+08:00", "end": "2026-01-01T17:00:00+08:00"}

    assert span(day) == "2026-01-01 08:00 – 17:00"
    assert span(day | {"end": "2026-01-02T01:00:00+08:00"}).endswith("2026-01-02 01:00")


def test_nodes_of_tracks_show_how_sure_they_are(by_track) -> None:
    said = [text(by_track[language], width=150, colour=False) for language in ("en", "zh")]

    assert all("51.2 %" in each and "± 60 s · 12 m" in each for each in said)
    assert ("border" in said[0], "边境" in said[1]) == (True, True)
