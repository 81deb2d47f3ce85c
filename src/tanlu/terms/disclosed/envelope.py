"""The file of a disclosure: words deflated with a dictionary, hashes and signatures as they are.

A statement is deterministic CBOR, so its bytes follow from what it says: they are not sent but
made again. Every hash of a path has its one place, so no path says how long it is.
"""

from __future__ import annotations

import zlib
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.disclosed.paths import places, position
from tanlu.terms.proof import cbor, cose, note

__all__ = ["Disclosure", "Piece", "dictionary"]

MAGIC = b"TLD\x02"
MAX_BYTES = 1 << 20
MAX_WORDS = 4 << 20
MAX_LEAVES = 8192
HASH, SALT, SIGNATURE = 32, 16, 64
TYPE, KINDS = "batch", ("tanlu/batch/v1", "tanlu/batch/v2")
# what a batch says in bytes, and what in words
HASHES = ("part", "blocks", "schema", "root")
WORDS = ("type", "table", "version", "groups", "columns", "n")


@cache
def dictionary() -> bytes:
    """Give the words that are known beforehand; format 2 means exactly these bytes."""
    return resources.files("tanlu.terms.disclosed").joinpath("dictionary.bin").read_bytes()


class Piece(NamedTuple):
    """What is shown of one part: some groups of some records, and the statement of the part.

    ``salts`` and ``data`` stand in the order of records, within a record in that of groups.
    """

    statement: cose.Statement
    entry: int
    records: tuple[int, ...]
    groups: tuple[int, ...]
    salts: tuple[bytes, ...]
    data: tuple[bytes, ...]
    path: tuple[bytes, ...]

    def leaves(self) -> tuple[int, dict[int, bytes]]:
        """Give the size of the salted tree, and the hash of each shown leaf by its place.

        Raises
        ------
        TanluError
            TL851 when a leaf is of no record or group of the part.
        """
        batch = self.statement.content
        kind, records, groups = batch["type"], batch["n"], len(batch["groups"])
        shown = [(record, group) for record in self.records for group in self.groups]
        found = {
            position(kind, records, groups, record, group): sha256(b"\x00" + salt + data).digest()
            for (record, group), salt, data in zip(shown, self.salts, self.data, strict=True)
        }
        return records * groups, found


class Disclosure(NamedTuple):
    """What somebody shows of a subject, with everything from which another checks it."""

    subject: str
    pieces: tuple[Piece, ...]
    origin: str
    size: int
    root: bytes
    signatures: tuple[note.Signature, ...]
    path: tuple[bytes, ...]

    def encode(self) -> bytes:
        """Give the file.

        Raises
        ------
        TanluError
            TL850 when it is larger than a disclosure may be, or a statement is no batch.
        """
        words = [
            self.subject,
            self.origin,
            self.size,
            [[one.name, len(one.signature)] for one in self.signatures],
            [_words(piece) for piece in self.pieces],
        ]
        packed = _deflated(cbor.encode(words))
        hashes = [_hashes(piece) for piece in self.pieces]
        marks = [one.key_id + one.signature for one in self.signatures]
        body = b"".join([*hashes, self.root, *marks, *self.path])
        found = MAGIC + len(packed).to_bytes(3, "big") + packed + body
        if Disclosure.decode(found) != self:
            raise _wrong("a statement or path is not as the format has it")
        return found

    @classmethod
    def decode(cls, data: bytes) -> Disclosure:
        """Give the disclosure of a file; only its form is checked.

        Raises
        ------
        TanluError
            TL850 for anything else, TL851 for a leaf of no record or group.
        """
        if not data.startswith(MAGIC) or len(data) > MAX_BYTES:
            raise _wrong("it does not begin as one, or is larger than 1 MiB")
        end = 7 + int.from_bytes(data[4:7], "big")
        try:
            return _read(cbor.decode(_inflated(data[7:end])), _Bytes(data, end))
        except TanluError as error:
            if error.code in ("TL850", "TL851"):
                raise
            raise _wrong(str(error)) from error
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise _wrong("its words are not in their form") from error

    @property
    def note(self) -> bytes:
        """The signed checkpoint of the log, byte for byte as the log gave it."""
        text = f"{self.origin}\n{self.size}\n{note.encoded(self.root)}\n"
        return note.Note(text, self.signatures).encode()


class _Bytes:
    """The bytes behind the words, taken from front to back."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, size: int) -> bytes:
        """Give the next bytes."""
        found = self.data[self.at : self.at + size]
        self.at += size
        if len(found) < size:
            raise _wrong("it ends too early")
        return found

    def many(self, size: int, count: int) -> tuple[bytes, ...]:
        """Give so many pieces of one size."""
        return tuple(self.take(size) for _ in range(count))


def _words(piece: Piece) -> list[Any]:
    batch, header = piece.statement.content, piece.statement.header
    if piece.statement.type != TYPE or set(batch) != {*HASHES, *WORDS}:
        raise _wrong("the statement is not of a part")
    claims = header[cose.CLAIMS]
    return [
        header[cose.ALGORITHM],
        [claims[cose.ISSUER], claims[cose.SUBJECT], claims[cose.ISSUED]],
        [batch[name] for name in WORDS],
        piece.entry,
        list(piece.records),
        list(piece.groups),
        [data.decode() for data in piece.data],
    ]


def _hashes(piece: Piece) -> bytes:
    said = piece.statement
    batch = [said.content[name] for name in HASHES]
    return b"".join([said.kid, said.signature, *batch, *piece.salts, *piece.path])


def _read(words: Any, left: _Bytes) -> Disclosure:
    subject, origin, size, marks, listed = words
    pieces = tuple(_piece(each, left) for each in listed)
    indices = [piece.entry for piece in pieces]
    known = isinstance(subject, str) and isinstance(origin, str) and isinstance(size, int)
    if not (known and pieces and indices == sorted(set(indices)) and indices[-1] < size < 2**63):
        raise _wrong("its words are not in their form")
    root = left.take(HASH)
    signatures = tuple(
        note.Signature(str(name), left.take(4), left.take(_count(length))) for name, length in marks
    )
    path = left.many(HASH, len(places(size, indices)))
    if left.at != len(left.data):
        raise _wrong("bytes follow its end")
    return Disclosure(subject, pieces, origin, size, root, signatures, path)


def _piece(words: Any, left: _Bytes) -> Piece:
    algorithm, (issuer, subject, issued), batch, index, records, groups, data = words
    said = dict(zip(WORDS, batch, strict=True))
    shown = len(records) * len(groups)
    numbers = [said["version"], said["n"], index, issued, *records, *groups]
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in numbers)
    ordered = records == sorted(set(records)) and groups == sorted(set(groups))
    fits = 0 < shown == len(data) <= MAX_LEAVES and said["n"] < 2**48 and len(said["groups"]) <= 64
    if not (whole and ordered and fits and said["type"] in KINDS and min(numbers) >= 0):
        raise _wrong("its words are not in their form")
    kid, signature = left.take(8), left.take(SIGNATURE)
    content = said | dict(zip(HASHES, left.many(HASH, len(HASHES)), strict=True))
    header = {
        cose.ALGORITHM: algorithm,
        cose.MEDIA: f"application/vnd.tanlu.{TYPE}+cbor",
        cose.KID: kid,
        cose.CLAIMS: {cose.ISSUER: issuer, cose.SUBJECT: subject, cose.ISSUED: issued},
    }
    made = cose.Statement(cbor.encode(header), cbor.encode(content), signature)
    statement = cose.Statement.decode(made.encode())
    salts = left.many(SALT, shown)
    piece = Piece(
        statement, index, tuple(records), tuple(groups), salts,
        tuple(text.encode() for text in data), (),
    )  # fmt: skip
    size, leaves = piece.leaves()
    return piece._replace(path=left.many(HASH, len(places(size, leaves))))


def _count(length: Any) -> int:
    if not isinstance(length, int) or not 0 < length <= 4096:
        raise _wrong("a signature has no such length")
    return length


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary())
    return packer.compress(data) + packer.flush()


def _inflated(data: bytes) -> bytes:
    opener = zlib.decompressobj(-15, dictionary())
    try:
        found = opener.decompress(data, MAX_WORDS)
    except zlib.error as error:
        raise _wrong("its words cannot be inflated") from error
    if not opener.eof or opener.unconsumed_tail or opener.unused_data:
        raise _wrong("its words are larger than 4 MiB, or bytes follow them")
    return found


def _wrong(why: str) -> TanluError:
    return TanluError("TL850", value="disclosure", why=why)
