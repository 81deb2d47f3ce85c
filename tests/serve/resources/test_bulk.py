"""Many rows in and out: every form holds the same rows, and what goes out comes in again."""

from __future__ import annotations

import gzip
import io
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.serve.resources import ROOMS
from tanlu.serve.resources.bringing import rows as bringing
from tanlu.serve.resources.bringing.rows import WRITABLE
from tanlu.serve.resources.telling import lists
from tests.serving import client

ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"
NDJSON, CSV = "application/x-ndjson", "text/csv"
FORMS = (ARROW, PARQUET, NDJSON, CSV)
KEPT = [name for name in WRITABLE if name not in {"source_device", "source_seq"}]


@pytest.fixture
def asked(home):
    return client(home, rooms=ROOMS)


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


@pytest.fixture(scope="module")
def emptied(tmp_path_factory):
    from tanlu.serve.api import Home
    from tanlu.store import open_workspace

    folder = tmp_path_factory.mktemp("emptied")
    open_workspace(folder, create=True)
    home = Home(folder)
    yield client(home, rooms=ROOMS)
    home.close()


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


def test_packed_bodies_are_unpacked_and_bombs_are_not(asked, monkeypatch):
    from tanlu.serve.resources.asking import bodies

    row = {"activities": [{"kind": "transport.road", "start": "2026-10-01"}]}
    packed = {"content-encoding": "gzip", "content-type": "application/json"}
    good = gzip.compress(json.dumps(row).encode())
    assert asked.post("/v1/activities", content=good, headers=packed).status_code == 200
    torn = asked.post("/v1/activities", content=good[:-6], headers=packed)
    assert torn.json()["code"] == "TL486"
    monkeypatch.setattr(bodies, "MOST_UNPACKED", 1 << 20)
    bomb = gzip.compress(b" " * (8 << 20))
    told = asked.post("/v1/activities", content=bomb, headers=packed)
    assert (told.status_code, told.json()["code"]) == (413, "TL467")


def test_a_body_that_is_too_large_is_refused_before_it_is_taken(asked, monkeypatch):
    long = {"content-length": str(1 << 40), "content-type": NDJSON}
    assert asked.post("/v1/activities", content=b"x", headers=long).status_code == 413
    monkeypatch.setattr(bringing, "MOST_ROWS", 2)
    rows = b'{"kind":"transport.road","start":"2026-10-01"}\n' * 3
    told = asked.post("/v1/activities", content=rows, headers={"content-type": NDJSON})
    assert (told.status_code, told.json()["code"]) == (413, "TL467")


def test_who_only_reads_brings_nothing_in(home):
    viewer = client(home, "viewer", rooms=ROOMS)
    row = {"activities": [{"kind": "transport.road", "start": "2026-10-01"}]}
    assert viewer.post("/v1/activities", json=row).status_code == 403
    assert client(home, "supplier", rooms=ROOMS).get("/v1/emissions").status_code == 403
