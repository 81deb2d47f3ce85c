"""From a file to the text of a mapping: what is clear is stated, what is not is left open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping as Table
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor import values
from tanlu.monitor.mapping import Mapping
from tanlu.monitor.numbers import parted, unit_of
from tanlu.monitor.propose.columns import MANY, Found, recognise, repeated, settled
from tanlu.monitor.propose.dates import formats_of
from tanlu.monitor.propose.figures import NOTHING, Figures, figures_of
from tanlu.monitor.propose.words import meanings, sentence, simplified
from tanlu.monitor.read import Dialect, bodies, sniff
from tanlu.monitor.rules import QUANTITIES, TIMES
from tanlu.terms import time

__all__ = ["Answers", "Proposal", "propose"]

SHOWN = 40  # words of a column that are listed
EXAMPLES = {
    "mass": "kg, t, lb", "distance": "km, mi", "energy": "kWh, MJ", "volume": "L, m3",
    "count": "1", "container": "TEU", "share": "%, fraction", "money": "CNY, USD",
}  # fmt: skip
PLAIN = (
    "leg_no", "round", "origin", "destination", "place", "operator", "payer", "consignor",
    "consignee", "shipment", "consignment",
)  # fmt: skip
WORDED = ("energy_carrier", "temperature_class", "distance_type")


class Answers(NamedTuple):
    """What a person said of the columns of a file.

    ``fields`` says what each column is, an empty text that it is not read; ``units`` and
    ``formats`` how it is written; ``meanings`` of a field what each word of its column is;
    ``kind`` what every row is, where no column says it.
    """

    fields: Table[str, str]
    units: Table[str, str] = {}
    formats: Table[str, str] = {}
    meanings: Table[str, Table[str, str]] = {}
    kind: str = ""


class Proposal(NamedTuple):
    """The TOML text of a mapping, the lines of it that a person must fill in, what to know of it.

    ``noted`` says what the mapping does not tell: how rows are known that no column names.
    """

    text: str
    open: tuple[str, ...]
    noted: tuple[str, ...] = ()


def propose(path: str | Path, *, language: str = "en", answers: Answers | None = None) -> Proposal:
    """Propose a mapping from the header and the first rows of a file.

    A unit is taken from the header only; what the file does not say is left open, and a mapping
    with an open line is refused until a person has filled it in.

    Parameters
    ----------
    path
        The file.
    language
        Of the comments: ``en`` or ``zh``.
    answers
        What a person said of the columns; it stands in place of what was recognised.

    Raises
    ------
    TanluError
        TL301 when the file cannot be read.
    """
    file = Path(path)
    dialect = sniff(file)
    body = next(bodies(file, dialect), None)
    kinds = dict.fromkeys(dialect.columns, pl.String)
    rows = body.rows if body is not None else pl.DataFrame(schema=kinds)
    return _Writer(file.name, dialect, rows, language, answers).write()


class _Writer:
    """Writes one proposal."""

    def __init__(
        self, file: str, dialect: Dialect, rows: pl.DataFrame, language: str,
        answers: Answers | None = None,
    ) -> None:  # fmt: skip
        self.file = file
        self.dialect = dialect
        self.rows = rows
        self.language = language
        self.answers = answers or Answers({})
        self.asked = answers is None
        self.noted: list[str] = []
        found = (
            [settled(each, rows[each.column]) for each in recognise(dialect.columns)]
            if answers is None else [*_said(answers, dialect.columns)]
        )  # fmt: skip
        self.by_field = {each.field: each for each in found}
        self.many = {
            field: [each.column for each in found if each.field == field]
            for field in ("personal", "label")
        }
        self.figures = {
            each.field: figures_of(rows[each.column]) for each in found if each.field in QUANTITIES
        }
        self.mark = self._say("mark")

    def write(self) -> Proposal:
        lines = [*self._head(), *self._reading(), *self._activity(), *self._rest()]
        text = "\n".join(lines) + "\n"
        marked = tuple(line for line in lines if f"# {self.mark}" in line)
        if not marked:
            Mapping.parse(text)  # what is proposed holds, or it is a fault of the program
        return Proposal(text, marked, tuple(self.noted))

    def _say(self, key: str, **fields: object) -> str:
        return sentence(key, self.language, **fields)

    # ── head and reading ──

    def _head(self) -> Iterator[str]:
        yield f"# {self._say('title', rows=self.rows.height, file=_clean(self.file))}"
        yield f"# {self._say('open', mark=self.mark)}"
        yield f"name = {_quoted(Path(self.file).stem)}"
        yield ""
        yield f"# {self._say('dialect')}"
        yield "[file]"
        for key in ("encoding", "delimiter", "quote", "sheet", "header_line"):
            value = getattr(self.dialect, key)
            if value:
                yield f"# {key} = {value if isinstance(value, int) else _quoted(value)}"
        yield ""

    def _reading(self) -> Iterator[str]:
        yield "[read]"
        yield f'zone = "{time.ZONE}"  # {self._say("zone")}'
        nothing = list(
            dict.fromkeys(word for each in self.figures.values() for word in each.nothing)
        )
        for field in ("kind", "start", "end"):
            if field in self.by_field:
                nothing += [
                    word
                    for word in self._distinct(self.by_field[field].column)
                    if word.casefold() in NOTHING and word not in nothing
                ]
        if nothing:
            yield f"null = {_quoted(nothing)}  # {self._say('null')}"
        # columns that no rule reads too: a quarantined row keeps all of its cells
        people = [self.by_field["vehicle"].column] if "vehicle" in self.by_field else []
        people += self.many["personal"]
        if people:
            yield f"personal = {_quoted(people)}  # {self._say('personal')}"
        yield ""

    # ── the activity ──

    def _activity(self) -> Iterator[str]:
        yield "[activity]"
        yield from self._identity()
        yield from self._times()
        for field in QUANTITIES:
            if field in self.by_field:
                yield from self._quantity(self.by_field[field], self.figures[field])
        for field in PLAIN:
            if field in self.by_field:
                yield f"{field} = {{ from = {_quoted(self.by_field[field].column)} }}"
        if "place" not in self.by_field and "origin" in self.by_field:
            yield f"place = {{ from = {_quoted(self.by_field['origin'].column)} }}"
        if "vehicle" in self.by_field:
            yield f"vehicle = {{ from = {_quoted(self.by_field['vehicle'].column)} }}"
        if "kind" not in self.by_field:
            line = f'kind = {{ value = {_quoted(self.answers.kind)}, assumption = "ONE-KIND" }}'
            yield (
                line
                if self.answers.kind
                else line
                + self._fill(
                    "no_kind", examples="transport.road, transport.sea, energy.electricity"
                )
            )
        for field in ("kind", *WORDED, "vehicle_class"):
            if field in self.by_field:
                yield from self._worded(field, self.by_field[field].column)

    def _identity(self) -> Iterator[str]:
        """Name the rows by a column that never repeats, and the subject by which people ask."""
        names = [
            self.by_field[field].column
            for field in ("activity_id", "shipment", "consignment")
            if field in self.by_field
        ]
        named = self.by_field.get("activity_id")
        if named is None:
            self.noted.append(self._say("unnamed"))
        else:
            yield self._named(named.column)
            if "shipment" not in self.by_field:
                yield f"shipment = {{ from = {_quoted(named.column)} }}"
        if names and not set("{}") & set(names[0]):
            yield f"subject = {{ text = {_quoted(f'waybill:{{{names[0]}}}')} }}"

    def _named(self, column: str) -> str:
        """Give the line of the identity; what a person says names the rows has to."""
        twice, line = repeated(self.rows, column), f"activity_id = {{ from = {_quoted(column)} }}"
        clean = _clean(column)
        if not self.asked:
            if twice is None:
                return line
            said = self._fill("repeats", column=clean, value=_clean(twice))
            return 'activity_id = { from = "" }' + said
        cells = values.tidy(self.rows[column])
        few = cells.null_count() <= max(1, cells.len() // 20)  # as the line of totals
        if twice is None and few and cells.null_count() < cells.len():
            return f"# {self._say('unique')}\n{line}"
        key = "emptied" if twice is None else "repeated"
        self.noted.append(self._say(key, column=clean, value=_clean(twice or "")))
        return f"# {self.noted[-1]}"

    def _times(self) -> Iterator[str]:
        if "start" not in self.by_field:
            yield 'start = { from = "" }' + self._fill("no_start")
        for field in TIMES:
            if field in self.by_field:
                yield self._time(field, self.by_field[field].column)

    def _time(self, field: str, column: str) -> str:
        line = f"{field} = {{ from = {_quoted(column)}"
        if said := self.answers.formats.get(column):
            line += f", formats = {_quoted([said])} }}"
            return line
        dates = formats_of(self.rows[column])
        if dates.choices:
            choices = " / ".join(_quoted(form) for form in dates.choices)
            open_ = _quoted([*dates.formats, ""])
            return f"{line}, formats = {open_} }}" + self._fill("ambiguous", choices=choices)
        if dates.unread is not None:
            shown = _quoted(_clean(dates.unread))
            if dates.serial:
                return f'{line}, formats = [""] }}' + self._fill("serial", value=shown)
            return f'{line}, formats = [""] }}' + self._fill(
                "unreadable", value=shown, choices='"%Y-%m-%d" / "%d/%m/%Y %H:%M"'
            )
        formats = f", formats = {_quoted(list(dates.formats))}" if dates.formats else ""
        return f"{line}{formats} }}"

    def _quantity(self, found: Found, figures: Figures) -> Iterator[str]:
        column = f"{found.field} = {{ from = {_quoted(found.column)}"
        signs = f", decimal = {_quoted(figures.decimal)}" if figures.decimal else ""
        signs += f", thousands = {_quoted(figures.thousands)}" if figures.thousands else ""
        if figures.others:
            yield f"# {self._say('others', words=_quoted(list(figures.others)))}"
        if figures.unclear:
            yield f"# {self._say('thousands', value=_quoted(figures.unclear))}"
            signs += ', thousands = ""'
        beside = self.by_field.get(f"{found.field}.unit")
        unit_from = beside.column if beside is not None else self._unit_within(found)
        if found.unit is None and unit_from is not None:
            line = f"{column}, unit_from = {_quoted(unit_from)}{signs} }}"
            yield f"{line}  # {self._say('unit_column')}"
            return
        line = f"{column}, unit = {_quoted(found.unit or '')}{signs} }}"
        if found.unit is not None:
            yield line + (self._fill("thousands_open") if figures.unclear else "")
        elif found.choices:
            spelled = _clean(found.column)
            yield line + self._fill("unit_choices", unit=spelled, choices=found.choices)
        else:
            yield line + self._fill("unit", examples=EXAMPLES[QUANTITIES[found.field]])

    def _unit_within(self, found: Found) -> str | None:
        """Give the column itself where each of its cells says its unit: ``12.5 kg``."""
        cells = self.rows[found.column]
        if cells.dtype != pl.String:
            return None
        figures, spelled = parted(cells.filter(cells.str.contains(r"\d")))
        told = spelled.drop_nulls()
        same = 0
        for unit, count in told.value_counts().rows():
            try:
                unit_of(found.field, unit)
            except TanluError:
                continue
            same += count
        return found.column if figures.len() and 2 * same > figures.len() else None

    def _worded(self, field: str, column: str) -> Iterator[str]:
        """Give the meaning of each word of a column; what has none is listed and asked for."""
        known, told = meanings(field), self.answers.meanings.get(field, {})
        distinct = self._distinct(column)
        said = {
            word: told.get(word) or known.get(simplified(values.normal(word))) for word in distinct
        }
        strange = [word for word, meaning in said.items() if meaning is None]
        strange = [word for word in strange if word.casefold() not in NOTHING]
        sure = {word: meaning for word, meaning in said.items() if meaning}
        if field != "kind" and not sure:
            yield f"# {field} = {{ from = {_quoted(column)} }}  # {self._say('classes')}"
            return
        yield ""
        yield f"[activity.{field}]"
        yield f"from = {_quoted(column)}"
        yield f"[activity.{field}.map]"
        for word, meaning in sure.items():
            yield f"{_quoted(word)} = {_quoted(meaning)}"
        # where no word at all is known the mapping is open; else an odd word quarantines its rows
        start, end = ("# ", "") if sure else ("", self._fill("unknown"))
        if strange:
            yield f"# {self._say('unknown')}"
        for word in strange[:SHOWN]:
            yield f'{start}{_quoted(word)} = ""{end}'
        if len(strange) > SHOWN:
            yield f"# {self._say('unknown_more', count=len(strange) - SHOWN)}"

    # ── the rest ──

    def _rest(self) -> Iterator[str]:
        if "kind" not in self.by_field:
            yield ""
            yield "[assumptions]"
            yield f"ONE-KIND = {_quoted(self._say('one_kind'))}"
        if self.many["label"]:
            yield ""
            yield "[labels]"
            for column in self.many["label"]:
                yield f"{_quoted(column)} = {_quoted(column)}"
        if self.many["personal"]:
            yield ""
            yield f"# {self._say('unread_personal')}: {_listed(self.many['personal'])}"
        taken = {each.column for field, each in self.by_field.items() if field}
        taken |= {name for names in self.many.values() for name in names}
        rest = [name for name in self.dialect.columns if name not in taken]
        if rest:
            yield f"# {self._say('unread')}: {_listed(rest)}"

    def _fill(self, key: str, **fields: object) -> str:
        return f"  # {self.mark}: {self._say(key, **fields)}"

    def _distinct(self, column: str) -> list[str]:
        found = values.tidy(self.rows[column]).drop_nulls()
        counted = found.value_counts(sort=True)
        return [str(word) for word in counted[counted.columns[0]].head(1000)]


def _said(answers: Answers, columns: tuple[str, ...]) -> Iterator[Found]:
    """Give what a person said each column is; a field of two columns is the first's."""
    taken = set()
    for column in columns:
        field = answers.fields.get(column, "")
        if field and (field not in taken or field in MANY):
            taken.add(field)
            yield Found(field, column, answers.units.get(column) or None)


def _clean(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]


def _quoted(value: str | list[str]) -> str:
    """Give a text or a list of texts as TOML spells it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(names: list[str]) -> str:
    return ", ".join(_clean(name) for name in names)
