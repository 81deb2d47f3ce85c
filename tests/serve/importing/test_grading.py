"""A grade is a sum whose parts are told."""

from __future__ import annotations

from tanlu.serve.importing import graded


def test_nothing_that_was_looked_at_has_no_grade():
    assert graded([]) is None


def test_all_of_it_is_an_a_and_the_points_are_the_sum_of_the_parts():
    told = {"rows_in": 8, "rows_accepted": 8, "measured": 8, "tonnes": 8, "placed": 8}
    grade = graded([told])
    assert (grade.letter, grade.points) == ("A", 100)
    half = graded([{**told, "measured": 0, "placed": 4}])
    assert half.points == sum(part[3] for part in half.parts) == 62
    assert half.letter == "C"


def test_refused_rows_cost_points():
    told = {"rows_in": 10, "rows_accepted": 5, "measured": 5, "tonnes": 5, "placed": 5}
    assert graded([told]).points == 80
