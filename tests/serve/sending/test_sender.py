"""The sender: each row reaches the server, however often it hangs up, refuses or dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.serve.sending import Outgoing, Sender, Tally
from tanlu.serve.sending import sender as sending
from tanlu.serve.sending.posting import Posted
from tanlu.store.spool import Spool
from tests.serve.sending.double import Double

ONE = "application/json"


def _bodies(count: int) -> list[Outgoing]:
    return [
        Outgoing("s", ONE, b'[{"device":"d","seq":%d,"value":%d}]' % (n, n)) for n in range(count)
    ]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(sending, "LONGEST_PAUSE_S", 0.01)


def test_a_body_comes_out_of_the_spool_as_it_went_in() -> None:
    body = Outgoing("a\nb", ONE, b"\n\x00\xff\n")

    assert Outgoing.decode(body.encode()) == body


STEPS = st.sampled_from([429, 500, 503, 507, "hang up", "take and hang up", "take"])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=20), st.integers(1, 12))
def test_every_row_arrives_whatever_the_server_does(
    tmp_path_factory: pytest.TempPathFactory, plan: list[int | str], count: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    with Double() as server, Spool(folder) as spool, Sender(server.url, spool) as sender:
        server.plan = list(plan)
        sender.put(_bodies(count))
        assert sender.settle(30)
        tally = sender.tally()

        assert {key[2] for key in server.rows} == set(range(count))
        assert tally.bodies == tally.rows["rows_in"] == count
        assert tally.rows["rows_new"] + tally.rows["rows_known"] == count
        # a server that kept a row and hung up knows it the second time
        assert tally.rows["rows_known"] <= plan.count("take and hang up")


def test_a_broken_body_is_one_quarantined_row_and_is_not_sent_again(tmp_path: Path) -> None:
    with Double() as server, Spool(tmp_path) as spool, Sender(server.url, spool) as sender:
        sender.put([Outgoing("s", ONE, b'[{"device"')])
        assert sender.settle(10)

        facts = sender.tally().facts()
        assert server.posts == 1
        assert (facts["rows_in"], facts["rows_quarantined"]) == (1, 1)
        assert facts["codes"] == {"TL352": 1}


def test_a_refusal_stops_the_sender_and_keeps_the_body(tmp_path: Path) -> None:
    with Double(token="right") as server, Spool(tmp_path) as spool:
        with Sender(server.url, spool, token="wrong") as sender:
            sender.put(_bodies(1))
            with pytest.raises(TanluError) as error:
                sender.settle(10)
        assert error.value.code == "TL902"
        assert "401 no token" in str(error.value)
        spool.give_back()
        with Sender(server.url, spool, token="right") as sender:
            assert sender.settle(10)

        assert len(server.rows) == 1


def test_nothing_is_lost_while_nobody_listens(tmp_path: Path) -> None:
    with Double() as server:
        url = server.url
    with Spool(tmp_path) as spool, Sender(url, spool) as sender:
        sender.put(_bodies(3))

        assert not sender.settle(0.1)
        assert spool.waiting > 0


def test_acknowledgements_are_measured() -> None:
    tally = Tally()
    for seconds in (0.001,) * 98 + (0.5,) * 2:
        tally.add(Posted(200, {}, 0.0), seconds)

    assert tally.quantile_ms(0.5) == pytest.approx(1, rel=0.03)
    assert tally.quantile_ms(0.99) == pytest.approx(500, rel=0.03)
    assert Tally().quantile_ms(0.5) is None


SENDER = """
import sys
from pathlib import Path
from tanlu.serve.sending import Outgoing, Sender
from tanlu.store.spool import Spool
spool = Spool(Path(sys.argv[1]))
sender = Sender(sys.argv[2], spool)
for number in range(int(sys.argv[3])):
    body = b'[{"device":"d","seq":%d,"value":0}]' % number
    sender.put([Outgoing("s", "application/json", body)])
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
sender.settle(60)
"""


def test_a_sender_killed_with_9_goes_on_where_it_was(tmp_path: Path) -> None:
    with Double() as server:
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, str(tmp_path), server.url, "100000"],
            stdout=subprocess.PIPE,
            env=os.environ,
        )
        assert process.stdout is not None
        for _ in range(40):
            process.stdout.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        told = process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        with Spool(tmp_path) as spool, Sender(server.url, spool) as sender:
            assert sender.settle(60)

        put = 40 + len([line for line in told if line])
        assert set(range(put)) <= {key[2] for key in server.rows}
