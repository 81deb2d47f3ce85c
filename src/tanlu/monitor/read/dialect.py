"""What a file is, told from its content and never from its name."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tanlu.errors import TanluError
from tanlu.monitor.read import parquet
from tanlu.monitor.read.encoding import BAD, Encoding, detect, exact
from tanlu.monitor.read.lines import decoded, normal_ends
from tanlu.monitor.read.workbook import Book

__all__ = ["Dialect", "names_of", "sniff"]

SAMPLE = 1 << 20
HEADER_WITHIN = 60
DELIMITERS = (",", "\t", ";", "|", "^", "，", "、")
FIGURES = re.compile(r"[-+]?[\d.,  /:年月\-]*\d[%日]?")  # numbers and dates
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
NOISE = (8, 0.05)  # control characters, and their share: more and it is no text with faults
BINARY = "it is neither text nor a workbook nor Parquet"
UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
FOREIGN = (
    # many systems write a web page and call it .xls
    (re.compile(r"\s*<(?:!doctype|html|head|body|table|meta|style|div|\?xml)\b", re.IGNORECASE),
     "a web page or XML"),
    (re.compile(r'\s*(?:\[\s*)?\{\s*"[^"\n]*"\s*:'), "JSON"),
)  # fmt: skip
ZIP, OLD_OFFICE, PARQUET, GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written.

    ``format`` is csv, xlsx or parquet. ``certainty`` of the encoding is marked, proven, likely
    or guessed, and ``sound`` whether every byte fits it. ``line_end`` is LF, CRLF, CR or mixed.
    ``header_line`` counts from 1 in the lines of the file or the rows of the sheet; ``rows`` is
    known for xlsx and parquet only.
    """

    format: str
    columns: tuple[str, ...]
    encoding: str | None = None
    mark: int = 0
    certainty: str | None = None
    sound: bool = True
    line_end: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_line: int = 1
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    rows: int | None = None


def sniff(path: str | Path, pins: Mapping[str, object] | None = None) -> Dialect:
    """Give the format, encoding, line ends, delimiter, quote, header and sheets of a file.

    Parameters
    ----------
    path
        The file.
    pins
        What is known already: ``encoding``, ``delimiter``, ``quote``, ``header_line``, ``sheet``.

    Raises
    ------
    TanluError
        TL301 when the file is absent, empty or of no format that can be read.
    """
    file = Path(path)
    pinned = dict(pins or {})
    try:
        with file.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise TanluError("TL301", value=file.name, why=error.strerror or str(error)) from error
    if head.startswith(PARQUET):
        return _parquet(file)
    if head.startswith((ZIP, OLD_OFFICE)):
        return _workbook(file, pinned)
    if head.startswith(GZIP):
        raise TanluError("TL301", value=file.name, why="it is compressed; unpack it first")
    if not head:
        raise TanluError("TL301", value=file.name, why="it is empty")
    return _text(file, pinned)


def names_of(cells: Sequence[str | None]) -> tuple[str, ...]:
    """Give unique names for the cells of a header: ``a``, ``a (2)``, ``column 3`` for a blank."""
    found: list[str] = []
    taken = {"_line"}  # the number of the line itself
    numbers: dict[str, int] = {}
    for place, cell in enumerate(cells, start=1):
        stem = " ".join(UNSEEN.sub("", cell or "").split()) or f"column {place}"
        # a header may be the same word a hundred thousand times: none of its numbers is tried twice
        name, again = stem, numbers.get(stem, 1)
        while name in taken:
            again += 1
            name = f"{stem} ({again})"
        numbers[stem] = again
        found.append(name)
        taken.add(name)
    return tuple(found)


def _parquet(file: Path) -> Dialect:
    columns, rows = parquet.shape(file)
    return Dialect("parquet", names_of(columns), header_line=0, rows=rows)


def _workbook(file: Path, pins: Mapping[str, object]) -> Dialect:
    book = Book(file)
    asked = pins.get("sheet")
    if asked is not None and asked not in book.sheets:
        raise TanluError("TL301", value=file.name, why=f"it has no sheet '{asked}'")
    sheet = str(asked) if asked is not None else book.first_full()
    top, rows = book.top(sheet, HEADER_WITHIN)
    cells = [[cell or "" for cell in row] for row in top]
    at = _line_pin(pins) or _header_row(cells) + 1
    if at > len(top):
        raise TanluError("TL301", value=file.name, why=f"sheet '{sheet}' has no line {at}")
    names, at = _header(cells, at) if "header_line" not in pins else (cells[at - 1], at)
    return Dialect(
        "xlsx",
        names_of(names),
        header_line=at,
        sheet=sheet,
        sheets=book.sheets,
        rows=max(rows - at, 0),
    )


def _text(file: Path, pins: Mapping[str, object]) -> Dialect:
    encoding = _encoding(file, pins)
    sample = _sample(file, encoding)
    if not sample.strip():
        raise TanluError("TL301", value=file.name, why="it is empty")
    if len(NO_TEXT.findall(sample)) > max(NOISE[0], len(sample) * NOISE[1]):
        raise TanluError("TL301", value=file.name, why=BINARY)
    for shape, what in FOREIGN:
        if shape.match(sample):
            why = f"it is {what}; save it as CSV or XLSX"
            raise TanluError("TL301", value=file.name, why=why)
    line_end = _line_end(sample)
    lines = normal_ends(sample, line_end).split("\n")
    complete = lines[:-1] if len(sample) >= SAMPLE // 4 and len(lines) > 1 else lines
    if complete and not complete[-1].strip():
        complete = complete[:-1]
    quote = str(pins.get("quote") or _quote(complete))
    delimiter = str(pins.get("delimiter") or _delimiter(complete, quote))
    rows = [_cells(line, delimiter, quote) for line in complete[:HEADER_WITHIN]]
    at = _line_pin(pins) or _header_row(rows) + 1
    if at > len(complete):
        raise TanluError("TL301", value=file.name, why=f"it has no line {at}")
    names = _cells(complete[at - 1], delimiter, quote)
    if "header_line" not in pins:
        names, at = _header(rows, at)
    return Dialect(
        "csv",
        names_of(names),
        encoding=encoding.name,
        mark=encoding.mark,
        certainty=encoding.certainty,
        sound=encoding.sound,
        line_end=line_end,
        delimiter=delimiter,
        quote=quote,
        header_line=at,
    )


def _line_pin(pins: Mapping[str, object]) -> int:
    pin = pins.get("header_line")
    return pin if isinstance(pin, int) and pin > 0 else 0


def _encoding(file: Path, pins: Mapping[str, object]) -> Encoding:
    found = detect(file)
    asked = pins.get("encoding")
    if asked is None or found.certainty == "marked":
        return found
    try:
        return Encoding(exact(str(asked)), 0, "stated", sound=False)
    except (LookupError, UnicodeError) as error:
        raise TanluError("TL301", value=file.name, why=f"no encoding '{asked}'") from error


def _sample(file: Path, encoding: Encoding) -> str:
    with file.open("rb") as stream:
        stream.seek(encoding.mark)
        raw = stream.read(SAMPLE)
    try:
        return decoded(raw, encoding.name).replace(BAD, "?").removeprefix("\ufeff")
    except UnicodeError as error:  # a codec that knows no way around bytes that are not its own
        raise TanluError("TL301", value=file.name, why=str(error)) from error


def _line_end(sample: str) -> str:
    both = sample.count("\r\n")
    line_feeds, returns = sample.count("\n") - both, sample.count("\r") - both
    breaks = both + line_feeds + returns
    if returns and not both and not line_feeds:
        return "CR"
    if returns > 0.1 * breaks:
        return "mixed"
    if both:
        return "CRLF" if not line_feeds else "mixed" if returns else "CRLF"
    return "LF"


def _quote(lines: Sequence[str]) -> str:
    text = "\n".join(lines[:500])
    single = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|$)", re.MULTILINE)
    if '"' not in text and len(single.findall(text)) > 2:
        return "'"
    return '"'


def _delimiter(lines: Sequence[str], quote: str) -> str:
    """Give the sign that cuts most lines into the same number of fields."""
    within = re.compile(f"{re.escape(quote)}[^{re.escape(quote)}]*{re.escape(quote)}")
    bare = [within.sub("", line) for line in lines[:400] if line.strip()]
    best, found = 0.0, ","
    for sign in DELIMITERS:
        counts = Counter(line.count(sign) for line in bare)
        counts.pop(0, None)
        if counts:
            count, agreeing = max(counts.items(), key=lambda each: (each[1], each[0]))
            score = agreeing / len(bare) * min(count, 6) ** 0.5
            if score > best * 1.001:
                best, found = score, sign
    return found


def _cells(line: str, delimiter: str, quote: str) -> list[str]:
    try:
        rows = list(csv.reader([line], delimiter=delimiter, quotechar=quote))
    except csv.Error:
        rows = [line.split(delimiter)]
    return rows[0] if rows else []


def _header_row(rows: Sequence[Sequence[str]]) -> int:
    """Give which row names the columns: the first as wide as most that is words, not figures."""
    widths = Counter(_width(row) for row in rows if _width(row) > 0)
    if not widths:
        return 0
    usual = max(widths.items(), key=lambda each: (each[1], each[0]))[0]
    for place, row in enumerate(rows):
        full = [cell.strip() for cell in row if cell and cell.strip()]
        if len(full) < max(1, 0.6 * usual) or (usual > 1 and len(full) < 2):
            continue
        figures = sum(1 for cell in full if FIGURES.fullmatch(cell))
        if figures <= 0.3 * len(full) and not _repeats(row):
            return place
    return next(place for place, row in enumerate(rows) if _width(row) > 0)


def _header(rows: Sequence[Sequence[str]], at: int) -> tuple[list[str], int]:
    """Give the names of the columns and the last line of the header, which may have two.

    Titles over groups of columns leave blanks beside them, and the line below fills all blanks
    and names the first column of each group anew; what stands in it elsewhere is data.
    """
    upper = [cell.strip() for cell in rows[at - 1]]
    lower = [cell.strip() for cell in rows[at]] if at < len(rows) else []
    if len(lower) != len(upper) or not any(not cell for cell in upper[1:]):
        return list(rows[at - 1]), at
    grouped = [
        not cell or (place + 1 < len(upper) and not upper[place + 1])
        for place, cell in enumerate(upper)
    ]
    words = [cell for cell in lower if cell]
    fitting = all(bool(cell) == group for cell, group in zip(lower, grouped, strict=True))
    if not fitting or len(words) == len(lower) or any(map(FIGURES.fullmatch, words)):
        return list(rows[at - 1]), at
    return [below or above for above, below in zip(upper, lower, strict=True)], at + 1


def _width(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell and cell.strip())


def _repeats(row: Sequence[str]) -> bool:
    """Tell a title that is merged over cells: the same words side by side."""
    full = [cell for cell in row if cell]
    return len(full) > 1 and all(left == right for left, right in pairwise(full))
