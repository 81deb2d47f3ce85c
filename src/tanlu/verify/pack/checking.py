"""A pack verified at full speed: the steps of the offline verifier, large ones in columns.

The archive, the manifest, statements, keys, proofs and the ledger's lines are judged by
`tanlu.verify.offline`. Here files are hashed side by side, rows come from the Parquet parts after
these gave the signed root, every formula is repeated in columns, and the two pure steps, match and
quantify, are done again over the mounted slice.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.packs import rules_hash
from tanlu.store import Slice, block_entries, salt_of
from tanlu.terms import schema
from tanlu.terms.proof import policy, tree
from tanlu.verify.offline import leaves, pack, rows, signed
from tanlu.verify.offline.report import Book
from tanlu.verify.pack import columns
from tanlu.verify.pack.files import calc_of
from tanlu.verify.pack.mounting import opened, unpacked
from tanlu.verify.pack.plausible import odd
from tanlu.verify.plausibility import check_ledger
from tanlu.verify.plausibility.limits import named
from tanlu.verify.replay import replay

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future
    from typing import BinaryIO

    import polars as pl

    from tanlu.verify.offline import Report
    from tanlu.verify.offline.ledger import Held, History
    from tanlu.verify.offline.manifest import Part
    from tanlu.verify.offline.pack import Recalc
    from tanlu.verify.offline.signed import Signed

__all__ = ["verify"]

PIECE = 4 << 20
SAMPLED = 1000
# a part of the usual width has about 150 MB of texts
MOST_ROWS, MOST_TEXT = 131_072, 1 << 30
# what columns find, by the codes of the format
CODES = {"result": "TL722", "extra": "TL723", "missing": "TL724", "twice": "TL724",
         "absent": "TL724", "input": "TL725", "copied": "TL725", "share": "TL726"}  # fmt: skip
KEYS = ("profile", "gwp_set", "boundary", "basis")


def verify(
    path: Path,
    policy_text: str,
    *,
    max_age_s: int | None = None,
    now_s: int | None = None,
    recalc: Recalc = "full",
) -> Report:
    """Give what holds of an evidence pack, and everything that does not, with all of Tanlu.

    Parameters
    ----------
    path
        The pack.
    policy_text, max_age_s, now_s
        As for `tanlu.verify.offline.verify_pack`.
    recalc
        ``full`` repeats the formulas of every row and match and quantify of every activity,
        ``sample`` the latter for about 1,000 activities, ``none`` neither.

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
    try:
        with path.open("rb") as file, ThreadPoolExecutor(os.cpu_count()) as threads:
            made = _Verification(file, trust, max_age_s, now_s, recalc)
            made.threads = threads
            with made.folders:
                return made.report()
    except OSError as error:
        raise TanluError("TL705", value=str(path), why=str(error)) from None


class _Book(Book):
    """The book of the whole program: what is not plausible leaves what was verified standing."""

    noted = Book.noted | {"TL747"} | {rule.code for rule in named().values()}


class _Held(NamedTuple):
    """The rows of a pack: the ledger that they make, activities, and emissions without market."""

    cut: Slice
    activities: pl.DataFrame
    emissions: pl.DataFrame


class _Verification(pack.Verification):
    """One pack on its way through the steps, with the large ones in columns and threads."""

    threads: ThreadPoolExecutor

    def __init__(
        self,
        file: BinaryIO,
        trust: policy.Policy,
        max_age_s: int | None,
        now_s: int | None,
        recalc: Recalc,
    ) -> None:
        super().__init__(file, trust, max_age_s, now_s, recalc)
        self.book = _Book()
        self.folders = contextlib.ExitStack()
        self._hashing: list[Future[TanluError | None]] = []

    # ── 3 ──

    def _files(self) -> None:
        super()._files()
        for each in self._hashing:
            error = each.result()
            if error is not None:
                self.book.fault(error)

    def _hashed(self, path: str, size: int, digest: str) -> None:
        self._hashing.append(self.threads.submit(self._digested, path, size, digest))

    def _digested(self, path: str, size: int, digest: str) -> TanluError | None:
        """Give what is wrong with the bytes of a file; both sums leave the other thread free."""
        entry = self.archive.entries[path]
        if entry.size != size:
            return TanluError("TL711", value=path, why="it has another size")
        found, checked = sha256(), 0
        for at in range(entry.at, entry.at + size, PIECE):
            piece = os.pread(self.file.fileno(), min(PIECE, entry.at + size - at), at)
            found.update(piece)
            checked = crc32(piece, checked)
        if checked != entry.crc:
            return TanluError("TL705", value=path, why="its CRC-32 does not hold")
        if found.hexdigest() != digest:
            return TanluError("TL711", value=path, why="its content is another")
        return None

    # ── 6 ──

    def _leaves(  # type: ignore[override]
        self, found: Mapping[str, Signed], history: History
    ) -> _Held | None:
        import polars as pl

        folder = self.folders.enter_context(unpacked(self.archive, self.manifest))
        parts = list(self.manifest.parts.values())
        frames: dict[str, pl.DataFrame] = {}
        for part, made in zip(
            parts,
            self.threads.map(partial(self._rooted, found, history, folder), parts),
            strict=True,
        ):
            if isinstance(made, TanluError):
                self.book.fault(made)
            elif made is not None:
                frames[part.file] = made
        self.book.steps[6].facts["rows"] = sum(part.rows for part in parts)
        if self.book.fails(6) or len(frames) < len(parts):
            return None
        cut = opened(folder, self.manifest)
        activities, emissions = (cut.hold(table, frames) for table in ("activity", "emission"))
        by_market = pl.col("method").eq_missing("market")
        if emissions.select(by_market.any()).item():
            emissions = emissions.filter(~by_market)
        return _Held(cut, activities, emissions)

    def _rooted(
        self, found: Mapping[str, Signed], history: History, folder: Path, part: Part
    ) -> TanluError | pl.DataFrame | None:
        """Give the rows of a part, if they give the signed root and its leaves byte for byte."""
        import polars as pl

        held = history.parts.get(part.file)
        where = f"leaves/{part.name}.entries"
        if held is None:
            return None
        entry = self.archive.entries[where]
        flat, at, hashes = os.pread(self.file.fileno(), entry.size, entry.at), 0, []
        try:
            frame = _decoded(folder / part.file, held.rows)
            salt = salt_of(folder / part.file)
            for row in block_entries(part.table, frame, held.schema, salt):
                told = flat[at : at + 4] == len(row).to_bytes(4, "big")
                if not (told and flat.startswith(row, at + 4)):
                    why = "its entries are not the rows of the part"
                    return TanluError("TL720", value=where, why=why)
                at += 4 + len(row)
                hashes.append(tree.leaf(row))
        except TanluError as error:
            code = error.code if error.code in ("TL720", "TL736") else "TL720"
            why = str(error.fields.get("why", error))
            return TanluError(code, value=f"ledger/{part.file}", why=why)
        except (*ERRORS, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            return TanluError("TL720", value=f"ledger/{part.file}", why=str(error)[:200])
        root = tree.root(b"".join(hashes)).hex()
        if root != held.root:
            return TanluError("TL720", value=f"ledger/{part.file}", why=f"its root is {root}")
        if at != entry.size:
            return TanluError("TL720", value=where, why="it has more entries than the part")
        try:
            schema(part.table).fit(frame)
            head = leaves.Head.parse(flat[4 : 4 + int.from_bytes(flat[:4], "big")])
            _coherent(part, frame, head, held, found.get(f"batches/{part.name}.cose"))
        except TanluError as error:
            if error.code in ("TL718", "TL720"):
                return error
            return TanluError("TL720", value=f"ledger/{part.file}", why=error.say())
        return frame

    # ── 7, 8, 9 ──

    def _numbers(self, held: _Held, history: History) -> None:  # type: ignore[override]
        if self.recalc != "none":
            step = self.book.begin(7)
            try:
                self._pinned(held, history)
                self._calculated(held, step.facts)
                self._published()
                if self._repeatable(history):
                    self._replayed(held, step.facts)
            except TanluError as error:
                self.book.fault(signed.said(error))
        self._summed(held)
        self._found(held)

    def _pinned(self, held: _Held, history: History) -> None:
        """Hold the rows of each part against the pins under which the ledger wrote them."""
        spec = next(iter(self.manifest.calc.values()), "")
        for part in held.cut.parts("emission"):
            pins = history.pins.get(part.version)
            if pins is None:
                self.book.note("TL734", part.file, "the ledger names no formulas for its rows")
                continue
            rows = held.cut.scan("emission", only=[part], columns=["profile", "gwp_set"])
            for profile, gwp_set in rows.unique().collect().sort("profile").iter_rows():
                told = {"profile": profile, "gwp_set": gwp_set, "spec": spec}
                for name, value in told.items():
                    if pins.get(name) != value:
                        why = f"the ledger wrote it under {name} {pins.get(name)}, not {value}"
                        self.book.note("TL725", part.file, why)

    def _calculated(self, held: _Held, facts: dict[str, Any]) -> None:
        """Repeat the formulas of all rows in columns."""
        import polars as pl

        from tanlu.verify.offline.calc import specs

        sources = {
            name: self.archive.read(f"calc/{name}.json", pack.MOST_SPEC)
            for name in self.manifest.calc
        }
        files = {
            name: b"".join(self._pieces(f"calc/{name}.csv")) for name in ("cases", "legs", "shares")
        }
        calc = calc_of(specs(sources), files)
        count, wrong = self._held_against(calc, held.activities, held.emissions)
        if any(each.kind in ("absent", "missing") for each in wrong):
            # a line may give rows of the parts that neither the period nor its mates need
            whole = Slice(held.cut.path, list(self.manifest.parts))
            rows = whole.scan("emission").filter(pl.col("method").ne_missing("market")).collect()
            count, wrong = self._held_against(calc, whole.scan("activity").collect(), rows)
        for each in wrong:
            self.book.note(CODES[each.kind], each.where, each.why)
        facts |= {"cases": calc.cases.height, "lines": calc.legs.height, "emissions": count}

    def _published(self) -> None:
        """Tell which factor packs have the name of one that this program knows otherwise."""
        known = {(each.pack_id, each.semver): each.hash for each in library().packs}
        for each in self.manifest.factorsets:
            name = each["pack_id"], each["semver"]
            if known.get(name, each["hash"]) != each["hash"]:
                why = f"published under this name with the hash {known[name]}"
                self.book.note("TL747", "@".join(name), why)

    def _repeatable(self, history: History) -> bool:
        """Tell whether this program has the rules by which the rows of the pack were made."""
        emitted = {
            part.version for part in self.manifest.parts.values() if part.table == "emission"
        }
        last = {
            pins.get("profile", ""): pins.get("rules", rules_hash())
            for version, pins in sorted(history.pins.items())
            if version in emitted
        }
        others = sorted(name for name, rules in last.items() if rules != rules_hash())
        for name in others:
            why = f"made by rules of Tanlu {self.manifest.code_version}: verify with that version"
            self.book.note("TL736", f"replay {name}", why)
        return not others

    def _held_against(
        self, calc: columns.Calc, activities: pl.DataFrame, emissions: pl.DataFrame
    ) -> tuple[int, list[columns.Wrong]]:
        span = (self.manifest.start_us, self.manifest.end_us)
        at = columns.placed(calc, activities)
        wrong = columns.held_inputs(calc, activities, at)
        if at.null_count():
            return 0, wrong
        count, more = columns.repeated(calc, activities, at, emissions, span)
        return count, wrong + more

    def _replayed(self, held: _Held, facts: dict[str, Any]) -> None:
        """Match and quantify again by the factor packs, cards and decisions in the pack."""
        # its maker could have chosen identities that a known hash passes over
        seed = secrets.randbits(63)
        try:
            *_, last = replay(held.cut, SAMPLED if self.recalc == "sample" else None, seed=seed)
        except TanluError as error:
            self.book.note("TL736", "replay", error.say())
            return
        found: Any = last.result
        for each in found["findings"]:
            where = str(each["finding_id"]).removeprefix("replay|")
            self.book.note(
                each["code"], where, f"{each['column'] or ''} {each['evidence']}".strip()
            )
        facts["replayed"] = {
            name: found[name] for name in ("activities", "compared", "equal", "differences")
        } | ({"seed": seed} if self.recalc == "sample" else {})

    def _summed(self, held: _Held) -> None:
        """Hold the totals of the manifest against the rows, and no row twice."""
        import polars as pl

        step = self.book.begin(8)
        span = (self.manifest.start_us, self.manifest.end_us)
        rows = held.cut.scan("emission", columns=["emission_id", *KEYS, "start", "co2e_ug"])
        inside = rows.filter(pl.col("start").is_between(*span, closed="left"))
        sums = (
            inside.group_by(KEYS)
            .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("co2e_ug").cast(pl.Int128).sum())
            .sort(KEYS)
            .collect()
        )
        told = {tuple(each[:4]): tuple(each[4:]) for each in self.manifest.totals}
        made = {tuple(each[:4]): tuple(each[4:]) for each in sums.iter_rows()}
        for key in sorted(set(told) | set(made)):
            if told.get(key) != made.get(key):
                why = f"the manifest says {told.get(key)}, the rows give {made.get(key)}"
                self.book.note("TL727", "|".join(key), why)
        emitted = rows.select("emission_id").collect().to_series()
        for table, ids in (("activity", held.activities["activity_id"]), ("emission", emitted)):
            if columns.unique(ids):
                continue
            for each in ids.filter(ids.is_duplicated()).unique().sort().head(columns.SHOWN):
                self.book.note("TL728", each, f"two rows of {table} have this identity")
        self.book.facts["totals"] = [
            {**each, "co2e_ug": str(each["co2e_ug"])} for each in sums.to_dicts()
        ]
        emissions = sum(each[0] for each in made.values())
        step.facts |= {"activities": held.activities.height, "emissions": emissions}

    def _found(self, held: _Held) -> None:
        """Tell what the ledger itself found, what is odd, and what plausibility says."""
        import polars as pl

        step = self.book.begin(9)
        span = (self.manifest.start_us, self.manifest.end_us)
        for each in odd(held.emissions.filter(pl.col("start").is_between(*span, closed="left"))):
            self.book.note("TL730", each.where, each.why)
        found = held.cut.scan("finding").select("finding_id", "code", "subject", "severity")
        rows = found.collect()
        for name, code, subject, _ in rows.filter(pl.col("severity") == "error").iter_rows():
            self.book.note("TL729", f"{code} {subject or ''}".strip(), name)
        step.facts["recorded"] = rows.height
        *_, last = check_ledger(held.cut, span)
        checked: Any = last.result
        for row in checked.findings.iter_rows(named=True):
            self.book.note(row["code"], row["subject"] or row["finding_id"], row["value"] or "")
        step.facts |= {
            "rules": len(checked.checked), "not_checked": len(checked.not_checked),
            "not_plausible": checked.findings.height,
        }  # fmt: skip


def _decoded(path: Path, rows: int) -> pl.DataFrame:
    """Give the rows of a part; few bytes can tell of more rows and texts than a memory holds.

    Raises
    ------
    TanluError
        TL720 for another number of rows, TL736 for more text than this checker takes.
    """
    import polars as pl

    count = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    if count != rows or count > MOST_ROWS:
        raise TanluError("TL720", value=path.name, why=f"it has {count} rows, not {rows}")
    frame = pl.read_parquet(path, memory_map=False)
    sizes = frame.select(pl.col(pl.String).str.len_bytes().cast(pl.Int64).sum())
    if sum(sizes.row(0) if sizes.width else ()) > MOST_TEXT:
        raise TanluError("TL736", value=path.name, why=f"more than {MOST_TEXT} bytes of text")
    return frame


def _coherent(
    part: Part, frame: pl.DataFrame, head: leaves.Head, held: Held, batch: Signed | None
) -> None:
    """Refuse a part whose rows the ledger's line or the batch statement tells otherwise.

    Raises
    ------
    TanluError
        TL718 for the line, TL720 for columns that are not those told, or lack a value.
    """
    where = f"leaves/{part.name}.entries"
    if batch is not None and not leaves.agreed(head, batch.content):
        raise TanluError("TL720", value=where, why="not the columns of the batch statement")
    for name in rows.REQUIRED.get(part.table, ()):
        if name not in frame.columns or frame[name].null_count():
            raise TanluError("TL720", value=where, why=f"{name}: a row has no value")
    bound = (frame[name] if name in frame.columns else None for name in ("start", "supersedes"))
    start, over = bound
    span = None if start is None or not start.count() else (start.min(), start.max())
    why = held.told(span, 0 if over is None else over.count())
    if why:
        raise TanluError("TL718", value=part.file, why=why)


ERRORS = (OSError, ValueError)
