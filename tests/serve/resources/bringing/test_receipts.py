"""A receipt accounts for every row, and tells the refused ones in the asker's language."""

from __future__ import annotations

ROWS = {
    "activities": [
        {"activity_id": "R1", "kind": "transport.road", "start": "2026-10-01"},
        {"activity_id": "R1", "kind": "transport.rail", "start": "2026-10-01"},
        {"activity_id": "R2", "kind": "flying", "start": "2026-10-01"},
        {"activity_id": "R3", "kind": "transport.road", "start": "2026-10-01", "mass_mg": "much"},
        {"activity_id": "R4", "kind": "transport.road", "start": None},
    ]
}


def test_each_refused_row_has_its_line_column_value_and_reason(asked):
    told = asked.post("/v1/activities", json=ROWS, headers={"accept-language": "zh"}).json()
    assert (told["rows_in"], told["rows_new"], told["rows_quarantined"]) == (5, 1, 4)
    refused = [(each["line"], each["code"], each["value"]) for each in told["refused"]]
    assert refused == [
        (2, "TL350", "R1"), (3, "TL318", "flying"), (4, "TL311", "much"), (5, "TL315", None),
    ]  # fmt: skip
    assert "数" in told["refused"][2]["reason"]
    listed = asked.get("/v1/quarantine").json()["items"]
    known = {each["quarantine_id"] for each in listed}
    assert {each["quarantine_id"] for each in told["refused"]} <= known
