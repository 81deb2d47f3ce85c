"""A rehearsal against a small server: what agrees with the truth, and what does not, is told."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.cli import main
from tanlu.cli.streams import simulate
from tests.serve.sending.double import Double

FAST = ("--devices", "320", "--speed", "0", "--json")


def _facts(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


@pytest.mark.parametrize("media", ["arrow", "ndjson", "json"])
def test_a_faithful_server_agrees_with_the_truth(
    media: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "made" / "truth.parquet"
    with Double() as server:
        words = ("simulate", "devices", "--to", server.url, "--media", media, *FAST)
        code = main([*words, "--truth", str(truth)])
        facts = _facts(capsys)
        kept = dict(server.rows)

    wanted = pl.read_parquet(truth)
    assert code == 0
    assert facts["agrees"]
    assert (
        facts["acknowledged"]
        == facts["sent"]
        == wanted.height + facts["duplicate"] + facts["rows_quarantined"]
    )
    assert facts["rows_new"] == facts["true"] == wanted.height == len(kept)
    assert facts["gaps_true"] == facts["gaps_found"] > 0
    assert wanted.filter(~pl.col("device").str.contains("^sim[0-9a-f]+-")).height == 0
    rows = wanted.select("stream", "device", "seq", "value").rows()
    assert {row[:3]: row[3] for row in rows} == kept


def test_a_server_that_fails_now_and_then_agrees_too(capsys: pytest.CaptureFixture[str]) -> None:
    with Double() as server:
        server.plan = [503, "hang up", "take and hang up", 429, "take"]
        code = main(["simulate", "devices", "--to", server.url, *FAST])
        facts = _facts(capsys)

    assert (code, facts["retries"]) == (0, 4)
    assert facts["rows_new"] < facts["true"]


def test_a_server_that_forgets_is_found_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Double.take

    def forgetful(self: Double, stream: str, media: str, data: bytes) -> Any:
        answer = take(self, stream, media, data)
        for key in [key for key in self.rows if key[2] == 5]:
            del self.rows[key]
        return answer

    monkeypatch.setattr(Double, "take", forgetful)
    with Double() as server:
        code = main(["simulate", "devices", "--to", server.url, *FAST])
        facts = _facts(capsys)

    assert code == 3
    assert not facts["agrees"]
    assert facts["gaps_wrong"] > 0


def test_without_faults_nothing_is_missing_and_words_say_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Double() as server:
        words = ("--devices", "32", "--speed", "0", "--faults", "none", "--language", "en")
        code = main(["simulate", "devices", "--to", server.url, *words])

    said = capsys.readouterr().out
    assert code == 0
    assert "sent 320: 0 twice" in said
    assert "gaps found 0" in said
    assert said.rstrip().endswith("everything agrees with the truth")


@pytest.mark.parametrize(("speed", "behind_s"), [("1", 360), ("60", 3900), ("0", 3960)])
def test_what_is_told_in_real_time_is_of_now_and_only_what_is_faster_of_before(
    speed: str, behind_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate.time, "time_ns", lambda: 1_793_548_800 * 10**9)
    words = argparse.Namespace(
        devices=2, seed=1, rate="1", seconds=3600, speed=float(speed), faults="none"
    )

    wire = simulate._made(words)

    first = 1_793_548_800 - behind_s
    assert 0 <= wire.truth["at"].min() / 1e6 - first < 60


@pytest.mark.parametrize("rate", ["2", "2/min", "1/s"])
def test_a_rate_is_of_each_device_or_of_all_together(
    rate: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Double() as server:
        words = ("--devices", "30", "--seconds", "60", "--speed", "0", "--faults", "none")
        code = main(["simulate", "devices", "--to", server.url, "--rate", rate, "--json", *words])

    assert (code, _facts(capsys)["sent"]) == (0, 60)


@pytest.mark.parametrize(
    "words",
    [
        ("--devices", "0"),
        ("--rate", "0"),
        ("--speed", "-1"),
        ("--seconds", "0"),
        ("--rate", "fast"),
        ("--rate", "1e3"),
        ("--rate", "100000/s", "--seconds", "1000"),
        ("--to", "http://127.0.0.1:9", "--crash", "1"),
        ("--to", "nowhere"),
        ("--to", "http://127.0.0.1:9", "--token", "/absent"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["simulate", "devices", "--json", *words])

    assert code in (1, 2)
    assert _facts(capsys)["error"]["code"] in ("TL901", "TL902", "TL004")
