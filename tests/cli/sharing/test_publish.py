from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests.cli.books import Tongue


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    parks = {"north": 8, "south": 6, "west": 2}
    frame = pl.DataFrame(
        [(park, f"f{at}", 10) for park, count in parks.items() for at in range(count)],
        schema=["park", "contributor", "value"],
        orient="row",
    )
    frame.write_csv(tmp_path / "rows.csv")
    return tmp_path / "rows.csv"


def test_cells_are_published_or_the_reason_is_said(
    empty: Tongue, rows: Path, tmp_path: Path
) -> None:
    words = ("share", "publish", rows, "--by", "park", "--out", tmp_path / "p.csv")
    found = {cell["park"]: cell for cell in empty.ask(*words)["cells"]}
    table = pl.read_csv(tmp_path / "p.csv")

    assert (found["north"]["total"], found["north"]["refused"]) == ("80", None)
    assert (found["west"]["total"], found["west"]["refused"]) == (None, "few")
    assert table.columns == ["park", "contributors", "total", "refused"]
    assert "1 cells are withheld: too few" in empty.say(*words)
    assert "参与方过少" in empty.say(*words, language="zh")


def test_the_whole_is_not_published_beside_what_would_tell_a_withheld_cell(
    empty: Tongue, rows: Path, tmp_path: Path
) -> None:
    words = ("share", "publish", rows, "--by", "park", "--whole", "--out", tmp_path / "p.csv")

    assert [cell["refused"] for cell in empty.ask(*words)["cells"]].count("told") == 1


def test_members_kept_from_one_time_count_the_next(
    empty: Tongue, rows: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "members.csv"
    words = ("share", "publish", rows, "--by", "park", "--out", tmp_path / "p.csv")
    empty.ask(*words, "--pieces", "park", "--members", kept)
    fewer = pl.read_csv(rows).filter(
        ~((pl.col("park") == "north") & (pl.col("contributor") == "f7"))
    )
    fewer.write_csv(rows)
    found = empty.ask(*words, "--pieces", "park", "--earlier", kept)["cells"]

    assert {cell["park"]: cell["refused"] for cell in found}["north"] == "told"


def test_noise_costs_and_the_log_keeps_the_account(
    empty: Tongue, rows: Path, tmp_path: Path
) -> None:
    begin_log(open_workspace(empty.ledger, create=True))
    (tmp_path / "cells.csv").write_text("park\nnorth\nsouth\nwest\neast\n")
    words = (
        "share", "publish", rows, "--by", "park", "--epsilon", "1", "--limit", "2", "--clamp", "20",
        "--cells", tmp_path / "cells.csv", "--of", "parcels", "--out", tmp_path / "p.csv",
    )  # fmt: skip
    found = [empty.ask(*words)["cells"] for _ in range(2)]
    refused = empty.ask(*words, expect=1)

    assert [cell["park"] for cell in found[0]] == ["north", "south", "west", "east"]
    assert found[0][0]["margin"] == "60"
    assert refused["error"]["code"] == "TL864"


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "contributor,value,park\nx,1.5,n\n", ""])
def test_files_of_another_form_are_refused(empty: Tongue, tmp_path: Path, text: str) -> None:
    (tmp_path / "rows.csv").write_text(text)
    words = ("share", "publish", tmp_path / "rows.csv", "--by", "park", "--out", tmp_path / "p.csv")

    assert empty.ask(*words, expect=1)["error"]["code"] == "TL863"


def test_noise_without_its_options_is_a_question(empty: Tongue, rows: Path) -> None:
    words = ("share", "publish", rows, "--by", "park", "--epsilon")

    assert empty.ask(*words, "1", expect=2)["error"]["code"] == "TL001"
