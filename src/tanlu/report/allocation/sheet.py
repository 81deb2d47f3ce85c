"""The allocation of a ledger as a document: keys in use, suspicions, and one group under all keys.

A group is ``round:NAME`` or ``operation:NAME``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.allocation import compare, keys, suspects
from tanlu.errors import TanluError, say
from tanlu.factors.packs import library_of
from tanlu.report import numbers
from tanlu.report.words import Words
from tanlu.terms import Document, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["allocation"]

# codes of a share that say by what it was shared
CODES = r"A-(?:ROUND|KEY)-[A-Z-]+"
KNOWN = (
    "activity_id", "kind", "start", "end", "mass_mg", "distance_m", "distance_type", "count",
    "volume_ml", "teu_milli", "amount_fen", "load_ppm", "vehicle_class", "vehicle", "round",
    "operation", "origin", "destination", "source_sha256", "source_line",
)  # fmt: skip
SORTS = ("round", "operation")
SHOWN = 200


def allocation(
    workspace: Any,
    group: str | None = None,
    *,
    language: str = "en",
    as_of: int | None = None,
    profile: str = "iso14083",
) -> Document:
    """Give how the totals of a ledger are shared, or one of them under every key.

    Parameters
    ----------
    workspace
        What ``tanlu.store.open_workspace`` gives.
    group
        ``round:NAME`` or ``operation:NAME``: who bears what of it, and what each other key that
        all of its goods know would have given. Without one: the keys in use, and what is suspect
        about loads and rounds (TL550 to TL552).
    language, as_of, profile
        As for ``tanlu.report.transport``.

    Raises
    ------
    TanluError
        TL553 for what is no group, TL806 for a group that has no shared total.
    """
    words = Words(language)
    rows = workspace.scan("emission", as_of=as_of).filter(
        pl.col("share_of").is_not_null(), pl.col("profile") == profile, pl.col("basis") != "market"
    )
    if group is None:
        facts, sections = _whole(workspace, rows, words, as_of, profile)
    else:
        facts, sections = _one(workspace, rows, words, as_of, group)
    facts = {"report": "allocation", "language": words.language, "group": group, **facts}
    return Document(words("allocation.title"), words.language, sections, facts)


def _whole(
    workspace: Any, rows: pl.LazyFrame, words: Words, as_of: int | None, profile: str
) -> tuple[dict[str, Any], tuple[Section, ...]]:
    code = pl.col("assumptions").str.extract_all(CODES).list.join(";").replace("", None)
    used = (
        rows.group_by(code.alias("code"))
        .agg(
            pl.col("share_of").n_unique().alias("totals"),
            pl.col("activity_id").n_unique().alias("legs"),
            pl.col("co2e_ug").cast(pl.Int128).sum(),
        )
        .sort("co2e_ug", "code", descending=[True, False])
        .collect(engine="streaming")
    )
    activities = workspace.scan("activity", as_of=as_of, columns=list(KNOWN))
    found = suspects(
        activities.collect(engine="streaming"),
        library_of(workspace, as_of=as_of, profile=profile),
    )
    facts = {
        "keys": [
            {"code": name, "totals": totals, "legs": legs, "co2e_kg": _kg(amount)}
            for name, totals, legs, amount in used.iter_rows()
        ],
        "findings": found.height,
        "suspects": list(
            found.head(SHOWN).select("code", "subject", "value", "hint").iter_rows(named=True)
        ),
    }
    return facts, (_keys(words, facts), _suspects(words, facts, found))


def _one(
    workspace: Any, rows: pl.LazyFrame, words: Words, as_of: int | None, group: str
) -> tuple[dict[str, Any], tuple[Section, ...]]:
    sort, _, name = group.partition(":")
    if sort not in SORTS:
        raise TanluError("TL553", value=group, known="round:…, operation:…")
    goods = (
        workspace.scan("activity", as_of=as_of, columns=list(KNOWN))
        .filter(pl.col(sort) == name, pl.col("kind").str.contains(r"^(?:transport|hub)\."))
        .collect(engine="streaming")
    )
    mine = rows.join(goods.lazy().select("activity_id"), on="activity_id", how="semi")
    borne = mine.group_by("activity_id", "share_of").agg(pl.col("co2e_ug").sum())
    shared = borne.collect(engine="streaming")
    if not shared.height:
        raise TanluError("TL806", value=group)
    totals = shared.group_by("share_of").agg(pl.col("co2e_ug").sum()).select(
        pl.col("share_of").alias("total_id"), pl.lit(group).alias("group"), "co2e_ug"
    )  # fmt: skip
    takers = goods.join(shared.select("activity_id").unique(), on="activity_id", how="semi")
    compared = compare(totals, takers.with_columns(pl.lit(group).alias("group")))
    by_key = compared.group_by("activity_id", "key").agg(pl.col("share_ug").sum())
    wide = by_key.pivot("key", index="activity_id", values="share_ug").sort("activity_id")
    kept = shared.group_by("activity_id").agg(pl.col("co2e_ug").sum().alias("borne_ug"))
    table = wide.join(kept, on="activity_id", how="left", maintain_order="left")
    names = [each for each in keys() if each in table.columns]
    facts = {
        "co2e_kg": _kg(int(shared["co2e_ug"].sum())),
        "keys": names,
        "shares": [
            {"activity_id": row["activity_id"], "borne_kg": _kg(row["borne_ug"]),
             **{f"{each}_kg": _kg(row[each]) for each in names}}
            for row in table.iter_rows(named=True)
        ],
    }  # fmt: skip
    return facts, (_shares(words, facts),)


def _kg(amount_ug: int) -> str:
    return numbers.plain(numbers.exact(amount_ug, 9))


def _keys(w: Words, facts: dict[str, Any]) -> Section:
    rows = tuple(
        (_reason(w, row["code"]), row["code"], row["totals"], row["legs"], Decimal(row["co2e_kg"]))
        for row in facts["keys"]
    )
    columns = (w("allocation.column.key"), w("column.code"), w("allocation.column.totals"),
               w("column.legs"), w("allocation.column.kg"))  # fmt: skip
    return Section(w("allocation.section.keys"), w("allocation.text.keys"), (), columns, rows)


def _reason(w: Words, code: str | None) -> str:
    if code is None:
        return w("allocation.first")
    return "; ".join(w.assumption(each) for each in code.split(";"))


def _suspects(w: Words, facts: dict[str, Any], found: pl.DataFrame) -> Section:
    said: Iterable[tuple[object, ...]] = (
        (row["code"], row["subject"], _said(row, w.language)) for row in facts["suspects"]
    )
    columns = (w("column.code"), w("column.item"), w("column.reason"))
    text = w("allocation.text.suspects", count=f"{found.height:,}")
    return Section(w("allocation.section.suspects"), text, (), columns, tuple(said))


def _shares(w: Words, facts: dict[str, Any]) -> Section:
    told = keys()
    names = [told[each].zh if w.language == "zh" else told[each].en for each in facts["keys"]]
    columns = (w("allocation.column.goods"), w("allocation.column.borne"), *names)
    rows = tuple(
        (row["activity_id"], Decimal(row["borne_kg"]),
         *(Decimal(row[f"{each}_kg"]) for each in facts["keys"]))
        for row in facts["shares"][:SHOWN]
    )  # fmt: skip
    figures = ((w("doubt.total"), numbers.grouped(Decimal(facts["co2e_kg"])), "kg CO₂e"),)
    return Section(
        w("allocation.section.shares"), w("allocation.text.shares"), figures, columns, rows
    )


def _said(row: dict[str, Any], language: str) -> str:
    """Give the sentence of a finding without its code, which stands beside it."""
    return say(row["code"], language=language, value=row["value"]).partition("] ")[2]
