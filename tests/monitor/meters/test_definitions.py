"""What is told of streams and meters."""

from __future__ import annotations

from pathlib import Path

from tanlu.monitor.meters.definitions import EVER, GAP_US, LATENESS_US, definitions
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, device, ledger, tell


def test_streams_that_measure_nothing_are_left_alone(tmp_path: Path) -> None:
    books = ledger(tmp_path, {"stream": "door", "quantity": None, "role": "gauge"})
    found = definitions(books)

    assert "door" not in found.streams
    assert "door" not in found.refused


def test_a_stream_that_cannot_be_metered_is_refused_with_the_reason(tmp_path: Path) -> None:
    books = ledger(
        tmp_path, {"stream": "tons", "unit": "t"},
        {"stream": "power", "role": "gauge", "unit": "kW", "estimate": "none"},
        {"stream": "watts", "role": "gauge", "unit": "kW"},
    )  # fmt: skip
    found = definitions(books)

    assert "TL376" in str(found.refused["tons"])
    assert "linear" in str(found.refused["power"])
    assert found.streams["watts"].scale == (1000, 1)


def test_shipped_streams_are_there_and_those_of_the_ledger_win(tmp_path: Path) -> None:
    books = ledger(tmp_path, {"stream": "energy_wh", "unit": "MJ", "lateness_us": None})
    found = definitions(books).streams

    assert found["water_ml"].quantity == "volume_ml"
    assert found["energy_wh"].scale == (1_000_000, 1)
    assert found["energy_wh"].lateness_us == LATENESS_US


def test_a_span_is_missing_after_two_steps_and_two_hours_at_most(tmp_path: Path) -> None:
    steps = {"minute": MINUTE, "day": 24 * HOUR, "none": None}
    books = ledger(tmp_path, *({"stream": name, "step_us": us} for name, us in steps.items()))
    found = definitions(books).streams

    assert [found[name].gap_us for name in steps] == [2 * MINUTE, GAP_US, GAP_US]


def test_a_unit_that_was_changed_holds_from_its_time_on(tmp_path: Path) -> None:
    books = ledger(tmp_path, {}, {"unit": "MJ", "since": START}, {"unit": "MJ", "since": START + 1})
    same = ledger(tmp_path / "same", {}, {"since": START, "rate_max": 9.0})

    assert definitions(books).streams["energy"].scales == (
        (EVER, (3_600_000, 1)), (START, (1_000_000, 1)), (START + 1, (1_000_000, 1)),
    )  # fmt: skip
    assert definitions(same).streams["energy"].scales == ((EVER, (3_600_000, 1)),)


def test_a_pulse_counts_what_it_is_told(tmp_path: Path) -> None:
    books = ledger(tmp_path, {"role": "pulse", "unit": "kWh", "per_pulse": 0.00125})

    assert definitions(books).streams["energy"].scale == (4500, 1)


def test_a_meter_was_fitted_at_the_first_line_that_tells_so(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    new = device("new", replaces="old", since=START, first_value=1.0, last_value=5.0)
    tell(books, "device", device("old"), new, new | {"last_value": 6.0},
         new | {"since": START + HOUR, "calibrated": START})  # fmt: skip
    found = definitions(books)

    assert found.swaps.rows() == [("new", "old", START, 1.0, 6.0)]
    assert found.current.filter(device="new")["calibrated"].to_list() == [START]
