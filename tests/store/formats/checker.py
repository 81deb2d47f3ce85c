"""Check a workspace of format 1 by docs/*/reference/format.md and by nothing else of Tanlu.

``python checker.py FOLDER`` prints one line of JSON, or says what does not hold and exits with 1.
It needs Polars to read Parquet; every other rule is written out here a second time.
"""

from __future__ import annotations

import base64
import csv
import hmac
import io
import json
import struct
import sys
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any
from zlib import crc32

import polars as pl
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

INTEGERS = (pl.Int64, pl.Date)


def hold(*, truth: bool, what: str) -> None:
    if not truth:
        raise SystemExit(f"does not hold: {what}")


# ── section 2: lines that carry their own hash ──


def canonical(content: object) -> bytes:
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def hashed_line(raw: bytes, what: str) -> dict[str, Any]:
    hold(truth=raw.endswith(b"\n"), what=what)
    content = json.loads(raw)
    hold(truth=canonical(content) == raw[:-1], what=what)
    said = content.pop("line")
    hold(truth=said == sha256(canonical(content)).hexdigest(), what=what)
    return content | {"line": said}


# ── section 7: trees ──


def merkle(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\x01" + merkle(hashes[:half]) + merkle(hashes[half:])).digest()


# ── section 5: the 64-record tree ──


def form(values: list[Any], dtype: object) -> str:
    there = [value for value in values if value is not None]
    if not there:
        return "N"
    mark = "?" if len(there) < len(values) else ""
    same = not mark and all(value == there[0] for value in there)
    if dtype == pl.String:
        if same:
            return f"={there[0]}"
        texts = sorted({text.encode() for text in there})
        return f"s{mark}" if len(texts) > 64 else b"\t".join([b"d", *texts]).decode()
    if dtype == pl.Float64:
        bits = struct.pack(">d", there[0]).hex()
        return f"={bits}" if same and there[0] != 0 else f"f8{mark}"
    if same:
        return f"={there[0]}"
    width = next(
        size
        for size in (1, 2, 4, 8)
        if all(-(1 << 8 * size - 1) <= value < 1 << 8 * size - 1 for value in there)
    )
    return f"i{width}{mark}"


def column_bytes(values: list[Any], how: str) -> bytes:
    if how[0] == "d":
        places = {text: place for place, text in enumerate(how.split("\t")[1:])}
        return bytes(255 if value is None else places[value] for value in values)
    out = bytes(value is not None for value in values) if how.endswith("?") else b""
    if how[0] == "s":
        texts = [(value or "").encode() for value in values]
        return out + b"".join(struct.pack("<I", len(text)) for text in texts) + b"".join(texts)
    if how[0] == "f":
        return out + b"".join(
            struct.pack("<d", 0.0 if value is None else value) for value in values
        )
    width = int(how[1])
    return out + b"".join((value or 0).to_bytes(width, "little", signed=True) for value in values)


def block_root(table: str, schema: str, frame: pl.DataFrame, salt: str) -> str:
    hold(truth=all(t in (*INTEGERS, pl.String, pl.Float64) for t in frame.dtypes), what="types")
    columns = {name: frame[name].to_physical().to_list() for name in frame.columns}
    forms = {name: form(values, frame.schema[name]) for name, values in columns.items()}
    lines = ["tanlu/block/v2" if salt else "tanlu/block/v1", table, schema, str(frame.height)]
    lines += [salt] if salt else []
    lines += [f"{name}\t{how}" for name, how in forms.items()]
    entries = ["".join(line + "\n" for line in lines).encode()]
    entries += [
        b"".join(
            column_bytes(values[first : first + 64], forms[name])
            for name, values in columns.items()
            if forms[name][0] not in "N="
        )
        for first in range(0, frame.height, 64)
    ]
    return merkle([sha256(b"\x00" + entry).digest() for entry in entries]).hex()


# ── section 6: the salted tree ──


def salted_root(frame: pl.DataFrame, groups: list[list[str]], key: bytes) -> str:
    salts = shake_256(b"tanlu/salt/v1" + key).digest(16 * len(groups) * frame.height)
    leaves = []
    for row in frame.iter_rows(named=True):
        for names in groups:
            salt = salts[16 * len(leaves) : 16 * len(leaves) + 16]
            data = ",".join(field(row[name]) for name in names).encode()
            leaves.append(sha256(b"\x00" + salt + data).digest())
    return merkle(leaves).hex()


def erasable_root(frame: pl.DataFrame, groups: list[list[str]], salts: dict[str, Any]) -> str:
    leaves: list[bytes] = []
    for block in range(-(-frame.height // 64)):
        rows = frame.slice(64 * block, 64)
        salted = salts["left"].get(block)
        if salted is None:
            key = b"tanlu/salt/v2" + salts["keys"][32 * block : 32 * block + 32]
            salted = shake_256(key).digest(16 * len(groups) * rows.height)
        number = 0
        for names in groups:
            for row in rows.iter_rows(named=True):
                data = ",".join(field(row[name]) for name in names).encode()
                salt = salted[16 * number : 16 * number + 16]
                gone = salts["gone"].get(len(leaves))
                leaves.append(gone or sha256(b"\x00" + salt + data).digest())
                number += 1
    return merkle(leaves).hex()


def field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and not value:
        return '""'
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([str(value), "x"])
    return text.getvalue().removesuffix(",x")


def cbor(data: bytes) -> Any:
    value, rest = item(data)
    hold(truth=not rest, what="payload")
    return value


def item(data: bytes) -> tuple[Any, bytes]:
    major, info, data = data[0] >> 5, data[0] & 31, data[1:]
    if info >= 24:
        size = 1 << info - 24
        info, data = int.from_bytes(data[:size], "big"), data[size:]
    if major in (0, 1):
        return (info if major == 0 else -1 - info), data
    if major == 7:
        return {20: False, 21: True, 22: None}[info], data
    if major in (2, 3):
        return (data[:info] if major == 2 else data[:info].decode()), data[info:]
    held = []
    for _ in range(info * (2 if major == 5 else 1)):
        value, data = item(data)
        held.append(value)
    return (dict(zip(held[::2], held[1::2], strict=True)) if major == 5 else held), data


# ── section 10: the log ──


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def entries_of(data: bytes, length: int) -> list[bytes]:
    found = []
    while data:
        size = int.from_bytes(data[:length], "big")
        hold(truth=len(data) >= length + size, what="a length in the log")
        found.append(data[length : length + size])
        data = data[length + size :]
    return found


def tile_path(level: str, number: int, width: int) -> str:
    digits = [f"{number % 1000:03}"]
    while number := number // 1000:
        digits.insert(0, f"x{number % 1000:03}")
    return f"tile/{level}/{'/'.join(digits)}" + (f".p/{width}" if width < 256 else "")


def check_tiles(folder: Path, size: int) -> tuple[list[bytes], bytes]:
    """Give the entries under the checkpoint and their root."""
    entries: list[bytes] = []
    for number in range(-(-size // 256)):
        width = min(256, size - 256 * number)
        bundle = entries_of((folder / tile_path("entries", number, width)).read_bytes(), 2)
        hold(truth=len(bundle) == width, what="width of a bundle")
        entries += bundle
    row = [sha256(b"\x00" + entry).digest() for entry in entries]
    root, level = merkle(row), 0
    while row:
        for number in range(-(-len(row) // 256)):
            held = row[256 * number :][:256]
            data = (folder / tile_path(str(level), number, len(held))).read_bytes()
            hold(truth=data == b"".join(held), what=f"tile {number} of level {level}")
        row = [merkle(row[at : at + 256]) for at in range(0, len(row) // 256 * 256, 256)]
        level += 1
    return entries, root


def check_pending(folder: Path, size: int) -> list[bytes]:
    found: list[bytes] = []
    for path in sorted(folder.glob("pending/*")):
        data = path.read_bytes()
        if int(path.name) < size:
            continue
        hold(truth=int(path.name) == size + len(found), what=f"place of {path.name}")
        hold(truth=crc32(data[4:]).to_bytes(4, "big") == data[:4], what=str(path.name))
        for piece in entries_of(data[4:], 4):
            found += entries_of(piece, 2)
    return found


def check_log(folder: Path, keys: Path, lines: list[dict[str, Any]]) -> int:
    """Check the log against the manifest; give how many entries it has."""
    text, _, signatures = (folder / "checkpoint").read_text().partition("\n\n")
    origin, size, root = text.split("\n")
    hold(truth=(folder / "origin").read_text() == f"{origin}\n", what="origin")
    public = Ed25519PrivateKey.from_private_bytes((keys / "log").read_bytes()).public_key()
    raw = public.public_bytes_raw()
    name = sha256(origin.encode() + b"\n\x01" + raw).digest()[:4]
    lined = [line.rpartition(" ") for line in signatures.splitlines()]
    mine = [base64.b64decode(body)[4:] for who, _, body in lined
            if who == f"— {origin}" and base64.b64decode(body)[:4] == name]  # fmt: skip
    hold(truth=any(signed(raw, f"{text}\n".encode(), one) for one in mine), what="checkpoint")
    entries, found = check_tiles(folder, int(size))
    hold(truth=found == base64.b64decode(root), what="root of the log")
    entries += check_pending(folder, int(size))
    known: dict[bytes, bytes] = {}
    covered = 0
    parts = {part["sha256"] for line in lines for part in line.get("parts", [])}
    for index, entry in enumerate(entries):
        hold(truth=entry[:1] == b"\xd2" and len(entry) <= 16_384, what=f"entry {index}")
        protected, beside, payload, signature = cbor(entry[1:])
        header, said = cbor(protected), cbor(payload)
        kind = said["type"].split("/")[1]
        hold(truth=header[3] == f"application/vnd.tanlu.{kind}+cbor", what=f"type of entry {index}")
        if kind == "key" and said["step"] in ("enrol", "rotate"):
            known[sha256(said["public"]).digest()[:8]] = said["public"]
        body = text_of(10) + b"Signature1" + bytes_of(protected) + bytes_of(b"") + bytes_of(payload)
        hold(truth=beside == {} and header[1] == -8, what=f"header of entry {index}")
        hold(truth=signed(known[header[4]], b"\x84" + body, signature), what=f"entry {index}")
        if kind == "batch":
            hold(truth=said["part"].hex() in parts, what=f"part of entry {index}")
        if "line" in said:
            line = lines[said["version"] - 1]["line"]
            hold(truth=said["line"].hex() == line, what=f"line of entry {index}")
        covered = max(covered, said["version"] if kind == "head" else 0)
    batches = {cbor(cbor(entry[1:])[2])["part"].hex() for entry in entries
               if b"vnd.tanlu.batch+" in entry}  # fmt: skip
    for line in lines[:covered]:
        there = {part["sha256"] for part in line.get("parts", []) if not part["personal"]}
        hold(truth=there <= batches, what=f"statements of version {line['version']}")
    return len(entries)


def text_of(size: int) -> bytes:
    return bytes((0x60 | size,))


def bytes_of(data: bytes) -> bytes:
    size = len(data)
    if size < 24:
        return bytes((0x40 | size,)) + data
    width = next(power for power in range(4) if size < 1 << 8 * (1 << power))
    return bytes((0x58 + width,)) + size.to_bytes(1 << width, "big") + data


# ── the whole workspace ──


def check(folder: Path) -> dict[str, Any]:
    about = hashed_line((folder / "workspace.json").read_bytes(), "workspace.json")
    hold(truth=about["format"] == 1, what="format")
    secret = (folder / "keys/secret").read_bytes()
    hold(truth=about["secret"] == sha256(b"tanlu/secret/v1\n" + secret).hexdigest(), what="secret")
    bound = {name: value for name, value in about.items() if name not in ("format", "line")}
    head = sha256(b"tanlu/manifest/v1\n" + canonical(bound)).hexdigest()
    lines = []
    for raw in (folder / "manifest.jsonl").read_bytes().splitlines(keepends=True):
        line = hashed_line(raw, f"line {len(lines) + 1}")
        hold(truth=line["prev"] == head, what=f"prev of line {len(lines) + 1}")
        hold(truth=line["version"] == len(lines) + 1, what="version")
        head = line["line"]
        lines.append(line)
    whole = [line for line in lines if not {"leaves", "pseudonym"} & line.keys()]
    erased = {line["file"] for line in whole if line["kind"] == "retire"}
    parts = {part["file"]: part for line in lines for part in line.get("parts", [])}
    seals = {seal["part"]: seal for line in lines for seal in line.get("seals", [])}
    counts = dict.fromkeys(("rows", "sealed", "erased"), 0)
    for file, part in parts.items():
        path = folder / file
        if file in erased:
            hold(truth=not path.exists(), what=f"erasure of {file}")
            counts["erased"] += 1
            continue
        counts["rows"] += part["rows"]
        counts["sealed"] += check_part(folder, part, secret, seals.get(file))
    for path in folder.glob("originals/*"):
        hold(truth=path.name == sha256(path.read_bytes()).hexdigest(), what=str(path.name))
    if (folder / "log").exists():
        counts["stated"] = check_log(folder / "log", folder / "keys", lines)
    return {"head": head, "version": len(lines), "parts": len(parts), **counts}


def check_part(
    folder: Path, part: dict[str, Any], secret: bytes, seal: dict[str, str] | None
) -> bool:
    file = part["file"]
    data = (folder / file).read_bytes()
    frame = pl.read_parquet(data)
    hold(truth=(part["rows"], part["bytes"]) == (frame.height, len(data)), what=file)
    if part["personal"]:
        key = (folder / "keys" / f"{file.replace('/', '-')}.key").read_bytes()
        hold(truth=part["sha256"] == hmac.new(key, data, sha256).hexdigest(), what=file)
        groups = [[], [], [], frame.columns]
        hold(truth=part["root"] == salted_root(frame, groups, key), what=f"root of {file}")
        return False
    hold(truth=part["sha256"] == sha256(data).hexdigest(), what=file)
    salt = pl.read_parquet_metadata(io.BytesIO(data)).get("tanlu-salt", "")
    root = block_root(part["table"], part["schema"], frame, salt)
    hold(truth=part["root"] == root, what=f"root of {file}")
    return seal is not None and check_seal(folder, part, frame, secret, seal)


def check_seal(
    folder: Path, part: dict[str, Any], frame: pl.DataFrame, secret: bytes, seal: dict[str, str]
) -> bool:
    raw = (folder / seal["payload"]).read_bytes()
    hold(truth=seal["sha256"] == sha256(raw).hexdigest(), what=seal["payload"])
    batch = cbor(raw)
    kinds = ("tanlu/batch/v1", "tanlu/batch/v2") if "root" in seal else ("tanlu/batch/v3",)
    hold(truth=batch["type"] == kinds["salts" in seal], what="type of payload")
    said = (batch["part"].hex(), batch["blocks"].hex(), batch["schema"].hex(), batch["n"])
    hold(
        truth=said == tuple(part[name] for name in ("sha256", "root", "schema", "rows")),
        what=f"payload of {part['file']}",
    )
    if "root" not in seal:
        hold(truth=part["table"] in ("position", "reading"), what=f"table of {part['file']}")
        return True
    key = hmac.new(secret, b"batch" + batch["part"], sha256).digest()
    if "salts" in seal:
        salts = cbor((folder / seal["salts"]).read_bytes())
        hold(truth=salts["type"] == "tanlu/salts/v1", what="type of salts")
        root = erasable_root(frame, batch["columns"], salts)
    else:
        root = salted_root(frame, batch["columns"], key)
    hold(truth=root == batch["root"].hex() == seal["root"], what=f"seal of {part['file']}")
    return True


if __name__ == "__main__":
    print(json.dumps(check(Path(sys.argv[1])), sort_keys=True))  # noqa: T201
