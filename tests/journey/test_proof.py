"""A ledger is watched by two witnesses, judged from its pack alone, and its owner turns bad.

The owner holds every key: the log's, the preparer's, the workspace's secret. What he cannot have
is the memory of two strangers, and arithmetic.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tanlu.store import open_workspace
from tests.cli.books import files
from tests.journey.travel import ENVIRONMENT, ROOT, tanlu

HONEST, FAILED, UNDECIDED = 0, 1, 2


@contextlib.contextmanager
def witness(folder: Path, name: str, logs: str):
    """Run a witness; give its line for a policy."""
    words = ["witness", "--key", folder / f"{name}.key", "--logs", logs, "--port", "0", "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "tanlu", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
    ) as child:  # fmt: skip
        said = json.loads(child.stdout.readline())
        yield f"witness {name} {said['vkey']} {said['url']}"
        child.send_signal(signal.SIGINT)
        child.wait(timeout=20)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A quantified ledger, two running witnesses, and the policy of who trusts both."""
    folder = tmp_path_factory.mktemp("proof")
    file, mapping = files(folder / "in")
    ledger = folder / "books"
    tanlu("read", file, "--map", mapping, "--ledger", ledger)
    tanlu("quantify", "--ledger", ledger)
    log = tanlu("log", "show", "--ledger", ledger)
    vkey = log["vkey"]
    with witness(folder, "A", vkey) as one, witness(folder, "B", vkey) as other:
        policy = folder / "trust.policy"
        policy.write_text(f"log {vkey}\n{one}\n{other}\ngroup both 2 A B\nquorum both\n")
        (folder / "offline.policy").write_text(policy.read_text())
        built = folder / "march.tlpack"
        asked = ("--policy", policy, "--out", built)
        tanlu("pack", "build", "--ledger", ledger, "--period", "2026-03", *asked)
        yield folder


def _verified(world, pack="march.tlpack", expect=HONEST, policy="trust.policy"):
    told = ("verify", world / pack, "--policy", world / policy)
    return tanlu(*told, "--max-age", "36h", expect=expect)


def test_a_stranger_with_the_pack_and_a_policy_verifies_it(world):
    told = _verified(world)

    assert told["verdict"] == "verified"


def test_the_small_verifier_says_the_same(world):
    path = ROOT / "tools/verify_min.py"
    words = [world / "march.tlpack", world / "trust.policy"]
    done = subprocess.run([sys.executable, path, *words], capture_output=True, text=True)

    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "verified")


def test_a_policy_that_trusts_others_verifies_nothing(world):
    lines = (world / "trust.policy").read_text().splitlines()
    other = open_workspace(world / "other", create=True)
    tanlu("log", "init", "--ledger", other.path)
    stranger = tanlu("log", "show", "--ledger", other.path)["vkey"]
    (world / "stranger.policy").write_text("\n".join([f"log {stranger}", *lines[1:], ""]))
    told = _verified(world, expect=UNDECIDED, policy="stranger.policy")

    assert {each["code"] for each in told["findings"]} == {"TL735"}


def _rewritten(world, name):
    """Write the whole history anew with a tenth of W1, sign and log it all by the same keys."""
    from tanlu.store.log import begin_log, log_of

    honest = open_workspace(world / "books")
    forged = open_workspace(world / name, create=True)
    for each in ("log", "preparer"):
        shutil.copy(honest.path / "keys" / each, forged.path / "keys" / each)
    for each in honest.originals.names():
        forged.originals.keep(honest.originals.get(each).read_bytes())
    for line in honest.log():
        if line["kind"] == "packs":
            forged.adopt(line["packs"], why=line["why"])
        elif line["kind"] == "append":
            source = {**line["source"], "inputs": line["inputs"]}
            inputs = [part["file"] for one in forged.log("append")[:1] for part in one["parts"]]
            rows = {table: _smaller(honest, table, line) for table in line["tables"]}
            forged.commit(rows, source=source, inputs=inputs if line["inputs"] else ())
    with pytest.MonkeyPatch.context() as patch:
        # the program refuses to begin a log by keys of one that is gone; he has the program
        patch.setattr("tanlu.store.log.stating._gone", lambda _: False)
        begin_log(forged, origin=log_of(honest).origin)
    list(log_of(forged).catch_up())
    log_of(forged).checkpoint()
    return forged


def _smaller(honest, table, line):
    parts = [part for part in honest.parts(table) if part.version == line["version"]]
    rows = honest.scan(table, raw=True, only=parts).collect()
    if table != "emission":
        return rows
    mine = pl.col("subject") == "waybill:W1"
    names = ("co2e_ug", "lower_ug", "upper_ug")
    return rows.with_columns(
        pl.when(mine).then(pl.col(name) // 10).otherwise(pl.col(name)).alias(name) for name in names
    )


def test_an_owner_who_rewrites_history_finds_no_witness(world):
    forged = _rewritten(world, "forked")
    asked = ("--policy", world / "trust.policy", "--out", world / "forked.tlpack")
    tanlu("pack", "build", "--ledger", forged.path, "--period", "2026-03", *asked, expect=3)
    told = _verified(world, "forked.tlpack", expect=FAILED)

    assert "TL716" in {each["code"] for each in told["findings"]}


def test_a_dishonest_number_signed_logged_and_witnessed_is_found_and_named(world):
    # a second ledger that lies from its first day: witnesses have seen nothing else of it
    forged = _rewritten(world, "liar")
    vkey = tanlu("log", "show", "--ledger", forged.path)["vkey"]
    with witness(world, "C", vkey) as one, witness(world, "D", vkey) as other:
        policy = world / "liar.policy"
        policy.write_text(f"log {vkey}\n{one}\n{other}\ngroup both 2 C D\nquorum both\n")
        asked = ("--policy", policy, "--out", world / "liar.tlpack")
        tanlu("pack", "build", "--ledger", forged.path, "--period", "2026-03", *asked)
    told = _verified(world, "liar.tlpack", expect=FAILED, policy="liar.policy")
    found = {(each["code"], each["where"].split("|")[0]) for each in told["findings"]}

    # by the formulas over the inputs, and by match and quantify done again
    assert {("TL722", "W1"), ("TL702", "W1")} <= found
    assert {where for _, where in found} == {"W1"}


def test_an_owner_who_cuts_the_end_off_is_caught_by_what_was_remembered(world):
    remembered = world / "seen"
    tanlu("log", "audit", world / "books", "--remember", remembered)
    cut = world / "cut"
    shutil.copytree(world / "books", cut)
    lines = (cut / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    (cut / "manifest.jsonl").write_bytes(b"".join(lines[:-1]))
    told = tanlu("log", "audit", cut, "--remember", remembered, expect=3)

    assert told["findings"] != []


def test_one_shipment_is_shown_alone(world):
    out = world / "W1.proof"
    ledger = ("--ledger", world / "books")
    tanlu("disclose", "waybill:W1", "--fields", "result", *ledger, "--out", out)
    told = tanlu("disclose", "--check", out, "--policy", world / "trust.policy")

    assert out.stat().st_size < 2048
    assert b"waybill:W2" not in out.read_bytes()
    assert json.dumps(told).count("co2e") > 0


def test_every_verb_said_what_to_do_next_without_a_secret(world):
    secret = (world / "books/keys/secret").read_bytes()
    seeds = [path.read_bytes() for path in (world / "books/keys").iterdir()]
    for path in world.glob("*.tlpack"):
        data = path.read_bytes()
        assert not any(each in data for each in [secret, *seeds])
    assert all(path.stat().st_mode & 0o077 == 0 for path in (world / "books/keys").iterdir())
