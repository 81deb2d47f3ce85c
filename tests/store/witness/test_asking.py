"""A log asks its witnesses, goes on from what they have seen, and believes only what holds."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve import Answer, Server, Witness
from tanlu.store.witness import Asked, WitnessState, collect, witnesses_of
from tanlu.terms.proof import note
from tanlu.terms.proof.keys import SigningKey
from tanlu.terms.proof.policy import Policy
from tests.logs import ORIGIN, SmallLog


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "log")
    made.entries = [b"entry %d" % n for n in range(20)]
    return made


@pytest.fixture
def witnesses(tmp_path, log):
    logs = {ORIGIN: [note.Verifier.parse(log.vkey)]}
    made, servers = [], []
    for n in range(3):
        state = WitnessState(tmp_path / f"w{n}.sqlite")
        witness = Witness(f"witness.example/{n}", SigningKey(bytes([n]) * 32), logs, state)
        server = Server(witness)
        servers.append(server.__enter__())
        made.append(Asked(note.Verifier.parse(witness.vkey), server.url))
    yield made
    for server in servers:
        server.__exit__(None, None, None)


def asking(log, witnesses, size: int, old: int = 0):
    return collect(log.signed(size), lambda at: log.prove(at, size), witnesses, old=old)


def policy(log, witnesses, quorum: int) -> str:
    lines = [f"log {log.vkey}"]
    lines += [f"witness w{n} {w.verifier.vkey} {w.url}" for n, w in enumerate(witnesses)]
    names = " ".join(f"w{n}" for n in range(len(witnesses)))
    return "\n".join([*lines, f"group g {quorum} {names}", "quorum g", ""])


def test_all_witnesses_of_a_policy_cosign_and_the_quorum_is_reached(log, witnesses) -> None:
    text = policy(log, witnesses, 3)
    assert witnesses_of(text) == witnesses

    got = asking(log, witnesses_of(text), 7)

    assert got.refused == {}
    assert set(Policy.parse(text).check(got.note).cosigned) == {"w0", "w1", "w2"}


def test_each_goes_on_from_what_it_has_seen_itself(log, witnesses) -> None:
    asking(log, witnesses[:1], 3)
    asking(log, witnesses[1:2], 8)

    got = asking(log, witnesses, 20, old=8)

    assert got.refused == {}
    assert len(note.Note.parse(got.note).signatures) == 4


def test_asking_again_for_the_same_tree_gives_a_fresh_line(log, witnesses) -> None:
    asking(log, witnesses, 20)

    first = asking(log, witnesses, 20)
    older = note.Note.parse(first.note)
    line = older.signatures[1]
    late = older._replace(
        signatures=(older.signatures[0], line._replace(signature=bytes(8) + line.signature[8:]))
    )
    again = collect(late.encode(), log.prove, witnesses, old=20)

    assert again.refused == {}
    kept = note.Note.parse(again.note).signatures
    assert [one.name for one in kept] == [ORIGIN, *(w.verifier.name for w in witnesses)]
    assert kept[1] != late.signatures[1]


def test_one_that_is_silent_stops_no_other(log, witnesses) -> None:
    gone = Asked(note.Verifier("gone.example", 4, bytes(32)), "http://127.0.0.1:1")
    got = asking(log, [gone, *witnesses], 7)

    assert {name: error.code for name, error in got.refused.items()} == {"gone.example": "TL631"}
    assert len(note.Note.parse(got.note).signatures) == 4


def test_a_log_that_was_set_back_is_told_by_its_witness(log, witnesses) -> None:
    asking(log, witnesses, 20)
    got = asking(log, witnesses, 7)

    assert {error.code for error in got.refused.values()} == {"TL636"}
    assert got.note == log.signed(7)


def test_a_fork_gets_no_cosignature(log, witnesses, tmp_path) -> None:
    asking(log, witnesses, 7)
    other = SmallLog(tmp_path / "other")
    other.entries = [b"other", *log.entries[1:]]

    for size in (7, 20):
        got = asking(other, witnesses, size, old=7)
        assert {error.code for error in got.refused.values()} == {"TL635"}
        assert got.note == other.signed(size)


class Canned:
    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(403, b"no\n")],
        [Answer(200, b"")],
        [Answer(200, "— witness.example/x AAAAAAAA\n".encode())],
        [Answer(200, b"\xff\xfe")],
        [Answer(409, b"many\n")],
        [Answer(409, b"1\n"), Answer(409, b"2\n"), Answer(409, b"3\n")],
    ],
)
def test_answers_that_are_none_give_no_cosignature(log, answers) -> None:
    with Server(Canned(*answers)) as server:
        asked = Asked(note.Verifier("witness.example/x", 4, bytes(32)), server.url)
        got = asking(log, [asked], 7)

    assert list(got.refused) == ["witness.example/x"]
    assert got.refused["witness.example/x"].code in ("TL635", "TL121")
    assert got.note == log.signed(7)


def test_nobody_asked_changes_nothing(log) -> None:
    assert asking(log, [], 7) == (log.signed(7), {})


def test_witnesses_without_an_address_are_not_asked(log, witnesses) -> None:
    text = policy(log, witnesses, 1).replace(f" {witnesses[0].url}", "")

    assert witnesses_of(text) == witnesses[1:]


def test_what_is_no_checkpoint_is_refused(witnesses) -> None:
    with pytest.raises(TanluError, match="TL121"):
        collect(b"no note", list, witnesses)
