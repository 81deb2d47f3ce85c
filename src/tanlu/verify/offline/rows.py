"""Rows that hold, their totals, and what can be said of them without calculating anything."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms import gases, schema
from tanlu.verify.offline.manifest import Total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tanlu.verify.offline.manifest import Manifest
    from tanlu.verify.offline.report import Book

__all__ = ["MOST_ROWS", "Rows", "Table", "held", "plausible", "silent", "summed", "types"]

# rows are held in memory, about 2 kB each: a pack of more is for the columns of the whole program
MOST_ROWS = 1_000_000
IDENTITY = {"activity": "activity_id", "emission": "emission_id", "finding": "finding_id"}
# columns by which a superseded activity takes rows along
ALONG = {"activity": ("activity_id",), "emission": ("activity_id", "share_of")}
GASES = {
    "co2_fossil_ug": "CO2", "ch4_fossil_ug": "CH4_fossil", "ch4_bio_ug": "CH4_bio",
    "n2o_ug": "N2O", "sf6_ug": "SF6", "nf3_ug": "NF3",
}  # fmt: skip
COLUMNS = {
    "activity": (
        "activity_id", "start", "end", "zone", "kind", "mass_mg", "distance_m", "distance_type",
        "energy_j", "volume_ml", "count", "teu_milli", "amount_fen", "bio_ppm", "load_ppm",
        "empty_ppm", "quality", "operator", "payer", "consignor", "consignee", "subject",
        "shipment", "consignment", "chain", "vehicle", "round", "labels", "supersedes",
    ),
    "emission": (
        "emission_id", "activity_id", "profile", "boundary", "basis", "share_key", "share_of",
        "method", "tier", "start", "end", "zone", "mass_mg", "distance_m", "distance_type",
        "transport_kgm", "count", "teu_milli", "daf_ppm", "energy_j", "co2e_ug", "lower_ug",
        "upper_ug", "sigma_ln_ppm", "co2_bio_ug", *GASES, "gas", "gas_ug", "co2e_unsplit_ug",
        "gwp_set", "factor_id", "factor_hash", "reasons", "assumptions", "operator", "payer",
        "consignor", "consignee", "subject", "shipment", "consignment", "chain", "vehicle",
        "round", "labels",
    ),
    "retraction": ("id", "key", "of"),
    "finding": ("finding_id", "code", "severity", "subject"),
}  # fmt: skip
REQUIRED = {
    "activity": ("activity_id", "start"),
    "emission": (
        "emission_id", "activity_id", "profile", "boundary", "basis", "start", "co2e_ug",
        "lower_ug", "upper_ug", "gwp_set", "method",
    ),
    "retraction": ("id", "key", "of"),
    "finding": ("finding_id", "severity"),
}  # fmt: skip


class Table:
    """The rows of some parts of a table, column by column, with the commit that wrote each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.columns: dict[str, list[Any]] = {each: [] for each in COLUMNS[name]}
        self.versions: list[int] = []

    def add(self, version: int, columns: Mapping[str, list[Any]]) -> None:
        """Take the rows of a part.

        Raises
        ------
        TanluError
            TL720 when a row lacks what every row of the table has.
        """
        for name in REQUIRED[self.name]:
            if None in columns[name]:
                raise TanluError("TL720", value=name, why="a row has no value where one must be")
        rows = len(columns[COLUMNS[self.name][0]])
        for name, values in self.columns.items():
            values.extend(columns[name])
        self.versions += [version] * rows

    def row(self, at: int) -> dict[str, Any]:
        """Give a row by its columns."""
        return {name: values[at] for name, values in self.columns.items()}


class Rows(NamedTuple):
    """What holds: activities and emissions by identity, and the emissions of the period."""

    activity: Table
    emission: Table
    finding: Table
    activities: dict[str, int]
    emissions: dict[str, int]
    period: list[int]
    findings: list[int]


def types(table: str) -> dict[str, str]:
    """Give the type of each column that is read of a table."""
    known = schema(table)
    return {name: known[name].type for name in COLUMNS.get(table, ())}


def held(tables: Mapping[str, Table], manifest: Manifest, book: Book) -> Rows:
    """Give the rows that hold; TL728 for an identity that two of them have."""
    retracted = _retracted(tables["retraction"])
    gone = {each for each in tables["activity"].columns["supersedes"] if each is not None}
    found = {
        name: _identified(tables[name], _stand(tables[name], retracted, gone), book)
        for name in IDENTITY
    }
    start = tables["emission"].columns["start"]
    inside = [
        at for at in found["emission"].values() if manifest.start_us <= start[at] < manifest.end_us
    ]
    return Rows(
        tables["activity"], tables["emission"], tables["finding"],
        found["activity"], found["emission"], inside, list(found["finding"].values()),
    )  # fmt: skip


def summed(rows: Rows) -> list[Total]:
    """Give the totals of the period: one for each profile, GWP set, boundary and basis."""
    columns = rows.emission.columns
    named = [columns[name] for name in Total._fields[:4]]
    counts: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    sums: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    profile, gwp_set, boundary, basis = named
    for at in rows.period:
        key = (profile[at], gwp_set[at], boundary[at], basis[at])
        counts[key] += 1
        sums[key] += columns["co2e_ug"][at]
    return [Total(*key, counts[key], sums[key]) for key in sorted(sums)]


def silent(rows: Rows, manifest: Manifest) -> Iterator[str]:
    """Give the activities of the period without an emission, of which no finding says why."""
    told = {
        each
        for name in ALONG["emission"]
        for each in (rows.emission.columns[name][at] for at in rows.emissions.values())
    }
    told |= {
        str(rows.finding.columns["subject"][at]).removeprefix("activity:") for at in rows.findings
    }
    start = rows.activity.columns["start"]
    for each, at in rows.activities.items():
        if manifest.start_us <= start[at] < manifest.end_us and each not in told:
            yield each


def plausible(rows: Rows) -> Iterator[TanluError]:
    """Give what is not plausible: an interval beside its value, gases that do not make the CO2e."""
    for at in rows.period:
        row = rows.emission.row(at)
        low, value, high = row["lower_ug"], row["co2e_ug"], row["upper_ug"]
        if not low <= value <= high:
            yield _odd(row, f"{value} does not lie between {low} and {high}")
        why = _made_of(row)
        if why:
            yield _odd(row, why)
        if row["end"] is not None and row["end"] < row["start"]:
            yield _odd(row, "it ends before it starts")


def _made_of(row: Mapping[str, Any]) -> str:
    """Say how CO2e and gases differ by more than their rounding, nothing if they do not."""
    told = {name: row[name] for name in GASES if row[name] is not None}
    rest = row["co2e_unsplit_ug"]
    try:
        weights = _weights(row["gwp_set"])
        if row["gas"] is not None:
            whole = (row["gas_ug"] or 0) * gases.potential(row["gas"], row["gwp_set"])
            slack = 1 + gases.potential(row["gas"], row["gwp_set"])
        elif told or rest is not None:
            whole = sum((told[name] * weights.get(name, 0) for name in told), Fraction(rest or 0))
            slack = sum(weights.values(), Fraction(1))
        else:
            return ""
    except TanluError:
        return ""
    # a share of a total is rounded once more, gas by gas
    if abs(whole - row["co2e_ug"]) <= 2 * slack:
        return ""
    return f"its gases make {int(whole)} ug, not {row['co2e_ug']}"


@cache
def _weights(gwp_set: str) -> dict[str, Fraction]:
    known = gases.gwp(gwp_set)
    return {name: Fraction(str(known[gas])) for name, gas in GASES.items() if gas in known}


def _odd(row: Mapping[str, Any], why: str) -> TanluError:
    return TanluError("TL730", value=row["emission_id"], why=why)


def _retracted(table: Table) -> dict[tuple[str, str], dict[str, int]]:
    """Give by table and column the identities that were retracted, and in which commit last."""
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    columns = (table.columns[name] for name in ("of", "key", "id"))
    for of, key, each, version in zip(*columns, table.versions, strict=True):
        told = found[of, key]
        told[each] = max(version, told.get(each, 0))
    return found


def _stand(
    table: Table, retracted: Mapping[tuple[str, str], Mapping[str, int]], gone: set[str]
) -> Iterator[int]:
    """Give the places of the rows that neither a retraction nor a correction hides."""
    hides: list[tuple[Sequence[Any], Mapping[str, int]]] = [
        (table.columns[key], told)
        for (of, key), told in retracted.items()
        if of == table.name and key in {IDENTITY[of], "activity_id"} & set(table.columns)
    ]
    along = [table.columns[name] for name in ALONG.get(table.name, ())]
    for at, version in enumerate(table.versions):
        if any(told.get(column[at], 0) > version for column, told in hides):
            continue
        if not any(column[at] in gone for column in along):
            yield at


def _identified(table: Table, places: Iterator[int], book: Book) -> dict[str, int]:
    named = table.columns[IDENTITY[table.name]]
    found: dict[str, int] = {}
    for at in places:
        if found.setdefault(named[at], at) != at and table.name != "finding":
            book.note("TL728", named[at], f"two rows of {table.name} have this identity")
    return found
