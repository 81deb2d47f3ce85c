"""Rebuild src/tanlu/terms/gas/gwp.csv from the package globalwarmingpotentials (CC0-1.0).

Usage: pip install globalwarmingpotentials==0.13.2 && python tools/terms/gwp.py
"""

from __future__ import annotations

import csv
import hashlib
import re
from importlib import metadata, resources
from pathlib import Path

GAS = Path(__file__).resolve().parents[2] / "src" / "tanlu" / "terms" / "gas"
PACKAGE = "globalwarmingpotentials"
SETS = {"SAR": "SARGWP100", "TAR": "TARGWP100", "AR4": "AR4GWP100", "AR5": "AR5GWP100"}
SETS["AR6"] = "AR6GWP100"
OZONE = {"CCl4", "CH3Br", "CH3CCl3", "CH2Br2", "CHBrF2"}
# perfluorocarbons that are sold as refrigerants carry their ASHRAE 34 number
NUMBERS = {"C3F8": "R-218", "CF4": "R-14", "C2F6": "R-116", "cC4F8": "R-C318"}


def named(species: str) -> tuple[str, str]:
    """The name that Tanlu uses and the family, ods for the gases of the Montreal Protocol."""
    found = re.fullmatch(r"(HFC|HCFC|CFC)(\d.*)", species)
    if found:
        return f"R-{found[2]}", "hfc" if found[1] == "HFC" else "ods"
    if species in OZONE or species.startswith("Halon"):
        return species, "ods"
    return NUMBERS.get(species, species), "other"


def main() -> None:
    """Write the table and its source."""
    source = resources.files(PACKAGE).joinpath(f"{PACKAGE}.csv").read_bytes()
    lines = [line for line in source.decode().splitlines() if not line.startswith("#")]
    with (GAS / "gwp.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["gas", "family", *SETS])
        for row in csv.DictReader(lines):
            values = [row[column] for column in SETS.values()]
            if any(values):
                table.writerow([*named(row["Species"]), *values])
    with (GAS / "SOURCES.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", "script", "source", "version", "licence", "sha256", "made_from"])
        version = metadata.version(PACKAGE)
        digest = hashlib.sha256(source).hexdigest()
        made_from = "IPCC SAR, TAR table 6.7, AR4 and AR5 as GHG Protocol lists them, AR6 7.SM.7"
        script = "tools/terms/gwp.py"
        table.writerow(["gwp.csv", script, PACKAGE, version, "CC0-1.0", digest, made_from])


if __name__ == "__main__":
    main()
