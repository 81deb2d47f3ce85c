"""tanlu send: a file, a pipe, a spool that goes on after a death, and words for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.cli import main
from tanlu.cli.streams import send
from tests.journey.travel import ENVIRONMENT
from tests.serve.sending.double import Double

ROWS = pl.DataFrame(
    {"device": ["M1"] * 2500, "seq": range(2500), "at": range(2500), "value": [1.5] * 2500}
)
KEYS = {("energy_wh", "M1", n) for n in range(2500)}


def _send(*words: str) -> int:
    return main(["send", *words, "--stream", "energy_wh", "--json"])


def _facts(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


@pytest.mark.parametrize("name", ["rows.ndjson", "rows.jsonl", "rows.parquet"])
def test_every_row_of_a_file_arrives(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "PIECE_BYTES", 1000)
    monkeypatch.setattr(send, "PIECE_ROWS", 300)
    file = tmp_path / name
    if file.suffix == ".parquet":
        ROWS.write_parquet(file)
    else:
        ROWS.write_ndjson(file)
    with Double() as server:
        code = _send(str(file), "--to", server.url)
        first = _facts(capsys)
        again = _send(str(file), "--to", server.url)
        second = _facts(capsys)

        assert (code, again) == (0, 0)
        assert set(server.rows) == KEYS
    assert first["rows_new"] == second["rows_known"] == 2500
    assert first["bodies"] > 5


def test_the_last_line_needs_no_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_bytes(b'{"device":"d","seq":1,"value":1}\n\n{"device":"d","seq":2,"value":1}')
    with Double() as server:
        code = _send(str(file), "--to", server.url)
        assert code == 0
        assert _facts(capsys)["bodies"] == 1


def test_lines_by_a_pipe_are_sent_while_the_pipe_is_open() -> None:
    with Double() as server:
        command = [sys.executable, "-m", "tanlu", "send", "-", "--to", server.url]
        process = subprocess.Popen(
            [*command, "--stream", "s", "--json"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(b'{"device":"d","seq":1,"value":1}\n{"device":"d","se')
        process.stdin.flush()
        while not server.rows and process.poll() is None:
            time.sleep(0.01)
        early = dict(server.rows)
        process.stdin.write(b'q":2,"value":2}\n')
        out, _ = process.communicate()

        assert set(early) == {("s", "d", 1)}
        assert set(server.rows) == {("s", "d", 1), ("s", "d", 2)}
        assert (process.returncode, json.loads(out)["rows_new"]) == (0, 2)


def test_what_a_spool_kept_is_sent_the_next_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, spool = tmp_path / "rows.ndjson", tmp_path / "spool"
    ROWS.head(3).write_ndjson(file)
    with Double() as server:
        url = server.url
    code = _send(str(file), "--to", url, "--spool", str(spool), "--patience", "0.3")
    told = _facts(capsys)
    file.write_bytes(b"")
    with Double() as server:
        again = _send(str(file), "--to", server.url, "--spool", str(spool))
        assert {key[2] for key in server.rows} == {0, 1, 2}

    assert (code, told["error"]["code"], again) == (1, "TL902", 0)


def test_a_token_comes_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, token = tmp_path / "rows.ndjson", tmp_path / "token"
    ROWS.head(3).write_ndjson(file)
    token.write_text("right\n", encoding="utf-8")
    with Double(token="right") as server:
        without = _send(str(file), "--to", server.url)
        refused = _facts(capsys)["error"]["message"]
        code = _send(str(file), "--to", server.url, "--token", str(token))

    assert (without, code) == (1, 0)
    assert "401" in refused


@pytest.mark.parametrize(
    ("file", "code"),
    [("absent.ndjson", "TL004"), ("absent.parquet", "TL004"), ("rows.csv", "TL004")],
)
def test_a_file_that_cannot_be_sent_is_told(
    file: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Double() as server:
        _send(str(tmp_path / file), "--to", server.url)

    assert _facts(capsys)["error"]["code"] == code
