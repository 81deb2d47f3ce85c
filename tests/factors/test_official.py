"""Every row of the packs with an official table is that of the table; what has none says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factors import tables

ROOT = Path(__file__).parents[2]
SHEET = "Factors by Category, flat file 2025: "

# Rows without counterpart, by source and carrier.
NO_ROW = {
    ("ndrc-2015", "diesel"): "the set of 2015; the table holds the later one",
    ("ndrc-2015", "petrol"): "the set of 2015; the table holds the later one",
    ("ndrc-2015", "lpg"): "the set of 2015; the table holds the later one",
    ("ndrc-2015", "lng"): "the table has the carbon content of LPG for LNG: an error there",
    ("ndrc-2015", "coal.anthracite"): "the set of 2015; the table holds the later one",
    # 0.02618 tC/GJ in the guide: the 0.02308 of the table is a slip of its author, left out
    ("ndrc-2015", "coal.bituminous"): "the table has 0.02308 tC/GJ: an error there",
    **{
        ("ndrc-2015-industry", carrier): "the set of 2015; the table holds the later one"
        for carrier in (
            *("coal.lignite", "coal.washed", "coal.washed_other", "coal.briquette", "coke"),
            *("crude_oil", "kerosene", "petcoke", "coke_oven_gas"),
        )
    },
}

IPCC = {
    "diesel": "gas_diesel_oil", "petrol": "motor_gasoline", "jet_kerosene": "jet_kerosene",
    "fuel_oil": "residual_fuel_oil", "lpg": "liquefied_petroleum_gases",
    "natural_gas": "natural_gas", "gas_oil": "gas_diesel_oil", "cng": "natural_gas",
}  # fmt: skip
CHINA = {
    "diesel": "柴油", "petrol": "汽油", "jet_kerosene": "煤油", "fuel_oil": "燃料油",
    "lpg": "液化石油气", "natural_gas": "天然气",
}  # fmt: skip
# Carrier: fuel and engine of the table.
SHIPS = {
    "hfo": ("Fossil HFO", "ALL ICEs"), "lfo": ("Fossil LFO", "ALL ICEs"),
    # no row of its own in the regulation as adopted (the table kept the one of the proposal)
    "vlsfo": ("Fossil HFO", "ALL ICEs"),
    "mdo": ("Fossil Diesel", "ALL ICEs"), "marine_gas_oil": ("Fossil Diesel", "ALL ICEs"),
    "marine_fuel_oil": ("Fossil HFO", "ALL ICEs"),
    "lng_otto_ms": ("Fossil LNG", "LNG otto (medium speed)"),
    "lng_otto_ss": ("Fossil LNG", "LNG otto (slow speed)"),
    "lng_diesel_ss": ("Fossil LNG", "LNG diesel (slow speed)"),
    "lng_lbsi": ("Fossil LNG", "LBSI"), "lng": ("Fossil LNG", "LBSI"),
    "lpg_marine": ("Fossil LPG (Butane)", "ALL ICEs"),
    "lpg_marine.propane": ("Fossil LPG (Propane)", "ALL ICEs"),
    "methanol": ("Fossil Methanol", "ALL ICEs"), "hydrogen": ("Fossil H2", "ALL ICEs"),
    "ammonia": ("Fossil NH3", "ALL ICEs"),
}  # fmt: skip
# The table has 48.0 MJ/kg, that of the proposal; Annex II as adopted has 49.1.
LNG_MJ_PER_KG = 49.1


def close(found: dict[str, float], official: dict[str, float]) -> bool:
    return found == pytest.approx(official, rel=1e-5, abs=1e-11)


def wrong(rows: list[tables.Row], official) -> dict[str, tuple[dict, dict]]:
    """Give the rows that differ from their table, with both."""
    assert rows
    pairs = [(row, tables.numbers(row), official(row)) for row in rows]
    return {tables.said(row): (own, told) for row, own, told in pairs if not close(own, told)}


def test_every_british_row_is_that_of_the_flat_file(shared: Path) -> None:
    def official(row: tables.Row) -> dict[str, float]:
        assert row["clause"].startswith(SHEET)
        path, *columns, unit = row["clause"].removeprefix(SHEET).split(" | ")
        unit, column = unit.removeprefix("per "), columns[0] if columns else ""
        if row["form"] == "linear_load":
            ends = ("0% Laden", "100% Laden")
            empty, full = (tables.uk(shared, path, end, unit) for end in ends)
            return {"value_empty": empty, "value_full": full}
        if row["boundary"] == "energy":
            return {"value": tables.uk(shared, path, column, unit, "kWh (net)")}
        gases = {"co2e_published": "co2e", "co2_fossil": "co2"}
        found = {name: tables.uk(shared, path, column, unit, gas) for name, gas in gases.items()}
        for name, gas in (("ch4_fossil", "ch4"), ("n2o", "n2o")):
            weighed = tables.uk(shared, path, column, unit, gas)
            found[name] = None if weighed is None else weighed / tables.GWP[gas]
        apart = path.replace("Bioenergy", "Outside of scopes")
        if apart != path:
            found["co2_bio"] = tables.uk(shared, apart, "", unit, "co2")
        if column == "With RF":  # its CO2 is more than a mass of CO2: a row may leave it out
            found = {name: value for name, value in found.items() if row.get(name)}
        return {name: value for name, value in found.items() if value is not None}

    assert wrong(tables.rows("uk-desnz-2025"), official) == {}


def test_every_chinese_kilowatt_hour_is_that_of_its_notice(shared: Path) -> None:
    table, kinds = tables.grid(shared), {}
    kinds[""] = ("电力平均", "全国电力平均二氧化碳排放因子-全国", "全国电力平均二氧化碳排放因子")
    words = "不包括市场化交易的非化石能源电量"
    kinds["residual"] = (
        "电力平均(不含市场化交易非化石电量)",
        f"全国电力平均二氧化碳排放因子（{words}）",
    )
    kinds["fossil"] = ("化石能源电力", "全国化石能源电力二氧化碳排放因子")

    def official(row: tables.Row) -> dict[str, float]:
        year, place = int(row["data_year"]), row["place"]
        keys = [(year, place, kind) for kind in kinds[row["technology"]]]
        label, value = next(table[key] for key in keys if key in table)
        assert label[:2] in row["clause"]
        return {"co2_fossil": value}

    assert wrong(tables.rows("mee-2"), official) == {}


def test_every_chinese_footprint_of_electricity_is_that_of_its_notice(shared: Path) -> None:
    table = tables.grid(shared)

    def official(row: tables.Row) -> dict[str, float]:
        label = row["clause"].split(": ")[1]
        year, last = int(row["data_year"]), {label, f"{label}电力平均碳足迹因子"}
        [found] = [
            value
            for (each, place, kind), (_, value) in table.items()
            if (each, place) == (year, "CN") and kind.split("-")[-1] in last
        ]
        return {"co2e_published": found}

    assert wrong(tables.rows("mee-footprint"), official) == {}


def test_every_chinese_fuel_is_heat_times_carbon_times_oxidation(shared: Path) -> None:
    table = tables.china_fuels(shared)

    def official(row: tables.Row) -> dict[str, float]:
        fuel = CHINA[row["energy_carrier"]]
        carbon = table[fuel, "carbon content per heat"] * table[fuel, "oxidation rate"]
        return {"co2_fossil": carbon * 44 / 12}

    assert wrong(tables.rows("gbt-32151"), official) == {}


def test_the_chinese_set_of_2015_is_what_its_derivation_says() -> None:
    for row in tables.rows("ndrc-2015"):
        carbon, oxidised = (float(word) for word in row["derivation"].split() if "0." in word[:2])
        assert float(row["co2_fossil"]) == pytest.approx(carbon * oxidised * 44 / 12)
        assert NO_ROW[row["source_id"], row["energy_carrier"]]


def test_every_marine_fuel_is_that_of_the_annex(shared: Path) -> None:
    table = tables.ships(shared)

    def official(row: tables.Row) -> dict[str, float]:
        carrier = row["energy_carrier"]
        fuel, engine = SHIPS[carrier]
        columns = ("LCV", "CO2_WtT", "Cf_CO2", "Cf_CH4", "Cf_N2O", "C_slip")
        heat, upstream, co2, ch4, n2o, slip = (table[fuel, each, engine] for each in columns)
        heat = LNG_MJ_PER_KG if carrier.startswith("lng") else heat * 1000
        if row["boundary"] == "wtt":
            return {"co2e_published": upstream / 1000}
        if carrier == "ammonia":
            n2o = 0.00018  # to be measured in the annex: the value of the liquid fuels
        burnt = 1 - slip / 100
        masses = {
            "co2_fossil": co2 * burnt,
            "ch4_fossil": ch4 * burnt + slip / 100,
            "n2o": n2o * burnt,
        }
        if carrier == "lpg_marine.propane":  # CH4 and N2O are to be measured
            masses = {"co2_fossil": co2}
        return {name: mass / heat for name, mass in masses.items()}

    assert wrong(tables.rows("fueleu"), official) == {}


def test_every_heating_value_is_that_of_its_table(shared: Path) -> None:
    from tanlu.factors import library

    for row in map(dict, library().fuels):
        carrier, own = row["energy_carrier"], float(row["mj_per_kg"])
        if row["source_id"] == "ipcc-2006":
            if carrier == "waste_fuel.municipal_fossil":  # by hand: not in the package
                continue
            fuel = IPCC.get(carrier) or tables.products(ROOT)[carrier]
            assert own == tables.ipcc(shared)[fuel, "fuel NCV"][0]
        elif row["source_id"] == "fueleu-2023":
            fuel, engine = SHIPS[carrier]
            heat = tables.ships(shared)[fuel, "LCV", engine] * 1000
            lng = carrier.startswith("lng")
            assert own == pytest.approx(LNG_MJ_PER_KG if lng else heat)
        elif row["source_id"] == "gbt-32151" and carrier != "natural_gas":
            assert own == tables.china_fuels(shared)[CHINA[carrier], "NCV"]
        elif row["source_id"] == "gbt-32151":
            per_cubic_metre = tables.china_fuels(shared)["天然气", "NCV"] / 10
            assert own * float(row["kg_per_l"]) * 1000 == pytest.approx(per_cubic_metre, rel=1e-3)
        else:
            # derived from the British pack, or the set of 2015 (see NO_ROW)
            assert row["source_id"] in {
                "tanlu-fuels",
                "ndrc-2015",
                "ndrc-2015-industry",
                "uk-desnz-2025",
            }


def test_every_fuel_of_ours_is_made_of_its_parents(shared: Path) -> None:
    def british(path: str, gas: str = "co2e", unit: str = "kWh (Net CV)") -> float:
        found = tables.uk(shared, path, "", unit, gas)
        assert found is not None, path
        return found / (1000 if unit == "GJ" else tables.KWH)

    def blend(row: tables.Row, share: float) -> dict[str, float]:
        mineral, bio = "Liquid fuels > Diesel (100% mineral diesel)", "Biofuel > Biodiesel ME"
        main = {gas: british(f"Fuels > {mineral}", gas) for gas in ("co2", "ch4", "n2o")}
        if row["boundary"] == "wtt":
            upstream = british("WTT- bioenergy > WTT- biofuel > Biodiesel ME", unit="GJ")
            main_up = british(f"WTT- fuels > {mineral}")
            return {"co2e_published": (1 - share) * main_up + share * upstream}
        rest = british(f"Bioenergy > {bio}", unit="GJ") * share / 265
        return {
            "co2_fossil": (1 - share) * main["co2"],
            "co2_bio": share * british(f"Outside of scopes > {bio}", "co2", "GJ"),
            "ch4_fossil": (1 - share) * main["ch4"] / 28,
            "n2o": (1 - share) * main["n2o"] / 265 + rest,
        }

    def gas(row: tables.Row, carrier: str) -> dict[str, float]:
        names = {
            "biomethane": "Biomethane (compressed)", "bio_lng": "Biomethane (liquified)",
            "cng": "CNG", "lng": "LNG",
        }  # fmt: skip
        name, bio = names[carrier], carrier.startswith("bio")
        slip = {"n2o": 3e-6, "ch4_bio" if bio else "ch4_fossil": 92e-6}
        if row["boundary"] == "wtt" and bio:
            return {"co2e_published": british(f"WTT- bioenergy > WTT- biofuel > {name}", unit="GJ")}
        if row["boundary"] == "wtt":
            return {"co2e_published": british(f"WTT- fuels > Gaseous fuels > {name}")}
        if bio:
            apart = british(f"Outside of scopes > Biofuel > {name}", "co2", "GJ")
            return slip | {"co2_bio": apart}
        mineral = "Fuels > Gaseous fuels > Natural gas (100% mineral blend)"
        return slip | {"co2_fossil": british(mineral, "co2")}

    def official(row: tables.Row) -> dict[str, float]:
        carrier = row["energy_carrier"]
        if carrier.startswith("diesel_b"):
            return blend(row, int(carrier[-1]) / 100)
        return gas(row, carrier)

    assert wrong(tables.rows("tanlu-fuels"), official) == {}


def test_every_litre_and_kilogram_of_ours_is_made_of_the_british_file(shared: Path) -> None:
    from tanlu.factors import library

    names = {
        "biodiesel": "Biodiesel ME", "biodiesel_uco": "Biodiesel ME (from used cooking oil)",
        "bioethanol": "Bioethanol", "hvo": "Biodiesel HVO", "methanol_bio": "Methanol (bio)",
        "biomethane": "Biomethane (compressed)", "bio_lng": "Biomethane (liquified)",
    }  # fmt: skip
    for row in map(dict, library().fuels):
        carrier = row["energy_carrier"]
        if row["source_id"] != "tanlu-fuels" or carrier not in names:
            continue
        upstream = f"WTT- bioenergy > WTT- biofuel > {names[carrier]}"
        mass, energy = (tables.uk(shared, upstream, "", unit) for unit in ("kg", "GJ"))
        assert float(row["mj_per_kg"]) == pytest.approx(1000 * mass / energy, rel=2e-3), carrier
        burnt = f"Bioenergy > Biofuel > {names[carrier]}"
        litre = tables.uk(shared, burnt, "", "litres")
        if row["kg_per_l"] and litre is not None:
            dense = litre / tables.uk(shared, burnt, "", "kg")
            assert float(row["kg_per_l"]) == pytest.approx(dense, rel=5e-3), carrier
