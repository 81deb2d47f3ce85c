"""Files that wait to be read lie in the server's home, each in its organisation's folder."""

from __future__ import annotations

import io
import struct
import time
import zipfile

from tanlu.serve.api import Principal
from tanlu.serve.resources import ROOMS
from tanlu.serve.resources.bringing import kept
from tanlu.store.relational.tables import UPLOADS
from tests.serving import client

BINARY = {"content-type": "application/octet-stream"}
TEXT = b"waybill,date,kg\nA1,2026-10-01,100\nA2,2026-10-02,50\n"


def _upload(asked, body=TEXT, name="a.csv"):
    return asked.post(f"/v1/uploads?name={name}", content=body, headers=BINARY)


def test_an_upload_is_seen_by_its_own_organisation_only(asked, home):
    told = _upload(asked).json()
    assert (home.path / "uploads" / "home" / told["upload"]).read_bytes() == TEXT
    assert told["columns"] == ["waybill", "date", "kg"]
    assert asked.get(f"/v1/uploads/{told['upload']}").json() == told
    theirs = client(home, rooms=ROOMS, tenant="other")
    for method in ("GET", "DELETE"):
        assert theirs.request(method, f"/v1/uploads/{told['upload']}").status_code == 404


def test_what_cannot_be_read_is_not_kept(asked, home):
    for body in (b"", b"\x00\x01\x02" * 100, b"<html></html>"):
        told = _upload(asked, body)
        assert (told.status_code, told.json()["code"]) == (400, "TL301")
    assert list((home.path / "uploads" / "home").iterdir()) == []


def test_a_workbook_that_says_that_it_is_huge_is_refused(asked, monkeypatch):
    monkeypatch.setattr(kept, "MOST_UNPACKED", 1 << 20)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (2 << 20))
    told = _upload(asked, bomb.getvalue(), "a.xlsx")
    assert (told.status_code, told.json()["code"]) == (413, "TL467")


def test_a_file_waits_a_week_and_is_cleared_away_by_the_next(asked, home):
    old = _upload(asked).json()["upload"]
    with home.state.of("home") as state:
        state.change(UPLOADS, {"created_us": time.time_ns() // 1000 - kept.WAITS_US - 1})
    new = _upload(asked).json()["upload"]
    assert asked.get(f"/v1/uploads/{old}").status_code == 404
    assert [path.name for path in (home.path / "uploads" / "home").iterdir()] == [new]


def test_a_name_never_leads_out_of_its_folder(asked):
    for name in ("../a.csv", "a/b.csv", "a", "%00.csv", "..%2Fa.csv"):
        assert _upload(asked, name=name).status_code == 422, name


def test_a_workbook_of_a_million_parts_is_refused_before_they_are_listed(asked, home):
    """Forty-seven bytes name a part, and each costs ten times as many once it is listed."""
    name, count = b"a", 30_000
    part = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + name
    line = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
    ) + name  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(line) * count, len(part), 0)
    told = _upload(asked, part + line * count + end, "a.xlsx")
    assert (told.status_code, told.json()["code"]) == (413, "TL467")
    assert "parts" in told.json()["title"]
    assert not (home.path / "uploads" / "home").exists()


def test_a_supplier_knows_of_his_own_uploads_alone(home):
    """As on his pages: who hears the name of another's reads nothing of it and clears none away."""
    made = client(home, "supplier", rooms=ROOMS)
    upload = _upload(made).json()["upload"]
    stranger = Principal("rival@home", "home", "supplier")
    rival = client(home, "supplier", rooms=ROOMS, identify=lambda _: stranger)
    mapping = {
        "mapping": 'name = "x"\n[activity]\nstart = { from = "date" }\n'
        'kind = { value = "transport.road", assumption = "A" }\n[assumptions]\nA = "a"\n'
    }
    assert rival.get(f"/v1/uploads/{upload}").status_code == 404
    for step in ("rehearse", "read"):
        assert rival.post(f"/v1/uploads/{upload}/{step}", json=mapping).status_code == 404
    assert rival.delete(f"/v1/uploads/{upload}").status_code == 404
    assert made.get(f"/v1/uploads/{upload}").status_code == 200
    assert client(home, "operator", rooms=ROOMS).get(f"/v1/uploads/{upload}").status_code == 200
    assert made.delete(f"/v1/uploads/{upload}").status_code == 204


def test_a_table_wider_than_a_person_maps_is_refused_and_not_kept(asked, home):
    for columns, status in ((2_000, 201), (2_001, 413)):
        body = ",".join(f"c{at}" for at in range(columns)) + "\n" + ",".join("1" * columns) + "\n"
        told = _upload(asked, body.encode())
        assert told.status_code == status, told.text[:200]
    assert told.json()["code"] == "TL467"
    assert len(list((home.path / "uploads" / "home").iterdir())) == 1
