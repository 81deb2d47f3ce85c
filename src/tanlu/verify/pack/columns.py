"""Every row of a pack calculated again from the inputs of its formulas, in columns.

The inputs are held against the activities, the results against the emissions, value by value: a
million legs are a few operations on columns. Nothing of a factor library is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

    from tanlu.terms.spec import CalcSpec

__all__ = ["SHOWN", "Calc", "Wrong", "held_inputs", "placed", "repeated", "unique"]

BOUNDARIES = ("ttw", "wtt")
AMOUNTS = (
    "mass_mg", "distance_m", "load_ppm", "empty_ppm", "count", "teu_milli", "energy_j",
    "volume_ml", "split", "amount_fen",
)  # fmt: skip
FROM = ("activity", "chain", "energy", "total")
# what a proposed leg has of its own
PROPOSED = ("distance_m", "load_ppm", "empty_ppm")
# emission column -> result of the formulas, by slot
BY_SLOT = {
    "co2e_ug": "co2e", "lower_ug": "lower", "upper_ug": "upper", "co2_fossil_ug": "co2_fossil",
    "co2_bio_ug": "co2_bio", "ch4_fossil_ug": "ch4_fossil", "ch4_bio_ug": "ch4_bio",
    "n2o_ug": "n2o", "co2e_unsplit_ug": "unsplit",
}  # fmt: skip
BY_LEG = {"energy_j": "energy_used_j", "sigma_ln_ppm": "sigma_ln_ppm"}
OF_LEG = {"transport_kgm": "transport_kgm", "daf_ppm": "daf_ppm"}
OF_CASE = (
    "gwp_set", "method", "tier", "gas", "factor_id", "factor_hash", "reasons", "assumptions",
    "distance_type",
)  # fmt: skip
OF_ACTIVITY = (
    "start", "end", "zone", "operator", "payer", "consignor", "consignee", "subject", "shipment",
    "consignment", "chain", "vehicle", "round", "labels",
)  # fmt: skip
KEPT = (
    "energy_used_j", "transport_kgm", "daf_ppm", "sigma_ln_ppm",
    *(f"{slot}_{name}_ug" for slot in BOUNDARIES for name in BY_SLOT.values()),
)  # fmt: skip
# what a total gives its takers, and what they have of it unchanged
SHARED = (*BY_SLOT, "gas_ug", "energy_j")
OF_TOTAL = ("gwp_set", "tier", "gas", "factor_id", "factor_hash", "reasons")
SHOWN = 200


class Calc(NamedTuple):
    """The files of ``calc/`` as tables, and the specification that they name."""

    spec: CalcSpec
    cases: pl.DataFrame
    legs: pl.DataFrame
    shares: pl.DataFrame


class Wrong(NamedTuple):
    """What differs: the kind of difference, where, and both values in words."""

    kind: str
    where: str
    why: str


def placed(calc: Calc, activities: pl.DataFrame) -> pl.Series:
    """Give the row of the activity of each line, null where there is none."""
    return _place(calc.legs["activity_id"], activities["activity_id"])


def held_inputs(calc: Calc, activities: pl.DataFrame, at: pl.Series) -> list[Wrong]:
    """Give the lines whose amounts are not those of their activity, which `placed` tells."""
    if at.null_count():
        where = calc.legs["activity_id"].filter(at.is_null())
        return [Wrong("absent", each, "no activity of the pack") for each in where.head(SHOWN)]
    found = []
    origin = calc.legs["from"]
    for name in AMOUNTS:
        if name not in activities.columns:
            continue
        own = origin != "energy"
        if name in PROPOSED:
            own = own & (origin != "chain")
        there = activities[name].gather(at)
        differs = calc.legs[name].ne_missing(there) & own
        found += _told(calc.legs["activity_id"], name, there, calc.legs[name], differs)
    chain = (origin == "chain") & activities["distance_m"].gather(at).is_not_null()
    ids = calc.legs["activity_id"].filter(chain)
    found += [Wrong("input", each, "it tells a distance of its own") for each in ids]
    return found + _held_cases(calc, activities, at)


def _held_cases(calc: Calc, activities: pl.DataFrame, at: pl.Series) -> list[Wrong]:
    """Give the lines whose case says of the activity what it does not say."""
    import polars as pl

    ids, origin, found = calc.legs["activity_id"], calc.legs["from"], []
    plain = origin.is_in(["activity", "total"])
    for name in ("kind", "quality", "distance_type"):
        if name not in calc.cases.columns:
            continue
        stated = calc.cases[name].gather(calc.legs["case"])
        there = activities[name].gather(at)
        differs = stated.ne_missing(there) & plain
        if name == "distance_type":
            differs = differs & there.is_not_null()
        found += _told(ids, name, there, stated, differs)
    blend = (activities["bio_ppm"].gather(at) > 0).fill_null(value=False)
    found += _told(ids, "split", blend, calc.legs["split"],
                   calc.legs["split"].is_not_null() & ~blend)  # fmt: skip
    energy = origin == "energy"
    for name in (name for name in AMOUNTS if name not in ("energy_j", "split")):
        stated = calc.legs[name]
        nothing = pl.repeat(None, stated.len(), dtype=stated.dtype, eager=True)
        found += _told(ids, name, nothing, stated, stated.is_not_null() & energy)
    return found


def repeated(
    calc: Calc,
    activities: pl.DataFrame,
    at: pl.Series,
    emissions: pl.DataFrame,
    span: tuple[int, int],
) -> tuple[int, list[Wrong]]:
    """Give how many emissions follow from their inputs, and what differs.

    Parameters
    ----------
    calc
        The inputs.
    activities
        Schema ``activity``: what holds in the slice.
    at
        As `placed` gives it.
    emissions
        Schema ``emission``: what holds, without rows by market.
    span
        Half-open time [us UTC] of which no emission may be without a line.
    """
    import polars as pl

    from tanlu.store.engine import run

    numbers = calc.legs["case"]
    inputs = [name for name, _ in calc.spec.inputs if name in calc.cases.columns]
    inputs = [name for name in inputs if name not in AMOUNTS]
    shared = (calc.cases.select(inputs), numbers)
    out = run(calc.spec, calc.legs.select(AMOUNTS), shared=shared, kept=KEPT)
    given = _given(calc, out)
    totals = calc.legs["from"].gather(given["line"]) == "total"
    alone, told = given, emissions
    if totals.any() or emissions["share_of"].null_count() < emissions.height:
        alone, told = given.filter(~totals), emissions.filter(pl.col("share_of").is_null())
    ids = _identities(calc, alone, calc.legs["activity_id"].gather(alone["line"]))
    made, written, found = _matched(ids, alone, told, span)
    found += _compared(calc, out, made, (activities, at), written)
    if written.height == emissions.height and not totals.any() and not calc.shares.height:
        return written.height, found
    count, wrong = _shares(calc, out, given.filter(totals), (activities, emissions), span)
    return written.height + count, found + wrong


def _given(calc: Calc, out: pl.DataFrame) -> pl.DataFrame:
    """Give the line and slot (0 ttw, 1 wtt) of each emission that the lines give, in order."""
    import polars as pl

    numbers = calc.legs["case"]
    lost = pl.repeat(value=False, n=out.height, eager=True, dtype=pl.Boolean)
    for slot in BOUNDARIES:
        factor = _column(calc.cases, f"{slot}_co2e_g").is_not_null().gather(numbers)
        lost = lost | (factor & out[f"{slot}_upper_ug"].is_null())
    found = []
    for number, slot in enumerate(BOUNDARIES):
        named = _column(calc.cases, f"{slot}_boundary").is_not_null().gather(numbers)
        there = named & ~lost
        for name in ("co2e", "upper"):
            there = there & out[f"{slot}_{name}_ug"].is_not_null()
        found.append((there.arg_true().cast(pl.UInt32) * 2 + number).rename("at"))
    at = pl.concat(found).sort()
    return pl.DataFrame({"line": at // 2, "slot": at % 2})


def _identities(calc: Calc, given: pl.DataFrame, activity: pl.Series) -> pl.Series:
    import polars as pl

    cases = calc.legs["case"].gather(given["line"])
    middles = [
        calc.cases.select(
            pl.concat_str(
                pl.lit("|"), "profile", pl.lit("|"), _column(calc.cases, f"{slot}_boundary"),
                pl.lit("|"), _column(calc.cases, f"{slot}_basis"), pl.lit("|"), ignore_nulls=True,
            )
        ).to_series()
        for slot in BOUNDARIES
    ]  # fmt: skip
    middle = pl.concat(middles).gather(cases + given["slot"] * calc.cases.height)
    key = calc.legs["share_key"].gather(given["line"]).fill_null("")
    return pl.select(pl.concat_str(activity, middle, key)).to_series().rename("emission_id")


def _matched(
    ids: pl.Series, given: pl.DataFrame, written: pl.DataFrame, span: tuple[int, int]
) -> tuple[pl.DataFrame, pl.DataFrame, list[Wrong]]:
    """Give what the lines give and what is written, of the same identity in order, and the rest."""
    import polars as pl

    there = written["emission_id"]
    if ids.len() == there.len() and (ids == there).all():
        return given, written, []
    at = _place(ids, there)
    found = [
        Wrong("missing", each, "its inputs give it")
        for each in ids.filter(at.is_null()).head(SHOWN)
    ]
    inside = written.select(pl.col("start").is_between(*span, closed="left")).to_series()
    extra = there.filter(_place(there, ids).is_null() & inside)
    found += [Wrong("extra", each, "no inputs give it") for each in extra.head(SHOWN)]
    twice = ids.filter(ids.is_duplicated()).unique().sort()
    found += [Wrong("twice", each, "two lines give it") for each in twice.head(SHOWN)]
    known = at.is_not_null()
    return given.filter(known), written[at.filter(known)], found


def _compared(
    calc: Calc,
    out: pl.DataFrame,
    given: pl.DataFrame,
    behind: tuple[pl.DataFrame, pl.Series],
    written: pl.DataFrame,
) -> list[Wrong]:
    """Give where an emission has not what its formulas, its case or its activity give."""
    import polars as pl

    line = given["line"]
    activities, at = behind
    frame = _beside(calc, given, written).hstack([at.gather(line).alias("_at")])
    again: dict[str, pl.Expr] = {
        name: _lent(_stacked(out, f"{{}}_{result}_ug"), "_slotted")
        for name, result in BY_SLOT.items()
    }
    again |= {name: _lent(out[result], "_line") for name, result in (BY_LEG | OF_LEG).items()}
    again |= {
        name: _lent(_column(calc.cases, name), "_case")
        for name in OF_CASE
        if not _blank(written[name], _column(calc.cases, name))
    }
    again |= _named(calc, calc.legs["activity_id"].gather(line))
    again |= {
        name: _lent(activities[name], "_at")
        for name in OF_ACTIVITY
        if not _blank(written[name], activities[name])
    }
    again["gas_ug"] = pl.when(pl.col("gas").is_not_null()).then(pl.col("mass_mg") * 1000)
    energy = _lent(calc.legs["from"] == "energy", "_line")
    # an energy was chosen for the leg: how far the goods went is not what the formulas see
    unless = dict.fromkeys(OF_LEG, ~energy)
    return _differing(frame, again, unless)


def _beside(calc: Calc, given: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """Give emissions with the line, case and slot of each."""
    line, slot = given["line"], given["slot"]
    case = calc.legs["case"].gather(line)
    return written.hstack(
        [
            line.alias("_line"), case.alias("_case"),
            (line + slot * calc.legs.height).alias("_slotted"),
            (case + slot * calc.cases.height).alias("_sided"),
        ]
    )  # fmt: skip


def _named(calc: Calc, activity: pl.Series) -> dict[str, pl.Expr]:
    """Give the parts of an identity, by which sums are made, as they should be."""
    import polars as pl

    return {
        "activity_id": pl.lit(activity),
        "share_key": _lent(calc.legs["share_key"], "_line"),
        "profile": _lent(calc.cases["profile"], "_case"),
        "boundary": _lent(_stacked(calc.cases, "{}_boundary"), "_sided"),
        "basis": _lent(_stacked(calc.cases, "{}_basis"), "_sided"),
    }


def _differing(
    frame: pl.DataFrame,
    again: dict[str, pl.Expr],
    unless: dict[str, pl.Expr] | None = None,
    kind: str = "result",
) -> list[Wrong]:
    """Give where columns are not what they should be; all are looked at in one pass."""
    import polars as pl

    differs = {
        name: pl.col(name).ne_missing(value) & (unless or {}).get(name, pl.lit(value=True))
        for name, value in again.items()
    }
    some = frame.select(each.any().alias(name) for name, each in differs.items()).row(0, named=True)
    found = []
    for name in (name for name, there in some.items() if there):
        rows = frame.select(
            "emission_id", pl.col(name).alias("stated"), again[name].alias("again"),
            differs[name].alias("differs"),
        ).filter("differs")  # fmt: skip
        found += [
            Wrong(_kind(name, kind), row["emission_id"], _both(name, row["stated"], row["again"]))
            for row in rows.head(SHOWN).iter_rows(named=True)
        ]
    return found


def _kind(name: str, kind: str) -> str:
    return "copied" if name in OF_ACTIVITY else kind


def _both(name: str, stated: object, again: object) -> str:
    return f"{name} is {stated}, and again {again}"


def _lent(column: pl.Series, place: str) -> pl.Expr:
    import polars as pl

    return pl.lit(column).gather(pl.col(place))


def _stacked(frame: pl.DataFrame, name: str) -> pl.Series:
    """Give the columns of both slots one below the other."""
    import polars as pl

    return pl.concat([_column(frame, name.format(slot)) for slot in BOUNDARIES], rechunk=True)


def _shares(
    calc: Calc,
    out: pl.DataFrame,
    totals: pl.DataFrame,
    held: tuple[pl.DataFrame, pl.DataFrame],
    span: tuple[int, int],
) -> tuple[int, list[Wrong]]:
    """Give how many shares follow from their totals and weights, and what differs."""
    import polars as pl

    activities, emissions = held
    told = emissions.filter(pl.col("share_of").is_not_null())
    found = _unshared(calc)
    takers = totals.with_row_index("total").join(
        calc.shares.with_columns(pl.col("leg").cast(pl.UInt32)), left_on="line", right_on="leg"
    )
    ids = _identities(calc, takers, takers["activity_id"])
    try:
        again_ = _allotted(calc, out, takers)
    except TanluError as error:
        return 0, [*found, Wrong("share", str(error.fields["value"]), str(error.fields["why"]))]
    made, written, wrong = _matched(ids, again_, told, span)
    found += wrong
    at = _place(made["activity_id"], activities["activity_id"])
    # without its activity nothing tells when and where a share belongs
    found += [
        Wrong("share", each, "no activity of the pack takes it")
        for each in written["emission_id"].filter(at.is_null()).head(SHOWN)
    ]
    frame = _beside(calc, made, written).hstack([at.alias("_at")])
    again = {name: pl.lit(made[name]) for name in (*SHARED, *OF_TOTAL)}
    again |= {name: _lent(activities[name], "_at") for name in OF_ACTIVITY}
    again["sigma_ln_ppm"] = _lent(out["sigma_ln_ppm"], "_line")
    again |= _named(calc, made["activity_id"])
    again["share_of"] = _lent(calc.legs["activity_id"], "_line")
    again["method"] = pl.lit("allocation")
    return written.height, found + _differing(frame, again, kind="share")


def _unshared(calc: Calc) -> list[Wrong]:
    """Give totals of which nobody takes, and takers of what is no total."""
    import polars as pl

    totals = calc.legs.with_row_index("leg").filter(pl.col("from") == "total")
    numbers = calc.shares["leg"].unique()
    left = totals.filter(~pl.col("leg").is_in(numbers.implode()))["activity_id"]
    found = [Wrong("share", each, "nobody takes of this total") for each in left.head(SHOWN)]
    odd = calc.shares.filter(~pl.col("leg").is_in(totals["leg"].cast(pl.Int64).implode()))
    return found + [
        Wrong("share", each, "it takes of what is no total")
        for each in odd["activity_id"].head(SHOWN)
    ]


def _allotted(calc: Calc, out: pl.DataFrame, takers: pl.DataFrame) -> pl.DataFrame:
    """Give the shares of takers in the amounts of their totals, by largest remainder."""
    import polars as pl

    from tanlu.account.inputs import shared

    line = takers["line"]
    slotted = line + takers["slot"] * out.height
    cases = calc.legs["case"].gather(line)
    mass = calc.legs["mass_mg"].gather(line)
    gas = _column(calc.cases, "gas").gather(cases)
    amounts = takers.with_columns(
        *(
            _stacked(out, f"{{}}_{result}_ug").gather(slotted).alias(name)
            for name, result in BY_SLOT.items()
        ),
        out["energy_used_j"].gather(line).alias("energy_j"),
        pl.select(pl.when(gas.is_not_null()).then(mass * 1000)).to_series().alias("gas_ug"),
        *(_column(calc.cases, name).gather(cases).alias(name) for name in OF_TOTAL),
    )
    return shared(amounts, "total", "activity_id", "weight", SHARED)


def unique(ids: pl.Series) -> bool:
    """Tell whether no identity stands twice.

    Different hashes are of different texts: only equal ones are looked at as texts.
    """
    return ids.hash().n_unique() == ids.len() or ids.n_unique() == ids.len()


def _blank(stated: pl.Series, again: pl.Series) -> bool:
    """Tell whether neither side has a value: then nothing can differ."""
    return stated.null_count() == stated.len() and again.null_count() == again.len()


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    import polars as pl

    if name in frame.columns:
        return frame[name]
    return pl.repeat(None, frame.height, dtype=pl.String, eager=True).alias(name)


def _place(wanted: pl.Series, there: pl.Series) -> pl.Series:
    """Give where each value stands in another column, null where it does not."""
    import polars as pl

    if wanted.len() == there.len() and (wanted == there).all():
        return pl.int_range(wanted.len(), dtype=pl.UInt32, eager=True)
    at = _joined(wanted.hash(), there.hash())
    # equal hashes are of equal texts but for the rarest chance, and that is looked at
    if (there.gather(at) == wanted).all(ignore_nulls=False):
        return at
    return _joined(wanted, there)


def _joined(wanted: pl.Series, there: pl.Series) -> pl.Series:
    keys = there.alias("key").to_frame().with_row_index("at").unique("key", keep="first")
    found = wanted.alias("key").to_frame().join(keys, on="key", how="left", maintain_order="left")
    return found["at"]


def _told(
    ids: pl.Series,
    name: str,
    stated: pl.Series,
    again: pl.Series,
    differs: pl.Series,
) -> list[Wrong]:
    if not differs.any():
        return []
    few = differs.arg_true().head(SHOWN)
    told = zip(ids.gather(few), stated.gather(few), again.gather(few), strict=True)
    return [Wrong("input", where, _both(name, one, two)) for where, one, two in told]
