"""What instruments cover never exceeds what was consumed, and each joule is covered once."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.account.market.test_instruments import lines

from tanlu.account.market.instruments import parse
from tanlu.account.market.supply import claims, findings, supplies

KWH = 3_600_000


def consumed(
    kwh: int, *, own: bool = False, holder: str = "PARK", year: int = 2026
) -> pl.DataFrame:
    return pl.DataFrame(
        {"holder": [holder], "market": ["CN"], "year": [year], "own": [own],
         "energy_j": [kwh * KWH]},
        schema={"holder": pl.String, "market": pl.String, "year": pl.Int32, "own": pl.Boolean,
                "energy_j": pl.Int128},
    )  # fmt: skip


def test_certificates_go_before_contracts_and_supplier_rates() -> None:
    told = parse(
        lines(
            {"instrument_id": "S", "type": "supplier", "co2e_g_per_kwh": "360"},
            {"instrument_id": "C", "type": "contract", "co2e_g_per_kwh": "36"},
            {"instrument_id": "G", "co2e_g_per_kwh": "0"},
        )
    )
    row = supplies(consumed(1500), told).row(0, named=True)

    assert row["used"] == "G;C"
    assert row["covered"] == 1.0
    # 1,000 kWh at 0 and 500 kWh at 36 g/kWh = 12 g/kWh = 3.333 µg/J
    assert abs(row["rate_ug_per_j"] - 12 / 3.6) < 1e-12


def test_what_exceeds_the_consumption_is_unused_and_said() -> None:
    told = parse(lines({}))
    row = supplies(consumed(400), told).row(0, named=True)

    assert row["covered_j"] == 400 * KWH
    assert claims(consumed(400), told)[0]["used_j"] == 400 * KWH
    said = findings(told, consumed(400), "ghg_protocol")
    assert said.select("code", "value", "subject").rows() == [("TL570", "600.000", "instrument:G1")]


def test_another_year_market_or_holder_covers_nothing() -> None:
    told = parse(lines({}))

    for other in (consumed(400, year=2025), consumed(400, holder="X")):
        assert supplies(other, told)["covered"].to_list() == [0.0]


def test_own_generation_counts_as_covered_but_for_what_was_sold() -> None:
    sold = parse(lines({"type": "sold", "energy_kwh": "300"}))

    assert supplies(consumed(1000, own=True), sold)["covered"].to_list() == [0.7]
    assert supplies(consumed(200, own=True), sold)["covered"].to_list() == [0.0]
    assert supplies(consumed(1000), sold)["covered"].to_list() == [0.0]


@given(
    st.integers(0, 5000),
    st.lists(st.tuples(st.sampled_from(["certificate", "contract", "supplier"]),
                       st.integers(1, 3000)), max_size=6),
)  # fmt: skip
def test_no_joule_is_covered_twice(kwh: int, held: list[tuple[str, int]]) -> None:
    rows = [
        {"instrument_id": f"I{n}", "type": kind, "energy_kwh": str(energy)}
        for n, (kind, energy) in enumerate(held)
    ]
    told = parse(lines(*rows))
    covered = supplies(consumed(kwh), told)["covered_j"].item()

    assert covered == min(kwh, sum(energy for _, energy in held)) * KWH
    assert covered == sum(each["used_j"] for each in claims(consumed(kwh), told))


def test_a_hundred_thousand_certificates_leave_a_short_text_that_knows_them_all() -> None:
    rows = [{"instrument_id": f"GEC-{n:06d}", "energy_kwh": "1"} for n in range(100_000)]
    texts = []
    for last in ("GEC-099998", "GEC-X"):
        rows[99_998]["instrument_id"] = last
        texts.append(supplies(consumed(100_000), parse(lines(*rows)))["used"].item())

    assert texts[0].startswith("GEC-000000;…;GEC-099999 (100000, ")
    assert len(texts[0]) < 64
    assert texts[0] != texts[1]
