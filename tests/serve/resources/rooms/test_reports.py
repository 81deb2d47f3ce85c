"""Reports as files."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

BEGINS = {"html": b"<!doctype html>", "pdf": b"%PDF-", "xlsx": b"PK", "json": b"{", "txt": b""}


@pytest.mark.parametrize("form", BEGINS)
@pytest.mark.parametrize("report", ["transport", "indicators", "why"])
def test_a_report_comes_in_each_form_and_is_not_made_twice(read_only, report, form):
    url = f"/v1/reports/{report}?form={form}"
    if report == "why":
        name = read_only.get("/v1/shipments?limit=1").json()["items"][0]["shipment"]
        url += f"&subject=shipment:{name}"
    told = read_only.get(url)
    assert told.status_code == 200, told.text
    assert told.content.startswith(BEGINS[form])
    assert told.headers["content-disposition"] == f'attachment; filename="{report}.{form}"'
    assert read_only.get(url).content == told.content
    if form == "json":
        assert json.loads(told.content)["facts"]
    if form == "xlsx":
        assert zipfile.ZipFile(io.BytesIO(told.content)).testzip() is None


def test_a_form_that_there_is_not_is_refused(read_only):
    assert read_only.get("/v1/reports/transport?form=exe").status_code == 422
    assert read_only.get("/v1/reports/organisation").json()["code"] == "TL807"
