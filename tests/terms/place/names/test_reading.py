"""What a text can mean."""

from __future__ import annotations

import polars as pl

from tanlu.terms.place.names.reading import candidates, meanings, read


def texts(*written: str) -> pl.DataFrame:
    return pl.DataFrame({"text": written}).with_row_index("row")


def meant(*written: str) -> set[tuple[str, bool]]:
    return set(read(texts(*written), None).select("code", "told").iter_rows())


def test_a_text_with_a_space_or_hyphen_of_a_code_is_that_code() -> None:
    assert meant("CN SHA") == {("CNSHA", True)}
    assert meant("CN-SH") == {("CN-SH", True)}


def test_a_text_in_capitals_may_be_code_and_name() -> None:
    found = meant("VAN")

    assert ("VAN", True) in found
    assert any(not told for _, told in found)


def test_another_text_is_a_name_first() -> None:
    assert all(not told for _, told in meant("Van"))
    assert meant("cnsha") == {("CNSHA", True)}


def test_five_letters_are_no_region_and_four_no_country() -> None:
    found = candidates(texts("CNSHA", "CHIN"), None)

    assert "region" not in set(found["form"].drop_nulls())
    assert "iso" not in set(found["form"].drop_nulls())


def test_kinds_are_ranked_as_told() -> None:
    found = candidates(texts("CAN"), ("airport", "country"))

    assert dict(found.select("kind", "rank").iter_rows()) == {"airport": 0, "country": 1}


def test_every_meaning_has_its_facts() -> None:
    assert meanings().select(pl.col("name", "code", "kind", "rank").null_count()).row(0) == (0,) * 4
