from __future__ import annotations

import polars as pl

from tanlu.errors import catalogue
from tanlu.factors.importers.imported import FAULT, NAMES, fault, faultless, records, settled
from tanlu.factors.packs.load import load


def row(**over):
    """Give a record of diesel."""
    return {
        "activity": "energy.fuel", "energy_carrier": "diesel", "place": "GB", "boundary": "ttw",
        "form": "scalar", "numerator": "kg", "denominator": "L", "data_year": "2025",
        "valid_from": "2025-01-01", "source_id": "s", "co2e_published": "2.6", **over,
    }  # fmt: skip


def made(*rows):
    """Settle records."""
    frame = pl.DataFrame(list(rows), schema_overrides=FAULT)
    return settled(frame, {"pack_id": "x"}, [{"source_id": "s"}])


def test_records_have_all_columns_of_a_factor_as_text():
    found = records(pl.DataFrame([row()]))

    assert found.columns[: len(NAMES)] == list(NAMES)
    assert found.schema["data_year"] == pl.String


def test_what_belongs_under_no_leaf_is_refused_with_the_nearest():
    found = made(row(energy_carrier="unobtainium"))

    assert found.quarantine["code"].to_list() == ["TL223"]
    assert "unobtainium" in found.quarantine["hint"][0]
    assert "最近的是" in found.quarantine["hint_zh"][0]


def test_the_same_twice_is_known_and_a_contradiction_refused():
    found = made(row(), row(co2e_published="2.60"), row(co2e_published="2.7"))

    assert (found.rows_in, found.factors.height, found.known) == (3, 1, 1)
    assert found.quarantine["code"].to_list() == ["TL227"]


def test_a_value_that_is_no_number_or_absent_is_refused():
    found = made(row(co2e_published="about 3"), row(denominator="kg", co2e_published=None))

    assert set(found.quarantine["code"]) == {"TL224", "TL230"}


def test_gases_that_are_not_the_co2e_beside_them_are_refused():
    told = {"co2_fossil": "2.5", "ch4_fossil": "0.001", "n2o": "0.0001", "gwp_set": "AR5"}
    right = row(**told, co2e_published="2.5545")
    wrong = row(**{**told, "n2o": "0.0265"}, co2e_published="2.5545", denominator="kg")

    assert made(right, wrong).quarantine["code"].to_list() == ["TL226"]


def test_a_zero_needs_a_word():
    found = made(row(co2e_published="0"), row(co2e_published="0", denominator="t", note="none"))

    assert found.quarantine["code"].to_list() == ["TL228"]
    assert found.factors["denominator"].to_list() == ["t"]


def test_the_first_fault_of_a_row_stands():
    frame = faultless(pl.DataFrame([row()])).with_columns(
        fault("TL231", "place", pl.lit(value=True), pl.col("place"), pl.lit("CN"))
    )
    again = frame.with_columns(
        fault("TL225", "unit", pl.lit(value=True), pl.col("denominator"), pl.lit("kg"))
    )

    assert again["_code"].to_list() == ["TL231"]


def test_an_identity_is_that_of_the_library(tmp_path):
    found = made(row()).factors
    home = tmp_path / "x"
    home.mkdir()
    columns = [name for name in NAMES if found[name][0] and name != "factor_id"]
    found.select(columns).with_columns(status=pl.lit("peer")).write_csv(home / "factor.csv")
    (home / "source.csv").write_text("source_id,title\ns,t\n")
    (home / "pack.toml").write_text(
        "\n".join(
            f'{name} = "x"'
            for name in ("pack_id", "semver", "title", "title_zh", "licence", "attribution")
        )
    )

    assert load([home]).factors["factor_id"].to_list() == found["factor_id"].to_list()


def test_every_code_of_this_room_speaks_both_tongues():
    mine = {code: each for code, each in catalogue().items() if "TL220" <= code <= "TL249"}

    assert len(mine) >= 18
    assert all(each.what_zh and each.hint_zh for each in mine.values())
