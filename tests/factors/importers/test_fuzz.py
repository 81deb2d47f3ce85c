"""Damaged files of every format end as an import or as one error that a user can mend."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import Imported, load, template
from tests.factors.importers.files import flat, record
from tests.factors.importers.lca.sets import ilcd, olca, process
from tests.factors.importers.official.hubs import hub

ROUNDS = 40
# what a decoder never raises: a fault of ours that the guard would hide
OURS = (AttributeError, NameError, AssertionError, pl.exceptions.ColumnNotFoundError,
        pl.exceptions.SchemaError, pl.exceptions.InvalidOperationError)  # fmt: skip
EMBER = "Entity,Code,Year,Carbon intensity of electricity per kWh\nChina,CHN,2023,583.0\n" * 3
GLEC = "type,haul,ttw_g_per_tkm,wtw_g_per_tkm\nbelly,short,978,1237\n"
OEFDB = (
    "activity_id,activity_unit,kgCO2e-AR5,lca_activity,source,year_released,region\n"
    "electricity-energy_source_grid_mix,kWh,0.5,electricity_generation,MfE,2020,NZ\n"
)
TOC = {"tocId": "t", "mode": "Road", "co2eIntensityWTW": "2", "co2eIntensityTTW": "1",
       "transportActivityUnit": "tkm", "energyCarriers": []}  # fmt: skip
PCF = {"id": "x", "productClassifications": ["cpc:41321"], "pcf": {
    "declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1",
    "pcfExcludingBiogenicUptake": "3", "referencePeriodStart": "2025-01-01"}}  # fmt: skip
VALUES = {
    "category": ["Mobile combustion CO2 (Table 2)"], "activity": ["Diesel Fuel"], "attrs": [""],
    "unit_num": ["kg CO2"], "unit_den": ["gallon"], "gas": ["co2"], "value": [10.21],
}  # fmt: skip


def whole(name: str, folder: Path) -> Path:
    """Give a sound file of a kind."""
    texts = {"ember": EMBER, "glec": GLEC, "oefdb": OEFDB, "ileap": json.dumps([TOC]),
             "pact": json.dumps([PCF])}  # fmt: skip
    if name in texts:
        path = folder / f"{name}.csv"
        path.write_text(texts[name], encoding="utf-8")
        return path
    makers = {
        "desnz": lambda path: flat(path, record("Fuels > Liquid fuels > Fuel oil | | litres", 3.1)),
        "epa": lambda path: hub(path, pl.DataFrame(VALUES)),
        "template": lambda path: template(path.with_suffix(".csv")),
        "ilcd": lambda path: ilcd(path, process()),
        "olca": lambda path: olca(path),
        "mee": blank_pdf,
    }
    return makers[name](folder / f"{name}.xlsx")


def blank_pdf(path: Path) -> Path:
    """Write an empty PDF."""
    pypdf = pytest.importorskip("pypdf", reason="EXTRA ABSENT: tanlu[factors] is not installed")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(path)
    return path


def damaged(held: bytes, chance: random.Random) -> bytes:
    """Change, cut, double or insert a few bytes."""
    body = bytearray(held)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(body) or 1)
        way = chance.randrange(4)
        if way == 0 and body:
            body[place] = chance.randrange(256)
        elif way == 1:
            del body[place : place + chance.randint(1, 40)]
        elif way == 2:
            body[place:place] = body[place : place + 20]
        else:
            body[place:place] = chance.choice([b'"', b"\x00", b",,", b"-1e99", b"\xff\xfe", b"[{"])
    return bytes(body)


def survives(name: str, path: Path) -> None:
    """Import a file; anything but an import or an error of ours fails the test."""
    try:
        read = load(name, path)
    except TanluError as error:
        ended: Imported | TanluError = error
    else:
        ended = read
    if isinstance(ended, TanluError):
        assert ended.say("zh")
        assert not isinstance(ended.__cause__, OURS)
        return
    assert isinstance(read, Imported)
    assert read.rows_in == read.factors.height + read.known + read.quarantine.height


@pytest.mark.parametrize(
    "name",
    ["desnz", "ember", "epa", "glec", "ilcd", "ileap", "mee", "oefdb", "olca", "pact", "template"],
)
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, name):
    held = whole(name, tmp_path).read_bytes()
    path = tmp_path / "damaged"
    for seed in range(ROUNDS):
        path.write_bytes(damaged(held, random.Random(f"{name} {seed}")))
        survives(name, path)


@pytest.mark.parametrize("name", ["desnz", "epa", "ilcd", "olca"])
def test_damage_inside_an_archive_never_ends_in_a_traceback(tmp_path, name):
    sound = whole(name, tmp_path)
    path = tmp_path / "damaged"
    with zipfile.ZipFile(sound) as old:
        parts = {each: old.read(each) for each in old.namelist()}
    for seed in range(ROUNDS):
        chance = random.Random(f"{name} inside {seed}")
        one = chance.choice(sorted(parts))
        with zipfile.ZipFile(path, "w") as new:
            for each, held in parts.items():
                new.writestr(each, damaged(held, chance) if each == one else held)
        survives(name, path)


@pytest.mark.parametrize("name", ["ileap", "pact", "olca", "ilcd"])
def test_documents_of_any_shape_never_end_in_a_traceback(tmp_path, name):
    path = tmp_path / "a.json"
    odd = (None, [], {}, "x", "1", True, [{}], [[1]], {"a": None})
    sound = {"ileap": TOC, "pact": PCF["pcf"]}.get(name, {"@type": "Process", "exchanges": []})
    for key in (*sound, "tces", "extensions", "impactResults", "processInformation"):
        for value in odd:
            body = {**sound, key: value}
            path.write_text(json.dumps({**PCF, "pcf": body} if name == "pact" else body))
            survives(name, path)
