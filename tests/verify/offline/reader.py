"""Read a selective disclosure by docs/*/reference/format.md alone, with the standard library.

``python reader.py FILE PAGE`` prints one line of JSON, or says what does not hold and exits with 1.
The dictionary is read from the page itself. Signatures are left to those who have keys.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any


def hold(*, truth: bool, what: str) -> None:
    if not truth:
        raise SystemExit(f"does not hold: {what}")


# ── deterministic CBOR, both ways ──


def item(data: bytes, at: int) -> tuple[Any, int]:
    major, info, at = data[at] >> 5, data[at] & 31, at + 1
    if info >= 24:
        size = 1 << info - 24
        info, at = int.from_bytes(data[at : at + size], "big"), at + size
    if major == 0:
        return info, at
    if major == 1:
        return -1 - info, at
    if major == 3:
        return data[at : at + info].decode(), at + info
    hold(truth=major == 4, what="words")
    held = []
    for _ in range(info):
        value, at = item(data, at)
        held.append(value)
    return held, at


def head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes((major << 5 | number,))
    size = next(each for each in (1, 2, 4, 8) if number < 1 << 8 * each)
    return bytes((major << 5 | 23 + size.bit_length(),)) + number.to_bytes(size, "big")


def cbor(value: Any) -> bytes:
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted((cbor(key), cbor(each)) for key, each in value.items())
    return head(5, len(pairs)) + b"".join(key + each for key, each in pairs)


# ── sections 6, 7 and 10 ──


def place(kind: str, n: int, record: int, group: int) -> int:
    if kind == "tanlu/batch/v1":
        return 4 * record + group
    block, rest = divmod(record, 64)
    return 256 * block + group * min(64, n - 64 * block) + rest


def climb(size: int, known: dict[int, bytes], take: Any) -> bytes:
    """Climb from leaves to the root, taking what is not known from the path."""
    while size > 1:
        above = {}
        for at in sorted(known):
            beside = at ^ 1
            if at & 1 and beside in known:
                continue
            if beside >= size:
                above[at >> 1] = known[at]
                continue
            other = known[beside] if beside in known else take(32)
            pair = other + known[at] if at & 1 else known[at] + other
            above[at >> 1] = sha256(b"\x01" + pair).digest()
        known, size = above, (size + 1) // 2
    return known[0]


def read(data: bytes, dictionary: bytes) -> dict[str, Any]:
    hold(truth=data[:4] == b"TLD\x02", what="beginning")
    end = 7 + int.from_bytes(data[4:7], "big")
    opener = zlib.decompressobj(-15, dictionary)
    words = opener.decompress(data[7:end], 4 << 20)
    hold(truth=opener.eof and not opener.unused_data, what="deflate")
    (subject, origin, size, marks, pieces), _ = item(words, 0)
    left = iter(data[end:])

    def take(count: int) -> bytes:
        return bytes(next(left) for _ in range(count))

    entries, shown = {}, []
    for algorithm, (issuer, about, issued), batch, index, records, groups, lines in pieces:
        kid, signature = take(8), take(64)
        names = ("type", "table", "version", "groups", "columns", "n")
        said = dict(zip(names, batch, strict=True))
        said |= {name: take(32) for name in ("part", "blocks", "schema", "root")}
        leaves = [(record, group) for record in records for group in groups]
        salts = [take(16) for _ in leaves]
        known = {
            place(said["type"], said["n"], *leaf): sha256(b"\x00" + salt + line.encode()).digest()
            for leaf, salt, line in zip(leaves, salts, lines, strict=True)
        }
        hold(truth=climb(4 * said["n"], known, take) == said["root"], what="root of the part")
        media = "application/vnd.tanlu.batch+cbor"
        header = {1: algorithm, 3: media, 4: kid, 15: {1: issuer, 2: about, 6: issued}}
        entry = b"\xd2" + cbor([cbor(header), {}, cbor(said), signature])
        entries[index] = sha256(b"\x00" + entry).digest()
        shown.append({"table": said["table"], "lines": lines, "entry": entry.hex()})
    root = take(32)
    for _, length in marks:
        take(4 + length)
    hold(truth=climb(size, entries, take) == root, what="root of the log")
    hold(truth=next(left, None) is None, what="end")
    return {"subject": subject, "origin": origin, "root": root.hex(), "shown": shown}


if __name__ == "__main__":
    page = Path(sys.argv[2]).read_text(encoding="utf-8")
    (block,) = re.findall(r"```text\n([A-Za-z0-9+/=\n]{2000,})```", page)
    found = read(Path(sys.argv[1]).read_bytes(), base64.b64decode(block))
    print(json.dumps(found))  # noqa: T201
