"""A small pack of one's own for the tests of this room."""

from __future__ import annotations

from tanlu.factors.packs import Pack, pack_of

SOURCE = {
    "source_id": "own-meter", "title": "Own readings", "publisher": "Park", "doc_no": "2026",
    "published": "2026-02-01", "licence": "own", "redistribution": "private", "attribution": "Park",
}  # fmt: skip
POWER = {
    "activity": "energy.electricity", "energy_carrier": "electricity", "place": "CN-GD",
    "valid_from": "2026-01-01", "data_year": "2026", "boundary": "generation",
    "method": "location", "form": "scalar", "numerator": "kg", "denominator": "kWh",
    "co2_fossil": "0.5", "status": "official", "pedigree": "11111", "source_id": "own-meter",
    "clause": "sheet 1",
}  # fmt: skip
META = {
    "pack_id": "own-park", "semver": "1.0.0", "title": "Own values", "title_zh": "自有数值",
    "licence": "own", "attribution": "Park",
}  # fmt: skip


def own(*rows: dict[str, str], **meta: str) -> Pack:
    """Give a pack of rows; each changes the electricity value in what it tells."""
    factors = [{**POWER, **row} for row in rows or ({},)]
    return pack_of({**META, **meta}, {"source": [SOURCE], "factor": factors})


def day() -> dict[str, str]:
    """Give an electricity value that differs by hour: 0.40 at midnight, 0.01 more each hour."""
    points = ";".join(f"{hour}:{0.4 + hour / 100:.2f}" for hour in range(24))
    mean = "0.515"
    return {"form": "hourly", "axis": "hour", "points": points, "value": mean, "co2_fossil": mean}
