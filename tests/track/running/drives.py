"""A lorry on a motorway, as its device tells it."""

import polars as pl

from tanlu.terms import schema

START = 1_790_000_000_000_000
MINUTE = 60_000_000


def drive(device: str, *, minutes: int = 90, gap: tuple[int, int] | None = None) -> pl.DataFrame:
    """Give positions: ten minutes still, then 80 km/h to the east, ten minutes still."""
    rows = []
    for number in range(minutes * 2):
        if gap and gap[0] * 2 <= number < gap[1] * 2:
            continue
        moving = min(max(number - 20, 0), minutes * 2 - 40)
        rows.append(
            {
                "device": device, "seq": number + 1, "at": START + number * MINUTE // 2,
                "lat_e7": 300_000_000 + 300 * (moving % 40 > 20),
                "lon_e7": 1_100_000_000 + moving * 69_000, "accuracy_m": 5,
                "source": "gnss", "stream": "position",
            }
        )  # fmt: skip
    return schema("position").fit(pl.DataFrame(rows))


def held(ledger) -> pl.DataFrame:
    """Give the activities that hold in a ledger."""
    return ledger.scan("activity").collect().sort("source_device", "start", "kind")
