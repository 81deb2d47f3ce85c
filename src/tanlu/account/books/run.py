"""Quantify a workspace: only what these pins do not cover, slice by slice, safe to kill.

Every slice of a part is one commit that says which rows it covers, so a killed run goes on where
it stood and nothing is written twice. Rows that belong to a round or operation with measured
energy wait for the end, because a part may bring a leg or a bill of a group that stands in another;
a group that is touched is shared anew and its old rows are retracted in the same commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.batch import Quantified, quantify
from tanlu.account.books.coverage import ALONE, GROUPS, Coverage, coverage
from tanlu.account.books.decisions import kept as decisions
from tanlu.account.books.summary import ABOUT_ACTIVITY, summary
from tanlu.account.choose import card_of_ledger
from tanlu.account.legs.computing import spec
from tanlu.account.market.books import by_market
from tanlu.account.rounds import CARRIES, METERED, group_keys
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.account.legs.computing import Engine
    from tanlu.factors import Library
    from tanlu.store import Workspace

__all__ = ["quantify_all"]

SLICE = 200_000
CHUNK = 200_000


def quantify_all(
    workspace: Workspace,
    *,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
    engine: Engine = "polars",
    library: Library | None = None,
    assured: bool = False,
) -> Iterator[Progress]:
    """Quantify the activities of a ledger that are not covered yet.

    Parameters
    ----------
    workspace
        Opened by ``tanlu.store.open_workspace``.
    profile, gwp_set, engine, assured
        As for ``quantify``.
    library
        The library that the ledger uses, by default: it adopts the built-in one at first use.

    Yields
    ------
    Progress
        Rows done; the last one's ``result`` has ``activities``, ``emissions``, ``co2e_wtw_kg``,
        ``co2e_ttw_kg``, ``co2e_wtt_kg`` (decimal texts), ``unquantified`` and ``new``; and
        ``before``, the total that stood, where other factors, formulas or rules were used then.
    """
    from tanlu.factors.packs import settle

    kept = library or settle(workspace)
    work = _Work(workspace, kept, profile, gwp_set, engine, assured=assured)
    parts = workspace.parts("activity")
    total, done = sum(part.rows for part in parts), 0
    # other factors, formulas or rules make other numbers: what stood before is told beside them
    before = summary(workspace, profile)["co2e_wtw_kg"] if work.covered.stale else None
    for part in parts:
        for rows in work.alone(part):
            done += rows
            yield Progress("quantify", done, total)
    for rows in work.groups(parts):
        yield Progress("allocate", rows, None)
    for rows in by_market(workspace, work.pins, kept):
        yield Progress("market", rows, None)
    result = summary(workspace, profile) | {"new": work.new, "pins": work.pins}
    if before:
        result |= {"before": before}
    yield Progress("quantify", total, total, result=result)


class _Work:
    """One run: what it writes with, and how much is new."""

    def __init__(
        self,
        workspace: Workspace,
        library: Library,
        profile: str,
        gwp_set: str,
        engine: Engine,
        *,
        assured: bool,
    ) -> None:
        from tanlu.factors.packs import rules_hash

        self.workspace = workspace
        self.options: dict[str, Any] = {
            "library": library,
            "profile": profile,
            "gwp_set": gwp_set,
            "engine": engine,
            "chains": decisions(workspace),
            "assured": assured,
            "card": card_of_ledger(workspace),
        }
        self.pins = {
            "profile": profile,
            "gwp_set": gwp_set,
            "spec": spec().sha256,
            "factors": library.hash,
            "chains": self.options["chains"].sha256,
            "rules": rules_hash(),
            **({"assured": "yes"} if assured else {}),
            **({"card": card.sha256} if (card := self.options["card"]) else {}),
        }
        self.covered = coverage(workspace, self.pins)
        self.keys = self._metered()
        taken = workspace.scan("retraction", columns=["of"]).filter(pl.col("of") == "activity")
        self.taken_back = bool(taken.head(1).collect().height)
        self.new = {"activities": 0, "emissions": 0}

    # ── what stands alone ──

    def alone(self, part: Any) -> Iterator[int]:
        """Quantify the rows of a part that belong to no group, slice by slice."""
        start = self.covered.done(part.file)
        if start:
            yield start
        while start < part.rows:
            rows = self.workspace.scan("activity", only=[part], raw=True).slice(start, SLICE)
            batch = rows.collect(engine="streaming")
            single = self._holding(part, batch.filter(self.effective().is_null()))
            made = quantify(single, **self.options)
            end = start + batch.height
            self._commit_alone(part.file, start, end, made)
            self.new["activities"] += single.height
            yield end - start
            start = end

    def _holding(self, part: Any, rows: pl.DataFrame) -> pl.DataFrame:
        """Leave out what was taken back: an emission written now would outlive its retraction."""
        if not self.taken_back:
            return rows
        held = self.workspace.scan("activity", only=[part], columns=["activity_id"])
        return rows.join(held.collect(engine="streaming"), on="activity_id", how="semi")

    def _commit_alone(self, file: str, start: int, end: int, made: Quantified) -> None:
        source = {"by": "quantify", "pins": self.pins, "stage": ALONE, "part": file}
        with self.workspace.writer():
            # another process may have been faster
            now = coverage(self.workspace, self.pins)
            if now.done(file) != start:
                return
            tables = {"emission": made.emissions, "finding": made.findings}
            if start == 0:
                tables |= self._revised(file, now)
            self.workspace.commit(tables, source=source | {"rows": end}, inputs=[file])
        self.new["emissions"] += made.emissions.height

    def _revised(self, file: str, now: Coverage) -> dict[str, pl.DataFrame]:
        """Give the retraction of what other pins of this profile made of the part."""
        made = set(now.stale.get(file, ()))
        gone = [_retraction(pl.DataFrame(schema={"id": pl.String}), "emission")]
        for table in ("emission", "finding"):
            older = [part for part in self.workspace.parts(table) if (table, part.file) in made]
            rows = self.workspace.scan(table, only=older, columns=[f"{table}_id"])
            if older:
                gone.append(_retraction(rows.collect().rename({f"{table}_id": "id"}), table))
        rows_gone = pl.concat(gone)
        return {"retraction": rows_gone} if rows_gone.height else {}

    # ── what shares a measured total ──

    def effective(self) -> pl.Expr:
        """Give the group of a row, null where it has none with measured energy."""
        by_round = pl.concat_str(pl.lit("round:"), "round")
        by_operation = pl.concat_str(pl.lit("operation:"), "operation")
        known = self.keys.implode()
        leg = (
            pl.when(by_round.is_in(known))
            .then(by_round)
            .when(by_operation.is_in(known))
            .then(by_operation)
        )
        return pl.when(METERED).then(group_keys()).when(CARRIES).then(leg)

    def groups(self, parts: list[Any]) -> Iterator[int]:
        """Share the totals of the groups that parts not yet grouped touch or took members from."""
        fresh = [part for part in parts if part.file not in self.covered.grouped]
        taking, taken = self._taken()
        if not fresh and not taking:
            return
        touched = pl.concat([self._touched(fresh), self._groups_of(taken)]).unique().sort()
        rows = self._members(touched)
        stale = self._written(pl.concat([rows["activity_id"], taken]))
        if not rows.height and not stale.height:
            return
        files = [part.file for part in (*fresh, *taking)]
        source = {"by": "quantify", "pins": self.pins, "stage": GROUPS}
        chunks = _chunks(rows, self.effective()) or [rows]
        done = 0
        for number, chunk in enumerate(chunks):
            made = quantify(chunk, **self.options)
            last = number == len(chunks) - 1
            ids = pl.concat([chunk["activity_id"], taken]) if last else chunk["activity_id"]
            gone = stale.join(ids.unique().to_frame("activity_id"), on="activity_id", how="semi")
            tables = {"emission": made.emissions, "finding": made.findings}
            if gone.height:
                tables["retraction"] = pl.concat(
                    _retraction(part.select("id"), str(name[0]))
                    for name, part in gone.group_by("table", maintain_order=True)
                )
            self.workspace.commit(tables, source=source, inputs=files if last else ())
            self.new["activities"] += chunk.height
            self.new["emissions"] += made.emissions.height
            done += chunk.height
            yield done

    def _taken(self) -> tuple[list[Any], pl.Series]:
        """Give the parts that took activities back since, and which those are."""
        parts, ids = [], [pl.Series("activity_id", [], dtype=pl.String)]
        for part in self.workspace.parts("retraction") if self.taken_back else ():
            if part.file not in self.covered.grouped:
                rows = self.workspace.scan("retraction", only=[part], columns=["of", "id"])
                found = rows.filter(pl.col("of") == "activity").collect()["id"]
                if found.len():
                    parts.append(part)
                    ids.append(found.alias("activity_id"))
        return parts, pl.concat(ids)

    def _metered(self) -> pl.Series:
        rows = self.workspace.scan("activity", columns=["kind", "round", "operation"])
        keys = rows.filter(METERED).select(group_keys().alias("group")).drop_nulls().unique()
        return keys.collect(engine="streaming")["group"].sort()

    def _touched(self, fresh: list[Any]) -> pl.Series:
        """Give the groups that rows of these parts belong to or have left."""
        columns = ["kind", "round", "operation", "supersedes"]
        rows = self.workspace.scan("activity", only=fresh, raw=True, columns=columns)
        keyed = rows.select(self.effective().alias("group"), "supersedes")
        found = keyed.filter(pl.any_horizontal(pl.all().is_not_null())).collect(engine="streaming")
        left = self._groups_of(found["supersedes"].drop_nulls().unique())
        return pl.concat([found["group"], left]).drop_nulls().unique().sort()

    def _groups_of(self, ids: pl.Series) -> pl.Series:
        """Give the groups that these activities belonged to, whether they still hold or not."""
        if not ids.len():
            return pl.Series("group", [], dtype=pl.String)
        left = self.workspace.known("activity", ids, columns=["kind", "round", "operation"])
        named = left.filter(METERED | CARRIES)
        return pl.concat([
            named.select(pl.concat_str(pl.lit(f"{name}:"), name).alias("group"))["group"]
            for name in ("round", "operation")
        ]).drop_nulls()  # fmt: skip

    def _members(self, touched: pl.Series) -> pl.DataFrame:
        """Give all current rows of the touched groups, and of those that these rows belong to."""
        while True:
            known = touched.implode()
            either = pl.concat_str(pl.lit("round:"), "round").is_in(known) | pl.concat_str(
                pl.lit("operation:"), "operation"
            ).is_in(known)
            rows = (
                self.workspace.scan("activity")
                .filter(METERED | CARRIES, either.fill_null(value=False))
                .collect(engine="streaming")
            )
            more = rows.select(self.effective().alias("group"))["group"].drop_nulls().unique()
            wider = pl.concat([touched, more]).unique().sort()
            if wider.len() == touched.len():
                return rows
            touched = wider

    def _written(self, ids: pl.Series) -> pl.DataFrame:
        """Give what this profile wrote of these activities: table, id, activity_id."""
        wanted = ids.unique().to_frame("activity_id").lazy()
        emissions = (
            self.workspace.scan("emission", columns=["emission_id", "activity_id", "profile"])
            .filter(pl.col("profile") == self.pins["profile"])
            .select(
                pl.lit("emission").alias("table"), pl.col("emission_id").alias("id"), "activity_id"
            )
        )
        about = pl.col("subject").str.strip_prefix("activity:")
        findings = (
            self.workspace.scan("finding", columns=["finding_id", "subject", "code", "profile"])
            .filter(
                pl.col("code").str.contains(ABOUT_ACTIVITY),
                pl.col("profile").fill_null(self.pins["profile"]) == self.pins["profile"],
            )
            .select(
                pl.lit("finding").alias("table"),
                pl.col("finding_id").alias("id"),
                about.alias("activity_id"),
            )
        )
        both = [each.join(wanted, on="activity_id", how="semi") for each in (emissions, findings)]
        return pl.concat([each.collect(engine="streaming") for each in both])


def _chunks(rows: pl.DataFrame, group: pl.Expr) -> list[pl.DataFrame]:
    """Cut rows between groups into pieces of bounded size; a group is never cut."""
    keyed = rows.with_columns(pl.coalesce(group, "activity_id").alias("_group")).sort("_group")
    sizes = keyed.group_by("_group", maintain_order=True).len()
    piece = sizes.select("_group", (pl.col("len").cum_sum() // CHUNK).alias("_piece"))
    joined = keyed.join(piece, on="_group", how="left", maintain_order="left")
    return [
        part.drop("_group", "_piece") for part in joined.partition_by("_piece", maintain_order=True)
    ]


def _retraction(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    return rows.select(
        "id",
        pl.lit(f"{table}_id").alias("key"),
        pl.lit(table).alias("of"),
        pl.lit("quantified anew").alias("reason"),
    ).unique(maintain_order=True)
