"""The misstatement ledger against materiality: exact amounts, and what many samples decide."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.verify.assurance.concluding.evaluation import Amounts, back, evaluate, forward
from tanlu.verify.assurance.sampling.draw import draw
from tanlu.verify.assurance.sampling.samples import Stratum

np = pytest.importorskip("numpy")

CONFIDENT = 950_000
KG = 1_000_000_000


def stratum(sizes: dict[str, int], points: int, seed: bytes = b"s", label: str = "forward"):
    frame = pl.DataFrame(
        {"id": list(sizes), "size": list(sizes.values())},
        schema={"id": pl.String, "size": pl.Int64},
    )
    return Stratum(label, points, draw(frame, points, sha256(seed).digest(), label))


def units(sizes: dict[str, int]):
    return {key: {"co2e_ug": size, "reported": "100", "unit": "L"} for key, size in sizes.items()}


def judged(engagement, total: int, **amounts: Amounts) -> str:
    made = evaluate(engagement, total, amounts, [], units=63, reverse=True)
    return made.verdict


def test_a_unit_looked_at_whole_enters_with_its_own_error_and_no_more(engagement) -> None:
    sizes = {"a": 700 * KG, "b": 300 * KG}
    drawn = (stratum(sizes, 10),)
    filled = {"a": (Decimal(90), "short"), "b": (Decimal(100), "")}
    amounts, lines = forward(drawn, units(sizes), filled, {}, CONFIDENT)

    assert amounts["over"] == Amounts(70 * KG, 70 * KG, 70 * KG)
    assert amounts["under"] == Amounts()
    assert [(line.id, line.found_ug, line.remark) for line in lines] == [("a", 70 * KG, "short")]


def test_a_drawn_unit_speaks_for_its_interval() -> None:
    sizes = {f"u{number:04}": KG for number in range(1000)}
    drawn = (stratum(sizes, 10),)
    ids = drawn[0].drawn.rows["id"].to_list()
    filled = {one: (Decimal(100), "") for one in ids} | {ids[0]: (Decimal(150), "")}
    amounts, _ = forward(drawn, units(sizes), filled, {}, CONFIDENT)

    # half as much again in one of ten units that stand for 100 kg each
    assert amounts["under"].projected_ug == 50 * KG
    assert amounts["under"].factual_ug == KG // 2
    assert amounts["over"].projected_ug == 0
    # no error upwards: three intervals of 100 kg
    assert amounts["over"].bound_ug == pytest.approx(299.5733 * KG, rel=1e-6)


def test_a_unit_that_two_points_hit_speaks_twice() -> None:
    sizes = {f"u{number:04}": KG for number in range(100)} | {"v": 9 * KG}
    drawn = next(
        made
        for number in range(1000)
        if (made := stratum(sizes, 10, b"%d" % number)).drawn.rows["hits"].max() == 2
    )
    twice = drawn.drawn.rows.filter(pl.col("hits") == 2)["id"][0]
    filled = {one: (Decimal(100), "") for one in drawn.drawn.rows["id"]}
    filled[twice] = (Decimal(50), "")
    amounts, _ = forward((drawn,), units(sizes), filled, {}, CONFIDENT)

    # half of two points, of which each stands for a tenth of 109 kg
    assert amounts["over"].projected_ug == 109 * KG // 10


def test_two_rounds_stand_for_the_total_together() -> None:
    sizes = {f"u{number:04}": KG for number in range(1000)}
    made = (stratum(sizes, 10), stratum(sizes, 30, label="forward/2"))
    ids = [one for each in made for one in each.drawn.rows["id"]]
    filled = {one: (Decimal(100), "") for one in ids} | {ids[0]: (Decimal(50), "")}
    amounts, _ = forward(made, units(sizes), filled, {}, CONFIDENT)

    # half of one unit of forty, each of which stands for 25 kg
    assert amounts["over"].projected_ug == 25 * KG // 2 * ids.count(ids[0])


def test_evidence_that_is_not_there_is_the_whole_amount_and_told_apart() -> None:
    sizes = {"a": 700 * KG, "b": 300 * KG}
    filled = {"a": (None, ""), "b": (Decimal(100), "")}
    amounts, lines = forward((stratum(sizes, 10),), units(sizes), filled, {}, CONFIDENT)

    assert amounts["over"].unproved_ug == amounts["over"].projected_ug == 700 * KG
    assert not lines[0].supported


def test_a_correction_counts_only_as_far_as_it_mends() -> None:
    sizes = {"a": 1000 * KG}
    drawn = (stratum(sizes, 10),)
    filled = {"a": (Decimal(90), "")}

    def left(now: int) -> Amounts:
        return forward(drawn, units(sizes), filled, {"a": now}, CONFIDENT)[0]["over"]

    assert left(900 * KG).likely_ug == 0
    assert left(950 * KG).likely_ug == 50 * KG
    assert left(1200 * KG).likely_ug == 100 * KG
    assert left(850 * KG).likely_ug == 50 * KG


def test_what_is_missing_emits_as_what_is_there_does() -> None:
    sizes = {"a": 80_000_000, "b": 20_000_000}
    drawn = (stratum(sizes, 10, label="reverse"),)
    filled = {"a": (Decimal(80), ""), "b": (None, "")}
    lost, lines = back(
        drawn, filled, {}, unit="t·km", covered_ug=400 * KG, confidence_ppm=CONFIDENT
    )

    # 80 of 100 t·km emit 400 kg, so the 20 that are missing emit 100
    assert lost == Amounts(100 * KG, 100 * KG, 100 * KG)
    assert [(line.id, line.direction, line.found_ug) for line in lines] == [
        ("b", "omission", -100 * KG)
    ]


def test_what_came_in_since_the_seal_mends_an_omission() -> None:
    sizes = {"a": 80_000_000, "b": 20_000_000}
    drawn = (stratum(sizes, 10, label="reverse"),)
    filled = {"a": (Decimal(80), ""), "b": (None, "")}
    lost, _ = back(
        drawn, filled, {"b": Decimal(20)}, unit="t", covered_ug=400 * KG, confidence_ppm=CONFIDENT
    )

    assert (lost.projected_ug, lost.likely_ug) == (100 * KG, 0)


@given(st.lists(st.sampled_from(["50", "90", "100", "110", "200", None]), min_size=5, max_size=5))
def test_over_and_under_stand_apart_whatever_is_found(shown: list[str | None]) -> None:
    sizes = {f"u{number}": (number + 1) * KG for number in range(5)}
    filled = {
        key: (None if said is None else Decimal(said), "")
        for key, said in zip(sizes, shown, strict=True)
    }
    amounts, lines = forward((stratum(sizes, 10),), units(sizes), filled, {}, CONFIDENT)

    assert amounts["over"].factual_ug == sum(max(0, line.found_ug) for line in lines)
    assert amounts["under"].factual_ug == sum(max(0, -line.found_ug) for line in lines)


def test_the_verdict_follows_the_likely_amount_and_then_the_bound(engagement) -> None:
    total = 1000 * KG  # material from 50 kg, performance materiality 37.5 kg

    def over(likely: int, bound: int = 0, unproved: int = 0) -> Amounts:
        likely, bound = likely * KG, max(bound, likely) * KG
        return Amounts(0, likely, bound, 0, unproved * KG)

    assert judged(engagement, total, over=over(10, 50)) == "within"
    assert judged(engagement, total, over=over(10, 51)) == "extend"
    assert judged(engagement, total, over=over(38, 60)) == "correct"
    assert judged(engagement, total, over=over(51)) == "material"
    assert judged(engagement, total, over=over(101)) == "pervasive"
    assert judged(engagement, total, over=over(60, unproved=20)) == "unproved"
    # over and under are not netted; understatement and omission point the same way
    assert judged(engagement, total, over=over(45), under=over(45)) == "correct"
    assert judged(engagement, total, under=over(30), omission=over(30)) == "material"
    assert judged(engagement, total, under=over(20), omission=over(20)) == "correct"


def test_what_is_missing_is_bounded_as_one_amount(engagement) -> None:
    # 3 % may be told too low and 3 % not at all, each found by a sample of its own: 6 % is missing
    total = 1000 * KG

    def short(found: int) -> Amounts:
        return Amounts(0, found * KG, (18 + 2 * found) * KG, 0, 0, 18 * KG)

    assert judged(engagement, total, under=short(16), omission=short(0)) == "within"
    assert judged(engagement, total, omission=short(10), under=short(5)) == "within"
    assert judged(engagement, total, omission=short(10), under=short(7)) == "extend"
    assert judged(engagement, total, over=short(10), under=short(7)) == "within"


def test_that_nothing_was_found_is_told_once_for_both_samples(engagement) -> None:
    sizes = {f"u{i:03}": KG for i in range(600)}
    drawn = (stratum(sizes, 60),)
    filled = {key: (Decimal(100), "") for key in drawn[0].drawn.rows["id"]}
    amounts, _ = forward(drawn, units(sizes), filled, {}, CONFIDENT)
    assert amounts["under"].basic_ug == amounts["under"].bound_ug == 29_957_330_000
    both = {"under": amounts["under"], "omission": amounts["under"]}
    assert judged(engagement, 600 * KG, **both) == "within"


def decisions(kind: str, share: float, points: int, trials: int, engagement) -> float:
    """Give how often samples by the real draw and the real rule do not end within materiality."""
    dice = np.random.default_rng(5)
    sizes = {f"u{i:04}": int(x) for i, x in enumerate(dice.lognormal(20, 1, 3000))}
    total, names, missed = sum(sizes.values()), list(sizes), 0
    taint = {"over": Decimal(2) / 3, "under": Decimal(3) / 2, "omission": None, "clean": 1}[kind]
    part = {"over": 1 / 3, "under": 1 / 2, "omission": 1, "clean": 1}[kind]
    for trial in range(trials):
        wrong, amount = set(), 0.0
        for place in dice.permutation(len(names)):
            if kind == "clean" or amount + sizes[names[place]] * part > share * total:
                break
            wrong.add(names[place])
            amount += sizes[names[place]] * part
        drawn = (stratum(sizes, points, b"%d" % trial, kind),)
        ids = drawn[0].drawn.rows["id"].to_list()
        if kind == "omission":
            filled = {one: (None if one in wrong else Decimal(sizes[one]) / 10**6, "")
                      for one in ids}  # fmt: skip
            covered = int(total - amount)
            lost, _ = back(
                drawn, filled, {}, unit="t", covered_ug=covered, confidence_ppm=CONFIDENT
            )
            made = evaluate(engagement, covered, {"omission": lost}, [], units=points, reverse=True)
        else:
            filled = {one: (100 * taint if one in wrong else Decimal(100), "") for one in ids}
            amounts, _ = forward(drawn, units(sizes), filled, {}, CONFIDENT)
            made = evaluate(engagement, total, amounts, [], units=points, reverse=True)
        missed += made.verdict != "within"
    return missed / trials


def test_clean_books_are_never_troubled(engagement) -> None:
    assert decisions("clean", 0, 63, 20, engagement) == 0


@pytest.mark.parametrize("kind", ["over", "under", "omission"])
def test_seven_percent_do_not_pass_at_the_planned_size(kind: str, engagement) -> None:
    assert decisions(kind, 0.07, 163, 20, engagement) >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["over", "under", "omission"])
def test_five_percent_pass_in_at_most_five_of_a_hundred_samples(kind: str, engagement) -> None:
    # a share just above materiality; 400 trials at 95 %: two standard errors are 2.2 points
    assert decisions(kind, 0.0527, 163, 400, engagement) >= 0.95 - 0.022


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["over", "omission"])
def test_one_percent_is_seldom_troubled_at_the_planned_size(kind: str, engagement) -> None:
    assert decisions(kind, 0.01, 163, 400, engagement) <= 0.10 + 0.03


@pytest.mark.slow
def test_the_bound_of_several_strata_covers_the_truth(engagement) -> None:
    # the large stratum is drawn from thinly and has most of the errors: the hard case
    dice = np.random.default_rng(11)
    covered = 0
    for trial in range(400):
        made, filled, told, truth = [], {}, {}, 0
        for name, count, points, part in (("low", 2000, 30, 0.10), ("high", 300, 60, 0.05)):
            sizes = {f"{name}{i}": int(x) for i, x in enumerate(dice.lognormal(20, 1, count))}
            wrong = {key for key in sizes if dice.random() < part}
            truth += sum(sizes[key] - sizes[key] * 2 // 3 for key in wrong)
            drawn = stratum(sizes, points, b"%d" % trial, f"forward-{name}")
            made.append(drawn)
            for key in drawn.drawn.rows["id"]:
                shown = Decimal(200) / 3 if key in wrong else Decimal(100)
                filled[key] = (shown, "")
                told[key] = {"co2e_ug": sizes[key], "reported": "100", "unit": "L"}
        amounts, _ = forward(tuple(made), told, filled, {}, CONFIDENT)
        covered += amounts["over"].bound_ug >= truth

    assert covered / 400 >= 0.95
