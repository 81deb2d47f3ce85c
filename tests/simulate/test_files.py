"""Files as an operator hands them over, with mappings, and the truth apart."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.report.organisation import read
from tanlu.simulate import telemetry, write_park, write_telemetry
from tanlu.terms import schema


def made(folder: Path, **asked: object) -> dict[str, object]:
    *_, last = write_park(folder, orders=1_000, seed=7, **asked)  # type: ignore[arg-type]
    assert isinstance(last.result, dict)
    return last.result


def test_every_file_has_its_mapping(tmp_path: Path) -> None:
    files = made(tmp_path)["files"]

    assert isinstance(files, list)
    assert [Path(mapping).name.split(".")[0] for _, mapping in files] == [
        "legs",
        "energy",
        "meters",
        "refrigerants",
    ]


def test_mappings_name_columns_of_the_file_and_of_the_schema(tmp_path: Path) -> None:
    files = made(tmp_path)["files"]
    assert isinstance(files, list)

    for file, mapping in files:
        columns = tomllib.loads(Path(mapping).read_text(encoding="utf-8"))["activity"]
        header = pl.read_csv(file, n_rows=1).columns
        assert set(columns) <= set(schema("activity").names)
        assert {c["from"] for c in columns.values() if "from" in c} <= set(header)


def test_csv_and_parquet_say_the_same(tmp_path: Path) -> None:
    made(tmp_path / "a")
    made(tmp_path / "b", form="parquet")
    text = pl.read_csv(tmp_path / "a/legs-00000.csv")
    binary = pl.read_parquet(tmp_path / "b/legs-00000.parquet")

    assert text["mass_kg"].equals(binary["mass_kg"])
    assert text.height == binary.height


def test_the_truth_lies_apart(tmp_path: Path) -> None:
    truth = made(tmp_path)["truth"]

    assert isinstance(truth, list)
    assert all(Path(file).parent.name == "truth" for file in truth)


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL901"):
        made(tmp_path, form="stone")


def test_files_for_an_inventory_come_only_when_asked_for(tmp_path: Path) -> None:
    without, with_ = made(tmp_path / "a"), made(tmp_path / "b", inventory=True)
    extra, boundary = with_.pop("inventory"), Path(str(with_.pop("boundary")))

    assert isinstance(extra, list)
    assert [Path(file).stem for file, _ in extra] == [
        "goods", "waste", "travel", "utilities", "releases",
    ]  # fmt: skip
    assert {*with_} == {*without}
    assert boundary.parent == tmp_path / "b"
    assert {entity.id for entity in read(boundary).entities} > {"platform", "parks"}
    assert not (tmp_path / "a/waste.csv").exists()
    for file in ("legs-00000.csv", "meters.csv", "energy-00000.csv", "refrigerants.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_telemetry_is_read_back_as_it_was_made_and_its_truth_lies_apart(tmp_path: Path) -> None:
    made = write_telemetry(tmp_path, vehicles=6, seed=3, drives=10, form="parquet")
    legs, truth = telemetry(6, 3, drives=10)

    assert pl.read_parquet(made["truth"]).equals(truth)
    assert Path(made["truth"]).parent.name == "truth"
    assert pl.read_parquet(made["file"])["drive"].equals(legs["activity_id"].alias("drive"))
    assert Path(made["mapping"]).is_file()


def test_telemetry_in_no_known_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL901"):
        write_telemetry(tmp_path, vehicles=6, seed=3, form="xls")
