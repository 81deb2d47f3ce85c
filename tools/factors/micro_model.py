"""Run carculator 1.9.5 and write ``entries/micro_model.csv``: the light four-wheeler by its load.

The size Micro of the model is a quadricycle with a battery. It is driven in town with nobody
aboard, empty and laden; its kerb mass does not change with the load. Energy from the plug: the
losses of charging and of the battery are in it. Between these points the model is straight but
for single masses where its engine map leaps: these are not taken.
"""

from __future__ import annotations

import contextlib
import csv
import io
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CYCLE, YEAR, SIZE, POWERTRAIN = "CADC Urban", 2025, "Micro", "BEV"
CARGO = (0.0, 100.0, 200.0)  # kg


def driven(array: Any, cargo: float) -> dict[str, float]:
    """Give what the model finds with a cargo aboard and nobody else."""
    from carculator import CarModel

    told = array.copy(deep=True)
    for name, value in (("average passengers", 0.0), ("cargo mass", cargo)):
        told.loc[{"size": SIZE, "powertrain": POWERTRAIN, "parameter": name}] = value
    with contextlib.redirect_stdout(io.StringIO()):
        model = CarModel(told, cycle=CYCLE, country="CN")
        model.set_all()
    at = {"size": SIZE, "powertrain": POWERTRAIN, "year": YEAR}
    names = ("electricity consumption", "curb mass", "auxiliary power demand")
    return {name: float(model[name].sel(**at).values.squeeze()) for name in names}


def rows() -> list[dict[str, str]]:
    from carculator import CarInputParameters, fill_xarray_from_input_parameters

    given = CarInputParameters()
    given.static()
    _, array = fill_xarray_from_input_parameters(given)
    array = array.interp(year=[YEAR])
    made = []
    for cargo in CARGO:
        found = driven(array, cargo)
        made.append(
            {
                "size": SIZE,
                "cycle": CYCLE,
                "year": str(YEAR),
                "cargo_kg": f"{cargo:.0f}",
                "mj": f"{found['electricity consumption'] * 3.6:.4f}",
                "kerb_kg": f"{found['curb mass']:.1f}",
                "auxiliary_w": f"{found['auxiliary power demand']:.0f}",
            }
        )
    return made


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    table = rows()
    with (HERE / "entries/micro_model.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(table)
