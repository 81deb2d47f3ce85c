"""Events into columns: documents in, rows of events and of the things in them out."""

from __future__ import annotations

import gc
import hashlib
import json
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tanlu.errors import TanluError, catalogue
from tanlu.terms import schema
from tanlu.track.events.gathering import EVENT, Gathered, canonical_json
from tanlu.track.events.hashing import digest, namespaces, pre_hash
from tanlu.track.events.opening import Origin, opened
from tanlu.track.events.rules import Fault
from tanlu.track.events.words.spelling import URIS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

__all__ = ["Captured", "capture", "event_hash", "hashes", "same"]

CONTROL = dict.fromkeys((*range(32), 127), " ")
# zones of the offsets that are no whole hours; IANA has none of these by their offset
BROKEN = {
    "+03:30": "Asia/Tehran", "+04:30": "Asia/Kabul", "+05:30": "Asia/Kolkata",
    "+05:45": "Asia/Kathmandu", "+06:30": "Asia/Yangon", "+09:30": "Australia/Darwin",
}  # fmt: skip
Refused = tuple[int, str, Fault, bytes]


class Captured(NamedTuple):
    """What one document gave: ``rows_in == epcis.height + known + rejected.height``.

    ``epcis`` has one row an event, ``events`` one a thing and its role in an event, ``rejected``
    the schema ``quarantine``, ``findings`` the schema ``finding``; ``known`` counts events that
    the document tells twice.
    """

    epcis: pl.DataFrame
    events: pl.DataFrame
    rejected: pl.DataFrame
    findings: pl.DataFrame
    known: int
    rows_in: int
    source_sha256: str
    ignored: tuple[str, ...] = ()


def capture(document: bytes | str, *, recorded_us: int) -> Captured:
    """Give the events of a document as columns.

    Parameters
    ----------
    document
        An EPCISDocument, an EPCISQueryDocument, one event with its context, a JSON list of events,
        or lines of them (NDJSON).
    recorded_us
        When they are captured [µs UTC].

    Returns
    -------
    Captured
        Nothing raises: what does not hold is a row of ``rejected`` with its code (TL420 to TL424)
        and as it came; a URI that looks like a GS1 key and is none is a finding (TL426).

    References
    ----------
    EPCIS 2.0 (7.3, 7.4, 10); the identity of an event without one is its CBV 2.0 8.9.2 hash.
    """
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    # so many small objects live until the end that looking for circles among them finds none
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _capture(data, recorded_us)
    finally:
        if collecting:
            gc.enable()


def _capture(data: bytes, recorded_us: int) -> Captured:
    URIS.shorten()
    gathered, place = Gathered(), 0
    contexts: list[str | None] = []
    ignored: set[str] = set()
    for batch in opened(data):
        before = len(gathered.events)
        if batch.fault is not None:
            place += 1
            gathered.refused.append((place, *batch.fault))
        for raw in batch.events:
            place += 1
            gathered.take(place, raw, batch.origin)
        context = batch.origin.context
        kept = None if context is None else canonical_json(context)
        contexts += [kept] * (len(gathered.events) - before)
        ignored |= batch.origin.ignored
    found = _captured(gathered, contexts, hashlib.sha256(data).hexdigest(), recorded_us, place)
    return found._replace(ignored=tuple(sorted(ignored)))


def event_hash(events: Sequence[Mapping[str, Any]], *, context: Any = None) -> list[str]:
    """Give the CBV 2.0 hash of events, ``ni:///sha-256;…?ver=CBV2.0``.

    Parameters
    ----------
    events
        Events as JSON gives them; nothing is checked.
    context
        JSON-LD context of their document, for the prefixes of their extensions.
    """
    origin = Origin(context)
    return [digest(origin.pre_hash(dict(event))) for event in events]


def hashes(document: bytes) -> list[tuple[str, str]]:
    """Give the CBV 2.0 hash of each event of a document that holds, with the text of it.

    Raises
    ------
    TanluError
        TL420 to TL423 for the first thing that does not hold.
    """
    found = []
    for batch in opened(document):
        if batch.fault is not None:
            raise _error(*batch.fault[:2])
        for raw in batch.events:
            looked = Gathered()
            looked.take(1, raw, batch.origin)
            for _, code, fault, _ in looked.refused:
                raise _error(code, fault)
            text = batch.origin.pre_hash(msgspec.json.decode(raw))
            found.append((digest(text), text))
    return found


def _error(code: str, fault: Fault) -> TanluError:
    return TanluError(code, column=fault.field, value=fault.value or fault.field, why=fault.why)


def same(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    """Tell whether two documents of one identity, each with its context, tell one event."""
    if one[0] == other[0]:
        return True
    texts = []
    for document, context in (one, other):
        event = msgspec.json.decode(document)
        prefixes = namespaces(msgspec.json.decode(context)) if context else {}
        texts.append(pre_hash(event, prefixes | namespaces(event.get("@context"))))
    return texts[0] == texts[1]


def _captured(
    gathered: Gathered, contexts: list[str | None], sha256: str, recorded_us: int, rows_in: int
) -> Captured:
    import polars as pl

    types = {**schema("epcis").dtypes(), "device": pl.String}
    columns = zip(*gathered.events, strict=True) if gathered.events else [()] * len(EVENT)
    epcis = pl.DataFrame(
        [
            pl.Series(name, values, dtype=types[name])
            for name, values in zip(EVENT, columns, strict=True)
        ]
    ).with_columns(
        pl.Series(contexts, dtype=pl.String).alias("context"),
        recorded=pl.lit(recorded_us, pl.Int64),
    )
    keep, conflicts = _once(epcis)
    refused = gathered.refused + conflicts
    events = _things(epcis, gathered, keep)
    taken = epcis.filter(keep) if not keep.all() else epcis
    known = epcis.height - taken.height - len(conflicts)
    return Captured(
        schema("epcis").fit(taken.drop("device")), events, _rejected(refused, sha256),
        _findings(_odd(taken, events), sha256), known, rows_in, sha256,
    )  # fmt: skip


def _once(epcis: pl.DataFrame) -> tuple[pl.Series, list[Refused]]:
    """Give which events to keep, and those whose identity another event has already."""
    import polars as pl

    marked = epcis.select("event_id", pl.col("corrects").is_not_null())
    keep = marked.is_unique()
    if keep.all():
        return keep, []
    first = marked.with_row_index().unique(
        ["event_id", "corrects"], keep="first", maintain_order=True
    )
    keep = pl.int_range(epcis.height, eager=True).is_in(first["index"].implode())
    conflicts = []
    at = dict(zip(first.select("event_id", "corrects").rows(), first["index"], strict=True))
    for place in (~keep).arg_true():
        row = epcis.row(place, named=True)
        before = epcis.row(at[row["event_id"], row["corrects"] is not None], named=True)
        if not same((before["document"], before["context"]), (row["document"], row["context"])):
            fault = Fault("event.eventID", row["event_id"], "")
            conflicts.append((place + 1, "TL424", fault, row["document"].encode()))
    return keep, conflicts


def _things(epcis: pl.DataFrame, gathered: Gathered, keep: pl.Series) -> pl.DataFrame:
    """Give a row for each thing and its role, of the events that hold."""
    import polars as pl

    wrong = epcis["corrects"].drop_nulls().unique()
    holds = keep & ~epcis["event_id"].is_in(wrong.implode()) if wrong.len() else keep
    groups = gathered.things
    sizes = pl.Series([len(group[2]) for group in groups], dtype=pl.UInt32)
    group = pl.int_range(len(groups), dtype=pl.UInt32, eager=True).repeat_by(sizes).explode()
    number = pl.Series([group[0] for group in groups], dtype=pl.UInt32).gather(group)
    own = pl.DataFrame(
        {
            "role": pl.Series([group[1] for group in groups], dtype=pl.String),
            "parent": pl.Series([group[3] for group in groups], dtype=pl.String),
        }
    )[group].with_columns(
        pl.Series("subject", chain.from_iterable(group[2] for group in groups), dtype=pl.String)
    )
    own = _amounts(own, groups, sizes)
    whole = epcis.select(
        pl.col("event_id").alias("event"), "at", "type", "action", "step", "disposition",
        "recorded", "device", pl.coalesce("read_point", "location").alias("place"),
        pl.col("offset").replace_strict(_zones(epcis), return_dtype=pl.String).alias("zone"),
    )[number]  # fmt: skip
    # the rows of an event stand together: its first one tells the number of each
    first = number.to_frame("n").with_row_index().with_columns(
        (pl.col("index") - pl.col("index").first().over("n") + 1).alias("row")
    )["row"]  # fmt: skip
    rows = pl.concat([whole, own], how="horizontal").with_columns(
        event_id=pl.concat_str("event", pl.lit("#"), pl.lit(first))
    )
    if not holds.all():
        rows = rows.filter(holds.gather(number))
    return schema("event").fit(rows)


def _amounts(own: pl.DataFrame, groups: Sequence[Any], sizes: pl.Series) -> pl.DataFrame:
    """Add count, mass and volume: of quantities what they say, of a thing with a serial one."""
    import polars as pl

    starts = (sizes.cum_sum() - sizes).to_list()
    told: list[tuple[int, int | None, int | None, int | None]] = []
    for start, group in zip(starts, groups, strict=True):
        if group[4] is not None:
            told += zip(range(start, start + len(group[2])), *group[4], strict=True)
    shape = {"index": pl.UInt32, **dict.fromkeys(("count", "mass_mg", "volume_ml"), pl.Int64)}
    amounts = pl.DataFrame(told, schema=shape, orient="row").with_columns(amount=True)
    single = pl.col("role").is_in(["object", "child", "input", "output"])
    return (
        own.with_row_index()
        .join(amounts, on="index", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("amount").is_null() & single).then(1).otherwise("count").alias("count")
        )
        .drop("index", "amount")
    )


def _zones(epcis: pl.DataFrame) -> dict[str, str]:
    """Give a time zone for each offset: Etc/GMT-8 is what IANA calls +08:00."""
    return {offset: _zone(offset) for offset in epcis["offset"].unique()}


def _zone(offset: str) -> str:
    sign, hours, minutes = offset[0], int(offset[1:3]), offset[4:]
    if minutes != "00" or (sign == "-" and hours > 12):
        return BROKEN.get(offset, "UTC")
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"


def _rejected(refused: list[Refused], sha256: str) -> pl.DataFrame:
    """Give what was refused in the schema ``quarantine``, each as it came."""
    import polars as pl

    hints = catalogue()
    rows = [
        {
            "quarantine_id": f"{sha256}:{place}",
            "code": code,
            "column": fault.field.translate(CONTROL)[:200],
            "value": f"{fault.value.translate(CONTROL)[:200]}",
            "hint": fault.why.translate(CONTROL) or hints[code].hint,
            "source_sha256": sha256,
            "source_line": place,
            "raw": _raw(raw),
        }
        for place, code, fault, raw in refused
    ]
    return schema("quarantine").fit(pl.DataFrame(rows)) if rows else schema("quarantine").empty()


def _raw(raw: bytes) -> str:
    """Give a refused event as one line of JSON; what is no JSON as a JSON text."""
    try:
        return msgspec.json.format(raw, indent=-1).decode().replace("\x7f", "\\u007f")
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        text = json.dumps(raw.decode("utf-8", "backslashreplace"), ensure_ascii=False)
        return text.replace("\x7f", "\\u007f")


def _odd(epcis: pl.DataFrame, events: pl.DataFrame) -> dict[str, str]:
    """Give the URIs of these events that look like keys and are none, with what does not hold."""
    if not URIS.odd:
        return {}
    met = set(events["subject"]).union(epcis["read_point"], epcis["location"])
    return {uri: why for uri, why in URIS.odd.items() if uri in met}


def _findings(odd: dict[str, str], sha256: str) -> pl.DataFrame:
    """Give a finding for each URI that looks like a key and is none."""
    import polars as pl

    rows = [
        {
            "finding_id": hashlib.sha256(f"TL426 {sha256} {uri}".encode()).hexdigest(),
            "code": "TL426",
            "severity": "warning",
            "subject": uri,
            "value": uri,
            "hint": why,
            "count": 1,
            "source_sha256": sha256,
        }
        for uri, why in sorted(odd.items())
    ]
    return schema("finding").fit(pl.DataFrame(rows)) if rows else schema("finding").empty()
