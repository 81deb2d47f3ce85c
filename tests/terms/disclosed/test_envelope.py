from __future__ import annotations

import zlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.disclosed import BY_BLOCK, Disclosure, Piece, collected, position
from tanlu.terms.disclosed.envelope import MAGIC, MAX_WORDS, dictionary
from tanlu.terms.proof import cbor, cose, keys, note, tree

GROUPS = ["result", "activity"]
KEY = keys.SigningKey(b"k" * 32)


def disclosure(records: int = 70, rows: tuple[int, ...] = (3, 4), groups=(0,)) -> Disclosure:
    """A disclosure of a part of texts, alone in its log."""
    entries = {
        position(BY_BLOCK, records, 2, row, group): bytes([group]) * 16 + f"{row}.{group}".encode()
        for row in range(records)
        for group in range(2)
    }
    levels = tree.levels(tree.row(entries[place] for place in range(2 * records)))
    shown = [(row, group) for row in rows for group in groups]
    payload = {
        "type": BY_BLOCK, "table": "emission", "version": 8, "part": bytes(32), "blocks": bytes(32),
        "schema": bytes(32), "groups": GROUPS, "columns": [["a"], ["b"]], "n": records,
        "root": levels[-1],
    }  # fmt: skip
    statement = cose.Statement.sign(
        KEY, type="batch", issuer="me", subject="emission/8", issued_s=5, payload=payload
    )
    places = [position(BY_BLOCK, records, 2, *leaf) for leaf in shown]
    path = collected(2 * records, places, lambda level, at: levels[level][32 * at : 32 * at + 32])
    piece = Piece(
        statement, 0, rows, groups,
        tuple(bytes([group]) * 16 for _, group in shown),
        tuple(f"{row}.{group}".encode() for row, group in shown),
        tuple(path),
    )  # fmt: skip
    root = tree.leaf(statement.encode())
    mark = note.Signature("log", b"\1\2\3\4", b"s" * 64)
    return Disclosure("waybill:1", (piece,), "log", 1, root, (mark,), ())


@given(st.sets(st.integers(0, 69), min_size=1, max_size=9), st.sampled_from([(0,), (1,), (0, 1)]))
def test_what_is_written_is_read(rows: set[int], groups: tuple[int, ...]) -> None:
    held = disclosure(rows=tuple(sorted(rows)), groups=groups)

    assert Disclosure.decode(held.encode()) == held


def test_the_dictionary_of_format_2_is_frozen() -> None:
    expected = "edc286e68f86da2b98f0f7d39d1b30decbaeb74279b2eb4508788516cb9e359d"

    assert sha256(dictionary()).hexdigest() == expected


def test_a_statement_is_made_again_byte_for_byte() -> None:
    held = disclosure()
    (again,) = Disclosure.decode(held.encode()).pieces

    assert again.statement.encode() == held.pieces[0].statement.encode()
    assert again.statement.verify(KEY.public)


def test_the_note_is_that_of_the_log() -> None:
    held = disclosure()

    assert note.Note.parse(held.note).signatures == held.signatures
    assert held.note.startswith(b"log\n1\n")


def packed(words: object, body: bytes = b"") -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, 0, dictionary())
    deflated = packer.compress(cbor.encode(words)) + packer.flush()
    return MAGIC + len(deflated).to_bytes(3, "big") + deflated + body


@pytest.mark.parametrize(
    "words",
    [
        None, [], 7, [1, 2, 3, 4, 5], ["s", "o", 1, [], []], ["s", "o", 1, [], [[]]],
        ["s", "o", 1, [["a", -1]], [[-8, ["i", "s", 1], ["t"], 0, [0], [0], ["x"]]]],
    ],
)  # fmt: skip
def test_words_of_another_form_are_refused(words: object) -> None:
    with pytest.raises(TanluError, match="TL850"):
        Disclosure.decode(packed(words, bytes(500)))


def test_a_bomb_is_not_inflated() -> None:
    bomb = packed("x" * (MAX_WORDS + 1))
    assert len(bomb) < 10_000

    with pytest.raises(TanluError, match=r"TL850.*4 MiB"):
        Disclosure.decode(bomb)


def test_more_than_a_mebibyte_is_refused() -> None:
    with pytest.raises(TanluError, match=r"TL850.*1 MiB"):
        Disclosure.decode(MAGIC + bytes(1 << 20))


def test_rows_out_of_order_are_refused() -> None:
    held = disclosure()
    piece = held.pieces[0]._replace(records=(4, 3))

    with pytest.raises(TanluError, match="TL850"):
        held._replace(pieces=(piece,)).encode()


def test_a_statement_that_is_no_batch_has_no_place() -> None:
    held = disclosure()
    other = cose.Statement.sign(
        KEY, type="head", issuer="me", subject="x", issued_s=5, payload={"type": "tanlu/head/v1"}
    )

    with pytest.raises(TanluError, match="TL850"):
        held._replace(pieces=(held.pieces[0]._replace(statement=other),)).encode()


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(data: bytes) -> None:
    for held in (data, MAGIC + data, packed("x", data)):
        with pytest.raises(TanluError, match="TL850"):
            Disclosure.decode(held)
