"""The boundary file is understood whole or refused with a code."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from tests.report.organisation.group import GROUP, boundary

from tanlu.errors import TanluError
from tanlu.report.organisation import parse, read


def refused(text: str) -> str:
    with pytest.raises(TanluError) as error:
        parse(text.encode())
    return error.value.code


def test_shares_are_read_exactly() -> None:
    found = boundary()

    assert {each.id: each.equity for each in found.entities} == {
        "mall": Fraction(1), "express": Fraction(1), "boxes": Fraction(3, 5),
        "associate": Fraction(3, 10), "hub": Fraction(0),
    }  # fmt: skip
    assert (found.threshold_percent, found.zone) == (Decimal(5), "Asia/Shanghai")


def test_the_hash_names_the_bytes() -> None:
    assert boundary().sha256 != boundary("# a remark\n").sha256


def test_a_folder_is_read_by_its_file_and_no_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "organisation.toml").write_text(GROUP, encoding="utf-8")

    assert read(tmp_path).name == "Group"
    with pytest.raises(TanluError) as error:
        read(tmp_path / "other.toml")
    assert error.value.code == "TL807"


ROOT = 'name = "G"\napproach = "equity_share"\n[[entity]]\nid = "a"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name = ", "TL807"),
        ('approach = "equity_share"\n[[entity]]\nid = "a"\n', "TL807"),
        ('name = "G"\napproach = "control"\n[[entity]]\nid = "a"\n', "TL807"),
        (ROOT.replace('"equity_share"', '["equity_share", "financial_control"]'), "TL807"),
        (ROOT + 'approach = "financial_control"\n', "TL807"),
        (ROOT + 'colour = "red"\n', "TL807"),
        (ROOT + "operational_control = 1\n", "TL807"),
        (ROOT + 'financial_control = "half"\n', "TL807"),
        (ROOT + 'lease = "sideways"\n', "TL807"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "a"\n', "TL809"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "a"\nequity_percent = "100.1"\n', "TL809"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "a"\nequity_percent = "-1"\n', "TL809"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "a"\nequity_percent = 33.3\n', "TL809"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "a"\nequity_percent = "NaN"\n', "TL809"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "a"\nequity_percent = "0.0000000000000000001"\n',
         "TL809"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "c"\nequity_percent = "50"\n', "TL808"),
        (ROOT + '[[entity]]\nid = "a"\nparent = "a"\nequity_percent = "50"\n', "TL808"),
        (ROOT + '[[entity]]\nid = "b"\n', "TL808"),
        (ROOT + '[[entity]]\nid = "b"\nparent = "c"\nequity_percent = "50"\n'
                '[[entity]]\nid = "c"\nparent = "b"\nequity_percent = "50"\n', "TL808"),
        (ROOT + 'operators = ["X"]\n[[entity]]\nid = "b"\nparent = "a"\nequity_percent = "50"\n'
                'operators = ["X"]\n', "TL810"),
        ('outside = ["X"]\n' + ROOT + 'operators = ["X"]\n', "TL810"),
        (ROOT + '[[exclusion]]\nreason = "small"\n', "TL807"),
        (ROOT + '[[exclusion]]\ncategory = 16\nreason = "small"\n', "TL807"),
        (ROOT + "[[exclusion]]\ncategory = 2\n", "TL807"),
        (ROOT + '[[absent]]\nreason = "none"\n', "TL807"),
        (ROOT + "[base_year]\nyear = 25\n", "TL807"),
        (ROOT + "[base_year]\nyear = 2025\nscope_1_kg = 1.5\n", "TL807"),
        (ROOT + '[[change]]\nkind = "bought"\nreason = "x"\nday = "soon"\n', "TL807"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(text: str, code: str) -> None:
    assert refused(text) == code


def test_an_approach_that_is_asked_for_is_one_of_the_three() -> None:
    assert boundary(approach="equity_share").approach == "equity_share"
    with pytest.raises(TanluError) as error:
        boundary(approach="control")
    assert error.value.code == "TL807"


def test_base_year_changes_and_exclusions_are_read() -> None:
    found = parse((ROOT + """
[base_year]
year = 2025
ledger_version = 3
scope_1_kg = "100.5"
[base_year.categories]
4 = "7"
[[change]]
kind = "bought"
entity = "a"
day = 2026-03-01
scope_1_kg = "10"
reason = "a carrier"
reason_zh = "一家承运商"
[[exclusion]]
category = 11
reason = "sold nothing that uses energy"
[[absent]]
category = 14
reason = "no franchise"
""").encode())  # fmt: skip

    assert found.base is not None
    assert found.base.totals == (("scope_1_kg", Decimal("100.5")),)
    assert found.base.categories == ((4, Decimal(7)),)
    assert [each.reason_zh for each in found.changes] == ["一家承运商"]
    assert (found.exclusions[0].category, found.absent[0][0]) == (11, 14)
