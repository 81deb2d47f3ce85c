"""Rows read from the flat bytes to which the ledger committed: entries of the 64-record tree.

Their root is in the signed batch statement; what is decoded here is what was signed, and nothing
else of a pack says what a row holds (format of a workspace, section 5).
"""

from __future__ import annotations

import re
import struct
from array import array
from hashlib import sha256
from struct import unpack, unpack_from
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["BLOCK", "Head", "Leaves", "agreed", "entries"]

DOMAIN = "tanlu/block/v1"
SALTED = "tanlu/block/v2"
SALT = re.compile("[0-9a-f]{64}")
GROUPS = ["result", "activity", "places", "parties"]
BLOCK = 64
MOST_ENTRY = 16 << 20
MOST_ROWS = 131_072
# tables whose records have no salted leaves
TELEMETRY = ("position", "reading")
LENGTH_BYTES = 4
ABSENT = 255
CONTROL = bytes(range(32)) + b"\x7f"
WIDTHS = {"i1": "b", "i2": "h", "i4": "i", "i8": "q", "f8": "d"}
SIZES = {"b": 1, "h": 2, "i": 4, "q": 8, "d": 8}


class Head(NamedTuple):
    """The first entry: the table, its schema hash, the rows, and how each column is written."""

    table: str
    schema: str
    rows: int
    forms: Mapping[str, str]

    @classmethod
    def parse(cls, entry: bytes) -> Head:
        """Give the head of its bytes.

        Raises
        ------
        TanluError
            TL720 for bytes that no writer of a part would have written.
        """
        if len(entry.translate(None, CONTROL)) != len(entry) - entry.count(b"\n") - entry.count(
            b"\t"
        ):
            raise _wrong("head", "a control character")
        try:
            *lines, last = entry.decode().split("\n")
        except UnicodeDecodeError:
            raise _wrong("head", "it is not UTF-8") from None
        if last or len(lines) < 4 or lines[0] not in (DOMAIN, SALTED):
            raise _wrong("head", f"it is not of {DOMAIN} or {SALTED}")
        _, table, schema, rows = lines[:4]
        first = 4 + (lines[0] == SALTED)
        if first > 4 and not (len(lines) > 4 and SALT.fullmatch(lines[4])):
            raise _wrong("head", "its salt has not 64 hexadecimal digits")
        if not (rows.isascii() and rows.isdigit() and len(rows) < 8 and str(int(rows)) == rows):
            raise _wrong("head", "the rows are no number")
        forms: dict[str, str] = {}
        for line in lines[first:]:
            name, told, form = line.partition("\t")
            if not told or name in forms or not _known(form):
                raise _wrong("head", f"column {name[:60]} is written in no form that is known")
            forms[name] = form
        if int(rows) > MOST_ROWS:
            raise _wrong("head", f"more than {MOST_ROWS} rows")
        return cls(table, schema, int(rows), forms)


class Leaves:
    """The decoder of a part's entries: feed each once, in order; then take root and columns.

    Parameters
    ----------
    types
        Type (``int64``, ``float64``, ``string``, ``date``) of each column that is wanted.
    rows
        How many rows the part is said to have.
    """

    def __init__(self, types: Mapping[str, str], rows: int) -> None:
        self.types, self.rows = types, rows
        self.hashes: list[bytes] = []
        self.head: Head | None = None
        self.columns: dict[str, list[Any]] = {}
        self._fed = 0

    @property
    def root(self) -> bytes:
        """The root over all entries so far."""
        return tree.root(b"".join(self.hashes))

    def feed(self, entry: bytes) -> None:
        """Take the next entry.

        Raises
        ------
        TanluError
            TL720 for bytes that the head does not announce.
        """
        self.hashes.append(sha256(b"\0" + entry).digest())
        if self.head is None:
            self.head = Head.parse(entry)
            if self.head.rows != self.rows:
                raise _wrong("head", f"{self.head.rows} rows, not {self.rows}")
            self._constants(self.head)
            return
        count = min(BLOCK, self.head.rows - self._fed)
        if count <= 0:
            raise _wrong("entries", "more than the rows need")
        at = 0
        for name, form in self.head.forms.items():
            if form[0] not in "N=":
                at = self._take(entry, at, count, name, form)
        if at != len(entry):
            raise _wrong(f"row {self._fed}", "bytes follow the last column")
        self._fed += count

    def done(self) -> Head:
        """Give the head when all rows are there; raise TL720 if some are not."""
        if self.head is None or self._fed != self.head.rows:
            raise _wrong("entries", "fewer than the rows need")
        return self.head

    def _constants(self, head: Head) -> None:
        for name, type_ in self.types.items():
            form = head.forms.get(name, "N")
            if form == "N":
                self.columns[name] = [None] * head.rows
            elif form[0] == "=":
                self.columns[name] = [_constant(form[1:], type_)] * head.rows
            else:
                self.columns[name] = []

    def _take(self, entry: bytes, at: int, count: int, name: str, form: str) -> int:
        """Read a column of a block, append its values if they are wanted, give where it ends."""
        wanted = self.columns.get(name)
        if form[0] == "d":
            codes = _slice(entry, at, count)
            if wanted is not None:
                _same_type(name, self.types[name], "string")
                texts: list[str | None] = [*form.split("\t")[1:]]
                texts += [None] * (ABSENT + 1 - len(texts))
                if any(len(form.split("\t")) - 1 <= code < ABSENT for code in set(codes)):
                    raise _wrong(name, "a code names no text of the list")
                wanted += [texts[code] for code in codes]
            return at + count
        present = None
        if form.endswith("?"):
            present = _slice(entry, at, count)
            at += count
        if form[0] == "s":
            return self._texts(entry, at, count, name, present)
        code = WIDTHS[form[:2]]
        size = SIZES[code] * count
        if wanted is not None:
            _same_type(name, self.types[name], "float64" if code == "d" else "int64")
            values: Iterable[Any] = unpack(f"<{count}{code}", _slice(entry, at, size))
            wanted += _nulled(values, present)
        return at + size

    def _texts(self, entry: bytes, at: int, count: int, name: str, present: bytes | None) -> int:
        sizes = array("I", unpack(f"<{count}I", _slice(entry, at, 4 * count)))
        at += 4 * count
        end = at + sum(sizes)
        if end > len(entry):
            raise _wrong(name, "a text ends behind its block")
        if len(entry[at:end].translate(None, CONTROL)) != end - at:
            raise _wrong(name, "a text has a control character")
        wanted = self.columns.get(name)
        if wanted is not None:
            _same_type(name, self.types[name], "string")
            try:
                wanted += _nulled(_cut(entry, at, sizes), present)
            except UnicodeDecodeError:
                raise _wrong(name, "a text is not UTF-8") from None
        return end


def agreed(head: Head, batch: Mapping[str, Any]) -> bool:
    """Tell whether the columns of a head are those that a batch statement tells by group.

    One of telemetry tells none: its columns stand in the head, which its root covers.
    """
    if batch.get("type") == "tanlu/batch/v3":
        return head.table in TELEMETRY and not {"columns", "groups", "root"} & batch.keys()
    told = batch.get("columns")
    if batch.get("groups") != GROUPS or not isinstance(told, list) or len(told) != len(GROUPS):
        return False
    if not all(isinstance(each, list) for each in told):
        return False
    return sorted(str(name) for group in told for name in group) == sorted(head.forms)


def entries(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the entries of a file: each a length of 4 bytes, big endian, and its bytes.

    Raises
    ------
    TanluError
        TL720 for a file that ends within one, TL706 for one of more than 16 MiB.
    """
    held = bytearray()
    at = 0
    for piece in pieces:
        held += piece
        while len(held) - at >= LENGTH_BYTES:
            (size,) = unpack_from(">I", held, at)
            if size > MOST_ENTRY:
                raise TanluError("TL706", value="entries", why=f"more than {MOST_ENTRY} bytes")
            end = at + LENGTH_BYTES + size
            if end > len(held):
                break
            yield bytes(held[at + LENGTH_BYTES : end])
            at = end
        del held[:at]
        at = 0
    if held:
        raise _wrong("entries", "the file ends within one")


def _known(form: str) -> bool:
    if form[:1] == "d":
        texts = form.split("\t")
        return texts[0] == "d" and 1 < len(texts) <= BLOCK + 1
    plain = form.removesuffix("?")
    return form == "N" or form[:1] == "=" or plain in WIDTHS or plain == "s"


def _constant(text: str, type_: str) -> Any:
    if type_ == "string":
        return text
    try:
        if type_ == "float64":
            return unpack(">d", bytes.fromhex(text))[0]
        value = int(text[:21])
    except (ValueError, struct.error):
        raise _wrong("head", f"{text[:40]} is no {type_}") from None
    if str(value) != text or not -(2**63) <= value < 2**63:
        raise _wrong("head", f"{text[:40]} is no {type_}")
    return value


def _same_type(name: str, wanted: str, found: str) -> None:
    if (found == "int64" and wanted == "date") or found == wanted:
        return
    raise _wrong(name, f"it holds {found} where the table has {wanted}")


def _slice(entry: bytes, at: int, size: int) -> bytes:
    found = entry[at : at + size]
    if len(found) != size:
        raise _wrong("entries", "one ends too early")
    return found


def _cut(entry: bytes, at: int, sizes: Iterable[int]) -> Iterator[str]:
    for size in sizes:
        yield entry[at : at + size].decode()
        at += size


def _nulled(values: Iterable[Any], present: bytes | None) -> Iterable[Any]:
    if present is None:
        return values
    return [value if told else None for value, told in zip(values, present, strict=True)]


def _wrong(where: str, why: str) -> TanluError:
    return TanluError("TL720", value=where, why=why)
