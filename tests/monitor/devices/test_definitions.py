"""Definitions of streams: the shipped ones hold together, one that cannot is refused."""

from __future__ import annotations

import dataclasses
import re

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import StreamDef, define, definitions, shipped
from tanlu.store import Workspace
from tanlu.terms import kinds, schema, taxonomy

GOOD = StreamDef("mine", 1, "gauge", unit="degC", minimum=-5.0, maximum=5.0)


def test_a_definition_has_the_columns_of_its_schema() -> None:
    fields = [each.name for each in dataclasses.fields(StreamDef)]

    assert fields == list(schema("stream").names)


def test_each_shipped_definition_holds_together_and_names_its_source() -> None:
    schema("stream").check(shipped())
    told = [definitions.checked(StreamDef(**row)) for row in shipped().iter_rows(named=True)]

    assert [each.stream for each in told] == sorted({each.stream for each in told})
    assert all(chinese and source for chinese, source in definitions.sources().values())
    assert {each.stream for each in told} >= {"odometer_m", "tank_ml", "battery_j", "energy_wh"}


def test_what_becomes_an_activity_has_a_quantity_that_counts_its_kind() -> None:
    for row in shipped().filter(pl.col("kind").is_not_null()).iter_rows(named=True):
        assert row["role"] in ("register", "interval", "pulse")
        assert kinds.kind(row["kind"]).form_for(frozenset([row["quantity"]])), row["stream"]


def test_carriers_are_words_of_the_taxonomy() -> None:
    known = taxonomy.vocabulary()["energy_carrier"]

    assert set(shipped()["carrier"].drop_nulls()) <= set(known)


def test_readings_have_bounds_and_rows_of_other_tables_none() -> None:
    for row in shipped().iter_rows(named=True):
        readings = row["role"] not in ("position", "event")
        assert (row["minimum"] is not None, row["unit"] is not None) == (readings, readings)
    assert StreamDef("p", 0, "position").table == "position"
    assert StreamDef("e", 0, "event").table == "event"
    assert GOOD.table == "reading"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"stream": "a/b"}, "a name has"),
        ({"stream": ""}, "a name has"),
        ({"role": "meter"}, "role is one of"),
        ({"quantity": "energy"}, "quantity is one of"),
        ({"estimate": "magic"}, "estimate is one of"),
        ({"minimum": 6.0}, "the minimum is not above"),
        ({"maximum": float("nan")}, "maximum is a finite number"),
        ({"rate_max": 0.0}, "rate_max is above zero"),
        ({"lateness_us": -1}, "lateness_us is not below zero"),
        ({"kind": "energy.magic"}, "there is no kind"),
        ({"role": "pulse"}, "a pulse needs"),
    ],
)
def test_a_definition_that_no_reading_could_meet_is_refused(
    workspace: Workspace, change: dict[str, object], why: str
) -> None:
    with pytest.raises(TanluError, match=f"TL364.*{re.escape(why)}"):
        define(workspace, dataclasses.replace(GOOD, **change))  # type: ignore[arg-type]
    assert workspace.version == 0


def test_a_definition_is_written_as_it_was_told(workspace: Workspace) -> None:
    define(workspace, GOOD)

    assert StreamDef(**workspace.scan("stream").collect().row(0, named=True)) == GOOD
