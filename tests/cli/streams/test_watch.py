"""Watching shows what a server counted, as rates, in both tongues."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tanlu.cli import main
from tanlu.cli.streams import watch


def status(at_s: float, **rows_in: int) -> dict[str, Any]:
    """What a server tells at a second."""
    streams = {
        name: {
            "rows_in": count, "rows_new": count - 3, "rows_known": 2, "rows_quarantined": 1,
            "gaps": 1, "missing": 7, "devices": 4, "codes": {"TL355": 1},
            "received_us": int((at_s - 1) * 1e6), "watermark_us": 0,
        }
        for name, count in rows_in.items()
    }  # fmt: skip
    return {
        "at_us": int(at_s * 1e6), "streams": streams, "open": True, "lag_rows": 1200,
        "lag_oldest_us": int((at_s - 2.5) * 1e6), "queue_bytes": 1 << 20,
    }  # fmt: skip


def test_a_rate_is_what_came_between_two_looks():
    told = iter([status(100, energy_wh=1_000), status(102, energy_wh=5_000, power_w=100)])

    looks = list(watch.looked(lambda: next(told), 1.0, 2.0, wait=lambda _: None))

    assert [look.rates for look in looks] == [
        {"energy_wh": 0.0}, {"energy_wh": 2_000.0, "power_w": 50.0},
    ]  # fmt: skip
    assert looks[1].rate == 2_050.0


def test_a_rate_is_made_of_five_looks_and_never_below_nothing():
    counts = [0, 10, 20, 30, 40, 50, 60, 5]
    told = iter([status(second, s=count) for second, count in enumerate(counts)])

    looks = list(watch.looked(lambda: next(told), 1.0, 7.0, wait=lambda _: None))

    assert [look.rates["s"] for look in looks] == [0, 10, 10, 10, 10, 10, 10, 0]


class Server:
    """Answers with what it was given."""

    url = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.told = iter([status(1, energy_wh=10), status(2, energy_wh=2_010)])

    def ask(self, path: str) -> dict[str, Any]:
        assert path == "/v1/status"
        return next(self.told)


@pytest.fixture
def served(monkeypatch):
    monkeypatch.setattr("tanlu.cli.streams.running.running", lambda *_: Server())
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["2,000 rows/s", "anyone on this machine", "quarantined", "TL355 1", "1,200 rows"]),
     ("zh", ["2,000 行/秒", "尚未登记任何设备", "隔离", "TL355 1", "落后 1,200 行"])],
)  # fmt: skip
def test_people_see_rates_lag_and_why_rows_were_refused(served, capsys, language, words):
    assert main(["watch", "--seconds", "1", "--language", language]) == 0

    shown = capsys.readouterr().out
    for word in words:
        assert word in shown


def test_programs_get_one_object_a_look(served, capsys):
    assert main(["watch", "--seconds", "1", "--json"]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["rate"] for line in lines] == [0.0, 2000.0]
    assert lines[1]["streams"]["energy_wh"]["missing"] == 7


def test_without_a_server_it_says_how_to_start_one(tmp_path, capsys):
    assert main(["watch", "--ledger", str(tmp_path)]) == 2

    assert "TL006" in capsys.readouterr().err
