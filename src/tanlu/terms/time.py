"""Time as half-open intervals of whole microseconds in UTC, cut in the zone of the entity.

A day of a ledger in Shanghai begins at midnight in Shanghai. Where a zone skips midnight the day
begins with the first instant after the gap; where a clock reads the same twice the first counts.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import polars as pl

__all__ = [
    "FORMATS",
    "PRECISIONS",
    "ZONE",
    "Times",
    "instant",
    "interval",
    "parse",
    "period",
    "precision_of",
    "span",
    "years_later",
]

ZONE = "Asia/Shanghai"
PRECISIONS = ("instant", "hour", "day", "month", "quarter", "year")
FORMATS = (
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%Y-Q%q",
    "%Y-%m",
    "%Y/%m",
    "%Y年%m月",
    "%Y年",
    "%Y",
)
# what a text lacks for a full date and time is its first day or minute
REST = {"hour": (" 00", " %M"), "month": (" 01", " %d"), "year": (" 01 01", " %m %d")}
YEARS = ("%Y", "%y", "%G", "%F", "%D", "%x", "%c", "%s", "%+")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
OFFSETS = {"day": "1d", "month": "1mo", "quarter": "3mo", "year": "1y"}
# wider than any jump of a civil clock (Samoa skipped a whole day in 2011)
GAP_HOURS = 25


class Times(NamedTuple):
    """Three columns: start and end [µs UTC, half-open] and the precision, null where unreadable."""

    start: pl.Expr
    end: pl.Expr
    precision: pl.Expr


def period(text: str, zone: str = ZONE) -> tuple[int, int]:
    """Give start and end [µs UTC, half-open] of ``2026``, ``2026-Q3``, ``2026-10``, ``2026-10-05``.

    ``a/b`` runs from the start of a to the end of b: ``2026-01/2026-03`` is the first quarter.
    ``2026年10月5日`` and ``2026年第3季度`` are read as well; ``2026-10-05T08:00`` is an instant of
    that zone and may end or begin an ``a/b``.

    Raises
    ------
    TanluError
        TL112 for any other text, an unknown zone, or an empty period.
    """
    first, bar, last = text.strip().partition("/")
    start, end = _one(first, text, zone)
    if bar:
        end = _one(last, text, zone)[1]
    if end <= start:
        raise TanluError("TL112", value=text, why="it is empty")
    return start, end


def instant(text: str, zone: str = ZONE) -> int:
    """Give the instant [µs UTC] of ``2026-11-03T09:20`` in a zone; of a day or month its beginning.

    An offset in the text wins over the zone; where a clock reads the same twice the first counts.

    Raises
    ------
    TanluError
        TL112 for any other text, and an unknown zone.
    """
    return _one(text, text, zone)[0]


def years_later(day: date, years: int) -> date:
    """Give the same day of another year; 29 February ends on the 28th where a year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def parse(values: pl.Expr, formats: tuple[str, ...] = FORMATS, zone: str = ZONE) -> Times:
    """Give start, end and precision of a column of texts; the first format that reads a text wins.

    Formats are those of strftime, with ``%q`` for a quarter and ``%z`` for an offset from UTC,
    which then wins over the zone. Month names are English (``%b``, ``%B``).

    Raises
    ------
    TanluError
        TL112 for an unknown zone or a format that cannot be read.
    """
    found = interval(values, formats, zone)
    return Times(*(found.struct.field(name) for name in ("start", "end", "precision")))


def interval(values: pl.Expr, formats: tuple[str, ...] = FORMATS, zone: str = ZONE) -> pl.Expr:
    """Give what `parse` gives as one struct of start, end and precision, read once.

    Raises
    ------
    TanluError
        TL112 for an unknown zone or a format that cannot be read.
    """
    import polars as pl

    _zone(zone)
    for form in formats:
        _chrono(form)
    shape = pl.Struct({"start": pl.Int64, "end": pl.Int64, "precision": pl.String})
    return values.cast(pl.String).map_batches(
        lambda column: _read_all(column.str.strip_chars(), formats, zone),
        return_dtype=shape,
        is_elementwise=True,
    )


def span(local: pl.Expr, precision: str, zone: str = ZONE) -> tuple[pl.Expr, pl.Expr]:
    """Give start and end [µs UTC, half-open] of naive local dates or datetimes.

    Days, months, quarters and years end where the next begins on the local calendar; an hour is
    3 600 s and an instant 1 µs long.

    Raises
    ------
    TanluError
        TL112 for an unknown zone or precision.
    """
    import polars as pl

    _zone(zone)
    if precision not in PRECISIONS:
        raise TanluError("TL112", value=precision, why=", ".join(PRECISIONS))
    naive = local.cast(pl.Datetime("us"))
    start = _utc(naive, zone)
    if precision in OFFSETS:
        return start, _utc(naive.dt.offset_by(OFFSETS[precision]), zone)
    return start, start + (3_600_000_000 if precision == "hour" else 1)


def precision_of(form: str) -> str:
    """Give the precision of what a strftime format reads: its finest field decides."""
    for fields, precision in (
        (("%S", "%M", "%T", "%R", "%s", "%X", "%c", "%+"), "instant"),
        (("%H", "%I"), "hour"),
        (("%d", "%e", "%j", "%D", "%F", "%x"), "day"),
        (("%m", "%b", "%B", "%h"), "month"),
        (("%q",), "quarter"),
    ):
        if any(field in form for field in fields):
            return precision
    return "year"


def _read_all(column: pl.Series, formats: tuple[str, ...], zone: str) -> pl.Series:
    """Give the struct of start, end and precision; a format sees only what none before it read."""
    import polars as pl

    names = ("start", "end", "precision")
    none = [pl.lit(None, pl.Int64).alias(name) for name in names[:2]]
    none.append(pl.lit(None, pl.String).alias("precision"))
    left = pl.DataFrame({"text": column}).with_row_index("row")
    done = []
    for form in formats:
        each = _read(pl.col("text"), form, zone)
        found = left.with_columns(each.start.alias("start")).with_columns(
            each.end.alias("end"), each.precision.alias("precision")
        )
        missing = found["start"].is_null()
        done.append(found.filter(~missing))
        left = left.filter(missing)
        if left["text"].null_count() == left.height:
            break
    done.append(left.with_columns(none))
    whole = done[0] if done[0].height == column.len() else pl.concat(done).sort("row")
    return whole.select(names).to_struct(column.name)


def _read(text: pl.Expr, form: str, zone: str) -> Times:
    import polars as pl

    precision = precision_of(form)
    if "%q" in form:
        local = _quarter(text, form)
    else:
        words, fields = REST.get(precision, ("", ""))
        read = text + words if words else text
        local = read.str.to_datetime(_chrono(form) + fields, time_unit="us", strict=False)
    if "%z" in form:
        start = local.dt.replace_time_zone(None).cast(pl.Int64)
        end = pl.col("start") + (3_600_000_000 if precision == "hour" else 1)
    else:
        start, end = span(local, precision, zone)
        if precision not in OFFSETS:
            end = pl.col("start") + (3_600_000_000 if precision == "hour" else 1)
    return Times(start, end, pl.lit(precision))


@cache
def _chrono(form: str) -> str:
    """Give the format as the reader spells it: ``Z``, ``+08``, ``+0800`` and ``+08:00`` are one."""
    import polars as pl

    if not any(field in form for field in YEARS):
        raise TanluError("TL112", value=form, why="the format has no year")
    spelled = form.replace("%z", "%#z")
    words, fields = REST.get(precision_of(form), ("", ""))
    try:
        pl.Series(["2026" + words]).str.to_datetime(spelled + fields, strict=False)
    except pl.exceptions.PolarsError as error:
        raise TanluError("TL112", value=form, why=str(error).partition("\n")[0]) from error
    return spelled


def _quarter(text: pl.Expr, form: str) -> pl.Expr:
    import polars as pl

    pattern = re.escape(form).replace("%Y", r"(?<y>\d{4})").replace("%q", r"(?<q>[1-4])")
    parts = text.str.extract_groups(f"^{pattern}$")
    year = parts.struct.field("y").cast(pl.Int32)
    month = parts.struct.field("q").cast(pl.Int32) * 3 - 2
    return pl.datetime(year, month, 1)


def _utc(naive: pl.Expr, zone: str) -> pl.Expr:
    import polars as pl

    def there(local: pl.Series) -> pl.Series:
        known = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        found = known.to_physical()
        if found.null_count() == local.null_count():
            return found
        # inside a gap the offset from before it gives the instant, as PEP 495 does with fold=0
        jump = timedelta(hours=GAP_HOURS)
        before = (local - jump).dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        )
        return found.fill_null((before + jump).to_physical())

    return naive.map_batches(there, return_dtype=pl.Int64, is_elementwise=True)


@cache
def _zone(name: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise TanluError("TL112", value=name, why="no IANA time zone of that name") from error


_PATTERNS = (
    (re.compile(r"(?P<y>\d{4})年?"), "year"),
    (re.compile(r"(?P<y>\d{4})(?:-?[Qq]|年第?)(?P<q>[1-4一二三四])(?:季度)?"), "quarter"),
    (re.compile(r"(?P<y>\d{4})[-年](?P<m>\d{1,2})月?"), "month"),
    (re.compile(r"(?P<y>\d{4})[-年](?P<m>\d{1,2})[-月](?P<d>\d{1,2})日?"), "day"),
)


def _one(part: str, whole: str, zone: str) -> tuple[int, int]:
    part = part.strip()
    if "T" in part:
        at = _instant(part, whole, zone)
        return at, at
    # a quarter in words needs its 季度: 2026年3 alone would read as March
    for pattern, precision in _PATTERNS:
        found = pattern.fullmatch(part)
        if found and not (precision == "quarter" and "年" in part and "季" not in part):
            return _calendar(found.groupdict(), precision, whole, zone)
    raise TanluError("TL112", value=whole, why=f"'{part}' is not understood")


def _calendar(
    fields: dict[str, str | None], precision: str, whole: str, zone: str
) -> tuple[int, int]:
    quarter = fields.get("q")
    number = ("一二三四".find(quarter) + 1 or int(quarter)) if quarter else 1
    month = 3 * number - 2 if quarter else int(fields.get("m") or 1)
    try:
        first = date(int(fields["y"] or 0), month, int(fields.get("d") or 1))
        if precision == "day":
            after = first + timedelta(days=1)
        else:
            months = first.year * 12 + first.month - 1 + MONTHS[precision]
            after = date(months // 12, months % 12 + 1, 1)
        return _midnight(first, zone), _midnight(after, zone)
    except (ValueError, OverflowError) as error:
        raise TanluError("TL112", value=whole, why=str(error)) from error


def _instant(part: str, whole: str, zone: str) -> int:
    try:
        at = datetime.fromisoformat(part)
        return _micros(at if at.tzinfo else at.replace(tzinfo=_zone(zone)))
    except (ValueError, OverflowError) as error:
        raise TanluError("TL112", value=whole, why=str(error)) from error


def _midnight(day: date, zone: str) -> int:
    return _micros(datetime(day.year, day.month, day.day, tzinfo=_zone(zone)))


def _micros(at: datetime) -> int:
    return (at.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
