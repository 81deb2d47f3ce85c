"""A witness answers as litewitness answered, and as the specification says."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.serve import Witness
from tanlu.serve.witness.answering import Request
from tanlu.store.witness import WitnessState
from tanlu.terms.proof import checkpoint, note
from tanlu.terms.proof.keys import SigningKey
from tests.logs import ORIGIN, SmallLog

NAME = "witness.example/w"
KEY = SigningKey(bytes(32))
AT_S = 1_700_000_000


@pytest.fixture
def state(tmp_path):
    made = WitnessState(tmp_path / "state.sqlite")
    yield made
    made.close()


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "log")
    made.entries = [b"entry %d" % n for n in range(9)]
    return made


@pytest.fixture
def witness(state, log):
    return Witness(NAME, KEY, {ORIGIN: [note.Verifier.parse(log.vkey)]}, state)


def body(old: int, proof: list[bytes], signed: bytes) -> bytes:
    lines = "".join(f"{note.encoded(each)}\n" for each in proof)
    return f"old {old}\n{lines}\n".encode() + signed


def add(witness, log, old: int, size: int, at_s: int = AT_S):
    proof = log.prove(old, size) if 0 < old <= size else []
    return witness.add_checkpoint(body(old, proof, log.signed(size)), at_s=at_s)


class Exchange(NamedTuple):
    body: bytes
    status: int
    said: str


def recorded(text: str) -> list[Exchange]:
    found = re.findall(
        r"^POST \S+/add-checkpoint\n```\n(.*?)```\nHTTP (\d+)\n\[Asserts\]\nbody (.*?)$",
        text, re.DOTALL | re.MULTILINE,
    )  # fmt: skip
    return [Exchange(body.encode(), int(status), said) for body, status, said in found]


def test_the_exchanges_recorded_with_litewitness_come_out_the_same(shared, tmp_path) -> None:
    folder = shared / "data/standards/tlog/torchwood/cmd/litewitness/testdata"
    public = bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
    sigsum = f"sigsum.org/v1/tree/{sha256(public).hexdigest()}"
    sumdb = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    logs = {
        sigsum: [note.Verifier(sigsum, note.ED25519, public)],
        "go.sum database tree": [note.Verifier.parse(sumdb)],
    }
    count = 0
    for file in ("litewitness", "sumdb"):
        state = WitnessState(tmp_path / file)
        witness = Witness("example.com/witness", KEY, logs, state)
        for number, each in enumerate(recorded((folder / f"{file}.txt").read_text("utf-8"))):
            answer = witness.add_checkpoint(each.body, at_s=AT_S)
            # the specification has since given an unknown log a status of its own
            wanted = 404 if "unknown log" in each.said else each.status
            assert (file, number, answer.status) == (file, number, wanted)
            contains, equals = re.match(r'contains "(.*)"|== "(.*)"', each.said).groups()
            if contains:
                assert contains in answer.body.decode()
            else:
                assert answer.body.decode() == equals.replace("\\n", "\n")
            count += 1
        state.close()

    assert count == 10


def test_a_cosignature_holds_and_tells_its_time(witness, log) -> None:
    answer = add(witness, log, 0, 5)

    assert (answer.status, answer.media) == (200, "text/plain; charset=utf-8")
    signed = note.Note.parse(log.head(5).text.encode() + b"\n" + answer.body)
    verifier = note.Verifier.parse(witness.vkey)
    assert [note.holds(signed.text, one, verifier) for one in signed.signatures] == [AT_S]


def test_a_log_grows_under_a_witness_step_by_step(witness, log) -> None:
    for old, size in [(0, 1), (1, 1), (1, 2), (2, 7), (7, 9), (9, 9)]:
        assert add(witness, log, old, size).status == 200

    assert witness.state.seen(ORIGIN).size == 9


def test_an_empty_log_is_witnessed_and_grows_from_there(witness, log) -> None:
    assert add(witness, log, 0, 0).status == 200
    assert add(witness, log, 0, 4).status == 200


def test_an_empty_tree_has_only_one_root(witness, log) -> None:
    head = checkpoint.Checkpoint(ORIGIN, 0, bytes(32))
    signed = checkpoint.signed(head, log.key)

    assert witness.add_checkpoint(body(0, [], signed), at_s=AT_S).status == 422


def test_a_proof_from_nothing_is_empty(witness, log) -> None:
    answer = witness.add_checkpoint(body(0, [bytes(32)], log.signed(5)), at_s=AT_S)

    assert answer.status == 422
    assert witness.state.seen(ORIGIN) is None


@pytest.mark.parametrize(("old", "size"), [(0, 9), (4, 9), (6, 6)])
def test_whoever_goes_on_from_elsewhere_is_told_the_size(witness, log, old, size) -> None:
    add(witness, log, 0, 5)
    answer = add(witness, log, old, size)

    assert (answer.status, answer.body, answer.media) == (409, b"5\n", "text/x.tlog.size")


def test_an_old_size_beyond_the_checkpoint_is_no_request(witness, log) -> None:
    assert witness.add_checkpoint(body(6, [], log.signed(5)), at_s=AT_S).status == 400


def test_a_log_that_is_set_back_gets_nothing(witness, log) -> None:
    add(witness, log, 0, 7)

    assert add(witness, log, 0, 5).status == 409
    assert add(witness, log, 7, 5).status == 400
    assert witness.state.seen(ORIGIN).size == 7


def test_a_forked_tree_gets_nothing_and_is_kept_as_evidence(witness, log, tmp_path) -> None:
    add(witness, log, 0, 5)
    other = SmallLog(tmp_path / "other")
    other.entries = [b"other", *log.entries[1:]]

    assert add(witness, other, 5, 5).status == 422
    assert add(witness, other, 0, 5).status == 409
    assert add(witness, other, 5, 9).status == 422
    (fork,) = witness.state.forks()
    assert fork.second == other.signed(5)
    assert checkpoint.Checkpoint.parse(note.Note.parse(fork.first).text) == log.head(5)
    assert witness.state.seen(ORIGIN).root == log.head(5).root


def test_another_s_signature_in_the_name_of_the_log_is_refused(witness, log) -> None:
    thief = SmallLog(log.folder, key=SigningKey(bytes([7]) * 32))
    thief.entries = log.entries

    assert add(witness, thief, 0, 5).status == 403


def test_one_good_line_does_not_heal_a_bad_one_of_the_same_key(witness, log) -> None:
    signed = note.Note.parse(log.signed(5))
    (good,) = signed.signatures
    bad = good._replace(signature=bytes(64))
    both = signed._replace(signatures=(good, bad)).encode()

    assert witness.add_checkpoint(body(0, [], both), at_s=AT_S).status == 403


def test_unknown_lines_are_passed_over_and_not_published(witness, log) -> None:
    signed = note.Note.parse(log.signed(5))
    more = note.sign(signed.text, "stranger.example", KEY)
    answer = witness.add_checkpoint(
        body(0, [], signed._replace(signatures=(more, *signed.signatures)).encode()), at_s=AT_S
    )

    assert answer.status == 200
    kept = note.Note.parse(witness.state.seen(ORIGIN).note)
    assert [one.name for one in kept.signatures] == [ORIGIN, NAME]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"old 0\n",
        b"old 00\n\nlog\n",
        b"old 1\nnot base64\n\n",
        b"old -1\n\n",
        b"new 0\n\n",
        b"old 0\n\nno note",
        "old ０\n\n".encode(),
        b"old 1\n" + b"AAAA\n" + b"\n",
        b"old 1\n" + b"A" * 43 + b"=\n" * 64 + b"\n",
        b"\xff" * 100,
    ],
)
def test_what_is_no_request_is_answered_400(witness, raw) -> None:
    assert witness.add_checkpoint(raw, at_s=AT_S).status == 400


def test_the_request_of_tlog_witness_is_read() -> None:
    # C2SP tlog-witness, section "add-checkpoint": one line of the log and one of another
    asked = Request.parse(
        """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc\
yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/\
V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()
    )

    assert (asked.old, len(asked.proof), asked.head.size) == (20_852_014, 4, 20_852_163)
    assert len(asked.note.signatures) == 2


def test_no_more_than_63_hashes_are_read(log) -> None:
    Request.parse(body(1, [bytes(32)] * 63, log.signed(5)))

    with pytest.raises(TanluError, match="TL634"):
        Request.parse(body(1, [bytes(32)] * 64, log.signed(5)))


def test_monitors_get_what_was_cosigned(witness, log) -> None:
    path = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert witness.answer("GET", path, b"").status == 404
    add(witness, log, 0, 5)
    given = note.Note.parse(witness.answer("GET", path, b"").body)

    assert checkpoint.Checkpoint.parse(given.text) == log.head(5)
    assert [one.name for one in given.signatures] == [ORIGIN, NAME]
    assert witness.answer("GET", f"/{'0' * 64}/checkpoint", b"").status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/add-checkpoint", 405), ("POST", "/", 404), ("GET", "/../state", 404)],
)
def test_other_questions_have_no_answer(witness, method, path, status) -> None:
    assert witness.answer(method, path, b"").status == status


def test_a_prefix_before_the_path_is_a_matter_of_the_proxy(witness, log) -> None:
    asked = body(0, [], log.signed(5))

    assert witness.answer("POST", "/some/prefix/add-checkpoint", asked).status == 200


def test_nothing_is_signed_that_is_not_remembered(witness, log) -> None:
    witness.state._base.execute("DROP TABLE seen")
    answer = add(witness, log, 0, 5)

    assert answer.status == 500
    assert "—" not in answer.body.decode()


def histories(folder):
    one, two = SmallLog(folder / "one"), SmallLog(folder / "two")
    one.entries = [b"entry %d" % n for n in range(12)]
    two.entries = [*one.entries[:4], *(b"other %d" % n for n in range(8))]
    return one, two


requests = st.lists(
    st.tuples(st.booleans(), st.integers(0, 12), st.integers(0, 12), st.booleans()), max_size=30
)


@given(asked=requests)
def test_whatever_is_asked_only_one_history_is_ever_cosigned(tmp_path_factory, asked) -> None:
    folder = tmp_path_factory.mktemp("w")
    logs = histories(folder)
    state = WitnessState(folder / "state")
    witness = Witness(NAME, KEY, {ORIGIN: [note.Verifier.parse(logs[0].vkey)]}, state)
    cosigned: list[tuple[int, bytes]] = []
    for which, old, size, guess in asked:
        # half of the requests go on from where the witness stands, the others from anywhere
        seen = state.seen(ORIGIN)
        begin = (seen.size if seen else 0) if guess else old
        if add(witness, logs[which], begin, size).status == 200:
            cosigned.append((size, logs[which].head(size).root))
    state.close()

    assert [size for size, _ in cosigned] == sorted(size for size, _ in cosigned)
    assert any(all(root == log.head(size).root for size, root in cosigned) for log in logs)


@given(
    raw=st.one_of(
        st.binary(max_size=300),
        st.tuples(st.integers(0, 2**70), st.binary(max_size=200)).map(
            lambda both: b"old %d\n" % both[0] + both[1]
        ),
    )
)
def test_any_bytes_have_an_answer(tmp_path_factory, raw) -> None:
    witness = Witness(NAME, KEY, {}, WitnessState(tmp_path_factory.getbasetemp() / "state"))

    assert witness.add_checkpoint(raw, at_s=AT_S).status in (400, 404)
    witness.state.close()


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_changed_bit_of_a_request_is_refused_or_without_meaning(
    tmp_path_factory, place, bit
) -> None:
    folder = tmp_path_factory.mktemp("w")
    log, _ = histories(folder)
    state = WitnessState(folder / "state")
    witness = Witness(NAME, KEY, {ORIGIN: [note.Verifier.parse(log.vkey)]}, state)
    assert add(witness, log, 0, 5).status == 200
    raw = bytearray(body(5, log.prove(5, 9), log.signed(9)))
    raw[place % len(raw)] ^= 1 << bit
    answer = witness.add_checkpoint(bytes(raw), at_s=AT_S)
    # the last bits of a signature's base64 mean nothing: Go does not look at them either
    if answer.status == 200:
        assert state.seen(ORIGIN)[:2] == (9, log.head(9).root)
    else:
        assert answer.status in (400, 403, 404, 409, 422)
        assert state.seen(ORIGIN).size == 5
    state.close()


def test_requests_at_the_same_time_never_take_a_log_back(witness, log) -> None:
    sizes = list(range(1, 10)) * 4

    def one(size: int) -> int:
        for _ in range(40):
            seen = witness.state.seen(ORIGIN)
            old = seen.size if seen else 0
            if old >= size:
                return 0
            answer = add(witness, log, old, size)
            if answer.status == 200:
                return size
        return -1

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(one, sizes))

    assert -1 not in done
    assert witness.state.seen(ORIGIN)[:2] == (9, log.head().root)
    assert sorted(filter(None, done)) == sorted(set(filter(None, done)))


def test_who_comes_second_is_told_where_the_first_went(witness, log, monkeypatch) -> None:
    add(witness, log, 0, 3)
    before = witness.state.seen(ORIGIN)
    add(witness, log, 3, 7)
    # this request read the memory before the other one wrote it
    monkeypatch.setattr(witness.state, "seen", lambda _: before)
    answer = add(witness, log, 3, 5)

    assert (answer.status, answer.body) == (409, b"7\n")
