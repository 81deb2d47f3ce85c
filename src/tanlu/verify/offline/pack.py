"""An evidence pack verified with nothing but the pack and the reader's own policy.

Eleven steps, each in bounds of memory and time, whatever the bytes are. A step whose ground is
gone is not done; all others are, so that one report names everything that does not hold.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from tanlu.errors import TanluError
from tanlu.terms.proof import policy
from tanlu.verify.offline import credentials, disclosure, leaves, ledger, rows, signed
from tanlu.verify.offline.archive import Archive
from tanlu.verify.offline.calc import Recalculation, bound, cases, legs, rows_of, shares, specs
from tanlu.verify.offline.manifest import Manifest
from tanlu.verify.offline.report import Book, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tanlu.terms.proof import registry
    from tanlu.verify.offline.calc import Case
    from tanlu.verify.offline.ledger import History
    from tanlu.verify.offline.manifest import Part
    from tanlu.verify.offline.rows import Rows
    from tanlu.verify.offline.signed import Signed

__all__ = ["Recalc", "verify_pack"]

Recalc = Literal["full", "sample", "none"]
SAMPLED = 1000
MOST_MANIFEST, MOST_SPEC, MOST_SMALL = 32 << 20, 1 << 20, 65_536
MOST_ORIGINAL, MOST_LEDGER = 32 << 20, 256 << 20
ALONE = ("manifest.json", "statement.cose", "statement.tlog-proof")
NEEDED = ("head.cose", "keys/0.cose", "ledger/manifest.jsonl", "ledger/workspace.json")


def verify_pack(
    path: str | PathLike[str] | BinaryIO,
    policy_text: str,
    *,
    max_age_s: int | None = None,
    now_s: int | None = None,
    recalc: Recalc = "full",
) -> Report:
    """Give what holds of an evidence pack, and everything that does not.

    Parameters
    ----------
    path
        The pack, or its bytes as a seekable file.
    policy_text
        The reader's own policy (C2SP tlog-policy): log, witnesses, quorum.
    max_age_s
        Age that the quorum's cosignatures may have [s]; any without.
    now_s
        The time from which it counts [unix s]; the clock's without.
    recalc
        Recalculate every row, about 1,000 lines of them, or none.

    Returns
    -------
    Report
        ``verdict``, ``steps``, ``findings`` with code and place.

    Raises
    ------
    TanluError
        TL124 or TL120 for a policy that is none, TL705 for a file that cannot be read.
    """
    trust = policy.Policy.parse(policy_text)
    if not isinstance(path, (str, PathLike)):
        return Verification(path, trust, max_age_s, now_s, recalc).report()
    try:
        with Path(path).open("rb") as file:
            return Verification(file, trust, max_age_s, now_s, recalc).report()
    except OSError as error:
        raise TanluError("TL705", value=str(path), why=str(error)) from None


class Verification:
    """One pack on its way through the steps."""

    def __init__(
        self,
        file: BinaryIO,
        trust: policy.Policy,
        max_age_s: int | None,
        now_s: int | None,
        recalc: Recalc,
    ) -> None:
        self.file, self.trust, self.recalc = file, trust, recalc
        self.max_age_s, self.now_s = max_age_s, now_s
        self.book = Book()
        self.archive: Archive
        self.manifest: Manifest
        self.digest = ""

    def report(self) -> Report:
        """Do the steps as far as there is ground for them."""
        try:
            self._steps()
        except TanluError as error:
            self.book.fault(signed.said(error))
        return self.book.close()

    def _steps(self) -> None:
        self.book.begin(1).facts["bytes"] = self.file.seek(0, 2)
        self.archive = Archive(self.file)
        self.book.steps[1].facts["files"] = len(self.archive.entries)
        self.book.begin(2)
        self._manifest()
        self.book.begin(3)
        self._files()
        if self.book.fails(3):
            return
        self.book.begin(4)
        paths = [name for name in self.archive.entries if name.endswith(".cose")]
        found = signed.read(self.archive, paths, self.book)
        told = signed.admitted(found, self.book)
        self._said(found)
        if len(found) == len(paths):
            self._proofs(found)
        self.book.begin(6)
        history = self._ledger(found)
        held = None if history is None else self._leaves(found, history)
        if held is not None and history is not None and not self.book.fails(6):
            self._numbers(held, history)
        self.book.begin(10)
        self._beside(told)

    # ── 2, 3 ──

    def _manifest(self) -> None:
        if "manifest.json" not in self.archive.entries:
            raise TanluError("TL710", value="manifest.json", why="it is not there")
        data = self.archive.read("manifest.json", MOST_MANIFEST)
        self.digest = sha256(data).hexdigest()
        made = self.manifest = Manifest.parse(data)
        self.book.facts |= {
            "manifest": self.digest,
            "ledger": dict(made.ledger),
            "period": {"start_us": made.start_us, "end_us": made.end_us},
            "calc": dict(made.calc),
            "factorsets": {
                f"{each['pack_id']}@{each['semver']}": each["hash"] for each in made.factorsets
            },
            "code_version": made.code_version,
            "supersedes": made.supersedes,
        }

    def _files(self) -> None:
        wanted = {*ALONE, *self.manifest.files}
        for path in self.manifest.files:
            if path.endswith(".cose"):
                wanted.add(f"{path.removesuffix('.cose')}.tlog-proof")
        there = set(self.archive.entries)
        for name in sorted(wanted - there):
            self.book.note("TL710", name, "it is not there")
        for name in sorted(there - wanted):
            self.book.note("TL710", name, "the manifest does not list it")
        for name, why in self._unmatched():
            self.book.note("TL710", name, why)
        for path, file in self.manifest.files.items():
            if path in there:
                self._hashed(path, file.bytes, file.sha256)

    def _unmatched(self) -> Iterator[tuple[str, str]]:
        """Give what must be listed for the manifest's own members, and what has none."""
        files, listed = self.manifest.files, set(NEEDED)
        for part in self.manifest.parts.values():
            listed |= {
                f"ledger/{part.file}", f"leaves/{part.name}.entries", f"batches/{part.name}.cose",
            }  # fmt: skip
        listed |= {f"calc/{name}.json" for name in self.manifest.calc}
        if self.manifest.calc:
            listed |= {"calc/cases.csv", "calc/legs.csv"}
        for name in sorted(listed - set(files)):
            yield name, "the manifest does not list it"
        for path, file in files.items():
            if file.role in ("part", "leaves", "batch", "spec") and path not in listed:
                yield path, "it belongs to nothing that the manifest names"
            if file.role == "original" and not path.endswith(f"/{file.sha256}"):
                yield path, "its name is not its SHA-256"
        for name, digest in self.manifest.calc.items():
            file_ = files.get(f"calc/{name}.json")
            if file_ is not None and file_.sha256 != digest:
                yield f"calc/{name}.json", "its SHA-256 is not the one that calc names"

    def _hashed(self, path: str, size: int, digest: str) -> None:
        if self.archive.entries[path].size != size:
            self.book.note("TL711", path, "it has another size")
            return
        found = sha256()
        for piece in self.archive.pieces(path):
            found.update(piece)
        if found.hexdigest() != digest:
            self.book.note("TL711", path, "its content is another")

    # ── 4, 5 ──

    def _said(self, found: Mapping[str, Signed]) -> None:
        """Hold what the statements say against what the pack has."""
        about = self.manifest.ledger
        wanted: dict[str, dict[str, Any]] = {
            "statement.cose": {"manifest": bytes.fromhex(self.digest)},
            "head.cose": {"version": about["version"], "line": bytes.fromhex(about["head"])},
        }
        for path, members in wanted.items():
            if path in found:
                for name in signed.differing(found[path].content, members):
                    self.book.note("TL737", path, f"its {name} is not the pack's")
        for part in self.manifest.parts.values():
            each = found.get(f"batches/{part.name}.cose")
            if each is not None and each.proof.index != part.place:
                self.book.note("TL737", each.path, f"it is entry {each.proof.index} of the log")

    def _proofs(self, found: Mapping[str, Signed]) -> None:
        step = self.book.begin(5)
        head = signed.proved(
            found, self.trust, self.book, max_age_s=self.max_age_s, now_s=self.now_s
        )
        if head is not None:
            step.facts |= {
                "origin": head.origin, "size": head.size, "root": head.root.hex(),
                "cosigned": dict(head.cosigned), "index": found["statement.cose"].proof.index,
            }  # fmt: skip

    # ── 6 ──

    def _ledger(self, found: Mapping[str, Signed]) -> History | None:
        step = self.book.steps[6]
        try:
            data = self.archive.read("ledger/workspace.json", MOST_SMALL)
            link = ledger.workspace(data, self.manifest)
            where = "ledger/manifest.jsonl"
            if self.archive.entries[where].size > MOST_LEDGER:
                why = f"more than {MOST_LEDGER} bytes"
                raise TanluError("TL706", value=where, why=why)  # noqa: TRY301 - as its lines do
            lines = ledger.lines(self.archive.pieces(where), where, ledger.MOST_LINE)
            history = ledger.history(lines, link)
        except TanluError as error:
            self.book.fault(error)
            return None
        told = {"version": history.version, "head": history.head}
        for name, value in told.items():
            if self.manifest.ledger[name] != value:
                self.book.note("TL718", "ledger/manifest.jsonl", f"its {name} is {value}")
        for held in ledger.missing(history, self.manifest):
            self.book.note("TL719", held.file, f"{held.rows} rows of {held.table} are left out")
        self._batches(found, history)
        self._factors(history)
        step.facts |= {"lines": history.version, "parts": len(self.manifest.parts)}
        return history

    def _batches(self, found: Mapping[str, Signed], history: History) -> None:
        """Hold the parts of the pack against the ledger's lines and the batch statements."""
        for part in self.manifest.parts.values():
            held = history.parts.get(part.file)
            if held is None or (held.table, held.rows) != (part.table, part.rows):
                self.book.note("TL718", part.file, "the ledger names no such part")
                continue
            if held.sha256 != self.manifest.files[f"ledger/{part.file}"].sha256:
                self.book.note("TL718", part.file, "the ledger names another SHA-256")
            each = found.get(f"batches/{part.name}.cose")
            wanted = {
                "table": held.table, "version": held.version, "n": held.rows,
                "part": _raw(held.sha256), "blocks": _raw(held.root), "schema": _raw(held.schema),
            }  # fmt: skip
            if each is not None:
                for name in signed.differing(each.content, wanted):
                    self.book.note("TL737", each.path, f"its {name} is not the ledger's")

    def _factors(self, history: History) -> None:
        adopted = [dict(each) for line in history.packs for each in line]
        for each in self.manifest.factorsets:
            if each not in adopted:
                self.book.note("TL738", f"{each['pack_id']}@{each['semver']}", "never adopted")
        listed = {each["hash"] for each in self.manifest.factorsets}
        known = {}
        for line in history.packs:
            hashes = sorted(str(each.get("hash")) for each in line)
            known[sha256("\n".join(hashes).encode()).hexdigest()] = set(hashes)
        versions = {part.version for part in self.manifest.parts.values()}
        pinned = {
            told.get("factors", "")
            for version, told in history.pins.items()
            if version in versions and version in self._emitted()
        }
        for library in sorted(pinned):
            if not known.get(library, {""}) <= listed:
                where = library or "ledger/manifest.jsonl"
                self.book.note("TL738", where, "rows were made by factor packs that are not told")

    def _emitted(self) -> set[int]:
        parts = self.manifest.parts.values()
        return {part.version for part in parts if part.table == "emission"}

    def _leaves(self, found: Mapping[str, Signed], history: History) -> Rows | None:
        total = sum(part.rows for part in self.manifest.parts.values())
        if total > rows.MOST_ROWS:
            self.book.note("TL736", "parts", f"{total} rows; this checker holds {rows.MOST_ROWS}")
            return None
        tables = {name: rows.Table(name) for name in rows.COLUMNS}
        for part in self.manifest.parts.values():
            told = found.get(f"batches/{part.name}.cose")
            try:
                self._part(part, told, history, tables)
            except TanluError as error:
                self.book.fault(error, f"leaves/{part.name}.entries")
        self.book.steps[6].facts["rows"] = total
        if self.book.fails(6):
            return None
        return rows.held(tables, self.manifest, self.book)

    def _part(
        self,
        part: Part,
        told: Signed | None,
        history: History,
        tables: Mapping[str, rows.Table],
    ) -> None:
        known, held = part.table in tables, history.parts.get(part.file)
        if held is None:
            return
        reading = leaves.Leaves(rows.types(part.table) if known else {}, held.rows)
        for entry in leaves.entries(self.archive.pieces(f"leaves/{part.name}.entries")):
            reading.feed(entry)
        head = reading.done()
        if (head.table, head.schema) != (held.table, held.schema):
            raise TanluError("TL720", value="head", why="not table and schema of the part")
        if reading.root.hex() != held.root:
            raise TanluError("TL720", value="root", why=f"it is {reading.root.hex()}")
        if told is not None and not leaves.agreed(head, told.content):
            raise TanluError("TL720", value="head", why="not the columns of the batch statement")
        if known:
            columns = reading.columns
            starts = [each for each in columns.get("start", ()) if each is not None]
            over = sum(each is not None for each in columns.get("supersedes", ()))
            why = held.told((min(starts), max(starts)) if starts else None, over)
            if why:
                raise TanluError("TL718", value=part.file, why=why)
            tables[part.table].add(held.version, columns)

    # ── 7, 8, 9 ──

    def _numbers(self, held: Rows, history: History) -> None:
        if self.recalc != "none":
            step = self.book.begin(7)
            try:
                self._recalculated(held, history, step.facts)
            except TanluError as error:
                self.book.fault(signed.said(error))
        step = self.book.begin(8)
        made = rows.summed(held)
        for wrong in sorted(set(made) ^ set(self.manifest.totals)):
            whose = "the rows give" if wrong in made else "the manifest says"
            where = "|".join(wrong[:4])
            self.book.note("TL727", where, f"{whose} {wrong.co2e_ug} ug in {wrong.rows} rows")
        self.book.facts["totals"] = [
            {**each._asdict(), "co2e_ug": str(each.co2e_ug)} for each in made
        ]
        step.facts |= {"activities": len(held.activities), "emissions": len(held.period)}
        for each in rows.silent(held, self.manifest):
            self.book.note("TL734", each, "it gives no emission, and no finding says why")
        step = self.book.begin(9)
        for odd in rows.plausible(held):
            self.book.fault(odd)
        columns = held.finding.columns
        for at in held.findings:
            if columns["severity"][at] == "error":
                where = f"{columns['code'][at]} {columns['subject'][at] or ''}".strip()
                self.book.note("TL729", where, str(columns["finding_id"][at]))
        step.facts["recorded"] = len(held.findings)

    def _recalculated(self, held: Rows, history: History, facts: dict[str, Any]) -> None:
        sources = {
            name: self.archive.read(f"calc/{name}.json", MOST_SPEC) for name in self.manifest.calc
        }
        known = cases(self._pieces("calc/cases.csv"), specs(sources))
        facts |= self._factored(known)
        share, seed = 1.0, ""
        if self.recalc == "sample":
            share = min(1.0, SAMPLED / max(1, len(held.period)))
            # whoever made the pack could have tried manifests until the sample suits him
            seed = facts["seed"] = secrets.token_hex(16)
        run = Recalculation(held, history.pins, self.book, share)
        run.run(
            known,
            legs(self._pieces("calc/legs.csv"), known),
            shares(self._pieces("calc/shares.csv")),
            seed,
        )
        facts |= {"cases": len(known), **dict(sorted(run.counts.items()))}
        told = {name: run.counts[name] for name in ("chain", "energy", "share")}
        formulas = ", ".join(f"{name} {each}" for name, each in self.manifest.calc.items())
        facts["taken_as_told"] = {"formulas": formulas, "cases": facts["unbound"], **told}

    def _factored(self, known: list[Case]) -> dict[str, int]:
        """Hold the values of the cases against the factor packs; count those where nobody can."""
        rows: dict[str, dict[str, str]] = {}
        whole = True
        for each in self.manifest.factorsets:
            path = f"ledger/originals/{each['original']}"
            whole = whole and path in self.manifest.files
            if path in self.manifest.files:
                try:
                    rows |= rows_of(self.archive.read(path, MOST_ORIGINAL), each["hash"])
                except TanluError as error:
                    self.book.fault(error, path)
                    whole = False
        counts = {"bound": 0, "unbound": 0}
        for number, case in enumerate(known, 1):
            where = f"calc/cases.csv:{number}"
            try:
                wrong = bound(case, rows) if whole else None
            except TanluError as error:
                self.book.fault(error, where)
                continue
            counts["unbound" if wrong is None else "bound"] += 1
            if wrong:
                said = case.said["factor_id"]
                self.book.note("TL725", where, f"{wrong}: not what factor {said} gives")
        return counts

    def _pieces(self, name: str) -> Iterator[bytes]:
        if name in self.archive.entries:
            yield from self.archive.pieces(name)

    # ── 10 ──

    def _beside(self, told: registry.Registry) -> None:
        known = {key.public for key in told.keys.values()}
        step = self.book.steps[10]
        for role in ("credential", "disclosure"):
            listed = [file for file in self.manifest.files.values() if file.role == role]
            for file in listed:
                try:
                    data = self.archive.read(file.path, credentials.MOST_BYTES)
                    if role == "credential":
                        credentials.check(file.path, data, known)
                    else:
                        self._disclosed(file.path, data)
                except TanluError as error:
                    self.book.fault(error, file.path)
            step.facts[f"{role}s"] = len(listed)

    def _disclosed(self, path: str, data: bytes) -> None:
        trust = self.trust
        lines = [f"log {log.vkey}" for log in trust.logs]
        lines += [f"witness {name} {each.vkey}" for name, each in trust.witnesses.items()]
        lines += [
            f"group {name} {each.least} {' '.join(each.members)}"
            for name, each in trust.groups.items()
        ]
        text = "\n".join([*lines, f"quorum {trust.quorum}"])
        try:
            disclosure.check_disclosure(data, text, now_s=self.now_s)
        except TanluError as error:
            raise TanluError("TL733", value=path, why=error.say().partition("] ")[2]) from None


def _raw(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
