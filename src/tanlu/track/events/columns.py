"""What was gathered as columns: one row an event, one row a thing and its role in an event."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.terms import schema
from tanlu.track.events.gathering import EVENT, GROUP, Gathered
from tanlu.track.events.rules import Fault
from tanlu.track.events.words.spelling import URIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["Part", "Refused", "columned", "whole"]

Refused = tuple[int, str, Fault, bytes]
ROLES = (
    "parent", "object", "child", "input", "output", "transaction", "source", "destination",
)  # fmt: skip
# what is one piece where it is no quantity of a class
SINGLE = frozenset(("object", "child", "input", "output"))
# zones of the offsets that are no whole hours; IANA has none of these by their offset
BROKEN = {
    "+03:30": "Asia/Tehran", "+04:30": "Asia/Kabul", "+05:30": "Asia/Kolkata",
    "+05:45": "Asia/Kathmandu", "+06:30": "Asia/Yangon", "+09:30": "Australia/Darwin",
}  # fmt: skip


class Part(NamedTuple):
    """Some events of a document: rows of events and of things, the refused, the odd.

    ``odd`` has URIs and what does not hold in them, ``twice`` fields told twice. ``epcis`` has
    ``device`` and ``line`` beside its schema; ``things`` what a thing has of its own and the
    ``number`` of its event's row: the rest is put beside it when they are put together.
    """

    epcis: pl.DataFrame
    things: pl.DataFrame
    refused: list[Refused]
    odd: dict[str, str]
    twice: list[tuple[int, str, str]]


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
    things = _things(gathered.things)
    return Part(epcis, things, gathered.refused, _odd(epcis, things), gathered.twice)


def _odd(epcis: pl.DataFrame, things: pl.DataFrame) -> dict[str, str]:
    """Give the URIs of these events that look like keys and are none, with what does not hold."""
    if not URIS.odd:
        return {}
    met = set(things["subject"]).union(epcis["read_point"], epcis["location"])
    return {uri: why for uri, why in URIS.odd.items() if uri in met}


def _things(groups: Sequence[Any]) -> pl.DataFrame:
    """Give a row for each thing and its role, with the number of its event."""
    import polars as pl

    columns = zip(*groups, strict=True) if groups else [()] * len(GROUP)
    number, role, subjects, parent, amounts = columns
    sizes = pl.Series(map(len, subjects), dtype=pl.UInt32)
    group = pl.int_range(len(groups), dtype=pl.UInt32, eager=True).repeat_by(sizes).explode()
    return pl.DataFrame(
        {
            "number": pl.Series(number, dtype=pl.UInt32).gather(group),
            "role": pl.Series(role, dtype=pl.Enum(ROLES)).gather(group),
            "subject": pl.Series(chain.from_iterable(subjects), dtype=pl.String),
            "parent": pl.Series(parent, dtype=pl.String).gather(group),
            **_amounts(amounts, role, sizes),
        }
    )


def _amounts(
    amounts: Sequence[Any], roles: Sequence[str], sizes: pl.Series
) -> dict[str, pl.Series]:
    """Give count, mass and volume: of quantities what they say, of a thing with a serial one."""
    import polars as pl

    single = pl.Series([1 if role in SINGLE else None for role in roles], dtype=pl.Int64)
    count = single.repeat_by(sizes).explode()
    nothing = pl.Series([None], dtype=pl.Int64)
    # each its own: they are written into
    mass, volume = (nothing.new_from_index(0, count.len()) for _ in "12")
    found = {"count": count, "mass_mg": mass, "volume_ml": volume}
    told = [place for place, amount in enumerate(amounts) if amount is not None]
    if not told:
        return found
    start = (sizes.cum_sum() - sizes).gather(told)
    size = sizes.gather(told)
    at = pl.int_ranges(start, start + size, dtype=pl.UInt32, eager=True).explode()
    for column, name in enumerate(found):
        values = chain.from_iterable(amounts[place][column] for place in told)
        found[name] = found[name].scatter(at, pl.Series(values, dtype=pl.Int64))
    return found


def whole(epcis: pl.DataFrame, things: pl.DataFrame) -> pl.DataFrame:
    """Give rows of the schema ``event``: what each thing has of its event beside its own."""
    import polars as pl

    number = things["number"]
    # the rows of an event stand together, in its order
    many = number.rle().struct.field("len")
    row = pl.int_ranges(1, many + 1, dtype=pl.UInt32, eager=True).explode()
    told = epcis.select(
        pl.col("event_id").alias("event"), "at", "type", "action", "step", "disposition",
        "recorded", "device", pl.coalesce("read_point", "location").alias("place"),
        pl.col("offset").replace_strict(_zones(epcis), return_dtype=pl.String).alias("zone"),
    )[number]  # fmt: skip
    own = things.drop("number").with_columns(pl.col("role").cast(pl.String))
    rows = pl.concat([told, own], how="horizontal").with_columns(
        event_id=pl.concat_str("event", pl.lit("#"), row)
    )
    return schema("event").fit(rows)


def _zones(epcis: pl.DataFrame) -> dict[str, str]:
    """Give a time zone for each offset: Etc/GMT-8 is what IANA calls +08:00."""
    return {offset: _zone(offset) for offset in epcis["offset"].unique()}


def _zone(offset: str) -> str:
    sign, hours, minutes = offset[0], int(offset[1:3]), offset[4:]
    if minutes != "00" or (sign == "-" and hours > 12):
        return BROKEN.get(offset, "UTC")
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"
