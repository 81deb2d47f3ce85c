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
        ("tkm", {"mass_mg": 1}, "('Inputs'!H2/1E9)*L2"),
        ("tkm", {"teu_milli": 1}, "(('Inputs'!N2/1000)*10)*L2"),
        ("teukm", {"teu_milli": 1}, "('Inputs'!N2/1000)*L2"),
        ("teukm", {"mass_mg": 1}, "(('Inputs'!H2/1E9)/10)*L2"),
        ("t", {"mass_mg": 1}, "'Inputs'!H2/1E9"),
        ("item", {"count": 1}, "'Inputs'!M2*1"),
        ("km", {}, "L2"),
        ("mj", {"energy_j": 1}, "'Inputs'!K2/1E6"),
        ("mj", {"volume_ml": 1}, "'Inputs'!L2/1000*K2"),
        ("mj", {"mass_mg": 1}, "'Inputs'!H2/1E6*K2"),
        ("kg", {"mass_mg": 1}, "'Inputs'!H2/1E6"),
        ("l", {"volume_ml": 1}, "'Inputs'!L2/1000"),
        ("unheard", {}, None),
    ],
)
def test_a_quantity_is_taken_from_the_amounts(
    form: str, has: dict[str, int], expected: str | None
) -> None:
    names = ("mass_mg", "energy_j", "volume_ml", "teu_milli", "count")
    frame = pl.DataFrame({"form": [form]} | {name: [has.get(name)] for name in names})

    made = frame.select(formulas.quantity(GRIDS.inputs, GRIDS.rows, AT, AT)).item()
    assert made == expected


@pytest.mark.parametrize(
    ("form", "empty_rate", "expected"),
    [
        ("tkm", 0.0, "'Factors'!N2*1"),
        ("tkm", 7.6, "'Factors'!M2/((1-N2)*M2)+'Factors'!N2"),
        ("km", 7.6, "'Factors'!M2/(1-N2)+'Factors'!N2*('Inputs'!H2/1E9)"),
    ],
)
def test_a_rate_is_a_load_curve_or_a_number(form: str, empty_rate: float, expected: str) -> None:
    frame = pl.DataFrame({"form": [form], "rate_empty": [empty_rate], "factor": [0]})
    made = formulas.rate(GRIDS.inputs, GRIDS.factors, GRIDS.rows, AT, AT)

    assert frame.select(made).item() == expected


@pytest.mark.parametrize(
    ("counts", "ppm", "eliminated", "expected"),
    [
        (True, 1_000_000, None, "U2"),
        (True, 500_000, None, "ROUND(U2*Y2/1E6+Z2,0)"),
        (True, 500_000, "intra_group", "0"),
        (False, 1_000_000, None, None),
    ],
)
def test_what_counts_is_a_share_or_nothing(
    counts: bool, ppm: int, eliminated: str | None, expected: str | None
) -> None:
    frame = pl.DataFrame(
        {"counts": [counts], "share_ppm": [ppm], "eliminated": [eliminated]},
        schema_overrides={"eliminated": pl.String},
    )

    assert frame.select(formulas.counted(GRIDS.rows, "co2e", AT)).item() == expected
