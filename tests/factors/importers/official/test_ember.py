from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import load

LONG = """Area,ISO 3 code,Year,Area type,Category,Subcategory,Variable,Unit,Value
China,CHN,2024,Country,Power sector emissions,CO2 intensity,CO2 intensity,gCO2/kWh,555.4
China,CHN,2024,Country,Capacity,Fuel,Solar,GW,887.9
World,,2024,Region,Power sector emissions,CO2 intensity,CO2 intensity,gCO2/kWh,473
EU,,2024,Region,Power sector emissions,CO2 intensity,CO2 intensity,gCO2/kWh,213
Norway,NOR,2024,Country,Power sector emissions,CO2 intensity,CO2 intensity,gCO2/kWh,
Mali,MLI,20x4,Country,Power sector emissions,CO2 intensity,CO2 intensity,gCO2/kWh,400
Chad,TCD,2024,Country,Power sector emissions,CO2 intensity,CO2 intensity,t/MWh,0.6
"""
WIDE = """Area,ISO 3 code,Year,Electricity source,Generation (TWh),Emissions intensity (gCO2e/kWh)
Japan,JPN,2025,Total generation,1000,472.5
Japan,JPN,2025,Solar,100,40
"""
OWID = """Entity,Code,Year,Carbon intensity of electricity per kWh
Germany,DEU,2023,372.1
"""


def written(tmp_path, text):
    """Write a table."""
    path = tmp_path / "a.csv"
    path.write_text(text)
    return path


def test_the_long_release_gives_intensities_by_place_and_year(tmp_path):
    read = load("ember", written(tmp_path, LONG))

    assert dict(read.factors.select("place", "co2e_published").rows()) == {
        "CN": "0.5554", "GLO": "0.473",
    }  # fmt: skip
    assert (read.rows_in, read.blank, read.lines_in) == (5, 1, 6)
    assert sorted(read.quarantine["code"]) == ["TL225", "TL231", "TL237"]


@pytest.mark.parametrize(
    ("text", "place", "value"), [(WIDE, "JP", "0.4725"), (OWID, "DE", "0.3721")]
)
def test_other_shapes_of_the_same_data_are_known(tmp_path, text, place, value):
    read = load("ember", written(tmp_path, text))

    assert read.factors.select("place", "co2e_published").rows() == [(place, value)]


def test_other_headings_are_refused(tmp_path):
    with pytest.raises(TanluError) as raised:
        load("ember", written(tmp_path, "a,b\n1,2\n"))

    assert raised.value.code == "TL220"


def test_the_series_at_owid_loads_whole(shared):
    path = shared / "data/factors/ember_owid/raw/carbon-intensity-electricity.csv"
    read = load("ember", path)

    assert read.rows_in == read.factors.height + read.quarantine.height == 6332
    assert read.factors.height > 5600
    assert set(read.quarantine["code"]) == {"TL231", "TL228"}
