"""A body of cells into activities by the rules of a mapping, column by column."""

from __future__ import annotations

import polars as pl

from tanlu.monitor import numbers, values
from tanlu.monitor.faults import Faults
from tanlu.monitor.mapping import Mapping
from tanlu.monitor.references import Shares
from tanlu.monitor.rules import PLACES, QUANTITIES, TIMES, WHOLE, Rule, parts_of
from tanlu.terms import kinds, schema

__all__ = ["Decoder"]

IDENTITIES = ("activity_id", "shipment", "consignment")
ROUNDED = r"^\d(?:\.\d+)?[eE]\+\d{2,3}$"  # 1.23457E+14: a spreadsheet's view of a long number

CLOSED = {
    "distance_type": ("actual", "gcd", "sfd"),
    "temperature_class": ("ambient", "chilled", "frozen"),
}


class Decoder:
    """Decodes one body; after `run` it has ``columns``, ``faults`` and ``assumed``."""

    def __init__(self, rows: pl.DataFrame, mapping: Mapping, shares: dict[str, Shares]) -> None:
        self.rows = rows
        self.mapping = mapping
        self.shares = shares
        self.faults = Faults(rows["_line"])
        self.columns: dict[str, pl.Series] = {}
        self.assumed: list[tuple[str, pl.Series]] = []
        self._none = pl.Series([False]).new_from_index(0, rows.height)

    def run(self) -> pl.DataFrame:
        """Give the columns of the activity that the mapping states, and ``_line``."""
        for target, rules in self.mapping.rules.items():
            self._target(target, rules)
        self._times()
        self._kind()
        if self.mapping.labels:
            self.columns["labels"] = values.labels(
                {name: self._label(source) for name, source in self.mapping.labels.items()}
            )
        self.columns["assumptions"] = self._assumptions()
        table = pl.DataFrame(
            [column.alias(name) for name, column in self.columns.items() if name[0] != "_"]
        )
        kinds_of = schema("activity").dtypes()
        return table.with_columns(pl.col(name).cast(kinds_of[name]) for name in table.columns)

    # ── one target ──

    def _target(self, target: str, rules: tuple[Rule, ...]) -> None:
        """Fill a column by the first rule that gives a value."""
        open_rows = ~self._none
        for rule in rules:
            mask = open_rows & self._when(rule)
            if not mask.any():
                continue
            given = self._apply(rule, mask)
            if rule.assumption is not None:
                self.assumed.append((rule.assumption, given))
            open_rows = open_rows & ~given
        if target not in self.columns and target not in TIMES:
            self._put(target, pl.Series(target, [None], schema("activity").dtypes()[target]))

    def _when(self, rule: Rule) -> pl.Series:
        mask = ~self._none
        for column, wanted in rule.when.items():
            mask = mask & values.tidy(self.rows[column]).is_in(list(wanted)).fill_null(value=False)
        return mask

    def _apply(self, rule: Rule, mask: pl.Series) -> pl.Series:
        """Write what a rule gives for the rows of a mask; tell for which it gave a value."""
        source = self._source(rule, mask)
        if rule.target in QUANTITIES:
            return self._quantity(rule, source)
        if rule.target in TIMES:
            return self._time(rule, source)
        if rule.target in PLACES and (rule.places is not None or rule.locate):
            return self._place(rule, source)
        if rule.target in WHOLE:
            kept, code = numbers.whole(source)
            self.faults.refuse(code.is_not_null(), code, rule.target, source)
            return self._put(rule.target, kept)
        text = values.tidy(source)
        if rule.target in IDENTITIES:
            rounded = text.str.contains(ROUNDED).fill_null(value=False)
            self.faults.refuse(rounded, "TL341", _name(rule), text)
        if rule.words is not None:
            text = self._words(rule, text)
        if rule.target in CLOSED:
            # a word that no formula knows would count as one that it does
            other = text.is_not_null() & ~text.is_in(list(CLOSED[rule.target]))
            self.faults.refuse(other, "TL314", _name(rule), text)
        return self._put(rule.target, text)

    def _source(self, rule: Rule, mask: pl.Series) -> pl.Series:
        """Give the first column that has a value, with words for "nothing" as null and noted."""
        height = self.rows.height
        if rule.value is not None:
            return pl.Series("value", [rule.value]).new_from_index(0, height).set(~mask, None)
        if rule.text is not None:
            return values.template(self.rows, rule.text, self.mapping.null).set(~mask, None)
        found: pl.Series | None = None
        for name in rule.sources:
            raw = self.rows[name]
            column = raw if mask.all() else raw.set(~mask, None)
            column, silent = values.nulled(column, self.mapping.null)
            column, said = values.nulled(column, rule.null) if rule.null else (column, silent)
            for word, reason in rule.null.items():
                here = said & values.stands(raw, word)
                self.faults.note(here, "TL330", name, raw, hint=reason or None, each=True)
            if rule.target in QUANTITIES:
                self.faults.note(silent, "TL330", name, raw, severity="info", each=True)
            found = column if found is None else _first(found, column)
        assert found is not None
        return found

    def _words(self, rule: Rule, text: pl.Series) -> pl.Series:
        assert rule.words is not None
        word, unknown = values.looked_up(text, rule.words)
        if rule.otherwise == "keep":
            return _first(word, text.set(~unknown, None))
        if rule.otherwise == "null":
            self.faults.note(unknown, "TL314", _name(rule), text, each=True)
        else:
            self.faults.refuse(unknown, "TL314", _name(rule), text)
        return word

    def _quantity(self, rule: Rule, source: pl.Series) -> pl.Series:
        shares = self.shares.get(rule.target) if rule.refer else None
        referring = self._none
        if shares is not None:
            referring = shares.referring(source)
        spelled = self.rows[rule.unit_from] if rule.unit_from else None
        whole = source
        if rule.unit_from in rule.sources and source.dtype == pl.String:
            source, spelled = numbers.parted(source)
        kept, code = numbers.quantity(
            source.set(referring, None), rule, self.mapping.decimal, self.mapping.thousands, spelled
        )
        beside = spelled is not None and rule.unit_from not in rule.sources
        shown = spelled if beside and (code == "TL314").any() else whole
        self.faults.refuse(code.is_not_null(), code, _name(rule), shown)
        if rule.target == "amount_fen" and "currency" not in self.mapping.rules and rule.unit:
            currency = numbers.unit_of(rule.target, rule.unit).dimension.partition(".")[2]
            said = pl.Series("currency", [currency]).new_from_index(0, kept.len())
            self._put("currency", said.set(kept.is_null() & ~referring, None))
        if shares is not None and rule.refer is not None:
            kept, shared = shares.apply(
                self.rows["_line"], kept, referring, self.faults, _name(rule)
            )
            self.assumed.append((rule.refer.assumption, shared))
        return self._put(rule.target, kept)

    def _time(self, rule: Rule, source: pl.Series) -> pl.Series:
        found = values.times(source, rule.formats, rule.zone or self.mapping.zone)
        bad = found.start.is_null() & source.is_not_null()
        self.faults.refuse(bad, "TL313", _name(rule), source)
        zone = pl.Series("zone", [rule.zone or self.mapping.zone])
        zones = zone.new_from_index(0, source.len()).set(found.start.is_null(), None)
        for part, column in (("start", found.start), ("end", found.end)):
            self._put(f"_{rule.target}_{part}", column)
        self._put(f"_{rule.target}_precision", found.precision)
        if rule.target == "start":
            self._put("zone", zones)
        return found.start.is_not_null()

    def _place(self, rule: Rule, source: pl.Series) -> pl.Series:
        text = values.tidy(source)
        known = self.mapping.spellings() if rule.locate else {}
        names, unknown = values.looked_up(text, {**known, **(rule.places or {})})
        there = values.placed(names, self.mapping.places)
        if rule.otherwise == "keep":
            there = there.with_columns(code=_first(there["code"], text.set(~unknown, None)))
        elif rule.otherwise == "null":
            self.faults.note(unknown, "TL317", _name(rule), text, each=True)
        else:
            self.faults.refuse(unknown, "TL317", _name(rule), text)
        nameless = text.is_not_null() & names.is_null() & ~unknown
        self.faults.note(nameless, "TL317", _name(rule), text, each=True)
        for code in there["assumption"].drop_nulls().unique().sort():
            self.assumed.append((code, (there["assumption"] == code).fill_null(value=False)))
        self._put(f"{rule.target}_lat_e7", there["lat_e7"])
        self._put(f"{rule.target}_lon_e7", there["lon_e7"])
        return self._put(rule.target, there["code"])

    def _put(self, name: str, column: pl.Series) -> pl.Series:
        """Write values where the column has none; tell for which rows there was one."""
        wide = (
            column
            if column.len() == self.rows.height
            else column.new_from_index(0, self.rows.height)
        )
        before = self.columns.get(name)
        self.columns[name] = wide if before is None else _first(before, wide)
        return wide.is_not_null()

    # ── the whole row ──

    def _times(self) -> None:
        """Make start, end and precision; an end of its own wins over the end of the start."""
        none = pl.Series([None], dtype=pl.Int64).new_from_index(0, self.rows.height)
        start = self.columns.pop("_start_start", none)
        start_end = self.columns.pop("_start_end", none)
        end_start = self.columns.pop("_end_start", none)
        end_end = self.columns.pop("_end_end", none)
        fine = self.columns.pop("_end_precision", none.cast(pl.String)).is_in(["instant"])
        end = _first(end_start.set(~fine.fill_null(value=False), None), end_end)
        end = _first(end, start_end)
        end = end.set(end == start, None).fill_null(start + 1)
        self.faults.refuse((end < start).fill_null(value=False), "TL316", "end", self._told("end"))
        self.columns["start"], self.columns["end"] = start, end
        self.columns["precision"] = self.columns.pop("_start_precision", none.cast(pl.String))
        told = self._told("start")
        self.faults.refuse(start.is_null(), "TL315", _name(self.mapping.rules["start"][0]), told)

    def _told(self, target: str) -> pl.Series | str:
        rules = self.mapping.rules.get(target, ())
        return self.rows[rules[0].sources[0]] if rules and rules[0].sources else target

    def _kind(self) -> None:
        kind = self.columns["kind"]
        known = kind.is_in(list(kinds.kinds()))
        self.faults.refuse(kind.is_not_null() & ~known, "TL318", "kind", kind)
        column = _name(self.mapping.rules["kind"][0])
        self.faults.refuse(kind.is_null(), "TL315", column, "kind")

    def _label(self, source: str) -> pl.Series:
        if parts_of(source):
            return values.template(self.rows, source, self.mapping.null)
        return values.tidy(values.nulled(self.rows[source], self.mapping.null)[0])

    def _assumptions(self) -> pl.Series:
        """Give the codes of what was assumed for each row, in the order of the alphabet."""
        masks: dict[str, pl.Series] = {}
        for code, mask in self.assumed:
            masks[code] = masks[code] | mask if code in masks else mask
        said = {code: mask for code, mask in sorted(masks.items()) if mask.any()}
        if not said:
            return pl.Series([None], dtype=pl.String).new_from_index(0, self.rows.height)
        joined = pl.DataFrame(said).select(
            pl.concat_str(
                [pl.when(pl.col(code)).then(pl.lit(code)) for code in said],
                separator=";",
                ignore_nulls=True,
            ).alias("codes")
        )["codes"]
        return joined.set(joined == "", None)


def _name(rule: Rule) -> str:
    return rule.sources[0] if rule.sources else rule.target


def _first(one: pl.Series, other: pl.Series) -> pl.Series:
    if one.dtype != other.dtype and pl.Null not in (one.dtype, other.dtype):
        one, other = one.cast(pl.String), other.cast(pl.String)
    return one.zip_with(one.is_not_null(), other)
