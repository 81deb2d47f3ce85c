"""Events into columns: documents in, rows of events and of the things in them out."""

from __future__ import annotations

import hashlib
import json
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tanlu.errors import TanluError, catalogue
from tanlu.terms import schema
from tanlu.track.events.columns import Part, Refused, whole
from tanlu.track.events.crew import parts
from tanlu.track.events.gathering import Gathered
from tanlu.track.events.hashing import digest, namespaces, pre_hash
from tanlu.track.events.opening import Origin, opened
from tanlu.track.events.rules import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

__all__ = ["Captured", "capture", "counted", "event_hash", "hashes", "same"]

CONTROL = dict.fromkeys((*range(32), 127), " ")


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


def capture(document: bytes | str, *, recorded_us: int, workers: int = 1) -> Captured:
    """Give the events of a document as columns.

    Parameters
    ----------
    document
        An EPCISDocument, an EPCISQueryDocument, one event with its context, a JSON list of events,
        or lines of them (NDJSON).
    recorded_us
        When they are captured [µs UTC].
    workers
        Processes that share a large document; they pay from some 100,000 events on, and stay for
        the next one.

    Returns
    -------
    Captured
        Nothing raises: what does not hold is a row of ``rejected`` with its code (TL420 to TL424)
        and as it came; a URI that looks like a GS1 key and is none is a finding (TL426).

    References
    ----------
    EPCIS 2.0 (7.3, 7.4, 10); the identity of an event without one is its CBV 2.0 8.9 hash.
    """
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    batches = list(opened(data))
    rows_in = sum(len(batch.events) + (batch.fault is not None) for batch in batches)
    shared = parts(batches, recorded_us, workers)
    found = _captured(shared, hashlib.sha256(data).hexdigest(), rows_in)
    ignored = frozenset().union(*(batch.origin.ignored for batch in batches))
    return found._replace(ignored=tuple(sorted(ignored)))


def counted(document: bytes, *, alone: bool = False) -> int:
    """Give how many events a document has; only its frame is looked at.

    Parameters
    ----------
    alone
        One event by itself is wanted, and no document.

    Raises
    ------
    TanluError
        TL420, TL421 or TL423 for a document that cannot be taken at all, or is none.
    """
    batch, *more = opened(document)
    if batch.fault is not None:
        raise _error(*batch.fault[:2])
    # a list and lines have no frame around their events, which would have a context
    framed = batch.origin.context is not None
    if more or batch.origin.alone != alone or framed == alone:
        why = "it is not one event" if alone else "it is no EPCISDocument"
        raise TanluError("TL421", column="document.type", value="", why=why)
    return len(batch.events)


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


def _captured(parts: Iterable[Part], sha256: str, rows_in: int) -> Captured:
    """Give what the parts of a document gave, each event once."""
    import polars as pl

    came: list[Part] = []
    rows: list[pl.DataFrame] = []
    for part in parts:
        # while others are still at work on the next
        rows.append(whole(part.epcis, part.things))
        came.append(part)
    parts = came
    epcis, events = pl.concat([part.epcis for part in parts]), pl.concat(rows)
    keep, conflicts = _once(epcis)
    wrong = epcis["corrects"].drop_nulls().unique()
    holds = keep & ~epcis["event_id"].is_in(wrong.implode()) if wrong.len() else keep
    if not holds.all():
        starts = accumulate((part.epcis.height for part in parts), initial=0)
        number = pl.concat(
            [part.things["number"] + start for part, start in zip(parts, starts, strict=False)]
        )
        events = events.filter(holds.gather(number))
    taken = epcis if keep.all() else epcis.filter(keep)
    refused = [*chain.from_iterable(part.refused for part in parts), *conflicts]
    odd = {uri: why for part in parts for uri, why in part.odd.items()}
    return Captured(
        schema("epcis").fit(taken.drop("device", "line")), events, _rejected(refused, sha256),
        pl.concat([_findings(odd, sha256), _closed(events, sha256), _twice(parts, sha256)]),
        epcis.height - taken.height - len(conflicts), rows_in, sha256,
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
            conflicts.append((row["line"], "TL424", fault, row["document"].encode()))
    return keep, conflicts


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


def _closed(events: pl.DataFrame, sha256: str) -> pl.DataFrame:
    """Give a finding for each thing that an event puts into itself."""
    import polars as pl

    into = pl.col("role") == "child", pl.col("subject") == pl.col("parent")
    things = events.filter(*into)["subject"].unique().sort()
    return _found("TL431", "error", dict.fromkeys(things, catalogue()["TL431"].hint), sha256)


def _twice(parts: Sequence[Part], sha256: str) -> pl.DataFrame:
    """Give a finding for each field that an event has twice: of two values the last was taken."""
    import polars as pl

    rows = [
        {
            "finding_id": hashlib.sha256(f"TL441 {sha256} {place}".encode()).hexdigest(),
            "code": "TL441",
            "severity": "warning",
            "subject": event_id,
            "column": field,
            "value": field,
            "hint": catalogue()["TL441"].hint,
            "count": 1,
            "source_sha256": sha256,
            "source_line": place,
        }
        for part in parts
        for place, field, event_id in part.twice
    ]
    return schema("finding").fit(pl.DataFrame(rows)) if rows else schema("finding").empty()


def _findings(odd: dict[str, str], sha256: str) -> pl.DataFrame:
    """Give a finding for each URI that looks like a key and is none."""
    return _found("TL426", "warning", dict(sorted(odd.items())), sha256)


def _found(code: str, severity: str, hints: dict[str, str], sha256: str) -> pl.DataFrame:
    """Give a finding for each subject with its hint."""
    import polars as pl

    rows = [
        {
            "finding_id": hashlib.sha256(f"{code} {sha256} {subject}".encode()).hexdigest(),
            "code": code,
            "severity": severity,
            "subject": subject,
            "value": subject,
            "hint": hint,
            "count": 1,
            "source_sha256": sha256,
        }
        for subject, hint in hints.items()
    ]
    return schema("finding").fit(pl.DataFrame(rows)) if rows else schema("finding").empty()
