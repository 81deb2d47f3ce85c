"""Named checks of a library, each with what mends it: a number that is inconsistent is not chosen.

Every check looks at whole columns and gives the rows that break it; ``check`` runs them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors import grams, rules, select
from tanlu.factors.packs.census import leaves, without
from tanlu.factors.packs.load import Library, library
from tanlu.terms import gases, taxonomy, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CHECKS", "check"]

_built_in = library
SCHEMA = {"check": pl.String, "factor_id": pl.String, "subject": pl.String, "what": pl.String}
GASES = ("co2_fossil", "ch4_fossil", "ch4_bio", "n2o")
MASSES = (*GASES, "co2_bio", "co2e_published")
# a printed sum of rounded gases may differ by this share, or by half of the last digits printed
TOLERANCE, PRINTED = 0.005, 1.6e-5
# values of one kind from which on one of them can be told to be off
KIN = 5


def check(library: Library | None = None, *, only: str | None = None) -> pl.DataFrame:
    """Give every row that breaks a check: check, factor_id, subject, what.

    Parameters
    ----------
    library
        The library to check, the built-in one by default.
    only
        Name of one check; all by default.

    Raises
    ------
    TanluError
        TL203 for a check that is not known.
    """
    kept = library or _built_in()
    if only is not None and only not in CHECKS:
        raise TanluError("TL203", value=only, known=", ".join(CHECKS))
    tables = [pl.DataFrame(schema=SCHEMA)]
    for name, look in CHECKS.items():
        if only in {None, name}:
            found = look(kept).with_columns(pl.lit(name).alias("check"))
            tables.append(found.select(pl.col(each).cast(kind) for each, kind in SCHEMA.items()))
    return pl.concat(tables)


def _numbers(kept: Library) -> pl.DataFrame:
    """Give the factors with their amounts as numbers and a subject to name them by."""
    amounts = (*MASSES, "value", "value_empty", "value_full", "lower", "upper")
    return kept.factors.with_columns(
        pl.col(amounts).cast(pl.Float64),
        pl.concat_str(
            "activity", "vehicle_class", "energy_carrier", "technology", "material", "place",
            pl.col("data_year").cast(pl.String), "boundary", "source_id",
            separator=" ", ignore_nulls=True,
        ).alias("subject"),
    )  # fmt: skip


def _gases_are_the_co2e(kept: Library) -> pl.DataFrame:
    """Find rows whose gases under their own GWP set are not the CO2e that they print."""
    table = _numbers(kept).filter(
        pl.col("co2e_published").is_not_null() & pl.any_horizontal(pl.col(GASES).is_not_null())
    )
    parts = []
    for (name,), rows in table.group_by("gwp_set"):
        weights = gases.gwp(str(name))
        total = sum(
            (pl.col(gas).fill_null(0) * weights[grams.GASES[gas]] for gas in GASES), pl.lit(0.0)
        )
        parts.append(rows.with_columns(total.alias("sum")))
    if not parts:
        return _none()
    # the official tables weigh methane alike whatever its origin, with the fossil-free value
    apart = (pl.col("sum") - pl.col("co2e_published")).abs()
    allowed = pl.max_horizontal(pl.col("co2e_published").abs() * TOLERANCE, pl.lit(PRINTED))
    return _said(
        pl.concat(parts).filter(apart > allowed),
        pl.format("gases {} against {} kg CO2e", "sum", "co2e_published"),
    )


def _wtw_is_the_sum(kept: Library) -> pl.DataFrame:
    """Find published WTW values that are not WTT + TTW of the same source and edition."""
    table = _numbers(kept)
    same = ["activity", *taxonomy.FACETS, "place", "data_year", "source_id", "denominator"]
    of = {
        name: table.filter(pl.col("boundary") == name).select(
            *same, pl.col("co2e_published").alias(name), "factor_id", "subject"
        )
        for name in ("ttw", "wtt", "wtw")
    }
    joined = of["wtw"]
    for name in ("ttw", "wtt"):
        part = of[name].drop("factor_id", "subject")
        joined = joined.join(part, on=same, how="inner", nulls_equal=True)
    apart = (pl.col("ttw") + pl.col("wtt") - pl.col("wtw")).abs()
    wrong = joined.filter(apart > pl.max_horizontal(pl.col("wtw").abs() * TOLERANCE, PRINTED))
    return _said(wrong, pl.format("WTW {} against {} + {}", "wtw", "ttw", "wtt"))


def _units_convert(kept: Library) -> pl.DataFrame:
    """Find units that the house cannot convert, or that do not come back when converted."""
    table = _numbers(kept)
    bad = [each for each in table["denominator"].unique() if grams.form(each) is None]
    for each in table["numerator"].unique():
        one = next((unit for unit in ("g", "MJ") if _converts(each, unit)), None)
        if one is None or units.convert(units.convert(1, each, one), one, each) != 1:
            bad.append(each)
    wrong = table.filter(pl.col("denominator").is_in(bad) | pl.col("numerator").is_in(bad))
    return _said(wrong, pl.format("{} per {}", "numerator", "denominator"))


def _converts(one: str, other: str) -> bool:
    return units.is_unit(one) and units.unit(one).dimension == units.unit(other).dimension


def _curves_rise(kept: Library) -> pl.DataFrame:
    """Find load curves that fall with load, and tables whose points do not rise in x."""
    table = _numbers(kept)
    falls = table.filter(
        (pl.col("form") == "linear_load") & (pl.col("value_full") < pl.col("value_empty"))
    )
    points = (
        table.filter(pl.col("points").is_not_null())
        .with_columns(pl.col("points").str.split(";").list.eval(
            pl.element().str.split(":").list.first().cast(pl.Float64, strict=False)).alias("x"))
        .filter(
            pl.col("x").list.len().lt(2)
            | pl.col("x").list.eval(pl.element().is_null().any()).list.first()
            | pl.col("x").list.diff().list.eval((pl.element() <= 0).any()).list.first()
        )
    )  # fmt: skip
    return pl.concat(
        [
            _said(falls, pl.format("full {} below empty {}", "value_full", "value_empty")),
            _said(points, pl.format("points {}", "points")),
        ]
    )


def _zero_is_meant(kept: Library) -> pl.DataFrame:
    """Find rows whose amounts are all zero without a word why: null is not zero."""
    amounts = (*MASSES, "value", "value_empty", "value_full")
    table = _numbers(kept)
    nothing = pl.all_horizontal(pl.col(amounts).fill_null(0) == 0) & pl.col("points").is_null()
    why = pl.coalesce("note", "derivation", pl.lit("")).str.len_chars() == 0
    return _said(table.filter(nothing & why), pl.lit("zero without note or derivation"))


def _gas_is_told(kept: Library) -> pl.DataFrame:
    """Find rows that have a value, yet neither a gas nor a CO2e: they would emit nothing."""
    table = _numbers(kept)
    # energy and leak rates are no emissions: another factor makes them one
    emits = ~pl.col("boundary").is_in(["energy", "use"]) & (pl.col("form") == "scalar")
    bare = pl.all_horizontal(pl.col(MASSES).is_null()) & pl.col("substance").is_null()
    return _said(table.filter(emits & bare), pl.lit("no gas and no CO2e"))


def _bounds_hold(kept: Library) -> pl.DataFrame:
    """Find bounds that do not hold the value."""
    table = _numbers(kept)
    value = pl.coalesce("value", "co2e_published", "co2_fossil")
    wrong = (pl.col("lower") > value * (1 + TOLERANCE)) | (
        pl.col("upper") < value * (1 - TOLERANCE)
    )
    return _said(table.filter(wrong), pl.format("{} to {}", "lower", "upper"))


def _scale_is_that_of_its_kind(kept: Library) -> pl.DataFrame:
    """Find values that lie a hundred times off the middle of their kind: a slip of the unit."""
    told = {
        row["factor_id"]: float(
            grams.co2e_kg([row], "AR6")[0] / grams.counted(row["denominator"])[1]
        )
        for row in kept.rows
        if row["boundary"] != "energy"
        and row["form"] == "scalar"
        and grams.form(row["denominator"])
        and grams.counts(row["numerator"], "kg")
        and any(map(row.get, grams.TOLD))
    }
    kind = ["activity", "energy_carrier", "material", "technology", "boundary", "form_of"]
    table = (
        _numbers(kept)
        .with_columns(
            pl.col("factor_id")
            .replace_strict(told, default=None, return_dtype=pl.Float64)
            .alias("kg"),
            pl.col("denominator").map_elements(grams.form, pl.String).alias("form_of"),
        )
        .filter(pl.col("kg") > 0, pl.col("activity") != "refrigerant.leak")
    )
    middle = table.with_columns(
        pl.col("kg").median().over(kind).alias("middle"), pl.len().over(kind).alias("of")
    )
    off = (pl.col("kg") / pl.col("middle")).log10().abs() > 2
    return _said(
        middle.filter(off & (pl.col("of") >= KIN)),
        pl.format("{} against {} kg CO2e, the middle of {}", "kg", "middle", "of"),
    )


def _every_row_is_sourced(kept: Library) -> pl.DataFrame:
    """Find rows without source, year, place, unit, boundary, clause or licence."""
    licences = {name: row.get("licence") or None for name, row in kept.documents.items()}
    table = _numbers(kept).with_columns(
        pl.col("source_id").replace_strict(licences, default=None).alias("licence")
    )
    told = ("source_id", "data_year", "place", "numerator", "denominator", "boundary", "licence")
    bare = pl.any_horizontal(pl.col(told).is_null()) | pl.all_horizontal(
        pl.col("clause", "derivation").is_null()
    )
    return _said(table.filter(bare), pl.lit("source, year, place, unit, clause or licence missing"))


def _facets_are_known(kept: Library) -> pl.DataFrame:
    """Find facets outside the closed vocabulary, and rows under no leaf of the taxonomy."""
    known = taxonomy.vocabulary()
    table = _numbers(kept)
    found = [_none()]
    for facet in ("energy_carrier", "temperature_class", "technology", "material", "boundary",
                  "method"):  # fmt: skip
        odd = table.filter(~pl.col(facet).is_in(list(known[facet])))
        found.append(_said(odd, pl.format("{} is no {}", pl.col(facet), pl.lit(facet))))
    keys = table.select("activity", *taxonomy.FACETS).unique()
    lost = [row for row in keys.iter_rows(named=True) if not taxonomy.leaf_of(row["activity"], row)]
    astray = table.join(
        pl.DataFrame(lost, schema=keys.schema), on=keys.columns, how="semi", nulls_equal=True
    )
    return pl.concat([*found, _said(astray, pl.lit("under no leaf of the taxonomy"))])


def _every_leaf_has_one(kept: Library) -> pl.DataFrame:
    """Find leaves of the taxonomy without a factor that are not said to have none."""
    excused = set(without()["leaf"])
    lacks = [name for name, number in leaves(kept).items() if not number and name not in excused]
    idle = [name for name in excused if leaves(kept).get(name, 0)]
    return pl.DataFrame(
        {
            "factor_id": [""] * (len(lacks) + len(idle)),
            "subject": [*lacks, *idle],
            "what": ["no factor"] * len(lacks) + ["said to have none, yet has"] * len(idle),
        },
        schema={name: pl.String for name in SCHEMA if name != "check"},
    )


def _blends_are_their_parts(kept: Library) -> pl.DataFrame:
    """Find refrigerants whose CO2e is not that of their parts under the same GWP set.

    A blend that harms ozone is left out: sources count its parts under either treaty.
    """
    rows = []
    for row in kept.rows:
        told = row["activity"] == "refrigerant.leak" and row.get("gwp_set")
        if not told or not row.get("co2e_published") or not row.get("substance"):
            continue
        name, own = row["substance"], float(row["co2e_published"])
        ours = _weighed(name, row["gwp_set"])
        if ours is not None and abs(own - ours) > max(1.5, TOLERANCE * ours):
            rows.append((row["factor_id"], name, f"{own:g} against {ours:g} ({row['gwp_set']})"))
    return pl.DataFrame(
        rows, schema=[name for name in SCHEMA if name != "check"], orient="row",
        schema_overrides=dict.fromkeys(SCHEMA, pl.String),
    )  # fmt: skip


def _weighed(name: str, gwp_set: str) -> float | None:
    """Give the GWP of a refrigerant from its parts, nothing where it is not to be compared."""
    try:
        return None if gases.harms_ozone(name) else float(gases.potential(name, gwp_set))
    except TanluError:
        return None


def _one_winner(kept: Library) -> pl.DataFrame:
    """Find questions that two equally good factors answer more than 2 % apart."""
    return pl.DataFrame(
        list(_conflicts(kept)),
        schema=[name for name in SCHEMA if name != "check"],
        orient="row",
        schema_overrides=dict.fromkeys(SCHEMA, pl.String),
    )


def _conflicts(kept: Library) -> Iterator[tuple[str, str, str]]:
    asked = {
        (
            row["activity"],
            row.get("vehicle_class") or "",
            row.get("energy_carrier") or "",
            row.get("temperature_class") or "",
            row["place"],
            row.get("technology") or "",
            row.get("material") or "",
        )
        for row in kept.rows
        # what leaks is weighed by its GWP, its rows are for comparison
        if row["activity"] != "refrigerant.leak"
    }
    for profile in rules.profiles().values():
        for key in sorted(asked):
            for span in select.winners(select.Want(*key), kept, profile):
                if span.conflict:
                    said = " ".join(each for each in key if each)
                    apart = f"{span.conflict:.1%} apart in {select.year_of(span.start_us)}"
                    yield span.winner.ids, f"{said} {profile.name}", apart
                    break


def _said(rows: pl.DataFrame, what: pl.Expr) -> pl.DataFrame:
    return rows.select("factor_id", "subject", what.alias("what"))


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={name: pl.String for name in SCHEMA if name != "check"})


# name -> the check, in the order in which they run; what mends each stands in the words of the CLI
CHECKS: dict[str, Callable[[Library], pl.DataFrame]] = {
    "gases": _gases_are_the_co2e,
    "wtw": _wtw_is_the_sum,
    "units": _units_convert,
    "curves": _curves_rise,
    "zero": _zero_is_meant,
    "gas_told": _gas_is_told,
    "bounds": _bounds_hold,
    "scale": _scale_is_that_of_its_kind,
    "sources": _every_row_is_sourced,
    "facets": _facets_are_known,
    "leaves": _every_leaf_has_one,
    "blends": _blends_are_their_parts,
    "winner": _one_winner,
}
