"""The workspace: one folder that holds a ledger, its originals and its keys."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from tanlu.errors import TanluError
from tanlu.store.ledger import backup, checking, current, parts
from tanlu.store.ledger import personal as persons
from tanlu.store.ledger.files import make_folder, owned_folder, replace, sync_folder, writing
from tanlu.store.ledger.lock import WriterLock, alone
from tanlu.store.ledger.manifest import Manifest, PartEntry, first_link, seal_line
from tanlu.store.ledger.originals import Originals
from tanlu.store.ledger.persons import names
from tanlu.store.ledger.persons.erased import erasable
from tanlu.store.ledger.upgrade import FORMAT, about_workspace, secret_hash
from tanlu.store.seal import erasing, proving, sealing
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import polars as pl

    from tanlu.terms import Progress

__all__ = ["Commit", "Workspace", "open_workspace"]

WAIT_S = 10.0
ZONE = "Asia/Shanghai"


class Commit(NamedTuple):
    """What an append wrote: the new version of the ledger and its parts.

    ``part`` and ``root`` are those of the first part; ``rows`` counts all.
    """

    version: int
    rows: int
    parts: tuple[PartEntry, ...]

    @property
    def part(self) -> str | None:
        """File of the first part."""
        return self.parts[0].file if self.parts else None

    @property
    def root(self) -> str | None:
        """Root of the 64-record tree of the first part, hexadecimal."""
        return self.parts[0].root if self.parts else None


def open_workspace(path: str | Path, *, create: bool = False, zone: str | None = None) -> Workspace:
    """Give the workspace in a folder.

    Parameters
    ----------
    path
        The folder.
    create
        Make the workspace when the folder holds none.
    zone
        IANA zone of a new one, Asia/Shanghai if not said.

    Raises
    ------
    TanluError
        TL601 when there is none, TL606 when its format is another one, TL603 when it is damaged.
    """
    folder = Path(path)
    if not (folder / "workspace.json").exists():
        if not create:
            raise TanluError("TL601", value=folder)
        with writing(folder):
            _make(folder, zone or ZONE)
    return Workspace(folder)


def _make(folder: Path, zone: str) -> None:
    make_folder(folder)
    lock = WriterLock(folder / "lock")
    lock.take(WAIT_S)
    try:
        if (folder / "workspace.json").exists():
            return  # another process was faster
        manifest = folder / "manifest.jsonl"
        if manifest.exists() and manifest.stat().st_size:
            why = "the file is gone but there is a manifest"
            raise TanluError("TL603", value=folder / "workspace.json", why=why)
        secret = secrets.token_bytes(32)
        replace(owned_folder(folder / "keys") / "secret", secret, private=True)
        names.begin(folder)
        manifest.touch()
        about = {
            "format": FORMAT, "id": uuid4().hex, "zone": zone, "created": _now_us(),
            "secret": secret_hash(secret), "pseudonyms": "drawn",
        }  # fmt: skip
        replace(folder / "workspace.json", seal_line(about))
    finally:
        lock.release()


def _now_us() -> int:
    return time.time_ns() // 1000


class Workspace:
    """A ledger folder: append what happened, scan what holds, at any version.

    One object may be used by several threads; across processes one writes and all read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        about = about_workspace(path)
        self.id: str = about["id"]
        self.zone: str = about["zone"]
        # before there was a choice, pseudonyms were derived from the secret
        self.drawn = about.get("pseudonyms") == "drawn"
        self.originals = Originals(path / "originals")
        self._manifest = Manifest(path / "manifest.jsonl", first_link(about))
        self._manifest.refresh()
        self._lock = WriterLock(path / "lock")
        self._thread = threading.RLock()

    @property
    def version(self) -> int:
        """The newest version that can be read."""
        return self.manifest.version

    @property
    def manifest(self) -> Manifest:
        """The lines of the ledger, with what other processes added."""
        with self._thread:
            self._manifest.refresh()
        return self._manifest

    @property
    def secret(self) -> bytes:
        """The workspace's own secret, from which salts and pseudonyms come."""
        return (self.path / "keys" / "secret").read_bytes()

    # ── writing ──

    @contextlib.contextmanager
    def writer(self, wait_s: float = WAIT_S) -> Iterator[Workspace]:
        """Hold the writer's lock over several commits, waiting for it up to ``wait_s`` [s].

        Raises
        ------
        TanluError
            TL602 with the owner when another process keeps it.
        """
        with self._thread:
            left_behind = self._lock.take(wait_s)
            broken = True
            try:
                self._manifest.refresh()
                if left_behind:
                    with writing(self.path):
                        checking.mend(self.path, self._manifest)
                yield self
                broken = False
            finally:
                self._lock.release(broken=broken)

    def alone(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Hold a lock that stops only those who ask for it by its name; TL602 when it is kept."""
        return alone(self.path / f"{name}.lock", WAIT_S)

    def append(
        self,
        table: str,
        rows: pl.DataFrame,
        *,
        source: object = None,
        inputs: Sequence[str] = (),
        personal: pl.DataFrame | None = None,
    ) -> Commit:
        """Write rows of one table as one durable commit.

        Parameters
        ----------
        table
            Name of a schema.
        rows
            Columns of that schema, absent ones are null.
        source
            Where the rows come from, JSON: file hash, offsets of a stream.
        inputs
            Files of the parts from which the rows were made.
        personal
            Columns ``pseudonym, field, value`` of persons, kept apart and erasable.

        Raises
        ------
        TanluError
            TL101, TL102 for columns that are not the table's, TL604 for control characters in a
            text, TL605 for a number that is not one, TL602 when another process writes, TL614 when
            the disk refuses; then nothing is committed.
        """
        return self.commit({table: rows}, source=source, inputs=inputs, personal=personal)

    def commit(
        self,
        tables: Mapping[str, pl.DataFrame],
        *,
        source: object = None,
        inputs: Sequence[str] = (),
        personal: pl.DataFrame | None = None,
    ) -> Commit:
        """Write rows of several tables in one commit: all of them or none.

        Nothing is written, and the version stays, when there are no rows, source or inputs; a
        table without rows is named in the entry all the same.
        """
        with self.writer(), writing(self.path):
            version = self._manifest.version + 1
            written = [
                entry
                for table, rows in tables.items()
                for entry in parts.write_parts(self.path, table, rows, version)
            ]
            if personal is not None and personal.height:
                written.append(persons.write_personal(self.path, personal, version))
            if not written and source is None and not inputs:
                return Commit(self._manifest.version, 0, ())
            self._sync(written)
            line = {
                "kind": "retract" if set(tables) == {"retraction"} else "append",
                "at": _now_us(),
                "tables": sorted(tables),
                "source": source,
                "inputs": list(inputs),
                "parts": [entry.line() for entry in written],
            }
            self._manifest.append(line)
        return Commit(version, sum(entry.rows for entry in written), tuple(written))

    def retract(
        self, table: str, ids: pl.Series, *, key: str | None = None, reason: str | None = None
    ) -> Commit:
        """Say that rows written so far no longer hold; a row written later may have the same id.

        Parameters
        ----------
        table
            Their table.
        ids
            Values of ``key``, the table's identity or ``activity_id``.
        """
        import polars as pl

        frame = (
            ids.rename("id")
            .to_frame()
            .with_columns(
                key=pl.lit(key or parts.identity(table)),
                of=pl.lit(table),
                reason=pl.lit(reason, pl.String),
            )
        )
        return self.commit({"retraction": frame})

    def retire(self, file: str, *, reason: str) -> int:
        """Erase a personal part or an original; the entry and its root stay. Give the new version.

        An original holds what a person's line held: whoever erases the part erases it too.

        Raises
        ------
        TanluError
            TL608 when ``file`` is neither.
        """
        with self.writer(), writing(self.path):
            parts_ = {part.file for part in self._manifest.parts("personal")}
            if file not in parts_ | set(self.erasable()):
                raise TanluError("TL608", value=file)
            line = {"kind": "retire", "at": _now_us(), "file": file, "reason": reason}
            version = self._manifest.append(line)
            persons.drop(self.path, file)
        return version

    def erase(self, person: str, *, reason: str) -> dict[str, Any]:
        """Erase a person: values, the way to the pseudonym, and the salts of what is sealed.

        ``person`` is a value as it stood in a file, for example a plate, or the pseudonym.
        Give ``{pseudonym, leaves, kept, files, version}``; ``kept`` counts leaves that an earlier
        version of Tanlu sealed, with salts that can be derived again.

        Raises
        ------
        TanluError
            TL856 when no such person is known.
        """
        return erasing.erase(self, person, reason=reason)

    def adopt(self, held: Sequence[dict[str, str]], *, why: str, kind: str = "packs") -> int:
        """Log which factor packs or model cards hold from now on, with their originals.

        Parameters
        ----------
        held
            Of a pack pack_id, semver, hash, of a card hash; and ``original``, the SHA-256 of the
            file that holds it.
        kind
            ``packs`` or ``cards``.

        Raises
        ------
        TanluError
            TL607 when an original is not there.
        """
        with self.writer(), writing(self.path):
            for each in held:
                self.originals.get(each["original"])
            line = {"kind": kind, "at": _now_us(), kind: list(held), "why": why}
            return self._manifest.append(line)

    def erasable(self) -> dict[str, str]:
        """Give what ``retire`` may erase: each personal part and original, with what it is of."""
        return erasable(self.path, self.manifest, self.originals)

    def pseudonyms(self, values: pl.Series) -> pl.Series:
        """Give the pseudonym of each text of a column: the same for the same text, until erased."""
        if not self.drawn:
            return persons.pseudonyms(values, self.secret)
        with self.writer(), writing(self.path):
            of = names.named(self.path, self.secret, values.drop_nulls().unique().to_list())
        return values.replace_strict(of, default=None, return_dtype=values.dtype)

    def publish_edition(self, name: str, **pins: object) -> int:
        """Publish a named edition of the present version and give the version of that entry.

        Parameters
        ----------
        name
            Its name, not used before.
        pins
            Columns of the schema ``edition``; ``version`` is the present one if not given.

        Raises
        ------
        TanluError
            TL609 when the name is taken, TL101 or TL102 for pins that the schema refuses.
        """
        import polars as pl

        with self.writer(), writing(self.path):
            if name in self.editions()["edition"]:
                raise TanluError("TL609", value=name)
            row = {"version": self._manifest.version, "zone": self.zone, **pins}
            row = {"edition": name, "at": _now_us()} | row
            frame = pl.DataFrame([row], schema_overrides=schema("edition").dtypes())
            schema("edition").check(schema("edition").fit(frame))
            return self._manifest.append({"kind": "edition", "at": row["at"], "edition": row})

    # ── reading ──

    def scan(
        self,
        table: str,
        *,
        as_of: int | str | None = None,
        columns: Sequence[str] | None = None,
        raw: bool = False,
        subject: str | None = None,
        between: tuple[int, int] | None = None,
        only: Sequence[PartEntry] | None = None,
    ) -> pl.LazyFrame:
        """Give the rows of a table that hold, as a lazy frame in the order of their commits.

        Parameters
        ----------
        as_of
            A version or the name of an edition; the newest if not said.
        columns
            Columns to give, all of the schema if not said.
        raw
            With superseded and retracted rows.
        subject, between
            Only rows of a subject, or that overlap a half-open time [us UTC] or, where a row is of
            an instant, lie in it; parts that cannot hold such rows are not opened.
        only
            Only rows of these parts.

        Raises
        ------
        TanluError
            TL101 for no such table, TL610 for no such version or edition.
        """
        import polars as pl

        version = self.at(as_of)
        there = self.manifest.parts(table, version) if only is None else only
        there = [part for part in there if part.file not in self._manifest.retired]
        there = current.within(there, subject, between)
        if raw:
            rows = current.rows_of(self.path, table, there)
        else:
            rows = current.current(self.path, self._manifest, table, there, version)
        if subject is not None:
            rows = rows.filter(pl.col("subject") == subject)
        if between is not None:
            rows = rows.filter(current.overlapping(table, between))
        return rows.select(columns or schema(table).names)

    def at(self, as_of: int | str | None) -> int:
        """Give the version that ``as_of`` means: a version, the name of an edition, or now.

        Raises
        ------
        TanluError
            TL610 when there is none such.
        """
        newest = self.version
        if as_of is None:
            return newest
        if isinstance(as_of, str):
            pinned = self.editions().filter(edition=as_of)["version"]
            if pinned.is_empty():
                raise TanluError("TL610", value=as_of, newest=newest)
            return int(pinned[0])
        if not 0 <= as_of <= newest:
            raise TanluError("TL610", value=as_of, newest=newest)
        return as_of

    def parts(self, table: str, as_of: int | str | None = None) -> list[PartEntry]:
        """Give the parts of a table that are there; see `retire`."""
        found = self.manifest.parts(table, self.at(as_of))
        return [part for part in found if part.file not in self._manifest.retired]

    def inputs(self, table: str) -> frozenset[str]:
        """Give the files of the parts from which rows of a table were already made."""
        return frozenset(
            name
            for line in self.manifest.lines
            if table in line.get("tables", ())
            for name in line.get("inputs", ())
        )

    def log(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Give the lines of the manifest, of one kind if said."""
        return [line for line in self.manifest.lines if kind is None or line["kind"] == kind]

    def known(
        self, table: str, ids: pl.Series, *, columns: Sequence[str] | None = None
    ) -> pl.DataFrame:
        """Give the rows ever written whose identity is among ``ids``."""
        return current.known(self.path, table, self.parts(table), ids, columns)

    def known_ids(self, table: str, ids: pl.Series) -> pl.Series:
        """Give which of the identities were ever written, each once."""
        key = parts.identity(table)
        return self.known(table, ids, columns=[key])[key].unique()

    def editions(self) -> pl.DataFrame:
        """Give the published editions, schema ``edition``."""
        import polars as pl

        rows = [line["edition"] for line in self.log("edition")]
        if not rows:
            return schema("edition").empty()
        return pl.DataFrame(rows, schema=schema("edition").dtypes())

    # ── care ──

    def check(self) -> Iterator[Progress]:
        """Read every byte again and compare; result ``{parts, rows, version, findings}``."""
        return checking.check(self.path, self.manifest, self.originals)

    def seal(self) -> Iterator[Progress]:
        """Seal the parts that are not; result ``{records, parts, version}``."""
        return sealing.seal(self)

    def prove(
        self, table: str, version: int, row: int, groups: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Give the proof that a record stands in a sealed part; see `verify_proof`."""
        return proving.prove(self, table, version, row, groups)

    def export(self, path: str | Path) -> Iterator[Progress]:
        """Write the whole workspace into one file; result ``{files, bytes, version, path}``."""
        return backup.export(self, Path(path))

    def _sync(self, written: Sequence[PartEntry]) -> None:
        for folder in {(self.path / entry.file).parent for entry in written}:
            sync_folder(folder)
