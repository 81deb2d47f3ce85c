"""A file in by steps: uploaded, proposed, rehearsed, read, mended."""

from __future__ import annotations

import csv
import io

import pytest
import xlsxwriter

BINARY = {"content-type": "application/octet-stream"}
ROWS = [["运单", "日期", "重量kg"], ["A1", "2026-10-01", "100"], ["A2", "2026-10-02", "重"]]
MAPPING = """[read]
zone = "Asia/Shanghai"
[activity]
activity_id = { from = "运单" }
start = { from = "日期" }
kind = { value = "transport.road", assumption = "A" }
mass_mg = { from = "重量kg", unit = "kg" }
[assumptions]
A = "the file is of trucks"
"""


def _csv():
    return "\n".join(",".join(row) for row in ROWS).encode()


def _xlsx():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("运单")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    return file.getvalue()


@pytest.mark.parametrize(("make", "form"), [(_csv, "csv"), (_xlsx, "xlsx")])
def test_a_file_is_proposed_rehearsed_read_and_mended(asked, home, make, form):
    workspace = home.workspace("home")
    before = workspace.version
    upload = asked.post(f"/v1/uploads?name=a.{form}", content=make(), headers=BINARY)
    assert upload.status_code == 201, upload.text
    told = upload.json()
    assert (told["format"], told["columns"]) == (form, ROWS[0])
    assert "重量kg" in told["mapping"]

    url = f"/v1/uploads/{told['upload']}"
    tried = asked.post(f"{url}/rehearse", json={"mapping": MAPPING}).json()
    assert (tried["rows_in"], tried["rows_new"], tried["rows_quarantined"]) == (2, 1, 1)
    assert [(e["line"], e["column"], e["value"]) for e in tried["refused"]] == [(3, "重量kg", "重")]
    assert workspace.version == before

    done = asked.post(f"{url}/read", json={"mapping": MAPPING}).json()
    assert (done["rows_in"], done["rows_new"], done["rows_quarantined"]) == (2, 1, 1)
    assert done["refused"] == tried["refused"]
    assert asked.get("/v1/activities/A1").json()["mass_mg"] == "100000000"
    kept = asked.get(f"/v1/originals/{done['file_sha256']}")
    assert kept.content == make() or form == "xlsx"

    out = asked.get("/v1/corrections")
    rows = list(csv.DictReader(io.StringIO(out.content.decode("utf-8-sig"))))
    assert [row["_column"] for row in rows] == ["重量kg"]
    rows[0]["重量kg"] = "70"
    mended = io.StringIO()
    writer = csv.DictWriter(mended, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    again = asked.post(
        "/v1/uploads?name=b.csv", content=mended.getvalue().encode(), headers=BINARY
    ).json()
    fine = asked.post(f"/v1/uploads/{again['upload']}/read", json={"mapping": MAPPING}).json()
    assert (fine["rows_new"], fine["rows_quarantined"]) == (1, 0), fine
    assert asked.get("/v1/activities/A2").json()["mass_mg"] == "70000000"
    left = asked.get("/v1/corrections").content.decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(left))) == []
    assert asked.delete(url).status_code == 204
    assert asked.get(url).status_code == 404


def test_a_mapping_that_does_not_hold_is_told_by_its_place(asked):
    told = asked.post("/v1/uploads?name=a.csv", content=_csv(), headers=BINARY).json()
    for mapping, code in (
        ("[activity", "TL302"), ("", "TL302"), (MAPPING.replace(', unit = "kg"', ""), "TL303"),
        (MAPPING.replace("运单", "单号"), "TL304"),
    ):  # fmt: skip
        for step in ("rehearse", "read"):
            url = f"/v1/uploads/{told['upload']}/{step}"
            answer = asked.post(url, json={"mapping": mapping})
            assert answer.json()["code"] in {code, "TL486"}, (mapping, answer.text)
            assert answer.status_code in {400, 422}
