"""What was gathered as columns: one row an event, one row a thing and its role in an event."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.terms import schema
from tanlu.track.events.gathering import EVENT, Gathered
from tanlu.track.events.rules import Fault
from tanlu.track.events.words.spelling import URIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["Part", "Refused", "columned"]

Refused = tuple[int, str, Fault, bytes]
# zones of the offsets that are no whole hours; IANA has none of these by their offset
BROKEN = {
    "+03:30": "Asia/Tehran", "+04:30": "Asia/Kabul", "+05:30": "Asia/Kolkata",
    "+05:45": "Asia/Kathmandu", "+06:30": "Asia/Yangon", "+09:30": "Australia/Darwin",
}  # fmt: skip


class Part(NamedTuple):
    """Some events of a document: rows of events and things, the refused, the odd URIs.

    ``epcis`` has ``device`` and ``line`` beside its schema; ``things`` the schema ``event`` and the
    ``number`` of the event's row.
    """

    epcis: pl.DataFrame
    things: pl.DataFrame
    refused: list[Refused]
    odd: dict[str, str]


def columned(gathered: Gathered, contexts: Sequence[str | None], recorded_us: int) -> Part:
    """Give what was gathered as columns; ``contexts`` has the context of each event's document."""
    import polars as pl

    types = {**schema("epcis").dtypes(), "device": pl.String, "line": pl.Int64}
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
    things = _things(epcis, gathered.things)
    return Part(epcis, things, gathered.refused, _odd(epcis, things))


def _odd(epcis: pl.DataFrame, things: pl.DataFrame) -> dict[str, str]:
    """Give the URIs of these events that look like keys and are none, with what does not hold."""
    if not URIS.odd:
        return {}
    met = set(things["subject"]).union(epcis["read_point"], epcis["location"])
    return {uri: why for uri, why in URIS.odd.items() if uri in met}


def _things(epcis: pl.DataFrame, groups: Sequence[Any]) -> pl.DataFrame:
    """Give a row for each thing and its role, with the number of its event."""
    import polars as pl

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
    return schema("event").fit(rows).with_columns(number.alias("number"))


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
