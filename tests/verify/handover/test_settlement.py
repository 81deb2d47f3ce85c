"""Settlement: the same lines for both parties, to the fen."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.spec import interpret
from tanlu.verify import handover
from tanlu.verify.handover import settlement

RATES = {
    "drop_fen": 350, "tkm_fen_per_1000": 60_000, "damage_fen_per_item": 500,
    "missing_fen_per_item": 2_000, "late_fen_per_h": 1_000, "free_us": 1_800_000_000,
    "penalty_cap_ppm": 300_000,
}  # fmt: skip
TERMS = "a" * 64


def _rows(**columns):
    names = ("waybill", "items", "damaged", "missing", "mass_mg", "distance_m", "late_us")
    given = {"waybill": ["W1"], "items": [3], "damaged": [0], "missing": [0]} | columns
    kinds = dict.fromkeys(names, pl.Int64) | {"waybill": pl.String}
    return pl.DataFrame(given, schema_overrides=kinds)


def test_a_drop_of_half_a_tonne_over_40_km_costs_what_a_pocket_calculator_says():
    # 3.50 + 0.5 t x 40 km x 0.60 yuan = 15.50 yuan; late 90 min, 30 free: 10.00 yuan, capped at
    # 30 % of 15.50 = 4.65 yuan
    rows = _rows(mass_mg=[500_000_000], distance_m=[40_000], late_us=[5_400_000_000])
    settled = handover.settle(rows, RATES, TERMS)

    assert settled.lines.row(0) == ("W1", 3, 0, 0, 5_400_000_000, 1550, 465, 1085)
    assert settled.owed_fen == 1085


def test_one_damaged_item_costs_its_price_below_the_cap():
    rows = _rows(damaged=[1], mass_mg=[10_000_000_000], distance_m=[100_000])

    assert handover.settle(rows, RATES, TERMS).lines["penalty_fen"].to_list() == [500]


def test_what_is_not_known_costs_nothing_and_blames_nobody():
    assert handover.settle(_rows(), RATES, TERMS).lines.row(0)[-3:] == (350, 0, 350)


@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_the_order_of_rows_does_not_change_a_byte(random, count):
    rows = _rows(
        waybill=[f"W{n}" for n in range(count)],
        items=[5] * count,
        damaged=[random.randrange(3) for _ in range(count)],
        missing=[random.randrange(3) for _ in range(count)],
        late_us=[random.randrange(10**10) for _ in range(count)],
    )
    turned = rows.sample(fraction=1, shuffle=True, seed=random.randrange(1000))
    one, other = (handover.settle(each, RATES, TERMS) for each in (rows, turned))

    assert one.result_sha256 == other.result_sha256
    assert one.owed_fen == sum(one.lines["owed_fen"])
    assert handover.differing(one.lines, other.lines) is None


@given(
    damaged=st.integers(0, 9), missing=st.integers(0, 9), late=st.integers(0, 10**12),
    mass=st.none() | st.integers(0, 10**11), distance=st.none() | st.integers(0, 10**7),
)  # fmt: skip
def test_the_exact_interpreter_gives_the_same_lines(damaged, missing, late, mass, distance):
    row = {
        "items": 9, "damaged": damaged, "missing": missing, "late_us": late, "mass_mg": mass,
        "distance_m": distance,
    }  # fmt: skip
    settled = handover.settle(_rows(**{name: [value] for name, value in row.items()}), RATES, TERMS)
    exact = next(iter(interpret(settlement.spec(), [row | RATES])))

    assert settled.lines.select("freight_fen", "penalty_fen", "owed_fen").row(0) == (
        exact["freight_fen"], exact["penalty_fen"], exact["owed_fen"],
    )  # fmt: skip


def test_a_dispute_names_the_first_line_and_both_values():
    mine = handover.settle(_rows(), RATES, TERMS)
    theirs = handover.settle(_rows(damaged=[1]), RATES, TERMS)

    assert handover.differing(mine.lines, theirs.lines) == {
        "waybill": "W1", "column": "damaged", "mine": 0, "theirs": 1,
    }  # fmt: skip
    assert mine.result_sha256 != theirs.result_sha256


def test_the_statement_pins_terms_formula_and_result():
    settled = handover.settle(_rows(), RATES, TERMS)
    told = handover.statement_of(settled, period="2026-11")

    assert told == {
        "type": "tanlu/settlement/v1", "period": "2026-11", "lines": 1, "owed_fen": 350,
        "terms": bytes.fromhex(TERMS), "spec": bytes.fromhex(settlement.spec().sha256),
        "result": bytes.fromhex(settled.result_sha256),
    }  # fmt: skip


def test_a_waybill_that_stands_twice_or_is_too_large_is_refused():
    huge = _rows(mass_mg=[2**62], distance_m=[2**62])
    for rows in (pl.concat([_rows(), _rows()]), huge):
        with pytest.raises(TanluError, match="TL796"):
            handover.settle(rows, RATES, TERMS)


def test_terms_are_whole_numbers_and_all_there(tmp_path):
    path = tmp_path / "terms.toml"
    lines = "\n".join(f"{name} = {value}" for name, value in RATES.items())
    path.write_text(f"[rates]\n{lines}\n")
    assert handover.agreed_terms(path)[0] == RATES
    for text in ("", "[rates]\n", "rates = 3\n", f"[rates]\n{lines}".replace("350", "3.5"), "\xff"):
        path.write_text(text, encoding="latin-1")
        with pytest.raises(TanluError, match="TL796"):
            handover.agreed_terms(path)
    with pytest.raises(TanluError, match="TL796"):
        handover.agreed_terms(tmp_path / "gone.toml")


def test_the_other_partys_lines_are_read_as_they_were_written(tmp_path):
    path = tmp_path / "theirs.csv"
    mine = handover.settle(_rows(late_us=[None]), RATES, TERMS).lines
    mine.write_csv(path)

    assert handover.differing(mine, handover.lines_of(path)) is None
    twice = path.read_text() + path.read_text().splitlines()[1] + "\n"
    for text in ("", "a,b\n1,2\n", "waybill\n", twice):
        path.write_text(text)
        with pytest.raises(TanluError, match="TL796"):
            handover.lines_of(path)
    with pytest.raises(TanluError, match="TL796"):
        handover.lines_of(tmp_path / "gone.csv")
