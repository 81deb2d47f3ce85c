"""The later sections appear where there is something to say."""

from __future__ import annotations

from tests.report.organisation.group import GROUP, boundary, ledger, row
from tests.report.organisation.test_inventory import book
from tests.report.organisation.test_years import BASE

from tanlu.report.organisation import organisation, parse


def titles(text: str, book_: object = None) -> list[str]:
    document = organisation(book_ or book(), None, parse(text.encode()))
    return [section.title for section in document.sections]


def test_the_base_year_and_its_changes_are_shown_with_both_figures() -> None:
    document = organisation(book(), None, parse((GROUP + BASE.format(amount="500")).encode()))
    by_title = {section.title: section for section in document.sections}

    base = by_title["Against the base year 2025"]
    assert base.text.startswith("[TL816]")
    assert [str(cell) for cell in base.rows[0][1:4]] == ["1000", "500", "1500"]
    assert by_title["What changes the base year?"].rows[0][1] == "express"


def test_a_change_on_both_bases_is_told_once() -> None:
    more = 'scope_1_kg = "{amount}"'
    assert more in BASE
    both = BASE.replace(more, more + '\nscope_2_location_kg = "20"\nscope_2_market_kg = "30"')
    document = organisation(book(), None, parse((GROUP + both.format(amount="500")).encode()))
    by_title = {section.title: section for section in document.sections}

    assert str(by_title["What changes the base year?"].rows[0][-1]) == "520"


def test_a_base_year_that_holds_says_so() -> None:
    document = organisation(book(), None, parse((GROUP + BASE.format(amount="0")).encode()))

    assert any(section.text.startswith("The base year 2025 holds") for section in document.sections)


def test_the_guide_stands_beside_only_where_it_is_asked_for() -> None:
    both = ledger([
        row(1, "energy.fuel", "ttw", 5, operator="MALL"),
        row(1, "energy.fuel", "ttw", 4, operator="MALL", profile="cn_inventory"),
    ])  # fmt: skip

    assert any("guide" in title for title in titles('national = "cn_road_2015"\n' + GROUP, both))
    assert not any("guide" in title for title in titles(GROUP, both))


def test_the_method_names_boundary_and_versions() -> None:
    document = organisation(book(), None, boundary())
    method = dict(document.sections[-1].rows)

    assert method["Boundary file (SHA-256)"] == boundary().sha256
    assert method["Ledger version"] == "7"
