"""What is new of a capture: an event is kept once, a declared error takes its things back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tanlu.errors import catalogue
from tanlu.store.index import find
from tanlu.terms import schema
from tanlu.track.events.capturing import Captured, same
from tanlu.track.events.checking import circles, early
from tanlu.track.events.gathering import canonical_json
from tanlu.track.events.words.persons import PSEUDONYM, Finder, put_in, read_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from tanlu.store import Workspace

__all__ = ["Settled", "keep", "settle"]

# so far around a capture it is looked whether things come to lie in each other
LEVELS, AROUND = 16, 50_000


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
    ids = pl.concat([held, _original(epcis)])
    findings = pl.concat(
        [captured.findings, early(captured), circles(_around(workspace, events)),
         _unmet("TL427", alone),
         _unmet("TL440", _unanswered(workspace, fresh, ids))]
    )  # fmt: skip
    told = workspace.known_ids("finding", findings["finding_id"])
    refused = rejected.filter(~pl.col("quarantine_id").is_in(seen.implode()))
    odd_ones = findings.filter(~pl.col("finding_id").is_in(told.implode()))
    return Settled(
        fresh, events, refused, odd_ones,
        _things_of(workspace, before.filter(~declared & pl.col("event_id").is_in(wrong.implode()))),
        captured.rows_in, fresh.height, captured.known + beside.height - len(odd), rejected.height,
        _named_in(persons, fresh["document"], refused["raw"], odd_ones["value"]),
    )  # fmt: skip


def keep(
    workspace: Workspace,
    captured: Captured,
    *,
    source: Mapping[str, Any],
    personal: Sequence[str] = (),
    whole: bool = False,
) -> Settled:
    """Write what is new of a capture; what a declaration takes back is retracted first.

    Parameters
    ----------
    workspace
        The ledger; its writer's lock is held meanwhile.
    captured
        What a document gave.
    source
        Where it comes from, beside the hash of the document.
    personal
        See `settle`.
    whole
        All or nothing: when one event is refused, no row is written.

    Returns
    -------
    Settled
        What was written; with ``whole`` and a refusal, what would have been.
    """
    with workspace.writer():
        new = settle(workspace, captured, personal=personal)
        if whole and new.rows_quarantined:
            return new
        if new.wrong.len():
            workspace.retract("event", new.wrong, reason="errorDeclaration")
        tables = {
            name: rows
            for name, rows in (
                ("epcis", new.epcis), ("event", new.events), ("quarantine", new.quarantine),
                ("finding", new.findings),
            )
            if rows.height
        }  # fmt: skip
        if tables:
            told = {**source, "sha256": captured.source_sha256}
            workspace.commit(tables, source=told, personal=new.personal)
    return new


def _unnamed(document: str) -> str:
    """Give a document whose persons have no names: one who was erased has another one today."""
    return PSEUDONYM.sub("p:", document)


def _veiled(
    workspace: Workspace, captured: Captured, finder: Finder
) -> tuple[Captured, pl.DataFrame]:
    """Put pseudonyms in place of what is personal; give what each stands for."""
    import polars as pl

    empty = schema("personal").empty()
    documents = _personal(captured.epcis["document"], finder)
    raws = _personal(captured.rejected["raw"], finder)
    odd = {
        uri: person for uri in captured.findings["value"].drop_nulls()
        if (person := finder.person(uri)) is not None
    }  # fmt: skip
    found = dict(odd)
    for _, persons in (*documents.values(), *raws.values()):
        found |= persons
    if not found:
        return captured, empty
    subjects = pl.Series("value", sorted(set(found.values())), dtype=pl.String)
    keyed = dict(zip(subjects, workspace.pseudonyms(subjects), strict=True))
    names = {text: keyed[person] for text, person in found.items()}
    rejected = captured.rejected.rows(named=True)
    for row, (held, _) in raws.items():
        for name in ("column", "value", "hint"):
            said = rejected[row][name] or ""
            # what was cut off may end within a name
            rejected[row][name] = None if len(said) >= 200 else put_in(said, names)
        rejected[row]["raw"] = _renamed(held, rejected[row]["raw"], finder, names)
    spelt = pl.DataFrame(
        [*zip(keyed.values(), keyed, strict=True),
         *((names[text], text) for text, person in found.items() if text != person)],
        schema=["pseudonym", "value"], orient="row",
    )  # fmt: skip
    column = captured.epcis["document"]
    anew = [_renamed(held, column[row], finder, names) for row, (held, _) in documents.items()]
    epcis = captured.epcis.with_columns(
        column.scatter(
            pl.Series(list(documents), dtype=pl.UInt32), pl.Series(anew, dtype=pl.String)
        )
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
        findings=_told_of(captured, odd, every),
    ), schema("personal").fit(spelt.with_columns(field=pl.lit("event")))  # fmt: skip


def _personal(texts: pl.Series, finder: Finder) -> dict[int, tuple[Any, dict[str, str]]]:
    """Give by row the JSON of texts in which persons are told, and those persons."""
    marked = texts.str.contains_any(finder.marks, ascii_case_insensitive=True).arg_true()
    found = {}
    for row in marked:
        held = read_all(texts[row])
        persons = finder.loose(held or texts[row]) if isinstance(held, str | None) else (
            finder.found(held)
        )  # fmt: skip
        if persons:
            found[row] = held, persons
    return found


def _renamed(held: Any, text: str, finder: Finder, names: dict[str, str]) -> str:
    if held is None:
        return put_in(text, names)
    told = put_in(held, names) if isinstance(held, str) else finder.replaced(held, names)
    return canonical_json(told)


def _exchanged(rows: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Give rows with names in place of the values of whole cells."""
    import polars as pl

    columns = [
        name for name, type_ in rows.schema.items()
        if type_ == pl.String and name not in ("document", "context", "zone", "offset")
    ]  # fmt: skip
    return rows.with_columns(pl.col(columns).replace(names))


def _told_of(captured: Captured, odd: dict[str, str], every: dict[str, str]) -> pl.DataFrame:
    """Give the findings without what is personal, their identities made anew of the names."""
    import polars as pl

    sha256 = captured.source_sha256
    anew = {uri: hashlib.sha256(f"TL426 {sha256} {every[uri]}".encode()).hexdigest() for uri in odd}
    mine = pl.col("value").is_in(list(odd))
    # what does not hold is told in digits of the key
    hint = pl.lit(catalogue()["TL426"].hint)
    return captured.findings.with_columns(
        finding_id=pl.when(mine).then(pl.col("value").replace(anew)).otherwise("finding_id"),
        hint=pl.when(mine).then(hint).otherwise("hint"),
        subject=pl.col("subject").replace(every), value=pl.col("value").replace(every),
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


def _around(workspace: Workspace, events: pl.DataFrame) -> pl.DataFrame:
    """Give rows of things with those of a ledger that tell where what holds them lies."""
    import polars as pl

    rows = [events]
    parents = events.filter(role="child", action="add")["parent"].drop_nulls().unique()
    seen = parents
    for _ in range(LEVELS):
        if parents.is_empty() or seen.len() > AROUND:
            break
        rows.append(find(workspace, "event", {"subject": parents.to_list()}))
        above = rows[-1].filter(role="child", action="add")["parent"].drop_nulls().unique()
        parents = above.filter(~above.is_in(seen.implode()))
        seen = pl.concat([seen, parents])
    return pl.concat(rows)


def _unanswered(workspace: Workspace, epcis: pl.DataFrame, here: pl.Series) -> pl.Series:
    """Give the events that should take the place of wrong ones and are not there."""
    import polars as pl

    named: dict[str, None] = {}
    for document in epcis.filter(pl.col("corrects").is_not_null())["document"]:
        declared = msgspec.json.decode(document)["errorDeclaration"]
        named |= dict.fromkeys(declared.get("correctiveEventIDs", ()))
    asked = pl.Series("id", list(named), dtype=pl.String)
    if asked.is_empty():
        return asked
    # what is declared wrong itself takes nobody's place
    wrong = epcis["corrects"].drop_nulls()
    known = pl.concat([workspace.known_ids("epcis", asked).rename("id"), here.rename("id")])
    return asked.filter(~asked.is_in(known.implode()) | asked.is_in(wrong.implode()))


def _unmet(code: str, ids: pl.Series) -> pl.DataFrame:
    """Give a finding for each event that a declaration names and that is not there."""
    import polars as pl

    rows = [
        {
            "finding_id": hashlib.sha256(f"{code} {one}".encode()).hexdigest(),
            "code": code,
            "severity": "info",
            "subject": one,
            "value": one,
            "hint": catalogue()[code].hint,
            "count": 1,
        }
        for one in ids
    ]
    return schema("finding").fit(pl.DataFrame(rows)) if rows else schema("finding").empty()
