"""A watcher names what a log does: it forks, goes back, hides, breaks its files or the rules."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tanlu.errors import TanluError
from tanlu.serve import LogFiles, Server, Witness
from tanlu.store.witness import Asked, Watched, WitnessState, collect
from tanlu.terms.proof import note
from tanlu.terms.proof.cose import Statement
from tanlu.terms.proof.keys import SigningKey
from tanlu.terms.proof.registry import possession
from tanlu.verify.watch import watch
from tests.logs import ORIGIN, SmallLog

PREPARER = SigningKey(bytes([1]) * 32)


def key_statement(key: SigningKey = PREPARER, role: str = "preparer", by=PREPARER) -> bytes:
    content = {
        "type": "tanlu/key/v1", "step": "enrol", "public": key.public, "role": role,
        "name": role, "possession": possession(key, role, role),
    }  # fmt: skip
    return Statement.sign(
        by, type="key", issuer="a", subject="b", issued_s=1, payload=content
    ).encode()


def statement(n: int, key: SigningKey = PREPARER) -> bytes:
    content = {"type": "tanlu/batch/v1", "n": n}
    return Statement.sign(
        key, type="batch", issuer="a", subject="b", issued_s=1, payload=content
    ).encode()


def history(count: int, mark: int = 0) -> list[bytes]:
    return [key_statement(), *(statement(n + mark) for n in range(1, count))]


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "log")
    made.publish(history(5))
    return made


@pytest.fixture
def state(tmp_path):
    made = Watched(tmp_path / "state")
    yield made
    made.close()


def look(log, state, policy: str | None = None, place: str | None = None):
    text = policy or f"log {log.vkey}\nquorum none\n"
    (*_, last) = watch(place or str(log.folder), text, state)
    return last.result


def codes(result) -> list[tuple[str, str]]:
    return [(found.where, found.error.code) for found in result.findings]


def test_a_log_that_grows_gives_no_finding(log, state) -> None:
    assert look(log, state)[:5] == (ORIGIN, 5, log.head().root, 5, 0)
    assert look(log, state)[3:6] == (0, 0, ())
    log.publish(history(300)[5:])
    assert look(log, state)[1:6] == (300, log.head().root, 295, 0, ())
    log.publish([statement(n) for n in range(300, 700)])
    assert look(log, state)[1:6] == (700, log.head().root, 400, 0, ())
    assert state.root(300) == log.head(300).root


def test_an_empty_log_is_watched_from_its_first_day(log, state) -> None:
    log.entries.clear()
    log.publish()
    assert look(log, state)[1:6] == (0, log.head().root, 0, 0, ())
    log.publish(history(2))
    assert look(log, state)[1:6] == (2, log.head().root, 2, 0, ())


def test_a_log_over_the_web_is_watched_as_one_in_a_folder(log, state) -> None:
    with Server(LogFiles(log.folder)) as server:
        assert look(log, state, place=server.url)[1:6] == (5, log.head().root, 5, 0, ())


@pytest.mark.parametrize("size", [5, 6, 300])
def test_a_log_that_forks_is_convicted(log, state, size) -> None:
    look(log, state)
    first = log.signed()
    log.entries = history(size, mark=1000)
    log.publish()
    result = look(log, state)

    assert codes(result) == [("checkpoint", "TL637")]
    (proof,) = result.proofs
    assert (proof.judge().verdict, proof.smaller) == (
        "forked",
        log.signed() if size == 5 else first,
    )
    assert (result.size, state.note) == (5, first)


def test_a_log_that_forks_and_is_shorter_is_convicted_from_what_was_kept(log, state) -> None:
    look(log, state)
    log.entries = history(3, mark=1000)
    log.publish()
    result = look(log, state)

    assert codes(result) == [("checkpoint", "TL637")]
    assert result.proofs[0].judge()[:3] == ("forked", ORIGIN, (3, 5))


def test_a_log_that_goes_back_is_named_and_not_convicted(log, state) -> None:
    look(log, state)
    log.entries = log.entries[:3]
    log.publish()
    result = look(log, state)

    assert codes(result) == [("checkpoint", "TL638")]
    assert result.proofs[0].judge().verdict == "consistent"
    assert result.size == 5


def test_a_fork_after_going_back_is_still_a_fork(log, state) -> None:
    look(log, state)
    log.entries = [*log.entries[:3], *history(9, mark=1000)[3:]]
    log.publish()

    assert codes(look(log, state)) == [("checkpoint", "TL637")]


def witness_of(log, tmp_path, name: str) -> Witness:
    logs = {ORIGIN: [note.Verifier.parse(log.vkey)]}
    state = WitnessState(tmp_path / f"{name}.sqlite")
    return Witness(f"{name}.example", SigningKey(name.encode().ljust(32)), logs, state)


def cosigned(log, witness, url: str, size: int) -> bytes:
    asked = Asked(note.Verifier.parse(witness.vkey), url)
    got = collect(log.signed(size), lambda at: log.prove(at, size), [asked])
    assert got.refused == {}
    return got.note


def test_two_witnesses_that_are_shown_a_fork_make_it_known(log, state, tmp_path) -> None:
    other = SmallLog(tmp_path / "other")
    other.entries = history(5, mark=1000)
    one, two = (witness_of(log, tmp_path, name) for name in ("one", "two"))
    with Server(one) as first, Server(two) as second:
        policy = (
            f"log {log.vkey}\nwitness w1 {one.vkey} {first.url}\n"
            f"witness w2 {two.vkey} {second.url}\ngroup g any w1 w2\nquorum g\n"
        )
        log.folder.joinpath("checkpoint").write_bytes(cosigned(log, one, first.url, 5))
        cosigned(other, two, second.url, 4)
        result = look(log, state, policy)

    # each alone saw an honest log; who asks both has the proof
    assert codes(result) == [("two.example", "TL637")]
    assert result.proofs[0].judge()[:3] == ("forked", ORIGIN, (4, 5))


def test_what_a_witness_saw_must_be_served_by_the_next_look(log, state, tmp_path) -> None:
    one = witness_of(log, tmp_path, "one")
    with Server(one) as server:
        policy = f"log {log.vkey}\nwitness w1 {one.vkey} {server.url}\nquorum none\n"
        log.entries = history(9)
        cosigned(log, one, server.url, 9)
        assert codes(look(log, state, policy)) == []
        assert codes(look(log, state, policy)) == [("one.example", "TL640")]
        log.publish()
        assert codes(look(log, state, policy)) == []


def test_a_witness_that_is_silent_is_a_finding_and_no_end(log, state, tmp_path) -> None:
    one = witness_of(log, tmp_path, "one")
    policy = f"log {log.vkey}\nwitness w1 {one.vkey} http://127.0.0.1:1\nquorum none\n"
    result = look(log, state, policy)

    assert (codes(result), result.size) == ([("one.example", "TL631")], 5)


def test_a_quorum_that_is_not_reached_is_a_finding(log, state, tmp_path) -> None:
    one = witness_of(log, tmp_path, "one")
    result = look(log, state, f"log {log.vkey}\nwitness w1 {one.vkey}\nquorum w1\n")

    assert codes(result) == [("checkpoint", "TL127")]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("tile/0/000", "tile/0/000"),
        ("tile/0/001.p/44", "tile/0/001.p/44"),
        ("tile/1/000.p/1", "tile/1/000.p/1"),
    ],
)
def test_a_tile_of_hashes_that_is_wrong_or_gone_is_named(log, state, path, where) -> None:
    log.publish(history(300)[5:])
    file = log.folder / path
    raw = bytearray(file.read_bytes())
    raw[7] ^= 1
    file.write_bytes(raw)
    assert codes(look(log, state)) == [(where, "TL639")]
    file.unlink()
    assert codes(look(log, Watched(state.path.with_name("second")))) == [(where, "TL639")]


def test_an_entry_that_was_changed_is_no_part_of_the_log(log, state) -> None:
    file = log.folder / "tile/entries/000.p/5"
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)

    assert codes(look(log, state)) == [("entries", "TL639")]
    assert state.note is None


def test_a_bundle_that_is_torn_or_gone_is_named(log, state) -> None:
    file = log.folder / "tile/entries/000.p/5"
    whole = file.read_bytes()
    for content in (whole[:-1], whole[: 2 + int.from_bytes(whole[:2])]):
        file.write_bytes(content)
        assert codes(look(log, state)) == [("tile/entries/000.p/5", "TL639")]
    file.unlink()
    assert codes(look(log, state)) == [("tile/entries/000.p/5", "TL639")]


def test_a_full_tile_stands_in_for_a_part_that_was_taken_away(log, state) -> None:
    log.publish(history(256)[5:])
    signed = log.signed(200)
    log.folder.joinpath("checkpoint").write_bytes(signed)

    assert look(log, state)[1:6] == (200, log.head(200).root, 200, 0, ())


def test_entries_that_break_the_rules_are_named_once_and_counted(log, state) -> None:
    stranger = SigningKey(bytes([9]) * 32)
    verifier = SigningKey(bytes([8]) * 32)
    log.publish([
        b"no statement", statement(7, stranger), key_statement(verifier, "verifier"),
        statement(8, verifier), statement(9),
    ])  # fmt: skip
    result = look(log, state)

    assert codes(result) == [("5", "TL130"), ("6", "TL132"), ("8", "TL133")]
    assert look(log, state)[3:6] == (0, 3, ())


def test_keys_of_an_earlier_look_hold_at_the_next(log, state) -> None:
    carrier = SigningKey(bytes([7]) * 32)
    log.publish([key_statement(carrier, "carrier")])
    look(log, state)
    pod = Statement.sign(
        carrier, type="pod", issuer="a", subject="b", issued_s=1,
        payload={"type": "tanlu/pod/v1"},
    )  # fmt: skip
    log.publish([pod.encode()])

    assert codes(look(log, state)) == []


def test_a_state_of_another_log_is_refused(log, state, tmp_path) -> None:
    look(log, state)
    other = SmallLog(tmp_path / "other", origin="other.example")
    other.publish(history(5))

    with pytest.raises(TanluError, match="TL630"):
        look(other, state)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(log, state) -> None:
    with pytest.raises(TanluError, match="TL125"):
        look(SmallLog(log.folder, key=PREPARER), state)
    signed = note.Note.parse(log.signed())
    (line,) = signed.signatures
    bad = signed._replace(signatures=(line._replace(signature=bytes(64)),))
    log.folder.joinpath("checkpoint").write_bytes(bad.encode())
    with pytest.raises(TanluError, match="TL126"):
        look(log, state)
    log.folder.joinpath("checkpoint").unlink()
    with pytest.raises(TanluError, match="TL631"):
        look(log, state)


def test_new_entries_that_were_changed_convict_nobody(log, state) -> None:
    look(log, state)
    log.publish([statement(7)])
    file = log.folder / "tile/entries/000.p/6"
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)
    result = look(log, state)

    assert (codes(result), result.proofs, result.size) == ([("entries", "TL639")], (), 5)


def told_by_a_witness(log, tmp_path, data: bytes, *logs: str) -> str:
    """Give a policy whose witness tells these bytes as the checkpoint of the log."""
    folder = tmp_path / "told" / sha256(ORIGIN.encode()).hexdigest()
    folder.mkdir(parents=True)
    folder.joinpath("checkpoint").write_bytes(data)
    lines = [f"log {vkey}" for vkey in (log.vkey, *logs)]
    one = witness_of(log, tmp_path, "one")
    return "\n".join([*lines, f"witness w1 {one.vkey} {folder.parent}", "quorum none", ""])


def test_what_a_witness_tells_unsigned_convicts_nobody(log, state, tmp_path) -> None:
    other = SmallLog(tmp_path / "other")
    other.entries = history(4, mark=1000)
    signed = note.Note.parse(other.signed())
    forged = signed._replace(signatures=(signed.signatures[0]._replace(signature=bytes(64)),))
    result = look(log, state, told_by_a_witness(log, tmp_path, forged.encode()))

    assert (codes(result), result.proofs) == ([("one.example", "TL126")], ())


def test_what_a_witness_tells_of_another_log_convicts_nobody(log, state, tmp_path) -> None:
    other = SmallLog(tmp_path / "other", origin="other.example", key=PREPARER)
    other.entries = history(4)
    policy = told_by_a_witness(log, tmp_path, other.signed(), other.vkey)
    result = look(log, state, policy)

    assert (codes(result), result.proofs) == ([("one.example", "TL635")], ())
