"""What is new of a capture: an event is kept once, a declared error takes its things back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tanlu.errors import catalogue
from tanlu.terms import schema
from tanlu.track.events.capturing import Captured, same
from tanlu.track.events.gathering import canonical_json
from tanlu.track.events.words.persons import PSEUDONYM, Finder, put_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tanlu.store import Workspace

__all__ = ["Settled", "settle"]


class Settled(NamedTuple):
    """What to write of a capture, first the retraction, then the tables in one commit.

    ``wrong`` has the identities of the rows of ``event`` that no longer hold; ``personal`` what
    the pseudonyms in the new rows stand for, to be kept apart in the same commit.
    ``rows_in = rows_new + rows_known + rows_quarantined``.
    """

    epcis: pl.DataFrame
    events: pl.DataFrame
    quarantine: pl.DataFrame
    findings: pl.DataFrame
    wrong: pl.Series
    rows_in: int
    rows_new: int
    rows_known: int
    rows_quarantined: int
    personal: pl.DataFrame


def settle(workspace: Workspace, captured: Captured, *, personal: Sequence[str] = ()) -> Settled:
    """Give what is new of a capture beside what a ledger has; no row is written.

    Pseudonyms stand in place of what is personal (GSRN, ``tel:``, ``mailto:`` and their like, and
    what ``personal`` names), in every column and in what is kept as it came, so that a person can
    be erased.

    Parameters
    ----------
    workspace
        The ledger.
    captured
        What a document gave.
    personal
        Names of fields, and beginnings of URIs, that are personal too.

    Returns
    -------
    Settled
        What to write.

    An event of the same identity and content is known. One of the same identity and other content
    is refused (TL424), unless it declares the first one wrong (EPCIS 2.0 7.4.1): then both stay
    as they were sent, and the things of the first one are taken back. Hold the writer's lock from
    here to the commit.
    """
    import polars as pl

    captured, persons = _veiled(workspace, captured, Finder(personal))
    epcis = captured.epcis
    before = workspace.known(
        "epcis", epcis["event_id"], columns=["event_id", "at", "corrects", "document", "context"]
    )
    declared = pl.col("corrects").is_not_null()
    key = ["event_id", "declared"]
    beside = epcis.with_row_index().with_columns(declared=declared).join(
        before.with_columns(declared=declared).unique(key), on=key, how="inner", suffix="_before"
    )  # fmt: skip
    odd = [
        row["index"]
        for row in beside.filter(pl.col("document") != pl.col("document_before")).rows(named=True)
        if not same(
            (_unnamed(row["document_before"]), row["context_before"]),
            (_unnamed(row["document"]), row["context"]),
        )
    ]
    there = pl.int_range(epcis.height, eager=True).is_in(beside["index"].cast(pl.Int64).implode())
    fresh = epcis.filter(~there)
    wrong_before = before.filter(declared)["event_id"]
    wrong = fresh["corrects"].drop_nulls()
    events = captured.events.filter(
        pl.col("event").is_in(fresh["event_id"].implode())
        & ~pl.col("event").is_in(wrong_before.implode())
    )
    held = before.filter(~declared)["event_id"]
    rejected = pl.concat([captured.rejected, _conflicts(epcis[odd], captured)])
    seen = workspace.known_ids("quarantine", rejected["quarantine_id"])
    alone = wrong.filter(~wrong.is_in(held.implode()) & ~wrong.is_in(_original(epcis).implode()))
    findings = pl.concat([captured.findings, _unmet(alone)])
    told = workspace.known_ids("finding", findings["finding_id"])
    refused = rejected.filter(~pl.col("quarantine_id").is_in(seen.implode()))
    odd_ones = findings.filter(~pl.col("finding_id").is_in(told.implode()))
    return Settled(
        fresh, events, refused, odd_ones,
        _things_of(workspace, before.filter(~declared & pl.col("event_id").is_in(wrong.implode()))),
        captured.rows_in, fresh.height, captured.known + beside.height - len(odd), rejected.height,
        _named_in(persons, fresh["document"], refused["raw"], odd_ones["value"]),
    )  # fmt: skip


def _unnamed(document: str) -> str:
    """Give a document whose persons have no names: one who was erased has another one today."""
    return PSEUDONYM.sub("p:", document)


def _veiled(
    workspace: Workspace, captured: Captured, finder: Finder
) -> tuple[Captured, pl.DataFrame]:
    """Put pseudonyms in place of what is personal; give what each stands for."""
    import polars as pl

    empty = schema("personal").empty()
    texts = [captured.epcis["document"], captured.rejected["raw"]]
    rows = [text.str.contains(finder.marks).arg_true().to_list() for text in texts]
    odd = {
        uri: person for uri in captured.findings["value"].drop_nulls()
        if (person := finder.person(uri)) is not None
    }  # fmt: skip
    held = [
        [msgspec.json.decode(text[row]) for row in places]
        for text, places in zip(texts, rows, strict=True)
    ]
    per_row = [[_persons(one, finder) for one in each] for each in held]
    found = odd | {
        text: person for each in per_row for one in each for text, person in one.items()
    }
    if not found:
        return captured, empty
    subjects = pl.Series("value", sorted(set(found.values())), dtype=pl.String)
    keyed = dict(zip(subjects, workspace.pseudonyms(subjects), strict=True))
    names = {text: keyed[person] for text, person in found.items()}
    documents, raws = (
        {row: _renamed(one, finder, names) for row, one in zip(places, each, strict=True)}
        for places, each in zip(rows, held, strict=True)
    )
    rejected = captured.rejected.rows(named=True)
    for row, mine in zip(rows[1], per_row[1], strict=True):
        for name in ("column", "value", "hint") if mine else ():
            said = rejected[row][name] or ""
            # what was cut off may end within a name
            rejected[row][name] = None if len(said) >= 200 else put_in(said, names)
        rejected[row]["raw"] = raws[row]
    spelt = pl.DataFrame(
        [*zip(keyed.values(), keyed, strict=True),
         *((names[text], text) for text, person in found.items() if text != person)],
        schema=["pseudonym", "value"], orient="row",
    )  # fmt: skip
    places = pl.Series(documents.keys(), dtype=pl.UInt32)
    epcis = captured.epcis.with_columns(
        captured.epcis["document"].scatter(places, pl.Series(documents.values(), dtype=pl.String))
    )
    every = names | keyed
    events = _exchanged(captured.events, every)
    return captured._replace(
        epcis=_exchanged(epcis, every),
        events=events.with_columns(
            event_id=pl.concat_str("event", pl.lit("#"), pl.col("event_id").str.extract(r"#(\d+)$"))
        ),
        rejected=schema("quarantine").fit(pl.DataFrame(rejected, infer_schema_length=None))
        if rejected else captured.rejected,
        findings=_told_of(captured, odd, names),
    ), schema("personal").fit(spelt.with_columns(field=pl.lit("event")))  # fmt: skip


def _persons(held: Any, finder: Finder) -> dict[str, str]:
    return finder.loose(held) if isinstance(held, str) else finder.found(held)


def _renamed(held: Any, finder: Finder, names: dict[str, str]) -> str:
    if isinstance(held, str):
        return canonical_json(put_in(held, names))
    return canonical_json(finder.replaced(held, names))


def _exchanged(rows: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Give rows with names in place of the values of whole cells."""
    import polars as pl

    columns = [
        name for name, type_ in rows.schema.items()
        if type_ == pl.String and name not in ("document", "context", "zone", "offset")
    ]  # fmt: skip
    return rows.with_columns(pl.col(columns).replace(names))


def _told_of(captured: Captured, odd: dict[str, str], names: dict[str, str]) -> pl.DataFrame:
    """Give the findings without what is personal, their identities made anew of the names."""
    import polars as pl

    if not odd:
        return captured.findings
    sha256 = captured.source_sha256
    anew = {
        uri: hashlib.sha256(f"TL426 {sha256} {names[uri]}".encode()).hexdigest() for uri in odd
    }
    mine = pl.col("value").is_in(list(odd))
    # what does not hold is told in digits of the key
    hint = pl.lit(catalogue()["TL426"].hint)
    return captured.findings.with_columns(
        finding_id=pl.when(mine).then(pl.col("value").replace(anew)).otherwise("finding_id"),
        hint=pl.when(mine).then(hint).otherwise("hint"),
        subject=pl.col("subject").replace(names), value=pl.col("value").replace(names),
    )  # fmt: skip


def _named_in(persons: pl.DataFrame, *texts: pl.Series) -> pl.DataFrame:
    """Give the persons whose pseudonyms stand in texts that are written."""
    import polars as pl

    if persons.is_empty():
        return persons
    found = pl.concat([text.rename("") for text in texts]).str.extract_all(PSEUDONYM.pattern)
    return persons.filter(pl.col("pseudonym").is_in(found.explode().drop_nulls().implode()))


def _things_of(workspace: Workspace, epcis: pl.DataFrame) -> pl.Series:
    """Give the identities of the rows that a ledger has of the things of some events."""
    import polars as pl

    if epcis.is_empty():
        return pl.Series(dtype=pl.String)
    times = epcis["at"].to_list()
    rows = workspace.scan(
        "event", columns=["event_id", "event"], between=(min(times), max(times) + 1)
    )
    return rows.filter(pl.col("event").is_in(epcis["event_id"].implode())).collect()["event_id"]


def _original(epcis: pl.DataFrame) -> pl.Series:
    import polars as pl

    return epcis.filter(pl.col("corrects").is_null())["event_id"]


def _conflicts(epcis: pl.DataFrame, captured: Captured) -> pl.DataFrame:
    """Give events whose identity the ledger has with other content, in schema ``quarantine``."""
    import polars as pl

    sha256 = captured.source_sha256
    rows = epcis.select(
        pl.concat_str(pl.lit(f"{sha256}:"), "event_id").alias("quarantine_id"),
        code=pl.lit("TL424"),
        column=pl.lit("event.eventID"),
        value=pl.col("event_id"),
        hint=pl.lit(catalogue()["TL424"].hint),
        source_sha256=pl.lit(sha256),
        source_line=pl.lit(1, pl.Int64),
        raw=pl.col("document"),
        activity_id=pl.col("event_id"),
    )
    return schema("quarantine").fit(rows)


def _unmet(ids: pl.Series) -> pl.DataFrame:
    """Give a finding for each declaration whose event is not there."""
    import polars as pl

    rows = [
        {
            "finding_id": hashlib.sha256(f"TL427 {one}".encode()).hexdigest(),
            "code": "TL427",
            "severity": "info",
            "subject": one,
            "value": one,
            "hint": catalogue()["TL427"].hint,
            "count": 1,
        }
        for one in ids
    ]
    return schema("finding").fit(pl.DataFrame(rows)) if rows else schema("finding").empty()
