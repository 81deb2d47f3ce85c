"""Bodies of a rehearsal: one a stream, broken ones by themselves and truly broken."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tanlu.cli.streams import rehearsing
from tanlu.cli.streams.rehearsing import Beat, OwnServer, broken, outgoing
from tanlu.errors import TanluError
from tanlu.serve.sending import MEDIA, body_of
from tanlu.simulate.devices import transmissions
from tests.serve.sending.double import _decoded

ROWS = transmissions(800, 1).rows
SOUND = ROWS.filter(pl.col("mark").ne_missing("corrupt"))


@pytest.mark.parametrize("form", sorted(MEDIA))
def test_no_form_of_a_broken_body_can_be_read(form: str) -> None:
    body = broken(body_of(ROWS.head(1).drop("mark", "sent_us"), form))

    with pytest.raises((ValueError, OSError, pl.exceptions.PolarsError)):
        _decoded(MEDIA[form], body)


def test_every_sound_row_is_in_one_body_of_its_stream() -> None:
    bodies = outgoing(ROWS, "ndjson")
    found = []
    for body in bodies:
        if not body.data.startswith(b"\0"):
            found += [(body.stream, row["device"], row["seq"])
                      for row in map(json.loads, body.data.splitlines())]  # fmt: skip

    assert sorted(found) == sorted(SOUND.select("stream", "device", "seq").rows())
    assert len(bodies) == SOUND["stream"].n_unique() + ROWS.height - SOUND.height


def test_long_tables_become_several_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "BODY_ROWS", 100)
    wanted = sum(-(-count // 100) for count in SOUND["stream"].value_counts()["count"])

    assert len(outgoing(SOUND, "arrow")) == wanted


def test_a_step_is_as_long_as_the_speed_makes_it() -> None:
    assert Beat(60.0, 0.25).simulated_us == 15_000_000
    assert Beat(0.0).simulated_us == 15_000_000
    assert Beat(1.0, 0.25).simulated_us == 250_000


def test_a_server_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnServer(tmp_path)
    monkeypatch.setattr(own, "_command", ["sh", "-c", "echo first; echo no room left; exit 1"])
    own.start()
    with pytest.raises(TanluError) as error:
        own.wait(10)
    own.stop()

    assert error.value.code == "TL902"
    assert "no room left" in str(error.value)


def test_a_server_that_ends_by_itself_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnServer(tmp_path, crashes=[100.0])
    monkeypatch.setattr(own, "_command", ["sh", "-c", "echo the disk is full; exit 1"])
    own.start()
    assert own._process is not None
    own._process.wait()
    with pytest.raises(TanluError) as error:
        own.mind(1.0)
    own.stop()

    assert "it ended: the disk is full" in str(error.value)


def test_a_server_is_killed_at_its_moments_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnServer(tmp_path, crashes=[2.0, 1.0])
    monkeypatch.setattr(own, "_command", ["sleep", "600"])
    own.start()
    pids = []
    for passed in (0.5, 1.5, 1.6, 2.5, 9.0):
        own.mind(passed)
        assert own._process is not None
        pids.append(own._process.pid)
    own.stop()

    assert own.deaths == 2
    assert pids[1] == pids[2] != pids[0]
    assert pids[3] == pids[4] != pids[2]
