"""Quarantined rows out, mended, and in again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.stream import export, mended, quarantined
from tanlu.monitor.stream.bodies import ARROW, JSON, NDJSON
from tests.monitor.stream.places import body, drained, pipeline, row


def test_what_was_refused_is_mended_and_taken_once(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body([row(seq=1, value=None), row(seq=2)]), body([row(seq=3, value=-1)])])
    made.take([body([row(seq=1, value=None)], stream="own"), body(b"nonsense", stream="own")])
    drained(made, "quarantine")
    file, workspace = tmp_path / "rows.ndjson", made.registry.workspace

    assert quarantined(workspace)["stream"].to_list() == ["energy_wh"] * 2 + ["own"] * 2
    export(quarantined(workspace, "energy_wh"), file)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["_code"] for line in lines] == ["TL355"] * 2
    for line in lines:
        line["value"] = 7.5
    file.write_text("\n\n".join(json.dumps(line) for line in lines), "utf-8")
    told, skipped = mended(file)
    receipts = made.take([body(b"\n".join(rows), NDJSON, of) for of, rows in told.items()])

    assert ([each[:4] for each in receipts], skipped) == ([(2, 2, 0, 0)], 0)
    assert sorted(drained(made, "reading")["seq"].to_list()) == [1, 2, 3]
    assert quarantined(workspace)["stream"].unique().to_list() == ["own"]
    made.close()


def test_a_body_that_was_no_rows_goes_out_whole_and_is_not_fed_again(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body(b"nonsense")])
    drained(made, "quarantine")
    file = tmp_path / "rows.ndjson"

    export(quarantined(made.registry.workspace), file)

    assert "nonsense" in json.loads(file.read_text("utf-8"))["_raw"]
    assert mended(file) == ({}, 1)
    with pytest.raises(TanluError, match="TL614"):
        export(quarantined(made.registry.workspace), file)
    made.close()


def test_rows_are_parted_by_stream_and_keep_only_what_they_mend(tmp_path: Path) -> None:
    file = tmp_path / "f"
    rows = [{"_stream": name, "_hint": "?", "_quarantine_id": "q", "seq": 1} for name in "aab"]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    kept = b'{"_quarantine_id": "q", "seq": 1}'

    assert mended(file) == ({"a": [kept, kept], "b": [kept]}, 0)
    assert mended(file, "c") == ({"c": [kept] * 3}, 0)


@pytest.mark.parametrize("text", ["[1]", "5", "nonsense"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "f").write_text(text, "utf-8")

    for name in ("f", "absent"):
        with pytest.raises(TanluError, match="TL301"):
            mended(tmp_path / name)


@pytest.mark.parametrize("media", [JSON, NDJSON, ARROW])
def test_a_row_that_cannot_be_read_stays_one_however_often_it_is_fed(
    tmp_path: Path, media: str
) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body([row(seq=1, at="yesterday")], media)])
    for number in range(3):
        drained(made, "quarantine")
        rows = quarantined(made.registry.workspace)
        assert rows["code"].to_list() == ["TL353"]
        file = tmp_path / str(number)
        export(rows, file)
        told, skipped = mended(file)
        assert skipped == 0
        receipt = made.take([body(b"\n".join(told["energy_wh"]), NDJSON)])[0]
        assert receipt.codes == {"TL353": 1}
    made.close()
