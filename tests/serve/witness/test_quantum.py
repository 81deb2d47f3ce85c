"""The second line of a witness holds by its own key and stands beside the first."""

from __future__ import annotations

import pytest

from tanlu.serve import Server, Witness
from tanlu.serve.witness.quantum import Lasting
from tanlu.store.witness import Asked, WitnessState, collect
from tanlu.terms.proof import checkpoint, note
from tanlu.terms.proof.keys import SigningKey
from tanlu.terms.proof.policy import Policy
from tests.logs import ORIGIN, SmallLog

KEY = SigningKey(bytes(32))
TEXT = checkpoint.Checkpoint(ORIGIN, 5, bytes(32)).text


def test_its_line_holds_and_tells_its_time() -> None:
    made = Lasting("w.example", KEY)
    line = made.cosign(TEXT, 1_700_000_000)

    assert note.holds(TEXT, line, made.verifier) == 1_700_000_000
    assert note.holds(TEXT.replace("5", "6"), line, made.verifier) is None
    assert len(line.signature) == 8 + 2420
    assert note.Verifier.parse(made.verifier.vkey) == made.verifier


def test_its_key_follows_from_the_witness_s_own_and_tells_nothing_of_it() -> None:
    assert Lasting("w", KEY).verifier == Lasting("w", KEY).verifier
    other = Lasting("w", SigningKey(bytes([1]) * 32)).verifier
    assert Lasting("w", KEY).verifier.public != other.public


@pytest.mark.parametrize(("name", "origin"), [("n" * 256, ORIGIN), ("n", "路" * 86)])
def test_names_too_long_for_its_message_are_not_signed(name, origin) -> None:
    text = checkpoint.Checkpoint(origin, 5, bytes(32)).text

    assert Lasting(name, KEY).cosign(text, 1) is None
    assert Lasting("n" * 255, KEY).cosign(TEXT, 1) is not None


def test_a_policy_may_ask_for_either_line(tmp_path) -> None:
    log = SmallLog(tmp_path)
    log.entries = [b"entry"] * 5
    logs = {ORIGIN: [note.Verifier.parse(log.vkey)]}
    witness = Witness("w.example", KEY, logs, WitnessState(tmp_path / "state"), lasting=True)
    plain, lasting = (note.Verifier.parse(vkey) for vkey in witness.vkeys)
    with Server(witness) as server:
        asked = [Asked(plain, server.url), Asked(lasting, server.url)]
        got = collect(log.signed(), log.prove, asked)
    assert got.refused == {}
    for vkeys in ([plain], [lasting], [plain, lasting]):
        lines = [f"witness w{n} {each.vkey}" for n, each in enumerate(vkeys)]
        names = " ".join(f"w{n}" for n in range(len(vkeys)))
        text = "\n".join([f"log {log.vkey}", *lines, f"group g all {names}", "quorum g"])
        assert len(Policy.parse(text).check(got.note).cosigned) == len(vkeys)
