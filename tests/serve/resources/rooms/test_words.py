"""What the words mean, as data."""

from __future__ import annotations

import hashlib

import polars as pl

from tanlu.monitor import devices
from tanlu.terms import glossary, schema


def test_every_table_is_told_with_units_and_meanings(read_only):
    told = {each["table"]: each for each in read_only.get("/v1/schemas").json()["items"]}
    emission = told["emission"]
    assert [each["name"] for each in emission["columns"]] == list(schema("emission").names)
    assert emission["json_schema"]["properties"]["co2e_ug"]["x-unit"] == "ug"
    assert read_only.get("/v1/schemas/emission").json() == emission
    assert read_only.get("/v1/schemas/nothing").status_code == 422


def test_the_glossary_and_the_kinds_are_those_of_the_house(read_only):
    words = read_only.get("/v1/glossary").json()["items"]
    assert [each["en"] for each in words] == [each.en for each in glossary.glossary()]
    kinds = {each["name"]: each for each in read_only.get("/v1/kinds").json()["items"]}
    assert kinds["transport.road"]["forms"]


def test_a_device_is_told_without_what_it_sends_with(asked, home):
    made = devices.enrol(home.workspace("home"), pl.DataFrame({"device": ["meter-1"]}), tokens=True)
    told = asked.get("/v1/devices")
    assert [each["device"] for each in told.json()["items"]] == ["meter-1"]
    assert told.json()["items"][0]["state"] == "enrolled"
    assert "token_sha256" not in told.text
    token = made.tokens.row(0)[1]
    assert token not in told.text
    assert hashlib.sha256(token.encode()).hexdigest() not in told.text
    assert {each["stream"] for each in asked.get("/v1/streams").json()["items"]}
