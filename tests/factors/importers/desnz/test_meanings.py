from __future__ import annotations

import csv
from importlib import resources

import pytest
from tests.factors.importers.files import flat, record

from tanlu.factors.importers.desnz.lines import edition
from tanlu.factors.importers.desnz.meanings import UNITS, meant
from tanlu.terms import kinds, taxonomy

FLIGHT = (
    "Business travel- air > Flights > Long-haul, to/from UK > Economy class "
    "| With RF | passenger.km"
)


def one(tmp_path, levels):
    """Give what one record means."""
    return meant(edition(flat(tmp_path / "a.xlsx", record(levels, 1.5))).records).to_dicts()[0]


@pytest.mark.parametrize(
    ("levels", "activity", "boundary", "facet", "value"),
    [
        ("Freighting goods > HGV (all diesel) > Articulated (>33t) | 50% Laden | tonne.km",
         "transport.road", "ttw", "technology", "laden.half"),
        ("WTT- delivery vehs & freight > WTT- cargo ship > Bulk carrier > 0–9999 dwt | | tonne.km",
         "transport.sea", "wtt", "vehicle_class", "ship.bulk.small"),
        (FLIGHT, "travel.air", "ttw", "technology", "flight.long_haul.economy.rf"),
        ("Waste disposal > Plastic > Plastics: PET (incl. forming) | Landfill | tonnes",
         "waste.landfill", "disposal", "material", "plastic.pet"),
        ("Material use > Paper > Paper and board: board | Closed-loop source | tonnes",
         "goods.material", "cradle_gate", "technology", "recycled"),
        ("Refrigerant & other > Kyoto protocol products > HFC-134a | | kg",
         "refrigerant.leak", "ttw", "substance", "R-134a"),
        ("Passenger vehicles > Cars (by size) > Small car | Plug-in Hybrid Electric Vehicle | km",
         "travel.road", "ttw", "technology", "car.small.plug_in_hybrid"),
        ("Hotel stay > Hotel stay > China (Hong Kong) | | Room per night",
         "travel.stay", "ttw", "place", "HK"),
    ],
)  # fmt: skip
def test_words_of_all_levels_have_a_meaning(  # noqa: PLR0917
    tmp_path, levels, activity, boundary, facet, value
):
    row = one(tmp_path, levels)

    assert (row["activity"], row["boundary"], row[facet]) == (activity, boundary, value)
    assert row["_code"] is None


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ("Space travel > Rockets > Large | | km", "TL223"),
        ("Fuels > Liquid fuels > Moonshine | | litres", "TL223"),
        ("Freighting goods > HGV (all diesel) > All HGVs | 75% Laden | km", "TL223"),
        ("Fuels > Liquid fuels > Diesel (average biofuel blend) | | firkins", "TL225"),
        ("Hotel stay > Hotel stay > Caribbean Region | | Room per night", "TL231"),
    ],
)  # fmt: skip
def test_words_without_a_meaning_are_refused(tmp_path, levels, code):
    assert one(tmp_path, levels)["_code"] == code


def test_gross_and_net_heat_stay_apart(tmp_path):
    gross = one(tmp_path, "Fuels > Liquid fuels > Gas oil | | kWh (Gross CV)")

    assert (gross["denominator"], gross["heat_basis"]) == ("kWh", "gross")
    assert UNITS["kwh (net cv)"][1] is None


def test_every_word_of_the_table_leads_to_a_kind_and_is_told_once():
    file = resources.files("tanlu.factors.importers.desnz").joinpath("words.csv")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))

    assert {row["activity"] for row in rows if row["activity"]} <= set(kinds.leaves())
    assert len(rows) == len({(row["part"], row["family"], row["text"]) for row in rows})
    assert {row["energy_carrier"] for row in rows if row["energy_carrier"]} <= set(
        taxonomy.vocabulary()["energy_carrier"]
    )
