"""A proof of a fork convicts a log that forked, and no other."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint, note, tree
from tanlu.terms.proof.keys import SigningKey
from tanlu.verify.watch import Equivocation
from tests.logs import SmallLog


@pytest.fixture
def honest(tmp_path):
    return grown(tmp_path / "honest", 40)


@pytest.fixture
def forked(tmp_path):
    made = grown(tmp_path / "forked", 40)
    made.entries[3] = b"rewritten"
    return made


def grown(folder, size: int) -> SmallLog:
    made = SmallLog(folder)
    made.entries = [b"entry %d" % n for n in range(size)]
    return made


def between(small: SmallLog, m: int, large: SmallLog, n: int) -> Equivocation:
    levels = tree.levels(tree.row(large.entries[:n]))
    return Equivocation.between(small.vkey, small.signed(m), large.signed(n), levels)


@given(sizes=st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted))
def test_any_two_trees_of_one_history_are_consistent(tmp_path_factory, sizes) -> None:
    log = grown(tmp_path_factory.getbasetemp(), 40)
    m, n = sizes

    assert between(log, m, log, n).judge().verdict == "consistent"


@pytest.mark.parametrize(("m", "n"), [(4, 4), (4, 5), (5, 9), (8, 9), (8, 16), (31, 40), (40, 40)])
def test_two_histories_are_a_fork(honest, forked, m, n) -> None:
    judged = between(honest, m, forked, n).judge()

    assert (judged.verdict, judged.sizes) == ("forked", (m, n))
    assert judged.roots == (honest.head(m).root, forked.head(n).root)


def test_histories_that_part_later_are_not_yet_a_fork(honest, forked) -> None:
    assert between(honest, 3, forked, 40).judge().verdict == "consistent"


def test_an_empty_tree_with_another_root_is_a_fork(honest) -> None:
    head = checkpoint.Checkpoint(honest.origin, 0, bytes(32))
    proof = between(honest, 0, honest, 7)._replace(smaller=checkpoint.signed(head, honest.key))

    assert proof.judge().verdict == "forked"


def test_nobody_convicts_an_honest_log_with_a_made_up_path(honest, forked) -> None:
    sound = between(honest, 5, honest, 9)
    made_up = [
        sound._replace(root=bytes(32)),
        sound._replace(path=()),
        sound._replace(path=(*sound.path[:-1], bytes(32))),
        sound._replace(root=forked.head(5).root, path=between(forked, 5, forked, 9).path),
    ]

    assert [each.judge().verdict for each in made_up] == ["void"] * 4


def test_another_key_convicts_nobody(honest, forked, tmp_path) -> None:
    thief = SmallLog(tmp_path / "thief", key=SigningKey(bytes(32)))
    thief.entries = forked.entries
    proof = between(honest, 5, thief, 9)

    for vkey in (honest.vkey, thief.vkey):
        with pytest.raises(TanluError, match="TL632"):
            proof._replace(vkey=vkey).judge()


def test_logs_of_two_names_or_in_the_wrong_order_are_no_pair(honest, forked, tmp_path) -> None:
    other = SmallLog(tmp_path / "other", origin="other.example")
    other.entries = forked.entries
    with pytest.raises(TanluError, match="TL632"):
        between(honest, 5, other, 9).judge()
    turned = between(honest, 5, forked, 9)
    with pytest.raises(TanluError, match="TL632"):
        turned._replace(smaller=turned.larger, larger=turned.smaller).judge()


def test_the_file_survives_the_way_there_and_back(honest, forked) -> None:
    proof = between(honest, 5, forked, 9)

    assert Equivocation.decode(proof.encode()) == proof
    assert proof.encode().endswith(b"}\n")


@pytest.mark.parametrize(
    "change",
    [
        {"type": "tanlu/equivocation/v2"}, {"more": 1}, {"path": "x"}, {"path": [7]},
        {"path": ["AAAA"]}, {"path": ["A" * 43 + "="] * 65}, {"root": None}, {"root": "!"},
        {"vkey": 7}, {"smaller": None}, {"larger": "\ud800"},
    ],
)  # fmt: skip
def test_another_form_is_refused(honest, forked, change) -> None:
    said = {**json.loads(between(honest, 5, forked, 9).encode()), **change}

    with pytest.raises(TanluError, match="TL632"):
        Equivocation.decode(json.dumps(said).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b" " * 4_000_001])
def test_what_is_no_json_object_is_refused(data) -> None:
    with pytest.raises(TanluError, match="TL632"):
        Equivocation.decode(data)


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_changed_bit_never_convicts_an_honest_log(tmp_path_factory, place, bit) -> None:
    log = grown(tmp_path_factory.getbasetemp(), 12)
    raw = bytearray(between(log, 5, log, 12).encode())
    raw[place % len(raw)] ^= 1 << bit
    try:
        verdict = Equivocation.decode(bytes(raw)).judge().verdict
    except TanluError:
        verdict = "void"

    assert verdict != "forked"


def test_two_names_under_one_key_are_two_logs(honest, forked) -> None:
    text = forked.head(9)._replace(origin="other.example").text
    line = note.sign(text, honest.origin, honest.key)
    proof = between(honest, 5, forked, 9)
    with pytest.raises(TanluError, match="TL632"):
        proof._replace(larger=note.Note(text, (line,)).encode()).judge()
