"""Who takes back a quarantined row: whose row it is, in its own stream, and nobody else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.monitor.devices import Registry, Sender, StreamDef, define, enrol, now_us
from tanlu.monitor.stream import Pipeline
from tanlu.monitor.stream.mending import Claim, retractions
from tanlu.terms.proof import registry as proof
from tanlu.terms.proof.keys import SigningKey
from tests.monitor.stream.places import NOW, STREAM, body, drained, pipeline, row

GATEWAY = Sender("gw", ("m-*",))
KEEPER = Sender("", ("*",))


@pytest.fixture
def made(tmp_path: Path):
    """A closed ledger with one quarantined row of m-1, and one that names no device."""
    made = pipeline(tmp_path / "l")
    workspace = made.registry.workspace
    enrol(workspace, pl.DataFrame({"device": ["gw", "m-1", "m-2", "x"]}))
    for name in (STREAM, "power_w"):
        define(workspace, StreamDef(name, now_us(), "gauge"))
    made.registry.refresh()
    made.take([body([row(value=None)]), body([{"seq": 1, "value": 1.0}])])
    yield made
    made.log.close()


def identity(made: Pipeline, code: str) -> str:
    found = drained(made, "quarantine").filter(pl.col("code") == code)["quarantine_id"]
    return str(found[0])


def left(made: Pipeline) -> int:
    return drained(made, "quarantine").height


@pytest.mark.parametrize(
    ("device", "stream", "sender", "rows"),
    [
        ("m-1", STREAM, Sender("m-1"), 1),
        ("m-1", STREAM, None, 1),
        ("m-2", STREAM, GATEWAY, 1),
        ("m-2", STREAM, KEEPER, 1),
        # taken, and the row of another stays
        ("m-2", STREAM, Sender("m-2"), 2),
        ("m-2", STREAM, None, 2),
        ("x", STREAM, Sender("x", ("y*",)), 2),
        ("m-1", "power_w", Sender("m-1"), 2),
    ],
)
def test_a_row_takes_back_one_of_its_stream_and_device_or_of_its_senders_scope(
    made: Pipeline, device: str, stream: str, sender: Sender | None, rows: int
) -> None:
    named = identity(made, "TL355")
    told = made.take([body([row(device, 9, _quarantine_id=named)], stream=stream, sender=sender)])

    assert told[0][:2] == (1, 1)
    assert left(made) == rows


def test_a_row_without_a_device_is_taken_back_by_who_may_send_for_all(made: Pipeline) -> None:
    mended = [row("m-2", 3, _quarantine_id=identity(made, "TL353"))]
    for sender, rows in ((Sender("m-2"), 2), (GATEWAY, 2), (KEEPER, 1)):
        made.take([body(mended, sender=sender)])
        assert left(made) == rows


def test_the_keeper_at_the_machine_alone_mends_rows_of_a_device_that_signs(
    tmp_path: Path,
) -> None:
    key = SigningKey(b"k" * 32)
    made = pipeline(tmp_path / "l")
    rows = pl.DataFrame({"device": ["m-1"], "key": [key.public.hex()]})
    shown = {"m-1": proof.possession(key, "device", "m-1")}
    enrol(made.registry.workspace, rows, possession=shown)
    made.registry.refresh()
    for sender, codes in ((Sender("gw", ("*",)), {"TL371": 1}), (None, {"TL371": 1}), (KEEPER, {})):
        assert made.take([body([row()], sender=sender)])[0].codes == codes
    # what no batch can hold is heard as from any other
    scan = {"device": "m-1", "seq": 1, "at": NOW, "type": "object", "subject": "box:1"}
    define(made.registry.workspace, StreamDef("scan", now_us(), "event"))
    made.look()
    assert made.take([body([scan], stream="scan")])[0].rows_new == 1
    made.close()


def test_an_open_ledger_lets_anybody_mend_in_the_same_stream(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body([row(value=None)])])
    named = drained(made, "quarantine")["quarantine_id"][0]
    made.take([body([row("m-2", 1, _quarantine_id=named)], stream="own")])
    assert left(made) == 1
    made.take([body([row("m-2", 1, _quarantine_id=named)])])
    assert left(made) == 0
    made.close()


def test_what_is_no_quarantined_row_of_a_stream_writes_nothing(made: Pipeline) -> None:
    registry = Registry.of(made.registry.workspace)
    there = pl.DataFrame({"id": ["nobody's"], "device": ["m-1"]})

    assert retractions([], registry) is None
    assert retractions([Claim(there.clear(), STREAM, KEEPER)], registry) is None
    assert retractions([Claim(there, STREAM, KEEPER)], registry) is None
