"""Build an evidence pack: a slice of a ledger with everything that shows that it holds.

What is large is first written beside the pack and hashed; then the manifest is stated in the log,
and only then the archive is written, so that all proofs end in one checkpoint.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import VERSION, Progress
from tanlu.verify.pack.archive import Archive
from tanlu.verify.pack.calculating import calculated, tables
from tanlu.verify.pack.choosing import choose, grounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tanlu.store import PartEntry, Workspace
    from tanlu.store.log import WorkspaceLog
    from tanlu.verify.pack.choosing import Chosen, Grounds

__all__ = ["batches", "build"]

KEYS = ("key", "device-enrol", "device-revoke")
# what an archive has for each file beside its bytes: two headers, a proof, a line of the manifest
MOST_BYTES, BESIDE = (1 << 32) - 1, 4096


def build(
    workspace: Workspace,
    span: tuple[int, int],
    path: Path,
    *,
    policy: str | None = None,
    beside: Mapping[str, Path] | None = None,
    supersedes: str | None = None,
) -> Iterator[Progress]:
    """Write the evidence pack of a period.

    Parameters
    ----------
    workspace
        A ledger with a log (``tanlu log init``).
    span
        Half-open time [us UTC]: what starts in it is in the pack.
    path
        The file, usually ``*.tlpack``; one that is there is replaced when the new one is whole.
    policy
        The policy that the pack proposes to its reader, that of the log if not said; witnesses
        in it that have an address are asked to cosign the checkpoint.
    beside
        Further files by their path in the pack: ``docs/…``, ``credentials/…``, ``disclosures/…``,
        ``samples/…``.
    supersedes
        SHA-256 of the manifest that this pack replaces, hexadecimal.

    Yields
    ------
    Progress
        In files and activities. The last one's result is a dict: ``path``, ``bytes``, ``parts``,
        ``emissions``, ``manifest`` (hex SHA-256), ``index`` in the log, ``totals``, and
        ``refused``: witnesses that gave no cosignature, and why.

    Raises
    ------
    TanluError
        TL741 when the period holds no emission, TL742 when they cannot be told by today's formulas,
        TL743 when a part or its root is not what the ledger says, TL740 beyond 4 GiB, TL614 when
        the disk refuses; TL6xx when the ledger has no log.
    """
    from tanlu.store.log import log_of

    log = log_of(workspace)
    yield from _quiet(log.catch_up())
    chosen = choose(workspace, span)
    totals = _totals(chosen, span)
    known = grounds(chosen.slice, sorted({each["profile"] for each in totals}), chosen.parts)
    try:
        with tempfile.TemporaryDirectory(prefix=".tlpack-", dir=path.parent) as place:
            files = _Files(workspace, log, Path(place))
            yield from files.parts(chosen.parts)
            yield from files.formulas(chosen)
            files.rest(known, policy or log.policy_text, beside or {})
            files.fitting(path)
            raw = _canonical(_manifest(span, files, known, totals, supersedes))
            told = {"manifest": sha256(raw).digest()}
            stated = log.state("pack", _subject(workspace, span), told)
            refused = _witnessed(log, policy or "")
            yield from _written(path, files, raw, stated, log)
        size = path.stat().st_size
    except OSError as error:
        raise TanluError("TL614", value=path, why=error.strerror or str(error)) from error
    result = {
        "path": str(path), "bytes": size, "parts": len(chosen.parts),
        "emissions": sum(each["rows"] for each in totals), "manifest": sha256(raw).hexdigest(),
        "index": stated.index, "totals": totals, "refused": refused,
    }  # fmt: skip
    yield Progress("pack", 1, 1, "packs", result)


class _Files:
    """What a pack holds, as bytes or as the file that has them, and the statements in it."""

    def __init__(self, workspace: Workspace, log: WorkspaceLog, place: Path) -> None:
        self.workspace = workspace
        self.place = place
        self.held: dict[str, bytes | Path] = {}
        self.listed: dict[str, dict[str, Any]] = {}
        self.stated: dict[str, int] = {}
        self.index: dict[str, int] = {}
        self.tables: dict[str, PartEntry] = {}
        self._batches = batches(log)
        self._log = log

    def parts(self, parts: Sequence[PartEntry]) -> Iterator[Progress]:
        """Take the parts with their leaves and batch statements."""
        import polars as pl

        from tanlu.store import block_entries, salt_of
        from tanlu.terms.proof import tree

        for done, part in enumerate(parts, 1):
            name = part.file.removeprefix("parts/").removesuffix(".parquet").replace("/", "-")
            source = self.workspace.path / part.file
            if self._add(f"ledger/{part.file}", source) != part.sha256:
                raise TanluError("TL743", value=part.file, why="its bytes are not those written")
            leaves = self.place / f"{name}.entries"
            hashes = []
            with leaves.open("wb") as file:
                frame = pl.read_parquet(source, memory_map=False)
                for entry in block_entries(part.table, frame, part.schema, salt_of(source)):
                    file.write(len(entry).to_bytes(4, "big") + entry)
                    hashes.append(tree.leaf(entry))
            if tree.root(b"".join(hashes)).hex() != part.root:
                raise TanluError("TL743", value=part.file, why="its rows do not give its root")
            self._add(f"leaves/{name}.entries", leaves)
            stated = self._batches.get((part.version, part.sha256))
            if stated is None:
                raise TanluError("TL743", value=part.file, why="the log has no statement of it")
            self._state(f"batches/{name}.cose", stated)
            self.index[part.file], self.tables[part.file] = stated.index, part
            yield Progress("leaves", done, len(parts), "files")

    def formulas(self, chosen: Chosen) -> Iterator[Progress]:
        """Take what goes into the formulas."""
        made = None
        for step in calculated(chosen.slice):
            made = step.result
            yield Progress(step.step, step.done, step.total, step.unit)
        assert made is not None
        for name, frame in tables(made).items():  # type: ignore[arg-type]
            target = self.place / f"{name}.csv"
            frame.write_csv(target)
            self._add(f"calc/{name}.csv", target)

    def rest(self, known: Grounds, policy: str, beside: Mapping[str, Path]) -> None:
        """Take the formulas, the lines of the ledger, originals, keys, the policy."""
        from tanlu.account import spec

        workspace = self.workspace
        self._add(f"calc/{spec().name}.json", spec().canonical)
        for name in ("workspace.json", "manifest.jsonl"):
            self._add(f"ledger/{name}", (workspace.path / name).read_bytes())
        for original in known.originals:
            self._add(f"ledger/originals/{original}", workspace.originals.get(original))
        for kind in KEYS:
            for stated in self._log.statements(kind):
                self._state(f"keys/{stated.index}.cose", stated)
        head = self._log.statements("head")[-1]
        if bytes(head.statement.content["line"]).hex() != workspace.manifest.head:
            raise TanluError("TL743", value="head", why="the ledger grew; build it again")
        self._state("head.cose", head)
        self._add("policy.txt", policy.encode())
        for name, source in beside.items():
            self._add(name, source)

    def fitting(self, path: Path) -> None:
        """Refuse what outgrows the archive before anything of it is stated in the log.

        Raises
        ------
        TanluError
            TL740 beyond 4 GiB.
        """
        size = sum(each["bytes"] + BESIDE for each in self.listed.values())
        if size > MOST_BYTES:
            why = f"about {size:,} bytes; a pack has at most {MOST_BYTES:,}"
            raise TanluError("TL740", value=path, why=why)

    def _state(self, name: str, stated: Any) -> None:
        self._add(name, stated.statement.encode())
        self.stated[name] = stated.index

    def _add(self, name: str, content: bytes | Path) -> str:
        if isinstance(content, bytes):
            size, digest = len(content), sha256(content).hexdigest()
        else:
            with content.open("rb") as file:
                digest = file_digest(file, sha256).hexdigest()
            size = content.stat().st_size
        self.held[name] = content
        self.listed[name] = {
            "path": name, "bytes": size, "sha256": digest, "role": _role(name),
        }  # fmt: skip
        return digest


def batches(log: WorkspaceLog) -> dict[tuple[int, str], Any]:
    """Give the batch statements of a log by version and SHA-256 of their part.

    Rows that are quantified anew may give the same bytes as before: their version tells them apart.
    """
    return {
        (each.statement.content["version"], each.statement.content["part"].hex()): each
        for each in log.statements("batch")
    }


def _role(name: str) -> str:
    from tanlu.verify.offline.manifest import role

    found: str = role(name)
    if not found:
        raise TanluError("TL740", value=name, why="no file of a pack has this name")
    return found


def _manifest(
    span: tuple[int, int],
    files: _Files,
    known: Grounds,
    totals: list[dict[str, Any]],
    supersedes: str | None,
) -> dict[str, Any]:
    from tanlu.account import spec

    workspace, named = files.workspace, ("pack_id", "semver", "hash", "original")
    about = {
        "v": 1,
        "type": "tanlu/pack/v1",
        "ledger": {
            "id": workspace.id, "zone": workspace.zone, "version": workspace.version,
            "head": workspace.manifest.head,
        },
        "period": {"start_us": span[0], "end_us": span[1]},
        "calc": [{"spec": spec().name, "sha256": spec().sha256}],
        "factorsets": [{name: each[name] for name in named} for each in known.factorsets],
        "files": [files.listed[name] for name in sorted(files.listed)],
        "totals": totals,
        "parts": [
            {"file": file, "table": part.table, "rows": part.rows, "index": files.index[file]}
            for file, part in sorted(files.tables.items())
        ],
        "code_version": VERSION,
    }  # fmt: skip
    return about | ({"supersedes": supersedes} if supersedes else {})


def _totals(chosen: Chosen, span: tuple[int, int]) -> list[dict[str, Any]]:
    import polars as pl

    keys = ["profile", "gwp_set", "boundary", "basis"]
    rows = chosen.slice.scan("emission", columns=[*keys, "start", "co2e_ug"])
    sums = (
        rows.filter(pl.col("start").is_between(*span, closed="left"))
        .group_by(keys)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("co2e_ug").cast(pl.Int128).sum())
        .sort(keys)
        .collect(engine="streaming")
    )
    return [{**row, "co2e_ug": str(row["co2e_ug"])} for row in sums.to_dicts()]


def _canonical(about: dict[str, Any]) -> bytes:
    import rfc8785

    found: bytes = rfc8785.dumps(about)
    return found


def _subject(workspace: Workspace, span: tuple[int, int]) -> str:
    return f"urn:tanlu:pack:{workspace.id}:{span[0]}-{span[1]}"


def _witnessed(log: WorkspaceLog, policy: str) -> dict[str, str]:
    """Bring all entries under a checkpoint and let witnesses cosign it; give who did not."""
    signed = log.checkpoint()
    if not re.search(r"^\s*witness[ \t]+\S+[ \t]+\S+[ \t]+\S", policy, re.MULTILINE):
        return {}
    from tanlu.store.witness import collect, witnesses_of

    made = collect(signed, log.consistency, witnesses_of(policy))
    log.tiled.replace(made.note)
    return {name: error.say() for name, error in made.refused.items()}


def _written(
    path: Path, files: _Files, raw: bytes, stated: Any, log: WorkspaceLog
) -> Iterator[Progress]:
    """Write the archive with a proof for each statement."""
    held: dict[str, bytes | Path] = dict(files.held)
    held |= {"manifest.json": raw, "statement.cose": stated.statement.encode()}
    proved = {**files.stated, "statement.cose": stated.index}
    # who appends meanwhile waits: all proofs end in one checkpoint
    with files.workspace.writer():
        for name, index in proved.items():
            held[f"{name.removesuffix('.cose')}.tlog-proof"] = log.proof(index).encode()
    with Archive(path) as archive:
        for done, name in enumerate(sorted(held, key=str.encode), 1):
            content = held[name]
            if isinstance(content, bytes):
                archive.add(name, [content])
            else:
                archive.copy(name, content)
            yield Progress("write", done, len(held), "files")


def _quiet(steps: Iterator[Progress]) -> Iterator[Progress]:
    """Give steps without their result, which is another verb's."""
    for step in steps:
        yield replace(step, result=None)
