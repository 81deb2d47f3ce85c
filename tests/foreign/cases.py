"""What is shown to clients of others: claims of a log of ours, and the same claims falsified."""

from __future__ import annotations

import base64
import copy
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tanlu.store.log import Folder, TileLog
from tanlu.terms.proof import checkpoint, note
from tanlu.terms.proof.cose import Statement
from tanlu.terms.proof.keys import SigningKey
from tests.logs import KEY, ORIGIN, SmallLog

PREPARER = SigningKey(bytes([1]) * 32)
WITNESS = SigningKey(bytes([2]) * 32)
SIZE = 600
INDICES = (0, 1, 254, 255, 256, 511, 512, 599)
OLDER = (1, 2, 255, 256, 257, 512, 599, 600)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def statement(n: int) -> bytes:
    payload = {"type": "tanlu/batch/v1", "n": n, "table": "emission"}
    return Statement.sign(
        PREPARER, type="batch", issuer="urn:tanlu:org:example", subject=f"urn:tanlu:batch:{n}",
        issued_s=1_700_000_000 + n, payload=payload,
    ).encode()  # fmt: skip


class Log(SmallLog):
    """A log that the store writes, with the small one beside it for what could be said falsely."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.real = TileLog.begin(Folder(folder), ORIGIN, KEY)
        self.entries = [statement(n) for n in range(SIZE)]
        # several appends and checkpoints, as a ledger grows
        for first, last in ((0, 1), (1, 255), (255, 257), (257, SIZE)):
            self.real.append(self.entries[first:last])
            self.real.checkpoint()
        self.real.replace(cosigned(self))


def log_in(folder: Path) -> Log:
    return Log(folder)


def cosigned(log: SmallLog, size: int | None = None) -> bytes:
    signed = note.Note.parse(log.signed(size))
    line = checkpoint.cosign(signed.text, "witness.example/w", WITNESS, 1_800_000_000)
    return signed._replace(signatures=(*signed.signatures, line)).encode()


def claims(log: Log) -> dict[str, Any]:
    return {
        "vkey": log.vkey,
        "note": log.real.signed.decode(),
        "inclusions": [
            {
                "Index": index,
                "Entry": b64(log.entries[index]),
                "Path": [b64(each) for each in log.real.inclusion(index)],
            }
            for index in INDICES
        ],
        "consistencies": [
            {
                "Older": cosigned(log, size).decode(),
                "Path": [b64(each) for each in log.real.consistency(size)],
            }
            for size in OLDER
        ],
        "statements": [
            {"Statement": b64(log.entries[index]), "Public": b64(PREPARER.public)}
            for index in INDICES
        ],
    }


def flipped(text: str, at: int = 0) -> str:
    """Change one bit of what base64 tells."""
    raw = bytearray(base64.b64decode(text))
    raw[at] ^= 1
    return b64(bytes(raw))


def falsified(told: dict[str, Any]) -> dict[str, tuple[dict[str, Any], str]]:
    """Give claims with one falsehood each, and of which kind all claims must then be refused."""
    made = {}

    def change(name: str, kind: str, how: Any) -> None:
        twin = copy.deepcopy(told)
        how(twin)
        made[name] = (twin, kind)

    lines = told["note"].split("\n")
    signature = lines[4].split(" ")
    other = " ".join([*signature[:2], flipped(signature[2], 20)])

    def each(kind: str, how: Any) -> Any:
        return lambda twin: [how(one) for one in twin[kind]]

    change("signature", "note", lambda t: t.update(note=told["note"].replace(lines[4], other)))
    change("size", "note", lambda t: t.update(note=told["note"].replace("\n600\n", "\n601\n")))
    change(
        "root", "note", lambda t: t.update(note=told["note"].replace(lines[2], flipped(lines[2])))
    )
    change(
        "entry", "inclusions", each("inclusions", lambda o: o.update(Entry=flipped(o["Entry"], 9)))
    )
    change(
        "path",
        "inclusions",
        each("inclusions", lambda o: o["Path"].insert(0, flipped(o["Path"].pop(0)))),
    )
    change("short path", "inclusions", each("inclusions", lambda o: o["Path"].pop()))
    change("long path", "inclusions", each("inclusions", lambda o: o["Path"].append(o["Path"][0])))
    change("place", "inclusions", each("inclusions", lambda o: o.update(Index=o["Index"] ^ 1)))
    change("older root", "consistencies", each("consistencies", _other_root))
    change(
        "statement",
        "statements",
        each("statements", lambda o: o.update(Statement=flipped(o["Statement"], -1))),
    )
    change("key", "statements", each("statements", lambda o: o.update(Public=b64(WITNESS.public))))
    return made


def _other_root(one: dict[str, Any]) -> None:
    old = checkpoint.Checkpoint.parse(note.Note.parse(one["Older"].encode()).text)
    forged = checkpoint.signed(old._replace(root=bytes(32)), SmallLog(Path()).key)
    one["Older"] = forged.decode()


def needed(program: str) -> str:
    """Give where a program is; absent, the test skips, but fails where all was provided."""
    found = shutil.which(program)
    return found or absent(program)


def absent(what: str) -> Any:
    if os.environ.get("TANLU_PROVISIONED"):
        pytest.fail(f"{what} is absent although tools/house/provision ran")
    pytest.skip(f"FOREIGN CLIENT ABSENT: {what}; tools/house/provision installs it")


def asked(command: list[str], told: dict[str, Any]) -> dict[str, Any]:
    """Give what a client says to claims."""
    done = subprocess.run(
        command, input=json.dumps(told), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    verdicts: dict[str, Any] = json.loads(done.stdout)
    return verdicts


__all__ = [
    "INDICES", "OLDER", "PREPARER", "SIZE", "absent", "asked", "b64", "claims", "cosigned",
    "falsified", "flipped", "log_in", "needed", "statement",
]  # fmt: skip
