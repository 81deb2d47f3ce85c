"""Activities come in in any form, each row accounted for, and what is no row is refused."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.serve.resources.bringing import rows as bringing
from tanlu.serve.resources.bringing.rows import WRITABLE

ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"
NDJSON, CSV = "application/x-ndjson", "text/csv"
FORMS = (ARROW, PARQUET, NDJSON, CSV)
KEPT = [name for name in WRITABLE if name not in {"source_device", "source_seq"}]
VALUES = st.one_of(
    st.none(), st.integers(-(10**20), 10**20), st.text(max_size=8), st.floats(width=32),
    st.sampled_from(["12", "1.5", "NaN", "1e400", "2026-10-01", "transport.road", "-1", "１２"]),
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_what_went_out_comes_in_again_and_is_known(asked, home, form):
    """Rows brought by the API, given out in a form and brought again, change nothing."""
    url = f"/v1/activities?shipment=NEW&columns={','.join(KEPT)}"
    row = {
        "activity_id": "NEW/1", "kind": "transport.road", "start": "2026-10-01T08:00:00+08:00",
        "end": "2026-10-01T10:00:00+08:00", "mass_mg": "12500000", "distance_m": 120_000,
        "distance_type": "actual", "shipment": "NEW", "leg_no": 1, "teu_milli": 1500,
        "origin_lat_e7": 312345678, "origin_lon_e7": "-1214567890", "labels": {"po": "4711"},
        "amount_fen": 12345, "currency": "CNY", "load_ppm": 600_000, "count": 3,
    }  # fmt: skip
    first = asked.post("/v1/activities", json={"activities": [row]}).json()
    assert (first["rows_new"], first["rows_quarantined"]) == (1, 0), first
    kept = asked.get(url).json()["items"][0]
    for name in ("mass_mg", "teu_milli", "origin_lat_e7", "origin_lon_e7", "amount_fen", "count"):
        assert str(kept[name]) == str(row[name]), name
    out = asked.get(url, headers={"accept": form})
    again = asked.post("/v1/activities", content=out.content, headers={"content-type": form})
    assert again.status_code == 200, again.text
    told = again.json()
    assert (told["rows_in"], told["rows_known"]) == (1, 1), told
    assert asked.get(url).json()["items"] == [kept]


VALUES = st.one_of(
    st.none(), st.integers(-(10**20), 10**20), st.text(max_size=8), st.floats(width=32),
    st.sampled_from(["12", "1.5", "NaN", "1e400", "2026-10-01", "transport.road", "-1", "１２"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.dictionaries(st.sampled_from([n for n in WRITABLE if n != "labels"]), VALUES),
        min_size=1, max_size=6,
    ),
    st.booleans(),
)  # fmt: skip
def test_whatever_the_values_every_row_is_accounted_for(emptied, rows, lines):
    whole = [{"start": "2026-10-01", "kind": "transport.road", **row} for row in rows]
    text = (
        "\n".join(json.dumps(row) for row in whole) if lines else json.dumps({"activities": whole})
    )
    kind = NDJSON if lines else "application/json"
    answer = emptied.post("/v1/activities", content=text, headers={"content-type": kind})
    if "NaN" in text.replace('"NaN"', "") or "Infinity" in text:
        assert answer.status_code == 422
        return
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["rows_in"] == len(rows)
    assert told["rows_in"] == told["rows_new"] + told["rows_known"] + told["rows_quarantined"]
    assert len(told["refused"]) == told["rows_quarantined"]
    assert all(1 <= each["line"] <= len(rows) for each in told["refused"])


@pytest.mark.parametrize("form", FORMS)
def test_what_the_reader_writes_itself_is_said_to_be_that(asked, form):
    """Whoever sends back whole rows as they came out is told what to leave out, and how."""
    out = asked.get("/v1/activities", headers={"accept": form})
    answer = asked.post("/v1/activities", content=out.content, headers={"content-type": form})
    assert answer.status_code == 422
    assert "/zone: the reader writes it; leave it out" in answer.json()["title"]


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", "TL486"),
        (b"[]", "application/json", "TL486"),
        (b'{"activities": []}', "application/json", "TL486"),
        (b'{"activities": [1]}', "application/json", "TL486"),
        (b'{"activities": [{"kind": "x"}]}', "application/json", "TL486"),
        (b'{"activities": [{"kind": "x", "start": []}]}', "application/json", "TL486"),
        (b'{"activities": [{"kind": "x", "zone": "UTC"}]}', "application/json", "TL486"),
        (b"[" * 100_000, "application/json", "TL486"),
        (b'{"kind": "x"}\n\n', NDJSON, "TL486"),
        (b"nothing", ARROW, "TL486"),
        (b"PAR1nothingPAR1", PARQUET, "TL486"),
        (b"", PARQUET, "TL486"),
        (b"a,b\n1,2\n", CSV, "TL486"),
        (b"{}", "text/plain", "TL468"),
    ],
)
def test_what_is_no_row_is_refused_whole_and_nothing_is_written(asked, home, body, kind, code):
    before = home.workspace("home").version
    answer = asked.post("/v1/activities", content=body, headers={"content-type": kind})
    assert answer.json()["code"] == code, answer.text
    assert answer.status_code in {415, 422}
    assert home.workspace("home").version == before


def test_more_rows_than_may_be_are_refused(asked, monkeypatch):
    monkeypatch.setattr(bringing, "MOST_ROWS", 2)
    rows = b'{"kind":"transport.road","start":"2026-10-01"}\n' * 3
    for kind, body in ((NDJSON, rows), (CSV, b"kind,start\n" + b"transport.road,2026\n" * 3)):
        told = asked.post("/v1/activities", content=body, headers={"content-type": kind})
        assert (told.status_code, told.json()["code"]) == (413, "TL467")


def test_labels_of_single_rows_do_not_become_columns_of_all(asked):
    """A column for each label of each row would be thousands of columns of thousands of rows."""
    wide = 3000
    rows = [
        {"kind": "transport.road", "start": "2026-10-01", "labels": {f"l{at}": "x"}}
        for at in range(wide)
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    table = io.BytesIO()
    pl.DataFrame([{**row, "labels": json.dumps(row["labels"])} for row in rows]).write_parquet(
        table
    )
    for path, kind, body in (
        ("/v1/estimates", "application/json", json.dumps({"activities": rows}).encode()),
        ("/v1/activities", NDJSON, lines.encode()),
        ("/v1/activities", PARQUET, table.getvalue()),
    ):
        told = asked.post(path, content=body, headers={"content-type": kind})
        assert (told.status_code, told.json()["code"]) == (413, "TL467"), path


def test_labels_of_several_slices_are_counted_together(asked, monkeypatch):
    monkeypatch.setattr(bringing, "STEP", 1)
    monkeypatch.setattr(bringing, "MOST_LABELS", 2)
    row = {"kind": "transport.road", "start": "2026-10-01"}
    for wide, code in ((2, 200), (3, 413)):
        lines = "\n".join(json.dumps({**row, "labels": {f"l{at}": "x"}}) for at in range(wide))
        told = asked.post("/v1/activities", content=lines, headers={"content-type": NDJSON})
        assert told.status_code == code, told.text


def test_labels_that_a_table_holds_once_are_not_read_for_each_row(asked, monkeypatch):
    monkeypatch.setattr(bringing, "MOST_JSON", 100_000)
    told = json.dumps({"a": "x" * 1000})
    row = {"kind": "transport.road", "start": "2026-10-01", "labels": told}
    for count, status in ((90, 200), (110, 413)):
        table = io.BytesIO()
        pl.DataFrame([row] * count).write_parquet(table)
        assert len(table.getvalue()) < 5000
        headers = {"content-type": PARQUET}
        answer = asked.post("/v1/activities", content=table.getvalue(), headers=headers)
        assert answer.status_code == status, answer.text[:200]
