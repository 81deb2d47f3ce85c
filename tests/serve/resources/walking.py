"""Walking over pages, and made-up activities to walk over."""

from __future__ import annotations

import polars as pl

from tanlu.terms import schema


def activities(first, count, supersedes=None):
    rows = [
        {
            "activity_id": f"A{number}", "start": number, "end": number + 1, "zone": "UTC",
            "precision": "instant", "kind": "transport.road", "subject": f"waybill:{number % 3}",
            "supersedes": supersedes,
        }
        for number in range(first, first + count)
    ]  # fmt: skip
    return schema("activity").fit(pl.DataFrame(rows, schema_overrides={"supersedes": pl.String}))


def walk(asked, url):
    found, versions = [], set()
    while url:
        answer = asked.get(url)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (f'<{told["next"]}>; rel="next"' == answer.headers.get("link")) or not told["next"]
        versions.add((told["ledger_version"], answer.headers["tanlu-ledger-version"]))
        found += told["items"]
        url = told["next"]
    assert len(versions) == 1
    return found
