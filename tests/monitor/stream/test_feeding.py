"""Quarantined rows out, mended, and in again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.stream import export, mended, quarantined
from tests.monitor.stream.places import body, drained, pipeline, row


def test_what_was_refused_is_mended_and_taken_once(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body([row(seq=1, value=None), row(seq=2)]), body([row(seq=3, value=-1)])])
    made.take([body([row(seq=1, value=None)], stream="own"), body(b"nonsense", stream="own")])
    drained(made, "quarantine")
    file, workspace = tmp_path / "rows.ndjson", made.registry.workspace

    assert quarantined(workspace).height == 4
    assert export(workspace, file, "energy_wh") == 2
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {line["_code"] for line in lines} == {"TL355"}
    for line in lines:
        line["value"] = 7.5
    file.write_text("\n\n".join(json.dumps(line) for line in lines), "utf-8")
    receipts = made.take(list(mended(file)))

    assert [each[:4] for each in receipts] == [(2, 2, 0, 0)]
    assert sorted(drained(made, "reading")["seq"].to_list()) == [1, 2, 3]
    assert quarantined(workspace)["source_sheet"].unique().to_list() == ["stream:own"]
    made.close()


def test_rows_of_several_streams_are_several_bodies(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("\n".join(json.dumps({"_stream": name}) for name in "aab"), "utf-8")

    assert [(each.stream, each.data) for each in mended(file)] == [
        ("a", b'{"_stream": "a"}\n{"_stream": "a"}'), ("b", b'{"_stream": "b"}'),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["[1]", "{}", "nonsense"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "f").write_text(text, "utf-8")

    with pytest.raises(TanluError, match="TL352"):
        list(mended(tmp_path / "f"))
    with pytest.raises(TanluError, match="TL004"):
        list(mended(tmp_path / "absent"))
