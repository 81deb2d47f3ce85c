"""Forms of many rows: each holds the same ones."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest

from tanlu.serve.resources.telling import lists

ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"
NDJSON, CSV = "application/x-ndjson", "text/csv"
FORMS = (ARROW, PARQUET, NDJSON, CSV)


def _read(form, content):
    if form == ARROW:
        return pl.read_ipc_stream(io.BytesIO(content))
    if form == PARQUET:
        return pl.read_parquet(io.BytesIO(content))
    if form == NDJSON:
        return [json.loads(line) for line in content.splitlines()]
    return pl.read_csv(io.BytesIO(content), infer_schema=False)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_every_row_that_matches(asked, home, form, monkeypatch):
    monkeypatch.setattr(lists, "BATCH", 100)
    answer = asked.get("/v1/emissions?boundary=ttw", headers={"accept": form})
    assert answer.headers["content-type"].partition(";")[0] == form
    assert answer.headers["tanlu-ledger-version"] == str(home.workspace("home").version)
    found = _read(form, answer.content)
    wanted = home.workspace("home").scan("emission").filter(pl.col("boundary") == "ttw").collect()
    if form in {ARROW, PARQUET}:
        assert found.equals(wanted)
    elif form == CSV:
        assert found["co2e_ug"].to_list() == wanted["co2e_ug"].cast(pl.String).to_list()
    else:
        assert [row["co2e_ug"] for row in found] == wanted["co2e_ug"].cast(pl.String).to_list()
        assert [row["start"] for row in found] == wanted["start"].to_list()


@pytest.mark.parametrize("form", FORMS)
def test_no_row_is_an_answer_too(asked, form):
    answer = asked.get("/v1/emissions?profile=none", headers={"accept": form})
    assert answer.status_code == 200
    found = _read(form, answer.content)
    assert (found == []) if form == NDJSON else (found.height == 0 and found.width > 50)


def test_the_form_that_is_liked_best_is_given_and_none_is_refused(asked):
    liked = {"accept": "text/csv;q=0.4, application/x-ndjson;q=0.9, image/png"}
    answer = asked.get("/v1/findings", headers=liked)
    assert answer.headers["content-type"] == NDJSON
    refused = asked.get("/v1/findings", headers={"accept": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (406, "TL488")
