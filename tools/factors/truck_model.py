"""Run carculator_truck 0.5.0 and write ``entries/truck_model.csv``: energy by load of each truck.

One truck is sized once for its cycle and then driven empty, half and fully laden with the same
kerb mass: the package itself sizes another truck for every payload, which is no load curve.
Battery trucks: from the grid, charger and battery included. Requirements: requirements.txt.
"""

from __future__ import annotations

import contextlib
import csv
import io
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CYCLES = {"Urban delivery": "urban", "Regional delivery": "regional", "Long haul": "longhaul"}
YEARS = (2020, 2025, 2030)
LOADS = (0.0, 0.5, 1.0)
POWERTRAINS = ("ICEV-d", "HEV-d", "ICEV-g", "BEV", "FCEV")
COLUMNS = (
    *("size", "powertrain", "year", "cycle", "mj_0", "mj_50", "mj_100", "payload_t", "kerb_t"),
    *("gross_t", "battery_to_grid", "fuel_cell"),
)


def sized(array: Any, cycle: str) -> Any:
    """Give the model with every truck sized for a cycle."""
    from carculator_truck import TruckModel

    with contextlib.redirect_stdout(io.StringIO()):
        model = TruckModel(array.copy(deep=True), cycle=cycle, country="CH", drop_hybrids=False)
        model.set_all()
    return model


def driven(model: Any) -> dict[float, Any]:
    """Give the energy of every truck at each load [kJ/km], its kerb mass held."""
    kerb, room = model["curb mass"].copy(), model["available payload"].copy()
    crew = model["driving mass"] - model["cargo mass"] - kerb
    found = {}
    for load in LOADS:
        model["driving mass"] = kerb + crew + load * room
        with contextlib.redirect_stdout(io.StringIO()):
            model.calculate_ttw_energy()
        found[load] = model["TtW energy"].copy()
    return found


def rows() -> list[dict[str, Any]]:
    from carculator_truck import TruckInputParameters, fill_xarray_from_input_parameters

    given = TruckInputParameters()
    given.static()
    _, array = fill_xarray_from_input_parameters(given)
    array = array.interp(year=list(YEARS), kwargs={"fill_value": "extrapolate"})
    made = []
    for cycle, word in CYCLES.items():
        model = sized(array, cycle)
        names = ("available payload", "curb mass", "gross mass", "fuel cell system efficiency")
        held = {name: model[name].copy() for name in names}
        grid = (model["battery charge efficiency"] * model["charger efficiency"]).copy()
        found = driven(model)
        for size in array.coords["size"].values:
            for powertrain in POWERTRAINS:
                for year in YEARS:
                    at = {"size": size, "powertrain": powertrain, "year": year}

                    def value(table: Any, at: dict[str, Any] = at) -> float:
                        return float(table.sel(**at).values.squeeze())

                    charged = value(grid) if powertrain == "BEV" else 1.0
                    energy = [value(found[load]) / 1000 / charged for load in LOADS]
                    made.append(
                        {
                            **at,
                            "cycle": word,
                            **{
                                f"mj_{int(load * 100)}": f"{each:.3f}"
                                for load, each in zip(LOADS, energy, strict=True)
                            },
                            "payload_t": f"{value(held['available payload']) / 1000:.3f}",
                            "kerb_t": f"{value(held['curb mass']) / 1000:.3f}",
                            "gross_t": f"{value(held['gross mass']) / 1000:.1f}",
                            "battery_to_grid": f"{charged:.4f}" if powertrain == "BEV" else "",
                            "fuel_cell": (
                                f"{value(held['fuel cell system efficiency']):.4f}"
                                if powertrain == "FCEV"
                                else ""
                            ),
                        }
                    )
    return made


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    table = sorted(
        rows(), key=lambda row: (float(row["size"][:-1]), row["powertrain"], row["year"])
    )
    with (HERE / "entries/truck_model.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(table)
