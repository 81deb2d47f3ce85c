"""Names as numbers, against a dictionary."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.stream.counting.names import Names, marks, texts

NAMES = st.lists(st.text(max_size=20), max_size=60)


@given(st.lists(NAMES, max_size=6))
def test_each_name_has_one_number_for_ever(rounds: list[list[str]]) -> None:
    names, known = Names(), dict[str, int]()
    for told in rounds:
        fresh = [each for each in dict.fromkeys(told) if each and each not in known]
        names.add(pl.Series(fresh, dtype=pl.String))
        for each in fresh:
            known[each] = len(known)
        asked = pl.Series([*known, *told, "never", None], dtype=pl.String)

        expected = [known.get(each, -1) if each else -1 for each in asked.to_list()]
        assert names.numbers(asked).tolist() == expected
        assert names.column.to_list() == list(known)
        assert len(names) == len(known)


def test_a_hundred_thousand_names_are_told_apart() -> None:
    told = pl.Series([f"meter-{number:08d}" for number in range(100_000)])
    names = Names()
    names.add(told)

    mixed = told.sample(fraction=1.0, shuffle=True, seed=1)
    assert (names.column.gather(names.numbers(mixed)) == mixed).all()


def test_bytes_are_cut_where_texts_begin_whatever_their_letters() -> None:
    data, starts, lengths = texts(pl.Series(["é", None, "", "碳路"]))

    assert [bytes(data[s : s + n]) for s, n in zip(starts, lengths, strict=True)] == [
        "é".encode(), b"", b"", "碳路".encode(),
    ]  # fmt: skip


def test_marks_are_the_same_on_every_start() -> None:
    assert marks(pl.Series(["a", "b", "a"])).tolist() == [
        5973440605604087830, 2274091820516345887, 5973440605604087830,
    ]  # fmt: skip
