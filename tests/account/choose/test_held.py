"""A card in a ledger: adopted by a line, pinned by what was made, replayed exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify_all
from tanlu.account.choose import adopt_card, card_hash, card_in_force, card_of_ledger
from tanlu.account.choose.card import card_of
from tanlu.errors import TanluError
from tanlu.store import Workspace, open_workspace
from tanlu.verify import replay

pytestmark = pytest.mark.engine


def last(steps: Any) -> Any:
    *_, step = steps
    return step.result


@pytest.fixture
def books(tmp_path: Path, known: Any) -> Workspace:
    made = open_workspace(tmp_path / "books", create=True)
    made.append("activity", known.legs.sample(400, seed=2, shuffle=True))
    return made


def test_a_ledger_without_a_card_has_none(books: Workspace) -> None:
    pins = last(quantify_all(books))["pins"]

    assert card_of_ledger(books) is None
    assert card_in_force(books) is None
    assert "card" not in pins


def test_a_card_holds_from_its_version_on(books: Workspace, known: Any) -> None:
    before = books.version
    version = adopt_card(books, known.card, why="test")

    assert card_of_ledger(books) == known.card
    assert card_of_ledger(books, as_of=before) is None
    assert adopt_card(books, None, why="test") == version + 1
    assert card_of_ledger(books) is None
    assert card_of_ledger(books, as_of=version) == known.card


def test_adopting_tells_the_old_total_and_going_back_gives_it_again(
    books: Workspace, known: Any
) -> None:
    first = last(quantify_all(books))
    adopt_card(books, known.card, why="test")
    second = last(quantify_all(books))
    again = last(quantify_all(books))
    adopt_card(books, None, why="test")
    third = last(quantify_all(books))

    assert second["before"] == first["co2e_wtw_kg"] != second["co2e_wtw_kg"]
    assert second["pins"]["card"] == known.card.sha256
    assert again["new"] == {"activities": 0, "emissions": 0}
    assert (third["before"], third["co2e_wtw_kg"]) == (
        second["co2e_wtw_kg"], first["co2e_wtw_kg"],
    )  # fmt: skip


def test_what_a_card_made_is_repeated_exactly_even_when_another_is_adopted(
    books: Workspace, known: Any
) -> None:
    adopt_card(books, known.card, why="test")
    last(quantify_all(books))
    adopt_card(books, None, why="test")
    found = last(replay(books))

    assert card_in_force(books) == known.card
    assert (found["differences"], found["equal"]) == (0, found["compared"])
    assert found["compared"] == books.scan("emission").collect().height


def test_a_changed_number_of_a_learned_row_is_found(books: Workspace, known: Any) -> None:
    adopt_card(books, known.card, why="test")
    last(quantify_all(books))
    rows = books.scan("emission").filter(pl.col("method") == "learned").head(1).collect()
    books.retract("emission", rows["emission_id"])
    books.append("emission", rows.with_columns(pl.col("co2e_ug") + 1))

    assert last(replay(books))["differences"] == 1


def test_a_card_is_an_original_that_is_not_erasable(books: Workspace, known: Any) -> None:
    adopt_card(books, known.card, why="test")

    assert known.card.sha256 in books.originals.names()
    assert f"originals/{known.card.sha256}" not in books.erasable()


def test_a_card_survives_export_and_restore(books: Workspace, known: Any, tmp_path: Path) -> None:
    from tanlu.store import restore

    adopt_card(books, known.card, why="test")
    last(books.export(tmp_path / "out.tar"))
    last(restore(tmp_path / "out.tar", tmp_path / "back"))

    assert card_of_ledger(open_workspace(tmp_path / "back")) == known.card


def test_a_lost_card_is_told(books: Workspace, known: Any) -> None:
    adopt_card(books, known.card, why="test")
    books.originals.get(known.card.sha256).unlink()

    with pytest.raises(TanluError, match="TL607"):
        card_of_ledger(books)


def test_a_card_of_other_physics_is_refused(books: Workspace, known: Any) -> None:
    other = card_of({**known.card.content, "figures": "0" * 64})
    adopt_card(books, other, why="test")

    with pytest.raises(TanluError, match="TL543"):
        last(quantify_all(books))
    assert card_hash(books) == other.sha256


def test_a_meter_in_doubt_is_found_and_its_leg_is_quantified(tmp_path: Path, known: Any) -> None:
    books = open_workspace(tmp_path / "doubted", create=True)
    faults = known.truth.filter(pl.col("fault").is_in(["unit", "low"]))["activity_id"]
    books.append("activity", known.legs.filter(pl.col("activity_id").is_in(faults.implode())))
    adopt_card(books, known.card, why="test")
    facts = last(quantify_all(books))

    assert facts["unquantified"]["rows"] == 0
    found, rows = (books.scan(name).collect() for name in ("finding", "emission"))
    assert set(found["code"]) == {"TL541"}
    assert found.height == rows["activity_id"].n_unique() == facts["activities"]
