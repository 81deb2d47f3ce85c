"""The manifest of an evidence pack: canonical JSON, and exactly the members of the format."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["PART", "ROLES", "TYPE", "Manifest", "canonical", "loads", "role"]

T = TypeVar("T")
Row = TypeVar("Row", bound=tuple[Any, ...])
TYPE, VERSION = "tanlu/pack/v1", 1
MOST_BYTES = 32 << 20
MOST_DEPTH = 16
TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
WHOLE = 2**53
HEX = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
DECIMAL = re.compile(r"0|-?[1-9][0-9]{0,37}")
PART = re.compile(r"parts/([a-z_]{1,40})/([0-9]{8,18}(?:-[1-9][0-9]{0,8})?)\.parquet")
# path -> role; proofs, the manifest and its statement have none
ROLES = {
    "policy": r"policy\.txt",
    "head": r"head\.cose",
    "key": r"keys/(?:0|[1-9][0-9]{0,17})\.cose",
    "batch": r"batches/[a-z_]{1,40}-[0-9]{8,18}(?:-[1-9][0-9]{0,8})?\.cose",
    "workspace": r"ledger/workspace\.json",
    "ledger": r"ledger/manifest\.jsonl",
    "part": r"ledger/parts/[a-z_]{1,40}/[0-9]{8,18}(?:-[1-9][0-9]{0,8})?\.parquet",
    "original": r"ledger/originals/[0-9a-f]{64}",
    "leaves": r"leaves/[a-z_]{1,40}-[0-9]{8,18}(?:-[1-9][0-9]{0,8})?\.entries",
    "spec": r"calc/[a-z][a-z0-9_]{0,62}\.json",
    "calc": r"calc/(?:cases|legs|shares)\.csv",
    "doc": r"docs/.+",
    "credential": r"credentials/.+",
    "disclosure": r"disclosures/.+",
    "sample": r"samples/.+",
}
PATHS = {name: re.compile(pattern) for name, pattern in ROLES.items()}


class File(NamedTuple):
    """A listed file."""

    path: str
    bytes: int
    sha256: str
    role: str
    title: str | None = None


class Total(NamedTuple):
    """A listed total [ug]."""

    profile: str
    gwp_set: str
    boundary: str
    basis: str
    rows: int
    co2e_ug: int


class Part(NamedTuple):
    """A listed part and the place of its batch statement in the log."""

    file: str
    table: str
    rows: int
    place: int

    @property
    def name(self) -> str:
        """What its leaves and its batch statement are called."""
        found = PART.fullmatch(self.file)
        assert found is not None
        return f"{found[1]}-{found[2]}"

    @property
    def version(self) -> int:
        """The commit that wrote it."""
        return int(self.name.rpartition(f"{self.table}-")[2].partition("-")[0])


class Manifest(NamedTuple):
    """What a pack says of itself."""

    ledger: Mapping[str, Any]
    start_us: int
    end_us: int
    calc: Mapping[str, str]
    factorsets: tuple[Mapping[str, str], ...]
    files: Mapping[str, File]
    totals: tuple[Total, ...]
    parts: Mapping[str, Part]
    code_version: str
    supersedes: str | None

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Give the manifest of its bytes.

        Raises
        ------
        TanluError
            TL708 for bytes that are not canonical JSON, TL707 for another type or version, TL709
            for a member that is missing, unknown or not what it must be.
        """
        raw = canonical(data, "manifest.json", MOST_BYTES)
        if not isinstance(raw, dict) or not all(name.isascii() for name in raw):
            raise _wrong("manifest.json", "it is no object")
        if raw.get("type") != TYPE or raw.get("v") is not VERSION:
            other = f"{raw.get('type')} {raw.get('v')}"[:80]
            raise TanluError("TL707", value="manifest.json", why=f"its type is {other}")
        told = _members(raw, "manifest.json", TOP, {"supersedes"})
        period = _members(told["period"], "period", ("start_us", "end_us"))
        start, end = (
            _whole(period[name], f"period.{name}", -WHOLE) for name in ("start_us", "end_us")
        )
        if start >= end:
            raise _wrong("period", "it ends before it begins")
        supersedes = told.get("supersedes")
        return cls(
            ledger=_ledger(told["ledger"]),
            start_us=start,
            end_us=end,
            calc=dict(_listed(told["calc"], "calc", _calc)),
            factorsets=tuple(_list(told["factorsets"], "factorsets", _factorset)),
            files=_by_first(_listed(told["files"], "files", _file)),
            totals=tuple(_listed(told["totals"], "totals", _total, keys=4)),
            parts=_by_first(_listed(told["parts"], "parts", _part)),
            code_version=_text(told["code_version"], "code_version"),
            supersedes=None if supersedes is None else _hex(supersedes, "supersedes"),
        )


TOP = (
    "v", "type", "ledger", "period", "calc", "factorsets", "files", "totals", "parts",
    "code_version",
)  # fmt: skip


def canonical(data: bytes, where: str, most: int, *, wide: bool = False) -> Any:
    """Give the JSON value whose canonical bytes (RFC 8785) these are.

    Numbers are integers below 2**53, or of any size where ``wide``.

    Raises
    ------
    TanluError
        TL706 beyond ``most`` bytes or 16 levels, TL708 for any other spelling.
    """
    if len(data) > most:
        raise TanluError("TL706", value=where, why=f"more than {most} bytes")
    if _deeper(data, MOST_DEPTH):
        raise TanluError("TL706", value=where, why=f"nested deeper than {MOST_DEPTH}")
    try:
        value = loads(
            data,
            MOST_DEPTH,
            parse_float=_refused,
            parse_constant=_refused,
            parse_int=int if wide else _narrow,
        )
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        same = again.encode() == data
    except (ValueError, RecursionError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
        raise TanluError("TL708", value=where, why=why) from None
    if not same:
        raise TanluError("TL708", value=where, why="other bytes than the canonical ones")
    return value


def loads(data: bytes, most: int, **options: Any) -> Any:
    """Give the value of JSON whose keys stand once each and that is nested at most so deep.

    The standard library's reader descends as deep as the interpreter is allowed to, and another
    library in the process may have allowed more than there is stack: depth is counted before.

    Raises
    ------
    ValueError
        For anything else.
    """
    if _deeper(data, most):
        raise ValueError(f"nested deeper than {most}")
    return json.loads(data.decode(), object_pairs_hook=_once, **options)


def role(path: str) -> str:
    """Give the role of a path, nothing if no file of a pack may stand there."""
    return next((name for name, pattern in PATHS.items() if pattern.fullmatch(path)), "")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(text: str) -> None:
    raise ValueError(f"{text[:40]} is no integer")


def _narrow(text: str) -> int:
    found = int(text) if len(text) < 18 else WHOLE
    if not -WHOLE < found < WHOLE:
        raise ValueError(f"{text[:40]} is too large")
    return found


def _deeper(data: bytes, most: int) -> bool:
    """Tell whether brackets are nested deeper than that; those in texts do not count."""
    depth = 0
    for each in re.sub(rb"[^\[\]{}]+", b"", TEXT.sub(b"", data)):
        depth += 1 if each in b"[{" else -1
        if depth > most:
            return True
    return False


def _members(
    value: Any, where: str, names: tuple[str, ...], optional: set[str] | None = None
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "it is no object")
    strange = set(value) ^ set(names)
    if strange - (optional or set()):
        raise _wrong(where, f"missing or unknown: {', '.join(sorted(strange))[:100]}")
    return value


def _ledger(value: Any) -> dict[str, Any]:
    told = _members(value, "ledger", ("id", "zone", "version", "head"))
    _whole(told["version"], "ledger.version", 1)
    _hex(told["head"], "ledger.head")
    for name in ("id", "zone"):
        _text(told[name], f"ledger.{name}")
    return told


def _calc(value: Any, where: str) -> tuple[str, str]:
    told = _members(value, where, ("spec", "sha256"))
    if not NAME.fullmatch(_text(told["spec"], where)):
        raise _wrong(where, "no name of a specification")
    return told["spec"], _hex(told["sha256"], where)


def _factorset(value: Any, where: str) -> dict[str, str]:
    told = _members(value, where, ("pack_id", "semver", "hash", "original"))
    return {name: _text(each, where) for name, each in told.items()}


def _file(value: Any, where: str) -> File:
    told = _members(value, where, ("path", "bytes", "sha256", "role"), {"title"})
    path = _text(told["path"], where)
    if not role(path) or told["role"] != role(path):
        raise _wrong(f"{where} {path}"[:200], "no path of a pack, or not its role")
    title = told.get("title")
    size, digest = _whole(told["bytes"], path), _hex(told["sha256"], path)
    return File(path, size, digest, role(path), None if title is None else _text(title, path))


def _total(value: Any, where: str) -> Total:
    told = _members(value, where, Total._fields)
    profile, gwp_set, boundary, basis = (_text(told[name], where) for name in Total._fields[:4])
    amount = _text(told["co2e_ug"], where)
    if not DECIMAL.fullmatch(amount):
        raise _wrong(where, "an amount is a decimal text")
    rows = _whole(told["rows"], where)
    return Total(profile, gwp_set, boundary, basis, rows, int(amount))


def _part(value: Any, where: str) -> Part:
    told = _members(value, where, ("file", "table", "rows", "index"))
    found = PART.fullmatch(_text(told["file"], where))
    if not found or told["table"] != found[1]:
        raise _wrong(where, "no part of a table")
    return Part(found[0], found[1], _whole(told["rows"], where), _whole(told["index"], where))


def _list(value: Any, where: str, made: Callable[[Any, str], T]) -> list[T]:
    if not isinstance(value, list):
        raise _wrong(where, "it is no list")
    return [made(each, f"{where}[{number}]") for number, each in enumerate(value)]


def _listed(value: Any, where: str, made: Callable[[Any, str], Row], keys: int = 1) -> list[Row]:
    """Give a list in the order of its first members, none of them twice."""
    found = _list(value, where, made)
    named = [each[:keys] for each in found]
    if any(before >= after for before, after in pairwise(named)):
        raise _wrong(where, "it is not in order, or something stands twice")
    return found


def _by_first(rows: list[Row]) -> dict[str, Row]:
    return {row[0]: row for row in rows}


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise _wrong(where, "it is no text of at most 1000 characters")
    return value


def _whole(value: Any, where: str, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise _wrong(where, f"it is no integer of at least {least}")
    return value


def _hex(value: Any, where: str) -> str:
    if not isinstance(value, str) or not HEX.fullmatch(value):
        raise _wrong(where, "it is no SHA-256 in hex")
    return value


def _wrong(where: str, why: str) -> TanluError:
    return TanluError("TL709", value=where, why=why)
