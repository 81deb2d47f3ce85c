"""Why a method holds for a leg, asked by its subject, with its round's meter beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account.choose import choose, drives_of_ledger
from tanlu.account.choose.explain import measured, methods
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.store import open_workspace

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def rounds(known: Any) -> pl.DataFrame:
    """Two legs of a round whose energy is metered for both, and one of a round of its own."""
    some = known.legs.filter(
        pl.col("energy_carrier") == "diesel", pl.col("ascent_m").is_not_null(),
        pl.col("air_temperature_mc").is_not_null(),
    ).sort("activity_id").head(3)  # fmt: skip
    legs = some.with_columns(
        round=pl.Series(["R1", "R1", "R2"]), energy_j=pl.lit(None, pl.Int64),
        subject=pl.lit("waybill:W1"),
    )  # fmt: skip
    meters = some.tail(2).select(
        (pl.lit("E") + pl.col("activity_id")).alias("activity_id"), "start", "end", "zone",
        "precision", pl.lit("energy.fuel").alias("kind"), "energy_carrier", "place",
        pl.Series("energy_j", [6_000_000_000, 1_500_000_000]), pl.Series("round", ["R1", "R2"]),
    )  # fmt: skip
    return pl.concat([legs, meters], how="diagonal")


def test_a_round_of_one_leg_is_learned_from_and_of_two_is_not(rounds: pl.DataFrame) -> None:
    found = measured(rounds, library())

    assert found["metered_j"].to_list() == [1_500_000_000]


def test_a_measured_round_is_shared_and_holds(known: Any, rounds: pl.DataFrame) -> None:
    rows = methods(rounds, known.card, library()).sort("activity_id")

    assert rows["chosen"].to_list() == ["measured"] * 3
    assert rows["round"].to_list() == ["round:R1", "round:R1", "round:R2"]
    assert rows["measured_j"][:2].sum() == 6_000_000_000


def test_a_subject_is_explained_method_by_method(
    known: Any, rounds: pl.DataFrame, tmp_path: Path
) -> None:
    books = open_workspace(tmp_path / "books", create=True)
    books.append("activity", pl.concat([rounds, known.legs.tail(50)], how="diagonal"))
    told = choose(books, "waybill:W1", card=known.card, library=library())
    one = choose(books, known.legs["activity_id"][-1], card=known.card, library=library())

    assert [leg["chosen"] for leg in told] == ["measured"] * 3
    assert len(one) == 1
    for leg in (*told, *one):
        assert [row["method"] for row in leg["methods"]] == [
            "measured", "learned", "physics", "scaled", "class", "default",
        ]  # fmt: skip
        for row in leg["methods"]:
            assert (row["energy_j"] is None) <= (row["why"] is not None)
    assert drives_of_ledger(books, library()).height > 1


def test_what_is_not_on_the_road_is_told(tmp_path: Path) -> None:
    books = open_workspace(tmp_path / "books", create=True)

    with pytest.raises(TanluError, match="TL542"):
        choose(books, "waybill:none", card=None, library=library())
