"""Events asked for, in columns, and given back as a document of EPCIS 2.0."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from tanlu.errors import TanluError
from tanlu.track.events.words.canon import instant
from tanlu.track.events.words.gs1 import read_element, read_uri
from tanlu.track.events.words.persons import PSEUDONYM, put_back
from tanlu.track.events.words.vocabulary import bare

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["documents", "known_as", "named_again", "query", "subject_in", "subject_of"]

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
TYPES = ("aggregation", "association", "object", "transaction", "transformation")
ACTIONS = ("add", "observe", "delete")
Asked = str | Sequence[str] | None


def subject_of(text: str) -> str:
    """Give the subject that a text names: a URI, a Digital Link, an element string, a subject."""
    if not text.startswith(("(", "]C1")):
        return read_uri(text).subject
    found = read_element(text)
    if found.kind is None:
        # a thing with a wrong URI is known by it; nothing is known by a wrong element string
        raise TanluError("TL425", value=text, why=found.why)
    return found.subject


def query(
    workspace: Workspace,
    *,
    epc: Asked = None,
    parent: Asked = None,
    step: Asked = None,
    place: Asked = None,
    type: Asked = None,  # noqa: A002 - the word of EPCIS
    action: Asked = None,
    event_id: Asked = None,
    since: str | int | None = None,
    until: str | int | None = None,
    as_of: int | str | None = None,
) -> pl.DataFrame:
    """Give the events that fit all that is asked, in the order of their times.

    Parameters
    ----------
    epc, parent
        Things in the event, and what they were put into, in any spelling of their keys. An event
        declared wrong has no things.
    step, place, type, action, event_id
        Values of these columns, each one or several; a place is read point or location.
    since, until
        Half-open time of the events, RFC 3339 or [µs UTC].
    as_of
        A version of the ledger or the name of an edition.

    Returns
    -------
    DataFrame
        Rows of the schema ``epcis``; those with ``corrects`` declare an event wrong.

    Raises
    ------
    TanluError
        TL425 for a time, a type, an action or an element string that is none.
    """
    import polars as pl

    between = _between(since, until)
    rows = workspace.scan("epcis", as_of=as_of, between=between)
    for name, values in (
        ("step", [bare("bizStep", one) for one in _each(step)]),
        ("type", [_type(one) for one in _each(type)]),
        ("action", [_action(one) for one in _each(action)]),
        ("event_id", _each(event_id)),
    ):
        if values:
            rows = rows.filter(pl.col(name).is_in(values))
    places = known_as(workspace, _each(place))
    if places:
        rows = rows.filter(pl.col("read_point").is_in(places) | pl.col("location").is_in(places))
    for column, asked in (("subject", _each(epc)), ("parent", _each(parent))):
        if asked:
            things = workspace.scan("event", as_of=as_of, between=between)
            ids = things.filter(pl.col(column).is_in(known_as(workspace, asked)))
            rows = rows.join(ids.select(event_id="event").unique(), on="event_id", how="semi")
    return rows.sort("at", "event_id", maintain_order=True).collect()


def named_again(workspace: Workspace, epcis: pl.DataFrame) -> pl.DataFrame:
    """Put back into events what their pseudonyms stand for, but for persons who were erased.

    A person who was spelt in several ways is told in one of them.
    """
    import polars as pl

    columns = ["event_id", "read_point", "location", "corrects", "document"]
    met = epcis["document"].str.extract_all(PSEUDONYM.pattern).explode().drop_nulls().unique()
    if met.is_empty():
        return epcis
    rows = workspace.scan("personal").filter(pl.col("pseudonym").is_in(met.implode())).collect()
    # what was written stands behind the one word for the person
    values = dict(rows.select("pseudonym", "value").rows())
    return epcis.with_columns(
        pl.col(columns[:-1]).replace(values),
        pl.Series("document", [put_back(text, values) for text in epcis["document"]],
                  dtype=pl.String),
    )  # fmt: skip


def subject_in(workspace: Workspace, text: str) -> str:
    """Give the subject that a text names in a ledger: of a person the pseudonym."""
    return known_as(workspace, [text])[-1]


def known_as(workspace: Workspace, asked: Sequence[str]) -> list[str]:
    """Give the subjects that texts name, and the pseudonyms of those who are persons."""
    import polars as pl

    subjects = [subject_of(one) for one in asked]
    mine = pl.col("value").is_in([*asked, *subjects]) & (pl.col("field") == "event")
    rows = workspace.scan("personal").filter(mine).collect()
    return [*subjects, *rows["pseudonym"].unique(maintain_order=True)]


def documents(epcis: pl.DataFrame) -> dict[str, Any]:
    """Give rows of the schema ``epcis`` as one EPCISDocument, each event as it was sent.

    Events that came in documents of several contexts carry their own.
    """
    contexts = epcis["context"].unique().to_list()
    common = contexts[0] if len(contexts) == 1 else None
    shared = msgspec.json.decode(common) if common else [CONTEXT]
    events = []
    for document, context in epcis.select("document", "context").rows():
        event = msgspec.json.decode(document)
        if len(contexts) > 1 and context is not None:
            event["@context"] = _joined(msgspec.json.decode(context), event.get("@context"))
        events.append(event)
    newest = max(epcis["recorded"].to_list(), default=0)
    created = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=newest)
    return {
        "@context": shared,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "epcisBody": {"eventList": events},
    }


def _joined(document: Any, own: Any) -> list[Any]:
    """Give the context of a document and that of its event as one."""
    found: list[Any] = []
    for context in (document, own):
        for one in context if isinstance(context, list) else [context]:
            if one is not None and one not in found:
                found.append(one)
    return found


def _each(asked: Asked) -> list[str]:
    if asked is None:
        return []
    return [asked] if isinstance(asked, str) else list(asked)


def _type(text: str) -> str:
    found = text.removesuffix("Event").lower() if ":" not in text else text
    if ":" not in text and found not in TYPES:
        raise TanluError("TL425", value=text, why=f"the types are {', '.join(TYPES)}")
    return found


def _action(text: str) -> str:
    if text.lower() not in ACTIONS:
        raise TanluError("TL425", value=text, why=f"the actions are {', '.join(ACTIONS)}")
    return text.lower()


def _between(since: str | int | None, until: str | int | None) -> tuple[int, int] | None:
    if since is None and until is None:
        return None
    found = _us(since, -(2**63)), _us(until, 2**63 - 1)
    if found[0] > found[1]:
        raise TanluError("TL425", value=f"{since} {until}", why="it ends before it begins")
    return found


def _us(moment: str | int | None, otherwise: int) -> int:
    if moment is None:
        return otherwise
    if isinstance(moment, int):
        return moment
    text = f"{moment}T00:00:00Z" if len(moment) == len("2026-01-01") else moment
    found = instant(text)
    if found is None:
        raise TanluError("TL425", value=moment, why="it is no date and time with an offset")
    return found[0]
