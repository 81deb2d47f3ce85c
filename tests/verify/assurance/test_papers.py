"""Working papers: out as CSV or XLSX in either tongue, back with what a person filled in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance.papers import read_paper, side

OUT = "id,evidence,remark\n"


@pytest.fixture
def paper(tmp_path, sampled):
    """How a test writes a forward paper by hand."""

    def written(change):
        rows = dict.fromkeys(sampled.ids, "1") | change
        path = tmp_path / "paper.csv"
        lines = [f"{one},{said},\n" for one, said in rows.items() if said is not None]
        path.write_text(OUT + "".join(lines), encoding="utf-8")
        return path

    return written


def test_both_papers_come_back_in_either_form_and_tongue(fill, sampled) -> None:
    ahead, behind = fill()
    filled = read_paper(ahead, sampled.both.forward)
    told = read_paper(behind, sampled.both.reverse, "reported")

    assert (side(ahead), side(behind)) == ("forward", "reverse")
    assert set(filled) == set(sampled.ids)
    assert set(told) == set(sampled.both.reverse[0].drawn.rows["id"])
    assert None not in {amount for amount, _ in told.values()}


def test_words_for_no_evidence_are_understood(paper, sampled) -> None:
    words = dict(zip(sampled.ids, ["none", "无", "–", "NO"], strict=False))
    filled = read_paper(paper(words), sampled.both.forward)

    assert {filled[one][0] for one in words} == {None}
    assert filled[sampled.ids[-1]][0] == Decimal(1)


@pytest.mark.parametrize("said", ["", "ten", "1,5", "inf", "1e99", "NaN", None])
def test_a_row_that_is_not_filled_in_or_is_gone_is_named(paper, sampled, said) -> None:
    path = paper({sampled.ids[0]: said})
    with pytest.raises(TanluError) as refused:
        read_paper(path, sampled.both.forward)

    assert refused.value.code == "TL758"


def test_a_row_that_was_not_drawn_is_refused(paper, sampled) -> None:
    with pytest.raises(TanluError) as refused:
        read_paper(paper({"leg/9999": "1"}), sampled.both.forward)

    assert "leg/9999" in str(refused.value)


def test_a_paper_of_neither_side_is_refused(tmp_path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(TanluError) as refused:
        side(path)

    assert refused.value.code == "TL758"
