"""Messages reach who subscribed, once written never lost."""

from __future__ import annotations

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import cycle, pairwise

import polars as pl
import pytest
import standardwebhooks

from tanlu.serve.hooks import Hooks, emit, verify
from tanlu.serve.hooks import shelf as shelves
from tanlu.serve.jobs import Jobs, Verb
from tanlu.serve.running import certificate
from tanlu.share.egress import Answer, Reach, Target, post
from tanlu.store.relational.tables.hooks import DELIVERIES, MESSAGES
from tanlu.terms import Progress
from tests.serve.hooks.conftest import LOCAL


@pytest.fixture
def opened(home, reach):
    made = []

    def begin(**shape):
        hooks = Hooks(home, **{"reach": reach, **shape})
        made.append(hooks)
        return hooks

    yield begin
    for hooks in made:
        hooks.close()


def _until(met, seconds=90.0):
    ends = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < ends
        time.sleep(0.01)


def _tell(home, data=None, event="park.alarm", tenant="home"):
    with home.state.of(tenant) as scoped:
        return emit(scoped, event, data or {"park": "西安"})


def _due(home, hooks):
    """Give what is waiting, whenever it is due."""
    with home.state.everywhere() as state:
        return state.rows(DELIVERIES, DELIVERIES.c.state == "waiting")


def test_a_message_arrives_signed_so_that_the_standard_s_own_library_believes_it(
    home, opened, receiver
):
    hooks = opened()
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    hooks.start()
    assert _tell(home) == 1
    _until(lambda: receiver.got)
    path, headers, body = receiver.got[0]
    assert path == "/in?x=1"
    assert headers["Host"] == f"hooks.example:{receiver.port}"
    told = standardwebhooks.Webhook(hook["secret"]).verify(body, headers)
    assert (told["type"], told["data"]) == ("park.alarm", {"park": "西安"})
    assert verify(headers, body, [hook["secret"]]).startswith("msg_")
    _until(lambda: hooks.shelf.deliveries("home", hook["id"], "done", None, 9)[0])
    (row,) = hooks.shelf.deliveries("home", hook["id"], None, None, 9)[0]
    assert (row["status"], row["said"], row["tries"]) == (200, "well", 1)


def test_only_who_subscribed_in_the_same_organisation_hears(home, opened, receiver):
    hooks = opened()
    hooks.shelf.subscribe("home", receiver.url, ["job.done"])
    off = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    hooks.shelf.change("home", off["id"], on=False)
    hooks.shelf.subscribe("other", receiver.url, ["park.alarm"])
    assert _tell(home) == 0
    with home.state.everywhere() as state:
        assert state.count(MESSAGES) == 0


def test_a_message_is_written_with_what_it_tells_of_or_not_at_all(home, opened, receiver):
    hooks = opened()
    hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])

    def breaks_off():
        with home.state.of("home") as scoped:
            emit(scoped, "park.alarm", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert _due(home, hooks) == []


def test_both_secrets_sign_for_a_day_after_a_new_one(home, opened, receiver, monkeypatch):
    hooks = opened()
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    new = hooks.shelf.rotate("home", hook["id"])
    _tell(home)
    assert hooks.send(_due(home, hooks)[0]) == "done"
    _, headers, body = receiver.got[0]
    for secret in (hook["secret"], new):
        standardwebhooks.Webhook(secret).verify(body, headers)
    later = shelves.now_us() + shelves.BOTH_US + 1
    monkeypatch.setattr("tanlu.serve.hooks.sending.now_us", lambda: later)
    _tell(home)
    hooks.send(_due(home, hooks)[0])
    _, headers, body = receiver.got[1]
    standardwebhooks.Webhook(new).verify(body, headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(hook["secret"]).verify(body, headers)


def test_what_fails_is_tried_again_ever_later_and_given_up_after_three_days(
    home, opened, receiver, monkeypatch
):
    hooks = opened()
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    receiver.status = 500
    at, begun = [shelves.now_us()], shelves.now_us()
    monkeypatch.setattr("tanlu.serve.hooks.shelf.now_us", lambda: at[0])
    _tell(home)
    waits, state = [], "waiting"
    while state == "waiting":
        (row,) = _due(home, hooks)
        state = hooks.send(row)
        (row,) = hooks.shelf.deliveries("home", hook["id"], None, None, 9)[0]
        waits.append((row["next_us"] - at[0]) / 1e6)
        at[0] = row["next_us"]
    assert 3.9 < waits[0] < 6.1
    assert all(after > 2 * before for before, after in pairwise(waits[:7]))
    assert max(waits) <= 6 * 3600 * 1.2
    assert (at[0] - begun) / 3.6e9 < 72 + 8
    assert len(receiver.got) == len(waits) > 12
    dead = hooks.shelf.deliveries("home", hook["id"], "dead", None, 9)[0]
    assert [row["status"] for row in dead] == [500]
    # every try is the same message
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1


def test_what_was_given_up_is_listed_and_sent_once_more(home, opened, receiver):
    hooks = opened()
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    receiver.status = 410
    _tell(home)
    assert hooks.send(_due(home, hooks)[0]) == "dead"
    # what is gone for good is not asked again
    assert hooks.shelf.hook("home", hook["id"])["state"] == "disabled"
    assert _tell(home) == 0
    receiver.status = 204
    hooks.shelf.change("home", hook["id"], on=True)
    assert hooks.shelf.again("home", hook["id"]) == 1
    hooks.start()
    _until(lambda: hooks.shelf.deliveries("home", hook["id"], "done", None, 9)[0])


def test_a_hook_that_hears_nothing_for_three_days_is_disabled(home, opened, receiver, monkeypatch):
    hooks = opened()
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    receiver.status = 503
    _tell(home)
    hooks.send(_due(home, hooks)[0])
    assert hooks.shelf.hook("home", hook["id"])["failures"] == 1
    later = shelves.now_us() + shelves.LASTS_US + 1
    _tell(home)
    fresh = max(_due(home, hooks), key=lambda row: row["message"])
    monkeypatch.setattr("tanlu.serve.hooks.shelf.now_us", lambda: later)
    hooks.send(fresh)
    assert hooks.shelf.hook("home", hook["id"])["state"] == "disabled"
    assert _due(home, hooks) == []


def test_a_success_ends_a_row_of_failures_and_a_wish_to_wait_is_kept(home, opened, receiver):
    hooks = opened()
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    receiver.status, receiver.headers = 429, {"retry-after": "600"}
    _tell(home)
    (row,) = _due(home, hooks)
    hooks.send(row)
    (waiting,) = _due(home, hooks)
    assert waiting["next_us"] - shelves.now_us() > 590e6
    receiver.status, receiver.headers = 200, {}
    hooks.send(waiting)
    told = hooks.shelf.hook("home", hook["id"])
    assert (told["failures"], told["failing_us"]) == (0, None)


def test_a_redirect_is_not_followed(home, opened, receiver):
    hooks = opened()
    hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    receiver.status = 302
    receiver.headers = {"location": f"http://127.0.0.1:{receiver.port}/inside"}
    _tell(home)
    assert hooks.send(_due(home, hooks)[0]) == "waiting"
    assert [path for path, *_ in receiver.got] == ["/in?x=1"]


def test_a_name_that_means_another_place_a_moment_later_leads_nowhere(
    home, opened, receiver, monkeypatch
):
    # first an address of the open internet, then this machine: as rebinding does it
    answers = cycle([["93.184.216.34"], ["127.0.0.1"]])
    asked, gone = [], []

    def resolve(host, port):
        asked.append(host)
        return next(answers)

    def sent(target, *_, **__):
        gone.append(target.address)
        return Answer(200, "")

    monkeypatch.setattr("tanlu.serve.hooks.sending.post", sent)
    hooks = opened(reach=Reach(resolve=resolve))
    hook = hooks.shelf.subscribe("home", "https://hooks.example/in", ["park.alarm"])
    for _ in range(4):
        _tell(home)
    for row in _due(home, hooks):
        hooks.send(row)
    # looked up once for each try, and connected to nothing else than what was found then
    assert asked == ["hooks.example"] * 4
    assert gone == ["93.184.216.34"] * 2
    refused = hooks.shelf.deliveries("home", hook["id"], "waiting", None, 9)[0]
    assert [row["said"] for row in refused] == ["its host is not on the open internet"] * 2


def test_what_is_answered_is_kept_to_a_kibibyte_and_who_drips_is_not_waited_for(
    home, opened, receiver
):
    hooks = opened(whole_s=0.3)
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    receiver.body = "碳".encode() * 5000
    _tell(home)
    assert hooks.send(_due(home, hooks)[0]) == "done"
    (row,) = hooks.shelf.deliveries("home", hook["id"], None, None, 9)[0]
    assert len(row["said"].encode()) <= 1024
    receiver.waits_s = 5.0
    _tell(home)
    begun = time.monotonic()
    (row,) = _due(home, hooks)
    assert hooks.send(row) == "waiting"
    assert time.monotonic() - begun < 3
    (row, _) = hooks.shelf.deliveries("home", hook["id"], None, None, 9)[0]
    assert (row["status"], row["said"]) == (None, "too slow")


def test_a_status_is_kept_as_it_came_and_a_wish_to_wait_only_as_seconds(receiver):
    receiver.status = 999
    target = Target("http", "a.example", receiver.port, "/", "127.0.0.1")
    receiver.headers = {"retry-after": "soon"}
    assert post(target, b"{}", {}) == (999, "well", None)
    receiver.headers = {"retry-after": "7"}
    assert post(target, b"{}", {}).retry_after_s == 7


def test_one_slow_hook_does_not_hold_up_the_others(home, opened, receiver, reach):
    hooks = opened()
    slow = _Slow()
    first = hooks.shelf.subscribe("home", f"http://slow.example:{slow.port}/", ["park.alarm"])
    quick = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    for _ in range(12):
        _tell(home)
    hooks.start()
    _until(lambda: len(receiver.got) == 12)
    assert len(hooks.shelf.deliveries("home", first["id"], "done", None, 99)[0]) < 12
    assert slow.most == 1
    slow.close()
    assert quick["id"] != first["id"]


class _Slow:
    """Answers one at a time, each after a while, and counts how many wait at once."""

    def __init__(self):
        outer, self.most, self.now = self, 0, 0
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                with lock:
                    outer.now += 1
                    outer.most = max(outer.most, outer.now)
                time.sleep(0.6)
                with lock:
                    outer.now -= 1
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def test_over_tls_the_certificate_must_be_of_the_host(home, opened, tmp_path):
    chain, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    believed = ssl.create_default_context(cafile=str(chain))
    inside = Reach(inside=LOCAL, resolve=lambda host, port: ["127.0.0.1"])
    hooks = opened(reach=inside, context=believed)
    port = server.server_address[1]
    for host in ("localhost", "hooks.example"):
        hooks.shelf.subscribe("home", f"https://{host}:{port}/", ["park.alarm"], host)
    _tell(home)
    for row in _due(home, hooks):
        hooks.send(row)
    told = {hook["note"]: hooks.shelf.deliveries("home", hook["id"], None, None, 9)[0][0]
            for hook in hooks.shelf.hooks("home")}  # fmt: skip
    assert told["localhost"]["status"] == 200
    assert told["hooks.example"]["said"] == "SSLCertVerificationError"
    assert len(got) == 1
    server.shutdown()
    server.server_close()


def test_what_a_ledger_gets_is_told_of_once(home, opened, receiver):
    hooks = opened()
    hooks.shelf.subscribe(
        "home", receiver.url, ["finding.raised", "emission.written", "edition.published"]
    )
    hooks.start()
    from tanlu.store.relational.tables.hooks import HEARD

    def heard():
        with home.state.of("home") as scoped:
            return scoped.one(HEARD)

    _until(heard)
    workspace = home.workspace("home")
    row = {"finding_id": ["f"], "code": ["TL331"], "severity": ["info"], "count": [1]}
    workspace.append("finding", pl.DataFrame(row))
    _until(lambda: receiver.got)
    told = json.loads(receiver.got[0][2])
    assert told["type"] == "finding.raised"
    assert told["data"] == {"version": workspace.version, "rows": 1}
    hooks.close()
    again = opened()
    again.start()
    _until(lambda: again._alone._handle is not None)
    time.sleep(0.3)
    assert len(receiver.got) == 1


def test_the_end_of_a_job_is_told(home, opened, receiver):
    hooks = opened()
    hooks.shelf.subscribe("home", receiver.url, ["job.done"])
    hooks.start()

    def quick(_):
        yield Progress("quick", 1, 1, result={})

    jobs = Jobs(home, {"quick": Verb(quick, ("manager",), {})})
    jobs.start()
    name = jobs.ask("home", "quick", {}, "anna")
    _until(lambda: receiver.got)
    told = json.loads(receiver.got[0][2])["data"]
    assert told == {"job": name, "kind": "quick", "state": "done"}
    jobs.close()


def test_no_secret_stands_in_a_log(home, opened, receiver, capfd, monkeypatch):
    hooks = opened()
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])

    def broken(*_, **__):
        raise RuntimeError(hook["secret"])

    monkeypatch.setattr("tanlu.serve.hooks.sending.sign", broken)
    _tell(home)
    hooks.start()
    _until(lambda: "RuntimeError" in capfd.readouterr().err)
    hooks.close()
    out = capfd.readouterr()
    assert hook["secret"] not in out.err + out.out
