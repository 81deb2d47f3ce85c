"""Laws of quantification, and for each of them a fault that it finds.

A law is a function of the verb that it judges. It holds for ours with random legs, and it must fail
for a verb with one small fault: a law that nothing can break proves nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.account.test_batch import batch

from tanlu import account
from tanlu.account import Quantified, combine
from tanlu.errors import TanluError
from tanlu.monitor import Mapping, read
from tanlu.terms import schema

Verb = Callable[..., Any]
LEGS = st.fixed_dictionaries(
    {
        "mass_mg": st.integers(1, 30 * 10**9),
        "distance_m": st.integers(1, 3_000_000),
        "distance_type": st.sampled_from(["sfd", "actual", "gcd", None]),
        "load_ppm": st.none() | st.integers(100_000, 1_000_000),
        "energy_carrier": st.sampled_from(["diesel", "electricity", None]),
        "temperature_class": st.sampled_from([None, "ambient", "chilled"]),
        "quality": st.none() | st.integers(1, 5),
    }
)
BATCHES = st.lists(LEGS, min_size=1, max_size=6)
AMOUNTS = (
    *("co2e_ug", "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug"),
    "co2e_unsplit_ug",
)
FUEL = {
    "activity_id": "fuel", "kind": "energy.fuel", "vehicle_class": None, "mass_mg": None,
    "distance_m": None, "distance_type": None, "volume_ml": 123_457, "round": "r",
}  # fmt: skip


def named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "activity_id": f"x{number}"} for number, row in enumerate(rows)]


def summed(rows: pl.DataFrame) -> int:
    return int(rows["co2e_ug"].sum())


def split(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """A consignment in unequal parts emits what it emits whole, but for the rounding."""
    whole = rows[0]
    cut = chance.randint(0, whole["mass_mg"])
    parts = [{**whole, "mass_mg": mass} for mass in (cut, whole["mass_mg"] - cut)]
    one, two = verb(batch([whole])).emissions, verb(batch(parts)).emissions

    # each row of each boundary is rounded once: half a microgram a row
    assert abs(summed(one) - summed(two)) <= (one.height + two.height) / 2


def merge(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """Legs one behind the other are one leg of their length."""
    # a great circle or a class assumed by distance does not add up, as it should not
    whole = {**rows[0], "distance_type": "actual"}
    first = chance.randint(0, whole["distance_m"])
    legs = [{**whole, "distance_m": m} for m in (first, whole["distance_m"] - first)]
    one, two = verb(batch([whole])).emissions, verb(batch(legs)).emissions

    assert abs(summed(one) - summed(two)) <= (one.height + two.height) / 2


def permute(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """The order of rows decides nothing, not even the order of the result."""
    there = named(rows)
    mixed = there[:]
    chance.shuffle(mixed)

    assert verb(batch(there)).emissions.equals(verb(batch(mixed)).emissions)


def alone(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """A leg emits the same alone as among others, to the microgram."""
    there = named(rows)
    together = verb(batch(there)).emissions
    one = chance.choice(there)
    mine = together.filter(pl.col("activity_id") == one["activity_id"])

    assert mine.equals(verb(batch([one])).emissions)


def nothing(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """What weighs nothing changes nothing."""
    there = named(rows)
    empty = {**chance.choice(rows), "mass_mg": 0, "activity_id": "z"}

    assert summed(verb(batch(there)).emissions) == summed(verb(batch([*there, empty])).emissions)


def wheels(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """Well to wheel is well to tank and tank to wheel, of every leg and of the sum."""
    made = verb(batch(named(rows))).emissions
    pairs = made.group_by("activity_id").agg(pl.col("boundary").sort())
    both = account.total(made)["co2e_ug"].item()
    apart = [account.total(made, boundaries=[name])["co2e_ug"].item() for name in ("ttw", "wtt")]

    assert pairs.height == len(rows)
    assert {tuple(each) for each in pairs["boundary"]} == {("ttw", "wtt")}
    assert both == sum(apart)


def closes(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """Shares of a round add up to it in each gas and boundary, and follow mass x distance."""
    stops = [{**row, "round": "r", "distance_type": "sfd"} for row in named(rows)]
    whole = verb(batch([{**FUEL, "round": None}])).emissions.sort("boundary")
    made = verb(batch([FUEL, *stops])).emissions
    shares = made.group_by("boundary").agg(pl.col(AMOUNTS).sum()).sort("boundary")
    work = [Fraction(row["mass_mg"] * row["distance_m"], 10**6) for row in stops]
    ttw = dict(made.filter(boundary="ttw").select("activity_id", "co2e_ug").iter_rows())
    total = whole["co2e_ug"][0]

    assert set(made["share_of"]) == {"fuel"}
    for name in AMOUNTS:
        assert shares[name].to_list() == whole[name].fill_null(0).to_list()
    for row, kgm in zip(stops, work, strict=True):
        # the weight of a stop is rounded to a kilogram metre
        off = total * Fraction(1, 1) / max(sum(work), 1) + 1
        assert abs(ttw[row["activity_id"]] - total * kgm / max(sum(work), 1)) <= 2 * off


def scaled(verb: Verb, rows: list[Any], chance: random.Random) -> None:
    """Twice the mass on every stop changes no share."""
    stops = [{**row, "round": "r", "distance_type": "sfd"} for row in named(rows)]
    stops = [{**row, "mass_mg": row["mass_mg"] // 10**6 * 10**6 + 10**6} for row in stops]
    double = [{**row, "mass_mg": 2 * row["mass_mg"]} for row in stops]
    one, two = (verb(batch([FUEL, *each])).emissions for each in (stops, double))

    assert one.select("emission_id", *AMOUNTS).equals(two.select("emission_id", *AMOUNTS))


LAWS = (split, merge, permute, alone, nothing, wheels, closes, scaled)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_holds(law: Callable[..., None]) -> None:
    @settings(max_examples=8, deadline=None)
    @given(BATCHES, st.randoms(use_true_random=False))
    def tried(rows: list[Any], chance: random.Random) -> None:
        law(account.quantify, rows, chance)

    tried()


def faulty(change: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]) -> Verb:
    """Our verb with its emissions changed a little."""

    def verb(rows: pl.DataFrame) -> Quantified:
        made = account.quantify(rows)
        return Quantified(change(made.emissions, rows), made.findings)

    return verb


def tared(rows: pl.DataFrame) -> Quantified:
    """Our verb for a kilogram more on each row."""
    return account.quantify(rows.with_columns(pl.col("mass_mg") + 10**6))


def docked(rows: pl.DataFrame) -> Quantified:
    """Our verb for a hundred metres of manoeuvres on each row."""
    return account.quantify(rows.with_columns(pl.col("distance_m") + 100))


def grown(rows: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("co2e_ug") + pl.int_range(pl.len()))


def crowded(rows: pl.DataFrame, given_: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("co2e_ug") + given_.height)


def unsorted(rows: pl.DataFrame, given_: pl.DataFrame) -> pl.DataFrame:
    return given_.select("activity_id").join(rows, on="activity_id", maintain_order="left")


def half(rows: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("boundary") == "ttw")


def leaking(rows: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    """Each share loses a microgram of one gas, as whole division without remainders does."""
    shared = pl.col("share_of").is_not_null().cast(pl.Int64)
    return rows.with_columns(pl.col("n2o_ug") - shared)


def even(rows: pl.DataFrame, given_: pl.DataFrame) -> pl.DataFrame:
    """Every stop the same: the sum still closes."""
    means = pl.col("co2e_ug").sum().over("boundary") // pl.len().over("boundary")
    left = pl.col("co2e_ug").sum().over("boundary") - means * pl.len().over("boundary")
    first = pl.int_range(pl.len()).over("boundary") == 0
    return rows.with_columns(means + pl.when(first).then(left).otherwise(0)).with_columns(
        co2e_ug=pl.col("co2e_ug")
    )


def heavier(rows: pl.DataFrame, given_: pl.DataFrame) -> pl.DataFrame:
    heavy = given_["mass_mg"].fill_null(0).sum() // 10**9
    return rows.with_columns(pl.col("co2e_ug") + heavy)


FAULTS = (
    *((split, tared), (split, faulty(crowded)), (merge, docked), (permute, faulty(unsorted))),
    *((alone, faulty(grown)), (alone, faulty(crowded)), (nothing, faulty(crowded))),
    *((wheels, faulty(half)), (closes, faulty(leaking)), (closes, faulty(even))),
    (scaled, faulty(heavier)),
)


@pytest.mark.parametrize(("law", "verb"), FAULTS, ids=[law.__name__ for law, _ in FAULTS])
def test_a_law_finds_its_fault(law: Callable[..., None], verb: Verb) -> None:
    chance = random.Random(5)
    rows = [
        {"mass_mg": chance.randint(1, 30 * 10**9), "distance_m": chance.randint(10**5, 3 * 10**6),
         "distance_type": "sfd", "load_ppm": None, "energy_carrier": "diesel",
         "temperature_class": None, "quality": None}
        for _ in range(5)
    ]  # fmt: skip
    law(account.quantify, rows, chance)

    with pytest.raises(AssertionError):
        law(verb, rows, chance)


PROFILES = ("iso14083", "cn_inventory", "iso14067")


def refuses(sum_: Verb, column: str, one: str, other: str) -> None:
    rows = account.quantify(batch([{}])).emissions
    both = pl.concat([rows.with_columns(pl.lit(name).alias(column)) for name in (one, other)])
    with pytest.raises(TanluError, match="TL512"):
        sum_(both)


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        *(("profile", a, b) for a in PROFILES for b in PROFILES if a < b),
        ("basis", "location", "market"),
        *(("gwp_set", a, b) for a, b in (("AR4", "AR5"), ("AR5", "AR6"), ("AR4", "AR6"))),
    ],
)
def test_what_differs_is_never_added_up(column: str, one: str, other: str) -> None:
    refuses(account.total, column, one, other)
    # the bare sum does not look: so the law can fail
    with pytest.raises(pytest.fail.Exception):
        refuses(combine, column, one, other)


HEADER = "id,t,far"
Unit = tuple[str, Fraction]


def told(folder: Path, rows: list[tuple[int, int]], mass: Unit, far: Unit) -> int:
    """Emission of grams and metres written in other units: their name, and what one of them is."""
    lines = [
        f"A{n},{float(Fraction(g) / mass[1])!r},{float(Fraction(m) / far[1])!r}"
        for n, (g, m) in enumerate(rows)
    ]
    path = folder / f"{mass[0]}-{far[0]}.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    by = Mapping.parse(
        f"""name = "units"
[read]
zone = "UTC"
[assumptions]
HERE = "told once"
[activity]
activity_id = {{ from = "id" }}
start = {{ value = "2025-06-01", assumption = "HERE" }}
kind = {{ value = "transport.road", assumption = "HERE" }}
mass_mg = {{ from = "t", unit = "{mass[0]}" }}
distance_m = {{ from = "far", unit = "{far[0]}" }}
"""
    )
    (made,) = read(path, by)
    assert made.quarantine.height == 0
    assert made.activities.columns == list(schema("activity").names)
    return summed(account.quantify(made.activities).emissions)


MASS = (("g", Fraction(1)), ("kg", Fraction(1000)), ("t", Fraction(10**6)),
        ("lb", Fraction("453.59237")))  # fmt: skip
FAR = (("m", Fraction(1)), ("km", Fraction(1000)), ("mile", Fraction("1609.344")))


@settings(max_examples=3, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 10**6)), min_size=1, max_size=4))
def test_units_do_not_matter(tmp_path_factory: Any, rows: list[tuple[int, int]]) -> None:
    folder = tmp_path_factory.mktemp("units")
    plain = told(folder, rows, MASS[0], FAR[0])

    assert {plain} == {told(folder, rows, mass, far) for mass in MASS for far in FAR}


@pytest.mark.parametrize(
    ("mass", "far"),
    [(("t", Fraction(907_185)), FAR[1]), (MASS[1], ("mile", Fraction(1852)))],
)
def test_a_wrong_unit_would_be_seen(tmp_path: Path, mass: Unit, far: Unit) -> None:
    rows = [(5_000_000, 100_000)]

    assert told(tmp_path, rows, MASS[0], FAR[0]) != told(tmp_path, rows, mass, far)
