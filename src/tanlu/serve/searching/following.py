"""The index behind the ledger: built once, carried forward with each version, in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.report.overview import grounds
from tanlu.serve.ingest import note
from tanlu.serve.searching.carrying import pairs, pairs_near
from tanlu.serve.searching.changing import changed
from tanlu.serve.searching.deriving import ACTIVITY, EMISSION, GROUPS, derive, kept, key, named
from tanlu.serve.searching.places import Places
from tanlu.store.index import find
from tanlu.store.relational.search import Index, open_index
from tanlu.terms import Progress

if TYPE_CHECKING:
    import polars as pl

    from tanlu.serve.api import Home
    from tanlu.store import Workspace

__all__ = ["Searching", "update"]

# whose amounts stand in the index, where the ledger holds them: of transport, of organisations
USUAL = ("iso14083", "ghg_protocol")
# legs that are grouped at once while all are read
AT_ONCE = 1_500_000
# above so many changed shipments the ledger is read through, above this share it is built anew
FEW = 2_000
SHARE = 0.25
LOOK_S = 2.0


def update(index: Index, workspace: Workspace, profile: str | None = None) -> Iterator[Progress]:
    """Bring an index up to the newest version; result ``{version, rows, changed}``.

    Nothing is read where nothing was written since. Without a profile it is of transport where
    the ledger holds that, else of what it holds.
    """
    until, built = workspace.version, index.built()
    if profile is None:
        same = built is not None and built["version"] == until
        profile = built["profile"] if built and same else _usual(workspace)
    about = {"ledger": workspace.id, "profile": profile, "version": until}
    same = built is not None and all(built[name] == about[name] for name in ("ledger", "profile"))
    if built is None or not same or built["version"] > until:
        yield from _built(index, workspace, about)
    elif built["version"] < until:
        keys = changed(workspace, built["version"], until)
        if len(keys) > max(FEW, SHARE * built["rows"]):
            yield from _built(index, workspace, about)
        else:
            yield from _carried(index, workspace, keys, about)
    else:
        yield Progress("index", 0, 0, "shipments", _result(index, 0))


def _usual(workspace: Workspace) -> str:
    held = [profile for profile, _ in grounds(workspace)]
    return next((name for name in (*USUAL, *held) if name in held), USUAL[0])


def _result(index: Index, touched: int) -> dict[str, int]:
    built = index.built() or {"version": 0, "rows": 0}
    return {"version": built["version"], "rows": built["rows"], "changed": touched}


def _built(index: Index, workspace: Workspace, about: dict[str, Any]) -> Iterator[Progress]:
    """Build it anew, from so many shipments at once that their legs fit into memory."""
    import polars as pl

    version, places = about["version"], Places()
    legs = workspace.scan("activity", as_of=version, columns=ACTIVITY).with_columns(key())
    legs = legs.filter(pl.col("of").is_not_null())
    counts = legs.select(pl.len(), pl.col("of").n_unique().alias("of"))
    number, total = counts.collect(engine="streaming").row(0)
    turns = -(-number // AT_ONCE)
    columns = [*EMISSION, *GROUPS]
    emissions = workspace.scan("emission", as_of=version, columns=columns).with_columns(key())
    emissions = kept(emissions.filter(pl.col("of").is_not_null()), about["profile"])
    findings, held = _findings(workspace, version), pairs(workspace, version)
    turn = pl.col("of").hash(seed=1) % max(turns, 1)

    def slices() -> Iterator[Sequence[tuple[Any, ...]]]:
        for at in range(turns):
            some = legs.filter(turn == at), emissions.filter(turn == at)
            yield from derive(*some, findings, places, held)

    for done in index.rebuild(slices(), about):
        yield Progress("index", done, total, "shipments")
    index.learn(places.known)
    yield Progress("index", total, total, "shipments", _result(index, total))


def _carried(
    index: Index, workspace: Workspace, keys: set[str], about: dict[str, Any]
) -> Iterator[Progress]:
    import polars as pl

    version, places = about["version"], Places()
    sought = sorted(keys)
    yield Progress("index", 0, len(sought), "shipments")
    if len(sought) <= FEW:
        legs = _legs(workspace, sought, version)
        ids = {"activity_id": legs["activity_id"].to_list()}
        emissions = find(workspace, "emission", ids, columns=EMISSION, as_of=version)
    else:
        wanted = pl.LazyFrame({"of": sought})
        every = workspace.scan("activity", as_of=version, columns=ACTIVITY).with_columns(key())
        legs = every.join(wanted, on="of", how="semi").collect(engine="streaming")
        every = workspace.scan("emission", as_of=version, columns=EMISSION)
        of_legs = legs.lazy().select("activity_id").unique()
        emissions = every.join(of_legs, on="activity_id", how="semi").collect(engine="streaming")
    of = legs.select("activity_id", "of").unique("activity_id").lazy()
    summed = kept(emissions.lazy(), about["profile"]).join(of, on="activity_id")
    things = named(legs)["subject"].unique().to_list()
    few = len(sought) <= FEW
    held = pairs_near(workspace, things, version) if few else pairs(workspace, version)
    slices = derive(legs.lazy(), summed, _findings(workspace, version), places, held)
    rows = [row for some in slices for row in some]
    index.carry(sought, rows, about)
    index.learn(places.known)
    yield Progress("index", len(sought), len(sought), "shipments", _result(index, len(sought)))


def _legs(workspace: Workspace, keys: Sequence[str], version: int) -> pl.DataFrame:
    """Give the legs of some shipments; what another group tells apart is left out again."""
    import polars as pl

    asked: dict[str, list[str]] = {}
    for each in keys:
        group, _, value = each.partition(":")
        asked.setdefault(group, []).append(value)
    rows = find(workspace, "activity", asked, columns=ACTIVITY, as_of=version)
    return rows.with_columns(key()).filter(pl.col("of").is_in(list(keys)))


def _findings(workspace: Workspace, version: int) -> pl.DataFrame:
    import polars as pl

    rows = workspace.scan("finding", as_of=version, columns=["subject"]).drop_nulls()
    counted = rows.group_by("subject").agg(pl.len().alias("findings"))
    return counted.collect(engine="streaming")


class Searching:
    """The indexes of a server's organisations; one object for a process.

    Parameters
    ----------
    home
        Ledgers and state of the organisations.
    folder
        Where the indexes lie, ``search`` in the server's home if not said.
    """

    def __init__(self, home: Home, folder: Path | None = None) -> None:
        self.home = home
        self.folder = folder or home.path / "search"
        self._indexes: dict[str, Index] = {}
        self._far: dict[str, Progress] = {}
        self._turn = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def index(self, tenant: str) -> Index:
        """Give the index of an organisation; TL483 when there is no such organisation."""
        self.home.workspace(tenant)
        with self._turn:
            if tenant not in self._indexes:
                self._indexes[tenant] = open_index(self.home.state, self.folder, tenant)
                self._turns[tenant] = threading.Lock()
            return self._indexes[tenant]

    def update(self, tenant: str) -> Iterator[Progress]:
        """Bring the index of an organisation up to date; see `update`. One at a time does."""
        index = self.index(tenant)
        with self._turns[tenant]:
            for step in update(index, self.home.workspace(tenant)):
                self._far[tenant] = step
                yield step

    def far(self, tenant: str) -> dict[str, Any]:
        """Give how far an index is: version and rows of it, version of the ledger, what is done."""
        built, step = self.index(tenant).built(), self._far.get(tenant)
        return {
            "version": built["version"] if built else None,
            "rows": built["rows"] if built else 0,
            "ledger_version": self.home.workspace(tenant).version,
            "done": step.done if step else 0,
            "total": step.total if step else None,
        }

    def follow(self) -> None:
        """Carry all indexes forward in the background until `close`."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, name="search", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End what runs in the background and let go of the indexes."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(timeout=60)
        for index in self._indexes.values():
            index.close()

    def _follow(self) -> None:
        while not self._ends.is_set():
            for organisation in self.home.organisations():
                self._carry(str(organisation["slug"]))
                if self._ends.is_set():
                    return
            self._ends.wait(LOOK_S)

    def _carry(self, tenant: str) -> None:
        try:
            for _ in self.update(tenant):
                if self._ends.is_set():
                    return
        except (TanluError, OSError) as error:
            # it is tried again; pages say from which version they are
            note("search", tenant=tenant, what=f"{type(error).__name__}: {error}")
