"""tanlu track run."""

import json
import re

import polars as pl
import pytest

from tanlu.cli.entry import main
from tanlu.store import open_workspace
from tanlu.terms import schema
from tests.track.running.drives import drive


@pytest.fixture
def positions(tmp_path):
    drive("a").write_parquet(tmp_path / "positions.parquet")
    return tmp_path / "positions.parquet"


def test_a_file_becomes_a_folder_of_tables(positions, tmp_path, capsys):
    out = tmp_path / "out"

    assert main(["track", "run", str(positions), "--out", str(out), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)

    names = {"fixes": "fix", "segments": "segment", "nodes": "node", "legs": "activity",
             "findings": "finding", "elements": "leg"}  # fmt: skip
    for file, table in names.items():
        schema(table).check(pl.read_parquet(out / f"{file}.parquet"))
    rejected = pl.read_parquet(out / "rejected.parquet").height
    assert facts["positions_in"] == facts["rows_fixes"] + rejected
    assert int(facts["distance_m"]) == pl.read_parquet(out / "elements.parquet")["distance_m"].sum()


def test_people_are_told_what_was_used_and_what_is_next(positions, tmp_path, capsys):
    assert main(["track", "run", str(positions), "--out", str(tmp_path / "o")]) == 0

    said = capsys.readouterr().out
    assert "180 positions = " in said
    assert re.search(r"^  truck +\d+\.\d km$", said, re.MULTILINE)
    assert "next: " in said


def test_nothing_is_said_in_english_to_who_reads_chinese(positions, tmp_path, capsys):
    main(["track", "run", str(positions), "--out", str(tmp_path / "o"), "--language", "zh"])
    said = capsys.readouterr().out

    assert "货车" in said
    assert not {"truck", "rejected", "findings"} & set(said.split())


def test_bad_rows_are_shown_with_their_codes(tmp_path, capsys):
    file = tmp_path / "a.csv"
    rows = drive("a").select("device", "at", lat="lat_e7", lon="lon_e7")
    text = rows.with_columns(pl.col("lat", "lon") / 1e7).write_csv()
    file.write_text(text + "a,yesterday,30,110\n")

    assert main(["track", "run", str(file), "--out", str(tmp_path / "o"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)

    assert facts["rejected"]["TL437"] == 1
    assert facts["positions_in"] == 181 == facts["rows_fixes"] + sum(facts["rejected"].values())


def test_a_ledger_is_tracked_into_itself(tmp_path, capsys):
    ledger = open_workspace(tmp_path / "l", create=True)
    ledger.append("position", drive("a"))

    for new in (True, False):
        assert main(["track", "run", "--ledger", str(tmp_path / "l"), "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert (facts["new"] > 0) is new
    assert facts["known"] == ledger.scan("activity").collect().height


@pytest.mark.parametrize(
    "words", [["track", "run", "--out", "o"], ["track", "run", "a.csv"], ["track"]]
)
def test_files_without_a_folder_are_a_matter_of_usage(words, capsys):
    code = 0
    try:
        code = main(words)
    except SystemExit as stopped:
        code = stopped.code

    assert code == 2
    assert "TL001" in capsys.readouterr().err


def test_two_files_of_one_device_are_one_device(tmp_path, capsys):
    rows = drive("a")
    for name, part in (("x", rows[:90]), ("y", rows[90:])):
        part.write_parquet(tmp_path / f"{name}.parquet")
    rows.write_parquet(tmp_path / "whole.parquet")

    told = []
    for files in (["x", "y"], ["whole"]):
        paths = [str(tmp_path / f"{name}.parquet") for name in files]
        assert main(["track", "run", *paths, "--out", str(tmp_path / "o"), "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out)["distance_m"])

    assert told[0] == told[1]


def test_the_verb_lists_its_actions(capsys):
    with pytest.raises(SystemExit) as left:
        main(["track", "--help"])

    assert left.value.code == 0
    assert {"run", "evaluate"} <= set(capsys.readouterr().out.split())


def test_a_file_without_a_good_row_is_told_and_gives_empty_tables(tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text("time,lat,lon\nsoon,1,2\n")

    assert main(["track", "run", str(file), "--out", str(tmp_path / "o"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)

    assert (facts["positions_in"], facts["rows_fixes"], facts["rejected"]) == (1, 0, {"TL437": 1})
    assert pl.read_parquet(tmp_path / "o" / "legs.parquet").height == 0


@pytest.mark.parametrize("option", ["--readings", "--events", "--traction"])
def test_a_table_beside_that_tells_nothing_is_refused(positions, tmp_path, capsys, option):
    beside = tmp_path / "b.csv"
    beside.write_text("device,at,subject,amount\na,1,b,2\n")
    words = ["track", "run", str(positions), option, str(beside), "--out", str(tmp_path / "o")]

    code = main([*words, "--language", "zh"])

    said = capsys.readouterr().err
    assert (code, "TL436" in said) == ((0, False) if option == "--events" else (1, True))


def test_counters_may_be_columns_or_rows(positions, tmp_path, capsys):
    at = drive("a")["at"]
    wide = pl.DataFrame(
        {"device": "a", "at": [at[0], at[60], at[100], at[-1]], "energy_j": [0.0, 0.0, 1e8, 1e8]}
    )
    long = wide.unpivot(["energy_j"], index=["device", "at"], variable_name="stream")
    for name, rows in (("wide", wide), ("long", long)):
        rows.write_parquet(tmp_path / f"{name}.parquet")
        file = str(tmp_path / f"{name}.parquet")
        words = ["track", "run", str(positions), "--readings", file]
        assert main([*words, "--out", str(tmp_path / name), "--json"]) == 0

    used = [
        pl.read_parquet(tmp_path / name / "legs.parquet")["energy_j"].drop_nulls().to_list()
        for name in ("wide", "long")
    ]
    assert used == [[100_000_000]] * 2


@pytest.fixture
def network(tmp_path):
    """A road along the way of the lorry, with a loop that nobody drove, and a line that is none."""
    places = [300_000_000] * 101, [1_100_000_000 + n * 100_000 for n in range(101)]
    rows = {
        "line_id": ["road", "none"], "kind": ["road", "wall"],
        "lat_e7": [places[0]] * 2, "lon_e7": [places[1]] * 2,
    }  # fmt: skip
    pl.DataFrame(rows).write_parquet(tmp_path / "network.parquet")
    return tmp_path / "network.parquet"


def test_ways_are_measured_over_a_network_and_its_bad_lines_are_told(
    positions, network, tmp_path, capsys
):
    bare, over = (tmp_path / name for name in ("bare", "over"))
    main(["track", "run", str(positions), "--out", str(bare)])
    capsys.readouterr()
    words = ["track", "run", str(positions), "--network", str(network), "--out", str(over)]

    assert main([*words, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert main(words) == 0
    said = capsys.readouterr().out

    told = facts["network"]
    assert (told["lines"], told["used"], told["rejected"]) == (2, 1, 1)
    assert 0.9 * int(facts["distance_m"]) < int(told["network_m"]) <= int(facts["distance_m"]) + 9
    assert pl.read_parquet(over / "network_rejected.parquet")["code"].to_list() == ["TL446"]
    assert not (bare / "network_rejected.parquet").exists()
    ways = [pl.read_parquet(each / "fixes.parquet")["way_mm"] for each in (bare, over)]
    assert not ways[0].equals(ways[1])
    assert "2 lines = 1 used + 1 rejected" in said
    assert "TL446" in said


def test_tracking_the_ledger_over_a_network_is_known_by_its_hash(tmp_path, network, capsys):
    workspace = open_workspace(tmp_path / "l", create=True)
    workspace.append("position", drive("a"))
    words = ["track", "run", "--ledger", str(tmp_path / "l"), "--network", str(network), "--json"]

    first, second = (main(words) == 0 and json.loads(capsys.readouterr().out) for _ in range(2))

    assert first["new"] > 0 == second["new"]
    assert int(first["network"]["network_m"]) > 30_000
    assert len(first["network"]["sha256"]) == 64


def test_a_network_that_cannot_be_read_is_refused(positions, tmp_path, capsys):
    words = ["track", "run", str(positions), "--out", str(tmp_path / "o"), "--network"]

    assert main([*words, str(tmp_path / "none.csv")]) == 1
    assert "TL445" in capsys.readouterr().err
