"""What a run over files has done so far, beside its result: one that was killed goes on from there.

Each portion of devices is a folder of tables that is there as a whole or not at all; at the end
they are one file a table and the portions go.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.track.legs import Moving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.track.running.steps import Batch

__all__ = ["Kept"]

UNFINISHED, JOB, NEW, DONE = ".unfinished", "job.json", "new", "done.json"
TABLES = ("fixes", "segments", "nodes", "rejected", "findings")
# of what legs are made at the end; nodes are among the tables
PARTS = ("rows", "used", "elements", "findings")
MADE = {
    "fixes": "fix", "segments": "segment", "nodes": "node", "findings": "finding",
    "legs": "activity", "elements": "leg",
}  # fmt: skip


class Kept:
    """The portions that a run has done.

    ``folder``: where it may keep what it needs until it is done; ``until``: the last device that is
    done; ``positions``: how many that were; ``network_m``: how much of their way lies on a network.

    Raises
    ------
    TanluError
        TL004 when the folder cannot be written, or another run writes it.
    """

    def __init__(self, out: Path, told: Mapping[str, Any]) -> None:
        self.out, self.folder = out, out / UNFINISHED
        said = json.dumps(told, sort_keys=True)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder, os.O_RDONLY)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            job = self.folder / JOB
            if not job.exists() or job.read_text("utf-8") != said:
                # other files or another way to read them: nothing of it holds
                _emptied(self.folder)
                job.write_text(said, "utf-8")
        except OSError as error:
            raise TanluError("TL004", value=out, why=error.strerror or str(error)) from error
        self.portions = self._whole()
        facts = [json.loads((each / DONE).read_text("utf-8")) for each in self.portions]
        self.until: str | None = facts[-1]["until"] if facts else None
        self.positions = sum(each["positions"] for each in facts)
        self.network_m = sum(each["network_m"] for each in facts)

    def _whole(self) -> list[Path]:
        """Give the portions that are whole; what follows one that is not, goes."""
        found: list[Path] = []
        shutil.rmtree(self.folder / NEW, ignore_errors=True)
        for place, each in enumerate(sorted(self.folder.glob("[0-9]*"))):
            if len(found) == place and _readable(each):
                found.append(each)
            else:
                shutil.rmtree(each)
        return found

    def add(self, batch: Batch) -> None:
        """Keep a portion."""
        new = self.folder / NEW
        new.mkdir()
        for name in TABLES:
            getattr(batch, name).write_parquet(new / f"{name}.parquet")
        for name in PARTS:
            getattr(batch.moving, name).write_parquet(new / f"legs-{name}.parquet")
        done = {name: getattr(batch, name) for name in ("until", "positions", "network_m")}
        (new / DONE).write_text(json.dumps(done), "utf-8")
        there = self.folder / f"{len(self.portions):06d}"
        new.rename(there)
        self.portions.append(there)
        self.until, self.positions = batch.until, self.positions + batch.positions
        self.network_m += batch.network_m

    def moving(self) -> list[Moving]:
        """Give what the devices of all portions did, for ``legs.finished``."""
        names = {"rows": "legs-rows", "used": "legs-used", "elements": "legs-elements",
                 "nodes": "nodes", "findings": "legs-findings"}  # fmt: skip
        if not self.portions:
            return []
        return [Moving(**{
            name: pl.read_parquet([each / f"{file}.parquet" for each in self.portions])
            for name, file in names.items()
        })]  # fmt: skip

    def close(self, more: Mapping[str, pl.DataFrame]) -> dict[str, int]:
        """Write each table as one file, with ``more`` rows or tables; give how many rows each has.

        Findings are in order of code and subject, so that no portion shows in them.
        """
        counts = {}
        for name in dict.fromkeys((*TABLES, *more)):
            empty = [schema(MADE[name]).empty()] if name in MADE else []
            parts = [each.lazy() for each in (*empty, *([more[name]] if name in more else ()))]
            if name in TABLES:
                parts += [pl.scan_parquet(each / f"{name}.parquet") for each in self.portions]
            rows = pl.concat(parts, how="diagonal_relaxed")
            if name == "findings":
                rows = rows.sort("code", "subject", "finding_id")
            file = self.folder / f"{name}.parquet"
            rows.sink_parquet(file)
            counts[name] = pl.scan_parquet(file).select(pl.len()).collect().item()
        for name in counts:
            (self.folder / f"{name}.parquet").replace(self.out / f"{name}.parquet")
        self.leave()
        shutil.rmtree(self.folder)
        return counts

    def leave(self) -> None:
        """Let others write the folder."""
        os.close(self._lock)


def _emptied(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()


def _readable(portion: Path) -> bool:
    """Tell whether all tables of a portion are there to their ends."""
    names = [*TABLES, *(f"legs-{name}" for name in PARTS)]
    try:
        json.loads((portion / DONE).read_text("utf-8"))
        for name in names:
            pl.read_parquet_schema(portion / f"{name}.parquet")
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return False
    return True
