"""The map: lines of the legs, dots and names of the places."""

from __future__ import annotations

from copy import deepcopy

from tanlu.report.svg import Canvas
from tanlu.report.tracing.atlas import draw_map


def drawn(facts) -> tuple[Canvas, float | None]:
    canvas = Canvas("way", 1000)
    return canvas, draw_map(canvas, facts, 0.0)


def test_each_moving_leg_is_a_line_in_the_colour_of_its_mode(facts) -> None:
    text = "".join(drawn(facts)[0].pieces)

    assert text.count('stroke-width="2.4"') == 8
    assert text.count('stroke="var(--sea)"') == 1
    # what is in it is dotted
    assert text.count("stroke-dasharray") == 4


def test_places_are_named(facts) -> None:
    said = " ".join(words for _, _, words, _, _ in drawn(facts)[0].words)

    assert {"Qingdao", "Port", "mill-jinan"} <= set(said.split())


def test_all_is_drawn_within_the_frame_over_the_antimeridian_too(facts) -> None:
    told = deepcopy(facts)
    told["legs"][6]["destination"] |= {"lat": "33.94", "lon": "-118.41"}
    canvas, bottom = drawn(told)

    assert bottom is not None
    assert all(0 <= x <= 1000 and 0 <= y <= bottom for x, y, *_ in canvas.words)


def test_without_places_there_is_no_map(facts) -> None:
    told = facts | {"legs": [], "nodes": []}

    assert drawn(told)[1] is None


def test_one_place_alone_is_a_map(facts) -> None:
    told = facts | {"legs": facts["legs"][5:6], "nodes": []}
    canvas, bottom = drawn(told)

    assert bottom is not None
    assert canvas.words[-1][2] == "Shanghai Pudong International Airport"
