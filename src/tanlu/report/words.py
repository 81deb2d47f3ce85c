"""The words of a report in both tongues, read from ``texts.csv`` beside this file."""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from tanlu.account import assumption as activity_assumption
from tanlu.errors import TanluError, filled
from tanlu.factors import assumption as factor_assumption
from tanlu.terms import kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["Words", "role", "texts"]

# ISO 3166, UN/LOCODE and IATA codes; a name that a person wrote is shown as written
CODE = r"^[A-Z]{2}(-[A-Z0-9]{1,3}| ?[A-Z0-9]{3})?$|^[A-Z]{3}$"


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Give every text of the reports by key as (English, Chinese)."""
    table = resources.files("tanlu.report").joinpath("texts.csv").read_text(encoding="utf-8")
    return {row["key"]: (row["en"], row["zh"]) for row in csv.DictReader(table.splitlines())}


@cache
def role(name: str) -> str:
    """Give the colour role of a label (``road``, ``ttw``, ``measured`` …), empty if it has none.

    A chart is data without colours; the same word has the same colour in every picture.
    """
    for key, words in texts().items():
        group, _, last = key.partition(".")
        if group in ("mode", "boundary", "tier", "holds") and name in words:
            return last
        if group == "scope" and name in words:
            return f"scope{last[0]}"
    return ""


class _Place(NamedTuple):
    names: tuple[str | None, str | None]
    country: str | None
    home: str | None


# what was looked up by anybody; the tables of places do not change while a program runs
_KNOWN: dict[str, _Place] = {}
MOST_KNOWN = 200_000


def _places(codes: Sequence[str]) -> dict[str, _Place]:
    """Give the places that codes name, each looked up once."""
    new = [code for code in codes if code not in _KNOWN]
    if new:
        if len(_KNOWN) > MOST_KNOWN:
            _KNOWN.clear()
            new = list(codes)
        _KNOWN.update(_looked_up(new))
    return {code: _KNOWN[code] for code in codes if _KNOWN[code].names[0] is not None}


def _looked_up(codes: Sequence[str]) -> dict[str, _Place]:
    import polars as pl

    from tanlu.terms.place import locate

    given = pl.Series(codes, dtype=pl.String)
    # three letters are an airport here: ``FRA`` is Frankfurt, not France
    flown = given.filter(given.str.len_chars() == 3)
    given = given.filter(given.str.len_chars() != 3)
    found = pl.concat(
        [
            locate(given).with_columns(given.alias("given")),
            locate(flown, kinds=["airport"]).with_columns(flown.alias("given")),
        ]
    )
    known = pl.col("code").is_not_null()
    home = pl.when(country="CN").then(pl.col("region").fill_null("CN")).otherwise("country")
    zh = pl.col("name_zh").fill_null(pl.col("name"))
    rows = found.select(
        "given", pl.when(known).then("name").alias("name"), pl.when(known).then(zh).alias("zh"),
        pl.when(known).then("country").alias("country"), pl.when(known).then(home).alias("home"),
    )  # fmt: skip
    return {code: _Place((en, zh_), *rest) for code, en, zh_, *rest in rows.iter_rows()}


class Words:
    """One tongue of a report: ``words("total.wtw")``, ``words.kind("transport.road")``."""

    def __init__(self, language: str) -> None:
        self.language = "zh" if language.startswith("zh") else "en"
        self._place = 1 if self.language == "zh" else 0
        self._told: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._regions: dict[str, str] = {}

    def __call__(self, key: str, /, **fields: object) -> str:
        """Give one text with its fields filled in; KeyError when it is not in the table."""
        return filled(texts()[key][self._place], fields)

    def maybe(self, group: str, value: str | None) -> str:
        """Give the word for a value of an open list, or the value itself when it has none."""
        if value is None:
            return self("none")
        found = texts().get(f"{group}.{value}")
        return found[self._place] if found else value

    def key(self, key: str) -> str:
        """Give the word for what a report is cut by; a label is called by its own name."""
        return self.maybe("key", key).removeprefix("label:")

    def kind(self, kind: str) -> str:
        """Give the word for a kind of activity: the mode of transport, hub, energy."""
        name = kind.removeprefix("transport.")
        if f"mode.{name}" in texts():
            return self(f"mode.{name}")
        found = kinds.kinds().get(kind)
        if found is None:
            return kind
        return found.zh if self.language == "zh" else found.en

    def carrier(self, code: str) -> str:
        """Give the word for an energy carrier, of its family where it has none of its own."""
        family = code.split(".", maxsplit=1)[0]
        return self.maybe("carrier", code if f"carrier.{code}" in texts() else family)

    def hear(self, findings: pl.LazyFrame) -> None:
        """Learn what the mappings of the files said about their own assumptions."""
        own = findings.filter(code="TL331").select("value", "evidence").drop_nulls()
        for code, evidence in own.unique().collect().sort("value").iter_rows():
            self._told[code] = str(json.loads(evidence)[self.language])

    def assumption(self, code: str) -> str:
        """Give the sentence for an assumption's code, or the code itself when it has none."""
        if code in self._told:
            return self._told[code]
        for told_by in (activity_assumption, factor_assumption):
            try:
                told = told_by(code)
            except TanluError:
                continue
            return str(told.zh if self.language == "zh" else told.en)
        return code

    def profile(self, profile: str) -> str:
        """Give the name of a profile."""
        return self.maybe("profile", profile)

    def learn(self, codes: pl.Series) -> None:
        """Look up the names and regions of places once, for all sections; unknown codes stay."""
        given = codes.drop_nulls().unique()
        told = _places(given.filter(given.str.contains(CODE)).to_list())
        countries = {each.country for each in told.values() if each.country is not None}
        named = told | _places(sorted(countries))
        names = {code: each.names[self._place] for code, each in named.items()}
        self._names = {code: name for code, name in names.items() if name is not None}
        self._regions = {code: each.home for code, each in told.items() if each.home is not None}

    def place(self, code: str | None) -> str:
        """Give the name of a place, or its code where it has none here."""
        if code is None:
            return self("unknown")
        if f"place.{code}" in texts():
            return self.maybe("place", code)
        return self._names.get(code, code)

    def region(self, code: str | None) -> str | None:
        """Give the region of a place: a Chinese province, else the country, else the place."""
        return None if not code else self._regions.get(code, code)
