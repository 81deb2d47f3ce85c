"""Words of the index."""

from __future__ import annotations

from tanlu.store.relational.search.rows import MODES, fold, marked, marks, words


def test_one_width_and_one_case():
    assert fold("ＮingBO　宁波") == "ningbo 宁波"


def test_words_are_distinct_the_longest_first_and_hold_no_mark():
    assert words(" b  上海 B abc\x02\x03\x0e ") == ["abc", "上海", "b"]
    assert len(words(" ".join(str(n) for n in range(99)))) == 8
    assert words("x" * 500) == ["x" * 80]


def test_the_marks_of_a_row_answer_the_filters():
    text = marked("A", 0b101, 3, 2)
    assert text.startswith("a  ")
    for mark in (*marks(1, 3, findings=True), *marks(4, None, findings=None)):
        assert len(mark) == 3
        assert mark in text
    assert marks(2, 0, findings=None)[0] not in text
    # of one of several modes, or of none at all, no single mark tells
    assert marks(3, None, findings=False) == []
    every = [marks(1 << at, None, findings=None)[0] for at in range(len(MODES))]
    assert len(set(every)) == len(MODES)
