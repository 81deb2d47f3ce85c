"""Small books for the tests of the verbs: three legs, read and quantified in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.cli import main

MAP = """\
name = "three legs"

[activity]
activity_id = { from = "waybill" }
start = { from = "day", formats = ["%Y-%m-%d"] }
mass_mg = { from = "kg", unit = "kg" }
distance_m = { from = "km", unit = "km" }
place = { value = "CN", assumption = "HOME" }
subject = { text = "waybill:{waybill}" }
shipment = { from = "waybill" }
vehicle_class = { from = "class" }
energy_carrier = { from = "energy" }
kind = { from = "mode", map = { road = "transport.road", rail = "transport.rail" } }

[assumptions]
HOME = "all legs of these books are in China"
"""
FILE = """\
waybill,mode,class,energy,kg,km,day
W1,road,truck.rigid.17t,diesel,1200,350,2026-03-01
W2,rail,,electricity,24000,2100,2026-03-02
W3,road,truck.rigid.17t,diesel,oops,90,2026-03-03
W4,road,truck.rigid.17t,diesel,300,,2026-03-03
"""


def files(folder: Path) -> tuple[Path, Path]:
    """Write the file and its mapping."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "legs.csv").write_text(FILE, encoding="utf-8")
    (folder / "legs.toml").write_text(MAP, encoding="utf-8")
    return folder / "legs.csv", folder / "legs.toml"


class Tongue:
    """Runs verbs on one ledger and gives what they print."""

    def __init__(self, ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.ledger = ledger
        self.capsys = capsys

    def ask(self, *words: object, expect: int = 0) -> dict[str, Any]:
        """Run a verb with --json and give its object."""
        self.capsys.readouterr()
        code = main([*map(str, words), "--ledger", str(self.ledger), "--json"])
        shown = self.capsys.readouterr()
        assert expect == code, shown.err
        facts: dict[str, Any] = json.loads(shown.out)
        return facts

    def say(self, *words: object, language: str = "en", expect: int = 0) -> str:
        """Run a verb for people and give its words."""
        self.capsys.readouterr()
        code = main([*map(str, words), "--ledger", str(self.ledger), "--language", language])
        shown = self.capsys.readouterr()
        assert expect == code, shown.err
        return shown.out
