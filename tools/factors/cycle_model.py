"""Run carculator_two_wheeler 0.1.0 and write ``entries/cycle_model.csv``: energy by cargo mass.

Sizes whose energy comes out as zero are failures of the model and left out.
"""

from __future__ import annotations

import contextlib
import csv
import io
import warnings
from pathlib import Path

HERE = Path(__file__).parent
# size and powertrain of the model: greatest cargo [kg]
SIZES = {
    ("Bicycle cargo", "BEV"): 60.0,
    ("Scooter <4kW", "BEV"): 30.0,
    ("Scooter 4-11kW", "BEV"): 60.0,
    ("Scooter 4-11kW", "ICEV-p"): 60.0,
}


def rows() -> list[dict[str, str]]:
    from carculator_two_wheeler import (
        TwoWheelerInputParameters,
        TwoWheelerModel,
        fill_xarray_from_input_parameters,
    )

    given = TwoWheelerInputParameters()
    given.static()
    _, array = fill_xarray_from_input_parameters(given)
    array = array.interp(year=[2025])
    made = []
    for (size, powertrain), most in SIZES.items():
        at = {"size": size, "powertrain": powertrain, "year": 2025}
        found = {}
        for word, cargo in (("empty", 0.0), ("full", most)):
            table = array.copy(deep=True)
            table.loc[{"size": size, "powertrain": powertrain, "parameter": "cargo mass"}] = cargo
            with contextlib.redirect_stdout(io.StringIO()):
                model = TwoWheelerModel(table, country="CN")
                model.set_all()
            name = "electricity consumption" if powertrain == "BEV" else "TtW energy"
            energy = float(model[name].sel(**at).values.squeeze())
            found[word] = energy * 3.6 if powertrain == "BEV" else energy / 1000
        if min(found.values()) > 0:
            made.append(
                {
                    "size": size,
                    "powertrain": powertrain,
                    "mj_empty": f"{found['empty']:.4f}",
                    "mj_full": f"{found['full']:.4f}",
                    "capacity_t": f"{most / 1000:.3f}",
                }
            )
    return made


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    table = rows()
    with (HERE / "entries/cycle_model.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(table)
