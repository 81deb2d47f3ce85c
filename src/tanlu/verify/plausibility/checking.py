"""All rules over a ledger or a frame: findings, what was looked at, and what could not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import Progress, schema
from tanlu.verify.plausibility import balances, devices, digits, energy, single, times, twins
from tanlu.verify.plausibility.found import Found, Given, explain, nothing
from tanlu.verify.plausibility.limits import Asked, limits, named, word
from tanlu.verify.plausibility.rides import MOVED

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["RULES", "Checked", "Rule", "check", "check_ledger"]

ALL = pl.col("activity_id").is_not_null()
OF = "consignment|shipment"
# reasons that are counted in rows, not in groups
ROWS = frozenset({"class"})
METERED = pl.col("kind").str.starts_with("energy.") | MOVED


class Rule(NamedTuple):
    """A rule: what it does, the rows that it is about, and the columns that it needs of them.

    ``one|other`` needs one of two columns; ``vague`` rows are told as rows without exact times.
    Rows of another ``by`` never matter to a row: a large ledger is looked at part by part.
    """

    run: Callable[[Given], Found]
    scope: pl.Expr = ALL
    needs: tuple[str, ...] = ()
    table: str = "activity"
    vague: pl.Expr | None = None
    by: pl.Expr | None = None


# activities that a rule looks at together, so that memory does not grow with the ledger
PART_ROWS = 4_000_000
START, VEHICLE = pl.col("start"), pl.col("vehicle")
GOODS = pl.coalesce("consignment", "shipment")
NO_TIME = pl.col("precision") != "instant"
RULES: dict[str, Rule] = {
    "duplicate": Rule(twins.duplicates, by=START),
    "near": Rule(twins.near, MOVED, (f"{OF}|vehicle", "mass_mg"),
                 by=pl.coalesce(GOODS, VEHICLE)),
    "capacity": Rule(single.capacity, MOVED, ("vehicle_class|load_ppm", "mass_mg|load_ppm"),
                     by=START),
    "speed": Rule(
        single.speed, MOVED, ("distance_m",), vague=NO_TIME | (single.duration_s() < 60),
        by=START,
    ),
    "circle": Rule(
        single.circle, MOVED,
        ("distance_m", "origin|origin_lat_e7", "destination|destination_lat_e7"), by=START,
    ),
    "tracked": Rule(devices.tracked, MOVED, ("distance_m", "source_device|vehicle"), "position"),
    "lane": Rule(single.lane, MOVED, ("distance_m", "origin", "destination")),
    "overlap": Rule(times.overlap, MOVED, ("vehicle",), vague=NO_TIME, by=VEHICLE),
    "order": Rule(times.order, MOVED, (OF, "leg_no"), by=GOODS),
    "intensity": Rule(energy.intensity, MOVED, ("energy_j", "distance_m", "vehicle")),
    "round": Rule(energy.rounds, METERED & pl.col("round").is_not_null(), ("round",)),
    "peers": Rule(energy.peers, MOVED, ("energy_j", "distance_m", "vehicle")),
    "whole": Rule(digits.whole, METERED, ("vehicle", "volume_ml|energy_j"), by=VEHICLE),
    "flat": Rule(digits.flat, METERED, ("vehicle", "volume_ml|energy_j"), by=VEHICLE),
    "digits": Rule(digits.digits, METERED, ("vehicle", "volume_ml|energy_j")),
    "benford": Rule(digits.benford, ALL, ("amount_fen",)),
    "empty": Rule(digits.empty, pl.col("kind") == "transport.road", ("empty_ppm", "distance_m")),
    "one_factor": Rule(energy.one_factor, MOVED, ("factor_hash",), "emission"),
    "idle": Rule(single.idle, MOVED, ("idle_us",), by=VEHICLE),
    "meter": Rule(devices.meter, pl.col("stream").str.contains(devices.COUNTER), ("value",),
                  "reading"),
    "replaced": Rule(devices.replaced, pl.col("stream").str.contains(devices.COUNTER), ("value",),
                     "reading"),
    "fuel": Rule(balances.fuel, balances.bought(), ("energy_carrier",), by=VEHICLE),
    "power": Rule(
        balances.power, pl.col("labels").str.json_path_match("$.under").is_not_null(),
        ("energy_j",),
    ),
    "tonnes": Rule(balances.tonnes, pl.col("kind").str.starts_with("hub."), ("place",)),
    "mass": Rule(balances.mass, MOVED, (OF, "leg_no", "mass_mg"), by=GOODS),
    "odometer": Rule(
        devices.odometer, pl.col("stream") == devices.ODOMETER, ("value",), "reading"
    ),
    "boxes": Rule(balances.boxes, pl.col("book") == "box", (), "transfer"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules found.

    ``findings`` has the schema ``finding``; ``checked`` names each rule with ``code``, ``rows``
    looked at and ``findings``; ``not_checked`` names what was not, with ``rows`` (null where all)
    and why in ``en`` and ``zh``.
    """

    findings: pl.DataFrame
    checked: list[dict[str, Any]] = field(default_factory=list)
    not_checked: list[dict[str, Any]] = field(default_factory=list)

    def sentences(self, language: str = "en") -> list[str]:
        """Give each finding as a sentence."""
        return [explain(row, language) for row in self.findings.iter_rows(named=True)]

    def write(self, path: Path) -> Path:
        """Write the findings as CSV, Parquet or JSON (with what was and was not checked).

        Raises
        ------
        TanluError
            TL805 for another suffix.
        """
        import json

        suffix = path.suffix.lower()
        if suffix == ".csv":
            self.findings.write_csv(path)
        elif suffix == ".parquet":
            self.findings.write_parquet(path)
        elif suffix == ".json":
            facts = {"checked": self.checked, "not_checked": self.not_checked,
                     "findings": self.findings.to_dicts()}  # fmt: skip
            path.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        else:
            raise TanluError("TL765", value=path, known=".csv, .json, .parquet")
        return path


def check(
    activities: pl.LazyFrame | pl.DataFrame,
    emissions: pl.LazyFrame | pl.DataFrame | None = None,
    rules: Asked = None,
    *,
    readings: pl.LazyFrame | pl.DataFrame | None = None,
    positions: pl.LazyFrame | pl.DataFrame | None = None,
    transfers: pl.LazyFrame | pl.DataFrame | None = None,
    zone: str = "Asia/Shanghai",
) -> Checked:
    """Give what in some tables cannot be, or is not likely, and what could not be looked at.

    Parameters
    ----------
    activities, emissions, readings, positions, transfers
        Tables of those schemas; absent columns and tables are told in ``not_checked``.
    rules
        Thresholds in place of the usual ones: see `limits`.
    zone
        IANA zone in which it is night.

    Returns
    -------
    Checked
        Findings TL766 to TL789 with their evidence; the order of rows does not matter.

    Raises
    ------
    TanluError
        TL765 for thresholds that are not understood, TL102 for a column of another type.
    """
    last: Checked | None = None
    tables = {"activity": activities, "emission": emissions, "reading": readings,
              "position": positions, "transfer": transfers}  # fmt: skip
    for step in _checking(tables, limits(rules), zone):
        last = step.result if isinstance(step.result, Checked) else last
    assert last is not None
    return last


def check_ledger(
    workspace: Workspace,
    span: tuple[int, int] | None = None,
    rules: Asked = None,
    *,
    as_of: int | None = None,
) -> Iterator[Progress]:
    """Check what a ledger holds, of a period of starts [us UTC, half-open] or whole.

    Yields
    ------
    Progress
        In rules; the last one's result is the `Checked`.
    """
    tables: dict[str, Any] = {}
    for name, column in (("activity", "start"), ("emission", "start"), ("reading", "at"),
                         ("position", "at"), ("transfer", "at")):  # fmt: skip
        rows = workspace.scan(name, as_of=as_of)
        if span is not None:
            rows = rows.filter(pl.col(column).is_between(*span, closed="left"))
        known = workspace.manifest.parts(name, workspace.at(as_of))
        tables[name] = rows if known or name == "activity" else None
    yield from _checking(tables, limits(rules), workspace.zone)


def _checking(tables: dict[str, Any], at: Any, zone: str) -> Iterator[Progress]:
    held = {name: _shaped(name, table) for name, table in tables.items()}
    assert held["activity"] is not None
    given = Given(held["activity"], held["emission"], held["reading"], held["position"],
                  held["transfer"], zone, at)  # fmt: skip
    counted = _counted(given)
    found, checked, missed = [nothing()], [], []
    for done, (name, rule) in enumerate(RULES.items(), start=1):
        why, able = _able(name, rule, given, counted)
        missed += why
        if able:
            made = _run(rule, given, counted["duplicate|scope"])
            apart = sum(rows_ for rows_, key, _ in made.skipped if key in ROWS)
            rows = able - apart if made.looked is None else made.looked
            found.append(made.findings)
            if not rows and not made.skipped:
                missed.append(_missed(name, "nothing", None, ""))
            missed += [_missed(name, key, rows_, what) for rows_, key, what in made.skipped]
            if rows:
                checked.append({"rule": name, "code": named()[name].code, "rows": rows,
                                "findings": made.findings.height})  # fmt: skip
        yield Progress("check", done, len(RULES), "rules")
    table = pl.concat(found).sort("code", "finding_id")
    yield Progress("check", len(RULES), len(RULES), "rules", Checked(table, checked, missed))


def _run(rule: Rule, given: Given, size: int) -> Found:
    """Run a rule over all rows, or part by part where the ledger is large."""
    parts = -(-size // PART_ROWS)
    if rule.by is None or parts < 2:
        return rule.run(given)
    part = rule.by.hash(1) % parts
    made = [
        rule.run(given._replace(activity=given.activity.filter(part == number)))
        for number in range(parts)
    ]
    skipped: dict[tuple[str, str], int] = {}
    for rows, key, what in (each for one in made for each in one.skipped):
        skipped[key, what] = skipped.get((key, what), 0) + rows
    looked = [one.looked for one in made if one.looked is not None]
    return Found(
        pl.concat([one.findings for one in made]),
        tuple((rows, *about) for about, rows in skipped.items()),
        sum(looked) if looked else None,
    )


def _shaped(name: str, table: pl.LazyFrame | pl.DataFrame | None) -> pl.LazyFrame | None:
    """Give a table with all columns of its schema, absent ones as null."""
    if table is None:
        return None
    wanted, rows = schema(name).dtypes(), table.lazy()
    have = rows.collect_schema()
    for column, kind in wanted.items():
        if column in have and have[column] not in (kind, pl.Null):
            raise TanluError("TL102", table=name, column=column, value=have[column], wanted=kind)
    return rows.select(
        pl.col(column).cast(kind) if column in have else pl.lit(None, kind).alias(column)
        for column, kind in wanted.items()
    )


def _counted(given: Given) -> dict[str, int]:
    """Count for every rule the rows in its scope, those with all it needs, and what lacks: once."""
    found: dict[str, int] = {}
    for table in {rule.table for rule in RULES.values()}:
        rows = getattr(given, table)
        if rows is None:
            continue
        asked = []
        for name, rule in RULES.items():
            # of two tables the rows counted are those of activities
            if (rule.table if rule.table != "position" else "activity") != table:
                continue
            scope = rule.scope.fill_null(value=False)
            has = [_has(need) for need in rule.needs]
            whole = pl.all_horizontal(scope, *has) if has else scope
            asked += [(f"{name}|scope", scope), (f"{name}|able", whole)]
            if rule.vague is not None:
                asked.append((f"{name}|vague", whole & rule.vague))
            asked += [(f"{name}|{need}", scope & ~_has(need)) for need in rule.needs]
        if asked:
            sums = rows.select(each.sum().alias(key) for key, each in asked)
            found |= sums.collect(engine="streaming").row(0, named=True)
    return {key: int(value or 0) for key, value in found.items()}


def _has(need: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in need.split("|"))


def _able(
    name: str, rule: Rule, given: Given, counted: dict[str, int]
) -> tuple[list[dict[str, Any]], int]:
    """Give why some or all rows are not looked at, and how many are."""
    if not given.limits[name]["on"]:
        return [_missed(name, "off", None, f"{name}.on")], 0
    if getattr(given, rule.table) is None:
        return [_missed(name, "absent", None, rule.table)], 0
    scope, able = counted.get(f"{name}|scope", 0), counted.get(f"{name}|able", 0)
    if not scope:
        return [_missed(name, "nothing", None, "")], 0
    lacks = [(counted[f"{name}|{need}"], need) for need in rule.needs]
    missed = [_missed(name, "lacks", rows, need) for rows, need in lacks if rows]
    vague = counted.get(f"{name}|vague", 0)
    if vague:
        missed.append(_missed(name, "instant", vague, ""))
    return missed, able - vague


def _missed(rule: str, key: str, rows: int | None, what: str) -> dict[str, Any]:
    told = named()[rule]
    return {
        "rule": rule,
        "code": told.code,
        "rows": rows,
        "reason": key,
        **{tongue: word(key, tongue, rows=rows, what=what) for tongue in ("en", "zh")},
    }
