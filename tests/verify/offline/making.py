"""Packs made by hand from a tiny ledger: honest ones, and dishonest ones correctly signed.

It writes what the format document says with the store and the formats of proofs, and knows nothing
of the checker: its own archive, its own log of a few entries, its own chain of lines.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from tests.report.workspace import activities

from tanlu.account import quantify_all, spec
from tanlu.store import block_entries, open_workspace, salt_of
from tanlu.terms import VERSION
from tanlu.terms.proof import checkpoint, cose, keys, note, policy, proofs, registry, tree
from tanlu.verify.offline.ledger import DOMAIN
from tanlu.verify.offline.manifest import role

NOW_S = 1_795_000_000
ORIGIN = "log.example/tanlu"
LOG, PREPARER = keys.SigningKey(b"l" * 32), keys.SigningKey(b"p" * 32)
WITNESSES = {
    name: keys.SigningKey(name[-1].encode() * 32) for name in ("w.example/1", "w.example/2")
}
PERIOD = (1_790_000_000_000_000, 1_800_000_000_000_000)


def vkey(name: str, kind: int, key: keys.SigningKey) -> str:
    return note.Verifier(name, kind, key.public).vkey


def trust(quorum: str = "all") -> str:
    """A policy: this log, and both witnesses."""
    lines = [f"log {vkey(ORIGIN, note.ED25519, LOG)}"]
    lines += [
        f"witness {name.partition('/')[2]} {vkey(name, note.COSIGNATURE, key)}"
        for name, key in WITNESSES.items()
    ]
    return "\n".join([*lines, f"group g {quorum} 1 2", "quorum g", ""])


def canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass
class Draft:
    """What a pack holds before it is sealed; change anything, then seal it."""

    files: dict[str, bytes]
    lines: list[dict[str, Any]]
    payloads: dict[str, dict[str, Any]]
    about: dict[str, Any]
    others: list[tuple[str, keys.SigningKey, str, dict[str, Any]]] = field(default_factory=list)
    signer: keys.SigningKey = PREPARER
    log: keys.SigningKey = LOG
    at_s: int = NOW_S
    witnesses: tuple[str, ...] = tuple(WITNESSES)
    edit: Any = None

    def copy(self) -> Draft:
        return copy.deepcopy(self)

    def seal(self) -> dict[str, bytes]:
        """Give all files of the pack: chained, stated, listed, proved."""
        files = dict(self.files)
        about = copy.deepcopy(self.about)
        files["ledger/manifest.jsonl"], head = chained(self.lines, files["ledger/workspace.json"])
        about["ledger"] |= {"version": len(self.lines), "head": head}
        entries: list[tuple[str, bytes]] = [("keys/0.cose", self._key())]
        for name, payload in sorted(self.payloads.items()):
            entries.append((f"batches/{name}.cose", self._stated("batch", payload)))
        said = {"type": "tanlu/head/v1", "version": len(self.lines), "line": bytes.fromhex(head)}
        entries.append(("head.cose", self._stated("head", said)))
        for path, key, kind, payload in self.others:
            told = payload | {"type": f"tanlu/{kind}/v1"}
            where = path.replace("INDEX", str(len(entries)))
            entries.append((where, stated(key, kind, told)))
        places = {name: index for index, (name, _) in enumerate(entries)}
        for part in about["parts"]:
            part["index"] = places.get(f"batches/{of_part(part['file'])}.cose", 0)
        files |= dict(entries)
        about["files"] = [
            {
                "path": path, "bytes": len(files[path]), "role": role(path),
                "sha256": sha256(files[path]).hexdigest(),
            }
            for path in sorted(files)
        ]  # fmt: skip
        if self.edit:
            self.edit(about)
        files["manifest.json"] = canonical(about)
        digest = sha256(files["manifest.json"]).digest()
        pack = {"type": "tanlu/pack/v1", "manifest": digest}
        entries.append(("statement.cose", self._stated("pack", pack)))
        return files | dict(entries) | self.proved(entries)

    def proved(self, entries: list[tuple[str, bytes]]) -> dict[str, bytes]:
        """Give the proof of each entry under one cosigned checkpoint."""
        levels = tree.levels(tree.row(data for _, data in entries))
        head = checkpoint.Checkpoint(ORIGIN, len(entries), levels[-1])
        signed = note.Note.parse(checkpoint.signed(head, self.log))
        lines = [
            checkpoint.cosign(signed.text, name, WITNESSES[name], self.at_s)
            for name in self.witnesses
        ]
        whole = note.Note(signed.text, (*signed.signatures, *lines)).encode()
        return {
            f"{path.removesuffix('.cose')}.tlog-proof": proofs.TlogProof(
                index, tuple(tree.inclusion(levels, index)), whole
            ).encode()
            for index, (path, _) in enumerate(entries)
        }

    def _key(self) -> bytes:
        told = enrolled(PREPARER, "preparer", "Ledger") | {"type": "tanlu/key/v1"}
        return stated(PREPARER, "key", told)

    def _stated(self, kind: str, payload: dict[str, Any]) -> bytes:
        return stated(self.signer, kind, payload)

    def pack(self) -> bytes:
        return zipped(self.seal())

    # ── leaves ──

    def relisted(self, name: str, entries: list[bytes]) -> None:
        """Put other entries in the place of a part's leaves, with all hashes of them made right."""
        self.files[f"leaves/{name}.entries"] = b"".join(
            len(entry).to_bytes(4, "big") + entry for entry in entries
        )
        root = tree.root(tree.row(entries))
        self.payloads[name]["blocks"] = root
        for line in self.lines:
            for part in line.get("parts", ()):
                if of_part(part["file"]) == name:
                    part["root"] = root.hex()

    def entries(self, name: str) -> list[bytes]:
        data, found = self.files[f"leaves/{name}.entries"], []
        while data:
            size = int.from_bytes(data[:4], "big")
            found.append(data[4 : 4 + size])
            data = data[4 + size :]
        return found

    def rewrite(self, name: str, change: Any) -> None:
        """Change the rows of a part: leaves, file and every hash of them follow."""
        path = f"ledger/parts/{name.rpartition('-')[0]}/{name.rpartition('-')[2]}.parquet"
        frame = change(pl.read_parquet(io.BytesIO(self.files[path])))
        out = io.BytesIO()
        frame.write_parquet(out)
        self.files[path] = out.getvalue()
        digest = sha256(out.getvalue()).hexdigest()
        table = name.rpartition("-")[0]
        self.payloads[name] |= {"part": bytes.fromhex(digest), "n": frame.height}
        for line in self.lines:
            for part in line.get("parts", ()):
                if of_part(part["file"]) == name:
                    part |= {"sha256": digest, "rows": frame.height}
                    _described(part, frame)
        for part in self.about["parts"]:
            if of_part(part["file"]) == name:
                part["rows"] = frame.height
        self.relisted(name, list(block_entries(table, frame, self.payloads[name]["schema"].hex())))

    def part(self, table: str, at: int = 0) -> str:
        """Give the name of the part of a table."""
        return sorted(name for name in self.payloads if name.startswith(f"{table}-"))[at]

    def table(self, name: str) -> tuple[list[str], list[list[str]]]:
        """Give names and lines of a file of calc."""
        rows = [line.split(",") for line in self.files[f"calc/{name}.csv"].decode().splitlines()]
        return rows[0], rows[1:]

    def retable(self, name: str, names: list[str], rows: list[list[str]]) -> None:
        text = "".join(",".join(row) + "\n" for row in [names, *rows])
        self.files[f"calc/{name}.csv"] = text.encode()


def _described(part: dict[str, Any], frame: pl.DataFrame) -> None:
    """Let the ledger's line tell what the rows are, as the store does."""
    if "start" in frame.columns and frame["start"].count():
        part["ranges"]["start"] = [frame["start"].min(), frame["start"].max()]
    if "supersedes" in frame.columns:
        part["superseding"] = frame["supersedes"].count()


def stated(key: keys.SigningKey, kind: str, payload: dict[str, Any]) -> bytes:
    return cose.Statement.sign(
        key, type=kind, issuer=ORIGIN, subject=f"urn:tanlu:{kind}", issued_s=NOW_S, payload=payload
    ).encode()


def enrolled(key: keys.SigningKey, who: str, name: str) -> dict[str, Any]:
    """The payload by which a preparer lets somebody in."""
    return {
        "step": "enrol", "role": who, "name": name, "public": key.public,
        "possession": registry.possession(key, who, name),
    }  # fmt: skip


def chained(lines: list[dict[str, Any]], workspace: bytes) -> tuple[bytes, str]:
    about = json.loads(workspace)
    bound = {name: value for name, value in about.items() if name not in ("format", "line")}
    head = sha256(DOMAIN + canonical(bound)).hexdigest()
    out = []
    for number, line in enumerate(lines, 1):
        content = {**line, "version": line.get("version", number), "prev": head}
        head = sha256(canonical(content)).hexdigest()
        out.append(canonical({**content, "line": head}) + b"\n")
    return b"".join(out), head


def of_part(file: str) -> str:
    return file.removeprefix("parts/").removesuffix(".parquet").replace("/", "-")


def zipped(files: dict[str, bytes], **odd: Any) -> bytes:
    """An archive of the format; ``odd`` changes what zipfile is told of each member."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted(files, key=str.encode):
            info = zipfile.ZipInfo(name, odd.get("date_time", (1980, 1, 1, 0, 0, 0)))
            info.create_system, info.external_attr = 3, odd.get("mode", 0o100644) << 16
            info.compress_type = odd.get("compress_type", zipfile.ZIP_STORED)
            archive.writestr(info, files[name])
    return out.getvalue()


def ledger(folder: Path) -> Any:
    """A ledger of six activities: two legs, a round of two with its fuel, one without a mass."""
    workspace = open_workspace(folder / "ledger", create=True, zone="Asia/Shanghai")
    workspace.append("activity", activities())
    for _ in quantify_all(workspace):
        pass
    for _ in workspace.seal():
        pass
    return workspace


def drafted(workspace: Any, span: tuple[int, int] = PERIOD, *, packs: bool = False) -> Draft:
    """The honest draft of a period of a ledger, with its factor packs if so asked."""
    from tanlu.terms.proof import cbor
    from tanlu.verify.pack.calculating import calculated, tables
    from tanlu.verify.pack.choosing import choose, grounds

    parts_of = choose(workspace, span)
    chosen, cut = parts_of.parts, parts_of.slice
    files = {"ledger/workspace.json": (workspace.path / "workspace.json").read_bytes()}
    payloads, parts = {}, []
    for part in chosen:
        name = of_part(part.file)
        files[f"ledger/{part.file}"] = (workspace.path / part.file).read_bytes()
        frame = pl.read_parquet(workspace.path / part.file)
        files[f"leaves/{name}.entries"] = b"".join(
            len(entry).to_bytes(4, "big") + entry
            for entry in block_entries(
                part.table, frame, part.schema, salt_of(workspace.path / part.file)
            )
        )
        payloads[name] = cbor.decode((workspace.path / "seals" / f"{name}.cbor").read_bytes())
        parts.append({"file": part.file, "table": part.table, "rows": part.rows})
    *_, last = calculated(cut)
    made: Any = last.result
    for name, frame in tables(made).items():
        files[f"calc/{name}.csv"] = frame.write_csv().encode()
    files[f"calc/{spec().name}.json"] = spec().canonical
    known = grounds(workspace, sorted({each["profile"] for each in totals(cut)}))
    for original in known.originals:
        if packs or workspace.originals.get(original).stat().st_size < 2_000:
            files[f"ledger/originals/{original}"] = workspace.originals.get(original).read_bytes()
    files["policy.txt"] = trust().encode()
    lines = [
        {name: value for name, value in json.loads(line).items() if name not in ("prev", "line")}
        for line in (workspace.path / "manifest.jsonl").read_bytes().splitlines()
    ]
    about = {
        "v": 1, "type": "tanlu/pack/v1",
        "ledger": {"id": workspace.id, "zone": workspace.zone},
        "period": {"start_us": span[0], "end_us": span[1]},
        "calc": [{"spec": spec().name, "sha256": spec().sha256}],
        "factorsets": known.factorsets,
        "totals": totals(cut),
        "parts": sorted(parts, key=lambda part: part["file"]),
        "code_version": VERSION,
    }  # fmt: skip
    return Draft(files, lines, payloads, about)


def totals(cut: Any) -> list[dict[str, Any]]:
    by = ["profile", "gwp_set", "boundary", "basis"]
    frame = (
        cut.scan("emission")
        .group_by(by)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("co2e_ug").sum())
    )
    rows = frame.sort(by).collect().to_dicts()
    return [{**row, "co2e_ug": str(row["co2e_ug"])} for row in rows]


@cache
def _honest(place: str) -> Draft:
    return drafted(ledger(Path(place)))


def honest(place: Path) -> Draft:
    """The draft of the tiny ledger, made once."""
    return _honest(str(place)).copy()


def policy_of(text: str) -> policy.Policy:
    return policy.Policy.parse(text)
