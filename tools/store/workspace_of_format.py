"""Write the small workspace that tests keep of the present format.

Run once when a format is released, with the folder ``tests/store/formats`` as its argument.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
from tests.store.activities import activities, emissions

from tanlu.store import open_workspace
from tanlu.store.ledger.upgrade import FORMAT
from tanlu.terms import schema

PINS = {
    "profile": "iso14083", "gwp_set": "AR6", "spec_hash": "s", "factors_hash": "f",
    "code_version": "0.1.0", "co2e_ug": "0",
}  # fmt: skip
READINGS = {
    "device": ["m1", "m1", "m2", "m2"], "value": [0.1, -0.0, None, 2.5e-7],
}  # fmt: skip
PERSONS = pl.DataFrame({"pseudonym": ["p:1"], "field": ["name"], "value": ["made up"]})


def main(folder: Path) -> None:
    made = open_workspace(folder / str(FORMAT), create=True)
    original = made.path.parent / "orders.csv"
    original.write_text("id\n1\n", encoding="utf-8")
    source = {"sha256": made.originals.put(original)}
    original.unlink()
    first = activities(66)
    made.append("activity", first, source=source, personal=PERSONS)
    made.append("emission", emissions(first), inputs=[made.parts("activity")[0].file])
    made.publish_edition("2026-1", **PINS)
    made.append("activity", activities(1, first=100, supersedes="a100003"))
    made.retract("emission", pl.Series(["a100005|ttw"]), reason="made up")
    made.append("reading", schema("reading").fit(pl.DataFrame(READINGS)))
    *_, _sealed = made.seal()
    personal = made.parts("personal")[0].file
    made.retire(personal, reason="made up")
    *_, checked = made.check()
    facts = {
        "head": checked.result["head"],
        "activities": made.scan("activity").collect().height,
        "emissions": made.scan("emission").collect()["co2e_ug"].sum(),
        "edition": made.scan("emission", as_of="2026-1").collect()["co2e_ug"].sum(),
    }
    (made.path / "expected.json").write_text(json.dumps(facts, sort_keys=True), encoding="utf-8")
    (made.path / "lock").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
