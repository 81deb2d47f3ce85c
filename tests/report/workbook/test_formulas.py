"""Each form of a rate has its formula."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.report.words import Words
from tanlu.report.workbook import formulas
from tanlu.report.workbook.grids import grids

GRIDS = grids(Words("en"))
AT = pl.lit(0)


@pytest.mark.parametrize(
    ("form", "has", "expected"),
    [
        ("tkm", {"mass_mg": 1}, "('Inputs'!H2/1E9)*H2"),
        ("tkm", {"teu_milli": 1}, "(('Inputs'!N2/1000)*10)*H2"),
        ("teukm", {"teu_milli": 1}, "('Inputs'!N2/1000)*H2"),
        ("teukm", {"mass_mg": 1}, "(('Inputs'!H2/1E9)/10)*H2"),
        ("t", {"mass_mg": 1}, "'Inputs'!H2/1E9"),
        ("item", {"count": 1}, "'Inputs'!M2*1"),
        ("km", {}, "H2"),
        ("mj", {"energy_j": 1}, "'Inputs'!K2/1E6"),
        ("mj", {"volume_ml": 1}, "'Inputs'!L2/1000*G2"),
        ("mj", {"mass_mg": 1}, "'Inputs'!H2/1E6*G2"),
        ("kg", {"mass_mg": 1}, "'Inputs'!H2/1E6"),
        ("l", {"volume_ml": 1}, "'Inputs'!L2/1000"),
        ("teu", {"teu_milli": 1}, "'Inputs'!N2/1000"),
        ("pkm", {"count": 3}, "'Inputs'!M2*H2"),
        ("pkm", {}, "1*H2"),
        ("money", {"amount_fen": 1}, "'Inputs'!O2*G2"),
        ("unheard", {}, None),
    ],
)
def test_a_quantity_is_taken_from_the_amounts(
    form: str, has: dict[str, int], expected: str | None
) -> None:
    names = ("mass_mg", "energy_j", "volume_ml", "teu_milli", "count", "amount_fen")
    frame = pl.DataFrame({"form": [form]} | {name: [has.get(name)] for name in names})

    made = frame.select(formulas.quantity(GRIDS.inputs, GRIDS.rows, AT, AT)).item()
    assert made == expected


@pytest.mark.parametrize(
    ("form", "empty_rate", "expected"),
    [
        ("tkm", 0.0, "'Factors'!N2*1"),
        ("tkm", 7.6, "'Factors'!M2/((1-J2)*I2)+'Factors'!N2"),
        ("km", 7.6, "'Factors'!M2/(1-J2)+'Factors'!N2*('Inputs'!H2/1E9)"),
    ],
)
def test_a_rate_is_a_load_curve_or_a_number(form: str, empty_rate: float, expected: str) -> None:
    frame = pl.DataFrame({"form": [form], "rate_empty": [empty_rate], "factor": [0]})
    made = formulas.rate(GRIDS.inputs, GRIDS.factors, GRIDS.rows, AT, AT)

    assert frame.select(made).item() == expected


@pytest.mark.parametrize(
    ("counts", "part", "expected"),
    [(True, 1.0, "I2"), (True, 0.5, "ROUND(I2*J2+K2,0)"), (False, 0.5, "0")],
)
def test_what_counts_is_a_share_or_nothing(counts: bool, part: float, expected: str) -> None:
    frame = pl.DataFrame({"counts": [counts], "part": [part]})

    assert frame.select(formulas.counted(GRIDS.lines, AT)).item() == expected
